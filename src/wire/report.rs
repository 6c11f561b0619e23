//! Reports as clients ask for them and see them: JSON, and the same rows as a table of comma-separated values.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::money::{Currency, Money};
use crate::domain::report::{Ageing, Every, Figures, Flows, Movements, Recurs, Row, Series, SummaryReport};
use crate::domain::time::{day_text, parse_day};
use crate::wire::json::encode;
use crate::wire::query::{Param, Word};
use crate::wire::shape::{Definitions, Shape};

/// How a report is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Json,
    Csv,
}

impl Format {
    pub const ALL: [Format; 2] = [Format::Json, Format::Csv];

    pub fn text(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
        }
    }
}

/// The tables that the page of reports gives out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportTable {
    Summary,
    Revenue,
    Mrr,
    Ageing,
}

impl ReportTable {
    pub const ALL: [ReportTable; 4] = [ReportTable::Summary, ReportTable::Revenue, ReportTable::Mrr, ReportTable::Ageing];

    pub fn text(self) -> &'static str {
        match self {
            ReportTable::Summary => "summary",
            ReportTable::Revenue => "revenue",
            ReportTable::Mrr => "mrr",
            ReportTable::Ageing => "ageing",
        }
    }
}

words! {
    ReportTable => ReportTable::ALL, ReportTable::text;
    Every => Every::ALL, Every::text;
    Format => Format::ALL, Format::text;
}

/// A day by its number, written as its date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Date(pub i64);

impl Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&day_text(self.0))
    }
}

impl Shape for Date {
    fn shape(_: &mut Definitions) -> Value {
        json!({ "type": "string", "format": "date", "examples": ["2026-01-31"] })
    }
}

impl Param for Date {
    fn parse(text: &str) -> Result<Self, String> {
        parse_day(text).map(Self).ok_or_else(|| "Must be a date such as 2026-01-31".into())
    }
    fn schema() -> Value {
        json!({ "type": "string", "format": "date", "examples": ["2026-01-31"] })
    }
}

