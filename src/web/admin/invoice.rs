//! Invoices: the list, the document as it was finalised with what was paid on it, and the form that marks it as paid.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::{Answer, App};
use crate::domain::id::{CustomerId, InvoiceId, SubscriptionId, TypedId};
use crate::domain::invoice::{BillingReason, Invoice, InvoiceLine, InvoiceStatus, InvoiceTax};
use crate::domain::reject::Reject;
use crate::error::{Error, Result};
use crate::web::admin::listing::Listing;
use crate::web::admin::{credit_note, customer, payment, story, subscription};
use crate::web::html::Viewer;
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::fill::{ASKED, Blank};
use crate::web::html::form::{Choice, Control, Field, Group, Problem};
use crate::web::html::page::{Action, ApiCall, DetailPage, Empty, Facts, FormPage, Head, ListPage, Place, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::input::{Nothing, read_body};
use crate::wire::invoice::{InvoiceMarkPaid, InvoiceQuery, InvoiceView};
use crate::wire::query::ListQuery;

mod draft;

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/invoices", handler!(list)),
        PageRoute::get("/admin/invoices/new", handler!(draft::new)),
        PageRoute::post("/admin/invoices/new", handler!(draft::create)),
        PageRoute::get("/admin/invoices/{id}", handler!(show)),
        PageRoute::get("/admin/invoices/{id}/mark-paid", handler!(paying)),
        PageRoute::get("/admin/invoices/{id}/edit", handler!(draft::edit)),
        PageRoute::post("/admin/invoices/{id}/edit", handler!(draft::update)),
        PageRoute::get("/admin/invoices/{id}/delete", handler!(draft::confirm)),
        PageRoute::post("/admin/invoices/{id}/delete", handler!(draft::delete)),
        PageRoute::get("/admin/invoices/{id}/finalize", handler!(draft::finalizing)),
        PageRoute::post("/admin/invoices/{id}/finalize", handler!(draft::finalize)),
        PageRoute::post("/admin/invoices/{id}/mark-paid", handler!(mark_paid)),
        PageRoute::get("/admin/invoices/{id}/void", handler!(voiding)),
        PageRoute::post("/admin/invoices/{id}/void", handler!(void)),
        PageRoute::get("/admin/invoices/{id}/write-off", handler!(writing_off)),
        PageRoute::post("/admin/invoices/{id}/write-off", handler!(write_off)),
    ]
}

const LIST: &str = "/admin/invoices";
const NEW: &str = "/admin/invoices/new";
const API: &str = "/api/v1/invoices";

pub fn path(id: InvoiceId) -> String {
    format!("{LIST}/{id}")
}

fn status_word(status: InvoiceStatus) -> Text {
    match status {
        InvoiceStatus::Draft => say("state-invoice-draft"),
        InvoiceStatus::Open => say("state-invoice-open"),
        InvoiceStatus::Paid => say("state-invoice-paid"),
        InvoiceStatus::Void => say("state-invoice-void"),
        InvoiceStatus::Uncollectible => say("state-invoice-uncollectible"),
    }
}

fn state(view: &InvoiceView, viewer: &Viewer) -> State {
    let invoice = &view.invoice;
    let day = |at| say_with("state-on-day", [("day", Arg::Day(at))]);
    let due = invoice.due_at.map(|at| say_with("state-due", [("day", Arg::Day(at))]));
    let (tone, word, follows) = match invoice.status {
        InvoiceStatus::Open if invoice.due_at.is_some_and(|at| at < viewer.now) => (Tone::Bad, say("state-invoice-overdue"), due),
        InvoiceStatus::Open => (Tone::Notice, status_word(InvoiceStatus::Open), due),
        InvoiceStatus::Paid => (Tone::Good, status_word(InvoiceStatus::Paid), invoice.paid_at.map(day)),
        other => (Tone::Neutral, status_word(other), None),
    };
    State { tone, word, follows }
}

/// What an invoice is called: its number, where it has one.
pub fn name(invoice: &Invoice) -> Text {
    invoice.number().map_or_else(|| say("invoice-draft"), data)
}

