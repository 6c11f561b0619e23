//! Credit notes: what they take back of an invoice, and where it goes (rules, sections 4, 5 and 7; I6).
//!
//! A line is credited by its net; its share of each rate's tax follows. What is credited of a line or a rate in any number of
//! notes is never more than was invoiced, and crediting all that is left gives back exactly what was invoiced. Deliberately
//! absent: how a refund reaches the customer, and what of the net was earned already (`recognition`).

use crate::domain::id::{CreditNoteId, CustomerId, InvoiceId, InvoiceLineId, TaxRateId};
use crate::domain::invoice::InvoiceStatus;
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money, apportion};
use crate::domain::ratio::rounded_quotient;
use crate::domain::reject::Reject;
use crate::domain::text::Encoded;
use crate::domain::time::Timestamp;

/// Where what exceeds the due goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Destination {
    #[default]
    Balance,
    /// To where it was paid from: what came from the balance goes back there.
    Refund,
    /// Nowhere: the note may only lower the due.
    None,
}

impl Destination {
    pub const ALL: [Destination; 3] = [Destination::Balance, Destination::Refund, Destination::None];

    pub fn text(self) -> &'static str {
        match self {
            Destination::Balance => "balance",
            Destination::Refund => "refund",
            Destination::None => "none",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.text() == text)
    }
}

/// A credit note as it was issued.
#[derive(Clone, Debug)]
pub struct CreditNote {
    pub row: i64,
    pub id: CreditNoteId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub invoice_id: InvoiceId,
    pub invoice_number: String,
    pub customer_id: CustomerId,
    pub number: String,
    pub subtotal: Money,
    pub tax: Money,
    pub amount: Money,
    pub to_due: Money,
    pub to_balance: Money,
    pub to_refund: Money,
    pub destination: Destination,
    pub reason: Option<String>,
    /// The canonical text that is hashed.
    pub content: String,
    pub hash: [u8; 32],
    pub metadata: Encoded<'static>,
    pub external_id: Option<String>,
    pub lines: Vec<CreditNoteLine>,
    pub taxes: Vec<CreditNoteTax>,
}

#[derive(Clone, Debug)]
pub struct CreditNoteLine {
    pub line_id: InvoiceLineId,
    pub description: String,
    /// Net.
    pub amount: Money,
    pub tax: Money,
    pub explanation: Option<String>,
}

/// What a note takes back of a rate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreditNoteTax {
    pub rate_id: TaxRateId,
    pub name: String,
    pub amount: Money,
}

#[derive(Clone, Debug, Default)]
pub struct CreditNoteFilter {
    pub common: Common,
    pub customer_id: Option<CustomerId>,
    pub invoice_id: Option<InvoiceId>,
}

/// An amount of an invoice and what earlier notes credited of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    pub invoiced: Money,
    pub credited: Money,
}

impl Part {
    fn left(self) -> i64 {
        self.invoiced.minor() - self.credited.minor()
    }
}

/// An invoice as it can be credited.
#[derive(Clone, Copy, Debug)]
pub struct Creditable<'a> {
    pub status: InvoiceStatus,
    pub currency: Currency,
    pub due: Money,
    /// What was captured from the customer for this invoice and not refunded yet.
    pub refundable: Money,
    /// The net of each line.
    pub nets: &'a [Part],
    /// The tax of each rate of each line, ordered as `tax::Assessment::cells` is.
    pub taxes: &'a [Part],
}

/// What of a line is to be credited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Its place on the invoice.
    pub line: usize,
    pub net: Money,
}

/// What is to be credited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chosen<'a> {
    AllThatIsLeft,
    /// So much net of these lines, each with its share of tax.
    Nets(&'a [Choice]),
}

/// What a note takes back of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CreditedLine {
    pub net: Money,
    pub tax: Money,
}

/// A credit note that is to be finalised.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreditNotePlan {
    /// For every line of the invoice, those with nothing to credit too.
    pub lines: Vec<CreditedLine>,
    /// Of each rate of each line, ordered as `tax::Assessment::cells` is.
    pub cells: Vec<Money>,
    pub subtotal: Money,
    pub tax: Money,
    pub amount: Money,
    /// What lowers the invoice's due: it adds to `amountCredited`.
    pub to_due: Money,
    pub to_balance: Money,
    pub to_refund: Money,
}

