//! Reports: figures of some days, what was earned and what recurs as charts, and what is due by its age. The numbers are
//! those of the API's reports; each can be had as a table to save.

use actix_web::http::StatusCode;

use crate::app::report::Asked;
use crate::domain::money::{Currency, Money};
use crate::domain::reject::{Code, FieldError, Reject};
use crate::domain::report::{Ageing, Every, Figures, Flows, Recurs, Row as ReportRow, Series, Span, SummaryReport};
use crate::domain::time::{Zone, day_text};
use crate::error::{Error, Result};
use crate::web::html::cell::Cell;
use crate::web::html::chart::{Bar, Chart};
use crate::web::html::form::Choice;
use crate::web::html::page::{Action, ApiCall, DayFilter, Empty, Figure, Filter, Head, Place, ReportPage, Section};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::html::{catalogue, format};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::query::{Word, read_query};
use crate::wire::report::{Answer, Format, ReportPageQuery, ReportTable};

pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/admin/reports", handler!(show))]
}

const PATH: &str = "/admin/reports";
/// As many bars as a chart has room for; more days go together.
const MOST_BARS: usize = 130;

/// What the page is asked for. Its form sends empty values too: they ask for nothing.
fn query(call: &PageCall) -> Result<ReportPageQuery> {
    let mut given = url::form_urlencoded::Serializer::new(String::new());
    let pairs = url::form_urlencoded::parse(call.query.as_bytes()).filter(|(_, value)| !value.trim().is_empty());
    given.extend_pairs(pairs);
    Ok(read_query(&given.finish())?)
}

/// What was asked for, or what comes next to it that the charts have room for.
fn every_for(span: Span, asked: Option<Every>) -> Every {
    let from = asked.unwrap_or(Every::Day);
    let coarser = Every::ALL.into_iter().skip_while(|every| *every != from);
    coarser.into_iter().find(|every| span.by(*every).len() <= MOST_BARS).unwrap_or(Every::Month)
}

async fn show(call: PageCall) -> Result<PageReply> {
    match asked_for(&call).await {
        Err(Error::Reject(reject)) if reject.code == Code::InvalidParameter => wrong(&call, &reject).await,
        answer => answer,
    }
}

/// What is wrong with a parameter, in the words of the form.
fn error_text(detail: &FieldError) -> Text {
    match detail.message.as_str() {
        "Must not lie before \"from\"" => say("report-wrong-order"),
        message if message.ends_with("days before \"to\"") => say_with("report-wrong-length", [("n", Arg::Count(Span::MAX_DAYS))]),
        message => Text::Api(message.to_owned()),
    }
}

/// The form as it was sent, with what is wrong beside its fields, and no figures.
async fn wrong(call: &PageCall, reject: &Reject) -> Result<PageReply> {
    let summary = call.app().report_summary(&call.actor()?, Asked::default()).await?;
    let currency = Currency::parse(&call.parameter("currency")).ok().or_else(|| summary.frame.currencies.first().copied());
    let every = Every::ALL.into_iter().find(|every| every.text() == call.parameter("interval")).unwrap_or(Every::Day);
    let shown = Shown { span: summary.frame.span, zone: summary.frame.zone, currency, every };
    let day = |name, label| DayFilter { name, label, value: call.parameter(name) };
    let page = ReportPage {
        days: vec![day("from", say("report-from")), day("to", say("report-to"))],
        errors: reject.details.iter().map(|detail| (detail.field.clone(), error_text(detail))).collect(),
        ..frame(&shown, &summary)
    };
    Ok(PageReply::with_status(StatusCode::BAD_REQUEST, page.render(&call.viewer)))
}

