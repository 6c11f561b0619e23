//! Products: the list, a product with its prices, and the forms that make and change them.

use std::sync::Arc;

use crate::app::App;
use crate::domain::id::{PriceId, ProductId, TypedId};
use crate::domain::list::Common;
use crate::domain::product::{Price, Product};
use crate::domain::reject::Reject;
use crate::domain::subscription::{SubscriptionFilter, SubscriptionStatus};
use crate::domain::time::Unit;
use crate::error::{Error, Result};
use crate::web::admin::currency::currencies;
use crate::web::admin::customer::{made, newest};
use crate::web::admin::listing::Listing;
use crate::web::admin::subscription::interval_words;
use crate::web::admin::{customer, story};
use crate::web::html::Viewer;
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, DetailPage, Empty, Facts, FormPage, Head, ListPage, Place, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::input::Nothing;
use crate::wire::product::{ProductCreate, ProductPatch, ProductQuery};
use crate::wire::query::ListQuery;

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/products", handler!(list)),
        PageRoute::get("/admin/products/new", handler!(new)),
        PageRoute::post("/admin/products/new", handler!(create)),
        PageRoute::get("/admin/products/{id}", handler!(show)),
        PageRoute::get("/admin/products/{id}/edit", handler!(edit)),
        PageRoute::post("/admin/products/{id}/edit", handler!(update)),
        PageRoute::get("/admin/products/{id}/add-price", handler!(new_price)),
        PageRoute::post("/admin/products/{id}/add-price", handler!(add_price)),
        PageRoute::get("/admin/products/{id}/prices/{part}", handler!(edit_price)),
        PageRoute::post("/admin/products/{id}/prices/{part}", handler!(update_price)),
        PageRoute::get("/admin/products/{id}/delete", handler!(confirm)),
        PageRoute::post("/admin/products/{id}/delete", handler!(delete)),
    ]
}

const LIST: &str = "/admin/products";
const API: &str = "/api/v1/products";

pub fn path(id: ProductId) -> String {
    format!("{LIST}/{id}")
}

fn active_word(active: bool) -> Text {
    if active { say("state-product-active") } else { say("state-product-archived") }
}

fn state(active: bool) -> State {
    State { tone: if active { Tone::Good } else { Tone::Neutral }, word: active_word(active), follows: None }
}

async fn list(call: PageCall) -> Result<PageReply> {
    let listing = Listing::of(&call);
    let query: ListQuery<ProductId, ProductQuery> = listing.query()?;
    let (products, end) = call.app().product_page(&call.actor()?, query.own.filter(query.common), query.page).await?;
    let states = [true, false].map(|active| Choice::new(active.to_string(), active_word(active)));
    let filters =
        vec![listing.filter("active", say("product-state"), say("product-any-state"), states), listing.created_filter(call.viewer.now, call.viewer.zone)];
    let row = |p: &Product| {
        let price = p.default_price();
        let further = i64::try_from(p.prices.len()).unwrap_or(i64::MAX) - 1;
        let more = if further > 0 { Cell::Muted(say_with("product-further-prices", [("n", Arg::Count(further))])) } else { Cell::Nothing };
        Row::link(
            path(p.id),
            vec![Cell::Text(data(&p.name)), Cell::State(state(p.active)), Cell::Text(interval_words(price.interval)), more, Cell::Money(price.amount)],
        )
    };
    let mut head = Head::new(Place::Products, say("nav-products"));
    head.notice = (call.done() == "deleted").then(|| say("product-deleted"));
    let new = Action::primary(say("product-new"), format!("{LIST}/new"));
    let page = ListPage {
        head,
        help: None,
        primary: Some(new.clone()),
        path: LIST.into(),
        search: Some(listing.search()),
        search_label: say("product-search"),
        chips: listing.chips(&filters, []),
        filters,
        table: Table {
            caption: say("nav-products"),
            columns: vec![
                Column::new(say("product-name"), Phone::First),
                Column::new(say("product-state"), Phone::Second),
                Column::new(say("product-interval"), Phone::SecondEnd),
                Column::new(say("product-prices"), Phone::Hidden),
                Column::end(say("product-price"), Phone::FirstEnd),
            ],
            rows: products.iter().map(row).collect(),
        },
        total: say_with("product-total", [("n", Arg::Count(end.total))]),
        first: listing.first(),
        next: listing.next(end.next),
        empty: if listing.is_narrowed() {
            Empty { text: say("list-none-match"), action: Some(Action::go(say("list-none-match-action"), LIST)), more: None }
        } else {
            Empty { text: say("product-empty"), action: Some(new), more: Some(("/docs/manual/".into(), say("nav-manual"))) }
        },
        api: Some(listing.api(API)),
    };
    Ok(PageReply::list(&page, &call.viewer))
}

