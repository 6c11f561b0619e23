//! Invoices: their states, their sums, and the documents that they become when they are finalised (rules, section 5).

use crate::domain::id::{CustomerId, InvoiceId, InvoiceLineId, SubscriptionId};
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::reject::Reject;
use crate::domain::text::Encoded;
use crate::domain::time::{Period, Timestamp};

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
}

/// A line that is to stand on an invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinePlan {
    pub description: String,
    pub quantity: i64,
    pub unit_amount: Money,
    /// The period that the line pays; its dates are unknown while they wait for the payment.
    pub period: Option<PeriodPlan>,
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
    pub replaces: Option<InvoiceId>,
}

impl LinePlan {
    pub fn setup_fee(product_name: &str, fee: Money) -> Self {
        Self { description: format!("{product_name}, setup fee"), quantity: 1, unit_amount: fee, period: None }
    }

    pub fn amount(&self) -> Result<Money, Reject> {
        self.unit_amount.times(self.quantity)
    }

    /// How the amount came about, for whoever asks.
    pub fn explanation(&self) -> Result<String, Reject> {
        Ok(format!("{} × {} = {} {}", self.quantity, self.unit_amount, self.amount()?, self.unit_amount.currency().code()))
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

impl InvoicePlan {
    pub fn sums(&self) -> Result<Sums, Reject> {
        let amounts = self.lines.iter().map(LinePlan::amount).collect::<Result<Vec<_>, _>>()?;
        let subtotal = Money::sum(self.currency, amounts)?;
        if subtotal.minor() > Money::MAX_MINOR {
            return Err(Reject::new(crate::domain::reject::Code::ValidationError, "The invoice's total is too large."));
        }
        let nothing = Money::zero(self.currency);
        Ok(Sums { subtotal, discount: nothing, tax: nothing, total: subtotal })
    }
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
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SubscriptionRef {
    pub row: i64,
    pub id: SubscriptionId,
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
    pub number: String,
    pub reason: BillingReason,
    pub status: InvoiceStatus,
    pub sums: Sums,
    /// What credit notes took off the due.
    pub amount_credited: Money,
    pub balance_applied: Money,
    pub amount_paid: Money,
    pub issued_at: Timestamp,
    pub due_at: Timestamp,
    pub paid_at: Option<Timestamp>,
    /// The canonical text that is hashed: the document as it was finalised.
    pub content: String,
    pub hash: [u8; 32],
    pub replaces: Option<InvoiceId>,
    pub replaced_by: Option<InvoiceId>,
    pub metadata: Encoded<'static>,
    pub external_id: Option<String>,
    pub lines: Vec<InvoiceLine>,
}

impl Invoice {
    /// total − credited − balance applied − paid (rule 3.3).
    pub fn amount_due(&self) -> Result<Money, Reject> {
        self.sums.total.minus(self.amount_credited)?.minus(self.balance_applied)?.minus(self.amount_paid)
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
            _ => self.may_be_paid(),
        }
    }

    pub fn may_be_paid(&self) -> Result<(), Reject> {
        match self.status {
            InvoiceStatus::Open => Ok(()),
            InvoiceStatus::Paid => Err(Reject::state_conflict("This invoice is already paid.")),
            InvoiceStatus::Void => Err(Reject::state_conflict("This invoice is void.")),
            InvoiceStatus::Draft => Err(Reject::state_conflict("This invoice is a draft.")),
            InvoiceStatus::Uncollectible => Err(Reject::state_conflict("This invoice was written off.")),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct InvoiceFilter {
    pub common: Common,
    pub status: Option<InvoiceStatus>,
    pub customer_id: Option<CustomerId>,
    pub subscription_id: Option<SubscriptionId>,
    pub paid_after: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_3_3_the_total_is_the_sum_of_the_lines() {
        let usd = Currency::parse("USD").unwrap_or_else(|e| panic!("{e}"));
        let line = |quantity, minor| LinePlan { description: "x".into(), quantity, unit_amount: Money::new(minor, usd), period: None };
        let plan = InvoicePlan {
            reason: BillingReason::Manual,
            currency: usd,
            due_at: Timestamp::from_ms(0),
            lines: vec![line(3, 999), line(1, 500)],
            replaces: None,
        };
        assert_eq!(plan.sums().map(|s| (s.subtotal.minor(), s.total.minor())), Ok((3497, 3497)));
        assert_eq!(plan.lines[0].explanation().as_deref(), Ok("3 × 9.99 = 29.97 USD"));
    }
}
