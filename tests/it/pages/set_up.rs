//! The first run: the link that makes the owner's account.

use std::time::Duration;

use crate::support::client::at_once;
use crate::support::{OWNER, PASSWORD, TestApp};

fn link(app: &TestApp) -> String {
    format!("/admin/setup/{}", app.app.set_up_begin().expect("the database can be read").expect("there is no account yet"))
}

const GOOD: [(&str, &str); 5] =
    [("email", OWNER), ("password", PASSWORD), ("business.name", "Acme"), ("business.currency", "EUR"), ("business.timezone", "Europe/Berlin")];

#[test]
fn the_link_makes_the_account_once_and_leads_to_the_first_key() {
    let app = TestApp::start();
    let (link, browser) = (link(&app), app.browser());
    browser.get("/admin/login").ok().assert_has(".lead", "There is no account yet");
    let form = browser.get(&link).ok().form();
    let page = browser.submit(&form.clone().fill(&GOOD));
    assert_eq!(page.location().as_deref(), Some("/admin/settings/keys/new?first=1"), "{page}");
    app.guard(&browser);
    let settings = app.full.get("/api/v1/settings").ok();
    assert_eq!((&settings["business"]["name"], &settings["business"]["currency"]), (&"Acme".into(), &"EUR".into()));
    assert_eq!(settings["business"]["timezone"], "Europe/Berlin");
    // The key that is made there works at once.
    let page = browser.follow(page);
    page.assert_has(".lead", "Your account is ready");
    let made = browser.submit(&page.form().fill(&[("name", "First")])).expect(201);
    let secret = made.text_of("#secret");
    let me = app.stranger(&secret).get("/api/v1/me").ok();
    assert_eq!(me["name"], "First");
    // The link has done its work, for whoever has it and for the form that was open.
    let stranger = app.browser();
    let token = stranger.get("/admin/login").csrf();
    for page in [stranger.get(&link), browser.get(&link), stranger.submit(&form.fill(&GOOD).force("csrf", &token)), stranger.get("/admin/setup/garbage")] {
        assert_eq!(page.status, 410, "{page}");
        page.assert_has("main p", "The account exists already");
    }
    assert!(app.app.set_up_begin().expect("the database can be read").is_none());
    assert_eq!(app.count("SELECT COUNT(*) FROM admin"), 1);
}

#[test]
fn the_link_works_for_thirty_minutes_and_another_takes_its_place() {
    let app = TestApp::start();
    let (first, browser) = (link(&app), app.browser());
    let before = app.row_counts();
    app.advance(Duration::from_secs(30 * 60) - Duration::from_millis(1));
    let form = browser.get(&first).ok().form().fill(&GOOD);
    app.advance(Duration::from_millis(1));
    let dead = |page: crate::support::browser::Page| {
        assert_eq!(page.status, 410, "{page}");
        page.assert_has("main p", "This link no longer works");
    };
    dead(browser.get(&first));
    dead(browser.submit(&form));
    // Wall time has no say in it.
    let second = link(&app);
    app.clock.set_wall(crate::support::at("2020-01-01T00:00:00Z"));
    browser.get(&second).ok();
    let third = link(&app);
    for path in [&second, "/admin/setup/garbage", "/admin/setup/%00", &format!("{third}0"), &format!("/admin/setup/{}", "f".repeat(64))] {
        dead(browser.get(path));
        dead(browser.post(path, &form.pairs(), &[]));
    }
    assert_eq!(app.row_counts(), before);
    browser.submit(&browser.get(&third).ok().form().fill(&GOOD)).expect(303);
    app.guard(&browser);
}

#[test]
fn two_set_ups_at_once_make_one_owner() {
    let app = TestApp::start();
    let link = link(&app);
    let answers = at_once(2, |n| {
        let browser = app.browser();
        let email = format!("owner{n}@example.com");
        let form = browser.get(&link).ok().form().fill(&GOOD).fill(&[("email", &email)]);
        let page = browser.submit(&form);
        (page.status, page.location(), browser.session().is_some())
    });
    let made: Vec<_> = answers.iter().filter(|a| a.0 == 303).collect();
    assert_eq!(made.len(), 1, "{answers:?}");
    // The other is told that there is an account, whichever of the two looks noticed.
    assert!(answers.iter().any(|a| matches!(a, (409 | 410, None, false))), "{answers:?}");
    assert_eq!((app.count("SELECT COUNT(*) FROM admin"), app.count("SELECT COUNT(*) FROM session")), (1, 1));
}

#[test]
fn wrong_fields_are_named_and_keep_what_was_typed() {
    let app = TestApp::start();
    let (link, browser) = (link(&app), app.browser());
    let before = app.row_counts();
    let typed = [("email", "no address"), ("password", "short"), ("business.name", "\u{1}"), ("business.timezone", "Mars/Olympus")];
    let page = browser.submit(&browser.get(&link).ok().form().fill(&typed)).expect(422);
    assert_eq!(page.wrong(), ["business.name", "business.timezone", "email", "password"]);
    let form = page.form();
    assert_eq!((form.value("email").as_str(), form.value("business.timezone").as_str()), ("no address", "Mars/Olympus"));
    assert_eq!(form.value("password"), "");
    assert!(!page.html.contains("short"), "the password is shown");
    // Nothing at all.
    let empty = [("email", ""), ("password", ""), ("business.name", " "), ("business.timezone", "")];
    let page = browser.submit(&browser.get(&link).ok().form().fill(&empty)).expect(422);
    assert_eq!(page.wrong(), ["business.name", "business.timezone", "email", "password"]);
    assert_eq!(app.row_counts(), before);
    // Then it is set right in the same form.
    browser.submit(&page.form().fill(&GOOD)).expect(303);
    app.guard(&browser);
}
