//! The tables of admins and of their sessions. Passwords and tokens are stored as hashes only.

use rusqlite::{Row, params};

use crate::domain::admin::{Admin, Session};
use crate::domain::id::{AdminId, SessionId, TypedId};
use crate::domain::text::Email;
use crate::error::Result;
use crate::store::db::{Tx, WriteTx, unique};
use crate::store::row;

const ADMIN: &str = "admin.row, admin.id, admin.email, admin.language";
const SESSION: &str = "session.row, session.id, session.created_at, session.last_seen_at, session.address, session.user_agent";

fn admin(r: &Row<'_>, at: usize) -> rusqlite::Result<Admin> {
    Ok(Admin { row: r.get(at)?, id: row::id(r, at + 1)?, email: r.get(at + 2)?, language: r.get(at + 3)? })
}

fn session(r: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session { row: r.get(0)?, id: row::id(r, 1)?, created_at: row::time(r, 2)?, last_seen_at: row::time(r, 3)?, address: r.get(4)?, user_agent: r.get(5)? })
}

/// Whether somebody may sign in already.
pub fn admin_exists(tx: &Tx<'_>) -> Result<bool> {
    Ok(tx.one("SELECT EXISTS (SELECT 1 FROM admin)", [], |r| r.get(0))?.unwrap_or(false))
}

/// The admin with this address and the hash of his password.
pub fn admin_find(tx: &Tx<'_>, email_key: &str) -> Result<Option<(Admin, String)>> {
    let sql = format!("SELECT {ADMIN}, admin.password_hash FROM admin WHERE email_key = ?1");
    Ok(tx.one(&sql, [email_key], |r| Ok((admin(r, 0)?, r.get(4)?)))?)
}

/// The addresses of all admins by their ids.
pub fn admin_list(tx: &Tx<'_>) -> Result<Vec<Admin>> {
    Ok(tx.all(&format!("SELECT {ADMIN} FROM admin ORDER BY row"), [], |r| admin(r, 0))?)
}

pub fn admin_insert(tx: &WriteTx<'_>, id: AdminId, email: &Email, password_hash: &str) -> Result<i64> {
    let sql = "INSERT INTO admin (id, created_at, updated_at, email, email_key, password_hash) VALUES (?1, ?2, ?2, ?3, ?4, ?5)";
    let taken = [("admin.email_key", "email", "There is an account with this e-mail address already")];
    tx.insert(sql, params![id.bytes(), tx.wall().ms(), email.as_str(), email.key(), password_hash]).map_err(|e| unique(e, &taken))
}

pub fn admin_set_password(tx: &WriteTx<'_>, admin: i64, password_hash: &str) -> Result<()> {
    tx.run("UPDATE admin SET password_hash = ?2, updated_at = ?3 WHERE row = ?1", params![admin, password_hash, tx.wall().ms()])?;
    Ok(())
}

pub fn admin_set_language(tx: &WriteTx<'_>, admin: i64, language: Option<&str>) -> Result<()> {
    tx.run("UPDATE admin SET language = ?2, updated_at = ?3 WHERE row = ?1", params![admin, language, tx.wall().ms()])?;
    Ok(())
}

/// The session of a token, with its admin. It may be over.
pub fn session_find(tx: &Tx<'_>, token_hash: &[u8; 32]) -> Result<Option<(Session, Admin)>> {
    let sql = format!("SELECT {SESSION}, {ADMIN} FROM session JOIN admin ON admin.row = session.admin WHERE token_hash = ?1");
    Ok(tx.one(&sql, [token_hash], |r| Ok((session(r)?, admin(r, 6)?)))?)
}

/// An admin's sessions, the newest first.
pub fn session_list(tx: &Tx<'_>, admin: i64) -> Result<Vec<Session>> {
    Ok(tx.all(&format!("SELECT {SESSION} FROM session WHERE admin = ?1 ORDER BY row DESC"), [admin], session)?)
}

pub fn session_insert(tx: &WriteTx<'_>, admin: i64, id: SessionId, token_hash: &[u8; 32], address: &str, user_agent: &str) -> Result<()> {
    let sql = "INSERT INTO session (id, admin, token_hash, created_at, last_seen_at, address, user_agent) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)";
    tx.insert(sql, params![id.bytes(), admin, token_hash, tx.wall().ms(), address, user_agent])?;
    Ok(())
}

pub fn session_touch(tx: &WriteTx<'_>, session: i64) -> Result<()> {
    tx.run("UPDATE session SET last_seen_at = ?2 WHERE row = ?1", params![session, tx.wall().ms()])?;
    Ok(())
}

/// Ends one of an admin's sessions; false where he has no such.
pub fn session_delete(tx: &WriteTx<'_>, admin: i64, id: SessionId) -> Result<bool> {
    Ok(tx.run("DELETE FROM session WHERE admin = ?1 AND id = ?2", params![admin, id.bytes()])? > 0)
}

/// Ends all of an admin's sessions but one.
pub fn session_delete_others(tx: &WriteTx<'_>, admin: i64, kept: Option<SessionId>) -> Result<()> {
    tx.run("DELETE FROM session WHERE admin = ?1 AND id IS NOT ?2", params![admin, kept.map(TypedId::bytes)])?;
    Ok(())
}

/// Drops the sessions that are over, and of an admin's the oldest beyond `most`.
pub fn session_tidy(tx: &WriteTx<'_>, admin: i64, most: u32) -> Result<()> {
    let now = tx.wall();
    let over = "DELETE FROM session WHERE last_seen_at <= ?1 OR created_at <= ?2";
    tx.run(over, params![now.plus_ms(-Session::IDLE_MS).ms(), now.plus_ms(-Session::LIFE_MS).ms()])?;
    let many = "DELETE FROM session WHERE admin = ?1 AND row NOT IN (SELECT row FROM session WHERE admin = ?1 ORDER BY row DESC LIMIT ?2)";
    tx.run(many, params![admin, most])?;
    Ok(())
}
