//! The canonical text of a document: what is hashed, and what a document shows of seller and buyer for ever.
//!
//! Field order, names and formats are part of the format's version. What was hashed is never written anew, so a document of an
//! older version stays as it is: it is verified as text, and only `seller` and `buyer`, which all versions have, are read from it.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::domain::coupon::Off;
use crate::domain::credit_note::{CreditNotePlan, CreditedLine, Destination};
use crate::domain::customer::Customer;
use crate::domain::id::{CreditNoteId, CustomerId, InvoiceId, InvoiceLineId, SubscriptionId, TypedId};
use crate::domain::invoice::{Finalised, Invoice, InvoicePlan, InvoiceTax, Priced, Pricing};
use crate::domain::money::{Currency, Money};
use crate::domain::settings::Business;
use crate::domain::text::Country;
use crate::domain::time::{Timestamp, Zone};
use crate::wire::address::AddressShape;
use crate::wire::json::{Raw, encode};
use crate::wire::shape::{Definitions, Shape, object};

/// Version 1 had no discounts and no taxes: its lines have neither, nor `days` and `explanation`, its `taxes` are empty, and it has
/// no `coupon` and no `taxExempt`.
pub const FORMAT_VERSION: u32 = 2;

pub const CREDIT_NOTE_FORMAT_VERSION: u32 = 1;

/// What goes into a document.
pub struct Document<'a> {
    pub invoice_id: InvoiceId,
    pub series: &'a str,
    pub n: i64,
    pub number: &'a str,
    pub subscription_id: Option<SubscriptionId>,
    pub seller: &'a Business,
    pub buyer: &'a Customer<'a>,
    pub plan: &'a InvoicePlan,
    pub line_ids: &'a [InvoiceLineId],
    pub pricing: &'a Pricing,
    pub priced: &'a Priced,
    /// That each line bills.
    pub days: &'a [Option<i64>],
    pub issued_at: Timestamp,
    pub zone: Zone,
}

impl Document<'_> {
    pub fn canonical(&self) -> String {
        encode(self)
    }

    fn line(&self, n: usize) -> Value {
        let (line, assessment) = (&self.plan.lines[n], &self.priced.assessment);
        let dates = line.period.and_then(|p| p.dates);
        let taxes: Vec<_> = (0..self.pricing.rates.len()).map(|rate| assessment.cell(rate, n)).collect();
        json!({
            "id": self.line_ids[n],
            "description": line.description,
            "quantity": line.quantity,
            "unitAmount": line.unit_amount,
            "discount": self.priced.discounts[n],
            "taxable": line.taxable,
            "amount": assessment.lines[n].net,
            "tax": assessment.lines[n].tax,
            "taxes": taxes,
            "periodStart": dates.map(|d| d.start),
            "periodEnd": dates.map(|d| d.end),
            "days": self.days[n],
            "explanation": self.priced.explanations[n],
        })
    }

    /// What a rate was, whose it was, and what it takes.
    fn tax(&self, n: usize) -> Value {
        let (rate, tax) = (&self.pricing.rates[n], self.priced.assessment.rates[n]);
        json!({
            "taxRateId": rate.id,
            "name": rate.name,
            "percent": rate.terms.percent,
            "inclusive": rate.terms.inclusive,
            "country": rate.country.as_ref().map(Country::as_str),
            "taxable": tax.taxable,
            "amount": tax.amount,
        })
    }

    fn coupon(&self) -> Option<Value> {
        let discount = self.pricing.discount.as_ref()?;
        let (percent, amount) = match discount.off {
            Off::Percent(percent) => (Some(percent), None),
            Off::Amount(amount) => (None, Some(amount)),
        };
        Some(json!({ "code": discount.code, "percentOff": percent, "amountOff": amount, "periods": discount.periods }))
    }
}

struct Seller<'a>(&'a Business);

impl Serialize for Seller<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("name", &self.0.name)?;
        map.serialize_entry("email", &self.0.email)?;
        map.serialize_entry("address", &self.0.address.as_ref().map(|a| Raw(a.as_str())))?;
        map.serialize_entry("taxId", &self.0.tax_id)?;
        map.end()
    }
}

struct Buyer<'a>(&'a Customer<'a>);

