//! Reports: what they count as it happens, and the figures that come of it.
//!
//! A report reads counters by day and currency: some thousand rows, however many documents there are. What it says of a day
//! that is over stays so, but for what is posted later for that day.

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::coupon::Duration;
use crate::domain::key::Scope;
use crate::domain::money::Currency;
use crate::domain::report::{
    Ageing, Counted, Counter, Counts, Every, Figures, Flows, Frame, History, Recurring, Recurs, Row, Series, Span, SummaryReport, counts, moved,
};
use crate::domain::subscription::{Subscription, SubscriptionStatus};
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::coupon::redemption_at;
use crate::store::db::{Tx, WriteTx};
use crate::store::report;
use crate::store::settings::settings_load;

/// What MRR a subscription has as it stands.
pub(crate) fn mrr(tx: &Tx<'_>, s: &Subscription) -> Result<Counted> {
    if !counts(s.status) {
        return Ok(None);
    }
    let attached = s.coupon.as_ref().map(|coupon| redemption_at(tx, coupon.redemption)).transpose()?;
    let forever = attached.filter(|a| a.duration == Duration::Forever).map(|a| a.off);
    Ok(Some(Recurring { unit_amount: s.unit_amount, quantity: s.quantity, interval: s.interval, forever }.mrr()?))
}

/// Counts a subscription that begins.
pub(crate) fn begun(tx: &WriteTx<'_>, subscription: &Subscription) -> Result<()> {
    let currency = Some(subscription.unit_amount.currency());
    report::count(tx, currency, Counter::SubscriptionCreated)?;
    if subscription.status == SubscriptionStatus::Trialing {
        report::count(tx, currency, Counter::TrialBegun)?;
    }
    follow(tx, subscription)
}

/// Counts what a step did to a subscription.
pub(crate) fn stepped(tx: &WriteTx<'_>, before: &Subscription, next: &Subscription) -> Result<()> {
    let is_trial = |s: &Subscription| s.status == SubscriptionStatus::Trialing;
    match (is_trial(before), is_trial(next)) {
        (false, true) => report::count(tx, Some(next.unit_amount.currency()), Counter::TrialBegun)?,
        (true, false) => report::count(tx, Some(before.unit_amount.currency()), Counter::TrialOver)?,
        _ => {}
    }
    let never_began = before.status == SubscriptionStatus::Pending && next.status == SubscriptionStatus::Expired;
    if before.status.is_live() && !next.status.is_live() && !never_began {
        report::count(tx, Some(next.unit_amount.currency()), Counter::Ended)?;
        if report::mrr_of(tx, next.row)?.is_some() {
            report::count(tx, Some(next.unit_amount.currency()), Counter::Lost)?;
        }
    }
    follow(tx, next)
}

/// Writes how a subscription's MRR moved, where it did.
fn follow(tx: &WriteTx<'_>, subscription: &Subscription) -> Result<()> {
    let (after, before) = (mrr(tx, subscription)?, report::mrr_of(tx, subscription.row)?);
    let history = if before.is_some() { History::CountedBefore } else { History::NeverCounted };
    for (movement, amount) in moved(before.flatten(), after, history)? {
        let then = after.filter(|after| after.currency() == amount.currency());
        report::movement_insert(tx, subscription.row, movement, amount, then)?;
    }
    Ok(())
}

/// What a report was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// Days of the business, both included.
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// All of them unless one is named.
    pub currency: Option<Currency>,
}

fn frame(tx: &Tx<'_>, asked: &Asked, now: Timestamp) -> Result<Frame> {
    let settings = settings_load(tx)?;
    let zone = settings.business.timezone;
    let span = Span::asked(asked.from, asked.to, now.local_day(zone))?;
    let own = settings.business.currency;
    let used = report::currencies(tx)?;
    let is_unused = used.is_empty();
    let currencies = match asked.currency {
        Some(currency) => vec![currency],
        None => std::iter::once(own).chain(used.into_iter().filter(|c| *c != own)).collect(),
    };
    Ok(Frame { span, zone, currencies, is_unused })
}

impl App {
    /// Where the business stands at the end of some days, and what happened in them.
    pub async fn report_summary(&self, actor: &Actor, asked: Asked) -> Result<SummaryReport> {
        actor.require(Scope::ReportsRead)?;
        let now = self.clock.billing();
        let read = move |tx: &Tx<'_>| {
            let frame = frame(tx, &asked, now)?;
            let mut figures = Vec::new();
            for currency in &frame.currencies {
                figures.push(Figures { currency: *currency, summary: report::counts(tx, *currency, frame.span)?.summary(frame.span)? });
            }
            Ok(SummaryReport { new_customers: report::new_customers(tx, frame.span)?, frame, figures })
        };
        self.db.read_slowly(read).await
    }

    async fn series<T: Copy + Send + 'static>(
        &self,
        actor: &Actor,
        asked: Asked,
        every: Every,
        of: fn(&Counts, &[Span]) -> Result<Vec<T>>,
    ) -> Result<Series<T>> {
        actor.require(Scope::ReportsRead)?;
        let now = self.clock.billing();
        let read = move |tx: &Tx<'_>| {
            let frame = frame(tx, &asked, now)?;
            let spans = frame.span.by(every);
            let mut columns = Vec::new();
            for currency in &frame.currencies {
                columns.push((*currency, of(&report::counts(tx, *currency, frame.span)?, &spans)?));
            }
            let mut rows = Vec::with_capacity(spans.len() * columns.len());
            for (n, span) in spans.iter().enumerate() {
                rows.extend(columns.iter().map(|(currency, of)| Row { span: *span, currency: *currency, of: of[n] }));
            }
            Ok(Series { frame, every, rows })
        };
        self.db.read_slowly(read).await
    }

    /// What was earned, billed, collected and refunded.
    pub async fn report_revenue(&self, actor: &Actor, asked: Asked, every: Every) -> Result<Series<Flows>> {
        self.series(actor, asked, every, |counts, spans| Ok(counts.flows_by(spans))).await
    }

    /// What recurs, and what moved it.
    pub async fn report_mrr(&self, actor: &Actor, asked: Asked, every: Every) -> Result<Series<Recurs>> {
        self.series(actor, asked, every, |counts, spans| Ok(counts.recurs_by(spans)?)).await
    }

    /// What is to be received, by how long it is overdue.
    pub async fn report_ageing(&self, actor: &Actor, asked: Asked, every: Every) -> Result<Series<Ageing>> {
        self.series(actor, asked, every, |counts, spans| Ok(counts.ageing_by(spans))).await
    }
}
