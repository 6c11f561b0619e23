//! Drafts: the form that writes one, line by line, and what becomes of it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::App;
use crate::domain::customer::CustomerStatus;
use crate::domain::id::{CustomerId, InvoiceId, TypedId};
use crate::domain::invoice::draft::{MAX_LINES, MAX_QUANTITY};
use crate::domain::invoice::{Invoice, InvoiceStatus};
use crate::domain::money::Currency;
use crate::domain::reject::{FieldError, Reject};
use crate::error::{Error, Result};
use crate::web::admin::coupon::as_day;
use crate::web::admin::credit_note::words_of;
use crate::web::admin::currency::currencies;
use crate::web::admin::customer::{self, made};
use crate::web::admin::named::{Named, customer_asked, customer_field, customer_named, keep_customer, typed_in};
use crate::web::html::cell::{State, Tone};
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, FormPage, Head, Place, Section, Weight};
use crate::web::html::text::{Arg, Text, say, say_with};
use crate::web::page::{PageCall, PageReply};
use crate::wire::input::{Nothing, read_body};
use crate::wire::invoice::{InvoiceCreate, InvoicePatch, InvoiceView};

use super::{API, LIST, name, path};

/// Rows of a form without lines.
const ROWS: usize = 3;
/// Rows that it has more of, where more are asked for.
const MORE_ROWS: usize = 5;
/// The button that asks for them.
const MORE: &str = "more";

/// The name of a line's field.
fn at(line: usize, field: &str) -> String {
    format!("lines[{line}].{field}")
}

/// How many rows were sent.
fn sent(call: &PageCall) -> usize {
    (0..MAX_LINES).take_while(|n| call.posted.has(&at(*n, "description"))).count()
}

/// How many rows the form has: those that were sent, or so many, and more where they are asked for.
fn rows(call: &PageCall, least: usize) -> usize {
    let more = if call.posted.has(MORE) { MORE_ROWS } else { 0 };
    (sent(call).max(least) + more).min(MAX_LINES)
}

fn line_group(n: usize, currency: Option<Currency>) -> Group {
    let taxed = vec![Choice::new("true", say("invoice-taxed")), Choice::new("false", say("invoice-untaxed"))];
    let typed = |field: &str, label: Text, control: Control| {
        let field = Field::new(at(n, field), label, control);
        if n == 0 { field.required() } else { field }
    };
    let unit_amount = typed("unitAmount", say("invoice-unit-amount"), Control::Decimal);
    let number = i64::try_from(n).unwrap_or(i64::MAX).saturating_add(1);
    Group::row(
        say_with("invoice-line-number", [("n", Arg::Count(number))]),
        vec![
            typed("description", say("invoice-line"), Control::Line),
            Field::new(at(n, "quantity"), say("invoice-quantity"), Control::Number { min: 1, max: MAX_QUANTITY, unit: None }).value("1"),
            Field { hint: currency.map(|c| say_with("invoice-unit-amount-hint", [("currency", Arg::Text(c.code().to_owned()))])), ..unit_amount },
            Field::new(at(n, "taxable"), say("invoice-tax"), Control::Select(taxed)).value("true"),
        ],
    )
}

/// The fields behind the first: the lines, what asks for more of them, and the rest.
fn groups(first: Vec<Field>, rows: usize, currency: Option<Currency>) -> Vec<Group> {
    let mut groups = vec![Group::plain(first)];
    groups.extend((0..rows).map(|n| line_group(n, currency)));
    if rows < MAX_LINES {
        groups.push(Group::plain(vec![Field::new(MORE, say("invoice-more-lines"), Control::More)]));
    }
    let own = vec![
        Field::new("externalId", say("fact-external-id"), Control::Line).hint(say("invoice-external-id-hint")),
        Field::new("metadata", say("fact-metadata"), Control::Pairs).hint(say("fact-metadata-hint")),
    ];
    groups.push(Group::folded(say("invoice-more"), own));
    groups
}

fn due_field() -> Field {
    Field::new("dueAt", say("invoice-due"), Control::Day).hint(say("invoice-due-hint"))
}

/// What was typed into the form, and into rows that are new what they come with.
fn take(call: &PageCall, form: &mut FormPage) {
    let fresh: Vec<Field> = form.fields().filter(|f| f.name.starts_with("lines[") && !call.posted.has(&f.name)).cloned().collect();
    form.take(&call.posted);
    for field in fresh {
        form.field_mut(&field.name).into_iter().for_each(|own| own.value.clone_from(&field.value));
    }
}

