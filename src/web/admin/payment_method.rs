//! A customer's stored payment methods: what his page shows of them, and the forms that add and remove one.

use std::sync::Arc;

use crate::app::App;
use crate::domain::id::{CustomerId, PaymentMethodId};
use crate::domain::payment::Provider;
use crate::domain::payment_method::{Behavior, PaymentMethod};
use crate::domain::reject::Reject;
use crate::error::Result;
use crate::web::admin::customer::{newest, path, under};
use crate::web::html::cell::Cell;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, FormPage, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::input::Nothing;
use crate::wire::payment_method::{MethodType, PaymentMethodCreate};

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/customers/{id}/payment-methods/new", handler!(new)),
        PageRoute::post("/admin/customers/{id}/payment-methods/new", handler!(create)),
        PageRoute::post("/admin/customers/{id}/payment-methods/{part}/default", handler!(make_default)),
        PageRoute::get("/admin/customers/{id}/payment-methods/{part}/delete", handler!(confirm)),
        PageRoute::post("/admin/customers/{id}/payment-methods/{part}/delete", handler!(delete)),
    ]
}

/// Methods that a page shows.
const SHOWN: u32 = 20;

pub fn label(method: &PaymentMethod) -> Text {
    say_with("method-test", [("behavior", Arg::Text(method.detail.clone()))])
}

/// The customer's methods, newest first, as many as a page shows.
pub fn of_customer(call: &PageCall, id: CustomerId) -> Result<Vec<PaymentMethod>> {
    Ok(call.app().payment_method_page(&call.actor()?, id, &newest(SHOWN))?.0)
}

/// What a form offers to charge. Nothing chosen is the customer's default.
pub fn choices(methods: &[PaymentMethod]) -> Vec<Choice> {
    let own = methods.iter().map(|m| Choice::new(m.id.to_string(), label(m)));
    std::iter::once(Choice::new("", say("method-of-customer"))).chain(own).collect()
}

/// What is charged to a subscription.
pub fn cell(methods: &[PaymentMethod], named: Option<PaymentMethodId>) -> Cell {
    let charged = match named {
        Some(id) => methods.iter().find(|m| m.id == id),
        None => methods.iter().find(|m| m.is_default),
    };
    charged.map_or(Cell::Nothing, |m| Cell::Text(label(m)))
}

/// Whether a customer's page has anything to say of them.
pub fn section(call: &PageCall, id: CustomerId) -> Result<Option<Section>> {
    let methods = of_customer(call, id)?;
    let is_taken = call.app().takes_methods_of(Provider::Test);
    if methods.is_empty() && !is_taken {
        return Ok(None);
    }
    let row = |m: &PaymentMethod| {
        let usage = if m.is_default { say("method-is-default") } else { say("method-is-other") };
        let own = format!("{}/payment-methods/{}", path(id), m.id);
        let default = (!m.is_default).then(|| Action::post(say("method-make-default"), format!("{own}/default")));
        let actions = default.into_iter().chain([Action::go(say("method-remove"), format!("{own}/delete"))]).collect();
        Row { actions, ..Row::new(vec![Cell::Text(label(m)), Cell::Text(usage), Cell::Instant(m.created_at)]) }
    };
    Ok(Some(Section::Table {
        title: say("method-title"),
        table: Table {
            caption: say("method-title"),
            columns: vec![
                Column::new(say("method-kind"), Phone::First),
                Column::new(say("method-default"), Phone::Second),
                Column::new(say("method-stored"), Phone::SecondEnd),
            ],
            rows: methods.iter().map(row).collect(),
        },
        empty: say("method-none"),
        more: is_taken.then(|| Action::go(say("method-add"), format!("{}/payment-methods/new", path(id)))),
    }))
}

fn new_form(call: &PageCall) -> Result<FormPage> {
    let (actor, id) = (call.actor()?, call.id::<CustomerId>()?);
    let customer = call.app().customer_read(&actor, id)?;
    // In real time there is no such page.
    if !call.app().takes_methods_of(Provider::Test) {
        return Err(Reject::not_found("payment method").into());
    }
    let behaviors = [
        (Behavior::Succeed, say("method-succeed")),
        (Behavior::Decline, say("method-decline")),
        (Behavior::DeclineTimes(2), say("method-decline-times")),
        (Behavior::Timeout, say("method-timeout")),
        (Behavior::LateFailure, say("method-late-failure")),
        (Behavior::Double, say("method-double")),
    ];
    let choices = behaviors.map(|(behavior, words)| Choice::new(behavior.text(), words)).to_vec();
    Ok(FormPage {
        head: under(&customer, say("method-add")),
        lead: Some(say("method-add-lead")),
        warning: None,
        groups: vec![Group::plain(vec![
            Field::new("behavior", say("method-behavior"), Control::Suggest(choices))
                .required()
                .value(Behavior::Succeed.text())
                .hint(say("method-behavior-hint")),
            Field::new("type", say("method-kind"), Control::Hidden).value(MethodType::Test.text()),
        ])],
        problem: None,
        action: call.path.clone(),
        submit: say("method-add"),
        weight: Weight::Primary,
        cancel: Some(path(id)),
        once: call.once(),
        preview: None,
        api: Some(ApiCall { method: "POST", path: format!("/api/v1/customers/{id}/payment-methods"), body: None }),
    })
}

async fn new(call: PageCall) -> Result<PageReply> {
    Ok(call.show(new_form(&call)?))
}

async fn create(call: PageCall) -> Result<PageReply> {
    let (form, id) = (new_form(&call)?, call.id::<CustomerId>()?);
    let run = async move |app: Arc<App>, caller, input: PaymentMethodCreate| app.payment_method_create(caller, id, input).await;
    call.submit(form, run, |_| format!("{}?done=method-added", path(id))).await
}

async fn make_default(call: PageCall) -> Result<PageReply> {
    let (of, id) = (call.id::<CustomerId>()?, call.part::<PaymentMethodId>()?);
    call.app().payment_method_make_default(call.caller()?, of, id).await?;
    Ok(PageReply::go(format!("{}?done=method-default", path(of))))
}

fn delete_form(call: &PageCall) -> Result<FormPage> {
    let (actor, of, id) = (call.actor()?, call.id::<CustomerId>()?, call.part::<PaymentMethodId>()?);
    let customer = call.app().customer_read(&actor, of)?;
    let method = call.app().payment_method_read(&actor, of, id)?;
    Ok(FormPage {
        head: under(&customer, say("method-remove-title")),
        lead: None,
        warning: Some(say_with("method-remove-warning", [("method", Arg::Say(label(&method)))])),
        groups: Vec::new(),
        problem: None,
        action: call.path.clone(),
        submit: say("method-remove"),
        weight: Weight::Danger,
        cancel: Some(path(of)),
        once: call.once(),
        preview: None,
        api: Some(ApiCall { method: "DELETE", path: format!("/api/v1/customers/{of}/payment-methods/{id}"), body: None }),
    })
}

async fn confirm(call: PageCall) -> Result<PageReply> {
    Ok(call.show(delete_form(&call)?))
}

async fn delete(call: PageCall) -> Result<PageReply> {
    let (form, of, id) = (delete_form(&call)?, call.id::<CustomerId>()?, call.part::<PaymentMethodId>()?);
    let run = async move |app: Arc<App>, caller, _: Nothing| app.payment_method_delete(caller, of, id).await;
    call.submit(form, run, |_| format!("{}?done=method-removed", path(of))).await
}
