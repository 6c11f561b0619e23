//! Subscriptions: the list, a subscription's life with its accesses and invoices, and the forms that begin, change and end
//! one.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::app::App;
use crate::domain::access::{Access, AccessStatus};
use crate::domain::customer::{Customer, CustomerFilter};
use crate::domain::id::{CustomerId, PriceId, ProductId, SubscriptionId, TypedId};
use crate::domain::invoice::{InvoiceFilter, InvoiceStatus};
use crate::domain::list::Common;
use crate::domain::product::{Product, ProductFilter};
use crate::domain::reject::{FieldError, Reject};
use crate::domain::subscription::{FirstPayment, RenewalPayment, Subscription, SubscriptionStatus};
use crate::domain::time::{Interval, Unit, add_local_days};
use crate::error::{Error, Result};
use crate::web::admin::customer::{made, newest};
use crate::web::admin::listing::Listing;
use crate::web::admin::{customer, invoice, product, story};
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, DetailPage, Empty, Facts, Filter, FormPage, Head, ListPage, MessagePage, Place, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::html::{Viewer, catalogue, format};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::input::{Nothing, read_body};
use crate::wire::query::ListQuery;
use crate::wire::subscription::{
    SubscriptionCancel, SubscriptionCreate, SubscriptionExtend, SubscriptionPatch, SubscriptionQuery, SubscriptionRenew, SubscriptionView,
};

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/subscriptions", handler!(list)),
        PageRoute::get("/admin/subscriptions/new", handler!(new)),
        PageRoute::post("/admin/subscriptions/new", handler!(create)),
        PageRoute::get("/admin/subscriptions/{id}", handler!(show)),
        PageRoute::get("/admin/subscriptions/{id}/edit", handler!(edit)),
        PageRoute::post("/admin/subscriptions/{id}/edit", handler!(update)),
        PageRoute::get("/admin/subscriptions/{id}/renew", handler!(renewal)),
        PageRoute::post("/admin/subscriptions/{id}/renew", handler!(renew)),
        PageRoute::get("/admin/subscriptions/{id}/extend", handler!(extension)),
        PageRoute::post("/admin/subscriptions/{id}/extend", handler!(extend)),
        PageRoute::get("/admin/subscriptions/{id}/cancel", handler!(cancellation)),
        PageRoute::post("/admin/subscriptions/{id}/cancel", handler!(cancel)),
        PageRoute::post("/admin/subscriptions/{id}/uncancel", handler!(uncancel)),
        PageRoute::get("/admin/subscriptions/{id}/pause", handler!(pausing)),
        PageRoute::post("/admin/subscriptions/{id}/pause", handler!(pause)),
        PageRoute::post("/admin/subscriptions/{id}/resume", handler!(resume)),
    ]
}

const LIST: &str = "/admin/subscriptions";
const API: &str = "/api/v1/subscriptions";
/// Products whose prices a form offers. Whoever sells more begins at the product's page.
const OFFERED: u32 = 100;
/// Customers that a form suggests: the newest.
const SUGGESTED: u32 = 50;
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

