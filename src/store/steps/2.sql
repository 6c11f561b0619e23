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
