//! Every filter of every list, alone and in pairs, against a filter written anew here over all rows.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{id, ids, page_end, rows, string};

type Keep = Box<dyn Fn(&Value) -> bool>;

/// A parameter as it stands in the address, and which rows it keeps.
struct Filter {
    query: String,
    keep: Keep,
}

fn filter(query: impl Into<String>, keep: impl Fn(&Value) -> bool + 'static) -> Filter {
    Filter { query: query.into(), keep: Box::new(keep) }
}

fn is(field: &'static str, value: &str) -> Filter {
    let wanted = value.to_owned();
    filter(format!("{field}={value}"), move |row| row[field] == wanted)
}

/// Times on the wire sort as text: they all have one form.
fn since(parameter: &str, field: &'static str, time: &str) -> Filter {
    let at = crate::support::at(time).to_string();
    filter(format!("{parameter}={time}"), move |row| row[field].as_str().is_some_and(|t| t >= at.as_str()))
}

fn before(parameter: &str, field: &'static str, time: &str) -> Filter {
    let at = crate::support::at(time).to_string();
    filter(format!("{parameter}={time}"), move |row| row[field].as_str().is_some_and(|t| t < at.as_str()))
}

/// The words are looked for in these texts of a row.
fn search(words: &str, text: impl Fn(&Value) -> String + 'static) -> Filter {
    let wanted = words.to_lowercase();
    filter(format!("q={}", words.replace(' ', "%20")), move |row| text(row).to_lowercase().contains(&wanted))
}

/// What all nouns have. Days, edges of days, the very millisecond of a row, and times at which nothing was.
fn common() -> Vec<Filter> {
    let mut filters = Vec::new();
    for time in [
        "2026-01-31",
        "2026-01-31T10:00:00Z",
        "2026-01-31T10:00:00.001Z",
        "2026-02-01T00:00:00Z",
        "2026-02-02T05:30:00%2B01:00",
        "2026-02-03T10:00:00.000Z",
        "2020-01-01",
        "2030-01-01",
    ] {
        let plain = time.replace("%2B", "+");
        for (mut f, name) in [
            (since("createdAfter", "createdAt", &plain), "createdAfter"),
            (before("createdBefore", "createdAt", &plain), "createdBefore"),
            (since("updatedAfter", "updatedAt", &plain), "updatedAfter"),
            (before("updatedBefore", "updatedAt", &plain), "updatedBefore"),
        ] {
            f.query = format!("{name}={time}");
            filters.push(f);
        }
    }
    filters
}

/// Compares each filter, and each pair of different ones, with the rows that it should keep: ids, totals, both orders, small pages.
fn hold(app: &TestApp, path: &str, filters: &[Filter]) {
    let everything = app.full.all(path, 100);
    assert!(everything.len() >= 6, "{path} has only {} rows", everything.len());
    let name = |f: &Filter| f.query.split('=').next().unwrap_or("").to_owned();
    let check = |query: &str, keep: &dyn Fn(&Value) -> bool| {
        let expected: Vec<String> = everything.iter().filter(|row| keep(row)).map(id).collect();
        let page = app.full.get(&format!("{path}?limit=100&{query}")).ok();
        assert_eq!((ids(&page), page_end(&page)), (expected.clone(), (i64::try_from(expected.len()).unwrap_or(-1), None)), "{path}?{query}");
        expected
    };
    let mut kept_some = 0;
    for (n, one) in filters.iter().enumerate() {
        let expected = check(&one.query, &one.keep);
        kept_some += usize::from(!expected.is_empty() && expected.len() < everything.len());
        let small: Vec<String> = app.full.all(&format!("{path}?{}", one.query), 2).iter().map(id).collect();
        assert_eq!(small, expected, "{path}?{} in small pages", one.query);
        let mut turned: Vec<String> = app.full.all(&format!("{path}?order=desc&{}", one.query), 3).iter().map(id).collect();
        turned.reverse();
        assert_eq!(turned, expected, "{path}?{} turned round", one.query);
        // Every third pair is plenty, and takes in each kind with each.
        for other in filters[n + 1..].iter().step_by(3).filter(|other| name(other) != name(one)) {
            check(&format!("{}&{}", one.query, other.query), &|row| (one.keep)(row) && (other.keep)(row));
        }
    }
    assert!(kept_some >= filters.len() / 4, "most filters of {path} keep all or nothing: {kept_some} of {}", filters.len());
}

