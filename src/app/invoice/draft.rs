//! Drafts: written, changed, thrown away, and finalised. Until then they are in nobody's books.

use crate::app::event::{Change, tell};
use crate::app::invoice::{at_hand, finalize_as, found, shown, taxes_of};
use crate::app::settings::text;
use crate::app::{Answer, App, Caller, Work};
use crate::domain::actor::Actor;
use crate::domain::customer::Customer;
use crate::domain::event::EventType;
use crate::domain::id::InvoiceId;
use crate::domain::invoice::draft::{due_when_finalised, is_over};
use crate::domain::invoice::{BillingReason, Invoice, InvoiceLine, InvoiceStatus, Pricing, Sums};
use crate::domain::key::Scope;
use crate::domain::money::{Currency, Money};
use crate::domain::patch::{Change as Set, Patch};
use crate::domain::reject::{FieldError, Reject};
use crate::domain::settings::Settings;
use crate::domain::text::{Encoded, Line};
use crate::domain::time::{Start, Timestamp};
use crate::error::Result;
use crate::store::balance::balance;
use crate::store::customer::{customer_at, customer_find};
use crate::store::db::Tx;
use crate::store::invoice::{draft_delete, draft_insert, draft_list_of, draft_update, invoice_at, series_head};
use crate::store::settings::settings_load;
use crate::wire::invoice::{InvoiceCreate, InvoiceLineInput, InvoicePatch};
use crate::wire::json::{changed, encode_metadata};

impl App {
    pub async fn invoice_create(&self, caller: Caller, input: InvoiceCreate) -> Result<Answer> {
        caller.actor.require(Scope::InvoicesWrite)?;
        self.command(caller, move |work| create(work, input)).await
    }

    pub async fn invoice_update(&self, caller: Caller, id: InvoiceId, input: InvoicePatch) -> Result<Answer> {
        caller.actor.require(Scope::InvoicesWrite)?;
        self.command(caller, move |work| update(work, id, input)).await
    }

    pub async fn invoice_delete(&self, caller: Caller, id: InvoiceId) -> Result<Answer> {
        caller.actor.require(Scope::InvoicesWrite)?;
        self.command(caller, move |work| delete(work, id)).await
    }

    pub async fn invoice_finalize(&self, caller: Caller, id: InvoiceId) -> Result<Answer> {
        caller.actor.require(Scope::InvoicesWrite)?;
        self.command(caller, move |work| finalize(work, id)).await
    }
}

/// What the finalising of a draft would bring now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outlook {
    /// The number that it would take.
    pub number: String,
    pub due_at: Timestamp,
    pub from_balance: Money,
    pub due: Money,
}

impl App {
    /// Looks ahead, or says why it cannot be finalised.
    pub fn draft_outlook(&self, actor: &Actor, id: InvoiceId) -> Result<Outlook> {
        actor.require(Scope::InvoicesRead)?;
        let now = self.clock.billing();
        self.db.read(|tx| {
            let draft = found(tx, id)?;
            let (settings, _, due_at) = may_be_finalised(tx, &draft, now)?;
            let (zone, format) = (settings.business.timezone, &settings.billing.invoice_number_format);
            let year = now.local_year(zone);
            let n = series_head(tx, &format.series(year))?.last_n + 1;
            let total = draft.sums.total;
            let from_balance = balance(tx, draft.customer_row, total.currency())?.min(total);
            Ok(Outlook { number: format.number(n, year), due_at, from_balance, due: total.minus(from_balance)? })
        })
    }
}

/// What a draft is finalised by, where it can be: settings, customer and due date.
fn may_be_finalised(tx: &Tx<'_>, draft: &Invoice, now: Timestamp) -> Result<(Settings, Customer<'static>, Timestamp)> {
    draft.may_be_finalised()?;
    let (settings, customer) = (settings_load(tx)?, customer_at(tx, draft.customer_row)?);
    customer.may_buy()?;
    let due_at = due_when_finalised(draft.due_at, settings.billing.pending_days, settings.business.timezone, now)?;
    Ok((settings, customer, due_at))
}

