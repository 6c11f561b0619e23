//! Coupons: the list, a coupon with everything that it was redeemed for, and the forms that make and change one.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::app::{Answer, App, Caller};
use crate::domain::coupon::{Coupon, CouponFilter, Duration, Off, Standing, Use};
use crate::domain::id::{CouponId, ProductId, TypedId};
use crate::domain::money::Currency;
use crate::domain::product::Product;
use crate::domain::reject::{FieldError, Reject};
use crate::domain::time::{Start, Timestamp, Zone};
use crate::error::{Error, Result};
use crate::web::admin::currency::currencies;
use crate::web::admin::customer::{made, newest, own_facts};
use crate::web::admin::listing::Listing;
use crate::web::admin::subscription::{on_sale, products_named};
use crate::web::admin::{invoice, product, story, subscription};
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, DetailPage, Empty, Facts, FormPage, Head, ListPage, Place, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::html::{Viewer, catalogue, format};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::coupon::{CouponCreate, CouponPatch, CouponQuery};
use crate::wire::input::{Field as Readable, Nothing, read_body};
use crate::wire::query::ListQuery;

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/coupons", handler!(list)),
        PageRoute::get("/admin/coupons/new", handler!(new)),
        PageRoute::post("/admin/coupons/new", handler!(create)),
        PageRoute::get("/admin/coupons/{id}", handler!(show)),
        PageRoute::get("/admin/coupons/{id}/uses", handler!(uses)),
        PageRoute::get("/admin/coupons/{id}/edit", handler!(edit)),
        PageRoute::post("/admin/coupons/{id}/edit", handler!(update)),
        PageRoute::get("/admin/coupons/{id}/deactivate", handler!(deactivating)),
        PageRoute::post("/admin/coupons/{id}/deactivate", handler!(deactivate)),
        PageRoute::post("/admin/coupons/{id}/activate", handler!(activate)),
        PageRoute::get("/admin/coupons/{id}/delete", handler!(confirm)),
        PageRoute::post("/admin/coupons/{id}/delete", handler!(delete)),
    ]
}

const LIST: &str = "/admin/coupons";
const API: &str = "/api/v1/coupons";
/// Uses that a coupon's page shows; their own page has the rest.
const SHOWN: u32 = 10;
/// Uses a page.
const USES: u32 = 50;
/// Up to so many products are ticked; out of more they are named.
const TICKED: i64 = 24;
/// Up to so many coupons are chosen from a list; of more the code is typed.
const OFFERED: i64 = 24;

pub fn path(id: CouponId) -> String {
    format!("{LIST}/{id}")
}

fn state(coupon: &Coupon, now: Timestamp) -> State {
    let on = |at| say_with("state-on-day", [("day", Arg::Day(at))]);
    let until = |at| say_with("state-until-day", [("day", Arg::Day(at))]);
    let (tone, word, follows) = match coupon.standing(now) {
        Standing::Redeemable => (Tone::Good, say("state-coupon-active"), coupon.expires_at.map(until)),
        Standing::Inactive => (Tone::Neutral, say("state-coupon-inactive"), None),
        Standing::Expired => (Tone::Notice, say("state-coupon-expired"), coupon.expires_at.map(on)),
        Standing::UsedUp => (Tone::Notice, say("state-coupon-used-up"), None),
    };
    State { tone, word, follows }
}

fn off_words(off: Off, viewer: &Viewer) -> Text {
    match off {
        Off::Percent(percent) => say_with("coupon-off-percent", [("percent", Arg::Text(percent.to_string()))]),
        Off::Amount(amount) => say_with("coupon-off-amount", [("amount", Arg::Text(format::money(amount, catalogue::of(viewer.language))))]),
    }
}

fn duration_words(duration: Duration) -> Text {
    match duration {
        Duration::Once => say("coupon-for-once"),
        Duration::Repeating(periods) => say_with("coupon-for-periods", [("n", Arg::Count(periods.into()))]),
        Duration::Forever => say("coupon-for-ever"),
    }
}

