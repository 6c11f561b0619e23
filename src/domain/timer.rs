//! What a subscription waits for, and what happens when the time has come (rules, section 2).
//!
//! The engine asks a subscription when something is due next, and at that instant what is to be done. Deliberately absent:
//! the queue. When each is due is a column that the billing run reads in order.

use crate::domain::dunning::Attempts;
use crate::domain::event::EventType;
use crate::domain::reject::Reject;
use crate::domain::settings::Billing;
use crate::domain::subscription::{AccessChange, Collection, OpenInvoices, Run, Step, Subscription, SubscriptionStatus};
use crate::domain::time::{Anchor, Period, Timestamp, Zone, add_local_days, subtract_local_days};

/// The local days before the end of a trial on which that is told; a shorter one tells it at once.
const TRIAL_TOLD_DAYS: u32 = 3;

/// What a subscription waits for. Of several that are due at one instant the first is done first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Timer {
    /// A trial ends soon.
    TrialEnding,
    /// The next period's invoice is to be opened.
    RenewalOpens,
    /// Another product, price or quantity comes.
    ChangeComes,
    /// A period begins that is paid already.
    PeriodBegins,
    /// The stored method is to be charged for the open renewal.
    AttemptDue,
    /// What is paid is over, or the trial is.
    PaidTimeOver,
    /// What was paid ahead begins.
    Begins,
    /// Nobody paid the first invoice.
    PendingOver,
    /// The days of grace are over.
    GraceOver,
    /// It was suspended for as long as that may last.
    SuspensionOver,
    /// The fixed term is over.
    TermOver,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due {
    pub at: Timestamp,
    pub timer: Timer,
}

/// What beside the subscription itself decides what is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Surroundings {
    /// The next period's invoice is open already.
    pub renewal_is_open: bool,
    /// When the first period begins that is paid and still to come.
    pub next_paid_start: Option<Timestamp>,
    /// A gateway has not answered yet: what follows from the answer waits for it.
    pub is_charging: bool,
    /// How far the attempts at the open renewal have come, where it is collected automatically.
    pub attempts: Option<Attempts>,
}

/// What a timer brings.
#[derive(Clone, Debug)]
pub enum Elapsed {
    /// The next period's invoice is opened; the subscription stays as it is.
    OpenRenewal,
    /// A trial is over: the first period is billed. With what comes of that the subscription goes on.
    BillTrialEnd,
    /// A change that waited comes.
    Change,
    /// It is told that the trial ends soon.
    TrialEnding(Box<Subscription>),
    /// The stored method is charged; this is the attempt's number.
    Charge(u32),
    /// The running period is another one. Nothing that anybody is told.
    Move(Box<Subscription>),
    Step(Box<Step>),
}

impl Subscription {
    /// What is due next. None where nothing will happen by itself.
    pub fn next_due(&self, billing: &Billing, around: Surroundings) -> Option<Due> {
        let ending = self.trial_end.filter(|_| self.status == SubscriptionStatus::Trialing && !self.trial_told);
        let ending = ending.map(|end| Due { at: subtract_local_days(end, TRIAL_TOLD_DAYS, self.zone).unwrap_or(end), timer: Timer::TrialEnding });
        let term = self.ends_at.filter(|_| self.status.is_live() && !around.is_charging).map(|at| Due { at, timer: Timer::TermOver });
        [ending, self.next_in_state(billing, around), term].into_iter().flatten().min_by_key(|due| (due.at, due.timer))
    }