fn unit_choices() -> Vec<Choice> {
    let word = |unit: Unit| match unit {
        Unit::Day => say("unit-day"),
        Unit::Week => say("unit-week"),
        Unit::Month => say("unit-month"),
        Unit::Year => say("unit-year"),
    };
    Unit::ALL.map(|unit| Choice::new(unit.text(), word(unit))).to_vec()
}

fn active_field(name: &str) -> Field {
    let choices = vec![
        Choice::hinted("true", say("state-product-active"), say("product-active-hint")),
        Choice::hinted("false", say("state-product-archived"), say("product-archived-hint")),
    ];
    Field::new(name, say("product-state"), Control::Radio(choices)).value("true")
}

fn name_fields() -> Vec<Field> {
    vec![
        Field::new("name", say("product-name"), Control::Line).required().hint(say("product-name-hint")),
        Field::new("description", say("product-description"), Control::Prose),
    ]
}

fn more_fields(currency: &str) -> Group {
    Group::folded(
        say("product-more"),
        vec![
            Field::new("setupFee", say("product-setup-fee"), Control::Amount { currency: currency.to_owned() }).hint(say("product-setup-fee-hint")),
            Field::new("maxConnections", say("product-connections"), Control::Number { min: 1, max: 10_000, unit: Some(say("unit-devices")) })
                .hint(say("product-connections-hint")),
            Field::new("trialDays", say("product-trial-days"), Control::Number { min: 0, max: 3650, unit: Some(say("unit-days")) })
                .hint(say("product-trial-days-hint")),
            Field::new("taxable", say("product-taxable"), Control::Check).value("true").hint(say("product-taxable-hint")),
            Field::new("externalId", say("fact-external-id"), Control::Line).hint(say("product-external-id-hint")),
            Field::new("metadata", say("fact-metadata"), Control::Pairs).hint(say("fact-metadata-hint")),
        ],
    )
}

/// The fields of a price under a path of the body; the default one's stand in the body itself.
fn price_fields(under: &str, amount: &str, currency: &str, viewer: &Viewer) -> Vec<Field> {
    let at = |name: &str| if under.is_empty() { name.to_owned() } else { format!("{under}.{name}") };
    let amount = if under.is_empty() { amount.to_owned() } else { at("amount") };
    vec![
        Field::new(amount, say("product-price"), Control::Decimal).required().hint(say("product-price-hint")),
        Field::new(at("currency"), say("settings-currency"), Control::Select(currencies(viewer))).required().value(currency),
        Field::new(at("intervalCount"), say("product-every"), Control::Number { min: 1, max: 3650, unit: None }).value("1"),
        Field::new(at("interval"), say("product-interval"), Control::Select(unit_choices())).value(Unit::Month.text()),
    ]
}

fn form(call: &PageCall, head: Head, groups: Vec<Group>, api: ApiCall, cancel: String) -> FormPage {
    call.form(head, groups, say("form-save"), api, cancel)
}

fn new_form(call: &PageCall) -> Result<FormPage> {
    let currency = call.app().settings_read(&call.actor()?)?.business.currency.code();
    let mut fields = name_fields();
    fields.extend(price_fields("", "price", currency, &call.viewer));
    let head = Head::new(Place::Products, say("product-new")).under(LIST, say("nav-products"));
    let groups = vec![Group::plain(fields), more_fields(currency)];
    let mut form = form(call, head, groups, ApiCall { method: "POST", path: API.into(), body: None }, LIST.into());
    form.submit = say("product-create");
    Ok(form)
}

async fn new(call: PageCall) -> Result<PageReply> {
    Ok(call.show(new_form(&call)?))
}

async fn create(call: PageCall) -> Result<PageReply> {
    let form = new_form(&call)?;
    let run = async |app: Arc<App>, caller, input: ProductCreate| app.product_create(caller, input).await;
    call.submit(form, run, made).await
}

fn load(call: &PageCall) -> Result<Product> {
    call.app().product_read(&call.actor()?, call.id()?)
}

/// The head of a page under a product's own.
fn under(product: &Product, title: Text) -> Head {
    Head::new(Place::Products, title).under(LIST, say("nav-products")).under(path(product.id), data(&product.name))
}

fn patch(product: &Product) -> ApiCall {
    ApiCall { method: "PATCH", path: format!("{API}/{}", product.id), body: None }
}