/// "20 % off, for 3 periods".
fn terms_words(coupon: &Coupon, viewer: &Viewer) -> Text {
    say_with("coupon-terms", [("off", Arg::Say(off_words(coupon.off, viewer))), ("duration", Arg::Say(duration_words(coupon.duration)))])
}

fn redeemed_cell(coupon: &Coupon) -> Cell {
    match coupon.max_redemptions {
        Some(max) => Cell::Text(say_with("coupon-redeemed-of", [("n", Arg::Count(coupon.redeemed)), ("max", Arg::Count(max))])),
        None => Cell::Count(coupon.redeemed),
    }
}

async fn list(call: PageCall) -> Result<PageReply> {
    let listing = Listing::of(&call);
    let query: ListQuery<CouponId, CouponQuery> = listing.query()?;
    let (coupons, end) = call.app().coupon_page(&call.actor()?, query.own.filter(query.common), query.page).await?;
    let states = [("true", say("state-coupon-active")), ("false", say("state-coupon-inactive"))].map(|(value, text)| Choice::new(value, text));
    let filters =
        vec![listing.filter("active", say("coupon-state"), say("coupon-any-state"), states), listing.created_filter(call.viewer.now, call.viewer.zone)];
    let row = |c: &Coupon| {
        Row::link(
            path(c.id),
            vec![
                Cell::Text(data(c.code.as_str())),
                Cell::State(state(c, call.viewer.now)),
                Cell::Text(duration_words(c.duration)),
                redeemed_cell(c),
                Cell::Text(off_words(c.off, &call.viewer)),
            ],
        )
    };
    let mut head = Head::new(Place::Coupons, say("nav-coupons"));
    head.notice = (call.done() == "deleted").then(|| say("coupon-deleted"));
    let new = Action::primary(say("coupon-new"), format!("{LIST}/new"));
    let page = ListPage {
        head,
        help: None,
        primary: Some(new.clone()),
        path: LIST.into(),
        search: Some(listing.search()),
        search_label: say("coupon-search"),
        chips: listing.chips(&filters, []),
        filters,
        table: Table {
            caption: say("nav-coupons"),
            columns: vec![
                Column::new(say("coupon-code"), Phone::First),
                Column::new(say("coupon-state"), Phone::Second),
                Column::new(say("coupon-duration"), Phone::Hidden),
                Column::end(say("coupon-redeemed"), Phone::SecondEnd),
                Column::end(say("coupon-off"), Phone::FirstEnd),
            ],
            rows: coupons.iter().map(row).collect(),
        },
        total: say_with("coupon-total", [("n", Arg::Count(end.total))]),
        first: listing.first(),
        next: listing.next(end.next),
        empty: if listing.is_narrowed() {
            Empty { text: say("list-none-match"), action: Some(Action::go(say("list-none-match-action"), LIST)), more: None }
        } else {
            Empty { text: say("coupon-empty"), action: Some(new), more: Some(("/docs/manual/taxes-and-coupons".into(), say("nav-manual"))) }
        },
        api: Some(listing.api(API)),
    };
    Ok(PageReply::list(&page, &call.viewer))
}

/// What forms offer as the products of a coupon.
struct Offer {
    /// To be ticked; none where there are too many.
    ticked: Option<Vec<(ProductId, String)>>,
    /// How each of the coupon's own is named in a form where they are named: by what names it alone.
    named: HashMap<ProductId, String>,
    currency: Currency,
    zone: Zone,
}

