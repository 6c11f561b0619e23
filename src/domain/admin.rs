//! Admins: who may sign in to the admin site, and the sessions of their browsers. The first one owns the business.
//!
//! Deliberately absent: passwords and tokens, which are stored as hashes only.

use crate::domain::id::{AdminId, SessionId};
use crate::domain::time::Timestamp;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Admin {
    pub row: i64,
    pub id: AdminId,
    pub email: String,
    /// Of the pages; None for the browser's.
    pub language: Option<String>,
}

/// A browser that is signed in. Times are wall time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    pub row: i64,
    pub id: SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// From where it signed in.
    pub address: String,
    pub user_agent: String,
}

const HOUR_MS: i64 = 3_600_000;

impl Session {
    /// After so long without a request a session is over.
    pub const IDLE_MS: i64 = 24 * HOUR_MS;
    /// After so long it is over in any case.
    pub const LIFE_MS: i64 = 30 * 24 * HOUR_MS;
    /// How exactly the last request is written down: a write for each would cost more than it tells.
    pub const SEEN_EVERY_MS: i64 = 5 * 60_000;

    pub fn is_valid(&self, now: Timestamp) -> bool {
        now < self.last_seen_at.plus_ms(Self::IDLE_MS) && now < self.created_at.plus_ms(Self::LIFE_MS)
    }

    /// Whether it is time to write down that it was seen.
    pub fn is_seen_anew(&self, now: Timestamp) -> bool {
        now >= self.last_seen_at.plus_ms(Self::SEEN_EVERY_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::TypedId;
    use uuid::Uuid;

    #[test]
    fn a_session_ends_a_day_after_its_last_use_and_in_any_case_after_thirty() {
        let begin = Timestamp::from_ms(1_800_000_000_000);
        let session = |seen: i64| Session {
            row: 1,
            id: SessionId::from_uuid(Uuid::nil()),
            created_at: begin,
            last_seen_at: begin.plus_ms(seen),
            address: String::new(),
            user_agent: String::new(),
        };
        assert!(session(0).is_valid(begin.plus_ms(Session::IDLE_MS - 1)));
        assert!(!session(0).is_valid(begin.plus_ms(Session::IDLE_MS)));
        let late = session(Session::LIFE_MS - 1);
        assert!(late.is_valid(begin.plus_ms(Session::LIFE_MS - 1)));
        assert!(!late.is_valid(begin.plus_ms(Session::LIFE_MS)));
        assert!(!session(0).is_seen_anew(begin.plus_ms(Session::SEEN_EVERY_MS - 1)));
        assert!(session(0).is_seen_anew(begin.plus_ms(Session::SEEN_EVERY_MS)));
    }
}
