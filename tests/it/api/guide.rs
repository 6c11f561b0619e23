//! The guide, played from start to end: each endpoint, its status, its fields, its patterns.

use std::collections::BTreeSet;
use std::time::Duration;

use billhead::config::Rates;
use billhead::domain::key::Tier;
use serde_json::{Value, json};

use crate::support::client::{id, ids, page_end, rows, string};
use crate::support::{Setup, TestApp};

#[test]
fn the_example_requests_of_the_guide() {
    let app = TestApp::start();
    // POST /customers, as the guide has it.
    let body = json!({ "email": "john.smith@example.com", "name": "John Smith", "password": "securepassword123" });
    let answer = app.full.post("/api/v1/customers", &body);
    let john = answer.created();
    let customer = id(&john);
    assert!(customer.starts_with("cust_"), "{john}");
    assert_eq!(answer.header("location"), Some(format!("/api/v1/customers/{customer}").as_str()));
    assert_eq!((&john["email"], &john["name"], &john["status"]), (&json!("john.smith@example.com"), &json!("John Smith"), &json!("active")));
    assert_eq!(john.get("password"), None, "a password is taken in and never shown");
    assert_eq!(john["createdAt"], "2026-01-31T10:00:00.000Z");
    let fields: BTreeSet<&str> = john.as_object().into_iter().flatten().map(|(k, _)| k.as_str()).collect();
    let expected = [
        "id",
        "email",
        "name",
        "phone",
        "address",
        "currency",
        "locale",
        "billingTimezone",
        "taxId",
        "notes",
        "tags",
        "status",
        "balances",
        "metadata",
        "externalId",
        "createdAt",
        "updatedAt",
    ];
    assert!(expected.iter().all(|f| fields.contains(f)), "{fields:?}");
    assert_eq!(app.full.get(&format!("/api/v1/customers/{customer}")).ok(), john);
    app.full.post("/api/v1/customers", &body).refused_for(409, "already_exists", &["email"]);

    // Products.
    let product = app
        .full
        .post("/api/v1/products", &json!({ "name": "Gold", "description": "All channels", "price": "9.99", "interval": "month", "maxConnections": 2 }))
        .created();
    let gold = id(&product);
    assert_eq!(
        (&product["price"], &product["currency"], &product["interval"], &product["intervalCount"], &product["setupFee"], &product["active"]),
        (&json!("9.99"), &json!("USD"), &json!("month"), &json!(1), &json!("0.00"), &json!(true)),
        "{product}"
    );
    assert_eq!(product["prices"][0]["amount"], "9.99");
    assert_eq!(app.full.get(&format!("/api/v1/products/{gold}")).ok(), product);
    assert_eq!(app.full.patch(&format!("/api/v1/products/{gold}"), &json!({ "description": "Most channels" })).ok()["description"], "Most channels");

    // Subscriptions: what the mobile app and the CRM sync read.
    let bought = app.full.subscribe(&customer, &gold, json!({ "payment": "manual" }));
    let subscription = id(&bought);
    let page = app.full.get(&format!("/api/v1/subscriptions?status=active&productId={gold}")).ok();
    assert_eq!(ids(&page), [subscription.as_str()]);
    let mine = app.full.get(&format!("/api/v1/subscriptions?customerId={customer}&status=active")).ok();
    let sub = &rows(&mine)[0];
    assert_eq!(
        (&sub["productName"], &sub["currentPeriodEnd"], &sub["status"]),
        (&json!("Gold"), &json!("2026-02-28T10:00:00.000Z"), &json!("active")),
        "{sub}"
    );
    assert!(sub["credentials"]["username"].is_string() && sub["credentials"]["password"].is_string(), "{sub}");
    assert_eq!(
        app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &json!({ "metadata": { "device": "tv" } })).ok()["metadata"],
        json!({ "device": "tv" })
    );
    assert_eq!(app.full.act(&subscription, "renew", json!({})).ok()["currentPeriodEnd"], "2026-03-31T10:00:00.000Z");
    // The guide's actions take no body at all.
    assert_eq!(app.full.send("POST", &format!("/api/v1/subscriptions/{subscription}/renew"), &[], None).ok()["currentPeriodEnd"], "2026-04-30T10:00:00.000Z");
    assert_eq!(
        app.full.send("POST", &format!("/api/v1/subscriptions/{subscription}/cancel"), &[("content-type", "application/json")], None).ok()["status"],
        "cancelled"
    );

    // Invoices, and marking one as paid.
    let open = app.full.subscribe(&customer, &gold, json!({}));
    let invoice = app.full.invoice(&open["latestInvoiceId"]);
    assert_eq!((&invoice["status"], &invoice["amount"]), (&json!("open"), &json!("9.99")), "{invoice}");
    let paid = app.full.send("POST", &format!("/api/v1/invoices/{}/mark-paid", id(&invoice)), &[], None).ok();
    assert_eq!(paid["status"], "paid", "{paid}");

    // The dashboard.
    let total = |path: &str| app.full.get(path).ok()["pagination"]["total"].clone();
    assert_eq!(
        (total("/api/v1/customers?limit=1"), total("/api/v1/subscriptions?status=active&limit=1"), total("/api/v1/invoices?status=paid&limit=1")),
        (json!(1), json!(1), json!(4))
    );
    // The weekly report, with the times that JavaScript's toISOString writes.
    let week_ago = "2026-01-24T10:00:00.000Z";
    let invoices = app.full.get(&format!("/api/v1/invoices?status=paid&createdAfter={week_ago}")).ok();
    let revenue: f64 = rows(&invoices).iter().map(|i| string(&i["amount"]).parse::<f64>().unwrap_or_else(|e| panic!("parseFloat reads it: {e}"))).sum();
    assert_eq!(format!("{revenue:.2}"), "39.96");
    assert_eq!(
        (total(&format!("/api/v1/customers?createdAfter={week_ago}")), total(&format!("/api/v1/subscriptions?status=cancelled&updatedAfter={week_ago}"))),
        (json!(1), json!(1))
    );

    // A product that was sold is not deleted, one that was not is; every answer is JSON.
    app.full.delete(&format!("/api/v1/products/{gold}")).refused(409, "state_conflict");
    let other = app.full.new_product();
    assert_eq!(app.full.delete(&format!("/api/v1/products/{other}")).ok(), json!({ "id": other, "deleted": true }));
    app.full.get(&format!("/api/v1/products/{other}")).refused(404, "not_found");
    app.full.delete(&format!("/api/v1/customers/{customer}")).refused(409, "state_conflict");
}

