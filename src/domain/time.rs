//! Instants, zones and the calendar. Periods are counted from an anchor, never from the period before (rule 1.3).
//!
//! The only user of chrono besides the clock. Deliberately absent: "now".

use std::cmp::Ordering;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};

/// An instant in milliseconds since 1970-01-01T00:00:00Z; on the wire RFC 3339 with milliseconds and `Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(i64);

const DAY_MS: i64 = 86_400_000;

impl Timestamp {
    /// 9999-12-31T23:59:59.999Z: the last that RFC 3339 can write.
    pub const MAX: Self = Self(253_402_300_799_999);
    /// 0000-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_167_219_200_000);

    pub fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    pub fn ms(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    pub fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The UTC day's number since 1970-01-01: the bucket that counters by day use.
    pub fn utc_day(self) -> i64 {
        self.0.div_euclid(DAY_MS)
    }

    pub fn start_of_utc_day(day: i64) -> Self {
        Self(day.saturating_mul(DAY_MS))
    }

    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// RFC 3339, any offset; a date alone is midnight UTC. Digits beyond milliseconds are cut off.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let text = raw;
        if let Some(date) = parse_date(text) {
            return in_range(date.and_time(NaiveTime::MIN).and_utc());
        }
        let parsed = DateTime::parse_from_rfc3339(text).map_err(|_| "Must be a time such as 2026-01-31T12:00:00Z".to_owned())?;
        in_range(parsed.to_utc())
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The wall clock of a zone at this instant.
    pub fn local(self, zone: Zone) -> NaiveDateTime {
        self.utc().with_timezone(&zone.0).naive_local()
    }

    pub fn local_date(self, zone: Zone) -> NaiveDate {
        self.local(zone).date()
    }

    /// The number of the zone's day since 1970-01-01: days of revenue are counted by it (rule 1.5).
    pub fn local_day(self, zone: Zone) -> i64 {
        (self.local_date(zone) - NaiveDate::default()).num_days()
    }

    /// When this instant's day began in a zone.
    pub fn local_midnight(self, zone: Zone) -> Self {
        zone.instant(self.local_date(zone).and_time(NaiveTime::MIN))
    }

    /// Whether a day that somebody states lies before all books: times count from 1970, and no subscription and no payment of
    /// a business that runs this is older. An earlier one is a slip of the pen, such as the year 0026.
    pub fn is_before_all_books(self, zone: Zone) -> bool {
        self.local_year(zone) < 1970
    }

    pub fn local_year(self, zone: Zone) -> i32 {
        self.local(zone).year()
    }

    /// The zone's calendar and clock at this instant, for people to read.
    pub fn civil(self, zone: Zone) -> Civil {
        let local = self.local(zone);
        Civil { year: local.year(), month: local.month(), day: local.day(), hour: local.hour(), minute: local.minute() }
    }

    /// How many of the zone's days `later` is ahead: 1 for tomorrow, -1 for yesterday.
    pub fn days_until(self, later: Timestamp, zone: Zone) -> i64 {
        (later.local_date(zone) - self.local_date(zone)).num_days()
    }

    /// The 24 bytes of `2026-01-31T12:00:00.000Z`, without allocating.
    pub fn rfc3339(self) -> Rfc3339 {
        let time = Self(self.0.clamp(Self::MIN.0, Self::MAX.0)).utc();
        let mut bytes = *b"0000-00-00T00:00:00.000Z";
        let year = u32::try_from(time.year()).unwrap_or(0);
        for (at, width, value) in [
            (0, 4, year),
            (5, 2, time.month()),
            (8, 2, time.day()),
            (11, 2, time.hour()),
            (14, 2, time.minute()),
            (17, 2, time.second()),
            (20, 3, time.timestamp_subsec_millis()),
        ] {
            let mut rest = value;
            for byte in bytes[at..at + width].iter_mut().rev() {
                *byte = b'0' + u8::try_from(rest % 10).unwrap_or(0);
                rest /= 10;
            }
        }
        Rfc3339(bytes)
    }
}

fn in_range(time: DateTime<Utc>) -> Result<Timestamp, String> {
    let at = Timestamp(time.timestamp_millis());
    if (Timestamp::MIN..=Timestamp::MAX).contains(&at) { Ok(at) } else { Err("Must lie between the years 0000 and 9999".into()) }
}

fn parse_date(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

/// A day by its number since 1970-01-01, as a date: `2026-01-31`.
pub fn day_text(day: i64) -> String {
    let date = NaiveDate::default().checked_add_signed(chrono::TimeDelta::try_days(day).unwrap_or_default());
    date.map_or_else(|| format!("day {day}"), |date| date.to_string())
}

/// A day's number from its date, `2026-01-31`.
pub fn parse_day(text: &str) -> Option<i64> {
    parse_date(text).map(|date| (date - NaiveDate::default()).num_days())
}

/// The first day after the week, from Monday on, or the month that a day belongs to.
pub fn next_week(day: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    day + 7 - (day + 3).rem_euclid(7)
}

/// The first day of the next month.
pub fn next_month(day: i64) -> i64 {
    let date = NaiveDate::default().checked_add_signed(chrono::TimeDelta::try_days(day).unwrap_or_default());
    let next = date.and_then(|date| date.with_day(1)).and_then(|first| first.checked_add_months(Months::new(1)));
    next.map_or(i64::MAX, |date| (date - NaiveDate::default()).num_days())
}

/// A date and a time of day as a calendar and a clock show them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Civil {
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
}

/// An instant written out.
pub struct Rfc3339([u8; 24]);

impl Rfc3339 {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.rfc3339().as_str())
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.rfc3339().as_str())
    }
}

