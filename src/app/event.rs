//! Telling what happened: one event and one row of the transition log for each happening, in its transaction.

use std::collections::HashMap;

use serde_json::Value;

use crate::app::{App, Work};
use crate::domain::actor::Actor;
use crate::domain::event::EventType;
use crate::domain::id::TypedId;
use crate::domain::key::Scope;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::admin::admin_list;
use crate::store::event::{Happening, event_insert, happened_list};
use crate::store::key::key_list;
use crate::wire::json::changed;

/// A change of an object's state.
#[derive(Clone, Copy, Default)]
pub(crate) struct Change<'a> {
    pub from: Option<&'a str>,
    pub to: Option<&'a str>,
    pub note: Option<&'a str>,
}

/// Tells what became of an object, shown as the API shows it; `before` as it was, where it was.
pub(crate) fn tell<I: TypedId>(work: &Work<'_>, kind: EventType, id: Option<I>, before: Option<&str>, after: &str, change: Change<'_>) -> Result<()> {
    let previous = before.and_then(|before| changed(before, after));
    let happening = Happening {
        kind,
        object_id: id.map(TypedId::uuid),
        object: after,
        previous: previous.as_deref(),
        from_state: change.from,
        to_state: change.to,
        actor: &work.actor.label(),
        note: change.note,
    };
    event_insert(work.tx, &happening)
}

/// Who did something, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// An integration, by its key's name.
    Key(String),
    /// An admin, by his address.
    Admin(String),
    /// Whoever had a shell on the machine.
    Operator,
    /// The billing run.
    Engine,
}

/// What happened to an object once.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: Timestamp,
    /// The event's type: `invoice.paid`.
    pub kind: String,
    pub who: Who,
    pub note: Option<String>,
    /// What was changed, where something was.
    pub changes: Vec<FieldChange>,
}

/// A field of an object that was changed, by its name in the API.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldChange {
    pub field: String,
    pub before: Value,
    pub after: Value,
}

/// The fields of which there are old values, with the new ones.
fn changes(previous: &str, object: &str) -> Vec<FieldChange> {
    let (previous, mut object) = (serde_json::from_str(previous).unwrap_or_default(), serde_json::from_str(object).unwrap_or(Value::Null));
    let previous: serde_json::Map<String, Value> = previous;
    let change = |(field, before): (String, Value)| FieldChange { after: object.get_mut(&field).map(Value::take).unwrap_or_default(), field, before };
    previous.into_iter().map(change).collect()
}

impl App {
    /// What happened to an object, the newest first.
    pub fn happened<I: TypedId>(&self, actor: &Actor, id: I, limit: u32) -> Result<Vec<Happened>> {
        actor.require(Scope::EventsRead)?;
        self.db.read(|tx| {
            let keys = key_list(tx)?.into_iter().map(|k| (k.key.id.text(), Who::Key(k.key.name)));
            let admins = admin_list(tx)?.into_iter().map(|a| (a.id.text(), Who::Admin(a.email)));
            let names: HashMap<String, Who> = keys.chain(admins).collect();
            let who = |label: &str| match label {
                "engine" => Who::Engine,
                label => names.get(label).cloned().unwrap_or(Who::Operator),
            };
            let rows = happened_list(tx, id.uuid(), limit)?;
            let changes = |change: Option<(String, String)>| change.map(|(previous, object)| changes(&previous, &object)).unwrap_or_default();
            Ok(rows.into_iter().map(|h| Happened { at: h.at, who: who(&h.actor), kind: h.kind, note: h.note, changes: changes(h.change) }).collect())
        })
    }
}
