//! Subscriptions: what their commands write, step by step, in one transaction.

use crate::app::change::{change, credit_unused, owes_now, pending_terms, refuse_if_charge_is_open};
use crate::app::credit_note::carry;
use crate::app::event::{Change, tell};
use crate::app::invoice::{ByHand, apply_balance, finalize, receive, total, void};
use crate::app::order::Order;
use crate::app::payment::settle_sale;
use crate::app::payment_method::named;
use crate::app::settings::text;
use crate::app::timer::{catch_up, setup_fee_line};
use crate::app::{Answer, App, Caller, Work};
use crate::app::{recognition, report};
use crate::domain::access::{AccessStatus, Credentials};
use crate::domain::actor::Actor;
use crate::domain::change::{NewTerms, Proration, UnusedTime};
use crate::domain::coupon::{CouponCode, Redemption, unknown};
use crate::domain::credit_note::Destination;
use crate::domain::customer::Customer;
use crate::domain::event::EventType;
use crate::domain::id::{SubscriptionId, TypedId};
use crate::domain::invoice::{BillingReason, Invoice, InvoicePlan, InvoiceStatus};
use crate::domain::key::Scope;
use crate::domain::list::{Page, PageEnd};
use crate::domain::money::Money;
use crate::domain::patch::{Change as Set, Patch};
use crate::domain::payment::balance_covers;
use crate::domain::payment_method::PaymentMethodRef;
use crate::domain::proration::Cut;
use crate::domain::reject::Reject;
use crate::domain::settings::Settings;
use crate::domain::subscription::{
    AccessChange, Collection, Decision, FirstPayment, NextPeriod, OpenInvoices, Opening, PeriodRow, RenewalPayment, Run, Step, Subscription,
    SubscriptionCoupon, SubscriptionFilter, SubscriptionStatus, Terms, open, open_trial,
};
use crate::domain::text::{Encoded, Line, Prose};
use crate::domain::time::{Anchor, Period, Timestamp, Zone, add_local_days};
use crate::error::{Error, Result};
use crate::secret::Vault;
use crate::store::access::{access_insert, access_list, access_revoke_newest, access_set_status};
use crate::store::balance::balance;
use crate::store::coupon::{coupon_of_code, coupon_redeem};
use crate::store::customer::{customer_at, customer_find};
use crate::store::db::Tx;
use crate::store::invoice::{invoice_at, invoice_list_open, invoice_update};
use crate::store::product::{price_amount, product_find};
use crate::store::settings::settings_load;
use crate::store::subscription::{
    billed_time_after, is_quick, period_insert, period_list, period_list_of_invoice, period_next, period_stretch, run_at, run_insert, subscription_at,
    subscription_find, subscription_insert, subscription_list, subscription_list_ending, subscription_set_coupon, subscription_update,
};
use crate::wire::input::Kept;
use crate::wire::json::{changed, encode, encode_metadata};
use crate::wire::output::PageWriter;
use crate::wire::subscription::{
    SubscriptionCancel, SubscriptionCreate, SubscriptionExtend, SubscriptionJson, SubscriptionPatch, SubscriptionRenew, SubscriptionView,
};

fn found(subscription: Option<Subscription>) -> Result<Subscription> {
    Ok(subscription.ok_or_else(|| Reject::not_found("subscription"))?)
}

/// With a vault, the credentials are shown.
fn view(tx: &Tx<'_>, subscription: Subscription, vault: Option<&Vault>) -> Result<SubscriptionView> {
    let accesses = access_list(tx, subscription.row, vault)?;
    let amount = subscription.amount()?;
    Ok(SubscriptionView { subscription, amount, accesses })
}

/// As events tell it: never with credentials.
pub(crate) fn told(tx: &Tx<'_>, subscription: Subscription) -> Result<String> {
    Ok(encode(&SubscriptionJson(&view(tx, subscription, None)?)))
}

fn vault_for<'v>(actor: &Actor, vault: &'v Vault) -> Option<&'v Vault> {
    actor.may(Scope::SubscriptionsCredentials).then_some(vault)
}

impl App {
    pub fn subscription_get(&self, actor: &Actor, id: SubscriptionId) -> Result<Vec<u8>> {
        actor.require(Scope::SubscriptionsRead)?;
        let vault = vault_for(actor, &self.vault);
        self.db.read(|tx| Ok(encode(&SubscriptionJson(&view(tx, found(subscription_find(tx, id)?)?, vault)?)).into_bytes()))
    }

    /// Whether there is such a subscription, for whoever got something else wrong. Needs no scope beyond the route's: 404 tells
    /// nothing that the right request would not.
    pub fn subscription_exists(&self, id: &str) -> Result<()> {
        let id = SubscriptionId::parse(id).ok_or_else(|| Reject::not_found("subscription"))?;
        self.db.read(|tx| subscription_find(tx, id).and_then(|found| Ok(found.map(drop).ok_or_else(|| Reject::not_found("subscription"))?)))
    }

    /// The same as a value.
    pub fn subscription_read(&self, actor: &Actor, id: SubscriptionId) -> Result<SubscriptionView> {
        actor.require(Scope::SubscriptionsRead)?;
        let vault = vault_for(actor, &self.vault);
        self.db.read(|tx| view(tx, found(subscription_find(tx, id)?)?, vault))
    }

    /// As events tell it, without credentials: what its version is made of.
    pub fn subscription_told(&self, actor: &Actor, id: SubscriptionId) -> Result<String> {
        actor.require(Scope::SubscriptionsRead)?;
        self.db.read(|tx| told(tx, found(subscription_find(tx, id)?)?))
    }

