//! The double-entry ledger: what each business act posts. A debit is positive, a credit negative; every entry sums to zero.
//!
//! Deliberately absent: balances. Every balance shown anywhere is a projection of the postings (rules, section 7).

use crate::domain::money::Money;
use crate::domain::payment::Provider;
use crate::domain::reject::Reject;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Account {
    Receivable,
    CustomerBalance,
    /// Money that came in by hand: bank transfer, cash, a gateway that Billhead does not know.
    CashManual,
    /// What the test gateway took.
    CashTest,
    DeferredRevenue,
    Revenue,
    TaxPayable,
    BadDebt,
}

impl Account {
    pub const ALL: [Account; 8] = [
        Account::Receivable,
        Account::CustomerBalance,
        Account::CashManual,
        Account::CashTest,
        Account::DeferredRevenue,
        Account::Revenue,
        Account::TaxPayable,
        Account::BadDebt,
    ];

    /// Where the money lies that came by this way: each gateway has an account of its own. None comes by none.
    pub fn cash(provider: Provider) -> Option<Self> {
        match provider {
            Provider::Nobody => None,
            Provider::Manual => Some(Account::CashManual),
            Provider::Test => Some(Account::CashTest),
        }
    }

    pub fn is_cash(self) -> bool {
        matches!(self, Account::CashManual | Account::CashTest)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.text() == text)
    }

    pub fn text(self) -> &'static str {
        match self {
            Account::Receivable => "receivable",
            Account::CustomerBalance => "customer_balance",
            Account::CashManual => "cash:manual",
            Account::CashTest => "cash:test",
            Account::DeferredRevenue => "deferred_revenue",
            Account::Revenue => "revenue",
            Account::TaxPayable => "tax_payable",
            Account::BadDebt => "bad_debt",
        }
    }
}

/// Why an entry was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    InvoiceFinalized,
    InvoiceVoided,
    InvoiceWrittenOff,
    BalanceApplied,
    BalanceReturned,
    BalanceGranted,
    BalanceCredited,
    PaymentReceived,
    PaymentRefunded,
    CreditNoteIssued,
    RevenueRecognised,
}

impl EntryKind {
    pub fn text(self) -> &'static str {
        match self {
            EntryKind::InvoiceFinalized => "invoice_finalized",
            EntryKind::InvoiceVoided => "invoice_voided",
            EntryKind::InvoiceWrittenOff => "invoice_written_off",
            EntryKind::BalanceApplied => "balance_applied",
            EntryKind::BalanceReturned => "balance_returned",
            EntryKind::BalanceGranted => "balance_granted",
            EntryKind::BalanceCredited => "balance_credited",
            EntryKind::PaymentReceived => "payment_received",
            EntryKind::PaymentRefunded => "payment_refunded",
            EntryKind::CreditNoteIssued => "credit_note_issued",
            EntryKind::RevenueRecognised => "revenue_recognised",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posting {
    pub account: Account,
    pub amount: Money,
}

/// Postings of one currency that sum to zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    kind: EntryKind,
    postings: Vec<Posting>,
}

impl Entry {
    fn new(kind: EntryKind, debits: &[(Account, Money)], credits: &[(Account, Money)]) -> Result<Self, Reject> {
        let credits = credits.iter().map(|(account, amount)| (*account, amount.negated()));
        let postings: Vec<_> =
            debits.iter().copied().chain(credits).filter(|(_, amount)| !amount.is_zero()).map(|(account, amount)| Posting { account, amount }).collect();
        if let Some(first) = postings.first() {
            let sum = Money::sum(first.amount.currency(), postings.iter().map(|p| p.amount))?;
            assert!(sum.is_zero(), "an entry sums to zero");
        }
        Ok(Self { kind, postings })
    }

    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// Empty where every amount is zero: then there is nothing to write.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// The customer owes the total; the net part is earned over its periods.
    pub fn invoice_finalized(net: Money, tax: Money) -> Result<Self, Reject> {
        Self::new(EntryKind::InvoiceFinalized, &[(Account::Receivable, net.plus(tax)?)], &[(Account::DeferredRevenue, net), (Account::TaxPayable, tax)])
    }

