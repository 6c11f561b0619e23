//! What `billhead verify` reads, a range of rows at a time, and the row that keeps what the last one came to.
//!
//! Each function reads so many rows after one, by a table's key or by an index that has all that is wanted: events are read from
//! their index alone, so that their payloads, the greater part of a database, stay where they are. Values are taken as they
//! are: a row that somebody edited is to be told of, not to stop the reading.

use std::borrow::Cow;

use rusqlite::{Row, params};

use crate::domain::balance::EntryKind;
use crate::domain::coupon::Off;
use crate::domain::id::{CreditNoteId, CustomerId, InvoiceId, InvoiceLineId, SubscriptionId, TypedId};
use crate::domain::invoice::InvoiceStatus;
use crate::domain::ledger::Account;
use crate::domain::money::{Currency, Money};
use crate::domain::payment::{PaymentStatus, Provider};
use crate::domain::percent::Percent;
use crate::domain::report::{Counted, Movement, Recurring, counts};
use crate::domain::subscription::SubscriptionStatus;
use crate::domain::time::{Interval, Period, Timestamp, Unit, day_text, parse_local};
use crate::domain::verify::books::{CountedAs, EntryFacts, MoveFacts, PostingFacts};
use crate::domain::verify::chain::{Hash, Head};
use crate::domain::verify::counter::{MovementFacts, MrrFacts, ToldCounters, posting_name};
use crate::domain::verify::revenue::{LinePlans, PlanFacts, Told};
use crate::domain::verify::{
    Code, CouponFacts, CreditNoteFacts, CustomerFacts, NotesFacts, PaymentFacts, PeriodFacts, ProductFacts, RateFacts, RedemptionFacts, SubscriptionFacts,
};
use crate::error::Result;
use crate::store::db::{Tx, WriteTx};
use crate::store::row;

/// The greatest keys of the tables: how much there is to read, and up to where no event may be missing.
#[derive(Clone, Copy, Default, Debug)]
pub struct Marks {
    pub entry: i64,
    pub plan: i64,
    pub movement: i64,
    pub balance_entry: i64,
    pub invoice: i64,
    pub credit_note: i64,
    pub payment: i64,
    pub customer: i64,
    pub subscription: i64,
    pub product: i64,
    /// The greatest number that an event ever had, also where that event is gone.
    pub event: i64,
}

pub fn marks(tx: &Tx<'_>) -> Result<Marks> {
    let greatest = |table: &str| -> rusqlite::Result<i64> {
        Ok(tx.one(&format!("SELECT MAX(row) FROM {table}"), [], |r| r.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0))
    };
    let event = "SELECT max(coalesce((SELECT MAX(sequence) FROM event), 0), coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0))";
    Ok(Marks {
        entry: greatest("ledger_entry")?,
        plan: greatest("recognition")?,
        movement: greatest("mrr_movement")?,
        balance_entry: greatest("balance_entry")?,
        invoice: greatest("invoice")?,
        credit_note: greatest("credit_note")?,
        payment: greatest("payment")?,
        customer: greatest("customer")?,
        subscription: greatest("subscription")?,
        product: greatest("product")?,
        event: tx.one(event, [], |r| r.get(0))?.unwrap_or(0),
    })
}

fn code(row: &Row<'_>, column: usize) -> rusqlite::Result<Code> {
    Ok(Code::try_from(row::text(row, column)?.as_bytes()).unwrap_or(*b"???"))
}

/// Where an object stands by the log: the state of its last transition.
pub fn last_state(tx: &Tx<'_>, id: impl TypedId) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT to_state FROM transition WHERE event = (SELECT sequence FROM event WHERE object_id = ?1 ORDER BY sequence DESC LIMIT 1)";
    Ok(tx.one(sql, [id.bytes()], |r| r.get(0))?.flatten())
}

/// The entries of the ledger after one.
pub fn entries_after(tx: &Tx<'_>, after: i64, limit: u32) -> Result<Vec<EntryFacts>> {
    let sql = "SELECT row, customer, ledger_entry.invoice, payment, CASE WHEN kind = 'revenue_recognised' THEN ledger_entry.day END, ledger_entry.day, kind, \
               receivable_due.day FROM ledger_entry LEFT JOIN receivable_due ON receivable_due.invoice = ledger_entry.invoice WHERE row > ?1 ORDER BY row LIMIT ?2";
    let map = |r: &Row<'_>| {
        let counted = CountedAs { day: r.get(5)?, kind: r.get(6)?, due_day: r.get(7)? };
        Ok(EntryFacts { row: r.get(0)?, customer: r.get(1)?, invoice: r.get(2)?, payment: r.get(3)?, day: r.get(4)?, counted })
    };
    Ok(tx.all(sql, params![after, limit], map)?)
}

