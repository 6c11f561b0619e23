-- The whole database of Billhead, as a new installation gets it. store/migrate.rs brings older files to this state.
--
-- Conventions
--   row          the integer key inside; ids that clients see are 16-byte UUIDs (version 7) and never change
--   *_at         an instant in milliseconds since 1970-01-01T00:00:00Z; billing time unless it says wall time
--   *_minor      an amount in minor units of the row's currency
--   JSON text    (tags, metadata, address) is made and read by the program; SQL does not look into it
-- Rows are created in order of id, so within a table the order of `row` is the order of `id`: lists run over `row`.

-- One row: what the engine itself remembers.
CREATE TABLE engine (
    only        INTEGER PRIMARY KEY CHECK (only = 1),
    mode        TEXT NOT NULL CHECK (mode IN ('live', 'test')),
    -- The greatest id that was ever handed out: the next one is greater, whatever the clock says.
    last_id     BLOB NOT NULL CHECK (length(last_id) = 16),
    -- Rises with each change of an API key, so that a server notices one made beside it.
    key_version INTEGER NOT NULL,
    -- Names the key file that the encrypted columns need; none before the first start.
    vault_key   BLOB CHECK (length(vault_key) = 4),
    -- Billing time where a test clock sets it; none where it is wall time.
    billing_now INTEGER,
    -- A setting has changed that decides when subscriptions are due: up to which that was found out anew.
    reschedule_after INTEGER
) STRICT;

INSERT INTO engine (only, mode, last_id, key_version) VALUES (1, 'live', zeroblob(16), 0);

-- At most one row: what `billhead verify` came to, the last time.
CREATE TABLE proof (
    only        INTEGER PRIMARY KEY CHECK (only = 1),
    proved_at   INTEGER NOT NULL,  -- wall time
    duration_ms INTEGER NOT NULL,
    read_rows   INTEGER NOT NULL,
    violations  INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
    row          INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    name         TEXT NOT NULL,
    tier         TEXT NOT NULL CHECK (tier IN ('standard', 'professional', 'enterprise')),
    scopes       TEXT NOT NULL,
    -- SHA-256 of the secret, which has 190 bits of chance and so needs no slow hash.
    hash         BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    hint         TEXT NOT NULL,
    expires_at   INTEGER,  -- wall time, like the next two
    revoked_at   INTEGER,
    last_used_at INTEGER
) STRICT;

-- Who may sign in to the admin site. Times are wall time, here and in the next table.
CREATE TABLE admin (
    row           INTEGER PRIMARY KEY,
    id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE,  -- in lower case
    password_hash TEXT NOT NULL,
    language      TEXT                   -- of the pages; none for the browser's
) STRICT;

-- Browsers that are signed in. One that signs out has no row any more.
CREATE TABLE session (
    row          INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    admin        INTEGER NOT NULL REFERENCES admin (row),
    -- SHA-256 of the cookie's token, which has 256 bits of chance.
    token_hash   BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    address      TEXT NOT NULL,
    user_agent   TEXT NOT NULL
) STRICT;

CREATE INDEX session_by_admin ON session (admin);

