//! Changes of product, price and quantity: what they credit, what they charge, and when they come (rules, section 4).
//!
//! Deliberately absent: the documents themselves, and how the charge is paid.

use crate::domain::credit_note::Part;
use crate::domain::event::EventType;
use crate::domain::id::{PriceId, ProductId};
use crate::domain::invoice::{BillingReason, InvoicePlan, LinePlan, PeriodPlan, Rest};
use crate::domain::money::Money;
use crate::domain::proration::{Cut, DayShare, charge, credit, days_left};
use crate::domain::reject::Reject;
use crate::domain::subscription::{AccessChange, Decision, OpenInvoices, Pause, PendingChange, Run, Step, Subscription, SubscriptionStatus, beyond_calendar};
use crate::domain::time::{Anchor, Interval, Period, Timestamp, Zone};

/// When a change comes, and with what documents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Proration {
    /// Now: unused time is credited, and the rest of the period charged.
    #[default]
    Immediate,
    /// With the end of what is paid.
    AtPeriodEnd,
    /// Now, without documents.
    None,
}

impl Proration {
    pub const ALL: [Proration; 3] = [Proration::Immediate, Proration::AtPeriodEnd, Proration::None];

    pub fn text(self) -> &'static str {
        match self {
            Proration::Immediate => "immediate",
            Proration::AtPeriodEnd => "at_period_end",
            Proration::None => "none",
        }
    }
}

/// What a subscription is to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewTerms {
    pub product_row: i64,
    pub product_id: ProductId,
    pub product_name: String,
    pub taxable: bool,
    pub price_row: i64,
    pub price_id: PriceId,
    pub quantity: i64,
    pub unit_amount: Money,
    pub interval: Interval,
    pub max_connections: Option<i64>,
}

/// What becomes of paid time when a subscription is cancelled at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum UnusedTime {
    #[default]
    Forfeit,
    Credit,
    Refund,
}

impl UnusedTime {
    pub const ALL: [UnusedTime; 3] = [UnusedTime::Forfeit, UnusedTime::Credit, UnusedTime::Refund];

    pub fn text(self) -> &'static str {
        match self {
            UnusedTime::Forfeit => "forfeit",
            UnusedTime::Credit => "credit",
            UnusedTime::Refund => "refund",
        }
    }
}

/// What a line's unused time is worth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unused {
    pub amount: Money,
    pub explanation: String,
    /// None of the time was used, so that it can be billed anew.
    pub whole: bool,
}

/// What is unused of time that a line covers, `paused_days` of which nobody had; nothing where it is used up. Time that was
/// credited before is not credited again.
pub fn unused(
    cut: Cut,
    now: Timestamp,
    time: Period,
    paused_days: i64,
    credited_from: Option<Timestamp>,
    net: Part,
    zone: Zone,
) -> Result<Option<Unused>, Reject> {
    let end = credited_from.map_or(time.end, |from| from.min(time.end));
    if end <= time.start && credited_from.is_some() {
        return Ok(None);
    }
    let left = days_left(cut, now, Period { end, ..time }, zone);
    let covered = time.days(zone) - paused_days;
    if left < 1 {
        // Some hours of a term's last day cost nothing, and are free to be billed anew.
        let is_ahead = now <= time.start && covered < 1;
        return Ok(is_ahead.then(|| Unused { amount: Money::zero(net.invoiced.currency()), explanation: String::new(), whole: true }));
    }
    let share = DayShare::new(left, covered);
    let prorated = credit(net.invoiced, net.invoiced.minus(net.credited)?, share)?;
    Ok(Some(Unused { amount: prorated.amount, explanation: prorated.explanation.to_string(), whole: share.is_whole() }))
}

/// The running period, of which a change charges the rest.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    pub run: u32,
    pub k: u32,
    pub dates: Period,
    /// By its anchor, also where it was entered late.
    pub whole: Period,
    /// It stays billed beside the charge.
    pub is_billed: bool,
    /// It was billed with the coupon that the subscription has.
    pub has_coupon: bool,
}

impl Subscription {
    /// What it is to now.
    pub fn terms(&self) -> NewTerms {
        NewTerms {
            product_row: self.product_row,
            product_id: self.product_id,
            product_name: self.product_name.clone(),
            taxable: self.taxable,
            price_row: self.price_row,
            price_id: self.price_id,
            quantity: self.quantity,
            unit_amount: self.unit_amount,
            interval: self.interval,
            max_connections: self.max_connections,
        }
    }

    /// The same subscription to something else; no change waits any more.
    pub fn with_terms(&self, terms: &NewTerms) -> Self {
        Self {
            product_row: terms.product_row,
            product_id: terms.product_id,
            product_name: terms.product_name.clone(),
            taxable: terms.taxable,
            price_row: terms.price_row,
            price_id: terms.price_id,
            quantity: terms.quantity,
            unit_amount: terms.unit_amount,
            interval: terms.interval,
            max_connections: terms.max_connections,
            pending_change: None,
            ..self.clone()
        }
    }