/// Invoices as rows; whose they are stands in them where it is known.
pub fn table(invoices: &[InvoiceView], labels: Option<&HashMap<CustomerId, String>>, viewer: &Viewer) -> Table {
    let row = |view: &InvoiceView| {
        let invoice = &view.invoice;
        let issued = invoice.finalised.as_ref().map(|document| document.issued_at);
        let mut cells = vec![Cell::Text(name(invoice))];
        cells.extend(labels.map(|labels| customer_cell(invoice.customer_id, labels)));
        cells.extend([Cell::State(state(view, viewer)), issued.map_or(Cell::Nothing, Cell::Day), Cell::Money(invoice.sums.total)]);
        Row::link(path(invoice.id), cells)
    };
    let mut columns = vec![Column::new(say("invoice-number"), Phone::First)];
    columns.extend(labels.map(|_| Column::new(say("invoice-customer"), Phone::Second)));
    columns.extend([
        Column::new(say("invoice-status"), if labels.is_some() { Phone::SecondEnd } else { Phone::Second }),
        Column::new(say("invoice-issued"), if labels.is_some() { Phone::Hidden } else { Phone::SecondEnd }),
        Column::end(say("invoice-amount"), Phone::FirstEnd),
    ]);
    Table { caption: say("nav-invoices"), columns, rows: invoices.iter().map(row).collect() }
}

/// A customer by name. One whose data were erased has none.
pub fn customer_cell(id: CustomerId, labels: &HashMap<CustomerId, String>) -> Cell {
    labels.get(&id).map_or_else(|| Cell::Muted(say("customer-erased")), |name| Cell::Text(data(name)))
}

async fn list(call: PageCall) -> Result<PageReply> {
    let (listing, actor) = (Listing::of(&call), call.actor()?);
    let query: ListQuery<InvoiceId, InvoiceQuery> = listing.query()?;
    let (of_customer, of_subscription) = (query.own.customer_id, query.own.subscription_id);
    let (invoices, end) = call.app().invoice_page(&actor, query.own.filter(query.common, call.viewer.now), query.page).await?;
    let asked = of_customer.map(|id| id.0);
    let labels = call.app().customer_labels(&actor, invoices.iter().map(|v| v.invoice.customer_id).chain(asked))?;
    let statuses = InvoiceStatus::ALL.map(|s| Choice::new(s.text(), status_word(s)));
    let overdue = [Choice::new("true", say("invoice-overdue"))];
    let filters = vec![
        listing.filter("status", say("invoice-status"), say("invoice-any-status"), statuses),
        listing.filter("overdue", say("invoice-due"), say("invoice-any-due"), overdue),
        listing.created_filter(call.viewer.now, call.viewer.zone),
    ];
    let customer_chip = asked.map(|id| ("customerId", labels.get(&id).map_or_else(|| say("customer-erased"), data)));
    let subscription_chip = of_subscription.map(|_| ("subscriptionId", say("invoice-of-subscription")));
    let mut head = Head::new(Place::Invoices, say("nav-invoices"));
    head.notice = (call.done() == "draft-deleted").then(|| say("invoice-draft-deleted"));
    // What is billed to one customer is his from the beginning.
    let new = asked.map_or_else(|| NEW.to_owned(), |id| format!("{NEW}?customerId={id}"));
    let page = ListPage {
        head,
        help: None,
        primary: Some(Action::primary(say("invoice-new"), new)),
        path: LIST.into(),
        search: Some(listing.search()),
        search_label: say("invoice-search"),
        chips: listing.chips(&filters, customer_chip.into_iter().chain(subscription_chip)),
        filters,
        table: table(&invoices, Some(&labels), &call.viewer),
        total: say_with("invoice-total", [("n", Arg::Count(end.total))]),
        first: listing.first(),
        next: listing.next(end.next),
        empty: if listing.is_narrowed() {
            Empty { text: say("list-none-match"), action: Some(Action::go(say("list-none-match-action"), LIST)), more: None }
        } else {
            let subscribe = Action::go(say("subscription-new"), "/admin/subscriptions/new");
            Empty { text: say("invoice-empty"), action: Some(subscribe), more: Some(("/docs/manual/".into(), say("nav-manual"))) }
        },
        api: Some(listing.api(API)),
    };
    Ok(PageReply::list(&page, &call.viewer))
}

