//! Coupons and tax rates: their lists, pages and forms, and what a subscription's forms offer of them.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::client::{id, ids, page_end};

/// The object that a page shows, as the API has it.
#[track_caller]
fn shown(app: &TestApp, page: &Page) -> (String, Value) {
    let path = page.path().split('?').next().unwrap_or("").to_owned();
    let object = app.full.get(&path.replace("/admin", "/api/v1")).ok();
    (path, object)
}

#[track_caller]
fn has(object: &Value, expected: &Value) {
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&object[name], value, "{name} of {object}");
    }
}

fn coupon(app: &TestApp, terms: &Value) -> String {
    id(&app.full.post("/api/v1/coupons", terms).created())
}

#[test]
fn a_coupon_is_made_and_changed_field_by_field() {
    let app = TestApp::start();
    let browser = app.owner();
    browser.fill("/admin/settings", &[("business.timezone", "America/New_York")]).ok();
    let (gold, silver) = (app.full.new_product(), app.full.new_product());
    let page = browser.fill(
        "/admin/coupons/new",
        &[
            ("code", " Spring20 "),
            ("percentOff", "12.5"),
            ("duration", "repeating"),
            ("durationPeriods", "3"),
            ("maxRedemptions", "7"),
            ("expiresAt", "2026-03-01"),
            ("productIds", &silver),
            ("externalId", "own"),
            ("metadata", "a: b"),
        ],
    );
    page.ok().assert_has(".notice", "The coupon was created");
    let page = browser.go("/admin/coupons").ok();
    assert_eq!(page.rows().len(), 1, "{page}");
    let (path, made) = shown(&app, &browser.get(&page.row_links()[0]).ok());
    has(
        &made,
        &json!({ "code": "Spring20", "percentOff": "12.5", "amountOff": null, "currency": null, "duration": "repeating", "durationPeriods": 3, "maxRedemptions": 7,
            "productIds": [silver], "active": true, "externalId": "own", "metadata": { "a": "b" },
            // The day begins where the business is.
            "expiresAt": "2026-03-01T05:00:00.000Z" }),
    );
    let edit = format!("{path}/edit");
    let now = || app.full.get(&path.replace("/admin", "/api/v1")).ok();
    // Sent as it is shown, it changes nothing.
    let form = browser.get(&edit).ok().form();
    assert_eq!((form.value("expiresAt").as_str(), form.value("productIds")), ("2026-03-01", silver.clone()));
    browser.send_form(&form).ok().assert_has(".notice", "Saved");
    assert_eq!(now(), made);
    for (typed, expected) in [
        (&[("code", "SPRING25")][..], json!({ "code": "SPRING25", "percentOff": "12.5" })),
        (&[("percentOff", "25")], json!({ "percentOff": "25", "durationPeriods": 3 })),
        (&[("duration", "forever")], json!({ "duration": "forever", "durationPeriods": null })),
        (&[("duration", "repeating"), ("durationPeriods", "2")], json!({ "duration": "repeating", "durationPeriods": 2 })),
        (&[("percentOff", ""), ("amountOff", "2.50")], json!({ "percentOff": null, "amountOff": "2.50", "currency": "USD" })),
        (&[("currency", "EUR")], json!({ "amountOff": "2.50", "currency": "EUR" })),
        (&[("percentOff", "5"), ("amountOff", "")], json!({ "percentOff": "5", "amountOff": null, "currency": null })),
        (&[("expiresAt", "")], json!({ "expiresAt": null })),
        (&[("expiresAt", "2026-07-01")], json!({ "expiresAt": "2026-07-01T04:00:00.000Z" })),
        (&[("productIds", "")], json!({ "productIds": [] })),
        (&[("productIds", &format!("{gold},{silver}"))], json!({ "productIds": [gold, silver] })),
        (&[("maxRedemptions", "")], json!({ "maxRedemptions": null })),
        (&[("externalId", ""), ("metadata", "")], json!({ "externalId": null, "metadata": {} })),
    ] {
        browser.fill(&edit, typed).ok().assert_has(".notice", "Saved");
        has(&now(), &expected);
    }
    // An expiry that is no day of the business stays what it is.
    app.full.patch(&path.replace("/admin", "/api/v1"), &json!({ "expiresAt": "2026-07-01T12:34:56Z" })).ok();
    let form = browser.get(&edit).ok().form();
    assert_eq!(form.value("expiresAt"), "2026-07-01T12:34:56Z");
    browser.send_form(&form.fill(&[("maxRedemptions", "9")])).ok();
    has(&now(), &json!({ "expiresAt": "2026-07-01T12:34:56.000Z", "maxRedemptions": 9 }));
    // Two who change it at once: the second is told.
    let (mine, theirs) = (browser.get(&edit).ok().form(), browser.get(&edit).ok().form());
    browser.submit(&theirs.fill(&[("percentOff", "6")])).expect(303);
    let held = browser.submit(&mine.fill(&[("percentOff", "7")])).expect(409);
    assert!(held.problem().contains("Somebody else") && held.errors()["percentOff"].contains('6'), "{held}");
    browser.submit(&held.form()).expect(303);
    has(&now(), &json!({ "percentOff": "7" }));
    // Out of use and back, and gone.
    let asked = browser.get(&format!("{path}/deactivate")).ok();
    asked.assert_has(".warning", "SPRING25 can no longer be redeemed");
    browser.send_form(&asked.form()).ok().assert_has(".notice", "is inactive");
    has(&now(), &json!({ "active": false }));
    let line = browser.get(&path).ok().raw_texts(".api code")[1].clone();
    assert!(line.contains("PATCH") && line.contains(r#"{"active":true}"#), "{line}");
    browser.press(&path, &format!("{path}/activate")).ok().assert_has(".notice", "is active");
    has(&now(), &json!({ "active": true }));
    let asked = browser.get(&format!("{path}/delete")).ok();
    asked.assert_has(".warning", "SPRING25 will be deleted for good");
    browser.send_form(&asked.form()).ok().assert_has(".notice", "The coupon was deleted");
    browser.get(&path).expect(404);
}

#[test]
fn everything_wrong_with_a_coupon_stands_beside_its_field() {
    let app = TestApp::start();
    let browser = app.owner();
    app.full.new_product();
    let taken = coupon(&app, &json!({ "code": "TAKEN", "percentOff": "5" }));
    let edit = format!("/admin/coupons/{taken}/edit");
    let before = app.row_counts();
    for (typed, wrong) in [
        (
            &[("code", ""), ("percentOff", "many"), ("durationPeriods", "x"), ("maxRedemptions", "0")][..],
            &["code", "durationPeriods", "maxRedemptions", "percentOff"][..],
        ),
        (&[("code", "A"), ("percentOff", "5"), ("amountOff", "5"), ("durationPeriods", "2")], &["amountOff", "durationPeriods", "percentOff"]),
        (&[("code", "A"), ("percentOff", "")], &["percentOff"]),
        (&[("code", "A"), ("percentOff", "100.1"), ("duration", "repeating")], &["durationPeriods", "percentOff"]),
        (&[("code", "A"), ("amountOff", "1.234"), ("expiresAt", "soon")], &["amountOff", "expiresAt"]),
        (&[("code", "A"), ("amountOff", "1.234")], &["amountOff"]),
        (&[("code", "two words"), ("percentOff", "5")], &["code"]),
    ] {
        let form = browser.get("/admin/coupons/new").ok().form().fill(typed);
        let page = browser.submit(&form).expect(422);
        assert_eq!((page.wrong(), page.form().typed()), (wrong.iter().map(|w| (*w).to_owned()).collect(), form.typed()), "{page}");
    }
    let both = browser.fill("/admin/coupons/new", &[("code", "A"), ("percentOff", "5"), ("amountOff", "5")]);
    assert_eq!(both.errors()["amountOff"], "Give either a percentage or an amount");
    let comma = browser.fill("/admin/coupons/new", &[("code", "A"), ("percentOff", "7,5")]);
    assert_eq!(comma.errors()["percentOff"], "Write 7.5, with a point");
    let page = browser.fill("/admin/coupons/new", &[("code", "taken"), ("percentOff", "5")]).expect(409);
    assert_eq!(page.errors()["code"], "A coupon with this code exists already");
    let page =
        browser.submit(&browser.get("/admin/coupons/new").ok().form().fill(&[("code", "A"), ("percentOff", "5")]).force("productIds", "prod_x")).expect(422);
    assert_eq!(page.wrong(), ["productIds"]);
    for (typed, wrong) in [(("code", ""), "code"), (("percentOff", "0"), "percentOff"), (("percentOff", ""), "percentOff")] {
        assert_eq!(browser.submit(&browser.get(&edit).ok().form().fill(&[typed])).expect(422).wrong(), [wrong]);
    }
    assert_eq!(app.row_counts(), before);
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    let page = arabic.fill("/admin/coupons/new", &[("code", "A"), ("percentOff", "5"), ("amountOff", "5")]);
    assert_eq!(page.errors()["amountOff"], "اكتب إما نسبة وإما مبلغًا");
}

#[test]
fn what_was_redeemed_keeps_its_terms_and_tells_for_whom() {
    let app = TestApp::start();
    let browser = app.owner();
    let product = app.full.new_product();
    let spring = coupon(&app, &json!({ "code": "SPRING", "percentOff": "20", "duration": "repeating", "durationPeriods": 2, "maxRedemptions": 120 }));
    let path = format!("/admin/coupons/{spring}");
    browser.get(&path).ok().assert_has(".story", "Nobody has redeemed it yet");
    let customers: Vec<String> = (0..57).map(|n| app.full.new_customer(&format!("person{n:03}@example.com"))).collect();
    for customer in &customers {
        app.full.subscribe(customer, &product, json!({ "payment": "manual", "couponCode": "spring" }));
    }
    let page = browser.get(&path).ok();
    assert_eq!((page.fact("Redeemed").as_str(), page.fact("For").as_str(), page.fact("Discount").as_str()), ("57 of 120", "all products", "20 % off"));
    page.assert_has(".subtitle", "20 % off, for 2 periods");
    assert_eq!(page.row_links().len(), 10);
    assert!(page.rows()[0].contains("person056@example.com") && page.rows()[0].contains("attached"), "{page}");
    // All of them, page by page.
    let (mut seen, mut next, mut pages) = (Vec::new(), Some(format!("{path}/uses")), 0);
    while let Some(at) = next {
        let page = browser.get(&at).ok();
        pages += 1;
        page.assert_has(".total", "57 uses");
        assert_eq!(page.texts("nav.pages a").contains(&"First page".to_owned()), pages > 1);
        seen.extend(page.row_links());
        next = page.attributes("a[rel=next]", "href").pop();
    }
    let all: Vec<String> = app.full.all("/api/v1/subscriptions?order=desc", 100).iter().map(|s| format!("/admin/subscriptions/{}", id(s))).collect();
    assert_eq!((pages, seen), (2, all));
    browser.get(&format!("{path}/uses?cursor=x")).expect(400);
    // Its terms are not in the form; what may change is.
    let form = browser.get(&format!("{path}/edit")).ok();
    form.assert_has(".lead", "20 % off, for 2 periods");
    assert!(["code", "percentOff", "amountOff", "currency", "duration", "durationPeriods"].iter().all(|name| !form.form().has(name)), "{form}");
    browser.fill(&format!("{path}/edit"), &[("maxRedemptions", "57")]).ok();
    browser.get(&path).ok().assert_has(".title .state", "used up");
    let few = browser.fill(&format!("{path}/edit"), &[("maxRedemptions", "3")]).expect(409);
    assert!(few.problem().contains("redeemed 57 times"), "{few}");
    assert!(browser.get(&path).ok().attributes(".title a", "href").iter().all(|href| !href.ends_with("/delete")));
    browser.go(&format!("{path}/delete")).ok().assert_has(".notice", "Deactivate it instead");
    // A form that was open when somebody redeemed it.
    let autumn = coupon(&app, &json!({ "code": "AUTUMN", "percentOff": "20" }));
    let open = browser.get(&format!("/admin/coupons/{autumn}/edit")).ok().form();
    app.full.subscribe(&customers[0], &product, json!({ "couponCode": "AUTUMN" }));
    let page = browser.submit(&open.fill(&[("percentOff", "30")])).expect(409);
    assert!(page.problem().contains("Somebody else"), "{page}");
    // Taken off a subscription, it stands there as taken off.
    let subscription = seen_last(&browser);
    browser.fill(&format!("{subscription}/edit"), &[("couponCode", "")]).ok();
    assert!(browser.get(&format!("/admin/coupons/{autumn}")).ok().rows()[0].contains("taken off"));
}

/// The newest subscription's page.
fn seen_last(browser: &Browser) -> String {
    browser.get("/admin/subscriptions").ok().row_links()[0].clone()
}

#[test]
fn out_of_many_products_a_coupon_names_some() {
    let app = TestApp::start();
    let browser = app.owner();
    let product = |name: &str| {
        let body = json!({ "name": name, "price": "1.00", "currency": "USD", "interval": "month" });
        id(&app.full.post("/api/v1/products", &body).created())
    };
    let products: Vec<String> = (0..26).map(|n| product(&format!("Product {n:02}"))).collect();
    let twins = [product("Twin"), product("Twin")];
    let form = browser.get("/admin/coupons/new").ok().form().fill(&[("code", "SOME"), ("percentOff", "5")]);
    let page = browser.submit(&form.clone().fill(&[("productIds", "product 03\nnothing\nTwin"), ("maxRedemptions", "x")])).expect(422);
    assert_eq!(page.wrong(), ["maxRedemptions", "productIds"], "{page}");
    assert!(page.errors()["productIds"].contains("There is no product \"nothing\""), "{page}");
    let page = browser.submit(&form.clone().fill(&[("productIds", "Twin")])).expect(422);
    assert!(page.errors()["productIds"].starts_with("Several products have \"Twin\""), "{page}");
    let page = browser.send_form(&form.fill(&[("productIds", &format!("product 03\n\n {} \nPRODUCT 07", twins[0]))])).ok();
    let (path, made) = shown(&app, &page);
    assert_eq!(made["productIds"], json!([products[3], products[7], twins[0]]));
    // They come back by name, and by id where a name is another's too.
    let form = browser.get(&format!("{path}/edit")).ok().form();
    assert_eq!(form.value("productIds"), format!("Product 03\nProduct 07\n{}", twins[0]));
    browser.send_form(&form.fill(&[("externalId", "own")])).ok();
    let form = browser.get(&format!("{path}/edit")).ok().form();
    browser.send_form(&form.fill(&[("productIds", "Product 25")])).ok();
    assert_eq!(shown(&app, &browser.get(&path).ok()).1["productIds"], json!([products[25]]));
    let form = browser.get(&format!("{path}/edit")).ok().form();
    let page = browser.submit(&form.fill(&[("productIds", "Product 99")])).expect(422);
    assert_eq!((page.wrong(), page.form().value("productIds")), (vec!["productIds".to_owned()], "Product 99".to_owned()));
}

#[test]
fn a_tax_rate_is_made_changed_and_kept_once_it_stands_on_an_invoice() {
    let app = TestApp::start();
    let browser = app.owner();
    browser.get("/admin/tax-rates").ok().assert_has(".empty", "Without one they bear none");
    let page = browser.fill("/admin/tax-rates/new", &[("name", "VAT"), ("percent", "19"), ("inclusive", "true"), ("country", "DE"), ("metadata", "a: b")]).ok();
    page.assert_has(".notice", "The tax rate was created");
    let (path, made) = shown(&app, &page);
    has(&made, &json!({ "name": "VAT", "percent": "19", "inclusive": true, "country": "DE", "active": true, "metadata": { "a": "b" } }));
    let notes = || browser.get(&path).ok().texts(".callout");
    assert!(notes()[0].contains("customers in DE") && notes()[0].contains("in the price already"), "{:?}", notes());
    let edit = format!("{path}/edit");
    let now = || app.full.get(&path.replace("/admin", "/api/v1")).ok();
    browser.fill(&edit, &[]).ok();
    assert_eq!(now(), made);
    for (typed, expected) in [
        (&[("name", "MwSt")][..], json!({ "name": "MwSt", "percent": "19" })),
        (&[("percent", "7.5")], json!({ "percent": "7.5", "inclusive": true })),
        (&[("inclusive", "false")], json!({ "inclusive": false })),
        (&[("country", "")], json!({ "country": null })),
        (&[("externalId", "own"), ("metadata", "")], json!({ "externalId": "own", "metadata": {} })),
    ] {
        browser.fill(&edit, typed).ok().assert_has(".notice", "Saved");
        has(&now(), &expected);
    }
    assert!(notes()[0].contains("whose country has no rate of its own") && notes()[0].contains("added to the price"), "{:?}", notes());
    for (typed, wrong) in [
        (&[("name", ""), ("percent", "")][..], &["name", "percent"][..]),
        (&[("name", "x"), ("percent", "101"), ("country", "Germany")], &["country", "percent"]),
        (&[("name", "x"), ("percent", "-1")], &["percent"]),
    ] {
        assert_eq!(browser.fill("/admin/tax-rates/new", typed).expect(422).wrong(), wrong);
    }
    let word = browser.fill("/admin/tax-rates/new", &[("name", "x"), ("percent", "much")]);
    assert_eq!(word.errors()["percent"], "Must be a percentage such as 20 or 7.5");
    // It stands on an invoice.
    app.full.subscribe(&app.full.new_customer("ana@example.com"), &app.full.new_product(), json!({}));
    let page = browser.get(&path).ok();
    assert_eq!(page.row_links().len(), 1, "{page}");
    assert!(page.rows()[0].contains("ana@example.com"), "{page}");
    let form = browser.get(&edit).ok();
    form.assert_has(".lead", "It stands on invoices");
    assert!(["percent", "inclusive", "country"].iter().all(|name| !form.form().has(name)), "{form}");
    browser.fill(&edit, &[("name", "VAT again")]).ok();
    browser.go(&format!("{path}/delete")).ok().assert_has(".notice", "Deactivate it instead");
    let asked = browser.get(&format!("{path}/deactivate")).ok();
    asked.assert_has(".warning", "VAT again 7.5 %");
    browser.send_form(&asked.form()).ok().assert_has(".notice", "new invoices do not bear it");
    assert!(notes()[0].contains("New invoices do not bear it"), "{:?}", notes());
    browser.press(&path, &format!("{path}/activate")).ok().assert_has(".notice", "new invoices bear it");
    // One that stands on none is deleted.
    let other = browser.fill("/admin/tax-rates/new", &[("name", "Levy"), ("percent", "1")]).ok();
    let other = other.path().split('?').next().unwrap_or("").to_owned();
    let asked = browser.get(&format!("{other}/delete")).ok();
    asked.assert_has(".warning", "Levy 1 % will be deleted");
    browser.send_form(&asked.form()).ok().assert_has(".notice", "was deleted");
    browser.get(&other).expect(404);
}

#[test]
fn coupons_and_tax_rates_are_found_filtered_and_paged_as_the_api_does() {
    let app = TestApp::start();
    let browser = app.owner();
    for n in 0..60 {
        coupon(&app, &json!({ "code": format!("CODE{n:03}"), "percentOff": "5", "active": n % 3 > 0, "externalId": format!("own-{n}") }));
        let rate = json!({ "name": format!("Rate {n:03}"), "percent": "5", "active": n % 3 > 0, "country": if n % 2 > 0 { "DE" } else { "FR" } });
        app.full.post("/api/v1/tax-rates", &rate).created();
    }
    for (list, queries) in [
        ("coupons", ["q=code00", "q=OWN-7", "active=false", "active=true&q=code01", "order=asc&limit=7", "q=nothing"]),
        ("tax-rates", ["q=rate+00", "q=de", "active=false", "active=true&q=rate+01", "order=asc&limit=7", "q=nothing"]),
    ] {
        let whole = browser.get(&format!("/admin/{list}")).ok();
        whole.assert_has(".total", "60");
        assert_eq!(whole.row_links().len(), 50);
        assert_eq!(browser.get(&whole.attributes("a[rel=next]", "href")[0]).ok().row_links().len(), 10);
        for query in queries {
            let page = browser.get(&format!("/admin/{list}?{query}")).ok();
            let order = if query.contains("order") { "" } else { "&order=desc&limit=50" };
            let answer = app.full.get(&format!("/api/v1/{list}?{query}{order}")).ok();
            let links: Vec<String> = ids(&answer).into_iter().map(|id| format!("/admin/{list}/{id}")).collect();
            assert_eq!(page.row_links(), links, "{list}?{query}");
            if !links.is_empty() {
                let said: String = page.text_of(".total").chars().filter(char::is_ascii_digit).collect();
                assert_eq!(said, page_end(&answer).0.to_string(), "{list}?{query}");
            }
        }
        let page = browser.get(&format!("/admin/{list}?active=yes")).expect(400);
        assert_eq!(page.attributes("main a.button", "href"), [format!("/admin/{list}")]);
    }
}

#[test]
fn a_subscriptions_forms_offer_the_coupons_that_it_can_have() {
    let app = TestApp::start();
    let browser = app.owner();
    let (gold, other) = (app.full.new_product(), app.full.new_product());
    let ana = app.full.new_customer("ana@example.com");
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    let edit = format!("/admin/subscriptions/{subscription}/edit");
    // There is none yet.
    assert!(!browser.get(&edit).ok().form().has("couponCode") && !browser.get("/admin/subscriptions/new").ok().form().has("couponCode"));
    for terms in [
        json!({ "code": "ALL", "percentOff": "5" }),
        json!({ "code": "EUROS", "amountOff": "5", "currency": "EUR" }),
        json!({ "code": "OTHER", "percentOff": "5", "productIds": [other] }),
        json!({ "code": "OFF", "percentOff": "5", "active": false }),
        json!({ "code": "OVER", "percentOff": "5", "expiresAt": "2026-01-01T00:00:00Z" }),
        json!({ "code": "ONCE", "percentOff": "5", "maxRedemptions": 1, "duration": "forever" }),
    ] {
        coupon(&app, &terms);
    }
    let offered = |path: &str| browser.get(path).ok().attributes("select[name=couponCode] option", "value");
    assert_eq!(offered("/admin/subscriptions/new"), ["", "ONCE", "OTHER", "EUROS", "ALL"]);
    assert_eq!(offered(&edit), ["", "ONCE", "ALL"]);
    assert_eq!(browser.get(&edit).ok().texts("select[name=couponCode] option"), ["none", "ONCE · 5 % off, for every period", "ALL · 5 % off, for one period"]);
    // What it has it keeps, also where it is used up by that.
    browser.fill(&edit, &[("couponCode", "ONCE")]).ok().assert_has(".facts", "ONCE");
    assert_eq!(offered(&edit), ["", "ONCE", "ALL"]);
    assert_eq!(browser.get(&edit).ok().form().value("couponCode"), "ONCE");
    browser.fill(&edit, &[("maxConnections", "3")]).ok();
    assert_eq!(app.full.subscription(&subscription)["couponCode"], "ONCE");
    // Out of many it is typed.
    for n in 0..30 {
        coupon(&app, &json!({ "code": format!("MANY{n}"), "percentOff": "5" }));
    }
    let page = browser.get(&edit).ok();
    assert!(page.attributes("input[name=couponCode]", "list").len() == 1 && page.form().value("couponCode") == "ONCE", "{page}");
    browser.fill(&edit, &[("couponCode", "many0")]).ok();
    assert_eq!(app.full.subscription(&subscription)["couponCode"], "MANY0");
}

#[test]
fn everything_wrong_with_a_new_subscription_is_said_at_once() {
    let app = TestApp::start();
    let browser = app.owner();
    app.full.new_customer("ana@example.com");
    app.full.new_product();
    coupon(&app, &json!({ "code": "EUROS", "amountOff": "5", "currency": "EUR" }));
    let before = app.row_counts();
    let page = browser.submit(
        &browser
            .get("/admin/subscriptions/new")
            .ok()
            .form()
            .fill(&[
                ("customerId", "nobody"),
                ("quantity", "0"),
                ("startAt", "2026-01-01"),
                ("trial", "days"),
                ("maxConnections", "x"),
                ("couponCode", "EUROS"),
            ])
            .force("priceId", ""),
    );
    assert_eq!(page.expect(422).wrong(), ["customerId", "maxConnections", "priceId", "quantity", "startAt", "trialDays"]);
    // The price is known, and with it what the coupon is worth.
    let page = browser.fill("/admin/subscriptions/new", &[("customerId", "nobody"), ("couponCode", "EUROS"), ("quantity", "0")]).expect(422);
    assert_eq!(page.wrong(), ["couponCode", "customerId", "quantity"]);
    assert_eq!(page.errors()["couponCode"], "This coupon is in EUR, not in USD");
    assert_eq!(app.row_counts(), before);
}

#[test]
fn a_trial_is_as_the_product_says_or_none_or_of_so_many_days() {
    let app = TestApp::start();
    let browser = app.owner();
    app.full.new_customer("ana@example.com");
    let body = json!({ "name": "Try", "price": "9.99", "currency": "USD", "interval": "month", "trialDays": 14 });
    let product = id(&app.full.post("/api/v1/products", &body).created());
    let page = browser.get("/admin/subscriptions/new").ok();
    assert_eq!(page.texts("select[name=priceId] option"), ["Try · 9.99 USD every month · 14 free days"]);
    page.assert_has("fieldset", "Try: 14 free days, and the invoice when they are over");
    let newest = || app.full.get("/api/v1/subscriptions?order=desc&limit=1").ok()["data"][0].clone();
    let sell = |typed: &[(&str, &str)]| {
        let typed: Vec<(&str, &str)> = [("customerId", "ana@example.com")].into_iter().chain(typed.iter().copied()).collect();
        browser.fill("/admin/subscriptions/new", &typed)
    };
    for (typed, status, days) in [
        (&[][..], "trialing", 14),
        (&[("trial", "none")], "pending", 0),
        (&[("trial", "none"), ("payment", "manual")], "active", 0),
        (&[("trial", "days"), ("trialDays", "3")], "trialing", 3),
        // Who types days wants them.
        (&[("trialDays", "5")], "trialing", 5),
        (&[("trialDays", "0")], "pending", 0),
        // What was moved here had its free days elsewhere.
        (&[("payment", "none"), ("startAt", "2026-01-20")], "active", 0),
    ] {
        sell(typed).ok().assert_has(".notice", "The subscription was created");
        let made = newest();
        assert_eq!(made["status"], status, "{typed:?}");
        let end = made["trialEnd"].as_str().map(str::to_owned);
        // It is 31 January.
        assert_eq!(end, (days > 0).then(|| format!("2026-02-{days:02}T10:00:00.000Z")), "{typed:?} {made}");
    }
    for (typed, wrong, sentence) in [
        (&[("payment", "manual")][..], "trial", "This product begins with free days. Choose no trial to take the payment now"),
        (
            &[("payment", "credit"), ("trial", "days"), ("trialDays", "3")],
            "payment",
            "Free days begin without a payment. Choose “By invoice”: it is opened when they are over",
        ),
        (&[("trial", "none"), ("trialDays", "3")], "trialDays", "Leave this empty, or choose so many free days"),
        (&[("trial", "days")], "trialDays", "This field is required"),
    ] {
        let page = sell(typed).expect(422);
        assert_eq!((page.wrong(), page.errors()[wrong].as_str()), (vec![wrong.to_owned()], sentence), "{page}");
    }
    // The line of the API says what is sent.
    let line = browser.get("/admin/subscriptions/new").ok().raw_texts(".api code").pop().unwrap_or_default();
    assert!(!line.contains("payment") && !line.contains("trial"), "{line}");
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    arabic.get("/admin/subscriptions/new").ok().assert_has("fieldset", "كما في المنتج");
    // Where no product has free days the question is folded away.
    app.full.patch(&format!("/api/v1/products/{product}"), &json!({ "trialDays": null })).ok();
    assert!(browser.get("/admin/subscriptions/new").ok().texts("details.fold:not([open]) summary").contains(&"Trial".to_owned()));
}

#[test]
fn a_sale_says_when_it_begins_on_which_day_periods_turn_and_where_it_ends() {
    let app = TestApp::start();
    let browser = app.owner();
    app.full.new_customer("ana@example.com");
    app.full.new_product();
    let sell = |typed: &[(&str, &str)]| {
        let typed: Vec<(&str, &str)> = [("customerId", "ana@example.com")].into_iter().chain(typed.iter().copied()).collect();
        browser.fill("/admin/subscriptions/new", &typed)
    };
    let page = sell(&[("payment", "manual"), ("startAt", "2026-02-10"), ("endsAt", "2026-05-10")]).ok();
    page.assert_has("main", "paid, begins 10 Feb");
    page.assert_has("main", "Access begins with the period that is paid.");
    assert_eq!((page.fact("Begins on").as_str(), page.fact("Ends on").as_str()), ("10 Feb", "10 May"));
    let page = sell(&[("payment", "manual"), ("anchorDay", "15")]).ok();
    assert_eq!(page.fact("Paid until"), "15 Feb");
    for (typed, wrong, sentence) in [
        (&[("startAt", "2026-01-30")][..], "startAt", "Is past. Leave it empty to begin now, or choose “Paid elsewhere”"),
        (&[("endsAt", "2026-01-30")], "endsAt", "Must lie after the beginning, and in the future"),
        (&[("anchorDay", "32")], "anchorDay", "Must be a whole number from 1 to 31"),
        (&[("anchorDay", "1"), ("trial", "days"), ("trialDays", "3")], "anchorDay", "Is not taken with a trial; leave one of them out"),
    ] {
        let page = sell(typed).expect(422);
        assert_eq!((page.wrong(), page.errors()[wrong].as_str()), (vec![wrong.to_owned()], sentence), "{page}");
        assert_eq!(page.form().value(typed[0].0), typed[0].1);
    }
}