/// Takes the rows out of a body into which nothing was typed; the places of the others.
fn without_blank_lines(body: &mut Value) -> Vec<usize> {
    let Some(Value::Array(lines)) = body.get_mut("lines") else { return Vec::new() };
    let is_empty = |line: &Value, field: &str| line.get(field).is_none_or(|value| value.is_null() || value == "");
    let is_blank = |line: &Value| {
        let counts = line.get("quantity").is_some_and(|quantity| !quantity.is_null() && *quantity != 1);
        is_empty(line, "description") && is_empty(line, "unitAmount") && !counts
    };
    let (places, kept): (Vec<usize>, Vec<Value>) = std::mem::take(lines).into_iter().enumerate().filter(|(_, line)| !is_blank(line)).unzip();
    *lines = kept;
    places
}

/// An error of the API under the field of the row that it is about.
fn in_form(places: &[usize], mut reject: Reject) -> Reject {
    for detail in &mut reject.details {
        let named = detail.field.strip_prefix("lines[").and_then(|rest| rest.split_once("]."));
        let moved = named.and_then(|(n, field)| Some(at(*places.get(n.parse::<usize>().ok()?)?, field)));
        if let Some(moved) = moved {
            detail.field = moved;
        }
    }
    reject
}

async fn new_form(call: &PageCall) -> Result<FormPage> {
    let asked = customer_asked(call)?;
    let own = std::iter::once(Choice::new("", say("invoice-currency-own"))).chain(currencies(&call.viewer)).collect();
    let first = vec![
        customer_field(call, asked.as_ref()).await?,
        due_field(),
        Field::new("currency", say("settings-currency"), Control::Select(own)).hint(say("invoice-currency-hint")),
    ];
    // Known where it was chosen, or where the customer is.
    let own = asked.as_ref().and_then(|customer| customer.currency);
    let business = call.app().settings_read(&call.actor()?)?.business.currency;
    let currency = Currency::parse(call.posted.one("currency")).ok().or_else(|| asked.as_ref().map(|_| own.unwrap_or(business)));
    let head = Head::new(Place::Invoices, say("invoice-new")).under(LIST, say("nav-invoices"));
    let cancel = asked.as_ref().map_or_else(|| LIST.to_owned(), |customer| customer::path(customer.id));
    let api = ApiCall { method: "POST", path: API.into(), body: None };
    let mut form = call.form(head, groups(first, rows(call, ROWS), currency), say("invoice-draft-save"), api, cancel);
    form.lead = Some(say("invoice-new-lead"));
    // Who was asked for is asked for again when the form comes back.
    if !call.query.is_empty() {
        form.action = format!("{}?{}", call.path, call.query);
    }
    Ok(form)
}

/// The body that the API takes, and the rows that its lines stand in.
fn wanted(form: &FormPage, customer: &Named<CustomerId>) -> (Value, Vec<usize>) {
    let mut body = form.body(Blank::Omit);
    let places = without_blank_lines(&mut body);
    if let Value::Object(fields) = &mut body {
        match customer.one() {
            Some(id) => drop(fields.insert("customerId".to_owned(), Value::String(id.text()))),
            None => drop(fields.remove("customerId")),
        }
    }
    (body, places)
}

/// The same to be read: who is not known yet stands there as the beginning of an id.
fn with_api(mut form: FormPage, customer: &Named<CustomerId>) -> FormPage {
    let (mut body, _) = wanted(&form, customer);
    if body["customerId"].is_null() {
        body["customerId"] = Value::String(format!("{}…", CustomerId::PREFIX));
    }
    form.api = form.api.map(|api| ApiCall { body: Some(body), ..api });
    form
}

/// Whom nothing is sold to has no such form; his page says why.
fn refused_before(call: &PageCall) -> Result<Option<PageReply>> {
    let blocked = customer_asked(call)?.filter(|customer| customer.status == CustomerStatus::Blocked);
    Ok(blocked.map(|customer| call.refused_before(&customer::path(customer.id), "bill")))
}

pub async fn new(call: PageCall) -> Result<PageReply> {
    if let Some(reply) = refused_before(&call)? {
        return Ok(reply);
    }
    let mut form = new_form(&call).await?;
    if call.resumed {
        take(&call, &mut form);
    }
    let customer = customer_named(&call, typed_in(&form, "customerId")).await?;
    Ok(call.show(with_api(form, &customer)))
}

