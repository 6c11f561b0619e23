//! Subscriptions: the list, and a subscription's life with its accesses and invoices. What begins one is in `sale.rs`, what
//! makes it one to something else in `change.rs`, what else changes and ends one in `action.rs`.

use std::collections::HashMap;

use crate::domain::access::{Access, AccessStatus};
use crate::domain::id::{CustomerId, ProductId, SubscriptionId, TypedId};
use crate::domain::invoice::{InvoiceFilter, InvoiceStatus};
use crate::domain::list::Common;
use crate::domain::payment_method::PaymentMethod;
use crate::domain::product::{Product, ProductFilter};
use crate::domain::reject::Reject;
use crate::domain::subscription::{Collection, Subscription, SubscriptionStatus};
use crate::domain::text::searched;
use crate::domain::time::{Interval, Timestamp, Unit, add_local_days};
use crate::error::Result;
use crate::web::admin::customer::newest;
use crate::web::admin::listing::Listing;
use crate::web::admin::named::{OFFERED, exact_or_all};
use crate::web::admin::{customer, invoice, payment_method, product, story};
use crate::web::html::Viewer;
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, DetailPage, Empty, Facts, Filter, Head, ListPage, MessagePage, Place, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::query::ListQuery;
use crate::wire::subscription::{SubscriptionQuery, SubscriptionView};

mod action;
mod change;
mod preview;
mod sale;

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/subscriptions", handler!(list)),
        PageRoute::get("/admin/subscriptions/new", handler!(sale::new)),
        PageRoute::post("/admin/subscriptions/new", handler!(sale::create)),
        PageRoute::get("/admin/subscriptions/{id}", handler!(show)),
        PageRoute::get("/admin/subscriptions/{id}/edit", handler!(action::edit)),
        PageRoute::post("/admin/subscriptions/{id}/edit", handler!(action::update)),
        PageRoute::get("/admin/subscriptions/{id}/change", handler!(change::changing)),
        PageRoute::post("/admin/subscriptions/{id}/change", handler!(change::change)),
        PageRoute::post("/admin/subscriptions/{id}/keep", handler!(change::keep)),
        PageRoute::get("/admin/subscriptions/{id}/renew", handler!(action::renewal)),
        PageRoute::post("/admin/subscriptions/{id}/renew", handler!(action::renew)),
        PageRoute::get("/admin/subscriptions/{id}/extend", handler!(action::extension)),
        PageRoute::post("/admin/subscriptions/{id}/extend", handler!(action::extend)),
        PageRoute::get("/admin/subscriptions/{id}/cancel", handler!(action::cancellation)),
        PageRoute::post("/admin/subscriptions/{id}/cancel", handler!(action::cancel)),
        PageRoute::post("/admin/subscriptions/{id}/uncancel", handler!(action::uncancel)),
        PageRoute::get("/admin/subscriptions/{id}/pause", handler!(action::pausing)),
        PageRoute::post("/admin/subscriptions/{id}/pause", handler!(action::pause)),
        PageRoute::post("/admin/subscriptions/{id}/resume", handler!(action::resume)),
    ]
}

const LIST: &str = "/admin/subscriptions";
const API: &str = "/api/v1/subscriptions";
/// Invoices that a subscription's page shows; the list has the rest.
const SHOWN: u32 = 12;

pub fn path(id: SubscriptionId) -> String {
    format!("{LIST}/{id}")
}

pub fn status_word(status: SubscriptionStatus) -> Text {
    match status {
        SubscriptionStatus::Pending => say("state-subscription-pending"),
        SubscriptionStatus::Trialing => say("state-subscription-trialing"),
        SubscriptionStatus::Active => say("state-subscription-active"),
        SubscriptionStatus::PastDue => say("state-subscription-past-due"),
        SubscriptionStatus::Suspended => say("state-subscription-suspended"),
        SubscriptionStatus::Paused => say("state-subscription-paused"),
        SubscriptionStatus::Expired => say("state-subscription-expired"),
        SubscriptionStatus::Cancelled => say("state-subscription-cancelled"),
    }
}

fn tone(status: SubscriptionStatus) -> Tone {
    match status {
        SubscriptionStatus::Active | SubscriptionStatus::Trialing => Tone::Good,
        SubscriptionStatus::Pending | SubscriptionStatus::PastDue => Tone::Notice,
        SubscriptionStatus::Suspended => Tone::Bad,
        SubscriptionStatus::Paused | SubscriptionStatus::Expired | SubscriptionStatus::Cancelled => Tone::Neutral,
    }
}

