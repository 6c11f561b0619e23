//! The form that makes a subscription one to another product, price or quantity, and the change that waits.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{Answer, App, Caller};
use crate::domain::change::Proration;
use crate::domain::id::{PriceId, ProductId, SubscriptionId, TypedId};
use crate::domain::product::Product;
use crate::domain::reject::{Code, FieldError, Reject};
use crate::domain::subscription::{Subscription, SubscriptionStatus};
use crate::error::{Error, Result};
use crate::web::html::fill::{Blank, VERSION, Version};
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{ApiCall, FormPage};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::html::{catalogue, format};
use crate::web::page::{PageCall, PageReply};
use crate::wire::input::{Kept, read_body};
use crate::wire::preview::PreviewAction;
use crate::wire::subscription::SubscriptionPatch;

use super::action::{load, shown, under, version};
use crate::web::admin::named::{Named, typed_in};

use super::sale::{self, Offer, price_choices, price_named, price_words};
use super::{API, interval_words, path, preview};

/// What a change that waits makes of a subscription: the product, the price and of how many it is, and how often that is paid.
fn pending_words(call: &PageCall, s: &Subscription) -> Result<Option<Vec<(&'static str, Arg)>>> {
    let Some(pending) = s.pending_change else { return Ok(None) };
    let product = call.app().product_read(&call.actor()?, pending.product_id)?;
    let price = product.prices.iter().find(|price| price.id == pending.price_id);
    let price = price.ok_or_else(|| Error::Internal("a product has its prices".into()))?;
    let amount = format::money(price.amount, catalogue::of(call.viewer.language));
    let amount = if pending.quantity == 1 { amount } else { format!("{} × {amount}", pending.quantity) };
    let words = [("name", Arg::Text(product.name)), ("price", Arg::Text(amount)), ("interval", Arg::Say(interval_words(price.interval)))];
    Ok(Some(words.to_vec()))
}

/// What its page says of a change that waits.
pub fn pending_note(call: &PageCall, s: &Subscription) -> Result<Option<Text>> {
    let Some((pending, words)) = s.pending_change.zip(pending_words(call, s)?) else { return Ok(None) };
    let with_day = words.iter().cloned().chain([("day", Arg::Day(pending.at))]);
    Ok(Some(match s.pause {
        // No day of it comes nearer.
        Some(_) => say_with("subscription-pending-paused", words),
        None if s.cancel_at_period_end => say_with("subscription-pending-ending", with_day),
        None => say_with("subscription-pending", with_day),
    }))
}

/// Why the change that waits cannot be given up, or that none waits.
pub fn may_keep(s: &Subscription) -> Result<(), Reject> {
    if s.pending_change.is_none() {
        return Err(Reject::state_conflict("No change of this subscription waits."));
    }
    s.may_change()?;
    s.may_change_otherwise()
}

/// The call that gives the change up: with the end of what is paid it stays what it is.
pub fn keep_call(s: &Subscription) -> ApiCall {
    let body = json!({ "quantity": s.quantity, "proration": Proration::AtPeriodEnd.text() });
    ApiCall { method: "PATCH", path: format!("{API}/{}", s.id), body: Some(body) }
}

fn proration_field(s: &Subscription) -> Option<Field> {
    // In a trial there is nothing to choose.
    if s.status == SubscriptionStatus::Trialing {
        return None;
    }
    let end = s.current_period.map(|p| p.end);
    let choice = |proration: Proration| {
        let (text, hint) = match proration {
            Proration::Immediate => (say("subscription-change-now"), say("subscription-change-now-hint")),
            Proration::AtPeriodEnd if s.status == SubscriptionStatus::PastDue => (say("subscription-change-overdue"), say("subscription-change-overdue-hint")),
            Proration::AtPeriodEnd => {
                let hint = end.map_or_else(|| data(""), |day| say_with("subscription-change-later-hint", [("day", Arg::Day(day))]));
                (say("subscription-change-later"), hint)
            }
            Proration::None => (say("subscription-change-none"), say("subscription-change-none-hint")),
        };
        Choice::hinted(proration.text(), text, hint)
    };
    let may_be_otherwise = s.may_change_otherwise().is_ok();
    let is_offered = |proration: &Proration| match proration {
        Proration::Immediate => true,
        // With the end of what is paid this one ends.
        Proration::AtPeriodEnd => may_be_otherwise && !s.cancel_at_period_end,
        Proration::None => may_be_otherwise,
    };
    let offered = Proration::ALL.into_iter().filter(is_offered);
    let field = Field::new("proration", say("subscription-change-when"), Control::Radio(offered.map(choice).collect()));
    Some(field.value(Proration::Immediate.text()))
}