#[test]
fn the_error_pattern_of_the_guide() {
    let app = TestApp::start();
    let missing = app.full.post("/api/v1/customers", &json!({}));
    assert_eq!(missing.refused(422, "validation_error"), [("email".to_owned(), "This field is required".to_owned())]);
    // Every wrong field at once.
    let wrong = json!({ "email": 7, "name": "", "password": "short", "currency": "DOLLARS", "address": { "country": "Germany", "planet": "Earth" }, "status": "gone", "tags": ["a", 1], "metadata": { "k": 1 }, "unknown": true });
    app.full.post("/api/v1/customers", &wrong).refused_for(
        422,
        "validation_error",
        &["email", "name", "password", "currency", "address.country", "address.planet", "status", "tags[1]", "metadata.k", "unknown"],
    );
    app.full.send("POST", "/api/v1/customers", &[("content-type", "application/json")], Some(b"{\"email\":")).refused(400, "invalid_json");
    app.full.get("/api/v1/customers?limit=0&order=up&nonsense=1").refused_for(400, "invalid_parameter", &["limit", "order", "nonsense"]);
    app.anonymous().get("/api/v1/customers").refused(401, "unauthorized");
    app.read.post("/api/v1/customers", &json!({ "email": "a@b" })).refused(403, "insufficient_scope");
    app.full.get("/api/v1/customers/cust_001").refused(404, "not_found");
}

