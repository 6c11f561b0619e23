//! Several people, several tabs: nobody takes back what another did, nothing is done twice, nothing that was typed is lost.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::browser::{Browser, Form};
use crate::support::client::{at_once, string};
use crate::support::{OWNER, PASSWORD, TestApp};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Two people, each signed in.
fn two(app: &TestApp) -> (Browser, Browser) {
    (app.owner(), app.owner())
}

#[test]
fn of_forms_that_are_sent_at_once_one_wins() {
    let app = TestApp::start();
    let customer = app.full.new_customer("ana@example.com");
    let (path, api) = (format!("/admin/customers/{customer}/edit"), format!("/api/v1/customers/{customer}"));
    let owner = app.owner();
    for round in 0..5 {
        let people: Vec<(Browser, Form)> = (0..8)
            .map(|n| {
                let browser = owner.clone();
                let form = browser.get(&path).ok().form().fill(&[("name", &format!("Name {round}.{n}"))]);
                (browser, form)
            })
            .collect();
        let statuses = at_once(people.len(), |n| people[n].0.submit(&people[n].1).status);
        assert_eq!((statuses.iter().filter(|s| **s == 303).count(), statuses.iter().filter(|s| **s == 409).count()), (1, 7), "{statuses:?}");
        let winner = statuses.iter().position(|s| *s == 303).expect("one won");
        assert_eq!(app.full.get(&api).ok()["name"], json!(format!("Name {round}.{winner}")));
    }
    // The settings, which have no time of change, are held to the same.
    let (one, other) = two(&app);
    let forms =
        [(&one, "3"), (&other, "4")].map(|(browser, days)| (browser, browser.get("/admin/settings").ok().form().fill(&[("billing.pendingDays", days)])));
    let statuses = at_once(forms.len(), |n| forms[n].0.submit(&forms[n].1).status);
    assert_eq!(statuses.iter().map(|s| u32::from(*s)).sum::<u32>(), 303 + 409, "{statuses:?}");
}

#[test]
fn saving_once_more_keeps_what_somebody_else_changed() {
    let app = TestApp::start();
    let body = json!({ "email": "ana@example.com", "name": "Ana", "phone": "1", "address": { "line1": "Way 1", "city": "Berlin", "country": "DE" } });
    let customer = string(&app.full.post("/api/v1/customers", &body).expect(201)["id"]);
    let (path, api) = (format!("/admin/customers/{customer}/edit"), format!("/api/v1/customers/{customer}"));
    let browser = app.owner();
    let mine = browser.get(&path).ok().form().fill(&[("name", "Anna"), ("phone", "2"), ("address.city", "Bonn"), ("notes", "mine")]);
    app.full.patch(&api, &json!({ "email": "other@example.com", "phone": "3", "address": { "line1": "Way 2", "city": "Berlin" } })).ok();
    let page = browser.submit(&mine).expect(409);
    assert!(page.problem().contains("omebody else"), "{page}");
    // Mine where I typed, theirs where I did not; what both changed is marked with what they wrote.
    let form = page.form();
    for (name, value) in [
        ("name", "Anna"),
        ("phone", "2"),
        ("address.city", "Bonn"),
        ("notes", "mine"),
        ("email", "other@example.com"),
        ("address.line1", "Way 2"),
        ("address.country", ""),
    ] {
        assert_eq!(form.value(name), value, "{name}");
    }
    let marked = page.errors();
    assert!(marked.len() == 1 && marked["phone"].contains("put 3 here"), "{marked:?}");
    browser.submit(&form).expect(303);
    let now = app.full.get(&api).ok();
    assert_eq!([&now["name"], &now["phone"], &now["notes"], &now["email"]], [&json!("Anna"), &json!("2"), &json!("mine"), &json!("other@example.com")]);
    assert_eq!([&now["address"]["line1"], &now["address"]["city"], &now["address"]["country"]], [&json!("Way 2"), &json!("Bonn"), &Value::Null]);
    // A refusal in between does not make it forget what it showed.
    let mine = browser.get(&path).ok().form().fill(&[("name", "Third"), ("email", "no address")]);
    app.full.patch(&api, &json!({ "phone": "4" })).ok();
    let refused = browser.submit(&mine).expect(422).form();
    assert_eq!(refused.value("phone"), "4");
    let page = browser.submit(&refused.fill(&[("email", "other@example.com")])).expect(409);
    browser.submit(&page.form()).expect(303);
    assert_eq!(app.full.get(&api).ok()["phone"], json!("4"));
}