fn edit_form(call: &PageCall) -> Result<FormPage> {
    let product = load(call)?;
    let shown = call.app().product_get(&call.actor()?, product.id)?;
    let currency = product.default_price().amount.currency().code();
    let mut fields = name_fields();
    fields.push(Field::new("price", say("product-price"), Control::Amount { currency: currency.to_owned() }).required().hint(say("product-price-change-hint")));
    fields.push(active_field("active"));
    let groups = vec![Group::plain(fields), more_fields(currency)];
    let mut form = form(call, under(&product, say("product-edit")), groups, patch(&product), path(product.id));
    form.fill(&serde_json::from_slice(&shown).map_err(Error::internal)?);
    call.stamp(&mut form, &shown);
    Ok(form)
}

async fn edit(call: PageCall) -> Result<PageReply> {
    Ok(call.show(edit_form(&call)?))
}

async fn update(call: PageCall) -> Result<PageReply> {
    let id = call.id::<ProductId>()?;
    let run = async move |app: Arc<App>, caller, input: ProductPatch| app.product_update(caller, id, input).await;
    call.submit_change(edit_form, Blank::Null, run, |_| format!("{}?done=saved", path(id))).await
}

fn new_price_form(call: &PageCall) -> Result<FormPage> {
    let product = load(call)?;
    let groups = vec![Group::plain(price_fields("prices[0]", "", product.default_price().amount.currency().code(), &call.viewer))];
    let mut form = form(call, under(&product, say("product-add-price")), groups, patch(&product), path(product.id));
    form.lead = Some(say("product-add-price-lead"));
    form.submit = say("product-add-price");
    Ok(form)
}

async fn new_price(call: PageCall) -> Result<PageReply> {
    let product = load(&call)?;
    if product.prices.len() >= Product::MAX_PRICES {
        return Ok(call.refused_before(&path(product.id), "add-price"));
    }
    Ok(call.show(new_price_form(&call)?))
}

async fn add_price(call: PageCall) -> Result<PageReply> {
    let (form, id) = (new_price_form(&call)?, call.id::<ProductId>()?);
    let run = async move |app: Arc<App>, caller, input: ProductPatch| app.product_update(caller, id, input).await;
    call.submit(form, run, |_| format!("{}?done=price", path(id))).await
}

fn price_form(call: &PageCall) -> Result<FormPage> {
    let (product, price_id) = (load(call)?, call.part::<PriceId>()?);
    let price = product.prices.iter().find(|p| p.id == price_id).ok_or_else(|| Error::Reject(Reject::not_found("price")))?;
    let currency = price.amount.currency().code().to_owned();
    let groups = vec![Group::plain(vec![
        Field::new("prices[0].id", say("product-price"), Control::Hidden).value(price_id.text()),
        Field::new("prices[0].amount", say("product-price"), Control::Amount { currency })
            .required()
            .value(price.amount.to_string())
            .hint(say("product-price-change-hint")),
        Field { value: price.active.to_string(), ..active_field("prices[0].active") },
    ])];
    let mut form = form(call, under(&product, say("product-edit-price")), groups, patch(&product), path(product.id));
    form.lead = Some(say_with("product-edit-price-lead", [("interval", Arg::Say(interval_words(price.interval)))]));
    call.stamp(&mut form, &call.app().product_get(&call.actor()?, product.id)?);
    Ok(form)
}

async fn edit_price(call: PageCall) -> Result<PageReply> {
    Ok(call.show(price_form(&call)?))
}

async fn update_price(call: PageCall) -> Result<PageReply> {
    let id = call.id::<ProductId>()?;
    let run = async move |app: Arc<App>, caller, input: ProductPatch| app.product_update(caller, id, input).await;
    call.submit_change(price_form, Blank::Null, run, |_| format!("{}?done=saved", path(id))).await
}

fn price_table(product: &Product) -> Section {
    let row = |(n, price): (usize, &Price)| {
        let default = if n == 0 { Cell::Muted(say("product-default-price")) } else { Cell::Nothing };
        let mut row = Row::new(vec![Cell::Text(interval_words(price.interval)), default, Cell::State(state(price.active)), Cell::Money(price.amount)]);
        row.actions = vec![Action::go(say("product-edit-price"), format!("{}/prices/{}", path(product.id), price.id))];
        row
    };
    Section::Table {
        title: say("product-prices"),
        table: Table {
            caption: say("product-prices"),
            columns: vec![
                Column::new(say("product-interval"), Phone::First),
                Column::new(say("product-which-price"), Phone::Second),
                Column::new(say("product-state"), Phone::SecondEnd),
                Column::end(say("product-price"), Phone::FirstEnd),
            ],
            rows: product.prices.iter().enumerate().map(row).collect(),
        },
        empty: say("list-nothing"),
        more: (product.prices.len() < Product::MAX_PRICES).then(|| Action::go(say("product-add-price"), format!("{}/add-price", path(product.id)))),
    }
}

