//! The forms that change a subscription, pause, renew, extend and end it.

use std::sync::Arc;

use serde_json::Value;

use crate::app::App;
use crate::domain::change::UnusedTime;
use crate::domain::id::SubscriptionId;
use crate::domain::reject::Code;
use crate::domain::subscription::{RenewalPayment, Subscription, SubscriptionStatus};
use crate::error::{Error, Result};
use crate::web::admin::{coupon, payment_method};
use crate::web::html::fill::{Blank, VERSION};
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{ApiCall, FormPage, Head, Place, Weight};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::page::{PageCall, PageReply, beside, is_of_balance};
use crate::wire::input::{Kept, Nothing};
use crate::wire::preview::PreviewAction;
use crate::wire::subscription::{SubscriptionCancel, SubscriptionExtend, SubscriptionPatch, SubscriptionRenew};

use super::preview;
use super::{API, LIST, collection_field, connections_field, customer_link, interval_words, is_unpaid, path, refusal};

/// The head of a page under a subscription's own.
pub fn under(s: &Subscription, title: Text) -> Head {
    Head::new(Place::Subscriptions, title).under(LIST, say("nav-subscriptions")).under(path(s.id), data(&s.product_name))
}

pub fn load(call: &PageCall) -> Result<Subscription> {
    Ok(call.app().subscription_read(&call.actor()?, call.id()?)?.subscription)
}

pub fn post(s: &Subscription, what: &str) -> ApiCall {
    ApiCall { method: "POST", path: format!("{API}/{}/{what}", s.id), body: None }
}

/// What the version of the subscription is made of. Read before what a form shows: then nothing that changes between the two
/// goes unnoticed.
pub fn version(call: &PageCall) -> Result<String> {
    call.app().subscription_told(&call.actor()?, call.id()?)
}

/// The coupons that it could have.
async fn coupons(call: &PageCall) -> Result<Option<Field>> {
    let s = load(call)?;
    let currency = s.unit_amount.currency();
    coupon::field(call, s.coupon.as_ref().map(|c| c.code.as_str()), |c| c.may_serve(s.product_id, currency).is_ok()).await
}

fn edit_form(call: &PageCall, coupons: Option<&Field>) -> Result<FormPage> {
    let (seen, s) = (version(call)?, load(call)?);
    let shown = serde_json::from_slice(&call.app().subscription_get(&call.actor()?, s.id)?).map_err(Error::internal)?;
    // Of one whose data were erased nothing is charged.
    let methods = call.app().customer_labels(&call.actor()?, [s.customer_id])?;
    let methods = if methods.is_empty() { Vec::new() } else { payment_method::of_customer(call, s.customer_id)? };
    let mut fields = vec![
        Field::new("autoRenew", say("subscription-auto-renew"), Control::Check).hint(say("subscription-auto-renew-hint")),
        collection_field(),
        Field::new("paymentMethodId", say("subscription-method"), Control::Select(payment_method::choices(&methods))).hint(say("subscription-method-hint")),
    ];
    fields.extend(coupons.cloned());
    fields.extend([
        connections_field(),
        Field::new("externalId", say("fact-external-id"), Control::Line).hint(say("subscription-external-id-hint")),
        Field::new("metadata", say("fact-metadata"), Control::Pairs).hint(say("fact-metadata-hint")),
    ]);
    let groups = vec![Group::plain(fields)];
    let api = ApiCall { method: "PATCH", path: format!("{API}/{}", s.id), body: None };
    let mut form = call.form(under(&s, say("subscription-edit")), groups, say("form-save"), api, path(s.id));
    form.fill(&shown);
    form.lead = is_unpaid(&s).then(|| say("subscription-edit-lead-unpaid"));
    call.stamp(&mut form, seen.as_bytes());
    Ok(form)
}

pub async fn edit(call: PageCall) -> Result<PageReply> {
    let coupons = coupons(&call).await?;
    Ok(call.show(edit_form(&call, coupons.as_ref())?))
}

pub async fn update(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, input: Kept<SubscriptionPatch>| app.subscription_update(caller, id, input).await;
    let coupons = coupons(&call).await?;
    call.submit_change(|call| edit_form(call, coupons.as_ref()), Blank::Null, run, |_| format!("{}?done=saved", path(id))).await
}

/// Shows a form, where what it is for is possible; else the subscription's page, which says why it is not.
pub fn shown(call: &PageCall, what: &str, form: impl Fn(&PageCall) -> Result<FormPage>) -> Result<PageReply> {
    let s = load(call)?;
    if refusal(&s, what, call.viewer.now).is_some() {
        return Ok(call.refused_before(&path(s.id), what));
    }
    Ok(call.show(form(call)?))
}

