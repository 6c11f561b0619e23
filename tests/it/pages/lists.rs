//! Lists: what they find, how many they say there are, and how one pages through them.

use std::collections::BTreeSet;

use billhead::app::verify::{ProofRow, proof_keep};
use serde_json::json;

use crate::support::browser::{Browser, Page};
use crate::support::client::{id, ids, page_end};
use crate::support::{TestApp, at};

const LISTS: [&str; 4] = ["customers", "products", "subscriptions", "invoices"];

/// What a list's page and the API say of the same question.
#[track_caller]
fn same_as_api(app: &TestApp, browser: &Browser, list: &str, query: &str) -> Page {
    let page = browser.get(&format!("/admin/{list}?{query}")).ok();
    let joint = if query.is_empty() { "" } else { "&" };
    let order = if query.contains("order=") { "" } else { "&order=desc" };
    let limit = if query.contains("limit=") { "" } else { "&limit=50" };
    let answer = app.full.get(&format!("/api/v1/{list}?{query}{joint}{}", format!("{order}{limit}").trim_start_matches('&'))).ok();
    let links: Vec<String> = ids(&answer).into_iter().map(|id| format!("/admin/{list}/{id}")).collect();
    assert_eq!(page.row_links(), links, "{list}?{query}");
    let (total, next) = page_end(&answer);
    if !links.is_empty() {
        let said: String = page.text_of(".total").chars().filter(char::is_ascii_digit).collect();
        assert_eq!(said, total.to_string(), "{list}?{query}: {page}");
    }
    assert_eq!(page.attributes("a[rel=next]", "href").is_empty(), next.is_none(), "{list}?{query}");
    page
}

/// A world of 120 of each.
fn crowd(app: &TestApp) {
    let product =
        |n: usize| json!({ "name": format!("Product {n:03}"), "price": "1.00", "currency": "USD", "interval": "month", "active": !n.is_multiple_of(3) });
    let products: Vec<String> = (0..120).map(|n| id(&app.full.post("/api/v1/products", &product(n)).created())).collect();
    for n in 0..120_usize {
        let status = if n.is_multiple_of(4) { "blocked" } else { "active" };
        let customer = json!({ "email": format!("person{n:03}@example.com"), "name": format!("Person {n:03}"), "externalId": format!("crm-{n}") });
        let customer = id(&app.full.post("/api/v1/customers", &customer).created());
        let payment = if n.is_multiple_of(2) { "invoice" } else { "manual" };
        app.full.subscribe(&customer, &products[1 + n % 2], json!({ "payment": payment }));
        if status == "blocked" {
            app.full.patch(&format!("/api/v1/customers/{customer}"), &json!({ "status": status })).ok();
        }
        app.advance(std::time::Duration::from_secs(if n == 60 { 10 * 24 * 3600 } else { 1 }));
    }
}