/// The lines, with discount and tax where there is any. Each column adds up to what stands beneath the table: the amounts as priced
/// to the subtotal, discounts and taxes to theirs.
fn line_table(invoice: &Invoice) -> Result<Table> {
    let (has_discount, has_tax) = (!invoice.sums.discount.is_zero(), !invoice.taxes.is_empty());
    let row = |line: &InvoiceLine| -> Result<Row> {
        let mut what = vec![Cell::Prose(line.description.clone())];
        what.extend(line.period.map(|p| Cell::Span(p.start, p.end)));
        let mut cells = vec![Cell::Stack(what), Cell::Count(line.quantity), Cell::Money(line.unit_amount)];
        cells.push(Cell::Explained { value: Box::new(Cell::Money(line.priced()?)), arithmetic: line.explanation.clone() });
        cells.extend(has_discount.then(|| Cell::Money(line.discount.negated())));
        cells.extend(has_tax.then_some(Cell::Money(line.tax)));
        Ok(Row::new(cells))
    };
    let mut columns = vec![
        Column::new(say("invoice-line"), Phone::First),
        Column::end(say("invoice-quantity"), Phone::Labelled),
        Column::end(say("invoice-unit-amount"), Phone::Labelled),
        Column::end(say("invoice-line-amount"), Phone::Labelled),
    ];
    columns.extend(has_discount.then(|| Column::end(say("invoice-discount"), Phone::Labelled)));
    columns.extend(has_tax.then(|| Column::end(say("invoice-tax"), Phone::Labelled)));
    let rows = invoice.lines.iter().map(row).collect::<Result<Vec<Row>>>()?;
    Ok(Table { caption: say("invoice-lines"), columns, rows })
}

/// What a rate takes: `VAT 19 %`, and whether it is in the prices already.
fn tax_row(tax: &InvoiceTax) -> (Text, Cell) {
    let args = [("name", Arg::Text(tax.rate.name.clone())), ("percent", Arg::Text(tax.rate.terms.percent.to_string()))];
    let text = if tax.rate.terms.inclusive { say_with("invoice-tax-included", args) } else { say_with("invoice-tax-added", args) };
    (text, Cell::Money(tax.amount))
}

fn sums(view: &InvoiceView) -> Section {
    let invoice = &view.invoice;
    let always = |text: Text, amount| Some((text, Cell::Money(amount)));
    let where_any = |text: Text, amount: crate::domain::money::Money| (!amount.is_zero()).then_some((text, Cell::Money(amount)));
    let is_priced_otherwise = !invoice.sums.discount.is_zero() || !invoice.taxes.is_empty();
    let before = [
        always(say("invoice-subtotal"), invoice.sums.subtotal).filter(|_| is_priced_otherwise),
        where_any(say("invoice-discount"), invoice.sums.discount.negated()),
    ];
    let after = [
        always(say("invoice-amount"), invoice.sums.total),
        where_any(say("invoice-credited"), invoice.amount_credited.negated()),
        where_any(say("invoice-balance-applied"), invoice.balance_applied.negated()),
        where_any(say("invoice-amount-paid"), invoice.amount_paid.negated()),
        always(say("invoice-amount-due"), view.amount_due),
    ];
    Section::Sums(before.into_iter().flatten().chain(invoice.taxes.iter().map(tax_row)).chain(after.into_iter().flatten()).collect())
}

/// The seller or the buyer as the document has them.
pub fn party(content: &str, which: &str) -> Cell {
    let content: serde_json::Value = serde_json::from_str(content).unwrap_or_default();
    let party = &content[which];
    let part = |name: &str| party[name].as_str().map(|t| Cell::Text(data(t)));
    let address = party.get("address").filter(|a| a.is_object()).map(ToString::to_string);
    let lines: Vec<Cell> = [part("name"), part("email"), address.map(|a| customer::address_cell(Some(&a))), part("taxId")]
        .into_iter()
        .flatten()
        .filter(|c| *c != Cell::Nothing)
        .collect();
    if lines.is_empty() { Cell::Nothing } else { Cell::Stack(lines) }
}

fn reason_word(reason: BillingReason) -> Text {
    match reason {
        BillingReason::SubscriptionCreate => say("invoice-reason-create"),
        BillingReason::SubscriptionCycle => say("invoice-reason-cycle"),
        BillingReason::SubscriptionUpdate => say("invoice-reason-update"),
        BillingReason::Manual => say("invoice-reason-manual"),
    }
}

