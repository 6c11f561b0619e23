//! What the manual does not say by heart: tables that are made from the code, so that they cannot fall behind it. A line
//! `{{errors}}` of a page is filled with the table of codes, and so on.

use std::collections::BTreeSet;
use std::fmt::Write;

use actix_web::http::Method;

use crate::domain::id::CustomerId;
use crate::domain::key::{Scope, Tier};
use crate::domain::reject::Code;
use crate::web::error::status;
use crate::web::route::{Parameter, Route, table};
use crate::wire::problem::INTERNAL;
use crate::wire::query::{PageQuery, Query};

/// A page with its tables.
pub fn fill(markdown: &str) -> String {
    let lines: Vec<String> = markdown.lines().map(|line| known(line).unwrap_or_else(|| line.to_owned())).collect();
    lines.join("\n")
}

fn known(line: &str) -> Option<String> {
    Some(match line.strip_prefix("{{")?.strip_suffix("}}")? {
        "errors" => errors(),
        "scopes" => scopes(),
        "reserved-scopes" => reserved_scopes(),
        "tiers" => tiers(),
        "paging" => paging(),
        "common-filters" => common_filters(),
        "filters" => filters(),
        _ => return None,
    })
}

fn rows(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let _ = write!(text, "\n| {} |", row.join(" | ").replace('\n', " "));
    }
    text
}

/// What happened and what to do, for whoever reads the table. A new code does not compile without its words.
fn meaning(code: Code) -> &'static str {
    match code {
        Code::InvalidRequest => "The request itself is not right, for instance a body that broke off. Mend it before you repeat it.",
        Code::InvalidJson => "The body is not valid JSON: a comma too many, a name twice in one object, an end that is missing.",
        Code::UnsupportedMediaType => "A body needs `Content-Type: application/json`.",
        Code::InvalidParameter => {
            "A query parameter or a header is unknown or has a wrong value; `details` names each. Also an id of the wrong kind, such as `prod_…` where a customer is meant."
        }
        Code::Unauthorized => "No key, or one that is unknown, revoked or past its date.",
        Code::InsufficientScope => "The key is good, but may not do this. The message names the scope that it lacks.",
        Code::NotFound => "There is no such path or object. A deleted customer answers this too.",
        Code::MethodNotAllowed => "The path is right, the method is not. The header `Allow` lists those that are.",
        Code::RequestTimeout => "The body did not arrive within 15 seconds. Nothing was done: send it again.",
        Code::AlreadyExists => "Another object has this e-mail address or `externalId`; `details` names the field.",
        Code::StateConflict => {
            "The object's state does not allow it: paying a paid invoice, renewing a cancelled subscription. Read the object anew and decide again."
        }
        Code::InsufficientBalance => "The customer's balance is too small for what was to be taken from it.",
        Code::PaymentFailed => {
            "The payment method was charged and declined. The attempt is among the payments; nothing else was done. The message names it and the gateway's reason."
        }
        Code::PaymentProcessing => {
            "The gateway has not said yet what became of a charge. Do not repeat the request: it is asked again, and what was asked for is done when the charge succeeds."
        }
        Code::IdempotencyInProgress => "The first request with this `Idempotency-Key` waits for a payment gateway. Repeat it later, with the same key.",
        Code::PayloadTooLarge => "The body is larger than 1 MiB.",
        Code::ValidationError => "Fields are wrong, missing or unknown; `details` names every one at once.",
        Code::IdempotencyMismatch => "This `Idempotency-Key` was used for another request. A new request needs a new one.",
        Code::RateLimited => "Too many requests. Wait as many seconds as `Retry-After` says.",
        Code::StorageFull => "The server's disk is full. Nothing was changed; it goes on by itself once there is room.",
        Code::Overloaded => "More work is waiting than the server takes on. Nothing was changed: try again after `Retry-After`.",
    }
}

fn errors() -> String {
    let mut codes: Vec<Code> = Code::ALL.to_vec();
    codes.sort_by_key(|code| status(*code));
    let row = |code: Code| vec![status(code).as_u16().to_string(), format!("`{}`", code.text()), meaning(code).to_owned()];
    let fault = vec![
        "500".to_owned(),
        format!("`{INTERNAL}`"),
        "A fault of ours. The message holds the request's id and nothing else: look for it in the server's log.".to_owned(),
    ];
    let (before, after): (Vec<Code>, Vec<Code>) = codes.into_iter().partition(|code| status(*code).as_u16() < 500);
    rows(&["Status", "Code", "What it means"], before.into_iter().map(row).chain([fault]).chain(after.into_iter().map(row)))
}

fn short(route: &Route) -> String {
    format!("`{} {}`", route.method, route.path.trim_start_matches("/api/v1").replace("{id}", ":id").replace("{pmId}", ":pmId"))
}

/// Each scope that opens something, with what it opens.
fn scopes() -> String {
    let routes = table();
    let opens = |scope: Scope| match scope {
        Scope::SubscriptionsCredentials => vec!["user names and passwords within subscriptions".to_owned()],
        _ => routes.iter().filter(|r| r.scope == Some(scope)).map(short).collect(),
    };
    let of_scope = Scope::ALL.iter().map(|(scope, text)| (text, opens(*scope)));
    rows(&["Scope", "Opens"], of_scope.filter(|(_, opens)| !opens.is_empty()).map(|(text, opens)| vec![format!("`{text}`"), opens.join(", ")]))
}

