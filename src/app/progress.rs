//! How far the billing run has come: for the log, and for whoever looks at the overview meanwhile.

use std::sync::{Mutex, PoisonError};

use crate::app::App;
use crate::app::timer::Round;
use crate::domain::actor::Actor;
use crate::domain::key::Scope;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::subscription::due_count;

/// The log is told so often of a run that goes on.
const TOLD_EVERY_MS: i64 = 5_000;

/// A run that has more to do than one round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Subscriptions that it has brought up to the present.
    pub done: i64,
    /// How many it will be, by what was due when it began. A run over several periods comes to more.
    pub of: i64,
    began: Timestamp,
    told: Timestamp,
}

#[derive(Default)]
pub(crate) struct Running(Mutex<Option<Progress>>);

impl App {
    /// How far the billing run is; none where nothing is due.
    pub fn billing_progress(&self, actor: &Actor) -> Result<Option<Progress>> {
        actor.require(Scope::SubscriptionsRead)?;
        Ok(self.current())
    }

    fn current(&self) -> Option<Progress> {
        *self.running.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a round of a run that goes up to an instant.
    pub(crate) fn note_progress(&self, round: &Round, until: Timestamp) -> Result<()> {
        let (now, before) = (self.clock.wall(), self.current());
        let done = before.map_or(0, |p| p.done).saturating_add(i64::try_from(round.done).unwrap_or(i64::MAX));
        let goes_on = round.done + round.days > 0 && round.next.is_some_and(|next| next <= until);
        let after = match before {
            Some(progress) if goes_on => {
                let is_turn = now.ms() - progress.told.ms() >= TOLD_EVERY_MS;
                if is_turn {
                    tracing::info!("the billing run has done {done} of {} subscriptions", progress.of.max(done));
                }
                Some(Progress { done, of: progress.of.max(done), told: if is_turn { now } else { progress.told }, ..progress })
            }
            // Counted once a run.
            None if goes_on => Some(Progress { done, of: self.db.read(|tx| due_count(tx, until))?.saturating_add(done), began: now, told: now }),
            Some(progress) => {
                tracing::info!("the billing run is through: {done} subscriptions in {} ms", now.ms() - progress.began.ms());
                None
            }
            None => None,
        };
        *self.running.0.lock().unwrap_or_else(PoisonError::into_inner) = after;
        Ok(())
    }
}