fn facts(view: &InvoiceView, customer: Cell) -> Vec<Facts> {
    let invoice = &view.invoice;
    let other = |id: InvoiceId| Cell::Link { href: path(id), text: say("invoice-other") };
    let subscription = |id: SubscriptionId| Cell::Link { href: subscription::path(id), text: say("invoice-its-subscription") };
    let Some(document) = &invoice.finalised else {
        let due = invoice.due_at.map_or_else(|| Cell::Muted(say("invoice-due-later")), Cell::Instant);
        let mut rows = vec![(say("invoice-customer"), customer), (say("invoice-due"), due)];
        rows.extend(customer::own_facts(invoice.external_id.as_deref(), invoice.metadata.as_str()));
        rows.push((say("fact-created"), Cell::Instant(invoice.created_at)));
        rows.push((say("fact-id"), Cell::Copyable(invoice.id.text())));
        return vec![Facts { title: say("invoice-facts"), rows, actions: Vec::new() }];
    };
    let mut rows = vec![
        (say("invoice-customer"), customer),
        (say("invoice-subscription"), invoice.subscription.map_or(Cell::Nothing, |s| subscription(s.id))),
        (say("invoice-reason"), Cell::Text(reason_word(invoice.reason))),
        (say("invoice-issued"), Cell::Instant(document.issued_at)),
        (say("invoice-due"), invoice.due_at.map_or(Cell::Nothing, Cell::Instant)),
        (say("invoice-paid"), invoice.paid_at.map_or(Cell::Nothing, Cell::Instant)),
        (say("invoice-period"), invoice.period().map_or(Cell::Nothing, |p| Cell::Span(p.start, p.end))),
    ];
    rows.extend(invoice.replaces.map(|id| (say("invoice-replaces"), other(id))));
    rows.extend(invoice.replaced_by.map(|id| (say("invoice-replaced-by"), other(id))));
    rows.extend(customer::own_facts(invoice.external_id.as_deref(), invoice.metadata.as_str()));
    let hash: String = document.hash.iter().map(|b| format!("{b:02x}")).collect();
    let document = vec![
        (say("invoice-seller"), party(&document.content, "seller")),
        (say("invoice-buyer"), party(&document.content, "buyer")),
        (say("invoice-hash"), Cell::Copyable(hash)),
        (say("fact-id"), Cell::Copyable(invoice.id.text())),
    ];
    vec![Facts { title: say("invoice-facts"), rows, actions: Vec::new() }, Facts { title: say("invoice-document"), rows: document, actions: Vec::new() }]
}

async fn show(call: PageCall) -> Result<PageReply> {
    let (actor, id) = (call.actor()?, call.id::<InvoiceId>()?);
    let (view, payments) = call.app().invoice_read(&actor, id)?;
    let buyer = view.invoice.customer_id;
    let labels = call.app().customer_labels(&actor, [buyer])?;
    let customer = labels.get(&buyer).map_or_else(|| Cell::Muted(say("customer-erased")), |name| Cell::Link { href: customer::path(buyer), text: data(name) });
    let mut head = Head::new(Place::Invoices, name(&view.invoice)).under(LIST, say("nav-invoices"));
    head.notice = match call.done().as_str() {
        "paid" if view.invoice.status == InvoiceStatus::Paid => Some(say("invoice-now-paid")),
        "paid" => Some(say("invoice-partly-paid")),
        "void" => Some(say("invoice-now-void")),
        "written-off" => Some(say("invoice-now-written-off")),
        "not-credit" | "not-refund" => credit_note::refusal(&call, &view, call.done().as_str())?.map(|reject| Text::Api(reject.message)),
        "created" => Some(say("invoice-draft-created")),
        "saved" => Some(say("form-saved")),
        "finalized" => Some(say_with("invoice-now-finalized", [("number", Arg::Text(view.invoice.number().unwrap_or_default().to_owned()))])),
        "not-change" | "not-delete" | "not-finalize" => {
            let what = call.done();
            draft::refusal(&call, &view, what.strip_prefix("not-").unwrap_or(""))?.map(|reject| Text::Api(reject.message))
        }
        "not-open" => refusal(&view).map(|reject| Text::Api(reject.message)),
        _ => None,
    };
    let mut actions = draft::actions(&view.invoice);
    if view.invoice.status == InvoiceStatus::Open {
        actions.push(Action::primary(say("invoice-mark-paid"), format!("{}/mark-paid", path(id))));
    }
    actions.extend(credit_note::actions(&call, &view)?);
    if view.invoice.status == InvoiceStatus::Open {
        actions.push(Action::danger(say("invoice-void"), format!("{}/void", path(id))));
        actions.push(Action::danger(say("invoice-write-off"), format!("{}/write-off", path(id))));
    }
    let paid = Section::Table { title: say("nav-payments"), table: payment::table(&payments, &call.viewer), empty: say("invoice-no-payments"), more: None };
    let lines = Section::Table { title: say("invoice-lines"), table: line_table(&view.invoice)?, empty: say("list-nothing"), more: None };
    let mut story = match view.invoice.status {
        InvoiceStatus::Draft => vec![draft::note(), lines, sums(&view)],
        _ => vec![lines, sums(&view), paid, credit_note::section(&call, id)?],
    };
    story.push(story::happenings(&call, id)?);
    let page = DetailPage {
        head,
        state: Some(state(&view, &call.viewer)),
        subtitle: Some(customer.clone()),
        actions,
        story,
        facts: facts(&view, customer),
        api: vec![ApiCall::get(format!("{API}/{id}"))],
    };
    Ok(PageReply::page(page.render(&call.viewer)))
}

