//! Payments: the list of what came in and what did not, by hand and by gateways, and one of them with what became of it.

use crate::domain::id::{CustomerId, InvoiceId, PaymentId, TypedId};
use crate::domain::list::Common;
use crate::domain::payment::{Payment, PaymentFilter, PaymentStatus, Provider};
use crate::error::Result;
use crate::web::admin::customer::newest;
use crate::web::admin::listing::Listing;
use crate::web::admin::{credit_note, customer, invoice, story};
use crate::web::html::Viewer;
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::form::Choice;
use crate::web::html::page::{Action, ApiCall, DetailPage, Empty, Facts, Head, ListPage, Place, Section};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::payment::PaymentQuery;
use crate::wire::query::ListQuery;

pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/admin/payments", handler!(list)), PageRoute::get("/admin/payments/{id}", handler!(show))]
}

const LIST: &str = "/admin/payments";
const API: &str = "/api/v1/payments";
/// Payments that a customer's page shows; the list has the rest.
const SHOWN: u32 = 10;

pub fn path(id: PaymentId) -> String {
    format!("{LIST}/{id}")
}

fn status_word(status: PaymentStatus) -> Text {
    match status {
        PaymentStatus::Processing => say("state-payment-processing"),
        PaymentStatus::Succeeded => say("state-payment-succeeded"),
        PaymentStatus::Failed => say("state-payment-failed"),
        PaymentStatus::Refunded => say("state-payment-refunded"),
    }
}

/// What became of a payment or an attempt.
fn state(p: &Payment, viewer: &Viewer) -> State {
    let tone = match p.status {
        PaymentStatus::Processing => Tone::Notice,
        PaymentStatus::Succeeded => Tone::Good,
        PaymentStatus::Failed => Tone::Bad,
        PaymentStatus::Refunded => Tone::Neutral,
    };
    let is_part = p.status == PaymentStatus::Succeeded && p.amount_refunded.is_positive();
    let refunded = is_part.then(|| say_with("state-payment-refunded-part", [("amount", Arg::Text(credit_note::words_of(p.amount_refunded, viewer)))]));
    State { tone, word: status_word(p.status), follows: refunded.or_else(|| p.failure_code.as_ref().map(data)) }
}

fn provider_word(provider: Provider) -> Text {
    match provider {
        Provider::Manual => say("payment-by-hand"),
        Provider::Test => say("payment-by-test"),
        Provider::Nobody => say("payment-by-nobody"),
    }
}

/// By which way: in the vendor's own words where he took it himself.
fn way(p: &Payment) -> Text {
    p.method.as_ref().filter(|_| p.provider == Provider::Manual).map_or_else(|| provider_word(p.provider), data)
}

/// Where it can be found again: in the vendor's words, or as the gateway calls it.
fn reference(p: &Payment) -> Cell {
    let text = if p.provider == Provider::Manual { &p.reference } else { &p.provider_reference };
    text.as_ref().map_or(Cell::Nothing, |t| Cell::Text(data(t)))
}

/// When it came, or was tried.
fn at(p: &Payment) -> Cell {
    Cell::Instant(p.paid_at.unwrap_or(p.created_at))
}

/// The payments of one customer, or of one invoice of his.
pub fn table(payments: &[Payment], viewer: &Viewer) -> Table {
    let row = |p: &Payment| Row::link(path(p.id), vec![Cell::Text(way(p)), Cell::State(state(p, viewer)), reference(p), at(p), Cell::Money(p.amount)]);
    Table {
        caption: say("nav-payments"),
        columns: vec![
            Column::new(say("payment-method"), Phone::First),
            Column::new(say("payment-status"), Phone::Second),
            Column::new(say("payment-reference"), Phone::Hidden),
            Column::new(say("balance-when"), Phone::SecondEnd),
            Column::end(say("invoice-line-amount"), Phone::FirstEnd),
        ],
        rows: payments.iter().map(row).collect(),
    }
}

/// The newest payments of a customer, for his page; none where nothing was ever paid or tried.
pub async fn section(call: &PageCall, id: CustomerId) -> Result<Option<Section>> {
    let filter = PaymentFilter { common: Common::default(), customer_id: Some(id), ..PaymentFilter::default() };
    let (payments, all) = call.app().payment_page(&call.actor()?, filter, newest(SHOWN)).await?;
    let more = || Action::go(say_with("payment-all", [("n", Arg::Count(all.total))]), format!("{LIST}?customerId={id}"));
    Ok((!payments.is_empty()).then(|| Section::Table {
        title: say("nav-payments"),
        table: table(&payments, &call.viewer),
        empty: say("invoice-no-payments"),
        more: (all.total > i64::from(SHOWN)).then(more),
    }))
}

