//! Invoices: their states, their sums, and the documents that they become when they are finalised (rules, section 5).

use crate::domain::coupon::Discount;
use crate::domain::id::{CustomerId, InvoiceId, InvoiceLineId, SubscriptionId, TaxRateId};
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::proration::DayShare;
use crate::domain::reject::{Code, Reject};
use crate::domain::subscription::Run;
use crate::domain::tax::{Assessment, PricedLine, RateTerms, TaxRate, assess};
use crate::domain::text::{Country, Encoded};
use crate::domain::time::{Period, Timestamp};

pub mod draft;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvoiceStatus {
    Draft,
    Open,
    Paid,
    Void,
    Uncollectible,
}

impl InvoiceStatus {
    pub const ALL: [InvoiceStatus; 5] = [InvoiceStatus::Draft, InvoiceStatus::Open, InvoiceStatus::Paid, InvoiceStatus::Void, InvoiceStatus::Uncollectible];

    pub fn text(self) -> &'static str {
        match self {
            InvoiceStatus::Draft => "draft",
            InvoiceStatus::Open => "open",
            InvoiceStatus::Paid => "paid",
            InvoiceStatus::Void => "void",
            InvoiceStatus::Uncollectible => "uncollectible",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.text() == text)
    }
}

/// Why an invoice was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BillingReason {
    SubscriptionCreate,
    SubscriptionCycle,
    SubscriptionUpdate,
    Manual,
}

impl BillingReason {
    pub const ALL: [BillingReason; 4] =
        [BillingReason::SubscriptionCreate, BillingReason::SubscriptionCycle, BillingReason::SubscriptionUpdate, BillingReason::Manual];

    pub fn text(self) -> &'static str {
        match self {
            BillingReason::SubscriptionCreate => "subscription_create",
            BillingReason::SubscriptionCycle => "subscription_cycle",
            BillingReason::SubscriptionUpdate => "subscription_update",
            BillingReason::Manual => "manual",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.text() == text)
    }

    /// It is charged again and again where its subscription is collected automatically.
    pub fn is_collected(self) -> bool {
        matches!(self, BillingReason::SubscriptionCycle | BillingReason::SubscriptionUpdate)
    }
}

/// A line that is to stand on an invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinePlan {
    pub description: String,
    pub quantity: i64,
    pub unit_amount: Money,
    /// The period that the line pays; its dates are unknown while they wait for the payment.
    pub period: Option<PeriodPlan>,
    pub taxable: bool,
    /// How its price came about, where it is for some days of a period.
    pub prorated: Option<String>,
    /// It bills the rest of a period after a change.
    pub rest: Option<Rest>,
}

/// What a change charges for the rest of a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rest {
    pub share: DayShare,
    /// The period itself stays billed by another invoice; this one bills a part of it beside that.
    pub part: bool,
    /// The period in which the change comes was billed with the coupon.
    pub has_coupon: bool,
}

/// A recurring period: number `k` of run `run`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PeriodPlan {
    pub run: u32,
    pub k: u32,
    pub dates: Option<Period>,
}

/// An invoice that is to be finalised.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvoicePlan {
    pub reason: BillingReason,
    pub currency: Currency,
    pub due_at: Timestamp,
    pub lines: Vec<LinePlan>,
    /// In which its periods are counted, where they are renewed ones.
    pub run: Option<Run>,
    pub replaces: Option<InvoiceId>,
}

impl LinePlan {
    pub fn setup_fee(product_name: &str, fee: Money, taxable: bool) -> Self {
        Self { description: format!("{product_name}, setup fee"), quantity: 1, unit_amount: fee, period: None, taxable, prorated: None, rest: None }
    }

    pub fn amount(&self) -> Result<Money, Reject> {
        self.unit_amount.times(self.quantity)
    }