/// Those that no endpoint asks for yet.
fn reserved_scopes() -> String {
    let used: BTreeSet<&str> = table().iter().filter_map(|r| r.scope).chain([Scope::SubscriptionsCredentials]).map(Scope::text).collect();
    let left: Vec<String> = Scope::ALL.iter().filter(|(_, text)| !used.contains(text)).map(|(_, text)| format!("`{text}`")).collect();
    if left.is_empty() { String::new() } else { format!("Kept for what is not there yet: {}.", left.join(", ")) }
}

fn tiers() -> String {
    rows(&["Tier", "Requests a minute"], Tier::ALL.iter().map(|tier| vec![format!("`{}`", tier.text()), tier.default_per_minute().to_string()]))
}

/// The lists of the API: those that are filtered.
fn lists() -> Vec<(String, Vec<Parameter>)> {
    let is_list = |r: &Route| r.method == Method::GET && r.noun.is_none();
    let named = |r: Route| (r.path.trim_start_matches("/api/v1/").to_owned(), (r.query)());
    table().into_iter().filter(is_list).map(named).filter(|(_, parameters)| !parameters.is_empty()).collect()
}

fn in_all(lists: &[(String, Vec<Parameter>)], name: &str) -> bool {
    lists.iter().all(|(_, parameters)| parameters.iter().any(|p| p.0 == name))
}

/// A parameter's words, or what its schema allows.
fn words((_, words, schema, _): &Parameter) -> String {
    let inner = schema.get("items").unwrap_or(schema);
    let choices: Vec<String> = inner["enum"].as_array().into_iter().flatten().filter_map(|v| v.as_str()).map(|v| format!("`{v}`")).collect();
    let range = match (schema["minimum"].as_i64(), schema["maximum"].as_i64(), schema["default"].as_i64()) {
        (Some(least), Some(most), Some(usual)) => format!("{least} to {most}, {usual} unless said otherwise."),
        _ => String::new(),
    };
    let boolean = if schema["type"] == "boolean" { "`true` or `false`." } else { "" };
    let list = if choices.is_empty() { String::new() } else { format!("{}.", choices.join(", ")) };
    let id =
        inner["pattern"].as_str().and_then(|p| p.strip_prefix('^')?.split_once('_')).map(|(prefix, _)| format!("An id, `{prefix}_…`.")).unwrap_or_default();
    let said: Vec<&str> = [*words, &list, &range, boolean, if words.is_empty() { &id } else { "" }].into_iter().filter(|part| !part.is_empty()).collect();
    said.join(" ")
}

/// What every list of the API takes, the one that is only paged too.
fn is_paging(name: &str) -> bool {
    PageQuery::<CustomerId>::describe().iter().any(|p| p.0 == name)
}

fn of_all(which: impl Fn(&str) -> bool) -> String {
    let lists = lists();
    let first = lists.first().map(|(_, parameters)| parameters.as_slice()).unwrap_or_default();
    rows(&["Parameter", "What it does"], first.iter().filter(|p| in_all(&lists, p.0) && which(p.0)).map(|p| vec![format!("`{}`", p.0), words(p)]))
}

fn paging() -> String {
    of_all(is_paging)
}

fn common_filters() -> String {
    of_all(|name| !is_paging(name))
}

fn filters() -> String {
    let lists = lists();
    let own = lists.iter().flat_map(|(list, parameters)| parameters.iter().filter(|p| !in_all(&lists, p.0)).map(move |p| (list, p)));
    rows(&["List", "Parameter", "What it does"], own.map(|(list, p)| vec![list.clone(), format!("`{}`", p.0), words(p)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_in_the_table_with_its_status() {
        let filled = fill("before\n{{errors}}\nafter");
        for code in Code::ALL {
            assert!(filled.contains(&format!("\n| {} | `{}` | ", status(code).as_u16(), code.text())), "{code:?}: {filled}");
        }
        assert!(filled.contains("\n| 500 | `internal_error` |"), "{filled}");
        assert!(filled.starts_with("before\n") && filled.ends_with("\nafter"), "{filled}");
    }

    #[test]
    fn every_scope_is_open_to_something_or_kept() {
        let both = format!("{}{}", scopes(), reserved_scopes());
        for (_, text) in Scope::ALL {
            assert_eq!(both.matches(&format!("`{text}`")).count(), 1, "{text}: {both}");
        }
        assert!(scopes().contains("| `customers:read` | `GET /customers`, `GET /customers/:id`, "), "{}", scopes());
    }

    #[test]
    fn every_parameter_of_every_list_is_told_once() {
        let (all, own) = (format!("{}\n{}", paging(), common_filters()), filters());
        for (list, parameters) in lists() {
            for (name, ..) in parameters {
                let common = all.contains(&format!("\n| `{name}` | "));
                assert_ne!(common, own.contains(&format!("\n| {list} | `{name}` | ")), "{list} {name}");
            }
        }
        assert!(!all.contains("| |") && !own.contains("| |") && !all.contains("|  |") && !own.contains("|  |"), "a parameter without words:\n{all}\n{own}");
    }

    #[test]
    fn what_nobody_knows_stays() {
        assert_eq!(fill("{{nothing}}"), "{{nothing}}");
    }
}
