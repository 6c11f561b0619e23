//! Where the ledger stands, by invoice, by payment and by customer, added up from its entries in their order.
//!
//! Entries are only ever added, so the sums of the entries that were read so far are right for the moment of the last one,
//! for ever. A window bounds the memory: only the invoices, payments and customers whose internal keys lie in it are kept,
//! and a ledger with more of them is read once for each window.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::balance::EntryKind;
use crate::domain::ledger::Account;
use crate::domain::verify::counter::Counters;
use crate::domain::verify::revenue::{ByDay, add};
use crate::domain::verify::{Code, Rule, Violation, shown};

/// An entry of the ledger, by internal keys.
#[derive(Clone, Debug)]
pub struct EntryFacts {
    pub row: i64,
    pub customer: Option<i64>,
    pub invoice: Option<i64>,
    pub payment: Option<i64>,
    /// The day whose revenue it posts, where it does.
    pub day: Option<i64>,
    /// For the counters of reports.
    pub counted: CountedAs,
}

/// Under what reports count an entry.
#[derive(Clone, Default, Debug)]
pub struct CountedAs {
    pub day: i64,
    pub kind: String,
    /// The day on which its invoice is due.
    pub due_day: Option<i64>,
}

#[derive(Clone, Copy, Debug)]
pub struct PostingFacts {
    pub entry: i64,
    /// None where there is no such account.
    pub account: Option<Account>,
    pub code: Code,
    pub amount: i64,
}

/// An entry of a customer's balance.
#[derive(Clone, Copy, Debug)]
pub struct MoveFacts {
    pub row: i64,
    pub customer: i64,
    pub code: Code,
    pub amount: i64,
    pub kind: EntryKind,
    /// It names an invoice; and the invoice, where there is one.
    pub names_invoice: bool,
    pub invoice: Option<i64>,
}

/// What ledger and balances say of an invoice.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Position {
    pub receivable: i64,
    pub deferred: i64,
    pub revenue: i64,
    pub tax: i64,
    /// What was taken from the customer's balance for it.
    pub applied: i64,
    /// What the customer's balance gained by it, all in all.
    pub moved: i64,
    /// What it gained of that by credit notes.
    pub credited: i64,
    customer: i64,
    code: Option<Code>,
    mixed: bool,
}

impl Position {
    /// Everything that was posted for it is this customer's, in this currency.
    pub fn belongs_to(&self, customer: i64, code: Code) -> bool {
        !self.mixed && self.code.is_none_or(|c| c == code) && (self.customer == 0 || self.customer == customer)
    }

    fn owner(&mut self, customer: i64, code: Code) {
        self.mixed |= self.code.is_some_and(|c| c != code) || (self.customer != 0 && self.customer != customer);
        (self.customer, self.code) = (customer, Some(code));
    }
}

/// What the ledger says came in by a payment.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Cash {
    pub amount: i64,
    pub code: Option<Code>,
    pub account: Option<Account>,
}

/// What a customer has in store in one currency: by his entries, and by the ledger's account, where it is a credit.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Store {
    pub entries: i64,
    pub ledger: i64,
}

/// The sums over everything that was read so far.
#[derive(Clone, Debug)]
pub struct Books {
    window: Range<i64>,
    invoices: Vec<Position>,
    payments: Vec<Cash>,
    /// Only what is not zero.
    stores: BTreeMap<(i64, Code), Store>,
    /// What was posted as revenue of each day, and what reports count of the ledger. Kept by the first pass alone.
    posted: ByDay,
    counters: Counters,
    /// The last entry of the ledger and of the balances that was read.
    pub entry: i64,
    pub balance_entry: i64,
}

impl Books {
    /// Before the first entry, for the internal keys in `window`.
    pub fn new(window: Range<i64>) -> Self {
        Self {
            window,
            invoices: Vec::new(),
            payments: Vec::new(),
            stores: BTreeMap::new(),
            posted: ByDay::new(),
            counters: Counters::default(),
            entry: 0,
            balance_entry: 0,
        }
    }