/// The postings of the entries after one and up to another, in their order.
pub fn postings_between(tx: &Tx<'_>, after: i64, last: i64) -> Result<Vec<PostingFacts>> {
    let sql = "SELECT entry, account, currency, amount_minor FROM ledger_posting WHERE entry > ?1 AND entry <= ?2 ORDER BY entry";
    let map = |r: &Row<'_>| Ok(PostingFacts { entry: r.get(0)?, account: Account::parse(&row::text(r, 1)?), code: code(r, 2)?, amount: r.get(3)? });
    Ok(tx.all(sql, [after, last], map)?)
}

/// A schedule's columns, which begin at `at`.
fn plan(r: &Row<'_>, at: usize) -> rusqlite::Result<PlanFacts> {
    Ok(PlanFacts {
        row: r.get(at)?,
        line: r.get(at + 1)?,
        code: code(r, at + 2)?,
        opens: r.get(at + 3)?,
        amount: r.get(at + 4)?,
        first_day: r.get(at + 5)?,
        days: r.get(at + 6)?,
    })
}

const PLAN: &str =
    "recognition.row, recognition.invoice_line, recognition.currency, recognition.opens, recognition.amount_minor, recognition.first_day, recognition.days";

/// The schedules after one, each with that of the same line in whose place it stands.
pub fn plans_after(tx: &Tx<'_>, after: i64, limit: u32) -> Result<Vec<(PlanFacts, Option<PlanFacts>)>> {
    let sql = format!(
        "SELECT {PLAN}, (SELECT MAX(row) FROM recognition AS older WHERE older.invoice_line = recognition.invoice_line AND older.row < recognition.row)          FROM recognition WHERE row > ?1 ORDER BY row LIMIT ?2"
    );
    let rows: Vec<(PlanFacts, Option<i64>)> = tx.all(&sql, params![after, limit], |r| Ok((plan(r, 0)?, r.get(7)?)))?;
    let one = format!("SELECT {PLAN} FROM recognition WHERE row = ?1");
    rows.into_iter().map(|(plan_row, older)| Ok((plan_row, older.map(|row| tx.one(&one, [row], |r| plan(r, 0))).transpose()?.flatten()))).collect()
}

/// How the lines of an invoice are earned, by line, in the order in which it was written.
pub fn plans_of(tx: &Tx<'_>, invoice: i64) -> Result<Vec<LinePlans>> {
    let sql = format!(
        "SELECT {PLAN}, invoice_line.row, invoice_line.amount_minor FROM invoice_line LEFT JOIN recognition ON recognition.invoice_line = invoice_line.row          WHERE invoice_line.invoice = ?1 ORDER BY invoice_line.row, recognition.row"
    );
    let mut lines: Vec<(i64, LinePlans)> = Vec::new();
    tx.each(&sql, [invoice], |r| {
        let (line, net) = (r.get(7)?, r.get(8)?);
        if lines.last().is_none_or(|(last, _)| *last != line) {
            lines.push((line, LinePlans { net, plans: Vec::new() }));
        }
        // A schedule in a currency that there is not is left out, and then lacks.
        if r.get::<_, Option<i64>>(0)?.is_some()
            && let (Some((_, last)), Some(schedule)) = (lines.last_mut(), plan(r, 0)?.schedule())
        {
            last.plans.push(schedule);
        }
        Ok(true)
    })?;
    Ok(lines.into_iter().map(|(_, plans)| plans).collect())
}

/// What the tables say of revenue by day.
pub fn revenue_told(tx: &Tx<'_>) -> Result<Told> {
    Ok(Told {
        open_day: tx.one("SELECT open_day FROM revenue_clock", [], |r| r.get(0))?,
        rates: tx.all("SELECT currency, amount_minor FROM revenue_rate", [], |r| Ok((code(r, 0)?, r.get(1)?)))?,
        changes: tx.all("SELECT currency, day, amount_minor FROM revenue_change", [], |r| Ok((code(r, 0)?, r.get(1)?, r.get(2)?)))?,
    })
}

/// The entries of customers' balances after one.
pub fn moves_after(tx: &Tx<'_>, after: i64, limit: u32) -> Result<Vec<MoveFacts>> {
    let sql = "SELECT row, customer, currency, amount_minor, kind, invoice IS NOT NULL, (SELECT invoice.row FROM invoice WHERE invoice.id = balance_entry.invoice) \
               FROM balance_entry WHERE row > ?1 ORDER BY row LIMIT ?2";
    let map = |r: &Row<'_>| {
        let kind = row::word(r, 4, EntryKind::parse)?;
        Ok(MoveFacts { row: r.get(0)?, customer: r.get(1)?, code: code(r, 2)?, amount: r.get(3)?, kind, names_invoice: r.get(5)?, invoice: r.get(6)? })
    };
    Ok(tx.all(sql, params![after, limit], map)?)
}

