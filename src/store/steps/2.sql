-- From schema version 1 to 2: the admin site's accounts, answers that are kept for a form as for a key, and what its lists need.

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

CREATE TEMPORARY TABLE kept AS
    SELECT api_key.id AS caller, key, idempotency.created_at, fingerprint, status, location, object_id, body
    FROM idempotency JOIN api_key ON api_key.row = idempotency.api_key;

DROP TABLE idempotency;

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

INSERT INTO idempotency (caller, key, created_at, fingerprint, status, location, object_id, body)
    SELECT caller, key, created_at, fingerprint, status, location, object_id, body FROM kept;

DROP TABLE kept;

DROP INDEX subscription_by_product_status;
CREATE INDEX subscription_by_product_status ON subscription (product, status, current_period_end);

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

INSERT INTO customer_search (block, text)
    SELECT row / 32, CAST(group_concat(char(30, 128 + row % 32) || search, '') AS BLOB) FROM customer GROUP BY row / 32;
INSERT INTO subscription_search (block, text)
    SELECT subscription.row / 32, CAST(group_concat(char(30, 128 + subscription.row % 32) || customer.search || char(10) || subscription.search, '') AS BLOB)
    FROM subscription CROSS JOIN customer ON customer.row = subscription.customer GROUP BY subscription.row / 32;
INSERT INTO invoice_search (block, text)
    SELECT row / 32, CAST(group_concat(char(30, 128 + row % 32) || search, '') AS BLOB) FROM invoice GROUP BY row / 32;
