//! A year of the demo's business, week by week, by the use cases that everybody calls.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::app::{Answer, App, Caller};
use crate::cli::demo::{Bar, DAYS, business};
use crate::domain::actor::Actor;
use crate::domain::id::{CustomerId, InvoiceId, SubscriptionId, TypedId};
use crate::domain::invoice::{InvoiceFilter, InvoiceStatus};
use crate::domain::list::{Order, Page};
use crate::domain::time::{Timestamp, Zone, add_local_days};
use crate::error::{Error, Result};
use crate::wire::input::{Field, read_body};

/// How many use cases are under way at a time: their commits are one.
const AT_ONCE: usize = 64;
const WEEKS: u32 = DAYS / 7;

/// What became of it.
pub struct Lived {
    pub customers: u32,
    pub subscriptions: u32,
    pub invoices: i64,
    pub from: String,
    pub to: String,
    /// A month on, to move the clock to.
    pub next: String,
}

/// The same year every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.roll() % n.max(1)
    }

    /// So many times in a thousand.
    fn in_thousand(&mut self, n: u64) -> bool {
        self.below(1000) < n
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(u64::try_from(all.len()).ok()?)).ok()?;
        all.get(at)
    }
}

/// A price on sale.
#[derive(Clone)]
struct Price {
    id: String,
    product: String,
    currency: String,
    /// By the month: what most people take.
    monthly: bool,
}

fn caller() -> Caller {
    Caller { actor: Actor::Operator, idempotency: None, seen: None }
}

fn input<T: Field>(body: Value) -> Result<T> {
    Ok(read_body(body)?)
}

fn shown(answer: &Answer) -> Result<Value> {
    serde_json::from_slice(&answer.body).map_err(Error::internal)
}

fn id_of<I: TypedId>(answer: &Answer) -> Result<I> {
    let shown = shown(answer)?;
    shown["id"].as_str().and_then(I::parse).ok_or_else(|| Error::Internal(format!("no id in {shown}")))
}