impl CreditNotePlan {
    /// The lines that stand on the note, with their places on the invoice.
    pub fn credited_lines(&self) -> impl Iterator<Item = (usize, CreditedLine)> {
        self.lines.iter().copied().enumerate().filter(|(_, line)| !line.net.is_zero() || !line.tax.is_zero())
    }
}

/// Plans a note: it lowers the due first, the rest goes `to`. More than is left, and a rest that may go nowhere, are 409.
///
/// The tax of a rate is counted on the sum of what has been credited of its lines, and what is new of it goes to the chosen
/// lines by largest remainder. A line that is credited whole gives back its whole tax.
///
/// # Panics
/// On a chosen line that the invoice has not.
pub fn plan(invoice: &Creditable<'_>, chosen: Chosen<'_>, to: Destination) -> Result<CreditNotePlan, Reject> {
    may_be_credited(invoice.status)?;
    let amounts = match chosen {
        Chosen::AllThatIsLeft => invoice.all_that_is_left(),
        Chosen::Nets(choices) => invoice.with_tax(invoice.chosen_nets(choices)?),
    };
    let amount = Money::new(amounts.total(), invoice.currency);
    if amount.is_zero() {
        return Err(Reject::state_conflict("Nothing of this invoice is left to credit."));
    }
    let to_due = amount.min(invoice.due);
    let rest = amount.minus(to_due)?;
    let to_refund = match to {
        Destination::None if rest.is_positive() => {
            return Err(Reject::state_conflict(format!("Only {} {} are due; the rest must go somewhere.", invoice.due, invoice.currency.code())));
        }
        Destination::Refund => rest.min(invoice.refundable),
        Destination::Balance | Destination::None => Money::zero(invoice.currency),
    };
    amounts.finish(invoice.currency, Split { to_due, to_balance: rest.minus(to_refund)?, to_refund })
}

/// Plans the note of a refund: so much, tax included, goes back to where it came from; the due stays as it is. It is shared
/// out by largest remainder between net and rates, and then among the lines, by what is left of each. More than was captured
/// and not refunded, and more than is left to credit, are 409.
pub fn plan_refund(invoice: &Creditable<'_>, amount: Money) -> Result<CreditNotePlan, Reject> {
    may_be_credited(invoice.status)?;
    if !amount.is_positive() {
        return Err(Reject::field("amount", "Must be more than zero"));
    }
    if amount.minor() > invoice.refundable.minor() {
        let (left, code) = (invoice.refundable, invoice.refundable.currency().code());
        return Err(Reject::state_conflict(format!("Only {left} {code} was paid for this invoice and not refunded.")));
    }
    // What earlier notes gave to the balance is not refundable a second time.
    let left = Money::new(invoice.left(), invoice.currency);
    if amount.minor() > left.minor() {
        let code = left.currency().code();
        return Err(Reject::state_conflict(format!("Only {left} {code} is left to credit.")));
    }
    let lefts = invoice.all_that_is_left();
    let sections = || std::iter::once(&lefts.nets[..]).chain(rows(&lefts.cells, invoice.nets.len()));
    let shares = amount.allocate(&sections().map(|section| section.iter().sum()).collect::<Vec<_>>());
    let mut amounts = Amounts { nets: vec![0; lefts.nets.len()], cells: vec![0; lefts.cells.len()] };
    let places = std::iter::once(&mut amounts.nets[..]).chain(amounts.cells.chunks_mut(invoice.nets.len().max(1)));
    for ((share, section), place) in shares.into_iter().zip(sections()).zip(places) {
        apportion(share.minor(), section, place);
    }
    let nothing = Money::zero(invoice.currency);
    amounts.finish(invoice.currency, Split { to_due: nothing, to_balance: nothing, to_refund: amount })
}

