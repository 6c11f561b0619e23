//! Tax rates.

use crate::app::event::{Change, tell};
use crate::app::settings::text;
use crate::app::{Answer, App, Caller, Work};
use crate::domain::actor::Actor;
use crate::domain::event::EventType;
use crate::domain::id::{TaxRateId, TypedId};
use crate::domain::key::Scope;
use crate::domain::list::{Page, PageEnd};
use crate::domain::patch::{Change as Set, Patch};
use crate::domain::reject::Reject;
use crate::domain::tax::{RateTerms, TaxRate, TaxRateFilter};
use crate::domain::text::{Encoded, Line};
use crate::error::Result;
use crate::store::db::Tx;
use crate::store::invoice::invoice_at;
use crate::store::tax::{is_quick, tax_rate_delete, tax_rate_find, tax_rate_insert, tax_rate_invoices, tax_rate_list, tax_rate_update, tax_rate_was_used};
use crate::wire::invoice::InvoiceView;
use crate::wire::json::{changed, encode, encode_metadata};
use crate::wire::output::PageWriter;
use crate::wire::tax::{TaxRateCreate, TaxRateJson, TaxRatePatch};

fn found(rate: Option<TaxRate>) -> Result<TaxRate> {
    Ok(rate.ok_or_else(|| Reject::not_found("tax rate"))?)
}

impl App {
    pub fn tax_rate_get(&self, actor: &Actor, id: TaxRateId) -> Result<Vec<u8>> {
        Ok(encode(&TaxRateJson(&self.tax_rate_read(actor, id)?)).into_bytes())
    }

    /// Whether there is such a tax rate, for whoever got something else wrong. Needs no scope beyond the route's: 404 tells
    /// nothing that the right request would not.
    pub fn tax_rate_exists(&self, id: &str) -> Result<()> {
        let id = TaxRateId::parse(id).ok_or_else(|| Reject::not_found("tax rate"))?;
        self.db.read(|tx| found(tax_rate_find(tx, id)?).map(drop))
    }

    /// The same as a value.
    pub fn tax_rate_read(&self, actor: &Actor, id: TaxRateId) -> Result<TaxRate> {
        actor.require(Scope::TaxesRead)?;
        self.db.read(|tx| found(tax_rate_find(tx, id)?))
    }

    /// The newest invoices on which it stands; none as long as its terms may change.
    pub fn tax_rate_invoices(&self, actor: &Actor, id: TaxRateId, limit: u32) -> Result<Vec<InvoiceView>> {
        actor.require(Scope::TaxesRead)?;
        actor.require(Scope::InvoicesRead)?;
        self.db.read(|tx| {
            let rate = found(tax_rate_find(tx, id)?)?;
            let view = |row| {
                let invoice = invoice_at(tx, row)?;
                Ok(InvoiceView { amount_due: invoice.amount_due()?, invoice })
            };
            tax_rate_invoices(tx, rate.row, limit)?.into_iter().map(view).collect()
        })
    }

    pub async fn tax_rate_list(&self, actor: &Actor, filter: TaxRateFilter, page: Page<TaxRateId>) -> Result<Vec<u8>> {
        let (rates, end) = self.tax_rate_page(actor, filter, page).await?;
        let mut writer = PageWriter::default();
        rates.iter().for_each(|rate| writer.push(&TaxRateJson(rate)));
        Ok(writer.finish(&end))
    }

