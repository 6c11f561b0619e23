//! Customers' balances.

use crate::app::{Answer, App, Caller, Work};
use crate::domain::actor::Actor;
use crate::domain::balance::{BalanceEntry, EntryKind, grant};
use crate::domain::id::{BalanceEntryId, CustomerId, InvoiceId};
use crate::domain::key::Scope;
use crate::domain::ledger::Entry;
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::Money;
use crate::domain::reject::Reject;
use crate::domain::text::Prose;
use crate::error::Result;
use crate::store::balance::{balance, balance_entry_insert, balance_entry_list};
use crate::store::customer::customer_find;
use crate::store::ledger::{Subject, ledger_post};
use crate::wire::balance::{BalanceEntryCreate, BalanceEntryJson};
use crate::wire::customer::BalancesJson;
use crate::wire::customer::CustomerJson;
use crate::wire::json::encode;
use crate::wire::output::PageWriter;

impl App {
    pub fn balance_get(&self, actor: &Actor, id: CustomerId, page: &Page<BalanceEntryId>) -> Result<Vec<u8>> {
        actor.require(Scope::InvoicesRead)?;
        self.db.read(|tx| {
            let customer = customer_find(tx, id)?.ok_or_else(|| Reject::not_found("customer"))?;
            let mut writer = PageWriter::default();
            let end = balance_entry_list(tx, customer.row, page, |entry| writer.push(&BalanceEntryJson(entry)))?;
            Ok(writer.finish_with(&end, "balances", &BalancesJson(&customer.balances)))
        })
    }

    /// The entries as values.
    pub fn balance_page(&self, actor: &Actor, id: CustomerId, page: &Page<BalanceEntryId>) -> Result<(Vec<BalanceEntry>, PageEnd<BalanceEntryId>)> {
        actor.require(Scope::InvoicesRead)?;
        self.db.read(|tx| {
            let customer = customer_find(tx, id)?.ok_or_else(|| Reject::not_found("customer"))?;
            let mut entries = Vec::new();
            let end = balance_entry_list(tx, customer.row, page, |entry| entries.push(entry.clone()))?;
            Ok((entries, end))
        })
    }

    pub async fn balance_add(&self, caller: Caller, id: CustomerId, input: BalanceEntryCreate) -> Result<Answer> {
        caller.actor.require(Scope::InvoicesWrite)?;
        self.command(caller, move |work| add(work, id, input)).await
    }
}

fn add(work: &Work<'_>, id: CustomerId, input: BalanceEntryCreate) -> Result<Answer> {
    let customer = customer_find(work.tx, id)?.ok_or_else(|| Reject::not_found("customer"))?;
    work.require_seen(&encode(&CustomerJson(&customer)))?;
    let amount = input.amount.in_currency(input.currency).map_err(|message| Reject::field("amount", message))?;
    grant(balance(work.tx, customer.row, input.currency)?, amount)?;
    let entry = move_balance(work, customer.row, amount, EntryKind::Granted, None, input.note.map(Prose::into_string))?;
    ledger_post(work.tx, &Subject { customer: customer.row, invoice: None, payment: None }, &Entry::balance_granted(amount)?)?;
    Ok(Answer::created(id, format!("/api/v1/customers/{id}/balance"), encode(&BalanceEntryJson(&entry))))
}

/// Writes an entry and moves the balance. Its posting is the caller's, who knows what it is for.
pub(crate) fn move_balance(
    work: &Work<'_>,
    customer: i64,
    amount: Money,
    kind: EntryKind,
    invoice_id: Option<InvoiceId>,
    note: Option<String>,
) -> Result<BalanceEntry> {
    let entry = BalanceEntry { id: work.tx.new_id(), created_at: work.tx.now(), amount, kind, invoice_id, note };
    balance_entry_insert(work.tx, customer, &entry)?;
    Ok(entry)
}
