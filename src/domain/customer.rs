//! Customers: whom the vendor sells to.

use std::borrow::Cow;

use crate::domain::id::CustomerId;
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::reject::Reject;
use crate::domain::text::{Encoded, searched};
use crate::domain::time::Timestamp;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CustomerStatus {
    Active,
    /// May keep what he has and buys nothing new.
    Blocked,
}

impl CustomerStatus {
    pub const ALL: [CustomerStatus; 2] = [CustomerStatus::Active, CustomerStatus::Blocked];

    pub fn text(self) -> &'static str {
        match self {
            CustomerStatus::Active => "active",
            CustomerStatus::Blocked => "blocked",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.text() == text)
    }
}

/// A customer. Borrowed from a database row where it is only shown, owned where it is changed.
#[derive(Clone, Debug)]
pub struct Customer<'a> {
    pub row: i64,
    pub id: CustomerId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub status: CustomerStatus,
    pub email: Cow<'a, str>,
    pub name: Option<Cow<'a, str>>,
    pub phone: Option<Cow<'a, str>>,
    pub address: Option<Encoded<'a>>,
    pub currency: Option<Currency>,
    pub locale: Option<Cow<'a, str>>,
    pub billing_timezone: Option<Cow<'a, str>>,
    pub tax_id: Option<Cow<'a, str>>,
    /// Pays no taxes.
    pub tax_exempt: bool,
    pub notes: Option<Cow<'a, str>>,
    pub tags: Encoded<'a>,
    pub metadata: Encoded<'a>,
    pub external_id: Option<Cow<'a, str>>,
    /// Whether a balance was ever kept, so that showing a customer without one costs no look-up.
    pub has_balance: bool,
    /// One amount per currency, in order of its code.
    pub balances: Vec<Money>,
}

impl Customer<'_> {
    /// What a search looks into, as it sees it.
    pub fn search_text(&self) -> String {
        let parts = [Some(&self.email), self.name.as_ref(), self.phone.as_ref(), self.external_id.as_ref()];
        let joined: Vec<&str> = parts.into_iter().flatten().map(AsRef::as_ref).collect();
        searched(&joined.join("\n"))
    }

    /// What a search for his invoices looks into, beside their numbers, as it sees it.
    pub fn buyer_search_text(&self) -> String {
        searched(&format!("{}\n{}", self.display_name(), self.email))
    }

    /// The same, borrowed from nowhere.
    pub fn into_owned(self) -> Customer<'static> {
        let text = |t: Option<Cow<'_, str>>| t.map(|t| Cow::Owned(t.into_owned()));
        Customer {
            row: self.row,
            id: self.id,
            created_at: self.created_at,
            updated_at: self.updated_at,
            status: self.status,
            email: Cow::Owned(self.email.into_owned()),
            name: text(self.name),
            phone: text(self.phone),
            address: self.address.map(Encoded::into_owned),
            currency: self.currency,
            locale: text(self.locale),
            billing_timezone: text(self.billing_timezone),
            tax_id: text(self.tax_id),
            tax_exempt: self.tax_exempt,
            notes: text(self.notes),
            tags: self.tags.into_owned(),
            metadata: self.metadata.into_owned(),
            external_id: text(self.external_id),
            has_balance: self.has_balance,
            balances: self.balances,
        }
    }

    /// The name for a document: the e-mail address where there is none.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.email)
    }

    /// A blocked customer buys nothing new.
    pub fn may_buy(&self) -> Result<(), Reject> {
        match self.status {
            CustomerStatus::Active => Ok(()),
            CustomerStatus::Blocked => Err(Reject::state_conflict("This customer is blocked. Set the status to active first.")),
        }
    }
}

/// What stands against deleting a customer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ties {
    pub live_subscriptions: i64,
    pub open_invoices: i64,
    /// Subscriptions and documents that stay, and with them a row without personal data.
    pub records: i64,
}

/// How a customer goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Removal {
    /// Nothing refers to him.
    Delete,
    /// Documents must stay: his personal data goes, the row remains unseen.
    Erase,
}

/// Deleting is refused while there is something to serve or to collect.
pub fn removal(ties: Ties) -> Result<Removal, Reject> {
    if ties.live_subscriptions > 0 {
        return Err(Reject::state_conflict("This customer has a live subscription. Cancel it first."));
    }
    if ties.open_invoices > 0 {
        return Err(Reject::state_conflict("This customer has an open invoice. Have it paid, void it, or cancel its subscription first."));
    }
    Ok(if ties.records > 0 { Removal::Erase } else { Removal::Delete })
}

#[derive(Clone, Debug, Default)]
pub struct CustomerFilter {
    pub common: Common,
    /// In lower case.
    pub email_key: Option<String>,
    pub status: Option<CustomerStatus>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_goes_only_when_nothing_is_left_to_serve_or_collect() {
        let none = Ties { live_subscriptions: 0, open_invoices: 0, records: 0 };
        assert_eq!(removal(none), Ok(Removal::Delete));
        assert_eq!(removal(Ties { records: 3, ..none }), Ok(Removal::Erase));
        assert!(removal(Ties { live_subscriptions: 1, records: 1, ..none }).is_err());
        assert!(removal(Ties { open_invoices: 1, records: 1, ..none }).is_err());
    }
}
