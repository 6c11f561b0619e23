//! Choosing a customer and a product by name, out of however many there are, and the call of the API that comes of it.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::browser::Page;
use crate::support::client::{id, string};

const NEW: &str = "/admin/subscriptions/new";

/// The body on the line "do this with the API".
#[track_caller]
fn shown(page: &Page) -> Value {
    let line = page.raw_texts(".api code").pop().unwrap_or_else(|| panic!("no line of the API: {page}"));
    let body = line.split_once(" -d '").unwrap_or_else(|| panic!("no body: {line}")).1.trim_end().trim_end_matches('\'').replace("'\\''", "'");
    serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}"))
}

fn product(app: &TestApp, name: &str) -> String {
    id(&app.full.post("/api/v1/products", &json!({ "name": name, "price": "1.00", "currency": "USD", "interval": "month" })).created())
}

fn customer(app: &TestApp, email: &str, name: &str) -> String {
    id(&app.full.post("/api/v1/customers", &json!({ "email": email, "name": name })).created())
}

/// The subscription that a page shows.
#[track_caller]
fn made(app: &TestApp, page: Page) -> Value {
    page.assert_has(".notice", "The subscription was created");
    app.full.get(&page.ok().path().split('?').next().unwrap_or("").replace("/admin", "/api/v1")).ok()
}

#[test]
fn the_line_of_the_api_is_what_is_sent() {
    let app = TestApp::start();
    let browser = app.owner();
    let (product, ana) = (product(&app, "Gold"), customer(&app, "ana@example.com", "Ana"));
    let price = string(&app.full.get(&format!("/api/v1/products/{product}")).ok()["prices"][0]["id"]);
    // Before anything is typed what stands in the form is in it, and for whom is open.
    let empty = shown(&browser.get(NEW).ok());
    assert_eq!([&empty["customerId"], &empty["productId"], &empty["priceId"]], [&json!("cust_…"), &json!(product), &json!(price)]);
    let page = browser.get(&format!("{NEW}?customerId={ana}")).ok();
    assert_eq!(shown(&page)["customerId"], json!(ana));
    // Refused, it shows the body with ids for names; and sent to the API as it stands, that says the same.
    let page = browser.send_form(&page.form().fill(&[("quantity", "3"), ("payment", "credit")])).expect(409);
    let body = shown(&page);
    assert_eq!([&body["customerId"], &body["productId"], &body["quantity"]], [&json!(ana), &json!(product), &json!(3)]);
    let refused = app.full.post("/api/v1/subscriptions", &body).expect(409);
    assert_eq!(page.errors()["payment"], string(&refused["error"]["message"]));
    app.full.grant(&ana, "3.00", "USD");
    app.full.post("/api/v1/subscriptions", &body).created();
}

#[test]
fn a_customer_is_named_by_a_name() {
    let app = TestApp::start();
    let browser = app.owner();
    product(&app, "Gold");
    let ana = customer(&app, "ana@example.com", "Ana");
    let older = customer(&app, "older@example.com", "Bob Smith");
    let younger = customer(&app, "younger@example.com", "Bob Smith");
    let other = customer(&app, "third@example.com", "Ana Maria");
    let send = |typed: &str| browser.fill(NEW, &[("customerId", typed), ("payment", "manual")]);
    // Exactly the name, in any case; a part of one; the address; the id.
    for (typed, whose) in [(" aNA ", &ana), ("maria", &other), ("YOUNGER@example.com", &younger), (&older, &older)] {
        assert_eq!(made(&app, send(typed))["customerId"], json!(whose), "{typed}");
    }
    for typed in ["nobody", "bob jones", "nobody@example.com", "example.com"] {
        let page = send(typed).expect(422);
        assert_eq!(page.errors().get("customerId").map(String::as_str), Some("There is no such customer"), "{typed}: {page}");
        assert_eq!(page.form().value("customerId"), typed);
    }
    // Of several, one is chosen, and none unasked.
    let before = app.row_counts();
    let page = send("bob smith").expect(422);
    assert!(page.errors()["customerId"].starts_with("Several customers"), "{page}");
    assert_eq!(page.texts("select[name=customerId] option"), ["Choose", "Bob Smith · younger@example.com", "Bob Smith · older@example.com"]);
    assert_eq!(page.form().value("customerId"), "");
    browser.send_form(&page.form()).expect(422);
    assert_eq!(app.row_counts(), before);
    let page = browser.send_form(&page.form().fill(&[("customerId", &older), ("quantity", "x")])).expect(422);
    assert_eq!((page.wrong(), page.form().value("customerId")), (vec!["quantity".to_owned()], "older@example.com".to_owned()));
    assert_eq!(made(&app, browser.send_form(&page.form().fill(&[("quantity", "1")])))["customerId"], json!(older));
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    let page = arabic.fill(NEW, &[("customerId", "bob")]).expect(422);
    assert!(page.errors()["customerId"].starts_with("عدة عملاء"), "{page}");
    // Of very many, nobody is.
    for n in 0..101 {
        customer(&app, &format!("many{n}@example.com"), "Carl");
    }
    let page = send("carl").expect(422);
    assert!(page.errors()["customerId"].starts_with("More than 100 customers match"), "{page}");
}

