//! The table of accesses. Passwords are stored encrypted and opened only for callers who may see them.

use rusqlite::params;

use crate::domain::access::{Access, AccessStatus, Credentials};
use crate::domain::id::{AccessId, TypedId};
use crate::error::{Error, Result};
use crate::secret::Vault;
use crate::store::db::{Tx, WriteTx, unique};
use crate::store::row;

const PURPOSE: &str = "access password";

pub fn access_insert(tx: &WriteTx<'_>, vault: &Vault, subscription: i64, id: AccessId, credentials: &Credentials) -> Result<()> {
    let password = vault.seal(PURPOSE, credentials.password.as_bytes(), tx.entropy())?;
    let sql = "INSERT INTO access (id, subscription, created_at, status, username, password) VALUES (?1, ?2, ?3, 'active', ?4, ?5)";
    let taken = [("access.username", "credentials.username", "This user name is taken")];
    tx.insert(sql, params![id.bytes(), subscription, tx.now().ms(), credentials.username, password]).map_err(|e| unique(e, &taken))?;
    Ok(())
}

/// A subscription's accesses, oldest first. With a vault their credentials too.
pub fn access_list(tx: &Tx<'_>, subscription: i64, vault: Option<&Vault>) -> Result<Vec<Access>> {
    let sql = "SELECT row, id, status, username, password FROM access WHERE subscription = ?1 ORDER BY row";
    let rows = tx.all(sql, [subscription], |r| {
        let access = Access { row: r.get(0)?, id: row::id(r, 1)?, status: row::word(r, 2, AccessStatus::parse)?, credentials: None };
        let sealed: Option<(String, Vec<u8>)> = if vault.is_some() { Some((r.get(3)?, r.get(4)?)) } else { None };
        Ok((access, sealed))
    })?;
    let open = |(access, sealed): (Access, Option<(String, Vec<u8>)>)| -> Result<Access> {
        let (Some(vault), Some((username, password))) = (vault, sealed) else { return Ok(access) };
        let password = String::from_utf8(vault.unseal(PURPOSE, &password)?).map_err(Error::internal)?;
        Ok(Access { credentials: Some(Credentials { username, password }), ..access })
    };
    rows.into_iter().map(open).collect()
}

/// One that was revoked stays so.
pub fn access_set_status(tx: &WriteTx<'_>, subscription: i64, status: AccessStatus) -> Result<()> {
    tx.run("UPDATE access SET status = ?2 WHERE subscription = ?1 AND status <> 'revoked'", params![subscription, status.text()])?;
    Ok(())
}

/// Revokes the newest accesses of those that are not, so many of them.
pub fn access_revoke_newest(tx: &WriteTx<'_>, subscription: i64, count: i64) -> Result<()> {
    let sql = "UPDATE access SET status = 'revoked' WHERE row IN \
               (SELECT row FROM access WHERE subscription = ?1 AND status <> 'revoked' ORDER BY row DESC LIMIT ?2)";
    tx.run(sql, params![subscription, count])?;
    Ok(())
}
