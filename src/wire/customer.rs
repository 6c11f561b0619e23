//! Customers as clients write and see them.

use serde_json::{Value, json};

use crate::domain::address::Address;
use crate::domain::customer::{Customer, CustomerFilter, CustomerStatus};
use crate::domain::id::CustomerId;
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::patch::{Change, Patch};
use crate::domain::text::{Email, Encoded, ExternalId, Line, Locale, Metadata, Name, Notes, Password};
use crate::domain::time::{Timestamp, Zone};
use crate::wire::address::AddressShape;
use crate::wire::input::Many;
use crate::wire::json::Raw;
use crate::wire::query::{Sought, Word};
use crate::wire::shape::{Definitions, Shape, object};

words! {
    CustomerStatus => CustomerStatus::ALL, CustomerStatus::text;
}

pub type Phone = Line<1, 50>;
pub type TaxId = Line<1, 50>;
pub type Tags = Many<Line<1, 50>, 50>;

input! {
    /// What a new customer is made from.
    CustomerCreate {
        "email" email: Email, "Unique without regard to case.";
        "name" name: Option<Name>, "As it stands on invoices.";
        "password" password: Option<Password>, "For the customer's own sign-in. Taken in, never shown.";
        "phone" phone: Option<Phone>, "";
        "address" address: Option<Address>, "";
        "currency" currency: Option<Currency>, "The currency of new subscriptions; the business's where there is none.";
        "locale" locale: Option<Locale>, "A BCP 47 language tag.";
        "billingTimezone" billing_timezone: Option<Zone>, "IANA zone in which the customer's periods are counted; the business's where there is none.";
        "taxId" tax_id: Option<TaxId>, "The customer's tax number, as it stands on invoices.";
        "taxExempt" tax_exempt: Option<bool>, "Whether the customer pays no taxes; `false` unless said otherwise.";
        "notes" notes: Option<Notes>, "For the vendor only.";
        "tags" tags: Option<Tags>, "";
        "status" status: Option<CustomerStatus>, "`active` unless said otherwise.";
        "metadata" metadata: Option<Metadata>, "The vendor's own pairs.";
        "externalId" external_id: Option<ExternalId>, "The vendor's own number, unique among customers.";
    }
}

input! {
    /// What to change of a customer: what is left out stays, null clears.
    CustomerPatch {
        "email" email: Change<Email>, "";
        "name" name: Patch<Name>, "";
        "password" password: Patch<Password>, "null takes away the customer's own sign-in.";
        "phone" phone: Patch<Phone>, "";
        "address" address: Patch<Address>, "The whole address anew.";
        "currency" currency: Patch<Currency>, "";
        "locale" locale: Patch<Locale>, "";
        "billingTimezone" billing_timezone: Patch<Zone>, "";
        "taxId" tax_id: Patch<TaxId>, "";
        "taxExempt" tax_exempt: Change<bool>, "From the next invoice on.";
        "notes" notes: Patch<Notes>, "";
        "tags" tags: Patch<Tags>, "";
        "status" status: Change<CustomerStatus>, "A blocked customer buys nothing new.";
        "metadata" metadata: Patch<Metadata>, "All pairs anew.";
        "externalId" external_id: Patch<ExternalId>, "";
    }
}

query! {
    /// The filters of the list of customers.
    CustomerQuery {
        "email" email: Sought, "The address, in any case.";
        "status" status: Word<CustomerStatus>, "";
    }
}

impl CustomerQuery {
    pub fn filter(self, common: Common) -> CustomerFilter {
        CustomerFilter { common, email_key: self.email.map(|e| e.0.to_lowercase()), status: self.status.map(|s| s.0) }
    }
}

/// Free pairs of strings.
pub struct MetadataShape;

impl Shape for MetadataShape {
    fn shape(_: &mut Definitions) -> Value {
        json!({ "type": "object", "additionalProperties": { "type": "string" } })
    }
}

output! {
    /// One balance, in its currency.
    BalanceJson as "Balance" (b: Money) {
        "currency": Currency = b.currency().code(), "";
        "amount": Money = b, "In major units.";
    }
}

/// All balances of a customer.
pub struct BalancesJson<'a>(pub &'a [Money]);

impl serde::Serialize for BalancesJson<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(BalanceJson))
    }
}

impl Shape for BalancesJson<'_> {
    fn shape(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "items": BalanceJson::shape(definitions) })
    }
}

output! {
    /// A customer.
    CustomerJson as "Customer" (c: Customer<'a>) {
        "id": CustomerId = c.id, "";
        "email": String = c.email, "";
        "name": Option<String> = c.name, "";
        "phone": Option<String> = c.phone, "";
        "address": Option<AddressShape> = c.address.as_ref().map(|a| Raw(a.as_str())), "";
        "currency": Option<Currency> = c.currency.map(Currency::code), "The currency of new subscriptions; null for the business's.";
        "locale": Option<String> = c.locale, "";
        "billingTimezone": Option<String> = c.billing_timezone, "null for the business's.";
        "taxId": Option<String> = c.tax_id, "";
        "taxExempt": bool = c.tax_exempt, "Whether the customer pays no taxes.";
        "notes": Option<String> = c.notes, "";
        "tags": Vec<String> = Raw(c.tags.as_str()), "";
        "status": CustomerStatus = c.status.text(), "";
        "balances": BalancesJson<'static> = BalancesJson(&c.balances), "What the customer has in store, per currency.";
        "metadata": MetadataShape = Raw(c.metadata.as_str()), "";
        "externalId": Option<String> = c.external_id, "";
        "createdAt": Timestamp = c.created_at, "";
        "updatedAt": Timestamp = c.updated_at, "";
    }
}

/// What a deletion answers.
pub struct DeletedShape;

impl Shape for DeletedShape {
    fn shape(definitions: &mut Definitions) -> Value {
        definitions.refer("Deleted", |_| {
            object("What was deleted.", vec![("id", true, "", json!({ "type": "string" })), ("deleted", true, "", json!({ "type": "boolean", "const": true }))])
        })
    }
}

/// Tags as they are stored and shown.
pub fn encode_tags(tags: &Tags) -> Encoded<'static> {
    let texts: Vec<&str> = tags.0.iter().map(Line::as_str).collect();
    Encoded(crate::wire::json::encode(&texts).into())
}