/// The rows of a table that has a column for each line: a row is a rate.
fn rows<T>(cells: &[T], lines: usize) -> std::slice::Chunks<'_, T> {
    cells.chunks(lines.max(1))
}

/// A draft is not a document yet; what is void or written off is not owed any more.
pub fn may_be_credited(status: InvoiceStatus) -> Result<(), Reject> {
    match status {
        InvoiceStatus::Open | InvoiceStatus::Paid => Ok(()),
        InvoiceStatus::Draft => Err(Reject::state_conflict("This invoice is a draft. Change it instead.")),
        InvoiceStatus::Void => Err(Reject::state_conflict("This invoice is void.")),
        InvoiceStatus::Uncollectible => Err(Reject::state_conflict("This invoice was written off.")),
    }
}

impl Creditable<'_> {
    fn left(&self) -> i64 {
        self.nets.iter().chain(self.taxes).map(|part| part.left()).sum()
    }

    fn all_that_is_left(&self) -> Amounts {
        let lefts = |parts: &[Part]| parts.iter().map(|part| part.left()).collect();
        Amounts { nets: lefts(self.nets), cells: lefts(self.taxes) }
    }

    /// The tax on what is to be credited of every line.
    fn with_tax(&self, nets: Vec<i64>) -> Amounts {
        let mut cells = vec![0; self.taxes.len()];
        for (taxes, cells) in rows(self.taxes, nets.len()).zip(cells.chunks_mut(nets.len().max(1))) {
            credit_tax(self.nets, &nets, taxes, cells);
        }
        Amounts { nets, cells }
    }

    /// The net to credit of every line.
    fn chosen_nets(&self, choices: &[Choice]) -> Result<Vec<i64>, Reject> {
        let mut nets = vec![0; self.nets.len()];
        for (at, choice) in choices.iter().enumerate() {
            if !choice.net.is_positive() {
                return Err(Reject::field(&format!("lines[{at}].amount"), "Must be more than zero"));
            }
            if nets[choice.line] != 0 {
                return Err(Reject::field(&format!("lines[{at}].lineId"), "This line is named twice"));
            }
            let left = self.nets[choice.line].left();
            if choice.net.minor() > left {
                let (left, code, line) = (Money::new(left, self.currency), self.currency.code(), choice.line + 1);
                return Err(Reject::state_conflict(format!("Only {left} {code} is left to credit of line {line}.")));
            }
            nets[choice.line] = choice.net.minor();
        }
        Ok(nets)
    }
}

/// How much of one line's tax a note may take: the exact share of what is then credited of the net lies between the ends, and
/// is whole where nothing of the net is left.
#[derive(Clone, Copy)]
struct Bounds {
    line: usize,
    lower: i64,
    upper: i64,
    /// What the exact share has above a whole unit: `remainder / of`.
    remainder: i128,
    of: i128,
}

impl Bounds {
    fn new(line: usize, net: Part, chosen: i64, tax: Part) -> Self {
        let after = net.credited.minor() + chosen;
        let (exact, of) = (i128::from(tax.invoiced.minor()) * i128::from(after), i128::from(net.invoiced.minor()));
        let whole = i64::try_from(exact / of).expect("a part of a tax is not more than the tax");
        let remainder = exact % of;
        let lower = (whole - tax.credited.minor()).max(0);
        let upper = (whole + i64::from(remainder > 0) - tax.credited.minor()).max(lower);
        Self { line, lower, upper, remainder, of }
    }
}

