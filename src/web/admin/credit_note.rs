//! Credit notes and refunds: their list, what an invoice's page shows of them, the forms that make them, and the document itself.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::App;
use crate::app::credit_note::Left;
use crate::domain::credit_note::{CreditNote, CreditNoteFilter, CreditNoteLine, Destination, may_be_credited};
use crate::domain::id::{CreditNoteId, CustomerId, InvoiceId};
use crate::domain::list::Common;
use crate::domain::money::Money;
use crate::domain::reject::{Code, FieldError, Reject};
use crate::error::{Error, Result};
use crate::web::admin::customer::{made, newest};
use crate::web::admin::listing::Listing;
use crate::web::admin::{customer, invoice, story};
use crate::web::html::cell::Cell;
use crate::web::html::fill::{Blank, VERSION};
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, DetailPage, Empty, Facts, FormPage, Head, ListPage, Place, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::html::{Viewer, catalogue, format};
use crate::web::page::{PageCall, PageReply, PageRoute, beside};
use crate::wire::credit_note::{CreditNoteCreate, CreditNoteQuery, RefundCreate};
use crate::wire::input::read_body;
use crate::wire::invoice::InvoiceView;
use crate::wire::query::ListQuery;

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/invoices/{id}/credit", handler!(crediting)),
        PageRoute::post("/admin/invoices/{id}/credit", handler!(credit)),
        PageRoute::get("/admin/invoices/{id}/refund", handler!(refunding)),
        PageRoute::post("/admin/invoices/{id}/refund", handler!(refund)),
        PageRoute::get("/admin/credit-notes", handler!(list)),
        PageRoute::get("/admin/credit-notes/{id}", handler!(show)),
    ]
}

const INVOICES: &str = "/admin/invoices";
const LIST: &str = "/admin/credit-notes";
const API: &str = "/api/v1/credit-notes";
/// So many stand on a customer's page.
const SHOWN: u32 = 10;

pub fn path(id: CreditNoteId) -> String {
    format!("{LIST}/{id}")
}

/// An amount within a sentence.
pub fn words_of(amount: Money, viewer: &Viewer) -> String {
    format::money(amount, catalogue::of(viewer.language))
}

/// Where a note's amount went: each place that got some of it.
fn places(note: &CreditNote) -> Vec<(Text, Money)> {
    let places = [(say("credit-to-due"), note.to_due), (say("credit-to-balance"), note.to_balance), (say("credit-to-refund"), note.to_refund)];
    places.into_iter().filter(|(_, amount)| amount.is_positive()).collect()
}

/// Where it went as a cell; with amounts where it went to more than one place.
fn where_to(note: &CreditNote, viewer: &Viewer) -> Cell {
    let places = places(note);
    let part =
        |(place, amount): (Text, Money)| Cell::Text(say_with("credit-part", [("place", Arg::Say(place)), ("amount", Arg::Text(words_of(amount, viewer)))]));
    match places.len() {
        0 => Cell::Nothing,
        1 => places.into_iter().next().map_or(Cell::Nothing, |(place, _)| Cell::Text(place)),
        _ => Cell::Stack(places.into_iter().map(part).collect()),
    }
}

/// Notes as rows, where it is known whose they are.
fn table(notes: &[CreditNote], viewer: &Viewer) -> Table {
    let row = |note: &CreditNote| {
        let cells = vec![Cell::Text(data(&note.number)), Cell::Day(note.created_at), where_to(note, viewer), Cell::Money(note.amount)];
        Row::link(path(note.id), cells)
    };
    Table {
        caption: say("credit-notes"),
        columns: vec![
            Column::new(say("invoice-number"), Phone::First),
            Column::new(say("invoice-issued"), Phone::SecondEnd),
            Column::new(say("credit-where"), Phone::Second),
            Column::end(say("invoice-line-amount"), Phone::FirstEnd),
        ],
        rows: notes.iter().map(row).collect(),
    }
}

/// The notes of an invoice, for its page.
pub fn section(call: &PageCall, id: InvoiceId) -> Result<Section> {
    let notes = call.app().credit_notes_of(&call.actor()?, id)?;
    Ok(Section::Table { title: say("credit-notes"), table: table(&notes, &call.viewer), empty: say("credit-none"), more: None })
}

