//! Credit notes as clients write and see them.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::domain::credit_note::{CreditNote, CreditNoteFilter, CreditNoteLine, CreditNoteTax, Destination};
use crate::domain::id::{CreditNoteId, CustomerId, InvoiceId, InvoiceLineId, TaxRateId};
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::text::Prose;
use crate::domain::time::Timestamp;
use crate::wire::customer::MetadataShape;
use crate::wire::document::PartyShape;
use crate::wire::input::{Id, Many, Unsigned};
use crate::wire::invoice::hex;
use crate::wire::json::Raw;
use crate::wire::shape::{Definitions, Shape};

words! {
    Destination => Destination::ALL, Destination::text;
}

pub type Reason = Prose<1, 500>;

input! {
    /// What to credit of a line.
    CreditNoteLineInput {
        "lineId" line_id: Id<InvoiceLineId>, "A line of the invoice.";
        "amount" amount: Unsigned, "Net; its share of tax is added. Not more than is left of the line.";
    }
}

input! {
    /// What a credit note takes back of an invoice.
    CreditNoteCreate {
        "lines" lines: Option<Many<CreditNoteLineInput, 500>>, "All that is left of the invoice where there are none.";
        "reason" reason: Option<Reason>, "As it stands on the document.";
        "to" to: Option<Destination>, "Where what exceeds the due goes: `balance` (default), `refund` back to where it was paid from, `none` where nothing may.";
    }
}

input! {
    /// What to refund of an invoice.
    RefundCreate {
        "amount" amount: Unsigned, "Tax included. Not more than was paid and not refunded.";
        "reason" reason: Option<Reason>, "As it stands on the credit note.";
    }
}

query! {
    /// The filters of the list of credit notes.
    CreditNoteQuery {
        "customerId" customer_id: Id<CustomerId>, "";
        "invoiceId" invoice_id: Id<InvoiceId>, "";
    }
}

impl CreditNoteQuery {
    pub fn filter(self, common: Common) -> CreditNoteFilter {
        CreditNoteFilter { common, customer_id: self.customer_id.map(|id| id.0), invoice_id: self.invoice_id.map(|id| id.0) }
    }
}

output! {
    /// What a note takes back of a line.
    CreditNoteLineJson as "CreditNoteLine" (l: CreditNoteLine) {
        "lineId": InvoiceLineId = l.line_id, "";
        "description": String = l.description, "The line's.";
        "amount": Money = l.amount, "Net.";
        "tax": Money = l.tax, "";
        "explanation": Option<String> = l.explanation, "How the amount came about, where days count.";
    }
}

output! {
    /// What a note takes back of a tax rate.
    CreditNoteTaxJson as "CreditNoteTax" (t: CreditNoteTax) {
        "taxRateId": TaxRateId = t.rate_id, "";
        "name": String = t.name, "";
        "amount": Money = t.amount, "";
    }
}

struct LinesJson<'a>(&'a [CreditNoteLine]);

impl Serialize for LinesJson<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(CreditNoteLineJson))
    }
}

impl Shape for LinesJson<'_> {
    fn shape(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "items": CreditNoteLineJson::shape(definitions) })
    }
}

struct TaxesJson<'a>(&'a [CreditNoteTax]);

impl Serialize for TaxesJson<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(CreditNoteTaxJson))
    }
}

impl Shape for TaxesJson<'_> {
    fn shape(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "items": CreditNoteTaxJson::shape(definitions) })
    }
}

/// The seller and the buyer, put out as they stand on the document.
#[derive(Deserialize)]
struct Parties<'a> {
    #[serde(borrow)]
    seller: &'a RawValue,
    #[serde(borrow)]
    buyer: &'a RawValue,
}

struct Party<'a>(&'a CreditNote, fn(&Parties<'a>) -> &'a RawValue);

impl Serialize for Party<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let parties: Parties<'_> = serde_json::from_str(&self.0.content).map_err(serde::ser::Error::custom)?;
        (self.1)(&parties).serialize(to)
    }
}

output! {
    /// A credit note: a document that takes back a part of an invoice, or all of it.
    CreditNoteJson as "CreditNote" (c: CreditNote) {
        "id": CreditNoteId = c.id, "";
        "number": String = c.number, "Without gaps within its series.";
        "invoiceId": InvoiceId = c.invoice_id, "";
        "customerId": CustomerId = c.customer_id, "";
        "currency": Currency = c.amount.currency().code(), "";
        "subtotal": Money = c.subtotal, "The net of its lines.";
        "tax": Money = c.tax, "";
        "amount": Money = c.amount, "";
        "lines": LinesJson<'static> = LinesJson(&c.lines), "";
        "taxes": TaxesJson<'static> = TaxesJson(&c.taxes), "";
        "to": Destination = c.destination.text(), "Where what exceeds the invoice's due goes.";
        "amountToDue": Money = c.to_due, "What lowered the invoice's due.";
        "amountToBalance": Money = c.to_balance, "What went to the customer's balance.";
        "amountRefunded": Money = c.to_refund, "What went back to where it was paid from.";
        "reason": Option<String> = c.reason, "";
        "seller": PartyShape = Party(c, |p| p.seller), "As it was when the note was issued.";
        "buyer": PartyShape = Party(c, |p| p.buyer), "As on the invoice.";
        "issuedAt": Timestamp = c.created_at, "";
        "hash": String = hex(&c.hash), "SHA-256 of the document before it in the series and of this one's content.";
        "metadata": MetadataShape = Raw(c.metadata.as_str()), "";
        "externalId": Option<String> = c.external_id, "";
        "createdAt": Timestamp = c.created_at, "";
        "updatedAt": Timestamp = c.updated_at, "";
    }
}