    /// How what it costs before discount and taxes came about.
    fn explanation(&self, amount: Money) -> String {
        if let Some(prorated) = &self.prorated {
            return prorated.clone();
        }
        format!("{} × {} = {amount} {}", self.quantity, self.unit_amount, amount.currency().code())
    }
}

/// The sums of an invoice (rule 3.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sums {
    pub subtotal: Money,
    pub discount: Money,
    pub tax: Money,
    pub total: Money,
}

/// What lowers an invoice and what is added to it, beside its lines.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pricing {
    pub discount: Option<Discount>,
    pub rates: Vec<AppliedRate>,
    /// There are no rates because the customer pays none.
    pub exempt: bool,
}

/// A tax rate as it stands on a document. The rate may be called otherwise later.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppliedRate {
    pub row: i64,
    pub id: TaxRateId,
    pub name: String,
    pub terms: RateTerms,
    pub country: Option<Country>,
}

impl From<&TaxRate> for AppliedRate {
    fn from(rate: &TaxRate) -> Self {
        Self { row: rate.row, id: rate.id, name: rate.name.clone(), terms: rate.terms, country: rate.country.clone() }
    }
}

/// An invoice with all its amounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Priced {
    /// Of each line.
    pub discounts: Vec<Money>,
    pub assessment: Assessment,
    /// How each line's amounts came about, for whoever asks.
    pub explanations: Vec<String>,
}

impl InvoicePlan {
    /// How many periods it bills, for a coupon that counts them. A change's charge is none.
    pub fn periods(&self) -> u32 {
        u32::try_from(self.lines.iter().filter(|l| l.period.is_some() && l.rest.is_none()).count()).unwrap_or(u32::MAX)
    }

    /// Stands in the stead of an invoice with these lines: it bills its periods as that one did, and has its other lines too.
    pub fn take_over(&mut self, replaced: &[InvoiceLine]) {
        let (periods, others): (Vec<&InvoiceLine>, Vec<&InvoiceLine>) = replaced.iter().partition(|l| l.is_period);
        self.lines.iter_mut().zip(periods).for_each(|(line, old)| line.taxable = old.taxable);
        let others = others.into_iter().map(|old| LinePlan {
            description: old.description.clone(),
            quantity: old.quantity,
            unit_amount: old.unit_amount,
            period: None,
            taxable: old.taxable,
            prorated: None,
            rest: None,
        });
        // Behind the period to which they belong, the first.
        let at = self.lines.len().min(1);
        self.lines.splice(at..at, others);
    }

    /// Takes the discount off and adds the taxes (rule 3.2).
    pub fn price(&self, pricing: &Pricing) -> Result<Priced, Reject> {
        let amounts = self.lines.iter().map(LinePlan::amount).collect::<Result<Vec<_>, _>>()?;
        let discounts = self.discounts(&amounts, pricing.discount.as_ref())?;
        let priced = |((line, amount), discount): ((&LinePlan, &Money), &Money)| PricedLine { priced: *amount, discount: *discount, taxable: line.taxable };
        let lines: Vec<PricedLine> = self.lines.iter().zip(&amounts).zip(&discounts).map(priced).collect();
        let terms: Vec<RateTerms> = pricing.rates.iter().map(|r| r.terms).collect();
        let assessment = assess(self.currency, &lines, &terms).map_err(|_| Reject::new(Code::ValidationError, "The invoice's total is too large."))?;
        let explanations = self.lines.iter().enumerate().map(|(n, line)| explanation(n, line, &lines[n], pricing, &assessment)).collect();
        Ok(Priced { discounts, assessment, explanations })
    }