async fn offer(call: &PageCall, own: &[ProductId]) -> Result<Offer> {
    let actor = call.actor()?;
    let business = call.app().settings_read(&actor)?.business;
    let (products, total) = on_sale(call).await?;
    let mut offer = Offer { ticked: None, named: HashMap::new(), currency: business.currency, zone: business.timezone };
    let own: Vec<Product> = own.iter().map(|id| call.app().product_read(&actor, *id)).collect::<Result<_>>()?;
    if total <= TICKED {
        // What the coupon is for stays in the form, be it on sale or not.
        let archived = own.into_iter().filter(|p| !products.iter().any(|other| other.id == p.id));
        let mut all: Vec<(ProductId, String)> = products.iter().cloned().chain(archived).map(|p| (p.id, p.name)).collect();
        all.sort_by_key(|(id, _)| *id);
        offer.ticked = Some(all);
        return Ok(offer);
    }
    for product in own {
        let (found, too_many) = products_named(call, &product.name, None).await?;
        let is_one = !too_many && found.len() == 1 && !product.name.contains('\n');
        offer.named.insert(product.id, if is_one { product.name } else { product.id.text() });
    }
    Ok(offer)
}

impl Offer {
    fn field(&self) -> Field {
        match &self.ticked {
            Some(products) => {
                let choices = products.iter().map(|(id, name)| Choice::new(id.text(), data(name))).collect();
                Field::new("productIds", say("coupon-products"), Control::Checks(choices)).hint(say("coupon-products-hint"))
            }
            None => Field::new("productIds", say("coupon-products"), Control::Prose).hint(say("coupon-products-named-hint")),
        }
    }

    /// How these products stand in the field.
    fn as_typed(&self, ids: &[ProductId]) -> String {
        match &self.ticked {
            Some(products) => products.iter().filter(|(id, _)| ids.contains(id)).map(|(id, _)| id.text()).collect::<Vec<_>>().join(","),
            None => ids.iter().map(|id| self.named.get(id).cloned().unwrap_or_else(|| id.text())).collect::<Vec<_>>().join("\n"),
        }
    }

    /// The products that were ticked or named, as the API takes them, and what is wrong with the names.
    async fn read(&self, call: &PageCall) -> Result<(Vec<String>, Vec<FieldError>)> {
        let (mut ids, mut wrong) = (Vec::new(), Vec::new());
        if self.ticked.is_some() {
            ids.extend(call.posted.all("productIds").map(str::to_owned));
            return Ok((ids, wrong));
        }
        for line in call.posted.one("productIds").lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_NAMED) {
            if ProductId::parse(line).is_some() {
                ids.push(line.to_owned());
                continue;
            }
            let (found, too_many) = products_named(call, line, None).await?;
            let name: String = line.chars().take(40).collect();
            let none = || format!("There is no product \"{name}\"");
            let several = || format!("Several products have \"{name}\" in their name. Write more of it, or the product's id");
            match found.as_slice() {
                [one] if !too_many => ids.push(one.id.text()),
                [] if !too_many => wrong.push(FieldError::new("productIds", none())),
                _ => wrong.push(FieldError::new("productIds", several())),
            }
        }
        Ok((ids, wrong))
    }
}

/// More lines than this are not looked up: the API takes 100.
const MOST_NAMED: usize = 101;

fn code_field() -> Field {
    Field::new("code", say("coupon-code"), Control::Line).required().hint(say("coupon-code-hint"))
}

/// What it takes off, and for how long.
fn terms_fields(currency: Currency, viewer: &Viewer) -> Vec<Group> {
    let durations = vec![
        Choice::hinted("once", say("coupon-once"), say("coupon-once-hint")),
        Choice::hinted("repeating", say("coupon-repeating"), say("coupon-repeating-hint")),
        Choice::hinted("forever", say("coupon-forever"), say("coupon-forever-hint")),
    ];
    vec![
        Group::named(
            say("coupon-off"),
            vec![
                Field::new("percentOff", say("coupon-percent"), Control::Percent).hint(say("coupon-percent-hint")),
                Field::new("amountOff", say("coupon-amount"), Control::Decimal).hint(say("coupon-amount-hint")),
                Field::new("currency", say("coupon-currency"), Control::Select(currencies(viewer))).value(currency.code()),
            ],
        ),
        Group::named(
            say("coupon-duration"),
            vec![
                Field::new("duration", say("coupon-comes-off"), Control::Radio(durations)).value("once"),
                Field::new(
                    "durationPeriods",
                    say("coupon-periods"),
                    Control::Number { min: 1, max: Duration::MAX_PERIODS.into(), unit: Some(say("unit-periods")) },
                )
                .hint(say("coupon-periods-hint")),
            ],
        ),
    ]
}

