//! The floor: what the run wrote, written again by bare SQL in one transaction.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::Result;

/// Tables into which the run inserts; the keys are ahead of what was there before.
const INSERTED: [&str; 10] = [
    "invoice",
    "invoice_line",
    "subscription_period",
    "recognition",
    "receivable_due",
    "ledger_entry",
    "ledger_posting",
    "event",
    "transition",
    "document_series",
];

/// Rows of one table, as an INSERT takes them.
struct Rows {
    sql: String,
    values: Vec<Vec<Value>>,
}

/// Writes into `before` what `done` has more, and takes the time of the writing alone.
pub fn floor(before: &Path, done: &Path) -> Result<Duration> {
    let source = Connection::open(done)?;
    let mut target = Connection::open(before)?;
    target.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0")?;
    let mut inserted = Vec::new();
    for table in INSERTED {
        inserted.push(new_rows(&source, &target, table)?);
    }
    let changed = "SELECT latest_invoice, updated_at, next_at, row FROM subscription";
    let subscriptions = all(&source, changed)?;
    let start = Instant::now();
    let tx = target.transaction()?;
    // In the order in which they need each other: a document's series first.
    for rows in inserted.iter().rev().take(1).chain(inserted.iter().take(INSERTED.len() - 1)) {
        let mut statement = tx.prepare(&rows.sql)?;
        for values in &rows.values {
            statement.execute(params_from_iter(values))?;
        }
    }
    {
        let mut statement = tx.prepare("UPDATE subscription SET latest_invoice = ?1, updated_at = ?2, next_at = ?3 WHERE row = ?4")?;
        for values in &subscriptions {
            statement.execute(params_from_iter(values))?;
        }
    }
    tx.commit()?;
    Ok(start.elapsed())
}

fn all(db: &Connection, sql: &str) -> Result<Vec<Vec<Value>>> {
    let mut statement = db.prepare(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|n| row.get::<_, Value>(n)).collect())?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn new_rows(source: &Connection, target: &Connection, table: &str) -> Result<Rows> {
    let columns: Vec<String> = {
        let mut statement = source.prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?;
        let names = statement.query_map([], |r| r.get(0))?;
        names.collect::<rusqlite::Result<_>>()?
    };
    // The first column of each of these tables is its key.
    let key = &columns[0];
    let last: Value = target.query_row(&format!("SELECT MAX({key}) FROM {table}"), [], |r| r.get(0))?;
    let condition = if last == Value::Null {
        String::new()
    } else {
        format!(" WHERE {key} > {}", if let Value::Integer(n) = last { n } else { return Err("a key that is no number".into()) })
    };
    let values = all(source, &format!("SELECT {} FROM {table}{condition}", columns.join(", ")))?;
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    Ok(Rows { sql: format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", ")), values })
}