    fn next_in_state(&self, billing: &Billing, around: Surroundings) -> Option<Due> {
        let due = |at, timer| Due { at, timer };
        let ends_anyway = self.cancel_at_period_end || !self.auto_renew;
        let paid_until = self.current_period.map(|p| p.end);
        let next_attempt = around.attempts.filter(|_| !around.is_charging && !ends_anyway).and_then(|a| a.next(&billing.retry_days, self.zone));
        let attempt = next_attempt.map(|at| due(at, Timer::AttemptDue));
        let first_attempt_waits = around.is_charging || (attempt.is_some() && around.attempts.is_some_and(|a| a.last.is_none()));
        match self.status {
            SubscriptionStatus::Pending => match self.current_period {
                Some(paid) => Some(due(paid.start, Timer::Begins)),
                None => self.state_until.map(|at| due(at, Timer::PendingOver)),
            },
            SubscriptionStatus::Trialing if ends_anyway => paid_until.map(|at| due(at, Timer::PaidTimeOver)),
            SubscriptionStatus::Trialing if first_attempt_waits => attempt,
            SubscriptionStatus::Trialing => paid_until.map(|at| due(at, Timer::PaidTimeOver)),
            SubscriptionStatus::Active => {
                let opens = self.renewal_opens(billing.invoice_lead_days).filter(|_| !around.renewal_is_open);
                let candidates = [
                    opens.map(|at| due(at, Timer::RenewalOpens)),
                    self.pending_change.map(|change| due(change.at, Timer::ChangeComes)),
                    around.next_paid_start.map(|at| due(at, Timer::PeriodBegins)),
                    attempt,
                    paid_until.map(|at| due(at, Timer::PaidTimeOver)).filter(|_| !first_attempt_waits),
                ];
                candidates.into_iter().flatten().min_by_key(|due| (due.at, due.timer))
            }
            // Nothing is billed any more; but the charge of a change may be owed, in time that was paid before it.
            SubscriptionStatus::PastDue | SubscriptionStatus::Suspended if ends_anyway => {
                let over = if self.status == SubscriptionStatus::PastDue { Timer::GraceOver } else { Timer::SuspensionOver };
                let candidates = [paid_until.map(|at| due(at, Timer::PaidTimeOver)), self.state_until.map(|at| due(at, over))];
                candidates.into_iter().flatten().min_by_key(|due| (due.at, due.timer)).filter(|_| !around.is_charging)
            }
            SubscriptionStatus::PastDue if around.is_charging => None,
            // Grace lasts until all attempts are used.
            SubscriptionStatus::PastDue => attempt.or_else(|| self.state_until.map(|at| due(at, Timer::GraceOver))),
            SubscriptionStatus::Suspended => self.state_until.map(|at| due(at, Timer::SuspensionOver)),
            SubscriptionStatus::Paused | SubscriptionStatus::Expired | SubscriptionStatus::Cancelled => None,
        }
    }

    /// When the next period's invoice is opened: min(lead, days of the ending period − 1) local days before what is paid
    /// is over, and right then where it is charged. None where none will be.
    pub fn renewal_opens(&self, lead_days: u32) -> Option<Timestamp> {
        if self.status != SubscriptionStatus::Active || self.cancel_at_period_end || !self.auto_renew {
            return None;
        }
        let (run, current) = (self.run?, self.current_period.filter(|p| self.renewal_waived_at != Some(p.end))?);
        if self.ends_at.is_some_and(|term| term <= current.end) {
            return None;
        }
        let ending_days = Period { start: self.ending_period_start(&run, current), end: current.end }.days(self.zone);
        let lead = if self.collection == Collection::Automatic { 0 } else { i64::from(lead_days).min((ending_days - 1).max(0)) };
        u32::try_from(lead).ok().and_then(|lead| subtract_local_days(current.end, lead, self.zone))
    }

