//! A customer's balance: what he has in store with the vendor, per currency, never below zero.

use crate::domain::id::{BalanceEntryId, InvoiceId};
use crate::domain::money::Money;
use crate::domain::reject::{Code, Reject};
use crate::domain::time::Timestamp;

/// Why a balance moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// By the vendor, up or down.
    Granted,
    /// Taken by an invoice.
    Applied,
    /// Given back by an invoice that was voided.
    Returned,
    /// Paid beyond what was due.
    Overpaid,
    /// Given back by a credit note.
    Credited,
}

impl EntryKind {
    pub const ALL: [EntryKind; 5] = [EntryKind::Granted, EntryKind::Applied, EntryKind::Returned, EntryKind::Overpaid, EntryKind::Credited];

    pub fn text(self) -> &'static str {
        match self {
            EntryKind::Granted => "granted",
            EntryKind::Applied => "applied",
            EntryKind::Returned => "returned",
            EntryKind::Overpaid => "overpaid",
            EntryKind::Credited => "credited",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.text() == text)
    }
}

#[derive(Clone, Debug)]
pub struct BalanceEntry {
    pub id: BalanceEntryId,
    pub created_at: Timestamp,
    /// Positive: the customer has more.
    pub amount: Money,
    pub kind: EntryKind,
    pub invoice_id: Option<InvoiceId>,
    pub note: Option<String>,
}

/// A grant may not take more than there is, nor be nothing.
pub fn grant(balance: Money, amount: Money) -> Result<Money, Reject> {
    if amount.is_zero() {
        return Err(Reject::field("amount", "Must not be zero"));
    }
    let after = balance.plus(amount)?;
    if after.is_negative() {
        let message = format!("The balance of {balance} {code} cannot go below zero.", code = balance.currency().code());
        return Err(Reject::new(Code::InsufficientBalance, message));
    }
    if after.minor() > Money::MAX_MINOR {
        return Err(Reject::field("amount", "The balance would be too large"));
    }
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn a_balance_never_goes_below_zero() {
        let usd = |minor| Money::new(minor, Currency::parse("USD").unwrap_or_else(|e| panic!("{e}")));
        assert_eq!(grant(usd(500), usd(-500)), Ok(usd(0)));
        assert_eq!(grant(usd(500), usd(-501)).map_err(|r| r.code), Err(Code::InsufficientBalance));
        assert_eq!(grant(usd(500), usd(0)).map_err(|r| r.code), Err(Code::ValidationError));
        assert_eq!(grant(usd(Money::MAX_MINOR), usd(1)).map_err(|r| r.code), Err(Code::ValidationError));
    }
}
