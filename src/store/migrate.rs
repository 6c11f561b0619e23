//! Brings a database file to the schema of this program, and refuses files that are not ours or newer than we are.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::domain::text::searched;
use crate::error::{Error, Result};

/// "BHD1", in the file's header: `file data/billhead.db` shows it.
const APPLICATION_ID: i32 = 0x4248_4431;

/// The whole schema, for a new file.
const SCHEMA: &str = include_str!("../../schema.sql");

/// The steps from each version to the next, the first from version 1 to 2. The file's version is 1 + the steps taken.
const STEPS: &[&str] = &[include_str!("steps/2.sql"), include_str!("steps/3.sql")];

/// The version that this program reads and writes.
pub fn current_version() -> i32 {
    1 + i32::try_from(STEPS.len()).unwrap_or(i32::MAX)
}

fn pragma(connection: &Connection, name: &str) -> Result<i32> {
    connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0)).map_err(Error::from)
}

/// Reads only: a file of somebody else's is left exactly as it is.
pub fn check_identity(connection: &Connection, path: &Path) -> Result<()> {
    let foreign = |e: rusqlite::Error| match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => Error::Internal(format!("{} is not a Billhead database: {e}", path.display())),
        _ => Error::Internal(format!("cannot open the database {}: {e}", path.display())),
    };
    let tables: i64 = connection.query_row("SELECT COUNT(*) FROM sqlite_master", [], |row| row.get(0)).map_err(foreign)?;
    let (id, version) = (pragma(connection, "application_id")?, pragma(connection, "user_version")?);
    if tables > 0 && id != APPLICATION_ID {
        return Err(Error::Internal(format!("{} is not a Billhead database. Choose another directory with --data", path.display())));
    }
    if version > current_version() {
        return Err(Error::Internal(format!(
            "{} was written by a newer Billhead (its schema is version {version}; this program knows version {}). Start the newer program",
            path.display(),
            current_version()
        )));
    }
    Ok(())
}

/// Refuses a database that only a start of the server would bring up to date.
pub fn check_current(connection: &Connection, path: &Path) -> Result<()> {
    check_identity(connection, path)?;
    let version = pragma(connection, "user_version")?;
    if version == current_version() {
        return Ok(());
    }
    Err(Error::Internal(format!(
        "{} was written by an older Billhead (its schema is version {version}; this program reads version {}). Start this program's server on it once",
        path.display(),
        current_version()
    )))
}

/// Makes the schema in a new file, or takes the steps that an older one lacks, in one transaction.
pub fn migrate(connection: &mut Connection, path: &Path) -> Result<()> {
    if pragma(connection, "user_version")? == current_version() {
        return Ok(());
    }
    let failed = |e: rusqlite::Error| Error::Internal(format!("cannot bring {} to schema version {}: {e}", path.display(), current_version()));
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    // Another process may have been quicker.
    let version = pragma(&tx, "user_version")?;
    match usize::try_from(version) {
        Ok(0) => {
            tx.execute_batch(SCHEMA).map_err(failed)?;
            tx.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
        }
        Ok(taken) => {
            for step in STEPS.iter().skip(taken - 1) {
                tx.execute_batch(step).map_err(failed)?;
            }
            if taken < 3 {
                see_anew(&tx).map_err(failed)?;
            }
        }
        Err(_) => return Err(Error::Internal(format!("{} has schema version {version}, which never was", path.display()))),
    }
    tx.pragma_update(None, "user_version", current_version()).map_err(failed)?;
    tx.commit().map_err(failed)
}