#[test]
fn the_retry_pattern_of_the_guide() {
    let app = TestApp::with(&Setup { rates: Rates::default(), ..Setup::default() });
    let now = 1_769_853_600; // 2026-01-31T10:00:00Z
    for (tier, limit) in [(Tier::Standard, 60), (Tier::Professional, 120), (Tier::Enterprise, 300)] {
        let user = app.user_of("full", tier, None);
        for n in 1..=limit {
            let answer = user.get("/api/v1/me");
            answer.ok();
            assert_eq!((answer.number("x-ratelimit-limit"), answer.number("x-ratelimit-remaining")), (limit, limit - n), "{answer}");
            assert_eq!(answer.header("retry-after"), None);
        }
        let refused = user.get("/api/v1/me");
        assert_eq!(refused.refused(429, "rate_limited"), [], "{refused}");
        assert_eq!((refused.number("x-ratelimit-remaining"), refused.number("x-ratelimit-reset")), (0, now + 60 + (app.clock_seconds() - now)), "{refused}");
        // Refused whatever is asked, and before anything is looked at.
        user.post("/api/v1/customers", &json!({ "email": "a@example.com" })).refused(429, "rate_limited");
        user.get("/api/v1/nothing").refused(429, "rate_limited");
        let wait = u64::try_from(refused.number("retry-after")).unwrap_or_else(|e| panic!("{e}"));
        assert!(wait >= 1, "{refused}");
        app.advance(Duration::from_secs(wait));
        user.get("/api/v1/me").ok();
        let next = user.get("/api/v1/me");
        // The reset header is true: by then the full allowance is back, a second before it is not.
        let reset = u64::try_from(next.number("x-ratelimit-reset") - app.clock_seconds()).unwrap_or_else(|e| panic!("{e}"));
        app.advance(Duration::from_secs(reset));
        assert_eq!(user.get("/api/v1/me").number("x-ratelimit-remaining"), limit - 1);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM customer"), 0);
}

#[test]
fn every_answer_to_a_known_key_counts_and_says_so() {
    let app = TestApp::with(&Setup { rates: Rates::default(), ..Setup::default() });
    let user = app.user("customers:read");
    let statuses = [
        user.get("/api/v1/me"),
        user.get("/api/v1/nothing"),
        user.get("/api/v1/customers?limit=x"),
        user.get("/api/v1/customers/x"),
        user.post("/api/v1/customers", &json!({})),
        user.send("PUT", "/api/v1/customers", &[], None),
    ];
    let told: Vec<_> = statuses.iter().map(|a| (a.status, a.number("x-ratelimit-remaining"))).collect();
    assert_eq!(told, [(200, 59), (404, 58), (400, 57), (404, 56), (403, 55), (405, 54)]);
    // Keys have allowances of their own.
    assert_eq!(app.user("full").get("/api/v1/me").number("x-ratelimit-remaining"), 59);
}

#[test]
fn strangers_are_limited_by_address_which_a_trusted_proxy_may_tell() {
    let app = TestApp::with(&Setup { trusted_proxies: "127.0.0.1", ..Setup::default() });
    let from = |address: &str| app.anonymous().send("GET", "/api/v1/me", &[("x-forwarded-for", address)], None);
    for _ in 0..30 {
        from("203.0.113.7").refused(401, "unauthorized");
    }
    let refused = from("203.0.113.7");
    refused.refused(429, "rate_limited");
    let wait = u64::try_from(refused.number("retry-after")).unwrap_or_else(|e| panic!("{e}"));
    // What a client writes into the header itself does not help it.
    from("198.51.100.1, 203.0.113.7").refused(429, "rate_limited");
    from("203.0.113.8").refused(401, "unauthorized");
    app.full.get("/api/v1/me").ok();
    app.advance(Duration::from_secs(wait));
    from("203.0.113.7").refused(401, "unauthorized");
    // Without a trusted proxy nobody is believed.
    let app = TestApp::start();
    let from = |n: u32| app.anonymous().send("GET", "/api/v1/me", &[("x-forwarded-for", &format!("203.0.113.{n}"))], None).status;
    assert!((0..30).all(|n| from(n) == 401));
    assert_eq!(from(31), 429);
}

#[test]
fn me_tells_a_key_about_itself() {
    let app = TestApp::start();
    let me = app.user_of("customers:read,products", Tier::Professional, Some(crate::support::at("2027-01-01"))).get("/api/v1/me").ok();
    assert_eq!(
        (&me["scopes"], &me["tier"], &me["mode"]),
        (&json!(["customers:read", "products:read", "products:write"]), &json!("professional"), &json!("live")),
        "{me}"
    );
    assert_eq!((&me["expiresAt"], &me["requestsPerMinute"]), (&json!("2027-01-01T00:00:00.000Z"), &json!(1_000_000)));
    assert!(string(&me["id"]).starts_with("key_") && string(&me["name"]).starts_with("Key for"), "{me}");
}

#[test]
fn the_guides_loop_over_130_customers_misses_and_doubles_none() {
    let app = TestApp::start();
    let made: Vec<String> = (0..130).map(|n| app.full.new_customer(&format!("c{n}@example.com"))).collect();
    let first = app.full.get("/api/v1/customers?limit=100").ok();
    assert_eq!(page_end(&first), (130, Some(made[99].clone())));
    let last = app.full.get(&format!("/api/v1/customers?limit=100&cursor={}", made[99])).ok();
    assert_eq!(page_end(&last), (130, None));
    assert_eq!([ids(&first), ids(&last)].concat(), made);
    let default = app.full.get("/api/v1/customers").ok();
    assert_eq!((rows(&default).len(), page_end(&default)), (20, (130, Some(made[19].clone()))));
    // An exact fit has no page after it.
    let exact = app.full.get(&format!("/api/v1/customers?limit=30&cursor={}", made[99])).ok();
    assert_eq!((rows(&exact).len(), page_end(&exact)), (30, (130, None)));
    let after_all = app.full.get(&format!("/api/v1/customers?cursor={}", made[129])).ok();
    assert_eq!((rows(&after_all).len(), page_end(&after_all)), (0, (130, None)));
}

#[test]
fn pages_stay_exact_while_rows_come_and_go_in_both_orders() {
    for descending in [false, true] {
        let app = TestApp::start();
        let made: Vec<String> = (0..45).map(|n| app.full.new_customer(&format!("c{n}@example.com"))).collect();
        let order = if descending { "&order=desc" } else { "" };
        let (mut seen, mut gone, mut cursor, mut added) = (Vec::new(), BTreeSet::new(), String::new(), Vec::new());
        for round in 0..100 {
            let page = app.full.get(&format!("/api/v1/customers?limit=10{order}{cursor}")).ok();
            let (total, next) = page_end(&page);
            assert_eq!(usize::try_from(total).ok(), Some(made.len() + added.len() - gone.len()), "{page}");
            seen.extend(ids(&page));
            let Some(next) = next else { break };
            // The cursor's own row goes, one that was seen, and one that was not; and one comes.
            let unseen = made.iter().find(|c| !seen.contains(c) && !gone.contains(*c)).cloned();
            for victim in [Some(next.clone()), seen.iter().find(|c| !gone.contains(*c) && **c != next).cloned(), unseen].into_iter().flatten() {
                app.full.delete(&format!("/api/v1/customers/{victim}")).ok();
                gone.insert(victim);
            }
            if round < 3 {
                added.push(app.full.new_customer(&format!("new{round}@example.com")));
            }
            cursor = format!("&cursor={next}");
        }
        let distinct: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "a row came twice");
        for customer in &made {
            assert!(seen.contains(customer) || gone.contains(customer), "{customer} was missed");
        }
        for customer in &added {
            assert_eq!(seen.contains(customer), !descending, "what is added comes at the end");
        }
        let mut sorted = seen.clone();
        sorted.sort();
        if descending {
            sorted.reverse();
        }
        assert_eq!(seen, sorted);
    }
}

