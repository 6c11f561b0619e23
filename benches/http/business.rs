//! What the customers bought: products, subscriptions, invoices and what happened to them, as rows, made directly.
//!
//! So much as pages show, and consistent with each other: periods follow their anchor, sums add up, documents are chained.
//! Absent are the ledger's entries, which no page shows.

use std::path::Path;

use billhead::clock::Entropy;
use billhead::domain::id::{
    AccessId, BalanceEntryId, CouponId, CustomerId, EventId, IdSource, InvoiceId, InvoiceLineId, KeyId, PaymentId, PriceId, ProductId, SubscriptionId,
    TaxRateId, TypedId,
};
use billhead::domain::money::{Currency, Money};
use billhead::domain::time::{Anchor, Interval, Period, Timestamp, Unit, Zone, local_text};
use billhead::secret::{Vault, digest};
use billhead::store::db::FILE_NAME;
use rusqlite::{Connection, Transaction, params};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Result;
use crate::seed::{Chance, YEARS_MS};

const PRODUCTS: u64 = 40;
const COUPONS: u64 = 2_000;
const TAX_RATES: u64 = 200;
/// So many customers to a subscription.
const CUSTOMERS_A_SUBSCRIPTION: u64 = 4;
/// The first customers buy for others: one subscription in `RESOLD` is theirs.
const RESELLERS: u64 = 20;
const RESOLD: u64 = 200;
const DAY_MS: i64 = 86_400_000;
/// A renewal is invoiced so many days before its period.
const LEAD_DAYS: i64 = 7;

const TIERS: [&str; 5] = ["Basic", "Standard", "Family", "Premium", "Sports"];
const PLACES: [&str; 8] = ["Iberia", "Nordic", "Adriatic", "Benelux", "Alpine", "Baltic", "Atlantic", "World"];
const METHODS: [&str; 3] = ["Bank transfer", "Cash", "PayPal"];
const REASONS: [&str; 3] = ["Moved house", "Too expensive", "Uses something else"];

struct Product {
    row: i64,
    name: String,
    prices: Vec<Price>,
}

struct Price {
    row: i64,
    amount: Money,
    interval: Interval,
}

/// A subscription and what it is billed, before anything is written.
struct Bought {
    id: SubscriptionId,
    created: i64,
    customer: i64,
    product: usize,
    price: usize,
    status: &'static str,
    anchor: Anchor,
    /// The period that it is paid until the end of.
    current: Option<(u32, Period)>,
    ended: Option<i64>,
    latest: Option<InvoiceId>,
}

/// An invoice for one period of a subscription.
struct Billed {
    id: InvoiceId,
    issued: i64,
    subscription: usize,
    k: u32,
    /// None where the first payment is awaited.
    period: Option<Period>,
    due: i64,
    status: &'static str,
}

/// Whom rows are made for, and by what.
struct Made<'t> {
    tx: &'t Transaction<'t>,
    customers: u64,
    now: i64,
    chance: Chance,
}