fn state(s: &Subscription) -> State {
    let tone = tone(s.status);
    let end = s.current_period.map(|p| p.end);
    let on = |id: &'static str, at| say_with(id, [("day", Arg::Day(at))]);
    let (tone, follows) = match s.status {
        // Paid ahead, it waits for its day.
        SubscriptionStatus::Pending if s.current_period.is_some() => (Tone::Good, s.current_period.map(|p| on("state-begins", p.start))),
        SubscriptionStatus::Pending => (tone, Some(say("state-awaits-payment"))),
        SubscriptionStatus::Active if s.cancel_at_period_end || !s.auto_renew => (Tone::Notice, end.map(|at| on("state-ends", at))),
        SubscriptionStatus::Trialing => (tone, s.trial_end.map(|at| on("state-until-day", at))),
        // Access stays until all attempts are used, however long grace is.
        SubscriptionStatus::PastDue if s.collection == Collection::Automatic => (tone, Some(say("state-charged-again"))),
        SubscriptionStatus::PastDue => (tone, s.state_until.map(|at| on("state-access-until", at))),
        SubscriptionStatus::Suspended => (tone, s.state_until.map(|at| on("state-cancelled-on", at))),
        SubscriptionStatus::Paused => (tone, s.pause.map(|p| on("state-since-day", p.at))),
        SubscriptionStatus::Cancelled | SubscriptionStatus::Expired => (tone, s.ended_at.map(|at| on("state-on-day", at))),
        _ => (tone, None),
    };
    State { tone, word: status_word(s.status), follows }
}

/// "every month", "every 3 months".
pub fn interval_words(interval: Interval) -> Text {
    let n = [("n", Arg::Count(i64::from(interval.count)))];
    match interval.unit {
        Unit::Day => say_with("interval-days", n),
        Unit::Week => say_with("interval-weeks", n),
        Unit::Month => say_with("interval-months", n),
        Unit::Year => say_with("interval-years", n),
    }
}

/// Subscriptions as rows; whose they are stands in them where it is known.
pub fn table(subscriptions: &[Subscription], labels: Option<&HashMap<CustomerId, String>>, _: &Viewer) -> Table {
    let row = |s: &Subscription| {
        let mut cells = Vec::new();
        cells.extend(labels.map(|labels| invoice::customer_cell(s.customer_id, labels)));
        cells.extend([Cell::Text(data(&s.product_name)), Cell::State(state(s)), paid_until(s).1, s.amount().map_or(Cell::Nothing, Cell::Money)]);
        Row::link(path(s.id), cells)
    };
    let mut columns = Vec::new();
    columns.extend(labels.map(|_| Column::new(say("subscription-customer"), Phone::First)));
    columns.extend([
        Column::new(say("subscription-product"), if labels.is_some() { Phone::Second } else { Phone::First }),
        Column::new(say("subscription-status"), if labels.is_some() { Phone::SecondEnd } else { Phone::Second }),
        Column::new(say("subscription-paid-until"), if labels.is_some() { Phone::Hidden } else { Phone::SecondEnd }),
        Column::end(say("subscription-amount"), Phone::FirstEnd),
    ]);
    Table { caption: say("nav-subscriptions"), columns, rows: subscriptions.iter().map(row).collect() }
}

/// Products that are on sale, the newest first, as many as a form offers; and how many there are in all.
pub async fn on_sale(call: &PageCall) -> Result<(Vec<Product>, i64)> {
    let filter = ProductFilter { active: Some(true), ..ProductFilter::default() };
    let (products, end) = call.app().product_page(&call.actor()?, filter, newest(OFFERED)).await?;
    Ok((products, end.total))
}

/// The products whose name contains what was typed, or, where there are such, is it; and whether there are more than can be
/// looked through.
pub async fn products_named(call: &PageCall, typed: &str, active: Option<bool>) -> Result<(Vec<Product>, bool)> {
    let (sought, plain) = (typed.trim().to_lowercase(), searched(typed.trim()));
    let filter = ProductFilter { active, common: Common { search: Some(plain.clone()), ..Common::default() } };
    let (mut found, end) = call.app().product_page(&call.actor()?, filter, newest(OFFERED)).await?;
    // The search looks into descriptions too.
    found.retain(|p| searched(&p.name).contains(&plain));
    Ok((exact_or_all(found, |p| p.name.to_lowercase() == sought), end.total > i64::from(OFFERED)))
}