/// What may change also once it was redeemed.
fn lasting_fields(offer: &Offer) -> Vec<Group> {
    let limits = vec![
        Field::new("maxRedemptions", say("coupon-max"), Control::Number { min: 1, max: 1_000_000_000, unit: Some(say("unit-times")) })
            .hint(say("coupon-max-hint")),
        Field::new("expiresAt", say("coupon-expires"), Control::Day).hint(say("coupon-expires-hint")),
        offer.field(),
    ];
    let more = vec![
        Field::new("externalId", say("fact-external-id"), Control::Line).hint(say("coupon-external-id-hint")),
        Field::new("metadata", say("fact-metadata"), Control::Pairs).hint(say("fact-metadata-hint")),
    ];
    vec![Group::named(say("coupon-limits"), limits), Group::folded(say("coupon-more"), more)]
}

fn form(call: &PageCall, head: Head, groups: Vec<Group>, api: ApiCall, cancel: String) -> FormPage {
    call.form(head, groups, say("form-save"), api, cancel)
}

/// The body as the API takes it, where several fields say one thing.
fn as_body(form: &FormPage, products: &[String], zone: Zone, mut body: Value) -> Value {
    let typed = |name: &str| form.fields().find(|f| f.name == name).map_or("", |f| f.value.trim());
    if let Some(fields) = body.as_object_mut() {
        currency_of_amount(fields, typed("amountOff"), typed("currency"));
        // Whoever chooses another duration takes back the periods that were shown with the old one.
        if fields.get("duration").is_some_and(|d| d != "repeating") && !fields.contains_key("durationPeriods") && !typed("durationPeriods").is_empty() {
            fields.insert("durationPeriods".into(), Value::Null);
        }
        // A day begins where the business is.
        if let Some(Value::String(day)) = fields.get_mut("expiresAt")
            && let Ok(start @ Start::Date(_)) = Start::parse(day)
        {
            *day = start.instant(zone).to_string();
        }
        if let Some(ids) = fields.get_mut("productIds") {
            *ids = Value::from(products);
        }
    }
    body
}

/// The form has always a currency chosen. It says something only beside an amount.
fn currency_of_amount(fields: &mut Map<String, Value>, amount: &str, currency: &str) {
    match (amount.is_empty(), fields.contains_key("amountOff")) {
        (true, true) => drop(fields.insert("currency".into(), Value::Null)),
        (true, false) => drop(fields.remove("currency")),
        (false, true) => drop(fields.insert("currency".into(), currency.into())),
        (false, false) => {}
    }
}

/// What is wrong with the products' names, and whatever else the API would say of the body.
fn with_others<T: Readable>(mut wrong: Vec<FieldError>, body: Value) -> Error {
    wrong.extend(read_body::<T>(body).map_or_else(|reject| reject.details, |_| Vec::new()));
    Error::Reject(Reject::fields(wrong))
}

fn new_form(call: &PageCall, offer: &Offer) -> FormPage {
    let head = Head::new(Place::Coupons, say("coupon-new")).under(LIST, say("nav-coupons"));
    let mut groups = vec![Group::plain(vec![code_field()])];
    groups.extend(terms_fields(offer.currency, &call.viewer));
    groups.extend(lasting_fields(offer));
    let mut form = form(call, head, groups, ApiCall { method: "POST", path: API.into(), body: None }, LIST.into());
    form.submit = say("coupon-create");
    form
}