/// An invoice's row, borrowed while it is visited.
pub struct InvoiceRow<'r> {
    pub row: i64,
    pub id: InvoiceId,
    pub customer: i64,
    pub customer_id: Option<CustomerId>,
    pub subscription: Option<i64>,
    pub subscription_id: Option<SubscriptionId>,
    /// Of a draft, as of one that somebody edited, what lacks is empty.
    pub series: Cow<'r, str>,
    pub n: i64,
    pub number: Cow<'r, str>,
    pub reason: Cow<'r, str>,
    pub status: InvoiceStatus,
    pub code: Code,
    pub subtotal: i64,
    pub discount: i64,
    pub tax: i64,
    pub total: i64,
    pub credited: i64,
    pub applied: i64,
    pub paid: i64,
    pub issued_at: Timestamp,
    pub due_at: Timestamp,
    pub content: Cow<'r, str>,
    pub replaces: Option<InvoiceId>,
    /// How many lines it has as a draft.
    pub draft_lines: i64,
    pub subscription_fits: bool,
}

/// Visits the invoices after one and before another; how many there were.
pub fn invoices_between(tx: &Tx<'_>, after: i64, before: i64, limit: u32, mut visit: impl FnMut(&InvoiceRow<'_>) -> Result<()>) -> Result<u64> {
    let sql = "SELECT row, id, customer, (SELECT customer.id FROM customer WHERE customer.row = invoice.customer), subscription, \
               (SELECT subscription.id FROM subscription WHERE subscription.row = invoice.subscription), coalesce(series, ''), coalesce(n, 0), coalesce(number, ''), \
               billing_reason, status, currency, subtotal_minor, discount_minor, tax_minor, total_minor, amount_credited_minor, balance_applied_minor, \
               amount_paid_minor, coalesce(issued_at, 0), coalesce(due_at, 0), coalesce(content, ''), replaces, \
               (SELECT COUNT(*) FROM draft_line WHERE draft_line.invoice = invoice.row), \
               coalesce((SELECT subscription.customer FROM subscription WHERE subscription.row = invoice.subscription), customer) = customer FROM invoice WHERE row > ?1 AND row < ?2 ORDER BY row LIMIT ?3";
    let (mut visited, mut failed) = (0, Ok(()));
    tx.each(sql, params![after, before, limit], |r| {
        let invoice = InvoiceRow {
            row: r.get(0)?,
            id: row::id(r, 1)?,
            customer: r.get(2)?,
            customer_id: row::opt_id(r, 3)?,
            subscription: r.get(4)?,
            subscription_id: row::opt_id(r, 5)?,
            series: row::text(r, 6)?,
            n: r.get(7)?,
            number: row::text(r, 8)?,
            reason: row::text(r, 9)?,
            status: row::word(r, 10, InvoiceStatus::parse)?,
            code: code(r, 11)?,
            subtotal: r.get(12)?,
            discount: r.get(13)?,
            tax: r.get(14)?,
            total: r.get(15)?,
            credited: r.get(16)?,
            applied: r.get(17)?,
            paid: r.get(18)?,
            issued_at: row::time(r, 19)?,
            due_at: row::time(r, 20)?,
            content: row::text(r, 21)?,
            replaces: row::opt_id(r, 22)?,
            draft_lines: r.get(23)?,
            subscription_fits: r.get(24)?,
        };
        visited += 1;
        failed = visit(&invoice);
        Ok(failed.is_ok())
    })?;
    failed.map(|()| visited)
}

/// A line of an invoice with the period that it pays.
#[derive(Clone, Debug)]
pub struct LineRow {
    pub id: InvoiceLineId,
    pub description: String,
    pub quantity: i64,
    pub unit_amount: i64,
    pub amount: i64,
    pub discount: i64,
    pub tax: i64,
    pub period: Option<(i64, bool)>,
    pub row: i64,
}

pub fn lines_of(tx: &Tx<'_>, invoice: i64) -> Result<Vec<LineRow>> {
    let sql = "SELECT invoice_line.id, description, quantity, unit_amount_minor, amount_minor, discount_minor, tax_minor, subscription_period.subscription, released, invoice_line.row \
               FROM invoice_line LEFT JOIN subscription_period ON subscription_period.invoice_line = invoice_line.row WHERE invoice = ?1 ORDER BY invoice_line.row";
    let map = |r: &Row<'_>| {
        let period = match (r.get(7)?, r.get(8)?) {
            (Some(subscription), Some(released)) => Some((subscription, released)),
            _ => None,
        };
        Ok(LineRow {
            id: row::id(r, 0)?,
            description: r.get(1)?,
            quantity: r.get(2)?,
            unit_amount: r.get(3)?,
            amount: r.get(4)?,
            discount: r.get(5)?,
            tax: r.get(6)?,
            period,
            row: r.get(9)?,
        })
    };
    Ok(tx.all(sql, [invoice], map)?)
}