async fn asked_for(call: &PageCall) -> Result<PageReply> {
    let query = query(call)?;
    let (app, actor) = (call.app(), call.actor()?);
    let all = Asked { from: query.from.map(|d| d.0), to: query.to.map(|d| d.0), currency: None };
    let summary = app.report_summary(&actor, all).await?;
    let frame = &summary.frame;
    let currency = query.currency.or_else(|| frame.currencies.first().copied());
    let one = Asked { from: Some(frame.span.first), to: Some(frame.span.last), currency };
    let every = every_for(frame.span, query.interval.map(|every| every.0));
    if query.format == Some(Word(Format::Csv)) {
        let (bytes, name) = match query.report.map_or(ReportTable::Summary, |report| report.0) {
            ReportTable::Summary => (summary.csv(), "summary.csv"),
            ReportTable::Revenue => (app.report_revenue(&actor, one, every).await?.csv(), "revenue.csv"),
            ReportTable::Mrr => (app.report_mrr(&actor, one, every).await?.csv(), "mrr.csv"),
            ReportTable::Ageing => (app.report_ageing(&actor, last_day(frame.span), Every::Day).await?.csv(), "ageing.csv"),
        };
        return Ok(PageReply::csv(&bytes, name));
    }
    let revenue = app.report_revenue(&actor, one, every).await?;
    let mrr = app.report_mrr(&actor, one, every).await?;
    let ageing = app.report_ageing(&actor, last_day(frame.span), Every::Day).await?;
    let asked = Shown { span: frame.span, zone: frame.zone, currency, every };
    Ok(PageReply::page(page(call, &asked, &summary, &revenue, &mrr, &ageing).render(&call.viewer)))
}

/// What is due at the end of the last day, in each currency.
fn last_day(span: Span) -> Asked {
    Asked { from: Some(span.last), to: Some(span.last), currency: None }
}

/// What the page shows.
struct Shown {
    span: Span,
    zone: Zone,
    currency: Option<Currency>,
    every: Every,
}

impl Shown {
    fn query(&self) -> String {
        let (from, to) = (day_text(self.span.first), day_text(self.span.last));
        let currency = self.currency.map_or(String::new(), |c| format!("&currency={}", c.code()));
        format!("from={from}&to={to}{currency}")
    }

    fn csv(&self, report: ReportTable) -> Action {
        let every = self.every.text();
        Action::go(say("report-csv"), format!("{PATH}?{}&interval={every}&report={}&format=csv", self.query(), report.text()))
    }

    /// Days as a cell: one, or from one to another.
    fn days(&self, span: Span) -> Cell {
        let at = |day: i64| self.zone.start_of_day(day);
        if span.first == span.last { Cell::Day(at(span.first)) } else { Cell::Span(at(span.first), at(span.last)) }
    }
}

fn page(call: &PageCall, shown: &Shown, summary: &SummaryReport, revenue: &Series<Flows>, mrr: &Series<Recurs>, ageing: &Series<Ageing>) -> ReportPage {
    let figures = summary.figures.iter().find(|f| Some(f.currency) == shown.currency).copied();
    // Of all days that are shown: the last one is often not over, and nothing is posted of it.
    let earned = figures.map(|f| f.summary.flows.revenue);
    ReportPage {
        figures: figures.map(|f| figures_of(call, summary, &f)).unwrap_or_default(),
        sections: vec![revenue_section(call, shown, earned, revenue), mrr_section(call, shown, mrr), ageing_section(shown, ageing)],
        api: Some(ApiCall::get(format!("/api/v1/reports/summary?{}", shown.query()))),
        ..frame(shown, summary)
    }
}

/// The page without figures.
fn frame(shown: &Shown, summary: &SummaryReport) -> ReportPage {
    let day = |name, label, day: i64| DayFilter { name, label, value: day_text(day) };
    ReportPage {
        head: Head::new(Place::Reports, say("nav-reports")),
        help: Some(say_with("report-zone", [("zone", Arg::Text(shown.zone.name().to_owned()))])),
        path: PATH.into(),
        days: vec![day("from", say("report-from"), shown.span.first), day("to", say("report-to"), shown.span.last)],
        filters: filters(shown, summary),
        errors: Vec::new(),
        empty: summary.frame.is_unused.then(|| Empty {
            text: say("report-empty"),
            action: Some(Action::primary(say("report-empty-action"), "/admin/subscriptions/new")),
            more: Some(("/docs/manual/reports".into(), say("report-empty-more"))),
        }),
        figures: Vec::new(),
        sections: Vec::new(),
        api: None,
    }
}

