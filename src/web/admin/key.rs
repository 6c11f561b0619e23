//! Settings → API Keys: keys are made, listed, and revoked. A secret is shown once, on the page that answers its making.

use actix_web::http::StatusCode;

use crate::domain::id::TypedId;
use crate::domain::key::{ApiKey, KeyStatus, Scope, Scopes, Tier};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::web::admin::listing::Listing;
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, DetailPage, Empty, Facts, FormPage, Head, ListPage, MessagePage, Place, SecretPage, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::web::posted::Posted;
use crate::web::route;
use crate::wire::input::read_body;
use crate::wire::key::{KeyInput, KeyListQuery};

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/settings/keys", handler!(list)),
        PageRoute::get("/admin/settings/keys/new", handler!(new)),
        PageRoute::post("/admin/settings/keys/new", handler!(create)),
        PageRoute::get("/admin/settings/keys/{id}", handler!(show)),
        PageRoute::get("/admin/settings/keys/{id}/revoke", handler!(confirm)),
        PageRoute::post("/admin/settings/keys/{id}/revoke", handler!(revoke)),
    ]
}

const LIST: &str = "/admin/settings/keys";

fn status_word(status: KeyStatus) -> Text {
    match status {
        KeyStatus::Active => say("state-key-valid"),
        KeyStatus::Expired => say("state-key-expired"),
        KeyStatus::Revoked => say("state-key-revoked"),
    }
}

fn state(key: &ApiKey, now: Timestamp) -> State {
    let status = key.status(now);
    let (tone, day) = match status {
        KeyStatus::Revoked => (Tone::Neutral, key.revoked_at),
        KeyStatus::Active => (Tone::Good, None),
        KeyStatus::Expired => (Tone::Notice, key.expires_at),
    };
    State { tone, word: status_word(status), follows: day.map(|at| say_with("state-on-day", [("day", Arg::Day(at))])) }
}

/// The rights that a key can be given here: without those for which there is nothing yet, and, in real time, without those to
/// a clock that is moved by hand.
fn offered(call: &PageCall) -> Scopes {
    let is_of_clock = |scope: Scope| matches!(scope, Scope::TestClockRead | Scope::TestClockWrite);
    let kept = |(scope, _): &&(Scope, &str)| call.viewer.test_clock || !is_of_clock(*scope);
    Scope::ALL.iter().filter(kept).fold(Scopes::NONE, |set, (scope, _)| set.with(*scope)).and(route::scopes())
}

fn scope_words(scopes: Scopes, offered: Scopes) -> Text {
    match scopes.and(offered) {
        all if all == offered => say("key-scopes-full"),
        all if all == offered.and(Scopes::read()) => say("key-scopes-read"),
        _ => data(scopes.texts().join(", ")),
    }
}

fn when(at: Option<Timestamp>, never: &'static str) -> Cell {
    at.map_or_else(|| Cell::Muted(say(never)), Cell::Instant)
}

/// Keys belong to the settings.
fn head(title: Text) -> Head {
    Head::new(Place::Keys, title).under("/admin/settings", say("nav-settings"))
}

/// The head of a page under the list.
fn under(title: Text) -> Head {
    head(title).under(LIST, say("key-title"))
}