impl Serialize for Buyer<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("name", self.0.display_name())?;
        map.serialize_entry("email", &self.0.email)?;
        map.serialize_entry("address", &self.0.address.as_ref().map(|a| Raw(a.as_str())))?;
        map.serialize_entry("taxId", &self.0.tax_id)?;
        map.end()
    }
}

/// The shape of a seller or a buyer.
pub struct PartyShape;

impl Shape for PartyShape {
    fn shape(definitions: &mut Definitions) -> Value {
        definitions.refer("Party", |definitions| {
            object(
                "A side of a document.",
                vec![
                    ("name", true, "", Option::<String>::shape(definitions)),
                    ("email", true, "", Option::<String>::shape(definitions)),
                    ("address", true, "", Option::<AddressShape>::shape(definitions)),
                    ("taxId", true, "", Option::<String>::shape(definitions)),
                ],
            )
        })
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let lines: Vec<Value> = (0..self.plan.lines.len()).map(|n| self.line(n)).collect();
        let taxes: Vec<Value> = (0..self.pricing.rates.len()).map(|n| self.tax(n)).collect();
        let sums = self.priced.assessment.sums;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("format", &FORMAT_VERSION)?;
        map.serialize_entry("kind", "invoice")?;
        map.serialize_entry("id", &self.invoice_id)?;
        map.serialize_entry("series", self.series)?;
        map.serialize_entry("n", &self.n)?;
        map.serialize_entry("number", self.number)?;
        map.serialize_entry("customerId", &self.buyer.id)?;
        map.serialize_entry("subscriptionId", &self.subscription_id)?;
        map.serialize_entry("billingReason", self.plan.reason.text())?;
        map.serialize_entry("issueDate", &self.issued_at.local_date(self.zone).to_string())?;
        map.serialize_entry("issuedAt", &self.issued_at)?;
        map.serialize_entry("dueAt", &self.plan.due_at)?;
        map.serialize_entry("seller", &Seller(self.seller))?;
        map.serialize_entry("buyer", &Buyer(self.buyer))?;
        map.serialize_entry("currency", self.plan.currency.code())?;
        map.serialize_entry("lines", &lines)?;
        map.serialize_entry("coupon", &self.coupon())?;
        map.serialize_entry("taxExempt", &self.pricing.exempt)?;
        map.serialize_entry("taxes", &taxes)?;
        map.serialize_entry("subtotal", &sums.subtotal)?;
        map.serialize_entry("discount", &sums.discount)?;
        map.serialize_entry("tax", &sums.tax)?;
        map.serialize_entry("total", &sums.total)?;
        map.serialize_entry("replaces", &self.plan.replaces)?;
        map.end()
    }
}

/// What goes into a credit note.
pub struct CreditNoteDocument<'a> {
    pub id: CreditNoteId,
    pub series: &'a str,
    pub n: i64,
    pub number: &'a str,
    pub invoice: &'a Invoice,
    /// The document that the invoice is.
    pub original: &'a Finalised,
    pub seller: &'a Business,
    pub plan: &'a CreditNotePlan,
    /// How the lines' amounts came about, by their places on the invoice.
    pub explanations: &'a [Option<String>],
    pub reason: Option<&'a str>,
    pub destination: Destination,
    pub issued_at: Timestamp,
    pub zone: Zone,
}