fn next_day(app: &TestApp) {
    app.advance(Duration::from_secs(24 * 3600));
}

#[test]
fn customers() {
    let app = TestApp::start();
    for day in 0..4 {
        for n in 0..2 {
            let body = json!({ "email": format!("Person{day}{n}@Example.com"), "name": format!("Zoë {day}"), "phone": format!("+49 {n}"), "externalId": format!("C-{day}{n}"), "status": if n == 0 { "active" } else { "blocked" } });
            app.full.post("/api/v1/customers", &body).created();
        }
        next_day(&app);
    }
    let first = rows(&app.full.get("/api/v1/customers").ok())[0].clone();
    app.full.patch(&format!("/api/v1/customers/{}", id(&first)), &json!({ "notes": "changed late" })).ok();
    app.full.delete(&format!("/api/v1/customers/{}", id(&rows(&app.full.get("/api/v1/customers?order=desc").ok())[0]))).ok();
    let text = |row: &Value| ["email", "name", "phone", "externalId"].map(|f| string(&row[f])).join("\n");
    let mut filters = common();
    filters.extend([is("status", "active"), is("status", "blocked"), is("externalId", "C-20"), is("externalId", "c-20"), is("externalId", "none")]);
    filters.push(filter("email=pERSON10@example.COM", |row| row["email"] == "Person10@Example.com"));
    filters.push(filter("email=nobody@example.com", |_| false));
    filters.extend([
        search("person1", text),
        search("zo%C3%AB 2", |row| if row["name"] == "Zoë 2" { "zo%c3%ab 2".into() } else { String::new() }),
        search("+49", text).encoded(),
        search("%25", |_| String::new()),
        search("_", |_| String::new()),
        search("e", text),
    ]);
    hold(&app, "/api/v1/customers", &filters);
}

impl Filter {
    fn encoded(mut self) -> Self {
        self.query = self.query.replace('+', "%2B");
        self
    }
}

#[test]
fn products() {
    let app = TestApp::start();
    for day in 0..4 {
        for n in 0..2 {
            let body = json!({ "name": format!("Gold {day}"), "description": format!("Sports {n}"), "price": "9.99", "active": n == 0, "externalId": format!("P-{day}{n}") });
            app.full.post("/api/v1/products", &body).created();
        }
        next_day(&app);
    }
    let first = rows(&app.full.get("/api/v1/products").ok())[0].clone();
    app.full.patch(&format!("/api/v1/products/{}", id(&first)), &json!({ "active": false })).ok();
    let text = |row: &Value| ["name", "description", "externalId"].map(|f| string(&row[f])).join("\n");
    let mut filters = common();
    filters.extend([filter("active=true", |row| row["active"] == true), filter("active=false", |row| row["active"] == false), is("externalId", "P-31")]);
    filters.extend([search("gold 2", text), search("SPORTS", text), search("p-1", text), search("nothing", text)]);
    hold(&app, "/api/v1/products", &filters);
}

#[test]
fn coupons() {
    let app = TestApp::start();
    for day in 0..4 {
        for n in 0..2 {
            let body = json!({ "code": format!("Spring{day}{n}"), "percentOff": "5", "active": n == 0, "externalId": format!("K-{day}{n}") });
            app.full.post("/api/v1/coupons", &body).created();
        }
        next_day(&app);
    }
    let first = rows(&app.full.get("/api/v1/coupons").ok())[0].clone();
    app.full.patch(&format!("/api/v1/coupons/{}", id(&first)), &json!({ "active": false })).ok();
    app.full.delete(&format!("/api/v1/coupons/{}", id(&rows(&app.full.get("/api/v1/coupons?order=desc").ok())[0]))).ok();
    let text = |row: &Value| ["code", "externalId"].map(|f| string(&row[f])).join("\n");
    let mut filters = common();
    filters.extend([filter("active=true", |row| row["active"] == true), filter("active=false", |row| row["active"] == false), is("externalId", "K-20")]);
    filters.extend([search("spring2", text), search("G1", text), search("k-1", text), search("nothing", text)]);
    hold(&app, "/api/v1/coupons", &filters);
}