fn filters(shown: &Shown, summary: &SummaryReport) -> Vec<Filter> {
    let words = Every::ALL.into_iter().map(|every| {
        let text = match every {
            Every::Day => say("report-by-day"),
            Every::Week => say("report-by-week"),
            Every::Month => say("report-by-month"),
        };
        Choice::new(every.text(), text)
    });
    let mut filters =
        vec![Filter { name: "interval", label: say("report-interval"), choices: words.collect(), value: shown.every.text().to_owned(), typed: None }];
    let mut currencies = summary.frame.currencies.clone();
    currencies.extend(shown.currency.filter(|c| !currencies.contains(c)));
    if currencies.len() > 1 {
        let choices = currencies.iter().map(|c| Choice::new(c.code(), data(c.code()))).collect();
        let value = shown.currency.map_or(String::new(), |c| c.code().to_owned());
        filters.push(Filter { name: "currency", label: say("report-currency"), choices, value, typed: None });
    }
    filters
}

/// Twelve, so that rows of two, three and four are full.
fn figures_of(call: &PageCall, summary: &SummaryReport, figures: &Figures) -> Vec<Figure> {
    let s = &figures.summary;
    let figure = |label: Text, value: Cell, href: &str, under: Option<Text>| Figure { label, value, href: href.to_owned(), under };
    let churn = s.churn.map(|churn| say_with("report-churn", [("percent", Arg::Text(churn.to_string()))]));
    let arr = format::money(s.recurs.arr(), catalogue::of(call.viewer.language));
    let new = say_with("report-new-customers", [("n", Arg::Count(summary.new_customers))]);
    vec![
        figure(say("report-mrr"), Cell::Money(s.recurs.mrr), "#mrr", Some(say_with("report-arr", [("amount", Arg::Text(arr))]))),
        figure(say("report-revenue"), Cell::Money(s.flows.revenue), "#revenue", None),
        figure(say("report-billed"), Cell::Money(s.flows.billed), "/admin/invoices", None),
        figure(say("report-collected"), Cell::Money(s.flows.collected), "/admin/invoices?status=paid", None),
        figure(say("report-refunds"), Cell::Money(s.flows.refunds), "#revenue", None),
        figure(say("report-tax"), Cell::Money(s.flows.tax), "#revenue", None),
        figure(say("report-outstanding"), Cell::Money(s.ageing.outstanding), "/admin/invoices?status=open", None),
        figure(say("report-overdue"), Cell::Money(s.ageing.overdue), "#ageing", None),
        figure(say("report-active"), Cell::Count(s.recurs.active), "/admin/subscriptions?status=active", None),
        figure(say("report-trialing"), Cell::Count(s.trialing), "/admin/subscriptions?status=trialing", None),
        figure(say("report-new-subscriptions"), Cell::Count(s.new_subscriptions), "/admin/subscriptions", Some(new)),
        figure(say("report-cancellations"), Cell::Count(s.cancellations), "/admin/subscriptions?status=cancelled", churn),
    ]
}

/// A chart of one number of each row, with all of a row's numbers in its table. `headline` is what all rows come to; without it
/// the last row's number is.
fn chart<T>(call: &PageCall, shown: &Shown, series: &Series<T>, height: fn(&T) -> Money, headline: Option<Money>, table: Table) -> Option<Chart> {
    let (first, last) = (series.rows.first()?, series.rows.last()?);
    let amount = |row: &ReportRow<T>| format::money(height(&row.of), catalogue::of(call.viewer.language));
    let day = |day: i64| format::day(shown.zone.start_of_day(day), &call.viewer);
    let says = |row: &ReportRow<T>| {
        let days = if row.span.first == row.span.last { day(row.span.first) } else { format!("{} – {}", day(row.span.first), day(row.span.last)) };
        format!("{days}: {}", amount(row))
    };
    let greatest = series.rows.iter().map(|row| height(&row.of)).max_by_key(|amount| amount.minor())?;
    Some(Chart {
        headline: Cell::Money(headline.unwrap_or(height(&last.of))),
        greatest: Cell::Money(greatest),
        begins: Cell::Day(shown.zone.start_of_day(first.span.first)),
        ends: Cell::Day(shown.zone.start_of_day(last.span.last)),
        bars: series.rows.iter().map(|row| Bar { value: height(&row.of).minor(), says: says(row) }).collect(),
        table,
        numbers: say("report-numbers"),
    })
}

fn section(id: &'static str, title: Text, chart: Option<Chart>, csv: Action) -> Section {
    match chart {
        Some(chart) => Section::Chart { id, title, chart: Box::new(chart), more: csv },
        None => {
            Section::Table { title, table: Table { caption: data(""), columns: Vec::new(), rows: Vec::new() }, empty: say("list-nothing"), more: Some(csv) }
        }
    }
}