/// The newest notes of a customer, for his page; none where there are none.
pub async fn of_customer(call: &PageCall, id: CustomerId) -> Result<Option<Section>> {
    let filter = CreditNoteFilter { common: Common::default(), customer_id: Some(id), invoice_id: None };
    let (notes, all) = call.app().credit_note_page(&call.actor()?, filter, newest(SHOWN)).await?;
    let more = || Action::go(say_with("credit-all-notes", [("n", Arg::Count(all.total))]), format!("{LIST}?customerId={id}"));
    Ok((!notes.is_empty()).then(|| Section::Table {
        title: say("credit-notes"),
        table: table(&notes, &call.viewer),
        empty: say("credit-none"),
        more: (all.total > i64::from(SHOWN)).then(more),
    }))
}

async fn list(call: PageCall) -> Result<PageReply> {
    let (listing, actor) = (Listing::of(&call), call.actor()?);
    let query: ListQuery<CreditNoteId, CreditNoteQuery> = listing.query()?;
    let (of_customer, of_invoice) = (query.own.customer_id, query.own.invoice_id);
    let (notes, end) = call.app().credit_note_page(&actor, query.own.filter(query.common), query.page).await?;
    let asked = of_customer.map(|id| id.0);
    let labels = call.app().customer_labels(&actor, notes.iter().map(|note| note.customer_id).chain(asked))?;
    let filters = vec![listing.created_filter(call.viewer.now, call.viewer.zone)];
    let customer_chip = asked.map(|id| ("customerId", labels.get(&id).map_or_else(|| say("customer-erased"), data)));
    let invoice_chip = of_invoice.map(|_| ("invoiceId", say("credit-of-one-invoice")));
    let row = |note: &CreditNote| {
        let cells = vec![
            Cell::Text(data(&note.number)),
            invoice::customer_cell(note.customer_id, &labels),
            Cell::Text(data(&note.invoice_number)),
            Cell::Day(note.created_at),
            where_to(note, &call.viewer),
            Cell::Money(note.amount),
        ];
        Row::link(path(note.id), cells)
    };
    let page = ListPage {
        head: Head::new(Place::CreditNotes, say("credit-notes")),
        help: None,
        primary: None,
        path: LIST.into(),
        search: Some(listing.search()),
        search_label: say("credit-search"),
        chips: listing.chips(&filters, customer_chip.into_iter().chain(invoice_chip)),
        filters,
        table: Table {
            caption: say("credit-notes"),
            columns: vec![
                Column::new(say("invoice-number"), Phone::First),
                Column::new(say("invoice-customer"), Phone::Second),
                Column::new(say("credit-of-invoice"), Phone::Hidden),
                Column::new(say("invoice-issued"), Phone::SecondEnd),
                Column::new(say("credit-where"), Phone::Hidden),
                Column::end(say("invoice-line-amount"), Phone::FirstEnd),
            ],
            rows: notes.iter().map(row).collect(),
        },
        total: say_with("credit-count", [("n", Arg::Count(end.total))]),
        first: listing.first(),
        next: listing.next(end.next),
        empty: if listing.is_narrowed() {
            Empty { text: say("list-none-match"), action: Some(Action::go(say("list-none-match-action"), LIST)), more: None }
        } else {
            let more = Some(("/docs/manual/invoices".into(), say("nav-manual")));
            Empty { text: say("credit-empty"), action: Some(Action::go(say("credit-empty-action"), INVOICES)), more }
        },
        api: Some(listing.api(API)),
    };
    Ok(PageReply::list(&page, &call.viewer))
}

/// Why an invoice cannot be credited, or that nothing can be refunded of it.
fn may_not(view: &InvoiceView, left: Money, is_refund: bool) -> Option<Reject> {
    let status = may_be_credited(view.invoice.status).err();
    let sentence = if is_refund { "Nothing that was paid for this invoice is left to refund." } else { "Nothing of this invoice is left to credit." };
    status.or_else(|| (!left.is_positive()).then(|| Reject::state_conflict(sentence)))
}

/// What its page says where one was sent back from a form: `not-credit`, `not-refund`.
pub fn refusal(call: &PageCall, view: &InvoiceView, what: &str) -> Result<Option<Reject>> {
    let left = call.app().invoice_left(&call.actor()?, view.invoice.id)?;
    Ok(if what == "not-refund" { may_not(view, left.refundable, true) } else { may_not(view, left.total, false) })
}

/// What of an invoice can be taken back now.
pub fn actions(call: &PageCall, view: &InvoiceView) -> Result<Vec<Action>> {
    let left = call.app().invoice_left(&call.actor()?, view.invoice.id)?;
    let to = |what: &str| format!("{}/{what}", invoice::path(view.invoice.id));
    let credit = may_not(view, left.total, false).is_none().then(|| Action::go(say("credit-make"), to("credit")));
    let refund = may_not(view, left.refundable, true).is_none().then(|| Action::go(say("credit-refund"), to("refund")));
    Ok(credit.into_iter().chain(refund).collect())
}

