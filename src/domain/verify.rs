//! What always holds (rules, section 9), as checks of what was read from the database: facts in, violations out.
//!
//! A check is a small function in a list, [`INVOICE`] and its like: a new table adds facts and a check. What spans many
//! rows is accumulated in the modules below: the ledger's positions in [`books`], the documents' hashes in [`chain`].
//! Deliberately absent: how rows are read, and how a database that changes meanwhile is read rightly (`app/verify.rs`).

pub mod books;
pub mod chain;
pub mod counter;
pub mod revenue;

use crate::domain::id::{CouponId, CreditNoteId, CustomerId, InvoiceId, PaymentId, ProductId, SubscriptionId};
use crate::domain::invoice::InvoiceStatus;
use crate::domain::ledger::Account;
use crate::domain::money::{Currency, Money};
use crate::domain::payment::{PaymentStatus, Provider};
use crate::domain::time::{Period, Timestamp};
use crate::domain::verify::books::{Position, Store};
use crate::domain::verify::counter::MrrFacts;
use crate::domain::verify::revenue::LinePlans;

/// An invariant, by its number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Rule {
    I1,
    I2,
    I3,
    I4,
    I5,
    I6,
    I7,
    I8,
    I9,
    I10,
    I11,
    I12,
    I13,
}

impl Rule {
    pub const ALL: [Rule; 13] =
        [Rule::I1, Rule::I2, Rule::I3, Rule::I4, Rule::I5, Rule::I6, Rule::I7, Rule::I8, Rule::I9, Rule::I10, Rule::I11, Rule::I12, Rule::I13];

    pub fn text(self) -> &'static str {
        match self {
            Rule::I1 => "I1",
            Rule::I2 => "I2",
            Rule::I3 => "I3",
            Rule::I4 => "I4",
            Rule::I5 => "I5",
            Rule::I6 => "I6",
            Rule::I7 => "I7",
            Rule::I8 => "I8",
            Rule::I9 => "I9",
            Rule::I10 => "I10",
            Rule::I11 => "I11",
            Rule::I12 => "I12",
            Rule::I13 => "I13",
        }
    }

    /// What it promises, for whoever reads a report.
    pub fn words(self) -> &'static str {
        match self {
            Rule::I1 => "periods follow each other without gap or overlap",
            Rule::I2 => "no period is billed twice",
            Rule::I3 => "the numbers of documents have no gaps",
            Rule::I4 => "every document adds up, and so does what is due",
            Rule::I5 => "the ledger balances, and agrees with documents, payments and balances",
            Rule::I6 => "credit notes stay within their invoices",
            Rule::I7 => "every balance is the sum of its entries, and not below zero",
            Rule::I8 => "no coupon is used more often than it may be",
            Rule::I9 => "what was cancelled stays cancelled",
            Rule::I10 => "everything that happened stands in the log, once and in order",
            Rule::I11 => "time that passes in parts does what it does at once",
            Rule::I12 => "recurring revenue changes by what is reported to have changed it",
            Rule::I13 => "no document was changed: the chains of hashes hold up to their heads",
        }
    }

    /// Whether a look at the database proves it. How the clock was moved (I11) leaves no rows to look at.
    pub fn is_checked(self) -> bool {
        self != Rule::I11
    }
}

/// Something that is not as it must be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    pub rule: Rule,
    /// What it is about, with its ids, and what is wrong with it.
    pub what: String,
}

impl Violation {
    pub fn new(rule: Rule, what: impl Into<String>) -> Self {
        Self { rule, what: what.into() }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.rule.text(), self.what)
    }
}

/// A currency's three letters, whatever they are: a row that somebody edited is read all the same.
pub type Code = [u8; 3];

/// An amount for people. Of a currency that there is not, the number alone.
pub fn shown(minor: i128, code: Code) -> String {
    let letters = String::from_utf8_lossy(&code);
    match (i64::try_from(minor), Currency::parse(&letters)) {
        (Ok(minor), Ok(currency)) => format!("{} {letters}", Money::new(minor, currency)),
        _ => format!("{minor} minor units of {letters}"),
    }
}

/// One thing that must hold of what `F` tells; in words where it does not.
pub struct Check<F> {
    pub rule: Rule,
    pub wrong: fn(&F) -> Option<String>,
}

/// Runs every check of a list. `name` says what the facts are about.
pub fn run<F>(checks: &[Check<F>], facts: &F, name: impl Fn() -> String, tell: &mut dyn FnMut(Violation)) {
    for check in checks {
        if let Some(wrong) = (check.wrong)(facts) {
            tell(Violation::new(check.rule, format!("{} {wrong}", name())));
        }
    }
}

