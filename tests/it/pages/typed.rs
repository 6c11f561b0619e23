//! What people type into a form, as they write it: names that stand twice, numbers in their own digits, dates of no calendar.

use serde_json::json;

use super::sample::Sample;
use crate::support::TestApp;
use crate::support::browser::Page;

#[track_caller]
fn error(page: &Page, field: &str) -> String {
    let others = page.texts(".problem li").len();
    assert_eq!(others, page.errors().len(), "an error stands above the form alone: {page}");
    page.errors().remove(field).unwrap_or_else(|| panic!("nothing is wrong with {field}: {page}"))
}

#[test]
fn errors_of_parts_stand_at_their_field() {
    let app = TestApp::start();
    let browser = app.owner();
    let send = |name: &str, text: &str| browser.fill("/admin/customers/new", &[("email", "a@b.example"), (name, text)]).expect(422);
    let (long, rows) = ("x".repeat(501), app.row_counts());
    for (field, text, expected) in [
        ("metadata", "crm: 1\nnote: x\ncrm: 2", "The name crm stands here twice. Keep one of them."),
        ("metadata", "crm: 1\ncrm:", "The name crm stands here twice. Keep one of them."),
        ("metadata", ": x", "This name cannot be used: Must not be empty"),
        ("metadata", &format!("crm: {long}"), "crm: Must have at most 500 characters"),
        ("metadata", "\u{200e}: x", "\u{200e}: This name cannot be used: Must have a visible character"),
        ("tags", &format!("a, {}", "y".repeat(60)), &format!("{}: Must have at most 50 characters", "y".repeat(40))),
        ("address.country", "Germany", "Must be a country code of two letters such as DE"),
    ] {
        let page = send(field, text);
        assert_eq!((error(&page, field).as_str(), page.form().value(field).as_str()), (expected, text));
    }
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    let page = arabic.fill("/admin/customers/new", &[("email", "a@b.example"), ("metadata", "crm: 1\ncrm: 2")]).expect(422);
    assert!(error(&page, "metadata").contains("مرتين"), "{page}");
    assert_eq!(
        app.row_counts().into_iter().filter(|(t, _)| t != "session").collect::<Vec<_>>(),
        rows.into_iter().filter(|(t, _)| t != "session").collect::<Vec<_>>()
    );
}

#[test]
fn what_was_done_is_said_once_and_by_no_link() {
    let app = TestApp::start();
    let browser = app.owner();
    let customer = app.full.new_customer("a@b.example");
    let done = browser.fill(&format!("/admin/customers/{customer}/edit"), &[("name", "Ana")]).ok();
    done.assert_has(".notice", "Saved");
    let said = |browser: &crate::support::browser::Browser, path: &str| !browser.get(path).ok().texts(".notice").is_empty();
    // Loaded again, by the back button or by a link, it is the same page without it.
    let path = done.path().to_owned();
    assert!(path.ends_with("?done=saved"), "{path}");
    assert!(!said(&browser, &path));
    for path in ["/admin/account?done=password", "/admin/settings?done=saved", "/admin/products?done=deleted", &path.replace("saved", "balance")] {
        assert!(!said(&browser, path), "{path}");
    }
    // The mark of one page is none for another, nor for another session.
    let form = browser.get(&format!("/admin/customers/{customer}/edit")).ok().form().fill(&[("name", "Bob")]);
    let sent = browser.submit(&form).expect(303);
    let (name, mark) = browser.cookies().into_iter().find(|(name, _)| name.ends_with("billhead_done")).expect("a mark");
    assert!(sent.set_cookies().iter().any(|c| c.starts_with(&name) && c.contains("; Max-Age=60; ")), "{:?}", sent.set_cookies());
    assert!(!said(&browser, &path.replace("saved", "created")));
    let other = app.owner();
    other.set_cookie(&name, &mark);
    assert!(!said(&other, &path));
    assert!(said(&browser, &path) && !said(&browser, &path));
}