    pub fn may_change(&self) -> Result<(), Reject> {
        match self.status {
            SubscriptionStatus::Trialing | SubscriptionStatus::Active | SubscriptionStatus::PastDue => Ok(()),
            other => {
                self.refuse_if_over()?;
                Err(Reject::state_conflict(format!("A subscription that is {} cannot be changed to another product, price or quantity.", other.text())))
            }
        }
    }

    /// Whether another change may take the place of the one that waits: not once its time is paid for.
    pub fn may_change_otherwise(&self) -> Result<(), Reject> {
        let is_paid = self.pending_change.is_some_and(|pending| self.current_period.is_some_and(|paid| paid.end > pending.at));
        if is_paid {
            return Err(Reject::state_conflict(
                "The change that waits is paid for already. Make another once it has come, or make one now with \"immediate\".",
            ));
        }
        Ok(())
    }

    /// Notes a change for the end of what is paid, or that none waits any more.
    pub fn change_later(&self, terms: Option<&NewTerms>) -> Decision {
        let at = self.current_period.map(|p| p.end);
        let pending_change = terms.zip(at).map(|(terms, at)| PendingChange {
            product_id: terms.product_id,
            price_row: terms.price_row,
            price_id: terms.price_id,
            quantity: terms.quantity,
            at,
        });
        Step::decide(Self { pending_change, ..self.clone() }, EventType::SubscriptionUpdated, OpenInvoices::Keep, AccessChange::Keep)
    }

    /// The change comes. With another interval periods are counted from `anchor` on, in a run of their own.
    pub fn change_now(&self, terms: &NewTerms, anchor: Option<Timestamp>, current_period: Option<Period>) -> Step {
        let run = match (self.run, anchor) {
            (Some(newest), Some(at)) => Some(Run { number: newest.number + 1, anchor: Anchor::at(at, self.zone) }),
            (run, _) => run,
        };
        let next = Self { run, current_period, ..self.with_terms(terms) };
        Step { next, event: EventType::SubscriptionUpdated, open_invoices: OpenInvoices::Keep, access: AccessChange::Keep }
    }

    /// The invoice for the rest of the running period, due now; none where no day of it is left, or nothing is to be paid.
    pub fn charge_for_rest(&self, running: &Running, now: Timestamp) -> Result<Option<InvoicePlan>, Reject> {
        let left = days_left(Cut::Change, now, running.dates, self.zone);
        let share = DayShare::new(left, running.whole.days(self.zone));
        let prorated = charge(self.unit_amount, self.quantity, share)?;
        if prorated.amount.is_zero() {
            return Ok(None);
        }
        let dates = if running.is_billed { Period { start: now.max(running.dates.start), ..running.dates } } else { running.dates };
        let line = LinePlan {
            description: format!("{}, rest of the period", self.product_name),
            quantity: 1,
            unit_amount: prorated.amount,
            period: Some(PeriodPlan { run: running.run, k: running.k, dates: Some(dates) }),
            taxable: self.taxable,
            prorated: Some(prorated.explanation.to_string()),
            rest: Some(Rest { share, part: running.is_billed, has_coupon: running.has_coupon }),
        };
        Ok(Some(self.charge(line, now)))
    }

    /// The invoice for a whole period of another interval, the first of the run that begins now. The coupon takes its part of it where the period had
    /// it that the change ends.
    pub fn charge_for_new_interval(&self, run: &Run, has_coupon: bool, now: Timestamp) -> Result<InvoicePlan, Reject> {
        let whole = run.anchor.period(self.interval, 0).ok_or_else(beyond_calendar)?;
        let dates = self.within_term(whole);
        let line = self.dated_line(self.unit_amount, PeriodPlan { run: run.number, k: 0, dates: Some(dates) }, whole)?;
        let rest = Some(Rest { share: DayShare::of_period(dates, whole, self.zone), part: false, has_coupon });
        Ok(self.charge(LinePlan { rest, ..line }, now))
    }

    fn charge(&self, line: LinePlan, due_at: Timestamp) -> InvoicePlan {
        let (reason, currency) = (BillingReason::SubscriptionUpdate, line.unit_amount.currency());
        InvoicePlan { reason, currency, due_at, lines: vec![line], run: None, replaces: None }
    }

    /// Nothing is owed any more for a change: on again.
    pub fn charge_paid(&self) -> Option<Step> {
        let access = match self.status {
            SubscriptionStatus::PastDue => AccessChange::Keep,
            SubscriptionStatus::Suspended => AccessChange::Grant,
            SubscriptionStatus::Paused => {
                // It goes on as one that is paid.
                let pause = self.pause.map(|p| Pause { from: SubscriptionStatus::Active, ..p });
                let next = Self { pause, ..self.clone() };
                return Some(Step { next, event: EventType::SubscriptionUpdated, open_invoices: OpenInvoices::Keep, access: AccessChange::Keep });
            }
            _ => return None,
        };
        let next = Self { status: SubscriptionStatus::Active, state_until: None, ..self.clone() };
        Some(Step { next, event: EventType::SubscriptionActivated, open_invoices: OpenInvoices::Keep, access })
    }
}