impl CreditNoteDocument<'_> {
    /// The buyer is the invoice's, whatever he is called by now.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        #[derive(Deserialize)]
        struct OfInvoice<'a> {
            #[serde(borrow)]
            buyer: &'a RawValue,
        }
        let buyer = serde_json::from_str::<OfInvoice<'_>>(&self.original.content)?.buyer;
        let (plan, lines) = (self.plan, &self.invoice.lines);
        let of_rate = |rate: usize| &plan.cells[rate * lines.len()..(rate + 1) * lines.len()];
        let line = |(at, credited): (usize, CreditedLine)| {
            let taxes: Vec<Money> = (0..self.invoice.taxes.len()).map(|rate| of_rate(rate)[at]).collect();
            json!({
                "lineId": lines[at].id,
                "description": lines[at].description,
                "amount": credited.net,
                "tax": credited.tax,
                "taxes": taxes,
                "explanation": self.explanations[at],
            })
        };
        let tax = |(n, tax): (usize, &InvoiceTax)| {
            let minor = of_rate(n).iter().map(|cell| cell.minor()).sum();
            json!({
                "taxRateId": tax.rate.id,
                "name": tax.rate.name,
                "percent": tax.rate.terms.percent,
                "inclusive": tax.rate.terms.inclusive,
                "amount": Money::new(minor, plan.amount.currency()),
            })
        };
        let (lines, taxes): (Vec<_>, Vec<_>) = (plan.credited_lines().map(line).collect(), self.invoice.taxes.iter().enumerate().map(tax).collect());
        let mut bytes = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut bytes);
        let mut map = (&mut serializer).serialize_map(None)?;
        map.serialize_entry("format", &CREDIT_NOTE_FORMAT_VERSION)?;
        map.serialize_entry("kind", "credit_note")?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("series", self.series)?;
        map.serialize_entry("n", &self.n)?;
        map.serialize_entry("number", self.number)?;
        map.serialize_entry("invoiceId", &self.invoice.id)?;
        map.serialize_entry("invoiceNumber", &self.original.number)?;
        map.serialize_entry("customerId", &self.invoice.customer_id)?;
        map.serialize_entry("issueDate", &self.issued_at.local_date(self.zone).to_string())?;
        map.serialize_entry("issuedAt", &self.issued_at)?;
        map.serialize_entry("seller", &Seller(self.seller))?;
        map.serialize_entry("buyer", buyer)?;
        map.serialize_entry("currency", plan.amount.currency().code())?;
        map.serialize_entry("lines", &lines)?;
        map.serialize_entry("taxes", &taxes)?;
        map.serialize_entry("subtotal", &plan.subtotal)?;
        map.serialize_entry("tax", &plan.tax)?;
        map.serialize_entry("amount", &plan.amount)?;
        map.serialize_entry("amountToDue", &plan.to_due)?;
        map.serialize_entry("amountToBalance", &plan.to_balance)?;
        map.serialize_entry("amountRefunded", &plan.to_refund)?;
        map.serialize_entry("to", self.destination.text())?;
        map.serialize_entry("reason", &self.reason)?;
        map.end()?;
        Ok(String::from_utf8(bytes).expect("JSON is UTF-8"))
    }
}

/// What the tables say of a document, which must be what the document says.
pub struct Recorded<'a> {
    pub id: InvoiceId,
    pub series: &'a str,
    pub n: i64,
    pub number: &'a str,
    pub customer_id: Option<CustomerId>,
    pub subscription_id: Option<SubscriptionId>,
    pub reason: &'a str,
    pub issued_at: Timestamp,
    pub due_at: Timestamp,
    pub subtotal: Money,
    pub discount: Money,
    pub tax: Money,
    pub total: Money,
    pub replaces: Option<InvoiceId>,
    pub lines: Vec<RecordedLine<'a>>,
}

pub struct RecordedLine<'a> {
    pub id: InvoiceLineId,
    pub description: &'a str,
    pub quantity: i64,
    pub unit_amount: Money,
    pub amount: Money,
}

/// What documents of every version have, as they say it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    series: Cow<'a, str>,
    n: i64,
    #[serde(borrow)]
    number: Cow<'a, str>,
    #[serde(borrow)]
    customer_id: Cow<'a, str>,
    #[serde(borrow)]
    subscription_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    billing_reason: Cow<'a, str>,
    #[serde(borrow)]
    issued_at: Cow<'a, str>,
    #[serde(borrow)]
    due_at: Cow<'a, str>,
    #[serde(borrow)]
    currency: Cow<'a, str>,
    #[serde(borrow)]
    lines: Vec<SaidLine<'a>>,
    #[serde(borrow)]
    subtotal: Cow<'a, str>,
    #[serde(borrow)]
    discount: Cow<'a, str>,
    #[serde(borrow)]
    tax: Cow<'a, str>,
    #[serde(borrow)]
    total: Cow<'a, str>,
    #[serde(borrow)]
    replaces: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SaidLine<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    description: Cow<'a, str>,
    quantity: i64,
    #[serde(borrow)]
    unit_amount: Cow<'a, str>,
    #[serde(borrow)]
    amount: Cow<'a, str>,
}

