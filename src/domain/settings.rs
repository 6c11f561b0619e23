//! The vendor's settings: his business, and how its documents are numbered and when they are due.

use crate::domain::dunning::RetryDays;
use crate::domain::money::Currency;
use crate::domain::reject::Reject;
use crate::domain::text::Encoded;
use crate::domain::time::Zone;

#[derive(Clone, Debug)]
pub struct Settings {
    pub business: Business,
    pub billing: Billing,
}

/// Who sells: the head of every document.
#[derive(Clone, Debug)]
pub struct Business {
    pub name: Option<String>,
    pub address: Option<Encoded<'static>>,
    pub tax_id: Option<String>,
    pub currency: Currency,
    pub timezone: Zone,
    pub email: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Billing {
    /// How many days before the boundary the next period's invoice is opened.
    pub invoice_lead_days: u32,
    /// How many days a first invoice waits for its payment.
    pub pending_days: u32,
    /// How many days access stays after a boundary that is not paid.
    pub grace_days: u32,
    /// After how many days of suspension a subscription is cancelled.
    pub terminate_after_days: u32,
    /// How many days after the due day a card is charged.
    pub retry_days: RetryDays,
    pub lapsed_renewal: LapsedRenewal,
    pub invoice_number_format: NumberFormat,
    pub credit_note_number_format: NumberFormat,
}

impl Billing {
    pub const MAX_DAYS: u32 = 90;
    pub const MAX_TERMINATE_DAYS: u32 = 3650;

    /// Invoices and credit notes never share a series: each numbers its own kind.
    pub fn check(&self) -> Result<(), Reject> {
        if self.invoice_number_format.shares_series(&self.credit_note_number_format) {
            return Err(Reject::field("billing.creditNoteNumberFormat", "Must differ from the format of invoices in more than the number of digits"));
        }
        Ok(())
    }
}

/// What a payment after the suspension pays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LapsedRenewal {
    /// A period from now on: nobody pays for days without access.
    FromPayment,
    /// The period that was due.
    FromDueDate,
}

impl LapsedRenewal {
    pub const ALL: [LapsedRenewal; 2] = [LapsedRenewal::FromPayment, LapsedRenewal::FromDueDate];

    pub fn text(self) -> &'static str {
        match self {
            LapsedRenewal::FromPayment => "fromPayment",
            LapsedRenewal::FromDueDate => "fromDueDate",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.text() == text)
    }
}

impl Settings {
    /// What holds until the vendor says otherwise. None only if the currency table lost USD.
    pub fn initial() -> Option<Self> {
        Some(Self {
            business: Business { name: None, address: None, tax_id: None, currency: Currency::parse("USD").ok()?, timezone: Zone::UTC, email: None },
            billing: Billing {
                invoice_lead_days: 7,
                pending_days: 7,
                grace_days: 3,
                terminate_after_days: 30,
                retry_days: RetryDays::initial(),
                lapsed_renewal: LapsedRenewal::FromPayment,
                invoice_number_format: NumberFormat::parse("INV-{n:06}").ok()?,
                credit_note_number_format: NumberFormat::parse("CN-{n:06}").ok()?,
            },
        })
    }
}

/// How document numbers look: text with one `{n}` (or `{n:06}`, with that many digits) and at most one `{year}`.
/// What stands around n is the series (rule 5), so with `{year}` n begins again each year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NumberFormat {
    text: String,
    before: String,
    after: String,
    width: usize,
}

impl NumberFormat {
    pub const MAX_LENGTH: usize = 40;

    pub fn parse(raw: &str) -> Result<Self, String> {
        let text = raw.trim();
        if text.chars().count() > Self::MAX_LENGTH {
            return Err(format!("Must have at most {} characters", Self::MAX_LENGTH));
        }
        let wrong = || "Must hold {n} or {n:06} once, {year} once at most, and otherwise letters, digits, spaces and - / . _ #".to_owned();
        let (before, rest) = text.split_once("{n").ok_or_else(wrong)?;
        let (width, after) = rest.split_once('}').ok_or_else(wrong)?;
        let width = match width.strip_prefix(":0") {
            Some(digits) if digits.len() == 1 && digits.bytes().all(|b| (b'1'..=b'9').contains(&b)) => usize::from(digits.as_bytes()[0] - b'0'),
            None if width.is_empty() => 1,
            _ => return Err(wrong()),
        };
        let plain = format!("{before}{after}").replacen("{year}", "", 1);
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '/' | '.' | '_' | '#');
        if !plain.chars().all(allowed) {
            return Err(wrong());
        }
        // A digit beside n would let two series write the same number.
        let touches = |c: Option<char>| c.is_some_and(char::is_numeric);
        if touches(before.chars().last()) || touches(after.chars().next()) || before.ends_with("{year}") || after.starts_with("{year}") {
            return Err("Must have something other than a digit on either side of {n}".into());
        }
        Ok(Self { text: text.to_owned(), before: before.to_owned(), after: after.to_owned(), width })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a document of this format could be of the other's series. What is written beside n decides, a year whatever it is.
    fn shares_series(&self, other: &Self) -> bool {
        let plain = |text: &str| text.replace("{year}", "").chars().filter(|c| !c.is_numeric()).collect::<String>();
        plain(&self.before) == plain(&other.before) && plain(&self.after) == plain(&other.after)
    }

    /// The series of a document of that year.
    pub fn series(&self, year: i32) -> String {
        format!("{}{{n}}{}", self.before, self.after).replace("{year}", &format!("{year:04}"))
    }

    /// The number of the `n`th document of its series.
    pub fn number(&self, n: i64, year: i32) -> String {
        format!("{}{n:0width$}{}", self.before, self.after, width = self.width).replace("{year}", &format!("{year:04}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_5_what_stands_around_n_is_the_series() {
        let number = |format: &str, n, year| NumberFormat::parse(format).map(|f| (f.series(year), f.number(n, year)));
        assert_eq!(number("INV-{n:06}", 42, 2026), Ok(("INV-{n}".into(), "INV-000042".into())));
        assert_eq!(number("INV-{n}", 42, 2026), Ok(("INV-{n}".into(), "INV-42".into())));
        assert_eq!(number("{year}/{n:04}", 7, 2026), Ok(("2026/{n}".into(), "2026/0007".into())));
        assert_eq!(number("{n}", 1_234_567, 2026), Ok(("{n}".into(), "1234567".into())));
        assert_eq!(number("R-{n}-{year}", 3, 2027), Ok(("R-{n}-2027".into(), "R-3-2027".into())));
    }

    #[test]
    fn rule_5_invoices_and_credit_notes_have_series_of_their_own() {
        let shares = |a: &str, b: &str| Ok::<_, String>(NumberFormat::parse(a)?.shares_series(&NumberFormat::parse(b)?));
        assert_eq!(shares("INV-{n:06}", "CN-{n:06}"), Ok(false));
        assert_eq!(shares("INV-{n:06}", "INV-{n}"), Ok(true));
        assert_eq!(shares("{year}/{n}", "2027/{n}"), Ok(true));
        assert_eq!(shares("{year}-{n}", "{n}-{year}"), Ok(false));
    }

    #[test]
    fn formats_that_could_repeat_a_number_are_refused() {
        for wrong in
            ["", "INV", "{n}{n}", "INV1{n}", "{n}5", "{year}{n}", "{n:6}", "{n:00}", "{n:012}", "{year}-{n}-{year}", "<{n}>", "{m}-{n}", &"x".repeat(50)]
        {
            assert!(NumberFormat::parse(wrong).is_err(), "{wrong}");
        }
    }
}
