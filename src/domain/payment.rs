//! Payments: what came in, by which way, and how an invoice and the balance share it (rules 3.4 and 6).

use crate::domain::id::{CustomerId, InvoiceId, PaymentId, PaymentMethodId};
use crate::domain::list::Common;
use crate::domain::money::Money;
use crate::domain::reject::{Code, Reject};
use crate::domain::text::{Line, searched};
use crate::domain::time::Timestamp;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PaymentStatus {
    /// An intent: what the gateway says of it is not known yet.
    Processing,
    Succeeded,
    Failed,
    /// All of it went back.
    Refunded,
}

impl PaymentStatus {
    pub const ALL: [PaymentStatus; 4] = [PaymentStatus::Processing, PaymentStatus::Succeeded, PaymentStatus::Failed, PaymentStatus::Refunded];

    pub fn text(self) -> &'static str {
        match self {
            PaymentStatus::Processing => "processing",
            PaymentStatus::Succeeded => "succeeded",
            PaymentStatus::Failed => "failed",
            PaymentStatus::Refunded => "refunded",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.text() == text)
    }
}

/// By which way money comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Provider {
    /// There was nothing that could have been charged.
    Nobody,
    /// The vendor took it himself.
    Manual,
    /// The gateway of a test clock.
    Test,
}

impl Provider {
    pub const ALL: [Provider; 3] = [Provider::Nobody, Provider::Manual, Provider::Test];

    /// Somebody else has the money, and gives it back.
    pub fn is_gateway(self) -> bool {
        !matches!(self, Provider::Manual | Provider::Nobody)
    }

    pub fn text(self) -> &'static str {
        match self {
            Provider::Nobody => "none",
            Provider::Manual => "manual",
            Provider::Test => "test",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.text() == text)
    }
}

/// What came in, or should have, for an invoice.
#[derive(Clone, Debug)]
pub struct Payment {
    pub row: i64,
    pub id: PaymentId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// None where it was for a sale that has not, or did not, come about.
    pub invoice_row: Option<i64>,
    pub invoice_id: Option<InvoiceId>,
    pub customer_row: i64,
    pub customer_id: CustomerId,
    pub amount: Money,
    pub amount_refunded: Money,
    pub status: PaymentStatus,
    pub provider: Provider,
    /// The gateway's name of the transaction.
    pub provider_reference: Option<String>,
    pub method_row: Option<i64>,
    pub method_id: Option<PaymentMethodId>,
    /// Which of the scheduled attempts it is, from 0.
    pub attempt: Option<u32>,
    pub failure_code: Option<String>,
    pub method: Option<String>,
    pub reference: Option<String>,
    /// As the vendor states it, else when it succeeded; documentary.
    pub paid_at: Option<Timestamp>,
    /// How often the gateway was asked and had no answer.
    pub asked: u32,
}

/// Why an attempt failed that was not made.
pub const NO_METHOD: &str = "no_payment_method";

/// What a gateway says of a charge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Report {
    Succeeded { transaction: String },
    Failed { transaction: Option<String>, code: String },
}

/// What a report changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    Nothing,
    Succeeds,
    Fails,
    /// It is money of its own, beside what came before: the customer was charged twice.
    Another,
}

impl Payment {
    /// What a report makes of it. Monotone: what came in is never unsaid, whatever is reported later (rule 6).
    pub fn after(&self, report: &Report) -> Effect {
        match (self.status, report) {
            (PaymentStatus::Processing | PaymentStatus::Failed, Report::Succeeded { .. }) => Effect::Succeeds,
            (PaymentStatus::Processing, Report::Failed { .. }) => Effect::Fails,
            (PaymentStatus::Succeeded, Report::Succeeded { transaction }) if self.provider_reference.as_ref() != Some(transaction) => Effect::Another,
            _ => Effect::Nothing,
        }
    }

    /// What a search looks into, as it sees it.
    pub fn search_text(&self) -> String {
        let parts = [&self.method, &self.reference, &self.provider_reference].map(|t| t.as_deref().unwrap_or(""));
        searched(&parts.join("\n"))
    }
}

/// When a gateway is asked again that had no answer so often: after a minute, and then after twice as long each time, up to an hour.
pub fn look_again(asked: u32, now: Timestamp) -> Timestamp {
    now.plus_ms(60_000_i64.saturating_mul(1 << asked.min(6)).min(3_600_000))
}

#[derive(Clone, Debug, Default)]
pub struct PaymentFilter {
    pub common: Common,
    pub status: Option<PaymentStatus>,
    pub provider: Option<Provider>,
    pub customer_id: Option<CustomerId>,
    pub invoice_id: Option<InvoiceId>,
}

/// How the vendor received it, in his own words: "cash", "bank transfer".
pub type PaymentMethod = Line<1, 100>;
pub type PaymentReference = Line<1, 200>;

/// How a payment is shared between an invoice and the customer's balance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Split {
    pub to_invoice: Money,
    pub to_balance: Money,
}

/// What is paid beyond the due goes to the balance; the due is never negative.
pub fn split(received: Money, due: Money) -> Result<Split, Reject> {
    if !received.is_positive() {
        return Err(Reject::field("amount", "Must be more than zero"));
    }
    let to_invoice = received.min(due);
    Ok(Split { to_invoice, to_balance: received.minus(to_invoice)? })
}