    pub fn window(&self) -> &Range<i64> {
        &self.window
    }

    /// What was posted as revenue of each day.
    pub fn posted(&self) -> &ByDay {
        &self.posted
    }

    /// What reports should count of the ledger.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Whether this pass over the ledger is the one that also looks at each entry by itself.
    fn is_first(&self) -> bool {
        self.window.start <= 1
    }

    fn slot(&self, row: i64) -> Option<usize> {
        self.window.contains(&row).then(|| usize::try_from(row - self.window.start).ok()).flatten()
    }

    pub fn position(&self, invoice: i64) -> Position {
        self.slot(invoice).and_then(|slot| self.invoices.get(slot)).copied().unwrap_or_default()
    }

    pub fn cash(&self, payment: i64) -> Cash {
        self.slot(payment).and_then(|slot| self.payments.get(slot)).copied().unwrap_or_default()
    }

    /// What a customer has in store, where it is not nothing.
    pub fn stores(&self, customer: i64) -> impl Iterator<Item = (Code, Store)> {
        self.stores.range((customer, [0; 3])..=(customer, [u8::MAX; 3])).map(|((_, code), store)| (*code, *store))
    }

    fn position_mut(&mut self, invoice: i64) -> Option<&mut Position> {
        let slot = self.slot(invoice)?;
        if slot >= self.invoices.len() {
            self.invoices.resize(slot + 1, Position::default());
        }
        self.invoices.get_mut(slot)
    }

    fn store_mut(&mut self, customer: i64, code: Code, change: impl FnOnce(&mut Store)) {
        if !self.window.contains(&customer) {
            return;
        }
        let store = self.stores.entry((customer, code)).or_default();
        change(store);
        if *store == Store::default() {
            self.stores.remove(&(customer, code));
        }
    }

    /// Takes the next entry with its postings.
    pub fn post(&mut self, entry: &EntryFacts, postings: &[PostingFacts], tell: &mut dyn FnMut(Violation)) {
        if self.is_first() {
            if entry.row != self.entry + 1 {
                tell(missing(self.entry + 1, entry.row - 1));
            }
            look_at(entry, postings, tell);
        }
        self.entry = entry.row;
        for posting in postings {
            if self.is_first() {
                self.counters.post(&entry.counted, posting);
            }
            if self.is_first()
                && let (Some(day), Some(Account::Revenue)) = (entry.day, posting.account)
            {
                add(&mut self.posted, posting.code, day, posting.amount.saturating_neg());
            }
            if posting.account == Some(Account::CustomerBalance) {
                self.store_mut(entry.customer.unwrap_or(0), posting.code, |s| s.ledger = s.ledger.saturating_add(posting.amount));
            }
            if let Some(position) = entry.invoice.and_then(|invoice| self.position_mut(invoice)) {
                position.owner(entry.customer.unwrap_or(0), posting.code);
                let sum = match posting.account {
                    Some(Account::Receivable) => &mut position.receivable,
                    Some(Account::DeferredRevenue) => &mut position.deferred,
                    Some(Account::Revenue) => &mut position.revenue,
                    Some(Account::TaxPayable) => &mut position.tax,
                    _ => &mut 0,
                };
                *sum = sum.saturating_add(posting.amount);
            }
            if posting.account.is_some_and(Account::is_cash)
                && let Some(slot) = entry.payment.and_then(|payment| self.slot(payment))
            {
                if slot >= self.payments.len() {
                    self.payments.resize(slot + 1, Cash::default());
                }
                let cash = &mut self.payments[slot];
                *cash = Cash { amount: cash.amount.saturating_add(posting.amount), code: Some(posting.code), account: posting.account };
            }
        }
    }