fn payment_form(call: &PageCall) -> Result<FormPage> {
    let id = call.id::<InvoiceId>()?;
    // Before what is shown, so that no change between the two goes unnoticed.
    let seen = call.app().invoice_get(&call.actor()?, id)?;
    let (view, _) = call.app().invoice_read(&call.actor()?, id)?;
    let currency = view.amount_due.currency().code();
    let ways = [say("payment-cash"), say("payment-transfer"), say("payment-paypal"), say("payment-crypto")];
    let suggestions = ways.into_iter().map(|text| Choice::new(text.show(&call.viewer), text)).collect();
    let mut form = FormPage {
        head: Head::new(Place::Invoices, say("invoice-mark-paid")).under(LIST, say("nav-invoices")).under(path(id), name(&view.invoice)),
        lead: Some(say("invoice-mark-paid-lead")),
        warning: None,
        groups: vec![Group::plain(vec![
            Field::new("amount", say("payment-amount"), Control::Amount { currency: currency.to_owned() })
                .required()
                .value(view.amount_due.to_string())
                .hint(say("payment-amount-hint")),
            Field::new("method", say("payment-method"), Control::Suggest(suggestions)).hint(say("payment-method-hint")),
            Field::new("reference", say("payment-reference"), Control::Line).hint(say("payment-reference-hint")),
            Field::new("paidAt", say("payment-paid-at"), Control::Day).hint(say("payment-paid-at-hint")),
        ])],
        problem: None,
        action: format!("{}/mark-paid", path(id)),
        submit: say("invoice-mark-paid"),
        weight: Weight::Primary,
        cancel: Some(path(id)),
        once: call.once(),
        preview: None,
        api: Some(ApiCall { method: "POST", path: format!("{API}/{id}/mark-paid"), body: None }),
    };
    // Two people who take one payment each must not both be right.
    call.stamp(&mut form, &seen);
    Ok(form)
}

async fn paying(call: PageCall) -> Result<PageReply> {
    shown(&call, payment_form)
}

/// Why nothing can be done about an invoice that is not open.
fn refusal(view: &InvoiceView) -> Option<Reject> {
    view.invoice.may_be_paid().err()
}

/// Shows a form about an open invoice; of any other the invoice's page, which says why not.
fn shown(call: &PageCall, form: fn(&PageCall) -> Result<FormPage>) -> Result<PageReply> {
    let (view, _) = call.app().invoice_read(&call.actor()?, call.id()?)?;
    if refusal(&view).is_some() {
        return Ok(call.refused_before(&path(view.invoice.id), "open"));
    }
    Ok(call.show(form(call)?))
}

/// The invoice that took the payment. After a suspension it is another than the one that was to be paid.
fn paid(answer: &Answer) -> Option<InvoiceId> {
    let invoice: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
    InvoiceId::parse(invoice["id"].as_str()?)
}

