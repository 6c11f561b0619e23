//! Payments: what came in, by which way, and how an invoice and the balance share it (rules 3.4 and 6).

use crate::domain::id::{CustomerId, InvoiceId, PaymentId};
use crate::domain::money::Money;
use crate::domain::reject::{Code, Reject};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PaymentStatus {
    Succeeded,
    /// All of it went back.
    Refunded,
}

impl PaymentStatus {
    pub const ALL: [PaymentStatus; 2] = [PaymentStatus::Succeeded, PaymentStatus::Refunded];

    pub fn text(self) -> &'static str {
        match self {
            PaymentStatus::Succeeded => "succeeded",
            PaymentStatus::Refunded => "refunded",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.text() == text)
    }
}

/// What came in for an invoice.
#[derive(Clone, Debug)]
pub struct Payment {
    pub row: i64,
    pub id: PaymentId,
    pub invoice_id: InvoiceId,
    pub customer_id: CustomerId,
    pub amount: Money,
    pub amount_refunded: Money,
    pub status: PaymentStatus,
    /// By which way: `manual`, or a gateway.
    pub provider: String,
    pub method: Option<String>,
    pub reference: Option<String>,
    /// As the vendor states it; documentary.
    pub paid_at: Timestamp,
    pub created_at: Timestamp,
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

    fn payment(minor: i64, refunded: i64) -> Payment {
        let at = Timestamp::from_ms(0);
        Payment {
            row: 0,
            id: PaymentId::from_uuid(uuid::Uuid::nil()),
            invoice_id: InvoiceId::from_uuid(uuid::Uuid::nil()),
            customer_id: CustomerId::from_uuid(uuid::Uuid::nil()),
            amount: usd(minor),
            amount_refunded: usd(refunded),
            status: PaymentStatus::Succeeded,
            provider: "manual".into(),
            method: None,
            reference: None,
            paid_at: at,
            created_at: at,
        }
    }

    #[test]
    fn rule_6_refunds_go_to_the_newest_payments_first_and_never_beyond_what_the_invoice_took() {
        // 9.99 were due: the second payment left 1.01 in store.
        let payments = [payment(500, 0), payment(600, 0)];
        let parts =
            |payments: &[Payment], amount| refunds(payments, usd(999), usd(amount)).map(|r| r.into_iter().map(|(n, a)| (n, a.minor())).collect::<Vec<_>>());
        assert_eq!(parts(&payments, 400), Ok(vec![(1, 400)]));
        assert_eq!(parts(&payments, 999), Ok(vec![(1, 499), (0, 500)]));
        assert!(parts(&payments, 1000).is_err());
        assert_eq!(parts(&[payment(500, 0), payment(600, 499)], 100), Ok(vec![(0, 100)]));
    }

    #[test]
    fn a_balance_pays_all_or_nothing() {
        assert!(balance_covers(usd(999), usd(999)).is_ok());
        assert_eq!(balance_covers(usd(998), usd(999)).map_err(|r| r.code), Err(Code::InsufficientBalance));
    }
}