-- Answers to repeat, written in the transaction of the work itself.
CREATE TABLE idempotency (
    caller      BLOB NOT NULL CHECK (length(caller) = 16),  -- the id of an API key, or of an admin whose form it was
    key         TEXT NOT NULL,
    created_at  INTEGER NOT NULL,  -- wall time
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    status      INTEGER NOT NULL,
    location    TEXT,
    -- The object that the answer is about: with a customer's erasure, what was answered of him goes.
    object_id   BLOB CHECK (length(object_id) = 16),
    -- The body, encrypted: it can hold credentials.
    body        BLOB NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (created_at);
CREATE INDEX idempotency_by_object ON idempotency (object_id);

CREATE TABLE customer (
    row              INTEGER PRIMARY KEY,
    id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    -- 'erased': deleted, the row kept without personal data because documents refer to it. Never shown.
    status           TEXT NOT NULL CHECK (status IN ('active', 'blocked', 'erased')),
    email            TEXT,
    email_key        TEXT UNIQUE,  -- in lower case
    name             TEXT,
    password_hash    TEXT,
    phone            TEXT,
    address          TEXT,
    currency         TEXT CHECK (length(currency) = 3),
    locale           TEXT,
    billing_timezone TEXT,
    tax_id           TEXT,
    notes            TEXT,
    tags             TEXT NOT NULL,
    metadata         TEXT NOT NULL,
    external_id      TEXT UNIQUE,
    search           TEXT NOT NULL,  -- what q looks into: in lower case, without accents
    has_balance      INTEGER NOT NULL DEFAULT 0 CHECK (has_balance IN (0, 1)),
    tax_exempt       INTEGER NOT NULL DEFAULT 0 CHECK (tax_exempt IN (0, 1)),
    CHECK (status = 'erased' OR (email IS NOT NULL AND email_key IS NOT NULL))
) STRICT;

CREATE INDEX customer_by_status ON customer (status);
CREATE INDEX customer_by_creation ON customer (created_at, status);
CREATE INDEX customer_by_update ON customer (updated_at, status);

CREATE TABLE product (
    row             INTEGER PRIMARY KEY,
    id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('active', 'archived')),
    name            TEXT NOT NULL,
    description     TEXT,
    setup_fee_minor INTEGER NOT NULL CHECK (setup_fee_minor >= 0),  -- in the default price's currency
    max_connections INTEGER CHECK (max_connections > 0),
    metadata        TEXT NOT NULL,
    external_id     TEXT UNIQUE,
    search          TEXT NOT NULL,
    taxable         INTEGER NOT NULL DEFAULT 1 CHECK (taxable IN (0, 1)),
    trial_days      INTEGER CHECK (trial_days BETWEEN 0 AND 3650)  -- of subscriptions that name none
) STRICT;

CREATE INDEX product_by_status ON product (status);
CREATE INDEX product_by_creation ON product (created_at, status);
CREATE INDEX product_by_update ON product (updated_at, status);

