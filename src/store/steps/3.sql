-- From schema version 2 to 3: the test clock, what subscriptions wait for, and the last proof of the books.

ALTER TABLE engine ADD COLUMN billing_now INTEGER;

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

CREATE INDEX subscription_by_due ON subscription (next_at) WHERE next_at IS NOT NULL;

-- A first invoice waits as long as it says.
UPDATE subscription SET state_until = (SELECT due_at FROM invoice WHERE invoice.subscription = subscription.row ORDER BY invoice.row LIMIT 1)
    WHERE status = 'pending';
-- The first run of the engine finds out when each is due.
UPDATE subscription SET next_at = created_at WHERE status NOT IN ('cancelled', 'expired');