fn state(s: &Subscription) -> State {
    let tone = match s.status {
        SubscriptionStatus::Active | SubscriptionStatus::Trialing => Tone::Good,
        SubscriptionStatus::Pending | SubscriptionStatus::PastDue => Tone::Notice,
        SubscriptionStatus::Suspended => Tone::Bad,
        SubscriptionStatus::Paused | SubscriptionStatus::Expired | SubscriptionStatus::Cancelled => Tone::Neutral,
    };
    let end = s.current_period.map(|p| p.end);
    let on = |id: &'static str, at| say_with(id, [("day", Arg::Day(at))]);
    let (tone, follows) = match s.status {
        SubscriptionStatus::Pending => (tone, Some(say("state-awaits-payment"))),
        SubscriptionStatus::Active if s.cancel_at_period_end || !s.auto_renew => (Tone::Notice, end.map(|at| on("state-ends", at))),
        SubscriptionStatus::Trialing => (tone, s.trial_end.map(|at| on("state-until-day", at))),
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
async fn on_sale(call: &PageCall) -> Result<(Vec<Product>, i64)> {
    let filter = ProductFilter { active: Some(true), ..ProductFilter::default() };
    let (products, end) = call.app().product_page(&call.actor()?, filter, newest(OFFERED)).await?;
    Ok((products, end.total))
}

/// The products whose name contains what was typed, or, where there are such, is it; and whether there are more than can be
/// looked through.
async fn products_named(call: &PageCall, typed: &str, active: Option<bool>) -> Result<(Vec<Product>, bool)> {
    let sought = typed.trim().to_lowercase();
    let filter = ProductFilter { active, common: Common { search: Some(sought.clone()), ..Common::default() } };
    let (mut found, end) = call.app().product_page(&call.actor()?, filter, newest(OFFERED)).await?;
    // The search looks into descriptions too.
    found.retain(|p| p.name.to_lowercase().contains(&sought));
    Ok((exact_or_all(found, |p| p.name.to_lowercase() == sought), end.total > i64::from(OFFERED)))
}

/// Who has exactly the name that was typed is meant, whoever else has it in his.
fn exact_or_all<T>(found: Vec<T>, is_exact: impl Fn(&T) -> bool) -> Vec<T> {
    let (exact, others): (Vec<T>, Vec<T>) = found.into_iter().partition(is_exact);
    if exact.is_empty() { others } else { exact }
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
        search: Some(listing.value("q")),
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
    Ok(PageReply::page(page.render(&call.viewer)))
}

/// What a price is, in a list of prices: "Gold package · 9.99 USD every month".
fn price_choices(products: &[Product], viewer: &Viewer) -> Vec<Choice> {
    let of_product = |p: &Product| {
        let name = p.name.clone();
        let prices: Vec<Choice> = p
            .prices
            .iter()
            .filter(|price| price.active)
            .map(|price| {
                let amount = format::money(price.amount, catalogue::of(viewer.language));
                Choice::new(price.id.text(), data(format!("{name} · {amount} {}", interval_words(price.interval).show(viewer))))
            })
            .collect();
        prices
    };
    products.iter().flat_map(of_product).collect()
}

fn first_payment_choice(payment: FirstPayment) -> Choice {
    let (text, hint) = match payment {
        FirstPayment::Invoice => (say("subscription-payment-invoice"), say("subscription-payment-invoice-hint")),
        FirstPayment::Manual => (say("subscription-payment-manual"), say("subscription-payment-manual-hint")),
        FirstPayment::Credit => (say("subscription-payment-credit"), say("subscription-payment-credit-hint")),
        FirstPayment::None => (say("subscription-payment-none"), say("subscription-payment-none-hint")),
    };
    Choice::hinted(payment.text(), text, hint)
}

fn form(call: &PageCall, head: Head, groups: Vec<Group>, submit: Text, api: ApiCall, cancel: String) -> FormPage {
    FormPage {
        head,
        lead: None,
        warning: None,
        groups,
        problem: None,
        action: call.path.clone(),
        submit,
        weight: Weight::Primary,
        cancel: Some(cancel),
        once: call.once(),
        api: Some(api),
    }
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

fn connections_field() -> Field {
    Field::new("maxConnections", say("product-connections"), Control::Number { min: 1, max: 10_000, unit: Some(say("unit-devices")) })
        .hint(say("subscription-connections-hint"))
}

/// What the form of a new subscription offers.
struct Offer {
    /// Those whose prices are offered.
    products: Vec<Product>,
    /// There are more than a form offers: then the product is typed.
    more: bool,
}

async fn offer(call: &PageCall) -> Result<Offer> {
    let actor = call.actor()?;
    let (mut products, total) = on_sale(call).await?;
    // The product that was asked for and the one that was chosen are offered too, be they old ones of many.
    let asked = ProductId::parse(&call.parameter("productId")).map(|id| call.app().product_read(&actor, id)).transpose()?;
    let chosen = PriceId::parse(call.posted.one("priceId").trim()).map(|price| call.app().product_of_price(&actor, price)).transpose()?.flatten();
    for product in asked.into_iter().chain(chosen) {
        if !products.iter().any(|p| p.id == product.id) {
            products.push(product);
        }
    }
    Ok(Offer { products, more: total > i64::from(OFFERED) })
}

/// One choice of a few, where none is taken unasked.
fn which(choices: Vec<Choice>) -> Control {
    Control::Select(std::iter::once(Choice::new("", say("form-choose"))).chain(choices).collect())
}

fn price_field(call: &PageCall, offer: &Offer) -> Field {
    let choices = price_choices(&offer.products, &call.viewer);
    let asked = call.parameter("productId");
    let asked = offer.products.iter().find(|p| p.id.text() == asked).map(|p| p.default_price().id.text());
    if !offer.more {
        let first = asked.or_else(|| choices.first().map(|c| c.value.clone())).unwrap_or_default();
        return Field::new("priceId", say("subscription-price"), Control::Select(choices)).required().value(first);
    }
    // What is typed is a name; the names that are suggested say which price.
    let value = asked.and_then(|id| choices.iter().find(|c| c.value == id).map(|c| c.text.show(&call.viewer))).unwrap_or_default();
    let suggestions = choices.into_iter().map(|c| Choice::new(c.text.show(&call.viewer), data(""))).collect();
    Field::new("priceId", say("subscription-price"), Control::Suggest(suggestions)).required().value(value).hint(say("subscription-price-hint"))
}

async fn new_form(call: &PageCall, offer: &Offer) -> Result<FormPage> {
    let actor = call.actor()?;
    let (customers, _) = call.app().customer_page(&actor, CustomerFilter::default(), newest(SUGGESTED)).await?;
    let suggestions = customers.iter().map(|c| Choice::new(c.email.as_ref(), data(c.display_name()))).collect();
    let chosen = CustomerId::parse(&call.parameter("customerId")).map(|id| call.app().customer_read(&actor, id)).transpose()?;
    let (cancel, email) = match &chosen {
        Some(customer) => (customer::path(customer.id), customer.email.to_string()),
        None => (LIST.to_owned(), String::new()),
    };
    let groups = vec![
        Group::plain(vec![
            Field::new("customerId", say("subscription-customer"), Control::Suggest(suggestions))
                .required()
                .value(email)
                .hint(say("subscription-customer-hint")),
            price_field(call, offer),
            Field::new("quantity", say("subscription-quantity"), Control::Number { min: 1, max: Subscription::MAX_QUANTITY, unit: None })
                .value("1")
                .hint(say("subscription-quantity-hint")),
            Field::new("payment", say("subscription-payment"), Control::Radio(FirstPayment::ALL.map(first_payment_choice).to_vec()))
                .value(FirstPayment::Invoice.text()),
        ]),
        Group::folded(
            say("subscription-begin"),
            vec![
                Field::new("trialDays", say("subscription-trial"), Control::Number { min: 0, max: 3650, unit: Some(say("unit-days")) })
                    .hint(say("subscription-trial-hint")),
                Field::new("startAt", say("subscription-start"), Control::Day).hint(say("subscription-start-hint")),
                Field::new("credentials.username", say("subscription-username"), Control::Line).hint(say("subscription-credentials-hint")),
                Field::new("credentials.password", say("subscription-password"), Control::Line),
            ],
        ),
        Group::folded(
            say("subscription-terms"),
            vec![
                Field::new("autoRenew", say("subscription-auto-renew"), Control::Check).value("true").hint(say("subscription-auto-renew-hint")),
                connections_field(),
            ],
        ),
        own_fields(),
    ];
    let head = Head::new(Place::Subscriptions, say("subscription-new")).under(LIST, say("nav-subscriptions"));
    let mut form = form(call, head, groups, say("subscription-create"), ApiCall { method: "POST", path: API.into(), body: None }, cancel);
    // What was asked for is asked for again when the form comes back.
    if !call.query.is_empty() {
        form.action = format!("{}?{}", call.path, call.query);
    }
    Ok(form)
}

/// There is nothing to sell yet.
fn no_product(call: &PageCall) -> PageReply {
    let page = MessagePage {
        head: Head::new(Place::Subscriptions, say("subscription-new")).under(LIST, say("nav-subscriptions")),
        text: say("subscription-no-product"),
        actions: vec![Action::primary(say("product-new"), "/admin/products/new")],
        request_id: None,
    };
    PageReply::page(page.render(&call.viewer))
}

async fn new(call: PageCall) -> Result<PageReply> {
    let offer = offer(&call).await?;
    if offer.products.is_empty() {
        return Ok(no_product(&call));
    }
    let mut form = new_form(&call, &offer).await?;
    if call.resumed {
        form.take(&call.posted);
    }
    // What a name leaves open is asked when the form is sent.
    let named = named(&call, &offer, &form).await?;
    form.api = form.api.take().map(|api| ApiCall { body: Some(named.shown(&form)), ..api });
    Ok(call.show(form))
}

/// What was typed for something that the API takes an id for.
enum Named<T> {
    One(T),
    Nothing,
    /// None, and the sentence that says so.
    Wrong(String),
    /// Which of these?
    Several(String, Vec<Choice>),
}

impl<T> Named<T> {
    fn one(&self) -> Option<&T> {
        if let Self::One(one) = self { Some(one) } else { None }
    }

    /// The error of the field, which becomes the choice where there is one to make.
    fn into_error(self, form: &mut FormPage, name: &str) -> Option<FieldError> {
        let message = match self {
            Self::One(_) => return None,
            Self::Nothing => "This field is required".to_owned(),
            Self::Wrong(message) => message,
            Self::Several(message, choices) => {
                if let Some(field) = form.field_mut(name) {
                    field.control = which(choices);
                    field.value = String::new();
                }
                message
            }
        };
        Some(FieldError::new(name, message))
    }
}

/// The customer, by an e-mail address, a name or an id.
async fn customer_named(call: &PageCall, typed: &str) -> Result<Named<CustomerId>> {
    let (typed, actor) = (typed.trim(), call.actor()?);
    if typed.is_empty() {
        return Ok(Named::Nothing);
    }
    if let Some(id) = CustomerId::parse(typed) {
        return Ok(Named::One(id));
    }
    let sought = typed.to_lowercase();
    let by_email = CustomerFilter { email_key: Some(sought.clone()), ..CustomerFilter::default() };
    let (found, _) = call.app().customer_page(&actor, by_email, newest(1)).await?;
    if let Some(customer) = found.first() {
        return Ok(Named::One(customer.id));
    }
    let by_name = CustomerFilter { common: Common { search: Some(sought.clone()), ..Common::default() }, ..CustomerFilter::default() };
    let (mut found, end) = call.app().customer_page(&actor, by_name, newest(OFFERED)).await?;
    // The search looks into numbers and addresses too; whoever types a part of an address has not named somebody.
    let name = |c: &Customer<'_>| c.name.as_deref().unwrap_or("").to_lowercase();
    found.retain(|c| name(c).contains(&sought));
    let found = exact_or_all(found, |c| name(c) == sought);
    Ok(match found.as_slice() {
        _ if end.total > i64::from(OFFERED) => Named::Wrong(format!("More than {OFFERED} customers match. Type more of the name, or the whole e-mail address")),
        [] => Named::Wrong("There is no such customer".to_owned()),
        [one] => Named::One(one.id),
        several => {
            let choice = |c: &Customer<'_>| Choice::new(c.id.text(), data(format!("{} · {}", c.display_name(), c.email)));
            Named::Several("Several customers have this name. Choose the one that is meant".to_owned(), several.iter().map(choice).collect())
        }
    })
}

/// The price and its product, by the price's id, as it is suggested, or by a product's name.
async fn price_named(call: &PageCall, offer: &Offer, typed: &str) -> Result<Named<(ProductId, PriceId)>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Named::Nothing);
    }
    if let Some(id) = PriceId::parse(typed) {
        let product = offer.products.iter().find(|p| p.prices.iter().any(|own| own.id == id));
        return Ok(product.map_or_else(|| Named::Wrong("This product has no such price".to_owned()), |p| Named::One((p.id, id))));
    }
    if !offer.more {
        return Ok(Named::Wrong("This product has no such price".to_owned()));
    }
    let (mut found, mut too_many) = products_named(call, typed, Some(true)).await?;
    let mut choices = price_choices(&found, &call.viewer);
    // A suggestion is a name with what the price is behind it, and a name can have the same mark in it.
    if found.is_empty() && !too_many {
        let as_suggested = |c: &Choice| c.text.show(&call.viewer).to_lowercase() == typed.to_lowercase();
        for (at, _) in typed.match_indices(" · ") {
            let (of_name, more) = products_named(call, &typed[..at], Some(true)).await?;
            let of_name: Vec<Product> = of_name.into_iter().chain(offer.products.iter().cloned()).collect();
            let chosen: Vec<Choice> = price_choices(&of_name, &call.viewer).into_iter().filter(as_suggested).collect();
            if !chosen.is_empty() {
                (found, choices, too_many) = (of_name, chosen, false);
                break;
            }
            too_many |= more;
        }
        choices.sort_by(|a, b| a.value.cmp(&b.value));
        choices.dedup_by(|a, b| a.value == b.value);
    }
    let of = |choice: &Choice| {
        let price = PriceId::parse(&choice.value)?;
        found.iter().find(|p| p.prices.iter().any(|own| own.id == price)).map(|p| (p.id, price))
    };
    Ok(match choices.as_slice() {
        _ if too_many => Named::Wrong(format!("More than {OFFERED} products match. Type more of the name")),
        [] => Named::Wrong("There is no such product".to_owned()),
        [one] => of(one).map_or(Named::Nothing, Named::One),
        _ => Named::Several("There are several such prices. Choose the one that is meant".to_owned(), choices),
    })
}

