//! Credit notes and refunds on the pages, held against what the API says of them.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{id, page_end, rows, string};

/// An invoice that somebody paid, with a tax of 10 % on 9.99.
fn paid(app: &TestApp) -> String {
    app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "10" })).created();
    let (ana, product) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    string(&app.full.subscribe(&ana, &product, json!({ "payment": "manual" }))["latestInvoiceId"])
}

fn notes(app: &TestApp, invoice: &str) -> Vec<Value> {
    rows(&app.full.get(&format!("/api/v1/credit-notes?invoiceId={invoice}")).ok()).clone()
}

#[test]
fn an_amount_of_a_line_is_credited_and_the_note_says_where_it_went() {
    let app = TestApp::start();
    let browser = app.owner();
    let invoice = paid(&app);
    let (page, form) = (format!("/admin/invoices/{invoice}"), format!("/admin/invoices/{invoice}/credit"));
    assert!(browser.get(&page).ok().html.contains("Nothing of it was credited."));
    let shown = browser.get(&form).ok();
    shown.assert_has("fieldset .hint", "10.99 USD, tax included.");
    shown.assert_has(".hint", "9.99 USD is left.");
    let made = browser.fill(&form, &[("what", "lines"), ("lines[0].amount", "5.00"), ("reason", "Two bad weeks")]).ok();
    made.assert_has(".notice", "The credit note was issued");
    let note = notes(&app, &invoice).remove(0);
    assert_eq!([&note["amount"], &note["amountToBalance"], &note["to"]], [&json!("5.50"), &json!("5.50"), &json!("balance")]);
    assert_eq!((made.heading(), made.fact("Invoice")), (string(&note["number"]), string(&app.full.invoice(&json!(invoice))["number"])));
    assert_eq!([made.fact("VAT"), made.fact("Subtotal"), made.fact("Credited")], ["0.50 USD", "5.00 USD", "5.50 USD"]);
    assert_eq!((made.fact("Where it went").as_str(), made.fact("Reason").as_str()), ("To the balance", "Two bad weeks"));
    assert!(made.raw_texts(".api code")[0].contains(&format!("/api/v1/credit-notes/{}", id(&note))), "{made}");
    // The invoice shows it, and leads to it.
    let shown = browser.get(&page).ok();
    assert_eq!(shown.row_links().last(), Some(&format!("/admin/credit-notes/{}", id(&note))));
    assert!(shown.rows().iter().any(|row| row.contains("To the balance") && row.contains("5.50")), "{:?}", shown.rows());
    // All that is left, back to where it came from: then there is nothing more to take back.
    let made = browser.fill(&form, &[("to", "refund")]).ok();
    assert_eq!((made.fact("Credited").as_str(), made.fact("Where it went").as_str()), ("5.49 USD", "Refunded"));
    let shown = browser.get(&page).ok();
    assert!(shown.rows().iter().any(|row| row.contains("5.49 USD refunded")), "{:?}", shown.rows());
    for (what, why) in [("credit", "Nothing of this invoice is left to credit."), ("refund", "Nothing that was paid for this invoice is left to refund.")] {
        assert!(shown.attributes("main a.button", "href").iter().all(|href| !href.ends_with(what)), "{what}");
        browser.go(&format!("{page}/{what}")).ok().assert_has(".notice", why);
    }
}

#[test]
fn what_goes_to_two_places_is_told_of_each() {
    let app = TestApp::start();
    let browser = app.owner();
    let (ana, product) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let invoice = string(&app.full.subscribe(&ana, &product, json!({}))["latestInvoiceId"]);
    app.full.mark_paid(&json!(invoice), json!({ "amount": "4.00" })).ok();
    let made = browser.fill(&format!("/admin/invoices/{invoice}/credit"), &[]).ok();
    assert_eq!(made.fact("Where it went"), "Off what was due: 5.99 USD To the balance: 4.00 USD");
    // An open invoice that was credited to nothing is paid, and its period is given.
    browser.get(&format!("/admin/invoices/{invoice}")).ok().assert_has(".title .state", "paid");
}

