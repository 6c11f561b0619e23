//! Subscriptions: their states and what moves them (rules, section 2).
//!
//! Each command is a function of the subscription as it is and the time; its decision says what is to happen, and the
//! caller writes it in one transaction. What comes by itself is in `timer.rs`.

use crate::domain::coupon::CouponCode;
use crate::domain::event::EventType;
use crate::domain::id::{CustomerId, InvoiceId, PriceId, ProductId, SubscriptionId};
use crate::domain::invoice::{BillingReason, InvoicePlan, LinePlan, PeriodPlan};
use crate::domain::list::Common;
use crate::domain::money::Money;
use crate::domain::payment_method::PaymentMethodRef;
use crate::domain::proration::{DayShare, charge, partial_first, partial_last};
use crate::domain::reject::Reject;
use crate::domain::settings::LapsedRenewal;
use crate::domain::text::{Encoded, searched};
use crate::domain::time::{Anchor, Interval, Period, Timestamp, Unit, Zone, add_local_days, same_time_left};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SubscriptionStatus {
    /// The first invoice is not paid yet.
    Pending,
    Trialing,
    Active,
    /// In grace: unpaid, with access.
    PastDue,
    Suspended,
    Paused,
    Expired,
    Cancelled,
}

impl SubscriptionStatus {
    pub const ALL: [SubscriptionStatus; 8] = [
        SubscriptionStatus::Pending,
        SubscriptionStatus::Trialing,
        SubscriptionStatus::Active,
        SubscriptionStatus::PastDue,
        SubscriptionStatus::Suspended,
        SubscriptionStatus::Paused,
        SubscriptionStatus::Expired,
        SubscriptionStatus::Cancelled,
    ];

    pub fn text(self) -> &'static str {
        match self {
            SubscriptionStatus::Pending => "pending",
            SubscriptionStatus::Trialing => "trialing",
            SubscriptionStatus::Active => "active",
            SubscriptionStatus::PastDue => "past_due",
            SubscriptionStatus::Suspended => "suspended",
            SubscriptionStatus::Paused => "paused",
            SubscriptionStatus::Expired => "expired",
            SubscriptionStatus::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.text() == text)
    }

    /// Neither cancelled nor expired (rule 1.4).
    pub fn is_live(self) -> bool {
        !matches!(self, SubscriptionStatus::Cancelled | SubscriptionStatus::Expired)
    }
}

/// How the first payment is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FirstPayment {
    /// An open invoice; access begins when it is paid.
    #[default]
    Invoice,
    /// It counts as paid now.
    Manual,
    /// From the customer's balance.
    Credit,
    /// Charged to a stored method now.
    Automatic,
    /// Paid elsewhere: an import.
    None,
}

impl FirstPayment {
    pub const ALL: [FirstPayment; 5] = [FirstPayment::Invoice, FirstPayment::Manual, FirstPayment::Credit, FirstPayment::Automatic, FirstPayment::None];

    pub fn text(self) -> &'static str {
        match self {
            FirstPayment::Invoice => "invoice",
            FirstPayment::Manual => "manual",
            FirstPayment::Credit => "credit",
            FirstPayment::Automatic => "automatic",
            FirstPayment::None => "none",
        }
    }
}

/// How a renewal by hand is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RenewalPayment {
    #[default]
    Manual,
    Invoice,
    Credit,
    Automatic,
}

impl RenewalPayment {
    pub const ALL: [RenewalPayment; 4] = [RenewalPayment::Manual, RenewalPayment::Invoice, RenewalPayment::Credit, RenewalPayment::Automatic];

    pub fn text(self) -> &'static str {
        match self {
            RenewalPayment::Manual => "manual",
            RenewalPayment::Invoice => "invoice",
            RenewalPayment::Credit => "credit",
            RenewalPayment::Automatic => "automatic",
        }
    }
}

/// How renewals are collected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Collection {
    /// The customer pays an invoice that is opened ahead.
    #[default]
    Invoice,
    /// A stored method is charged at the boundary.
    Automatic,
}

impl Collection {
    pub const ALL: [Collection; 2] = [Collection::Invoice, Collection::Automatic];

    pub fn text(self) -> &'static str {
        match self {
            Collection::Invoice => "invoice",
            Collection::Automatic => "automatic",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.text() == text)
    }
}

/// Periods counted from one anchor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run {
    pub number: u32,
    pub anchor: Anchor,
}

impl Run {
    /// The same days and the same time of day by another calendar, in a run that follows this one.
    pub fn in_zone(self, zone: Zone) -> Self {
        if zone == self.anchor.zone {
            return self;
        }
        Self { number: self.number + 1, anchor: Anchor { zone, ..self.anchor } }
    }

    /// The number of the boundary that is nearest to an instant: the zone may have changed in between.
    pub fn nearest_boundary(&self, interval: Interval, to: Timestamp) -> Option<u32> {
        let k = self.anchor.index_at(interval, to)?;
        let away = |k: u32| Some((self.anchor.boundary(interval, k)?.ms() - to.ms()).abs());
        Some(if away(k + 1) < away(k) { k + 1 } else { k })
    }
}

/// What is billed next in a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NextPeriod {
    pub k: u32,
    /// Where the one before it ends; none for its boundary.
    pub begins: Option<Timestamp>,
}

impl NextPeriod {
    /// Of a run that begins.
    pub const FIRST: NextPeriod = NextPeriod { k: 0, begins: None };
}

