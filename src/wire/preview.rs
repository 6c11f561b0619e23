//! Previews as clients write and see them.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::domain::change::{Proration, UnusedTime};
use crate::domain::id::{PriceId, ProductId};
use crate::domain::money::{Currency, Money};
use crate::domain::subscription::{RenewalPayment, SubscriptionStatus};
use crate::domain::time::{Period, Timestamp};
use crate::wire::input::{Count, Id};
use crate::wire::shape::{Definitions, Shape};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PreviewAction {
    Change,
    Renew,
    Cancel,
}

impl PreviewAction {
    pub const ALL: [PreviewAction; 3] = [PreviewAction::Change, PreviewAction::Renew, PreviewAction::Cancel];

    pub fn text(self) -> &'static str {
        match self {
            PreviewAction::Change => "change",
            PreviewAction::Renew => "renew",
            PreviewAction::Cancel => "cancel",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Charge,
    Credit,
}

impl Kind {
    pub const ALL: [Kind; 2] = [Kind::Charge, Kind::Credit];

    pub fn text(self) -> &'static str {
        match self {
            Kind::Charge => "charge",
            Kind::Credit => "credit",
        }
    }
}

words! {
    PreviewAction => PreviewAction::ALL, PreviewAction::text;
    Kind => Kind::ALL, Kind::text;
}

input! {
    /// What to preview: the action, and its own fields.
    SubscriptionPreview {
        "action" action: PreviewAction, "";
        "productId" product_id: Option<Id<ProductId>>, "Of a change, as the next three.";
        "priceId" price_id: Option<Id<PriceId>>, "";
        "quantity" quantity: Option<Count<1, 1000>>, "";
        "proration" proration: Option<Proration>, "";
        "periods" periods: Option<Count<1, 60>>, "Of a renewal, as the next one.";
        "payment" payment: Option<RenewalPayment>, "";
        "atPeriodEnd" at_period_end: Option<bool>, "Of a cancellation, as the next one.";
        "unusedTime" unused_time: Option<UnusedTime>, "";
    }
}

/// What an action would come to.
#[derive(Clone, Debug)]
pub struct Preview {
    pub action: PreviewAction,
    pub lines: Vec<PreviewLine>,
    pub subtotal: Money,
    pub tax: Money,
    pub total: Money,
    /// Where what is credited goes.
    pub to_due: Money,
    pub to_balance: Money,
    pub to_refund: Money,
    pub balance_applied: Money,
    pub amount_due: Money,
    pub status: SubscriptionStatus,
    pub current_period_end: Option<Timestamp>,
    /// The invoices that would be voided.
    pub voided: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct PreviewLine {
    pub kind: Kind,
    pub description: String,
    /// Net; negative for what is credited.
    pub amount: Money,
    pub tax: Money,
    pub period: Option<Period>,
    pub explanation: String,
    /// The invoice that is credited.
    pub invoice_id: Option<String>,
}

output! {
    /// A line that would be invoiced or credited.
    PreviewLineJson as "PreviewLine" (l: PreviewLine) {
        "kind": Kind = l.kind.text(), "";
        "description": String = l.description, "";
        "amount": Money = l.amount, "Net; negative for what is credited.";
        "tax": Money = l.tax, "";
        "periodStart": Option<Timestamp> = l.period.map(|p| p.start), "";
        "periodEnd": Option<Timestamp> = l.period.map(|p| p.end), "";
        "explanation": String = l.explanation, "The days, the fraction, the rounding.";
        "invoiceId": Option<String> = l.invoice_id, "The invoice that would be credited.";
    }
}

struct LinesJson<'a>(&'a [PreviewLine]);

impl Serialize for LinesJson<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(PreviewLineJson))
    }
}

impl Shape for LinesJson<'_> {
    fn shape(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "items": PreviewLineJson::shape(definitions) })
    }
}

output! {
    /// What an action would come to. Nothing of it is written.
    PreviewJson as "Preview" (p: Preview) {
        "action": PreviewAction = p.action.text(), "";
        "currency": Currency = p.total.currency().code(), "";
        "lines": LinesJson<'static> = LinesJson(&p.lines), "";
        "subtotal": Money = p.subtotal, "The net of all lines; negative where more is credited than charged.";
        "tax": Money = p.tax, "";
        "total": Money = p.total, "";
        "amountToDue": Money = p.to_due, "Of what is credited: what lowers the due of the invoices credited.";
        "amountToBalance": Money = p.to_balance, "Of what is credited: what goes to the customer's balance first.";
        "amountRefunded": Money = p.to_refund, "Of what is credited: what goes back to where it was paid from.";
        "balanceApplied": Money = p.balance_applied, "What the invoices would take from the customer's balance, then.";
        "amountDue": Money = p.amount_due, "What would be left to pay of them: `total` and the three amounts credited, less `balanceApplied`.";
        "status": SubscriptionStatus = p.status.text(), "The subscription's, afterwards.";
        "currentPeriodEnd": Option<Timestamp> = p.current_period_end, "Paid until, afterwards.";
        "voidedInvoiceIds": Vec<String> = p.voided, "Open invoices that would be voided.";
    }
}