fn revenue_section(call: &PageCall, shown: &Shown, earned: Option<Money>, series: &Series<Flows>) -> Section {
    let columns = vec![
        Column::new(say("report-days"), Phone::First),
        Column::end(say("report-revenue"), Phone::Labelled),
        Column::end(say("report-billed"), Phone::Labelled),
        Column::end(say("report-collected"), Phone::Labelled),
        Column::end(say("report-refunds"), Phone::Labelled),
        Column::end(say("report-tax"), Phone::Labelled),
    ];
    let row = |r: &ReportRow<Flows>| {
        let money = [r.of.revenue, r.of.billed, r.of.collected, r.of.refunds, r.of.tax].map(Cell::Money);
        Row::new(std::iter::once(shown.days(r.span)).chain(money).collect())
    };
    let table = Table { caption: say("report-revenue"), columns, rows: series.rows.iter().map(row).collect() };
    section("revenue", say("report-revenue"), chart(call, shown, series, |flows| flows.revenue, earned, table), shown.csv(ReportTable::Revenue))
}

fn mrr_section(call: &PageCall, shown: &Shown, series: &Series<Recurs>) -> Section {
    let columns = vec![
        Column::new(say("report-days"), Phone::First),
        Column::end(say("report-mrr"), Phone::Labelled),
        Column::end(say("report-active"), Phone::Labelled),
        Column::end(say("report-new"), Phone::Labelled),
        Column::end(say("report-expansion"), Phone::Labelled),
        Column::end(say("report-reactivation"), Phone::Labelled),
        Column::end(say("report-contraction"), Phone::Labelled),
        Column::end(say("report-lost"), Phone::Labelled),
    ];
    let row = |r: &ReportRow<Recurs>| {
        let m = r.of.movements;
        let moved = [m.new, m.expansion, m.reactivation, m.contraction, m.churn].map(Cell::Money);
        Row::new([shown.days(r.span), Cell::Money(r.of.mrr), Cell::Count(r.of.active)].into_iter().chain(moved).collect())
    };
    let table = Table { caption: say("report-mrr"), columns, rows: series.rows.iter().map(row).collect() };
    section("mrr", say("report-mrr"), chart(call, shown, series, |recurs| recurs.mrr, None, table), shown.csv(ReportTable::Mrr))
}

/// What is due at the end of the last day: a row for each currency.
fn ageing_section(shown: &Shown, series: &Series<Ageing>) -> Section {
    let columns = vec![
        Column::new(say("report-currency"), Phone::First),
        Column::end(say("report-not-due"), Phone::Labelled),
        Column::end(say("report-to-30"), Phone::Labelled),
        Column::end(say("report-to-60"), Phone::Labelled),
        Column::end(say("report-to-90"), Phone::Labelled),
        Column::end(say("report-over-90"), Phone::Labelled),
        Column::end(say("report-overdue"), Phone::Labelled),
        Column::end(say("report-outstanding"), Phone::Labelled),
    ];
    let row = |r: &ReportRow<Ageing>| {
        let a = r.of;
        let money = [a.not_due, a.to_30, a.to_60, a.to_90, a.over_90, a.overdue, a.outstanding].map(Cell::Money);
        Row::new(std::iter::once(Cell::Text(data(r.currency.code()))).chain(money).collect())
    };
    let title = say_with("report-ageing", [("day", Arg::Day(shown.zone.start_of_day(shown.span.last)))]);
    let table = Table { caption: title.clone(), columns, rows: series.rows.iter().map(row).collect() };
    Section::Named { id: "ageing", section: Box::new(Section::Table { title, table, empty: say("list-nothing"), more: Some(shown.csv(ReportTable::Ageing)) }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_no_more_bars_than_it_has_room_for() {
        let of = |days: i64, asked| every_for(Span { first: 20_000, last: 20_000 + days - 1 }, asked);
        assert_eq!([of(30, None), of(130, None), of(131, None), of(3660, None)], [Every::Day, Every::Day, Every::Week, Every::Month]);
        assert_eq!([of(30, Some(Every::Week)), of(3660, Some(Every::Day)), of(900, Some(Every::Month))], [Every::Week, Every::Month, Every::Month]);
    }
}