    /// The open invoice that a renewal would be, where there is one.
    pub fn subscription_open_renewal(&self, actor: &Actor, id: SubscriptionId) -> Result<Option<Invoice>> {
        actor.require(Scope::InvoicesRead)?;
        self.db.read(|tx| open_renewal_of(tx, &found(subscription_find(tx, id)?)?))
    }

    pub async fn subscription_list(&self, actor: &Actor, filter: SubscriptionFilter, page: Page<SubscriptionId>) -> Result<Vec<u8>> {
        actor.require(Scope::SubscriptionsRead)?;
        let quick = is_quick(&filter);
        let (vault, actor) = (std::sync::Arc::clone(&self.vault), *actor);
        let read = move |tx: &Tx<'_>| {
            let mut writer = PageWriter::default();
            let vault = vault_for(&actor, &vault);
            let end = subscription_list(tx, &filter, &page, |subscription| {
                writer.push(&SubscriptionJson(&view(tx, subscription.clone(), vault)?));
                Ok(())
            })?;
            Ok(writer.finish(&end))
        };
        if quick { self.db.read(read) } else { self.db.read_slowly(read).await }
    }

    /// The same as values, without accesses.
    pub async fn subscription_page(
        &self,
        actor: &Actor,
        filter: SubscriptionFilter,
        page: Page<SubscriptionId>,
    ) -> Result<(Vec<Subscription>, PageEnd<SubscriptionId>)> {
        actor.require(Scope::SubscriptionsRead)?;
        let quick = is_quick(&filter);
        let read = move |tx: &Tx<'_>| {
            let mut rows = Vec::new();
            let end = subscription_list(tx, &filter, &page, |subscription| {
                rows.push(subscription.clone());
                Ok(())
            })?;
            Ok((rows, end))
        };
        if quick { self.db.read(read) } else { self.db.read_slowly(read).await }
    }

    /// The subscriptions whose access ends first from now on, the soonest first.
    pub fn subscriptions_ending(&self, actor: &Actor, limit: u32) -> Result<Vec<Subscription>> {
        actor.require(Scope::SubscriptionsRead)?;
        let now = self.clock.billing();
        self.db.read(|tx| subscription_list_ending(tx, now, limit))
    }

    pub async fn subscription_create(&self, caller: Caller, kept: Kept<SubscriptionCreate>) -> Result<Answer> {
        caller.actor.require(Scope::SubscriptionsWrite)?;
        if kept.input.payment == Some(FirstPayment::Automatic) {
            return self.buy(caller, Order::Create(Box::new(kept))).await;
        }
        self.command(caller, |work| create(work, kept.input)).await
    }

    /// What a change costs at once is charged first where that is how the subscription is paid.
    pub async fn subscription_update(&self, caller: Caller, id: SubscriptionId, kept: Kept<SubscriptionPatch>) -> Result<Answer> {
        caller.actor.require(Scope::SubscriptionsWrite)?;
        let charges = kept.input.changes_terms() && kept.input.proration.unwrap_or_default() == Proration::Immediate;
        let before = if charges { self.db.read(|tx| subscription_find(tx, id))? } else { None };
        if before.is_some_and(|s| kept.input.collection.get().copied().unwrap_or(s.collection) == Collection::Automatic) {
            return self.buy(caller, Order::Change(id, Box::new(kept))).await;
        }
        self.command(caller, move |work| update(work, id, kept.input)).await
    }

    pub async fn subscription_cancel(&self, caller: Caller, id: SubscriptionId, input: SubscriptionCancel) -> Result<Answer> {
        caller.actor.require(Scope::SubscriptionsWrite)?;
        self.command(caller, move |work| cancel(work, id, input)).await
    }

    pub async fn subscription_uncancel(&self, caller: Caller, id: SubscriptionId) -> Result<Answer> {
        caller.actor.require(Scope::SubscriptionsWrite)?;
        self.command(caller, move |work| uncancel(work, id)).await
    }

    pub async fn subscription_pause(&self, caller: Caller, id: SubscriptionId) -> Result<Answer> {
        caller.actor.require(Scope::SubscriptionsWrite)?;
        self.command(caller, move |work| pause(work, id)).await
    }

    pub async fn subscription_resume(&self, caller: Caller, id: SubscriptionId) -> Result<Answer> {
        caller.actor.require(Scope::SubscriptionsWrite)?;
        self.command(caller, move |work| resume(work, id)).await
    }

    pub async fn subscription_renew(&self, caller: Caller, id: SubscriptionId, kept: Kept<SubscriptionRenew>) -> Result<Answer> {
        caller.actor.require(Scope::SubscriptionsWrite)?;
        if kept.input.payment == Some(RenewalPayment::Automatic) {
            return self.buy(caller, Order::Renew(id, kept)).await;
        }
        self.command(caller, move |work| renew(work, id, &kept.input)).await
    }

    pub async fn subscription_extend(&self, caller: Caller, id: SubscriptionId, input: SubscriptionExtend) -> Result<Answer> {
        caller.actor.require(Scope::SubscriptionsWrite)?;
        self.command(caller, move |work| extend(work, id, input)).await
    }
}

/// The subscription that a command is about, as its caller saw it.
pub(crate) fn at_hand(work: &Work<'_>, id: SubscriptionId) -> Result<Subscription> {
    let row = found(subscription_find(work.tx, id)?)?.row;
    catch_up(work, row)?;
    let subscription = subscription_at(work.tx, row)?;
    if work.seen.is_some() {
        work.require_seen(&told(work.tx, subscription.clone())?)?;
    }
    Ok(subscription)
}