fn sum(amounts: impl Iterator<Item = i64>) -> i128 {
    amounts.map(i128::from).sum()
}

/// Says that two numbers should be one.
fn differ(what: &str, is: i128, should: i128, code: Code) -> Option<String> {
    (is != should).then(|| format!("has {what} of {}, and it should be {}", shown(is, code), shown(should, code)))
}

/// The state that the log says an object is in.
fn unlike_log(status: &str, last: Option<&str>) -> Option<String> {
    match last {
        Some(last) if last == status => None,
        Some(last) => Some(format!("is {status}, and the log says that it became {last}")),
        None => Some(format!("is {status}, and the log does not know of it")),
    }
}

/// A line of an invoice.
#[derive(Clone, Copy, Debug)]
pub struct LineFacts {
    pub quantity: i64,
    pub unit_amount: i64,
    pub amount: i64,
    pub discount: i64,
    pub tax: i64,
    /// The subscription whose period it pays, and whether that period is free to be billed again.
    pub period: Option<(i64, bool)>,
    /// What credit notes took of its net and of its tax.
    pub credited: i64,
    pub tax_credited: i64,
}

/// What a tax rate takes of an invoice.
#[derive(Clone, Copy, Debug)]
pub struct RateFacts {
    pub amount: i64,
    pub by_lines: i64,
    pub credited: i64,
}

/// What the credit notes of an invoice sum to.
#[derive(Clone, Copy, Default, Debug)]
pub struct NotesFacts {
    pub net: i64,
    pub tax: i64,
    pub to_due: i64,
    pub to_balance: i64,
    pub to_refund: i64,
    /// What its payments say went back.
    pub refunded: i64,
}

/// An invoice, as one moment shows it.
#[derive(Clone, Debug)]
pub struct InvoiceFacts {
    pub id: InvoiceId,
    pub number: String,
    pub status: InvoiceStatus,
    pub code: Code,
    /// By internal keys.
    pub customer: i64,
    pub subscription: Option<i64>,
    pub subtotal: i64,
    pub discount: i64,
    pub tax: i64,
    pub total: i64,
    pub credited: i64,
    pub applied: i64,
    pub paid: i64,
    pub lines: Vec<LineFacts>,
    pub rates: Vec<RateFacts>,
    pub notes: NotesFacts,
    /// The sum of its payments that succeeded.
    pub received: i128,
    pub position: Position,
    /// How its lines are earned.
    pub plans: Vec<LinePlans>,
    /// Its subscription is the same customer's, or there is none.
    pub subscription_fits: bool,
    /// How many lines it has as a draft.
    pub draft_lines: i64,
    pub last_state: Option<String>,
}

impl InvoiceFacts {
    pub fn name(&self) -> String {
        format!("invoice {} ({})", self.number, self.id)
    }

    fn due(&self) -> i128 {
        i128::from(self.total) - i128::from(self.credited) - i128::from(self.applied) - i128::from(self.paid)
    }

    fn is_void(&self) -> bool {
        self.status == InvoiceStatus::Void
    }

    /// Whether its periods may be billed again.
    fn is_given_up(&self) -> bool {
        matches!(self.status, InvoiceStatus::Void | InvoiceStatus::Uncollectible)
    }
}