/// The list's own parameter for a product that is named instead of chosen.
const PRODUCT_NAMED: &str = "product";

/// A product that was named in the list's filter: on to the list of that product, or the question which of several it is.
async fn list_of_named(call: &PageCall, listing: &Listing, named: &str) -> Result<PageReply> {
    let (found, too_many) = products_named(call, named, None).await?;
    let of = |p: &Product| listing.instead(PRODUCT_NAMED, "productId", &p.id.text());
    let all = Action::go(say("list-back"), listing.instead(PRODUCT_NAMED, PRODUCT_NAMED, ""));
    let named = [("text", Arg::Text(named.trim().to_owned()))];
    let (text, actions) = match found.as_slice() {
        [one] if !too_many => return Ok(PageReply::go(of(one))),
        [] => (say_with("subscription-product-none", named), vec![all]),
        _ if too_many => (say_with("subscription-product-many", named), vec![all]),
        several => (say_with("subscription-product-which", named), several.iter().map(|p| Action::go(data(&p.name), of(p))).chain([all]).collect()),
    };
    let head = Head::new(Place::Subscriptions, say("subscription-product")).under(LIST, say("nav-subscriptions"));
    Ok(PageReply::page(MessagePage { head, text, actions, request_id: None }.render(&call.viewer)))
}

/// By product: chosen where a list can hold them all, else typed, and then a chip.
async fn product_filter(call: &PageCall, listing: &Listing, chosen: Option<ProductId>) -> Result<Filter> {
    let (mut products, total) = on_sale(call).await?;
    if let Some(id) = chosen.filter(|id| !products.iter().any(|p| p.id == *id)) {
        products.push(call.app().product_read(&call.actor()?, id)?);
    }
    let choices = products.into_iter().map(|p| Choice::new(p.id.text(), data(p.name)));
    let filter = listing.filter("productId", say("subscription-product"), say("subscription-any-product"), choices);
    Ok(if total > i64::from(OFFERED) { Filter { typed: Some(PRODUCT_NAMED), ..filter } } else { filter })
}

async fn list(call: PageCall) -> Result<PageReply> {
    let (listing, actor) = (Listing::of(&call), call.actor()?);
    let named = listing.value(PRODUCT_NAMED);
    if !named.is_empty() {
        return list_of_named(&call, &listing, &named).await;
    }
    let query: ListQuery<SubscriptionId, SubscriptionQuery> = listing.query()?;
    let of_customer = query.own.customer_id.map(|id| id.0);
    let of_product = query.own.product_id.map(|id| id.0);
    let (subscriptions, end) = call.app().subscription_page(&actor, query.own.filter(query.common), query.page).await?;
    let labels = call.app().customer_labels(&actor, subscriptions.iter().map(|s| s.customer_id).chain(of_customer))?;
    let product = product_filter(&call, &listing, of_product).await?;
    let statuses = SubscriptionStatus::ALL.map(|s| Choice::new(s.text(), status_word(s)));
    let now = call.viewer.now;
    let within = |days: u32| add_local_days(now, days + 1, call.viewer.zone).unwrap_or(now).local_midnight(call.viewer.zone).to_string();
    let ends = [0_u32, 3, 7, 30].map(|days| {
        let text = if days == 0 { say("subscription-ends-today") } else { say_with("subscription-ends-days", [("n", Arg::Count(i64::from(days)))]) };
        Choice::new(within(days), text)
    });
    let filters = vec![
        listing.filter("status", say("subscription-status"), say("subscription-any-status"), statuses),
        product,
        listing.filter("currentPeriodEndBefore", say("subscription-paid-until"), say("subscription-any-end"), ends),
        listing.created_filter(now, call.viewer.zone),
    ];
    let customer_chip = of_customer.map(|id| ("customerId", labels.get(&id).map_or_else(|| say("customer-erased"), data)));
    let new = Action::primary(say("subscription-new"), format!("{LIST}/new"));
    let page = ListPage {
        head: Head::new(Place::Subscriptions, say("nav-subscriptions")),
        help: None,
        primary: Some(new.clone()),
        path: LIST.into(),
        search: Some(listing.search()),
        search_label: say("subscription-search"),
        chips: listing.chips(&filters, customer_chip),
        filters,
        table: table(&subscriptions, Some(&labels), &call.viewer),
        total: say_with("subscription-total", [("n", Arg::Count(end.total))]),
        first: listing.first(),
        next: listing.next(end.next),
        empty: if listing.is_narrowed() {
            Empty { text: say("list-none-match"), action: Some(Action::go(say("list-none-match-action"), LIST)), more: None }
        } else {
            Empty { text: say("subscription-empty"), action: Some(new), more: Some(("/docs/manual/".into(), say("nav-manual"))) }
        },
        api: Some(listing.api(API)),
    };
    Ok(PageReply::list(&page, &call.viewer))
}