#[test]
fn tax_rates() {
    let app = TestApp::start();
    for day in 0..4 {
        for n in 0..2 {
            let country = if n == 0 { json!("DE") } else { json!(null) };
            let body = json!({ "name": format!("VAT {day}"), "percent": "5", "country": country, "active": n == 0, "externalId": format!("T-{day}{n}") });
            app.full.post("/api/v1/tax-rates", &body).created();
        }
        next_day(&app);
    }
    let first = rows(&app.full.get("/api/v1/tax-rates").ok())[0].clone();
    app.full.patch(&format!("/api/v1/tax-rates/{}", id(&first)), &json!({ "active": false })).ok();
    app.full.delete(&format!("/api/v1/tax-rates/{}", id(&rows(&app.full.get("/api/v1/tax-rates?order=desc").ok())[0]))).ok();
    let text = |row: &Value| format!("{}\n{}\n{}", string(&row["name"]), row["country"].as_str().unwrap_or(""), string(&row["externalId"]));
    let mut filters = common();
    filters.extend([filter("active=true", |row| row["active"] == true), filter("active=false", |row| row["active"] == false), is("externalId", "T-20")]);
    filters.extend([search("vat 2", text), search("de", text), search("t-1", text), search("nothing", text)]);
    hold(&app, "/api/v1/tax-rates", &filters);
}

/// Two customers, two products, and subscriptions in three states over four days.
fn sold(app: &TestApp) -> ([String; 2], [String; 2]) {
    let customers = ["ana", "bob"].map(|name| {
        id(&app.full.post("/api/v1/customers", &json!({ "email": format!("{name}@example.com"), "name": name.to_uppercase(), "phone": "+49 7" })).created())
    });
    let products = ["Gold", "Silver"].map(|name| id(&app.full.post("/api/v1/products", &json!({ "name": name, "price": "9.99" })).created()));
    for day in 0..4 {
        for n in 0..4_usize {
            let payment = if n == 3 { "invoice" } else { "manual" };
            let subscription =
                app.full.subscribe(&customers[n % 2], &products[(n + day) % 2], json!({ "payment": payment, "externalId": format!("S-{day}{n}") }));
            if n == 2 {
                app.full.act(&id(&subscription), "cancel", json!({})).ok();
            }
        }
        next_day(app);
    }
    (customers, products)
}

#[test]
fn subscriptions() {
    let app = TestApp::start();
    let (customers, products) = sold(&app);
    let first = rows(&app.full.get("/api/v1/subscriptions").ok())[0].clone();
    app.full.act(&id(&first), "renew", json!({})).ok();
    let any = |words: &'static [&'static str]| move |row: &Value| words.iter().any(|w| row["status"] == *w);
    let mut filters = common();
    filters.extend([
        filter("status=active", any(&["active"])),
        filter("status=cancelled,pending", any(&["cancelled", "pending"])),
        filter("status=active&status=pending", any(&["active", "pending"])),
        filter("status=active,cancelled&status=active", any(&["active", "cancelled"])),
        filter("status=past_due", any(&["past_due"])),
        filter("status=trialing,suspended,paused,expired", |_| false),
        is("customerId", &customers[0]),
        is("customerId", &customers[1]),
        is("customerId", "cust_019ab1f0c0de70008000000000000001"),
        is("productId", &products[0]),
        is("productId", &products[1]),
        is("productId", "prod_019ab1f0c0de70008000000000000001"),
        is("externalId", "S-21"),
        before("currentPeriodEndBefore", "currentPeriodEnd", "2026-03-01T10:00:00Z"),
        before("currentPeriodEndBefore", "currentPeriodEnd", "2026-03-01T10:00:00.001Z"),
        before("currentPeriodEndBefore", "currentPeriodEnd", "2027-01-01"),
    ]);
    let ana = customers[0].clone();
    filters.push(filter("q=ANA@", move |row| row["customerId"] == ana));
    // A customer's new name finds what he bought before, and his old one does not.
    app.full.patch(&format!("/api/v1/customers/{}", customers[1]), &json!({ "name": "Roberta" })).ok();
    let roberta = customers[1].clone();
    filters.push(filter("q=robert", move |row| row["customerId"] == roberta));
    filters.extend([search("silver", |row| string(&row["productName"])), search("s-1", |row| string(&row["externalId"])), search("zzz", |_| String::new())]);
    hold(&app, "/api/v1/subscriptions", &filters);
}