/// The subscription as it stands now, for whoever called.
fn answer(work: &Work<'_>, row: i64) -> Result<String> {
    let subscription = subscription_at(work.tx, row)?;
    Ok(encode(&SubscriptionJson(&view(work.tx, subscription, vault_for(&work.actor, work.vault))?)))
}

pub(crate) fn create(work: &Work<'_>, input: SubscriptionCreate) -> Result<Answer> {
    let (tx, now) = (work.tx, work.tx.now());
    let settings = settings_load(tx)?;
    let customer = customer_find(tx, input.customer_id.0)?.ok_or_else(|| Reject::field("customerId", "There is no such customer"))?;
    let product = product_find(tx, input.product_id.0)?.ok_or_else(|| Reject::field("productId", "There is no such product"))?;
    customer.may_buy()?;
    let price = product.price_for(input.price_id.map(|id| id.0), customer.currency.unwrap_or(settings.business.currency))?;
    let currency = price.amount.currency();
    let same_currency = product.setup_fee.currency() == currency;
    let zone = zone_of(&customer, &settings)?;
    let terms = Terms {
        product_name: &product.name,
        interval: price.interval,
        unit_amount: price.amount,
        quantity: input.quantity.map_or(1, |q| q.0),
        setup_fee: if same_currency { product.setup_fee } else { Money::zero(currency) },
        taxable: product.taxable,
        zone,
        anchor_day: input.anchor_day.map(|day| u32::try_from(day.0).map_err(Error::internal)).transpose()?,
        ends_at: input.ends_at.map(|end| end.instant(zone)),
    };
    terms.unit_amount.times(terms.quantity)?;
    // Whoever says how the first period is paid wants no free days first, unless he says so, too.
    let says_when = input.start_at.is_some() || input.anchor_day.is_some();
    let of_product = product.trial_days.filter(|_| input.payment.is_none() && !says_when);
    let trial_days = input.trial_days.map(|days| days.0).or(of_product).and_then(|days| u32::try_from(days).ok()).filter(|days| *days > 0);
    if trial_days.is_some() && input.payment.is_some() {
        return Err(Reject::field("payment", "A trial begins without a payment; leave it out").into());
    }
    let payment = input.payment.unwrap_or_default();
    let payment_method = input.payment_method_id.map(|id| named(tx, customer.row, id.0)).transpose()?;
    let start = input.start_at.map(|start| start.instant(terms.zone));
    if start.is_some_and(|at| at.is_before_all_books(terms.zone)) {
        return Err(Reject::field("startAt", "Must not lie before the year 1970").into());
    }
    let pending_until = add_local_days(now, settings.billing.pending_days, settings.business.timezone).unwrap_or(now);
    let opening = match trial_days {
        Some(_) if terms.anchor_day.is_some() => return Err(Reject::field("anchorDay", "Is not taken with a trial; leave one of them out").into()),
        Some(_) if terms.ends_at.is_some_and(|end| end <= now) => return Err(Reject::field("endsAt", "Must lie in the future").into()),
        Some(_) if start.is_some() => return Err(Reject::field("startAt", "A trial begins now; leave it out").into()),
        Some(days) => open_trial(&terms, days, now)?,
        None => open(&terms, payment, start, pending_until, now)?,
    };
    let trial = opening.trial_end.map(|end| Period { start: now, end });
    let mut subscription = Subscription {
        row: 0,
        id: tx.new_id(),
        created_at: now,
        updated_at: now,
        customer_row: customer.row,
        customer_id: customer.id,
        product_row: product.row,
        product_id: product.id,
        product_name: product.name.clone(),
        taxable: product.taxable,
        price_row: price.row,
        price_id: price.id,
        quantity: terms.quantity,
        unit_amount: terms.unit_amount,
        interval: terms.interval,
        status: opening.status,
        current_period: trial.or(opening.current.and_then(|p| p.dates)),
        cancel_at_period_end: false,
        cancelled_at: None,
        cancel_reason: None,
        ended_at: None,
        auto_renew: input.auto_renew.unwrap_or(true),
        max_connections: input.max_connections.map_or(product.max_connections, |c| Some(c.0)),
        zone: terms.zone,
        run: opening.run,
        latest_invoice_id: None,
        metadata: input.metadata.as_ref().map_or(Encoded("{}".into()), encode_metadata),
        external_id: input.external_id.map(Line::into_string),
        trial_end: opening.trial_end,
        trial_told: false,
        start_at: start,
        ends_at: terms.ends_at,
        // What is paid elsewhere waits for its day alone.
        state_until: (opening.status == SubscriptionStatus::Pending && opening.current.is_none()).then_some(pending_until),
        pause: None,
        renewal_waived_at: None,
        parked: None,
        coupon: None,
        pending_change: None,
        collection: input.collection.unwrap_or_default(),
        payment_method: payment_method.map(|m| PaymentMethodRef { row: m.row, id: m.id }),
    };
    subscription.row = subscription_insert(tx, &subscription)?;
    if let Some(code) = &input.coupon_code {
        let coupon = redeem(work, &subscription, code)?;
        subscription_set_coupon(tx, subscription.row, coupon.redemption)?;
        subscription.coupon = Some(coupon);
    }
    let credentials = input.credentials.map(|c| Credentials { username: c.username.into_string(), password: c.password.into_string() });
    begin(work, &settings, &customer, &subscription, &opening, payment, credentials.as_ref())?;
    catch_up(work, subscription.row)?;
    Ok(Answer::created(subscription.id, format!("/api/v1/subscriptions/{}", subscription.id), answer(work, subscription.row)?))
}

