//! Telling what happened: one event and one row of the transition log for each happening, in its transaction.

use crate::app::Work;
use crate::domain::event::EventType;
use crate::domain::id::TypedId;
use crate::error::Result;
use crate::store::event::{Happening, event_insert};
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
