//! Numbers, money and dates as people write them: in the viewer's language, in the business's zone. Digits are western in
//! every language, since they are copied into other programs. Deliberately absent: floats, and the clock.

use fluent_bundle::FluentArgs;

use crate::domain::money::Money;
use crate::domain::time::{Civil, Timestamp, Zone};
use crate::web::html::Viewer;
use crate::web::html::catalogue::{self, CLOSE, Catalogue, OPEN};

const MINUS: char = '\u{2212}';

/// `1,547`.
pub fn number(count: i64, catalogue: &Catalogue) -> String {
    let mut text = String::new();
    if count < 0 {
        text.push(MINUS);
    }
    push_grouped(&mut text, &count.unsigned_abs().to_string(), &catalogue.group);
    text
}

fn push_grouped(text: &mut String, digits: &str, mark: &str) {
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push_str(mark);
        }
        text.push(digit);
    }
}

/// `1,234.50` with exactly the currency's decimals; the currency is not in it.
pub fn amount(money: Money, catalogue: &Catalogue) -> String {
    let plain = money.to_string();
    let (sign, digits) = plain.strip_prefix('-').map_or((None, plain.as_str()), |digits| (Some(MINUS), digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::from_iter(sign);
    push_grouped(&mut text, whole, &catalogue.group);
    if !fraction.is_empty() {
        text.push_str(&catalogue.decimal);
        text.push_str(fraction);
    }
    text
}

/// `1,234.50 USD`: as it stands in the arithmetic of invoices and in what the API says.
pub fn money(money: Money, catalogue: &Catalogue) -> String {
    format!("{} {}", amount(money, catalogue), money.currency().code())
}

/// Messages made of numbers that are words already, without marks between them: a date is read in one piece.
fn put(catalogue: &Catalogue, id: &str, values: &[(&'static str, &str)]) -> String {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(*name, (*value).to_owned());
    }
    catalogue.message(id, Some(&args)).replace([OPEN, CLOSE], "")
}

fn count(catalogue: &Catalogue, id: &str, n: i64) -> String {
    let mut args = FluentArgs::new();
    args.set("n", catalogue.count(n));
    catalogue.message(id, Some(&args)).replace([OPEN, CLOSE], "")
}

fn month(catalogue: &Catalogue, civil: Civil) -> &str {
    let index = usize::try_from(civil.month.saturating_sub(1)).unwrap_or(0);
    catalogue.months.get(index).map_or("", String::as_str)
}

fn date(catalogue: &Catalogue, c: Civil) -> String {
    put(catalogue, "date-day", &[("day", &c.day.to_string()), ("month", month(catalogue, c)), ("year", &c.year.to_string())])
}

fn date_without_year(catalogue: &Catalogue, c: Civil) -> String {
    put(catalogue, "date-day-of-this-year", &[("day", &c.day.to_string()), ("month", month(catalogue, c))])
}

fn clock(c: Civil) -> String {
    format!("{:02}:{:02}", c.hour, c.minute)
}

/// `3 May 2026`.
pub fn day(at: Timestamp, viewer: &Viewer) -> String {
    date(catalogue::of(viewer.language), at.civil(viewer.zone))
}

/// The day in a sentence: `3 May`, with its year where that is not this one.
pub fn short_day(at: Timestamp, viewer: &Viewer) -> String {
    let (catalogue, civil) = (catalogue::of(viewer.language), at.civil(viewer.zone));
    if civil.year == viewer.now.civil(viewer.zone).year { date_without_year(catalogue, civil) } else { date(catalogue, civil) }
}

/// `3 May 2026, 14:05, Europe/Paris`: nothing is left open.
pub fn exact(at: Timestamp, viewer: &Viewer) -> String {
    let (catalogue, civil) = (catalogue::of(viewer.language), at.civil(viewer.zone));
    put(catalogue, "date-exact", &[("day", &date(catalogue, civil)), ("time", &clock(civil)), ("zone", viewer.zone.name())])
}

/// `3 May, 14:05`: the day with its time of day.
pub fn moment(at: Timestamp, viewer: &Viewer) -> String {
    let catalogue = catalogue::of(viewer.language);
    put(catalogue, "date-moment", &[("day", &short_day(at, viewer)), ("time", &clock(at.civil(viewer.zone)))])
}

/// The date in the zone as `datetime` and forms take it: `2026-05-03`.
pub fn iso_day(at: Timestamp, zone: Zone) -> String {
    let c = at.civil(zone);
    format!("{:04}-{:02}-{:02}", c.year, c.month, c.day)
}

/// From a day to a day: what both have in common stands once.
pub fn span(from: Timestamp, to: Timestamp, viewer: &Viewer) -> String {
    let catalogue = catalogue::of(viewer.language);
    let (a, b) = (from.civil(viewer.zone), to.civil(viewer.zone));
    if (a.year, a.month, a.day) == (b.year, b.month, b.day) {
        return date(catalogue, a);
    }
    let from = if (a.year, a.month) == (b.year, b.month) {
        a.day.to_string()
    } else if a.year == b.year {
        date_without_year(catalogue, a)
    } else {
        date(catalogue, a)
    };
    put(catalogue, "date-span", &[("from", &from), ("to", &date(catalogue, b))])
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// As far as days are counted in words; beyond them stands the date.
const NEAR_DAYS: i64 = 6;

/// A near instant in words, a far one as its date.
pub fn near(at: Timestamp, viewer: &Viewer) -> String {
    let catalogue = catalogue::of(viewer.language);
    let ahead = at.ms().saturating_sub(viewer.now.ms());
    match ahead {
        -59_999..=59_999 => return catalogue.plain("date-now"),
        MINUTE_MS..HOUR_MS => return count(catalogue, "date-in-minutes", ahead / MINUTE_MS),
        _ if -ahead < HOUR_MS && ahead < 0 => return count(catalogue, "date-minutes-ago", -ahead / MINUTE_MS),
        _ => {}
    }
    let time = clock(at.civil(viewer.zone));
    let with_time = |id| put(catalogue, id, &[("time", &time)]);
    match viewer.now.days_until(at, viewer.zone) {
        0 => with_time("date-today"),
        1 => with_time("date-tomorrow"),
        -1 => with_time("date-yesterday"),
        days @ 2..=NEAR_DAYS => count(catalogue, "date-in-days", days),
        days if (-NEAR_DAYS..=-2).contains(&days) => count(catalogue, "date-days-ago", -days),
        _ => short_day(at, viewer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    #[test]
    fn numbers_are_grouped_by_threes() {
        for (count, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_547, "1,547"), (12_345_678, "12,345,678"), (-1_000, "−1,000")] {
            assert_eq!(number(count, catalogue::of("en")), shown);
            assert_eq!(number(count, catalogue::of("ar")), shown);
        }
        assert_eq!(number(i64::MIN, catalogue::of("en")), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn amounts_have_exactly_their_currencys_decimals() {
        for (minor, code, shown) in [
            (999, "USD", "9.99 USD"),
            (123_456_789, "EUR", "1,234,567.89 EUR"),
            (-250, "EUR", "−2.50 EUR"),
            (1_935, "JPY", "1,935 JPY"),
            (1_935, "KWD", "1.935 KWD"),
            (-5, "KWD", "−0.005 KWD"),
            (0, "USD", "0.00 USD"),
        ] {
            let amount = Money::new(minor, Currency::parse(code).expect("a currency"));
            assert_eq!(money(amount, catalogue::of("en")), shown);
            assert_eq!(money(amount, catalogue::of("ar")), shown);
        }
    }

    #[test]
    fn near_instants_stand_in_words() {
        // It is 3 May 2026, 14:05 in Paris.
        for (time, en, ar) in [
            ("2026-05-03T12:05:30Z", "just now", "الآن"),
            ("2026-05-03T12:04:01Z", "just now", "الآن"),
            ("2026-05-03T12:06:00Z", "in 1 minute", "بعد دقيقة"),
            ("2026-05-03T12:07:59Z", "in 2 minutes", "بعد دقيقتين"),
            ("2026-05-03T12:00:00Z", "5 minutes ago", "قبل 5 دقائق"),
            ("2026-05-03T11:34:00Z", "31 minutes ago", "قبل 31 دقيقة"),
            ("2026-05-03T13:05:00Z", "today, 15:05", "اليوم، 15:05"),
            ("2026-05-02T22:00:00Z", "today, 00:00", "اليوم، 00:00"),
            ("2026-05-02T21:59:00Z", "yesterday, 23:59", "أمس، 23:59"),
            ("2026-05-03T22:00:00Z", "tomorrow, 00:00", "غدًا، 00:00"),
            ("2026-05-05T12:00:00Z", "in 2 days", "بعد يومين"),
            ("2026-05-06T12:00:00Z", "in 3 days", "بعد 3 أيام"),
            ("2026-04-27T12:00:00Z", "6 days ago", "قبل 6 أيام"),
            ("2026-05-10T12:00:00Z", "10 May", "10 مايو"),
            ("2025-12-31T22:59:00Z", "31 Dec 2025", "31 ديسمبر 2025"),
            ("2025-12-31T23:00:00Z", "1 Jan", "1 يناير"),
        ] {
            assert_eq!(near(at(time), &Viewer::sample("en")), en, "{time}");
            assert_eq!(near(at(time), &Viewer::sample("ar")), ar, "{time}");
        }
    }

    #[test]
    fn days_and_spans_are_of_the_businesss_zone() {
        let (en, ar) = (Viewer::sample("en"), Viewer::sample("ar"));
        // Paris is two hours ahead: it is 1 June there already.
        let late = at("2026-05-31T22:30:00Z");
        assert_eq!((day(late, &en), day(late, &ar)), ("1 Jun 2026".into(), "1 يونيو 2026".into()));
        assert_eq!(iso_day(late, en.zone), "2026-06-01");
        assert_eq!(exact(late, &en), "1 Jun 2026, 00:30, Europe/Paris");
        assert_eq!(exact(late, &ar), "1 يونيو 2026، 00:30، Europe/Paris");
        for (from, to, shown) in [
            ("2026-05-01", "2026-05-31", "1 – 31 May 2026"),
            ("2026-05-03", "2026-05-03", "3 May 2026"),
            ("2026-05-03", "2026-06-03", "3 May – 3 Jun 2026"),
            ("2025-12-03", "2026-01-03", "3 Dec 2025 – 3 Jan 2026"),
        ] {
            assert_eq!(span(at(from), at(to), &en), shown);
        }
        assert_eq!(span(at("2026-05-03"), at("2026-06-03"), &ar), "3 مايو – 3 يونيو 2026");
    }
}