-- The first price of a product (by row) is its default. None is ever removed while the product exists.
CREATE TABLE price (
    row            INTEGER PRIMARY KEY,
    id             BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    product        INTEGER NOT NULL REFERENCES product (row),
    currency       TEXT NOT NULL CHECK (length(currency) = 3),
    amount_minor   INTEGER NOT NULL CHECK (amount_minor >= 0),
    interval_unit  TEXT NOT NULL CHECK (interval_unit IN ('day', 'week', 'month', 'year')),
    interval_count INTEGER NOT NULL CHECK (interval_count > 0),
    active         INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;

CREATE INDEX price_by_product ON price (product);

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

CREATE TABLE subscription (
    row                  INTEGER PRIMARY KEY,
    id                   BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL,
    customer             INTEGER NOT NULL REFERENCES customer (row),
    product              INTEGER NOT NULL REFERENCES product (row),
    price                INTEGER NOT NULL REFERENCES price (row),
    status               TEXT NOT NULL CHECK (status IN ('pending', 'trialing', 'active', 'past_due', 'suspended', 'paused', 'expired', 'cancelled')),
    quantity             INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    -- The terms as they were agreed; a later change of the price comes at a boundary.
    currency             TEXT NOT NULL CHECK (length(currency) = 3),
    unit_amount_minor    INTEGER NOT NULL CHECK (unit_amount_minor >= 0),
    interval_unit        TEXT NOT NULL CHECK (interval_unit IN ('day', 'week', 'month', 'year')),
    interval_count       INTEGER NOT NULL CHECK (interval_count > 0),
    current_period_start INTEGER,
    current_period_end   INTEGER,  -- paid until
    cancel_at_period_end INTEGER NOT NULL CHECK (cancel_at_period_end IN (0, 1)),
    cancelled_at         INTEGER,
    cancel_reason        TEXT,
    ended_at             INTEGER,
    auto_renew           INTEGER NOT NULL CHECK (auto_renew IN (0, 1)),
    max_connections      INTEGER CHECK (max_connections > 0),
    zone                 TEXT NOT NULL,
    run                  INTEGER,  -- the newest of its runs
    latest_invoice       BLOB CHECK (length(latest_invoice) = 16),
    metadata             TEXT NOT NULL,
    external_id          TEXT UNIQUE,
    search               TEXT NOT NULL,  -- beside the customer's and the product's
    trial_end            INTEGER,
    -- When the present state ends by itself: waiting for the first payment, a trial, grace, suspension.
    state_until          INTEGER,
    paused_at            INTEGER,
    paused_from          TEXT CHECK (paused_from IN ('trialing', 'active', 'past_due')),
    -- When something is to be done next: the queue of the billing run.
    next_at              INTEGER,
    -- The end of paid time after which the vendor wants no further invoice: he took the one back that there was.
    renewal_waived_at    INTEGER,
    -- Why it could not be billed, and is tried again later.
    parked               TEXT,
    start_at             INTEGER,  -- when its first period was said to begin
    ends_at              INTEGER,  -- where its fixed term ends
    trial_told           INTEGER NOT NULL DEFAULT 0 CHECK (trial_told IN (0, 1)),  -- that its trial ends soon
    -- The coupon that it has now, and had to be redeemed for it.
    coupon_redemption    INTEGER REFERENCES coupon_redemption (row),
    -- A change that comes with the end of what is paid: to which price and quantity, and when.
    pending_price        INTEGER REFERENCES price (row),
    pending_quantity     INTEGER CHECK (pending_quantity BETWEEN 1 AND 1000),
    pending_at           INTEGER,
    -- How renewals are paid, and by which method; none for the customer's default one.
    collection           TEXT NOT NULL DEFAULT 'invoice' CHECK (collection IN ('invoice', 'automatic')),
    payment_method       INTEGER REFERENCES payment_method (row),
    CHECK ((current_period_start IS NULL) = (current_period_end IS NULL)),
    CHECK (current_period_start <= current_period_end),
    CHECK (status <> 'cancelled' OR (cancelled_at IS NOT NULL AND ended_at IS NOT NULL)),
    CHECK (status <> 'active' OR (run IS NOT NULL AND current_period_end IS NOT NULL))
) STRICT;

CREATE INDEX subscription_by_status ON subscription (status);
CREATE INDEX subscription_by_customer ON subscription (customer, status);
CREATE INDEX subscription_by_product ON subscription (product);
CREATE INDEX subscription_by_product_status ON subscription (product, status, current_period_end);
CREATE INDEX subscription_by_creation ON subscription (created_at, status);
CREATE INDEX subscription_by_update ON subscription (updated_at, status);
CREATE INDEX subscription_by_period_end ON subscription (status, current_period_end);
CREATE INDEX subscription_by_due ON subscription (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX subscription_by_grace ON subscription (state_until) WHERE status = 'past_due';

-- cancelled is never left.
CREATE TRIGGER subscription_cancelled_is_final BEFORE UPDATE OF status ON subscription
WHEN old.status = 'cancelled' AND new.status <> 'cancelled'
BEGIN SELECT RAISE(ABORT, 'a cancelled subscription stays cancelled'); END;

-- Periods are counted from a run's anchor: a local date and time in a zone.
CREATE TABLE subscription_run (
    subscription INTEGER NOT NULL REFERENCES subscription (row),
    run          INTEGER NOT NULL CHECK (run >= 0),
    anchor       TEXT NOT NULL,  -- 2026-01-31T12:00:00.000
    zone         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (subscription, run)
) STRICT, WITHOUT ROWID;

-- A subscription's periods and the invoice that pays each; the dates wait for the first payment.
CREATE TABLE subscription_period (
    row          INTEGER PRIMARY KEY,
    subscription INTEGER NOT NULL REFERENCES subscription (row),
    run          INTEGER NOT NULL CHECK (run >= 0),
    k            INTEGER NOT NULL CHECK (k >= 0),
    start_at     INTEGER,
    end_at       INTEGER,
    invoice_line INTEGER UNIQUE REFERENCES invoice_line (row),  -- none for what was paid elsewhere
    released     INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1)),  -- the invoice was voided, or the period credited whole
    -- 0 for the period itself; beside it, from 1 on, what was left of it after each change.
    part         INTEGER NOT NULL DEFAULT 0 CHECK (part >= 0),
    -- Days within it that nobody had, because of a pause.
    paused_days  INTEGER NOT NULL DEFAULT 0 CHECK (paused_days >= 0),
    CHECK ((start_at IS NULL) = (end_at IS NULL)),
    CHECK (start_at < end_at)
) STRICT;

-- At most one invoice bills a period.
CREATE UNIQUE INDEX subscription_period_billed_once ON subscription_period (subscription, run, k, part) WHERE released = 0;