#[test]
fn amounts_numbers_and_dates_are_read_as_people_write_them() {
    let app = TestApp::start();
    let browser = app.owner();
    let product =
        |price: &str, count: &str| browser.fill("/admin/products/new", &[("name", "P"), ("price", price), ("intervalCount", count), ("setupFee", price)]);
    for (price, count) in [(" 9.99 ", " 2 "), ("٩٫٩٩", "٢"), ("۹.۹۹", "۲")] {
        let page = product(price, count).ok();
        let made = app.full.get(&page.path().split('?').next().unwrap_or("").replace("/admin", "/api/v1")).ok();
        assert_eq!([&made["price"], &made["setupFee"], &made["intervalCount"]], [&json!("9.99"), &json!("9.99"), &json!(2)], "{price}");
    }
    for (price, expected) in [
        ("9,99", "Write 9.99, with a point"),
        ("٩،٩٩", "Write 9.99, with a point"),
        ("1,000", "Is 1000 meant, or 1.000? Write it without commas, with a point only before the decimals"),
        ("١٢،٥٠٠", "Is 12500 meant, or 12.500? Write it without commas, with a point only before the decimals"),
        ("0,500", "Write 0.500, with a point"),
        ("1 000", "Must be an amount such as 9.99: digits, and a point before the decimals"),
        ("1,000,000", "Must be an amount such as 9.99: digits, and a point before the decimals"),
        ("1.000,50", "Must be an amount such as 9.99: digits, and a point before the decimals"),
        ("ten", "Must be an amount such as 9.99: digits, and a point before the decimals"),
        ("9.999", "USD has at most 2 decimals"),
        ("-1", "Must not be negative"),
    ] {
        let page = product(price, "1").expect(422);
        assert_eq!((error(&page, "price").as_str(), error(&page, "setupFee").as_str(), page.form().value("price").as_str()), (expected, expected, price));
    }
    // Of a currency with three decimals it is asked as well: both would be taken.
    let dinars = [("name", "P"), ("price", "1,000"), ("currency", "KWD")];
    assert!(error(&browser.fill("/admin/products/new", &dinars).expect(422), "price").starts_with("Is 1000 meant, or 1.000?"));
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    let page = arabic.fill("/admin/products/new", &dinars).expect(422);
    assert!(error(&page, "price").contains("هل المقصود") && page.form().value("price") == "1,000", "{page}");
    let sample = Sample::of(&app, "");
    let balance = format!("/admin/customers/{}/balance", sample.customer);
    assert_eq!(error(&browser.fill(&balance, &[("amount", "5,00")]).expect(422), "amount"), "Write 5.00, with a point");
    browser.fill(&balance, &[("amount", " ٥ ")]).ok().assert_has(".notice", "balance");
    browser.fill(&balance, &[("amount", "−٥٫٠٠ ")]).ok();
    // Dates.
    let begin = |day: &str| {
        let typed = [("customerId", sample.email.as_str()), ("priceId", &sample.price), ("payment", "none"), ("startAt", day)];
        browser.fill("/admin/subscriptions/new", &typed)
    };
    for (day, expected) in [
        ("31.1.2026", "Must be a date such as 2026-01-31"),
        ("2026-02-30", "Must be a date such as 2026-01-31"),
        ("0026-01-15", "Must not lie before the year 1970"),
        ("1969-12-31", "Must not lie before the year 1970"),
    ] {
        let page = begin(day).expect(422);
        assert_eq!((error(&page, "startAt").as_str(), page.form().value("startAt").as_str()), (expected, day));
    }
    begin("٢٠٢٦-٠١-١٥").ok().assert_has(".notice", "created");
    begin("1970-01-01").ok();
    let paid = format!("/admin/invoices/{}/mark-paid", sample.invoice);
    assert_eq!(error(&browser.fill(&paid, &[("paidAt", "1969-12-31")]).expect(422), "paidAt"), "Must not lie before the year 1970");
    // The API takes what it took, and refuses the same days.
    for (price, status) in [("9.99", 201), (" 9.99", 422), ("٩٫٩٩", 422), ("9,99", 422)] {
        app.full.post("/api/v1/products", &json!({ "name": "P", "price": price })).expect(status);
    }
    let early = app.full.post(&format!("/api/v1/invoices/{}/mark-paid", sample.invoice), &json!({ "paidAt": "1900-01-01" })).expect(422);
    assert_eq!(early["error"]["details"][0]["field"], "paidAt");
    app.full.post(&format!("/api/v1/invoices/{}/mark-paid", sample.invoice), &json!({ "paidAt": "1970-01-01T00:00:00Z" })).ok();
}

#[test]
fn what_is_not_there_is_a_page_or_plain_text_under_the_same_policy() {
    let app = TestApp::start();
    let browser = app.browser();
    for path in ["/ADMIN", "/Admin/customers", "/admin/nothing"] {
        assert_eq!(browser.get(path).expect(404).heading(), "Not found", "{path}");
    }
    let policy = browser.get("/admin/nothing").header("content-security-policy").map(str::to_owned);
    for path in ["/assets/nothing.css", "/assets/site.css", "/assets", "/assets/a/b"] {
        let page = browser.ask("GET", path, &[], None).expect(404);
        assert_eq!((page.header("content-type"), page.header("content-security-policy")), (Some("text/plain; charset=utf-8"), policy.as_deref()), "{path}");
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert!(page.set_cookies().is_empty());
    }
    for (path, status) in [("/docs/", 200), ("/docs//", 404), ("/docs//index.html", 404), ("/docs/manual/keys", 200), ("/docs/manual//keys", 404)] {
        browser.ask("GET", path, &[], None).expect(status);
    }
}

