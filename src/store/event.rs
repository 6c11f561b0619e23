//! Events and the transition log: one row of each for everything that happens, in its transaction.

use rusqlite::params;
use uuid::Uuid;

use crate::domain::event::EventType;
use crate::domain::id::{EventId, TypedId};
use crate::error::Result;
use crate::store::db::WriteTx;

/// What happened to an object.
pub struct Happening<'a> {
    pub kind: EventType,
    /// None where the settings changed.
    pub object_id: Option<Uuid>,
    /// The object as the API shows it, as JSON.
    pub object: &'a str,
    /// The old values of what changed, as JSON.
    pub previous: Option<&'a str>,
    pub from_state: Option<&'a str>,
    pub to_state: Option<&'a str>,
    pub actor: &'a str,
    /// What whoever did it said about it.
    pub note: Option<&'a str>,
}

pub fn event_insert(tx: &WriteTx<'_>, h: &Happening<'_>) -> Result<()> {
    let id: EventId = tx.new_id();
    let object_id = h.object_id.as_ref().map(Uuid::as_bytes);
    let sql = "INSERT INTO event (id, created_at, type, object_id, object, previous) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let sequence = tx.insert(sql, params![id.bytes(), tx.now().ms(), h.kind.text(), object_id, h.object, h.previous])?;
    let sql = "INSERT INTO transition (event, object_id, from_state, to_state, actor, note, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    tx.insert(sql, params![sequence, object_id, h.from_state, h.to_state, h.actor, h.note, tx.now().ms()])?;
    Ok(())
}