/// An IANA time zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zone(chrono_tz::Tz);

impl Zone {
    pub const UTC: Self = Self(chrono_tz::Tz::UTC);

    /// In any case of the letters: who types a zone does not know how it is written.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let in_any_case = || chrono_tz::TZ_VARIANTS.iter().copied().find(|zone| zone.name().eq_ignore_ascii_case(raw));
        raw.parse().ok().or_else(in_any_case).map(Self).ok_or_else(|| "Must be an IANA time zone such as Europe/Paris".into())
    }

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// When a day begins, by its number since 1970-01-01.
    pub fn start_of_day(self, day: i64) -> Timestamp {
        let date = NaiveDate::default().checked_add_signed(chrono::TimeDelta::days(day.clamp(-1_000_000, 3_000_000)));
        date.map_or(Timestamp::MAX, |date| self.instant(date.and_time(NaiveTime::MIN)))
    }

    /// Every zone that is named by an area and a place, and UTC.
    pub fn all() -> impl Iterator<Item = Self> {
        let named = |zone: &chrono_tz::Tz| zone.name() == "UTC" || zone.name().contains('/') && !zone.name().starts_with("Etc/");
        chrono_tz::TZ_VARIANTS.iter().copied().filter(named).map(Self)
    }

    /// The instant at which the zone's clocks show `local`: the earlier where they show it twice, the first after the gap
    /// where they skip it (rule 1.3).
    pub fn instant(self, local: NaiveDateTime) -> Timestamp {
        let instant = match self.0.from_local_datetime(&local) {
            chrono::LocalResult::Single(one) => one.to_utc(),
            chrono::LocalResult::Ambiguous(earlier, _) => earlier.to_utc(),
            chrono::LocalResult::None => self.end_of_gap(local),
        };
        Timestamp(instant.timestamp_millis())
    }

    /// Finds the change of offset between the instants a day on either side, by halving to the millisecond.
    fn end_of_gap(self, local: NaiveDateTime) -> DateTime<Utc> {
        let shows_before = |at: i64| Timestamp(at).local(self) < local;
        let (mut low, mut high) = (local.and_utc().timestamp_millis() - 2 * DAY_MS, local.and_utc().timestamp_millis() + 2 * DAY_MS);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if shows_before(middle) { low = middle } else { high = middle }
        }
        Timestamp(high).utc()
    }
}

/// A start as a vendor writes it: an instant, or a date that means local midnight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    At(Timestamp),
    Date(NaiveDate),
}

impl Start {
    pub fn parse(raw: &str) -> Result<Self, String> {
        match parse_date(raw) {
            Some(date) => Ok(Self::Date(date)),
            None => Timestamp::parse(raw).map(Self::At),
        }
    }

    pub fn instant(self, zone: Zone) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Date(date) => zone.instant(date.and_time(NaiveTime::MIN)),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    pub const ALL: [Unit; 4] = [Unit::Day, Unit::Week, Unit::Month, Unit::Year];