#[test]
fn what_a_rule_refuses_stands_beside_the_field_that_it_is_about() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let sample = Sample::of(&app, "");
    for (browser, is_english) in [(app.owner(), true), (app.owner_as(app.browser().with("accept-language", "ar")), false)] {
        for (path, field, typed, says) in [
            (format!("/admin/customers/{}/balance", sample.customer), "amount", &[("amount", "-500")][..], "cannot go below zero"),
            ("/admin/test-clock".to_owned(), "now", &[("now", "2020-01-01")], "is never set back"),
            (format!("/admin/subscriptions/{}/renew", sample.subscription), "payment", &[("payment", "credit")], "balance"),
        ] {
            let page = browser.fill(&path, typed).expect(409);
            assert_eq!(page.wrong(), [field], "{path}: {page}");
            assert_eq!(page.errors()[field].contains(says), is_english, "{path}: {page}");
        }
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let app = TestApp::start();
    let sample = Sample::of(&app, "");
    let (english, arabic) = (app.owner(), app.owner_as(app.browser().with("accept-language", "ar")));
    let product = [
        ("name", "P"),
        ("price", "9.999"),
        ("currency", "EUR"),
        ("intervalCount", "x"),
        ("setupFee", "999999999999999999999"),
        ("trialDays", "many"),
        ("metadata", "a: 1\na: 2"),
    ];
    let page = english.fill("/admin/products/new", &product).expect(422);
    assert_eq!(page.wrong(), ["intervalCount", "metadata", "price", "setupFee", "trialDays"], "{page}");
    assert_eq!((page.errors()["price"].as_str(), page.errors()["setupFee"].as_str()), ("EUR has at most 2 decimals", "Is too large"));
    let in_arabic = arabic.fill("/admin/products/new", &product).expect(422);
    assert!(in_arabic.wrong() == page.wrong() && !in_arabic.errors()["price"].contains("decimals"), "{in_arabic}");
    // More decimals than any amount has are too many of this one.
    let page = english.fill("/admin/products/new", &[("name", "P"), ("price", "1.00001"), ("currency", "EUR")]).expect(422);
    assert_eq!(error(&page, "price"), "EUR has at most 2 decimals");
    let sale = [("customerId", sample.email.as_str()), ("priceId", &sample.price), ("quantity", "x"), ("endsAt", "2020-01-01")];
    for browser in [&english, &arabic] {
        assert_eq!(browser.fill("/admin/subscriptions/new", &sale).expect(422).wrong(), ["endsAt", "quantity"]);
    }
}

#[test]
fn a_line_that_was_begun_is_not_called_optional_and_prices_say_their_currency() {
    let app = TestApp::start();
    let sample = Sample::of(&app, "");
    for (language, optional, hint) in [("en", "optional", "In USD."), ("ar", "اختياري", "بعملة USD.")] {
        let browser = app.owner_as(app.browser().with("accept-language", language));
        let form = browser.get(&format!("/admin/invoices/new?customerId={}", sample.customer)).ok();
        let about = |page: &Page, field: &str| {
            let id = page.attributes(&format!("[name='{field}']"), "id").pop().unwrap_or_default();
            (page.text_of(&format!("label[for='{id}']")), page.texts(&format!("[id='{id}-hint']")).pop().unwrap_or_default())
        };
        assert!(about(&form, "lines[1].description").0.contains(optional), "{form}");
        assert_eq!(about(&form, "lines[1].unitAmount").1, hint, "{form}");
        let typed = [("lines[0].description", "Box"), ("lines[0].unitAmount", "1"), ("lines[1].unitAmount", "2")];
        let page = browser.submit(&form.form().fill(&typed)).expect(422);
        assert_eq!(page.wrong(), ["lines[1].description"], "{page}");
        assert!(!about(&page, "lines[1].description").0.contains(optional), "{page}");
        let edit = browser.get(&format!("/admin/invoices/{}/edit", sample.draft)).ok();
        assert_eq!(about(&edit, "lines[0].unitAmount").1, hint, "{edit}");
    }
}
