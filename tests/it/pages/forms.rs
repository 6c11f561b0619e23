//! What forms do, held against what the API says of the objects afterwards.

use serde_json::{Value, json};

use super::sample::Sample;
use crate::support::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::client::{at_once, id, rows, string};

/// The path of the API for an admin page's.
fn api(page: &str) -> String {
    page.split('?').next().unwrap_or("").replace("/admin", "/api/v1")
}

fn api_path_of(page: &Page) -> String {
    api(page.path())
}

/// What differs between two objects: top-level names, sorted.
fn differing(a: &Value, b: &Value) -> Vec<String> {
    let (a, b) = (a.as_object().expect("an object"), b.as_object().expect("an object"));
    a.iter().filter(|(name, value)| b.get(*name) != Some(value)).map(|(name, _)| name.clone()).collect()
}

#[test]
fn a_customer_is_made_and_changed_field_by_field() {
    let app = TestApp::start();
    let browser = app.owner();
    let all = [
        ("email", "Ana@example.com"),
        ("name", "Ana \"Ą\" & <Co>"),
        ("phone", "+49 30 1"),
        ("address.line1", "Way 1"),
        ("address.city", "Berlin"),
        ("address.country", "DE"),
        ("currency", "EUR"),
        ("billingTimezone", "Europe/Berlin"),
        ("taxId", "DE1"),
        ("taxExempt", "true"),
        ("locale", "de"),
        ("status", "blocked"),
        ("password", "secret of Ana"),
        ("notes", "First\n\n  second \\ \"third\""),
        ("tags", "vip, a\\, b"),
        ("externalId", "crm-1"),
        ("metadata", "crm: 17\nnote: a: b"),
    ];
    let page = browser.fill("/admin/customers/new", &all).ok();
    page.assert_has(".notice", "The customer was created");
    let path = api_path_of(&page);
    let customer = app.full.get(&path).ok();
    let expected = json!({
        "email": "Ana@example.com", "name": "Ana \"Ą\" & <Co>", "phone": "+49 30 1", "currency": "EUR", "billingTimezone": "Europe/Berlin", "taxId": "DE1", "taxExempt": true,
        "locale": "de", "status": "blocked", "notes": "First\n\n  second \\ \"third\"", "tags": ["vip", "a, b"], "externalId": "crm-1",
        "metadata": { "crm": "17", "note": "a: b" },
    });
    for (name, value) in expected.as_object().expect("it is one") {
        assert_eq!(&customer[name], value, "{name}");
    }
    assert_eq!((&customer["address"]["line1"], &customer["address"]["country"], &customer["address"]["line2"]), (&json!("Way 1"), &json!("DE"), &Value::Null));
    assert_eq!(app.count("SELECT COUNT(*) FROM customer WHERE password_hash LIKE '$argon2id$%'"), 1);
    // Sent as it is shown, it changes nothing; changed in one field, that field alone.
    let edit = format!("{}/edit", page.path().split('?').next().unwrap_or(""));
    let events = || app.count("SELECT COUNT(*) FROM event");
    let (before, hash) = (events(), app.sql().query_row("SELECT password_hash FROM customer", [], |r| r.get::<_, String>(0)).ok());
    browser.fill(&edit, &[]).ok().assert_has(".notice", "Saved");
    assert_eq!((app.full.get(&path).ok(), events()), (customer, before));
    for (name, value, shown) in [
        ("email", "ana2@example.com", json!("ana2@example.com")),
        ("name", "", Value::Null),
        ("phone", "  1 ", json!("1")),
        ("currency", "", Value::Null),
        ("billingTimezone", "", Value::Null),
        ("taxId", "", Value::Null),
        ("locale", "pt-BR", json!("pt-BR")),
        ("status", "active", json!("active")),
        ("notes", "x\ny", json!("x\ny")),
        ("tags", "", json!([])),
        ("tags", "one,two , three\\\\", json!(["one", "two", "three\\"])),
        ("externalId", "", Value::Null),
        ("metadata", "", json!({})),
        ("metadata", "a\\:b: c\\nd", json!({ "a:b": "c\nd" })),
    ] {
        app.advance(std::time::Duration::from_secs(1));
        let before = app.full.get(&path).ok();
        browser.fill(&edit, &[(name, value)]).ok();
        let after = app.full.get(&path).ok();
        assert_eq!(differing(&before, &after), [name, "updatedAt"], "{before} {after}");
        assert_eq!(after[name], shown);
    }
    let before = app.full.get(&path).ok();
    browser.fill(&edit, &[("address.city", "")]).ok();
    let after = app.full.get(&path).ok();
    assert_eq!((&after["address"]["line1"], &after["address"]["city"]), (&json!("Way 1"), &Value::Null));
    let cleared = ["line1", "country"].map(|name| (format!("address.{name}"), ""));
    browser.fill(&edit, &cleared.each_ref().map(|(name, value)| (name.as_str(), *value))).ok();
    assert_eq!(differing(&before, &app.full.get(&path).ok()), ["address"]);
    assert!(app.full.get(&path).ok()["address"].is_null());
    // A password that was left empty stays.
    assert_eq!(app.sql().query_row("SELECT password_hash FROM customer", [], |r| r.get::<_, String>(0)).ok(), hash);
    let gone = browser.fill(&edit.replace("/edit", "/delete"), &[]).ok();
    gone.assert_has(".notice", "The customer was deleted");
    app.full.get(&path).expect(404);
}