/// Before version 3 a search saw accents.
fn see_anew(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    for table in ["customer", "product", "subscription", "invoice", "payment"] {
        // What is ASCII is seen as before.
        let sql = format!("SELECT row, search FROM {table} WHERE search GLOB '*[^' || char(1) || '-' || char(127) || ']*'");
        let rows: Vec<(i64, String)> = tx.prepare(&sql)?.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        let mut update = tx.prepare(&format!("UPDATE {table} SET search = ?2 WHERE row = ?1"))?;
        for (row, text) in rows {
            update.execute((row, searched(&text)))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;
    use crate::domain::recognition::{Days, Schedule};
    use crate::store::db::open_writer;

    /// Without comments and spaces: a column that was added later stands on the last one's line.
    fn plain(sql: &str) -> String {
        sql.lines().map(|line| line.split("--").next().unwrap_or("")).collect::<String>().split_whitespace().collect()
    }

    fn schema(connection: &Connection) -> Vec<(String, String)> {
        let mut statement = connection.prepare("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").unwrap_or_else(|e| panic!("{e}"));
        let rows = statement.query_map([], |r| Ok((r.get(0)?, plain(&r.get::<_, String>(1)?)))).and_then(Iterator::collect);
        rows.unwrap_or_else(|e| panic!("{e}"))
    }

    /// What version 1 had otherwise.
    const BACK_TO_1: &str = "DROP TABLE recognition; DROP TABLE revenue_change; DROP TABLE revenue_rate; DROP TABLE revenue_clock;
        DROP TRIGGER ledger_posting_counted; DROP TRIGGER receivable_counted; DROP TABLE ledger_day; DROP TABLE receivable_due; DROP TABLE receivable_day;
        DROP TABLE mrr_movement; DROP TABLE mrr_day; DROP TABLE count_day;
        ALTER TABLE ledger_entry DROP COLUMN day;
        ALTER TABLE subscription DROP COLUMN pending_price; ALTER TABLE subscription DROP COLUMN pending_quantity;
        ALTER TABLE subscription DROP COLUMN pending_at; DROP INDEX subscription_period_billed_once;
        ALTER TABLE subscription_period DROP COLUMN part; ALTER TABLE subscription_period DROP COLUMN paused_days;
        CREATE UNIQUE INDEX subscription_period_billed_once ON subscription_period (subscription, run, k) WHERE released = 0;
        DROP TABLE credit_note_line_tax; DROP TABLE credit_note_line; DROP TABLE credit_note;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, ', ''credited'')', ')') WHERE name = 'balance_entry';
        PRAGMA writable_schema = RESET;
        DROP TABLE gateway_refund; DROP TABLE charge_order; ALTER TABLE subscription DROP COLUMN payment_method; ALTER TABLE subscription DROP COLUMN collection;
        DROP TABLE payment; DROP TABLE payment_method;
        CREATE TABLE payment (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            invoice INTEGER NOT NULL REFERENCES invoice (row), customer INTEGER NOT NULL REFERENCES customer (row), currency TEXT NOT NULL CHECK (length(currency) = 3),
            amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
            status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'succeeded', 'failed', 'refunded', 'disputed')), provider TEXT NOT NULL,
            provider_reference TEXT, method TEXT, reference TEXT, paid_at INTEGER NOT NULL, UNIQUE (provider, provider_reference)) STRICT;
        CREATE INDEX payment_by_invoice ON payment (invoice);
        CREATE INDEX payment_by_customer ON payment (customer);
        DROP TABLE invoice_line_tax; DROP TABLE invoice_tax;
        ALTER TABLE customer DROP COLUMN tax_exempt; ALTER TABLE product DROP COLUMN taxable; ALTER TABLE product DROP COLUMN trial_days;
        ALTER TABLE invoice_line DROP COLUMN taxable; ALTER TABLE invoice_line DROP COLUMN days; ALTER TABLE subscription DROP COLUMN coupon_redemption;
        DROP TABLE coupon_redemption; DROP TABLE coupon_product; DROP TABLE coupon; DROP TABLE tax_rate;
        DROP TABLE draft_line; DROP TABLE invoice;
        CREATE TABLE invoice (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), created_at INTEGER NOT NULL, updated_at INTEGER NOT
            NULL, customer INTEGER NOT NULL REFERENCES customer (row), subscription INTEGER REFERENCES subscription (row), series TEXT NOT NULL REFERENCES
            document_series (series), n INTEGER NOT NULL CHECK (n > 0), number TEXT NOT NULL UNIQUE, billing_reason TEXT NOT NULL CHECK (billing_reason IN
            ('subscription_create', 'subscription_cycle', 'subscription_update', 'manual')), status TEXT NOT NULL CHECK (status IN ('open', 'paid', 'void',
            'uncollectible')), currency TEXT NOT NULL CHECK (length(currency) = 3), subtotal_minor INTEGER NOT NULL CHECK (subtotal_minor >= 0), discount_minor
            INTEGER NOT NULL CHECK (discount_minor BETWEEN 0 AND subtotal_minor), tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0), total_minor INTEGER NOT NULL
            CHECK (total_minor >= 0), amount_credited_minor INTEGER NOT NULL DEFAULT 0 CHECK (amount_credited_minor >= 0), balance_applied_minor INTEGER NOT NULL
            DEFAULT 0 CHECK (balance_applied_minor >= 0), amount_paid_minor INTEGER NOT NULL DEFAULT 0 CHECK (amount_paid_minor >= 0), issued_at INTEGER NOT NULL,
            due_at INTEGER NOT NULL, paid_at INTEGER, voided_at INTEGER, content TEXT NOT NULL, previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), replaces BLOB CHECK (length(replaces) = 16), replaced_by BLOB CHECK (length(replaced_by) = 16),
            metadata TEXT NOT NULL, external_id TEXT UNIQUE, search TEXT NOT NULL, UNIQUE (series, n), CHECK (total_minor - amount_credited_minor -
            balance_applied_minor - amount_paid_minor BETWEEN 0 AND total_minor), CHECK (status <> 'paid' OR (paid_at IS NOT NULL AND total_minor =
            amount_credited_minor + balance_applied_minor + amount_paid_minor)), CHECK (status <> 'void' OR (voided_at IS NOT NULL AND balance_applied_minor = 0
            AND amount_paid_minor = 0))) STRICT;
        ALTER TABLE engine DROP COLUMN billing_now; DROP TABLE proof; DROP INDEX subscription_by_due; DROP INDEX subscription_by_grace;
        ALTER TABLE subscription DROP COLUMN trial_end; ALTER TABLE subscription DROP COLUMN state_until; ALTER TABLE subscription DROP COLUMN paused_at;
        ALTER TABLE subscription DROP COLUMN paused_from; ALTER TABLE subscription DROP COLUMN next_at; ALTER TABLE subscription DROP COLUMN renewal_waived_at;
        ALTER TABLE subscription DROP COLUMN start_at; ALTER TABLE subscription DROP COLUMN ends_at;
        ALTER TABLE subscription DROP COLUMN trial_told; ALTER TABLE engine DROP COLUMN reschedule_after; ALTER TABLE subscription DROP COLUMN parked;
        DROP TABLE session; DROP TABLE admin; DROP TABLE idempotency;
        DROP TRIGGER customer_searched; DROP TRIGGER customer_searched_anew; DROP TRIGGER customer_searched_off;
        DROP TRIGGER subscription_searched; DROP TRIGGER subscription_searched_anew; DROP TRIGGER subscription_searched_off;
        DROP TABLE customer_search; DROP TABLE subscription_search; DROP TABLE invoice_search;
        CREATE TABLE idempotency (api_key INTEGER NOT NULL REFERENCES api_key (row), key TEXT NOT NULL, created_at INTEGER NOT NULL,
            fingerprint BLOB NOT NULL, status INTEGER NOT NULL, location TEXT, object_id BLOB, body BLOB NOT NULL, PRIMARY KEY (api_key, key)) STRICT, WITHOUT ROWID;
        DROP INDEX subscription_by_product_status;
        CREATE INDEX subscription_by_product_status ON subscription (product, status);
        CREATE INDEX idempotency_by_age ON idempotency (created_at);
        CREATE INDEX idempotency_by_object ON idempotency (object_id);
        INSERT INTO api_key (id, created_at, updated_at, name, tier, scopes, hash, hint)
            VALUES (x'00112233445566778899aabbccddeeff', 1, 1, 'old', 'standard', '', zeroblob(32), 'bh_live_');
        INSERT INTO customer (row, id, created_at, updated_at, status, email, email_key, tags, metadata, search)
            VALUES (33, x'10112233445566778899aabbccddeeff', 1, 1, 'active', 'a@b.de', 'a@b.de', '[]', '{}', 'a@b.de
ana krüger');
        INSERT INTO document_series VALUES ('INV-{n}', 1, zeroblob(32));
        INSERT INTO invoice (row, id, created_at, updated_at, customer, series, n, number, billing_reason, status, currency, subtotal_minor, discount_minor, tax_minor,
            total_minor, amount_paid_minor, issued_at, due_at, paid_at, content, previous_hash, hash, metadata, search)
            VALUES (7, x'20112233445566778899aabbccddeeff', 1, 1, 33, 'INV-{n}', 1, 'INV-1', 'manual', 'paid', 'USD', 5, 0, 0, 5, 5, 1, 1, 1, '{}', zeroblob(32), zeroblob(32), '{}', '');
        INSERT INTO payment (row, id, created_at, updated_at, invoice, customer, currency, amount_minor, status, provider, reference, paid_at)
            VALUES (9, x'30112233445566778899aabbccddeeff', 1, 1, 7, 33, 'USD', 5, 'succeeded', 'manual', 'R-1', 1);
        INSERT INTO ledger_entry (created_at, kind, customer, invoice, payment) VALUES (1, 'payment_received', 33, 7, 9);
        INSERT INTO idempotency VALUES (1, 'again', 5, zeroblob(32), 201, '/x', NULL, x'01');
        PRAGMA user_version = 1;";

    #[test]
    fn an_older_file_becomes_what_a_new_one_is_and_keeps_its_answers() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let (new, old) = (directory.path().join("new.db"), directory.path().join("old.db"));
        let new = open_writer(&new).unwrap_or_else(|e| panic!("{e}"));
        open_writer(&old).and_then(|c| Ok(c.execute_batch(BACK_TO_1)?)).unwrap_or_else(|e| panic!("{e}"));
        let migrated = open_writer(&old).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(schema(&migrated), schema(&new));
        let kept = migrated.query_row("SELECT hex(caller), key, status, location FROM idempotency", [], |r| {
            Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?, r.get::<_, String>(3)?))
        });
        let searched = migrated.query_row("SELECT block, text FROM customer_search", [], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Vec<u8>>(1)?)));
        let paid = migrated.query_row("SELECT payment.row, search FROM payment JOIN ledger_entry ON ledger_entry.payment = payment.row", [], |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?))
        });
        assert_eq!(paid.ok(), Some((9, "\nr-1".into())));
        let counted = migrated.query_row("SELECT n FROM total WHERE noun = 'payment' AND status = 'succeeded'", [], |r| r.get::<_, i64>(0));
        assert_eq!(counted.ok(), Some(1));
        assert_eq!(searched.ok(), Some((1, "\u{1e}\u{81}a@b.de\nana kruger".into())));
        assert_eq!(kept.ok(), Some(("00112233445566778899AABBCCDDEEFF".into(), "again".into(), 201, "/x".into())));
    }

    /// Billed before days were counted: a month that runs, a year that was billed late, a fee, what is void and what waits.
    const BILLED: &str = "INSERT INTO product (row, id, created_at, updated_at, status, name, setup_fee_minor, metadata, search) VALUES (1, randomblob(16), 1, 1, 'active', 'Gold', 0, '{}', '');
        INSERT INTO price (row, id, product, currency, amount_minor, interval_unit, interval_count, active) VALUES (1, randomblob(16), 1, 'USD', 500, 'week', 1, 1);
        INSERT INTO subscription (row, id, created_at, updated_at, customer, product, price, status, quantity, currency, unit_amount_minor, interval_unit, interval_count,
            current_period_start, current_period_end, cancel_at_period_end, auto_renew, zone, run, metadata, search)
            VALUES (1, randomblob(16), 1769853600000, 1, 33, 1, 1, 'active', 3, 'USD', 500, 'week', 1, 1, 2, 0, 1, 'UTC', 0, '{}', '');
        INSERT INTO document_series VALUES ('X-{n}', 5, zeroblob(32));
        INSERT INTO invoice (row, id, created_at, updated_at, customer, subscription, series, n, number, billing_reason, status, currency, subtotal_minor, discount_minor, tax_minor,
            total_minor, amount_paid_minor, issued_at, due_at, paid_at, voided_at, content, previous_hash, hash, metadata, search)
            SELECT n, randomblob(16), 1, 1, 33, 1, 'X-{n}', n, n, 'subscription_cycle', status, 'USD', net, 0, 0, net, iif(status = 'paid', net, 0),
                1769853600000, 1769853600000 + n * 86400000, iif(status = 'paid', 1, NULL), iif(status = 'void', 1, NULL), '', zeroblob(32), randomblob(32), '{}', ''
            FROM (SELECT 1 AS n, 'paid' AS status, 999 AS net UNION ALL VALUES (2, 'open', 1000), (3, 'paid', 500), (4, 'void', 700), (5, 'open', 800));
        INSERT INTO invoice_line (row, id, invoice, description, quantity, unit_amount_minor, amount_minor, discount_minor, tax_minor, explanation)
            SELECT row, randomblob(16), row, '', 1, total_minor, total_minor, 0, 0, '' FROM invoice WHERE series = 'X-{n}';
        -- From 31 January for 28 days; from 1 January 2025 for a year; and the dates of the last are to come.
        INSERT INTO subscription_period (subscription, run, k, start_at, end_at, invoice_line, released) VALUES
            (1, 0, 0, 1769853600000, 1772272800000, 1, 0), (1, 0, 1, 1735725600000, 1767261600000, 2, 0), (1, 0, 2, 1769853600000, 1772272800000, 4, 1), (1, 0, 3, NULL, NULL, 5, 0);
        INSERT INTO ledger_entry (created_at, kind, customer, invoice) SELECT 1769853600000, 'invoice_finalized', 33, row FROM invoice WHERE series = 'X-{n}';
        INSERT INTO ledger_posting (entry, account, currency, amount_minor) SELECT row, 'receivable', 'USD', (SELECT total_minor FROM invoice WHERE row = invoice) FROM ledger_entry
            WHERE kind = 'invoice_finalized';
        INSERT INTO ledger_posting (entry, account, currency, amount_minor) SELECT entry, 'deferred_revenue', 'USD', -amount_minor FROM ledger_posting;
        -- The last thing that was written, on 10 February.
        INSERT INTO ledger_entry (created_at, kind, customer) VALUES (1770724800000, 'balance_granted', 33);
        INSERT INTO ledger_posting (entry, account, currency, amount_minor) SELECT MAX(row), 'revenue', 'USD', 5 FROM ledger_entry;
        INSERT INTO ledger_posting (entry, account, currency, amount_minor) SELECT MAX(row), 'customer_balance', 'USD', -5 FROM ledger_entry;";

    #[test]
    fn what_an_older_file_billed_is_earned_and_counted() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let path = directory.path().join("old.db");
        open_writer(&path).and_then(|c| Ok(c.execute_batch(&format!("{BACK_TO_1} {BILLED}"))?)).unwrap_or_else(|e| panic!("{e}"));
        let migrated = open_writer(&path).unwrap_or_else(|e| panic!("{e}"));
        let told = |sql: &str| -> Vec<String> {
            let mut statement = migrated.prepare(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
            let rows = statement.query_map([], |r| r.get(0)).and_then(Iterator::collect);
            rows.unwrap_or_else(|e| panic!("{sql}: {e}"))
        };
        assert_eq!(told("SELECT \"table\" FROM pragma_foreign_key_check"), [""; 0]);
        let day = |text: &str| crate::domain::time::parse_day(text).unwrap_or_else(|| panic!("{text}"));
        let open = day("2026-02-10");
        assert_eq!(told("SELECT open_day || '' FROM revenue_clock"), [open.to_string()]);
        // As the domain would have written it.
        let usd = crate::domain::money::Currency::parse("USD").unwrap_or_else(|e| panic!("{e}"));
        let schedule = |minor, first: &str, count| Schedule::new(Money::new(minor, usd), open, Some(Days::new(day(first), count)));
        let plans = [schedule(999, "2026-01-31", 28), schedule(1000, "2025-01-01", 365), schedule(500, "2026-01-31", 1)];
        let mut changes = std::collections::BTreeMap::new();
        for change in plans.iter().flat_map(|plan| plan.changes(open)) {
            *changes.entry(change.day).or_insert(0) += change.minor;
        }
        let changes: Vec<String> = changes.into_iter().filter(|(_, minor)| *minor != 0).map(|(day, minor)| format!("{day} {minor}")).collect();
        assert_eq!(told("SELECT day || ' ' || amount_minor FROM revenue_change WHERE amount_minor <> 0 ORDER BY day"), changes);
        let rows = "SELECT invoice_line || ': ' || amount_minor || ' ' || coalesce(days, 'waits') FROM recognition ORDER BY row";
        assert_eq!(told(rows), ["1: 999 28", "2: 1000 365", "3: 500 1", "4: 700 waits", "5: 800 waits", "4: 0 waits"]);
        // Three at 5.00 a week are 65.00 a month.
        assert_eq!(told("SELECT kind || ' ' || day || ' ' || amount_minor || ' ' || n FROM mrr_day"), [format!("new {} 6500 1", day("2026-01-31"))]);
        let receivable =
            format!("SELECT account || ' ' || debit_minor || ' ' || credit_minor FROM ledger_day WHERE day = {} ORDER BY account", day("2026-01-31"));
        assert_eq!(told(&receivable), ["deferred_revenue 0 3999", "receivable 3999 0"]);
        assert_eq!(told("SELECT amount_minor || '' FROM receivable_day ORDER BY due_day"), ["999", "1000", "500", "700", "800"]);
        // Entries stay what they are, and are only added to.
        assert!(migrated.execute("UPDATE ledger_entry SET day = 1", []).is_err() && migrated.execute("DELETE FROM recognition", []).is_err());
    }
}
