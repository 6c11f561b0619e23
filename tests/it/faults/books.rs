//! Whether a database is sound: the file itself, and everything in it that must agree.

use std::path::Path;

use billhead::store::db::FILE_NAME;
use rusqlite::{Connection, Params};
use tempfile::TempDir;

/// The database as a crash leaves it: the file and its log, copied, so that looking does not recover the original.
pub struct Wreck {
    pub connection: Connection,
    _directory: TempDir,
}

impl Wreck {
    pub fn of(data: &Path) -> Self {
        let directory = tempfile::tempdir().expect("there is room for a copy");
        for name in [FILE_NAME.to_owned(), format!("{FILE_NAME}-wal")] {
            if data.join(&name).exists() {
                std::fs::copy(data.join(&name), directory.path().join(&name)).expect("the file can be copied");
            }
        }
        Self { connection: open(directory.path()), _directory: directory }
    }
}

/// A normal connection, beside a running server or without one.
pub fn open(data: &Path) -> Connection {
    let connection = Connection::open(data.join(FILE_NAME)).expect("the database opens");
    connection.busy_timeout(crate::support::process::SOON).expect("a connection has a time-out");
    connection
}

pub fn count(connection: &Connection, sql: &str, params: impl Params) -> i64 {
    connection.query_row(sql, params, |row| row.get(0)).unwrap_or_else(|e| panic!("{sql}: {e}"))
}

/// Every customer's and subscription's number of rows by what the tests give them, an e-mail or an externalId.
pub fn rows_of(connection: &Connection, name: &str) -> i64 {
    let sql = "SELECT (SELECT COUNT(*) FROM customer WHERE email = ?1) + (SELECT COUNT(*) FROM subscription WHERE external_id = ?1)";
    count(connection, sql, [name])
}

/// Fails unless the file is whole and its contents agree with each other.
pub fn examine(connection: &Connection) {
    let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("the check runs");
    assert_eq!(integrity, "ok");
    let orphans =
        connection.prepare("PRAGMA foreign_key_check").and_then(|mut s| s.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>());
    assert_eq!(orphans, Ok(Vec::new()), "rows without what they refer to");
    for noun in ["customer", "product", "subscription", "invoice", "payment"] {
        let counted = pairs(connection, &format!("SELECT status, n FROM total WHERE noun = '{noun}' AND n > 0 ORDER BY status"));
        let real = pairs(connection, &format!("SELECT status, COUNT(*) FROM {noun} GROUP BY status ORDER BY status"));
        assert_eq!(counted, real, "the totals of {noun}");
        let by_day =
            pairs(connection, &format!("SELECT status, SUM(n) FROM total_by_day WHERE noun = '{noun}' GROUP BY status HAVING SUM(n) > 0 ORDER BY status"));
        assert_eq!(by_day, real, "the totals of {noun} by day");
    }
    // What must not be there, and how many there are.
    for (what, sql) in [
        (
            "entries whose postings do not sum to zero",
            "SELECT COUNT(*) FROM (SELECT 1 FROM ledger_posting GROUP BY entry, currency HAVING SUM(amount_minor) <> 0)",
        ),
        ("entries with fewer than two postings", "SELECT COUNT(*) FROM ledger_entry e WHERE (SELECT COUNT(*) FROM ledger_posting p WHERE p.entry = e.row) < 2"),
        (
            "active subscriptions without exactly one paid invoice",
            "SELECT COUNT(*) FROM subscription s WHERE status = 'active' AND (SELECT COUNT(*) FROM invoice i WHERE i.subscription = s.row AND i.status = 'paid') <> 1",
        ),
        (
            "active subscriptions without exactly one access",
            "SELECT COUNT(*) FROM subscription s WHERE status = 'active' AND (SELECT COUNT(*) FROM access a WHERE a.subscription = s.row) <> 1",
        ),
        ("invoices without lines", "SELECT COUNT(*) FROM invoice i WHERE NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.invoice = i.row)"),
        (
            "invoices that are not what was paid for them",
            "SELECT COUNT(*) FROM invoice i WHERE amount_paid_minor <> (SELECT COALESCE(SUM(amount_minor), 0) FROM payment p WHERE p.invoice = i.row)",
        ),
        ("gaps in the invoices' numbers", "SELECT COALESCE(MAX(n), 0) - COUNT(*) FROM invoice"),
        ("gaps in the events' sequence", "SELECT COALESCE(MAX(sequence), 0) - COUNT(*) FROM event"),
        (
            "customers without their event",
            "SELECT COUNT(*) FROM customer c WHERE (SELECT COUNT(*) FROM event e WHERE e.object_id = c.id AND e.type = 'customer.created') <> 1",
        ),
        ("ids beyond the last one handed out", "SELECT COUNT(*) FROM customer WHERE id > (SELECT last_id FROM engine)"),
    ] {
        assert_eq!(count(connection, sql, []), 0, "{what}");
    }
}

fn pairs(connection: &Connection, sql: &str) -> Vec<(String, i64)> {
    let rows = connection.prepare(sql).and_then(|mut s| s.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect());
    rows.unwrap_or_else(|e| panic!("{sql}: {e}"))
}