/// Whom and what a form names.
struct Names {
    customer: Named<CustomerId>,
    price: Named<(ProductId, PriceId)>,
}

async fn named(call: &PageCall, offer: &Offer, form: &FormPage) -> Result<Names> {
    let typed = |name: &str| form.fields().find(|f| f.name == name).map_or("", |f| f.value.as_str());
    Ok(Names { customer: customer_named(call, typed("customerId")).await?, price: price_named(call, offer, typed("priceId")).await? })
}

impl Names {
    /// The body as the API takes it: ids for names. What is not known yet is left out.
    fn body(&self, form: &FormPage) -> Value {
        let mut body = form.body(Blank::Omit);
        if let Value::Object(fields) = &mut body {
            // A trial begins without a payment, and the form has always one chosen.
            if fields.get("trialDays").is_some_and(|days| *days != 0) {
                fields.remove("payment");
            }
            let ids = [
                ("customerId", self.customer.one().map(|id| id.text())),
                ("productId", self.price.one().map(|(product, _)| product.text())),
                ("priceId", self.price.one().map(|(_, price)| price.text())),
            ];
            for (name, id) in ids {
                match id {
                    Some(id) => drop(fields.insert(name.to_owned(), Value::String(id))),
                    None => drop(fields.remove(name)),
                }
            }
        }
        body
    }