pub const INVOICE: &[Check<InvoiceFacts>] = &[
    Check { rule: Rule::I2, wrong: |i| (!i.subscription_fits).then(|| "is for a subscription of another customer".into()) },
    Check {
        rule: Rule::I2,
        wrong: |i| {
            let periods = || i.lines.iter().filter_map(|l| l.period);
            if periods().any(|(subscription, _)| Some(subscription) != i.subscription) {
                return Some("bills a period of another subscription".into());
            }
            // What was credited whole may be billed anew.
            let whole = |l: &LineFacts| l.credited == l.amount;
            let wrong = |l: &LineFacts| l.period.filter(|(_, released)| *released != i.is_given_up() && !(*released && whole(l)));
            match i.lines.iter().find_map(wrong) {
                Some((_, true)) => Some(format!("is {}, and a period that it bills is free to be billed again", i.status.text())),
                Some((_, false)) => Some(format!("is {}, and still holds a period", i.status.text())),
                None => None,
            }
        },
    },
    Check { rule: Rule::I4, wrong: |i| i.lines.is_empty().then(|| "has no lines".into()) },
    Check { rule: Rule::I4, wrong: |i| (i.draft_lines != 0).then(|| "is finalised, and has lines of a draft".into()) },
    Check {
        rule: Rule::I4,
        wrong: |i| {
            let prices = i.lines.iter().map(|l| i128::from(l.quantity) * i128::from(l.unit_amount)).fold(0, i128::saturating_add);
            differ("a subtotal", i.subtotal.into(), prices, i.code)
        },
    },
    Check { rule: Rule::I4, wrong: |i| differ("a discount", i.discount.into(), sum(i.lines.iter().map(|l| l.discount)), i.code) },
    Check { rule: Rule::I4, wrong: |i| differ("a tax", i.tax.into(), sum(i.lines.iter().map(|l| l.tax)), i.code) },
    Check { rule: Rule::I4, wrong: |i| differ("a total", i.total.into(), sum(i.lines.iter().map(|l| l.amount)) + sum(i.lines.iter().map(|l| l.tax)), i.code) },
    Check {
        rule: Rule::I4,
        wrong: |i| {
            let due = i.due();
            if !(0..=i128::from(i.total)).contains(&due) {
                return Some(format!("has {} due of a total of {}", shown(due, i.code), shown(i.total.into(), i.code)));
            }
            match i.status {
                InvoiceStatus::Open if due == 0 => Some("is open, and nothing is due".into()),
                InvoiceStatus::Paid if due != 0 => Some(format!("is paid, and {} are due", shown(due, i.code))),
                InvoiceStatus::Void if i.paid != 0 || i.applied != 0 => Some("is void, and has not given back what it took".into()),
                _ => None,
            }
        },
    },
    Check {
        rule: Rule::I4,
        wrong: |i| {
            // What credit notes gave is another matter.
            let moved = i128::from(i.position.moved) - i128::from(i.position.credited);
            if i.is_void() {
                let kept = i.received - i128::from(i.notes.to_balance) - i128::from(i.notes.to_refund);
                return differ("balances moved", moved, kept, i.code);
            }
            // What moved is what was overpaid less what was applied.
            differ("payments", i.received, i128::from(i.paid) + moved + i128::from(i.position.applied), i.code)
        },
    },
    Check { rule: Rule::I4, wrong: |i| if i.is_void() { None } else { differ("a balance applied", i.applied.into(), i.position.applied.into(), i.code) } },
    Check {
        rule: Rule::I5,
        wrong: |i| {
            let should = if i.status == InvoiceStatus::Open { i.due() } else { 0 };
            differ("a receivable in the ledger", i.position.receivable.into(), should, i.code)
        },
    },
    Check {
        rule: Rule::I5,
        wrong: |i| {
            let should = if i.is_void() { 0 } else { i128::from(i.tax) - i128::from(i.total) + i128::from(i.notes.net) };
            differ("revenue, deferred or taken back, in the ledger", i128::from(i.position.deferred) + i128::from(i.position.revenue), should, i.code)
        },
    },
    Check {
        rule: Rule::I5,
        wrong: |i| match i.plans.iter().map(LinePlans::stays).sum::<Option<i128>>() {
            Some(stays) => differ("deferred revenue in the ledger", i.position.deferred.into(), -stays, i.code),
            None => Some("has a line whose schedules are not those of its amount".into()),
        },
    },
    Check {
        rule: Rule::I5,
        wrong: |i| {
            differ("tax payable in the ledger", i.position.tax.into(), if i.is_void() { 0 } else { i128::from(i.notes.tax) - i128::from(i.tax) }, i.code)
        },
    },
    Check {
        rule: Rule::I5,
        wrong: |i| {
            let belongs = i.position.belongs_to(i.customer, i.code);
            (!belongs).then(|| "has entries of another customer or in another currency".into())
        },
    },
    Check { rule: Rule::I4, wrong: |i| differ("tax rates", i.tax.into(), sum(i.rates.iter().map(|r| r.amount)), i.code) },
    Check {
        rule: Rule::I4,
        wrong: |i| {
            let rate = i.rates.iter().find(|r| r.amount != r.by_lines)?;
            differ("a tax rate", rate.amount.into(), rate.by_lines.into(), i.code)
        },
    },
    Check {
        rule: Rule::I6,
        wrong: |i| {
            let line = i.lines.iter().find(|l| l.credited > l.amount || l.tax_credited > l.tax)?;
            Some(format!("has a line of {} with {} credited", shown(line.amount.into(), i.code), shown(line.credited.into(), i.code)))
        },
    },
    Check {
        rule: Rule::I6,
        wrong: |i| {
            let rate = i.rates.iter().find(|r| r.credited > r.amount)?;
            Some(format!("has a tax of {} with {} credited", shown(rate.amount.into(), i.code), shown(rate.credited.into(), i.code)))
        },
    },
    Check { rule: Rule::I6, wrong: |i| differ("an amount credited", i.credited.into(), i.notes.to_due.into(), i.code) },
    Check { rule: Rule::I6, wrong: |i| differ("a balance by credit notes", i.position.credited.into(), i.notes.to_balance.into(), i.code) },
    Check { rule: Rule::I6, wrong: |i| differ("refunds", i.notes.refunded.into(), i.notes.to_refund.into(), i.code) },
    Check { rule: Rule::I10, wrong: |i| unlike_log(i.status.text(), i.last_state.as_deref()) },
];