    /// The discount of each line. A coupon counts for each period anew: for the line that pays it and those that follow without
    /// a period of their own, such as a setup fee.
    fn discounts(&self, amounts: &[Money], discount: Option<&Discount>) -> Result<Vec<Money>, Reject> {
        let mut discounts = vec![Money::zero(self.currency); amounts.len()];
        let Some(discount) = discount else { return Ok(discounts) };
        if self.reason == BillingReason::SubscriptionUpdate {
            for (n, rest) in self.lines.iter().enumerate().filter_map(|(n, line)| Some((n, line.rest.as_ref()?))) {
                discounts[n] = discount.off.discount_of_change(amounts[n], rest.share)?;
            }
            return Ok(discounts);
        }
        let starts: Vec<usize> = self.lines.iter().enumerate().filter(|(_, line)| line.period.is_some()).map(|(n, _)| n).collect();
        let ends = starts.iter().skip(1).copied().chain([amounts.len()]);
        for ((start, end), _) in starts.iter().copied().zip(ends).zip(0..discount.periods) {
            discounts[start..end].copy_from_slice(&discount.off.discounts(&amounts[start..end])?);
        }
        Ok(discounts)
    }
}

/// `1 × 10.00 = 10.00 EUR, less 2.00 (SPRING, 20 % off), of which 1.28 tax (VAT, 19 %)`.
fn explanation(at: usize, line: &LinePlan, priced: &PricedLine, pricing: &Pricing, assessment: &Assessment) -> String {
    let mut text = line.explanation(priced.priced);
    if let Some(discount) = pricing.discount.as_ref().filter(|_| !priced.discount.is_zero()) {
        text.push_str(&format!(", less {} ({}, {})", priced.discount, discount.code, discount.off.words()));
    }
    if !line.taxable && !pricing.rates.is_empty() {
        text.push_str(", not taxable");
    }
    for (n, rate) in pricing.rates.iter().enumerate().filter(|_| line.taxable) {
        let how = if rate.terms.inclusive { "of which" } else { "plus" };
        text.push_str(&format!(", {how} {} tax ({}, {} %)", assessment.cell(n, at), rate.name, rate.terms.percent));
    }
    text
}

#[derive(Clone, Debug)]
pub struct InvoiceLine {
    pub id: InvoiceLineId,
    pub description: String,
    pub quantity: i64,
    pub unit_amount: Money,
    /// Net of discount and tax.
    pub amount: Money,
    pub discount: Money,
    pub tax: Money,
    /// From the table of periods, where a payment or an extension may have set or moved it.
    pub period: Option<Period>,
    pub explanation: String,
    pub taxable: bool,
    /// The local days that it bills; none for what is no time, and where the dates waited for the payment.
    pub days: Option<i64>,
    /// It pays a period, with dates or without.
    pub is_period: bool,
}

impl InvoiceLine {
    /// As priced, before discount, with whatever tax the price holds: the lines' come to the subtotal.
    pub fn priced(&self) -> Result<Money, Reject> {
        self.unit_amount.times(self.quantity)
    }
}

/// What a rate takes of an invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvoiceTax {
    pub rate: AppliedRate,
    /// The net that is taxed.
    pub taxable: Money,
    pub amount: Money,
}

/// What an invoice took of a coupon, for so many periods.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CouponUse {
    pub redemption: i64,
    pub periods: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SubscriptionRef {
    pub row: i64,
    pub id: SubscriptionId,
}

/// What an invoice has from its finalising on. A draft has none of it, so it cannot be mistaken for a document.
#[derive(Clone, Debug)]
pub struct Finalised {
    pub number: String,
    pub issued_at: Timestamp,
    /// The canonical text that is hashed: the document as it was finalised, with its seller and its buyer.
    pub content: String,
    pub hash: [u8; 32],
}

#[derive(Clone, Debug)]
pub struct Invoice {
    pub row: i64,
    pub id: InvoiceId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub customer_row: i64,
    pub customer_id: CustomerId,
    pub subscription: Option<SubscriptionRef>,
    pub reason: BillingReason,
    pub status: InvoiceStatus,
    /// Of a draft, what it would come to by the taxes of now.
    pub sums: Sums,
    /// What credit notes took off the due.
    pub amount_credited: Money,
    pub balance_applied: Money,
    pub amount_paid: Money,
    /// None on a draft that leaves it to its finalising.
    pub due_at: Option<Timestamp>,
    pub paid_at: Option<Timestamp>,
    /// None while it is a draft.
    pub finalised: Option<Finalised>,
    pub replaces: Option<InvoiceId>,
    pub replaced_by: Option<InvoiceId>,
    pub metadata: Encoded<'static>,
    pub external_id: Option<String>,
    pub lines: Vec<InvoiceLine>,
    pub taxes: Vec<InvoiceTax>,
    pub coupon_use: Option<CouponUse>,
}

