//! Events and the transition log: one row of each for everything that happens, in its transaction.

use rusqlite::{Row, params};
use uuid::Uuid;

use crate::domain::event::EventType;
use crate::domain::id::{EventId, TypedId};
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::db::{Tx, WriteTx};
use crate::store::row;

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

/// What happened to an object once, without the object.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: Timestamp,
    /// The event's type.
    pub kind: String,
    /// The actor's label: an id, or a word.
    pub actor: String,
    pub note: Option<String>,
    /// Where it was changed: the old values of what changed, and the object afterwards, as JSON.
    pub change: Option<(String, String)>,
}

/// What happened to an object, the newest first.
pub fn happened_list(tx: &Tx<'_>, object: Uuid, limit: u32) -> Result<Vec<Happened>> {
    let map = |r: &Row<'_>| {
        let (previous, object): (Option<String>, Option<String>) = (r.get(4)?, r.get(5)?);
        Ok(Happened { at: row::time(r, 0)?, kind: r.get(1)?, actor: r.get(2)?, note: r.get(3)?, change: previous.zip(object) })
    };
    let sql = "SELECT event.created_at, event.type, transition.actor, transition.note, event.previous, \
               CASE WHEN event.previous IS NOT NULL THEN event.object END FROM event \
               JOIN transition ON transition.event = event.sequence WHERE event.object_id = ?1 ORDER BY event.sequence DESC LIMIT ?2";
    Ok(tx.all(sql, params![object.as_bytes(), limit], map)?)
}