/// An invoice as it is; of a draft, with what it would come to if it were finalised now.
pub(crate) fn previewed(tx: &Tx<'_>, invoice: Invoice) -> Result<Invoice> {
    if invoice.status != InvoiceStatus::Draft {
        return Ok(invoice);
    }
    let taxes = taxes_of(tx, &customer_at(tx, invoice.customer_row)?)?;
    // When it is due costs nothing.
    let plan = invoice.plan(invoice.created_at);
    // Taxes that came later can make it larger than any amount. It is shown without them then, and not finalised.
    let (pricing, priced) = match plan.price(&taxes) {
        Ok(priced) => (taxes, priced),
        Err(_) => (Pricing::default(), plan.price(&Pricing::default())?),
    };
    Ok(invoice.previewed(&pricing, &priced))
}

/// The draft as it stands in its row.
fn draft_at(tx: &Tx<'_>, row: i64) -> Result<Invoice> {
    previewed(tx, invoice_at(tx, row)?)
}

fn create(work: &Work<'_>, input: InvoiceCreate) -> Result<Answer> {
    let (tx, now) = (work.tx, work.tx.now());
    let settings = settings_load(tx)?;
    let customer = customer_find(tx, input.customer_id.0)?.ok_or_else(|| Reject::field("customerId", "There is no such customer"))?;
    customer.may_buy()?;
    let currency = input.currency.or(customer.currency).unwrap_or(settings.business.currency);
    let mut wrong = Vec::new();
    let lines = lines(work, &input.lines.0, &[], currency, &mut wrong);
    let due_at = input.due_at.and_then(|start| due(start, &settings, now, &mut wrong));
    refuse(wrong)?;
    let nothing = Money::zero(currency);
    let draft = Invoice {
        row: 0,
        id: tx.new_id(),
        created_at: now,
        updated_at: now,
        customer_row: customer.row,
        customer_id: customer.id,
        subscription: None,
        reason: BillingReason::Manual,
        status: InvoiceStatus::Draft,
        sums: Sums { subtotal: nothing, discount: nothing, tax: nothing, total: nothing },
        amount_credited: nothing,
        balance_applied: nothing,
        amount_paid: nothing,
        due_at,
        paid_at: None,
        finalised: None,
        replaces: None,
        replaced_by: None,
        metadata: input.metadata.as_ref().map_or(Encoded("{}".into()), encode_metadata),
        external_id: input.external_id.map(Line::into_string),
        lines,
        taxes: Vec::new(),
        coupon_use: None,
    };
    require_sum(&draft)?;
    let row = draft_insert(tx, &draft, &customer.buyer_search_text())?;
    let told = shown(draft_at(tx, row)?)?;
    tell(work, EventType::InvoiceCreated, Some(draft.id), None, &told, Change { to: Some(draft.status.text()), ..Change::default() })?;
    Ok(Answer::created(draft.id, format!("/api/v1/invoices/{}", draft.id), told))
}

fn update(work: &Work<'_>, id: InvoiceId, input: InvoicePatch) -> Result<Answer> {
    let (tx, now) = (work.tx, work.tx.now());
    let before = at_hand(work, id)?;
    before.may_be_changed()?;
    let settings = settings_load(tx)?;
    let (mut draft, mut wrong) = (before.clone(), Vec::new());
    let currency = input.currency.get().copied().unwrap_or(before.sums.total.currency());
    match &input.lines {
        Set::Set(given) => draft.lines = lines(work, &given.0, &before.lines, currency, &mut wrong),
        Set::Keep if currency != before.sums.total.currency() => {
            wrong.push(FieldError::new("currency", "Give the lines, too: their amounts are in another currency"));
        }
        Set::Keep => {}
    }
    draft.restate_in(currency);
    match input.due_at {
        Patch::Keep => {}
        Patch::Clear => draft.due_at = None,
        Patch::Set(start) => draft.due_at = due(start, &settings, now, &mut wrong),
    }
    match &input.metadata {
        Patch::Keep => {}
        Patch::Clear => draft.metadata = Encoded("{}".into()),
        Patch::Set(metadata) => draft.metadata = encode_metadata(metadata),
    }
    text(input.external_id, Line::into_string).apply(&mut draft.external_id);
    refuse(wrong)?;
    require_sum(&draft)?;
    let told = shown(before)?;
    if changed(&told, &shown(previewed(tx, draft.clone())?)?).is_none() {
        return Ok(Answer::ok(Some(id), told));
    }
    draft.updated_at = now;
    draft_update(tx, &draft)?;
    let after = shown(draft_at(tx, draft.row)?)?;
    let state = Some(draft.status.text());
    tell(work, EventType::InvoiceUpdated, Some(id), Some(&told), &after, Change { from: state, to: state, note: None })?;
    Ok(Answer::ok(Some(id), after))
}