#[derive(Clone, Debug)]
pub struct Subscription {
    pub row: i64,
    pub id: SubscriptionId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub customer_row: i64,
    pub customer_id: CustomerId,
    pub product_row: i64,
    pub product_id: ProductId,
    pub product_name: String,
    /// Whether its product is taxed.
    pub taxable: bool,
    pub price_row: i64,
    pub price_id: PriceId,
    pub quantity: i64,
    /// The price of one, as it was agreed.
    pub unit_amount: Money,
    pub interval: Interval,
    pub status: SubscriptionStatus,
    /// From the start of the running period to the end of what is paid.
    pub current_period: Option<Period>,
    pub cancel_at_period_end: bool,
    pub cancelled_at: Option<Timestamp>,
    pub cancel_reason: Option<String>,
    pub ended_at: Option<Timestamp>,
    pub auto_renew: bool,
    pub max_connections: Option<i64>,
    /// Copied from the customer or the business when the subscription was made (rule 1.2).
    pub zone: Zone,
    /// The newest run; none until the first payment.
    pub run: Option<Run>,
    pub latest_invoice_id: Option<InvoiceId>,
    pub metadata: Encoded<'static>,
    pub external_id: Option<String>,
    pub trial_end: Option<Timestamp>,
    /// It was told that the trial ends soon.
    pub trial_told: bool,
    /// When its first period was said to begin, whenever that is paid.
    pub start_at: Option<Timestamp>,
    /// Where its fixed term ends.
    pub ends_at: Option<Timestamp>,
    /// When the present state ends by itself: waiting for the first payment, grace, suspension.
    pub state_until: Option<Timestamp>,
    pub pause: Option<Pause>,
    /// The end of paid time after which the vendor wants no further invoice: he took the one back that there was.
    pub renewal_waived_at: Option<Timestamp>,
    /// Why it could not be billed, and is tried again later.
    pub parked: Option<String>,
    pub coupon: Option<SubscriptionCoupon>,
    pub pending_change: Option<PendingChange>,
    pub collection: Collection,
    /// What is charged; none for the customer's default.
    pub payment_method: Option<PaymentMethodRef>,
}

/// Another product, price or quantity that comes with the end of what is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingChange {
    pub product_id: ProductId,
    pub price_row: i64,
    pub price_id: PriceId,
    pub quantity: i64,
    pub at: Timestamp,
}

/// The coupon that a subscription has now, by its redemption.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubscriptionCoupon {
    pub redemption: i64,
    pub code: CouponCode,
}

/// Since when it is paused, and what it was before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pause {
    pub at: Timestamp,
    pub from: SubscriptionStatus,
}

/// A row of the table of periods: what is billed or given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PeriodRow {
    pub row: i64,
    pub run: u32,
    pub k: u32,
    pub dates: Option<Period>,
    /// Its invoice is paid, or it needs none.
    pub paid: bool,
    /// It is what is left of a period after a change, beside the period itself.
    pub part: bool,
}

/// Where periods stand from now on, by their rows.
pub type Places = Vec<(i64, PeriodPlan)>;

/// How a paused subscription goes on.
#[derive(Clone, Debug)]
pub struct Resumed {
    pub step: Step,
    /// Paid periods that were still to come.
    pub moved: Places,
    /// Those that were running, with their new dates and the days of the pause.
    pub stretched: Vec<(i64, Period, i64)>,
}

/// Where a change that waits for the end of paid time comes, after that time has moved.
fn moved_pending(pending: PendingChange, later: &[&PeriodRow], moved: &Places, end: Timestamp) -> PendingChange {
    // Its first period may be paid already, and has moved along.
    let own = later.iter().find(|p| p.dates.is_some_and(|d| d.start == pending.at));
    let place = own.and_then(|own| moved.iter().find(|(row, _)| *row == own.row)).and_then(|(_, plan)| plan.dates);
    PendingChange { at: place.map_or(end, |dates| dates.start), ..pending }
}

/// What becomes of invoices that are not paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OpenInvoices {
    Keep,
    /// The renewal's is voided.
    VoidRenewal,
    VoidAll,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccessChange {
    Keep,
    Grant,
    /// Off, and on again when it goes on.
    Suspend,
    Revoke,
}

/// What a command decided.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It is so already; nothing is written.
    AlreadyDone,
    Apply(Box<Step>),
}

/// One step of a subscription's life, to be written in one transaction.
#[derive(Clone, Debug)]
pub struct Step {
    /// The subscription as it is afterwards.
    pub next: Subscription,
    pub event: EventType,
    pub open_invoices: OpenInvoices,
    pub access: AccessChange,
}

impl Step {
    pub(super) fn decide(next: Subscription, event: EventType, open_invoices: OpenInvoices, access: AccessChange) -> Decision {
        Decision::Apply(Box::new(Self { next, event, open_invoices, access }))
    }
}

/// What a new subscription is made of, once customer, product and price are known.
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    pub product_name: &'a str,
    pub interval: Interval,
    pub unit_amount: Money,
    pub quantity: i64,
    /// In the subscription's currency; zero for none.
    pub setup_fee: Money,
    pub taxable: bool,
    pub zone: Zone,
    /// The day of the month on which periods begin; the first one is a part.
    pub anchor_day: Option<u32>,
    /// Where a fixed term ends.
    pub ends_at: Option<Timestamp>,
}

/// How a subscription begins.
#[derive(Clone, Debug)]
pub struct Opening {
    pub status: SubscriptionStatus,
    pub run: Option<Run>,
    pub current: Option<PeriodPlan>,
    pub invoice: Option<InvoicePlan>,
    pub trial_end: Option<Timestamp>,
}

pub(super) fn beyond_calendar() -> Reject {
    Reject::new(crate::domain::reject::Code::ValidationError, "The period would end beyond the year 9999.")
}

pub const START_IN_THE_PAST: &str = "Must not lie in the past, but with \"payment\": \"none\", for a subscription that was paid elsewhere";