    /// The customer owes nothing any more: what was earned of it, and what was not, is taken back. What he had paid was moved to
    /// his balance before.
    pub fn invoice_voided(from_deferred: Money, from_revenue: Money, tax: Money) -> Result<Self, Reject> {
        let debits = [(Account::DeferredRevenue, from_deferred), (Account::Revenue, from_revenue), (Account::TaxPayable, tax)];
        Self::new(EntryKind::InvoiceVoided, &debits, &[(Account::Receivable, from_deferred.plus(from_revenue)?.plus(tax)?)])
    }

    /// What all lines together earned on a day that is over.
    pub fn revenue_recognised(amount: Money) -> Result<Self, Reject> {
        Self::new(EntryKind::RevenueRecognised, &[(Account::DeferredRevenue, amount)], &[(Account::Revenue, amount)])
    }

    /// What is due will not come.
    pub fn invoice_written_off(due: Money) -> Result<Self, Reject> {
        Self::new(EntryKind::InvoiceWrittenOff, &[(Account::BadDebt, due)], &[(Account::Receivable, due)])
    }

    pub fn balance_applied(amount: Money) -> Result<Self, Reject> {
        Self::new(EntryKind::BalanceApplied, &[(Account::CustomerBalance, amount)], &[(Account::Receivable, amount)])
    }

    /// What an invoice had taken, from the balance or as payment, is the customer's again.
    pub fn balance_returned(amount: Money) -> Result<Self, Reject> {
        Self::new(EntryKind::BalanceReturned, &[(Account::Receivable, amount)], &[(Account::CustomerBalance, amount)])
    }

    /// A credit note takes back what is not earned yet and what is, with its tax.
    pub fn credit_note_issued(deferred: Money, revenue: Money, tax: Money) -> Result<Self, Reject> {
        let amount = deferred.plus(revenue)?.plus(tax)?;
        let debits = [(Account::DeferredRevenue, deferred), (Account::Revenue, revenue), (Account::TaxPayable, tax)];
        Self::new(EntryKind::CreditNoteIssued, &debits, &[(Account::Receivable, amount)])
    }

    /// What a credit note took beyond the due is the customer's, in store.
    pub fn balance_credited(amount: Money) -> Result<Self, Reject> {
        Self::new(EntryKind::BalanceCredited, &[(Account::Receivable, amount)], &[(Account::CustomerBalance, amount)])
    }

    /// What a credit note took beyond the due goes back to where it was paid from.
    pub fn payment_refunded(cash: Account, amount: Money) -> Result<Self, Reject> {
        Self::new(EntryKind::PaymentRefunded, &[(Account::Receivable, amount)], &[(cash, amount)])
    }

    /// Goodwill (or, negative, its correction): it lowers revenue.
    pub fn balance_granted(amount: Money) -> Result<Self, Reject> {
        Self::new(EntryKind::BalanceGranted, &[(Account::Revenue, amount)], &[(Account::CustomerBalance, amount)])
    }

    /// A payment: what the invoice takes, and the rest that goes to the balance (rule 3.4).
    pub fn payment_received(cash: Account, to_invoice: Money, to_balance: Money) -> Result<Self, Reject> {
        Self::new(
            EntryKind::PaymentReceived,
            &[(cash, to_invoice.plus(to_balance)?)],
            &[(Account::Receivable, to_invoice), (Account::CustomerBalance, to_balance)],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_entry_sums_to_zero(a in 0..1_000_000_i64, b in 0..1_000_000_i64) {
            let usd = Currency::parse("USD").map_err(TestCaseError::fail)?;
            let (a, b) = (Money::new(a, usd), Money::new(b, usd));
            for entry in [
                Entry::invoice_finalized(a, b), Entry::invoice_voided(a, b, a), Entry::revenue_recognised(a), Entry::balance_applied(a), Entry::balance_returned(a),
                Entry::balance_granted(a), Entry::balance_granted(a.negated()), Entry::payment_received(Account::CashTest, a, b), Entry::invoice_written_off(a),
                Entry::credit_note_issued(a, b, a), Entry::balance_credited(a), Entry::payment_refunded(Account::CashManual, a),
            ] {
                let entry = entry.map_err(|r| TestCaseError::fail(r.message))?;
                let sum: i64 = entry.postings().iter().map(|p| p.amount.minor()).sum();
                prop_assert_eq!(sum, 0);
                prop_assert!(entry.postings().iter().all(|p| !p.amount.is_zero()));
            }
        }
    }
}
