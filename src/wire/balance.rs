//! Balance entries as clients write and see them.

use serde_json::{Value, json};

use crate::domain::balance::{BalanceEntry, EntryKind};
use crate::domain::id::{BalanceEntryId, InvoiceId, TypedId};
use crate::domain::money::{Currency, Decimal, Money};
use crate::domain::text::Prose;
use crate::domain::time::Timestamp;
use crate::wire::customer::BalancesJson;
use crate::wire::output::page_shape;
use crate::wire::shape::{Definitions, Shape};

words! {
    EntryKind => EntryKind::ALL, EntryKind::text;
}

input! {
    /// What to add to a customer's balance, or, negative, to take from it.
    BalanceEntryCreate {
        "amount" amount: Decimal, "In major units: `10.00`, `-2.50`. The balance does not go below zero.";
        "currency" currency: Currency, "";
        "note" note: Option<Prose<1, 500>>, "";
    }
}

output! {
    /// One movement of a customer's balance.
    BalanceEntryJson as "BalanceEntry" (e: BalanceEntry) {
        "id": BalanceEntryId = e.id, "";
        "amount": Money = e.amount, "Positive: the customer has more.";
        "currency": Currency = e.amount.currency().code(), "";
        "kind": EntryKind = e.kind.text(), "`granted` by the vendor, `applied` to an invoice, `returned` by one that was voided, `overpaid` on one.";
        "invoiceId": Option<InvoiceId> = e.invoice_id, "";
        "note": Option<String> = e.note, "";
        "createdAt": Timestamp = e.created_at, "";
    }
}

/// A page of entries beside the balances.
pub struct BalancePageShape;

impl Shape for BalancePageShape {
    fn shape(definitions: &mut Definitions) -> Value {
        let mut page = page_shape::<BalanceEntryJson<'static>>(definitions, BalanceEntryId::PREFIX);
        page["properties"]["balances"] = BalancesJson::shape(definitions);
        page["required"] = json!(["data", "pagination", "balances"]);
        page
    }
}