#[test]
fn ids_increase_even_when_the_clock_goes_back() {
    let app = TestApp::start();
    let mut made = vec![app.full.new_customer("a@example.com")];
    app.clock.set_wall(crate::support::at("2020-01-01"));
    made.push(app.full.new_customer("b@example.com"));
    app.clock.set_wall(crate::support::at("2030-01-01"));
    made.push(app.full.new_customer("c@example.com"));
    app.clock.set_wall(crate::support::at("2026-01-31"));
    made.push(app.full.new_customer("d@example.com"));
    assert_eq!(ids(&app.full.get("/api/v1/customers").ok()), made);
    // Totals by time of creation stay exact though the order of rows is not that of times.
    for (filter, expected) in [
        ("createdAfter=2026-01-31T00:00:01Z", vec![0, 2]),
        ("createdBefore=2026-01-31", vec![1]),
        ("createdAfter=2020-01-01&createdBefore=2026-02-01", vec![0, 1, 3]),
    ] {
        let page = app.full.get(&format!("/api/v1/customers?{filter}")).ok();
        let expected: Vec<&String> = expected.into_iter().map(|n| &made[n]).collect();
        assert_eq!(
            (ids(&page).iter().collect::<Vec<_>>(), page_end(&page).0),
            (expected.clone(), i64::try_from(expected.len()).unwrap_or(-1)),
            "{filter}: {page}"
        );
    }
}