#[test]
fn odd_text_survives_an_edit_of_something_else() {
    let app = TestApp::start();
    let browser = app.owner();
    let odd = ["a:b", "a, b", "\\", "\\\\:", "\\n", "x\\", ":", ",", "a\u{a0}b", "\u{2028}", "\"<&>'", "=", "#", "{{7*7}}", "%0A", "\u{202e}abc", "شركة"];
    let tags: Vec<&str> = odd.iter().copied().filter(|t| !t.trim().is_empty()).collect();
    let metadata: serde_json::Map<String, Value> = tags
        .iter()
        .flat_map(|k| odd.iter().map(move |v| (k, v)))
        .enumerate()
        .filter(|(n, _)| n % 6 == 0)
        .map(|(_, (key, value))| ((*key).to_owned(), json!(format!("{value}{value}"))))
        .collect();
    let mut metadata = Value::Object(metadata);
    metadata["lines"] = json!("a\nb\r\nc\rd\te");
    metadata["empty"] = json!("");
    let notes = "first\n\nthird\r\nfourth\rfifth\n\\n \ttab";
    let product = id(&app
        .full
        .post("/api/v1/products", &json!({ "name": "P", "price": "1.00", "currency": "USD", "interval": "month", "metadata": metadata, "description": notes }))
        .created());
    let customer =
        id(&app.full.post("/api/v1/customers", &json!({ "email": "a@b", "tags": tags, "metadata": metadata, "notes": notes, "name": "\\, :" })).created());
    let subscription = id(&app.full.subscribe(&customer, &product, json!({ "metadata": metadata })));
    for (noun, id, other) in [("customers", &customer, "phone"), ("products", &product, "externalId"), ("subscriptions", &subscription, "externalId")] {
        let (path, edit) = (format!("/api/v1/{noun}/{id}"), format!("/admin/{noun}/{id}/edit"));
        let before = app.full.get(&path).ok();
        browser.fill(&edit, &[]).ok();
        assert_eq!(app.full.get(&path).ok(), before, "{noun}");
        app.advance(std::time::Duration::from_secs(1));
        browser.fill(&edit, &[(other, "changed")]).ok();
        assert_eq!(differing(&before, &app.full.get(&path).ok()), [other, "updatedAt"]);
        // Changed in one line, all others are as they were.
        let form = browser.get(&edit).ok().form();
        let more = form.value("metadata") + "\nadded: 1";
        browser.send_form(&form.fill(&[("metadata", &more)])).ok();
        let mut expected = metadata.clone();
        expected["added"] = json!("1");
        assert_eq!(app.full.get(&path).ok()["metadata"], expected, "{noun}");
        if noun == "customers" {
            let form = browser.get(&edit).ok().form();
            let more = form.value("tags") + ", added";
            browser.send_form(&form.fill(&[("tags", &more)])).ok();
            let expected: Vec<&str> = tags.iter().copied().chain(["added"]).collect();
            assert_eq!(app.full.get(&path).ok()["tags"], json!(expected));
        }
    }
}

#[test]
fn a_product_and_its_prices_are_made_and_changed() {
    let app = TestApp::start();
    let browser = app.owner();
    let page = browser.fill(
        "/admin/products/new",
        &[
            ("name", "Gold"),
            ("description", "a\nb"),
            ("price", "9.99"),
            ("currency", "EUR"),
            ("intervalCount", "3"),
            ("interval", "week"),
            ("setupFee", "5"),
            ("maxConnections", "2"),
            ("trialDays", "14"),
            ("taxable", ""),
        ],
    );
    let path = api_path_of(&page.ok());
    let product = app.full.get(&path).ok();
    assert_eq!((&product["trialDays"], &product["taxable"]), (&json!(14), &json!(false)));
    assert_eq!(
        [
            &product["name"],
            &product["description"],
            &product["price"],
            &product["currency"],
            &product["interval"],
            &product["intervalCount"],
            &product["setupFee"],
            &product["maxConnections"]
        ],
        [&json!("Gold"), &json!("a\nb"), &json!("9.99"), &json!("EUR"), &json!("week"), &json!(3), &json!("5.00"), &json!(2)]
    );
    let admin = path.replace("/api/v1", "/admin");
    browser
        .fill(&format!("{admin}/add-price"), &[("prices[0].amount", "100"), ("prices[0].currency", "JPY"), ("prices[0].interval", "year")])
        .ok()
        .assert_has(".notice", "The price was added");
    let with_two = app.full.get(&path).ok();
    assert_eq!(with_two["prices"].as_array().map(Vec::len), Some(2));
    let second = &with_two["prices"][1];
    assert_eq!([&second["amount"], &second["currency"], &second["interval"]], [&json!("100"), &json!("JPY"), &json!("year")]);
    app.advance(std::time::Duration::from_secs(1));
    // Another price than the path's cannot be smuggled in.
    let form = browser.get(&format!("{admin}/prices/{}", string(&second["id"]))).ok().form();
    let form = form.fill(&[("prices[0].amount", "120"), ("prices[0].active", "false")]).force("prices[0].id", &string(&with_two["prices"][0]["id"]));
    browser.send_form(&form).ok();
    let after = app.full.get(&path).ok();
    assert_eq!(differing(&with_two, &after), ["prices", "updatedAt"]);
    assert_eq!(after["prices"][0], with_two["prices"][0]);
    assert_eq!([&after["prices"][1]["amount"], &after["prices"][1]["active"]], [&json!("120"), &json!(false)]);
    browser.fill(&format!("{admin}/edit"), &[("price", "8.50")]).ok();
    assert_eq!(app.full.get(&path).ok()["price"], "8.50");
    browser.fill(&format!("{admin}/edit"), &[("active", "false"), ("setupFee", "")]).ok();
    let archived = app.full.get(&path).ok();
    assert_eq!([&archived["active"], &archived["setupFee"]], [&json!(false), &json!("0.00")]);
    browser.get(&admin).ok().assert_has("h1 ~ .state, .title .state", "archived");
    // What was sold stays.
    let sold = app.full.new_product();
    let customer = app.full.new_customer("a@b");
    app.full.subscribe(&customer, &sold, json!({}));
    let unsold = app.full.new_product();
    let form = browser.get(&format!("/admin/products/{unsold}/delete")).ok().form();
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    for (browser, said) in [(&browser, "was sold, so it cannot be deleted"), (&arabic, "بيع هذا المنتج من قبل")] {
        let page = browser.go(&format!("/admin/products/{sold}/delete")).ok();
        page.assert_has(".notice", said);
        assert!(!page.attributes("main a.button", "href").iter().any(|href| href.ends_with("/delete")), "{page}");
    }
    // Sold while the question stood there.
    app.full.subscribe(&customer, &unsold, json!({}));
    assert!(browser.submit(&form).expect(409).problem().contains("was sold"));
    browser.fill(&format!("{admin}/delete"), &[]).ok().assert_has(".notice", "The product was deleted");
    app.full.get(&path).expect(404);
}