/// A draft, which is in nobody's books yet.
#[derive(Clone, Debug)]
pub struct DraftFacts {
    pub invoice: InvoiceFacts,
    /// Whether it has anything of a document.
    pub is_document: bool,
}

pub const DRAFT: &[Check<DraftFacts>] = &[
    Check { rule: Rule::I3, wrong: |d| d.is_document.then(|| "has a number or a document before it is finalised".into()) },
    Check { rule: Rule::I4, wrong: |d| (d.invoice.draft_lines == 0).then(|| "has no lines".into()) },
    Check {
        rule: Rule::I4,
        wrong: |d| {
            let i = &d.invoice;
            let sums = [i.subtotal, i.discount, i.tax, i.total, i.credited, i.applied, i.paid].iter().all(|minor| *minor == 0);
            (!sums || !i.lines.is_empty() || !i.rates.is_empty()).then(|| "has sums before it is finalised".into())
        },
    },
    Check {
        rule: Rule::I5,
        wrong: |d| {
            let i = &d.invoice;
            let moved = i.received != 0 || i.position != Position::default() || !i.plans.is_empty();
            moved.then(|| "is in the books before it is finalised".into())
        },
    },
    Check { rule: Rule::I10, wrong: |d| unlike_log(d.invoice.status.text(), d.invoice.last_state.as_deref()) },
];

/// A credit note by itself.
#[derive(Clone, Debug)]
pub struct CreditNoteFacts {
    pub id: CreditNoteId,
    pub number: String,
    pub code: Code,
    /// The currency of its invoice, where there is one.
    pub invoice_code: Option<Code>,
    pub net: i64,
    pub tax: i64,
    pub lines_net: i64,
    pub lines_tax: i64,
    /// Lines that credit another invoice.
    pub foreign_lines: i64,
    pub last_state: Option<String>,
}

impl CreditNoteFacts {
    pub fn name(&self) -> String {
        format!("credit note {} ({})", self.number, self.id)
    }
}

pub const CREDIT_NOTE: &[Check<CreditNoteFacts>] = &[
    Check { rule: Rule::I6, wrong: |c| (c.invoice_code != Some(c.code)).then(|| "is in another currency than its invoice".into()) },
    Check { rule: Rule::I6, wrong: |c| (c.foreign_lines != 0).then(|| "credits lines of another invoice".into()) },
    Check { rule: Rule::I4, wrong: |c| differ("a net", c.net.into(), c.lines_net.into(), c.code) },
    Check { rule: Rule::I4, wrong: |c| differ("a tax", c.tax.into(), c.lines_tax.into(), c.code) },
    Check { rule: Rule::I10, wrong: |c| unlike_log("issued", c.last_state.as_deref()) },
];

/// What a subscription took of a coupon.
#[derive(Clone, Copy, Debug)]
pub struct RedemptionFacts {
    /// By internal key.
    pub subscription: i64,
    pub used: i64,
    /// The periods of its invoices that are not void.
    pub billed: i64,
}

#[derive(Clone, Debug)]
pub struct CouponFacts {
    pub id: CouponId,
    pub status: String,
    pub redeemed: i64,
    pub most: Option<i64>,
    /// How many redemptions there are.
    pub counted: i64,
    /// For how many periods it serves; for ever where there is none.
    pub periods: Option<i64>,
    pub redemptions: Vec<RedemptionFacts>,
    pub last_state: Option<String>,
}

pub const COUPON: &[Check<CouponFacts>] = &[
    Check { rule: Rule::I8, wrong: |c| (c.redeemed != c.counted).then(|| format!("was redeemed {} times, and says {}", c.counted, c.redeemed)) },
    Check {
        rule: Rule::I8,
        wrong: |c| {
            let most = c.most.filter(|most| c.counted > *most)?;
            Some(format!("was redeemed {} times, and may be {most} times", c.counted))
        },
    },
    Check {
        rule: Rule::I8,
        wrong: |c| {
            let wrong = c.redemptions.iter().find(|r| r.used != r.billed || c.periods.is_some_and(|most| r.used > most))?;
            Some(format!(
                "served {} periods of one subscription, and says {} of {}",
                wrong.billed,
                wrong.used,
                c.periods.map_or("any".into(), |p| p.to_string())
            ))
        },
    },
    Check { rule: Rule::I10, wrong: |c| unlike_log(&c.status, c.last_state.as_deref()) },
];