#[test]
fn what_is_wrong_with_a_credit_stands_at_its_line() {
    let app = TestApp::start();
    let browser = app.owner();
    let sold = json!({ "name": "Gold", "price": "9.99", "currency": "USD", "interval": "month", "setupFee": "5.00" });
    let (ana, product) = (app.full.new_customer("ana@example.com"), id(&app.full.post("/api/v1/products", &sold).created()));
    let invoice = string(&app.full.subscribe(&ana, &product, json!({ "payment": "manual" }))["latestInvoiceId"]);
    let form = format!("/admin/invoices/{invoice}/credit");
    let before = app.row_counts();
    for (typed, field, error) in [
        (&[("lines[1].amount", "1.00")][..], "what", "Choose amounts of lines, or leave the amounts empty"),
        (&[("what", "lines")], "what", "Write an amount for at least one line, or choose all that is left"),
        (&[("what", "lines"), ("lines[1].amount", "1,00")], "lines[1].amount", "Write 1.00, with a point"),
        // The second line of the invoice is the first of the body.
        (&[("what", "lines"), ("lines[1].amount", "0")], "lines[1].amount", "Must be more than zero"),
        (&[("what", "lines"), ("lines[1].amount", "0.001")], "lines[1].amount", "USD has at most 2 decimals"),
    ] {
        let page = browser.fill(&form, typed).expect(422);
        assert_eq!((page.wrong(), page.errors()[field].as_str()), (vec![field.to_owned()], error), "{page}");
    }
    let page = browser.fill(&form, &[("what", "lines"), ("lines[1].amount", "500")]).expect(409);
    // What is too much of a line stands beside it, under its name instead of its number.
    assert_eq!((page.wrong(), page.errors()["lines[1].amount"].as_str()), (vec!["lines[1].amount".to_owned()], "Only 5.00 USD is left to credit."), "{page}");
    assert!(page.problem().contains("Gold, setup fee: ") && !page.problem().contains("line 2"), "{page}");
    assert_eq!(page.attributes("[name='lines[1].amount']", "aria-invalid"), ["true"]);
    assert_eq!((page.form().value("lines[1].amount").as_str(), app.row_counts()), ("500", before));
    // The line of the API is what is sent.
    let line = page.raw_texts(".api code").pop().unwrap_or_default();
    assert!(line.contains("lineId") && line.contains("\"500\"") && !line.contains("\"what\""), "{line}");
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    let page = arabic.fill(&form, &[("what", "lines")]).expect(422);
    assert!(page.errors()["what"].starts_with("اكتب مبلغًا"), "{page}");
    let page = arabic.fill(&form, &[("what", "lines"), ("lines[1].amount", "500")]).expect(409);
    assert!(!page.errors()["lines[1].amount"].contains("left"), "{page}");
}

#[test]
fn a_refund_is_of_what_was_paid_and_of_no_void_invoice() {
    let app = TestApp::start();
    let browser = app.owner();
    let invoice = paid(&app);
    let form = format!("/admin/invoices/{invoice}/refund");
    assert_eq!(browser.get(&form).ok().form().value("amount"), "10.99");
    let page = browser.fill(&form, &[("amount", "11.00")]).expect(409);
    assert_eq!(page.wrong(), ["amount"]);
    assert!(page.errors()["amount"].starts_with("Only 10.99 USD was paid for this invoice"), "{page}");
    assert_eq!(browser.fill(&form, &[("amount", "")]).expect(422).wrong(), ["amount"]);
    browser.fill(&form, &[("amount", "3.00"), ("reason", "Outage")]).ok().assert_has(".facts", "Refunded");
    assert_eq!(notes(&app, &invoice)[0]["amountRefunded"], "3.00");
    assert_eq!(browser.get(&form).ok().form().value("amount"), "7.99");
    browser.fill(&form, &[]).ok();
    assert!(browser.get(&format!("/admin/invoices/{invoice}")).ok().rows().iter().any(|row| row.contains("by hand") && row.contains("Refunded")));
    // What is void is not owed, and nothing of it is taken back.
    let (bob, product) = (app.full.new_customer("bob@example.com"), app.full.new_product());
    let open = string(&app.full.subscribe(&bob, &product, json!({}))["latestInvoiceId"]);
    let page = format!("/admin/invoices/{open}");
    assert!(browser.get(&page).ok().attributes("main a.button", "href").contains(&format!("{page}/credit")));
    browser.go(&format!("{page}/refund")).ok().assert_has(".notice", "is left to refund");
    browser.fill(&format!("{page}/void"), &[]).ok();
    for what in ["credit", "refund"] {
        browser.go(&format!("{page}/{what}")).ok().assert_has(".notice", "This invoice is void");
    }
}