impl Param for Currency {
    fn parse(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
    /// The codes that there are, in either case: three letters alone would promise more.
    fn schema() -> Value {
        let codes = || Currency::all().iter().map(|c| c.code());
        let codes: Vec<String> = codes().map(str::to_owned).chain(codes().map(str::to_lowercase)).collect();
        json!({ "type": "string", "enum": codes })
    }
}

query! {
    /// What a summary is asked for.
    SummaryQuery {
        "from" from: Date, "The first day, in the business's zone; 30 days before the end unless said otherwise.";
        "to" to: Date, "The last day, included; today unless said otherwise. At most 3,660 days after the first.";
        "currency" currency: Currency, "One currency. Without it each has its own figures; sums over currencies there are none.";
        "format" format: Word<Format>, "`csv` for a table of comma-separated values.";
    }
}

query! {
    /// What the page of reports is asked for.
    ReportPageQuery {
        "from" from: Date, "";
        "to" to: Date, "";
        "currency" currency: Currency, "";
        "interval" interval: Word<Every>, "";
        "report" report: Word<ReportTable>, "Of what a table is wanted.";
        "format" format: Word<Format>, "";
    }
}

query! {
    /// What a series is asked for.
    SeriesQuery {
        "from" from: Date, "The first day, in the business's zone; 30 days before the end unless said otherwise.";
        "to" to: Date, "The last day, included; today unless said otherwise. At most 3,660 days after the first.";
        "currency" currency: Currency, "One currency. Without it there is a row for each.";
        "interval" interval: Word<Every>, "A row for each day (default), week (from Monday) or month; the first and the last end where the report does.";
        "format" format: Word<Format>, "`csv` for a table of comma-separated values.";
    }
}

output! {
    /// What moved monthly recurring revenue: new + expansion + reactivation − contraction − churn is its change.
    MovementsJson as "MrrMovements" (m: Movements) {
        "new": Money = m.new, "Of subscriptions that count for the first time.";
        "expansion": Money = m.expansion, "";
        "reactivation": Money = m.reactivation, "Of those that count again.";
        "contraction": Money = m.contraction, "";
        "churn": Money = m.churn, "Of those that count no longer.";
    }
}

/// Text of a value in a table: as in JSON, without quotes, and nothing for null.
fn text(value: &impl Serialize) -> String {
    match serde_json::to_value(value).expect("our shapes have string keys and cannot fail to serialise") {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Rows of a table.
pub trait Csv {
    fn head() -> Vec<&'static str>;
    fn cells(&self) -> Vec<String>;
}

/// A whole table, as RFC 4180 has it. No value of ours has a comma, a quote or a line break.
fn table<T: Csv>(rows: impl Iterator<Item = T>) -> Vec<u8> {
    let mut out = T::head().join(",");
    for row in rows {
        out.push_str("\r\n");
        out.push_str(&row.cells().join(","));
    }
    out.push_str("\r\n");
    out.into_bytes()
}

/// Declares the figures of a currency three times over: at the top of a summary, in its list of currencies, and in a table.
macro_rules! figures {
    ($($json:literal : $shape:ty = |$view:ident| $value:expr, $words:literal;)+) => {
        output! {
            /// The figures of one currency.
            FiguresJson as "CurrencySummary" (f: Figures) {
                "currency": Currency = f.currency.code(), "";
                $($json: $shape = { let $view = f; $value }, $words;)+
                "mrrMovements": MovementsJson<'static> = MovementsJson(&f.summary.recurs.movements), "";
            }
        }

        output! {
            /// Where the business stands at the end of some days, and what happened in them.
            SummaryJson as "ReportSummary" (r: SummaryReport) {
                "from": Date = Date(r.frame.span.first), "The first day.";
                "to": Date = Date(r.frame.span.last), "The last day, included.";
                "timezone": String = r.frame.zone.name(), "The business's, in which days begin and end.";
                "currency": Currency = first(r).currency.code(), "Of the figures that follow: the one that was asked for, else the business's.";
                $($json: $shape = { let $view = first(r); $value }, $words;)+
                "mrrMovements": MovementsJson<'static> = MovementsJson(&first(r).summary.recurs.movements), "What changed `mrr` in these days.";
                "newCustomers": i64 = r.new_customers, "Of whatever currency.";
                "currencies": Vec<FiguresJson<'static>> = EachJson(&r.figures), "The same figures of each currency, side by side; the first are those above. Amounts of two currencies are never added.";
            }
        }

        impl Csv for FiguresJson<'_> {
            fn head() -> Vec<&'static str> {
                vec!["currency", $($json,)+ "new", "expansion", "reactivation", "contraction", "churn"]
            }
            fn cells(&self) -> Vec<String> {
                let m = self.0.summary.recurs.movements;
                let figures = vec![$({ let $view = self.0; text(&$value) }),+];
                let movements = [m.new, m.expansion, m.reactivation, m.contraction, m.churn].map(|amount| amount.to_string());
                std::iter::once(self.0.currency.code().to_owned()).chain(figures).chain(movements).collect()
            }
        }
    };
}

figures! {
    "mrr": Money = |f| f.summary.recurs.mrr, "Monthly recurring revenue at the end of the last day: of subscriptions that are active or past due, net of discounts that never end.";
    "arr": Money = |f| f.summary.recurs.arr(), "The same of a year.";
    "activeSubscriptions": i64 = |f| f.summary.recurs.active, "Those that count for it at the end of the last day: active and past due.";
    "trialing": i64 = |f| f.summary.trialing, "At the end of the last day.";
    "newSubscriptions": i64 = |f| f.summary.new_subscriptions, "";
    "cancellations": i64 = |f| f.summary.cancellations, "Subscriptions that ended: cancelled, or expired after they had begun.";
    "churnRate": Option<String> = |f| f.summary.churn.map(|c| c.to_string()), "In percent: those that ended after they had counted, of those that counted when the first day began; null where none did.";
    "revenue": Money = |f| f.summary.flows.revenue, "What was earned: recognised day by day, less what was taken back. Today's is posted when the day is over.";
    "billed": Money = |f| f.summary.flows.billed, "The net of what was finalised, less that of what was voided.";
    "collected": Money = |f| f.summary.flows.collected, "Payments that came in.";
    "refunds": Money = |f| f.summary.flows.refunds, "";
    "tax": Money = |f| f.summary.flows.tax, "Of what was finalised, less that of what was voided.";
    "outstanding": Money = |f| f.summary.ageing.outstanding, "Due on open invoices at the end of the last day.";
    "overdue": Money = |f| f.summary.ageing.overdue, "Of it, what was due on an earlier day.";
}

fn first(report: &SummaryReport) -> &Figures {
    report.figures.first().expect("a report has at least one currency")
}

struct EachJson<'a>(&'a [Figures]);

