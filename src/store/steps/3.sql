-- From schema version 2 to 3: the test clock, what subscriptions wait for, taxes and coupons, revenue by day, what reports count, and the last proof of the books.

-- Entries of the ledger belong to a day, and what all lines together earned to no customer.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE ledger_entry_before AS SELECT * FROM ledger_entry;
DROP TABLE ledger_entry;
CREATE TABLE ledger_entry (
    row        INTEGER PRIMARY KEY,
    created_at INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    customer   INTEGER REFERENCES customer (row),  -- none for what all lines together earned on a day
    invoice    INTEGER REFERENCES invoice (row),
    payment    INTEGER REFERENCES payment (row),
    day        INTEGER NOT NULL  -- the business's day in which it counts
) STRICT;

-- Days of before are those of UTC: nobody wrote down which zone the business was in.
INSERT INTO ledger_entry (row, created_at, kind, customer, invoice, payment, day)
    SELECT row, created_at, kind, customer, invoice, payment, (created_at - (created_at % 86400000 + 86400000) % 86400000) / 86400000 FROM ledger_entry_before;
DROP TABLE ledger_entry_before;
CREATE TRIGGER ledger_entry_is_final BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER ledger_entry_is_kept BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;

-- How what each line bills is earned: so much, evenly over local days, from the day on that was open when it was written. What is earned of
-- it otherwise later is a row of its own: the newest counts, and what is left of the one before and not in it was taken back.
CREATE TABLE recognition (
    row          INTEGER PRIMARY KEY,
    invoice_line INTEGER NOT NULL REFERENCES invoice_line (row),
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    opens        INTEGER NOT NULL,  -- earlier days were posted
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    first_day    INTEGER,  -- none while the days are not known
    days         INTEGER CHECK (days > 0),
    CHECK ((first_day IS NULL) = (days IS NULL))
) STRICT;

CREATE INDEX recognition_by_line ON recognition (invoice_line);

CREATE TRIGGER recognition_is_final BEFORE UPDATE ON recognition
BEGIN SELECT RAISE(ABORT, 'schedules are only added'); END;
CREATE TRIGGER recognition_is_kept BEFORE DELETE ON recognition
BEGIN SELECT RAISE(ABORT, 'schedules are only added'); END;

-- By how much all lines together earn more on a day than on the day before it, or less.
CREATE TABLE revenue_change (
    day          INTEGER NOT NULL,
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (day, currency)
) STRICT, WITHOUT ROWID;

-- What they earned on the last day that was posted.
CREATE TABLE revenue_rate (
    currency     TEXT PRIMARY KEY CHECK (length(currency) = 3),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0)
) STRICT, WITHOUT ROWID;

-- One row, once something was billed: the first day that is not posted.
CREATE TABLE revenue_clock (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    open_day INTEGER NOT NULL
) STRICT;

-- What was billed before is earned by its days, too; what would have been earned already, on the last day on which anything was written.
INSERT INTO revenue_clock (only, open_day) SELECT 1, MAX(day) FROM ledger_entry HAVING COUNT(*) > 0;
INSERT INTO recognition (invoice_line, currency, opens, amount_minor, first_day, days)
    SELECT line, currency, open_day, amount_minor, first_day, CASE WHEN first_day IS NOT NULL THEN max(coalesce(end_day - first_day, 1), 1) END FROM (
        SELECT invoice_line.row AS line, invoice.currency, amount_minor, (end_at - (end_at % 86400000 + 86400000) % 86400000) / 86400000 AS end_day,
            CASE WHEN invoice.status = 'void' THEN NULL WHEN subscription_period.row IS NULL THEN (issued_at - (issued_at % 86400000 + 86400000) % 86400000) / 86400000
                ELSE (start_at - (start_at % 86400000 + 86400000) % 86400000) / 86400000 END AS first_day
        FROM invoice_line JOIN invoice ON invoice.row = invoice_line.invoice LEFT JOIN subscription_period ON subscription_period.invoice_line = invoice_line.row
        WHERE amount_minor > 0 ORDER BY invoice_line.row
    ) CROSS JOIN revenue_clock;
INSERT INTO recognition (invoice_line, currency, opens, amount_minor)
    SELECT invoice_line.row, invoice.currency, open_day, 0 FROM invoice_line JOIN invoice ON invoice.row = invoice_line.invoice CROSS JOIN revenue_clock
    WHERE invoice.status = 'void' AND amount_minor > 0 ORDER BY invoice_line.row;
INSERT INTO revenue_change (day, currency, amount_minor)
    WITH s AS (SELECT currency, opens AS o, first_day AS f, days AS d, amount_minor / days AS q, amount_minor % days AS m FROM recognition WHERE days IS NOT NULL),
    late AS (SELECT *, q * min(o + 1 - f, d) + min(o + 1 - f, m) AS caught_up, CASE WHEN o + 1 < f + d THEN q + (o + 1 - f < m) ELSE 0 END AS then_on FROM s WHERE f < o)
    SELECT day, currency, SUM(change) FROM (
        SELECT f AS day, currency, q + (m > 0) AS change FROM s WHERE f >= o
        UNION ALL SELECT o, currency, caught_up FROM late
        UNION ALL SELECT o + 1, currency, then_on - caught_up FROM late
        UNION ALL SELECT f + m, currency, -1 FROM s WHERE m > 0 AND (f >= o OR f + m > o + 1)
        UNION ALL SELECT f + d, currency, -q FROM s WHERE f >= o OR f + d > o + 1
    ) GROUP BY day, currency;