fn renewal_form(call: &PageCall) -> Result<FormPage> {
    let (seen, s) = (version(call)?, load(call)?);
    let choice = |payment: RenewalPayment| {
        let (text, hint) = match payment {
            RenewalPayment::Manual => (say("subscription-payment-manual"), say("subscription-renew-manual-hint")),
            RenewalPayment::Invoice => (say("subscription-payment-invoice"), say("subscription-renew-invoice-hint")),
            RenewalPayment::Credit => (say("subscription-payment-credit"), say("subscription-renew-credit-hint")),
            RenewalPayment::Automatic => (say("subscription-payment-automatic"), say("subscription-renew-automatic-hint")),
        };
        Choice::hinted(payment.text(), text, hint)
    };
    let groups = vec![Group::plain(vec![
        Field::new("periods", say("subscription-periods"), Control::Number { min: 1, max: Subscription::MAX_RENEWED_PERIODS.into(), unit: None })
            .value("1")
            .hint(say_with("subscription-periods-hint", [("interval", Arg::Say(interval_words(s.interval)))])),
        Field::new("payment", say("subscription-payment"), Control::Radio(RenewalPayment::ALL.map(choice).to_vec())).value(RenewalPayment::Manual.text()),
    ])];
    let mut form = call.form(under(&s, say("subscription-renew")), groups, say("subscription-renew"), post(&s, "renew"), path(s.id));
    let lapsed = call.app().settings_read(&call.actor()?)?.billing.lapsed_renewal;
    let open = call.app().subscription_open_renewal(&call.actor()?, s.id)?;
    form.lead = if s.begins_anew(lapsed, call.viewer.now) {
        Some(say("subscription-renew-lead-anew"))
    } else if let Some(open) = open {
        Some(say_with("subscription-renew-lead-open", [("number", Arg::Text(open.number().unwrap_or_default().to_owned()))]))
    } else {
        s.current_period.map(|p| say_with("subscription-renew-lead", [("day", Arg::Day(p.end))]))
    };
    form.preview = Some(preview::offer(s.id, PreviewAction::Renew));
    call.stamp(&mut form, seen.as_bytes());
    Ok(form)
}

pub async fn renewal(call: PageCall) -> Result<PageReply> {
    shown(&call, "renew", renewal_form)
}

pub async fn renew(call: PageCall) -> Result<PageReply> {
    if call.is_preview() {
        return preview::look(call, renewal_form, |_, body| body).await;
    }
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, input: Kept<SubscriptionRenew>| {
        let answer = app.subscription_renew(caller, id, input).await.map_err(|e| beside(e, "payment", is_of_balance));
        answer.map_err(|e| beside(e, "periods", |reject| reject.message.starts_with("The renewal invoice ")))
    };
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
    let mut form = call.form(under(&s, say("subscription-extend")), groups, say("subscription-extend"), post(&s, "extend"), path(s.id));
    form.lead = s.current_period.map(|p| say_with("subscription-extend-lead", [("day", Arg::Day(p.end))]));
    call.stamp(&mut form, seen.as_bytes());
    Ok(form)
}

pub async fn extension(call: PageCall) -> Result<PageReply> {
    shown(&call, "extend", extension_form)
}

pub async fn extend(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, input: SubscriptionExtend| app.subscription_extend(caller, id, input).await;
    call.submit_change(extension_form, Blank::Omit, run, |_| format!("{}?done=extended", path(id))).await
}

/// What becomes of paid time that is left. It belongs to an end that comes now, and is in sight with it.
fn unused_field() -> Field {
    let choice = |unused: UnusedTime| {
        let (text, hint) = match unused {
            UnusedTime::Forfeit => (say("subscription-unused-forfeit"), say("subscription-unused-forfeit-hint")),
            UnusedTime::Credit => (say("subscription-unused-credit"), say("subscription-unused-credit-hint")),
            UnusedTime::Refund => (say("subscription-unused-refund"), say("subscription-unused-refund-hint")),
        };
        Choice::hinted(unused.text(), text, hint)
    };
    let choices = UnusedTime::ALL.map(choice).to_vec();
    Field::new("unusedTime", say("subscription-unused"), Control::Radio(choices)).value(UnusedTime::Forfeit.text())
}

/// With the end of what is paid nothing is left of which anything could become.
fn cancellation_body(_: &FormPage, mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut().filter(|fields| fields.get("atPeriodEnd") == Some(&Value::Bool(true))) {
        fields.remove("unusedTime");
    }
    body
}