    /// The same as values.
    pub async fn tax_rate_page(&self, actor: &Actor, filter: TaxRateFilter, page: Page<TaxRateId>) -> Result<(Vec<TaxRate>, PageEnd<TaxRateId>)> {
        actor.require(Scope::TaxesRead)?;
        let quick = is_quick(&filter);
        let read = move |tx: &Tx<'_>| {
            let mut rates = Vec::new();
            let end = tax_rate_list(tx, &filter, &page, |rate| rates.push(rate.clone()))?;
            Ok((rates, end))
        };
        if quick { self.db.read(read) } else { self.db.read_slowly(read).await }
    }

    pub async fn tax_rate_create(&self, caller: Caller, input: TaxRateCreate) -> Result<Answer> {
        caller.actor.require(Scope::TaxesWrite)?;
        self.command(caller, |work| create(work, input)).await
    }

    pub async fn tax_rate_update(&self, caller: Caller, id: TaxRateId, input: TaxRatePatch) -> Result<Answer> {
        caller.actor.require(Scope::TaxesWrite)?;
        self.command(caller, move |work| update(work, id, input)).await
    }

    pub async fn tax_rate_delete(&self, caller: Caller, id: TaxRateId) -> Result<Answer> {
        caller.actor.require(Scope::TaxesWrite)?;
        self.command(caller, move |work| delete(work, id)).await
    }
}

fn state(rate: &TaxRate) -> &'static str {
    if rate.active { "active" } else { "inactive" }
}

fn create(work: &Work<'_>, input: TaxRateCreate) -> Result<Answer> {
    let now = work.tx.now();
    let rate = TaxRate {
        row: 0,
        id: work.tx.new_id(),
        created_at: now,
        updated_at: now,
        name: input.name.into_string(),
        terms: RateTerms { percent: input.percent, inclusive: input.inclusive.unwrap_or(false) },
        country: input.country,
        active: input.active.unwrap_or(true),
        metadata: input.metadata.as_ref().map_or(Encoded("{}".into()), encode_metadata),
        external_id: input.external_id.map(Line::into_string),
    };
    tax_rate_insert(work.tx, &rate)?;
    let shown = encode(&TaxRateJson(&rate));
    tell(work, EventType::TaxRateCreated, Some(rate.id), None, &shown, Change { to: Some(state(&rate)), ..Change::default() })?;
    Ok(Answer::created(rate.id, format!("/api/v1/tax-rates/{}", rate.id), shown))
}

fn update(work: &Work<'_>, id: TaxRateId, input: TaxRatePatch) -> Result<Answer> {
    let old = found(tax_rate_find(work.tx, id)?)?;
    let before = encode(&TaxRateJson(&old));
    work.require_seen(&before)?;
    let mut rate = old.clone();
    if let Set::Set(name) = input.name {
        rate.name = name.into_string();
    }
    input.percent.apply(&mut rate.terms.percent);
    input.inclusive.apply(&mut rate.terms.inclusive);
    input.country.apply(&mut rate.country);
    input.active.apply(&mut rate.active);
    match &input.metadata {
        Patch::Keep => {}
        Patch::Clear => rate.metadata = Encoded("{}".into()),
        Patch::Set(metadata) => rate.metadata = encode_metadata(metadata),
    }
    text(input.external_id, Line::into_string).apply(&mut rate.external_id);
    old.may_become(&rate, tax_rate_was_used(work.tx, old.row)?)?;
    if changed(&before, &encode(&TaxRateJson(&rate))).is_none() {
        return Ok(Answer::ok(Some(id), before));
    }
    rate.updated_at = work.tx.now();
    tax_rate_update(work.tx, &rate)?;
    let after = encode(&TaxRateJson(&rate));
    tell(work, EventType::TaxRateUpdated, Some(id), Some(&before), &after, Change { from: Some(state(&old)), to: Some(state(&rate)), note: None })?;
    Ok(Answer::ok(Some(id), after))
}

fn delete(work: &Work<'_>, id: TaxRateId) -> Result<Answer> {
    let rate = found(tax_rate_find(work.tx, id)?)?;
    if tax_rate_was_used(work.tx, rate.row)? {
        return Err(Reject::state_conflict("This tax rate stands on invoices. Set \"active\" to false instead.").into());
    }
    tax_rate_delete(work.tx, rate.row)?;
    let answer = Answer::deleted(id);
    let shown = String::from_utf8_lossy(&answer.body).into_owned();
    tell(work, EventType::TaxRateDeleted, Some(id), None, &shown, Change { from: Some(state(&rate)), ..Change::default() })?;
    Ok(answer)
}
