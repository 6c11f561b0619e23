//! The pages of the admin site: how long each takes and how large it is.
//!
//! Every page of the route table that needs a session is here, whoever adds it, and every filter and pair of filters that a
//! list offers, on its first page, in its middle and at its end. A path that this file cannot fill fails the run.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use actix_web::http::Method;
use billhead::domain::id::{
    CouponId, CreditNoteId, CustomerId, InvoiceId, KeyId, PaymentId, PaymentMethodId, PriceId, ProductId, SubscriptionId, TaxRateId, TypedId,
};
use billhead::web::page::{Access, table};
use rusqlite::{Connection, Params, Row};
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use crate::Result;
use crate::browser::{Browser, between};
use crate::measure::{median, p99};
use crate::report::{Goal, Report};
use crate::seed::{ADMIN, Chance, Seeded};
use crate::server::Server;

/// Requests for each page, each with ids, choices or a cursor of its own.
const REQUESTS: usize = 200;
/// A page that takes long is asked for no longer than this, but a few times at least.
const TIME: Duration = Duration::from_secs(8);
const AT_LEAST: usize = 20;
/// The server's time for a page, and the page with stylesheet, script and icon as a first visit loads them.
const MS: f64 = 50.0;
const KB: f64 = 100.0;

/// The filters that other pages' links set, and no list of choices offers.
const LINKED: [(&str, &str); 3] = [("/admin/subscriptions", "customerId"), ("/admin/invoices", "customerId"), ("/admin/invoices", "subscriptionId")];

/// Where in a list a page lies.
const PLACES: [&str; 3] = ["first page", "in the middle", "last page"];

/// A kind of page, and addresses of it.
struct Kind {
    name: String,
    paths: Vec<String>,
}

/// What a kind of page came to.
struct Measured {
    name: String,
    millis: Vec<f64>,
    cpu_millis: f64,
    kilobytes: f64,
}

/// A filter with the values that it can have.
struct Choices {
    label: String,
    name: String,
    values: Vec<String>,
}

/// Ids from the database, for paths and cursors.
struct Ids {
    connection: Connection,
    chance: Chance,
}

