//! The test clock: billing time that is moved by hand, in a directory that was made for it.

use crate::app::{Answer, App, Caller};
use crate::domain::actor::Actor;
use crate::domain::id::KeyId;
use crate::domain::key::Scope;
use crate::domain::reject::{Code, Reject};
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::engine::engine_set_time;
use crate::wire::json::encode;
use crate::wire::test_clock::{TestClockJson, TestClockMove};

/// Subscriptions that one transaction brings up to the present.
const ROUND: usize = 50;
/// How far one call moves the clock. Whoever wants more asks again.
const MOST_YEARS: i32 = 10;

fn none() -> Reject {
    Reject::new(Code::NotFound, "This server runs in real time. A test clock is chosen for a new directory: billhead serve --test-clock 2026-01-01T00:00:00Z")
}

impl App {
    pub fn test_clock_get(&self, actor: &Actor) -> Result<Vec<u8>> {
        actor.require(Scope::TestClockRead)?;
        self.test_clock.as_ref().ok_or_else(none)?;
        Ok(encode(&TestClockJson(&self.clock.billing())).into_bytes())
    }

    /// Moves the clock, visiting each instant at which something is due. Answers when all of it is done. A repeat finds the
    /// clock there already.
    pub async fn test_clock_move(&self, caller: Caller, input: TestClockMove) -> Result<Answer> {
        caller.actor.require(Scope::TestClockWrite)?;
        let clock = self.test_clock.as_ref().ok_or_else(none)?;
        let _alone = self.moving.lock().await;
        let (now, to) = (self.clock.billing(), input.now);
        only_forward(now, to)?;
        loop {
            let round = self.billing_round(ROUND, Some(to)).await?;
            // All that falls due at an instant is done before what it began to charge is decided, and that before the next.
            let more_now = round.done > 0 && round.next.is_some_and(|next| next <= self.clock.billing());
            if more_now || self.charge_round().await? > 0 {
                continue;
            }
            if round.next.is_none_or(|next| next > to) {
                break;
            }
            tokio::task::yield_now().await;
        }
        let moved = std::sync::Arc::clone(clock);
        self.db
            .write(move |tx| {
                engine_set_time(tx, to)?;
                moved.set(to);
                Ok(())
            })
            .await?;
        Ok(Answer::ok(None::<KeyId>, encode(&TestClockJson(&to))))
    }
}

/// No time is lived twice.
fn only_forward(now: Timestamp, to: Timestamp) -> Result<(), Reject> {
    if to < now {
        return Err(Reject::state_conflict(format!("The clock stands at {now} and is never set back.")));
    }
    if to.local_year(crate::domain::time::Zone::UTC) - now.local_year(crate::domain::time::Zone::UTC) > MOST_YEARS {
        return Err(Reject::field("now", format!("Must be at most {MOST_YEARS} years ahead; move it again for more")));
    }
    Ok(())
}
