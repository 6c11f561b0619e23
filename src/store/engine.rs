//! What the engine remembers of itself, beside the ids that `writer.rs` keeps.

use rusqlite::Row;

use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::db::{Tx, WriteTx};
use crate::store::row;

/// The id of the key file that this database needs; none before the first start.
pub fn vault_key(tx: &Tx<'_>) -> Result<Option<[u8; 4]>> {
    Ok(tx.one("SELECT vault_key FROM engine", [], |r| r.get(0))?.flatten())
}

pub fn vault_key_set(tx: &WriteTx<'_>, id: [u8; 4]) -> Result<()> {
    tx.run("UPDATE engine SET vault_key = ?1", [id])?;
    Ok(())
}

/// What the database knows of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Time {
    /// Nothing was ever written: it may become either.
    Unused,
    Live,
    /// Billing time stands here.
    Test(Timestamp),
}

pub fn engine_time(tx: &Tx<'_>) -> Result<Time> {
    let map = |r: &Row<'_>| Ok((r.get::<_, bool>(0)?, row::opt_time(r, 1)?));
    let found = tx.one("SELECT last_id = zeroblob(16), billing_now FROM engine", [], map)?;
    Ok(match found {
        Some((_, Some(now))) => Time::Test(now),
        Some((false, None)) => Time::Live,
        _ => Time::Unused,
    })
}

/// Sets billing time, which makes a database one of a test clock for ever.
pub fn engine_set_time(tx: &WriteTx<'_>, now: Timestamp) -> Result<()> {
    tx.run("UPDATE engine SET mode = 'test', billing_now = ?1", [now.ms()])?;
    Ok(())
}

/// The subscription up to which it was found out anew when each is due; none where nothing has changed that decides it.
pub fn reschedule_after(tx: &Tx<'_>) -> Result<Option<i64>> {
    Ok(tx.one("SELECT reschedule_after FROM engine", [], |r| r.get(0))?.flatten())
}

pub fn reschedule_set(tx: &WriteTx<'_>, after: Option<i64>) -> Result<()> {
    tx.run("UPDATE engine SET reschedule_after = ?1", [after])?;
    Ok(())
}

pub fn is_test(tx: &Tx<'_>) -> Result<bool> {
    Ok(tx.one("SELECT mode = 'test' FROM engine", [], |r| r.get(0))?.unwrap_or(false))
}
