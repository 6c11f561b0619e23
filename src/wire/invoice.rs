//! Invoices as clients see them.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::domain::id::{CustomerId, InvoiceId, InvoiceLineId, SubscriptionId, TaxRateId};
use crate::domain::invoice::draft::{MAX_LINES, MAX_QUANTITY};
use crate::domain::invoice::{BillingReason, Finalised, Invoice, InvoiceFilter, InvoiceLine, InvoiceStatus, InvoiceTax};
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::patch::{Change, Patch};
use crate::domain::payment::{PaymentMethod, PaymentReference};
use crate::domain::text::{ExternalId, Line, Metadata};
use crate::domain::time::{Start, Timestamp};
use crate::wire::customer::MetadataShape;
use crate::wire::document::PartyShape;
use crate::wire::input::{Count, Id, OneOrMore, Unsigned};
use crate::wire::json::Raw;
use crate::wire::query::Word;
use crate::wire::shape::{Definitions, Shape};

words! {
    InvoiceStatus => InvoiceStatus::ALL, InvoiceStatus::text;
    BillingReason => BillingReason::ALL, BillingReason::text;
}

input! {
    /// How an invoice was paid.
    InvoiceMarkPaid {
        "method" method: Option<PaymentMethod>, "In the vendor's own words: cash, bank transfer.";
        "reference" reference: Option<PaymentReference>, "The other side's number.";
        "paidAt" paid_at: Option<Timestamp>, "When the money came, in 1970 at the earliest; kept with the payment. The invoice is paid now all the same.";
        "amount" amount: Option<Unsigned>, "What came; the amount due unless said otherwise. Less leaves the invoice open, more goes to the customer's balance.";
    }
}

pub type LineText = Line<1, 500>;

input! {
    /// A line of a draft.
    InvoiceLineInput {
        "description" description: LineText, "As it stands on the document.";
        "quantity" quantity: Option<Count<1, MAX_QUANTITY>>, "1 unless said otherwise.";
        "unitAmount" unit_amount: Unsigned, "In major units, with at most the currency's decimals.";
        "taxable" taxable: Option<bool>, "Whether it is taxed; `true` unless said otherwise.";
    }
}

input! {
    /// What a draft is made from.
    InvoiceCreate {
        "customerId" customer_id: Id<CustomerId>, "Who buys.";
        "currency" currency: Option<Currency>, "The customer's where there is none, else the business's.";
        "dueAt" due_at: Option<Start>, "A date means the beginning of that day in the business's time zone. Where there is none, it is due so many days after its finalising as a first invoice waits (`billing.pendingDays`).";
        "lines" lines: OneOrMore<InvoiceLineInput, MAX_LINES>, "";
        "metadata" metadata: Option<Metadata>, "";
        "externalId" external_id: Option<ExternalId>, "Unique among invoices.";
    }
}

input! {
    /// What to change of a draft.
    InvoicePatch {
        "currency" currency: Change<Currency>, "With `lines`, since an amount is never taken for one in another currency.";
        "dueAt" due_at: Patch<Start>, "";
        "lines" lines: Change<OneOrMore<InvoiceLineInput, MAX_LINES>>, "In the stead of all that it has.";
        "metadata" metadata: Patch<Metadata>, "";
        "externalId" external_id: Patch<ExternalId>, "";
    }
}

query! {
    /// The filters of the list of invoices.
    InvoiceQuery {
        "status" status: Word<InvoiceStatus>, "";
        "customerId" customer_id: Id<CustomerId>, "";
        "subscriptionId" subscription_id: Id<SubscriptionId>, "";
        "paidAfter" paid_after: Timestamp, "Paid then or later.";
        "overdue" overdue: bool, "`true`: open although its due date is past.";
    }
}

impl InvoiceQuery {
    /// `now` tells what is overdue.
    pub fn filter(self, common: Common, now: Timestamp) -> InvoiceFilter {
        InvoiceFilter {
            common,
            status: self.status.map(|s| s.0),
            customer_id: self.customer_id.map(|id| id.0),
            subscription_id: self.subscription_id.map(|id| id.0),
            paid_after: self.paid_after,
            overdue: self.overdue.map(|overdue| (overdue, now)),
        }
    }
}

output! {
    /// A line of an invoice.
    InvoiceLineJson as "InvoiceLine" (l: InvoiceLine) {
        "id": InvoiceLineId = l.id, "";
        "description": String = l.description, "";
        "quantity": i64 = l.quantity, "";
        "unitAmount": Money = l.unit_amount, "";
        "taxable": bool = l.taxable, "Whether it is taxed.";
        "amount": Money = l.amount, "Net: without discount and tax.";
        "discount": Money = l.discount, "";
        "tax": Money = l.tax, "";
        "periodStart": Option<Timestamp> = l.period.map(|p| p.start), "Of the period that the line pays; null while it waits for the payment, and for what has none.";
        "periodEnd": Option<Timestamp> = l.period.map(|p| p.end), "";
        "explanation": String = l.explanation, "How the amount came about.";
    }
}

struct LinesJson<'a>(&'a [InvoiceLine]);