/// What it is to now, as a price of the form.
fn as_now(call: &PageCall, s: &Subscription) -> String {
    price_words(&s.product_name, s.unit_amount, s.interval, &call.viewer)
}

fn price_field(call: &PageCall, offer: &Offer, s: &Subscription) -> Field {
    let now = as_now(call, s);
    let others = price_choices(&offer.products, offer.currency, &call.viewer).into_iter().filter(|c| c.value != s.price_id.text());
    if !offer.more {
        let now = say_with("subscription-change-as-now", [("what", Arg::Text(now))]);
        let choices = std::iter::once(Choice::new(s.price_id.text(), now)).chain(others).collect();
        return Field::new("priceId", say("subscription-price"), Control::Select(choices)).required().value(s.price_id.text());
    }
    let names = std::iter::once(now.clone()).chain(others.map(|c| c.text.show(&call.viewer)));
    let suggestions = names.map(|name| Choice::new(name, data(""))).collect();
    let field = Field::new("priceId", say("subscription-price"), Control::Suggest(suggestions)).required().value(now);
    field.hint(say("subscription-price-hint"))
}

/// What is on sale, and the product that it is to.
async fn offer(call: &PageCall, s: &Subscription) -> Result<Offer> {
    let mut offer = sale::offer(call, Some(s.unit_amount.currency())).await?;
    if !offer.products.iter().any(|p| p.id == s.product_id) {
        offer.products.push(call.app().product_read(&call.actor()?, s.product_id)?);
    }
    Ok(offer)
}

async fn named(call: &PageCall, offer: &Offer, s: &Subscription, typed: &str) -> Result<Named<(ProductId, PriceId)>> {
    let is_as_now = typed == s.price_id.text() || typed == as_now(call, s);
    if is_as_now { Ok(Named::One((s.product_id, s.price_id))) } else { price_named(call, offer, typed).await }
}

fn change_form(call: &PageCall, offer: &Offer, chosen: Option<(ProductId, PriceId)>) -> Result<FormPage> {
    let (seen, s) = (version(call)?, load(call)?);
    let quantity = Control::Number { min: 1, max: Subscription::MAX_QUANTITY, unit: None };
    let mut fields = vec![
        price_field(call, offer, &s),
        Field::new("quantity", say("subscription-quantity"), quantity).required().value(s.quantity.to_string()).hint(say("subscription-quantity-hint")),
    ];
    fields.extend(proration_field(&s));
    let api = ApiCall { method: "PATCH", path: format!("{API}/{}", s.id), body: None };
    let mut form = call.form(under(&s, say("subscription-change")), vec![Group::plain(fields)], say("subscription-change"), api, path(s.id));
    form.lead = match pending_words(call, &s)? {
        Some(words) => Some(say_with("subscription-change-lead-pending", words)),
        None => (s.status == SubscriptionStatus::Trialing).then(|| say("subscription-change-lead-trial")),
    };
    form.preview = Some(preview::offer(s.id, PreviewAction::Change));
    call.stamp(&mut form, seen.as_bytes());
    let mut typed = form.clone();
    if call.posted.has(VERSION) {
        typed.take(&call.posted);
    }
    let body = body(&typed, chosen.or_else(|| (!call.posted.has(VERSION)).then_some((s.product_id, s.price_id))));
    form.api = form.api.map(|api| ApiCall { body: Some(body), ..api });
    Ok(form)
}

/// The body of the PATCH: ids for names. A price that is not known yet is left out.
fn body(form: &FormPage, chosen: Option<(ProductId, PriceId)>) -> Value {
    let mut body = form.body(Blank::Omit);
    if let Value::Object(fields) = &mut body {
        fields.remove("priceId");
        if let Some((product, price)) = chosen {
            fields.insert("productId".to_owned(), Value::String(product.text()));
            fields.insert("priceId".to_owned(), Value::String(price.text()));
        }
    }
    body
}

pub async fn changing(call: PageCall) -> Result<PageReply> {
    let s = load(&call)?;
    let offer = offer(&call, &s).await?;
    shown(&call, "change", |call| change_form(call, &offer, None))
}