/// What each rate takes of an invoice: by itself, and by its lines; and what credit notes took back of it.
pub fn rates_of(tx: &Tx<'_>, invoice: i64) -> Result<Vec<RateFacts>> {
    let sql = "SELECT row, amount_minor FROM invoice_tax WHERE invoice = ?1 ORDER BY row";
    let rates: Vec<(i64, i64)> = tx.all(sql, [invoice], |r| Ok((r.get(0)?, r.get(1)?)))?;
    if rates.is_empty() {
        return Ok(Vec::new());
    }
    let sums = |sql: &str| -> rusqlite::Result<Vec<(i64, i64)>> { tx.all(sql, [invoice], |r| Ok((r.get(0)?, r.get(1)?))) };
    let by_lines = sums(
        "SELECT invoice_tax, SUM(invoice_line_tax.amount_minor) FROM invoice_line JOIN invoice_line_tax ON invoice_line_tax.invoice_line = invoice_line.row \
         WHERE invoice_line.invoice = ?1 GROUP BY invoice_tax",
    )?;
    let credited = sums(
        "SELECT invoice_tax, SUM(credit_note_line_tax.amount_minor) FROM credit_note JOIN credit_note_line ON credit_note_line.credit_note = credit_note.row \
         JOIN credit_note_line_tax ON credit_note_line_tax.credit_note_line = credit_note_line.row WHERE credit_note.invoice = ?1 GROUP BY invoice_tax",
    )?;
    let of = |sums: &[(i64, i64)], rate: i64| sums.iter().find(|(row, _)| *row == rate).map_or(0, |(_, sum)| *sum);
    Ok(rates.iter().map(|(row, amount)| RateFacts { amount: *amount, by_lines: of(&by_lines, *row), credited: of(&credited, *row) }).collect())
}

/// The key of a line, and what credit notes took of its net and of its tax.
pub type CreditedOfLine = (i64, i64, i64);

/// What the credit notes of an invoice sum to, and what they took of its lines, by their keys; none where there are none.
pub fn notes_of(tx: &Tx<'_>, invoice: i64) -> Result<Option<(NotesFacts, Vec<CreditedOfLine>)>> {
    let sql = "SELECT COUNT(*), COALESCE(SUM(subtotal_minor), 0), COALESCE(SUM(tax_minor), 0), COALESCE(SUM(to_due_minor), 0), COALESCE(SUM(to_balance_minor), 0), \
               COALESCE(SUM(to_refund_minor), 0) FROM credit_note WHERE invoice = ?1";
    let sums = tx.one(sql, [invoice], |r| {
        let notes = NotesFacts { net: r.get(1)?, tax: r.get(2)?, to_due: r.get(3)?, to_balance: r.get(4)?, to_refund: r.get(5)?, refunded: 0 };
        Ok((r.get::<_, i64>(0)?, notes))
    })?;
    let Some((_, notes)) = sums.filter(|(n, _)| *n > 0) else { return Ok(None) };
    let refunded = tx.one("SELECT COALESCE(SUM(refunded_minor), 0) FROM payment WHERE invoice = ?1", [invoice], |r| r.get(0))?.unwrap_or(0);
    let sql = "SELECT invoice_line, SUM(credit_note_line.amount_minor), SUM(credit_note_line.tax_minor) FROM credit_note \
               JOIN credit_note_line ON credit_note_line.credit_note = credit_note.row WHERE credit_note.invoice = ?1 GROUP BY invoice_line";
    let lines = tx.all(sql, [invoice], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    Ok(Some((NotesFacts { refunded, ..notes }, lines)))
}

/// A credit note's row with its lines' sums, borrowed while it is visited.
pub struct CreditNoteRow<'r> {
    pub row: i64,
    pub facts: CreditNoteFacts,
    pub series: Cow<'r, str>,
    pub n: i64,
    pub number: Cow<'r, str>,
    pub invoice_id: Option<InvoiceId>,
    pub customer_id: Option<CustomerId>,
    pub issued_at: Timestamp,
    /// Net, tax, amount, and where that went: to the due, the balance, back.
    pub amounts: [i64; 6],
    pub destination: Cow<'r, str>,
    pub reason: Option<Cow<'r, str>>,
    pub content: Cow<'r, str>,
}