/// The beginning of a subscription (the table's rows "create"). `start` is where an import began, or where another is to begin.
pub fn open(terms: &Terms<'_>, payment: FirstPayment, start: Option<Timestamp>, pending_until: Timestamp, now: Timestamp) -> Result<Opening, Reject> {
    let begin = start.unwrap_or(now);
    if payment != FirstPayment::None && begin < now {
        return Err(Reject::field("startAt", START_IN_THE_PAST));
    }
    if terms.ends_at.is_some_and(|end| end <= begin.max(now)) {
        return Err(Reject::field("endsAt", "Must lie after the beginning, and in the future"));
    }
    if payment == FirstPayment::Invoice && !is_dated(terms, start, pending_until)? {
        let description = format!("{}, {} from payment", terms.product_name, terms.interval.words());
        let line = first_line(terms, description, PeriodPlan { run: 0, k: 0, dates: None });
        let invoice = Some(first_invoice(terms, line, pending_until));
        return Ok(Opening { status: SubscriptionStatus::Pending, run: None, current: None, invoice, trial_end: None });
    }
    let (run, first, whole) = first_period(terms, begin, begin.max(now))?;
    if payment == FirstPayment::None {
        let status = if begin > now { SubscriptionStatus::Pending } else { SubscriptionStatus::Active };
        return Ok(Opening { status, run: Some(run), current: Some(first), invoice: None, trial_end: None });
    }
    let line = first_line(terms, format!("{}, {}", terms.product_name, terms.interval.words()), first);
    let line = part_of_period(line, terms.product_name, whole, terms.zone)?;
    let due_at = if payment == FirstPayment::Invoice { pending_until } else { now };
    let invoice = Some(first_invoice(terms, line, due_at));
    let (status, current) = match payment {
        FirstPayment::Invoice => (SubscriptionStatus::Pending, None),
        _ if begin > now => (SubscriptionStatus::Pending, None),
        _ => (SubscriptionStatus::Active, Some(first)),
    };
    Ok(Opening { status, run: Some(run), current, invoice, trial_end: None })
}

/// Whether the dates of the first period are fixed at the beginning, whatever the day of payment: where somebody said when it
/// begins or on which day periods turn, or where a term could cut it.
fn is_dated(terms: &Terms<'_>, start: Option<Timestamp>, pending_until: Timestamp) -> Result<bool, Reject> {
    if start.is_some() || terms.anchor_day.is_some() {
        return Ok(true);
    }
    let Some(term) = terms.ends_at else { return Ok(false) };
    let latest = Anchor::at(pending_until, terms.zone).boundary(terms.interval, 1).ok_or_else(beyond_calendar)?;
    Ok(latest > term)
}

/// The beginning with free days, which end so many local dates later at the same time (rule 1.6). Nothing is billed.
pub fn open_trial(terms: &Terms<'_>, days: u32, now: Timestamp) -> Result<Opening, Reject> {
    let end = add_local_days(now, days, terms.zone).ok_or_else(beyond_calendar)?;
    Ok(Opening { status: SubscriptionStatus::Trialing, run: None, current: None, invoice: None, trial_end: Some(end) })
}

/// The period that contains `now` of what begins at `begin`, and the whole period of which it may be a part.
fn first_period(terms: &Terms<'_>, begin: Timestamp, now: Timestamp) -> Result<(Run, PeriodPlan, Period), Reject> {
    let anchor = match terms.anchor_day {
        Some(_) if !matches!(terms.interval.unit, Unit::Month | Unit::Year) => {
            return Err(Reject::field("anchorDay", "Is taken only with a price by the month or the year"));
        }
        Some(day) => Anchor::on_day(begin, terms.zone, terms.interval, day).ok_or_else(beyond_calendar)?,
        None => Anchor::at(begin, terms.zone),
    };
    let k = anchor.index_at(terms.interval, now).ok_or_else(beyond_calendar)?;
    let whole = anchor.period(terms.interval, k).ok_or_else(beyond_calendar)?;
    let entered = partial_first(whole, begin);
    let dates = terms.ends_at.map_or(entered, |end| partial_last(entered, end));
    Ok((Run { number: 0, anchor }, PeriodPlan { run: 0, k, dates: Some(dates) }, whole))
}

fn first_line(terms: &Terms<'_>, description: String, period: PeriodPlan) -> LinePlan {
    LinePlan { description, quantity: terms.quantity, unit_amount: terms.unit_amount, period: Some(period), taxable: terms.taxable, prorated: None, rest: None }
}

/// The same line for what it bills of the whole period: its days of that one's.
fn part_of_period(line: LinePlan, product_name: &str, whole: Period, zone: Zone) -> Result<LinePlan, Reject> {
    let Some(dates) = line.period.and_then(|p| p.dates).filter(|dates| *dates != whole) else { return Ok(line) };
    let share = DayShare::of_period(dates, whole, zone);
    if share.is_whole() {
        return Ok(line);
    }
    let prorated = charge(line.unit_amount, line.quantity, share)?;
    let description = format!("{product_name}, {} of {} days", share.days(), share.of());
    Ok(LinePlan { description, quantity: 1, unit_amount: prorated.amount, prorated: Some(prorated.explanation.to_string()), ..line })
}

fn first_invoice(terms: &Terms<'_>, line: LinePlan, due_at: Timestamp) -> InvoicePlan {
    let mut lines = vec![line];
    if terms.setup_fee.is_positive() {
        lines.push(LinePlan::setup_fee(terms.product_name, terms.setup_fee, terms.taxable));
    }
    InvoicePlan { reason: BillingReason::SubscriptionCreate, currency: terms.unit_amount.currency(), due_at, lines, run: None, replaces: None }
}