/// Shows in the line of the API what would be sent.
fn with_line(mut form: FormPage, body: Value) -> FormPage {
    form.api = form.api.map(|api| ApiCall { body: Some(body), ..api });
    form
}

async fn new(call: PageCall) -> Result<PageReply> {
    let offer = offer(&call, &[]).await?;
    let form = new_form(&call, &offer);
    let body = as_body(&form, &[], offer.zone, form.body(Blank::Omit));
    Ok(call.show(with_line(form, body)))
}

async fn create(call: PageCall) -> Result<PageReply> {
    let offer = offer(&call, &[]).await?;
    let mut form = new_form(&call, &offer);
    form.take(&call.posted);
    let (products, wrong) = offer.read(&call).await?;
    let body = as_body(&form, &products, offer.zone, form.body(Blank::Omit));
    let form = with_line(form, body.clone());
    if !wrong.is_empty() {
        return call.refused(form, with_others::<CouponCreate>(wrong, body));
    }
    let run = async |app: Arc<App>, caller, input: CouponCreate| app.coupon_create(caller, input).await;
    call.submit_body(form, body, run, made).await
}

fn load(call: &PageCall) -> Result<Coupon> {
    call.app().coupon_read(&call.actor()?, call.id()?)
}

/// The head of a page under a coupon's own.
fn under(coupon: &Coupon, title: Text) -> Head {
    Head::new(Place::Coupons, title).under(LIST, say("nav-coupons")).under(path(coupon.id), data(coupon.code.as_str()))
}

fn patch(coupon: &Coupon, body: Option<Value>) -> ApiCall {
    ApiCall { method: "PATCH", path: format!("{API}/{}", coupon.id), body }
}

/// An instant as one types it into a field for days: the day that begins with it where the business is.
pub fn as_day(at: &str, zone: Zone) -> String {
    match Timestamp::parse(at) {
        Ok(instant) if instant.local_midnight(zone) == instant => format::iso_day(instant, zone),
        _ => at.replace(".000Z", "Z"),
    }
}

fn edit_form(call: &PageCall, offer: &Offer) -> Result<FormPage> {
    let shown = call.app().coupon_get(&call.actor()?, call.id()?)?;
    let coupon = load(call)?;
    let mut groups = Vec::new();
    if coupon.redeemed == 0 {
        groups.push(Group::plain(vec![code_field()]));
        groups.extend(terms_fields(offer.currency, &call.viewer));
    }
    groups.extend(lasting_fields(offer));
    let mut form = form(call, under(&coupon, say("coupon-edit")), groups, patch(&coupon, None), path(coupon.id));
    form.lead = (coupon.redeemed > 0).then(|| say_with("coupon-edit-lead", [("terms", Arg::Say(terms_words(&coupon, &call.viewer)))]));
    form.fill(&serde_json::from_slice(&shown).map_err(Error::internal)?);
    let mut put = |name: &str, value: &dyn Fn(&str) -> String| {
        if let Some(field) = form.field_mut(name) {
            field.value = value(&field.value);
        }
    };
    put("productIds", &|_| offer.as_typed(&coupon.product_ids));
    put("expiresAt", &|at| as_day(at, offer.zone));
    put("currency", &|code| if code.is_empty() { offer.currency.code().to_owned() } else { code.to_owned() });
    let ids: Vec<String> = coupon.product_ids.iter().map(|id| id.text()).collect();
    let body = as_body(&form, &ids, offer.zone, form.body(Blank::Omit));
    form = with_line(form, body);
    call.stamp(&mut form, &shown);
    Ok(form)
}

async fn edit(call: PageCall) -> Result<PageReply> {
    let offer = offer(&call, &load(&call)?.product_ids).await?;
    Ok(call.show(edit_form(&call, &offer)?))
}