CREATE TABLE access (
    row          INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    subscription INTEGER NOT NULL REFERENCES subscription (row),
    created_at   INTEGER NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'revoked')),
    username     TEXT NOT NULL UNIQUE,
    password     BLOB NOT NULL  -- encrypted
) STRICT;

CREATE INDEX access_by_subscription ON access (subscription);

-- A series of document numbers, and apart from the documents the head of their chain of hashes.
CREATE TABLE document_series (
    series    TEXT PRIMARY KEY,  -- 'INV-{n}'
    last_n    INTEGER NOT NULL CHECK (last_n > 0),
    head_hash BLOB NOT NULL CHECK (length(head_hash) = 32)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE invoice_line (
    row               INTEGER PRIMARY KEY,
    id                BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    invoice           INTEGER NOT NULL REFERENCES invoice (row),
    description       TEXT NOT NULL,
    quantity          INTEGER NOT NULL CHECK (quantity > 0),
    unit_amount_minor INTEGER NOT NULL CHECK (unit_amount_minor >= 0),
    amount_minor      INTEGER NOT NULL CHECK (amount_minor >= 0),
    discount_minor    INTEGER NOT NULL CHECK (discount_minor >= 0),
    tax_minor         INTEGER NOT NULL CHECK (tax_minor >= 0),
    explanation       TEXT NOT NULL,
    taxable           INTEGER NOT NULL DEFAULT 1 CHECK (taxable IN (0, 1)),
    -- The local days that it bills; none for what is no time, and where the dates wait for the payment.
    days              INTEGER CHECK (days >= 0)
) STRICT;

CREATE INDEX invoice_line_by_invoice ON invoice_line (invoice);

CREATE TRIGGER invoice_line_is_final BEFORE UPDATE ON invoice_line
BEGIN SELECT RAISE(ABORT, 'a finalised document does not change'); END;

CREATE TRIGGER invoice_line_is_kept BEFORE DELETE ON invoice_line
BEGIN SELECT RAISE(ABORT, 'a finalised document is kept'); END;

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

CREATE TABLE customer_balance (
    customer     INTEGER NOT NULL REFERENCES customer (row),
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (customer, currency)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER customer_has_balance AFTER INSERT ON customer_balance
BEGIN UPDATE customer SET has_balance = 1 WHERE row = new.customer; END;

CREATE TABLE balance_entry (
    row          INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at   INTEGER NOT NULL,
    customer     INTEGER NOT NULL REFERENCES customer (row),
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    kind         TEXT NOT NULL CHECK (kind IN ('granted', 'applied', 'returned', 'overpaid', 'credited')),
    invoice      BLOB CHECK (length(invoice) = 16),
    note         TEXT
) STRICT;

CREATE INDEX balance_entry_by_customer ON balance_entry (customer);

CREATE TRIGGER balance_entry_is_kept BEFORE DELETE ON balance_entry
BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;

CREATE TRIGGER balance_entry_is_final BEFORE UPDATE OF id, created_at, customer, currency, amount_minor, kind, invoice ON balance_entry
BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;

-- The ledger: postings of one entry sum to zero; a debit is positive.
CREATE TABLE ledger_entry (
    row        INTEGER PRIMARY KEY,
    created_at INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    customer   INTEGER REFERENCES customer (row),  -- none for what all lines together earned on a day
    invoice    INTEGER REFERENCES invoice (row),
    payment    INTEGER REFERENCES payment (row),
    day        INTEGER NOT NULL  -- the business's day in which it counts
) STRICT;

CREATE TABLE ledger_posting (
    row          INTEGER PRIMARY KEY,
    entry        INTEGER NOT NULL REFERENCES ledger_entry (row),
    account      TEXT NOT NULL,
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0)
) STRICT;

CREATE INDEX ledger_posting_by_entry ON ledger_posting (entry);

CREATE TRIGGER ledger_entry_is_final BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER ledger_entry_is_kept BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER ledger_posting_is_final BEFORE UPDATE ON ledger_posting
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER ledger_posting_is_kept BEFORE DELETE ON ledger_posting
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

-- What happened, as it is told to others. The payload can be erased; the row stays.
CREATE TABLE event (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,  -- without gaps
    id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    created_at INTEGER NOT NULL,
    type       TEXT NOT NULL,
    object_id  BLOB CHECK (length(object_id) = 16),
    object     TEXT,    -- as the API showed it then; none once erased
    previous   TEXT     -- the old values of what changed
) STRICT;

CREATE INDEX event_by_object ON event (object_id);

-- Who did what to what: compact, and kept for ever.
CREATE TABLE transition (
    event      INTEGER PRIMARY KEY REFERENCES event (sequence),
    object_id  BLOB CHECK (length(object_id) = 16),
    from_state TEXT,
    to_state   TEXT,
    actor      TEXT NOT NULL,
    note       TEXT,  -- in somebody's words, and so erased with a customer
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX transition_by_object ON transition (object_id) WHERE note IS NOT NULL;

CREATE TRIGGER transition_is_final BEFORE UPDATE OF event, object_id, from_state, to_state, actor, created_at ON transition
BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
CREATE TRIGGER transition_is_kept BEFORE DELETE ON transition
BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;

-- Exact totals of lists, kept by triggers so that no code path can forget them.
CREATE TABLE total (
    noun   TEXT NOT NULL,
    status TEXT NOT NULL,
    n      INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (noun, status)
) STRICT, WITHOUT ROWID;

-- The same by UTC day of creation, with the rows between which that day's lie. The bounds stay valid, if wider than
-- need be, after rows go.
CREATE TABLE total_by_day (
    noun      TEXT NOT NULL,
    day       INTEGER NOT NULL,
    status    TEXT NOT NULL,
    n         INTEGER NOT NULL CHECK (n >= 0),
    first_row INTEGER NOT NULL,
    last_row  INTEGER NOT NULL,
    PRIMARY KEY (noun, day, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscription_total_by_product (
    product INTEGER NOT NULL,
    status  TEXT NOT NULL,
    n       INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (product, status)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER customer_counted AFTER INSERT ON customer BEGIN
    INSERT INTO total (noun, status, n) VALUES ('customer', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('customer', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;
CREATE TRIGGER customer_counted_off AFTER DELETE ON customer BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'customer' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'customer' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
END;
CREATE TRIGGER customer_counted_anew AFTER UPDATE OF status ON customer WHEN old.status <> new.status BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'customer' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'customer' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
    INSERT INTO total (noun, status, n) VALUES ('customer', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('customer', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;

CREATE TRIGGER product_counted AFTER INSERT ON product BEGIN
    INSERT INTO total (noun, status, n) VALUES ('product', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('product', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;
CREATE TRIGGER product_counted_off AFTER DELETE ON product BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'product' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'product' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
END;
CREATE TRIGGER product_counted_anew AFTER UPDATE OF status ON product WHEN old.status <> new.status BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'product' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'product' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
    INSERT INTO total (noun, status, n) VALUES ('product', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('product', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;

CREATE TRIGGER credit_note_counted AFTER INSERT ON credit_note BEGIN
    INSERT INTO total (noun, status, n) VALUES ('credit_note', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('credit_note', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
END;

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

CREATE TRIGGER subscription_counted AFTER INSERT ON subscription BEGIN
    INSERT INTO total (noun, status, n) VALUES ('subscription', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('subscription', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
    INSERT INTO subscription_total_by_product (product, status, n) VALUES (new.product, new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER subscription_counted_off AFTER DELETE ON subscription BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'subscription' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'subscription' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
    UPDATE subscription_total_by_product SET n = n - 1 WHERE product = old.product AND status = old.status;
END;
CREATE TRIGGER subscription_counted_anew AFTER UPDATE OF status, product ON subscription WHEN old.status <> new.status OR old.product <> new.product BEGIN
    UPDATE total SET n = n - 1 WHERE noun = 'subscription' AND status = old.status;
    UPDATE total_by_day SET n = n - 1 WHERE noun = 'subscription' AND status = old.status AND day = (old.created_at - (old.created_at % 86400000 + 86400000) % 86400000) / 86400000;
    UPDATE subscription_total_by_product SET n = n - 1 WHERE product = old.product AND status = old.status;
    INSERT INTO total (noun, status, n) VALUES ('subscription', new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO total_by_day (noun, day, status, n, first_row, last_row)
        VALUES ('subscription', (new.created_at - (new.created_at % 86400000 + 86400000) % 86400000) / 86400000, new.status, 1, new.row, new.row)
        ON CONFLICT DO UPDATE SET n = n + 1, first_row = min(first_row, excluded.first_row), last_row = max(last_row, excluded.last_row);
    INSERT INTO subscription_total_by_product (product, status, n) VALUES (new.product, new.status, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

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

-- What lists are searched by, a second time: 32 rows to a block, each begun by the marks char(30) and char(128 + row % 32), which
-- no text contains. store/search.rs looks through it. A BLOB, which is read where it lies, as TEXT is not.
CREATE TABLE customer_search (
    block INTEGER PRIMARY KEY,  -- row / 32
    text  BLOB NOT NULL
) STRICT;

-- A subscription is found by its customer's text, too; by its product's without being in here.
CREATE TABLE subscription_search (
    block INTEGER PRIMARY KEY,
    text  BLOB NOT NULL
) STRICT;

CREATE TABLE invoice_search (
    block INTEGER PRIMARY KEY,
    text  BLOB NOT NULL
) STRICT;

CREATE TRIGGER customer_searched AFTER INSERT ON customer BEGIN
    INSERT INTO customer_search (block, text) VALUES (new.row / 32, CAST(char(30, 128 + new.row % 32) || new.search AS BLOB))
        ON CONFLICT DO UPDATE SET text = CAST(text || excluded.text AS BLOB);
END;
CREATE TRIGGER customer_searched_anew AFTER UPDATE OF search ON customer WHEN old.search <> new.search BEGIN
    UPDATE customer_search SET text = CAST(coalesce((
        SELECT group_concat(char(30, 128 + row % 32) || search, '') FROM customer WHERE row BETWEEN new.row / 32 * 32 AND new.row / 32 * 32 + 31
    ), '') AS BLOB) WHERE block = new.row / 32;
    UPDATE subscription_search SET text = CAST(coalesce((
        SELECT group_concat(char(30, 128 + subscription.row % 32) || customer.search || char(10) || subscription.search, '')
            FROM subscription CROSS JOIN customer ON customer.row = subscription.customer WHERE subscription.row BETWEEN block * 32 AND block * 32 + 31
    ), '') AS BLOB) WHERE block IN (SELECT row / 32 FROM subscription WHERE customer = new.row);
END;
CREATE TRIGGER customer_searched_off AFTER DELETE ON customer BEGIN
    UPDATE customer_search SET text = CAST(coalesce((
        SELECT group_concat(char(30, 128 + row % 32) || search, '') FROM customer WHERE row BETWEEN old.row / 32 * 32 AND old.row / 32 * 32 + 31
    ), '') AS BLOB) WHERE block = old.row / 32;
END;

CREATE TRIGGER subscription_searched AFTER INSERT ON subscription BEGIN
    INSERT INTO subscription_search (block, text)
        SELECT new.row / 32, CAST(char(30, 128 + new.row % 32) || search || char(10) || new.search AS BLOB) FROM customer WHERE row = new.customer
        ON CONFLICT DO UPDATE SET text = CAST(text || excluded.text AS BLOB);
END;
CREATE TRIGGER subscription_searched_anew AFTER UPDATE OF search, customer ON subscription WHEN old.search <> new.search OR old.customer <> new.customer BEGIN
    UPDATE subscription_search SET text = CAST(coalesce((
        SELECT group_concat(char(30, 128 + subscription.row % 32) || customer.search || char(10) || subscription.search, '')
            FROM subscription CROSS JOIN customer ON customer.row = subscription.customer WHERE subscription.row BETWEEN new.row / 32 * 32 AND new.row / 32 * 32 + 31
    ), '') AS BLOB) WHERE block = new.row / 32;
END;
CREATE TRIGGER subscription_searched_off AFTER DELETE ON subscription BEGIN
    UPDATE subscription_search SET text = CAST(coalesce((
        SELECT group_concat(char(30, 128 + subscription.row % 32) || customer.search || char(10) || subscription.search, '')
            FROM subscription CROSS JOIN customer ON customer.row = subscription.customer WHERE subscription.row BETWEEN old.row / 32 * 32 AND old.row / 32 * 32 + 31
    ), '') AS BLOB) WHERE block = old.row / 32;
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