fn facts(product: &Product, subscribed: i64) -> Vec<Facts> {
    let fee = if product.setup_fee.is_zero() { Cell::Nothing } else { Cell::Money(product.setup_fee) };
    let mut rows = vec![
        (
            say("product-subscribed"),
            Cell::Link {
                href: format!("/admin/subscriptions?productId={}&status=active", product.id),
                text: say_with("subscription-total", [("n", Arg::Count(subscribed))]),
            },
        ),
        (say("product-setup-fee"), fee),
        (say("product-connections"), product.max_connections.map_or(Cell::Nothing, Cell::Count)),
        (say("product-trial-days"), product.trial_days.map_or(Cell::Nothing, Cell::Count)),
        (say("product-taxable"), Cell::Text(if product.taxable { say("fact-yes") } else { say("fact-no") })),
    ];
    rows.extend(customer::own_facts(product.external_id.as_deref(), product.metadata.as_str()));
    rows.push((say("fact-created"), Cell::Instant(product.created_at)));
    rows.push((say("fact-id"), Cell::Copyable(product.id.text())));
    vec![Facts { title: say("product-facts"), rows, actions: Vec::new() }]
}

async fn show(call: PageCall) -> Result<PageReply> {
    let (actor, product) = (call.actor()?, load(&call)?);
    let filter = SubscriptionFilter {
        common: Common::default(),
        statuses: vec![SubscriptionStatus::Active],
        customer_id: None,
        product_id: Some(product.id),
        current_period_end_before: None,
    };
    let (_, subscribed) = call.app().subscription_page(&actor, filter, newest(1)).await?;
    let deletable = call.app().product_may_be_deleted(&actor, product.id)?;
    let mut head = Head::new(Place::Products, data(&product.name)).under(LIST, say("nav-products"));
    head.notice = match call.done().as_str() {
        "created" => Some(say("product-created")),
        "saved" => Some(say("form-saved")),
        "price" => Some(say("product-price-added")),
        "not-delete" => deletable.as_ref().err().map(undeletable),
        "not-sell" => Some(Text::Api("This product is archived".into())),
        "not-add-price" => Some(Text::Api(format!("A product has at most {} prices", Product::MAX_PRICES))),
        _ => None,
    };
    let mut story = vec![price_table(&product)];
    if let Some(text) = &product.description {
        story.insert(0, Section::Prose { title: say("product-description"), text: text.clone() });
    }
    story.push(story::happenings(&call, product.id)?);
    let mut actions = vec![Action::go(say("product-edit"), format!("{}/edit", path(product.id)))];
    if deletable.is_ok() {
        actions.push(Action::danger(say("product-delete"), format!("{}/delete", path(product.id))));
    }
    if product.active {
        actions.insert(0, Action::primary(say("product-sell"), format!("/admin/subscriptions/new?productId={}", product.id)));
    }
    let page = DetailPage {
        head,
        state: Some(state(product.active)),
        subtitle: None,
        actions,
        story,
        facts: facts(&product, subscribed.total),
        api: vec![ApiCall::get(format!("{API}/{}", product.id))],
    };
    Ok(PageReply::page(page.render(&call.viewer)))
}

/// Why it cannot be deleted, in the words of its pages.
fn undeletable(reject: &Reject) -> Text {
    if reject.message.starts_with("This product was sold.") { say("product-sold") } else { Text::Api(reject.message.clone()) }
}

fn delete_form(call: &PageCall) -> Result<FormPage> {
    let product = load(call)?;
    let api = ApiCall { method: "DELETE", path: format!("{API}/{}", product.id), body: None };
    let mut form = form(call, under(&product, say("product-delete")), Vec::new(), api, path(product.id));
    form.warning = Some(say_with("product-delete-warning", [("name", Arg::Text(product.name))]));
    form.submit = say("product-delete");
    form.weight = Weight::Danger;
    Ok(form)
}

async fn confirm(call: PageCall) -> Result<PageReply> {
    let product = load(&call)?;
    if call.app().product_may_be_deleted(&call.actor()?, product.id)?.is_err() {
        return Ok(call.refused_before(&path(product.id), "delete"));
    }
    Ok(call.show(delete_form(&call)?))
}

async fn delete(call: PageCall) -> Result<PageReply> {
    let (form, id) = (delete_form(&call)?, call.id::<ProductId>()?);
    let run = async move |app: Arc<App>, caller, _: Nothing| app.product_delete(caller, id).await;
    call.submit(form, run, |_| format!("{LIST}?done=deleted")).await
}