    /// Takes the next entry of the balances.
    pub fn move_balance(&mut self, entry: &MoveFacts, tell: &mut dyn FnMut(Violation)) {
        self.balance_entry = entry.row;
        if self.is_first() && entry.names_invoice && entry.invoice.is_none() {
            tell(Violation::new(Rule::I7, format!("balance entry {} is for an invoice that there is not", entry.row)));
        }
        self.store_mut(entry.customer, entry.code, |s| s.entries = s.entries.saturating_add(entry.amount));
        if let Some(position) = entry.invoice.and_then(|invoice| self.position_mut(invoice)) {
            position.owner(entry.customer, entry.code);
            position.moved = position.moved.saturating_add(entry.amount);
            if entry.kind == EntryKind::Credited {
                position.credited = position.credited.saturating_add(entry.amount);
            }
            if entry.kind == EntryKind::Applied {
                position.applied = position.applied.saturating_sub(entry.amount);
            }
        }
    }
}

/// Entries that are no longer there.
fn missing(first: i64, last: i64) -> Violation {
    let which = if first == last { format!("ledger entry {first} is") } else { format!("ledger entries {first} to {last} are") };
    Violation::new(Rule::I5, format!("{which} missing"))
}

/// Postings whose entry there is not.
pub fn orphan(posting: &PostingFacts) -> Violation {
    let amount = shown(posting.amount.into(), posting.code);
    Violation::new(Rule::I5, format!("a posting of {amount} belongs to ledger entry {}, which there is not", posting.entry))
}

/// What is wrong with an entry by itself.
fn look_at(entry: &EntryFacts, postings: &[PostingFacts], tell: &mut dyn FnMut(Violation)) {
    let mut wrong = |what: String| tell(Violation::new(Rule::I5, format!("ledger entry {} {what}", entry.row)));
    if postings.is_empty() {
        wrong("has no postings".into());
    }
    for (n, posting) in postings.iter().enumerate() {
        if postings[..n].iter().all(|p| p.code != posting.code) {
            let sum: i128 = postings.iter().filter(|p| p.code == posting.code).map(|p| i128::from(p.amount)).sum();
            if sum != 0 {
                wrong(format!("does not sum to zero, but to {}", shown(sum, posting.code)));
            }
        }
        match posting.account {
            None => wrong("posts to an account that there is not".into()),
            Some(account) if entry.customer.is_none() && (entry.day.is_none() || !is_earned(account)) => {
                wrong("belongs to no customer".into());
            }
            Some(Account::DeferredRevenue) if entry.invoice.is_none() && entry.day.is_none() => {
                wrong("posts what only an invoice can, and belongs to none".into());
            }
            Some(Account::Receivable | Account::TaxPayable) if entry.invoice.is_none() => wrong("posts what only an invoice can, and belongs to none".into()),
            Some(account) if account.is_cash() && entry.payment.is_none() => wrong("posts cash, and belongs to no payment".into()),
            _ => {}
        }
    }
}

