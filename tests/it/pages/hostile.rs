//! Text that wants to be more than text, in every field of every object and in whatever else a page shows.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use actix_web::http::Method;
use serde_json::{Value, json};

use super::sample::{Sample, form_routes, is_open, routes};
use crate::support::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::client::{id, string};
use crate::support::process::connect;

/// The last is long and cannot be broken.
const HOSTILE: [&str; 12] = [
    "\"><script>alert(1)</script>",
    "</textarea></select><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)' x='",
    "\" autofocus onfocus=\"alert(1)",
    "</title></main><h1>Signed out</h1>",
    "<!-- ]]> <![CDATA[ --!> &quot;&#x3c;&amp;lt;",
    "javascript:alert(1)//{{7*7}}${7*7}<%=7*7%>#{7}",
    "\u{202e}gnp.exe\u{202c}\u{2066}\u{2067}x\u{2069}\u{2069}\u{2069}",
    "\u{2068}unclosed \u{202d}\u{202b}\u{202a}",
    "O'Hara$(id)`id`\\'; rm -rf \"$HOME\" #",
    "شركة الأمل للاتصالات (فرع ٢) ١٢٣",
    "Wolfeschlegelsteinhausenbergerdorff_Vorfahren_Gerechte_Schafe",
];

/// As it is shown: without the marks that turn directions about.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !is_turning(*c)).collect()
}

fn is_turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the shortest fields take of it.
fn short(text: &str) -> String {
    text.chars().take(50).collect()
}

/// Objects with this text wherever they take it.
fn poisoned(app: &TestApp, n: usize, text: &str) -> Sample {
    let email = format!("{}{n}@x", text.replace(|c: char| c.is_whitespace() || is_turning(c) || matches!(c, '@' | '"' | '<' | '>'), "_"));
    let (pairs, address) = (json!({ text.chars().take(40).collect::<String>(): text }), json!({ "line1": text, "line2": text, "city": text, "region": text }));
    let own = |noun: &str| format!("{noun}{n}{}", text.chars().take(40).collect::<String>());
    let customer = app.full.post(
        "/api/v1/customers",
        &json!({ "email": email, "name": text, "phone": short(text), "address": address, "taxId": short(text), "notes": text, "tags": [short(text)], "externalId": own("c"), "metadata": pairs }),
    );
    let customer = id(&customer.created());
    let product = app.full.post(
        "/api/v1/products",
        &json!({ "name": text, "price": "1.00", "currency": "USD", "interval": "month", "description": text, "externalId": own("p"), "metadata": pairs }),
    );
    let product = product.created();
    let price = string(&product["prices"][0]["id"]);
    let product = id(&product);
    let credentials = json!({ "username": own("u"), "password": own("password") });
    // One that nobody used beside one that is used: their pages and forms differ.
    let unused = json!({ "name": text, "percent": "1", "country": "AQ", "externalId": own("t"), "metadata": pairs });
    let tax_rate = id(&app.full.post("/api/v1/tax-rates", &unused).created());
    app.full.post("/api/v1/tax-rates", &json!({ "name": text, "percent": "1" })).created();
    let code: String = text.chars().filter(|c| !c.is_whitespace()).take(90).chain(n.to_string().chars()).collect();
    let terms = json!({ "code": code, "percentOff": "5", "duration": "forever", "productIds": [product], "externalId": own("o"), "metadata": pairs });
    let unused = json!({ "code": format!("{code}-unused"), "amountOff": "5", "currency": "USD", "externalId": own("n"), "metadata": pairs });
    let coupon = id(&app.full.post("/api/v1/coupons", &unused).created());
    app.full.post("/api/v1/coupons", &terms).created();
    let more = json!({ "payment": "manual", "couponCode": code, "credentials": credentials, "externalId": own("s"), "metadata": pairs });
    let subscription = id(&app.full.subscribe(&customer, &product, more));
    app.full.act(&subscription, "extend", json!({ "days": 1, "note": text })).ok();
    app.full.act(&subscription, "cancel", json!({ "atPeriodEnd": true, "reason": text })).ok();
    app.full.post(&format!("/api/v1/customers/{customer}/balance"), &json!({ "amount": "0.50", "currency": "USD", "note": text })).created();
    let open = app.full.subscribe(&customer, &product, json!({ "couponCode": code }));
    app.full.mark_paid(&open["latestInvoiceId"], json!({ "amount": "0.25", "method": text, "reference": text })).ok();
    let note = json!({ "reason": text, "lines": [{ "lineId": app.full.invoice(&open["latestInvoiceId"])["lines"][0]["id"], "amount": "0.10" }] });
    let credit_note = id(&app.full.post(&format!("/api/v1/invoices/{}/credit-notes", string(&open["latestInvoiceId"])), &note).created());
    let draft = json!({ "customerId": customer, "lines": [{ "description": text, "unitAmount": "1.00" }], "externalId": own("i"), "metadata": pairs });
    let draft = id(&app.full.post("/api/v1/invoices", &draft).created());
    // The question before a product is deleted is asked of one that nobody has.
    let unsold = json!({ "name": text, "price": "1.00", "currency": "USD", "interval": "month", "description": text });
    Sample {
        unsold: id(&app.full.post("/api/v1/products", &unsold).created()),
        draft,
        email,
        product,
        price,
        subscription,
        payment: id(&app.full.get(&format!("/api/v1/payments?invoiceId={}", string(&open["latestInvoiceId"]))).ok()["data"][0]),
        invoice: string(&open["latestInvoiceId"]),
        credit_note,
        key: String::new(),
        session: "ses_019ab1f0c0de70008000000000000001".into(),
        coupon,
        code,
        tax_rate,
        payment_method: app.store_method(&customer),
        customer,
    }
}

