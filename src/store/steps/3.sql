-- From schema version 2 to 3: the test clock, and what subscriptions wait for.

ALTER TABLE engine ADD COLUMN billing_now INTEGER;

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