/// Visits the credit notes after one; how many there were.
pub fn credit_notes_after(tx: &Tx<'_>, after: i64, limit: u32, mut visit: impl FnMut(&CreditNoteRow<'_>)) -> Result<u64> {
    let sql = "SELECT credit_note.row, credit_note.id, credit_note.series, credit_note.n, credit_note.number, invoice.id, customer.id, credit_note.currency, \
               credit_note.subtotal_minor, credit_note.tax_minor, credit_note.amount_minor, credit_note.to_due_minor, credit_note.to_balance_minor, \
               credit_note.to_refund_minor, credit_note.destination, credit_note.reason, credit_note.created_at, credit_note.content, invoice.currency, \
               (SELECT COALESCE(SUM(amount_minor), 0) FROM credit_note_line WHERE credit_note = credit_note.row), \
               (SELECT COALESCE(SUM(tax_minor), 0) FROM credit_note_line WHERE credit_note = credit_note.row), \
               (SELECT COUNT(*) FROM credit_note_line WHERE credit_note = credit_note.row AND invoice_line NOT IN \
               (SELECT invoice_line.row FROM invoice_line WHERE invoice_line.invoice = invoice.row)) \
               FROM credit_note LEFT JOIN invoice ON invoice.row = credit_note.invoice LEFT JOIN customer ON customer.row = credit_note.customer \
               WHERE credit_note.row > ?1 ORDER BY credit_note.row LIMIT ?2";
    let mut visited = 0;
    tx.each(sql, params![after, limit], |r| {
        let code = code(r, 7)?;
        let id = row::id(r, 1)?;
        let note = CreditNoteRow {
            row: r.get(0)?,
            facts: CreditNoteFacts {
                id,
                number: r.get(4)?,
                code,
                invoice_code: row::opt_text(r, 18)?.and_then(|text| Code::try_from(text.as_bytes()).ok()),
                net: r.get(8)?,
                tax: r.get(9)?,
                lines_net: r.get(19)?,
                lines_tax: r.get(20)?,
                foreign_lines: r.get(21)?,
                last_state: last_state(tx, id)?,
            },
            series: row::text(r, 2)?,
            n: r.get(3)?,
            number: row::text(r, 4)?,
            invoice_id: row::opt_id(r, 5)?,
            customer_id: row::opt_id(r, 6)?,
            issued_at: row::time(r, 16)?,
            amounts: [r.get(8)?, r.get(9)?, r.get(10)?, r.get(11)?, r.get(12)?, r.get(13)?],
            destination: row::text(r, 14)?,
            reason: row::opt_text(r, 15)?,
            content: row::text(r, 17)?,
        };
        visited += 1;
        visit(&note);
        Ok(true)
    })?;
    Ok(visited)
}

/// A document in its series.
pub struct ChainRow<'r> {
    /// What it is, its number and its id.
    pub name: String,
    pub n: i64,
    pub content: Cow<'r, str>,
    pub previous_hash: Hash,
    pub hash: Hash,
}

/// Visits the documents of a series after a number, in order; how many there were.
pub fn chain_after(tx: &Tx<'_>, series: &str, after: i64, limit: u32, mut visit: impl FnMut(&ChainRow<'_>)) -> Result<u64> {
    let sql = "SELECT n, coalesce(number, ''), id, coalesce(content, ''), coalesce(previous_hash, zeroblob(32)), coalesce(hash, zeroblob(32)), 0 FROM invoice WHERE series = ?1 AND n > ?2 UNION ALL \
               SELECT n, number, id, content, previous_hash, hash, 1 FROM credit_note WHERE series = ?1 AND n > ?2 ORDER BY n LIMIT ?3";
    let mut visited = 0;
    tx.each(sql, params![series, after, limit], |r| {
        let number = row::text(r, 1)?;
        let name = match r.get::<_, bool>(6)? {
            false => format!("invoice {number} ({})", row::id::<InvoiceId>(r, 2)?),
            true => format!("credit note {number} ({})", row::id::<CreditNoteId>(r, 2)?),
        };
        visited += 1;
        visit(&ChainRow { name, n: r.get(0)?, content: row::text(r, 3)?, previous_hash: r.get(4)?, hash: r.get(5)? });
        Ok(true)
    })?;
    Ok(visited)
}

/// The series after another: one that has a head, or documents.
pub fn series_after(tx: &Tx<'_>, after: &str) -> Result<Option<String>> {
    let sql = "SELECT min(series) FROM (SELECT MIN(series) AS series FROM document_series WHERE series > ?1 UNION ALL \
               SELECT MIN(series) FROM invoice WHERE series > ?1 UNION ALL SELECT MIN(series) FROM credit_note WHERE series > ?1)";
    Ok(tx.one(sql, [after], |r| r.get(0))?.flatten())
}

/// A coupon, and what was counted of it.
pub fn coupons_after(tx: &Tx<'_>, after: i64, limit: u32) -> Result<Vec<(i64, CouponFacts)>> {
    let sql = "SELECT row, id, redeemed, max_redemptions, status, (SELECT COUNT(*) FROM coupon_redemption WHERE coupon = coupon.row), \
               CASE duration WHEN 'once' THEN 1 ELSE duration_periods END FROM coupon WHERE row > ?1 ORDER BY row LIMIT ?2";
    let map = |r: &Row<'_>| {
        let (key, id) = (r.get(0)?, row::id(r, 1)?);
        let redemptions = "SELECT subscription, used, (SELECT COALESCE(SUM(invoice.coupon_periods), 0) FROM invoice \
                           WHERE invoice.subscription = coupon_redemption.subscription AND invoice.coupon_redemption = coupon_redemption.row \
                           AND invoice.status <> 'void') FROM coupon_redemption WHERE coupon = ?1 ORDER BY row";
        let redemptions = tx.all(redemptions, [key], |r| Ok(RedemptionFacts { subscription: r.get(0)?, used: r.get(1)?, billed: r.get(2)? }))?;
        let facts = CouponFacts {
            id,
            redeemed: r.get(2)?,
            most: r.get(3)?,
            status: r.get(4)?,
            counted: r.get(5)?,
            periods: r.get(6)?,
            redemptions,
            last_state: last_state(tx, id)?,
        };
        Ok((key, facts))
    };
    Ok(tx.all(sql, params![after, limit], map)?)
}