pub async fn create(call: PageCall) -> Result<PageReply> {
    let mut form = new_form(&call).await?;
    take(&call, &mut form);
    let customer = customer_named(&call, typed_in(&form, "customerId")).await?;
    let (body, places) = wanted(&form, &customer);
    let mut form = with_api(form, &customer);
    keep_customer(&call, &customer, &mut form)?;
    if call.posted.has(MORE) {
        return Ok(call.show(form));
    }
    // Everything that is wrong is said at once.
    let mut wrong: Vec<FieldError> = customer.into_error(&mut form, "customerId").into_iter().collect();
    let others = read_body::<InvoiceCreate>(body.clone()).map_or_else(|reject| in_form(&places, reject).details, |_| Vec::new());
    let is_named = !wrong.is_empty();
    wrong.extend(others.into_iter().filter(|other| !is_named || other.field != "customerId"));
    if !wrong.is_empty() {
        return call.refused(form, Error::Reject(Reject::fields(wrong)));
    }
    let run = async move |app: Arc<App>, caller, input: InvoiceCreate| match app.invoice_create(caller, input).await {
        Err(Error::Reject(reject)) => Err(Error::Reject(in_form(&places, reject))),
        answer => answer,
    };
    call.submit_body(form, body, run, made).await
}

/// The head of a page under an invoice's own.
fn under(invoice: &Invoice, title: Text) -> Head {
    Head::new(Place::Invoices, title).under(LIST, say("nav-invoices")).under(path(invoice.id), name(invoice))
}

fn edit_form(call: &PageCall) -> Result<FormPage> {
    let (actor, id) = (call.actor()?, call.id::<InvoiceId>()?);
    // Before what is shown, so that no change between the two goes unnoticed.
    let seen = call.app().invoice_get(&actor, id)?;
    let (view, _) = call.app().invoice_read(&actor, id)?;
    let lines = view.invoice.lines.len();
    let blank = if sent(call) == 0 { 2 } else { 0 };
    let first = vec![due_field(), Field::new("currency", say("settings-currency"), Control::Select(currencies(&call.viewer))).required()];
    let api = ApiCall { method: "PATCH", path: format!("{API}/{id}"), body: None };
    let head = under(&view.invoice, say("invoice-draft-edit"));
    let currency = Currency::parse(call.posted.one("currency")).ok().or(Some(view.amount_due.currency()));
    let mut form = call.form(head, groups(first, rows(call, lines + blank), currency), say("form-save"), api, path(id));
    form.fill(&serde_json::from_slice(&seen).map_err(Error::internal)?);
    if let Some(field) = form.field_mut("dueAt") {
        field.value = as_day(&field.value, call.viewer.zone);
    }
    call.stamp(&mut form, &seen);
    let mut typed = form.clone();
    if sent(call) > 0 {
        take(call, &mut typed);
    }
    let mut body = typed.body(Blank::Omit);
    without_blank_lines(&mut body);
    form.api = form.api.map(|api| ApiCall { body: Some(body), ..api });
    Ok(form)
}

pub async fn edit(call: PageCall) -> Result<PageReply> {
    shown(&call, "change", edit_form)
}

pub async fn update(call: PageCall) -> Result<PageReply> {
    let id = call.id::<InvoiceId>()?;
    let mut form = edit_form(&call)?;
    take(&call, &mut form);
    if call.posted.has(MORE) {
        return Ok(call.show(form));
    }
    let places = without_blank_lines(&mut form.body(Blank::Null));
    let run = async move |app: Arc<App>, caller, input: InvoicePatch| match app.invoice_update(caller, id, input).await {
        Err(Error::Reject(reject)) => Err(Error::Reject(in_form(&places, reject))),
        answer => answer,
    };
    // Amounts go along with their currency.
    let body = |form: &FormPage, mut body: Value| {
        if body.get("currency").is_some() {
            body["lines"] = form.body(Blank::Null)["lines"].take();
        }
        without_blank_lines(&mut body);
        body
    };
    call.submit_change_as(edit_form, Blank::Null, body, run, |_| format!("{}?done=saved", path(id))).await
}

/// Why a draft's page sends back from one of its forms.
pub fn refusal(call: &PageCall, view: &InvoiceView, what: &str) -> Result<Option<Reject>> {
    let invoice = &view.invoice;
    Ok(match what {
        "change" => invoice.may_be_changed().err(),
        "delete" => invoice.may_be_deleted().err(),
        _ => match call.app().draft_outlook(&call.actor()?, invoice.id) {
            Err(Error::Reject(reject)) => Some(reject),
            other => other.map(|_| None)?,
        },
    })
}

/// Shows a form about a draft, where what it is for is possible; else the invoice's page, which says why it is not.
fn shown(call: &PageCall, what: &str, form: fn(&PageCall) -> Result<FormPage>) -> Result<PageReply> {
    let (view, _) = call.app().invoice_read(&call.actor()?, call.id()?)?;
    if refusal(call, &view, what)?.is_some() {
        return Ok(call.refused_before(&path(view.invoice.id), what));
    }
    Ok(call.show(form(call)?))
}