/// The vendor's own number and pairs.
fn own_fields() -> Group {
    Group::folded(
        say("subscription-more"),
        vec![
            Field::new("externalId", say("fact-external-id"), Control::Line).hint(say("subscription-external-id-hint")),
            Field::new("metadata", say("fact-metadata"), Control::Pairs).hint(say("fact-metadata-hint")),
        ],
    )
}

fn collection_word(collection: Collection) -> Text {
    match collection {
        Collection::Invoice => say("subscription-collection-invoice"),
        Collection::Automatic => say("subscription-collection-automatic"),
    }
}

fn collection_field() -> Field {
    let hint = |collection| match collection {
        Collection::Invoice => say("subscription-collection-invoice-hint"),
        Collection::Automatic => say("subscription-collection-automatic-hint"),
    };
    let choices = Collection::ALL.map(|c| Choice::hinted(c.text(), collection_word(c), hint(c))).to_vec();
    Field::new("collection", say("subscription-collection"), Control::Radio(choices)).value(Collection::Invoice.text())
}

fn connections_field() -> Field {
    Field::new("maxConnections", say("product-connections"), Control::Number { min: 1, max: 10_000, unit: Some(say("unit-devices")) })
        .hint(say("subscription-connections-hint"))
}

fn access_table(accesses: &[Access], s: &Subscription) -> Section {
    let state = |status: AccessStatus| match status {
        AccessStatus::Active => State { tone: Tone::Good, word: say("state-access-active"), follows: None },
        AccessStatus::Suspended => State { tone: Tone::Notice, word: say("state-access-suspended"), follows: None },
        AccessStatus::Revoked => State { tone: Tone::Neutral, word: say("state-access-revoked"), follows: None },
    };
    let row = |access: &Access| {
        let (username, password) = match &access.credentials {
            Some(c) => (Cell::Copyable(c.username.clone()), Cell::Copyable(c.password.clone())),
            None => (Cell::Nothing, Cell::Nothing),
        };
        Row::new(vec![username, password, Cell::State(state(access.status))])
    };
    Section::Table {
        title: say("subscription-accesses"),
        table: Table {
            caption: say("subscription-accesses"),
            columns: vec![
                Column::new(say("subscription-username"), Phone::First),
                Column::new(say("subscription-password"), Phone::Second),
                Column::new(say("subscription-status"), Phone::FirstEnd),
            ],
            rows: accesses.iter().map(row).collect(),
        },
        empty: match s.status {
            SubscriptionStatus::Pending if s.current_period.is_some() => say("subscription-access-waits"),
            status if status.is_live() => say("subscription-no-accesses"),
            _ => say("subscription-never-accesses"),
        },
        more: None,
    }
}

/// It ends with what is paid, unless somebody takes that back.
fn is_to_end(s: &Subscription) -> bool {
    s.cancel_at_period_end && s.status.is_live()
}

fn actions(s: &Subscription) -> Vec<Action> {
    let to = |what: &str| format!("{}/{what}", path(s.id));
    let mut actions = Vec::new();
    if s.may_renew().is_ok() && s.run.is_some() {
        actions.push(Action::primary(say("subscription-renew"), to("renew")));
    }
    if may_extend(s) {
        actions.push(Action::go(say("subscription-extend"), to("extend")));
    }
    if s.pause.is_some() {
        actions.push(Action::post(say("subscription-resume"), to("resume")));
    } else if may_pause(s) {
        actions.push(Action::go(say("subscription-pause"), to("pause")));
    }
    if s.may_change().is_ok() {
        actions.push(Action::go(say("subscription-change"), to("change")));
    }
    if change::may_keep(s).is_ok() {
        actions.push(Action::post(say("subscription-keep"), to("keep")));
    }
    actions.push(Action::go(say("subscription-edit"), to("edit")));
    if is_to_end(s) {
        actions.push(Action::post(say("subscription-uncancel"), to("uncancel")));
    }
    if s.status != SubscriptionStatus::Cancelled {
        actions.push(Action::danger(say("subscription-cancel"), to("cancel")));
    }
    actions
}