    pub fn text(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|u| u.text() == text)
    }

    /// The greatest count of it in one interval: ten years.
    pub fn max_count(self) -> u32 {
        match self {
            Unit::Day => 3650,
            Unit::Week => 520,
            Unit::Month => 120,
            Unit::Year => 10,
        }
    }
}

/// How long one period is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interval {
    pub unit: Unit,
    pub count: u32,
}

impl Interval {
    /// "1 month", "3 months".
    pub fn words(self) -> String {
        format!("{} {}{}", self.count, self.unit.text(), if self.count == 1 { "" } else { "s" })
    }

    /// `date` and `k` intervals later; a day that the month does not have becomes its last (rule 1.3).
    fn add(self, date: NaiveDate, k: u32) -> Option<NaiveDate> {
        let steps = self.count.checked_mul(k)?;
        match self.unit {
            Unit::Day => date.checked_add_days(Days::new(u64::from(steps))),
            Unit::Week => date.checked_add_days(Days::new(u64::from(steps) * 7)),
            Unit::Month => date.checked_add_months(Months::new(steps)),
            Unit::Year => date.checked_add_months(Months::new(steps.checked_mul(12)?)),
        }
    }
}

/// Yearly from February has a 29th within eight steps, every other row of months that ever has the day within fewer.
const STEPS_BACK: u32 = 9;

/// Where a run of periods begins: a local date and time of day in a zone, stored once (rule 1.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchor {
    pub local: NaiveDateTime,
    pub zone: Zone,
}

/// A span of time, half open: `start` belongs to it, `end` does not (rule 1.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Anchor {
    pub fn at(instant: Timestamp, zone: Zone) -> Self {
        Self { local: instant.local(zone), zone }
    }

    /// The anchor of periods that turn on a day of the month, the month's last where it has no such day: what begins on another day
    /// is in a period that ends on the next one. None beyond the calendar.
    pub fn on_day(begin: Timestamp, zone: Zone, interval: Interval, day: u32) -> Option<Self> {
        let local = begin.local(zone);
        let in_month = |first: NaiveDate| {
            let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
            first.with_day(day.min(last.day()))
        };
        let steps = if interval.unit == Unit::Year { interval.count.checked_mul(12)? } else { interval.count };
        let month = local.date().with_day(1)?;
        let turn = in_month(month)?;
        // The month in which the period begins that contains `begin`.
        let first = match turn.cmp(&local.date()) {
            Ordering::Equal => month,
            Ordering::Greater => month.checked_sub_months(Months::new(steps))?,
            Ordering::Less => month.checked_add_months(Months::new(1))?.checked_sub_months(Months::new(steps))?,
        };
        // An earlier month of the same row, the nearest that has such a day, so that later months have it, too.
        let earlier = |n: u32| in_month(first.checked_sub_months(Months::new(steps.checked_mul(n)?))?);
        let nearest = (0..STEPS_BACK).filter_map(earlier).find(|date| date.day() == day);
        let longest = || (0..STEPS_BACK).filter_map(earlier).max_by_key(|date| (date.day(), *date));
        Some(Self { local: nearest.or_else(longest)?.and_time(local.time()), zone })
    }

    /// Boundary `k`: clamped to the month's end, at the anchor's time of day. None beyond the year 9999.
    pub fn boundary(&self, interval: Interval, k: u32) -> Option<Timestamp> {
        let date = interval.add(self.local.date(), k)?;
        let at = self.zone.instant(date.and_time(self.local.time()));
        (at <= Timestamp::MAX).then_some(at)
    }

    /// Period `k`, from boundary `k` to boundary `k + 1`.
    pub fn period(&self, interval: Interval, k: u32) -> Option<Period> {
        Some(Period { start: self.boundary(interval, k)?, end: self.boundary(interval, k.checked_add(1)?)? })
    }

    /// The number of the period that contains `now`, for an anchor that is not after it.
    pub fn index_at(&self, interval: Interval, now: Timestamp) -> Option<u32> {
        let days = u32::try_from((now.local_date(self.zone) - self.local.date()).num_days().max(0)).ok()?;
        let longest = match interval.unit {
            Unit::Day => 1,
            Unit::Week => 7,
            Unit::Month => 31,
            Unit::Year => 366,
        };
        // At least this many whole periods are over; from there on step by step.
        let mut k = days / (longest * interval.count);
        k = k.saturating_sub(1);
        while self.boundary(interval, k + 1)? <= now {
            k += 1;
        }
        Some(k)
    }
}