fn renewal_of(lines: Vec<LinePlan>, unit_amount: Money, due_at: Timestamp) -> InvoicePlan {
    InvoicePlan { reason: BillingReason::SubscriptionCycle, currency: unit_amount.currency(), due_at, lines, run: None, replaces: None }
}

fn not_begun() -> Reject {
    Reject::state_conflict("This subscription has not begun.")
}

impl Subscription {
    pub const MAX_QUANTITY: i64 = 1000;
    pub const MAX_RENEWED_PERIODS: u32 = 60;
    pub const MAX_EXTENSION_DAYS: u32 = 3650;

    pub fn amount(&self) -> Result<Money, Reject> {
        self.unit_amount.times(self.quantity)
    }

    /// What a search looks into, as it sees it, beside the customer's and the product's.
    pub fn search_text(&self) -> String {
        searched(self.external_id.as_deref().unwrap_or(""))
    }

    pub(super) fn refuse_if_over(&self) -> Result<(), Reject> {
        match self.status {
            SubscriptionStatus::Cancelled => Err(Reject::state_conflict("This subscription is cancelled, and that is final.")),
            SubscriptionStatus::Expired => Err(Reject::state_conflict("This subscription is expired.")),
            _ => Ok(()),
        }
    }

    /// The first invoice was paid, and says which time it is for: that begins when it begins.
    pub fn first_paid(&self, dates: Period, now: Timestamp) -> Step {
        assert_eq!(self.status, SubscriptionStatus::Pending, "only a pending subscription is activated");
        let paid = Self { current_period: Some(dates), state_until: None, ..self.clone() };
        if dates.start <= now {
            return paid.begun();
        }
        Step { next: paid, event: EventType::SubscriptionUpdated, open_invoices: OpenInvoices::Keep, access: AccessChange::Keep }
    }

    /// What is paid begins.
    pub fn begun(&self) -> Step {
        let next = Self { status: SubscriptionStatus::Active, ..self.clone() };
        Step { next, event: EventType::SubscriptionActivated, open_invoices: OpenInvoices::Keep, access: AccessChange::Grant }
    }

    /// The first invoice was paid: the moment of payment is the anchor.
    pub fn activate(&self, now: Timestamp) -> Result<(Step, PeriodPlan), Reject> {
        assert_eq!(self.status, SubscriptionStatus::Pending, "only a pending subscription is activated");
        let anchor = Anchor::at(now, self.zone);
        let (run, plan) = (Run { number: 0, anchor }, PeriodPlan { run: 0, k: 0, dates: Some(anchor.period(self.interval, 0).ok_or_else(beyond_calendar)?) });
        let next = Self { status: SubscriptionStatus::Active, run: Some(run), current_period: plan.dates, state_until: None, ..self.clone() };
        Ok((Step { next, event: EventType::SubscriptionActivated, open_invoices: OpenInvoices::Keep, access: AccessChange::Grant }, plan))
    }

    /// Renewal periods were paid, each for `unit_amount`: what is paid now reaches to the last one's end, once. One that
    /// had lapsed goes on, in the run in which the periods are. `recorded` is the anchor of their run, where that is another than the newest.
    pub fn renewed(&self, paid: &[PeriodRow], unit_amount: Money, recorded: Option<Anchor>) -> Option<Step> {
        let dates = || paid.iter().filter_map(|p| p.dates);
        let (first, until) = (dates().map(|d| d.start).min()?, dates().map(|d| d.end).max()?);
        let run = paid.iter().map(|p| p.run).max()?;
        let run = match self.run {
            Some(newest) if newest.number >= run => newest,
            _ => Run { number: run, anchor: recorded.unwrap_or_else(|| Anchor::at(first, self.zone)) },
        };
        let reached = self.current_period.map_or(until, |p| p.end.max(until));
        let moved = Self { run: Some(run), zone: run.anchor.zone, unit_amount, ..self.clone() };
        let on = |start, access| {
            let current_period = Some(Period { start, end: reached });
            let next = Self { status: SubscriptionStatus::Active, current_period, state_until: None, ended_at: None, ..moved.clone() };
            Step { next, event: EventType::SubscriptionRenewed, open_invoices: OpenInvoices::Keep, access }
        };
        match self.status {
            SubscriptionStatus::Active => Some(on(self.current_period.map_or(first, |p| p.start), AccessChange::Keep)),
            // Free, or paid by the balance, when the trial is over.
            SubscriptionStatus::PastDue | SubscriptionStatus::Trialing => Some(on(first, AccessChange::Keep)),
            SubscriptionStatus::Suspended | SubscriptionStatus::Expired => Some(on(first, AccessChange::Grant)),
            SubscriptionStatus::Paused => {
                let current_period = Some(Period { start: first, end: reached });
                // It goes on as one that is paid.
                let pause = self.pause.map(|p| Pause { from: SubscriptionStatus::Active, ..p });
                let next = Self { current_period, pause, ..moved };
                Some(Step { next, event: EventType::SubscriptionRenewed, open_invoices: OpenInvoices::Keep, access: AccessChange::Keep })
            }
            SubscriptionStatus::Pending | SubscriptionStatus::Cancelled => None,
        }
    }

    pub fn cancel_now(&self, reason: Option<String>, now: Timestamp) -> Result<Decision, Reject> {
        if self.status == SubscriptionStatus::Cancelled {
            return Err(Reject::state_conflict("This subscription is cancelled already."));
        }
        let next = Self {
            status: SubscriptionStatus::Cancelled,
            cancelled_at: Some(now),
            ended_at: self.ended_at.or(Some(now)),
            cancel_reason: reason,
            cancel_at_period_end: false,
            state_until: None,
            pause: None,
            parked: None,
            pending_change: None,
            ..self.clone()
        };
        Ok(Step::decide(next, EventType::SubscriptionCancelled, OpenInvoices::VoidAll, AccessChange::Revoke))
    }