fn form(call: &PageCall, view: &InvoiceView, title: Text, groups: Vec<Group>, what: &str, api: &str) -> FormPage {
    let own = invoice::path(view.invoice.id);
    FormPage {
        head: Head::new(Place::Invoices, title.clone()).under(INVOICES, say("nav-invoices")).under(&own, invoice::name(&view.invoice)),
        lead: None,
        warning: None,
        groups,
        problem: None,
        action: format!("{own}/{what}"),
        submit: title,
        weight: Weight::Primary,
        cancel: Some(own),
        once: call.once(),
        preview: None,
        api: Some(ApiCall { method: "POST", path: format!("/api/v1/invoices/{}/{api}", view.invoice.id), body: None }),
    }
}

fn reason_field() -> Field {
    Field::new("reason", say("invoice-reason"), Control::Prose).hint(say("credit-reason-hint"))
}

/// The name of the field for what is credited of the line at this place.
fn line_field(at: usize) -> String {
    format!("lines[{at}].amount")
}

const ALL: &str = "all";
const LINES: &str = "lines";

fn destination_field(left: &Left) -> Field {
    let choice = |to: Destination| {
        let (text, hint) = match to {
            Destination::Balance => (say("credit-balance"), say("credit-balance-hint")),
            Destination::Refund => (say("credit-back"), say("credit-back-hint")),
            Destination::None => (say("credit-nowhere"), say("credit-nowhere-hint")),
        };
        Choice::hinted(to.text(), text, hint)
    };
    let offered = Destination::ALL.into_iter().filter(|to| *to != Destination::Refund || left.refundable.is_positive());
    Field::new("to", say("credit-rest"), Control::Radio(offered.map(choice).collect())).value(Destination::Balance.text())
}

fn credit_form(call: &PageCall) -> Result<FormPage> {
    let (actor, id) = (call.actor()?, call.id::<InvoiceId>()?);
    // Before what is shown, so that no change between the two goes unnoticed.
    let seen = call.app().invoice_get(&actor, id)?;
    let (view, _) = call.app().invoice_read(&actor, id)?;
    let left = call.app().invoice_left(&actor, id)?;
    let amount = |amount: Money| [("amount", Arg::Text(words_of(amount, &call.viewer)))];
    let whats = vec![
        Choice::hinted(ALL, say("credit-all"), say_with("credit-all-hint", amount(left.total))),
        Choice::hinted(LINES, say("credit-lines"), say("credit-lines-hint")),
    ];
    let currency = left.total.currency().code();
    let lines = view.invoice.lines.iter().zip(&left.nets).enumerate().filter(|(_, (_, net))| net.is_positive());
    let fields = lines.map(|(at, (line, net))| {
        Field::new(line_field(at), data(&line.description), Control::Amount { currency: currency.to_owned() }).hint(say_with("credit-line-hint", amount(*net)))
    });
    let groups = vec![
        Group::plain(vec![Field::new("what", say("credit-what"), Control::Radio(whats)).value(ALL)]),
        Group::named(say("credit-amounts"), fields.collect()),
        Group::plain(vec![destination_field(&left), reason_field()]),
    ];
    let mut form = form(call, &view, say("credit-make"), groups, "credit", "credit-notes");
    form.lead = Some(say("credit-lead"));
    call.stamp(&mut form, &seen);
    let mut typed = form.clone();
    if call.posted.has(VERSION) {
        typed.take(&call.posted);
    }
    let body = Wanted::of(&typed, &view).body;
    form.api = form.api.map(|api| ApiCall { body: Some(body), ..api });
    Ok(form)
}

/// What a form wants credited: the body that the API takes, which has no lines but those with an amount.
struct Wanted {
    body: Value,
    /// The places on the invoice of the lines that are named.
    places: Vec<usize>,
    chooses_all: bool,
}

impl Wanted {
    fn of(form: &FormPage, view: &InvoiceView) -> Self {
        let mut body = form.body(Blank::Omit);
        let typed = |at: usize| body.get("lines")?.get(at)?.get("amount").cloned();
        let amounts: Vec<(usize, Value)> = (0..view.invoice.lines.len()).filter_map(|at| Some((at, typed(at)?))).collect();
        let chooses_all = body["what"] == ALL;
        let named: Vec<Value> = amounts.iter().map(|(at, amount)| json!({ "lineId": view.invoice.lines[*at].id.to_string(), "amount": amount })).collect();
        if let Value::Object(fields) = &mut body {
            fields.remove("what");
            fields.remove("lines");
            if !named.is_empty() || !chooses_all {
                fields.insert("lines".to_owned(), Value::Array(named));
            }
        }
        Self { body, places: amounts.into_iter().map(|(at, _)| at).collect(), chooses_all }
    }