impl Period {
    /// Local calendar days, never seconds divided by 86,400 (rule 1.5).
    pub fn days(&self, zone: Zone) -> i64 {
        (self.end.local_date(zone) - self.start.local_date(zone)).num_days()
    }
}

/// The same wall-clock time, `days` local dates later.
pub fn add_local_days(at: Timestamp, days: u32, zone: Zone) -> Option<Timestamp> {
    let later = at.local(zone).checked_add_days(Days::new(u64::from(days)))?;
    let instant = zone.instant(later);
    (instant <= Timestamp::MAX).then_some(instant)
}

/// The same wall-clock time, `days` local dates earlier.
pub fn subtract_local_days(at: Timestamp, days: u32, zone: Zone) -> Option<Timestamp> {
    at.local(zone).checked_sub_days(Days::new(u64::from(days))).map(|local| zone.instant(local))
}

/// The instant at which as much is left from `now` on as was left until `end` at `then`: as many days, hours and minutes by
/// the zone's calendar and clock.
pub fn same_time_left(then: Timestamp, end: Timestamp, now: Timestamp, zone: Zone) -> Option<Timestamp> {
    let left = end.local(zone) - then.local(zone);
    let instant = zone.instant(now.local(zone).checked_add_signed(left)?);
    (instant <= Timestamp::MAX).then_some(instant)
}

