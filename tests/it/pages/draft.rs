//! One-off invoices on the pages: written, changed, thrown away and finalised, held against what the API says of them.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{id, rows, string};

const NEW: &str = "/admin/invoices/new";

fn drafts(app: &TestApp) -> Vec<Value> {
    rows(&app.full.get("/api/v1/invoices?status=draft").ok()).clone()
}

/// A draft of this customer with one line at 25.00.
fn drafted(app: &TestApp, customer: &str) -> String {
    let body = json!({ "customerId": customer, "lines": [{ "description": "Installation", "unitAmount": "25.00" }] });
    id(&app.full.post("/api/v1/invoices", &body).created())
}

#[test]
fn a_draft_is_written_changed_and_becomes_an_invoice() {
    let app = TestApp::start();
    let browser = app.owner();
    app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "20" })).created();
    let ana = id(&app.full.post("/api/v1/customers", &json!({ "email": "ana@example.com", "name": "Ana" })).created());
    app.full.grant(&ana, "3.00", "USD");
    // From the list and from the customer's page.
    assert!(browser.get("/admin/invoices").ok().attributes("main a.button", "href").contains(&NEW.to_owned()));
    let of_ana = format!("{NEW}?customerId={ana}");
    assert!(browser.get(&format!("/admin/customers/{ana}")).ok().attributes("main a.button", "href").contains(&of_ana));
    let shown = browser.get(&of_ana).ok();
    assert_eq!(shown.form().value("customerId"), "ana@example.com");
    // The second row is left empty, and is no line.
    let typed = [
        ("lines[0].description", "Cable"),
        ("lines[0].quantity", "3"),
        ("lines[0].unitAmount", "9.99"),
        ("lines[2].description", "Visit"),
        ("lines[2].unitAmount", "10"),
        ("lines[2].taxable", "false"),
        ("dueAt", "2026-03-01"),
    ];
    let made = browser.fill(&of_ana, &typed).ok();
    made.assert_has(".notice", "The draft was saved");
    let draft = drafts(&app).remove(0);
    let lines: Vec<[String; 2]> = draft["lines"].as_array().expect("lines").iter().map(|l| ["description", "amount"].map(|f| string(&l[f]))).collect();
    assert_eq!(lines, [["Cable", "29.97"], ["Visit", "10.00"]]);
    assert_eq!((&draft["customerId"], &draft["dueAt"]), (&json!(ana), &json!("2026-03-01T00:00:00.000Z")));
    assert_eq!((made.heading().as_str(), made.text_of(".title .state")), ("Draft", "draft".into()));
    assert_eq!([made.fact("Subtotal"), made.fact("Total"), made.fact("Due")], ["39.97 USD", "45.96 USD", "45.96 USD"].map(str::to_owned));
    made.assert_has("main", "3 × 9.99 = 29.97 USD, plus 5.99 tax (VAT, 20 %)");
    made.assert_has("main", "by the tax rates of today");
    let page = format!("/admin/invoices/{}", id(&draft));
    // The list has it, and can be narrowed to it.
    let listed = browser.get("/admin/invoices?status=draft").ok();
    assert_eq!(listed.row_links(), [page.as_str()]);
    assert!(listed.rows()[0].contains("Draft") && listed.rows()[0].contains("Ana"), "{:?}", listed.rows());

    let form = browser.get(&format!("{page}/edit")).ok().form();
    assert_eq!(
        ["lines[0].description", "lines[1].unitAmount", "lines[1].taxable", "lines[2].description", "dueAt", "currency"].map(|f| form.value(f)),
        ["Cable", "10.00", "false", "", "2026-03-01", "USD"]
    );
    browser.fill(&format!("{page}/edit"), &[]).ok().assert_has(".notice", "Saved");
    assert_eq!(drafts(&app)[0], draft, "nothing was typed, so nothing changed");
    let saved = browser.fill(&format!("{page}/edit"), &[("lines[0].description", ""), ("lines[0].quantity", "1"), ("lines[0].unitAmount", ""), ("dueAt", "")]);
    saved.ok().assert_has("main", "Visit");
    let changed = drafts(&app).remove(0);
    assert_eq!((changed["lines"].as_array().map(Vec::len), &changed["dueAt"], &changed["amount"]), (Some(1), &Value::Null, &json!("10.00")));

    let asked = browser.get(&format!("{page}/finalize")).ok();
    asked.assert_has(".lead", "becomes invoice INV-000001 over 7.00 USD, due");
    asked.assert_has(".callout", "3.00 USD are taken from the customer's balance");
    asked.assert_has(".api code", "/finalize");
    let open = browser.fill(&format!("{page}/finalize"), &[]).ok();
    open.assert_has(".notice", "It is invoice INV-000001 now");
    assert_eq!((open.heading().as_str(), open.fact("Due")), ("INV-000001", "7.00 USD".into()));
    assert_eq!(app.full.invoice(&draft["id"])["status"], "open");
    // What is a document has no such forms, and says why.
    for (what, why) in [("/edit", "does not change"), ("/delete", "is kept"), ("/finalize", "finalised already")] {
        assert!(open.attributes("main a.button", "href").iter().all(|href| !href.ends_with(what)), "{what}");
        browser.go(&format!("{page}{what}")).ok().assert_has(".notice", why);
    }
}