/// Redeems a coupon for a subscription: counted at once, so that no two share the last one.
fn redeem(work: &Work<'_>, subscription: &Subscription, code: &CouponCode) -> Result<SubscriptionCoupon> {
    let coupon = coupon_of_code(work.tx, code)?.ok_or_else(unknown)?;
    let redemption = Redemption { now: work.tx.now(), product: subscription.product_id, currency: subscription.unit_amount.currency() };
    coupon.may_redeem(&redemption)?;
    Ok(SubscriptionCoupon { redemption: coupon_redeem(work.tx, coupon.row, subscription.row)?, code: coupon.code })
}

/// The coupon that a subscription has after a PATCH. The one that it has already is not redeemed again.
fn patched_coupon(work: &Work<'_>, before: &Subscription, patch: &Patch<CouponCode>) -> Result<Option<SubscriptionCoupon>> {
    let current = before.coupon.clone();
    match patch {
        Patch::Keep => Ok(current),
        Patch::Set(code) if current.as_ref().is_some_and(|c| c.code.key() == code.key()) => Ok(current),
        Patch::Clear => Ok(None),
        Patch::Set(_) if before.status == SubscriptionStatus::Cancelled => {
            Err(Reject::state_conflict("This subscription is cancelled, and that is final.").into())
        }
        Patch::Set(code) => redeem(work, before, code).map(Some),
    }
}

/// By whose calendar the next period is counted (rule 1.2).
pub(crate) fn zone_of(customer: &Customer<'_>, settings: &Settings) -> Result<Zone> {
    match &customer.billing_timezone {
        Some(name) => Zone::parse(name).map_err(Error::Internal),
        None => Ok(settings.business.timezone),
    }
}

/// Writes what a new subscription begins with: run, period, accesses, its first invoice and how that is paid.
fn begin(
    work: &Work<'_>,
    settings: &Settings,
    customer: &Customer<'_>,
    subscription: &Subscription,
    opening: &Opening,
    payment: FirstPayment,
    credentials: Option<&Credentials>,
) -> Result<()> {
    let tx = work.tx;
    if let Some(run) = &opening.run {
        run_insert(tx, subscription.row, run)?;
    }
    if let Some(credentials) = credentials {
        access_insert(tx, work.vault, subscription.row, tx.new_id(), credentials)?;
    }
    match opening.status {
        SubscriptionStatus::Active | SubscriptionStatus::Trialing => grant(work, subscription)?,
        // What was named at the beginning waits with the subscription.
        _ => access_set_status(tx, subscription.row, AccessStatus::Suspended)?,
    }
    let change = Change { to: Some(subscription.status.text()), ..Change::default() };
    tell(work, EventType::SubscriptionCreated, Some(subscription.id), None, &told(tx, subscription.clone())?, change)?;
    report::begun(tx, subscription)?;
    let Some(plan) = &opening.invoice else {
        return opening.current.iter().try_for_each(|period| period_insert(tx, subscription.row, period, None, false));
    };
    if payment == FirstPayment::Credit {
        balance_covers(balance(tx, customer.row, plan.currency)?, total(work, customer, subscription, plan)?)?;
    }
    let invoice = finalize(work, settings, customer, Some(subscription), plan)?;
    if payment == FirstPayment::Manual && invoice.status == InvoiceStatus::Open {
        let due = invoice.amount_due()?;
        receive(work, invoice, due, ByHand::default())?;
    } else if payment == FirstPayment::Automatic && invoice.status == InvoiceStatus::Open {
        settle_sale(work, invoice)?;
    }
    Ok(())
}

/// Access on: what exists is active, and what is missing to the quantity is made.
fn grant(work: &Work<'_>, subscription: &Subscription) -> Result<()> {
    let tx = work.tx;
    access_set_status(tx, subscription.row, AccessStatus::Active)?;
    let have = access_count(tx, subscription.row)?;
    for _ in have..subscription.quantity {
        let credentials = Credentials::spell(tx.entropy().bytes());
        access_insert(tx, work.vault, subscription.row, tx.new_id(), &credentials)?;
    }
    Ok(())
}

fn access_count(tx: &Tx<'_>, subscription: i64) -> Result<i64> {
    let accesses = access_list(tx, subscription, None)?;
    i64::try_from(accesses.iter().filter(|a| a.status != AccessStatus::Revoked).count()).map_err(Error::internal)
}

/// As many accesses as the quantity says: new ones are made, the newest go, and the first stays.
fn adjust_accesses(work: &Work<'_>, subscription: &Subscription) -> Result<()> {
    let have = access_count(work.tx, subscription.row)?;
    if have > subscription.quantity {
        return access_revoke_newest(work.tx, subscription.row, have - subscription.quantity);
    }
    grant(work, subscription)
}

/// Writes a step: the subscription, its run, its accesses, the invoices that go, and the event.
pub(crate) fn apply(work: &Work<'_>, before: &Subscription, step: Step, note: Option<&str>) -> Result<()> {
    let tx = work.tx;
    let shown_before = told(tx, before.clone())?;
    let mut next = step.next;
    next.updated_at = tx.now();
    if next.run.map(|r| r.number) != before.run.map(|r| r.number)
        && let Some(run) = &next.run
    {
        run_insert(tx, next.row, run)?;
    }
    subscription_update(tx, &next)?;
    if next.quantity != before.quantity {
        adjust_accesses(work, &next)?;
    }
    match step.access {
        AccessChange::Keep => {}
        AccessChange::Grant => grant(work, &next)?,
        AccessChange::Suspend => access_set_status(tx, next.row, AccessStatus::Suspended)?,
        AccessChange::Revoke => access_set_status(tx, next.row, AccessStatus::Revoked)?,
    }
    let change = Change { from: Some(before.status.text()), to: Some(next.status.text()), note };
    tell(work, step.event, Some(next.id), Some(&shown_before), &told(tx, next.clone())?, change)?;
    let why = step.event.text();
    for invoice in invoice_list_open(tx, next.row)? {
        match step.open_invoices {
            OpenInvoices::Keep => {}
            OpenInvoices::VoidRenewal if !is_renewal(work.tx, before, &invoice)? => {}
            OpenInvoices::VoidRenewal | OpenInvoices::VoidAll => void(work, invoice, why)?,
        }
    }
    report::stepped(tx, before, &next)?;
    recognition::of_step(work, before, &next)
}