#[test]
fn all_notes_are_listed_found_and_paged_as_the_api_does() {
    let app = TestApp::start();
    let browser = app.owner();
    let nothing = browser.get("/admin/credit-notes").ok();
    nothing.assert_has(".empty p", "takes back some of an invoice");
    assert_eq!(nothing.attributes(".empty a.button", "href"), ["/admin/invoices"]);
    let product = app.full.new_product();
    let mut sold = Vec::new();
    for who in ["ana", "bob", "zoe"] {
        let customer = app.full.new_customer(&format!("{who}@example.com"));
        let invoice = string(&app.full.subscribe(&customer, &product, json!({ "payment": "manual" }))["latestInvoiceId"]);
        for amount in ["1.00", "2.00"] {
            app.full.post(&format!("/api/v1/invoices/{invoice}/refunds"), &json!({ "amount": amount })).created();
        }
        sold.push((customer, invoice));
    }
    let (customer, invoice) = &sold[1];
    let number = string(&app.full.invoice(&json!(invoice))["number"]);
    for (query, chips) in [
        (String::new(), 0),
        (format!("customerId={customer}"), 1),
        (format!("invoiceId={invoice}&customerId={customer}"), 2),
        (format!("q={number}"), 1),
        ("q=CN-000002".to_owned(), 1),
        ("q=nobody".to_owned(), 1),
        ("limit=4".to_owned(), 0),
        ("createdAfter=2020-01-01T00%3A00%3A00.000Z".to_owned(), 1),
    ] {
        let page = browser.get(&format!("/admin/credit-notes?{query}")).ok();
        let limit = if query.contains("limit") { "" } else { "&limit=50" };
        let told = app.full.get(format!("/api/v1/credit-notes?order=desc{limit}&{query}").trim_end_matches('&')).ok();
        let links: Vec<String> = rows(&told).iter().map(|note| format!("/admin/credit-notes/{}", id(note))).collect();
        assert_eq!((page.row_links(), page.attributes("a.chip", "href").len()), (links.clone(), chips), "{query}");
        if links.is_empty() {
            page.assert_has(".empty p", "Nothing matches");
        } else {
            page.assert_has(".total", &page_end(&told).0.to_string());
        }
        assert!(page.raw_texts(".api code")[0].contains("/api/v1/credit-notes?"), "{page}");
    }
    // Forth through all of it.
    let first = browser.get("/admin/credit-notes?limit=4").ok();
    let second = browser.get(&first.attributes("a[rel=next]", "href")[0]).ok();
    assert_eq!((first.row_links().len(), second.row_links().len(), second.attributes("a[rel=next]", "href").len()), (4, 2, 0));
    second.assert_has(".total", "6 credit notes");
    // A row says whose it is and of what; the menu leads here, and a note back.
    let row = browser.get(&format!("/admin/credit-notes?q={number}")).ok().rows().remove(0);
    assert!(["bob@example.com", &number, "Refunded", "2.00"].iter().all(|text| row.contains(text)), "{row}");
    assert!(first.attributes(".rail a[aria-current]", "href").contains(&"/admin/credit-notes".to_owned()), "{first}");
    assert!(browser.get(&first.row_links()[0]).ok().attributes(".above a", "href").contains(&"/admin/credit-notes".to_owned()));
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    arabic.get("/admin/credit-notes").ok().assert_has(".total", "6 إشعارات دائنة");
    // His page has his newest, and leads to all of them where there are more.
    let his = browser.get(&format!("/admin/customers/{customer}")).ok();
    assert_eq!(his.row_links().iter().filter(|link| link.starts_with("/admin/credit-notes/")).count(), 2, "{his}");
    for _ in 0..9 {
        app.full.post(&format!("/api/v1/invoices/{invoice}/refunds"), &json!({ "amount": "0.10" })).created();
    }
    let his = browser.get(&format!("/admin/customers/{customer}")).ok();
    let all = format!("/admin/credit-notes?customerId={customer}");
    assert!(his.attributes("section .actions a", "href").contains(&all), "{his}");
    browser.get(&all).ok().assert_has(".total", "11 credit notes");
    // What asks for something else is refused.
    for query in ["customerId=inv_1", "invoiceId=x", "nonsense=1", "limit=0"] {
        assert_eq!(browser.get(&format!("/admin/credit-notes?{query}")).status, 400, "{query}");
    }
}