/// One rate's tax on the chosen nets, for each line (rule 3.2: on the sum, then by largest remainder). All amounts are those
/// of one invoice, so that products of two of them are far within i128.
fn credit_tax(nets: &[Part], chosen: &[i64], taxes: &[Part], cells: &mut [i64]) {
    let mut bounds: Vec<Bounds> = Vec::new();
    let (mut base, mut base_after, mut tax, mut tax_before) = (0_i128, 0_i128, 0_i128, 0_i128);
    for (line, ((net, tax_part), chosen)) in nets.iter().zip(taxes).zip(chosen).enumerate() {
        if *chosen > 0 {
            bounds.push(Bounds::new(line, *net, *chosen, *tax_part));
        }
        if !tax_part.invoiced.is_zero() {
            base += i128::from(net.invoiced.minor());
            base_after += i128::from(net.credited.minor() + chosen);
            tax += i128::from(tax_part.invoiced.minor());
            tax_before += i128::from(tax_part.credited.minor());
        }
    }
    let lowest: i128 = bounds.iter().map(|b| i128::from(b.lower)).sum();
    let wanted = if base > 0 { rounded_quotient(tax * base_after, base) - tax_before } else { 0 };
    let mut more = (wanted - lowest).max(0);
    bounds.sort_by(|a, b| (b.remainder * a.of).cmp(&(a.remainder * b.of)));
    for bound in bounds {
        let extra = i64::from(more > 0 && bound.upper > bound.lower);
        more -= i128::from(extra);
        cells[bound.line] = bound.lower + extra;
    }
}

/// Where a note's amount goes.
#[derive(Clone, Copy)]
struct Split {
    to_due: Money,
    to_balance: Money,
    to_refund: Money,
}

/// A note's amounts in minor units.
struct Amounts {
    nets: Vec<i64>,
    cells: Vec<i64>,
}

impl Amounts {
    fn total(&self) -> i64 {
        self.nets.iter().chain(&self.cells).sum()
    }

    fn finish(self, currency: Currency, split: Split) -> Result<CreditNotePlan, Reject> {
        let money = |minor: i64| Money::new(minor, currency);
        let (subtotal, tax) = (money(self.nets.iter().sum()), money(self.cells.iter().sum()));
        let tax_of = |line: usize| self.cells.iter().skip(line).step_by(self.nets.len()).sum();
        Ok(CreditNotePlan {
            lines: self.nets.iter().enumerate().map(|(line, net)| CreditedLine { net: money(*net), tax: money(tax_of(line)) }).collect(),
            cells: self.cells.iter().map(|cell| money(*cell)).collect(),
            subtotal,
            tax,
            amount: subtotal.plus(tax)?,
            to_due: split.to_due,
            to_balance: split.to_balance,
            to_refund: split.to_refund,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::percent::Percent;
    use crate::domain::reject::Code;
    use crate::domain::tax::{Assessment, PricedLine, RateTerms, assess};
    use proptest::prelude::*;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::parse("EUR").unwrap_or_else(|e| panic!("{e}")))
    }

    /// An invoice and what has become of it.
    struct Ledger {
        nets: Vec<Part>,
        taxes: Vec<Part>,
        due: Money,
        refundable: Money,
    }

    impl Ledger {
        fn of(assessment: &Assessment, paid: i64) -> Self {
            let part = |invoiced: Money| Part { invoiced, credited: eur(0) };
            Self {
                nets: assessment.lines.iter().map(|l| part(l.net)).collect(),
                taxes: assessment.cells.iter().copied().map(part).collect(),
                due: eur(assessment.sums.total.minor() - paid),
                refundable: eur(paid),
            }
        }

        fn creditable(&self) -> Creditable<'_> {
            let (status, currency) = (if self.due.is_zero() { InvoiceStatus::Paid } else { InvoiceStatus::Open }, eur(0).currency());
            Creditable { status, currency, due: self.due, refundable: self.refundable, nets: &self.nets, taxes: &self.taxes }
        }

        fn apply(&mut self, plan: &CreditNotePlan) {
            let add = |part: &mut Part, amount: Money| part.credited = eur(part.credited.minor() + amount.minor());
            self.nets.iter_mut().zip(&plan.lines).for_each(|(part, line)| add(part, line.net));
            self.taxes.iter_mut().zip(&plan.cells).for_each(|(part, cell)| add(part, *cell));
            self.due = eur(self.due.minor() - plan.to_due.minor());
            self.refundable = eur(self.refundable.minor() - plan.to_refund.minor());
        }
    }