impl Serialize for LinesJson<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(InvoiceLineJson))
    }
}

impl Shape for LinesJson<'_> {
    fn shape(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "items": InvoiceLineJson::shape(definitions) })
    }
}

/// The seller's or the buyer's part of a document, put out as it was finalised.
enum Party<'a> {
    Seller(&'a str),
    Buyer(&'a str),
}

#[derive(Deserialize)]
struct Parties<'a> {
    #[serde(borrow)]
    seller: &'a RawValue,
    #[serde(borrow)]
    buyer: &'a RawValue,
}

impl Serialize for Party<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (Party::Seller(content) | Party::Buyer(content)) = self;
        let parties: Parties<'_> = serde_json::from_str(content).map_err(serde::ser::Error::custom)?;
        match self {
            Party::Seller(_) => parties.seller.serialize(to),
            Party::Buyer(_) => parties.buyer.serialize(to),
        }
    }
}

output! {
    /// What a tax rate takes of an invoice, and what the rate was then.
    InvoiceTaxJson as "InvoiceTax" (t: InvoiceTax) {
        "taxRateId": TaxRateId = t.rate.id, "";
        "name": String = t.rate.name, "";
        "percent": String = t.rate.terms.percent, "";
        "inclusive": bool = t.rate.terms.inclusive, "Whether the prices hold the tax.";
        "taxable": Money = t.taxable, "The net that is taxed.";
        "amount": Money = t.amount, "";
    }
}

struct TaxesJson<'a>(&'a [InvoiceTax]);

impl Serialize for TaxesJson<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(InvoiceTaxJson))
    }
}

impl Shape for TaxesJson<'_> {
    fn shape(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "items": InvoiceTaxJson::shape(definitions) })
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// An invoice and what is due on it.
pub struct InvoiceView {
    pub invoice: Invoice,
    pub amount_due: Money,
}

impl InvoiceView {
    fn document<'a, T>(&'a self, of: impl FnOnce(&'a Finalised) -> T) -> Option<T> {
        self.invoice.finalised.as_ref().map(of)
    }
}

output! {
    /// An invoice: a draft, or a document that does not change once it is finalised, and what was paid on it.
    InvoiceJson as "Invoice" (v: InvoiceView) {
        "id": InvoiceId = v.invoice.id, "";
        "number": Option<String> = v.invoice.number(), "Without gaps within its series; null while it is a draft.";
        "customerId": CustomerId = v.invoice.customer_id, "";
        "subscriptionId": Option<SubscriptionId> = v.invoice.subscription.map(|s| s.id), "";
        "billingReason": BillingReason = v.invoice.reason.text(), "";
        "status": InvoiceStatus = v.invoice.status.text(), "";
        "currency": Currency = v.invoice.sums.total.currency().code(), "";
        "subtotal": Money = v.invoice.sums.subtotal, "Quantity × price of all lines, with the tax that the prices hold.";
        "discount": Money = v.invoice.sums.discount, "What a coupon takes off the subtotal.";
        "tax": Money = v.invoice.sums.tax, "";
        "amount": Money = v.invoice.sums.total, "The total: net and tax of all lines. Of a draft, what it would come to by the tax rates of now.";
        "amountCredited": Money = v.invoice.amount_credited, "What credit notes took off the due.";
        "balanceApplied": Money = v.invoice.balance_applied, "What was taken from the customer's balance.";
        "amountPaid": Money = v.invoice.amount_paid, "";
        "amountDue": Money = v.amount_due, "amount − amountCredited − balanceApplied − amountPaid.";
        "lines": LinesJson<'static> = LinesJson(&v.invoice.lines), "";
        "taxes": TaxesJson<'static> = TaxesJson(&v.invoice.taxes), "One for each rate that applies.";
        "seller": Option<PartyShape> = v.document(|d| Party::Seller(&d.content)), "As it was when the invoice was finalised; null while it is a draft.";
        "buyer": Option<PartyShape> = v.document(|d| Party::Buyer(&d.content)), "As it was when the invoice was finalised; null while it is a draft.";
        "issuedAt": Option<Timestamp> = v.document(|d| d.issued_at), "When it was finalised.";
        "dueAt": Option<Timestamp> = v.invoice.due_at, "Null on a draft that leaves it to its finalising.";
        "paidAt": Option<Timestamp> = v.invoice.paid_at, "";
        "periodStart": Option<Timestamp> = v.invoice.period().map(|p| p.start), "";
        "periodEnd": Option<Timestamp> = v.invoice.period().map(|p| p.end), "";
        "replaces": Option<InvoiceId> = v.invoice.replaces, "The void invoice in whose stead this one is.";
        "replacedBy": Option<InvoiceId> = v.invoice.replaced_by, "";
        "hash": Option<String> = v.document(|d| hex(&d.hash)), "SHA-256 of the document before it in the series and of this one's content.";
        "metadata": MetadataShape = Raw(v.invoice.metadata.as_str()), "";
        "externalId": Option<String> = v.invoice.external_id, "";
        "createdAt": Timestamp = v.invoice.created_at, "";
        "updatedAt": Timestamp = v.invoice.updated_at, "";
    }
}
