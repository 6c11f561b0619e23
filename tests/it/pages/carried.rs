//! A session that ends in the middle of a form: nothing that was typed is lost, and nothing is done without being sent again.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::sample::{Sample, form_routes, pairs};
use crate::support::browser::{Browser, Form, Page};
use crate::support::{OWNER, PASSWORD, TestApp};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Of one's own account no password is shown again.
fn is_own_password(path: &str, name: &str) -> bool {
    path.starts_with("/admin/account/") && matches!(name, "current" | "password")
}

fn typed(form: &Form) -> BTreeMap<String, String> {
    form.typed().into_iter().filter(|(name, _)| !is_own_password(&form.action, name)).collect()
}

/// Rows, but for the session that a sign-in makes.
fn rows(app: &TestApp) -> Vec<(String, i64)> {
    app.row_counts().into_iter().filter(|(table, _)| table != "session").collect()
}

/// Sends a form with a session that is over, and signs in; the answer leads to the form as it was typed.
fn sign_in_again(app: &TestApp, browser: &Browser, form: &Form) -> Page {
    let asked = browser.submit(form).expect(401);
    asked.assert_has(".lead", "nothing was changed yet");
    let page = browser.submit(&asked.form().fill(&[("email", OWNER), ("password", PASSWORD)]));
    app.guard(browser);
    page
}

#[test]
fn every_form_outlives_a_session() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    for (n, route) in form_routes().into_iter().enumerate() {
        let sample = Sample::of(&app, &n.to_string());
        let path = sample.path(&route);
        let browser = app.owner();
        let form = sample.fill(&browser.get(&path).ok().form());
        app.advance(DAY);
        let before = rows(&app);
        if form.typed().is_empty() {
            // Nothing was typed: the question is asked again.
            let page = browser.follow(browser.submit(&form).expect(303));
            let page = browser.send_form(&page.form().fill(&[("email", OWNER), ("password", PASSWORD)])).ok();
            assert_eq!((page.path(), rows(&app)), (format!("{path}?done=undone").as_str(), before));
            assert!(page.text_of(".notice").contains("was not done"), "{page}");
            continue;
        }
        let asked = browser.submit(&form).expect(401);
        assert_eq!((asked.form().action.as_str(), asked.form().value("next")), ("/admin/login", path.clone()));
        for (name, text) in form.typed().into_iter().filter(|(_, text)| text.contains("carried")) {
            assert!(!asked.html.contains(&text), "{path} shows {name} to whoever is signed out");
        }
        assert!(!asked.html.contains("carried password"), "{path}");
        // A slip in between loses nothing either.
        let asked = browser.submit(&asked.form().fill(&[("email", OWNER), ("password", "a wrong password")])).expect(401);
        let page = browser.send_form(&asked.form().fill(&[("email", OWNER), ("password", PASSWORD)])).ok();
        app.guard(&browser);
        page.assert_has(".notice", "Nothing was changed yet");
        assert_eq!(typed(&page.form()), typed(&form), "{path}");
        assert_eq!((rows(&app), page.form().action.as_str()), (before.clone(), path.as_str()));
        // It has an address of its own: loaded again it is the same.
        assert_eq!(typed(&browser.get(page.path()).ok().form()), typed(&form), "{path}");
        // Sent once more it is done, and sent twice it is done once.
        let own = [("current", PASSWORD), ("password", PASSWORD)];
        let form = if path == "/admin/account/password" { page.form().fill(&own) } else { page.form() };
        let done = browser.submit(&form);
        assert!(matches!(done.status, 201 | 303), "{done}");
        let after = rows(&app);
        assert!(after != before || path.starts_with("/admin/account/") || path == "/admin/test-clock", "{path} did nothing");
        let again = browser.submit(&form);
        assert!(matches!(again.status, 200 | 303), "{again}");
        assert_eq!((again.location(), rows(&app)), (done.location(), after), "{path}");
        // Gone back to, it says no more that it is to be sent.
        let back = browser.go(page.path());
        assert!(back.texts(".notice").iter().all(|notice| !notice.contains("Nothing was changed yet")), "{back}");
    }
}