/// What an invoice's payments that succeeded sum to.
pub fn received_for(tx: &Tx<'_>, invoice: i64) -> Result<i128> {
    let amounts = tx.all("SELECT amount_minor FROM payment WHERE invoice = ?1 AND status IN ('succeeded', 'refunded')", [invoice], |r| r.get::<_, i64>(0))?;
    Ok(amounts.into_iter().map(i128::from).sum())
}

/// The payments after one and before another, with their keys. What the ledger says of them is not filled in.
pub fn payments_between(tx: &Tx<'_>, after: i64, before: i64, limit: u32) -> Result<Vec<(i64, PaymentFacts)>> {
    let sql = "SELECT row, id, currency, amount_minor, status, provider, provider_reference IS NOT NULL, failure_code IS NOT NULL, \
               coalesce((SELECT invoice.customer FROM invoice WHERE invoice.row = payment.invoice), customer) = customer, \
               EXISTS (SELECT 1 FROM charge_order WHERE charge_order.payment = payment.row), refunded_minor, \
               (SELECT coalesce(SUM(amount_minor), 0) FROM gateway_refund WHERE gateway_refund.payment = payment.row) FROM payment \
               WHERE row > ?1 AND row < ?2 ORDER BY row LIMIT ?3";
    let map = |r: &Row<'_>| {
        let id = row::id(r, 1)?;
        let facts = PaymentFacts {
            id,
            code: code(r, 2)?,
            amount: r.get(3)?,
            refunded: r.get(10)?,
            ordered_back: r.get(11)?,
            status: row::word(r, 4, PaymentStatus::parse)?,
            provider: row::word(r, 5, Provider::parse)?,
            has_reference: r.get(6)?,
            has_failure: r.get(7)?,
            invoice_fits: r.get(8)?,
            has_order: r.get(9)?,
            last_state: last_state(tx, id)?,
            cash: 0,
            cash_code: None,
            cash_account: None,
        };
        Ok((r.get(0)?, facts))
    };
    Ok(tx.all(sql, params![after, before, limit], map)?)
}

/// The customers after one and before another, with their keys.
pub fn customers_between(tx: &Tx<'_>, after: i64, before: i64, limit: u32) -> Result<Vec<(i64, CustomerFacts)>> {
    let sql = "SELECT row, id, status FROM customer WHERE row > ?1 AND row < ?2 ORDER BY row LIMIT ?3";
    let map = |r: &Row<'_>| {
        let id = row::id(r, 1)?;
        Ok((r.get(0)?, CustomerFacts { id, status: r.get(2)?, last_state: last_state(tx, id)? }))
    };
    Ok(tx.all(sql, params![after, before, limit], map)?)
}

/// What a customer is told that he has in store.
pub fn balances_of(tx: &Tx<'_>, customer: i64) -> Result<Vec<(Code, i64)>> {
    Ok(tx.all("SELECT currency, amount_minor FROM customer_balance WHERE customer = ?1", [customer], |r| Ok((code(r, 0)?, r.get(1)?)))?)
}

pub fn products_after(tx: &Tx<'_>, after: i64, limit: u32) -> Result<Vec<(i64, ProductFacts)>> {
    let map = |r: &Row<'_>| {
        let id = row::id(r, 1)?;
        Ok((r.get(0)?, ProductFacts { id, status: r.get(2)?, last_state: last_state(tx, id)? }))
    };
    Ok(tx.all("SELECT row, id, status FROM product WHERE row > ?1 ORDER BY row LIMIT ?2", params![after, limit], map)?)
}