/// No mark that turns text about is on the page outside of what is typed into and copied from.
#[track_caller]
fn assert_nothing_turns(page: &Page) {
    let document = page.document();
    for node in document.tree.nodes() {
        let within = |name: &str| node.ancestors().any(|a| a.value().as_element().is_some_and(|e| e.name() == name));
        if let Some(text) = node.value().as_text() {
            assert!(!text.contains(is_turning) || within("textarea"), "{:?} of {page}", &**text);
        }
        if let Some(element) = node.value().as_element() {
            let wrong = element.attrs().find(|(name, value)| value.contains(is_turning) && !matches!(*name, "value" | "data-copy"));
            assert_eq!(wrong, None, "{page}");
        }
    }
}

#[test]
fn hostile_text_is_text_on_every_page() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    for (n, text) in HOSTILE.into_iter().enumerate() {
        let mut sample = poisoned(&app, n, text);
        // What is no known browser is shown by its beginning.
        let agent = format!("{n}{}", short(text));
        let owner = app.owner_as(app.browser().with("user-agent", &agent));
        app.advance(std::time::Duration::from_secs(30));
        owner.fill("/admin/settings/keys/new", &[("name", text)]).expect(201);
        sample.key = app.app.db.read(billhead::store::key::key_list).expect("the keys can be read").pop().expect("there is a key").key.id.to_string();
        let business = json!({ "name": text, "taxId": short(text), "address": { "line1": text, "city": text } });
        app.full.patch("/api/v1/settings", &json!({ "business": business })).ok();
        // The browser itself asserts that each page has no script, no attribute and no link but ours.
        for route in routes().iter().filter(|r| r.method == Method::GET && !is_open(r) && r.path != "/admin/") {
            assert_nothing_turns(&owner.get(&sample.path(route)).ok());
        }
        // A draft's page is another than that of a document.
        assert_nothing_turns(&owner.get(&format!("/admin/invoices/{}", sample.draft)).ok());
        let shown = squeezed(&clean(text));
        let page = |path: String| owner.get(&path).ok();
        let customer = page(format!("/admin/customers/{}", sample.customer));
        assert_eq!(customer.heading(), shown);
        assert_eq!(customer.fact("Phone"), squeezed(&clean(&short(text))));
        assert_eq!(customer.fact("E-mail address").trim_end_matches("Copy"), clean(&sample.email));
        assert_eq!(customer.texts(".tag"), [squeezed(&clean(&short(text)))]);
        customer.assert_has(".prose", &shown);
        customer.assert_has("title", &shown);
        let subscription = page(format!("/admin/subscriptions/{}", sample.subscription));
        assert_eq!(subscription.heading(), shown);
        assert_eq!(subscription.fact("Reason"), shown);
        subscription.assert_has(".happenings", &shown);
        let invoice = page(format!("/admin/invoices/{}", sample.invoice));
        assert_eq!(invoice.rows().iter().filter(|r| r.contains(&shown)).count(), 2, "a line and a payment: {invoice}");
        assert_eq!(page(format!("/admin/products/{}", sample.product)).heading(), shown);
        assert_eq!(page(format!("/admin/settings/keys/{}", sample.key)).heading(), shown);
        assert_eq!(page(format!("/admin/tax-rates/{}", sample.tax_rate)).heading(), shown);
        let coupon = page(owner.get("/admin/coupons").ok().row_links()[0].clone());
        for what in ["", "/uses", "/edit", "/deactivate"] {
            assert_nothing_turns(&page(format!("{}{what}", coupon.path())));
        }
        let used = owner.get("/admin/tax-rates").ok().row_links()[0].clone();
        for what in ["", "/edit", "/deactivate"] {
            assert_nothing_turns(&page(format!("{used}{what}")));
        }
        assert_eq!((coupon.heading(), coupon.fact("For")), (squeezed(&clean(&sample.code)), shown.clone()));
        assert_eq!(coupon.rows().iter().filter(|r| r.contains(&shown)).count(), 2, "two uses: {coupon}");
        assert_eq!(page("/admin".into()).text_of(".rail .brand"), shown);
        let sessions = page("/admin/account".into()).rows();
        assert!(sessions.iter().any(|r| r.contains(&squeezed(&clean(&agent)))), "{sessions:?}");
        // In forms it is what is stored, to the last mark.
        for (path, fields) in [
            (format!("/admin/customers/{}/edit", sample.customer), &["name", "notes", "address.line1"][..]),
            (format!("/admin/products/{}/edit", sample.product), &["name", "description"]),
            (format!("/admin/tax-rates/{}/edit", sample.tax_rate), &["name"]),
            ("/admin/settings".into(), &["business.name", "business.address.city"]),
        ] {
            let form = page(path).form();
            for field in fields {
                assert_eq!(form.value(field), text, "{field}");
            }
        }
    }
}

