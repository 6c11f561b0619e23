//! Reports over HTTP.

use actix_web::http::Method;

use crate::app::report::Asked;
use crate::domain::key::Scope;
use crate::domain::report::Every;
use crate::error::Result;
use crate::web::route::{Call, MakeSchema, Parameter, Reply, Route};
use crate::wire::query::{Query, Word};
use crate::wire::report::{AgeingJson, Answer, Format, MrrJson, RevenueJson, SeriesQuery, SummaryJson, SummaryQuery};
use crate::wire::shape::Shape;

const WORDS: &str = "Days are those of the business's zone, from and to are included. Without `currency` there is a row for each currency in which anything happened: \
    amounts of two currencies are never added. Reports of the past say what was so then.";

fn route(path: &'static str, operation: &'static str, summary: &'static str, words: &'static str) -> impl Fn(Parts) -> Route {
    move |parts| Route {
        method: Method::GET,
        path,
        operation,
        summary,
        words,
        scope: Some(Scope::ReportsRead),
        handler: parts.handler,
        query: parts.query,
        body: None,
        status: 200,
        answer: parts.answer,
        refuses: &[],
        noun: None,
    }
}

struct Parts {
    handler: crate::web::route::Handler,
    query: fn() -> Vec<Parameter>,
    answer: MakeSchema,
}

pub fn routes() -> Vec<Route> {
    let summary = "The figures of some days and at their end, in the business's currency or the one that is named, and side by side those of each currency. \
        Monthly recurring revenue counts active and past due subscriptions: a price × its quantity, net of discounts that never end, per month.";
    vec![
        route("/api/v1/reports/summary", "reportSummary", "Where the business stands", summary)(Parts {
            handler: handler!(summarise),
            query: SummaryQuery::describe,
            answer: SummaryJson::shape,
        }),
        route("/api/v1/reports/revenue", "reportRevenue", "What was earned, billed and collected", WORDS)(Parts {
            handler: handler!(revenue),
            query: SeriesQuery::describe,
            answer: RevenueJson::shape,
        }),
        route("/api/v1/reports/mrr", "reportMrr", "Monthly recurring revenue and what moved it", WORDS)(Parts {
            handler: handler!(mrr),
            query: SeriesQuery::describe,
            answer: MrrJson::shape,
        }),
        route("/api/v1/reports/ageing", "reportAgeing", "What is due, by how long it is overdue", WORDS)(Parts {
            handler: handler!(ageing),
            query: SeriesQuery::describe,
            answer: AgeingJson::shape,
        }),
    ]
}

/// The answer in the format that was asked for; `name` is the file's.
fn reply(report: &impl Answer, format: Option<Word<Format>>, name: &'static str) -> Reply {
    match format.map_or(Format::Json, |f| f.0) {
        Format::Json => Reply::Read(report.json()),
        Format::Csv => Reply::Csv { bytes: report.csv(), name },
    }
}

async fn summarise(call: Call) -> Result<Reply> {
    let query = call.query::<SummaryQuery>()?;
    let asked = Asked { from: query.from.map(|d| d.0), to: query.to.map(|d| d.0), currency: query.currency };
    Ok(reply(&call.app.report_summary(&call.actor(), asked).await?, query.format, "summary.csv"))
}

/// What a series is asked for.
fn asked(query: &SeriesQuery) -> (Asked, Every) {
    let asked = Asked { from: query.from.map(|d| d.0), to: query.to.map(|d| d.0), currency: query.currency };
    (asked, query.interval.map_or(Every::Day, |every| every.0))
}

async fn revenue(call: Call) -> Result<Reply> {
    let query = call.query::<SeriesQuery>()?;
    let (asked, every) = asked(&query);
    Ok(reply(&call.app.report_revenue(&call.actor(), asked, every).await?, query.format, "revenue.csv"))
}

async fn mrr(call: Call) -> Result<Reply> {
    let query = call.query::<SeriesQuery>()?;
    let (asked, every) = asked(&query);
    Ok(reply(&call.app.report_mrr(&call.actor(), asked, every).await?, query.format, "mrr.csv"))
}

async fn ageing(call: Call) -> Result<Reply> {
    let query = call.query::<SeriesQuery>()?;
    let (asked, every) = asked(&query);
    Ok(reply(&call.app.report_ageing(&call.actor(), asked, every).await?, query.format, "ageing.csv"))
}
