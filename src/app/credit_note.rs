//! Credit notes and refunds: what is taken back of a finalised invoice, and where it goes.

use crate::app::balance::move_balance;
use crate::app::event::{Change, tell};
use crate::app::invoice::{at_hand, settle_if_covered};
use crate::app::payment::cash;
use crate::app::recognition;
use crate::app::refund;
use crate::app::timer::catch_up;
use crate::app::{Answer, App, Caller, Work};
use crate::domain::actor::Actor;
use crate::domain::balance::EntryKind;
use crate::domain::credit_note::{Choice, Chosen, CreditNote, CreditNoteFilter, CreditNotePlan, Creditable, Destination, Part, plan, plan_refund};
use crate::domain::event::EventType;
use crate::domain::id::{CreditNoteId, InvoiceId, TypedId};
use crate::domain::invoice::{Invoice, InvoiceStatus};
use crate::domain::key::Scope;
use crate::domain::ledger::Entry;
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::{Currency, Money};
use crate::domain::payment::{PaymentStatus, refunds};
use crate::domain::reject::{FieldError, Reject};
use crate::domain::text::{Prose, searched};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::secret::digest;
use crate::store::credit_note::{
    Credits, NewCreditNote, NewCreditNoteLine, credit_note_at, credit_note_find, credit_note_insert, credit_note_line_insert, credit_note_list,
    credit_note_list_of, credited_of_due, credits_of, is_quick,
};
use crate::store::db::Tx;
use crate::store::invoice::{SeriesHead, invoice_at, invoice_find, invoice_update, series_advance, series_head};
use crate::store::ledger::{Subject, ledger_post};
use crate::store::payment::{payment_list_of_invoice, payment_set_refunded};
use crate::store::settings::settings_load;
use crate::wire::credit_note::{CreditNoteCreate, CreditNoteJson, CreditNoteLineInput, RefundCreate};
use crate::wire::document::CreditNoteDocument;
use crate::wire::json::encode;
use crate::wire::output::PageWriter;
use crate::wire::payment::PaymentJson;

/// What can still be taken back of an invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Left {
    /// The net of each line, in their order.
    pub nets: Vec<Money>,
    /// Of all of them, with their taxes.
    pub total: Money,
    /// What was paid for it and can go back.
    pub refundable: Money,
}

fn found(note: Option<CreditNote>) -> Result<CreditNote> {
    Ok(note.ok_or_else(|| Reject::not_found("credit note"))?)
}

impl App {
    pub fn credit_note_get(&self, actor: &Actor, id: CreditNoteId) -> Result<Vec<u8>> {
        Ok(encode(&CreditNoteJson(&self.credit_note_read(actor, id)?)).into_bytes())
    }

    /// Whether there is such a credit note, for whoever got something else wrong. Needs no scope beyond the route's: 404 tells
    /// nothing that the right request would not.
    pub fn credit_note_exists(&self, id: &str) -> Result<()> {
        let id = CreditNoteId::parse(id).ok_or_else(|| Reject::not_found("credit note"))?;
        self.db.read(|tx| found(credit_note_find(tx, id)?).map(drop))
    }

    /// The same as a value.
    pub fn credit_note_read(&self, actor: &Actor, id: CreditNoteId) -> Result<CreditNote> {
        actor.require(Scope::InvoicesRead)?;
        self.db.read(|tx| found(credit_note_find(tx, id)?))
    }

    /// An invoice's notes, oldest first.
    pub fn credit_notes_of(&self, actor: &Actor, invoice: InvoiceId) -> Result<Vec<CreditNote>> {
        actor.require(Scope::InvoicesRead)?;
        self.db.read(|tx| match invoice_find(tx, invoice)? {
            Some(invoice) => credit_note_list_of(tx, invoice.row),
            None => Ok(Vec::new()),
        })
    }

    /// What is left of an invoice to credit and to refund, whatever its state allows.
    pub fn invoice_left(&self, actor: &Actor, id: InvoiceId) -> Result<Left> {
        actor.require(Scope::InvoicesRead)?;
        self.db.read(|tx| {
            let invoice = invoice_find(tx, id)?.ok_or_else(|| Reject::not_found("invoice"))?;
            let currency = invoice.sums.total.currency();
            let credits = credits_of(tx, invoice.row, currency)?;
            let lefts = |parts: &[Part]| parts.iter().map(|part| part.invoiced.minus(part.credited)).collect::<Result<Vec<Money>, Reject>>();
            let (nets, taxes) = (lefts(&credits.nets)?, lefts(&credits.cells)?);
            let total = Money::sum(currency, nets.iter().chain(&taxes).copied())?;
            let refundable = invoice.amount_paid.minus(credits.refunded)?.min(total);
            Ok(Left { nets, total, refundable })
        })
    }

