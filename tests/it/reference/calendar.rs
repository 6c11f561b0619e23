//! A calendar that counts day by day, and the clocks of a few zones by the laws that set them.
//!
//! Local times are milliseconds since 1970-01-01T00:00 on the zone's own clocks, instants the same in UTC.

pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number of a day since 1970-01-01: all months before it, and the days of its own.
pub fn number(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|y| if is_leap(y) { 366 } else { 365 }).sum();
    let months: i64 = (1..month).map(|m| length(year, m)).sum();
    years + months + day - 1
}

/// Year, month and day of a number.
pub fn date(number: i64) -> (i64, i64, i64) {
    let (mut year, mut month, mut left) = (1970, 1, number);
    while left >= length(year, month) {
        left -= length(year, month);
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    (year, month, left + 1)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// The day `count` units after a day; one that the month does not have is its last.
pub fn later(day: i64, unit: Unit, count: i64) -> i64 {
    let (year, month, of_month) = date(day);
    let months = match unit {
        Unit::Day => return day + count,
        Unit::Week => return day + 7 * count,
        Unit::Month => count,
        Unit::Year => 12 * count,
    };
    let (mut year, mut month) = (year, month);
    for _ in 0..months {
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    number(year, month, of_month.min(length(year, month)))
}

/// When summer time begins and ends.
#[derive(Clone, Copy, Debug)]
enum Summer {
    Never,
    /// The last Sundays of March and October, at 01:00 UTC.
    Europe,
    /// The second Sunday of March and the first of November, at 02:00 of the clocks as they were.
    America,
    /// The first Sundays of October and April, at 02:00 and 03:00 of the clocks as they were.
    Australia,
}

/// A zone, and how many milliseconds its clocks are ahead of UTC in winter.
#[derive(Clone, Copy, Debug)]
pub struct Zone {
    pub name: &'static str,
    winter: i64,
    summer: Summer,
}

/// The laws as they are since 2008.
pub const ZONES: [Zone; 7] = [
    Zone { name: "UTC", winter: 0, summer: Summer::Never },
    Zone { name: "Europe/Berlin", winter: HOUR, summer: Summer::Europe },
    Zone { name: "America/New_York", winter: -5 * HOUR, summer: Summer::America },
    Zone { name: "America/Los_Angeles", winter: -8 * HOUR, summer: Summer::America },
    Zone { name: "Asia/Kolkata", winter: 5 * HOUR + HOUR / 2, summer: Summer::Never },
    Zone { name: "Asia/Tokyo", winter: 9 * HOUR, summer: Summer::Never },
    Zone { name: "Australia/Sydney", winter: 10 * HOUR, summer: Summer::Australia },
];

/// The day of the nth Sunday of a month.
fn sunday(year: i64, month: i64, nth: usize) -> i64 {
    // 1970-01-04 was one.
    let sundays = (1..=length(year, month)).map(|day| number(year, month, day)).filter(|day| day % 7 == 3);
    sundays.take(nth).last().expect("each month has four")
}

impl Zone {
    /// The instants of a year at which the clocks go forward and back.
    fn changes(self, year: i64) -> Option<(i64, i64)> {
        match self.summer {
            Summer::Never => None,
            Summer::Europe => Some((sunday(year, 3, 9) * DAY + HOUR, sunday(year, 10, 9) * DAY + HOUR)),
            Summer::America => Some((sunday(year, 3, 2) * DAY + 2 * HOUR - self.winter, sunday(year, 11, 1) * DAY + HOUR - self.winter)),
            Summer::Australia => Some((sunday(year, 10, 1) * DAY + 2 * HOUR - self.winter, sunday(year, 4, 1) * DAY + 2 * HOUR - self.winter)),
        }
    }

    fn ahead(self, instant: i64) -> i64 {
        let (year, ..) = date((instant + self.winter).div_euclid(DAY));
        let is_summer = self.changes(year).is_some_and(
            |(forward, back)| {
                if forward < back { (forward..back).contains(&instant) } else { !(back..forward).contains(&instant) }
            },
        );
        if is_summer { self.winter + HOUR } else { self.winter }
    }

    /// What the zone's clocks show.
    pub fn local(self, instant: i64) -> i64 {
        instant + self.ahead(instant)
    }

    /// The number of the zone's day.
    pub fn day(self, instant: i64) -> i64 {
        self.local(instant).div_euclid(DAY)
    }

    /// When the clocks show this: the earlier time where they show it twice, the first instant after the gap where they never do.
    pub fn instant(self, local: i64) -> i64 {
        let shown = [local - self.winter - HOUR, local - self.winter].into_iter().find(|instant| self.local(*instant) == local);
        shown.unwrap_or_else(|| {
            let (year, ..) = date(local.div_euclid(DAY));
            self.changes(year).expect("only summer time leaves gaps").0
        })
    }

    /// Boundary k of periods that are counted from an anchor.
    pub fn boundary(self, anchor: i64, unit: Unit, count: i64, k: i64) -> i64 {
        let local = self.local(anchor);
        let day = later(local.div_euclid(DAY), unit, count * k);
        self.instant(day * DAY + local.rem_euclid(DAY))
    }

    /// Local dates between two instants.
    pub fn days(self, from: i64, to: i64) -> i64 {
        self.day(to) - self.day(from)
    }
}

#[test]
fn the_calendar_is_the_one_on_the_wall() {
    assert_eq!([(1970, 1, 1), (2000, 3, 1), (2024, 2, 29), (2026, 11, 29)].map(|(y, m, d)| number(y, m, d)), [0, 11_017, 19_782, 20_786]);
    assert!((0..30_000).all(|day| {
        let (y, m, d) = date(day);
        number(y, m, d) == day
    }));
    let from = number(2024, 1, 31);
    assert_eq!([1, 2, 3, 13].map(|k| date(later(from, Unit::Month, k))), [(2024, 2, 29), (2024, 3, 31), (2024, 4, 30), (2025, 2, 28)]);
    assert_eq!([1, 4].map(|k| date(later(number(2024, 2, 29), Unit::Year, k))), [(2025, 2, 28), (2028, 2, 29)]);
    let berlin = ZONES[1];
    let at = |y, m, d, hour| number(y, m, d) * DAY + hour * HOUR;
    // 02:30 is skipped on 29 March 2026, and shown twice on 25 October.
    assert_eq!(berlin.instant(at(2026, 3, 29, 2) + HOUR / 2), at(2026, 3, 29, 1));
    assert_eq!(berlin.instant(at(2026, 10, 25, 2) + HOUR / 2), at(2026, 10, 25, 0) + HOUR / 2);
    assert_eq!(ZONES[2].local(at(2026, 3, 8, 7)), at(2026, 3, 8, 3));
    assert_eq!(ZONES[6].local(at(2026, 1, 1, 0)), at(2026, 1, 1, 11));
}