    /// What a timer that is due brings, at `now`.
    pub fn elapse(&self, timer: Timer, billing: &Billing, around: Surroundings, now: Timestamp) -> Result<Elapsed, Reject> {
        let step = |next, event, open_invoices, access| Elapsed::Step(Box::new(Step { next, event, open_invoices, access }));
        Ok(match timer {
            Timer::RenewalOpens => Elapsed::OpenRenewal,
            Timer::ChangeComes => Elapsed::Change,
            Timer::TrialEnding => Elapsed::TrialEnding(Box::new(Self { trial_told: true, ..self.clone() })),
            Timer::PeriodBegins => {
                let current_period = self.current_period.map(|p| Period { start: around.next_paid_start.unwrap_or(p.start), ..p });
                Elapsed::Move(Box::new(Self { current_period, ..self.clone() }))
            }
            Timer::PaidTimeOver if self.cancel_at_period_end => {
                step(self.ended(now), EventType::SubscriptionCancelled, OpenInvoices::VoidAll, AccessChange::Revoke)
            }
            Timer::PaidTimeOver | Timer::TermOver if self.ends_at.is_some_and(|term| term <= now) => {
                step(self.expired(now), EventType::SubscriptionExpired, OpenInvoices::VoidAll, AccessChange::Suspend)
            }
            Timer::Begins => Elapsed::Step(Box::new(self.begun())),
            Timer::PaidTimeOver if !self.auto_renew => step(self.expired(now), EventType::SubscriptionExpired, OpenInvoices::VoidAll, AccessChange::Suspend),
            Timer::AttemptDue => {
                let number = around.attempts.and_then(|a| a.number(&billing.retry_days, self.zone, now));
                Elapsed::Charge(number.expect("an attempt that is due has a number"))
            }
            Timer::PaidTimeOver if self.status == SubscriptionStatus::Trialing && !around.renewal_is_open => Elapsed::BillTrialEnd,
            // Billed, and not paid by the balance or the card: its periods are counted from the trial's end.
            Timer::PaidTimeOver if self.status == SubscriptionStatus::Trialing => {
                let end = self.current_period.map_or(now, |p| p.end);
                let next = Self { run: Some(Run { number: 0, anchor: Anchor::at(end, self.zone) }), ..self.past_due(billing, now) };
                step(next, EventType::SubscriptionPastDue, OpenInvoices::Keep, AccessChange::Keep)
            }
            Timer::PaidTimeOver => {
                let next = self.past_due(billing, now);
                step(next, EventType::SubscriptionPastDue, OpenInvoices::Keep, AccessChange::Keep)
            }
            Timer::PendingOver | Timer::TermOver => step(self.expired(now), EventType::SubscriptionExpired, OpenInvoices::VoidAll, AccessChange::Keep),
            Timer::GraceOver => {
                let state_until = Some(days_later(now, billing.terminate_after_days, self.zone));
                let next = Self { status: SubscriptionStatus::Suspended, state_until, ..self.clone() };
                step(next, EventType::SubscriptionSuspended, OpenInvoices::Keep, AccessChange::Suspend)
            }
            Timer::SuspensionOver => step(self.ended(now), EventType::SubscriptionCancelled, OpenInvoices::VoidAll, AccessChange::Revoke),
        })
    }

    /// In grace from now on.
    pub fn past_due(&self, billing: &Billing, now: Timestamp) -> Self {
        let state_until = Some(days_later(now, billing.grace_days, self.zone));
        Self { status: SubscriptionStatus::PastDue, state_until, ..self.clone() }
    }

    fn expired(&self, now: Timestamp) -> Self {
        Self { status: SubscriptionStatus::Expired, ended_at: Some(now), state_until: None, pause: None, pending_change: None, ..self.clone() }
    }

    fn ended(&self, now: Timestamp) -> Self {
        Self {
            status: SubscriptionStatus::Cancelled,
            cancelled_at: Some(now),
            ended_at: Some(now),
            cancel_at_period_end: false,
            state_until: None,
            pending_change: None,
            ..self.clone()
        }
    }
}

/// The end of the calendar where the days lead beyond it: then it never comes.
fn days_later(at: Timestamp, days: u32, zone: Zone) -> Timestamp {
    add_local_days(at, days, zone).unwrap_or(Timestamp::MAX)
}