#[test]
fn more_rows_are_made_without_a_word_of_what_was_typed_being_lost() {
    let app = TestApp::start();
    let browser = app.owner();
    let ana = app.full.new_customer("ana@example.com");
    let before = app.row_counts();
    let typed = [("customerId", "nobody at all"), ("lines[1].description", "Second"), ("lines[1].quantity", "x"), ("lines[2].taxable", "false")];
    let form = browser.get(NEW).ok().form().fill(&typed);
    assert!(form.has("lines[2].description") && !form.has("lines[3].description"));
    let page = browser.submit(&form.force("more", "true")).ok();
    assert_eq!((page.problem().as_str(), app.row_counts()), ("", before), "nothing was done, and nothing is wrong yet");
    let form = page.form();
    assert!(form.has("lines[7].description") && !form.has("lines[8].description"));
    for (name, value) in typed {
        assert_eq!(form.value(name), value, "{name}");
    }
    assert_eq!(["lines[7].quantity", "lines[7].taxable", "lines[7].description"].map(|f| form.value(f)), ["1", "true", ""]);
    let good = [
        ("customerId", "ana@example.com"),
        ("lines[1].quantity", "2"),
        ("lines[1].unitAmount", "1"),
        ("lines[7].description", "Last"),
        ("lines[7].unitAmount", "2"),
    ];
    browser.send_form(&form.fill(&good)).ok().assert_has(".notice", "The draft was saved");
    assert_eq!((&drafts(&app)[0]["amount"], &drafts(&app)[0]["customerId"]), (&json!("4.00"), &json!(ana)));
    // The same where a draft is changed; what others changed meanwhile is still noticed.
    let edit = format!("/admin/invoices/{}/edit", id(&drafts(&app)[0]));
    let page = browser.submit(&browser.get(&edit).ok().form().fill(&[("lines[0].unitAmount", "5")]).force("more", "true")).ok();
    let form = page.form();
    assert_eq!((form.value("lines[0].unitAmount"), form.has("lines[8].description")), ("5".into(), true));
    app.full.patch(&edit.replace("/admin", "/api/v1").replace("/edit", ""), &json!({ "metadata": { "by": "another" } })).ok();
    let page = browser.submit(&form.fill(&[("lines[5].description", "Third"), ("lines[5].unitAmount", "0.50")])).expect(409);
    assert!(page.problem().contains("Somebody else changed this"), "{page}");
    browser.send_form(&page.form()).ok();
    let draft = drafts(&app).remove(0);
    assert_eq!((&draft["amount"], &draft["metadata"]), (&json!("12.50"), &json!({ "by": "another" })));
    // A hundred rows are the most.
    let mut form = browser.get(NEW).ok().form();
    for _ in 0..20 {
        form = browser.submit(&form.force("more", "true")).ok().form();
    }
    assert!(form.has("lines[99].description") && !form.has("lines[100].description"));
}