async fn update(call: PageCall) -> Result<PageReply> {
    let id = call.id::<CouponId>()?;
    let offer = offer(&call, &load(&call)?.product_ids).await?;
    let (products, wrong) = offer.read(&call).await?;
    if !wrong.is_empty() {
        let mut form = edit_form(&call, &offer)?;
        form.take(&call.posted);
        let body = as_body(&form, &products, offer.zone, form.body(Blank::Omit));
        return call.refused(form, with_others::<CouponPatch>(wrong, body));
    }
    let run = async move |app: Arc<App>, caller, input: CouponPatch| app.coupon_update(caller, id, input).await;
    let body = |form: &FormPage, body| as_body(form, &products, offer.zone, body);
    call.submit_change_as(|call| edit_form(call, &offer), Blank::Null, body, run, |_| format!("{}?done=saved", path(id))).await
}

/// Asks before a coupon is taken out of use.
fn deactivation_form(call: &PageCall) -> Result<FormPage> {
    let coupon = load(call)?;
    let api = patch(&coupon, Some(serde_json::json!({ "active": false })));
    let mut form = form(call, under(&coupon, say("coupon-deactivate")), Vec::new(), api, path(coupon.id));
    form.warning = Some(say_with("coupon-deactivate-warning", [("code", Arg::Text(coupon.code.as_str().to_owned()))]));
    form.submit = say("coupon-deactivate");
    Ok(form)
}

async fn deactivating(call: PageCall) -> Result<PageReply> {
    if !load(&call)?.active {
        return Ok(call.refused_before(&path(call.id()?), "deactivate"));
    }
    Ok(call.show(deactivation_form(&call)?))
}

async fn set_active(app: Arc<App>, caller: Caller, id: CouponId, active: bool) -> Result<Answer> {
    app.coupon_update(caller, id, read_body(serde_json::json!({ "active": active }))?).await
}

async fn deactivate(call: PageCall) -> Result<PageReply> {
    let (form, id) = (deactivation_form(&call)?, call.id::<CouponId>()?);
    let run = async move |app: Arc<App>, caller, _: Nothing| set_active(app, caller, id, false).await;
    call.submit(form, run, |_| format!("{}?done=deactivated", path(id))).await
}

async fn activate(call: PageCall) -> Result<PageReply> {
    let id = call.id::<CouponId>()?;
    set_active(Arc::clone(call.app()), call.caller()?, id, true).await?;
    Ok(PageReply::go(format!("{}?done=activated", path(id))))
}

fn delete_form(call: &PageCall) -> Result<FormPage> {
    let coupon = load(call)?;
    let api = ApiCall { method: "DELETE", path: format!("{API}/{}", coupon.id), body: None };
    let mut form = form(call, under(&coupon, say("coupon-delete")), Vec::new(), api, path(coupon.id));
    form.warning = Some(say_with("coupon-delete-warning", [("code", Arg::Text(coupon.code.as_str().to_owned()))]));
    form.submit = say("coupon-delete");
    form.weight = Weight::Danger;
    Ok(form)
}

async fn confirm(call: PageCall) -> Result<PageReply> {
    if load(&call)?.redeemed > 0 {
        return Ok(call.refused_before(&path(call.id()?), "delete"));
    }
    Ok(call.show(delete_form(&call)?))
}

async fn delete(call: PageCall) -> Result<PageReply> {
    let (form, id) = (delete_form(&call)?, call.id::<CouponId>()?);
    let run = async move |app: Arc<App>, caller, _: Nothing| app.coupon_delete(caller, id).await;
    call.submit(form, run, |_| format!("{LIST}?done=deleted")).await
}