impl Serialize for EachJson<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(FiguresJson))
    }
}

/// Declares a series: its row as an object and as a line of a table, and the whole.
macro_rules! series {
    ($(#[doc = $doc:literal])+ $row:ident as $title:literal, $series:ident as $whole:literal ($view:ident : $of:ty)
        { $($json:literal : $shape:ty = $value:expr, $words:literal;)+ }) => {
        output! {
            $(#[doc = $doc])+
            $row as $title ($view: Row<$of>) {
                "start": Date = Date($view.span.first), "The first day.";
                "end": Date = Date($view.span.last), "The last day, included.";
                "currency": Currency = $view.currency.code(), "";
                $($json: $shape = $value, $words;)+
            }
        }

        impl Csv for $row<'_> {
            fn head() -> Vec<&'static str> {
                vec!["start", "end", "currency", $($json),+]
            }
            fn cells(&self) -> Vec<String> {
                let $view = self.0;
                vec![day_text($view.span.first), day_text($view.span.last), $view.currency.code().to_owned(), $(text(&$value)),+]
            }
        }

        output! {
            /// A report by days, weeks or months: in the order of the days, and for each of the currencies, the business's first.
            $series as $whole (s: Series<$of>) {
                "from": Date = Date(s.frame.span.first), "";
                "to": Date = Date(s.frame.span.last), "Included.";
                "timezone": String = s.frame.zone.name(), "The business's, in which days begin and end.";
                "interval": Every = s.every.text(), "";
                "data": Vec<$row<'static>> = s.rows.iter().map($row).collect::<Vec<_>>(), "";
            }
        }

        impl Answer for Series<$of> {
            fn json(&self) -> Vec<u8> {
                encode(&$series(self)).into_bytes()
            }
            fn csv(&self) -> Vec<u8> {
                table(self.rows.iter().map($row))
            }
        }
    };
}

/// A report in each of its formats.
pub trait Answer {
    fn json(&self) -> Vec<u8>;
    fn csv(&self) -> Vec<u8>;

    fn bytes(&self, format: Format) -> Vec<u8> {
        match format {
            Format::Json => self.json(),
            Format::Csv => self.csv(),
        }
    }
}

impl Answer for SummaryReport {
    fn json(&self) -> Vec<u8> {
        encode(&SummaryJson(self)).into_bytes()
    }
    fn csv(&self) -> Vec<u8> {
        table(self.figures.iter().map(FiguresJson))
    }
}

series! {
    /// What was earned, billed, collected and refunded in some days, in one currency.
    RevenueRowJson as "RevenueRow", RevenueJson as "RevenueReport" (r: Flows) {
        "revenue": Money = r.of.revenue, "What was earned: recognised day by day, less what was taken back.";
        "billed": Money = r.of.billed, "The net of what was finalised, less that of what was voided.";
        "collected": Money = r.of.collected, "Payments that came in.";
        "refunds": Money = r.of.refunds, "";
        "tax": Money = r.of.tax, "Of what was finalised, less that of what was voided.";
    }
}

series! {
    /// What recurs at the end of some days, and what moved it, in one currency.
    MrrRowJson as "MrrRow", MrrJson as "MrrReport" (r: Recurs) {
        "mrr": Money = r.of.mrr, "At the end of the last day.";
        "arr": Money = r.of.arr(), "The same of a year.";
        "activeSubscriptions": i64 = r.of.active, "Those that count for it: active and past due.";
        "new": Money = r.of.movements.new, "Of subscriptions that count for the first time.";
        "expansion": Money = r.of.movements.expansion, "";
        "reactivation": Money = r.of.movements.reactivation, "Of those that count again.";
        "contraction": Money = r.of.movements.contraction, "";
        "churn": Money = r.of.movements.churn, "Of those that count no longer.";
    }
}

series! {
    /// What is due on open invoices at the end of some days, by how many days it is overdue, in one currency.
    AgeingRowJson as "AgeingRow", AgeingJson as "AgeingReport" (r: Ageing) {
        "notDue": Money = r.of.not_due, "Due on the last day or later.";
        "days1To30": Money = r.of.to_30, "Overdue by so many days.";
        "days31To60": Money = r.of.to_60, "";
        "days61To90": Money = r.of.to_90, "";
        "over90": Money = r.of.over_90, "";
        "overdue": Money = r.of.overdue, "The last four together.";
        "outstanding": Money = r.of.outstanding, "All of it.";
    }
}