fn delete(work: &Work<'_>, id: InvoiceId) -> Result<Answer> {
    let draft = at_hand(work, id)?;
    draft.may_be_deleted()?;
    discard(work, &draft)
}

/// Takes a draft away. Of what events told of it nothing stays.
fn discard(work: &Work<'_>, draft: &Invoice) -> Result<Answer> {
    draft_delete(work.tx, draft)?;
    let answer = Answer::deleted(draft.id);
    let told = String::from_utf8_lossy(&answer.body).into_owned();
    tell(work, EventType::InvoiceDeleted, Some(draft.id), None, &told, Change { from: Some(draft.status.text()), ..Change::default() })?;
    Ok(answer)
}

/// A customer's drafts go with him.
pub(crate) fn discard_all_of(work: &Work<'_>, customer: i64) -> Result<()> {
    draft_list_of(work.tx, customer)?.iter().try_for_each(|draft| discard(work, draft).map(drop))
}

/// Makes a document of a draft: by the seller, the buyer and the tax rates of now.
fn finalize(work: &Work<'_>, id: InvoiceId) -> Result<Answer> {
    let draft = at_hand(work, id)?;
    let (settings, customer, due_at) = may_be_finalised(work.tx, &draft, work.tx.now())?;
    finalize_as(work, &settings, &customer, None, &draft.plan(due_at), Some(&draft))?;
    Ok(Answer::ok(Some(id), shown(invoice_at(work.tx, draft.row)?)?))
}

/// The lines that a client gave. One that has the place of another has its id, too.
fn lines(work: &Work<'_>, given: &[InvoiceLineInput], before: &[InvoiceLine], currency: Currency, wrong: &mut Vec<FieldError>) -> Vec<InvoiceLine> {
    let nothing = Money::zero(currency);
    let mut line = |(n, line): (usize, &InvoiceLineInput)| {
        let quantity = line.quantity.map_or(1, |quantity| quantity.0);
        let unit_amount = line.unit_amount.0.in_currency(currency).and_then(|amount| {
            let fits = amount.times(quantity).map(|_| amount);
            fits.map_err(|_| "Is too large with this quantity".to_owned())
        });
        InvoiceLine {
            id: before.get(n).map_or_else(|| work.tx.new_id(), |old| old.id),
            description: line.description.as_str().to_owned(),
            quantity,
            unit_amount: unit_amount.unwrap_or_else(|message| {
                wrong.push(FieldError::new(format!("lines[{n}].unitAmount"), message));
                nothing
            }),
            amount: nothing,
            discount: nothing,
            tax: nothing,
            period: None,
            explanation: String::new(),
            taxable: line.taxable.unwrap_or(true),
            days: None,
            is_period: false,
        }
    };
    given.iter().enumerate().map(&mut line).collect()
}

/// When it is to be due, where that is not over.
fn due(start: Start, settings: &Settings, now: Timestamp, wrong: &mut Vec<FieldError>) -> Option<Timestamp> {
    let (zone, at) = (settings.business.timezone, start.instant(settings.business.timezone));
    if is_over(at, zone, now) {
        wrong.push(FieldError::new("dueAt", "Must not lie before today"));
    }
    Some(at)
}

/// What all lines come to must be an amount, whatever the taxes.
fn require_sum(draft: &Invoice) -> Result<()> {
    draft.plan(draft.created_at).price(&Pricing::default()).map(drop).map_err(|_| Reject::field("lines", "The lines are too much together").into())
}

fn refuse(wrong: Vec<FieldError>) -> Result<()> {
    if wrong.is_empty() { Ok(()) } else { Err(Reject::fields(wrong).into()) }
}