/// When it was redeemed, for whom, and for how many periods it served there.
fn use_table(call: &PageCall, uses: &[Use]) -> Result<Table> {
    let labels = call.app().customer_labels(&call.actor()?, uses.iter().map(|u| u.customer_id))?;
    let row = |u: &Use| {
        let word = if u.attached { say("coupon-still") } else { say("coupon-no-longer") };
        Row::link(
            subscription::path(u.subscription_id),
            vec![
                invoice::customer_cell(u.customer_id, &labels),
                Cell::Text(data(&u.product_name)),
                Cell::State(State { tone: if u.attached { Tone::Good } else { Tone::Neutral }, word, follows: None }),
                Cell::Count(u.periods.into()),
                Cell::Instant(u.at),
            ],
        )
    };
    Ok(Table {
        caption: say("coupon-uses"),
        columns: vec![
            Column::new(say("subscription-customer"), Phone::First),
            Column::new(say("subscription-product"), Phone::Second),
            Column::new(say("coupon-use-state"), Phone::FirstEnd),
            Column::end(say("coupon-served"), Phone::Hidden),
            Column::new(say("coupon-redeemed-at"), Phone::SecondEnd),
        ],
        rows: uses.iter().map(row).collect(),
    })
}

/// All uses, page by page. They have no ids of their own: a page continues before a row.
async fn uses(call: PageCall) -> Result<PageReply> {
    let coupon = load(&call)?;
    let own = format!("{}/uses", path(coupon.id));
    let cursor = call.parameter("cursor");
    let before = match cursor.as_str() {
        "" => None,
        text => Some(text.parse::<i64>().map_err(|_| Error::Reject(Reject::parameters(vec![FieldError::new("cursor", "This parameter is unknown")])))?),
    };
    let mut rows = call.app().coupon_uses(&call.actor()?, coupon.id, before, USES + 1)?;
    let has_more = rows.len() > USES as usize;
    rows.truncate(USES as usize);
    let next = rows.last().filter(|_| has_more).map(|last| format!("{own}?cursor={}", last.row));
    let page = ListPage {
        head: under(&coupon, say("coupon-uses")),
        help: None,
        primary: None,
        path: own.clone(),
        search: None,
        search_label: say("coupon-uses"),
        chips: Vec::new(),
        filters: Vec::new(),
        table: use_table(&call, &rows)?,
        total: say_with("coupon-use-total", [("n", Arg::Count(coupon.redeemed))]),
        first: before.map(|_| own),
        next,
        empty: Empty { text: say("coupon-no-uses"), action: None, more: None },
        api: None,
    };
    Ok(PageReply::list(&page, &call.viewer))
}

fn facts(call: &PageCall, coupon: &Coupon) -> Result<Vec<Facts>> {
    let actor = call.actor()?;
    let product = |id: &ProductId| {
        let product = call.app().product_read(&actor, *id)?;
        Ok(Cell::Link { href: product::path(*id), text: data(product.name) })
    };
    let products = match coupon.product_ids.as_slice() {
        [] => Cell::Text(say("coupon-all-products")),
        ids => Cell::Stack(ids.iter().map(product).collect::<Result<_>>()?),
    };
    let mut rows = vec![
        (say("coupon-off"), Cell::Text(off_words(coupon.off, &call.viewer))),
        (say("coupon-duration"), Cell::Text(duration_words(coupon.duration))),
        (say("coupon-redeemed"), redeemed_cell(coupon)),
        (say("coupon-products-of"), products),
        (say("coupon-expires"), coupon.expires_at.map_or(Cell::Nothing, Cell::Instant)),
    ];
    rows.extend(own_facts(coupon.external_id.as_deref(), coupon.metadata.as_str()));
    rows.push((say("fact-created"), Cell::Instant(coupon.created_at)));
    rows.push((say("fact-id"), Cell::Copyable(coupon.id.text())));
    Ok(vec![Facts { title: say("coupon-facts"), rows, actions: Vec::new() }])
}

fn notice(call: &PageCall, coupon: &Coupon) -> Option<Text> {
    Some(match call.done().as_str() {
        "created" => say("coupon-created"),
        "saved" => say("form-saved"),
        "activated" => say("coupon-activated"),
        "deactivated" => say("coupon-deactivated"),
        "not-deactivate" if !coupon.active => say("coupon-inactive-already"),
        "not-delete" if coupon.redeemed > 0 => Text::Api("This coupon was redeemed. Set \"active\" to false instead.".into()),
        _ => return None,
    })
}