async fn list(call: PageCall) -> Result<PageReply> {
    let wall = call.app().clock.wall();
    let listing = Listing::of(&call);
    let query: KeyListQuery = listing.query()?;
    let (keys, end) = call.app().key_page(&call.actor()?, &query.own.filter(), &query.page)?;
    let statuses = KeyStatus::ALL.map(|s| Choice::new(s.text(), status_word(s)));
    let filters = vec![listing.filter("status", say("key-state"), say("key-any-state"), statuses), listing.created_filter(call.viewer.now, call.viewer.zone)];
    let mut head = head(say("key-title"));
    head.notice = (call.done() == "revoked").then(|| say("key-revoked-notice"));
    let offered = offered(&call);
    let row = |key: &ApiKey| {
        let mut row = Row::link(
            format!("{LIST}/{}", key.id),
            vec![
                Cell::Text(data(&key.name)),
                Cell::Code(format!("{}…", key.hint)),
                Cell::State(state(key, wall)),
                Cell::Text(tier_word(key.tier)),
                Cell::Text(scope_words(key.scopes, offered)),
                when(key.last_used_at, "key-never-used"),
            ],
        );
        if key.is_valid(wall) {
            row.actions = vec![Action::danger(say("key-revoke"), format!("{LIST}/{}/revoke", key.id))];
        }
        row
    };
    let page = ListPage {
        head,
        help: Some(say("key-help")),
        primary: Some(Action::primary(say("key-new"), format!("{LIST}/new"))),
        path: LIST.into(),
        search: Some(listing.search()),
        search_label: say("key-search"),
        chips: listing.chips(&filters, []),
        filters,
        table: Table {
            caption: say("key-title"),
            columns: vec![
                Column::new(say("key-name"), Phone::First),
                Column::new(say("key-key"), Phone::Second),
                Column::new(say("key-state"), Phone::FirstEnd),
                Column::new(say("key-tier"), Phone::Hidden),
                Column::new(say("key-scopes"), Phone::Hidden),
                Column::new(say("key-last-used"), Phone::SecondEnd),
            ],
            rows: keys.iter().map(row).collect(),
        },
        total: say_with("key-total", [("n", Arg::Count(end.total))]),
        first: listing.first(),
        next: listing.next(end.next),
        empty: if listing.is_narrowed() {
            Empty { text: say("list-none-match"), action: Some(Action::go(say("list-none-match-action"), LIST)), more: None }
        } else {
            Empty {
                text: say("key-empty"),
                action: Some(Action::primary(say("key-new"), format!("{LIST}/new"))),
                more: Some(("/docs/manual/keys".into(), say("key-more"))),
            }
        },
        api: None,
    };
    Ok(PageReply::list(&page, &call.viewer))
}

fn tier_word(tier: Tier) -> Text {
    match tier {
        Tier::Standard => say("key-tier-standard"),
        Tier::Professional => say("key-tier-professional"),
        Tier::Enterprise => say("key-tier-enterprise"),
    }
}

fn form(call: &PageCall) -> FormPage {
    let rate =
        |tier: Tier| Choice::hinted(tier.text(), tier_word(tier), say_with("key-tier-rate", [("n", Arg::Count(call.site.limits.per_minute(tier).into()))]));
    let presets = vec![
        Choice::hinted("full", say("key-scopes-full"), say("key-scopes-full-hint")),
        Choice::hinted("read", say("key-scopes-read"), say("key-scopes-read-hint")),
        Choice::hinted("app", say("key-scopes-app"), say("key-scopes-app-hint")),
        Choice::hinted("some", say("key-scopes-some"), say("key-scopes-some-hint")),
    ];
    let scopes = offered(call).texts().into_iter().map(|text| Choice::new(text, data(text))).collect();
    let is_first = call.told("first") == "1";
    FormPage {
        head: under(say("key-new-title")),
        lead: Some(if is_first { say("key-first-lead") } else { say("key-new-lead") }),
        warning: None,
        groups: vec![
            Group::plain(vec![
                Field::new("name", say("key-name"), Control::Line).required().hint(say("key-name-hint")),
                Field::new("preset", say("key-scopes"), Control::Radio(presets)).value("full"),
            ]),
            Group::folded(say("key-scopes-list"), vec![Field::new("scopes", say("key-scopes"), Control::Checks(scopes)).hint(say("key-scopes-list-hint"))]),
            Group::plain(vec![
                Field::new("tier", say("key-tier"), Control::Radio(Tier::ALL.map(rate).to_vec())).value(Tier::Standard.text()),
                Field::new("expiresAt", say("key-expires"), Control::Day).hint(say("key-expires-hint")),
            ]),
        ],
        problem: None,
        action: format!("{LIST}/new"),
        submit: say("key-new"),
        weight: Weight::Primary,
        cancel: Some(if is_first { "/admin".into() } else { LIST.into() }),
        once: call.once(),
        preview: None,
        api: None,
    }
}

/// What a subscriber's app needs, and no more.
const APP_SCOPES: &str = "customers:read,products:read,subscriptions:read,subscriptions:credentials,invoices:read";

/// The scopes that were chosen, as a key is made with them. A preset is as much of it as there is.
fn chosen(posted: &Posted, offered: Scopes) -> String {
    let all_of = |scopes: Scopes| offered.and(scopes).texts().join(",");
    match posted.one("preset") {
        "some" => posted.all("scopes").collect::<Vec<_>>().join(","),
        "app" => APP_SCOPES.to_owned(),
        "full" => all_of(Scopes::full()),
        "read" => all_of(Scopes::read()),
        preset => preset.to_owned(),
    }
}

async fn new(call: PageCall) -> Result<PageReply> {
    let form = form(&call);
    Ok(call.show(form))
}