#[test]
fn what_is_wrong_with_a_draft_stands_at_the_field_of_its_line() {
    let app = TestApp::start();
    let browser = app.owner();
    let ana = app.full.new_customer("ana@example.com");
    let before = app.row_counts();
    let page = browser.fill(NEW, &[]).expect(422);
    assert_eq!(page.wrong(), ["customerId", "lines[0].description"], "{page}");
    assert_eq!(page.errors()["lines[0].description"], "Must have at least one entry");
    let typed = [
        ("customerId", "ana@example.com"),
        ("lines[1].description", "Second"),
        ("lines[1].unitAmount", "1,50"),
        ("lines[2].quantity", "0"),
        ("lines[2].unitAmount", "-1"),
        ("dueAt", "2026-01-30"),
    ];
    let page = browser.fill(NEW, &typed).expect(422);
    assert_eq!(page.wrong(), ["lines[1].unitAmount", "lines[2].description", "lines[2].quantity", "lines[2].unitAmount"], "{page}");
    assert_eq!(page.errors()["lines[1].unitAmount"], "Write 1.50, with a point");
    assert_eq!(page.errors()["lines[2].unitAmount"], "Must not be negative");
    for (name, value) in typed {
        assert_eq!(page.form().value(name), value, "{name}");
    }
    // What only the use case can say stands there, too.
    let form = page.form().fill(&[
        ("lines[1].unitAmount", "1.505"),
        ("lines[2].description", "x"),
        ("lines[2].quantity", "2"),
        ("lines[2].unitAmount", "9999999999.99"),
    ]);
    let page = browser.submit(&form).expect(422);
    assert_eq!(page.wrong(), ["dueAt", "lines[1].unitAmount", "lines[2].unitAmount"], "{page}");
    assert_eq!(page.errors()["lines[2].unitAmount"], "Is too large with this quantity");
    assert_eq!(page.errors()["dueAt"], "Must not lie before today");
    assert_eq!(app.row_counts(), before);
    // A currency and its amounts go together.
    let draft = drafted(&app, &ana);
    let page = browser.fill(&format!("/admin/invoices/{draft}/edit"), &[("currency", "JPY")]).expect(422);
    assert_eq!(page.wrong(), ["lines[0].unitAmount"], "{page}");
    browser.fill(&format!("/admin/invoices/{draft}/edit"), &[("currency", "JPY"), ("lines[0].unitAmount", "4000")]).ok();
    assert_eq!((&drafts(&app)[0]["currency"], &drafts(&app)[0]["amount"]), (&json!("JPY"), &json!("4000")));
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    let page = arabic.fill(NEW, &[]).expect(422);
    assert_eq!(page.errors()["lines[0].description"], "يجب أن يكون فيه عنصر واحد على الأقل");
}

#[test]
fn a_draft_is_deleted_as_it_was_shown_and_one_that_may_not_be_finalised_says_why() {
    let app = TestApp::start();
    let browser = app.owner();
    let ana = app.full.new_customer("ana@example.com");
    let draft = drafted(&app, &ana);
    let page = format!("/admin/invoices/{draft}");
    let asked = browser.get(&format!("{page}/delete")).ok();
    asked.assert_has(".warning", "The draft of 25.00 USD is deleted");
    // Somebody changes it meanwhile: neither is done to what nobody saw.
    let finalizing = browser.get(&format!("{page}/finalize")).ok();
    app.full.patch(&format!("/api/v1/invoices/{draft}"), &json!({ "lines": [{ "description": "More", "unitAmount": "30" }] })).ok();
    assert!(browser.submit(&asked.form()).expect(409).problem().contains("Somebody else changed this"));
    let again = browser.submit(&finalizing.form()).expect(409);
    again.assert_has(".lead", "over 30.00 USD");
    // Another rate changes what it would come to, and so what was shown.
    let vat = id(&app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "10" })).created());
    let again = browser.submit(&again.form()).expect(409);
    again.assert_has(".lead", "over 33.00 USD");
    app.full.patch(&format!("/api/v1/tax-rates/{vat}"), &json!({ "active": false })).ok();
    // Nothing is billed to whoever is blocked.
    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "status": "blocked" })).ok();
    browser.go(&format!("{page}/finalize")).ok().assert_has(".notice", "This customer is blocked");
    browser.go(&format!("{NEW}?customerId={ana}")).ok().assert_has(".notice", "This customer is blocked");
    let gone = browser.fill(&format!("{page}/delete"), &[]).ok();
    gone.assert_has(".notice", "The draft was deleted");
    assert_eq!((drafts(&app).len(), browser.get(&page).status), (0, 404));
}