/// What is refused to people is refused in the demo, too, and life goes on.
fn unless_refused<T>(done: Result<T>) -> Result<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(Error::Reject(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

pub async fn live(app: &Arc<App>, customers: u32, bar: &Bar) -> Result<Lived> {
    let from = app.clock.billing();
    let (mut dice, mut subscriptions, mut won) = (Dice(2_026), Vec::new(), 0_u32);
    let prices = open_shop(app).await?;
    for week in 0..WEEKS {
        let words = format!("week {} of {WEEKS}: {won} customers, {} subscriptions", week + 1, subscriptions.len());
        bar.draw(week, WEEKS, &words);
        // It grows: as many come in the last week as in three of the first.
        let until = u64::from(customers) * grown(week + 1) / grown(WEEKS);
        let coming = u32::try_from(until).unwrap_or(customers).saturating_sub(won);
        subscriptions.extend(win(app, &mut dice, &prices, won, coming).await?);
        won += coming;
        change_minds(app, &mut dice, &prices, &subscriptions).await?;
        pay(app, &mut dice).await?;
        move_on(app, from, week + 1).await?;
    }
    bar.draw(WEEKS, WEEKS, "done");
    let all = Page { limit: 1, after: None, order: Order::Ascending };
    let (_, end) = app.invoice_page(&Actor::Operator, InvoiceFilter::default(), all).await?;
    let to = app.clock.billing();
    let next = add_local_days(to, 30, Zone::UTC).unwrap_or(to);
    let subscriptions = u32::try_from(subscriptions.len()).map_err(Error::internal)?;
    Ok(Lived { customers: won, subscriptions, invoices: end.total, from: from.to_string(), to: to.to_string(), next: next.to_string() })
}

/// How many weeks' worth of customers have come by a week, where the flow rises from one to three.
fn grown(week: u32) -> u64 {
    let week = u64::from(week);
    week * u64::from(WEEKS) + week * week
}

async fn open_shop(app: &Arc<App>) -> Result<Vec<Price>> {
    app.settings_update(caller(), input(business::settings())?).await?;
    for rate in business::tax_rates() {
        app.tax_rate_create(caller(), input(rate)?).await?;
    }
    for coupon in business::coupons() {
        app.coupon_create(caller(), input(coupon)?).await?;
    }
    let mut prices = Vec::new();
    for product in business::products() {
        let made = shown(&app.product_create(caller(), input(product)?).await?)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for price in made["prices"].as_array().into_iter().flatten() {
            let monthly = price["interval"] == "month" && price["intervalCount"] == 1;
            prices.push(Price { id: text(&price["id"]), product: text(&made["id"]), currency: text(&price["currency"]), monthly });
        }
    }
    Ok(prices)
}

/// Runs so many at a time that they share their commits.
async fn together<T: Send + 'static>(works: Vec<impl Future<Output = Result<T>> + Send + 'static>) -> Result<Vec<T>> {
    let (mut done, mut running) = (Vec::new(), JoinSet::new());
    for work in works {
        if running.len() >= AT_ONCE
            && let Some(first) = running.join_next().await
        {
            done.push(first.map_err(Error::internal)??);
        }
        running.spawn(work);
    }
    while let Some(next) = running.join_next().await {
        done.push(next.map_err(Error::internal)??);
    }
    Ok(done)
}

/// New customers, each with a subscription.
async fn win(app: &Arc<App>, dice: &mut Dice, prices: &[Price], won: u32, coming: u32) -> Result<Vec<(SubscriptionId, String)>> {
    let mut works = Vec::new();
    for number in won..won + coming {
        let (customer, currency) = business::customer(number + 1, dice.roll(), dice.roll());
        let rare = dice.in_thousand(180);
        let own: Vec<&Price> = prices.iter().filter(|p| p.currency == currency && (p.monthly || rare)).collect();
        let Some(price) = dice.of(&own).map(|p| (*p).clone()) else { continue };
        let method = match dice.below(100) {
            0..=54 => Some("succeed"),
            55..=60 => Some("decline:1"),
            61..=63 => Some("decline:3"),
            64..=65 => Some("decline"),
            _ => None,
        };
        let mut sale = json!({ "productId": price.product, "priceId": price.id });
        if method.is_some() {
            sale["collection"] = json!("automatic");
        }
        match dice.below(10) {
            0..=1 => sale["trialDays"] = json!(10),
            _ if method == Some("succeed") => sale["payment"] = json!("automatic"),
            2..=6 => sale["payment"] = json!("manual"),
            _ => {}
        }
        match dice.below(100) {
            0..=6 => sale["couponCode"] = json!("WELCOME"),
            7..=10 => sale["couponCode"] = json!("SUMMER"),
            11..=12 => sale["couponCode"] = json!("FRIENDS"),
            _ => {}
        }
        if dice.in_thousand(60) {
            sale["quantity"] = json!(2);
        }
        // Some have somebody come who installs it; of a few it is not billed yet.
        let installed = match dice.below(1000) {
            0..=79 => Some(true),
            80..=89 => Some(false),
            _ => None,
        };
        works.push(join(Arc::clone(app), customer, method, sale, price.currency, installed));
    }
    Ok(together(works).await?.into_iter().flatten().collect())
}

async fn join(
    app: Arc<App>,
    customer: Value,
    method: Option<&'static str>,
    mut sale: Value,
    currency: String,
    installed: Option<bool>,
) -> Result<Option<(SubscriptionId, String)>> {
    let customer: CustomerId = id_of(&app.customer_create(caller(), input(customer)?).await?)?;
    if let Some(behavior) = method {
        app.payment_method_create(caller(), customer, input(json!({ "type": "test", "behavior": behavior }))?).await?;
    }
    if let Some(is_billed) = installed {
        let lines =
            json!([{ "description": "Installation at home", "unitAmount": "25" }, { "description": "Cable, per metre", "quantity": 12, "unitAmount": "1" }]);
        let draft = app.invoice_create(caller(), input(json!({ "customerId": customer, "currency": currency, "lines": lines }))?).await?;
        if is_billed {
            app.invoice_finalize(caller(), id_of(&draft)?).await?;
        }
    }
    sale["customerId"] = json!(customer);
    let sold = unless_refused(app.subscription_create(caller(), input(sale)?).await)?;
    sold.map(|answer| Ok((id_of(&answer)?, currency))).transpose()
}

/// People take more, take less, go, pause, and complain.
async fn change_minds(app: &Arc<App>, dice: &mut Dice, prices: &[Price], subscriptions: &[(SubscriptionId, String)]) -> Result<()> {
    let mut works = Vec::new();
    for (id, currency) in subscriptions {
        let own: Vec<&Price> = prices.iter().filter(|p| p.currency == *currency && p.monthly).collect();
        let price = dice.of(&own).map(|p| (p.product.clone(), p.id.clone()));
        let what = dice.below(1000);
        let (app, id, Some((product, price))) = (Arc::clone(app), *id, price) else { continue };
        works.push(async move {
            let done = match what {
                0..=5 => app.subscription_update(caller(), id, input(json!({ "productId": product, "priceId": price }))?).await,
                6..=8 => {
                    let body = json!({ "productId": product, "priceId": price, "proration": "at_period_end" });
                    app.subscription_update(caller(), id, input(body)?).await
                }
                9..=12 => app.subscription_cancel(caller(), id, input(json!({ "atPeriodEnd": true, "reason": "Too many services" }))?).await,
                13 => app.subscription_cancel(caller(), id, input(json!({ "reason": "Moves abroad", "unusedTime": "refund" }))?).await,
                14 => app.subscription_cancel(caller(), id, input(json!({ "reason": "Not satisfied", "unusedTime": "credit" }))?).await,
                15 => app.subscription_pause(caller(), id).await,
                16..=45 => app.subscription_resume(caller(), id).await,
                46 => app.subscription_extend(caller(), id, input(json!({ "days": 3, "note": "Outage on Saturday" }))?).await,
                _ => return Ok(()),
            };
            unless_refused(done).map(drop)
        });
    }
    together(works).await.map(drop)
}

/// Most of those who are sent an invoice pay it, and some want a part of it back.
async fn pay(app: &Arc<App>, dice: &mut Dice) -> Result<()> {
    let (mut works, mut after) = (Vec::new(), None);
    loop {
        let filter = InvoiceFilter { status: Some(InvoiceStatus::Open), ..InvoiceFilter::default() };
        let page = Page { limit: 100, after, order: Order::Ascending };
        let (invoices, end) = app.invoice_page(&Actor::Operator, filter, page).await?;
        for view in &invoices {
            if dice.in_thousand(640) {
                works.push(settle(Arc::clone(app), view.invoice.id, dice.in_thousand(15)));
            }
        }
        after = end.next;
        if after.is_none() {
            return together(works).await.map(drop);
        }
    }
}

async fn settle(app: Arc<App>, id: InvoiceId, complains: bool) -> Result<()> {
    let paid = unless_refused(app.invoice_mark_paid(caller(), id, input(json!({ "method": "bank transfer" }))?).await)?;
    if complains && paid.is_some() {
        let body = json!({ "amount": "1.50", "reason": "Picture froze during the final" });
        unless_refused(app.refund_create(caller(), id, input(body)?).await)?;
    }
    Ok(())
}

async fn move_on(app: &Arc<App>, from: Timestamp, weeks: u32) -> Result<()> {
    let to = add_local_days(from, weeks * 7, Zone::UTC).ok_or_else(|| Error::Internal("the year does not end".into()))?;
    app.test_clock_move(caller(), input(json!({ "now": to }))?).await.map(drop)
}
