//! Customers.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::app::event::{Change, tell};
use crate::app::invoice::draft::discard_all_of;
use crate::app::settings::text;
use crate::app::{Answer, App, Caller, Work};
use crate::domain::actor::Actor;
use crate::domain::customer::{Customer, CustomerFilter, CustomerStatus, Removal, removal};
use crate::domain::event::EventType;
use crate::domain::id::{CustomerId, TypedId};
use crate::domain::key::Scope;
use crate::domain::list::{Page, PageEnd};
use crate::domain::patch::{Change as Set, Patch};
use crate::domain::reject::Reject;
use crate::domain::report::Counter;
use crate::domain::text::{Email, Encoded, Line, Locale, Prose};
use crate::domain::time::Zone;
use crate::error::Result;
use crate::store::customer::{
    customer_delete, customer_erase, customer_find, customer_forget_events, customer_insert, customer_list, customer_set_password, customer_show,
    customer_ties, customer_update, is_quick,
};
use crate::store::db::Tx;
use crate::store::report::count;
use crate::wire::address::encode_address;
use crate::wire::customer::{CustomerCreate, CustomerJson, CustomerPatch, encode_tags};
use crate::wire::json::{changed, encode, encode_metadata};
use crate::wire::output::PageWriter;

fn found(customer: Option<Customer<'static>>) -> Result<Customer<'static>> {
    Ok(customer.ok_or_else(|| Reject::not_found("customer"))?)
}

impl App {
    pub fn customer_get(&self, actor: &Actor, id: CustomerId) -> Result<Vec<u8>> {
        actor.require(Scope::CustomersRead)?;
        self.db.look_up(|tx| {
            let shown = customer_show(tx, id, |customer| encode(&CustomerJson(customer)).into_bytes())?;
            Ok(shown.ok_or_else(|| Reject::not_found("customer"))?)
        })
    }

    /// The same as a value.
    pub fn customer_read(&self, actor: &Actor, id: CustomerId) -> Result<Customer<'static>> {
        actor.require(Scope::CustomersRead)?;
        self.db.read(|tx| found(customer_find(tx, id)?))
    }

    /// Whether there is such a customer, for whoever got something else wrong. Needs no scope beyond the route's: 404 tells
    /// nothing that the right request would not.
    pub fn customer_exists(&self, id: &str) -> Result<()> {
        let id = CustomerId::parse(id).ok_or_else(|| Reject::not_found("customer"))?;
        self.db.read(|tx| customer_find(tx, id).and_then(|found| Ok(found.map(drop).ok_or_else(|| Reject::not_found("customer"))?)))
    }

    pub async fn customer_list(&self, actor: &Actor, filter: CustomerFilter, page: Page<CustomerId>) -> Result<Vec<u8>> {
        let (writer, end) = self.customers(actor, filter, page, PageWriter::default(), |writer, c| writer.push(&CustomerJson(c))).await?;
        Ok(writer.finish(&end))
    }

    /// The same as values.
    pub async fn customer_page(&self, actor: &Actor, filter: CustomerFilter, page: Page<CustomerId>) -> Result<(Vec<Customer<'static>>, PageEnd<CustomerId>)> {
        self.customers(actor, filter, page, Vec::new(), |rows, c| rows.push(c.clone().into_owned())).await
    }

    async fn customers<R: Send + 'static>(
        &self,
        actor: &Actor,
        filter: CustomerFilter,
        page: Page<CustomerId>,
        mut rows: R,
        push: fn(&mut R, &Customer<'_>),
    ) -> Result<(R, PageEnd<CustomerId>)> {
        actor.require(Scope::CustomersRead)?;
        let quick = is_quick(&filter);
        let read = move |tx: &Tx<'_>| {
            let end = customer_list(tx, &filter, &page, |customer| push(&mut rows, customer))?;
            Ok((rows, end))
        };
        if quick { self.db.read(read) } else { self.db.read_slowly(read).await }
    }

    /// What pages call these customers: the name, else the e-mail address. One who was erased is not among them.
    pub fn customer_labels(&self, actor: &Actor, ids: impl IntoIterator<Item = CustomerId>) -> Result<HashMap<CustomerId, String>> {
        actor.require(Scope::CustomersRead)?;
        let ids: HashSet<CustomerId> = ids.into_iter().collect();
        self.db.read(|tx| {
            let label = |id| customer_show(tx, id, |c| (id, c.display_name().to_owned()));
            ids.into_iter().filter_map(|id| label(id).transpose()).collect()
        })
    }

    pub async fn customer_create(&self, caller: Caller, mut input: CustomerCreate) -> Result<Answer> {
        caller.actor.require(Scope::CustomersWrite)?;
        let password_hash = match input.password.take() {
            Some(password) => Some(self.hash(password).await?),
            None => None,
        };
        self.command(caller, move |work| create(work, input, password_hash.as_deref())).await
    }

    pub async fn customer_update(&self, caller: Caller, id: CustomerId, mut input: CustomerPatch) -> Result<Answer> {
        caller.actor.require(Scope::CustomersWrite)?;
        let password_hash = match std::mem::take(&mut input.password) {
            Patch::Set(password) => Patch::Set(self.hash(password).await?),
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
        };
        self.command(caller, move |work| update(work, id, input, password_hash)).await
    }

    pub async fn customer_delete(&self, caller: Caller, id: CustomerId) -> Result<Answer> {
        caller.actor.require(Scope::CustomersWrite)?;
        self.command(caller, move |work| delete(work, id)).await
    }
}