/// What was paid is over, and it is not over itself.
fn is_unpaid(s: &Subscription) -> bool {
    matches!(s.status, SubscriptionStatus::PastDue | SubscriptionStatus::Suspended)
}

fn may_extend(s: &Subscription) -> bool {
    s.status == SubscriptionStatus::Active || is_unpaid(s)
}

fn may_pause(s: &Subscription) -> bool {
    matches!(s.status, SubscriptionStatus::Active | SubscriptionStatus::PastDue | SubscriptionStatus::Trialing)
}

fn facts(view: &SubscriptionView, customer: Cell, methods: &[PaymentMethod]) -> Vec<Facts> {
    let s = &view.subscription;
    let yes_no = |yes: bool| Cell::Text(if yes { say("fact-yes") } else { say("fact-no") });
    let mut rows = vec![
        (say("subscription-customer"), customer),
        (say("subscription-product"), Cell::Link { href: product::path(s.product_id), text: data(&s.product_name) }),
        (say("subscription-amount"), Cell::Stack(vec![Cell::Money(view.amount), Cell::Muted(interval_words(s.interval))])),
        (say("subscription-quantity"), Cell::Count(s.quantity)),
        (say("subscription-period"), s.current_period.map_or(Cell::Nothing, |p| Cell::Span(p.start, p.end))),
        paid_until(s),
        (say("subscription-auto-renew"), yes_no(s.auto_renew && s.status != SubscriptionStatus::Cancelled)),
        (say("subscription-collection"), Cell::Text(collection_word(s.collection))),
        (say("subscription-method"), payment_method::cell(methods, s.payment_method.map(|m| m.id))),
        (say("subscription-coupon"), s.coupon.as_ref().map_or(Cell::Nothing, |c| Cell::Text(data(c.code.as_str())))),
        (say("product-connections"), s.max_connections.map_or(Cell::Nothing, Cell::Count)),
        (say("settings-timezone"), Cell::Text(data(s.zone.name()))),
    ];
    rows.extend(s.start_at.map(|at| (say("subscription-start"), Cell::Instant(at))));
    rows.extend(s.ends_at.map(|at| (say("subscription-ends"), Cell::Instant(at))));
    rows.extend(s.cancel_reason.as_ref().map(|reason| (say("subscription-reason"), Cell::Text(data(reason)))));
    rows.extend(customer::own_facts(s.external_id.as_deref(), s.metadata.as_str()));
    rows.push((say("fact-created"), Cell::Instant(s.created_at)));
    rows.push((say("fact-id"), Cell::Copyable(s.id.text())));
    vec![Facts { title: say("subscription-facts"), rows, actions: Vec::new() }]
}

/// Until when there is access. Paused, no time runs: then it is how much is left.
fn paid_until(s: &Subscription) -> (Text, Cell) {
    let label = if s.status == SubscriptionStatus::Trialing { say("subscription-trial-until") } else { say("subscription-paid-until") };
    let cell = match (s.current_period, s.pause) {
        (Some(p), Some(pause)) => {
            let left = crate::domain::time::Period { start: pause.at, end: p.end.max(pause.at) }.days(s.zone);
            Cell::Text(say_with("subscription-time-left", [("n", Arg::Count(left))]))
        }
        (Some(p), None) => Cell::Instant(p.end),
        (None, _) => Cell::Nothing,
    };
    (label, cell)
}

/// Why something cannot be done with it as it is now.
fn refusal(s: &Subscription, what: &str, now: Timestamp) -> Option<Reject> {
    match what {
        "renew" => s.may_renew().err(),
        "change" => s.may_change().err(),
        "keep" => change::may_keep(s).err(),
        "extend" => s.extend(1, &[], now).err(),
        "cancel" => s.cancel_now(None, now).err(),
        "uncancel" if s.status.is_live() && !s.cancel_at_period_end => Some(Reject::state_conflict("This subscription is not cancelled.")),
        "uncancel" => s.uncancel().err(),
        "pause" if s.pause.is_some() => Some(Reject::state_conflict("This subscription is paused already.")),
        "pause" => s.paused(now).err(),
        "resume" => s.resumed(&[], now).err(),
        _ => None,
    }
}