/// Whether a day's revenue is posted to it.
fn is_earned(account: Account) -> bool {
    matches!(account, Account::DeferredRevenue | Account::Revenue)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USD: Code = *b"USD";
    const EUR: Code = *b"EUR";

    fn entry(row: i64) -> EntryFacts {
        EntryFacts { row, customer: Some(1), invoice: Some(1), payment: None, day: None, counted: CountedAs::default() }
    }

    fn posting(entry: i64, account: Account, code: Code, amount: i64) -> PostingFacts {
        PostingFacts { entry, account: Some(account), code, amount }
    }

    fn told(entries: &[(EntryFacts, Vec<PostingFacts>)]) -> (Books, Vec<String>) {
        let (mut books, mut told) = (Books::new(1..10), Vec::new());
        entries.iter().for_each(|(entry, postings)| books.post(entry, postings, &mut |v| told.push(v.to_string())));
        (books, told)
    }

    #[test]
    fn an_entry_sums_to_zero_in_each_currency() {
        let both = vec![
            posting(1, Account::Receivable, USD, 5),
            posting(1, Account::DeferredRevenue, USD, -5),
            posting(1, Account::Receivable, EUR, 7),
            posting(1, Account::DeferredRevenue, EUR, -6),
        ];
        assert_eq!(told(&[(entry(1), both)]).1, ["I5: ledger entry 1 does not sum to zero, but to 0.01 EUR"]);
        assert_eq!(told(&[(entry(1), Vec::new())]).1, ["I5: ledger entry 1 has no postings"]);
        let well = |n| vec![posting(n, Account::Receivable, USD, 5), posting(n, Account::DeferredRevenue, USD, -5)];
        assert_eq!(told(&[(entry(1), well(1)), (entry(4), well(4))]).1, ["I5: ledger entries 2 to 3 are missing"]);
    }

    #[test]
    fn what_is_posted_belongs_somewhere() {
        let nowhere = EntryFacts { invoice: None, ..entry(1) };
        let (_, told_of) = told(&[(nowhere, vec![posting(1, Account::Receivable, USD, 5), posting(1, Account::CashManual, USD, -5)])]);
        assert_eq!(told_of.len(), 2, "{told_of:?}");
        let unknown = PostingFacts { account: None, ..posting(1, Account::Revenue, USD, -5) };
        let (_, told_of) = told(&[(entry(1), vec![posting(1, Account::Receivable, USD, 5), unknown])]);
        assert_eq!(told_of, ["I5: ledger entry 1 posts to an account that there is not"]);
    }

    #[test]
    fn only_what_all_lines_earned_on_a_day_belongs_to_no_customer() {
        let day = EntryFacts { customer: None, invoice: None, day: Some(9), ..entry(1) };
        let earned = vec![posting(1, Account::DeferredRevenue, USD, 5), posting(1, Account::Revenue, USD, -5)];
        let (books, told_of) = told(&[(day.clone(), earned.clone())]);
        assert_eq!((told_of, books.posted().clone()), (Vec::new(), ByDay::from([((USD, 9), 5)])));
        assert_eq!(told(&[(EntryFacts { day: None, ..day.clone() }, earned)]).1.len(), 2);
        let cash = vec![posting(1, Account::BadDebt, USD, 5), posting(1, Account::Revenue, USD, -5)];
        assert_eq!(told(&[(day, cash)]).1, ["I5: ledger entry 1 belongs to no customer"]);
    }

    #[test]
    fn positions_are_kept_for_the_window_alone_and_know_whose_they_are() {
        let at = |invoice, customer, row| EntryFacts { customer: Some(customer), invoice: Some(invoice), ..entry(row) };
        let well = |n| vec![posting(n, Account::Receivable, USD, 5), posting(n, Account::CustomerBalance, USD, -5)];
        let (books, told_of) = told(&[(at(1, 1, 1), well(1)), (at(10, 10, 2), well(2)), (at(2, 1, 3), well(3)), (at(2, 2, 4), well(4))]);
        assert_eq!(told_of, Vec::<String>::new());
        assert_eq!((books.position(1).receivable, books.position(10).receivable), (5, 0));
        assert!(books.position(1).belongs_to(1, USD) && !books.position(1).belongs_to(2, USD) && !books.position(1).belongs_to(1, EUR));
        assert!(!books.position(2).belongs_to(1, USD), "two customers' entries");
        assert_eq!(books.stores(1).collect::<Vec<_>>(), [(USD, Store { entries: 0, ledger: -10 })]);
        assert_eq!(books.stores(10).count(), 0);
    }

    #[test]
    fn what_comes_to_nothing_takes_no_room() {
        let (mut books, mut told) = (Books::new(1..10), Vec::new());
        let taken = |row, amount| MoveFacts { row, customer: 1, code: USD, amount, kind: EntryKind::Applied, names_invoice: true, invoice: Some(3) };
        books.move_balance(&taken(1, -5), &mut |v| told.push(v));
        books.move_balance(&MoveFacts { kind: EntryKind::Granted, names_invoice: false, invoice: None, ..taken(2, 5) }, &mut |v| told.push(v));
        assert_eq!((books.stores.len(), books.position(3).applied, books.position(3).moved), (0, 5, -5));
        assert_eq!(told, []);
        books.move_balance(&MoveFacts { invoice: None, ..taken(3, -5) }, &mut |v| told.push(v));
        assert_eq!(told.len(), 1);
    }
}