async fn show(call: PageCall) -> Result<PageReply> {
    let (actor, coupon) = (call.actor()?, load(&call)?);
    let id = coupon.id;
    let uses = call.app().coupon_uses(&actor, id, None, SHOWN)?;
    let mut head = Head::new(Place::Coupons, data(coupon.code.as_str())).under(LIST, say("nav-coupons"));
    head.notice = notice(&call, &coupon);
    let mut actions = vec![Action::go(say("coupon-edit"), format!("{}/edit", path(id)))];
    if coupon.active {
        actions.push(Action::go(say("coupon-deactivate"), format!("{}/deactivate", path(id))));
    } else {
        actions.push(Action::post(say("coupon-activate"), format!("{}/activate", path(id))));
    }
    if coupon.redeemed == 0 {
        actions.push(Action::danger(say("coupon-delete"), format!("{}/delete", path(id))));
    }
    let more = say_with("coupon-all-uses", [("n", Arg::Count(coupon.redeemed))]);
    let story = vec![
        Section::Table {
            title: say("coupon-uses"),
            table: use_table(&call, &uses)?,
            empty: say("coupon-no-uses"),
            more: (coupon.redeemed > 0).then(|| Action::go(more, format!("{}/uses", path(id)))),
        },
        story::happenings(&call, id)?,
    ];
    let mut api = vec![ApiCall::get(format!("{API}/{id}"))];
    if !coupon.active {
        api.push(patch(&coupon, Some(serde_json::json!({ "active": true }))));
    }
    let page = DetailPage {
        state: Some(state(&coupon, call.viewer.now)),
        subtitle: Some(Cell::Text(terms_words(&coupon, &call.viewer))),
        actions,
        story,
        facts: facts(&call, &coupon)?,
        api,
        head,
    };
    Ok(PageReply::page(page.render(&call.viewer)))
}

/// The field by which a subscription gets a coupon: a list of those that it could have, or, where there are many, a code that
/// is typed. None where there is no coupon. `attached` is the one that it has.
pub async fn field(call: &PageCall, attached: Option<&str>, may_have: impl Fn(&Coupon) -> bool) -> Result<Option<Field>> {
    let filter = CouponFilter { active: Some(true), ..CouponFilter::default() };
    let (coupons, end) = call.app().coupon_page(&call.actor()?, filter, newest(u32::try_from(OFFERED).unwrap_or(u32::MAX))).await?;
    let offered = coupons.iter().filter(|c| c.standing(call.viewer.now) == Standing::Redeemable && may_have(c));
    let words = |c: &Coupon| data(format!("{} · {}", c.code.as_str(), terms_words(c, &call.viewer).show(&call.viewer)));
    let field = |control| Field::new("couponCode", say("subscription-coupon"), control);
    if end.total > OFFERED {
        let suggestions = offered.map(|c| Choice::new(c.code.as_str(), data(terms_words(c, &call.viewer).show(&call.viewer)))).collect();
        return Ok(Some(field(Control::Suggest(suggestions)).hint(say("subscription-coupon-typed-hint"))));
    }
    let mut choices: Vec<Choice> = offered.map(|c| Choice::new(c.code.as_str(), words(c))).collect();
    // What it has it keeps, also where nobody else could have it any more.
    if let Some(code) = attached.filter(|code| !choices.iter().any(|c| c.value == **code)) {
        choices.insert(0, Choice::new(code, data(code)));
    }
    if choices.is_empty() {
        return Ok(None);
    }
    choices.insert(0, Choice::new("", say("subscription-no-coupon")));
    Ok(Some(field(Control::Select(choices)).hint(say("subscription-coupon-hint"))))
}