/// The form, where it would put money into the balance that nobody was asked about: one digit too many cannot be undone.
fn asked_of_surplus(call: &PageCall) -> Result<Option<FormPage>> {
    let (view, _) = call.app().invoice_read(&call.actor()?, call.id()?)?;
    let mut form = payment_form(call)?;
    // Of another state than was shown, and of what is no payment, something else is to be said first.
    if !call.shows_the_same(&form) || refusal(&view).is_some() {
        return Ok(None);
    }
    form.take(&call.posted);
    let Ok(InvoiceMarkPaid { amount: Some(typed), .. }) = read_body(form.body(Blank::Omit)) else { return Ok(None) };
    let Ok(amount) = typed.0.in_currency(view.amount_due.currency()) else { return Ok(None) };
    let surplus = amount.minus(view.amount_due)?;
    if !surplus.is_positive() || call.posted.one(ASKED) == amount.to_string() {
        return Ok(None);
    }
    let words = |amount| Arg::Text(credit_note::words_of(amount, &call.viewer));
    let more = say_with("invoice-surplus", [("due", words(view.amount_due)), ("surplus", words(surplus))]);
    form.field_mut("amount").into_iter().for_each(|field| field.error = Some(more.clone()));
    form.problem = Some(Problem { message: say("invoice-surplus-ask"), others: Vec::new() });
    form.groups.push(Group::plain(vec![Field::new(ASKED, say("payment-amount"), Control::Hidden).value(amount.to_string())]));
    Ok(Some(form))
}

async fn mark_paid(call: PageCall) -> Result<PageReply> {
    let id = call.id::<InvoiceId>()?;
    // The API takes what is due where no amount is named. A field that somebody emptied says no such thing.
    if call.posted.one("amount").trim().is_empty() {
        let mut form = payment_form(&call)?;
        form.take(&call.posted);
        return call.refused(form, Error::Reject(Reject::field("amount", "This field is required")));
    }
    if let Some(form) = asked_of_surplus(&call)? {
        return Ok(call.asks(form));
    }
    let run = async move |app: Arc<App>, caller, input: InvoiceMarkPaid| app.invoice_mark_paid(caller, id, input).await;
    call.submit_change(payment_form, Blank::Omit, run, |answer| format!("{}?done=paid", path(paid(answer).unwrap_or(id)))).await
}

/// Asks before an open invoice is given up.
fn giving_up_form(call: &PageCall, what: &str, title: &'static str, warning: &'static str) -> Result<FormPage> {
    let (actor, id) = (call.actor()?, call.id::<InvoiceId>()?);
    let (view, _) = call.app().invoice_read(&actor, id)?;
    let number = view.invoice.number().unwrap_or_default().to_owned();
    let mut form = FormPage {
        head: Head::new(Place::Invoices, say(title)).under(LIST, say("nav-invoices")).under(path(id), data(&number)),
        lead: None,
        warning: Some(say_with(warning, [("number", Arg::Text(number))])),
        groups: Vec::new(),
        problem: None,
        action: format!("{}/{what}", path(id)),
        submit: say(title),
        weight: Weight::Danger,
        cancel: Some(path(id)),
        once: call.once(),
        preview: None,
        api: Some(ApiCall { method: "POST", path: format!("{API}/{id}/{what}"), body: None }),
    };
    call.stamp(&mut form, &call.app().invoice_get(&actor, id)?);
    Ok(form)
}

fn void_form(call: &PageCall) -> Result<FormPage> {
    giving_up_form(call, "void", "invoice-void", "invoice-void-warning")
}

fn write_off_form(call: &PageCall) -> Result<FormPage> {
    giving_up_form(call, "write-off", "invoice-write-off", "invoice-write-off-warning")
}

async fn voiding(call: PageCall) -> Result<PageReply> {
    shown(&call, void_form)
}

async fn void(call: PageCall) -> Result<PageReply> {
    let id = call.id::<InvoiceId>()?;
    let run = async move |app: Arc<App>, caller, _: Nothing| app.invoice_void(caller, id).await;
    call.submit_change(void_form, Blank::Omit, run, |_| format!("{}?done=void", path(id))).await
}

async fn writing_off(call: PageCall) -> Result<PageReply> {
    shown(&call, write_off_form)
}

async fn write_off(call: PageCall) -> Result<PageReply> {
    let id = call.id::<InvoiceId>()?;
    let run = async move |app: Arc<App>, caller, _: Nothing| app.invoice_write_off(caller, id).await;
    call.submit_change(write_off_form, Blank::Omit, run, |_| format!("{}?done=written-off", path(id))).await
}