    fn invoice(prices: &[i64], rates: &[(&str, bool)]) -> Assessment {
        let lines: Vec<_> = prices.iter().map(|p| PricedLine { priced: eur(*p), discount: eur(0), taxable: true }).collect();
        let rates: Vec<_> = rates
            .iter()
            .map(|(percent, inclusive)| RateTerms { percent: Percent::parse(percent).unwrap_or_else(|e| panic!("{e}")), inclusive: *inclusive })
            .collect();
        assess(eur(0).currency(), &lines, &rates).unwrap_or_else(|r| panic!("{r:?}"))
    }

    fn planned(plan: Result<CreditNotePlan, Reject>) -> CreditNotePlan {
        plan.unwrap_or_else(|r| panic!("{r:?}"))
    }

    fn nets(choices: &[(usize, i64)]) -> Vec<Choice> {
        choices.iter().map(|(line, net)| Choice { line: *line, net: eur(*net) }).collect()
    }

    fn amounts(plan: &CreditNotePlan) -> [i64; 3] {
        [plan.subtotal, plan.tax, plan.amount].map(Money::minor)
    }

    fn places(plan: &CreditNotePlan) -> [i64; 3] {
        [plan.to_due, plan.to_balance, plan.to_refund].map(Money::minor)
    }

    #[test]
    fn rule_5_a_note_lowers_the_due_first_and_the_rest_goes_where_it_is_told() {
        let half_paid = Ledger::of(&invoice(&[1000], &[("20", false)]), 700);
        let all = |to| plan(&half_paid.creditable(), Chosen::AllThatIsLeft, to);
        assert_eq!(places(&planned(all(Destination::Balance))), [500, 700, 0]);
        assert_eq!(places(&planned(all(Destination::Refund))), [500, 0, 700]);
        assert_eq!(all(Destination::None).map_err(|r| r.code), Err(Code::StateConflict));
        let some = planned(plan(&half_paid.creditable(), Chosen::Nets(&nets(&[(0, 400)])), Destination::None));
        assert_eq!((amounts(&some), places(&some)), ([400, 80, 480], [480, 0, 0]));
    }

    #[test]
    fn rule_7_what_was_paid_from_the_balance_goes_back_there() {
        let from_balance = Ledger { refundable: eur(300), ..Ledger::of(&invoice(&[1000], &[]), 1000) };
        assert_eq!(places(&planned(plan(&from_balance.creditable(), Chosen::AllThatIsLeft, Destination::Refund))), [0, 700, 300]);
    }

    #[test]
    fn rule_3_2_the_tax_of_a_note_is_counted_on_the_sum_and_goes_by_largest_remainder() {
        let ledger = Ledger::of(&invoice(&[999, 999, 999], &[("20", false)]), 0);
        let note = planned(plan(&ledger.creditable(), Chosen::Nets(&nets(&[(0, 333), (1, 333), (2, 333)])), Destination::Balance));
        // 20 % of 9.99 is 2.00; line by line it would be 2.01.
        assert_eq!(amounts(&note), [999, 200, 1199]);
        assert_eq!(note.lines.iter().map(|l| l.tax.minor()).collect::<Vec<_>>(), [67, 67, 66]);
        let one = planned(plan(&ledger.creditable(), Chosen::Nets(&nets(&[(1, 500)])), Destination::Balance));
        assert_eq!(one.credited_lines().map(|(at, l)| (at, l.net.minor(), l.tax.minor())).collect::<Vec<_>>(), [(1, 500, 100)]);
    }

    #[test]
    fn rule_4_a_line_credited_whole_gives_back_its_whole_tax() {
        let assessment = invoice(&[333, 333, 333], &[("20", false)]);
        let ledger = Ledger::of(&assessment, 0);
        for (line, taxed) in assessment.lines.iter().enumerate() {
            let note = planned(plan(&ledger.creditable(), Chosen::Nets(&nets(&[(line, 333)])), Destination::Balance));
            assert_eq!(note.tax, taxed.tax);
        }
    }