async fn list(call: PageCall) -> Result<PageReply> {
    let (listing, actor) = (Listing::of(&call), call.actor()?);
    let query: ListQuery<PaymentId, PaymentQuery> = listing.query()?;
    let (of_customer, of_invoice) = (query.own.customer_id.map(|id| id.0), query.own.invoice_id.map(|id| id.0));
    let (payments, end) = call.app().payment_page(&actor, query.own.filter(query.common), query.page).await?;
    let labels = call.app().customer_labels(&actor, payments.iter().map(|p| p.customer_id).chain(of_customer))?;
    let statuses = PaymentStatus::ALL.map(|s| Choice::new(s.text(), status_word(s)));
    let providers = Provider::ALL.map(|p| Choice::new(p.text(), provider_word(p)));
    let filters = vec![
        listing.filter("status", say("payment-status"), say("payment-any-status"), statuses),
        listing.filter("provider", say("payment-method"), say("payment-any-way"), providers),
        listing.created_filter(call.viewer.now, call.viewer.zone),
    ];
    let customer_chip = of_customer.map(|id| ("customerId", labels.get(&id).map_or_else(|| say("customer-erased"), data)));
    let invoice_chip = of_invoice.map(|_| ("invoiceId", say("payment-of-invoice")));
    let row = |p: &Payment| {
        let cells = vec![
            invoice::customer_cell(p.customer_id, &labels),
            Cell::Text(way(p)),
            Cell::State(state(p, &call.viewer)),
            reference(p),
            at(p),
            Cell::Money(p.amount),
        ];
        Row::link(path(p.id), cells)
    };
    let page = ListPage {
        head: Head::new(Place::Payments, say("nav-payments")),
        help: None,
        primary: None,
        path: LIST.into(),
        search: Some(listing.search()),
        search_label: say("payment-search"),
        chips: listing.chips(&filters, customer_chip.into_iter().chain(invoice_chip)),
        filters,
        table: Table {
            caption: say("nav-payments"),
            columns: vec![
                Column::new(say("invoice-customer"), Phone::First),
                Column::new(say("payment-method"), Phone::Second),
                Column::new(say("payment-status"), Phone::SecondEnd),
                Column::new(say("payment-reference"), Phone::Hidden),
                Column::new(say("balance-when"), Phone::Hidden),
                Column::end(say("invoice-line-amount"), Phone::FirstEnd),
            ],
            rows: payments.iter().map(row).collect(),
        },
        total: say_with("payment-total", [("n", Arg::Count(end.total))]),
        first: listing.first(),
        next: listing.next(end.next),
        empty: if listing.is_narrowed() {
            Empty { text: say("list-none-match"), action: Some(Action::go(say("list-none-match-action"), LIST)), more: None }
        } else {
            let open = Action::go(say("payment-open-invoices"), "/admin/invoices?status=open");
            Empty { text: say("payment-empty"), action: Some(open), more: Some(("/docs/manual/payments".into(), say("nav-manual"))) }
        },
        api: Some(listing.api(API)),
    };
    Ok(PageReply::list(&page, &call.viewer))
}

/// The invoice that it is for, by its number.
fn invoice_cell(call: &PageCall, id: Option<InvoiceId>) -> Result<Cell> {
    let Some(id) = id else { return Ok(Cell::Muted(say("payment-no-invoice"))) };
    let (view, _) = call.app().invoice_read(&call.actor()?, id)?;
    Ok(Cell::Link { href: invoice::path(id), text: invoice::name(&view.invoice) })
}

fn facts(call: &PageCall, p: &Payment, customer: Cell) -> Result<Vec<Facts>> {
    let text = |t: &Option<String>| t.as_ref().map(|t| Cell::Text(data(t)));
    let mut rows = vec![
        (say("invoice-line-amount"), Cell::Money(p.amount)),
        (say("invoice-customer"), customer),
        (say("credit-of-invoice"), invoice_cell(call, p.invoice_id)?),
        (say("payment-provider"), Cell::Text(provider_word(p.provider))),
    ];
    rows.extend(p.amount_refunded.is_positive().then(|| (say("payment-refunded"), Cell::Money(p.amount_refunded))));
    rows.extend(text(&p.method).map(|cell| (say("payment-method"), cell)));
    rows.extend(text(&p.reference).map(|cell| (say("payment-reference"), cell)));
    rows.extend(p.provider_reference.as_ref().map(|t| (say("payment-transaction"), Cell::Copyable(t.clone()))));
    rows.extend(p.attempt.map(|n| (say("payment-attempt"), Cell::Count(i64::from(n) + 1))));
    rows.extend(p.failure_code.as_ref().map(|code| (say("payment-failure"), Cell::Code(code.clone()))));
    rows.extend(p.paid_at.map(|at| (say("payment-paid-at"), Cell::Instant(at))));
    rows.push((say("fact-created"), Cell::Instant(p.created_at)));
    rows.push((say("fact-id"), Cell::Copyable(p.id.text())));
    Ok(vec![Facts { title: say("payment-facts"), rows, actions: Vec::new() }])
}

async fn show(call: PageCall) -> Result<PageReply> {
    let (actor, id) = (call.actor()?, call.id::<PaymentId>()?);
    let payment = call.app().payment_read(&actor, id)?;
    let labels = call.app().customer_labels(&actor, [payment.customer_id])?;
    let customer = labels
        .get(&payment.customer_id)
        .map_or_else(|| Cell::Muted(say("customer-erased")), |name| Cell::Link { href: customer::path(payment.customer_id), text: data(name) });
    let amount = credit_note::words_of(payment.amount, &call.viewer);
    let page = DetailPage {
        head: Head::new(Place::Payments, data(amount)).under(LIST, say("nav-payments")),
        state: Some(state(&payment, &call.viewer)),
        subtitle: Some(customer.clone()),
        actions: Vec::new(),
        story: vec![story::happenings(&call, id)?],
        facts: facts(&call, &payment, customer)?,
        api: vec![ApiCall::get(format!("{API}/{id}"))],
    };
    Ok(PageReply::page(page.render(&call.viewer)))
}
