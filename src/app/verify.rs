//! The proof of the whole database: every invariant over every row, while others write.
//!
//! # Why a concurrent write gives no false alarm
//!
//! One long transaction would see one state of the database, and hold up every checkpoint until its end: the log would grow
//! without bound. So the rows are read in ranges, each in a transaction of its own, and between two of them nothing is held.
//! What is compared must then be compared within one range, as of one moment:
//!
//! * **Rows against rows** of the same object (an invoice and its lines, a subscription and its periods, an object and its last
//!   transition) are loaded by index in the range of the object, so all are of the same moment.
//! * **Rows against the ledger**: its sums span all rows, but entries are only ever added, and their keys rise. The accumulated
//!   sums ([`Books`]) are those of the moment of the last entry that was taken in. Each range first takes in the entries that came
//!   since the range before it, in its own transaction; from then on the sums are of the same moment as the rows that they are
//!   compared with. Where more came than a range may read, it only takes them in, and the rows wait for the next.
//! * **Revenue by day, and what reports count**: schedules and movements of recurring revenue are only added, too. They are added up
//!   to the last one, and compared with the tables by day in the transaction that finds no further schedule and no further entry.
//! * **Chains**: a document is written once, so a walk through a series by number meets each, however many are added meanwhile.
//!   A series is compared with its head in the transaction in which the walk finds no further document.
//! * **The log**: an event's object and number never change, so a walk by object and number meets every event that there was at
//!   the beginning. Numbers are held to have no gaps up to the greatest at the beginning; what comes later may be met or not.
//!
//! Memory is bounded by the window of the books, the number of series, and a bit for each event.

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::invoice::InvoiceStatus;
use crate::domain::key::Scope;
use crate::domain::money::{Currency, Money};
use crate::domain::verify::books::{Books, orphan};
use crate::domain::verify::chain::{Chains, Head, LinkFacts};
use crate::domain::verify::counter::Counters;
use crate::domain::verify::revenue::Plans;
use crate::domain::verify::{
    ATTEMPT, COUPON, CREDIT_NOTE, CUSTOMER, DRAFT, DraftFacts, INVOICE, InvoiceFacts, LineFacts, PAYMENT, PRODUCT, PaymentFacts, Rule, STORE, SUBSCRIPTION,
    Step, StoreFacts, Violation, follow, run,
};
use crate::error::Result;
use crate::secret::digest;
use crate::store::db::{Db, Reader, Tx};
use crate::store::rows::Rows;
pub use crate::store::verify::ProofRow;
use crate::store::verify::{
    CreditNoteRow, InvoiceRow, LineRow, LogPlace, LogRow, Marks, balances_of, chain_after, counters_told, coupons_after, credit_notes_after, customers_between,
    entries_after, invoices_between, last_state, lines_of, log_after, marks, movements_after, moves_after, notes_of, payments_between, plans_after, plans_of,
    postings_between, products_after, proof_find, proof_save, rates_of, received_for, revenue_told, series_after, series_head_of, subscriptions_after,
    transitions_after,
};
use crate::wire::document::{Recorded, RecordedLine, RecordedNote, differences, note_differences};

/// How much is read at once.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Rows a transaction: some milliseconds of work.
    pub range: u32,
    /// Internal keys whose sums are kept at a time. Sixty bytes each; a database with more is read once more for each window.
    pub window: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self { range: 500, window: 1 << 20 }
    }
}

/// What is walked through, in this order. The first five once for each window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Ledger,
    /// Once, in the first window.
    Revenue,
    Invoices,
    Payments,
    Customers,
    Chains,
    CreditNotes,
    Coupons,
    Subscriptions,
    Movements,
    Products,
    Log,
    Transitions,
    Done,
}