    /// To end with what is paid.
    pub fn cancel_at_period_end(&self, reason: Option<String>) -> Result<Decision, Reject> {
        self.refuse_if_over()?;
        if self.cancel_at_period_end {
            return Ok(Decision::AlreadyDone);
        }
        let next = Self { cancel_at_period_end: true, cancel_reason: reason, ..self.clone() };
        Ok(Step::decide(next, EventType::SubscriptionUpdated, OpenInvoices::VoidRenewal, AccessChange::Keep))
    }

    /// Until when there is access, as far as it is known: what is paid or free, and grace after it.
    pub fn access_until(&self) -> Option<Timestamp> {
        match self.status {
            SubscriptionStatus::PastDue => self.state_until,
            _ => self.current_period.map(|p| p.end),
        }
    }

    /// Takes back a cancellation that has not come about.
    pub fn uncancel(&self) -> Result<Decision, Reject> {
        self.refuse_if_over()?;
        if !self.cancel_at_period_end {
            return Ok(Decision::AlreadyDone);
        }
        let next = Self { cancel_at_period_end: false, cancel_reason: None, ..self.clone() };
        Ok(Step::decide(next, EventType::SubscriptionUpdated, OpenInvoices::Keep, AccessChange::Keep))
    }

    /// What a PATCH changed. Without automatic renewal an open renewal invoice goes.
    pub fn updated(&self, next: Self) -> Decision {
        let open_invoices = if self.auto_renew && !next.auto_renew { OpenInvoices::VoidRenewal } else { OpenInvoices::Keep };
        Step::decide(next, EventType::SubscriptionUpdated, open_invoices, AccessChange::Keep)
    }

    /// Whether a renewal by hand is possible. `cancelled` is final; the others wait for what moves them.
    pub fn may_renew(&self) -> Result<(), Reject> {
        match self.status {
            SubscriptionStatus::Expired if self.ends_at.is_some_and(|end| self.ended_at >= Some(end)) => {
                Err(Reject::state_conflict("The term of this subscription is over. Create a new one."))
            }
            SubscriptionStatus::Expired if self.current_period.is_none() => Err(not_begun()),
            SubscriptionStatus::Active | SubscriptionStatus::PastDue | SubscriptionStatus::Suspended | SubscriptionStatus::Expired => Ok(()),
            SubscriptionStatus::Pending if self.current_period.is_some() => Err(Reject::state_conflict("This subscription is paid and has not begun.")),
            SubscriptionStatus::Pending => Err(Reject::state_conflict("This subscription waits for its first payment. Mark its invoice as paid.")),
            SubscriptionStatus::Cancelled => Err(Reject::state_conflict("This subscription is cancelled, and that is final. Create a new one.")),
            other => Err(Reject::state_conflict(format!("A subscription that is {} cannot be renewed.", other.text()))),
        }
    }

    /// Where the period begins with which the paid time ends: the last of the newest run, or, where an extension has only
    /// begun a run at the end of what is paid, the running one.
    pub(super) fn ending_period_start(&self, run: &Run, current: Period) -> Timestamp {
        let last_instant = current.end.plus_ms(-1);
        let begun = run.anchor.boundary(self.interval, 0).is_some_and(|anchor| anchor <= last_instant);
        let k = if begun { run.anchor.index_at(self.interval, last_instant) } else { None };
        // The first one may have been entered late.
        k.and_then(|k| run.anchor.boundary(self.interval, k)).unwrap_or(current.start).max(current.start)
    }

    /// Whether what is paid now is paid from now on: the time since what was paid is lost. One that is suspended for the charge of a
    /// change may be paid beyond now.
    pub fn begins_anew(&self, lapsed: LapsedRenewal, now: Timestamp) -> bool {
        if self.current_period.is_some_and(|paid| paid.end > now) {
            return false;
        }
        match self.status {
            SubscriptionStatus::Suspended => lapsed == LapsedRenewal::FromPayment,
            SubscriptionStatus::Expired => true,
            _ => false,
        }
    }

    /// The newest run, or a new one from now, by the calendar of this zone.
    pub fn run_to_renew(&self, begins_anew: bool, zone: Zone, now: Timestamp) -> Result<Run, Reject> {
        let newest = self.run.ok_or_else(not_begun)?;
        Ok(if begins_anew { Run { number: newest.number + 1, anchor: Anchor::at(now, zone) } } else { newest })
    }

    /// The places of periods that waited for their payment, one after the other from `now` on.
    pub fn placed_from(&self, waiting: &[PeriodRow], now: Timestamp) -> Result<Places, Reject> {
        let waiting: Vec<&PeriodRow> = waiting.iter().collect();
        Ok(self.behind(self.run.ok_or_else(not_begun)?, now, &waiting)?.1)
    }

    /// An invoice for `count` periods, the first of which is the next of a run, at the price's amount of now: a changed
    /// price touches a running subscription from its next boundary (rule 4).
    pub fn renewal(&self, run: &Run, count: u32, next: NextPeriod, unit_amount: Money, due_at: Timestamp) -> Result<InvoicePlan, Reject> {
        let mut lines = Vec::new();
        for k in next.k..next.k.saturating_add(count) {
            let mut whole = run.anchor.period(self.interval, k).ok_or_else(beyond_calendar)?;
            // By another calendar the boundary is at another instant: no gap, no overlap (rule 1.2).
            whole.start = next.begins.filter(|_| k == next.k).unwrap_or(whole.start);
            let dates = self.within_term(whole);
            if dates.end <= dates.start {
                return Err(self.term_is_used_up(lines.len()));
            }
            lines.push(self.dated_line(unit_amount, PeriodPlan { run: run.number, k, dates: Some(dates) }, whole)?);
        }
        Ok(InvoicePlan { run: Some(*run), ..renewal_of(lines, unit_amount, due_at) })
    }