/// A payment.
#[derive(Clone, Debug)]
pub struct PaymentFacts {
    pub id: PaymentId,
    pub code: Code,
    pub amount: i64,
    pub refunded: i64,
    /// What a gateway was asked to give back.
    pub ordered_back: i64,
    pub status: PaymentStatus,
    pub provider: Provider,
    /// The gateway's name of it, and why it failed, where they are known.
    pub has_reference: bool,
    pub has_failure: bool,
    /// Its invoice is the same customer's, or there is none.
    pub invoice_fits: bool,
    /// Something waits for it, to be done when it succeeds.
    pub has_order: bool,
    pub last_state: Option<String>,
    /// What the ledger says came in by it, and where that lies.
    pub cash: i64,
    pub cash_code: Option<Code>,
    pub cash_account: Option<Account>,
}

impl PaymentFacts {
    pub fn name(&self) -> String {
        format!("payment {}", self.id)
    }
}

pub const PAYMENT: &[Check<PaymentFacts>] = &[
    Check {
        rule: Rule::I5,
        wrong: |p| {
            let is_gone = p.refunded == p.amount;
            (is_gone != (p.status == PaymentStatus::Refunded))
                .then(|| format!("is {}, and {} of it went back", p.status.text(), shown(p.refunded.into(), p.code)))
        },
    },
    Check {
        rule: Rule::I5,
        wrong: |p| match p.status {
            PaymentStatus::Succeeded | PaymentStatus::Refunded => {
                differ("cash in the ledger", p.cash.into(), i128::from(p.amount) - i128::from(p.refunded), p.code)
            }
            PaymentStatus::Processing | PaymentStatus::Failed => differ("cash in the ledger", p.cash.into(), 0, p.code),
        },
    },
    Check {
        rule: Rule::I5,
        wrong: |p| {
            let other = p.cash_code.filter(|code| *code != p.code)?;
            Some(format!("is in {} and stands in the ledger in {}", String::from_utf8_lossy(&p.code), String::from_utf8_lossy(&other)))
        },
    },
];

/// What only payments by gateways have, which come in states.
pub const ATTEMPT: &[Check<PaymentFacts>] = &[
    Check {
        rule: Rule::I5,
        wrong: |p| {
            let wrong = p.cash_account.filter(|account| Account::cash(p.provider) != Some(*account))?;
            Some(format!("came by {} and lies in {}", p.provider.text(), wrong.text()))
        },
    },
    Check {
        rule: Rule::I5,
        wrong: |p| {
            (p.status == PaymentStatus::Succeeded && p.provider.is_gateway() && !p.has_reference)
                .then(|| "succeeded without a transaction of its gateway".into())
        },
    },
    Check {
        rule: Rule::I5,
        wrong: |p| {
            let ordered = if p.provider.is_gateway() { p.refunded } else { 0 };
            differ("what its gateway is to give back", p.ordered_back.into(), ordered.into(), p.code)
        },
    },
    Check { rule: Rule::I5, wrong: |p| (!p.invoice_fits).then(|| "pays an invoice of another customer".into()) },
    Check {
        rule: Rule::I10,
        wrong: |p| (p.has_failure != (p.status == PaymentStatus::Failed)).then(|| format!("is {}, and its failure says otherwise", p.status.text())),
    },
    Check { rule: Rule::I10, wrong: |p| (p.has_order && p.status != PaymentStatus::Processing).then(|| "is decided, and something still waits for it".into()) },
    Check {
        rule: Rule::I10,
        // An intent is not told of until it is decided.
        wrong: |p| match (p.status, p.last_state.as_deref()) {
            (PaymentStatus::Processing, None) => None,
            (status, last) => unlike_log(status.text(), last),
        },
    },
];

/// What a customer has in store in one currency, by three who must know it.
#[derive(Clone, Debug)]
pub struct StoreFacts {
    pub code: Code,
    /// What he is told.
    pub told: i64,
    pub store: Store,
}