/// A proof that is under way. Each [`step`](Self::step) is one short transaction.
pub struct Proof<'r> {
    reader: &'r Reader,
    options: Options,
    marks: Marks,
    stage: Stage,
    /// The last key of the stage that was read.
    at: i64,
    books: Books,
    plans: Plans,
    movements: Counters,
    chains: Chains,
    /// The series that is read.
    series: String,
    place: LogPlace,
    last_state: Option<String>,
    /// The events that were met, up to the greatest at the beginning.
    events: Rows,
    seen: u64,
    read_rows: u64,
    violations: u64,
}

impl<'r> Proof<'r> {
    /// Begins. `kept` are heads of chains that somebody kept elsewhere.
    pub fn begin(reader: &'r Reader, options: Options, kept: Vec<Head>) -> Result<Self> {
        let marks = reader.read(marks)?;
        Ok(Self {
            reader,
            options,
            marks,
            stage: Stage::Ledger,
            at: 0,
            books: Books::new(window(1, &options, &marks)),
            plans: Plans::default(),
            movements: Counters::default(),
            chains: Chains::with(kept),
            series: String::new(),
            place: LogPlace::default(),
            last_state: None,
            events: Rows::default(),
            seen: 0,
            read_rows: 0,
            violations: 0,
        })
    }

    /// Reads the next range. False once there is nothing more.
    pub fn step(&mut self, tell: &mut dyn FnMut(&Violation)) -> Result<bool> {
        let mut found = Vec::new();
        let reader = self.reader;
        reader.read(|tx| self.range(tx, &mut |violation| found.push(violation)))?;
        self.violations += found.len() as u64;
        found.iter().for_each(tell);
        Ok(self.stage != Stage::Done)
    }

    /// Rows that were read, and violations that were found so far.
    pub fn counts(&self) -> (u64, u64) {
        (self.read_rows, self.violations)
    }

    /// How far it is, in thousandths.
    pub fn progress(&self) -> u64 {
        let m = &self.marks;
        let windows = 1 + [m.invoice, m.payment, m.customer].into_iter().max().unwrap_or(0) / self.options.window.max(1);
        let all = windows * (m.entry + m.balance_entry)
            + m.plan
            + 2 * m.invoice
            + 2 * m.credit_note
            + m.payment
            + m.customer
            + m.subscription
            + m.movement
            + m.product
            + 2 * m.event;
        let all = u64::try_from(all).unwrap_or(0).max(1);
        (self.seen * 1000 / all).min(1000)
    }

    /// The newest document of each series, once every document was read.
    pub fn heads(&self) -> Vec<Head> {
        self.chains.heads()
    }

    fn go(&mut self, stage: Stage) {
        (self.stage, self.at) = (stage, 0);
    }

    /// Counts what was read, where it was not read before.
    fn count(&mut self, progress: usize, rows: usize) {
        self.seen += progress as u64;
        self.read_rows += rows as u64;
    }

    fn is_last(&self, read: usize) -> bool {
        u32::try_from(read).is_ok_and(|read| read < self.options.range)
    }

    fn range(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let by_books = matches!(self.stage, Stage::Ledger | Stage::Revenue | Stage::Invoices | Stage::Payments | Stage::Customers);
        if by_books && !self.take_in(tx, tell)? {
            return Ok(());
        }
        match self.stage {
            Stage::Ledger => {
                if self.books.window().start == 1 {
                    self.go(Stage::Revenue);
                } else {
                    self.go(Stage::Invoices);
                    self.at = self.books.window().start - 1;
                }
                Ok(())
            }
            Stage::Revenue => self.revenue(tx, tell),
            Stage::Invoices => self.invoices(tx, tell),
            Stage::Payments => self.payments(tx, tell),
            Stage::Customers => self.customers(tx, tell),
            Stage::Chains => self.chains(tx, tell),
            Stage::CreditNotes => self.credit_notes(tx, tell),
            Stage::Coupons => self.coupons(tx, tell),
            Stage::Subscriptions => self.subscriptions(tx, tell),
            Stage::Movements => self.movements(tx, tell),
            Stage::Products => self.products(tx, tell),
            Stage::Log => self.log(tx, tell),
            Stage::Transitions => self.transitions(tx, tell),
            Stage::Done => Ok(()),
        }
    }