/// What goes back of each payment of an invoice when so much is refunded: of the newest first. `paid` is what the invoice took of
/// them, the oldest first; what it did not take went to the balance and is not refunded.
pub fn refunds(payments: &[Payment], paid: Money, amount: Money) -> Result<Vec<(usize, Money)>, Reject> {
    let (mut left_to_invoice, mut taken) = (paid, Vec::with_capacity(payments.len()));
    for payment in payments {
        let own = payment.amount.min(left_to_invoice);
        left_to_invoice = left_to_invoice.minus(own)?;
        taken.push(own.minus(payment.amount_refunded.min(own))?);
    }
    let (mut left, mut refunds) = (amount, Vec::new());
    for (n, own) in taken.into_iter().enumerate().rev() {
        let part = own.min(left);
        if part.is_positive() {
            left = left.minus(part)?;
            refunds.push((n, part));
        }
    }
    if left.is_positive() {
        return Err(Reject::state_conflict(format!("{left} {} more than was paid cannot be refunded.", left.currency().code())));
    }
    Ok(refunds)
}

/// A first or a renewal payment from the balance takes all or nothing.
pub fn balance_covers(balance: Money, due: Money) -> Result<(), Reject> {
    if balance.minor() >= due.minor() {
        return Ok(());
    }
    let message = format!("The customer's balance of {balance} {code} is too small for {due} {code}.", code = due.currency().code());
    Err(Reject::new(Code::InsufficientBalance, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::TypedId;
    use crate::domain::money::Currency;
    use uuid::Uuid;

    fn payment(status: PaymentStatus, transaction: Option<&str>) -> Payment {
        Payment {
            row: 1,
            id: PaymentId::from_uuid(Uuid::nil()),
            created_at: Timestamp::from_ms(0),
            updated_at: Timestamp::from_ms(0),
            invoice_row: None,
            invoice_id: None,
            customer_row: 1,
            customer_id: CustomerId::from_uuid(Uuid::nil()),
            amount: usd(999),
            amount_refunded: usd(0),
            status,
            provider: Provider::Test,
            provider_reference: transaction.map(str::to_owned),
            method_row: None,
            method_id: None,
            attempt: Some(0),
            failure_code: None,
            method: None,
            reference: None,
            paid_at: None,
            asked: 0,
        }
    }

    #[test]
    fn rule_6_what_succeeded_never_fails_and_a_second_transaction_is_money_of_its_own() {
        let (ok, other) = (Report::Succeeded { transaction: "a".into() }, Report::Succeeded { transaction: "b".into() });
        let failed = Report::Failed { transaction: Some("a".into()), code: "card_declined".into() };
        let of = |status, transaction, report| payment(status, transaction).after(report);
        assert_eq!(of(PaymentStatus::Processing, None, &ok), Effect::Succeeds);
        assert_eq!(of(PaymentStatus::Processing, None, &failed), Effect::Fails);
        assert_eq!(of(PaymentStatus::Failed, None, &failed), Effect::Nothing);
        assert_eq!(of(PaymentStatus::Failed, None, &ok), Effect::Succeeds, "the money came after all");
        assert_eq!(of(PaymentStatus::Succeeded, Some("a"), &failed), Effect::Nothing);
        assert_eq!(of(PaymentStatus::Succeeded, Some("a"), &ok), Effect::Nothing);
        assert_eq!(of(PaymentStatus::Succeeded, Some("a"), &other), Effect::Another);
    }

    #[test]
    fn a_silent_gateway_is_asked_ever_less_often() {
        let after = |asked| look_again(asked, Timestamp::from_ms(0)).ms();
        assert_eq!([0, 1, 5, 6, 60].map(after), [60_000, 120_000, 1_920_000, 3_600_000, 3_600_000]);
    }

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap_or_else(|e| panic!("{e}")))
    }

    #[test]
    fn rule_3_4_an_overpayment_goes_to_the_balance_and_less_is_partial() {
        assert_eq!(split(usd(1500), usd(999)), Ok(Split { to_invoice: usd(999), to_balance: usd(501) }));
        assert_eq!(split(usd(500), usd(999)), Ok(Split { to_invoice: usd(500), to_balance: usd(0) }));
        assert!(split(usd(0), usd(999)).is_err());
        assert!(split(usd(-1), usd(999)).is_err());
    }

    fn paid(minor: i64, refunded: i64) -> Payment {
        Payment { amount: usd(minor), amount_refunded: usd(refunded), ..payment(PaymentStatus::Succeeded, None) }
    }

    #[test]
    fn rule_6_refunds_go_to_the_newest_payments_first_and_never_beyond_what_the_invoice_took() {
        // 9.99 were due: the second payment left 1.01 in store.
        let payments = [paid(500, 0), paid(600, 0)];
        let parts =
            |payments: &[Payment], amount| refunds(payments, usd(999), usd(amount)).map(|r| r.into_iter().map(|(n, a)| (n, a.minor())).collect::<Vec<_>>());
        assert_eq!(parts(&payments, 400), Ok(vec![(1, 400)]));
        assert_eq!(parts(&payments, 999), Ok(vec![(1, 499), (0, 500)]));
        assert!(parts(&payments, 1000).is_err());
        assert_eq!(parts(&[paid(500, 0), paid(600, 499)], 100), Ok(vec![(0, 100)]));
    }

    #[test]
    fn a_balance_pays_all_or_nothing() {
        assert!(balance_covers(usd(999), usd(999)).is_ok());
        assert_eq!(balance_covers(usd(998), usd(999)).map_err(|r| r.code), Err(Code::InsufficientBalance));
    }
}
