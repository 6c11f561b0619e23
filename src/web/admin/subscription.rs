//! Subscriptions: the list, a subscription's life with its accesses and invoices, and the forms that begin, change and end
//! one.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::app::App;
use crate::domain::access::{Access, AccessStatus};
use crate::domain::customer::CustomerFilter;
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
use crate::web::html::page::{Action, ApiCall, DetailPage, Empty, Facts, FormPage, Head, ListPage, MessagePage, Place, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::html::{Viewer, catalogue, format};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::input::read_body;
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
        SubscriptionStatus::Cancelled => (tone, s.ended_at.map(|at| on("state-on-day", at))),
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
        cells.extend([
            Cell::Text(data(&s.product_name)),
            Cell::State(state(s)),
            s.current_period.map_or(Cell::Nothing, |p| Cell::Instant(p.end)),
            s.amount().map_or(Cell::Nothing, Cell::Money),
        ]);
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

/// The products that are sold, the newest first, and one more by name if need be.
async fn products(call: &PageCall, also: Option<ProductId>) -> Result<Vec<Product>> {
    let actor = call.actor()?;
    let filter = ProductFilter { active: Some(true), ..ProductFilter::default() };
    let (mut products, _) = call.app().product_page(&actor, filter, newest(OFFERED)).await?;
    if let Some(id) = also.filter(|id| !products.iter().any(|p| p.id == *id)) {
        products.push(call.app().product_read(&actor, id)?);
    }
    Ok(products)
}

async fn list(call: PageCall) -> Result<PageReply> {
    let (listing, actor) = (Listing::of(&call), call.actor()?);
    let query: ListQuery<SubscriptionId, SubscriptionQuery> = listing.query()?;
    let of_customer = query.own.customer_id.map(|id| id.0);
    let of_product = query.own.product_id.map(|id| id.0);
    let (subscriptions, end) = call.app().subscription_page(&actor, query.own.filter(query.common), query.page).await?;
    let labels = call.app().customer_labels(&actor, subscriptions.iter().map(|s| s.customer_id).chain(of_customer))?;
    let products = products(&call, of_product).await?.into_iter().map(|p| Choice::new(p.id.text(), data(p.name)));
    let statuses = SubscriptionStatus::ALL.map(|s| Choice::new(s.text(), status_word(s)));
    let now = call.viewer.now;
    let within = |days: u32| add_local_days(now, days + 1, call.viewer.zone).unwrap_or(now).local_midnight(call.viewer.zone).to_string();
    let ends = [0_u32, 3, 7, 30].map(|days| {
        let text = if days == 0 { say("subscription-ends-today") } else { say_with("subscription-ends-days", [("n", Arg::Count(i64::from(days)))]) };
        Choice::new(within(days), text)
    });
    let filters = vec![
        listing.filter("status", say("subscription-status"), say("subscription-any-status"), statuses),
        listing.filter("productId", say("subscription-product"), say("subscription-any-product"), products),
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

/// What a price is, in a list of prices: "Gold package · USD 9.99 every month".
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

fn coupon_field() -> Field {
    Field::new("couponCode", say("subscription-coupon"), Control::Line).hint(say("subscription-coupon-hint"))
}

fn connections_field() -> Field {
    Field::new("maxConnections", say("product-connections"), Control::Number { min: 1, max: 10_000, unit: Some(say("unit-devices")) })
        .hint(say("subscription-connections-hint"))
}

async fn new_form(call: &PageCall) -> Result<(FormPage, Vec<Product>)> {
    let actor = call.actor()?;
    let products = products(call, ProductId::parse(&call.parameter("productId"))).await?;
    let (customers, _) = call.app().customer_page(&actor, CustomerFilter::default(), newest(SUGGESTED)).await?;
    let suggestions = customers.iter().map(|c| Choice::new(c.email.as_ref(), data(c.display_name()))).collect();
    let chosen = CustomerId::parse(&call.parameter("customerId")).map(|id| call.app().customer_read(&actor, id)).transpose()?;
    let (cancel, email) = match &chosen {
        Some(customer) => (customer::path(customer.id), customer.email.to_string()),
        None => (LIST.to_owned(), String::new()),
    };
    let asked = call.parameter("productId");
    let price = products.iter().find(|p| p.id.text() == asked).map(|p| p.default_price().id.text()).unwrap_or_default();
    let groups = vec![
        Group::plain(vec![
            Field::new("customerId", say("subscription-customer"), Control::Suggest(suggestions))
                .required()
                .value(email)
                .hint(say("subscription-customer-hint")),
            Field::new("priceId", say("subscription-price"), Control::Select(price_choices(&products, &call.viewer))).required().value(price),
            Field::new("quantity", say("subscription-quantity"), Control::Number { min: 1, max: Subscription::MAX_QUANTITY, unit: None })
                .value("1")
                .hint(say("subscription-quantity-hint")),
            Field::new("payment", say("subscription-payment"), Control::Radio(FirstPayment::ALL.map(first_payment_choice).to_vec()))
                .value(FirstPayment::Invoice.text()),
        ]),
        Group::folded(
            say("subscription-begin"),
            vec![
                Field::new("startAt", say("subscription-start"), Control::Day).hint(say("subscription-start-hint")),
                Field::new("credentials.username", say("subscription-username"), Control::Line).hint(say("subscription-credentials-hint")),
                Field::new("credentials.password", say("subscription-password"), Control::Line),
            ],
        ),
        Group::folded(
            say("subscription-terms"),
            vec![
                Field::new("autoRenew", say("subscription-auto-renew"), Control::Check).value("true").hint(say("subscription-auto-renew-hint")),
                coupon_field(),
                connections_field(),
            ],
        ),
        own_fields(),
    ];
    let head = Head::new(Place::Subscriptions, say("subscription-new")).under(LIST, say("nav-subscriptions"));
    let mut form = form(call, head, groups, say("subscription-create"), ApiCall { method: "POST", path: API.into(), body: None }, cancel);
    // The product that was asked for is offered again when the form comes back, also where it is an old one of many.
    if !call.query.is_empty() {
        form.action = format!("{}?{}", call.path, call.query);
    }
    Ok((form, products))
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
    let (form, products) = new_form(&call).await?;
    if products.is_empty() {
        return Ok(no_product(&call));
    }
    Ok(call.show(form))
}

/// The customer that was named by an e-mail address or an id.
async fn customer_named(call: &PageCall, named: &str) -> Result<Option<CustomerId>> {
    let named = named.trim();
    if let Some(id) = CustomerId::parse(named) {
        return Ok(Some(id));
    }
    if !named.contains('@') {
        return Ok(None);
    }
    let filter = CustomerFilter { email_key: Some(named.to_lowercase()), ..CustomerFilter::default() };
    let (found, _) = call.app().customer_page(&call.actor()?, filter, newest(1)).await?;
    Ok(found.first().map(|c| c.id))
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
    let (mut form, products) = new_form(&call).await?;
    form.take(&call.posted);
    let mut body = form.body(Blank::Omit);
    let mut wrong = Vec::new();
    let named = call.posted.one("customerId").to_owned();
    if !named.trim().is_empty() {
        match customer_named(&call, &named).await? {
            Some(id) => body["customerId"] = Value::String(id.text()),
            None => wrong.push(FieldError::new("customerId", "There is no such customer")),
        }
    }
    let price = PriceId::parse(call.posted.one("priceId"));
    match price.and_then(|price| products.iter().find(|p| p.prices.iter().any(|own| own.id == price))) {
        Some(product) => body["productId"] = Value::String(product.id.text()),
        None if price.is_some() => wrong.push(FieldError::new("priceId", "This product has no such price")),
        None => wrong.push(FieldError::new("priceId", "This field is required")),
    }
    if !wrong.is_empty() {
        return call.refused(form, Error::Reject(Reject::fields(with_others(wrong, body))));
    }
    let run = async |app: Arc<App>, caller, input: SubscriptionCreate| app.subscription_create(caller, input).await;
    call.submit_body(form, body, run, made).await
}

fn access_table(accesses: &[Access]) -> Section {
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
        empty: say("subscription-no-accesses"),
        more: None,
    }
}

fn actions(s: &Subscription) -> Vec<Action> {
    let to = |what: &str| format!("{}/{what}", path(s.id));
    let mut actions = Vec::new();
    if s.status == SubscriptionStatus::Active {
        actions.push(Action::primary(say("subscription-renew"), to("renew")));
        actions.push(Action::go(say("subscription-extend"), to("extend")));
    }
    actions.push(Action::go(say("subscription-edit"), to("edit")));
    if s.cancel_at_period_end && s.status.is_live() {
        actions.push(Action::post(say("subscription-uncancel"), to("uncancel")));
    }
    if s.status != SubscriptionStatus::Cancelled {
        actions.push(Action::danger(say("subscription-cancel"), to("cancel")));
    }
    actions
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
        (say("subscription-paid-until"), s.current_period.map_or(Cell::Nothing, |p| Cell::Instant(p.end))),
        (say("subscription-auto-renew"), yes_no(s.auto_renew)),
        (say("subscription-coupon"), s.coupon.as_ref().map_or(Cell::Nothing, |c| Cell::Text(data(c.code.as_str())))),
        (say("product-connections"), s.max_connections.map_or(Cell::Nothing, Cell::Count)),
        (say("settings-timezone"), Cell::Text(data(s.zone.name()))),
    ];
    rows.extend(s.cancel_reason.as_ref().map(|reason| (say("subscription-reason"), Cell::Text(data(reason)))));
    rows.extend(customer::own_facts(s.external_id.as_deref(), s.metadata.as_str()));
    rows.push((say("fact-created"), Cell::Instant(s.created_at)));
    rows.push((say("fact-id"), Cell::Copyable(s.id.text())));
    vec![Facts { title: say("subscription-facts"), rows, actions: Vec::new() }]
}

fn notice(call: &PageCall) -> Option<Text> {
    Some(match call.parameter("done").as_str() {
        "created" => say("subscription-created"),
        "saved" => say("form-saved"),
        "renewed" => say("subscription-renewed"),
        "extended" => say("subscription-extended"),
        "cancelled" => say("subscription-cancelled"),
        "uncancelled" => say("subscription-uncancelled"),
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
    let open = invoices.iter().find(|v| v.invoice.status == InvoiceStatus::Open);
    if let Some(open) = open {
        let word = say_with("subscription-open-invoice", [("number", Arg::Text(open.invoice.number.clone()))]);
        story.push(Section::Note(State { tone: Tone::Notice, word, follows: Some(say_with("state-due", [("day", Arg::Day(open.invoice.due_at))])) }));
    }
    story.push(access_table(&view.accesses));
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
    let page = DetailPage {
        head,
        state: Some(state(s)),
        subtitle: Some(customer.clone()),
        actions,
        story,
        facts: facts(&view, customer),
        api: Some(ApiCall::get(format!("{API}/{id}"))),
    };
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

fn edit_form(call: &PageCall) -> Result<FormPage> {
    let s = load(call)?;
    let shown = serde_json::from_slice(&call.app().subscription_get(&call.actor()?, s.id)?).map_err(Error::internal)?;
    let groups = vec![Group::plain(vec![
        Field::new("autoRenew", say("subscription-auto-renew"), Control::Check).hint(say("subscription-auto-renew-hint")),
        coupon_field(),
        connections_field(),
        Field::new("externalId", say("fact-external-id"), Control::Line).hint(say("subscription-external-id-hint")),
        Field::new("metadata", say("fact-metadata"), Control::Pairs).hint(say("fact-metadata-hint")),
    ])];
    let api = ApiCall { method: "PATCH", path: format!("{API}/{}", s.id), body: None };
    let mut form = form(call, under(&s, say("subscription-edit")), groups, say("form-save"), api, path(s.id));
    form.fill(&shown);
    call.stamp(&mut form, call.app().subscription_told(&call.actor()?, s.id)?.as_bytes());
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
    let s = load(call)?;
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
    form.lead = s.current_period.map(|p| say_with("subscription-renew-lead", [("day", Arg::Day(p.end))]));
    call.stamp(&mut form, call.app().subscription_told(&call.actor()?, s.id)?.as_bytes());
    Ok(form)
}

async fn renewal(call: PageCall) -> Result<PageReply> {
    Ok(call.show(renewal_form(&call)?))
}

async fn renew(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, input: SubscriptionRenew| app.subscription_renew(caller, id, input).await;
    call.submit_change(renewal_form, Blank::Omit, run, |_| format!("{}?done=renewed", path(id))).await
}

fn extension_form(call: &PageCall) -> Result<FormPage> {
    let s = load(call)?;
    let groups = vec![Group::plain(vec![
        Field::new("days", say("subscription-days"), Control::Number { min: 1, max: Subscription::MAX_EXTENSION_DAYS.into(), unit: Some(say("unit-days")) })
            .required()
            .hint(say("subscription-days-hint")),
        Field::new("note", say("subscription-note"), Control::Line).hint(say("subscription-note-hint")),
    ])];
    let mut form = form(call, under(&s, say("subscription-extend")), groups, say("subscription-extend"), post(&s, "extend"), path(s.id));
    form.lead = s.current_period.map(|p| say_with("subscription-extend-lead", [("day", Arg::Day(p.end))]));
    call.stamp(&mut form, call.app().subscription_told(&call.actor()?, s.id)?.as_bytes());
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
    let s = load(call)?;
    let (_, name) = customer_link(call, s.customer_id)?;
    let now = call.viewer.now;
    let days_left = s.current_period.map_or(0, |p| crate::domain::time::Period { start: now, end: p.end.max(now) }.days(s.zone));
    let end = s.current_period.map(|p| p.end);
    let mut whens = Vec::new();
    if let Some(end) = end.filter(|_| s.status.is_live()) {
        whens.push(Choice::hinted("true", say("subscription-cancel-at-end"), say_with("subscription-cancel-at-end-hint", [("day", Arg::Day(end))])));
    }
    whens.push(Choice::hinted("false", say("subscription-cancel-now"), say("subscription-cancel-now-hint")));
    let first = whens.first().map(|c| c.value.clone()).unwrap_or_default();
    let groups = vec![Group::plain(vec![
        Field::new("atPeriodEnd", say("subscription-cancel-when"), Control::Radio(whens)).value(first),
        Field::new("reason", say("subscription-reason"), Control::Line).hint(say("subscription-reason-hint")),
    ])];
    let mut form = form(call, under(&s, say("subscription-cancel")), groups, say("subscription-cancel"), post(&s, "cancel"), path(s.id));
    form.warning = Some(if days_left > 0 {
        say_with("subscription-cancel-warning", [("name", Arg::Say(name)), ("n", Arg::Count(days_left))])
    } else {
        say("subscription-cancel-warning-unpaid")
    });
    form.weight = Weight::Danger;
    call.stamp(&mut form, call.app().subscription_told(&call.actor()?, s.id)?.as_bytes());
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

async fn uncancel(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    call.app().subscription_uncancel(call.caller()?, id).await?;
    Ok(PageReply::go(format!("{}?done=uncancelled", path(id))))
}