#[test]
fn hostile_text_that_is_typed_comes_back_as_it_was_typed() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let owner = app.owner();
    let sample = Sample::of(&app, "");
    for route in form_routes().iter().filter(|r| r.path != "/admin/account/password") {
        for text in HOSTILE {
            let form = owner.get(&sample.path(route)).ok().form();
            let fields = form.text_fields();
            let typed: Vec<(&str, &str)> = fields.iter().map(|name| (name.as_str(), text)).collect();
            if typed.is_empty() {
                continue;
            }
            let form = form.fill(&typed);
            let page = owner.submit(&form);
            match page.status {
                409 | 422 => assert_eq!(page.form().typed(), form.typed(), "{page}"),
                201 | 303 => {}
                _ => panic!("{page}"),
            }
        }
    }
    for text in HOSTILE {
        app.advance(std::time::Duration::from_secs(30));
        let page = app.browser().try_sign_in(text, text).expect(401);
        assert_eq!(page.form().value("email"), text);
    }
}

#[test]
fn hostile_text_in_an_address_is_text() {
    let app = TestApp::start();
    let owner = app.owner();
    let sample = Sample::of(&app, "");
    let encoded = |name: &str, text: &str| -> String { url::form_urlencoded::Serializer::new(String::new()).append_pair(name, text).finish() };
    for text in HOSTILE {
        for route in routes().iter().filter(|r| r.method == Method::GET) {
            for name in ["done", "next", "first", "bye", "customerId", "productId", text] {
                let page = owner.get(&format!("{}?{}", sample.path(route), encoded(name, text)));
                assert!(matches!(page.status, 200 | 303 | 400 | 404 | 410), "{page}");
            }
        }
        for list in ["customers", "products", "subscriptions", "invoices", "coupons", "tax-rates"] {
            let page = owner.get(&format!("/admin/{list}?{}", encoded("q", text))).ok();
            assert_eq!(page.attributes("input[name=q]", "value"), [text]);
            assert_eq!(page.texts("a.chip bdi"), [squeezed(&clean(text))], "{page}");
            assert_nothing_turns(&page);
        }
        // Whoever is signed out is led back to the very same address, where it is one that the sign-in takes.
        let stranger = app.browser();
        let asked = stranger.get(&format!("/admin/customers?{}", encoded("q", text))).expect(303);
        let next = stranger.follow(asked).ok().form().value("next");
        assert!(next == format!("/admin/customers?{}", encoded("q", text)) || next == "/admin", "{next}");
    }
}

