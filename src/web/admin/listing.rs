//! What the lists have in common: their query is the API's own, newest first, and each filter is a chip that comes off.

use crate::domain::id::TypedId;
use crate::domain::time::{Timestamp, Zone, subtract_local_days};
use crate::error::Result;
use crate::web::html::form::Choice;
use crate::web::html::page::{ApiCall, Chip, Filter, Search};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::page::PageCall;
use crate::wire::query::{Param, Query, Sought, read_query};

/// Rows a page.
const ROWS: &str = "50";
/// What a page's query may hold that is none of the list's.
const OURS: [&str; 1] = ["done"];

/// A list's page as its query asks for it.
pub struct Listing {
    path: String,
    pairs: Vec<(String, String)>,
    /// Why what is looked for cannot be.
    unsought: Option<String>,
}

fn encoded<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    query.finish()
}

impl Listing {
    /// A form of filters sends empty values too: they ask for nothing.
    pub fn of(call: &PageCall) -> Self {
        let pairs = url::form_urlencoded::parse(call.query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned()));
        let pairs: Vec<_> = pairs.filter(|(name, value)| !value.trim().is_empty() && !OURS.contains(&name.as_str())).collect();
        let sought = pairs.iter().find(|(name, _)| name == "q");
        let unsought = sought.and_then(|(_, text)| Sought::parse(text).err());
        Self { path: call.path.clone(), pairs, unsought }
    }

    fn given(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// With what pages add to it: how many rows, and the newest first. What cannot be looked for is left out, so that the
    /// filters still are read; of the rows that are found without it none is shown.
    fn whole(&self) -> String {
        let has = |wanted: &str| self.pairs.iter().any(|(name, _)| name == wanted);
        let added = [("order", "desc"), ("limit", ROWS)].into_iter().filter(|(name, _)| !has(name));
        encoded(self.given().filter(|(name, _)| self.unsought.is_none() || *name != "q").chain(added))
    }

    /// The search as it was typed, with what is wrong with it.
    pub fn search(&self) -> Search {
        Search { value: self.value("q"), error: self.unsought.clone().map(Text::Api) }
    }

    pub fn query<Q: Query>(&self) -> Result<Q> {
        Ok(read_query(&self.whole())?)
    }

    /// A parameter's value; empty where it is not given.
    pub fn value(&self, name: &str) -> String {
        self.given().find(|(n, _)| *n == name).map(|(_, value)| value.to_owned()).unwrap_or_default()
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        self.pairs.iter().any(|(name, _)| !matches!(name.as_str(), "cursor" | "order" | "limit"))
    }

    fn link(&self, query: &str) -> String {
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }

    /// The first page without a parameter.
    fn without(&self, name: &str) -> String {
        self.link(&encoded(self.given().filter(|(n, _)| *n != name && *n != "cursor")))
    }

    /// The first page with a parameter in another's place; without both where the value is empty.
    pub fn instead(&self, of: &str, name: &str, value: &str) -> String {
        let kept = self.given().filter(|(n, _)| *n != of && *n != name && *n != "cursor");
        self.link(&encoded(kept.chain((!value.is_empty()).then_some((name, value)))))
    }

    /// The first page, from a later one.
    pub fn first(&self) -> Option<String> {
        self.pairs.iter().any(|(name, _)| name == "cursor").then(|| self.without("cursor"))
    }

    pub fn next<I: TypedId>(&self, after: Option<I>) -> Option<String> {
        let cursor = after?.text();
        Some(self.link(&encoded(self.given().filter(|(n, _)| *n != "cursor").chain([("cursor", cursor.as_str())]))))
    }

    /// The same list by the API.
    pub fn api(&self, path: &str) -> ApiCall {
        ApiCall::get(format!("{path}?{}", self.whole()))
    }

    /// A chip for the search and for each filter that is on; `more` are those of filters without a list of choices.
    pub fn chips(&self, filters: &[Filter], more: impl IntoIterator<Item = (&'static str, Text)>) -> Vec<Chip> {
        let search = self
            .given()
            .filter(|(name, _)| *name == "q" && self.unsought.is_none())
            .map(|(_, sought)| ("q", say_with("list-searched", [("text", Arg::Text(sought.to_owned()))])));
        let chosen = filters.iter().filter(|f| !f.value.is_empty()).map(|f| {
            let choice = f.choices.iter().find(|c| c.value == f.value);
            (f.name, choice.map_or_else(|| data(&f.value), |c| c.text.clone()))
        });
        let chips = search.chain(chosen).chain(more);
        chips.map(|(name, text)| Chip { text, without: self.without(name) }).collect()
    }

    /// A filter that is chosen from a list, whose first entry stands for any.
    pub fn filter(&self, name: &'static str, label: Text, any: Text, choices: impl IntoIterator<Item = Choice>) -> Filter {
        let choices = std::iter::once(Choice::new("", any)).chain(choices).collect();
        Filter { name, label, choices, value: self.value(name), typed: None }
    }

    /// When something was made: today, in the last days, this long.
    pub fn created_filter(&self, now: Timestamp, zone: Zone) -> Filter {
        let since = |days: u32| subtract_local_days(now, days, zone).unwrap_or(now).local_midnight(zone).to_string();
        let choices = [
            Choice::new(since(0), say("list-created-today")),
            Choice::new(since(6), say_with("list-created-days", [("n", Arg::Count(7))])),
            Choice::new(since(29), say_with("list-created-days", [("n", Arg::Count(30))])),
            Choice::new(since(364), say_with("list-created-days", [("n", Arg::Count(365))])),
        ];
        let mut filter = self.filter("createdAfter", say("list-created"), say("list-created-any"), choices);
        // An address that was kept from another day is shown as what it asks for.
        if !filter.value.is_empty() && !filter.choices.iter().any(|c| c.value == filter.value) {
            let text = Timestamp::parse(&filter.value).map_or_else(|_| data(&filter.value), |at| say_with("list-created-since", [("day", Arg::Day(at))]));
            filter.choices.push(Choice::new(filter.value.clone(), text));
        }
        filter
    }
}