#[test]
fn what_is_carried_is_ours_and_young_or_nothing() {
    let app = TestApp::start();
    let customers = || app.count("SELECT COUNT(*) FROM customer");
    let form = |browser: &Browser| browser.get("/admin/customers/new").ok().form().fill(&[("email", "typed@example.com"), ("password", "carried password")]);
    let browser = app.owner();
    let mine = form(&browser);
    app.advance(DAY);
    let asked = browser.submit(&mine).expect(401).form();
    let carried = asked.value("carried");
    assert!(carried.len() > 100 && carried.bytes().all(|b| b.is_ascii_hexdigit()), "{carried}");
    // What another server sealed, with another key.
    let other_app = TestApp::start();
    let other = other_app.owner();
    let others = form(&other);
    other_app.advance(DAY);
    let foreign = {
        let directory = tempfile::tempdir().expect("a directory");
        let entropy = std::sync::Arc::new(billhead::clock::Entropy::seeded(99));
        let vault = billhead::secret::Vault::open(&directory.path().join("key"), true, &entropy).expect("a key");
        let text = json!({ "at_ms": billhead::clock::Clock::wall(&*app.clock).ms(), "form": { "path": "/admin/customers/new", "pairs": [["email", "evil@example.com"]] } }).to_string();
        let sealed = vault.seal("carried form", text.as_bytes(), &entropy).expect("it can be sealed");
        sealed.iter().map(|b| format!("{b:02x}")).collect::<String>()
    };
    drop(other.submit(&others));
    let mut flipped = carried.clone();
    let last = if flipped.ends_with('0') { "1" } else { "0" };
    flipped.replace_range(flipped.len() - 1.., last);
    let mut credentials = asked.fill(&[("email", OWNER), ("password", PASSWORD)]);
    for wrong in [flipped.as_str(), &carried[2..], &carried[..carried.len() - 2], "00", "zz", "", "\u{1}", &foreign, &"ab".repeat(100_000)] {
        app.advance(Duration::from_secs(30));
        let visitor = app.browser();
        let token = visitor.get("/admin/login").csrf();
        let page = visitor.submit(&credentials.clone().force("csrf", &token).force("carried", wrong));
        assert_eq!((page.status, page.location().as_deref()), (303, Some("/admin/customers/new")), "{page}");
        let page = visitor.follow(page).ok();
        assert_eq!(page.form().value("email"), "", "{page}");
    }
    // Just young enough, and too old.
    app.advance(Duration::from_secs(60 * 60 - 9 * 30) - Duration::from_millis(1));
    credentials = credentials.force("carried", &carried);
    let early = app.browser();
    let page = early.send_form(&credentials.clone().force("csrf", &early.get("/admin/login").csrf())).ok();
    assert_eq!(page.form().value("email"), "typed@example.com");
    // What was typed is of this session alone, and not for longer than it is carried.
    let other = app.owner();
    assert_eq!(other.get(page.path()).ok().form().value("email"), "");
    for mark in ["", "0", "%00", "x&resumed=y"] {
        assert_eq!(early.get(&format!("/admin/customers/new?resumed={mark}")).ok().form().value("email"), "");
    }
    app.advance(Duration::from_millis(1));
    assert_eq!(early.get(page.path()).ok().form().value("email"), "");
    let late = browser.submit(&credentials).expect(303);
    assert_eq!(browser.follow(late).ok().form().value("email"), "");
    // None of it did anything.
    assert_eq!(customers(), 0);
}

#[test]
fn a_resumed_form_that_is_refused_first_is_done_all_the_same() {
    let app = TestApp::start();
    let browser = app.owner();
    let form = browser.get("/admin/customers/new").ok().form().fill(&[("email", "nobody"), ("name", "Ana")]);
    app.advance(DAY);
    let asked = browser.submit(&form).expect(401);
    let resumed = browser.send_form(&asked.form().fill(&[("email", OWNER), ("password", PASSWORD)])).ok();
    app.guard(&browser);
    let refused = browser.submit(&resumed.form()).expect(422);
    assert_eq!(browser.get(resumed.path()).ok().form().value("name"), "Ana", "it is not done yet");
    browser.submit(&refused.form().fill(&[("email", "ana@example.com")])).expect(303);
    assert_eq!(browser.get(resumed.path()).ok().form().value("name"), "");
}

#[test]
fn a_form_of_what_is_gone_signs_in_all_the_same() {
    let app = TestApp::start();
    let customer = app.full.new_customer("gone@example.com");
    let browser = app.owner();
    let form = browser.get(&format!("/admin/customers/{customer}/edit")).ok().form().fill(&[("name", "New name")]);
    app.full.delete(&format!("/api/v1/customers/{customer}")).ok();
    app.advance(DAY);
    let page = sign_in_again(&app, &browser, &form).expect(303);
    browser.follow(page).expect(404);
    assert!(browser.is_signed_in());
}

#[test]
fn the_form_speaks_the_accounts_language_after_the_sign_in() {
    let app = TestApp::start();
    let browser = app.owner();
    browser.fill("/admin/account/language", &[("language", "ar")]).ok();
    let form = browser.get("/admin/customers/new").ok().form().fill(&[("name", "Ana")]);
    app.advance(DAY);
    let asked = browser.submit(&form).expect(401);
    assert_eq!(asked.attributes("html", "lang"), ["en"], "the browser's language until it is known who comes");
    let page = browser.send_form(&asked.form().fill(&[("email", OWNER), ("password", PASSWORD)])).ok();
    assert_eq!(page.attributes("html", "lang"), ["ar"]);
}

#[test]
fn a_form_in_another_tab_outlives_the_sign_in_in_the_first() {
    let app = TestApp::start();
    let browser = app.owner();
    let form = browser.get("/admin/customers/new").ok().form().fill(&[("email", "tab@example.com"), ("password", "carried password")]);
    app.advance(DAY);
    browser.sign_in(OWNER, PASSWORD);
    app.guard(&browser);
    let before = rows(&app);
    let page = browser.submit(&form).expect(403);
    page.assert_has(".notice", "Nothing was changed yet");
    assert_eq!((typed(&page.form()), rows(&app)), (typed(&form), before));
    // Only a browser that says itself that the form came from here is shown it again.
    let silent = browser.submit_with(&form, &[]).expect(403);
    assert!(!silent.html.contains("tab@example.com"), "{silent}");
    browser.submit(&page.form()).expect(303);
    assert_eq!(app.count("SELECT COUNT(*) FROM customer"), 1);
}

#[test]
fn more_than_a_form_holds_is_not_carried() {
    let app = TestApp::start();
    let browser = app.owner();
    let token = super::sample::token(&browser);
    app.advance(DAY);
    let page = browser.post("/admin/customers/new", &pairs(&[("csrf", &token), ("notes", &"x".repeat(200_000))]), &[]).expect(303);
    assert_eq!(page.location().as_deref(), Some("/admin/login?next=%2Fadmin%2Fcustomers%2Fnew%3Fdone%3Dundone&bye=undone"));
}