    fn term_is_used_up(&self, left: usize) -> Reject {
        let end = self.ends_at.map_or_else(String::new, |end| end.local_date(self.zone).to_string());
        Reject::state_conflict(match left {
            0 => format!("The term of this subscription ends on {end}, and no period is left of it."),
            1 => format!("The term of this subscription ends on {end}: only 1 period is left of it."),
            _ => format!("The term of this subscription ends on {end}: only {left} periods are left of it."),
        })
    }

    /// The same for one that has lapsed: `count` periods of a new run, which begins with the payment.
    pub fn renewal_from_payment(&self, count: u32, unit_amount: Money, due_at: Timestamp) -> Result<InvoicePlan, Reject> {
        let newest = self.run.ok_or_else(not_begun)?;
        let line = |k| self.period_line(unit_amount, if k == 0 { " from payment" } else { "" }, PeriodPlan { run: newest.number + 1, k, dates: None });
        Ok(renewal_of((0..count).map(line).collect(), unit_amount, due_at))
    }

    pub(super) fn period_line(&self, unit_amount: Money, when: &str, period: PeriodPlan) -> LinePlan {
        let description = format!("{}, {}{when}", self.product_name, self.interval.words());
        LinePlan { description, quantity: self.quantity, unit_amount, period: Some(period), taxable: self.taxable, prorated: None, rest: None }
    }

    /// The line for a period with dates, which may be a part of the `whole` one.
    pub(super) fn dated_line(&self, unit_amount: Money, period: PeriodPlan, whole: Period) -> Result<LinePlan, Reject> {
        let line = self.period_line(unit_amount, "", period);
        part_of_period(line, &self.product_name, whole, self.zone)
    }

    /// What of a period lies in the fixed term.
    pub(super) fn within_term(&self, whole: Period) -> Period {
        self.ends_at.map_or(whole, |end| partial_last(whole, end))
    }

    /// Free days after the running period's end, or from now where that is past. A new run begins at the extended end, and
    /// periods that are already paid move behind it: they are returned with their new places.
    pub fn extend(&self, days: u32, periods: &[PeriodRow], now: Timestamp) -> Result<(Step, Places), Reject> {
        use SubscriptionStatus::{Active, PastDue, Suspended};
        let (Active | PastDue | Suspended, Some(run), Some(current)) = (self.status, self.run, self.current_period) else {
            self.refuse_if_over()?;
            return Err(Reject::state_conflict(format!("A subscription that is {} cannot be extended.", self.status.text())));
        };
        let later: Vec<&PeriodRow> = periods.iter().filter(|p| p.paid && p.dates.is_some_and(|d| d.start > now)).collect();
        let running_end = later.iter().filter_map(|p| p.dates.map(|d| d.start)).min().unwrap_or(current.end);
        let begin = add_local_days(running_end.max(now), days, self.zone).ok_or_else(beyond_calendar)?;
        let (run, moved, end) = self.behind(run, begin, &later)?;
        if let Some(term) = self.ends_at.filter(|term| *term < end) {
            let message = format!("The term of this subscription ends on {}: days beyond it would be nobody's.", term.local_date(self.zone));
            return Err(Reject::state_conflict(message));
        }
        let pending_change = self.pending_change.map(|p| moved_pending(p, &later, &moved, end));
        let next = Self { status: Active, state_until: None, run: Some(run), current_period: Some(Period { end, ..current }), pending_change, ..self.clone() };
        let access = if self.status == Suspended { AccessChange::Grant } else { AccessChange::Keep };
        Ok((Step { next, event: EventType::SubscriptionExtended, open_invoices: OpenInvoices::VoidRenewal, access }, moved))
    }

    /// By the vendor: access off, no timers. A renewal invoice that is not overdue is voided.
    pub fn paused(&self, now: Timestamp) -> Result<Decision, Reject> {
        self.refuse_if_over()?;
        let open_invoices = match self.status {
            SubscriptionStatus::Paused => return Ok(Decision::AlreadyDone),
            SubscriptionStatus::Active | SubscriptionStatus::Trialing => OpenInvoices::VoidRenewal,
            SubscriptionStatus::PastDue => OpenInvoices::Keep,
            other => return Err(Reject::state_conflict(format!("A subscription that is {} cannot be paused.", other.text()))),
        };
        let next = Self { status: SubscriptionStatus::Paused, pause: Some(Pause { at: now, from: self.status }), ..self.clone() };
        Ok(Step::decide(next, EventType::SubscriptionPaused, open_invoices, AccessChange::Suspend))
    }