#[test]
fn a_form_without_a_version_changes_nothing() {
    let app = TestApp::start();
    let customer = app.full.new_customer("ana@example.com");
    let browser = app.owner();
    let form = browser.get(&format!("/admin/customers/{customer}/edit")).ok().form().fill(&[("name", "New")]);
    for version in ["", " ", "0", "name=00", "=", "ffffffffffffffffffffffffffffffff name=zz"] {
        browser.submit(&form.clone().force("version", version)).expect(409);
    }
    assert_eq!(app.full.get(&format!("/api/v1/customers/{customer}")).ok()["name"], Value::Null);
}

#[test]
fn two_people_do_not_both_take_a_payment_or_renew() {
    let app = TestApp::start();
    let (customer, product) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let made = app.full.post("/api/v1/subscriptions", &json!({ "customerId": customer, "productId": product })).expect(201);
    let (subscription, invoice) = (string(&made["id"]), string(&made["latestInvoiceId"]));
    let (one, other) = two(&app);
    let path = format!("/admin/invoices/{invoice}/mark-paid");
    let forms = [&one, &other].map(|browser| browser.get(&path).ok().form());
    // A part by one: the other is shown what is left instead of paying too much.
    one.submit(&forms[0].clone().fill(&[("amount", "4.00")])).expect(303);
    let page = other.submit(&forms[1]).expect(409);
    assert_eq!(page.form().value("amount"), "5.99");
    other.submit(&page.form()).expect(303);
    assert_eq!(app.count("SELECT COUNT(*) FROM balance_entry"), 0);
    for (what, typed, expected) in
        [("renew", vec![], "2026-04"), ("extend", vec![("days", "30")], "2026-04"), ("cancel", vec![("atPeriodEnd", "true")], "2026-04")]
    {
        let path = format!("/admin/subscriptions/{subscription}/{what}");
        let forms = [&one, &other].map(|browser| browser.get(&path).ok().form().fill(&typed));
        let before = app.full.get(&format!("/api/v1/subscriptions/{subscription}")).ok();
        one.submit(&forms[0]).expect(303);
        let after = app.full.get(&format!("/api/v1/subscriptions/{subscription}")).ok();
        assert_ne!(before, after, "{what} {expected}");
        let page = other.submit(&forms[1]).expect(409);
        assert!(page.problem().contains("omebody else"), "{page}");
        assert_eq!(app.full.get(&format!("/api/v1/subscriptions/{subscription}")).ok(), after, "{what}");
    }
    // Goodwill, too, is given once.
    let path = format!("/admin/customers/{customer}/balance");
    let forms = [&one, &other].map(|browser| browser.get(&path).ok().form().fill(&[("amount", "5")]));
    one.submit(&forms[0]).expect(303);
    other.submit(&forms[1]).expect(409);
}

#[test]
fn two_forms_outlive_one_session() {
    let app = TestApp::start();
    let browser = app.owner();
    let forms = ["first", "second"].map(|name| {
        let email = format!("{name}@example.com");
        browser.get("/admin/customers/new?x=1").ok().form().fill(&[("email", &email), ("notes", "typed")])
    });
    app.advance(DAY);
    let asked = forms.each_ref().map(|form| browser.submit(form).expect(401));
    let signed_in = browser.send_form(&asked[0].form().fill(&[("email", OWNER), ("password", PASSWORD)])).ok();
    app.guard(&browser);
    // The second tab's sign-in was tied to what there was before: its form is there again all the same, without a password.
    let page = browser.send_form(&asked[1].form().fill(&[("email", OWNER), ("password", "")])).ok();
    page.assert_has(".notice", "othing was changed yet");
    assert_eq!((page.form().value("email").as_str(), page.form().value("notes").as_str()), ("second@example.com", "typed"));
    assert_eq!(app.count("SELECT COUNT(*) FROM customer"), 0);
    browser.submit(&signed_in.form()).expect(303);
    // The first is done; the second is still to be found under its address, whatever became of the first.
    assert_eq!(browser.get(signed_in.path()).ok().form().value("email"), "");
    let page = browser.get(page.path()).ok();
    assert_eq!(page.form().value("email"), "second@example.com");
    browser.submit(&page.form()).expect(303);
    assert_eq!(app.count("SELECT COUNT(*) FROM customer"), 2);
}