    pub async fn credit_note_list(&self, actor: &Actor, filter: CreditNoteFilter, page: Page<CreditNoteId>) -> Result<Vec<u8>> {
        let (notes, end) = self.credit_note_page(actor, filter, page).await?;
        let mut writer = PageWriter::default();
        notes.iter().for_each(|note| writer.push(&CreditNoteJson(note)));
        Ok(writer.finish(&end))
    }

    /// The same as values.
    pub async fn credit_note_page(
        &self,
        actor: &Actor,
        filter: CreditNoteFilter,
        page: Page<CreditNoteId>,
    ) -> Result<(Vec<CreditNote>, PageEnd<CreditNoteId>)> {
        actor.require(Scope::InvoicesRead)?;
        let quick = is_quick(&filter);
        let read = move |tx: &Tx<'_>| {
            let mut notes = Vec::new();
            let end = credit_note_list(tx, &filter, &page, |note| notes.push(note.clone()))?;
            Ok((notes, end))
        };
        if quick { self.db.read(read) } else { self.db.read_slowly(read).await }
    }

    pub async fn credit_note_create(&self, caller: Caller, invoice: InvoiceId, input: CreditNoteCreate) -> Result<Answer> {
        caller.actor.require(Scope::InvoicesWrite)?;
        self.command(caller, move |work| create(work, invoice, input)).await
    }

    pub async fn refund_create(&self, caller: Caller, invoice: InvoiceId, input: RefundCreate) -> Result<Answer> {
        caller.actor.require(Scope::InvoicesWrite)?;
        self.command(caller, move |work| refund(work, invoice, input)).await
    }
}

fn answer(note: &CreditNote) -> Answer {
    Answer::created(note.id, format!("/api/v1/credit-notes/{}", note.id), encode(&CreditNoteJson(note)))
}

fn create(work: &Work<'_>, id: InvoiceId, input: CreditNoteCreate) -> Result<Answer> {
    let invoice = at_hand(work, id)?;
    let note = Note { reason: input.reason.map(Prose::into_string), to: input.to.unwrap_or_default(), times: Vec::new() };
    let choices = input.lines.map(|lines| choices(&invoice, &lines.0)).transpose()?;
    let chosen = choices.as_deref().map_or(Chosen::AllThatIsLeft, Chosen::Nets);
    let credits = credits_of(work.tx, invoice.row, invoice.sums.total.currency())?;
    let plan = plan(&creditable(&invoice, &credits)?, chosen, note.to)?;
    let subscription = invoice.subscription;
    let issued = issue(work, invoice, &credits, &plan, &note)?;
    if let Some(subscription) = subscription {
        catch_up(work, subscription.row)?;
    }
    Ok(answer(&issued))
}

fn refund(work: &Work<'_>, id: InvoiceId, input: RefundCreate) -> Result<Answer> {
    let invoice = at_hand(work, id)?;
    let currency = invoice.sums.total.currency();
    let amount = input.amount.0.in_currency(currency).map_err(|message| Reject::field("amount", message))?;
    let note = Note { reason: input.reason.map(Prose::into_string), to: Destination::Refund, times: Vec::new() };
    let credits = credits_of(work.tx, invoice.row, currency)?;
    let plan = plan_refund(&creditable(&invoice, &credits)?, amount)?;
    let subscription = invoice.subscription;
    let issued = issue(work, invoice, &credits, &plan, &note)?;
    if let Some(subscription) = subscription {
        catch_up(work, subscription.row)?;
    }
    Ok(answer(&issued))
}