    /// On again: the local days and the time of day that were left when it was paused are left again, of the running period,
    /// the trial or the grace. A new run begins where the running period ends; paid ones move behind it, and are returned with
    /// their new places.
    pub fn resumed(&self, periods: &[PeriodRow], now: Timestamp) -> Result<Resumed, Reject> {
        let (SubscriptionStatus::Paused, Some(pause), Some(current)) = (self.status, self.pause, self.current_period) else {
            self.refuse_if_over()?;
            return Err(Reject::state_conflict("This subscription is not paused."));
        };
        let again = |end: Timestamp| same_time_left(pause.at, end.max(pause.at), now, self.zone).ok_or_else(beyond_calendar);
        let on = Self { status: pause.from, pause: None, ..self.clone() };
        let step = |next| Step { next, event: EventType::SubscriptionResumed, open_invoices: OpenInvoices::Keep, access: AccessChange::Grant };
        match (pause.from, self.run) {
            (SubscriptionStatus::PastDue, _) if current.end <= pause.at => {
                let state_until = self.state_until.map(again).transpose()?;
                Ok(Resumed { step: step(Self { state_until, ..on }), moved: Vec::new(), stretched: Vec::new() })
            }
            (SubscriptionStatus::Trialing, _) | (_, None) => {
                let end = again(current.end)?;
                let next = Self { current_period: Some(Period { end, ..current }), trial_end: self.trial_end.map(|_| end), ..on };
                Ok(Resumed { step: step(next), moved: Vec::new(), stretched: Vec::new() })
            }
            (_, Some(run)) => {
                let later: Vec<&PeriodRow> = periods.iter().filter(|p| p.paid && p.dates.is_some_and(|d| d.start > pause.at)).collect();
                let running_end = later.iter().filter_map(|p| p.dates.map(|d| d.start)).min().unwrap_or(current.end);
                let (run, moved, end) = self.behind(run, again(running_end)?, &later)?;
                let pending_change = self.pending_change.map(|p| moved_pending(p, &later, &moved, end));
                // Past due in paid time, for the charge of a change: grace goes on, too.
                let state_until = self.state_until.filter(|_| pause.from == SubscriptionStatus::PastDue).map(again).transpose()?;
                let next = Self { run: Some(run), current_period: Some(Period { end, ..current }), pending_change, state_until, ..on };
                Ok(Resumed { step: step(next), moved, stretched: self.stretched(periods, pause.at, now)? })
            }
        }
    }

    /// The periods that were running when it was paused, by their rows: they end later by as much as the pause was long, and by
    /// so many days that nobody had.
    fn stretched(&self, periods: &[PeriodRow], paused_at: Timestamp, now: Timestamp) -> Result<Vec<(i64, Period, i64)>, Reject> {
        let running = periods.iter().filter_map(|p| Some((p.row, p.dates.filter(|d| d.start <= paused_at && paused_at < d.end)?)));
        let stretch = |(row, dates): (i64, Period)| {
            let end = same_time_left(paused_at, dates.end, now, self.zone).ok_or_else(beyond_calendar)?;
            Ok((row, Period { end, ..dates }, dates.end.days_until(end, self.zone)))
        };
        running.map(stretch).collect()
    }

    /// A new run that begins at `begin`, with paid periods in it one after the other, and where the last of them ends.
    fn behind(&self, newest: Run, begin: Timestamp, paid: &[&PeriodRow]) -> Result<(Run, Places, Timestamp), Reject> {
        let run = Run { number: newest.number + 1, anchor: Anchor::at(begin, self.zone) };
        let (mut moved, mut end) = (Vec::new(), begin);
        for (k, row) in (0_u32..).zip(paid) {
            let dates = run.anchor.period(self.interval, k).ok_or_else(beyond_calendar)?;
            end = dates.end;
            moved.push((row.row, PeriodPlan { run: run.number, k, dates: Some(dates) }));
        }
        Ok((run, moved, end))
    }
}