    /// What is wrong with it beside the API's rules: amounts are of lines, or it is all of the invoice.
    fn wrong(&self) -> Option<FieldError> {
        match (self.chooses_all, self.places.is_empty()) {
            (true, false) => Some(FieldError::new("what", "Choose amounts of lines, or leave the amounts empty")),
            (false, true) => Some(FieldError::new("what", "Write an amount for at least one line, or choose all that is left")),
            _ => None,
        }
    }

    /// The field that a rule's refusal is about. The API names a line by its number; here it stands beside the line.
    fn about(reject: &Reject) -> Option<FieldError> {
        if reject.code != Code::StateConflict || !reject.details.is_empty() {
            return None;
        }
        let of_line = reject.message.strip_suffix('.').and_then(|message| message.rsplit_once(" of line "));
        match of_line.and_then(|(left, line)| Some((left, line.parse::<usize>().ok()?.checked_sub(1)?))) {
            Some((left, at)) => Some(FieldError::new(line_field(at), format!("{left}."))),
            None => reject.message.ends_with("the rest must go somewhere.").then(|| FieldError::new("to", reject.message.clone())),
        }
    }

    /// An error of the API under the fields of the form, which has a field for every line.
    fn in_form(places: &[usize], mut reject: Reject) -> Reject {
        reject.details.extend(Self::about(&reject));
        for detail in &mut reject.details {
            let named = detail.field.strip_prefix("lines[").filter(|_| reject.code == Code::ValidationError).and_then(|rest| rest.split_once(']'));
            let place = named.and_then(|(n, _)| places.get(n.parse::<usize>().ok()?).copied());
            if let Some(at) = place {
                detail.field = line_field(at);
            }
        }
        reject
    }
}

/// Shows a form, where what it is for is possible; else the invoice's page, which says why it is not.
fn shown(call: &PageCall, what: &str, form: fn(&PageCall) -> Result<FormPage>) -> Result<PageReply> {
    let (view, _) = call.app().invoice_read(&call.actor()?, call.id()?)?;
    if refusal(call, &view, &format!("not-{what}"))?.is_some() {
        return Ok(call.refused_before(&invoice::path(view.invoice.id), what));
    }
    Ok(call.show(form(call)?))
}

async fn crediting(call: PageCall) -> Result<PageReply> {
    shown(&call, "credit", credit_form)
}

async fn credit(call: PageCall) -> Result<PageReply> {
    let id = call.id::<InvoiceId>()?;
    let (view, _) = call.app().invoice_read(&call.actor()?, id)?;
    let mut form = credit_form(&call)?;
    form.take(&call.posted);
    let Wanted { body, places, .. } = &Wanted::of(&form, &view);
    let others = read_body::<CreditNoteCreate>(body.clone()).map_or_else(|reject| Wanted::in_form(places, reject).details, |_| Vec::new());
    let wrong: Vec<FieldError> = Wanted::of(&form, &view).wrong().into_iter().chain(others).collect();
    if !wrong.is_empty() {
        return call.refused(form, Error::Reject(Reject::fields(wrong)));
    }
    let (body, places) = (body.clone(), places.clone());
    let run = async move |app: Arc<App>, caller, input: CreditNoteCreate| match app.credit_note_create(caller, id, input).await {
        Err(Error::Reject(reject)) => Err(Error::Reject(Wanted::in_form(&places, reject))),
        answer => answer,
    };
    call.submit_change_as(credit_form, Blank::Omit, |_, _| body, run, made).await
}

fn refund_form(call: &PageCall) -> Result<FormPage> {
    let (actor, id) = (call.actor()?, call.id::<InvoiceId>()?);
    let seen = call.app().invoice_get(&actor, id)?;
    let (view, _) = call.app().invoice_read(&actor, id)?;
    let left = call.app().invoice_left(&actor, id)?.refundable;
    let hint = say_with("credit-refund-amount-hint", [("amount", Arg::Text(words_of(left, &call.viewer)))]);
    let amount = Field::new("amount", say("credit-refund-amount"), Control::Amount { currency: left.currency().code().to_owned() });
    let groups = vec![Group::plain(vec![amount.required().value(left.to_string()).hint(hint), reason_field()])];
    let mut form = form(call, &view, say("credit-refund"), groups, "refund", "refund");
    form.lead = Some(say("credit-refund-lead"));
    call.stamp(&mut form, &seen);
    Ok(form)
}