    /// The same to be read: what is not known yet stands there as the beginning of an id.
    fn shown(&self, form: &FormPage) -> Value {
        let mut body = self.body(form);
        for (name, prefix) in [("customerId", CustomerId::PREFIX), ("productId", ProductId::PREFIX), ("priceId", PriceId::PREFIX)] {
            if body[name].is_null() {
                body[name] = Value::String(format!("{prefix}…"));
            }
        }
        body
    }
}

/// What is wrong with the names that the form takes, and whatever else the API would say of the body.
fn with_others(mut wrong: Vec<FieldError>, body: Value) -> Vec<FieldError> {
    let others = read_body::<SubscriptionCreate>(body).map_or_else(|reject| reject.details, |_| Vec::new());
    // The form asks for a price, and with it knows the product.
    let is_new = |other: &FieldError| other.field != "productId" && !wrong.iter().any(|w| w.field == other.field);
    let others: Vec<FieldError> = others.into_iter().filter(is_new).collect();
    wrong.extend(others);
    wrong
}

async fn create(call: PageCall) -> Result<PageReply> {
    let offer = offer(&call).await?;
    let mut form = new_form(&call, &offer).await?;
    form.take(&call.posted);
    let named = named(&call, &offer, &form).await?;
    let body = named.body(&form);
    form.api = form.api.take().map(|api| ApiCall { body: Some(named.shown(&form)), ..api });
    keep_typed(&call, &offer, &named, &mut form).await?;
    let wrong: Vec<FieldError> =
        [named.customer.into_error(&mut form, "customerId"), named.price.into_error(&mut form, "priceId")].into_iter().flatten().collect();
    if !wrong.is_empty() {
        return call.refused(form, Error::Reject(Reject::fields(with_others(wrong, body))));
    }
    let run = async |app: Arc<App>, caller, input: SubscriptionCreate| app.subscription_create(caller, input).await;
    call.submit_body(form, body, run, made).await
}