#[derive(Clone, Debug, Default)]
pub struct SubscriptionFilter {
    pub common: Common,
    /// Any of these; none for all.
    pub statuses: Vec<SubscriptionStatus>,
    pub customer_id: Option<CustomerId>,
    pub product_id: Option<ProductId>,
    pub current_period_end_before: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::TypedId;
    use crate::domain::invoice::Pricing;
    use crate::domain::money::Currency;
    use crate::domain::time::Unit;
    use uuid::Uuid;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap_or_else(|e| panic!("{e}")))
    }

    const MONTH: Interval = Interval { unit: Unit::Month, count: 1 };

    fn terms() -> Terms<'static> {
        Terms {
            product_name: "Gold",
            interval: MONTH,
            unit_amount: usd(999),
            quantity: 2,
            setup_fee: usd(500),
            taxable: true,
            zone: Zone::UTC,
            anchor_day: None,
            ends_at: None,
        }
    }

    fn active(start: &str, end: &str) -> Subscription {
        let period = Period { start: at(start), end: at(end) };
        Subscription {
            row: 1,
            id: SubscriptionId::from_uuid(Uuid::nil()),
            created_at: at(start),
            updated_at: at(start),
            customer_row: 1,
            customer_id: CustomerId::from_uuid(Uuid::nil()),
            product_row: 1,
            product_id: ProductId::from_uuid(Uuid::nil()),
            product_name: "Gold".into(),
            taxable: true,
            price_row: 1,
            price_id: PriceId::from_uuid(Uuid::nil()),
            quantity: 1,
            unit_amount: usd(999),
            interval: MONTH,
            status: SubscriptionStatus::Active,
            current_period: Some(period),
            cancel_at_period_end: false,
            cancelled_at: None,
            cancel_reason: None,
            ended_at: None,
            auto_renew: true,
            max_connections: None,
            zone: Zone::UTC,
            run: Some(Run { number: 0, anchor: Anchor::at(at(start), Zone::UTC) }),
            latest_invoice_id: None,
            metadata: Encoded("{}".into()),
            external_id: None,
            trial_end: None,
            trial_told: false,
            start_at: None,
            ends_at: None,
            state_until: None,
            pause: None,
            renewal_waived_at: None,
            parked: None,
            coupon: None,
            pending_change: None,
            collection: Collection::Invoice,
            payment_method: None,
        }
    }

    fn step(decision: Result<Decision, Reject>) -> Step {
        match decision {
            Ok(Decision::Apply(step)) => *step,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rule_2_create_by_invoice_waits_for_the_payment_which_is_the_anchor() {
        let opening = open(&terms(), FirstPayment::Invoice, None, at("2026-02-07"), at("2026-01-31")).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((opening.status, opening.run, opening.current), (SubscriptionStatus::Pending, None, None));
        let invoice = opening.invoice.unwrap_or_else(|| panic!("no invoice"));
        assert_eq!(invoice.lines[0].description, "Gold, 1 month from payment");
        assert_eq!(invoice.price(&Pricing::default()).map(|p| p.assessment.sums.total), Ok(usd(2498)));

        let pending = Subscription { status: SubscriptionStatus::Pending, run: None, current_period: None, ..active("2026-01-31", "2026-02-28") };
        let (step, plan) = pending.activate(at("2026-02-03T10:00:00Z")).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!(step.next.status, SubscriptionStatus::Active);
        assert_eq!(plan.dates, Some(Period { start: at("2026-02-03T10:00:00Z"), end: at("2026-03-03T10:00:00Z") }));
    }

    #[test]
    fn rule_2_an_import_is_in_the_period_that_contains_now() {
        let opening = open(&terms(), FirstPayment::None, Some(at("2025-10-31")), at("2026-02-07"), at("2026-02-15")).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!(opening.current, Some(PeriodPlan { run: 0, k: 3, dates: Some(Period { start: at("2026-01-31"), end: at("2026-02-28") }) }));
        assert!(opening.invoice.is_none());
        let waiting = open(&terms(), FirstPayment::None, Some(at("2026-03-01")), at("2026-02-07"), at("2026-02-15")).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((waiting.status, waiting.current.map(|p| p.k), waiting.invoice), (SubscriptionStatus::Pending, Some(0), None));
        assert!(open(&terms(), FirstPayment::Manual, Some(at("2026-01-01")), at("2026-02-07"), at("2026-02-15")).is_err());
    }

    #[test]
    fn rule_2_cancelled_is_terminal() {
        let cancelled = step(active("2026-01-31", "2026-02-28").cancel_now(None, at("2026-02-01"))).next;
        assert!(cancelled.cancel_now(None, at("2026-02-02")).is_err());
        assert!(cancelled.cancel_at_period_end(None).is_err());
        assert!(cancelled.uncancel().is_err());
        assert!(cancelled.may_renew().is_err());
        assert!(cancelled.extend(3, &[], at("2026-02-02")).is_err());
    }

    #[test]
    fn rule_2_the_next_invoice_opens_the_lead_before_the_boundary() {
        let opens = |s: &Subscription| s.renewal_opens(7).map(|t| t.to_string()[..10].to_owned()).unwrap_or_default();
        let subscription = active("2026-01-31", "2026-02-28");
        assert_eq!(opens(&subscription), "2026-02-21");
        assert_eq!(opens(&Subscription { auto_renew: false, ..subscription.clone() }), "");
        let ending = step(subscription.cancel_at_period_end(None)).next;
        assert_eq!(opens(&ending), "");
        assert_eq!(opens(&step(ending.uncancel()).next), "2026-02-21");
        let daily = Subscription { interval: Interval { unit: Unit::Day, count: 1 }, ..active("2026-01-31", "2026-02-01") };
        assert_eq!(opens(&daily), "2026-02-01");
        let weekly = Subscription { interval: Interval { unit: Unit::Week, count: 1 }, ..active("2026-01-31", "2026-02-07") };
        assert_eq!(opens(&weekly), "2026-02-01");
        let (extended, _) = subscription.extend(5, &[], at("2026-02-10")).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!(opens(&extended.next), "2026-02-26");
    }

    #[test]
    fn rule_1_3_renewal_periods_are_counted_from_the_anchor() {
        let subscription = active("2026-01-31", "2026-02-28");
        let run = subscription.run.unwrap_or_else(|| panic!("no run"));
        let plan = subscription.renewal(&run, 3, NextPeriod { k: 1, begins: None }, usd(1099), at("2026-02-28")).unwrap_or_else(|r| panic!("{r:?}"));
        let ends: Vec<_> = plan.lines.iter().filter_map(|l| l.period?.dates).map(|d| d.end.to_string()[..10].to_owned()).collect();
        assert_eq!(ends, ["2026-03-31", "2026-04-30", "2026-05-31"]);
    }

    #[test]
    fn rule_2_an_extension_gives_days_after_the_running_period_and_paid_ones_move() {
        let row = |k: u32, start: &str, end: &str, paid| PeriodRow {
            row: i64::from(k),
            run: 0,
            k,
            dates: Some(Period { start: at(start), end: at(end) }),
            paid,
            part: false,
        };
        let periods = [row(0, "2026-01-31", "2026-02-28", true), row(1, "2026-02-28", "2026-03-31", true), row(2, "2026-03-31", "2026-04-30", false)];
        let (step, moved) = active("2026-01-31", "2026-03-31").extend(5, &periods, at("2026-02-10")).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!(moved, [(1, PeriodPlan { run: 1, k: 0, dates: Some(Period { start: at("2026-03-05"), end: at("2026-04-05") }) })]);
        assert_eq!(step.next.current_period, Some(Period { start: at("2026-01-31"), end: at("2026-04-05") }));
        assert_eq!(step.open_invoices, OpenInvoices::VoidRenewal);

        let (step, moved) = active("2026-01-31", "2026-02-28").extend(5, &periods[..1], at("2026-03-10")).unwrap_or_else(|r| panic!("{r:?}"));
        assert!(moved.is_empty());
        assert_eq!(step.next.current_period.map(|p| p.end), Some(at("2026-03-15")));
    }
}