impl Invoice {
    /// total − credited − balance applied − paid (rule 3.3).
    pub fn amount_due(&self) -> Result<Money, Reject> {
        self.sums.total.minus(self.amount_credited)?.minus(self.balance_applied)?.minus(self.amount_paid)
    }

    /// The document that it is; a draft is none.
    pub fn document(&self) -> Result<&Finalised, Reject> {
        self.finalised.as_ref().ok_or_else(is_draft)
    }

    /// Its number; a draft has none.
    pub fn number(&self) -> Option<&str> {
        self.finalised.as_ref().map(|document| document.number.as_str())
    }

    /// What the invoice took from the customer and gives back when it is voided.
    pub fn amount_taken(&self) -> Result<Money, Reject> {
        self.balance_applied.plus(self.amount_paid)
    }

    /// From the first period's start to the last one's end.
    pub fn period(&self) -> Option<Period> {
        let periods = || self.lines.iter().filter_map(|l| l.period);
        Some(Period { start: periods().map(|p| p.start).min()?, end: periods().map(|p| p.end).max()? })
    }

    /// Whether the vendor may take it back or write it off.
    pub fn may_be_given_up(&self) -> Result<(), Reject> {
        match self.status {
            InvoiceStatus::Open => Ok(()),
            InvoiceStatus::Paid => Err(Reject::state_conflict("This invoice is paid and cannot be taken back.")),
            InvoiceStatus::Draft => Err(Reject::state_conflict("This invoice is a draft. Delete it instead.")),
            _ => self.may_be_paid(),
        }
    }

    pub fn may_be_paid(&self) -> Result<(), Reject> {
        match self.status {
            InvoiceStatus::Open => Ok(()),
            InvoiceStatus::Paid => Err(Reject::state_conflict("This invoice is already paid.")),
            InvoiceStatus::Void => Err(Reject::state_conflict("This invoice is void.")),
            InvoiceStatus::Draft => Err(is_draft()),
            InvoiceStatus::Uncollectible => Err(Reject::state_conflict("This invoice was written off.")),
        }
    }
}

fn is_draft() -> Reject {
    Reject::state_conflict("This invoice is a draft. Finalise it first.")
}

