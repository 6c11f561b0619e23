//! The canonical text of a document: what is hashed, and what a document shows of seller and buyer for ever.
//!
//! Field order, names and formats are part of the format's version. A later version is a new type beside this one: what
//! was hashed is never written anew.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use crate::domain::customer::Customer;
use crate::domain::id::{CustomerId, InvoiceId, InvoiceLineId, SubscriptionId, TypedId};
use crate::domain::invoice::{InvoicePlan, Sums};
use crate::domain::money::Money;
use crate::domain::settings::Business;
use crate::domain::time::{Timestamp, Zone};
use crate::wire::address::AddressShape;
use crate::wire::json::{Raw, encode};
use crate::wire::shape::{Definitions, Shape, object};

pub const FORMAT_VERSION: u32 = 1;

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
    pub amounts: &'a [Money],
    pub sums: Sums,
    pub issued_at: Timestamp,
    pub zone: Zone,
}

impl Document<'_> {
    pub fn canonical(&self) -> String {
        encode(self)
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
        let lines: Vec<Value> = self
            .plan
            .lines
            .iter()
            .zip(self.line_ids)
            .zip(self.amounts)
            .map(|((line, id), amount)| {
                let dates = line.period.and_then(|p| p.dates);
                json!({
                    "id": id,
                    "description": line.description,
                    "quantity": line.quantity,
                    "unitAmount": line.unit_amount,
                    "amount": amount,
                    "periodStart": dates.map(|d| d.start),
                    "periodEnd": dates.map(|d| d.end),
                })
            })
            .collect();
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
        map.serialize_entry("taxes", &[(); 0])?;
        map.serialize_entry("subtotal", &self.sums.subtotal)?;
        map.serialize_entry("discount", &self.sums.discount)?;
        map.serialize_entry("tax", &self.sums.tax)?;
        map.serialize_entry("total", &self.sums.total)?;
        map.serialize_entry("replaces", &self.plan.replaces)?;
        map.end()
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