#[test]
fn a_form_outlives_a_sign_out_in_another_tab() {
    let app = TestApp::start();
    let browser = app.owner();
    let form = browser.get("/admin/customers/new").ok().form().fill(&[("email", "kept@example.com")]);
    browser.press("/admin", "/admin/sign-out");
    assert!(!browser.is_signed_in());
    let asked = browser.submit(&form).expect(401);
    assert_eq!(app.count("SELECT COUNT(*) FROM customer"), 0);
    // From elsewhere, or from who knows where, nothing is taken along.
    browser.submit_with(&form, &[]).expect(403);
    browser.submit_with(&form, &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")]).expect(403);
    let page = browser.send_form(&asked.form().fill(&[("email", OWNER), ("password", PASSWORD)])).ok();
    app.guard(&browser);
    assert_eq!(page.form().value("email"), "kept@example.com");
    browser.submit(&page.form()).expect(303);
}

#[test]
fn a_sign_in_that_was_left_open_leads_on() {
    let app = TestApp::start();
    app.owner();
    let browser = app.browser();
    let left = browser.get("/admin/login?next=%2Fadmin%2Fproducts").ok().form();
    browser.sign_in(OWNER, PASSWORD);
    app.guard(&browser);
    let page = browser.submit(&left.clone().fill(&[("email", OWNER), ("password", PASSWORD)]));
    assert_eq!((page.status, page.location().as_deref()), (303, Some("/admin/products")), "{page}");
    // Signed out again in between: the sign-in comes anew, and keeps the address.
    browser.press("/admin", "/admin/sign-out");
    let again = browser.submit(&left.force("csrf", &"0".repeat(64)).fill(&[("email", OWNER), ("password", PASSWORD)])).expect(403);
    assert_eq!(again.form().value("email"), OWNER);
    assert!(again.problem().contains("once more"), "{again}");
    browser.submit(&again.form().fill(&[("password", PASSWORD)])).expect(303);
    app.guard(&browser);
    // Another site cannot have it answered.
    let other = app.browser();
    let form = other.get("/admin/login").ok().form().fill(&[("email", OWNER), ("password", PASSWORD)]);
    let page = other.submit_with(&form.force("csrf", "00"), &[("origin", "https://evil.example")]).expect(403);
    assert!(!page.html.contains(OWNER) && !other.is_signed_in(), "{page}");
}

#[test]
fn what_cannot_be_done_any_more_is_said_at_once() {
    let app = TestApp::start();
    let (customer, product) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let invoice = || string(&app.full.subscribe(&customer, &product, json!({}))["latestInvoiceId"]);
    let (one, other) = (app.owner(), app.owner());
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    for (browser, said) in [(&other, "This invoice is already paid."), (&arabic, "مدفوعة")] {
        for what in ["void", "write-off", "mark-paid"] {
            let invoice = invoice();
            let form = browser.get(&format!("/admin/invoices/{invoice}/{what}")).ok().form();
            one.fill(&format!("/admin/invoices/{invoice}/mark-paid"), &[]).ok();
            let page = browser.send_form(&form).ok();
            page.assert_has(".notice", said);
            assert!(page.path().starts_with(&format!("/admin/invoices/{invoice}")), "{}", page.path());
        }
    }
    // A draft that was finalised, a subscription that was cancelled or paused.
    let lines = json!([{ "description": "Box", "unitAmount": "1.00" }]);
    for what in ["delete", "finalize"] {
        let draft = string(&app.full.post("/api/v1/invoices", &json!({ "customerId": customer, "lines": lines })).created()["id"]);
        let form = other.get(&format!("/admin/invoices/{draft}/{what}")).ok().form();
        one.fill(&format!("/admin/invoices/{draft}/finalize"), &[]).ok();
        let page = other.send_form(&form).ok();
        assert!(!page.texts(".notice").is_empty() && page.path().starts_with(&format!("/admin/invoices/{draft}")), "{what}: {page}");
    }
    for (what, first) in [("pause", "cancel"), ("cancel", "cancel"), ("pause", "pause")] {
        let subscription = string(&app.full.subscribe(&customer, &product, json!({ "payment": "manual" }))["id"]);
        let form = other.get(&format!("/admin/subscriptions/{subscription}/{what}")).ok().form();
        let typed: &[(&str, &str)] = if first == "cancel" { &[("atPeriodEnd", "false")] } else { &[] };
        one.fill(&format!("/admin/subscriptions/{subscription}/{first}"), typed).ok();
        let page = other.send_form(&form).ok();
        assert!(!page.texts(".notice").is_empty() && page.path().starts_with(&format!("/admin/subscriptions/{subscription}")), "{what}: {page}");
    }
    // What still can be done is asked again, with no word of what was typed.
    let invoice = invoice();
    let form = other.get(&format!("/admin/invoices/{invoice}/void")).ok().form();
    let in_arabic = arabic.get(&format!("/admin/invoices/{invoice}/void")).ok().form();
    one.fill(&format!("/admin/invoices/{invoice}/mark-paid"), &[("amount", "1.00")]).ok();
    let page = other.submit(&form).expect(409);
    assert!(page.problem().contains("press once more") && !page.problem().contains("Your changes"), "{page}");
    assert!(arabic.submit(&in_arabic).expect(409).problem().contains("لم يُنفذ شيء"));
    other.submit(&page.form()).expect(303);
}