/// Who was chosen out of several stands in the form, should it come back, as one would have typed it.
async fn keep_typed(call: &PageCall, offer: &Offer, named: &Names, form: &mut FormPage) -> Result<()> {
    if let (Some(id), Some(field)) = (named.customer.one(), form.field_mut("customerId"))
        && CustomerId::parse(field.value.trim()).is_some()
        && let Ok(customer) = call.app().customer_read(&call.actor()?, *id)
    {
        field.value = customer.email.to_string();
    }
    if let (true, Some((_, price)), Some(field)) = (offer.more, named.price.one(), form.field_mut("priceId")) {
        let text = price_choices(&offer.products, &call.viewer).into_iter().find(|c| c.value == price.text()).map(|c| c.text.show(&call.viewer));
        // Where several are called the same, only the id says which.
        if let Some(text) = text
            && price_named(call, offer, &text).await?.one().is_some_and(|(_, named)| named == price)
        {
            field.value = text;
        }
    }
    Ok(())
}

fn access_table(accesses: &[Access], status: SubscriptionStatus) -> Section {
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
        empty: if status.is_live() { say("subscription-no-accesses") } else { say("subscription-never-accesses") },
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

fn facts(view: &SubscriptionView, customer: Cell) -> Vec<Facts> {
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
        (say("product-connections"), s.max_connections.map_or(Cell::Nothing, Cell::Count)),
        (say("settings-timezone"), Cell::Text(data(s.zone.name()))),
    ];
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

fn notice(call: &PageCall) -> Option<Text> {
    Some(match call.done().as_str() {
        "created" => say("subscription-created"),
        "saved" => say("form-saved"),
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
    let (customer, _) = customer_link(&call, s.customer_id)?;
    let filter = InvoiceFilter { common: Common::default(), status: None, customer_id: None, subscription_id: Some(id), paid_after: None };
    let (invoices, all) = call.app().invoice_page(&actor, filter, newest(SHOWN)).await?;
    let mut story = Vec::new();
    if let Some(reason) = &s.parked {
        let word = say_with("subscription-parked", [("reason", Arg::Say(Text::Api(reason.clone())))]);
        story.push(Section::Note(State { tone: Tone::Bad, word, follows: None }));
    }
    let open = invoices.iter().find(|v| v.invoice.status == InvoiceStatus::Open);
    if let Some(open) = open {
        let word = say_with("subscription-open-invoice", [("number", Arg::Text(open.invoice.number.clone()))]);
        story.push(Section::Note(State { tone: Tone::Notice, word, follows: Some(say_with("state-due", [("day", Arg::Day(open.invoice.due_at))])) }));
    }
    if open.is_none() && is_unpaid(s) {
        story.push(Section::Note(State { tone: Tone::Notice, word: say("subscription-nothing-open"), follows: None }));
    }
    story.push(access_table(&view.accesses, s.status));
    story.push(Section::Table {
        title: say("nav-invoices"),
        table: invoice::table(&invoices, None, &call.viewer),
        empty: say("subscription-no-invoices"),
        more: (all.total > i64::from(SHOWN))
            .then(|| Action::go(say_with("invoice-all", [("n", Arg::Count(all.total))]), format!("/admin/invoices?subscriptionId={id}"))),
    });
    story.push(story::happenings(&call, id)?);
    let mut head = Head::new(Place::Subscriptions, data(&s.product_name)).under(LIST, say("nav-subscriptions"));
    head.notice = notice(&call);
    let mut actions = actions(s);
    if let Some(open) = open.filter(|_| s.status == SubscriptionStatus::Pending) {
        actions.insert(0, Action::primary(say("invoice-mark-paid"), format!("{}/mark-paid", invoice::path(open.invoice.id))));
    }
    let mut api = vec![ApiCall::get(format!("{API}/{id}"))];
    if is_to_end(s) {
        api.push(post(s, "uncancel"));
    }
    if s.pause.is_some() {
        api.push(post(s, "resume"));
    }
    let page = DetailPage { head, state: Some(state(s)), subtitle: Some(customer.clone()), actions, story, facts: facts(&view, customer), api };
    Ok(PageReply::page(page.render(&call.viewer)))
}

/// The head of a page under a subscription's own.
fn under(s: &Subscription, title: Text) -> Head {
    Head::new(Place::Subscriptions, title).under(LIST, say("nav-subscriptions")).under(path(s.id), data(&s.product_name))
}

fn load(call: &PageCall) -> Result<Subscription> {
    Ok(call.app().subscription_read(&call.actor()?, call.id()?)?.subscription)
}

fn post(s: &Subscription, what: &str) -> ApiCall {
    ApiCall { method: "POST", path: format!("{API}/{}/{what}", s.id), body: None }
}

/// What the version of the subscription is made of. Read before what a form shows: then nothing that changes between the two
/// goes unnoticed.
fn version(call: &PageCall) -> Result<String> {
    call.app().subscription_told(&call.actor()?, call.id()?)
}

fn edit_form(call: &PageCall) -> Result<FormPage> {
    let (seen, s) = (version(call)?, load(call)?);
    let shown = serde_json::from_slice(&call.app().subscription_get(&call.actor()?, s.id)?).map_err(Error::internal)?;
    let groups = vec![Group::plain(vec![
        Field::new("autoRenew", say("subscription-auto-renew"), Control::Check).hint(say("subscription-auto-renew-hint")),
        connections_field(),
        Field::new("externalId", say("fact-external-id"), Control::Line).hint(say("subscription-external-id-hint")),
        Field::new("metadata", say("fact-metadata"), Control::Pairs).hint(say("fact-metadata-hint")),
    ])];
    let api = ApiCall { method: "PATCH", path: format!("{API}/{}", s.id), body: None };
    let mut form = form(call, under(&s, say("subscription-edit")), groups, say("form-save"), api, path(s.id));
    form.fill(&shown);
    form.lead = is_unpaid(&s).then(|| say("subscription-edit-lead-unpaid"));
    call.stamp(&mut form, seen.as_bytes());
    Ok(form)
}

async fn edit(call: PageCall) -> Result<PageReply> {
    Ok(call.show(edit_form(&call)?))
}

async fn update(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, input: SubscriptionPatch| app.subscription_update(caller, id, input).await;
    call.submit_change(edit_form, Blank::Null, run, |_| format!("{}?done=saved", path(id))).await
}

fn renewal_form(call: &PageCall) -> Result<FormPage> {
    let (seen, s) = (version(call)?, load(call)?);
    let choice = |payment: RenewalPayment| {
        let (text, hint) = match payment {
            RenewalPayment::Manual => (say("subscription-payment-manual"), say("subscription-renew-manual-hint")),
            RenewalPayment::Invoice => (say("subscription-payment-invoice"), say("subscription-renew-invoice-hint")),
            RenewalPayment::Credit => (say("subscription-payment-credit"), say("subscription-renew-credit-hint")),
        };
        Choice::hinted(payment.text(), text, hint)
    };
    let groups = vec![Group::plain(vec![
        Field::new("periods", say("subscription-periods"), Control::Number { min: 1, max: Subscription::MAX_RENEWED_PERIODS.into(), unit: None })
            .value("1")
            .hint(say_with("subscription-periods-hint", [("interval", Arg::Say(interval_words(s.interval)))])),
        Field::new("payment", say("subscription-payment"), Control::Radio(RenewalPayment::ALL.map(choice).to_vec())).value(RenewalPayment::Manual.text()),
    ])];
    let mut form = form(call, under(&s, say("subscription-renew")), groups, say("subscription-renew"), post(&s, "renew"), path(s.id));
    let lapsed = call.app().settings_read(&call.actor()?)?.billing.lapsed_renewal;
    form.lead = if s.begins_anew(lapsed) {
        Some(say("subscription-renew-lead-anew"))
    } else {
        s.current_period.map(|p| say_with("subscription-renew-lead", [("day", Arg::Day(p.end))]))
    };
    call.stamp(&mut form, seen.as_bytes());
    Ok(form)
}

async fn renewal(call: PageCall) -> Result<PageReply> {
    Ok(call.show(renewal_form(&call)?))
}

async fn renew(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, input: SubscriptionRenew| app.subscription_renew(caller, id, input).await;
    let done = if call.posted.one("payment") == RenewalPayment::Invoice.text() { "renewal-asked" } else { "renewed" };
    call.submit_change(renewal_form, Blank::Omit, run, |_| format!("{}?done={done}", path(id))).await
}

fn extension_form(call: &PageCall) -> Result<FormPage> {
    let (seen, s) = (version(call)?, load(call)?);
    let groups = vec![Group::plain(vec![
        Field::new("days", say("subscription-days"), Control::Number { min: 1, max: Subscription::MAX_EXTENSION_DAYS.into(), unit: Some(say("unit-days")) })
            .required()
            .hint(say("subscription-days-hint")),
        Field::new("note", say("subscription-note"), Control::Line).hint(say("subscription-note-hint")),
    ])];
    let mut form = form(call, under(&s, say("subscription-extend")), groups, say("subscription-extend"), post(&s, "extend"), path(s.id));
    form.lead = s.current_period.map(|p| say_with("subscription-extend-lead", [("day", Arg::Day(p.end))]));
    call.stamp(&mut form, seen.as_bytes());
    Ok(form)
}

async fn extension(call: PageCall) -> Result<PageReply> {
    Ok(call.show(extension_form(&call)?))
}

async fn extend(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, input: SubscriptionExtend| app.subscription_extend(caller, id, input).await;
    call.submit_change(extension_form, Blank::Omit, run, |_| format!("{}?done=extended", path(id))).await
}

fn cancellation_form(call: &PageCall) -> Result<FormPage> {
    let (seen, s) = (version(call)?, load(call)?);
    let (_, name) = customer_link(call, s.customer_id)?;
    let now = call.viewer.now;
    let days_left = s.current_period.map_or(0, |p| crate::domain::time::Period { start: now, end: p.end.max(now) }.days(s.zone));
    let end = s.current_period.map(|p| p.end);
    let mut whens = Vec::new();
    // Where nothing is paid any more, that end is past: it would end now.
    if let Some(end) = end.filter(|_| s.status.is_live() && !is_unpaid(&s)) {
        whens.push(Choice::hinted("true", say("subscription-cancel-at-end"), say_with("subscription-cancel-at-end-hint", [("day", Arg::Day(end))])));
    }
    whens.push(Choice::hinted("false", say("subscription-cancel-now"), say("subscription-cancel-now-hint")));
    let first = whens.first().map(|c| c.value.clone()).unwrap_or_default();
    let groups = vec![Group::plain(vec![
        Field::new("atPeriodEnd", say("subscription-cancel-when"), Control::Radio(whens)).value(first),
        Field::new("reason", say("subscription-reason"), Control::Line).hint(say("subscription-reason-hint")),
    ])];
    let mut form = form(call, under(&s, say("subscription-cancel")), groups, say("subscription-cancel"), post(&s, "cancel"), path(s.id));
    form.warning = Some(if days_left > 0 && s.status != SubscriptionStatus::Trialing {
        say_with("subscription-cancel-warning", [("name", Arg::Say(name)), ("n", Arg::Count(days_left))])
    } else {
        say("subscription-cancel-warning-unpaid")
    });
    form.weight = Weight::Danger;
    call.stamp(&mut form, seen.as_bytes());
    Ok(form)
}

async fn cancellation(call: PageCall) -> Result<PageReply> {
    Ok(call.show(cancellation_form(&call)?))
}

async fn cancel(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, input: SubscriptionCancel| app.subscription_cancel(caller, id, input).await;
    call.submit_change(cancellation_form, Blank::Omit, run, |_| format!("{}?done=cancelled", path(id))).await
}

fn pause_form(call: &PageCall) -> Result<FormPage> {
    let (seen, s) = (version(call)?, load(call)?);
    let mut form = form(call, under(&s, say("subscription-pause")), Vec::new(), say("subscription-pause"), post(&s, "pause"), path(s.id));
    form.warning = Some(say("subscription-pause-warning"));
    call.stamp(&mut form, seen.as_bytes());
    Ok(form)
}

async fn pausing(call: PageCall) -> Result<PageReply> {
    Ok(call.show(pause_form(&call)?))
}

async fn pause(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, _: Nothing| app.subscription_pause(caller, id).await;
    call.submit_change(pause_form, Blank::Omit, run, |_| format!("{}?done=paused", path(id))).await
}

async fn resume(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    call.app().subscription_resume(call.caller()?, id).await?;
    Ok(PageReply::go(format!("{}?done=resumed", path(id))))
}

async fn uncancel(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    call.app().subscription_uncancel(call.caller()?, id).await?;
    Ok(PageReply::go(format!("{}?done=uncancelled", path(id))))
}