impl Ids {
    fn texts<I: TypedId>(&self, sql: &str, params: impl Params) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare(sql)?;
        let id = |r: &Row<'_>| Ok(I::from_uuid(Uuid::from_bytes(r.get(0)?)).text());
        Ok(statement.query_map(params, id)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Ids of a table, chosen at random; or the oldest.
    fn of_table<I: TypedId>(&mut self, table: &str, oldest: bool) -> Result<Vec<String>> {
        let last = u64::try_from(self.connection.query_row(&format!("SELECT MAX(row) FROM {table}"), [], |r| Ok(r.get::<_, Option<i64>>(0)?.unwrap_or(0)))?)?;
        if last == 0 {
            return Ok(Vec::new());
        }
        let mut ids = Vec::new();
        for n in 0..REQUESTS as u64 {
            let row = if oldest { 20 + n % 40 } else { self.chance.below(last) + 1 };
            ids.extend(self.texts::<I>(&format!("SELECT id FROM {table} WHERE row = ?1"), [i64::try_from(row.min(last))?])?);
        }
        Ok(ids)
    }

    fn of_noun(&mut self, noun: &str, oldest: bool) -> Result<Option<Vec<String>>> {
        Ok(Some(match noun {
            "customers" => self.of_table::<CustomerId>("customer", oldest)?,
            "subscriptions" => self.of_table::<SubscriptionId>("subscription", oldest)?,
            "invoices" => self.of_table::<InvoiceId>("invoice", oldest)?,
            "products" => self.of_table::<ProductId>("product", oldest)?,
            "payments" => self.of_table::<PaymentId>("payment", oldest)?,
            "credit-notes" => self.of_table::<CreditNoteId>("credit_note", oldest)?,
            "coupons" => self.of_table::<CouponId>("coupon", oldest)?,
            "tax-rates" => self.of_table::<TaxRateId>("tax_rate", oldest)?,
            "keys" => self.of_table::<KeyId>("api_key", oldest)?,
            _ => return Ok(None),
        }))
    }

    /// Customers who bought something, some of them for many others.
    fn buyers(&mut self) -> Result<Vec<String>> {
        let sql = "SELECT customer.id FROM subscription JOIN customer ON customer.row = subscription.customer ORDER BY subscription.row DESC LIMIT 200";
        let resellers = "SELECT id FROM customer WHERE row <= 20";
        Ok([self.texts::<CustomerId>(sql, [])?, self.texts::<CustomerId>(resellers, [])?].concat())
    }

    /// The paths that a pattern of the route table stands for.
    fn fill(&mut self, pattern: &str) -> Result<Vec<String>> {
        let unknown = || format!("the benchmark cannot fill the path {pattern}: say in benches/http/pages.rs where its ids come from");
        if !pattern.contains('{') {
            return Ok(vec![pattern.to_owned()]);
        }
        let (before, after) = pattern.split_once("/{id}").ok_or_else(unknown)?;
        let noun = before.rsplit('/').next().unwrap_or("");
        let mut ids = self.of_noun(noun, false)?.ok_or_else(unknown)?;
        if noun == "customers" {
            ids.extend(self.buyers()?);
        }
        if (noun, after) == ("customers", "/payment-methods/{part}/delete") {
            let sql = "SELECT customer.id, payment_method.id FROM payment_method JOIN customer ON customer.row = payment_method.customer LIMIT 200";
            let id = |r: &Row<'_>, n| Ok::<_, rusqlite::Error>(Uuid::from_bytes(r.get(n)?));
            let path = |r: &Row<'_>| {
                let (customer, method) = (CustomerId::from_uuid(id(r, 0)?), PaymentMethodId::from_uuid(id(r, 1)?));
                Ok(format!("{before}/{customer}/payment-methods/{method}/delete"))
            };
            let mut statement = self.connection.prepare(sql)?;
            return Ok(statement.query_map([], path)?.collect::<rusqlite::Result<_>>()?);
        }
        let Some(rest) = after.strip_suffix("/{part}") else {
            return if after.contains('{') { Err(unknown().into()) } else { Ok(ids.iter().map(|id| format!("{before}/{id}{after}")).collect()) };
        };
        if (noun, rest) != ("products", "/prices") {
            return Err(unknown().into());
        }
        let mut paths = Vec::new();
        for id in ids {
            let product = ProductId::parse(&id).ok_or("a product's id is none")?.bytes();
            let prices = self.texts::<PriceId>("SELECT price.id FROM price JOIN product ON product.row = price.product WHERE product.id = ?1", [product])?;
            paths.extend(prices.iter().map(|price| format!("{before}/{id}{rest}/{price}")));
        }
        Ok(paths)
    }