fn finalize_form(call: &PageCall) -> Result<FormPage> {
    let (actor, id) = (call.actor()?, call.id::<InvoiceId>()?);
    let seen = call.app().invoice_get(&actor, id)?;
    let (view, _) = call.app().invoice_read(&actor, id)?;
    let api = ApiCall { method: "POST", path: format!("{API}/{id}/finalize"), body: Some(json!({})) };
    let mut form = call.form(under(&view.invoice, say("invoice-finalize")), Vec::new(), say("invoice-finalize"), api, path(id));
    // Where it cannot be finalised any more, the answer to the form says why.
    if let Ok(outlook) = call.app().draft_outlook(&actor, id) {
        let amount = |amount| Arg::Text(words_of(amount, &call.viewer));
        form.lead = Some(if outlook.due.is_positive() {
            say_with("invoice-finalize-lead", [("number", Arg::Text(outlook.number)), ("amount", amount(outlook.due)), ("day", Arg::Day(outlook.due_at))])
        } else {
            say_with("invoice-finalize-lead-paid", [("number", Arg::Text(outlook.number))])
        });
        form.warning = outlook.from_balance.is_positive().then(|| say_with("invoice-finalize-balance", [("amount", amount(outlook.from_balance))]));
    }
    call.stamp(&mut form, &seen);
    Ok(form)
}

pub async fn finalizing(call: PageCall) -> Result<PageReply> {
    shown(&call, "finalize", finalize_form)
}

pub async fn finalize(call: PageCall) -> Result<PageReply> {
    let id = call.id::<InvoiceId>()?;
    let run = async move |app: Arc<App>, caller, _: Nothing| app.invoice_finalize(caller, id).await;
    call.submit_change(finalize_form, Blank::Omit, run, |_| format!("{}?done=finalized", path(id))).await
}

fn delete_form(call: &PageCall) -> Result<FormPage> {
    let (actor, id) = (call.actor()?, call.id::<InvoiceId>()?);
    let seen = call.app().invoice_get(&actor, id)?;
    let (view, _) = call.app().invoice_read(&actor, id)?;
    let api = ApiCall { method: "DELETE", path: format!("{API}/{id}"), body: None };
    let mut form = call.form(under(&view.invoice, say("invoice-draft-delete")), Vec::new(), say("invoice-draft-delete"), api, path(id));
    form.warning = Some(say_with("invoice-draft-delete-warning", [("amount", Arg::Text(words_of(view.invoice.sums.total, &call.viewer)))]));
    form.weight = Weight::Danger;
    call.stamp(&mut form, &seen);
    Ok(form)
}

pub async fn confirm(call: PageCall) -> Result<PageReply> {
    shown(&call, "delete", delete_form)
}

pub async fn delete(call: PageCall) -> Result<PageReply> {
    let id = call.id::<InvoiceId>()?;
    let run = async move |app: Arc<App>, caller, _: Nothing| app.invoice_delete(caller, id).await;
    call.submit_change(delete_form, Blank::Omit, run, |_| format!("{LIST}?done=draft-deleted")).await
}

/// What can be done with a draft.
pub fn actions(invoice: &Invoice) -> Vec<Action> {
    if invoice.status != InvoiceStatus::Draft {
        return Vec::new();
    }
    let to = |what: &str| format!("{}/{what}", path(invoice.id));
    vec![
        Action::primary(say("invoice-finalize"), to("finalize")),
        Action::go(say("invoice-draft-edit"), to("edit")),
        Action::danger(say("invoice-draft-delete"), to("delete")),
    ]
}

/// What a draft's page says above all.
pub fn note() -> Section {
    Section::Note(State { tone: Tone::Notice, word: say("invoice-draft-note"), follows: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_into_which_nothing_was_typed_are_no_lines_and_errors_find_their_rows() {
        let mut body: Value = json!({ "lines": [
            { "quantity": 1, "taxable": true }, { "description": "a", "quantity": 1, "unitAmount": "1" }, { "description": "", "unitAmount": null },
            { "quantity": 3, "taxable": true }, { "description": "b" },
        ] });
        assert_eq!(without_blank_lines(&mut body), [1, 3, 4]);
        assert_eq!(body["lines"].as_array().map(Vec::len), Some(3));
        let reject =
            Reject::fields(vec![FieldError::new("lines[1].description", "x"), FieldError::new("lines[9].description", "x"), FieldError::new("lines", "x")]);
        let fields: Vec<String> = in_form(&[1, 3, 4], reject).details.into_iter().map(|d| d.field).collect();
        assert_eq!(fields, ["lines[3].description", "lines[9].description", "lines"]);
        assert_eq!(without_blank_lines(&mut json!({})), [0; 0]);
    }
}