#[test]
fn invoices() {
    let app = TestApp::start();
    let (customers, _) = sold(&app);
    let open = rows(&app.full.get("/api/v1/invoices?status=open&limit=1").ok())[0].clone();
    app.full.mark_paid(&open["id"], json!({})).ok();
    let waiting = rows(&app.full.get("/api/v1/subscriptions?status=pending&limit=1").ok())[0].clone();
    app.full.act(&id(&waiting), "cancel", json!({})).ok();
    let active = rows(&app.full.get("/api/v1/subscriptions?status=active&limit=1").ok())[0].clone();
    app.full.act(&id(&active), "renew", json!({})).ok();
    let mut filters = common();
    for status in ["draft", "open", "paid", "void", "uncollectible"] {
        filters.push(is("status", status));
    }
    filters.extend([
        is("customerId", &customers[0]),
        is("customerId", &customers[1]),
        is("subscriptionId", &id(&active)),
        is("subscriptionId", "sub_019ab1f0c0de70008000000000000001"),
        is("externalId", "none"),
        since("paidAfter", "paidAt", "2026-02-02T10:00:00Z"),
        since("paidAfter", "paidAt", "2026-02-02T10:00:00.001Z"),
        since("paidAfter", "paidAt", "2020-01-01"),
    ]);
    // The time at which one of the open ones is due, which makes it overdue only after that.
    let due: Vec<String> = app.full.all("/api/v1/invoices?status=open", 100).iter().map(|row| string(&row["dueAt"])).collect();
    let now = due.iter().max().expect("one is open").clone();
    app.advance_to(&now);
    let overdue = move |row: &Value| row["status"] == "open" && row["dueAt"].as_str().is_some_and(|due| due < now.as_str());
    let not_overdue = overdue.clone();
    filters.extend([filter("overdue=true", overdue), filter("overdue=false", move |row| !not_overdue(row))]);
    let text = |row: &Value| [&row["number"], &row["buyer"]["name"], &row["buyer"]["email"]].map(string).join("\n");
    filters.extend([search("inv-00000", text), search("ANA", text), search("bob@", text)]);
    hold(&app, "/api/v1/invoices", &filters);
}

#[test]
fn wrong_parameters_are_named_all_at_once() {
    let app = TestApp::start();
    let refused = |path: &str, fields: &[&str]| app.full.get(path).refused_for(400, "invalid_parameter", fields);
    refused(
        "/api/v1/customers?status=gone&createdAfter=yesterday&updatedBefore=&limit=101&cursor=cust_1&order=sideways&page=2",
        &["status", "createdAfter", "updatedBefore", "limit", "cursor", "order", "page"],
    );
    refused("/api/v1/customers?cursor=prod_019ab1f0c0de70008000000000000001", &["cursor"]);
    refused("/api/v1/customers?email=a&email=b&status=active&status=active", &["email", "status"]);
    refused("/api/v1/products?active=yes&active2=1", &["active", "active2"]);
    refused(
        "/api/v1/subscriptions?status=active,gone&customerId=sub_1&productId=&currentPeriodEndBefore=now",
        &["status", "customerId", "productId", "currentPeriodEndBefore"],
    );
    refused("/api/v1/subscriptions?status=", &["status"]);
    refused("/api/v1/subscriptions?status=active,", &["status"]);
    refused("/api/v1/invoices?status=paid,open&customerId=x&subscriptionId=y&paidAfter=z", &["status", "customerId", "subscriptionId", "paidAfter"]);
    for limit in ["0", "-1", "101", "1e1", "", "999999999999999999999", "1.0", "%2B5", "05x", "٥"] {
        let limit = if limit == "٥" { "%D9%A5" } else { limit };
        refused(&format!("/api/v1/invoices?limit={limit}"), &["limit"]);
    }
    let page = app.full.get("/api/v1/customers?cursor=cust_019ab1f0c0de70008000000000000001").ok();
    assert_eq!((rows(&page).len(), page_end(&page)), (0, (0, None)));
}