async fn refunding(call: PageCall) -> Result<PageReply> {
    shown(&call, "refund", refund_form)
}

async fn refund(call: PageCall) -> Result<PageReply> {
    let id = call.id::<InvoiceId>()?;
    let run = async move |app: Arc<App>, caller, input: RefundCreate| {
        let answer = app.refund_create(caller, id, input).await;
        answer.map_err(|e| beside(e, "amount", |reject| reject.message.starts_with("Only ")))
    };
    call.submit_change(refund_form, Blank::Omit, run, made).await
}

/// The lines. How an amount came about stands beneath it, where days were counted.
fn line_table(note: &CreditNote) -> Table {
    let has_tax = !note.taxes.is_empty();
    let row = |line: &CreditNoteLine| {
        let mut what = vec![Cell::Prose(line.description.clone())];
        what.extend(line.explanation.as_ref().map(|how| Cell::Muted(data(how))));
        let mut cells = vec![Cell::Stack(what)];
        cells.extend(has_tax.then_some(Cell::Money(line.tax)));
        cells.push(Cell::Money(line.amount));
        Row::new(cells)
    };
    let mut columns = vec![Column::new(say("invoice-line"), Phone::First)];
    columns.extend(has_tax.then(|| Column::end(say("invoice-tax"), Phone::Labelled)));
    columns.push(Column::end(if has_tax { say("invoice-line-net") } else { say("invoice-line-amount") }, Phone::Labelled));
    Table { caption: say("invoice-lines"), columns, rows: note.lines.iter().map(row).collect() }
}

fn sums(note: &CreditNote) -> Section {
    let taxes = note.taxes.iter().map(|tax| (data(&tax.name), Cell::Money(tax.amount)));
    let subtotal = (!note.taxes.is_empty()).then(|| (say("invoice-subtotal"), Cell::Money(note.subtotal)));
    let total = (say("credit-total"), Cell::Money(note.amount));
    Section::Sums(subtotal.into_iter().chain(taxes).chain([total]).collect())
}

fn facts(note: &CreditNote, customer: Cell, viewer: &Viewer) -> Vec<Facts> {
    let hash: String = note.hash.iter().map(|b| format!("{b:02x}")).collect();
    let mut rows = vec![
        (say("credit-of-invoice"), Cell::Link { href: invoice::path(note.invoice_id), text: data(&note.invoice_number) }),
        (say("invoice-customer"), customer),
        (say("invoice-issued"), Cell::Instant(note.created_at)),
        (say("credit-where"), where_to(note, viewer)),
    ];
    rows.extend(note.reason.as_ref().map(|reason| (say("invoice-reason"), Cell::Prose(reason.clone()))));
    rows.extend(customer::own_facts(note.external_id.as_deref(), note.metadata.as_str()));
    let document = vec![
        (say("invoice-seller"), invoice::party(&note.content, "seller")),
        (say("invoice-buyer"), invoice::party(&note.content, "buyer")),
        (say("invoice-hash"), Cell::Copyable(hash)),
        (say("fact-id"), Cell::Copyable(note.id.to_string())),
    ];
    vec![Facts { title: say("credit-facts"), rows, actions: Vec::new() }, Facts { title: say("invoice-document"), rows: document, actions: Vec::new() }]
}

async fn show(call: PageCall) -> Result<PageReply> {
    let (actor, id) = (call.actor()?, call.id::<CreditNoteId>()?);
    let note = call.app().credit_note_read(&actor, id)?;
    let labels = call.app().customer_labels(&actor, [note.customer_id])?;
    let customer = labels
        .get(&note.customer_id)
        .map_or_else(|| Cell::Muted(say("customer-erased")), |name| Cell::Link { href: customer::path(note.customer_id), text: data(name) });
    let mut head = Head::new(Place::CreditNotes, data(&note.number)).under(LIST, say("credit-notes"));
    head.notice = (call.done() == "created").then(|| say("credit-made"));
    let page = DetailPage {
        head,
        state: None,
        subtitle: Some(customer.clone()),
        actions: Vec::new(),
        story: vec![
            Section::Table { title: say("invoice-lines"), table: line_table(&note), empty: say("list-nothing"), more: None },
            sums(&note),
            story::happenings(&call, id)?,
        ],
        facts: facts(&note, customer, &call.viewer),
        api: vec![ApiCall::get(format!("{API}/{id}"))],
    };
    Ok(PageReply::page(page.render(&call.viewer)))
}