/// The words of a command as a shell reads it.
fn shell_words(line: &str) -> Vec<String> {
    let mut shell = Command::new("sh").arg("-s").env("BILLHEAD_KEY", "the key").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("there is a shell");
    let script = format!("curl() {{ for word; do printf '%s\\0' \"$word\"; done; }}\n{line}\n");
    shell.stdin.take().expect("it is piped").write_all(script.as_bytes()).expect("the shell reads");
    let output = shell.wait_with_output().expect("the shell ends");
    assert!(output.status.success(), "{line}");
    let text = String::from_utf8(output.stdout).expect("it is text");
    text.split_terminator('\0').map(str::to_owned).collect()
}

fn api_line(page: &Page) -> String {
    page.raw_texts("details.api code").into_iter().next().unwrap_or_else(|| panic!("no line: {page}"))
}

#[test]
fn the_line_for_the_shell_says_what_the_form_holds_and_runs_nothing_else() {
    let app = TestApp::start();
    let owner = app.owner();
    for (n, text) in HOSTILE.into_iter().enumerate() {
        let sample = poisoned(&app, n, text);
        let page = owner.get(&format!("/admin/customers/{}/edit", sample.customer)).ok();
        let words = shell_words(&api_line(&page));
        assert_eq!(words[..3], ["-X".to_owned(), "PATCH".into(), format!("{}/api/v1/customers/{}", owner.origin(), sample.customer)]);
        assert!(words.contains(&"Authorization: Bearer the key".to_owned()), "{words:?}");
        let body: Value = serde_json::from_str(words.last().expect("there are words")).expect("a body");
        assert_eq!([&body["name"], &body["notes"], &body["address"]["city"]], [text; 3].map(Value::from).each_ref());
        // What it says is what the API takes.
        app.full.patch(&format!("/api/v1/customers/{}", sample.customer), &body).ok();
        let list = owner.get(&format!("/admin/customers?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", text).finish())).ok();
        let words = shell_words(&api_line(&list));
        assert_eq!(words[1..], ["-H", "Authorization: Bearer the key"]);
        app.full.get(words[0].strip_prefix(&owner.origin()).unwrap_or_else(|| panic!("{words:?}"))).ok();
    }
    // A password that was typed is in no line.
    let form = owner.get("/admin/customers/new").ok().form().fill(&[("email", "nobody"), ("password", "carried password")]);
    let page = owner.submit(&form).expect(422);
    assert!(!api_line(&page).contains("carried password"), "{}", api_line(&page));
}

fn raw_page(browser: &Browser, host: &str) -> String {
    let cookies: Vec<String> = browser.cookies().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut stream = connect(browser.address);
    let request = format!("GET /admin/customers HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nConnection: close\r\n\r\n", cookies.join("; "));
    stream.write_all(request.as_bytes()).expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the server answers");
    answer
}

#[test]
fn what_the_browser_calls_us_is_a_host_or_nothing() {
    let app = TestApp::start();
    let owner = app.owner();
    let line = |host: &str| raw_page(&owner, host).lines().find(|l| l.contains("<code>curl ")).unwrap_or("").to_owned();
    assert!(line("billing.example.com:8443").contains("curl &#39;http://billing.example.com:8443/api/v1/customers?"), "{}", line("billing.example.com:8443"));
    assert!(line("[::1]:80").contains("http://[::1]:80/"));
    for host in ["x'$(id)", "\"><script>alert(1)</script>", "evil.example/x", "a b", "user@evil.example", &"x".repeat(300)] {
        let page = raw_page(&owner, host);
        // Refused by the server as such, or not shown.
        assert!(page.starts_with("HTTP/1.1 400") || page.contains("http://127.0.0.1:8080/api/v1/customers"), "{host}: {page}");
        assert!(!page.contains("$(id)") && !page.contains("evil.example") && !page.contains("<script>"), "{host}");
    }
}