fn create(work: &Work<'_>, input: CustomerCreate, password_hash: Option<&str>) -> Result<Answer> {
    let now = work.tx.now();
    let line = |text: Option<String>| text.map(Cow::Owned);
    let customer = Customer {
        row: 0,
        id: work.tx.new_id(),
        created_at: now,
        updated_at: now,
        status: input.status.unwrap_or(CustomerStatus::Active),
        email: Cow::Borrowed(input.email.as_str()),
        name: line(input.name.map(Line::into_string)),
        phone: line(input.phone.map(Line::into_string)),
        address: input.address.as_ref().map(encode_address),
        currency: input.currency,
        locale: line(input.locale.map(|l| l.as_str().to_owned())),
        billing_timezone: input.billing_timezone.map(|z| Cow::Borrowed(z.name())),
        tax_id: line(input.tax_id.map(Line::into_string)),
        tax_exempt: input.tax_exempt.unwrap_or(false),
        notes: line(input.notes.map(Prose::into_string)),
        tags: input.tags.as_ref().map_or(Encoded("[]".into()), encode_tags),
        metadata: input.metadata.as_ref().map_or(Encoded("{}".into()), encode_metadata),
        external_id: line(input.external_id.map(Line::into_string)),
        has_balance: false,
        balances: Vec::new(),
    };
    customer_insert(work.tx, &customer, &input.email.key(), password_hash)?;
    count(work.tx, None, Counter::CustomerCreated)?;
    let shown = encode(&CustomerJson(&customer));
    tell(work, EventType::CustomerCreated, Some(customer.id), None, &shown, Change { to: Some(customer.status.text()), ..Change::default() })?;
    Ok(Answer::created(customer.id, format!("/api/v1/customers/{}", customer.id), shown))
}

fn update(work: &Work<'_>, id: CustomerId, input: CustomerPatch, password_hash: Patch<String>) -> Result<Answer> {
    let old = found(customer_find(work.tx, id)?)?;
    let before = encode(&CustomerJson(&old));
    work.require_seen(&before)?;
    let old_status = old.status;
    let mut customer = old;
    let owned = |patch: Patch<String>| text(patch, Cow::Owned);
    let line = |text: String| -> Cow<'static, str> { Cow::Owned(text) };
    let email_key = match &input.email {
        Set::Set(email) => email.key(),
        Set::Keep => customer.email.to_lowercase(),
    };
    if let Set::Set(email) = input.email {
        customer.email = line(Email::as_str(&email).to_owned());
    }
    owned(text(input.name, Line::into_string)).apply(&mut customer.name);
    owned(text(input.phone, Line::into_string)).apply(&mut customer.phone);
    text(input.address, |a| encode_address(&a)).apply(&mut customer.address);
    input.currency.apply(&mut customer.currency);
    text(input.locale, |l: Locale| line(l.as_str().to_owned())).apply(&mut customer.locale);
    text(input.billing_timezone, |z: Zone| Cow::Borrowed(z.name())).apply(&mut customer.billing_timezone);
    owned(text(input.tax_id, Line::into_string)).apply(&mut customer.tax_id);
    input.tax_exempt.apply(&mut customer.tax_exempt);
    owned(text(input.notes, Prose::into_string)).apply(&mut customer.notes);
    match input.tags {
        Patch::Keep => {}
        Patch::Clear => customer.tags = Encoded("[]".into()),
        Patch::Set(tags) => customer.tags = encode_tags(&tags),
    }
    match input.metadata {
        Patch::Keep => {}
        Patch::Clear => customer.metadata = Encoded("{}".into()),
        Patch::Set(metadata) => customer.metadata = encode_metadata(&metadata),
    }
    input.status.apply(&mut customer.status);
    owned(text(input.external_id, Line::into_string)).apply(&mut customer.external_id);

    if changed(&before, &encode(&CustomerJson(&customer))).is_none() && password_hash == Patch::Keep {
        return Ok(Answer::ok(Some(id), before));
    }
    customer.updated_at = work.tx.now();
    customer_update(work.tx, &customer, &email_key)?;
    match password_hash {
        Patch::Keep => {}
        Patch::Clear => customer_set_password(work.tx, customer.row, None)?,
        Patch::Set(hash) => customer_set_password(work.tx, customer.row, Some(&hash))?,
    }
    let after = encode(&CustomerJson(&customer));
    let change = Change { from: Some(old_status.text()), to: Some(customer.status.text()), note: None };
    tell(work, EventType::CustomerUpdated, Some(id), Some(&before), &after, change)?;
    Ok(Answer::ok(Some(id), after))
}

fn delete(work: &Work<'_>, id: CustomerId) -> Result<Answer> {
    let customer = found(customer_find(work.tx, id)?)?;
    discard_all_of(work, customer.row)?;
    match removal(customer_ties(work.tx, customer.row)?)? {
        Removal::Delete => {
            customer_forget_events(work.tx, id)?;
            customer_delete(work.tx, customer.row)?;
        }
        Removal::Erase => customer_erase(work.tx, customer.row)?,
    }
    let answer = Answer::deleted(id);
    let shown = String::from_utf8_lossy(&answer.body).into_owned();
    tell(work, EventType::CustomerDeleted, Some(id), None, &shown, Change { from: Some(customer.status.text()), ..Change::default() })?;
    Ok(answer)
}