/// What a paid invoice did to its subscription, to be told after the invoice.
pub(crate) enum PaidStep {
    Nothing,
    Step { before: Box<Subscription>, step: Box<Step> },
}

impl PaidStep {
    pub(crate) fn tell(self, work: &Work<'_>) -> Result<()> {
        match self {
            PaidStep::Nothing => Ok(()),
            PaidStep::Step { before, step } => apply(work, &before, *step, None),
        }
    }
}

/// Decides what a payment moves, and sets the dates of periods that waited for it.
pub(crate) fn invoice_was_paid(work: &Work<'_>, invoice: &Invoice) -> Result<PaidStep> {
    let Some(reference) = invoice.subscription else { return Ok(PaidStep::Nothing) };
    let before = subscription_at(work.tx, reference.row)?;
    let mut periods = period_list_of_invoice(work.tx, invoice.row)?;
    // One that a change began and that is paid at once is not a renewal: the change itself moves the subscription.
    let waited = before.status != SubscriptionStatus::Active;
    let reason = if waited && is_renewal(work.tx, &before, invoice)? { BillingReason::SubscriptionCycle } else { invoice.reason };
    let step = match (reason, before.status) {
        (BillingReason::SubscriptionCreate, SubscriptionStatus::Pending) => match periods.first().and_then(|p| p.dates) {
            Some(dates) => before.first_paid(dates, work.tx.now()),
            None => {
                let (step, plan) = before.activate(work.tx.now())?;
                for period in &periods {
                    recognition::place(work, period.row, &plan, before.zone)?;
                }
                step
            }
        },
        (BillingReason::SubscriptionCycle, _) => {
            if periods.iter().any(|p| p.dates.is_none()) {
                for (period, plan) in before.placed_from(&periods, work.tx.now())? {
                    recognition::place(work, period, &plan, before.zone)?;
                }
                periods = period_list_of_invoice(work.tx, invoice.row)?;
            }
            // A change that waits brings its price when it comes.
            let agreed = if before.pending_change.is_some() { before.unit_amount } else { agreed_price(work, &before, invoice, &periods)? };
            let counted = periods.iter().map(|p| p.run).max().filter(|run| before.run.is_none_or(|newest| newest.number < *run));
            let recorded = counted.map(|run| run_at(work.tx, before.row, run)).transpose()?.flatten();
            match before.renewed(&periods, agreed, recorded) {
                Some(step) if owes_now(work, before.row, invoice.row)? => {
                    // The charge of a change is still to be paid.
                    let next = Subscription { status: before.status, state_until: before.state_until, pause: before.pause, ..step.next };
                    Step { next, access: AccessChange::Keep, ..step }
                }
                Some(step) => step,
                None => return Ok(PaidStep::Nothing),
            }
        }
        (BillingReason::SubscriptionUpdate, _) => match before.charge_paid() {
            Some(step) if !owes_now(work, before.row, invoice.row)? => step,
            _ => return Ok(PaidStep::Nothing),
        },
        _ => return Ok(PaidStep::Nothing),
    };
    Ok(PaidStep::Step { before: Box::new(before), step: Box::new(step) })
}

/// The subscription as its next period finds it: with the change that waits for it.
fn as_billed_next(work: &Work<'_>, subscription: &Subscription) -> Result<Subscription> {
    let Some(pending) = subscription.pending_change.filter(|p| subscription.current_period.is_some_and(|c| c.end >= p.at)) else {
        return Ok(subscription.clone());
    };
    let Some(terms) = pending_terms(work, subscription)? else { return Ok(subscription.clone()) };
    let begins = subscription.run.is_some_and(|run| run.anchor.boundary(terms.interval, 0) >= Some(pending.at));
    let anchor = (terms.interval != subscription.interval && !begins).then_some(pending.at);
    Ok(subscription.change_now(&terms, anchor, subscription.current_period).next)
}

/// The invoice for so many further periods, at the price of now.
pub(crate) fn renewal_plan(work: &Work<'_>, settings: &Settings, customer: &Customer<'_>, subscription: &Subscription, periods: u32) -> Result<InvoicePlan> {
    let now = work.tx.now();
    // A change that comes with the period counts from where it comes; another calendar is looked at after that.
    let zone = if subscription.pending_change.is_some() { subscription.zone } else { zone_of(customer, settings)? };
    let subscription = &as_billed_next(work, subscription)?;
    let price = price_amount(work.tx, subscription.price_row)?;
    let begins_anew = subscription.begins_anew(settings.billing.lapsed_renewal, now);
    let mut plan = if begins_anew && subscription.ends_at.is_none() {
        subscription.renewal_from_payment(periods, price, now)?
    } else if begins_anew {
        // How much of the term is left is known only from a day on.
        subscription.renewal(&subscription.run_to_renew(true, zone, now)?, periods, NextPeriod::FIRST, price, now)?
    } else {
        let (run, next) = run_on(work, subscription, zone)?;
        let due_at = subscription.current_period.map_or(now, |p| p.end.max(now));
        subscription.renewal(&run, periods, next, price, due_at)?
    };
    plan.lines.extend(setup_fee_line(work, subscription, plan.currency)?);
    Ok(plan)
}