async fn create(call: PageCall) -> Result<PageReply> {
    let mut form = form(&call);
    form.take(&call.posted);
    let mut body = form.body(Blank::Omit);
    if let Some(fields) = body.as_object_mut() {
        fields.remove("preset");
        let scopes = chosen(&call.posted, offered(&call));
        // Without any the reader says that some are required.
        if !scopes.is_empty() {
            fields.insert("scopes".into(), scopes.into());
        }
    }
    let made = match read_body::<KeyInput>(body) {
        Ok(input) => call.app().key_create(call.caller()?, input).await,
        Err(reject) => Err(reject.into()),
    };
    let (answer, secret) = match made {
        Ok(made) => made,
        Err(Error::Reject(mut reject)) => {
            // Of boxes none of which is ticked "required" would not say what to do.
            let is_none = chosen(&call.posted, offered(&call)).is_empty();
            reject.details.iter_mut().filter(|d| is_none && d.field == "scopes").for_each(|d| d.message = "Tick at least one".into());
            return call.refused(form, Error::Reject(reject));
        }
        Err(e) => return Err(e),
    };
    let name = String::from_utf8_lossy(&answer.body).into_owned();
    match secret {
        Some(secret) => Ok(PageReply::with_status(StatusCode::CREATED, shown_once(&call, name, secret))),
        None => {
            let page = MessagePage {
                head: under(say("key-new-title")),
                text: say_with("key-made-already", [("name", Arg::Text(name))]),
                actions: vec![Action::primary(say("key-title"), LIST)],
                request_id: None,
            };
            Ok(PageReply::page(page.render(&call.viewer)))
        }
    }
}

fn shown_once(call: &PageCall, name: String, secret: String) -> String {
    let command = format!("curl -H \"Authorization: Bearer {secret}\" {}/api/v1/me", call.viewer.base_url);
    let page = SecretPage {
        head: under(say_with("key-made-title", [("name", Arg::Text(name))])),
        lead: say("key-made-lead"),
        secret,
        command,
        facts: Vec::new(),
        done: Action::primary(say("key-made-done"), LIST),
    };
    page.render(&call.viewer)
}

async fn show(call: PageCall) -> Result<PageReply> {
    let key = call.app().key_read(&call.actor()?, call.id()?)?;
    let wall = call.app().clock.wall();
    let revoke = Action::danger(say("key-revoke"), format!("{LIST}/{}/revoke", key.id));
    let page = DetailPage {
        head: under(data(&key.name)),
        state: Some(state(&key, wall)),
        subtitle: Some(Cell::Code(format!("{}…", key.hint))),
        actions: if key.is_valid(wall) { vec![revoke] } else { Vec::new() },
        story: Vec::new(),
        facts: vec![Facts {
            title: say("key-facts"),
            rows: vec![
                (say("key-scopes"), Cell::Text(scope_words(key.scopes, offered(&call)))),
                (say("key-tier"), Cell::Text(tier_word(key.tier))),
                (say("key-last-used"), when(key.last_used_at, "key-never-used")),
                (say("key-created"), Cell::Instant(key.created_at)),
                (say("key-expires"), when(key.expires_at, "key-never-expires")),
                (say("fact-id"), Cell::Copyable(key.id.text())),
            ],
            actions: Vec::new(),
        }],
        api: Vec::new(),
    };
    Ok(PageReply::page(page.render(&call.viewer)))
}

fn revocation(key: &ApiKey, call: &PageCall) -> FormPage {
    let last_used = match key.last_used_at {
        Some(at) => say_with("key-revoke-warning", [("name", Arg::Text(key.name.clone())), ("day", Arg::Day(at))]),
        None => say_with("key-revoke-warning-unused", [("name", Arg::Text(key.name.clone()))]),
    };
    FormPage {
        head: under(say_with("key-revoke-title", [("name", Arg::Text(key.name.clone()))])),
        lead: None,
        warning: Some(last_used),
        groups: Vec::new(),
        problem: None,
        action: format!("{LIST}/{}/revoke", key.id),
        submit: say("key-revoke"),
        weight: Weight::Danger,
        cancel: Some(LIST.into()),
        once: call.once(),
        preview: None,
        api: None,
    }
}

async fn confirm(call: PageCall) -> Result<PageReply> {
    let key = call.app().key_read(&call.actor()?, call.id()?)?;
    let form = revocation(&key, &call);
    Ok(call.show(form))
}

async fn revoke(call: PageCall) -> Result<PageReply> {
    call.app().key_revoke(call.caller()?, call.id()?).await?;
    Ok(PageReply::go(format!("{LIST}?done=revoked")))
}