#[test]
fn a_subscription_begins_by_each_payment() {
    let app = TestApp::start();
    let browser = app.owner();
    let sample = Sample::of(&app, "");
    let begin = |more: &[(&str, &str)]| {
        let form = browser.get(&format!("/admin/subscriptions/new?customerId={}&productId={}", sample.customer, sample.product)).ok().form();
        assert_eq!((form.value("customerId"), form.value("priceId")), (sample.email.clone(), sample.price.clone()));
        let page = browser.send_form(&form.fill(more)).ok();
        page.assert_has(".notice", "The subscription was created");
        app.full.get(&api_path_of(&page)).ok()
    };
    let invoiced = begin(&[("payment", "invoice")]);
    assert_eq!([&invoiced["status"], &invoiced["quantity"]], ["pending", "1"].map(|s| if s == "1" { json!(1) } else { json!(s) }).each_ref());
    assert_eq!(app.full.invoice(&invoiced["latestInvoiceId"])["status"], "open");
    let manual = begin(&[
        ("payment", "manual"),
        ("quantity", "2"),
        ("externalId", "own"),
        ("metadata", "a: b"),
        ("autoRenew", ""),
        ("maxConnections", "7"),
        ("couponCode", "CARRIED"),
    ]);
    assert_eq!(
        [&manual["status"], &manual["quantity"], &manual["autoRenew"], &manual["maxConnections"]],
        [&json!("active"), &json!(2), &json!(false), &json!(7)]
    );
    assert_eq!([&manual["externalId"], &manual["metadata"], &manual["couponCode"]], [&json!("own"), &json!({ "a": "b" }), &json!("CARRIED")]);
    app.full.grant(&sample.customer, "9.99", "USD");
    let credit = begin(&[("payment", "credit")]);
    assert_eq!([&credit["status"], &app.full.invoice(&credit["latestInvoiceId"])["balanceApplied"]], [&json!("active"), &json!("9.99")]);
    let elsewhere =
        begin(&[("payment", "none"), ("startAt", "2026-01-15"), ("credentials.username", "known-user"), ("credentials.password", "known-password")]);
    assert_eq!([&elsewhere["status"], &elsewhere["currentPeriodStart"]], [&json!("active"), &json!("2026-01-15T00:00:00.000Z")]);
    assert_eq!(elsewhere["accesses"][0]["username"], "known-user");
    // By an id and in another case it is the same customer; of a balance that is too small nothing is made.
    let page = browser.fill("/admin/subscriptions/new", &[("customerId", &sample.email.to_uppercase()), ("priceId", &sample.price)]).ok();
    assert_eq!(app.full.get(&api_path_of(&page)).ok()["customerId"], json!(sample.customer));
    let before = app.row_counts();
    let page =
        browser.fill("/admin/subscriptions/new", &[("customerId", &sample.customer), ("priceId", &sample.price), ("payment", "credit"), ("quantity", "5")]);
    assert_eq!((page.status, page.form().value("quantity").as_str(), app.row_counts()), (409, "5", before), "{page}");
}

#[test]
fn a_subscription_is_led_through_its_life() {
    let app = TestApp::start();
    let browser = app.owner();
    let sample = Sample::of(&app, "");
    let (page, now) = (format!("/admin/subscriptions/{}", sample.subscription), || app.full.subscription(&sample.subscription));
    let end = |s: &Value| string(&s["currentPeriodEnd"]);
    assert_eq!(end(&now()), "2026-02-28T10:00:00.000Z");
    browser.fill(&format!("{page}/renew"), &[("periods", "2"), ("payment", "manual")]).ok().assert_has(".notice", "The subscription was renewed");
    assert_eq!(end(&now()), "2026-04-30T10:00:00.000Z");
    app.full.grant(&sample.customer, "9.99", "USD");
    browser.fill(&format!("{page}/renew"), &[("payment", "credit")]).ok();
    assert_eq!(end(&now()), "2026-05-31T10:00:00.000Z");
    let invoices = app.full.invoices_of(&sample.subscription).len();
    browser.fill(&format!("{page}/renew"), &[("payment", "invoice")]).ok();
    assert_eq!((end(&now()).as_str(), app.full.invoices_of(&sample.subscription).len()), ("2026-05-31T10:00:00.000Z", invoices + 1));
    browser.fill(&format!("{page}/extend"), &[("days", "3"), ("note", "for the \"trouble\"")]).ok().assert_has(".happenings", "for the \"trouble\"");
    assert_eq!(end(&now()), "2026-06-03T10:00:00.000Z");
    browser.fill(&format!("{page}/edit"), &[("maxConnections", "4"), ("autoRenew", "")]).ok();
    assert_eq!([&now()["maxConnections"], &now()["autoRenew"]], [&json!(4), &json!(false)]);
    browser.fill(&format!("{page}/edit"), &[("autoRenew", "true"), ("couponCode", "CARRIED")]).ok().assert_has(".facts", "CARRIED");
    assert_eq!([&now()["autoRenew"], &now()["couponCode"]], [&json!(true), &json!("CARRIED")]);
    browser.fill(&format!("{page}/edit"), &[("couponCode", "")]).ok();
    assert_eq!(now()["couponCode"], Value::Null);
    let wrong = browser.send_form(&browser.get(&format!("{page}/edit")).ok().form().force("couponCode", "NONE"));
    assert_eq!(wrong.errors().get("couponCode").map(String::as_str), Some("There is no such coupon"));
    browser.fill(&format!("{page}/cancel"), &[("atPeriodEnd", "true"), ("reason", "moves away")]).ok().assert_has(".notice", "The cancellation was recorded");
    assert_eq!([&now()["status"], &now()["cancelAtPeriodEnd"]], [&json!("active"), &json!(true)]);
    browser.press(&page, &format!("{page}/uncancel")).ok().assert_has(".notice", "was undone");
    assert_eq!(now()["cancelAtPeriodEnd"], false);
    let warned = browser.get(&format!("{page}/cancel")).ok();
    // The end of what is paid is chosen: what an end now takes away stands beside that.
    assert!(warned.texts(".warning").is_empty(), "{warned}");
    assert!(
        warned.texts("label.choice").iter().any(|text| text.starts_with("Now") && text.contains("loses access at once, for the 123 paid days")),
        "{warned}"
    );
    browser.send_form(&warned.form().fill(&[("atPeriodEnd", "false")])).ok();
    assert_eq!(now()["status"], "cancelled");
    // What is over offers nothing that would be refused.
    let over = browser.get(&page).ok();
    let offered: Vec<String> = over.attributes(".title a, .title form", "href").into_iter().chain(over.attributes(".title form", "action")).collect();
    assert_eq!(offered, [format!("{page}/edit")]);
    for what in ["renew", "extend", "pause", "cancel"] {
        let told = browser.go(&format!("{page}/{what}")).ok();
        assert_eq!(told.path(), format!("{page}?done=not-{what}"));
        told.assert_has(".notice", "This subscription is cancelled");
    }
}