#[test]
fn out_of_many_products_each_can_be_sold_and_listed() {
    let app = TestApp::start();
    let browser = app.owner();
    let ana = customer(&app, "ana@example.com", "Ana");
    let products: Vec<String> = (0..105).map(|n| product(&app, &format!("Product {n:03}"))).collect();
    let twins = [product(&app, "Twin · 2"), product(&app, "Twin · 2")];
    let form = |typed: &str| browser.get(NEW).ok().form().fill(&[("customerId", "ana@example.com"), ("payment", "manual"), ("priceId", typed)]);
    let sent = |typed: &str| browser.send_form(&form(typed));
    for (typed, wanted) in [("Product 000", 0), ("product 001 · 1.00 usd every month", 1), ("T 104", 104)] {
        assert_eq!(made(&app, sent(typed))["productId"], json!(products[wanted]), "{typed}");
    }
    let before = app.row_counts();
    for (typed, error) in [
        ("", "This field is required"),
        ("nothing", "There is no such product"),
        ("product", "More than 100 products match"),
        ("price_019ab1f0c0de70008000000000000001", "This product has no such price"),
    ] {
        let page = sent(typed).expect(422);
        assert!(page.errors()["priceId"].starts_with(error), "{typed}: {page}");
        assert_eq!((page.form().value("priceId").as_str(), app.row_counts()), (typed, before.clone()));
    }
    // Two of one name: which is meant is asked, and what is chosen holds.
    for typed in ["twin", "Twin · 2", "Twin · 2 · 1.00 USD every month"] {
        let page = sent(typed).expect(422);
        assert!(page.errors()["priceId"].starts_with("There are several"), "{page}");
        assert_eq!(page.attributes("select[name=priceId] option", "value").len(), 3, "{page}");
    }
    let page = sent("product 00").expect(422);
    assert_eq!(page.attributes("select[name=priceId] option", "value").len(), 11);
    let price = string(&app.full.get(&format!("/api/v1/products/{}", products[3])).ok()["prices"][0]["id"]);
    let page = browser.send_form(&page.form().fill(&[("priceId", &price), ("quantity", "x")])).expect(422);
    assert_eq!((page.wrong(), page.form().value("priceId")), (vec!["quantity".to_owned()], "Product 003 · 1.00 USD every month".to_owned()));
    assert_eq!(shown(&page)["priceId"], json!(price));
    assert_eq!(made(&app, browser.send_form(&page.form().fill(&[("quantity", "1")])))["productId"], json!(products[3]));
    // From an old product's page, over a sign-in.
    let page = browser.get(&format!("{NEW}?customerId={ana}&productId={}", products[2])).ok();
    assert_eq!(shown(&page)["productId"], json!(products[2]));
    let form = page.form().fill(&[("payment", "manual")]);
    app.advance(std::time::Duration::from_secs(24 * 3600));
    let asked = browser.submit(&form).expect(401);
    let resumed = browser.send_form(&asked.form().fill(&[("email", crate::support::OWNER), ("password", crate::support::PASSWORD)])).ok();
    assert_eq!(made(&app, browser.send_form(&resumed.form()))["productId"], json!(products[2]));
    // The list's filter.
    let list = browser.get("/admin/subscriptions").ok();
    assert_eq!(list.attributes("input[name=product]", "list"), ["filter-product"]);
    let narrowed = browser.go("/admin/subscriptions?product=product+000&status=active").ok();
    assert_eq!((narrowed.path(), narrowed.row_links().len()), (format!("/admin/subscriptions?status=active&productId={}", products[0]).as_str(), 1));
    narrowed.assert_has("a.chip", "Product 000");
    assert_eq!(narrowed.attributes("input[name=productId]", "value"), [products[0].as_str()]);
    let which = browser.go("/admin/subscriptions?product=twin&status=active").ok();
    let links = which.attributes("main a.button", "href");
    let to = |product: &str| format!("/admin/subscriptions?status=active&productId={product}");
    assert_eq!(links, [to(&twins[1]), to(&twins[0]), "/admin/subscriptions?status=active".to_owned()], "{which}");
    for typed in ["nothing", "product"] {
        let page = browser.go(&format!("/admin/subscriptions?product={typed}")).ok();
        assert_eq!(page.attributes("main a.button", "href"), ["/admin/subscriptions"], "{page}");
    }
}