    #[test]
    fn i6_more_than_is_left_is_a_conflict() {
        let mut ledger = Ledger::of(&invoice(&[1000, 500], &[("19", true)]), 0);
        let try_nets = |ledger: &Ledger, choices: &[(usize, i64)]| {
            plan(&ledger.creditable(), Chosen::Nets(&nets(choices)), Destination::Balance).map(|p| p.amount.minor()).map_err(|r| (r.code, r.message))
        };
        assert_eq!(try_nets(&ledger, &[(0, 842)]), Err((Code::StateConflict, "Only 8.41 EUR is left to credit of line 1.".into())));
        assert_eq!(try_nets(&ledger, &[(0, 841)]), Ok(1000));
        for (choices, field) in [(vec![(0, 0)], "lines[0].amount"), (vec![(1, 5), (0, -1)], "lines[1].amount"), (vec![(0, 1), (0, 1)], "lines[1].lineId")] {
            let reject = plan(&ledger.creditable(), Chosen::Nets(&nets(&choices)), Destination::Balance).map_err(|r| (r.code, r.details[0].field.clone()));
            assert_eq!(reject, Err((Code::ValidationError, field.into())));
        }
        ledger.apply(&planned(plan(&ledger.creditable(), Chosen::AllThatIsLeft, Destination::Balance)));
        assert_eq!(ledger.due, eur(0));
        assert_eq!(plan(&ledger.creditable(), Chosen::AllThatIsLeft, Destination::Balance).map_err(|r| r.code), Err(Code::StateConflict));
        assert!(matches!(try_nets(&ledger, &[(1, 1)]), Err((Code::StateConflict, _))));
    }

    #[test]
    fn rule_5_only_an_open_or_paid_invoice_is_credited() {
        let ledger = Ledger::of(&invoice(&[1000], &[]), 1000);
        for status in InvoiceStatus::ALL {
            let invoice = Creditable { status, ..ledger.creditable() };
            let allowed = matches!(status, InvoiceStatus::Open | InvoiceStatus::Paid);
            assert_eq!(plan(&invoice, Chosen::AllThatIsLeft, Destination::Balance).is_ok(), allowed, "{status:?}");
            assert_eq!(plan_refund(&invoice, eur(1)).is_ok(), allowed, "{status:?}");
        }
    }

    #[test]
    fn rule_7_a_refund_makes_a_note_of_exactly_its_amount_with_its_share_of_tax() {
        let mut ledger = Ledger::of(&invoice(&[1000], &[("19", false)]), 1190);
        let note = planned(plan_refund(&ledger.creditable(), eur(500)));
        // 5.00 × 10.00 / 11.90 = 4.2016…
        assert_eq!((amounts(&note), places(&note)), ([420, 80, 500], [0, 0, 500]));
        ledger.apply(&note);
        assert_eq!(plan_refund(&ledger.creditable(), eur(691)).map_err(|r| r.code), Err(Code::StateConflict));
        let rest = planned(plan_refund(&ledger.creditable(), eur(690)));
        assert_eq!(amounts(&rest), [580, 110, 690]);
        assert_eq!(plan_refund(&ledger.creditable(), eur(0)).map_err(|r| r.details[0].field.clone()), Err("amount".into()));
    }

    #[test]
    fn rule_6_a_refund_leaves_the_due_and_is_not_more_than_what_was_paid() {
        let ledger = Ledger::of(&invoice(&[1000], &[]), 400);
        assert_eq!(plan_refund(&ledger.creditable(), eur(401)).map_err(|r| r.code), Err(Code::StateConflict));
        assert_eq!(places(&planned(plan_refund(&ledger.creditable(), eur(400)))), [0, 0, 400]);
        // What was paid has gone to the balance by an earlier note: it is not given a second time.
        let mut given = Ledger::of(&invoice(&[1000], &[]), 1000);
        given.apply(&planned(plan(&given.creditable(), Chosen::Nets(&nets(&[(0, 900)])), Destination::Balance)));
        assert_eq!(plan_refund(&given.creditable(), eur(101)).map_err(|r| r.code), Err(Code::StateConflict));
        assert!(plan_refund(&given.creditable(), eur(100)).is_ok());
    }