/// No two calendars have a day further apart than this.
const MOST_ZONES_APART_MS: i64 = 27 * 3_600_000;

/// The run in which what is paid next is counted, and what comes next in it: the newest, or, where the customer lives by another calendar now, one
/// that goes on by that.
fn run_on(work: &Work<'_>, subscription: &Subscription, zone: Zone) -> Result<(Run, NextPeriod)> {
    let newest = subscription.run_to_renew(false, zone, work.tx.now())?;
    let next = match (period_next(work.tx, subscription.row, newest.number)?, subscription.current_period) {
        (Some(next), _) => next,
        (None, None) => NextPeriod::FIRST,
        (None, Some(paid)) => {
            let k = newest.nearest_boundary(subscription.interval, paid.end).unwrap_or(0);
            NextPeriod { k, begins: Some(paid.end) }
        }
    };
    // Cut where a change came that nobody paid for, the run does not go on.
    let is_cut = |begins: Timestamp| newest.anchor.boundary(subscription.interval, next.k).is_some_and(|at| at.ms() - begins.ms() > MOST_ZONES_APART_MS);
    match next.begins.filter(|begins| is_cut(*begins)) {
        Some(begins) => Ok((Run { number: newest.number + 1, anchor: Anchor::at(begins, zone) }, NextPeriod::FIRST)),
        None => Ok((newest.in_zone(zone), next)),
    }
}

pub(crate) fn open_renewal(work: &Work<'_>, row: i64) -> Result<Option<Invoice>> {
    open_renewal_of(work.tx, &subscription_at(work.tx, row)?)
}

fn open_renewal_of(tx: &Tx<'_>, subscription: &Subscription) -> Result<Option<Invoice>> {
    for invoice in invoice_list_open(tx, subscription.row)? {
        if is_renewal(tx, subscription, &invoice)? {
            return Ok(Some(invoice));
        }
    }
    Ok(None)
}

/// Whether an invoice bills whole time beyond what is paid: a renewal, or the first period of another interval that a change
/// began and nobody has paid.
pub(crate) fn is_renewal(tx: &Tx<'_>, subscription: &Subscription, invoice: &Invoice) -> Result<bool> {
    match invoice.reason {
        BillingReason::SubscriptionCycle => Ok(true),
        BillingReason::SubscriptionUpdate => {
            let paid_until = subscription.current_period.map(|p| p.end);
            Ok(period_list_of_invoice(tx, invoice.row)?.iter().any(|p| !p.part && p.dates.is_some_and(|d| Some(d.end) > paid_until)))
        }
        BillingReason::SubscriptionCreate | BillingReason::Manual => Ok(false),
    }
}

/// The price at which an invoice bills whole periods. That of a part, where a term ends, says what the part costs.
fn agreed_price(work: &Work<'_>, subscription: &Subscription, invoice: &Invoice, periods: &[PeriodRow]) -> Result<Money> {
    let line = invoice.lines.first().map_or(subscription.unit_amount, |line| line.unit_amount);
    let Some((first, dates)) = periods.first().and_then(|p| Some((p, p.dates?))) else { return Ok(line) };
    if subscription.ends_at != Some(dates.end) {
        return Ok(line);
    }
    let whole = run_at(work.tx, subscription.row, first.run)?.and_then(|run| run.period(subscription.interval, first.k));
    Ok(if whole.is_some_and(|whole| whole.end != dates.end) { subscription.unit_amount } else { line })
}

/// A renewal in the stead of one that was voided, for as many periods at its price from where the paid time now ends.
fn issue_anew(work: &Work<'_>, row: i64, voided: &Invoice, billed: &[PeriodRow]) -> Result<Invoice> {
    let (subscription, now) = (subscription_at(work.tx, row)?, work.tx.now());
    let (settings, customer) = (settings_load(work.tx)?, customer_at(work.tx, subscription.customer_row)?);
    let zone = zone_of(&customer, &settings)?;
    let agreed = agreed_price(work, &subscription, voided, billed)?;
    let periods = u32::try_from(billed.len()).map_err(Error::internal)?;
    let due_at = subscription.current_period.map_or(now, |p| p.end.max(now));
    let mut plan = if subscription.pending_change.is_some() {
        renewal_plan(work, &settings, &customer, &subscription, periods)?
    } else if subscription.begins_anew(settings.billing.lapsed_renewal, now) {
        subscription.renewal(&subscription.run_to_renew(true, zone, now)?, periods, NextPeriod::FIRST, agreed, due_at)?
    } else {
        let (run, next) = run_on(work, &subscription, zone)?;
        subscription.renewal(&run, periods, next, agreed, due_at)?
    };
    plan.replaces = Some(voided.id);
    plan.take_over(&voided.lines);
    let replacement = finalize(work, &settings, &customer, Some(&subscription), &plan)?;
    let mut voided = invoice_at(work.tx, voided.row)?;
    voided.replaced_by = Some(replacement.id);
    invoice_update(work.tx, &voided)?;
    carry(work, &voided, replacement)
}