#[test]
fn what_a_button_does_at_once_has_its_line_of_the_api_too() {
    let app = TestApp::start();
    let browser = app.owner();
    let (product, ana) = (product(&app, "Gold"), customer(&app, "ana@example.com", "Ana"));
    let subscription = id(&app.full.subscribe(&ana, &product, json!({ "payment": "manual" })));
    let page = format!("/admin/subscriptions/{subscription}");
    let lines = || browser.get(&page).ok().raw_texts(".api code");
    let starts = |what: &str| format!("curl -X POST {}/api/v1/subscriptions/{subscription}/{what}", browser.origin());
    assert_eq!(lines().len(), 1, "{:?}", lines());
    browser.fill(&format!("{page}/cancel"), &[("atPeriodEnd", "true")]).ok();
    let lines = lines();
    assert!(lines.len() == 2 && lines[1].starts_with(&starts("uncancel")), "{lines:?}");
}

#[test]
fn who_types_no_accents_finds_those_who_have_them() {
    let app = TestApp::start();
    let browser = app.owner();
    let (gold, ana) = (product(&app, "Paket Größe"), customer(&app, "ana@example.com", "Ana Krüger"));
    let other = customer(&app, "bob@example.com", "Bob Kruger");
    app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }));
    for sought in ["kruger", "Kr%C3%BCger", "KRU%CC%88GER"] {
        let found = app.full.get(&format!("/api/v1/customers?q={sought}")).ok();
        assert_eq!(crate::support::client::ids(&found), [ana.clone(), other.clone()], "{sought}");
        for list in ["subscriptions", "invoices"] {
            assert_eq!(browser.get(&format!("/admin/{list}?q={sought}")).ok().row_links().len(), 1, "{list} {sought}");
        }
    }
    assert_eq!(browser.get("/admin/products?q=grosse").ok().row_links().len(), 1);
    // A form is as kind; whoever types the accents means the one who has them.
    let sold = made(&app, browser.fill(NEW, &[("customerId", "ana kruger")]));
    assert_eq!(sold["customerId"], json!(ana));
    assert_eq!(made(&app, browser.fill(NEW, &[("customerId", "Bob Krüger")]))["customerId"], json!(other));
    // He is found by what he is called now.
    app.full.patch(&format!("/api/v1/customers/{other}"), &json!({ "name": "Bob Żółć" })).ok();
    assert_eq!(crate::support::client::ids(&app.full.get("/api/v1/customers?q=zolc").ok()), [other]);
}