/// The lines that a client named, by their places.
fn choices(invoice: &Invoice, lines: &[CreditNoteLineInput]) -> Result<Vec<Choice>> {
    if lines.is_empty() {
        return Err(Reject::field("lines", "Must name at least one line; leave it out to credit all that is left").into());
    }
    let (mut choices, mut wrong) = (Vec::new(), Vec::new());
    for (n, line) in lines.iter().enumerate() {
        let at = invoice.lines.iter().position(|own| own.id == line.line_id.0);
        let net = line.amount.0.in_currency(invoice.sums.total.currency());
        match (at, net) {
            (Some(line), Ok(net)) => choices.push(Choice { line, net }),
            (at, net) => {
                wrong.extend(at.is_none().then(|| FieldError::new(format!("lines[{n}].lineId"), "The invoice has no such line")));
                wrong.extend(net.err().map(|message| FieldError::new(format!("lines[{n}].amount"), message)));
            }
        }
    }
    if wrong.is_empty() { Ok(choices) } else { Err(Reject::fields(wrong).into()) }
}

/// An invoice as it can be credited now.
pub(crate) fn creditable<'a>(invoice: &Invoice, credits: &'a Credits) -> Result<Creditable<'a>> {
    Ok(Creditable {
        status: invoice.status,
        currency: invoice.sums.total.currency(),
        due: if invoice.status == InvoiceStatus::Open { invoice.amount_due()? } else { Money::zero(invoice.sums.total.currency()) },
        refundable: invoice.amount_paid.minus(credits.refunded)?,
        nets: &credits.nets,
        taxes: &credits.cells,
    })
}

/// Time of a line that is credited.
#[derive(Debug)]
pub(crate) struct CreditedTime {
    /// Its place on the invoice.
    pub line: usize,
    pub from: Timestamp,
    /// The first local day that is not served any more.
    pub from_day: i64,
    pub explanation: String,
}

/// What a note says beside its amounts.
#[derive(Debug)]
pub(crate) struct Note {
    pub reason: Option<String>,
    pub to: Destination,
    /// From when on lines' time is credited and how their amounts came about, by their places on the invoice.
    pub times: Vec<CreditedTime>,
}

/// Finalises a note: takes the number, writes the document into its chain, posts it, and gives away what it takes.
pub(crate) fn issue(work: &Work<'_>, mut invoice: Invoice, credits: &Credits, plan: &CreditNotePlan, note: &Note) -> Result<CreditNote> {
    let (tx, now) = (work.tx, work.tx.now());
    let original = invoice.document()?;
    let settings = settings_load(tx)?;
    let (zone, format) = (settings.business.timezone, &settings.billing.credit_note_number_format);
    let year = now.local_year(zone);
    let series = format.series(year);
    let head = series_head(tx, &series)?;
    let (n, id) = (head.last_n + 1, tx.new_id::<CreditNoteId>());
    let number = format.number(n, year);
    let mut explanations = vec![None; invoice.lines.len()];
    let mut times = vec![None; invoice.lines.len()];
    for time in &note.times {
        (times[time.line], explanations[time.line]) = (Some(time.from), Some(time.explanation.clone()));
    }
    let document = CreditNoteDocument {
        id,
        series: &series,
        n,
        number: &number,
        invoice: &invoice,
        original,
        seller: &settings.business,
        plan,
        explanations: &explanations,
        reason: note.reason.as_deref(),
        destination: note.to,
        issued_at: now,
        zone,
    };
    let content = document.canonical().map_err(Error::internal)?;
    let hash = digest(&[&head.head_hash, content.as_bytes()]);
    series_advance(tx, &series, &SeriesHead { last_n: n, head_hash: hash })?;
    let new = NewCreditNote {
        id,
        invoice: invoice.row,
        customer: invoice.customer_row,
        series: &series,
        n,
        number: &number,
        subtotal: plan.subtotal,
        tax: plan.tax,
        amount: plan.amount,
        to_due: plan.to_due,
        to_balance: plan.to_balance,
        to_refund: plan.to_refund,
        destination: note.to,
        reason: note.reason.as_deref(),
        content: &content,
        previous_hash: head.head_hash,
        hash,
        search: &searched(&format!("{number}\n{}", original.number)),
    };
    let row = credit_note_insert(tx, &new)?;
    for (at, credited) in plan.credited_lines() {
        let taxes: Vec<(i64, Money)> = credits.rates.iter().enumerate().map(|(rate, key)| (*key, plan.cells[rate * credits.lines.len() + at])).collect();
        let line = NewCreditNoteLine {
            invoice_line: credits.lines[at],
            amount: credited.net,
            tax: credited.tax,
            explanation: explanations[at].as_deref(),
            credited_from: times[at],
            taxes: &taxes,
        };
        credit_note_line_insert(tx, row, &line)?;
    }
    let issued = credit_note_at(tx, row)?;
    tell(work, EventType::CreditNoteCreated, Some(id), None, &encode(&CreditNoteJson(&issued)), Change { to: Some("issued"), ..Change::default() })?;
    post(work, &invoice, credits, plan, note)?;
    invoice.amount_credited = invoice.amount_credited.plus(plan.to_due)?;
    invoice.updated_at = now;
    invoice_update(tx, &invoice)?;
    settle_if_covered(work, invoice)?;
    Ok(issued)
}

