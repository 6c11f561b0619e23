//! Payments: what came in, by which way, and how an invoice and the balance share it (rules 3.4 and 6).

use crate::domain::id::{CustomerId, InvoiceId, PaymentId};
use crate::domain::money::Money;
use crate::domain::reject::{Code, Reject};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PaymentStatus {
    Succeeded,
}

impl PaymentStatus {
    pub const ALL: [PaymentStatus; 1] = [PaymentStatus::Succeeded];

    pub fn text(self) -> &'static str {
        match self {
            PaymentStatus::Succeeded => "succeeded",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.text() == text)
    }
}

/// What came in for an invoice.
#[derive(Clone, Debug)]
pub struct Payment {
    pub id: PaymentId,
    pub invoice_id: InvoiceId,
    pub customer_id: CustomerId,
    pub amount: Money,
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

    #[test]
    fn a_balance_pays_all_or_nothing() {
        assert!(balance_covers(usd(999), usd(999)).is_ok());
        assert_eq!(balance_covers(usd(998), usd(999)).map_err(|r| r.code), Err(Code::InsufficientBalance));
    }
}