fn cancellation_form(call: &PageCall) -> Result<FormPage> {
    let (seen, s) = (version(call)?, load(call)?);
    let (_, name) = customer_link(call, s.customer_id)?;
    let now = call.viewer.now;
    // A pause has stopped the time.
    let from = s.pause.map_or(now, |p| p.at);
    let days_left = s.current_period.map_or(0, |p| crate::domain::time::Period { start: from, end: p.end.max(from) }.days(s.zone));
    let is_paid_ahead = days_left > 0 && s.status != SubscriptionStatus::Trialing;
    let end = s.current_period.map(|p| p.end);
    let mut whens = Vec::new();
    // Where nothing is paid any more, that end is past: it would end now.
    if let Some(end) = end.filter(|_| s.status.is_live() && !is_unpaid(&s)) {
        whens.push(Choice::hinted("true", say("subscription-cancel-at-end"), say_with("subscription-cancel-at-end-hint", [("day", Arg::Day(end))])));
    }
    // What an end now takes away stands beside it: whoever chooses the other loses nothing.
    let loses = || say_with("subscription-cancel-now-hint-paid", [("name", Arg::Say(name)), ("n", Arg::Count(days_left))]);
    whens.push(Choice::hinted("false", say("subscription-cancel-now"), if is_paid_ahead { loses() } else { say("subscription-cancel-now-hint") }));
    let first = whens.first().map(|c| c.value.clone()).unwrap_or_default();
    let mut fields = vec![Field::new("atPeriodEnd", say("subscription-cancel-when"), Control::Radio(whens)).value(first)];
    fields.extend(is_paid_ahead.then(unused_field));
    fields.push(Field::new("reason", say("subscription-reason"), Control::Line).hint(say("subscription-reason-hint")));
    let mut form = call.form(under(&s, say("subscription-cancel")), vec![Group::plain(fields)], say("subscription-cancel"), post(&s, "cancel"), path(s.id));
    form.warning = (!is_paid_ahead).then(|| say("subscription-cancel-warning-unpaid"));
    form.weight = Weight::Danger;
    form.preview = Some(preview::offer(s.id, PreviewAction::Cancel));
    call.stamp(&mut form, seen.as_bytes());
    let mut typed = form.clone();
    if call.posted.has(VERSION) {
        typed.take(&call.posted);
    }
    form.api = form.api.map(|api| ApiCall { body: Some(cancellation_body(&typed, typed.body(Blank::Omit))), ..api });
    Ok(form)
}

pub async fn cancellation(call: PageCall) -> Result<PageReply> {
    shown(&call, "cancel", cancellation_form)
}

pub async fn cancel(call: PageCall) -> Result<PageReply> {
    if call.is_preview() {
        return preview::look(call, cancellation_form, cancellation_body).await;
    }
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, input: SubscriptionCancel| app.subscription_cancel(caller, id, input).await;
    call.submit_change_as(cancellation_form, Blank::Omit, cancellation_body, run, |_| format!("{}?done=cancelled", path(id))).await
}

fn pause_form(call: &PageCall) -> Result<FormPage> {
    let (seen, s) = (version(call)?, load(call)?);
    let mut form = call.form(under(&s, say("subscription-pause")), Vec::new(), say("subscription-pause"), post(&s, "pause"), path(s.id));
    form.warning = Some(say("subscription-pause-warning"));
    call.stamp(&mut form, seen.as_bytes());
    Ok(form)
}

pub async fn pausing(call: PageCall) -> Result<PageReply> {
    shown(&call, "pause", pause_form)
}

pub async fn pause(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    let run = async move |app: Arc<App>, caller, _: Nothing| app.subscription_pause(caller, id).await;
    call.submit_change(pause_form, Blank::Omit, run, |_| format!("{}?done=paused", path(id))).await
}

pub async fn resume(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    done_at_once(&call, "resume", call.app().subscription_resume(call.caller()?, id).await, "resumed")
}

/// What a button does at once: what the page no longer offers is refused on it.
fn done_at_once(call: &PageCall, what: &str, answer: Result<crate::app::Answer>, done: &str) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    match answer {
        Err(Error::Reject(reject)) if reject.code == Code::StateConflict => return Ok(call.refused_before(&path(id), what)),
        answer => drop(answer?),
    }
    Ok(PageReply::go(format!("{}?done={done}", path(id))))
}

pub async fn uncancel(call: PageCall) -> Result<PageReply> {
    let id = call.id::<SubscriptionId>()?;
    done_at_once(&call, "uncancel", call.app().subscription_uncancel(call.caller()?, id).await, "uncancelled")
}