/// A local date and time as it is stored and hashed: `2026-01-31T12:00:00.000`.
pub fn local_text(local: NaiveDateTime) -> String {
    local.format("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}

pub fn parse_local(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3f").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn boundaries(start: &str, zone: Zone, unit: Unit, ks: &[u32]) -> Vec<String> {
        let anchor = Anchor::at(at(start), zone);
        let interval = Interval { unit, count: 1 };
        ks.iter().filter_map(|&k| anchor.boundary(interval, k)).map(|t| t.to_string()).collect()
    }

    #[test]
    fn a_time_is_read_in_any_offset_and_written_in_utc_with_milliseconds() {
        assert_eq!(at("2026-01-31T12:00:00.123456+02:00").to_string(), "2026-01-31T10:00:00.123Z");
        assert_eq!(at("2026-01-31").to_string(), "2026-01-31T00:00:00.000Z");
        assert_eq!(at("0000-01-01T00:00:00Z"), Timestamp::MIN);
        assert_eq!(at("9999-12-31T23:59:59.999Z"), Timestamp::MAX);
        for wrong in ["", "now", "2026-02-30", "2026-01-31T12:00:00", "1711720800", "9999-12-31T23:59:59-23:00", "2026-1-1"] {
            assert!(Timestamp::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rule_1_3_monthly_from_the_31st_keeps_the_31st() {
        let months = boundaries("2024-01-31T10:00:00Z", Zone::UTC, Unit::Month, &[0, 1, 2, 3, 12, 13]);
        let dates: Vec<_> = months.iter().map(|t| &t[..10]).collect();
        assert_eq!(dates, ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2025-01-31", "2025-02-28"]);
    }

    #[test]
    fn rule_1_3_yearly_from_29_february_returns_to_it() {
        let years = boundaries("2024-02-29T00:00:00Z", Zone::UTC, Unit::Year, &[1, 2, 3, 4]);
        let dates: Vec<_> = years.iter().map(|t| &t[..10]).collect();
        assert_eq!(dates, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]);
    }

    #[test]
    fn rule_1_3_a_skipped_time_is_the_first_after_the_gap_and_a_repeated_one_the_earlier() {
        let paris = zone("Europe/Paris");
        // 29 March 2026: 02:00 to 03:00 do not exist. 25 October 2026: 02:00 to 03:00 exist twice.
        assert_eq!(
            boundaries("2026-02-28T01:30:00Z", paris, Unit::Day, &[28, 29, 30]),
            ["2026-03-28T01:30:00.000Z", "2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"]
        );
        assert_eq!(boundaries("2026-10-24T00:30:00Z", paris, Unit::Day, &[1, 2]), ["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"]);
    }

    #[test]
    fn rule_1_5_days_are_local_dates_also_over_a_change_of_clocks() {
        let paris = zone("Europe/Paris");
        let period = Anchor::at(at("2026-03-01T00:00:00+01:00"), paris).period(Interval { unit: Unit::Month, count: 1 }, 0);
        assert_eq!(period.map(|p| (p.days(paris), p.end.ms() - p.start.ms())), Some((31, 31 * DAY_MS - 3_600_000)));
    }

    #[test]
    fn the_period_that_contains_now_is_found() {
        for (unit, count) in [(Unit::Day, 1), (Unit::Week, 2), (Unit::Month, 1), (Unit::Month, 3), (Unit::Year, 1)] {
            let (anchor, interval) = (Anchor::at(at("2023-01-31T22:30:00Z"), zone("Asia/Kolkata")), Interval { unit, count });
            for now in ["2023-01-31T22:30:00Z", "2023-02-28T22:29:59.999Z", "2026-11-23T05:00:00Z", "2024-02-29T22:30:00Z"] {
                let k = anchor.index_at(interval, at(now));
                let period = k.and_then(|k| anchor.period(interval, k));
                assert!(period.is_some_and(|p| p.start <= at(now) && at(now) < p.end), "{unit:?} {now} {k:?} {period:?}");
            }
        }
    }

    #[test]
    fn a_bare_date_starts_at_local_midnight() {
        let start = Start::parse("2026-06-01").map(|s| s.instant(zone("America/Los_Angeles")).to_string());
        assert_eq!(start, Ok("2026-06-01T07:00:00.000Z".into()));
        // Santiago skips midnight of 6 September 2026.
        let start = Start::parse("2026-09-06").map(|s| s.instant(zone("America/Santiago")).to_string());
        assert_eq!(start, Ok("2026-09-06T04:00:00.000Z".into()));
    }

    #[test]
    fn a_zone_is_known_in_any_case() {
        for (typed, name) in [("europe/berlin", "Europe/Berlin"), ("AMERICA/NEW_YORK", "America/New_York"), ("utc", "UTC"), ("Asia/Tokyo", "Asia/Tokyo")] {
            assert_eq!(Zone::parse(typed).map(Zone::name), Ok(name));
        }
        for typed in ["", "berlin", "Europe/Berlin ", "Mars/Olympus"] {
            assert!(Zone::parse(typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn a_zone_has_its_own_calendar() {
        let (kolkata, late) = (zone("Asia/Kolkata"), at("2026-01-31T20:15:59Z"));
        assert_eq!(late.civil(kolkata), Civil { year: 2026, month: 2, day: 1, hour: 1, minute: 45 });
        assert_eq!(late.civil(Zone::UTC), Civil { year: 2026, month: 1, day: 31, hour: 20, minute: 15 });
        // Four hours on it is tomorrow in UTC, and still the same day in India.
        let later = at("2026-02-01T00:15:59Z");
        assert_eq!((late.days_until(later, Zone::UTC), late.days_until(later, kolkata)), (1, 0));
        assert_eq!((later.days_until(late, Zone::UTC), later.days_until(late, kolkata)), (-1, 0));
    }

    #[test]
    fn rule_1_5_a_local_day_has_a_number_of_its_own() {
        let late = at("1970-01-31T20:15:59Z");
        assert_eq!((late.local_day(Zone::UTC), late.local_day(zone("Asia/Kolkata")), at("1969-12-31").local_day(Zone::UTC)), (30, 31, -1));
        let period = Period { start: at("2026-03-01"), end: at("2026-04-01") };
        assert_eq!(period.end.local_day(Zone::UTC) - period.start.local_day(Zone::UTC), period.days(Zone::UTC));
    }

    #[test]
    fn a_day_begins_at_its_zones_midnight() {
        assert_eq!(at("2026-06-01T23:30:00Z").local_midnight(zone("Europe/Paris")).to_string(), "2026-06-01T22:00:00.000Z");
        assert_eq!(at("2026-06-01T21:30:00Z").local_midnight(zone("Europe/Paris")).to_string(), "2026-05-31T22:00:00.000Z");
    }

    #[test]
    fn a_boundary_beyond_the_calendar_is_none() {
        let anchor = Anchor::at(at("9998-06-01T00:00:00Z"), Zone::UTC);
        assert_eq!(anchor.boundary(Interval { unit: Unit::Year, count: 10 }, 1), None);
        assert_eq!(anchor.boundary(Interval { unit: Unit::Day, count: 3650 }, u32::MAX), None);
    }
}