pub const STORE: &[Check<StoreFacts>] = &[
    Check { rule: Rule::I7, wrong: |s| (s.told < 0).then(|| format!("has a balance below zero: {}", shown(s.told.into(), s.code))) },
    Check {
        rule: Rule::I7,
        wrong: |s| {
            let (told, entries) = (i128::from(s.told), i128::from(s.store.entries));
            (told != entries).then(|| format!("has a balance of {}, and its entries sum to {}", shown(told, s.code), shown(entries, s.code)))
        },
    },
    Check {
        rule: Rule::I5,
        wrong: |s| {
            let (entries, ledger) = (i128::from(s.store.entries), -i128::from(s.store.ledger));
            (entries != ledger).then(|| format!("has entries of {} in store, and the ledger says {}", shown(entries, s.code), shown(ledger, s.code)))
        },
    },
];

/// What there is of a customer to be proved, beside his balances.
#[derive(Clone, Debug)]
pub struct CustomerFacts {
    pub id: CustomerId,
    pub status: String,
    pub last_state: Option<String>,
}

pub const CUSTOMER: &[Check<CustomerFacts>] = &[Check {
    rule: Rule::I10,
    // The row of one who was deleted is kept only where documents refer to it.
    wrong: |c| match c.last_state.as_deref() {
        None if c.status == "erased" => None,
        last => unlike_log(&c.status, last),
    },
}];

#[derive(Clone, Debug)]
pub struct ProductFacts {
    pub id: ProductId,
    pub status: String,
    pub last_state: Option<String>,
}

pub const PRODUCT: &[Check<ProductFacts>] = &[Check { rule: Rule::I10, wrong: |p| unlike_log(&p.status, p.last_state.as_deref()) }];

/// A period that is billed or given.
#[derive(Clone, Copy, Debug)]
pub struct PeriodFacts {
    pub run: i64,
    pub k: i64,
    pub dates: Option<Period>,
    /// Its invoice is paid, or it needs none.
    pub paid: bool,
}

/// A subscription with its periods, in order of run and number.
#[derive(Clone, Debug)]
pub struct SubscriptionFacts {
    pub id: SubscriptionId,
    pub status: String,
    /// Paid until.
    pub current: Option<Period>,
    pub trial_end: Option<Timestamp>,
    /// Their numbers, and when they begin.
    pub runs: Vec<(i64, Timestamp)>,
    pub periods: Vec<PeriodFacts>,
    /// None where the terms cannot be read.
    pub mrr: Option<MrrFacts>,
    pub last_state: Option<String>,
}

impl SubscriptionFacts {
    pub fn name(&self) -> String {
        format!("subscription {}", self.id)
    }

    fn neighbours(&self) -> impl Iterator<Item = (PeriodFacts, PeriodFacts)> {
        self.periods.iter().copied().zip(self.periods.iter().copied().skip(1))
    }
}

fn place(p: PeriodFacts) -> String {
    format!("period {} of run {}", p.k, p.run)
}

pub const SUBSCRIPTION: &[Check<SubscriptionFacts>] = &[
    Check {
        rule: Rule::I1,
        wrong: |s| {
            let follows = |a: PeriodFacts, b: PeriodFacts| b.k == a.k || (b.k == a.k + 1 && b.dates.map(|d| d.start) == a.dates.map(|d| d.end));
            let (a, b) = s.neighbours().find(|(a, b)| a.run == b.run && !follows(*a, *b))?;
            Some(format!("has {} where the {} ends and another begins elsewhere", place(b), place(a)))
        },
    },
    Check {
        rule: Rule::I1,
        wrong: |s| {
            let mut end = None;
            for run in s.periods.chunk_by(|a, b| a.run == b.run) {
                let overlapping = run.iter().find(|p| p.dates.is_some_and(|d| end.is_some_and(|end| d.start < end)));
                if let Some(p) = overlapping {
                    return Some(format!("has {} before an earlier run is over", place(*p)));
                }
                end = end.max(run.iter().filter_map(|p| p.dates).map(|d| d.end).max());
            }
            None
        },
    },
    Check {
        rule: Rule::I1,
        wrong: |s| {
            let lost = s.periods.iter().find(|p| p.dates.is_some() && !s.runs.iter().any(|(run, _)| *run == p.run))?;
            Some(format!("has {}, and no such run is recorded", place(*lost)))
        },
    },
    Check {
        rule: Rule::I1,
        wrong: |s| {
            let until = s.current.map(|c| c.end);
            let beyond = |p: &&PeriodFacts| p.paid && (until.is_none() || p.dates.is_none_or(|d| Some(d.end) > until));
            Some(format!("has paid for {} and is not paid until its end", place(*s.periods.iter().find(beyond)?)))
        },
    },
    Check {
        rule: Rule::I1,
        wrong: |s| {
            // What is over has no more time to explain. Free days end where a run begins.
            let is_told = ["active", "past_due", "suspended", "paused"].contains(&s.status.as_str());
            let until = s.current.filter(|_| is_told)?.end;
            let ends = s.periods.iter().filter_map(|p| p.dates).map(|d| d.end);
            let explained = ends.chain(s.runs.iter().map(|(_, begins)| *begins)).chain(s.trial_end).any(|at| at >= until);
            (!explained).then(|| format!("is paid until {until}, and no period, trial or free days reach so far"))
        },
    },
    Check {
        rule: Rule::I2,
        wrong: |s| {
            let (twice, _) = s.neighbours().find(|(a, b)| (a.run, a.k) == (b.run, b.k))?;
            Some(format!("is billed twice for {}", place(twice)))
        },
    },
    Check { rule: Rule::I12, wrong: |s| s.mrr.as_ref().map_or_else(|| Some("has terms of which nothing can recur".into()), MrrFacts::wrong) },
    Check { rule: Rule::I10, wrong: |s| unlike_log(&s.status, s.last_state.as_deref()) },
];