-- What reports count, by the business's days. Each is kept in the transaction of what it counts, so that no report adds up documents.

-- The ledger's postings, by day and kind of entry.
CREATE TABLE ledger_day (
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    day          INTEGER NOT NULL,
    account      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    debit_minor  INTEGER NOT NULL CHECK (debit_minor >= 0),
    credit_minor INTEGER NOT NULL CHECK (credit_minor >= 0),
    PRIMARY KEY (currency, day, account, kind)
) STRICT, WITHOUT ROWID;

-- The day on which an invoice is due, in the zone that the business was in when it was finalised.
CREATE TABLE receivable_due (
    invoice INTEGER PRIMARY KEY REFERENCES invoice (row),
    day     INTEGER NOT NULL
) STRICT;

-- What invoices have to receive, by the day on which they are due and the day on which it changed.
CREATE TABLE receivable_day (
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    due_day      INTEGER NOT NULL,
    day          INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (currency, due_day, day)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_posting_counted AFTER INSERT ON ledger_posting BEGIN
    INSERT INTO ledger_day (currency, day, account, kind, debit_minor, credit_minor)
        SELECT new.currency, day, new.account, kind, max(new.amount_minor, 0), max(-new.amount_minor, 0) FROM ledger_entry WHERE row = new.entry
        ON CONFLICT DO UPDATE SET debit_minor = debit_minor + excluded.debit_minor, credit_minor = credit_minor + excluded.credit_minor;
END;
CREATE TRIGGER receivable_counted AFTER INSERT ON ledger_posting WHEN new.account = 'receivable' BEGIN
    INSERT INTO receivable_day (currency, due_day, day, amount_minor)
        SELECT new.currency, receivable_due.day, ledger_entry.day, new.amount_minor FROM ledger_entry
        CROSS JOIN receivable_due ON receivable_due.invoice = ledger_entry.invoice WHERE ledger_entry.row = new.entry
        ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor;
END;

-- Each change of a subscription's monthly recurring revenue. What it has then stands in the last one.
CREATE TABLE mrr_movement (
    row          INTEGER PRIMARY KEY,
    subscription INTEGER NOT NULL REFERENCES subscription (row),
    day          INTEGER NOT NULL,
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    kind         TEXT NOT NULL CHECK (kind IN ('new', 'expansion', 'reactivation', 'contraction', 'churn')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    mrr_minor    INTEGER CHECK (mrr_minor >= 0)  -- none while it does not count
) STRICT;

CREATE INDEX mrr_movement_by_subscription ON mrr_movement (subscription);

CREATE TRIGGER mrr_movement_is_final BEFORE UPDATE ON mrr_movement
BEGIN SELECT RAISE(ABORT, 'movements are only added'); END;
CREATE TRIGGER mrr_movement_is_kept BEFORE DELETE ON mrr_movement
BEGIN SELECT RAISE(ABORT, 'movements are only added'); END;

CREATE TABLE mrr_day (
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    day          INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    n            INTEGER NOT NULL CHECK (n > 0),
    PRIMARY KEY (currency, day, kind)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER mrr_movement_counted AFTER INSERT ON mrr_movement BEGIN
    INSERT INTO mrr_day (currency, day, kind, amount_minor, n) VALUES (new.currency, new.day, new.kind, new.amount_minor, 1)
        ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor, n = n + 1;
END;

-- How often something happened on a day; of customers, who have no currency of their own, under an empty one.
CREATE TABLE count_day (
    currency TEXT NOT NULL,
    day      INTEGER NOT NULL,
    what     TEXT NOT NULL CHECK (what IN ('customer_created', 'subscription_created', 'trial_begun', 'trial_over', 'ended', 'lost')),
    n        INTEGER NOT NULL CHECK (n > 0),
    PRIMARY KEY (currency, day, what)
) STRICT, WITHOUT ROWID;

INSERT INTO ledger_day (currency, day, account, kind, debit_minor, credit_minor)
    SELECT currency, day, account, kind, SUM(max(amount_minor, 0)), SUM(max(-amount_minor, 0)) FROM ledger_posting JOIN ledger_entry ON ledger_entry.row = entry
    GROUP BY currency, day, account, kind;
INSERT INTO receivable_due (invoice, day) SELECT row, (due_at - (due_at % 86400000 + 86400000) % 86400000) / 86400000 FROM invoice;
INSERT INTO receivable_day (currency, due_day, day, amount_minor)
    SELECT currency, receivable_due.day, ledger_entry.day, SUM(amount_minor) FROM ledger_posting JOIN ledger_entry ON ledger_entry.row = entry
    JOIN receivable_due ON receivable_due.invoice = ledger_entry.invoice WHERE account = 'receivable' GROUP BY currency, receivable_due.day, ledger_entry.day;
-- What recurs now has done so from the beginning, for all that is known: there were neither coupons nor pauses.
INSERT INTO mrr_movement (subscription, day, currency, kind, amount_minor, mrr_minor)
    SELECT row, day, currency, 'new', mrr, mrr FROM (
        SELECT row, (created_at - (created_at % 86400000 + 86400000) % 86400000) / 86400000 AS day, currency,
            (2 * quantity * unit_amount_minor * CASE interval_unit WHEN 'day' THEN 365 WHEN 'week' THEN 52 ELSE 1 END
                + CASE interval_unit WHEN 'month' THEN 1 ELSE 12 END * interval_count) / (2 * CASE interval_unit WHEN 'month' THEN 1 ELSE 12 END * interval_count) AS mrr
        FROM subscription WHERE status IN ('active', 'past_due') ORDER BY row);
INSERT INTO count_day (currency, day, what, n)
    SELECT '', (created_at - (created_at % 86400000 + 86400000) % 86400000) / 86400000, 'customer_created', COUNT(*) FROM customer GROUP BY 2;
INSERT INTO count_day (currency, day, what, n)
    SELECT currency, (created_at - (created_at % 86400000 + 86400000) % 86400000) / 86400000, 'subscription_created', COUNT(*) FROM subscription GROUP BY 1, 2;
INSERT INTO count_day (currency, day, what, n)
    SELECT currency, (ended_at - (ended_at % 86400000 + 86400000) % 86400000) / 86400000, 'ended', COUNT(*) FROM subscription WHERE status IN ('cancelled', 'expired') AND ended_at IS NOT NULL GROUP BY 1, 2;

ALTER TABLE engine ADD COLUMN billing_now INTEGER;
ALTER TABLE engine ADD COLUMN reschedule_after INTEGER;

-- At most one row: what `billhead verify` came to, the last time.
CREATE TABLE proof (
    only        INTEGER PRIMARY KEY CHECK (only = 1),
    proved_at   INTEGER NOT NULL,  -- wall time
    duration_ms INTEGER NOT NULL,
    read_rows   INTEGER NOT NULL,
    violations  INTEGER NOT NULL
) STRICT;

ALTER TABLE subscription ADD COLUMN trial_end INTEGER;
ALTER TABLE subscription ADD COLUMN state_until INTEGER;
ALTER TABLE subscription ADD COLUMN paused_at INTEGER;
ALTER TABLE subscription ADD COLUMN paused_from TEXT CHECK (paused_from IN ('trialing', 'active', 'past_due'));
ALTER TABLE subscription ADD COLUMN next_at INTEGER;
ALTER TABLE subscription ADD COLUMN renewal_waived_at INTEGER;
ALTER TABLE subscription ADD COLUMN parked TEXT;
ALTER TABLE subscription ADD COLUMN start_at INTEGER;
ALTER TABLE subscription ADD COLUMN ends_at INTEGER;
ALTER TABLE subscription ADD COLUMN trial_told INTEGER NOT NULL DEFAULT 0 CHECK (trial_told IN (0, 1));

CREATE INDEX subscription_by_due ON subscription (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX subscription_by_grace ON subscription (state_until) WHERE status = 'past_due';

-- A first invoice waits as long as it says.
UPDATE subscription SET state_until = (SELECT due_at FROM invoice WHERE invoice.subscription = subscription.row ORDER BY invoice.row LIMIT 1)
    WHERE status = 'pending';
-- The first run of the engine finds out when each is due.
UPDATE subscription SET next_at = created_at WHERE status NOT IN ('cancelled', 'expired');

-- The vendor's tax rates. Documents name them, so one that stands on an invoice keeps its terms.
CREATE TABLE tax_rate (
    row         INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('active', 'inactive')),
    name        TEXT NOT NULL,
    percent     INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 1000000),  -- in ten-thousandths of a percent
    inclusive   INTEGER NOT NULL CHECK (inclusive IN (0, 1)),
    country     TEXT CHECK (length(country) = 2),  -- none: for customers whose country has no rate of its own
    metadata    TEXT NOT NULL,
    external_id TEXT UNIQUE,
    search      TEXT NOT NULL
) STRICT;

CREATE INDEX tax_rate_by_country ON tax_rate (country) WHERE status = 'active';

-- Coupons. One that was redeemed keeps its terms: subscriptions and documents count on them.
CREATE TABLE coupon (
    row              INTEGER PRIMARY KEY,
    id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    status           TEXT NOT NULL CHECK (status IN ('active', 'inactive')),
    code             TEXT NOT NULL,
    code_key         TEXT NOT NULL UNIQUE,  -- in lower case
    percent_off      INTEGER CHECK (percent_off BETWEEN 1 AND 1000000),  -- in ten-thousandths of a percent
    amount_off_minor INTEGER CHECK (amount_off_minor > 0),
    currency         TEXT CHECK (length(currency) = 3),
    duration         TEXT NOT NULL CHECK (duration IN ('once', 'repeating', 'forever')),
    duration_periods INTEGER CHECK (duration_periods > 0),
    max_redemptions  INTEGER CHECK (max_redemptions > 0),
    redeemed         INTEGER NOT NULL DEFAULT 0 CHECK (redeemed >= 0),
    expires_at       INTEGER,
    metadata         TEXT NOT NULL,
    external_id      TEXT UNIQUE,
    search           TEXT NOT NULL,
    CHECK ((percent_off IS NULL) <> (amount_off_minor IS NULL)),
    CHECK ((amount_off_minor IS NULL) = (currency IS NULL)),
    CHECK ((duration = 'repeating') = (duration_periods IS NOT NULL)),
    CHECK (redeemed <= max_redemptions)
) STRICT;

-- What a coupon is for; none for everything.
CREATE TABLE coupon_product (
    coupon  INTEGER NOT NULL REFERENCES coupon (row),
    product INTEGER NOT NULL REFERENCES product (row),
    PRIMARY KEY (coupon, product)
) STRICT, WITHOUT ROWID;

CREATE INDEX coupon_product_by_product ON coupon_product (product);

-- Each time that a coupon was attached to a subscription, and for how many periods it has served since.
CREATE TABLE coupon_redemption (
    row          INTEGER PRIMARY KEY,
    created_at   INTEGER NOT NULL,
    coupon       INTEGER NOT NULL REFERENCES coupon (row),
    subscription INTEGER NOT NULL REFERENCES subscription (row),
    used         INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0)  -- what void invoices took is given back
) STRICT;

CREATE INDEX coupon_redemption_by_coupon ON coupon_redemption (coupon);

ALTER TABLE customer ADD COLUMN tax_exempt INTEGER NOT NULL DEFAULT 0 CHECK (tax_exempt IN (0, 1));
ALTER TABLE product ADD COLUMN taxable INTEGER NOT NULL DEFAULT 1 CHECK (taxable IN (0, 1));
ALTER TABLE product ADD COLUMN trial_days INTEGER CHECK (trial_days BETWEEN 0 AND 3650);
ALTER TABLE subscription ADD COLUMN coupon_redemption INTEGER REFERENCES coupon_redemption (row);
ALTER TABLE invoice_line ADD COLUMN taxable INTEGER NOT NULL DEFAULT 1 CHECK (taxable IN (0, 1));
ALTER TABLE invoice_line ADD COLUMN days INTEGER CHECK (days >= 0);

-- Drafts are invoices without number and document. Much refers to invoices, so the table is emptied and made anew under its own name.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE invoice_before AS SELECT * FROM invoice;
DROP TABLE invoice;
CREATE TABLE invoice (
    row                   INTEGER PRIMARY KEY,
    id                    BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at            INTEGER NOT NULL,
    updated_at            INTEGER NOT NULL,
    customer              INTEGER NOT NULL REFERENCES customer (row),
    subscription          INTEGER REFERENCES subscription (row),
    series                TEXT REFERENCES document_series (series),
    n                     INTEGER CHECK (n > 0),
    number                TEXT UNIQUE,
    billing_reason        TEXT NOT NULL CHECK (billing_reason IN ('subscription_create', 'subscription_cycle', 'subscription_update', 'manual')),
    status                TEXT NOT NULL CHECK (status IN ('draft', 'open', 'paid', 'void', 'uncollectible')),
    currency              TEXT NOT NULL CHECK (length(currency) = 3),
    -- The sums of a draft stand nowhere: they are those of its lines and of the tax rates of whenever somebody looks.
    subtotal_minor        INTEGER NOT NULL CHECK (subtotal_minor >= 0),
    discount_minor        INTEGER NOT NULL CHECK (discount_minor BETWEEN 0 AND subtotal_minor),
    tax_minor             INTEGER NOT NULL CHECK (tax_minor >= 0),
    total_minor           INTEGER NOT NULL CHECK (total_minor >= 0),
    amount_credited_minor INTEGER NOT NULL DEFAULT 0 CHECK (amount_credited_minor >= 0),
    balance_applied_minor INTEGER NOT NULL DEFAULT 0 CHECK (balance_applied_minor >= 0),
    amount_paid_minor     INTEGER NOT NULL DEFAULT 0 CHECK (amount_paid_minor >= 0),
    issued_at             INTEGER,
    due_at                INTEGER,
    paid_at               INTEGER,
    voided_at             INTEGER,
    content               TEXT,  -- the document; hash = SHA-256(previous_hash || content)
    previous_hash         BLOB CHECK (length(previous_hash) = 32),
    hash                  BLOB UNIQUE CHECK (length(hash) = 32),
    replaces              BLOB CHECK (length(replaces) = 16),
    replaced_by           BLOB CHECK (length(replaced_by) = 16),
    metadata              TEXT NOT NULL,
    external_id           TEXT UNIQUE,
    search                TEXT NOT NULL,
    -- What it took of a coupon: for so many periods. Given back when it is voided.
    coupon_redemption     INTEGER REFERENCES coupon_redemption (row),
    coupon_periods        INTEGER NOT NULL DEFAULT 0 CHECK (coupon_periods >= 0),
    UNIQUE (series, n),
    CHECK (total_minor - amount_credited_minor - balance_applied_minor - amount_paid_minor BETWEEN 0 AND total_minor),
    CHECK (status <> 'paid' OR (paid_at IS NOT NULL AND total_minor = amount_credited_minor + balance_applied_minor + amount_paid_minor)),
    CHECK (status <> 'void' OR (voided_at IS NOT NULL AND balance_applied_minor = 0 AND amount_paid_minor = 0)),
    -- What makes a document comes with its finalising, all at once.
    CHECK (status <> 'draft' OR (billing_reason = 'manual' AND subscription IS NULL AND subtotal_minor = 0 AND tax_minor = 0 AND total_minor = 0
        AND coalesce(series, n, number, issued_at, paid_at, voided_at, content, previous_hash, hash, replaces, replaced_by, coupon_redemption) IS NULL)),
    CHECK (status = 'draft' OR (series IS NOT NULL AND n IS NOT NULL AND number IS NOT NULL AND issued_at IS NOT NULL AND due_at IS NOT NULL
        AND content IS NOT NULL AND previous_hash IS NOT NULL AND hash IS NOT NULL))
) STRICT;

INSERT INTO invoice (row, id, created_at, updated_at, customer, subscription, series, n, number, billing_reason, status, currency, subtotal_minor, discount_minor, tax_minor,
        total_minor, amount_credited_minor, balance_applied_minor, amount_paid_minor, issued_at, due_at, paid_at, voided_at, content, previous_hash, hash, replaces,
        replaced_by, metadata, external_id, search)
    SELECT row, id, created_at, updated_at, customer, subscription, series, n, number, billing_reason, status, currency, subtotal_minor, discount_minor, tax_minor,
        total_minor, amount_credited_minor, balance_applied_minor, amount_paid_minor, issued_at, due_at, paid_at, voided_at, content, previous_hash, hash, replaces,
        replaced_by, metadata, external_id, search FROM invoice_before;
DROP TABLE invoice_before;

CREATE INDEX invoice_by_status ON invoice (status);
CREATE INDEX invoice_by_customer ON invoice (customer, status);
CREATE INDEX invoice_by_subscription ON invoice (subscription, status);
CREATE INDEX invoice_by_creation ON invoice (created_at, status);
CREATE INDEX invoice_by_update ON invoice (updated_at, status);
CREATE INDEX invoice_by_payment ON invoice (paid_at) WHERE paid_at IS NOT NULL;
CREATE INDEX invoice_by_due ON invoice (due_at) WHERE status = 'open';

-- A finalised document does not change, does not become a draft again, and does not go.
CREATE TRIGGER invoice_document_is_final BEFORE UPDATE OF id, customer, subscription, series, n, number, billing_reason, currency,
    subtotal_minor, discount_minor, tax_minor, total_minor, issued_at, due_at, content, previous_hash, hash, replaces, coupon_redemption, coupon_periods ON invoice
WHEN old.status <> 'draft'
BEGIN SELECT RAISE(ABORT, 'a finalised document does not change'); END;

CREATE TRIGGER invoice_stays_finalised BEFORE UPDATE OF status ON invoice
WHEN old.status <> 'draft' AND new.status = 'draft'
BEGIN SELECT RAISE(ABORT, 'a finalised document does not change'); END;

CREATE TRIGGER invoice_is_kept BEFORE DELETE ON invoice
WHEN old.status <> 'draft'
BEGIN SELECT RAISE(ABORT, 'a finalised document is kept'); END;

-- What stands on a draft. With its finalising it becomes lines of a document, and goes from here.
CREATE TABLE draft_line (
    row               INTEGER PRIMARY KEY,
    id                BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    invoice           INTEGER NOT NULL REFERENCES invoice (row),
    description       TEXT NOT NULL,
    quantity          INTEGER NOT NULL CHECK (quantity > 0),
    unit_amount_minor INTEGER NOT NULL CHECK (unit_amount_minor >= 0),
    taxable           INTEGER NOT NULL CHECK (taxable IN (0, 1))
) STRICT;

CREATE INDEX draft_line_by_invoice ON draft_line (invoice);

CREATE TRIGGER draft_line_is_of_a_draft BEFORE INSERT ON draft_line
WHEN (SELECT status FROM invoice WHERE row = new.invoice) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'a finalised document does not change'); END;

