//! Dunning: when a stored payment method is charged for an invoice that it did not pay at once (rules, section 2).
//!
//! Attempts are numbered from 0, the one at the due day. Deliberately absent: what an attempt comes to (`payment.rs`), and
//! what it does to the subscription (`timer.rs`).

use crate::domain::time::{Timestamp, Zone, add_local_days};

const NOT_RISING: &str = "Must begin with 0, the due day, and rise";

/// How many local days after the due day each attempt is made. The first is made at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetryDays(Vec<u32>);

impl RetryDays {
    pub const MAX_ATTEMPTS: usize = 10;
    pub const MAX_DAY: u32 = 90;

    pub fn initial() -> Self {
        Self(vec![0, 1, 3, 5, 7])
    }

    pub fn new(days: Vec<u32>) -> Result<Self, String> {
        if days.first() != Some(&0) || !days.is_sorted_by(|a, b| a < b) {
            return Err(NOT_RISING.into());
        }
        if days.len() > Self::MAX_ATTEMPTS || days.iter().any(|d| *d > Self::MAX_DAY) {
            return Err(format!("Must have at most {} days, none later than {}", Self::MAX_ATTEMPTS, Self::MAX_DAY));
        }
        Ok(Self(days))
    }

    /// As it is stored: `0,1,3`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let days = text.split(',').map(|day| day.trim().parse()).collect::<Result<_, _>>();
        Self::new(days.map_err(|_| NOT_RISING.to_owned())?)
    }

    pub fn text(&self) -> String {
        self.0.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
    }

    pub fn days(&self) -> &[u32] {
        &self.0
    }

    fn day(&self, attempt: u32) -> Option<u32> {
        usize::try_from(attempt).ok().and_then(|n| self.0.get(n)).copied()
    }
}

/// How far the attempts at an open invoice have come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempts {
    pub due_at: Timestamp,
    /// The number of the last one that was made.
    pub last: Option<u32>,
}

impl Attempts {
    fn at(&self, attempt: u32, retry: &RetryDays, zone: Zone) -> Option<Timestamp> {
        add_local_days(self.due_at, retry.day(attempt)?, zone)
    }

    /// When the next one is due. None where all are used.
    pub fn next(&self, retry: &RetryDays, zone: Zone) -> Option<Timestamp> {
        self.at(self.following(), retry, zone)
    }

    /// The number of the one that is made now: those that were missed, because nothing ran, are one (rule 1.7).
    pub fn number(&self, retry: &RetryDays, zone: Zone, now: Timestamp) -> Option<u32> {
        (self.following()..).map_while(|n| self.at(n, retry, zone).filter(|at| *at <= now).map(|_| n)).last()
    }

    fn following(&self) -> u32 {
        self.last.map_or(0, |last| last.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn rule_2_attempts_are_made_on_their_days_after_the_due_day() {
        let (retry, mut attempts) = (RetryDays::initial(), Attempts { due_at: at("2026-02-28T10:00:00Z"), last: None });
        let mut days = Vec::new();
        while let Some(next) = attempts.next(&retry, Zone::UTC) {
            attempts.last = attempts.number(&retry, Zone::UTC, next);
            days.push((attempts.last, next.to_string()[..13].to_owned()));
        }
        let expected = ["2026-02-28T10", "2026-03-01T10", "2026-03-03T10", "2026-03-05T10", "2026-03-07T10"];
        assert_eq!(days, (0..).map(Some).zip(expected.map(str::to_owned)).collect::<Vec<_>>());
        assert_eq!(attempts.number(&retry, Zone::UTC, at("2027-01-01T00:00:00Z")), None);
    }

    #[test]
    fn rule_1_7_missed_attempts_are_one() {
        let attempts = Attempts { due_at: at("2026-02-28T10:00:00Z"), last: Some(0) };
        let number = |now| attempts.number(&RetryDays::initial(), Zone::UTC, at(now));
        assert_eq!(number("2026-03-01T09:59:59.999Z"), None);
        assert_eq!(number("2026-03-05T09:00:00Z"), Some(2));
        assert_eq!(number("2026-06-01T00:00:00Z"), Some(4));
    }

    #[test]
    fn days_begin_with_the_due_day_and_rise() {
        assert_eq!(RetryDays::parse("0, 2,10").map(|r| r.text()), Ok("0,2,10".into()));
        assert_eq!(RetryDays::parse("0").map(|r| r.days().len()), Ok(1));
        for wrong in ["", "1", "0,0", "0,3,2", "0,91", "0,-1", "0,1,2,3,4,5,6,7,8,9,10", "x"] {
            assert!(RetryDays::parse(wrong).is_err(), "{wrong}");
        }
    }
}