impl SaidLine<'_> {
    fn is(&self, line: &RecordedLine<'_>) -> bool {
        InvoiceLineId::parse(&self.id) == Some(line.id)
            && self.description == line.description
            && self.quantity == line.quantity
            && *self.unit_amount == line.unit_amount.to_string()
            && *self.amount == line.amount.to_string()
    }
}

/// The fields in which a document says otherwise than the tables; an error where it cannot be read.
pub fn differences(content: &str, recorded: &Recorded<'_>) -> Result<Vec<&'static str>, String> {
    let said: Said<'_> = serde_json::from_str(content).map_err(|e| e.to_string())?;
    let r = recorded;
    let money = |text: &str, amount: Money| text == amount.to_string();
    let same = [
        ("kind", said.kind == "invoice"),
        ("id", InvoiceId::parse(&said.id) == Some(r.id)),
        ("series", said.series == r.series),
        ("n", said.n == r.n),
        ("number", said.number == r.number),
        ("customerId", r.customer_id.is_some() && CustomerId::parse(&said.customer_id) == r.customer_id),
        ("subscriptionId", said.subscription_id.as_deref().map(SubscriptionId::parse) == r.subscription_id.map(Some)),
        ("billingReason", said.billing_reason == r.reason),
        ("issuedAt", *said.issued_at == *r.issued_at.rfc3339().as_str()),
        ("dueAt", *said.due_at == *r.due_at.rfc3339().as_str()),
        ("currency", said.currency == r.total.currency().code()),
        ("lines", said.lines.len() == r.lines.len() && said.lines.iter().zip(&r.lines).all(|(said, line)| said.is(line))),
        ("subtotal", money(&said.subtotal, r.subtotal)),
        ("discount", money(&said.discount, r.discount)),
        ("tax", money(&said.tax, r.tax)),
        ("total", money(&said.total, r.total)),
        ("replaces", said.replaces.as_deref().map(InvoiceId::parse) == r.replaces.map(Some)),
    ];
    Ok(same.into_iter().filter(|(_, same)| !same).map(|(field, _)| field).collect())
}

/// What the tables say of a credit note, which must be what it says.
pub struct RecordedNote<'a> {
    pub id: CreditNoteId,
    pub series: &'a str,
    pub n: i64,
    pub number: &'a str,
    pub invoice_id: Option<InvoiceId>,
    pub customer_id: Option<CustomerId>,
    pub issued_at: Timestamp,
    /// In minor units: net, tax, amount, what lowered the due, what went to the balance, what was refunded.
    pub amounts: [i64; 6],
    pub destination: &'a str,
    pub reason: Option<&'a str>,
}

/// The fields in which a credit note says otherwise than the tables; an error where it cannot be read.
pub fn note_differences(content: &str, recorded: &RecordedNote<'_>, currency: Currency) -> Result<Vec<&'static str>, String> {
    const AMOUNTS: [&str; 6] = ["subtotal", "tax", "amount", "amountToDue", "amountToBalance", "amountRefunded"];
    let said: Value = serde_json::from_str(content).map_err(|e| e.to_string())?;
    let text = |field: &str| said[field].as_str();
    let r = recorded;
    let same = [
        ("kind", text("kind") == Some("credit_note")),
        ("id", text("id").and_then(CreditNoteId::parse) == Some(r.id)),
        ("series", text("series") == Some(r.series)),
        ("n", said["n"].as_i64() == Some(r.n)),
        ("number", text("number") == Some(r.number)),
        ("invoiceId", r.invoice_id.is_some() && text("invoiceId").and_then(InvoiceId::parse) == r.invoice_id),
        ("customerId", r.customer_id.is_some() && text("customerId").and_then(CustomerId::parse) == r.customer_id),
        ("issuedAt", text("issuedAt") == Some(r.issued_at.rfc3339().as_str())),
        ("currency", text("currency") == Some(currency.code())),
        ("to", text("to") == Some(r.destination)),
        ("reason", text("reason") == r.reason),
    ];
    let amounts = AMOUNTS.into_iter().zip(r.amounts).map(|(field, minor)| (field, text(field) == Some(Money::new(minor, currency).to_string().as_str())));
    Ok(same.into_iter().chain(amounts).filter(|(_, same)| !same).map(|(field, _)| field).collect())
}