    /// What people look for in a list: what few rows have, and what many have.
    fn sought(&mut self, path: &str) -> Result<[(&'static str, Vec<String>); 2]> {
        let random = |column: &str, table: &str| format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY row % 9973, row LIMIT 60");
        let (rare, common): (Vec<String>, &[&str]) = match path {
            "/admin/customers" => (
                vec![
                    random("email", "customer"),
                    random("phone", "customer"),
                    random("external_id", "customer"),
                    random("substr(name, 3) || '.9'", "customer"),
                ],
                &["example.com", "an", "müller", "rossi", "e"],
            ),
            "/admin/subscriptions" => (
                vec![random("external_id", "subscription"), "SELECT email FROM customer JOIN subscription ON customer = customer.row LIMIT 60".to_owned()],
                &["example.com", "premium", "iberia basic", "an", "e"],
            ),
            "/admin/invoices" => (
                vec![random("number", "invoice"), "SELECT email FROM customer JOIN invoice ON customer = customer.row LIMIT 60".to_owned()],
                &["example.com", "inv-00", "müller", "an", "e"],
            ),
            "/admin/payments" => (vec![random("reference", "payment"), random("number", "invoice")], &["example.com", "bank", "an", "e"]),
            "/admin/credit-notes" => (vec![random("number", "credit_note")], &["cn-", "example.com", "e"]),
            "/admin/settings/keys" => (vec![random("name", "api_key")], &["bh_live", "a"]),
            "/admin/coupons" => (vec![random("code", "coupon"), random("external_id", "coupon")], &["spring", "fair", "1"]),
            "/admin/tax-rates" => (vec![random("name", "tax_rate"), random("external_id", "tax_rate")], &["vat", "de", "1"]),
            "/admin/products" => (vec![random("name", "product")], &["a", "channels", "pkg"]),
            _ => return Err(format!("the benchmark does not know what people look for in {path}: say it in benches/http/pages.rs").into()),
        };
        let mut rare_texts = Vec::new();
        for sql in &rare {
            let mut statement = self.connection.prepare(sql)?;
            let texts: Vec<String> = statement.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            rare_texts.extend(texts);
        }
        Ok([("q that few have", rare_texts), ("q that many have", common.iter().map(|&t| t.to_owned()).collect())])
    }
}

/// Measures all pages, or those with such a name; prints their table and adds the goals to the report.
pub fn pages(large: &Seeded, like: &str, report: &mut Report) -> Result<()> {
    let data = large.with_business()?;
    let server = Server::start(&data.directory, &[])?;
    let (mut stranger, mut owner) = (Browser::new(&server), Browser::new(&server));
    owner.sign_in(ADMIN.0, ADMIN.1)?;
    let mut ids = Ids { connection: data.open()?, chance: Chance::new(5) };
    let kinds = kinds(&mut owner, &mut ids)?;
    let assets = assets(&mut owner)?;
    let signed_out = Kind { name: "/admin/login, signed out".into(), paths: vec!["/admin/login".into()] };
    println!("{}", head());
    let mut all = Vec::new();
    let mut add = |browser: &mut Browser, kind| -> Result<()> {
        let measured = measure(&server, browser, kind)?;
        println!("{}", row(&measured, assets));
        all.push(measured);
        Ok(())
    };
    add(&mut stranger, signed_out)?;
    kinds.into_iter().filter(|kind| kind.name.contains(like)).try_for_each(|kind| add(&mut owner, kind))?;
    println!();
    let most = |of: &dyn Fn(&Measured) -> f64| all.iter().map(of).fold(0.0, f64::max);
    report.goal(Goal::at_most(format!("each of {} pages: p99 of the time at the client", all.len()), MS, most(&|m| p99(&m.millis)), "ms"));
    report.goal(Goal::at_most("each page with stylesheet, script and icon", KB, most(&|m| m.kilobytes) + assets, "KB"));
    println!("Memory of its own after that: {:.1} MB\n", server.anonymous_memory()? / 1e6);
    server.stop()
}

/// What every page loads beside itself, in kilobytes.
fn assets(browser: &mut Browser) -> Result<f64> {
    let html = browser.get("/admin")?.html;
    let paths: BTreeSet<&str> = html.split('"').filter(|text| text.starts_with("/assets/")).collect();
    let mut sum = 0.0;
    println!("| What a first visit loads beside the page | KB |\n|---|---|");
    for path in paths {
        let shown = browser.get(path)?;
        if shown.status != 200 {
            return Err(format!("{path} was answered {}", shown.status).into());
        }
        let size = kilobytes(&shown.html)?;
        println!("| {path} | {size:.1} |");
        sum += size;
    }
    println!();
    Ok(sum)
}

fn kilobytes(text: &str) -> Result<f64> {
    Ok(f64::from(u32::try_from(text.len())?) / 1e3)
}

fn kinds(owner: &mut Browser, ids: &mut Ids) -> Result<Vec<Kind>> {
    let mut kinds = Vec::new();
    // The specimen book of the pages' parts is in no release.
    let routes = table()
        .into_iter()
        .filter(|r| r.method == Method::GET && r.access == Access::SignedIn && !r.path.starts_with("/admin/_") && r.path != "/admin/test-clock");
    for route in routes {
        let paths = ids.fill(route.path)?;
        if paths.is_empty() {
            println!("{} is left out: the seeded business has none of these.\n", route.path);
            continue;
        }
        kinds.push(Kind { name: route.path.to_owned(), paths });
        if !route.path.contains('{') {
            let html = owner.get(route.path)?.html;
            if let Some(form) = between(&html, "<form class=\"filters\"", "</form>") {
                lists(route.path, form, ids, &mut kinds)?;
            }
        }
    }
    let new = "/admin/subscriptions/new";
    kinds.push(Kind { name: format!("{new} of a customer"), paths: ids.buyers()?.iter().map(|id| format!("{new}?customerId={id}")).collect() });
    Ok(kinds)
}

/// A list's pages with everything that narrows it: each filter, each pair of them, and a search with each.
fn lists(path: &str, form: &str, ids: &mut Ids, kinds: &mut Vec<Kind>) -> Result<()> {
    let mut filters = offered(form);
    for (_, name) in LINKED.iter().filter(|(list, _)| *list == path) {
        let values = if *name == "customerId" { ids.buyers()? } else { ids.of_table::<SubscriptionId>("subscription", false)? };
        filters.push(Choices { label: (*name).to_owned(), name: (*name).to_owned(), values });
    }
    if form.contains("name=\"q\"") {
        let searches = ids.sought(path)?;
        filters.extend(searches.into_iter().filter(|(_, values)| !values.is_empty()).map(|(label, values)| Choices {
            label: label.to_owned(),
            name: "q".into(),
            values,
        }));
    }
    let noun = path.rsplit('/').next().unwrap_or("");
    let unknown = || format!("the benchmark does not know the list {path}: say in benches/http/pages.rs where its cursors come from");
    let cursors = [vec![], ids.of_noun(noun, false)?.ok_or_else(unknown)?, ids.of_noun(noun, true)?.ok_or_else(unknown)?];
    let mut narrowings = vec![vec![]];
    for (n, one) in filters.iter().enumerate() {
        narrowings.push(vec![one]);
        narrowings.extend(filters[n + 1..].iter().filter(|other| other.name != one.name).map(|other| vec![one, other]));
    }
    for narrowed in narrowings {
        let labels: Vec<&str> = narrowed.iter().map(|f| f.label.as_str()).collect();
        let by = if labels.is_empty() { String::new() } else { format!(" by {}", labels.join(" and ")) };
        for (place, cursors) in PLACES.iter().zip(&cursors) {
            let mut paths = Vec::new();
            for n in 0..REQUESTS {
                let mut query = Serializer::new(String::new());
                for filter in &narrowed {
                    query.append_pair(&filter.name, ids.chance.one(&filter.values).ok_or("a filter has no values")?);
                }
                if !cursors.is_empty() {
                    query.append_pair("cursor", &cursors[n % cursors.len()]);
                }
                paths.push(format!("{path}?{}", query.finish()));
            }
            kinds.push(Kind { name: format!("{path}{by}, {place}"), paths });
        }
    }
    Ok(())
}

/// The filters of a list's form, with the values that they offer.
fn offered(form: &str) -> Vec<Choices> {
    let mut filters = Vec::new();
    for select in form.split("<select ").skip(1) {
        let Some(name) = between(select, "name=\"", "\"") else { continue };
        let options = select.split("<option value=\"").skip(1).filter_map(|option| option.split_once('"'));
        let values: Vec<String> = options.map(|(value, _)| value.to_owned()).filter(|value| !value.is_empty()).collect();
        if !values.is_empty() {
            filters.push(Choices { label: name.to_owned(), name: name.to_owned(), values });
        }
    }
    filters
}

/// Asks for a kind of page again and again. Whatever is neither a page nor a way to one fails the run.
fn measure(server: &Server, browser: &mut Browser, kind: Kind) -> Result<Measured> {
    let Kind { name, paths } = kind;
    let first = paths.first().ok_or_else(|| format!("{name}: there is no such page"))?;
    browser.get(first)?;
    let (begun, cpu) = (Instant::now(), server.cpu_micros()?);
    let (mut millis, mut largest) = (Vec::new(), 0.0_f64);
    for path in paths.iter().cycle().take(REQUESTS) {
        let shown = browser.get(path)?;
        let whole = shown.status == 200 && shown.html.trim_end().ends_with("</html>");
        if !whole && shown.status != 303 {
            return Err(format!("{path} was answered {}", shown.status).into());
        }
        millis.push(shown.took.as_secs_f64() * 1e3);
        largest = largest.max(kilobytes(&shown.html)?);
        if millis.len() >= AT_LEAST && begun.elapsed() > TIME {
            break;
        }
    }
    let asked = f64::from(u32::try_from(millis.len())?);
    Ok(Measured { name, cpu_millis: (server.cpu_micros()? - cpu) / 1e3 / asked, millis, kilobytes: largest })
}

fn head() -> String {
    format!("| Page | requests | median ms | p99 ms (≤ {MS}) | CPU ms | HTML KB | first visit KB (≤ {KB}) | |\n|---|---|---|---|---|---|---|---|")
}

fn row(m: &Measured, assets: f64) -> String {
    let (p99, whole) = (p99(&m.millis), m.kilobytes + assets);
    let verdict = match (p99 <= MS, whole <= KB) {
        (true, true) => "",
        (false, true) => "**slow**",
        (true, false) => "**large**",
        (false, false) => "**slow and large**",
    };
    let counts = format!("{} | {:.2} | {p99:.2} | {:.2}", m.millis.len(), median(&m.millis), m.cpu_millis);
    format!("| {} | {counts} | {:.1} | {whole:.1} | {verdict} |", m.name, m.kilobytes)
}