/// Credits a replacement for what was credited of the due of the invoice in whose stead it is: whoever gave that, gave it.
pub(crate) fn carry(work: &Work<'_>, from: &Invoice, to: Invoice) -> Result<Invoice> {
    let currency = to.sums.total.currency();
    let credited = credited_of_due(work.tx, from.row, currency)?;
    let credits = credits_of(work.tx, to.row, currency)?;
    let choices: Vec<Choice> = credited
        .into_iter()
        .zip(&credits.nets)
        .enumerate()
        .map(|(line, (net, part))| Choice { line, net: net.min(part.invoiced) })
        .filter(|choice| choice.net.is_positive())
        .collect();
    if choices.is_empty() || to.status != InvoiceStatus::Open {
        return Ok(to);
    }
    let note = Note { reason: None, to: Destination::Balance, times: Vec::new() };
    let plan = plan(&creditable(&to, &credits)?, Chosen::Nets(&choices), note.to)?;
    let row = to.row;
    issue(work, to, &credits, &plan, &note)?;
    invoice_at(work.tx, row)
}

/// What the books say of a note: taken from what is earned and what is not, and given to where it goes.
fn post(work: &Work<'_>, invoice: &Invoice, credits: &Credits, plan: &CreditNotePlan, note: &Note) -> Result<()> {
    let subject = Subject { customer: invoice.customer_row, invoice: Some(invoice.row), payment: None };
    let currency: Currency = plan.amount.currency();
    let (mut deferred, mut revenue) = (Money::zero(currency), Money::zero(currency));
    for (at, credited) in plan.credited_lines().filter(|(_, credited)| credited.net.is_positive()) {
        let from_day = note.times.iter().find(|t| t.line == at).map(|t| t.from_day);
        let taken = recognition::credit(work.tx, credits.lines[at], credited.net, from_day)?;
        (deferred, revenue) = (deferred.plus(taken.from_deferred)?, revenue.plus(taken.from_revenue)?);
    }
    ledger_post(work.tx, &subject, &Entry::credit_note_issued(deferred, revenue, plan.tax)?)?;
    if plan.to_balance.is_positive() {
        move_balance(work, invoice.customer_row, plan.to_balance, EntryKind::Credited, Some(invoice.id), None)?;
        ledger_post(work.tx, &subject, &Entry::balance_credited(plan.to_balance)?)?;
    }
    give_back(work, invoice, plan.to_refund)
}

/// Refunds payments, the newest first.
fn give_back(work: &Work<'_>, invoice: &Invoice, amount: Money) -> Result<()> {
    let mut payments = payment_list_of_invoice(work.tx, invoice)?;
    payments.retain(|p| matches!(p.status, PaymentStatus::Succeeded | PaymentStatus::Refunded));
    for (n, part) in refunds(&payments, invoice.amount_paid, amount)? {
        let mut payment = payments[n].clone();
        let before = encode(&PaymentJson(&payment));
        payment.amount_refunded = payment.amount_refunded.plus(part)?;
        if payment.amount_refunded == payment.amount {
            payment.status = PaymentStatus::Refunded;
        }
        payment_set_refunded(work.tx, &payment)?;
        refund::order(work, &payment, part)?;
        let subject = Subject { customer: invoice.customer_row, invoice: Some(invoice.row), payment: Some(payment.row) };
        ledger_post(work.tx, &subject, &Entry::payment_refunded(cash(&payment)?, part)?)?;
        let change = Change { from: Some(payments[n].status.text()), to: Some(payment.status.text()), note: None };
        tell(work, EventType::PaymentRefunded, Some(payment.id), Some(&before), &encode(&PaymentJson(&payment)), change)?;
    }
    Ok(())
}