#[test]
fn a_form_that_would_be_refused_leads_back_and_says_why() {
    let app = TestApp::start();
    let browser = app.owner();
    let sample = Sample::of(&app, "");
    let led_back = |form: &str, object: &str, why: &str| {
        let told = browser.go(form).ok();
        assert!(told.path().starts_with(&format!("{object}?done=not-")), "{form} leads to {told}");
        told.assert_has(".notice", why);
        // The same address says nothing to whoever follows a link to it.
        assert_eq!(browser.get(told.path()).ok().texts(".notice"), Vec::<String>::new());
    };
    let subscription = format!("/admin/subscriptions/{}", sample.subscription);
    // A button that was shown before somebody else was quicker.
    let open = browser.get(&subscription).ok();
    assert!(open.attributes("form", "action").iter().all(|action| !action.ends_with("/resume")));
    let token = open.csrf();
    let page = browser.post(&format!("{subscription}/resume"), &[("csrf".to_owned(), token.clone())], &[]).expect(303);
    browser.follow(page).ok().assert_has(".notice", "is not paused");
    app.full.act(&sample.subscription, "pause", json!({})).ok();
    led_back(&format!("{subscription}/pause"), &subscription, "paused already");
    led_back(&format!("{subscription}/renew"), &subscription, "is paused, so it cannot be renewed");
    led_back(&format!("{subscription}/extend"), &subscription, "is paused, so it cannot be extended");
    app.full.act(&sample.subscription, "cancel", json!({})).ok();
    led_back(&format!("{subscription}/cancel"), &subscription, "cancelled already");
    let page = browser.post(&format!("{subscription}/uncancel"), &[("csrf".to_owned(), token)], &[]).expect(303);
    browser.follow(page).ok().assert_has(".notice", "is cancelled");
    let invoice = format!("/admin/invoices/{}", sample.invoice);
    app.full.mark_paid(&json!(sample.invoice), json!({})).ok();
    for what in ["mark-paid", "void", "write-off"] {
        led_back(&format!("{invoice}/{what}"), &invoice, "already paid");
    }
    let product = format!("/admin/products/{}", sample.product);
    app.full.patch(&format!("/api/v1/products/{}", sample.product), &json!({ "active": false })).ok();
    led_back(&format!("/admin/subscriptions/new?productId={}", sample.product), &product, "is archived");
    let customer = format!("/admin/customers/{}", sample.customer);
    app.full.patch(&format!("/api/v1/customers/{}", sample.customer), &json!({ "status": "blocked" })).ok();
    led_back(&format!("/admin/subscriptions/new?customerId={}", sample.customer), &customer, "is blocked");
    for (noun, id) in [("coupons", &sample.coupon), ("tax-rates", &sample.tax_rate)] {
        app.full.patch(&format!("/api/v1/{noun}/{id}"), &json!({ "active": false })).ok();
        led_back(&format!("/admin/{noun}/{id}/deactivate"), &format!("/admin/{noun}/{id}"), "inactive already");
    }
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    arabic.go(&format!("{subscription}/cancel")).ok().assert_has(".notice", "هذا الاشتراك ملغى");
}

#[test]
fn an_invoice_shows_its_discount_and_each_of_its_taxes() {
    let app = TestApp::start();
    let browser = app.owner();
    let show = |invoice: &Value| browser.get(&format!("/admin/invoices/{}", string(invoice))).ok();
    let plain = app.full.subscribe(&app.full.new_customer("plain@example.com"), &app.full.new_product(), json!({}));
    let page = show(&plain["latestInvoiceId"]);
    assert_eq!(page.texts(".sums dt"), ["Total", "Due"]);
    assert!(!page.texts("th").iter().any(|head| head == "Discount" || head == "Tax"), "{page}");

    for (name, percent, inclusive) in [("VAT", "19", true), ("Levy <b>", "2.5", false)] {
        app.full.post("/api/v1/tax-rates", &json!({ "name": name, "percent": percent, "inclusive": inclusive })).created();
    }
    app.full.post("/api/v1/coupons", &json!({ "code": "SPRING", "percentOff": "20" })).created();
    let gold = app.full.new_product_at("10.00", "USD", "month");
    let taxed = app.full.subscribe(&app.full.new_customer("taxed@example.com"), &gold, json!({ "couponCode": "SPRING" }));
    let page = show(&taxed["latestInvoiceId"]);
    assert_eq!(page.texts(".sums dt"), ["Subtotal", "Discount", "VAT 19 %, in the price", "Levy <b> 2.5 %", "Total", "Due"]);
    let amounts: Vec<String> = page.texts(".sums dd").iter().map(|amount| amount.replace(['$', '\u{a0}'], "")).collect();
    assert!(["10.00", "2.00", "1.28", "0.17", "8.17", "8.17"].iter().zip(&amounts).all(|(expected, shown)| shown.contains(expected)), "{amounts:?}");
    // Each column comes to what stands beneath it: as priced to the subtotal, whatever of it is tax.
    assert_eq!(page.texts("th")[..6], ["Description", "Quantity", "Unit price", "Amount", "Discount", "Tax"], "{page}");
    let line: Vec<String> = page.texts("tbody tr:first-child td").iter().take(6).map(|cell| cell.replace('\u{a0}', " ")).collect();
    assert!(line[3].starts_with("10.00") && line[4].contains("2.00") && line[5].starts_with("1.45"), "{line:?}");
    assert_eq!(page.attributes("tbody tr:first-child td", "data-label")[..5], ["Quantity", "Unit price", "Amount", "Discount", "Tax"]);
    assert!(page.text_of("main").contains("less 2.00 (SPRING, 20 % off), of which 1.28 tax (VAT, 19 %), plus 0.17 tax (Levy <b>, 2.5 %)"), "{page}");
}

#[test]
fn an_invoice_is_marked_as_paid_whole_in_part_and_beyond() {
    let app = TestApp::start();
    let browser = app.owner();
    for (name, payments, status, paid, balance) in [
        ("whole", &["9.99"][..], "paid", "9.99", json!([])),
        ("part", &["4.00"], "open", "4.00", json!([])),
        ("parts", &["4.00", "5.99"], "paid", "9.99", json!([])),
        ("more", &["12.00"], "paid", "9.99", json!([{ "currency": "USD", "amount": "2.01" }])),
    ] {
        let sample = Sample::of(&app, name);
        let invoice = string(&app.full.subscribe(&sample.customer, &sample.product, json!({}))["latestInvoiceId"]);
        let form = format!("/admin/invoices/{invoice}/mark-paid");
        assert_eq!(browser.get(&form).ok().form().value("amount"), "9.99");
        for amount in payments {
            let mut page = browser.fill(&form, &[("amount", amount), ("method", "cash"), ("reference", "R-1"), ("paidAt", "2026-01-30")]);
            // What is beyond the due is asked about once more.
            if name == "more" {
                page = browser.send_form(&page.expect(422).form());
            }
            let page = page.ok();
            page.assert_has("table", "R-1");
        }
        let invoice = app.full.get(&format!("/api/v1/invoices/{invoice}")).ok();
        assert_eq!([&invoice["status"], &invoice["amountPaid"]], [&json!(status), &json!(paid)], "{name} {invoice}");
        assert_eq!(app.full.get(&format!("/api/v1/customers/{}", sample.customer)).ok()["balances"], balance, "{name}");
        if status == "paid" {
            browser.go(&form).ok().assert_has(".notice", "already paid");
        }
    }
    // A field that was emptied does not stand for all that is due.
    let sample = Sample::of(&app, "emptied");
    browser.fill(&format!("/admin/invoices/{}/mark-paid", sample.invoice), &[("amount", " ")]).expect(422);
    assert_eq!(app.full.get(&format!("/api/v1/invoices/{}", sample.invoice)).ok()["status"], json!("open"));
}