    /// Takes in what was added to the ledger and the balances. False where there is more than one range reads.
    fn take_in(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<bool> {
        let is_first = self.books.window().start == 1;
        let entries = entries_after(tx, self.books.entry, self.options.range)?;
        let entries_end = self.is_last(entries.len());
        let last = if entries_end { i64::MAX } else { entries.last().map_or(i64::MAX, |e| e.row) };
        let postings = postings_between(tx, self.books.entry, last)?;
        let mut rest = postings.as_slice();
        for entry in &entries {
            let before = rest.partition_point(|p| p.entry < entry.row);
            let (orphans, from) = rest.split_at(before);
            if is_first {
                orphans.iter().for_each(|p| tell(orphan(p)));
            }
            let (own, after) = from.split_at(from.partition_point(|p| p.entry == entry.row));
            self.books.post(entry, own, tell);
            rest = after;
        }
        let moves = moves_after(tx, self.books.balance_entry, self.options.range)?;
        moves.iter().for_each(|m| self.books.move_balance(m, tell));
        let rows = if is_first { entries.len() + postings.len() - rest.len() + moves.len() } else { 0 };
        self.count(entries.len() + moves.len(), rows);
        let is_end = entries_end && self.is_last(moves.len());
        // Told once, where the end is reached first: later ranges meet them again.
        if is_end && is_first && self.stage == Stage::Ledger {
            rest.iter().for_each(|p| tell(orphan(p)));
        }
        Ok(is_end)
    }

    fn revenue(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let plans = plans_after(tx, self.plans.at, self.options.range)?;
        plans.iter().for_each(|(plan, before)| self.plans.take(plan, before.as_ref(), tell));
        self.count(plans.len(), plans.len());
        if self.is_last(plans.len()) {
            self.plans.compare(&revenue_told(tx)?, self.books.posted(), tell);
            self.books.counters().compare_ledger(&counters_told(tx)?, tell);
            self.go(Stage::Invoices);
        }
        Ok(())
    }

    fn invoices(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let end = self.books.window().end;
        let (mut at, mut rows) = (self.at, 0);
        let books = &self.books;
        let visited = invoices_between(tx, self.at, end, self.options.range, |invoice| {
            at = invoice.row;
            let lines = lines_of(tx, invoice.row)?;
            rows += 1 + lines.len();
            let facts = invoice_facts(tx, invoice, &lines, books)?;
            if invoice.status == InvoiceStatus::Draft {
                let is_document = !invoice.number.is_empty() || invoice.n != 0 || !invoice.content.is_empty();
                run(DRAFT, &DraftFacts { invoice: facts, is_document }, || format!("draft {}", invoice.id), tell);
                return Ok(());
            }
            prove_document(invoice, &lines, tell);
            run(INVOICE, &facts, || facts.name(), tell);
            Ok(())
        })?;
        self.at = at;
        let visited = usize::try_from(visited).unwrap_or(usize::MAX);
        self.count(visited, rows);
        if self.is_last(visited) {
            self.go(Stage::Payments);
            self.at = self.books.window().start - 1;
        }
        Ok(())
    }

    fn payments(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let payments = payments_between(tx, self.at, self.books.window().end, self.options.range)?;
        for (row, payment) in &payments {
            let cash = self.books.cash(*row);
            let facts = PaymentFacts { cash: cash.amount, cash_code: cash.code, cash_account: cash.account, ..payment.clone() };
            run(PAYMENT, &facts, || facts.name(), tell);
            run(ATTEMPT, &facts, || facts.name(), tell);
        }
        self.at = payments.last().map_or(self.at, |(row, _)| *row);
        self.count(payments.len(), payments.len());
        if self.is_last(payments.len()) {
            self.go(Stage::Customers);
            self.at = self.books.window().start - 1;
        }
        Ok(())
    }

    fn customers(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let end = self.books.window().end;
        let customers = customers_between(tx, self.at, end, self.options.range)?;
        let mut rows = customers.len();
        for (row, facts) in &customers {
            run(CUSTOMER, facts, || format!("customer {}", facts.id), tell);
            let told = balances_of(tx, *row)?;
            rows += told.len();
            let mut stores: Vec<StoreFacts> = self.books.stores(*row).map(|(code, store)| StoreFacts { code, told: 0, store }).collect();
            for (code, told) in told {
                match stores.iter_mut().find(|s| s.code == code) {
                    Some(store) => store.told = told,
                    None => stores.push(StoreFacts { code, told, store: Default::default() }),
                }
            }
            stores.iter().for_each(|store| run(STORE, store, || format!("customer {}", facts.id), tell));
        }
        self.at = customers.last().map_or(self.at, |(row, _)| *row);
        self.count(customers.len(), rows);
        if self.is_last(customers.len()) {
            if end == i64::MAX {
                self.go(Stage::Chains);
            } else {
                self.books = Books::new(window(end, &self.options, &self.marks));
                self.go(Stage::Ledger);
            }
        }
        Ok(())
    }

    fn chains(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        if self.at == 0 {
            match series_after(tx, &self.series)? {
                Some(series) => self.series = series,
                None => {
                    self.chains.finish(tell);
                    self.go(Stage::CreditNotes);
                    return Ok(());
                }
            }
        }
        let (mut at, series, chains) = (self.at, self.series.as_str(), &mut self.chains);
        let visited = chain_after(tx, series, self.at, self.options.range, |document| {
            at = document.n;
            let computed = digest(&[&document.previous_hash, document.content.as_bytes()]);
            let name = document.name.as_str();
            chains.link(&LinkFacts { name, series, n: document.n, previous: document.previous_hash, hash: document.hash, computed }, tell);
        })?;
        self.at = at;
        let visited = usize::try_from(visited).unwrap_or(usize::MAX);
        // The documents were counted as rows before.
        self.count(visited, 0);
        if self.is_last(visited) {
            self.chains.end(&self.series, series_head_of(tx, &self.series)?.as_ref(), tell);
            self.at = 0;
        }
        Ok(())
    }

    fn credit_notes(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let mut at = self.at;
        let visited = credit_notes_after(tx, self.at, self.options.range, |note| {
            at = note.row;
            prove_credit_note(note, tell);
            run(CREDIT_NOTE, &note.facts, || note.facts.name(), tell);
        })?;
        self.at = at;
        let visited = usize::try_from(visited).unwrap_or(usize::MAX);
        self.count(visited, visited);
        if self.is_last(visited) {
            self.go(Stage::Coupons);
        }
        Ok(())
    }

    fn coupons(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let coupons = coupons_after(tx, self.at, self.options.range)?;
        for (_, facts) in &coupons {
            run(COUPON, facts, || format!("coupon {}", facts.id), tell);
        }
        self.at = coupons.last().map_or(self.at, |(row, _)| *row);
        let rows = coupons.iter().map(|(_, c)| 1 + c.redemptions.len()).sum();
        self.count(coupons.len(), rows);
        if self.is_last(coupons.len()) {
            self.go(Stage::Subscriptions);
        }
        Ok(())
    }

    fn subscriptions(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let subscriptions = subscriptions_after(tx, self.at, self.options.range)?;
        for (_, facts) in &subscriptions {
            run(SUBSCRIPTION, facts, || facts.name(), tell);
        }
        self.at = subscriptions.last().map_or(self.at, |(row, _)| *row);
        let rows = subscriptions.iter().map(|(_, s)| 1 + s.runs.len() + s.periods.len()).sum();
        self.count(subscriptions.len(), rows);
        if self.is_last(subscriptions.len()) {
            self.go(Stage::Movements);
        }
        Ok(())
    }

    fn movements(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let movements = movements_after(tx, self.movements.movement, self.options.range)?;
        movements.iter().for_each(|movement| self.movements.take(movement));
        self.count(movements.len(), movements.len());
        if self.is_last(movements.len()) {
            self.movements.compare_movements(&counters_told(tx)?, tell);
            self.go(Stage::Products);
        }
        Ok(())
    }

    fn products(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let products = products_after(tx, self.at, self.options.range)?;
        for (_, facts) in &products {
            run(PRODUCT, facts, || format!("product {}", facts.id), tell);
        }
        self.at = products.last().map_or(self.at, |(row, _)| *row);
        self.count(products.len(), products.len());
        if self.is_last(products.len()) {
            self.go(Stage::Log);
        }
        Ok(())
    }

    fn log(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let rows = log_after(tx, self.place, self.options.range)?;
        for row in &rows {
            self.follow(row, tell);
        }
        self.count(rows.len(), rows.len());
        if self.is_last(rows.len()) {
            for (first, last) in gaps(&self.events, self.marks.event) {
                let which = if first == last { format!("event {first} is") } else { format!("events {first} to {last} are") };
                tell(Violation::new(Rule::I10, format!("{which} missing")));
            }
            self.go(Stage::Transitions);
        }
        Ok(())
    }

    fn follow(&mut self, row: &LogRow, tell: &mut dyn FnMut(Violation)) {
        if row.event <= self.marks.event {
            self.events.insert(row.event);
        }
        if row.object != self.place.object {
            self.last_state = None;
        }
        if !row.has_transition {
            tell(Violation::new(Rule::I10, format!("event {} has no transition", row.event)));
        } else if row.object.is_some() {
            let step = Step { event: row.event, same_object: row.same_object, from: row.from.as_deref(), to: row.to.as_deref() };
            if let Some(violation) = follow(self.last_state.as_deref(), step) {
                tell(violation);
            }
            self.last_state.clone_from(&row.to);
        }
        self.place = LogPlace { object: row.object, event: row.event };
    }

    fn transitions(&mut self, tx: &Tx<'_>, tell: &mut dyn FnMut(Violation)) -> Result<()> {
        let transitions = transitions_after(tx, self.at, self.options.range)?;
        for event in transitions.iter().filter(|event| **event <= self.marks.event) {
            if self.events.next(event - 1) != Some(*event) {
                tell(Violation::new(Rule::I10, format!("a transition belongs to event {event}, which there is not")));
            }
        }
        self.at = transitions.last().copied().unwrap_or(self.at);
        self.count(transitions.len(), transitions.len());
        if self.is_last(transitions.len()) || self.at >= self.marks.event {
            self.go(Stage::Done);
        }
        Ok(())
    }
}

/// The window of keys from `start` on. The last one for what there was at the beginning is open: it takes what is new, too, so that a busy
/// server does not add windows faster than they are read.
fn window(start: i64, options: &Options, marks: &Marks) -> std::ops::Range<i64> {
    let end = start.saturating_add(options.window.max(1));
    let is_last = [marks.invoice, marks.payment, marks.customer].into_iter().all(|greatest| greatest < end);
    start..if is_last { i64::MAX } else { end }
}

/// The numbers up to `last` that are not in the set.
fn gaps(set: &Rows, last: i64) -> Vec<(i64, i64)> {
    let (mut gaps, mut at) = (Vec::new(), 0);
    while at < last {
        match set.next(at) {
            Some(next) if next == at + 1 => at = next,
            next => {
                let end = next.map_or(last, |next| next - 1);
                gaps.push((at + 1, end));
                at = end + 1;
            }
        }
    }
    gaps
}

/// Holds an invoice's document to its row.
fn prove_document(invoice: &InvoiceRow<'_>, lines: &[LineRow], tell: &mut dyn FnMut(Violation)) {
    let name = format!("invoice {} ({})", invoice.number, invoice.id);
    let Ok(currency) = Currency::parse(&String::from_utf8_lossy(&invoice.code)) else {
        return tell(Violation::new(Rule::I13, format!("{name} is in a currency that there is not")));
    };
    let money = |minor| Money::new(minor, currency);
    let recorded = Recorded {
        id: invoice.id,
        series: &invoice.series,
        n: invoice.n,
        number: &invoice.number,
        customer_id: invoice.customer_id,
        subscription_id: invoice.subscription_id,
        reason: &invoice.reason,
        issued_at: invoice.issued_at,
        due_at: invoice.due_at,
        subtotal: money(invoice.subtotal),
        discount: money(invoice.discount),
        tax: money(invoice.tax),
        total: money(invoice.total),
        replaces: invoice.replaces,
        lines: lines
            .iter()
            .map(|line| RecordedLine {
                id: line.id,
                description: &line.description,
                quantity: line.quantity,
                unit_amount: money(line.unit_amount),
                amount: money(line.amount),
            })
            .collect(),
    };
    tell_differences(&name, differences(&invoice.content, &recorded), tell);
}

/// Holds a credit note's document to its row.
fn prove_credit_note(note: &CreditNoteRow<'_>, tell: &mut dyn FnMut(Violation)) {
    let name = note.facts.name();
    let Ok(currency) = Currency::parse(&String::from_utf8_lossy(&note.facts.code)) else {
        return tell(Violation::new(Rule::I13, format!("{name} is in a currency that there is not")));
    };
    let recorded = RecordedNote {
        id: note.facts.id,
        series: &note.series,
        n: note.n,
        number: &note.number,
        invoice_id: note.invoice_id,
        customer_id: note.customer_id,
        issued_at: note.issued_at,
        amounts: note.amounts,
        destination: &note.destination,
        reason: note.reason.as_deref(),
    };
    tell_differences(&name, note_differences(&note.content, &recorded, currency), tell);
}

/// Tells what a document says otherwise than its rows.
fn tell_differences(name: &str, differences: std::result::Result<Vec<&'static str>, String>, tell: &mut dyn FnMut(Violation)) {
    match differences {
        Ok(fields) if fields.is_empty() => {}
        Ok(fields) => tell(Violation::new(Rule::I13, format!("{name} says otherwise than its rows: {}", fields.join(", ")))),
        Err(e) => tell(Violation::new(Rule::I13, format!("{name} has a content that cannot be read: {e}"))),
    }
}

fn invoice_facts(tx: &Tx<'_>, i: &InvoiceRow<'_>, lines: &[LineRow], books: &Books) -> Result<InvoiceFacts> {
    let (notes, by_line) = notes_of(tx, i.row)?.unwrap_or_default();
    Ok(InvoiceFacts {
        id: i.id,
        number: i.number.clone().into_owned(),
        status: i.status,
        code: i.code,
        customer: i.customer,
        subscription: i.subscription,
        subtotal: i.subtotal,
        discount: i.discount,
        tax: i.tax,
        total: i.total,
        credited: i.credited,
        applied: i.applied,
        paid: i.paid,
        lines: lines
            .iter()
            .map(|l| {
                let (credited, tax_credited) = by_line.iter().find(|(row, ..)| *row == l.row).map_or((0, 0), |(_, net, tax)| (*net, *tax));
                let LineRow { quantity, unit_amount, amount, discount, tax, period, .. } = *l;
                LineFacts { quantity, unit_amount, amount, discount, tax, period, credited, tax_credited }
            })
            .collect(),
        rates: rates_of(tx, i.row)?,
        notes,
        received: received_for(tx, i.row)?,
        position: books.position(i.row),
        plans: plans_of(tx, i.row)?,
        draft_lines: i.draft_lines,
        subscription_fits: i.subscription_fits,
        last_state: last_state(tx, i.id)?,
    })
}

/// Keeps what a proof came to, for the overview page.
pub fn proof_keep(db: &Db, proof: ProofRow) -> Result<()> {
    db.write_blocking(move |tx| proof_save(tx, &proof))
}

impl App {
    /// What the last proof came to; none where there was none yet.
    pub fn proof_last(&self, actor: &Actor) -> Result<Option<ProofRow>> {
        actor.require(Scope::SettingsRead)?;
        self.db.read(proof_find)
    }
}