/// Fills a database that has its customers.
pub fn fill(directory: &Path, customers: u64) -> Result<()> {
    let vault = Vault::open(&directory.join("key"), false, &Entropy::System)?;
    let mut connection = Connection::open(directory.join(FILE_NAME))?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")?;
    let now: i64 = connection.query_row("SELECT MAX(created_at) FROM customer", [], |r| r.get(0))?;
    let tx = connection.transaction()?;
    {
        let mut made = Made { tx: &tx, customers, now, chance: Chance::new(2) };
        made.settings()?;
        let products = made.products()?;
        let (mut bought, mut billed) = made.plan(&products)?;
        billed.sort_by_key(|b| b.issued);
        let (mut ids, mut chance) = (IdSource::after(Uuid::nil()), Chance::new(3));
        for bill in &mut billed {
            bill.id = InvoiceId::from_uuid(ids.next(bill.issued, chance.bytes()));
            bought[bill.subscription].latest = Some(bill.id);
        }
        let sealed = vault.seal("access password", b"9wRk2mTq", &Entropy::System)?;
        made.subscriptions(&products, &bought, &sealed)?;
        made.invoices(&products, &bought, &billed)?;
        made.balances()?;
        made.terms()?;
        made.events(&bought, &billed)?;
        // Later than every id above, and before any that the server will make.
        let last = IdSource::after(Uuid::nil()).next(now, [0xff; 10]);
        tx.execute("UPDATE engine SET last_id = max(last_id, ?1)", [last.as_bytes()])?;
    }
    tx.commit()?;
    // What a busy server's file has, too.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

impl Made<'_> {
    fn id<I: TypedId>(&mut self, ids: &mut IdSource, at: i64) -> I {
        I::from_uuid(ids.next(at, self.chance.bytes()))
    }

    /// From when on there were customers.
    fn begin(&self) -> i64 {
        self.now - YEARS_MS
    }

    fn settings(&self) -> Result<()> {
        for (name, value) in [("business.name", "Casa Verde TV"), ("business.timezone", "Europe/Lisbon"), ("business.currency", "EUR")] {
            self.tx.execute("INSERT INTO setting (name, value) VALUES (?1, ?2)", [name, value])?;
        }
        Ok(())
    }

    fn products(&mut self) -> Result<Vec<Product>> {
        let mut insert = self.tx.prepare(
            "INSERT INTO product (id, created_at, updated_at, status, name, description, setup_fee_minor, max_connections, metadata, external_id, search) \
             VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        let mut insert_price = self
            .tx
            .prepare("INSERT INTO price (id, product, currency, amount_minor, interval_unit, interval_count, active) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        let (mut ids, mut price_ids) = (IdSource::after(Uuid::nil()), IdSource::after(Uuid::nil()));
        let mut products = Vec::new();
        for n in 0..PRODUCTS {
            // The newest are months old: who buys, buys what is there.
            let created = self.begin() + i64::try_from(n)? * 20 * DAY_MS;
            let place = PLACES[usize::try_from(n)? / TIERS.len() % PLACES.len()];
            let name = format!("{place} {}", TIERS[usize::try_from(n)? % TIERS.len()]);
            let description = format!("All channels of the package {name}, on every device, with seven days to look back.");
            let (id, external): (ProductId, _) = (self.id(&mut ids, created), format!("pkg-{n:03}"));
            let status = if n % 10 == 9 { "archived" } else { "active" };
            let row = insert.insert(params![
                id.bytes(),
                created,
                status,
                name,
                description,
                if n % 5 == 0 { 990 } else { 0 },
                self.chance.one_in(2).then_some(2),
                r#"{"panel":"main"}"#,
                external,
                format!("{name}\n{description}\n{external}").to_lowercase(),
            ])?;
            let base = 499 + 100 * i64::try_from(self.chance.below(15))?;
            let month = |count| Interval { unit: Unit::Month, count };
            let year = Interval { unit: Unit::Year, count: 1 };
            let offered = [
                ("EUR", base, month(1)),
                ("EUR", base * 10, year),
                ("USD", base + 100, month(1)),
                ("EUR", base * 28 / 10, month(3)),
                ("JPY", base * 2, month(1)),
            ];
            let mut prices = Vec::new();
            for (currency, minor, interval) in offered.into_iter().take(3 + usize::try_from(self.chance.below(3))?) {
                let id: PriceId = self.id(&mut price_ids, created);
                let row = insert_price.insert(params![id.bytes(), row, currency, minor, interval.unit.text(), interval.count, true])?;
                prices.push(Price { row, amount: Money::new(minor, Currency::parse(currency)?), interval });
            }
            products.push(Product { row, name, prices });
        }
        Ok(products)
    }

    /// Who bought what when, what became of it, and what is billed for it.
    fn plan(&mut self, products: &[Product]) -> Result<(Vec<Bought>, Vec<Billed>)> {
        let many = (self.customers / CUSTOMERS_A_SUBSCRIPTION).max(1);
        let mut ids = IdSource::after(Uuid::nil());
        let (mut bought, mut billed) = (Vec::new(), Vec::new());
        for n in 0..many {
            let created = self.begin() + i64::try_from(i128::from(YEARS_MS) * i128::from(n) / i128::from(many))?;
            let customers = (self.customers * n / many).max(1);
            let customer = if self.chance.one_in(RESOLD) { self.chance.below(RESELLERS.min(customers)) } else { self.chance.below(customers) };
            // A fifth of all buy one product.
            let on_sale = usize::try_from((created - self.begin()) / (20 * DAY_MS) + 1)?.min(products.len());
            let product = if self.chance.one_in(5) { 0 } else { usize::try_from(self.chance.below(on_sale as u64))? };
            let price = usize::try_from(self.chance.below(products[product].prices.len() as u64))?;
            let status = self.status(created);
            let one = self.one(&mut ids, created, i64::try_from(customer)? + 1, (product, price), status, products)?;
            self.bill(&one, bought.len(), products[product].prices[price].interval, &mut billed)?;
            bought.push(one);
        }
        Ok((bought, billed))
    }

    /// What became of a subscription of that age.
    fn status(&mut self, created: i64) -> &'static str {
        let (roll, is_new) = (self.chance.below(100), created > self.now - 10 * DAY_MS);
        match roll {
            0..40 if is_new => "pending",
            0..58 => "active",
            _ if is_new => "active",
            58..83 => "cancelled",
            83..90 => "expired",
            90..94 => "past_due",
            94..96 => "trialing",
            96 => "suspended",
            97 => "paused",
            98 => "pending",
            _ => "active",
        }
    }

    fn one(
        &mut self,
        ids: &mut IdSource,
        created: i64,
        customer: i64,
        (product, price): (usize, usize),
        status: &'static str,
        products: &[Product],
    ) -> Result<Bought> {
        let zone = Zone::parse(if self.chance.one_in(3) { "Europe/Berlin" } else { "Europe/Lisbon" })?;
        let (anchor, interval) = (Anchor::at(Timestamp::from_ms(created), zone), products[product].prices[price].interval);
        let newest = anchor.index_at(interval, Timestamp::from_ms(self.now)).ok_or("a period has no number")?;
        let k = match status {
            "cancelled" | "expired" => u32::try_from(self.chance.below(u64::from(newest) + 1))?,
            "past_due" | "suspended" => newest.saturating_sub(1),
            _ => newest,
        };
        let period = anchor.period(interval, k).ok_or("a period has no end")?;
        let ended = matches!(status, "cancelled" | "expired").then(|| period.end.ms().min(self.now));
        let current = (status != "pending").then_some((k, period));
        Ok(Bought { id: self.id(ids, created), created, customer, product, price, status, anchor, current, ended, latest: None })
    }

    /// The newest of its invoices: those before it were paid elsewhere, before it was imported.
    fn bill(&mut self, one: &Bought, subscription: usize, interval: Interval, billed: &mut Vec<Billed>) -> Result<()> {
        let Some((last, current)) = one.current else {
            let due = one.created + 14 * DAY_MS;
            billed.push(Billed { id: InvoiceId::from_uuid(Uuid::nil()), issued: one.created, subscription, k: 0, period: None, due, status: "open" });
            return Ok(());
        };
        let many = if self.chance.one_in(2000) { 36 } else { 1 + u32::try_from(self.chance.below(3))? };
        for k in (last + 1).saturating_sub(many)..=last {
            let period = one.anchor.period(interval, k).ok_or("a period has no end")?;
            let status = match one.status {
                "cancelled" if k == last && self.chance.one_in(6) => "void",
                "expired" if k == last && self.chance.one_in(6) => "uncollectible",
                "past_due" if k == last => "open",
                _ => "paid",
            };
            billed.push(self.invoice(one, subscription, k, period, status));
        }
        if one.status == "active" && current.end.ms() < self.now + LEAD_DAYS * DAY_MS {
            let next = one.anchor.period(interval, last + 1).ok_or("a period has no end")?;
            billed.push(self.invoice(one, subscription, last + 1, next, "open"));
        }
        Ok(())
    }

    fn invoice(&self, one: &Bought, subscription: usize, k: u32, period: Period, status: &'static str) -> Billed {
        let start = period.start.ms();
        let issued = if k == 0 { one.created } else { (start - LEAD_DAYS * DAY_MS).max(one.created) };
        Billed { id: InvoiceId::from_uuid(Uuid::nil()), issued, subscription, k, period: Some(period), due: start.max(issued), status }
    }

    fn subscriptions(&mut self, products: &[Product], bought: &[Bought], sealed: &[u8]) -> Result<()> {
        let mut insert = self.tx.prepare(
            "INSERT INTO subscription (id, created_at, updated_at, customer, product, price, status, quantity, currency, unit_amount_minor, interval_unit, \
             interval_count, current_period_start, current_period_end, cancel_at_period_end, cancelled_at, cancel_reason, ended_at, auto_renew, max_connections, \
             zone, run, latest_invoice, metadata, external_id, search) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, \
             ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
        )?;
        let mut insert_run = self.tx.prepare("INSERT INTO subscription_run (subscription, run, anchor, zone, created_at) VALUES (?1, 0, ?2, ?3, ?4)")?;
        let mut insert_access =
            self.tx.prepare("INSERT INTO access (id, subscription, created_at, status, username, password) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        let mut access_ids = IdSource::after(Uuid::nil());
        for (n, one) in bought.iter().enumerate() {
            let price = &products[one.product].prices[one.price];
            let external = self.chance.one_in(4).then(|| format!("ord-{n:07}"));
            let cancelled = one.ended.filter(|_| one.status == "cancelled");
            let ends = one.status == "active" && self.chance.one_in(20);
            let row = insert.insert(params![
                one.id.bytes(),
                one.created,
                one.ended.or(one.current.map(|(_, p)| p.start.ms())).unwrap_or(one.created).max(one.created),
                one.customer,
                products[one.product].row,
                price.row,
                one.status,
                price.amount.currency().code(),
                price.amount.minor(),
                price.interval.unit.text(),
                price.interval.count,
                one.current.map(|(_, p)| p.start.ms()),
                one.current.map(|(_, p)| p.end.ms()),
                ends,
                cancelled,
                cancelled.map(|_| self.chance.of(&REASONS)),
                one.ended,
                !self.chance.one_in(10),
                self.chance.one_in(3).then_some(2),
                one.anchor.zone.name(),
                one.current.map(|_| 0),
                one.latest.map(TypedId::bytes),
                if self.chance.one_in(4) { r#"{"mac":"00:1a:79:3c:5e:10"}"# } else { "{}" },
                external,
                external.as_deref().unwrap_or(""),
            ])?;
            if one.current.is_some() {
                insert_run.execute(params![row, local_text(one.anchor.local), one.anchor.zone.name(), one.created])?;
                let id: AccessId = self.id(&mut access_ids, one.created);
                let status = if one.ended.is_some() { "revoked" } else { "active" };
                insert_access.execute(params![id.bytes(), row, one.created, status, format!("tv{n:07}"), sealed])?;
            }
        }
        Ok(())
    }

    fn invoices(&mut self, products: &[Product], bought: &[Bought], billed: &[Billed]) -> Result<()> {
        let mut insert = self.tx.prepare(
            "INSERT INTO invoice (id, created_at, updated_at, customer, subscription, series, n, number, billing_reason, status, currency, subtotal_minor, \
             discount_minor, tax_minor, total_minor, amount_paid_minor, issued_at, due_at, paid_at, voided_at, content, previous_hash, hash, metadata, search) \
             VALUES (?1, ?2, ?3, ?4, ?5, 'INV-{n}', ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, ?11, ?12, ?2, ?13, ?14, ?15, ?16, ?17, ?18, '{}', ?19)",
        )?;
        let mut insert_line = self.tx.prepare(
            "INSERT INTO invoice_line (id, invoice, description, quantity, unit_amount_minor, amount_minor, discount_minor, tax_minor, explanation) \
             VALUES (?1, ?2, ?3, 1, ?4, ?4, 0, 0, ?5)",
        )?;
        let mut insert_period = self
            .tx
            .prepare("INSERT INTO subscription_period (subscription, run, k, start_at, end_at, invoice_line, released) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6)")?;
        let mut insert_payment = self.tx.prepare(
            "INSERT INTO payment (id, created_at, updated_at, invoice, customer, currency, amount_minor, status, provider, method, reference, paid_at) \
             VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, 'succeeded', 'manual', ?7, ?8, ?2)",
        )?;
        let mut buyer = self.tx.prepare("SELECT id, name, email, address FROM customer WHERE row = ?1")?;
        self.tx.execute("INSERT INTO document_series (series, last_n, head_hash) VALUES ('INV-{n}', 1, zeroblob(32))", [])?;
        let (mut line_ids, mut payment_ids, mut head) = (IdSource::after(Uuid::nil()), IdSource::after(Uuid::nil()), [0_u8; 32]);
        for (n, bill) in (1_i64..).zip(billed) {
            let one = &bought[bill.subscription];
            let (product, price) = (&products[one.product], &products[one.product].prices[one.price]);
            let (number, money, subscription) = (format!("INV-{n:06}"), price.amount, i64::try_from(bill.subscription)? + 1);
            let (id, name, email, address): ([u8; 16], String, String, Option<String>) =
                buyer.query_row([one.customer], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
            let line: InvoiceLineId = self.id(&mut line_ids, bill.issued);
            let reason = if bill.k == 0 { "subscription_create" } else { "subscription_cycle" };
            let time = |at: i64| Timestamp::from_ms(at).rfc3339().as_str().to_owned();
            let content = json!({
                "format": 1, "kind": "invoice", "id": bill.id, "series": "INV-{n}", "n": n, "number": number,
                "customerId": CustomerId::from_uuid(Uuid::from_bytes(id)), "subscriptionId": one.id, "billingReason": reason,
                "issueDate": Timestamp::from_ms(bill.issued).local_date(one.anchor.zone).to_string(), "issuedAt": time(bill.issued), "dueAt": time(bill.due),
                "seller": { "name": "Casa Verde TV", "email": null, "address": null, "taxId": null },
                "buyer": { "name": name, "email": email, "address": address.and_then(|a| serde_json::from_str::<Value>(&a).ok()), "taxId": null },
                "currency": money.currency().code(),
                "lines": [{
                    "id": line, "description": product.name, "quantity": 1, "unitAmount": money.to_string(), "amount": money.to_string(),
                    "periodStart": bill.period.map(|p| time(p.start.ms())), "periodEnd": bill.period.map(|p| time(p.end.ms())),
                }],
                "taxes": [], "subtotal": money.to_string(), "discount": "0", "tax": "0", "total": money.to_string(), "replaces": null,
            })
            .to_string();
            let hash = digest(&[&head, content.as_bytes()]);
            let paid = (bill.status == "paid").then(|| bill.due.min(self.now));
            let voided = (bill.status == "void").then(|| one.ended.unwrap_or(self.now));
            let row = insert.insert(params![
                bill.id.bytes(),
                bill.issued,
                paid.or(voided).unwrap_or(bill.issued).max(bill.issued),
                one.customer,
                subscription,
                n,
                number,
                reason,
                bill.status,
                money.currency().code(),
                money.minor(),
                paid.map_or(0, |_| money.minor()),
                bill.due,
                paid,
                voided,
                content,
                head,
                hash,
                format!("{number}\n{name}\n{email}").to_lowercase(),
            ])?;
            head = hash;
            let explanation = format!("1 × {money} = {money} {}", money.currency().code());
            let line_row = insert_line.insert(params![line.bytes(), row, product.name, money.minor(), explanation])?;
            let (start, end) = (bill.period.map(|p| p.start.ms()), bill.period.map(|p| p.end.ms()));
            insert_period.insert(params![subscription, bill.k, start, end, line_row, bill.status == "void"])?;
            if let Some(paid) = paid {
                let id: PaymentId = self.id(&mut payment_ids, paid.max(bill.issued));
                let reference = self.chance.one_in(3).then(|| format!("TRX{n:08}"));
                let method = self.chance.of(&METHODS);
                insert_payment.insert(params![id.bytes(), paid, row, one.customer, money.currency().code(), money.minor(), method, reference])?;
            }
        }
        self.tx.execute("UPDATE document_series SET last_n = ?1, head_hash = ?2", params![i64::try_from(billed.len())?, head])?;
        Ok(())
    }

    /// One customer in fifty has something to his credit.
    /// Coupons that nobody has redeemed yet, and tax rates that are still to come.
    fn terms(&mut self) -> Result<()> {
        let (mut ids, mut rate_ids) = (IdSource::after(Uuid::nil()), IdSource::after(Uuid::nil()));
        let mut insert = self.tx.prepare(
            "INSERT INTO coupon (id, created_at, updated_at, status, code, code_key, percent_off, duration, metadata, external_id, search) \
             VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, 'once', '{}', ?7, ?8)",
        )?;
        for n in 0..COUPONS {
            let created = self.begin() + i64::try_from(n)? * DAY_MS / 2;
            let (id, code, external): (CouponId, _, _) = (self.id(&mut ids, created), format!("SPRING-{n:04}"), format!("fair-{n}"));
            let status = if n % 3 == 0 { "inactive" } else { "active" };
            let percent = 10_000 * (i64::try_from(n)? % 50 + 1);
            insert.execute(params![id.bytes(), created, status, code, code.to_lowercase(), percent, external, format!("{code}\n{external}").to_lowercase()])?;
        }
        let mut insert = self.tx.prepare(
            "INSERT INTO tax_rate (id, created_at, updated_at, status, name, percent, inclusive, country, metadata, external_id, search) \
             VALUES (?1, ?2, ?2, 'inactive', ?3, ?4, 1, ?5, '{}', ?6, ?7)",
        )?;
        for n in 0..TAX_RATES {
            let created = self.begin() + i64::try_from(n)? * DAY_MS;
            let (id, name, external): (TaxRateId, _, _) = (self.id(&mut rate_ids, created), format!("VAT {n}"), format!("tax-{n}"));
            let country = ["DE", "PT", "FR", "PL"][usize::try_from(n)? % 4];
            let search = format!("{name}\n{country}\n{external}").to_lowercase();
            insert.execute(params![id.bytes(), created, name, 10_000 * (i64::try_from(n)? % 25), country, external, search])?;
        }
        Ok(())
    }

    fn balances(&mut self) -> Result<()> {
        let mut insert = self.tx.prepare("INSERT INTO customer_balance (customer, currency, amount_minor) VALUES (?1, 'EUR', ?2)")?;
        let mut insert_entry = self.tx.prepare(
            "INSERT INTO balance_entry (id, created_at, customer, currency, amount_minor, kind, note) VALUES (?1, ?2, ?3, 'EUR', ?4, 'granted', 'For the outage')",
        )?;
        let mut ids = IdSource::after(Uuid::nil());
        for customer in (1..=i64::try_from(self.customers)?).step_by(50) {
            let minor = 100 + i64::try_from(self.chance.below(3_000))?;
            let id: BalanceEntryId = self.id(&mut ids, self.now);
            insert.execute(params![customer, minor])?;
            insert_entry.execute(params![id.bytes(), self.now, customer, minor])?;
        }
        Ok(())
    }

    fn events(&mut self, bought: &[Bought], billed: &[Billed]) -> Result<()> {
        let mut insert = self.tx.prepare("INSERT INTO event (id, created_at, type, object_id, object) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let mut insert_transition = self.tx.prepare("INSERT INTO transition (event, object_id, to_state, actor, created_at) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let actor: [u8; 16] = self.tx.query_row("SELECT id FROM api_key", [], |r| r.get(0))?;
        let actor = KeyId::from_uuid(Uuid::from_bytes(actor)).text();
        let (mut ids, mut chance) = (IdSource::after(Uuid::nil()), Chance::new(4));
        let mut tell = |at: i64, kind: &str, state: &str, id: Uuid, object: String| -> Result<()> {
            let event = EventId::from_uuid(ids.next(at, chance.bytes()));
            let sequence = insert.insert(params![event.bytes(), at, kind, id.as_bytes(), object])?;
            insert_transition.execute(params![sequence, id.as_bytes(), state, actor, at])?;
            Ok(())
        };
        let mut customers = self.tx.prepare("SELECT id, created_at, email FROM customer")?;
        let mut rows = customers.query([])?;
        while let Some(row) = rows.next()? {
            let (id, at, email): ([u8; 16], i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let id = CustomerId::from_uuid(Uuid::from_bytes(id));
            tell(at, "customer.created", "active", id.uuid(), json!({ "id": id, "object": "customer", "email": email }).to_string())?;
        }
        for one in bought {
            let (id, object) = (one.id.uuid(), json!({ "id": one.id, "object": "subscription", "status": one.status }).to_string());
            tell(one.created, "subscription.created", "pending", id, object.clone())?;
            if one.current.is_some() {
                tell(one.created, "subscription.activated", "active", id, object.clone())?;
            }
            if let Some(at) = one.ended.filter(|_| one.status == "cancelled") {
                tell(at, "subscription.cancelled", "cancelled", id, object)?;
            }
        }
        for bill in billed {
            let (id, object) = (bill.id.uuid(), json!({ "id": bill.id, "object": "invoice", "status": bill.status }).to_string());
            tell(bill.issued, "invoice.finalized", "open", id, object.clone())?;
            match bill.status {
                "paid" => tell(bill.due, "invoice.paid", "paid", id, object)?,
                "void" => tell(bill.due, "invoice.voided", "void", id, object)?,
                _ => {}
            }
        }
        Ok(())
    }
}