CREATE TRIGGER invoice_counted AFTER INSERT ON invoice BEGIN
    INSERT INTO total (noun, status, n) VALUES ('invoice', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('invoice', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;
CREATE TRIGGER invoice_counted_off AFTER DELETE ON invoice BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'invoice' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'invoice' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
END;
CREATE TRIGGER invoice_counted_anew AFTER UPDATE OF status ON invoice WHEN old.status <> new.status BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'invoice' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'invoice' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
    INSERT INTO total (noun, status, n) VALUES ('invoice', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('invoice', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;

CREATE TRIGGER invoice_searched AFTER INSERT ON invoice BEGIN
    INSERT INTO invoice_search (block, text) VALUES (new.row / 32, CAST(char(30, 128 + new.row % 32) || new.search AS BLOB))
        ON CONFLICT DO UPDATE SET text = CAST(text || excluded.text AS BLOB);
END;
CREATE TRIGGER invoice_searched_anew AFTER UPDATE OF search ON invoice WHEN old.search <> new.search BEGIN
    UPDATE invoice_search SET text = CAST(coalesce((
        SELECT group_concat(char(30, 128 + row % 32) || search, '') FROM invoice WHERE row BETWEEN new.row / 32 * 32 AND new.row / 32 * 32 + 31
    ), '') AS BLOB) WHERE block = new.row / 32;
END;
CREATE TRIGGER invoice_searched_off AFTER DELETE ON invoice BEGIN
    UPDATE invoice_search SET text = CAST(coalesce((
        SELECT group_concat(char(30, 128 + row % 32) || search, '') FROM invoice WHERE row BETWEEN old.row / 32 * 32 AND old.row / 32 * 32 + 31
    ), '') AS BLOB) WHERE block = old.row / 32;
END;

-- What each rate takes of an invoice, and what the rate was then.
CREATE TABLE invoice_tax (
    row           INTEGER PRIMARY KEY,
    invoice       INTEGER NOT NULL REFERENCES invoice (row),
    tax_rate      INTEGER NOT NULL REFERENCES tax_rate (row),
    name          TEXT NOT NULL,
    percent       INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 1000000),
    inclusive     INTEGER NOT NULL CHECK (inclusive IN (0, 1)),
    country       TEXT,
    taxable_minor INTEGER NOT NULL CHECK (taxable_minor >= 0),
    amount_minor  INTEGER NOT NULL CHECK (amount_minor >= 0)
) STRICT;

CREATE INDEX invoice_tax_by_invoice ON invoice_tax (invoice);
CREATE INDEX invoice_tax_by_rate ON invoice_tax (tax_rate);

-- What each rate takes of each line, where that is something.
CREATE TABLE invoice_line_tax (
    invoice_line INTEGER NOT NULL REFERENCES invoice_line (row),
    invoice_tax  INTEGER NOT NULL REFERENCES invoice_tax (row),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (invoice_line, invoice_tax)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER invoice_tax_is_final BEFORE UPDATE ON invoice_tax
BEGIN SELECT RAISE(ABORT, 'a finalised document does not change'); END;
CREATE TRIGGER invoice_tax_is_kept BEFORE DELETE ON invoice_tax
BEGIN SELECT RAISE(ABORT, 'a finalised document is kept'); END;
CREATE TRIGGER invoice_line_tax_is_final BEFORE UPDATE ON invoice_line_tax
BEGIN SELECT RAISE(ABORT, 'a finalised document does not change'); END;
CREATE TRIGGER invoice_line_tax_is_kept BEFORE DELETE ON invoice_line_tax
BEGIN SELECT RAISE(ABORT, 'a finalised document is kept'); END;

CREATE TRIGGER tax_rate_counted AFTER INSERT ON tax_rate BEGIN
    INSERT INTO total (noun, status, n) VALUES ('tax_rate', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('tax_rate', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;
CREATE TRIGGER tax_rate_counted_off AFTER DELETE ON tax_rate BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'tax_rate' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'tax_rate' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
END;
CREATE TRIGGER tax_rate_counted_anew AFTER UPDATE OF status ON tax_rate WHEN old.status <> new.status BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'tax_rate' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'tax_rate' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
    INSERT INTO total (noun, status, n) VALUES ('tax_rate', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('tax_rate', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;

CREATE TRIGGER coupon_counted AFTER INSERT ON coupon BEGIN
    INSERT INTO total (noun, status, n) VALUES ('coupon', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('coupon', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;
CREATE TRIGGER coupon_counted_off AFTER DELETE ON coupon BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'coupon' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'coupon' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
END;
CREATE TRIGGER coupon_counted_anew AFTER UPDATE OF status ON coupon WHEN old.status <> new.status BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'coupon' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'coupon' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
    INSERT INTO total (noun, status, n) VALUES ('coupon', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('coupon', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;

-- Credit notes: documents that take back a part of an invoice. What they take lowers its due, goes to the customer's balance, or is refunded.
CREATE TABLE credit_note (
    row              INTEGER PRIMARY KEY,
    id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    invoice          INTEGER NOT NULL REFERENCES invoice (row),
    customer         INTEGER NOT NULL REFERENCES customer (row),
    series           TEXT NOT NULL REFERENCES document_series (series),
    n                INTEGER NOT NULL CHECK (n > 0),
    number           TEXT NOT NULL UNIQUE,
    status           TEXT NOT NULL CHECK (status = 'issued'),
    currency         TEXT NOT NULL CHECK (length(currency) = 3),
    subtotal_minor   INTEGER NOT NULL CHECK (subtotal_minor >= 0),
    tax_minor        INTEGER NOT NULL CHECK (tax_minor >= 0),
    amount_minor     INTEGER NOT NULL CHECK (amount_minor > 0),
    to_due_minor     INTEGER NOT NULL CHECK (to_due_minor >= 0),
    to_balance_minor INTEGER NOT NULL CHECK (to_balance_minor >= 0),
    to_refund_minor  INTEGER NOT NULL CHECK (to_refund_minor >= 0),
    destination      TEXT NOT NULL CHECK (destination IN ('balance', 'refund', 'none')),
    reason           TEXT,
    content          TEXT NOT NULL,  -- the document; hash = SHA-256(previous_hash || content)
    previous_hash    BLOB NOT NULL CHECK (length(previous_hash) = 32),
    hash             BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    metadata         TEXT NOT NULL,
    external_id      TEXT UNIQUE,
    search           TEXT NOT NULL,  -- its number and the invoice's, in lower case
    UNIQUE (series, n),
    CHECK (subtotal_minor + tax_minor = amount_minor),
    CHECK (to_due_minor + to_balance_minor + to_refund_minor = amount_minor)
) STRICT;

CREATE INDEX credit_note_by_invoice ON credit_note (invoice);
CREATE INDEX credit_note_by_customer ON credit_note (customer);
CREATE INDEX credit_note_by_creation ON credit_note (created_at, status);

-- What a note takes back of a line of its invoice.
CREATE TABLE credit_note_line (
    row           INTEGER PRIMARY KEY,
    credit_note   INTEGER NOT NULL REFERENCES credit_note (row),
    invoice_line  INTEGER NOT NULL REFERENCES invoice_line (row),
    amount_minor  INTEGER NOT NULL CHECK (amount_minor >= 0),  -- net
    tax_minor     INTEGER NOT NULL CHECK (tax_minor >= 0),
    explanation   TEXT,
    credited_from INTEGER  -- from when on the line's time is credited; none where time is not why
) STRICT;

CREATE INDEX credit_note_line_by_note ON credit_note_line (credit_note);
CREATE INDEX credit_note_line_by_line ON credit_note_line (invoice_line);

-- What it takes back of each rate of that line, where that is something.
CREATE TABLE credit_note_line_tax (
    credit_note_line INTEGER NOT NULL REFERENCES credit_note_line (row),
    invoice_tax      INTEGER NOT NULL REFERENCES invoice_tax (row),
    amount_minor     INTEGER NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (credit_note_line, invoice_tax)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER credit_note_is_final BEFORE UPDATE ON credit_note
BEGIN SELECT RAISE(ABORT, 'a finalised document does not change'); END;
CREATE TRIGGER credit_note_is_kept BEFORE DELETE ON credit_note
BEGIN SELECT RAISE(ABORT, 'a finalised document is kept'); END;
CREATE TRIGGER credit_note_line_is_final BEFORE UPDATE ON credit_note_line
BEGIN SELECT RAISE(ABORT, 'a finalised document does not change'); END;
CREATE TRIGGER credit_note_line_is_kept BEFORE DELETE ON credit_note_line
BEGIN SELECT RAISE(ABORT, 'a finalised document is kept'); END;
CREATE TRIGGER credit_note_line_tax_is_final BEFORE UPDATE ON credit_note_line_tax
BEGIN SELECT RAISE(ABORT, 'a finalised document does not change'); END;
CREATE TRIGGER credit_note_line_tax_is_kept BEFORE DELETE ON credit_note_line_tax
BEGIN SELECT RAISE(ABORT, 'a finalised document is kept'); END;

CREATE TRIGGER credit_note_counted AFTER INSERT ON credit_note BEGIN
    INSERT INTO total (noun, status, n) VALUES ('credit_note', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('credit_note', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;

-- A balance moves for one reason more. Rows that there are meet the wider condition, so the table stays as it is.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''returned'', ''overpaid'')', '''returned'', ''overpaid'', ''credited'')') WHERE type = 'table' AND name = 'balance_entry';
PRAGMA writable_schema = RESET;

-- Changes of what a subscription is to.
ALTER TABLE subscription ADD COLUMN pending_price INTEGER REFERENCES price (row);
ALTER TABLE subscription ADD COLUMN pending_quantity INTEGER CHECK (pending_quantity BETWEEN 1 AND 1000);
ALTER TABLE subscription ADD COLUMN pending_at INTEGER;
ALTER TABLE subscription_period ADD COLUMN part INTEGER NOT NULL DEFAULT 0 CHECK (part >= 0);
ALTER TABLE subscription_period ADD COLUMN paused_days INTEGER NOT NULL DEFAULT 0 CHECK (paused_days >= 0);
DROP INDEX subscription_period_billed_once;
CREATE UNIQUE INDEX subscription_period_billed_once ON subscription_period (subscription, run, k, part) WHERE released = 0;

ALTER TABLE subscription ADD COLUMN collection TEXT NOT NULL DEFAULT 'invoice' CHECK (collection IN ('invoice', 'automatic'));

-- How customers are charged: what a gateway keeps of them, by the name that the gateway gave it.
CREATE TABLE payment_method (
    row        INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    customer   INTEGER NOT NULL REFERENCES customer (row),
    -- 'removed': never charged again and never shown; the row is kept because payments refer to it.
    status     TEXT NOT NULL CHECK (status IN ('active', 'removed')),
    provider   TEXT NOT NULL,
    detail     TEXT NOT NULL,  -- what the gateway knows it by; of the test gateway, how it behaves
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    metadata   TEXT NOT NULL,
    CHECK (status = 'active' OR is_default = 0)
) STRICT;

CREATE INDEX payment_method_by_customer ON payment_method (customer) WHERE status = 'active';
CREATE UNIQUE INDEX payment_method_default ON payment_method (customer) WHERE is_default = 1;

ALTER TABLE subscription ADD COLUMN payment_method INTEGER REFERENCES payment_method (row);

-- Payments became attempts, too. The ledger refers to them, so the table is emptied and made anew under its own name.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE payment_before AS SELECT * FROM payment;
DROP TABLE payment;
-- Payments, and attempts at one. One that is processing is an intent: the queue of what is to be asked of a gateway, which knows it by its id.
CREATE TABLE payment (
    row                INTEGER PRIMARY KEY,
    id                 BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    invoice            INTEGER REFERENCES invoice (row),  -- none for a sale that has not, or did not, come about
    customer           INTEGER NOT NULL REFERENCES customer (row),
    currency           TEXT NOT NULL CHECK (length(currency) = 3),
    amount_minor       INTEGER NOT NULL CHECK (amount_minor > 0),
    status             TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'succeeded', 'failed', 'refunded', 'disputed')),
    provider           TEXT NOT NULL,
    provider_reference TEXT,
    method             TEXT,
    reference          TEXT,
    paid_at            INTEGER,  -- as the vendor states it; documentary
    payment_method     INTEGER REFERENCES payment_method (row),
    attempt            INTEGER CHECK (attempt >= 0),  -- which of the scheduled ones; none for what was not scheduled
    failure_code       TEXT,
    asked              INTEGER NOT NULL DEFAULT 0 CHECK (asked >= 0),  -- how often the gateway had no answer
    look_at            INTEGER,  -- when it is the intent's turn
    search             TEXT NOT NULL DEFAULT '',
    refunded_minor     INTEGER NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND amount_minor),
    UNIQUE (provider, provider_reference),
    CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
    CHECK ((status = 'processing') = (look_at IS NOT NULL)),
    CHECK (status <> 'succeeded' OR paid_at IS NOT NULL)
) STRICT;

INSERT INTO payment (row, id, created_at, updated_at, invoice, customer, currency, amount_minor, status, provider, provider_reference, method, reference, paid_at, search)
    SELECT row, id, created_at, updated_at, invoice, customer, currency, amount_minor, status, provider, provider_reference, method, reference, paid_at,
        lower(coalesce(method, '') || char(10) || coalesce(reference, '')) FROM payment_before;
DROP TABLE payment_before;

CREATE INDEX payment_by_invoice ON payment (invoice);
CREATE INDEX payment_by_customer ON payment (customer);
CREATE INDEX payment_by_method ON payment (payment_method) WHERE payment_method IS NOT NULL;
CREATE INDEX payment_by_status ON payment (status);
CREATE INDEX payment_by_creation ON payment (created_at, status);
CREATE INDEX payment_by_update ON payment (updated_at, status);
CREATE INDEX payment_to_look_at ON payment (look_at) WHERE look_at IS NOT NULL;
-- One attempt in flight per invoice.
CREATE UNIQUE INDEX payment_in_flight ON payment (invoice) WHERE status = 'processing';

-- A fact does not change, and what came in is never unsaid.
CREATE TRIGGER payment_is_monotone BEFORE UPDATE OF status ON payment
WHEN old.status IN ('succeeded', 'refunded', 'disputed') AND new.status IN ('pending', 'processing', 'failed')
BEGIN SELECT RAISE(ABORT, 'a payment that succeeded does not fail'); END;

-- What is done when a charge succeeds that is paid before anything is sold: as long as it is in flight.
CREATE TABLE charge_order (
    payment      INTEGER PRIMARY KEY REFERENCES payment (row),
    subscription INTEGER UNIQUE REFERENCES subscription (row),  -- that is renewed; none for a new one
    body         BLOB NOT NULL  -- who asked for what, encrypted: it can hold credentials
) STRICT;

-- What gateways are to give back of what they took: the intents, asked about until they are decided.
CREATE TABLE gateway_refund (
    row          INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),  -- the gateway's key
    created_at   INTEGER NOT NULL,
    payment      INTEGER NOT NULL REFERENCES payment (row),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    asked        INTEGER NOT NULL DEFAULT 0 CHECK (asked >= 0),  -- how often the gateway had no answer
    look_at      INTEGER,  -- when it is its turn; none once it is decided
    failure_code TEXT,     -- why it was not given back
    CHECK (look_at IS NULL OR failure_code IS NULL)
) STRICT;

CREATE INDEX gateway_refund_by_payment ON gateway_refund (payment);
CREATE INDEX gateway_refund_to_look_at ON gateway_refund (look_at) WHERE look_at IS NOT NULL;

CREATE TRIGGER payment_counted AFTER INSERT ON payment BEGIN
    INSERT INTO total (noun, status, n) VALUES ('payment', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('payment', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;
CREATE TRIGGER payment_counted_off AFTER DELETE ON payment BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'payment' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'payment' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
END;
CREATE TRIGGER payment_counted_anew AFTER UPDATE OF status ON payment WHEN old.status <> new.status BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'payment' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'payment' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
    INSERT INTO total (noun, status, n) VALUES ('payment', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('payment', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;

INSERT INTO total (noun, status, n) SELECT 'payment', status, COUNT(*) FROM payment GROUP BY status;
INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
    SELECT 'payment', (created_at - (created_at % 86400000 + 86400000) % 86400000) / 86400000, status, COUNT(*), MIN(row), MAX(row) FROM payment GROUP BY 2, 3;