#[test]
fn a_balance_goes_up_and_down_and_never_below_zero() {
    let app = TestApp::start();
    let browser = app.owner();
    let customer = app.full.new_customer("a@b");
    let path = format!("/admin/customers/{customer}/balance");
    let balances = || app.full.get(&format!("/api/v1/customers/{customer}")).ok()["balances"].clone();
    browser.fill(&path, &[("amount", "10.5"), ("note", "sorry")]).ok().assert_has("table", "sorry");
    browser.fill(&path, &[("amount", "-2.50")]).ok();
    browser.fill(&path, &[("amount", "100"), ("currency", "JPY")]).ok();
    assert_eq!(balances(), json!([{ "currency": "JPY", "amount": "100" }, { "currency": "USD", "amount": "8.00" }]));
    let page = browser.fill(&path, &[("amount", "-8.01")]);
    assert!(page.status == 409 && !page.problem().is_empty() && page.form().value("amount") == "-8.01", "{page}");
    assert_eq!(rows(&app.full.get(&format!("/api/v1/customers/{customer}/balance")).ok()).len(), 3);
}

#[test]
fn settings_are_changed_one_by_one() {
    let app = TestApp::start();
    let browser = app.owner();
    let now = || app.full.get("/api/v1/settings").ok();
    let before = now();
    browser.fill("/admin/settings", &[]).ok().assert_has(".notice", "Saved");
    assert_eq!(now(), before);
    for (name, value, expected) in [
        ("business.name", "Acme \"& Sons\"", json!("Acme \"& Sons\"")),
        ("business.email", "billing@example.com", json!("billing@example.com")),
        ("business.taxId", "X1", json!("X1")),
        ("business.currency", "EUR", json!("EUR")),
        ("business.timezone", "Asia/Tokyo", json!("Asia/Tokyo")),
        ("business.address.city", "Tokyo", json!("Tokyo")),
        ("billing.invoiceLeadDays", "3", json!(3)),
        ("billing.pendingDays", "9", json!(9)),
        ("billing.invoiceNumberFormat", "A-{year}-{n:05}", json!("A-{year}-{n:05}")),
    ] {
        let before = now();
        browser.fill("/admin/settings", &[(name, value)]).ok();
        let (mut expected_all, pointer) = (before, format!("/{}", name.replace('.', "/")));
        if expected_all["business"]["address"].is_null() && name.starts_with("business.address") {
            expected_all["business"]["address"] = now()["business"]["address"].clone();
        }
        *expected_all.pointer_mut(&pointer).unwrap_or_else(|| panic!("no {name}")) = expected;
        assert_eq!(now(), expected_all, "{name}");
    }
    assert_eq!(browser.get("/admin").text_of(".rail .brand"), "Acme \"& Sons\"");
    // What somebody else changed meanwhile is not turned back by a form that shows what was before.
    let open = browser.get("/admin/settings").ok().form();
    app.full.patch("/api/v1/settings", &json!({ "business": { "name": "Other" } })).ok();
    let page = browser.submit(&open.fill(&[("billing.pendingDays", "10")])).expect(409);
    assert!(page.problem().contains("Somebody else"), "{page}");
    assert_eq!([&now()["business"]["name"], &now()["billing"]["pendingDays"]], [&json!("Other"), &json!(9)]);
}

#[test]
fn keys_are_made_with_exactly_these_rights_and_revoked_at_once() {
    let app = TestApp::start();
    let browser = app.owner();
    // What a route asks for, and credentials; in real time no clock is moved by hand.
    let asked: Vec<&str> = billhead::web::route::table().iter().filter_map(|route| route.scope).map(|scope| scope.text()).collect();
    let is_for_something = |scope: &&str| asked.contains(scope) || *scope == "subscriptions:credentials";
    let every: Vec<&str> =
        billhead::domain::key::Scope::ALL.iter().map(|(_, text)| *text).filter(is_for_something).filter(|s| !s.starts_with("testclock:")).collect();
    assert!(every.len() > 12 && every.len() < billhead::domain::key::Scope::ALL.len(), "{every:?}");
    assert_eq!(browser.get("/admin/settings/keys/new").ok().attributes("input[name=scopes]", "value"), every);
    let reads: Vec<&str> = every.iter().copied().filter(|s| s.ends_with(":read")).collect();
    let app_scopes = ["customers:read", "products:read", "subscriptions:read", "subscriptions:credentials", "invoices:read"];
    for (preset, ticked, expected) in [
        ("full", "", every.clone()),
        ("read", "customers:write", reads),
        ("app", "", app_scopes.to_vec()),
        ("some", "invoices:write,customers:read", vec!["customers:read", "invoices:write"]),
    ] {
        let name = format!("Key \"{preset}\" & <more>");
        let page = browser
            .fill("/admin/settings/keys/new", &[("name", &name), ("preset", preset), ("scopes", ticked), ("tier", "professional"), ("expiresAt", "2026-02-10")])
            .expect(201);
        let secret = page.text_of("#secret");
        assert!(secret.starts_with("bh_live_"), "{secret}");
        page.assert_has("pre code", &format!("curl -H \"Authorization: Bearer {secret}\" {}/api/v1/me", browser.origin()));
        let user = app.stranger(&secret);
        let me = user.get("/api/v1/me").ok();
        let mut scopes: Vec<String> = me["scopes"].as_array().expect("scopes").iter().map(string).collect();
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        scopes.sort();
        expected.sort();
        assert_eq!(scopes, expected, "{preset}");
        assert_eq!([&me["name"], &me["tier"], &me["expiresAt"]], [&json!(name), &json!("professional"), &json!("2026-02-10T00:00:00.000Z")]);
        // It is in the list without its secret, and on its way out it is named.
        let list = browser.get("/admin/settings/keys").ok();
        assert!(!list.html.contains(&secret) && list.rows().iter().any(|r| r.contains(&name) && r.contains("just now")), "{list}");
        let words = match preset {
            "full" => "Full access",
            "read" => "Read only",
            _ => "customers:read",
        };
        assert!(list.rows().iter().any(|r| r.contains(&name) && r.contains(words)), "{words}: {list}");
        let path = format!("/admin/settings/keys/{}", string(&me["id"]));
        assert!(!browser.get(&path).ok().html.contains(&secret));
        let confirm = browser.get(&format!("{path}/revoke")).ok();
        let warning = confirm.text_of(".warning");
        assert!(warning.contains(&name) && warning.contains("31 Jan") && warning.contains("cannot be undone"), "{warning}");
        assert_eq!(user.get("/api/v1/me").status, 200, "it was only asked");
        browser.send_form(&confirm.form()).ok().assert_has(".notice", "The key was revoked");
        user.get("/api/v1/me").expect(401);
        assert!(browser.get(&path).ok().attributes("a", "href").iter().all(|href| !href.ends_with("/revoke")));
    }
    // One that was never used says so; one that expires opens nothing from then on.
    let page = browser.fill("/admin/settings/keys/new", &[("name", "Unused"), ("expiresAt", "2026-02-01")]).expect(201);
    let link = browser.get("/admin/settings/keys").ok().attributes("tbody a", "href").into_iter().find(|href| href.ends_with("/revoke")).unwrap_or_default();
    assert!(browser.get(&link).ok().text_of(".warning").contains("This key was never used"));
    let user = app.stranger(&page.text_of("#secret"));
    user.get("/api/v1/me").ok();
    app.advance_to("2026-02-01T00:00:00Z");
    user.get("/api/v1/me").expect(401);
    browser.get("/admin/settings/keys").ok().assert_has("tbody", "expired");
}