#[test]
fn products_have_prices_that_are_added_and_changed_and_never_removed() {
    let app = TestApp::start();
    let product = app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": "9.99", "prices": [{ "currency": "EUR", "amount": "8.99" }] })).created();
    let path = format!("/api/v1/products/{}", id(&product));
    let euro = product["prices"][1]["id"].clone();
    let changed = app.full.patch(&path, &json!({ "price": "10.50", "prices": [{ "id": euro, "amount": "9.50", "active": false }, { "currency": "JPY", "amount": "1500", "interval": "year" }] })).ok();
    let prices: Vec<Value> = changed["prices"].as_array().cloned().unwrap_or_else(|| panic!("{changed}"));
    let told: Vec<_> = prices.iter().map(|p| (string(&p["currency"]), string(&p["amount"]), string(&p["interval"]), p["active"].clone())).collect();
    assert_eq!(
        told,
        [
            ("USD".into(), "10.50".into(), "month".into(), json!(true)),
            ("EUR".into(), "9.50".into(), "month".into(), json!(false)),
            ("JPY".into(), "1500".into(), "year".into(), json!(true))
        ]
    );
    assert_eq!(changed["price"], "10.50");
    assert_eq!(app.full.get(&path).ok(), changed);
    assert_eq!(app.full.patch(&path, &json!({ "prices": [] })).ok()["prices"], changed["prices"]);
    app.full.patch(&path, &json!({ "prices": [{ "id": "price_019ab1f0c0de70008000000000000001", "amount": "1.00" }] })).refused_for(
        422,
        "validation_error",
        &["prices[0].id"],
    );
    app.full.patch(&path, &json!({ "prices": [{ "currency": "GBP" }, { "amount": "1.00" }, { "id": euro, "currency": "GBP" }] })).refused_for(
        422,
        "validation_error",
        &["prices[0].amount", "prices[1].currency", "prices[2].currency"],
    );
    app.full.post("/api/v1/products", &json!({ "name": "x", "price": "-1", "setupFee": "1.999", "intervalCount": 0, "interval": "fortnight" })).refused_for(
        422,
        "validation_error",
        &["price", "interval", "intervalCount"],
    );
    app.full.post("/api/v1/products", &json!({ "name": "x", "price": "1.001", "setupFee": "1.999", "intervalCount": 121 })).refused_for(
        422,
        "validation_error",
        &["intervalCount", "price", "setupFee"],
    );
}
