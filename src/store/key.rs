//! The table of API keys. Secrets are stored as hashes only.

use rusqlite::{Row, params};

use crate::domain::id::{KeyId, TypedId};
use crate::domain::key::{ApiKey, KeyFilter, Scopes, Tier};
use crate::domain::list::{Page, PageEnd};
use crate::domain::text::searched;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::db::{Tx, WriteTx};
use crate::store::list::{self, Noun};
use crate::store::row;
use crate::store::rows::Rows;

const COLUMNS: &str = "id, name, tier, scopes, hint, created_at, updated_at, expires_at, revoked_at, last_used_at, hash";

/// A key and the hash of its secret.
#[derive(Clone, Debug)]
pub struct StoredKey {
    pub key: ApiKey,
    pub hash: [u8; 32],
}

fn map(r: &Row<'_>) -> rusqlite::Result<StoredKey> {
    let key = ApiKey {
        id: row::id(r, 0)?,
        name: r.get(1)?,
        tier: row::word(r, 2, Tier::parse)?,
        scopes: row::word(r, 3, |t| if t.is_empty() { Some(Scopes::NONE) } else { Scopes::parse(t).ok() })?,
        hint: r.get(4)?,
        created_at: row::time(r, 5)?,
        updated_at: row::time(r, 6)?,
        expires_at: row::opt_time(r, 7)?,
        revoked_at: row::opt_time(r, 8)?,
        last_used_at: row::opt_time(r, 9)?,
    };
    Ok(StoredKey { key, hash: r.get(10)? })
}

/// All keys, oldest first, revoked ones too.
pub fn key_list(tx: &Tx<'_>) -> Result<Vec<StoredKey>> {
    Ok(tx.all(&format!("SELECT {COLUMNS} FROM api_key ORDER BY row"), [], map)?)
}

const NOUN: Noun = Noun { table: "api_key", from: "api_key", columns: COLUMNS };

/// Visits a page of keys. There are few, and no counters of them: each is looked at.
pub fn key_page(tx: &Tx<'_>, filter: &KeyFilter, now: Timestamp, page: &Page<KeyId>, mut visit: impl FnMut(ApiKey)) -> Result<PageEnd<KeyId>> {
    let mut found = Rows::default();
    let is_wanted = |key: &ApiKey| {
        filter.status.is_none_or(|status| key.status(now) == status)
            && filter.created_after.is_none_or(|after| key.created_at >= after)
            && filter.search.as_ref().is_none_or(|sought| searched(&key.name).contains(sought) || searched(&key.hint).contains(sought))
    };
    tx.each(&format!("SELECT {COLUMNS}, row FROM api_key"), [], |r| {
        if is_wanted(&map(r)?.key) {
            found.insert(r.get(11)?);
        }
        Ok(true)
    })?;
    let next = list::page_of(tx, &NOUN, &found, page, |r| {
        let key = map(r)?.key;
        let id = key.id;
        visit(key);
        Ok(id)
    })?;
    Ok(list::end(next, found.len()))
}

/// Rises with every change of a key.
pub fn key_version(tx: &Tx<'_>) -> Result<i64> {
    Ok(tx.one("SELECT key_version FROM engine", [], |r| r.get(0))?.unwrap_or(0))
}

fn bump_version(tx: &WriteTx<'_>) -> Result<()> {
    tx.run("UPDATE engine SET key_version = key_version + 1", [])?;
    Ok(())
}

pub fn key_insert(tx: &WriteTx<'_>, k: &StoredKey) -> Result<()> {
    let sql = "INSERT INTO api_key (id, created_at, updated_at, name, tier, scopes, hash, hint, expires_at) VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let scopes = k.key.scopes.texts().join(",");
    let values =
        params![k.key.id.bytes(), k.key.created_at.ms(), k.key.name, k.key.tier.text(), scopes, k.hash, k.key.hint, k.key.expires_at.map(Timestamp::ms),];
    tx.insert(sql, values)?;
    bump_version(tx)
}

/// Revokes a key. One that is revoked already keeps its time.
pub fn key_revoke(tx: &WriteTx<'_>, id: KeyId, now: Timestamp) -> Result<()> {
    tx.run("UPDATE api_key SET revoked_at = ?2, updated_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", params![id.bytes(), now.ms()])?;
    bump_version(tx)
}

pub fn key_touch(tx: &WriteTx<'_>, id: KeyId, last_used_at: Timestamp) -> Result<()> {
    tx.run("UPDATE api_key SET last_used_at = ?2 WHERE id = ?1", params![id.bytes(), last_used_at.ms()])?;
    Ok(())
}
