//! Answers kept to be repeated, per caller (an API key, an admin), for a day.

use rusqlite::params;
use uuid::Uuid;

use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::secret::Vault;
use crate::store::db::{Tx, WriteTx};

const PURPOSE: &str = "idempotent answer";
const KEPT_MS: i64 = 24 * 3_600_000;

/// The status of a request whose answer waits for a gateway.
pub const IN_PROGRESS: u16 = 102;

/// The first answer to a request.
pub struct Recorded {
    pub fingerprint: [u8; 32],
    pub status: u16,
    pub location: Option<String>,
    /// What the answer is about.
    pub object_id: Option<Uuid>,
    pub body: Vec<u8>,
}

pub fn idempotency_find(tx: &Tx<'_>, vault: &Vault, caller: Uuid, key: &str, now: Timestamp) -> Result<Option<Recorded>> {
    let sql = "SELECT fingerprint, status, location, body FROM idempotency \
               WHERE caller = ?1 AND key = ?2 AND created_at > ?3";
    let found = tx.one(sql, params![caller.as_bytes(), key, now.ms() - KEPT_MS], |r| {
        Ok(Recorded { fingerprint: r.get(0)?, status: r.get(1)?, location: r.get(2)?, object_id: None, body: r.get(3)? })
    })?;
    found.map(|r| Ok(Recorded { body: vault.unseal(PURPOSE, &r.body)?, ..r })).transpose()
}

/// Keeps an answer, and drops a few that are a day old.
pub fn idempotency_insert(tx: &WriteTx<'_>, vault: &Vault, caller: Uuid, key: &str, r: &Recorded) -> Result<()> {
    let now = tx.wall().ms();
    let old = "DELETE FROM idempotency WHERE (caller, key) IN (SELECT caller, key FROM idempotency WHERE created_at <= ?1 ORDER BY created_at LIMIT 4)";
    tx.run(old, [now - KEPT_MS])?;
    let body = vault.seal(PURPOSE, &r.body, tx.entropy())?;
    let sql = "INSERT INTO idempotency (caller, key, created_at, fingerprint, status, location, object_id, body) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
               ON CONFLICT (caller, key) DO UPDATE SET created_at = excluded.created_at, fingerprint = excluded.fingerprint, \
               status = excluded.status, location = excluded.location, object_id = excluded.object_id, body = excluded.body";
    tx.run(sql, params![caller.as_bytes(), key, now, r.fingerprint, r.status, r.location, r.object_id.map(|id| *id.as_bytes()), body])?;
    Ok(())
}

/// Gives a key free again: what it was used for was refused.
pub fn idempotency_delete(tx: &WriteTx<'_>, caller: Uuid, key: &str) -> Result<()> {
    tx.run("DELETE FROM idempotency WHERE caller = ?1 AND key = ?2", params![caller.as_bytes(), key])?;
    Ok(())
}

/// Says that a request is at work, and that its answer waits for a gateway.
pub fn idempotency_in_progress(tx: &WriteTx<'_>, vault: &Vault, caller: Uuid, key: &str, fingerprint: [u8; 32]) -> Result<()> {
    idempotency_insert(tx, vault, caller, key, &Recorded { fingerprint, status: IN_PROGRESS, location: None, object_id: None, body: Vec::new() })
}
