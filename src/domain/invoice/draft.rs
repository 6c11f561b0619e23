//! Drafts: invoices that somebody is still writing, which are no documents yet (rules, section 5).

use crate::domain::invoice::{BillingReason, Invoice, InvoiceLine, InvoicePlan, InvoiceStatus, InvoiceTax, LinePlan, Priced, Pricing, Sums};
use crate::domain::money::{Currency, Money};
use crate::domain::reject::Reject;
use crate::domain::time::{Timestamp, Zone, add_local_days};

/// How many lines a draft can have.
pub const MAX_LINES: usize = 100;

/// How many of one thing a line can bill.
pub const MAX_QUANTITY: i64 = 1_000_000;

impl Invoice {
    pub fn may_be_changed(&self) -> Result<(), Reject> {
        match self.status {
            InvoiceStatus::Draft => Ok(()),
            _ => Err(Reject::state_conflict("This invoice is finalised and does not change. Issue a credit note, or void it and make another one.")),
        }
    }

    pub fn may_be_deleted(&self) -> Result<(), Reject> {
        match self.status {
            InvoiceStatus::Draft => Ok(()),
            _ => Err(Reject::state_conflict("This invoice is finalised and is kept. Void it instead.")),
        }
    }

    pub fn may_be_finalised(&self) -> Result<(), Reject> {
        match self.status {
            InvoiceStatus::Draft => Ok(()),
            _ => Err(Reject::state_conflict("This invoice is finalised already.")),
        }
    }

    /// A draft in another currency: nothing is known yet of what it comes to.
    pub fn restate_in(&mut self, currency: Currency) {
        let nothing = Money::zero(currency);
        self.sums = Sums { subtotal: nothing, discount: nothing, tax: nothing, total: nothing };
        (self.amount_credited, self.balance_applied, self.amount_paid) = (nothing, nothing, nothing);
    }

    /// The document that a draft would become.
    pub fn plan(&self, due_at: Timestamp) -> InvoicePlan {
        let line = |line: &InvoiceLine| LinePlan {
            description: line.description.clone(),
            quantity: line.quantity,
            unit_amount: line.unit_amount,
            period: None,
            taxable: line.taxable,
            prorated: None,
            rest: None,
        };
        let currency = self.sums.total.currency();
        InvoicePlan { reason: BillingReason::Manual, currency, due_at, lines: self.lines.iter().map(line).collect(), run: None, replaces: None }
    }

    /// A draft with what it would come to.
    #[must_use]
    pub fn previewed(mut self, pricing: &Pricing, priced: &Priced) -> Self {
        let assessment = &priced.assessment;
        self.sums = assessment.sums;
        for (n, line) in self.lines.iter_mut().enumerate() {
            (line.amount, line.tax) = (assessment.lines[n].net, assessment.lines[n].tax);
            line.discount = priced.discounts[n];
            line.explanation.clone_from(&priced.explanations[n]);
        }
        let rates = pricing.rates.iter().zip(&assessment.rates);
        self.taxes = rates.map(|(rate, tax)| InvoiceTax { rate: rate.clone(), taxable: tax.taxable, amount: tax.amount }).collect();
        self
    }
}

/// Whether a day on which something is to be due is over.
pub fn is_over(due_at: Timestamp, zone: Zone, now: Timestamp) -> bool {
    now.days_until(due_at, zone) < 0
}

/// When a draft that is finalised now is due: as it says, else so many days from now, as first invoices are. Nothing is due
/// before it is there, so an earlier time of the same day means now, and an earlier day is refused.
pub fn due_when_finalised(stated: Option<Timestamp>, days: u32, zone: Zone, now: Timestamp) -> Result<Timestamp, Reject> {
    match stated {
        Some(due_at) if is_over(due_at, zone, now) => {
            Err(Reject::state_conflict("This draft is due on a day that is over. Set another dueAt first, or null for the usual one."))
        }
        Some(due_at) => Ok(due_at.max(now)),
        None => Ok(add_local_days(now, days, zone).unwrap_or(now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reject::Code;

    #[test]
    fn rule_5_a_draft_is_due_as_it_says_but_not_before_it_is_finalised() {
        let at = |text: &str| Timestamp::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let paris = Zone::parse("Europe/Paris").unwrap_or_else(|e| panic!("{e}"));
        let now = at("2026-03-27T12:00:00Z");
        let due = |stated: &str| due_when_finalised(Some(at(stated)), 7, paris, now).map_err(|r| r.code);
        assert_eq!(due("2026-05-01T00:00:00Z"), Ok(at("2026-05-01T00:00:00Z")));
        assert_eq!(due("2026-03-26T23:00:00Z"), Ok(now), "midnight of the same day in Paris");
        assert_eq!(due("2026-03-26T22:59:59Z"), Err(Code::StateConflict));
        // Seven local days: summer time begins meanwhile.
        assert_eq!(due_when_finalised(None, 7, paris, now), Ok(at("2026-04-03T11:00:00Z")));
    }
}