/// Sends a form with these fields and expects these to be wrong; everything that was typed is still there.
#[track_caller]
fn refused(app: &TestApp, browser: &Browser, path: &str, typed: &[(&str, &str)], wrong: &[&str]) -> Page {
    let before = app.row_counts();
    let form = browser.get(path).ok().form().fill(typed);
    let page = browser.submit(&form).expect(422);
    assert_eq!(page.wrong(), wrong, "{page}");
    assert!(page.problem().contains("Nothing was changed"), "{page}");
    let (mut sent, mut shown) = (form.typed(), page.form().typed());
    if path == "/admin/account/password" {
        sent.clear();
        shown.clear();
    }
    assert_eq!(shown, sent, "{path}");
    assert_eq!(app.row_counts(), before, "{path}");
    page
}

#[test]
fn every_wrong_field_is_named_at_once_and_keeps_what_was_typed() {
    let app = TestApp::start();
    let browser = app.owner();
    let sample = Sample::of(&app, "");
    let long = "x".repeat(6000);
    let fields = [
        ("email", "nobody"),
        ("name", &long),
        ("phone", &long),
        ("address.line1", &long),
        ("address.country", "Germany"),
        ("billingTimezone", "Mars"),
        ("taxId", &long),
        ("locale", "!"),
        ("password", "short"),
        ("notes", &long),
        ("externalId", &long),
    ];
    let wrong = ["address.country", "address.line1", "billingTimezone", "email", "externalId", "locale", "name", "notes", "password", "phone", "taxId"];
    for path in ["/admin/customers/new", &format!("/admin/customers/{}/edit", sample.customer)] {
        let page = refused(&app, &browser, path, &fields, &wrong);
        // What is folded away is open where something in it is wrong.
        assert_eq!(page.texts("details.fold:not([open])"), Vec::<String>::new());
    }
    let page = refused(&app, &browser, "/admin/customers/new", &[("email", "")], &["email"]);
    assert_eq!(page.errors()["email"], "This field is required");
    let edit = format!("/admin/customers/{}/edit", sample.customer);
    assert_eq!(refused(&app, &browser, &edit, &[("email", "")], &["email"]).errors()["email"], "Must not be empty");
    // Tags and pairs are one field each, whatever in them is wrong.
    for (name, text) in [("tags", long.clone()), ("metadata", format!("{}: x", &long[..50])), ("metadata", format!("a: {long}"))] {
        let page = browser.submit(&browser.get("/admin/customers/new").ok().form().fill(&[("email", "a@b"), (name, &text)])).expect(422);
        assert!(page.problem().contains("Must have at most") && page.form().value(name) == text, "{page}");
    }
    refused(
        &app,
        &browser,
        "/admin/products/new",
        &[("name", ""), ("price", "1,5"), ("intervalCount", "0"), ("setupFee", "-1"), ("maxConnections", "many"), ("externalId", &long)],
        &["externalId", "intervalCount", "maxConnections", "name", "price", "setupFee"],
    );
    refused(&app, &browser, &format!("/admin/products/{}/edit", sample.product), &[("name", ""), ("price", "")], &["name", "price"]);
    refused(
        &app,
        &browser,
        &format!("/admin/products/{}/add-price", sample.product),
        &[("prices[0].amount", "1,5"), ("prices[0].intervalCount", "1.5")],
        &["prices[0].amount", "prices[0].intervalCount"],
    );
    refused(&app, &browser, &format!("/admin/products/{}/prices/{}", sample.product, sample.price), &[("prices[0].amount", "9.999")], &["prices[0].amount"]);
    refused(
        &app,
        &browser,
        "/admin/subscriptions/new",
        &[("customerId", "nobody@example.com"), ("quantity", "0"), ("startAt", "2026-02-30"), ("maxConnections", "-1"), ("externalId", &long)],
        &["customerId", "externalId", "maxConnections", "priceId", "quantity", "startAt"],
    );
    refused(&app, &browser, "/admin/subscriptions/new", &[("customerId", ""), ("quantity", "1e3")], &["customerId", "priceId", "quantity"]);
    let subscription = format!("/admin/subscriptions/{}", sample.subscription);
    refused(&app, &browser, &format!("{subscription}/edit"), &[("maxConnections", "0"), ("externalId", &long)], &["externalId", "maxConnections"]);
    refused(&app, &browser, &format!("{subscription}/renew"), &[("periods", "61")], &["periods"]);
    refused(&app, &browser, &format!("{subscription}/extend"), &[("days", ""), ("note", &long)], &["days", "note"]);
    refused(&app, &browser, &format!("{subscription}/cancel"), &[("reason", &long)], &["reason"]);
    refused(
        &app,
        &browser,
        &format!("/admin/invoices/{}/mark-paid", sample.invoice),
        &[("amount", "ten"), ("method", &long), ("reference", &long), ("paidAt", "31.1.2026")],
        &["amount", "method", "paidAt", "reference"],
    );
    refused(&app, &browser, &format!("/admin/customers/{}/balance", sample.customer), &[("amount", "ten"), ("note", &long)], &["amount", "note"]);
    refused(
        &app,
        &browser,
        "/admin/settings",
        &[
            ("business.name", &long),
            ("business.email", "x"),
            ("business.timezone", ""),
            ("business.address.country", "D"),
            ("billing.pendingDays", "-1"),
            ("billing.invoiceLeadDays", ""),
            ("billing.invoiceNumberFormat", "none"),
        ],
        &[
            "billing.invoiceLeadDays",
            "billing.invoiceNumberFormat",
            "billing.pendingDays",
            "business.address.country",
            "business.email",
            "business.name",
            "business.timezone",
        ],
    );
    let page =
        refused(&app, &browser, "/admin/settings/keys/new", &[("name", ""), ("preset", "some"), ("expiresAt", "soon")], &["expiresAt", "name", "scopes"]);
    assert!(!page.html.contains("there is no scope"), "nobody typed a scope: {page}");
    refused(&app, &browser, "/admin/settings/keys/new", &[("name", "x"), ("expiresAt", "2020-01-01")], &["expiresAt"]);
    // What another has already.
    app.full.post("/api/v1/customers", &json!({ "email": "taken@example.com", "externalId": "taken" })).created();
    for (name, value) in [("email", "TAKEN@example.com"), ("externalId", "taken")] {
        let form = browser.get("/admin/customers/new").ok().form().fill(&[("email", "free@example.com")]).fill(&[(name, value)]);
        let page = browser.submit(&form).expect(409);
        assert_eq!((page.wrong(), page.form().value(name).as_str()), (vec![name.to_owned()], value));
    }
    // Choices that no form offers.
    for (path, name, value) in [
        ("/admin/customers/new", "status", "erased"),
        ("/admin/customers/new", "currency", "XXX"),
        ("/admin/products/new", "interval", "decade"),
        ("/admin/subscriptions/new", "payment", "card"),
        ("/admin/subscriptions/new", "priceId", "price_x"),
        ("/admin/settings/keys/new", "tier", "best"),
        ("/admin/settings/keys/new", "preset", "root"),
        ("/admin/settings", "business.currency", ""),
    ] {
        let before = app.row_counts();
        let page = browser.submit(&sample.fill(&browser.get(path).ok().form()).force(name, value)).expect(422);
        assert!(!page.problem().is_empty(), "{page}");
        assert_eq!(app.row_counts(), before);
    }
}