/// A transition that the log records.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub event: i64,
    /// The same object as its event's.
    pub same_object: bool,
    pub from: Option<&'a str>,
    pub to: Option<&'a str>,
}

/// Whether an object's next transition may come after its last one. `None` before is an object that the log meets first.
pub fn follow(before: Option<&str>, step: Step<'_>) -> Option<Violation> {
    let event = format!("event {}", step.event);
    if !step.same_object {
        return Some(Violation::new(Rule::I10, format!("{event} and its transition are about different objects")));
    }
    if before == Some("cancelled") && step.to != Some("cancelled") {
        return Some(Violation::new(Rule::I9, format!("{event} leaves the state cancelled for {}", step.to.unwrap_or("none"))));
    }
    let words = |state: Option<&str>| state.map_or("nothing".to_owned(), |s| format!("\"{s}\""));
    (step.from != before).then(|| {
        Violation::new(Rule::I10, format!("{event} begins at {}, and the one before it of the same object ended at {}", words(step.from), words(before)))
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::TypedId;
    use crate::domain::ledger::Account;
    use crate::domain::recognition::{Days, Schedule};
    use crate::domain::time::Timestamp;
    use crate::domain::verify::books::{Books, CountedAs, EntryFacts, PostingFacts};

    const USD: Code = *b"USD";

    fn position(postings: &[(Account, i64)]) -> Position {
        let mut books = Books::new(1..2);
        let postings: Vec<_> =
            postings.iter().map(|(account, amount)| PostingFacts { entry: 1, account: Some(*account), code: USD, amount: *amount }).collect();
        books.post(
            &EntryFacts { row: 1, customer: Some(1), invoice: Some(1), payment: None, day: None, counted: CountedAs::default() },
            &postings,
            &mut |_| (),
        );
        books.position(1)
    }

    /// Nothing of it is earned yet.
    fn schedule(minor: i64) -> Schedule {
        let usd = Currency::parse("USD").unwrap_or_else(|e| panic!("{e}"));
        Schedule::new(Money::new(minor, usd), 0, Some(Days::new(0, 30)))
    }

    /// An open invoice of 9.99, 1.60 of it tax.
    fn open() -> InvoiceFacts {
        let line = LineFacts { quantity: 1, unit_amount: 839, amount: 839, discount: 0, tax: 160, period: Some((1, false)), credited: 0, tax_credited: 0 };
        InvoiceFacts {
            id: InvoiceId::from_uuid(Uuid::nil()),
            number: "INV-1".into(),
            status: InvoiceStatus::Open,
            code: USD,
            customer: 1,
            subscription: Some(1),
            subtotal: 839,
            discount: 0,
            tax: 160,
            total: 999,
            credited: 0,
            applied: 0,
            paid: 0,
            lines: vec![line],
            rates: vec![RateFacts { amount: 160, by_lines: 160, credited: 0 }],
            notes: NotesFacts::default(),
            received: 0,
            position: position(&[(Account::Receivable, 999), (Account::DeferredRevenue, -839), (Account::TaxPayable, -160)]),
            plans: vec![LinePlans { net: 839, plans: vec![schedule(839)] }],
            draft_lines: 0,
            subscription_fits: true,
            last_state: Some("open".into()),
        }
    }

    fn told<F>(checks: &[Check<F>], facts: &F) -> Vec<&'static str> {
        let mut told = Vec::new();
        run(checks, facts, String::new, &mut |v| told.push(v.rule.text()));
        told
    }

    #[test]
    fn an_invoice_that_was_given_up_owes_nothing_and_holds_no_period() {
        assert_eq!(told(INVOICE, &open()), [""; 0]);
        let mut given_up = InvoiceFacts { status: InvoiceStatus::Uncollectible, last_state: Some("uncollectible".into()), ..open() };
        assert_eq!(told(INVOICE, &given_up), ["I2", "I5"], "it holds its period, and is still receivable");
        given_up.lines[0].period = Some((1, true));
        // What is due was written off; the revenue and the tax stay where they were.
        given_up.position = position(&[(Account::DeferredRevenue, -839), (Account::TaxPayable, -160)]);
        assert_eq!(told(INVOICE, &given_up), [""; 0]);
        let mut void = InvoiceFacts { status: InvoiceStatus::Void, last_state: Some("void".into()), ..given_up.clone() };
        assert_eq!(told(INVOICE, &void), ["I5", "I5"], "revenue and tax of what is void");
        void.position = Position::default();
        assert_eq!(told(INVOICE, &void), ["I5"], "its lines are earned all the same");
        void.plans[0].plans.push(schedule(0));
        assert_eq!(told(INVOICE, &void), [""; 0]);
    }

    #[test]
    fn sums_beyond_every_number_do_not_stop_the_checks() {
        let mut invoice = open();
        invoice.lines[0].unit_amount = i64::MAX;
        invoice.lines[0].quantity = i64::MAX;
        invoice.lines = vec![invoice.lines[0]; 3];
        invoice.credited = i64::MIN;
        assert!(told(INVOICE, &invoice).contains(&"I4"));
    }

    #[test]
    fn periods_of_a_run_tile_and_runs_do_not_overlap() {
        let period =
            |run, k, start, end| PeriodFacts { run, k, dates: Some(Period { start: Timestamp::from_ms(start), end: Timestamp::from_ms(end) }), paid: true };
        let subscription = |periods: &[PeriodFacts], until| SubscriptionFacts {
            id: SubscriptionId::from_uuid(Uuid::nil()),
            status: "active".into(),
            current: Some(Period { start: Timestamp::from_ms(0), end: Timestamp::from_ms(until) }),
            trial_end: None,
            runs: vec![(0, Timestamp::from_ms(0)), (1, Timestamp::from_ms(0))],
            periods: periods.into(),
            mrr: Some(MrrFacts { now: None, code: USD, movements: Vec::new() }),
            last_state: Some("active".into()),
        };
        let whole = [period(0, 3, 0, 10), period(0, 4, 10, 20), period(1, 0, 25, 30)];
        assert_eq!(told(SUBSCRIPTION, &subscription(&whole, 30)), [""; 0]);
        assert_eq!(told(SUBSCRIPTION, &subscription(&whole, 29)), ["I1"], "paid beyond what it is paid until");
        assert_eq!(told(SUBSCRIPTION, &subscription(&whole, 31)), ["I1"], "paid until when nothing reaches");
        let given = SubscriptionFacts { runs: vec![(0, Timestamp::from_ms(0)), (1, Timestamp::from_ms(31))], ..subscription(&whole, 31) };
        assert_eq!(told(SUBSCRIPTION, &given), [""; 0], "free days, behind which a run begins");
        assert_eq!(told(SUBSCRIPTION, &subscription(&[whole[0], period(0, 4, 11, 20)], 20)), ["I1"], "a gap of a millisecond");
        assert_eq!(told(SUBSCRIPTION, &subscription(&[whole[0], period(0, 5, 10, 20)], 20)), ["I1"], "a number left out");
        assert_eq!(told(SUBSCRIPTION, &subscription(&[whole[0], period(1, 0, 9, 20)], 20)), ["I1"], "runs that overlap");
        assert_eq!(told(SUBSCRIPTION, &subscription(&[whole[0], whole[0]], 10)), ["I2"], "billed twice");
        assert_eq!(told(SUBSCRIPTION, &subscription(&[period(7, 0, 0, 10)], 10)), ["I1"], "a run that is not recorded");
    }

    #[test]
    fn the_log_goes_on_where_it_was() {
        let step = |from, to| Step { event: 2, same_object: true, from, to };
        let rule = |before, step| follow(before, step).map(|v| v.rule);
        assert_eq!(rule(None, step(None, Some("open"))), None);
        assert_eq!(rule(Some("open"), step(Some("open"), Some("paid"))), None);
        assert_eq!(rule(Some("open"), step(Some("paid"), Some("void"))), Some(Rule::I10));
        assert_eq!(rule(Some("cancelled"), step(Some("cancelled"), Some("active"))), Some(Rule::I9));
        assert_eq!(rule(Some("cancelled"), step(Some("cancelled"), Some("cancelled"))), None);
        assert_eq!(rule(None, Step { same_object: false, ..step(None, None) }), Some(Rule::I10));
    }
}