/// The invoice that a payment of the whole due pays. Where the subscription is suspended, and nobody pays for days without access, that is another
/// one in this one's stead, with the dates from now on.
pub(crate) fn to_be_paid(work: &Work<'_>, invoice: Invoice, amount: Money) -> Result<Invoice> {
    let Some(reference) = invoice.subscription else { return Ok(invoice) };
    let subscription = subscription_at(work.tx, reference.row)?;
    if !is_renewal(work.tx, &subscription, &invoice)? {
        return Ok(invoice);
    }
    let is_suspended = subscription.status == SubscriptionStatus::Suspended;
    let lapsed = is_suspended && subscription.begins_anew(settings_load(work.tx)?.billing.lapsed_renewal, work.tx.now());
    if !lapsed || amount.minus(invoice.amount_due()?)?.is_negative() {
        return Ok(invoice);
    }
    let billed = period_list_of_invoice(work.tx, invoice.row)?;
    void(work, invoice.clone(), EventType::SubscriptionRenewed.text())?;
    issue_anew(work, reference.row, &invoice, &billed)
}

pub(crate) fn update(work: &Work<'_>, id: SubscriptionId, input: SubscriptionPatch) -> Result<Answer> {
    let before = at_hand(work, id)?;
    let terms = patched_terms(work, &before, &input)?;
    let mut next = before.clone();
    if let Set::Set(auto_renew) = input.auto_renew {
        if auto_renew != before.auto_renew && !before.status.is_live() {
            return Err(Reject::state_conflict(format!("A subscription that is {} does not renew.", before.status.text())).into());
        }
        next.auto_renew = auto_renew;
    }
    text(input.max_connections, |c| c.0).apply(&mut next.max_connections);
    let patched_connections = (next.max_connections != before.max_connections).then_some(next.max_connections);
    input.collection.apply(&mut next.collection);
    match input.payment_method_id {
        Patch::Keep => {}
        Patch::Clear => next.payment_method = None,
        Patch::Set(id) => next.payment_method = Some(named(work.tx, before.customer_row, id.0).map(|m| PaymentMethodRef { row: m.row, id: m.id })?),
    }
    next.coupon = patched_coupon(work, &before, &input.coupon_code)?;
    match &input.metadata {
        Patch::Keep => {}
        Patch::Clear => next.metadata = Encoded("{}".into()),
        Patch::Set(metadata) => next.metadata = encode_metadata(metadata),
    }
    text(input.external_id, Line::into_string).apply(&mut next.external_id);
    if changed(&told(work.tx, before.clone())?, &told(work.tx, next.clone())?).is_some() {
        run_decision(work, &before, before.updated(next), None)?;
        catch_up(work, before.row)?;
    }
    if let Some(terms) = terms {
        customer_at(work.tx, before.customer_row)?.may_buy()?;
        let before = subscription_at(work.tx, before.row)?;
        // What was patched beside it holds, too.
        let max_connections = patched_connections.unwrap_or(terms.max_connections);
        let terms = NewTerms { max_connections, ..terms };
        change(work, &before, &terms, input.proration.unwrap_or_default())?;
        catch_up(work, before.row)?;
    }
    Ok(Answer::ok(Some(id), answer(work, before.row)?))
}

/// What a PATCH makes it a subscription to; none where that is not about it.
fn patched_terms(work: &Work<'_>, before: &Subscription, input: &SubscriptionPatch) -> Result<Option<NewTerms>> {
    let (product_id, price_id) = (input.product_id.get().map(|id| id.0), input.price_id.get().map(|id| id.0));
    let quantity = input.quantity.get().map(|q| q.0);
    if !input.changes_terms() {
        return match input.proration {
            Some(_) => Err(Reject::field("proration", "Is taken only with productId, priceId or quantity").into()),
            None => Ok(None),
        };
    }
    before.may_change()?;
    let quantity = quantity.unwrap_or(before.quantity);
    if product_id.unwrap_or(before.product_id) == before.product_id && price_id.unwrap_or(before.price_id) == before.price_id {
        let terms = NewTerms { quantity, ..before.terms() };
        terms.unit_amount.times(terms.quantity)?;
        return Ok(Some(terms));
    }
    let product = product_find(work.tx, product_id.unwrap_or(before.product_id))?.ok_or_else(|| Reject::field("productId", "There is no such product"))?;
    let currency = before.unit_amount.currency();
    let price = product.price_for(price_id, currency)?;
    if price.amount.currency() != currency {
        return Err(Reject::field("priceId", format!("Must be in {}, the subscription's currency", currency.code())).into());
    }
    price.amount.times(quantity)?;
    let of_product = product.id == before.product_id;
    Ok(Some(NewTerms {
        product_row: product.row,
        product_id: product.id,
        product_name: product.name.clone(),
        taxable: product.taxable,
        price_row: price.row,
        price_id: price.id,
        quantity,
        unit_amount: price.amount,
        interval: price.interval,
        max_connections: if of_product { before.max_connections } else { product.max_connections },
    }))
}

/// Writes what changed of a subscription beside its state.
pub(crate) fn apply_update(work: &Work<'_>, before: &Subscription, next: Subscription) -> Result<()> {
    run_decision(work, before, before.updated(next), None)
}

fn run_decision(work: &Work<'_>, before: &Subscription, decision: Decision, note: Option<&str>) -> Result<()> {
    match decision {
        Decision::AlreadyDone => Ok(()),
        Decision::Apply(step) => apply(work, before, *step, note),
    }
}

