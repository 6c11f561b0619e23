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
    /// When it was made.
    pub last_at: Option<Timestamp>,
}

impl Attempts {
    fn at(&self, attempt: u32, retry: &RetryDays, zone: Zone) -> Option<Timestamp> {
        add_local_days(self.due_at, retry.day(attempt)?, zone)
    }

    /// The days that are still to come, by their places. They may be others than when the last one was made.
    fn remaining(&self, retry: &RetryDays, zone: Zone) -> impl Iterator<Item = (u32, Timestamp)> {
        let places = (0_u32..).map_while(move |n| Some((n, self.at(n, retry, zone)?)));
        places.skip_while(|(_, at)| self.last_at.is_some_and(|last| *at <= last))
    }

    /// When the next one is due. None where all are used.
    pub fn next(&self, retry: &RetryDays, zone: Zone) -> Option<Timestamp> {
        self.remaining(retry, zone).next().map(|(_, at)| at)
    }

    /// The number of the one that is made now: those that were missed, because nothing ran, are one (rule 1.7).
    pub fn number(&self, retry: &RetryDays, zone: Zone, now: Timestamp) -> Option<u32> {
        let reached = self.remaining(retry, zone).take_while(|(_, at)| *at <= now).last();
        // Numbers rise, also where days were taken out of the schedule.
        reached.map(|(n, _)| self.last.map_or(n, |last| n.max(last.saturating_add(1))))
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
        let (retry, mut attempts) = (RetryDays::initial(), Attempts { due_at: at("2026-02-28T10:00:00Z"), last: None, last_at: None });
        let mut days = Vec::new();
        while let Some(next) = attempts.next(&retry, Zone::UTC) {
            attempts.last = attempts.number(&retry, Zone::UTC, next);
            attempts.last_at = Some(next);
            days.push((attempts.last, next.to_string()[..13].to_owned()));
        }
        let expected = ["2026-02-28T10", "2026-03-01T10", "2026-03-03T10", "2026-03-05T10", "2026-03-07T10"];
        assert_eq!(days, (0..).map(Some).zip(expected.map(str::to_owned)).collect::<Vec<_>>());
        assert_eq!(attempts.number(&retry, Zone::UTC, at("2027-01-01T00:00:00Z")), None);
    }

    #[test]
    fn rule_1_7_missed_attempts_are_one() {
        let attempts = Attempts { due_at: at("2026-02-28T10:00:00Z"), last: Some(0), last_at: Some(at("2026-02-28T10:00:00Z")) };
        let number = |now| attempts.number(&RetryDays::initial(), Zone::UTC, at(now));
        assert_eq!(number("2026-03-01T09:59:59.999Z"), None);
        assert_eq!(number("2026-03-05T09:00:00Z"), Some(2));
        assert_eq!(number("2026-06-01T00:00:00Z"), Some(4));
    }

    #[test]
    fn rule_2_another_schedule_holds_for_the_days_that_are_still_to_come() {
        let attempts = Attempts { due_at: at("2026-02-28T10:00:00Z"), last: Some(2), last_at: Some(at("2026-03-03T10:00:00Z")) };
        let next = |days: &str| {
            let retry = RetryDays::parse(days).unwrap_or_else(|e| panic!("{e}"));
            let at = attempts.next(&retry, Zone::UTC)?;
            Some((at.to_string()[..10].to_owned(), attempts.number(&retry, Zone::UTC, at)))
        };
        assert_eq!(next("0,6"), Some(("2026-03-06".into(), Some(3))), "a number is never given twice");
        assert_eq!(next("0,1,2,3,4,5"), Some(("2026-03-04".into(), Some(4))));
        assert_eq!(next("0,3"), None);
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