#[test]
fn an_edit_over_somebody_elses_is_held_up_once() {
    let app = TestApp::start();
    let browser = app.owner();
    let sample = Sample::of(&app, "");
    for (noun, id, mine, theirs) in [
        ("customers", &sample.customer, ("phone", "mine"), json!({ "name": "Theirs" })),
        ("products", &sample.product, ("externalId", "mine"), json!({ "name": "Theirs" })),
        ("subscriptions", &sample.subscription, ("externalId", "mine"), json!({ "maxConnections": 9 })),
    ] {
        let (path, edit) = (format!("/api/v1/{noun}/{id}"), format!("/admin/{noun}/{id}/edit"));
        let form = browser.get(&edit).ok().form().fill(&[mine]);
        app.advance(std::time::Duration::from_secs(1));
        let changed = app.full.patch(&path, &theirs).ok();
        let page = browser.submit(&form).expect(409);
        assert!(page.problem().contains("Somebody else"), "{page}");
        assert_eq!((page.form().value(mine.0).as_str(), app.full.get(&path).ok()), (mine.1, changed.clone()));
        // It shows what was typed; whoever sends it once more has it so.
        app.advance(std::time::Duration::from_secs(1));
        browser.submit(&page.form()).expect(303);
        assert_eq!(app.full.get(&path).ok()[mine.0], mine.1);
    }
    // The same for a price.
    let path = format!("/admin/products/{}/prices/{}", sample.product, sample.price);
    let form = browser.get(&path).ok().form().fill(&[("prices[0].active", "true")]);
    app.advance(std::time::Duration::from_secs(1));
    app.full.patch(&format!("/api/v1/products/{}", sample.product), &json!({ "price": "11.00" })).ok();
    browser.submit(&form).expect(409);
    assert_eq!(app.full.get(&format!("/api/v1/products/{}", sample.product)).ok()["price"], "11.00");
}

#[test]
fn a_form_that_is_sent_ten_times_at_once_is_done_once() {
    let app = TestApp::start();
    let browser = app.owner();
    let (sample, other) = (Sample::of(&app, ""), Sample::of(&app, "2"));
    for path in [
        "/admin/customers/new".to_owned(),
        "/admin/products/new".to_owned(),
        "/admin/subscriptions/new".to_owned(),
        format!("/admin/invoices/{}/mark-paid", sample.invoice),
        format!("/admin/customers/{}/balance", sample.customer),
        format!("/admin/subscriptions/{}/renew", sample.subscription),
        format!("/admin/subscriptions/{}/extend", sample.subscription),
        format!("/admin/customers/{}/edit", other.customer),
        "/admin/settings/keys/new".to_owned(),
    ] {
        let form = if path.contains(&other.customer) { &other } else { &sample }.fill(&browser.get(&path).ok().form());
        let before = app.row_counts();
        let answers = at_once(10, |_| {
            let page = browser.submit(&form);
            (page.status, page.location(), page.text_of("#secret"))
        });
        let after = app.row_counts();
        let grown = |table: &str| {
            let of = |rows: &[(String, i64)]| rows.iter().find(|r| r.0 == table).map_or(0, |r| r.1);
            of(&after) - of(&before)
        };
        assert_eq!(grown("idempotency"), 1, "{path} {answers:?}");
        for table in ["customer", "product", "subscription", "payment", "balance_entry", "invoice", "api_key"] {
            assert!(grown(table) <= 1, "{path} made {} of {table}", grown(table));
        }
        if path.ends_with("/keys/new") {
            let shown: Vec<_> = answers.iter().filter(|a| !a.2.is_empty()).collect();
            assert_eq!((shown.len(), grown("api_key")), (1, 1), "the key is shown once: {answers:?}");
            assert!(answers.iter().all(|a| matches!(a.0, 200 | 201)), "{answers:?}");
            browser.submit(&form).ok().assert_has("main p", "This form has created the key");
        } else {
            assert!(answers.iter().all(|a| a.0 == 303 && a.1 == answers[0].1), "{path} {answers:?}");
            // The same showing with something else in it is another form.
            assert_eq!(browser.submit(&form).location(), answers[0].1);
            assert_eq!(app.row_counts(), after, "{path}");
        }
    }
    let form = browser.get("/admin/customers/new").ok().form();
    for (email, made) in [("one@example.com", 1), ("one@example.com ", 1), ("two@example.com", 2)] {
        let before = app.count("SELECT COUNT(*) FROM customer WHERE email IN ('one@example.com', 'two@example.com')");
        browser.submit(&form.clone().fill(&[("email", email)])).expect(303);
        let after = app.count("SELECT COUNT(*) FROM customer WHERE email IN ('one@example.com', 'two@example.com')");
        assert!(after == made && after >= before, "{email}: {after}");
    }
}

#[test]
fn a_key_for_a_test_clock_is_offered_where_there_is_one() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let offered = app.owner().get("/admin/settings/keys/new").ok().attributes("input[name=scopes]", "value");
    assert!(offered.contains(&"testclock:write".to_owned()), "{offered:?}");
}