fn notice(call: &PageCall, s: &Subscription) -> Option<Text> {
    let done = call.done();
    if let Some(what) = done.strip_prefix("not-") {
        return refusal(s, what, call.viewer.now).map(|reject| Text::Api(reject.message));
    }
    Some(match done.as_str() {
        "created" => say("subscription-created"),
        "saved" => say("form-saved"),
        "changed" => say("subscription-changed"),
        "change-waits" => say("subscription-change-waits"),
        "kept" => say("subscription-kept"),
        "renewed" => say("subscription-renewed"),
        "renewal-asked" => say("subscription-renewal-asked"),
        "extended" => say("subscription-extended"),
        "cancelled" => say("subscription-cancelled"),
        "uncancelled" => say("subscription-uncancelled"),
        "paused" => say("subscription-paused"),
        "resumed" => say("subscription-resumed"),
        _ => return None,
    })
}

/// The customer as a link, or that his data were erased.
fn customer_link(call: &PageCall, id: CustomerId) -> Result<(Cell, Text)> {
    let labels = call.app().customer_labels(&call.actor()?, [id])?;
    Ok(match labels.get(&id) {
        Some(name) => (Cell::Link { href: customer::path(id), text: data(name) }, data(name)),
        None => (Cell::Muted(say("customer-erased")), say("customer-erased")),
    })
}

async fn show(call: PageCall) -> Result<PageReply> {
    let (actor, id) = (call.actor()?, call.id::<SubscriptionId>()?);
    let view = call.app().subscription_read(&actor, id)?;
    let s = &view.subscription;
    let (customer, name) = customer_link(&call, s.customer_id)?;
    // One whose data were erased has none.
    let methods = if name == say("customer-erased") { Vec::new() } else { payment_method::of_customer(&call, s.customer_id)? };
    let filter = InvoiceFilter { subscription_id: Some(id), ..InvoiceFilter::default() };
    let (invoices, all) = call.app().invoice_page(&actor, filter, newest(SHOWN)).await?;
    let mut story = Vec::new();
    if let Some(reason) = &s.parked {
        let word = say_with("subscription-parked", [("reason", Arg::Say(Text::Api(reason.clone())))]);
        story.push(Section::Note(State { tone: Tone::Bad, word, follows: None }));
    }
    let open = invoices.iter().find(|v| v.invoice.status == InvoiceStatus::Open);
    if let Some(open) = open {
        let word = say_with("subscription-open-invoice", [("number", Arg::Text(open.invoice.number().unwrap_or_default().to_owned()))]);
        let state = State { tone: Tone::Notice, word, follows: open.invoice.due_at.map(|at| say_with("state-due", [("day", Arg::Day(at))])) };
        story.push(Section::NoteOf { state, href: invoice::path(open.invoice.id) });
    }
    if let Some(word) = change::pending_note(&call, s)? {
        story.push(Section::Note(State { tone: Tone::Notice, word, follows: None }));
    }
    if open.is_none() && is_unpaid(s) {
        story.push(Section::Note(State { tone: Tone::Notice, word: say("subscription-nothing-open"), follows: None }));
    }
    story.push(access_table(&view.accesses, s));
    story.push(Section::Table {
        title: say("nav-invoices"),
        table: invoice::table(&invoices, None, &call.viewer),
        empty: say("subscription-no-invoices"),
        more: (all.total > i64::from(SHOWN))
            .then(|| Action::go(say_with("invoice-all", [("n", Arg::Count(all.total))]), format!("/admin/invoices?subscriptionId={id}"))),
    });
    story.push(story::happenings(&call, id)?);
    let mut head = Head::new(Place::Subscriptions, data(&s.product_name)).under(LIST, say("nav-subscriptions"));
    head.notice = notice(&call, s);
    let mut actions = actions(s);
    // Where it waits for a payment, that is what most come for.
    if let Some(open) = open.filter(|_| s.status == SubscriptionStatus::Pending || is_unpaid(s)) {
        actions.iter_mut().filter(|action| action.weight == Weight::Primary).for_each(|action| action.weight = Weight::Plain);
        actions.insert(0, Action::primary(say("invoice-mark-paid"), format!("{}/mark-paid", invoice::path(open.invoice.id))));
    }
    let mut api = vec![ApiCall::get(format!("{API}/{id}"))];
    if is_to_end(s) {
        api.push(action::post(s, "uncancel"));
    }
    if s.pause.is_some() {
        api.push(action::post(s, "resume"));
    }
    if change::may_keep(s).is_ok() {
        api.push(change::keep_call(s));
    }
    let page = DetailPage { head, state: Some(state(s)), subtitle: Some(customer.clone()), actions, story, facts: facts(&view, customer, &methods), api };
    Ok(PageReply::page(page.render(&call.viewer)))
}