#[derive(Clone, Debug, Default)]
pub struct InvoiceFilter {
    pub common: Common,
    pub status: Option<InvoiceStatus>,
    pub customer_id: Option<CustomerId>,
    pub subscription_id: Option<SubscriptionId>,
    pub paid_after: Option<Timestamp>,
    /// Open and due before this instant, or not so.
    pub overdue: Option<(bool, Timestamp)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::coupon::Off;
    use crate::domain::id::TypedId;
    use crate::domain::percent::Percent;
    use uuid::Uuid;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap_or_else(|e| panic!("{e}")))
    }

    /// Lines by quantity and price; those with a period are numbered.
    fn plan(lines: &[(i64, i64, bool)]) -> InvoicePlan {
        let mut periods = 0_u32..;
        let mut line = |(quantity, minor, is_period): &(i64, i64, bool)| LinePlan {
            description: "x".into(),
            quantity: *quantity,
            unit_amount: usd(*minor),
            period: periods.next().filter(|_| *is_period).map(|k| PeriodPlan { run: 0, k, dates: None }),
            taxable: true,
            prorated: None,
            rest: None,
        };
        let lines = lines.iter().map(&mut line).collect();
        InvoicePlan { reason: BillingReason::Manual, currency: usd(0).currency(), due_at: Timestamp::from_ms(0), lines, run: None, replaces: None }
    }

    fn rate(name: &str, percent: &str, inclusive: bool) -> AppliedRate {
        let percent = Percent::parse(percent).unwrap_or_else(|e| panic!("{e}"));
        AppliedRate { row: 1, id: TaxRateId::from_uuid(Uuid::nil()), name: name.into(), terms: RateTerms { percent, inclusive }, country: None }
    }

    fn discount(off: Off, periods: u32) -> Option<Discount> {
        Some(Discount { redemption: 1, code: "SPRING".into(), off, periods })
    }

    fn priced(plan: &InvoicePlan, pricing: &Pricing) -> Priced {
        plan.price(pricing).unwrap_or_else(|r| panic!("{r:?}"))
    }

    fn sums(priced: &Priced) -> [i64; 4] {
        let Sums { subtotal, discount, tax, total } = priced.assessment.sums;
        [subtotal, discount, tax, total].map(Money::minor)
    }

    #[test]
    fn rule_3_3_the_total_is_the_sum_of_the_lines() {
        let priced = priced(&plan(&[(3, 999, true), (1, 500, false)]), &Pricing::default());
        assert_eq!(sums(&priced), [3497, 0, 0, 3497]);
        assert_eq!(priced.explanations[0], "3 × 9.99 = 29.97 USD");
    }

    #[test]
    fn rule_3_2_the_discount_comes_before_the_tax_and_both_are_explained() {
        let twenty = Off::Percent(Percent::parse("20").unwrap_or_else(|e| panic!("{e}")));
        let one = plan(&[(1, 1000, true)]);
        let inclusive = priced(&one, &Pricing { discount: discount(twenty, 1), rates: vec![rate("VAT", "19", true)], exempt: false });
        assert_eq!(sums(&inclusive), [1000, 200, 128, 800]);
        assert_eq!(inclusive.explanations[0], "1 × 10.00 = 10.00 USD, less 2.00 (SPRING, 20 % off), of which 1.28 tax (VAT, 19 %)");
        let two = Pricing { discount: None, rates: vec![rate("GST", "5", false), rate("QST", "9.975", false)], exempt: false };
        assert_eq!(priced(&one, &two).explanations[0], "1 × 10.00 = 10.00 USD, plus 0.50 tax (GST, 5 %), plus 1.00 tax (QST, 9.975 %)");
        let untaxed = InvoicePlan { lines: vec![LinePlan { taxable: false, ..one.lines[0].clone() }], ..one };
        assert_eq!(priced(&untaxed, &two).explanations[0], "1 × 10.00 = 10.00 USD, not taxable");
    }

    #[test]
    fn rule_3_2_a_coupon_counts_for_each_period_anew_and_a_setup_fee_belongs_to_the_first() {
        let lines = [(1, 1000, true), (1, 500, false), (1, 1000, true), (1, 1000, true)];
        let five = |periods| Pricing { discount: discount(Off::Amount(usd(500)), periods), ..Pricing::default() };
        let discounts = |periods| priced(&plan(&lines), &five(periods)).discounts.iter().map(|d| d.minor()).collect::<Vec<_>>();
        assert_eq!(discounts(1), [333, 167, 0, 0]);
        assert_eq!(discounts(2), [333, 167, 500, 0]);
        assert_eq!(discounts(7), [333, 167, 500, 500]);
        assert_eq!(plan(&lines).periods(), 3);
    }

    #[test]
    fn a_total_beyond_all_bounds_is_refused() {
        let most = Money::MAX_MINOR;
        assert!(plan(&[(1, most, true), (1, 1, false)]).price(&Pricing::default()).is_err());
        let taxed = Pricing { rates: vec![rate("VAT", "20", false)], ..Pricing::default() };
        assert!(plan(&[(1, most, true)]).price(&taxed).is_err());
    }
}