#[test]
fn the_history_says_what_was_changed() {
    let app = TestApp::start();
    let browser = app.owner();
    let sample = Sample::of(&app, "");
    let page = format!("/admin/subscriptions/{}", sample.subscription);
    let newest = || browser.get(&page).ok().texts(".happenings li > div:last-child > span:first-child");
    for (typed, words) in [
        (&[("autoRenew", "")][..], &["Automatic renewal turned off"][..]),
        (&[("autoRenew", "true"), ("couponCode", "CARRIED")], &["Automatic renewal turned on", "Coupon CARRIED attached"]),
        (&[("couponCode", ""), ("maxConnections", "1")], &["Coupon CARRIED taken off", "Now for 1 device at the same time"]),
        (&[("maxConnections", ""), ("externalId", "x")], &["External ID changed", "Now for any number of devices at the same time"]),
        (&[("metadata", "a: b")], &["Custom fields changed"]),
    ] {
        browser.fill(&format!("{page}/edit"), typed).ok();
        let mut told = newest()[..words.len()].to_vec();
        told.sort();
        assert_eq!(told, words);
    }
    browser.fill(&format!("{page}/cancel"), &[("atPeriodEnd", "true"), ("reason", "moves away")]).ok();
    assert_eq!(newest()[0], "Cancelled: it ends with the paid period");
    browser.get(&page).ok().assert_has(".happenings li:first-child .prose", "moves away");
    browser.press(&page, &format!("{page}/uncancel")).ok();
    assert_eq!(newest()[0], "Cancellation undone");
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    arabic.get(&page).ok().assert_has(".happenings", "تم التراجع عن الإلغاء");
}

#[test]
fn a_trial_is_sold_whatever_payment_is_chosen() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let browser = app.owner();
    app.full.new_customer("ana@example.com");
    app.full.new_product();
    let page = browser.fill("/admin/subscriptions/new", &[("customerId", "ana@example.com"), ("trialDays", "14")]).ok();
    assert!(page.html.contains("until 14 Feb"), "{page}");
    // The clock is moved on its own page, and every page says how late it is.
    page.assert_has(".clock", "31 Jan");
    let moved = browser.fill("/admin/test-clock", &[("now", "2026-02-15")]).ok();
    moved.assert_has(".notice", "everything that was due is done");
    moved.assert_has(".clock", "15 Feb");
    let back = browser.fill("/admin/test-clock", &[("now", "2026-02-01")]).expect(409);
    assert_eq!(back.errors()["now"], "The clock stands at 15 Feb 2026, 00:00, UTC and is never set back.");
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    let back = arabic.fill("/admin/test-clock", &[("now", "2026-02-01")]).expect(409);
    assert!(back.problem().contains("15 فبراير 2026") && !back.problem().contains("T00:00"), "{back}");
    let subscription = string(&app.full.get("/api/v1/subscriptions").ok()["data"][0]["id"]);
    let path = format!("/admin/subscriptions/{subscription}");
    let due = browser.get(&path).ok();
    assert!(due.html.contains("access until 17 Feb"), "{due}");
    // Whether nobody has to pay is for the vendor to know; to pause is asked.
    assert_eq!(browser.get(&format!("{path}/cancel")).ok().attributes("[name=atPeriodEnd]", "value"), ["false"], "that end is past");
    browser.get(&format!("{path}/edit")).ok().assert_has(".lead", "ends at once");
    browser.get(&format!("{path}/pause")).ok().assert_has(".warning", "Access ends at once");
    let paused = browser.fill(&format!("{path}/pause"), &[]).ok();
    paused.assert_has(".notice", "paused");
    assert!(paused.fact("Paid until").contains("left"), "{paused}");
    browser.press(&path, &format!("{path}/resume")).ok().assert_has(".notice", "goes on");
    // What is due is given up, and said so.
    let invoice = string(&app.full.get("/api/v1/invoices").ok()["data"][0]["id"]);
    browser.fill(&format!("/admin/invoices/{invoice}/void"), &[]).ok().assert_has(".notice", "is void");
    assert_eq!(app.full.get(&format!("/api/v1/invoices/{invoice}")).ok()["status"], "void");
    assert!(browser.get(&path).ok().html.contains("No invoice is open"));
    assert!(browser.get("/admin").ok().html.contains("/admin/subscriptions?status=past_due"));
    // To a time of day, by the business's clock.
    app.full.patch("/api/v1/settings", &json!({ "business": { "timezone": "America/New_York" } })).ok();
    let page = browser.get("/admin/test-clock").ok();
    page.assert_has(".hint", "The time of day in America/New_York, such as 14:30.");
    assert_eq!([page.form().value("now"), page.form().value("time")], ["2026-02-15", "00:00"]);
    for (day, time, field) in [("2026-02-16", "25:00", "time"), ("2026-02-16", "9", "time"), ("2026-02-16", "", "time"), ("16th", "09:30", "now")] {
        let wrong = browser.fill("/admin/test-clock", &[("now", day), ("time", time)]).expect(422);
        assert_eq!((wrong.wrong(), wrong.form().value("time")), (vec![field.to_owned()], time.to_owned()), "{wrong}");
    }
    browser.fill("/admin/test-clock", &[("now", "2026-02-16"), ("time", "09:30")]).ok().assert_has(".clock", "16 Feb 2026, 09:30, America/New_York");
    assert_eq!(app.full.get("/api/v1/test-clock").ok()["now"], "2026-02-16T14:30:00.000Z");
    // In real time there is no such page, and no such line.
    let live = TestApp::start();
    let browser = live.owner();
    browser.get("/admin/test-clock").expect(404);
    assert!(browser.get("/admin").ok().texts(".clock").is_empty());
}

#[test]
fn a_payment_after_the_suspension_leads_to_the_invoice_that_took_it() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let browser = app.owner();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = string(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }))["id"]);
    app.live_to("2026-03-10T10:00:00Z");
    let path = format!("/admin/subscriptions/{subscription}");
    // The new period does not begin where the old one ended.
    browser.get(&format!("{path}/renew")).ok().assert_has(".lead", "begins with the payment");
    let asked = browser.fill(&format!("{path}/renew"), &[("payment", "invoice")]).ok();
    asked.assert_has(".notice", "is open");
    let stale = string(&app.full.invoices_of(&subscription)[1]["id"]);
    let paid = browser.fill(&format!("/admin/invoices/{stale}/mark-paid"), &[]).ok();
    paid.assert_has(".notice", "paid");
    assert!(!paid.path().contains(&stale) && paid.html.contains("INV-000003"), "{paid}");
    browser.get(&format!("{path}/renew")).ok().assert_has(".lead", "until 10 Apr");
}

#[test]
fn a_key_without_any_right_is_told_to_tick_one() {
    let app = TestApp::start();
    for (language, said) in [("en", "Tick at least one"), ("ar", "اختر واحدًا على الأقل")] {
        let browser = app.owner_as(app.browser().with("accept-language", language));
        let page = browser.fill("/admin/settings/keys/new", &[("name", "K"), ("preset", "some")]).expect(422);
        assert_eq!((page.wrong(), page.errors()["scopes"].as_str()), (vec!["scopes".to_owned()], said), "{page}");
    }
}