#[test]
fn lists_find_filter_and_page_as_the_api_does() {
    let app = TestApp::start();
    app.owner();
    crowd(&app);
    let browser = app.owner();
    for list in LISTS {
        // Forth through all of it: every row once, the newest first, the total the same on each page.
        let (mut seen, mut path, mut pages) = (Vec::new(), format!("/admin/{list}"), 0);
        loop {
            let page = browser.get(&path).ok();
            pages += 1;
            page.assert_has(".total", "120");
            seen.extend(page.row_links());
            assert_eq!(page.texts("nav.pages a").contains(&"First page".to_owned()), pages > 1, "{page}");
            match page.attributes("a[rel=next]", "href").pop() {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!((pages, seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (3, 120, 120), "{list}");
        let all: Vec<String> = app.full.all(&format!("/api/v1/{list}?order=desc"), 100).iter().map(|o| format!("/admin/{list}/{}", id(o))).collect();
        assert_eq!(seen, all, "{list}");
        let first = browser.get(&path).ok().attributes("nav.pages a:not([rel])", "href");
        assert_eq!(first, [format!("/admin/{list}")], "{list}");
    }
    for (list, queries) in [
        (
            "customers",
            &[
                "q=person+01",
                "q=crm-7",
                "q=PERSON011%40example.com",
                "status=blocked",
                "status=blocked&q=person+02",
                "order=asc",
                "limit=7",
                "order=asc&limit=3&q=1",
            ][..],
        ),
        ("products", &["q=product+00", "active=true", "active=false", "active=false&q=9"]),
        (
            "subscriptions",
            &[
                "status=active",
                "status=pending",
                "status=active&status=pending&q=person+1",
                "status=expired",
                "q=product+001",
                "currentPeriodEndBefore=2026-03-05T00%3A00%3A00Z",
            ],
        ),
        ("payments", &["status=succeeded", "provider=manual", "provider=test", "provider=manual&status=failed", "limit=7", "order=asc&limit=7", "q=nothing"]),
        (
            "invoices",
            &["status=open", "status=paid", "status=paid&q=person003", "q=person", "overdue=true", "overdue=true&q=person", "overdue=true&status=open"],
        ),
    ] {
        for query in queries {
            let page = same_as_api(&app, &browser, list, query);
            // Every choice that narrows is a chip, and comes off alone.
            for without in page.attributes("a.chip", "href") {
                let wider = browser.get(&without).ok();
                assert!(wider.attributes("a.chip", "href").len() < page.attributes("a.chip", "href").len(), "{query} {without}");
                assert!(wider.row_links().len() >= page.row_links().len(), "{query} {without}");
            }
            let narrowing =
                query.split('&').map(|p| p.split('=').next().unwrap_or("")).filter(|n| !matches!(*n, "order" | "limit")).collect::<BTreeSet<_>>().len();
            assert_eq!(page.attributes("a.chip", "href").len(), narrowing, "{list}?{query}");
        }
        // By the form of the page, whose empty choices ask for nothing.
        let day = app.full.get(&format!("/api/v1/{list}?limit=1")).ok();
        let made = day["data"][0]["createdAt"].as_str().unwrap_or("").chars().take(10).collect::<String>();
        let empty = ["q", "status", "active", "createdAfter", "productId"].map(|name| format!("{name}=")).join("&");
        let whole = browser.get(&format!("/admin/{list}?{empty}")).ok();
        assert_eq!(whole.row_links(), browser.get(&format!("/admin/{list}")).ok().row_links());
        assert_eq!(whole.attributes("a.chip", "href"), Vec::<String>::new());
        let page = same_as_api(&app, &browser, list, &format!("createdAfter={made}T00%3A00%3A00.000Z"));
        assert_eq!(page.texts("a.chip").len(), 1);
        let recent = whole.attributes("select[name=createdAfter] option", "value")[1].clone();
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("createdAfter", &recent).finish();
        same_as_api(&app, &browser, list, &query).assert_has("a.chip", "created today");
    }
    // Of one customer, of one product: from their pages.
    let customer = id(&app.full.get("/api/v1/customers?limit=1").ok()["data"][0]);
    let product = id(&app.full.get("/api/v1/products?limit=2").ok()["data"][1]);
    for (list, query, chip) in [
        ("subscriptions", format!("customerId={customer}"), "Person 000"),
        ("subscriptions", format!("productId={product}&status=active"), "Product 001"),
        ("invoices", format!("customerId={customer}&status=open"), "Person 000"),
    ] {
        let page = same_as_api(&app, &browser, list, &query);
        page.assert_has("a.chip", chip);
    }
}

#[test]
fn what_a_search_found_is_kept_until_something_happens() {
    let app = TestApp::start();
    let customer = |n: usize| app.full.post("/api/v1/customers", &json!({ "email": format!("person{n}@example.com") })).created();
    let first = id(&customer(0));
    customer(1);
    let total = |query: &str| page_end(&app.full.get(&format!("/api/v1/customers?{query}")).ok()).0;
    assert_eq!((total("q=person"), total("q=person0"), total("q=nobody")), (2, 1, 0));
    // Behind the program's back its texts go, and it does not look.
    #[expect(clippy::disallowed_methods, reason = "what changes a text behind the program's back is a foreign connection")]
    let file = rusqlite::Connection::open(app.data().join(billhead::store::db::FILE_NAME)).expect("the database opens");
    file.execute_batch("CREATE TEMP TABLE aside AS SELECT * FROM customer_search; UPDATE customer_search SET text = x''").expect("the texts are moved");
    assert_eq!((total("q=person"), total("q=person&limit=1&order=desc"), total("q=person&status=active")), (2, 2, 2));
    assert_eq!(total("q=example"), 0, "what was not asked before is looked for");
    file.execute_batch("UPDATE customer_search SET text = (SELECT text FROM aside WHERE aside.block = customer_search.block)").expect("they come back");
    drop(file);
    // Something happens: the next answer knows it.
    customer(2);
    assert_eq!((total("q=person"), total("q=example")), (3, 3));
    app.full.patch(&format!("/api/v1/customers/{first}"), &json!({ "email": "changed@example.com" })).ok();
    assert_eq!((total("q=person"), total("q=person0"), total("q=changed")), (2, 0, 1));
    app.full.delete(&format!("/api/v1/customers/{first}")).ok();
    assert_eq!((total("q=changed"), total("q=example")), (0, 2));
    // Another house has its own, whatever it is asked.
    let other = TestApp::start();
    other.full.post("/api/v1/customers", &json!({ "email": "person9@example.com" })).created();
    assert_eq!(page_end(&other.full.get("/api/v1/customers?q=person").ok()).0, 1);
}

#[test]
fn keys_are_found_filtered_and_paged() {
    const KEYS: &str = "/admin/settings/keys";
    let app = TestApp::start();
    let browser = app.owner();
    for n in 0..117 {
        browser.fill(&format!("{KEYS}/new"), &[("name", &format!("Žkey {n:03}")), ("expiresAt", if n < 30 { "2026-02-10" } else { "" })]).expect(201);
    }
    // Three are the test's own.
    let page = |query: &str| browser.get(&format!("{KEYS}{query}")).ok();
    let first = page("");
    let made = app.app.db.read(billhead::store::key::key_list).expect("the keys can be read");
    let all: Vec<String> = made.iter().rev().map(|k| format!("{KEYS}/{}", k.key.id)).collect();
    let (mut seen, mut next) = (first.row_links(), first.attributes("a[rel=next]", "href").pop());
    while let Some(path) = next {
        let page = browser.get(&path).ok();
        page.assert_has(".total", &all.len().to_string());
        assert_eq!(page.attributes("nav.pages a:not([rel])", "href"), [KEYS]);
        seen.extend(page.row_links());
        next = page.attributes("a[rel=next]", "href").pop();
    }
    assert_eq!((seen, first.row_links().len()), (all.clone(), 50));
    let total = |query: &str| page(query).text_of(".total").split(' ').next().and_then(|n| n.parse::<usize>().ok());
    assert_eq!((total("?q=%C5%BEKEY+00"), total("?q=nothing")), (Some(10), Some(0)));
    let hint = page("?q=%C5%BEkey+100").texts("tbody code").pop().unwrap_or_default();
    assert_eq!(total(&format!("?q={}", hint.trim_end_matches('…'))), Some(1), "{hint}");
    browser.fill(&format!("{}/revoke", all[0]), &[]).ok();
    assert_eq!((total("?status=revoked"), total("?status=expired"), total("?status=active")), (Some(1), Some(0), Some(all.len() - 1)));
    app.advance_to("2026-02-10T00:00:00Z");
    browser.sign_in(crate::support::OWNER, crate::support::PASSWORD);
    assert_eq!((total("?status=revoked"), total("?status=expired"), total("?status=active")), (Some(1), Some(30), Some(all.len() - 31)));
    let both = page("?status=expired&q=key+01&limit=4");
    assert_eq!((both.texts("a.chip").len(), both.row_links().len(), both.text_of(".total").as_str()), (2, 4, "10 keys"));
    for query in ["?status=gone", "?cursor=x", "?limit=0", "?externalId=x", "?createdAfter=soon"] {
        browser.get(&format!("{KEYS}{query}")).expect(400);
    }
}

#[test]
fn an_empty_list_says_why_and_what_to_do() {
    let app = TestApp::start();
    let browser = app.owner();
    for (list, nothing, action) in [
        ("customers", "A customer is somebody you sell to", "/admin/customers/new"),
        ("products", "A product is what you sell", "/admin/products/new"),
        ("subscriptions", "A subscription is a customer who pays", "/admin/subscriptions/new"),
        ("invoices", "Subscriptions create invoices", "/admin/subscriptions/new"),
        ("payments", "taken by you or charged", "/admin/invoices?status=open"),
    ] {
        let page = browser.get(&format!("/admin/{list}")).ok();
        page.assert_has(".empty", nothing);
        assert!(page.attributes(".empty a", "href").contains(&action.to_owned()), "{page}");
        assert!(page.rows().is_empty() && page.attributes("a.chip", "href").is_empty());
        let page = browser.get(&format!("/admin/{list}?q=nobody")).ok();
        page.assert_has(".empty", "Nothing matches these filters");
        assert_eq!(page.attributes(".empty a", "href"), [format!("/admin/{list}")]);
        assert_eq!(page.attributes("a.chip", "href"), [format!("/admin/{list}")]);
        page.assert_has(".total", "0");
    }
    browser.get("/admin/subscriptions/new").ok().assert_has("main p", "there is none yet");
    browser.get("/admin/settings/keys").ok().assert_has("tbody", "Key for full");
}

#[test]
fn a_question_that_the_api_does_not_take_is_refused_as_a_page() {
    let app = TestApp::start();
    let browser = app.owner();
    for list in LISTS {
        for query in [
            "unknown=1",
            "status=nothing&active=nothing",
            "limit=0",
            "limit=101",
            "limit=x",
            "order=sideways",
            "cursor=x",
            "createdAfter=yesterday",
            "q=a&q=b",
            "customerId=x",
            "productId=prod_x",
            "cursor=cust_019ab1f0c0de70008000000000000001%00",
        ] {
            let page = browser.get(&format!("/admin/{list}?{query}")).expect(400);
            assert_eq!(page.heading(), "Not done", "{page}");
            assert_eq!(page.attributes("main a.button", "href"), [format!("/admin/{list}")], "{page}");
        }
    }
}

#[test]
fn the_overview_counts_what_there_is_and_leads_to_it() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let browser = app.owner();
    let page = browser.get("/admin").ok();
    assert_eq!(page.texts(".figures .value"), ["0"; 6]);
    // The first steps: what is done is not asked for again.
    assert_eq!(page.attributes(".steps a", "href"), ["/admin/products/new", "/admin/customers/new", "/admin/subscriptions/new"], "{page}");
    let product = app.full.new_product();
    for n in 0..3 {
        let customer = app.full.new_customer(&format!("person{n}@example.com"));
        app.full.subscribe(&customer, &product, json!({ "payment": if n == 0 { "invoice" } else { "manual" } }));
    }
    let page = browser.get("/admin").ok();
    assert_eq!(page.texts(".figures .value"), ["2", "1", "0", "0", "1", "3"]);
    assert!(page.attributes(".steps a", "href").is_empty());
    // A month on one has expired unpaid, and the others are in grace, then suspended.
    for (day, counted) in
        [("2026-02-01T00:00:00Z", [2, 1, 0, 0, 1, 3]), ("2026-03-01T00:00:00Z", [0, 0, 2, 0, 2, 3]), ("2026-03-10T00:00:00Z", [0, 0, 0, 2, 2, 3])]
    {
        app.live_to(day);
        for (href, n) in browser.get("/admin").ok().attributes(".figures a", "href").into_iter().zip(counted) {
            assert_eq!(browser.get(&href).ok().row_links().len(), n, "{href} on {day}");
        }
    }
}

#[test]
fn invoices_are_listed_that_are_overdue() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let browser = app.owner();
    let (product, ana) = (app.full.new_product(), app.full.new_customer("ana@example.com"));
    app.full.subscribe(&ana, &product, json!({ "payment": "manual" }));
    app.live_to("2026-02-27T00:00:00Z");
    app.full.subscribe(&app.full.new_customer("bob@example.com"), &product, json!({}));
    let listed = || same_as_api(&app, &browser, "invoices", "overdue=true");
    assert!(listed().row_links().is_empty(), "the renewal is due only at the end of the period");
    app.live_to("2026-03-01T00:00:00Z");
    let page = listed();
    assert_eq!(page.rows().len(), 1);
    assert!(page.rows()[0].contains("ana@example.com") && page.rows()[0].contains("overdue"), "{page}");
    page.assert_has("a.chip", "overdue");
    assert_eq!(page.attributes("select[name=overdue] option[selected]", "value"), ["true"]);
    assert_eq!(same_as_api(&app, &browser, "invoices", "overdue=false").row_links().len(), 2);
    assert_eq!(same_as_api(&app, &browser, "invoices", "overdue=true&status=paid").row_links().len(), 0);
}

#[test]
fn the_overview_lists_what_ends_next_whatever_its_state() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let browser = app.owner();
    let product = app.full.new_product();
    let ending = || {
        let page = browser.get("/admin").ok();
        let of_subscriptions = |row: &String| row.contains("on trial") || row.contains("past due") || row.contains("active") || row.contains("paused");
        page.rows().into_iter().filter(of_subscriptions).map(|row| row.split('@').next().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    let sell = |name: &str, more: serde_json::Value| id(&app.full.subscribe(&app.full.new_customer(&format!("{name}@example.com")), &product, more));
    // One on trial is listed where there is no other.
    sell("trial", json!({ "trialDays": 20 }));
    assert_eq!(ending(), ["trial"]);
    let pausing = sell("pausing", json!({ "payment": "manual" }));
    sell("monthly", json!({ "payment": "manual" }));
    assert_eq!(ending(), ["trial", "pausing", "monthly"]);
    app.full.act(&pausing, "pause", json!({})).ok();
    assert_eq!(ending(), ["trial", "monthly"]);
    // In grace its access ends with that, which is sooner than what others have paid for.
    app.live_to("2026-02-20T00:00:00Z");
    sell("later", json!({ "payment": "manual" }));
    app.live_to("2026-02-21T10:00:00Z");
    assert_eq!(ending(), ["trial", "monthly", "later"]);
    assert!(browser.get("/admin").ok().rows()[0].contains("past due · access until"));
}

#[test]
fn the_overview_says_when_the_books_were_proved() {
    let app = TestApp::start();
    let browser = app.owner();
    let note = || browser.get("/admin").ok().texts(".callout");
    assert_eq!(note(), Vec::<String>::new(), "there is nothing to prove yet");
    app.full.subscribe(&app.full.new_customer("ana@example.com"), &app.full.new_product(), json!({ "payment": "manual" }));
    assert_eq!(note(), ["The books were never proved yet · run billhead verify"]);
    let prove = |violations| {
        let proof = ProofRow { proved_at: at("2026-01-30T23:00:00Z"), duration_ms: 1, read_rows: 12_345, violations };
        proof_keep(&app.app.db, proof).expect("a proof is kept");
    };
    prove(0);
    assert_eq!(note(), ["Books proved on 30 Jan · 12,345 rows read, nothing wrong"]);
    assert_eq!(browser.get("/admin").ok().attributes(".callout .state", "class"), ["state good"]);
    // Only the last one counts.
    prove(2);
    assert_eq!(note(), ["Books proved on 30 Jan · 2 things are wrong: run billhead verify and see what"]);
    assert_eq!(browser.get("/admin").ok().attributes(".callout .state", "class"), ["state bad"]);
}

#[test]
fn pages_speak_the_accounts_language_or_the_browsers() {
    let app = TestApp::start();
    let spoken = |page: &Page| (page.attributes("html", "lang").pop().unwrap_or_default(), page.attributes("html", "dir").pop().unwrap_or_default());
    let (english, arabic) = (("en".to_owned(), "ltr".to_owned()), ("ar".to_owned(), "rtl".to_owned()));
    for (accepted, expected) in [
        ("ar", &arabic),
        ("ar-EG,ar;q=0.9,en;q=0.8", &arabic),
        ("de,ar;q=0.2", &arabic),
        ("en;q=0.3, ar;q=0.7", &arabic),
        ("AR", &arabic),
        ("en,ar", &english),
        ("de", &english),
        ("", &english),
        ("*", &english),
        ("ar;q=0", &english),
        ("\u{1f600};;;q=,,,", &english),
        ("arc", &english),
    ] {
        let browser = app.browser().with("accept-language", accepted);
        for path in ["/admin/login", "/admin/nothing", "/admin/setup/x"] {
            assert_eq!(&spoken(&browser.get(path)), expected, "{accepted} {path}");
        }
    }
    let browser = app.owner_as(app.browser().with("accept-language", "ar"));
    assert_eq!(spoken(&browser.get("/admin/customers")), arabic);
    browser.fill("/admin/account/language", &[("language", "en")]);
    assert_eq!(spoken(&browser.get("/admin/customers")), english, "the account's choice wins");
    browser.fill("/admin/account/language", &[("language", "")]);
    assert_eq!(spoken(&browser.get("/admin/customers")), arabic);
    let other = app.owner();
    assert_eq!(spoken(&other.get("/admin/customers")), english);
    other.fill("/admin/account/language", &[("language", "ar")]);
    assert_eq!(spoken(&other.get("/admin/customers")), arabic);
    assert_eq!(other.get("/admin/account/language").form().value("language"), "ar");
    // One that there is not is refused, and the chosen one stays.
    let form = other.get("/admin/account/language").form().force("language", "xx");
    let page = other.submit(&form).expect(422);
    assert_eq!((page.wrong(), page.form().value("language")), (vec!["language".to_owned()], "ar".to_owned()));
    assert_eq!(spoken(&other.get("/admin/customers")), arabic);
}

#[test]
fn the_overview_says_how_far_the_billing_run_is() {
    let app = TestApp::start();
    let gold = app.full.new_product();
    for n in 0..7 {
        let customer = app.full.new_customer(&format!("c{n}@example.com"));
        app.full.subscribe(&customer, &gold, json!({ "payment": "manual" }));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
    let round = || runtime.block_on(app.app.billing_round(3, None)).expect("the billing run works");
    app.advance_to("2026-02-21T10:00:00Z");
    let browser = app.owner();
    let shown = || browser.get("/admin").ok().texts("main").join(" ");
    let (mut done, mut seen) = (0, Vec::new());
    // Days whose revenue is posted come first.
    while done < 7 {
        done += round().done;
        let words = shown();
        seen.extend((1..7).find(|n| words.contains(&format!("{n} of 7 subscriptions"))));
    }
    assert!(seen.len() >= 2 && seen.is_sorted(), "{seen:?}");
    assert!(!shown().contains("The billing run is at work"));
}

#[test]
fn a_search_that_cannot_be_made_keeps_the_list_and_its_filters() {
    let app = TestApp::start();
    super::sample::Sample::of(&app, "");
    let (browser, arabic) = (app.owner(), app.owner_as(app.browser().with("accept-language", "ar")));
    for (list, filter) in [
        ("customers", "status=active"),
        ("products", "active=true"),
        ("subscriptions", "status=active"),
        ("invoices", "status=open"),
        ("payments", "status=succeeded"),
        ("credit-notes", ""),
        ("coupons", ""),
        ("tax-rates", ""),
        ("settings/keys", ""),
    ] {
        assert!(!browser.get(&format!("/admin/{list}")).ok().row_links().is_empty(), "{list} has a row");
        let long = "x".repeat(201);
        for (sought, text, in_arabic) in [(long.as_str(), "Must have at most 200 characters", "200"), ("a%0Ab", "Must not contain control characters", "")] {
            let path = format!("/admin/{list}?{filter}&q={sought}");
            let page = browser.get(&path).expect(400);
            assert_eq!(page.errors()["q"], text, "{path}: {page}");
            if sought == long {
                assert_eq!(page.attributes("input[type=search][aria-invalid]", "value"), [sought], "{path}");
            }
            assert!(page.row_links().is_empty() && page.texts(".total").is_empty(), "{path}: {page}");
            if let Some((name, value)) = filter.split_once('=') {
                assert_eq!(page.attributes(&format!("select[name={name}] option[selected]"), "value"), [value], "{path}");
                assert_eq!(page.attributes("a.chip", "href").len(), 1, "{path}: {page}");
            }
            let error = arabic.get(&path).expect(400).errors().remove("q").unwrap_or_default();
            assert!(error.contains(in_arabic) && error != text, "{path}: {error}");
        }
    }
    // As many as are taken are looked for.
    browser.get(&format!("/admin/customers?q={}", "x".repeat(200))).ok();
}