    fn any_invoice() -> impl Strategy<Value = Assessment> {
        let rates = proptest::collection::vec((0..=1_000_000_i64, any::<bool>()), 0..4);
        let lines = proptest::collection::vec((prop_oneof![0..20_i64, 0..100_000_i64], prop::bool::weighted(0.8)), 1..6);
        (lines, rates).prop_map(|(lines, rates)| {
            let lines: Vec<_> = lines.into_iter().map(|(minor, taxable)| PricedLine { priced: eur(minor), discount: eur(0), taxable }).collect();
            let rates: Vec<_> = rates
                .into_iter()
                .map(|(value, inclusive)| RateTerms { percent: Percent::from_ten_thousandths(value).unwrap_or(Percent::ZERO), inclusive })
                .collect();
            assess(eur(0).currency(), &lines, &rates).unwrap_or_else(|r| panic!("{r:?}"))
        })
    }

    /// Everything that is credited is between nothing and what was invoiced.
    fn within(ledger: &Ledger) -> bool {
        ledger.nets.iter().chain(&ledger.taxes).all(|p| (0..=p.invoiced.minor()).contains(&p.credited.minor()))
    }

    fn some_net(ledger: &Ledger, percents: &[i64]) -> Vec<Choice> {
        let share = |(line, (part, percent)): (usize, (&Part, &i64))| Choice { line, net: eur(part.left() * percent / 100) };
        ledger.nets.iter().zip(percents).enumerate().map(share).filter(|c| c.net.is_positive()).collect()
    }

    proptest! {
        #[test]
        fn i6_crediting_in_any_steps_gives_back_exactly_what_was_invoiced_per_line_and_rate(
            assessment in any_invoice(), paid in 0..=100_i64, steps in proptest::collection::vec((proptest::collection::vec(0..=100_i64, 6), 0..=100_i64), 0..6),
        ) {
            let mut ledger = Ledger::of(&assessment, assessment.sums.total.minor() * paid / 100);
            for (percents, refund) in steps {
                let choices = some_net(&ledger, &percents);
                if !choices.is_empty() {
                    let note = plan(&ledger.creditable(), Chosen::Nets(&choices), Destination::Balance).map_err(|r| TestCaseError::fail(r.message))?;
                    prop_assert!(note.cells.iter().all(|c| !c.is_negative()));
                    prop_assert_eq!(note.amount.minor(), places(&note).iter().sum::<i64>());
                    ledger.apply(&note);
                    prop_assert!(within(&ledger));
                }
                let refund = eur(ledger.refundable.minor() * refund / 100);
                if let Ok(note) = plan_refund(&ledger.creditable(), refund) {
                    prop_assert_eq!(note.amount, refund);
                    ledger.apply(&note);
                    prop_assert!(within(&ledger));
                }
            }
            if let Ok(rest) = plan(&ledger.creditable(), Chosen::AllThatIsLeft, Destination::Balance) {
                ledger.apply(&rest);
            }
            prop_assert!(ledger.nets.iter().chain(&ledger.taxes).all(|p| p.left() == 0));
            prop_assert_eq!(ledger.due, eur(0));
        }

        #[test]
        fn i6_the_tax_of_what_is_credited_of_a_line_is_within_one_unit_of_its_exact_share(
            assessment in any_invoice(), steps in proptest::collection::vec(proptest::collection::vec(0..=100_i64, 6), 1..6),
        ) {
            let mut ledger = Ledger::of(&assessment, 0);
            for percents in steps {
                let choices = some_net(&ledger, &percents);
                if choices.is_empty() {
                    continue;
                }
                ledger.apply(&plan(&ledger.creditable(), Chosen::Nets(&choices), Destination::Balance).map_err(|r| TestCaseError::fail(r.message))?);
                for (at, tax) in ledger.taxes.iter().enumerate() {
                    let net = ledger.nets[at % ledger.nets.len()];
                    let off = tax.credited.minor() * net.invoiced.minor() - tax.invoiced.minor() * net.credited.minor();
                    prop_assert!(net.invoiced.is_zero() || off.abs() < net.invoiced.minor().max(1), "{:?} {:?}", net, tax);
                }
            }
        }
    }
}