pub(crate) fn cancel(work: &Work<'_>, id: SubscriptionId, input: SubscriptionCancel) -> Result<Answer> {
    let before = at_hand(work, id)?;
    let reason = input.reason.map(Line::into_string);
    let at_period_end = input.at_period_end.unwrap_or(false);
    let unused = input.unused_time.unwrap_or_default();
    if at_period_end && unused != UnusedTime::Forfeit {
        return Err(Reject::field("unusedTime", "Is taken only when cancelling now: with the end of what is paid nothing is left").into());
    }
    let decision = if at_period_end { before.cancel_at_period_end(reason.clone())? } else { before.cancel_now(reason.clone(), work.tx.now())? };
    run_decision(work, &before, decision, reason.as_deref())?;
    let to = match unused {
        UnusedTime::Forfeit => None,
        UnusedTime::Credit => Some(Destination::Balance),
        UnusedTime::Refund => Some(Destination::Refund),
    };
    if let Some(to) = to {
        // A pause has stopped the time; what was left then is left now.
        let at = before.pause.map_or(work.tx.now(), |p| p.at);
        let times = billed_time_after(work.tx, before.row, at)?;
        credit_unused(work, &before, &times, at, Cut::Cancel, to)?;
    }
    catch_up(work, before.row)?;
    Ok(Answer::ok(Some(id), answer(work, before.row)?))
}

fn uncancel(work: &Work<'_>, id: SubscriptionId) -> Result<Answer> {
    let before = at_hand(work, id)?;
    run_decision(work, &before, before.uncancel()?, None)?;
    catch_up(work, before.row)?;
    Ok(Answer::ok(Some(id), answer(work, before.row)?))
}

fn pause(work: &Work<'_>, id: SubscriptionId) -> Result<Answer> {
    let before = at_hand(work, id)?;
    run_decision(work, &before, before.paused(work.tx.now())?, None)?;
    catch_up(work, before.row)?;
    Ok(Answer::ok(Some(id), answer(work, before.row)?))
}

fn resume(work: &Work<'_>, id: SubscriptionId) -> Result<Answer> {
    let before = at_hand(work, id)?;
    let resumed = before.resumed(&period_list(work.tx, before.row)?, work.tx.now())?;
    let paid_until = resumed.step.next.current_period.map(|p| p.end);
    apply(work, &before, resumed.step, None)?;
    recognition::resume(work, &before, &resumed.moved, paid_until)?;
    for (period, dates, days) in &resumed.stretched {
        period_stretch(work.tx, *period, *dates, *days)?;
    }
    catch_up(work, before.row)?;
    Ok(Answer::ok(Some(id), answer(work, before.row)?))
}

pub(crate) fn renew(work: &Work<'_>, id: SubscriptionId, input: &SubscriptionRenew) -> Result<Answer> {
    let subscription = at_hand(work, id)?;
    if subscription.status == SubscriptionStatus::Pending && subscription.current_period.is_none() && invoice_list_open(work.tx, subscription.row)?.is_empty() {
        return Err(Reject::state_conflict("Its first invoice was given up, so that this subscription never begins. Create a new one.").into());
    }
    subscription.may_renew()?;
    refuse_if_charge_is_open(work, &subscription)?;
    let periods = input.periods.map_or(1, |p| p.to_u32());
    let payment = input.payment.unwrap_or_default();
    let invoice = match open_renewal(work, subscription.row)? {
        // An open renewal invoice is the renewal: there is never a second.
        Some(open) => {
            let billed = period_list_of_invoice(work.tx, open.row)?.len();
            if u32::try_from(billed).ok() != Some(periods) {
                let message = format!(
                    "The renewal invoice {} for {billed} period(s) is open already. Renew for as many, or have it paid first.",
                    open.number().unwrap_or_default()
                );
                return Err(Reject::state_conflict(message).into());
            }
            if payment == RenewalPayment::Credit {
                let due = open.amount_due()?;
                balance_covers(balance(work.tx, open.customer_row, due.currency())?, due)?;
                let open = to_be_paid(work, open, due)?;
                apply_balance(work, open)?
            } else if matches!(payment, RenewalPayment::Manual | RenewalPayment::Automatic) {
                let due = open.amount_due()?;
                to_be_paid(work, open, due)?
            } else {
                open
            }
        }
        None => {
            let (settings, customer) = (settings_load(work.tx)?, customer_at(work.tx, subscription.customer_row)?);
            let plan = renewal_plan(work, &settings, &customer, &subscription, periods)?;
            if payment == RenewalPayment::Credit {
                balance_covers(balance(work.tx, customer.row, plan.currency)?, total(work, &customer, &subscription, &plan)?)?;
            }
            finalize(work, &settings, &customer, Some(&subscription), &plan)?
        }
    };
    if payment == RenewalPayment::Manual && invoice.status == InvoiceStatus::Open {
        let due = invoice.amount_due()?;
        receive(work, invoice, due, ByHand::default())?;
    } else if payment == RenewalPayment::Automatic && invoice.status == InvoiceStatus::Open {
        settle_sale(work, invoice)?;
    }
    catch_up(work, subscription.row)?;
    Ok(Answer::ok(Some(id), answer(work, subscription.row)?))
}

fn extend(work: &Work<'_>, id: SubscriptionId, input: SubscriptionExtend) -> Result<Answer> {
    let before = at_hand(work, id)?;
    refuse_if_charge_is_open(work, &before)?;
    let (step, moved) = before.extend(input.days.to_u32(), &period_list(work.tx, before.row)?, work.tx.now())?;
    let note = input.note.map(Prose::into_string);
    let open = open_renewal(work, before.row)?;
    let billed = open.as_ref().map(|invoice| period_list_of_invoice(work.tx, invoice.row)).transpose()?.unwrap_or_default();
    apply(work, &before, step, note.as_deref())?;
    for (period, plan) in &moved {
        recognition::place(work, *period, plan, before.zone)?;
    }
    if let Some(voided) = open {
        issue_anew(work, before.row, &voided, &billed)?;
    }
    catch_up(work, before.row)?;
    Ok(Answer::ok(Some(id), answer(work, before.row)?))
}