/// What is wrong with a form beside what the API says of its body.
fn wrong(call: &PageCall, s: &Subscription, form: &FormPage, chosen: Option<(ProductId, PriceId)>) -> Result<Vec<FieldError>> {
    let quantity = typed_in(form, "quantity");
    let is_same = chosen.is_some_and(|(_, price)| price == s.price_id) && quantity.parse() == Ok(s.quantity);
    let mut wrong = Vec::new();
    if quantity.is_empty() {
        wrong.push(FieldError::new("quantity", "This field is required"));
    }
    // A form that was done already, or is of what it was before, is told so.
    let is_of_now = Version::parse(call.posted.one(VERSION)).object == call.app().version(version(call)?.as_bytes());
    if is_same && is_of_now && s.pending_change.is_none() {
        wrong.push(FieldError::new("priceId", "Choose another price or quantity than it has now"));
    }
    Ok(wrong)
}

/// A price that was chosen out of several stands in the form, should it come back, as one would have typed it.
async fn as_typed(call: &PageCall, offer: &Offer, s: &Subscription, (product, price): (ProductId, PriceId)) -> Result<Option<String>> {
    if !offer.more || PriceId::parse(call.posted.one("priceId").trim()).is_none() {
        return Ok(None);
    }
    let products: Vec<Product> = offer.products.iter().filter(|p| p.id == product).cloned().collect();
    let choice = price_choices(&products, offer.currency, &call.viewer).into_iter().find(|c| c.value == price.text());
    let Some(text) = choice.map(|c| c.text.show(&call.viewer)) else { return Ok(None) };
    // Where several are called the same, only the id says which.
    let is_named = named(call, offer, s, &text).await?.one().is_some_and(|(_, named)| *named == price);
    Ok(is_named.then_some(text))
}

pub async fn change(mut call: PageCall) -> Result<PageReply> {
    let (id, s) = (call.id::<SubscriptionId>()?, load(&call)?);
    let offer = offer(&call, &s).await?;
    let named = named(&call, &offer, &s, call.posted.one("priceId").trim()).await?;
    let chosen = named.one().copied();
    if let Some(chosen) = chosen
        && let Some(text) = as_typed(&call, &offer, &s, chosen).await?
    {
        call.posted = call.posted.with("priceId", &text);
    }
    let mut form = change_form(&call, &offer, chosen)?;
    form.take(&call.posted);
    let mut wrong = wrong(&call, &s, &form, chosen)?;
    wrong.extend(named.into_error(&mut form, "priceId"));
    let others = read_body::<SubscriptionPatch>(body(&form, chosen)).map_or_else(|reject| reject.details, |_| Vec::new());
    wrong.extend(others);
    if !wrong.is_empty() {
        return call.refused(form, Error::Reject(Reject::fields(wrong)));
    }
    let shown = |call: &PageCall| change_form(call, &offer, chosen);
    if call.is_preview() {
        return preview::look(call, shown, |form, _| body(form, chosen)).await;
    }
    let run = async move |app: Arc<App>, caller, input: Kept<SubscriptionPatch>| app.subscription_update(caller, id, input).await;
    let done = |answer: &Answer| format!("{}?done={}", path(id), if waits(answer) { "change-waits" } else { "changed" });
    call.submit_change_as(shown, Blank::Omit, |form, _| body(form, chosen), run, done).await
}

/// Whether the change waits for its day.
fn waits(answer: &Answer) -> bool {
    serde_json::from_slice::<Value>(&answer.body).is_ok_and(|told| !told["pendingChange"].is_null())
}

/// Gives up the change that waits.
pub async fn keep(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    let (seen, s) = (version(&call)?, load(&call)?);
    if may_keep(&s).is_err() {
        return Ok(call.refused_before(&path(id), "keep"));
    }
    let input = read_body::<Kept<SubscriptionPatch>>(keep_call(&s).body.unwrap_or_default())?;
    // Of what was read here, whatever somebody else makes of it meanwhile.
    let caller = Caller { seen: Some(call.app().version(seen.as_bytes())), ..call.caller()? };
    match call.app().subscription_update(caller, id, input).await {
        Err(Error::Reject(reject)) if reject.code == Code::StateConflict && !reject.is_changed_meanwhile() => Ok(call.refused_before(&path(id), "keep")),
        answer => {
            drop(answer?);
            Ok(PageReply::go(format!("{}?done=kept", path(id))))
        }
    }
}