/// The subscriptions after one, with their keys, runs and periods.
pub fn subscriptions_after(tx: &Tx<'_>, after: i64, limit: u32) -> Result<Vec<(i64, SubscriptionFacts)>> {
    let sql = "SELECT subscription.row, subscription.id, subscription.status, current_period_start, current_period_end, subscription.currency, quantity, \
               unit_amount_minor, interval_unit, interval_count, duration = 'forever', percent_off, amount_off_minor, coupon.currency, trial_end FROM subscription \
               LEFT JOIN coupon_redemption ON coupon_redemption.row = subscription.coupon_redemption LEFT JOIN coupon ON coupon.row = coupon_redemption.coupon \
               WHERE subscription.row > ?1 ORDER BY subscription.row LIMIT ?2";
    let map = |r: &Row<'_>| {
        let (key, id) = (r.get(0)?, row::id(r, 1)?);
        let (runs, periods) = (runs_of(tx, key)?, periods_of(tx, key)?);
        let mrr = terms_of(r)?.map(|terms| mrr_of(tx, key, terms)).transpose()?;
        Ok((
            key,
            SubscriptionFacts {
                id,
                status: r.get(2)?,
                current: row::opt_period(r, 3, 4)?,
                trial_end: row::opt_time(r, 14)?,
                runs,
                periods,
                mrr,
                last_state: last_state(tx, id)?,
            },
        ))
    };
    Ok(tx.all(sql, params![after, limit], map)?)
}

/// What MRR a subscription should have by its terms, and their currency; none where they cannot be read.
fn terms_of(r: &Row<'_>) -> rusqlite::Result<Option<(Code, Counted)>> {
    let (code, status): (Code, String) = (code(r, 5)?, r.get(2)?);
    let Ok(currency) = Currency::parse(&String::from_utf8_lossy(&code)) else { return Ok(None) };
    let Some(unit) = Unit::parse(&r.get::<_, String>(8)?) else { return Ok(None) };
    if !SubscriptionStatus::parse(&status).is_some_and(counts) {
        return Ok(Some((code, None)));
    }
    let amount_off = match (r.get::<_, Option<i64>>(12)?, row::opt_currency(r, 13)?) {
        (Some(minor), Some(currency)) => Some(Off::Amount(Money::new(minor, currency))),
        _ => None,
    };
    let off = match r.get::<_, Option<i64>>(11)? {
        Some(percent) => Percent::from_ten_thousandths(percent).map(Off::Percent),
        None => amount_off,
    };
    let forever = off.filter(|_| matches!(r.get(10), Ok(Some(true))));
    let interval = Interval { unit, count: r.get(9)? };
    let recurring = Recurring { unit_amount: Money::new(r.get(7)?, currency), quantity: r.get(6)?, interval, forever };
    Ok(recurring.mrr().ok().map(|mrr| (code, Some(mrr))))
}

const MOVEMENT: &str = "SELECT row, day, currency, kind, amount_minor, mrr_minor FROM mrr_movement";

fn movement(r: &Row<'_>) -> rusqlite::Result<MovementFacts> {
    let movement = row::word(r, 3, Movement::parse)?;
    Ok(MovementFacts { row: r.get(0)?, day: r.get(1)?, code: code(r, 2)?, movement, amount: r.get(4)?, then: r.get(5)? })
}

fn mrr_of(tx: &Tx<'_>, subscription: i64, (code, now): (Code, Counted)) -> rusqlite::Result<MrrFacts> {
    let movements = tx.all(&format!("{MOVEMENT} WHERE subscription = ?1 ORDER BY row"), [subscription], movement)?;
    Ok(MrrFacts { now, code, movements })
}

/// The movements of recurring revenue after one.
pub fn movements_after(tx: &Tx<'_>, after: i64, limit: u32) -> Result<Vec<MovementFacts>> {
    Ok(tx.all(&format!("{MOVEMENT} WHERE row > ?1 ORDER BY row LIMIT ?2"), params![after, limit], movement)?)
}

/// What reports count.
pub fn counters_told(tx: &Tx<'_>) -> Result<ToldCounters> {
    let posted = |r: &Row<'_>| Ok((code(r, 0)?, r.get(1)?, posting_name(&row::text(r, 2)?, &row::text(r, 3)?), (r.get(4)?, r.get(5)?)));
    let due = |r: &Row<'_>| Ok((code(r, 0)?, r.get(1)?, day_text(r.get(2)?), (r.get(3)?, 0)));
    let moved = |r: &Row<'_>| Ok((code(r, 0)?, r.get(1)?, r.get(2)?, (r.get(3)?, r.get(4)?)));
    Ok(ToldCounters {
        postings: tx.all("SELECT currency, day, account, kind, debit_minor, credit_minor FROM ledger_day", [], posted)?,
        receivable: tx.all("SELECT currency, day, due_day, amount_minor FROM receivable_day", [], due)?,
        movements: tx.all("SELECT currency, day, kind, amount_minor, n FROM mrr_day", [], moved)?,
    })
}

/// The numbers of a subscription's runs, with the instants at which they begin.
fn runs_of(tx: &Tx<'_>, subscription: i64) -> rusqlite::Result<Vec<(i64, Timestamp)>> {
    let map = |r: &Row<'_>| Ok((r.get(0)?, row::zone(r, 2)?.instant(row::word(r, 1, parse_local)?)));
    tx.all("SELECT run, anchor, zone FROM subscription_run WHERE subscription = ?1", [subscription], map)
}

fn periods_of(tx: &Tx<'_>, subscription: i64) -> rusqlite::Result<Vec<PeriodFacts>> {
    // Two indexes have all that this needs, so that no document is read for it.
    let lines = "SELECT invoice_line.row FROM invoice CROSS JOIN invoice_line ON invoice_line.invoice = invoice.row \
                 WHERE invoice.subscription = ?1 AND invoice.status = 'paid' ORDER BY invoice_line.row";
    let paid: Vec<i64> = tx.all(lines, [subscription], |r| r.get(0))?;
    let sql = "SELECT run, k, start_at, end_at, invoice_line FROM subscription_period WHERE subscription = ?1 AND released = 0 AND part = 0 ORDER BY run, k";
    tx.all(sql, [subscription], |r| {
        let line: Option<i64> = r.get(4)?;
        let dates: Option<Period> = row::opt_period(r, 2, 3)?;
        Ok(PeriodFacts { run: r.get(0)?, k: r.get(1)?, dates, paid: line.is_none_or(|line| paid.binary_search(&line).is_ok()) })
    })
}

/// An event with its transition, as the log has them.
#[derive(Clone, Debug)]
pub struct LogRow {
    pub event: i64,
    pub object: Option<[u8; 16]>,
    /// Whether there is a transition, and one about the same object.
    pub has_transition: bool,
    pub same_object: bool,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// Where a walk through the log by objects stands: after this event of this object.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct LogPlace {
    pub object: Option<[u8; 16]>,
    pub event: i64,
}

/// The events after a place, in order of object and number: at first those that are about none.
pub fn log_after(tx: &Tx<'_>, place: LogPlace, limit: u32) -> Result<Vec<LogRow>> {
    const COLUMNS: &str = "SELECT event.sequence, event.object_id, transition.event IS NOT NULL, event.object_id IS transition.object_id, from_state, to_state \
                           FROM event LEFT JOIN transition ON transition.event = event.sequence";
    let map =
        |r: &Row<'_>| Ok(LogRow { event: r.get(0)?, object: r.get(1)?, has_transition: r.get(2)?, same_object: r.get(3)?, from: r.get(4)?, to: r.get(5)? });
    let object = place.object.map(|o| o.to_vec());
    let same = match &object {
        Some(_) => format!("{COLUMNS} WHERE event.object_id = ?1 AND event.sequence > ?2 ORDER BY event.sequence LIMIT ?3"),
        None => format!("{COLUMNS} WHERE event.object_id IS NULL AND ?1 IS NULL AND event.sequence > ?2 ORDER BY event.sequence LIMIT ?3"),
    };
    let mut rows = tx.all(&same, params![object, place.event, limit], map)?;
    let left = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    if left > 0 {
        let next = format!("{COLUMNS} WHERE event.object_id > ?1 ORDER BY event.object_id, event.sequence LIMIT ?2");
        // The empty one comes before every id.
        rows.extend(tx.all(&next, params![object.unwrap_or_default(), left], map)?);
    }
    Ok(rows)
}

/// The events that the transitions after one belong to.
pub fn transitions_after(tx: &Tx<'_>, after: i64, limit: u32) -> Result<Vec<i64>> {
    Ok(tx.all("SELECT event FROM transition WHERE event > ?1 ORDER BY event LIMIT ?2", params![after, limit], |r| r.get(0))?)
}

/// The head of a series, as it is kept beside the documents.
pub fn series_head_of(tx: &Tx<'_>, series: &str) -> Result<Option<Head>> {
    let map = |r: &Row<'_>| Ok(Head { series: r.get(0)?, n: r.get(1)?, hash: r.get(2)? });
    Ok(tx.one("SELECT series, last_n, head_hash FROM document_series WHERE series = ?1", [series], map)?)
}

/// What a proof of the whole database came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProofRow {
    pub proved_at: Timestamp,
    pub duration_ms: i64,
    pub read_rows: i64,
    pub violations: i64,
}

pub fn proof_find(tx: &Tx<'_>) -> Result<Option<ProofRow>> {
    let map = |r: &Row<'_>| Ok(ProofRow { proved_at: row::time(r, 0)?, duration_ms: r.get(1)?, read_rows: r.get(2)?, violations: r.get(3)? });
    Ok(tx.one("SELECT proved_at, duration_ms, read_rows, violations FROM proof", [], map)?)
}

pub fn proof_save(tx: &WriteTx<'_>, proof: &ProofRow) -> Result<()> {
    let sql = "INSERT INTO proof (only, proved_at, duration_ms, read_rows, violations) VALUES (1, ?1, ?2, ?3, ?4) ON CONFLICT (only) DO UPDATE SET \
               proved_at = excluded.proved_at, duration_ms = excluded.duration_ms, read_rows = excluded.read_rows, violations = excluded.violations";
    tx.run(sql, params![proof.proved_at.ms(), proof.duration_ms, proof.read_rows, proof.violations])?;
    Ok(())
}
