//! Signing in and out: who gets in, how often one may try, and what a session is worth.

use std::time::Duration;

use billhead::domain::id::{SessionId, TypedId};

use crate::support::browser::{Browser, Page};
use crate::support::{OWNER, PASSWORD, Setup, TestApp};

const HOUR: Duration = Duration::from_secs(3600);
const WRONG: &str = "not the password at all";

fn behind_proxy() -> TestApp {
    TestApp::with(&Setup { trusted_proxies: "127.0.0.1", ..Setup::default() })
}

/// A browser that comes from this address, behind the proxy.
fn from(app: &TestApp, address: &str) -> Browser {
    app.browser().with("x-forwarded-for", address)
}

/// What two answers have in common has no difference: the address that was typed is taken out.
fn bare(page: &Page, email: &str) -> String {
    page.html.replace(&format!("value=\"{email}\""), "value=\"\"")
}

#[test]
fn the_right_password_gets_in_and_the_address_in_any_case() {
    let app = TestApp::start();
    app.owner();
    for email in [OWNER, "OWNER@Example.COM", "  owner@example.com "] {
        let browser = app.browser();
        browser.sign_in(email, PASSWORD);
        app.guard(&browser);
        browser.go("/admin").ok().assert_has(".rail .who a", OWNER);
        // Whoever is signed in has no use for the sign-in.
        assert_eq!(browser.get("/admin/login").location().as_deref(), Some("/admin"));
        assert_eq!(browser.get("/admin/login?next=%2Fadmin%2Fcustomers").location().as_deref(), Some("/admin/customers"));
    }
}

#[test]
fn a_wrong_password_and_an_unknown_account_are_answered_alike() {
    let app = behind_proxy();
    app.owner();
    let before = app.row_counts();
    let browser = app.browser();
    let wrong = browser.try_sign_in(OWNER, WRONG).expect(401);
    assert!(wrong.problem().contains("is wrong"), "{wrong}");
    assert_eq!(wrong.form().value("email"), OWNER);
    assert!(!wrong.html.contains(WRONG));
    let same_to = bare(&wrong, OWNER);
    for (email, password) in [
        ("nobody@example.com", PASSWORD),
        ("nobody@example.com", WRONG),
        (OWNER, "short"),
        (OWNER, ""),
        ("no address", WRONG),
        ("", ""),
        (OWNER, &"x".repeat(5000)),
    ] {
        let page = browser.try_sign_in(email, password).expect(401);
        assert_eq!(bare(&page, email), same_to, "{email}");
        assert_eq!(page.set_cookies(), wrong.set_cookies());
    }
    // Somebody who is far too long for an address.
    let page = browser.try_sign_in(&"x".repeat(10_000), WRONG).expect(401);
    assert!(page.problem().contains("is wrong"));
    assert_eq!(app.row_counts(), before);
    assert!(!browser.is_signed_in());
}

#[test]
fn a_try_that_cannot_succeed_costs_the_work_of_one_that_could() {
    // Checking a password takes no chance. Where there is nothing to check, a hash is made instead, with a salt of its own:
    // by what the source of chance gives next it shows whether that was done.
    let next_chance_after = |email: &str, password: &str| {
        let app = TestApp::start();
        app.owner();
        app.browser().try_sign_in(email, password).expect(401);
        app.app.entropy.bytes::<16>()
    };
    let checked = next_chance_after(OWNER, WRONG);
    let hashed = next_chance_after("nobody@example.com", WRONG);
    assert_ne!(checked, hashed, "an unknown account costs nothing");
    for (email, password) in [(OWNER, "short"), ("no address", WRONG), ("", "")] {
        assert_eq!(next_chance_after(email, password), hashed, "{email} {password}");
    }
}

#[test]
fn tries_are_limited_by_account_and_by_address_and_waiting_helps() {
    let app = behind_proxy();
    let owner = app.owner();
    // One account from many addresses: the owner's own sign-in at the set-up was none.
    for n in 0..10 {
        from(&app, &format!("192.0.2.{n}")).try_sign_in(&OWNER.to_uppercase(), WRONG).expect(401);
    }
    let late = from(&app, "192.0.2.99");
    let page = late.try_sign_in(OWNER, PASSWORD).expect(429);
    assert_eq!(page.header("retry-after"), Some("30"));
    assert!(page.problem().contains("30 seconds"), "{page}");
    assert_eq!(page.form().value("email"), OWNER);
    assert!(!late.is_signed_in() && owner.is_signed_in());
    app.advance(Duration::from_secs(29));
    late.try_sign_in(OWNER, PASSWORD).expect(429);
    app.advance(Duration::from_secs(1));
    late.sign_in(OWNER, PASSWORD);
    // An account that there is not is limited alike: nothing tells it from one that there is.
    for n in 0..10 {
        from(&app, &format!("192.0.2.{n}")).try_sign_in("nobody@example.com", WRONG).expect(401);
    }
    let page = from(&app, "192.0.2.98").try_sign_in("nobody@example.com", WRONG).expect(429);
    assert_eq!(page.header("retry-after"), Some("30"));
    // Many accounts from one address.
    let busy = from(&app, "203.0.113.7");
    for n in 0..20 {
        busy.try_sign_in(&format!("nobody{n}@example.com"), WRONG).expect(401);
    }
    let page = busy.try_sign_in("somebody@example.com", WRONG).expect(429);
    assert_eq!(page.header("retry-after"), Some("6"));
    from(&app, "203.0.113.8").try_sign_in("somebody@example.com", WRONG).expect(401);
    app.advance(Duration::from_secs(6));
    busy.try_sign_in("somebody@example.com", WRONG).expect(401);
}

#[test]
fn strangers_who_try_do_not_lock_out_a_browser_that_was_signed_in_before() {
    let app = behind_proxy();
    let owner = app.owner();
    owner.press("/admin", "/admin/sign-out").ok();
    for n in 0..10 {
        from(&app, &format!("192.0.2.{n}")).try_sign_in(OWNER, WRONG).expect(401);
    }
    from(&app, "192.0.2.99").try_sign_in(OWNER, PASSWORD).expect(429);
    // What the cookie of another account is worth, or a made-up one.
    let liar = from(&app, "192.0.2.98");
    liar.set_cookie("billhead_known", &"ab".repeat(32));
    liar.try_sign_in(OWNER, PASSWORD).expect(429);
    owner.sign_in(OWNER, PASSWORD);
    assert!(owner.is_signed_in());
}

#[test]
fn another_password_makes_strangers_of_all_browsers_but_the_one_that_set_it() {
    const NEXT: &str = "a mule that counts to ten";
    let app = behind_proxy();
    let (owner, other) = (app.owner(), app.owner());
    owner.fill("/admin/account/password", &[("current", PASSWORD), ("password", NEXT)]).ok();
    // The other browser's own sign-in was the first of a stranger's ten.
    for n in 0..9 {
        from(&app, &format!("192.0.2.{n}")).try_sign_in(OWNER, WRONG).expect(401);
    }
    other.try_sign_in(OWNER, NEXT).expect(429);
    owner.press("/admin", "/admin/sign-out").ok();
    owner.sign_in(OWNER, NEXT);
    // Set from the command line, it makes strangers of all.
    let email = billhead::domain::text::Email::parse(OWNER).expect("an address");
    let password = billhead::domain::text::Password::parse(PASSWORD).expect("a password");
    billhead::app::admin::admin_reset_password(&app.app.db, &app.app.entropy, Some(email), &password).expect("the password can be set");
    owner.try_sign_in(OWNER, PASSWORD).expect(429);
}

#[test]
fn an_address_that_no_trusted_proxy_tells_is_not_believed() {
    let app = TestApp::start();
    app.owner();
    for n in 0..20 {
        from(&app, &format!("192.0.2.{n}")).try_sign_in(&format!("nobody{n}@example.com"), WRONG).expect(401);
    }
    from(&app, "192.0.2.77").try_sign_in("nobody@example.com", WRONG).expect(429);
}

#[test]
fn cookies_are_secure_behind_tls_and_only_there() {
    let names = |browser: &Browser| browser.cookies().into_keys().collect::<Vec<_>>();
    // The proxy's word counts where the proxy is trusted.
    let (trusting, plain) = (behind_proxy(), TestApp::start());
    let outside = TestApp::with(&Setup { public_url: "https://billing.example.com", ..Setup::default() });
    for app in [&trusting, &plain, &outside] {
        app.owner_as(app.browser().with("x-forwarded-proto", "https"));
    }
    for (app, forwarded, secure) in [
        (&trusting, Some("https"), true),
        (&trusting, Some("http"), false),
        (&trusting, None, false),
        (&plain, Some("https"), false),
        (&plain, None, false),
        (&outside, None, true),
        (&outside, Some("http"), true),
    ] {
        let mut browser = app.browser();
        browser.headers.extend(forwarded.map(|proto| ("x-forwarded-proto", proto.to_owned())));
        let first = browser.get("/admin/login").ok();
        let page = browser.try_sign_in(OWNER, PASSWORD).expect(303);
        app.guard(&browser);
        for cookie in first.set_cookies().into_iter().chain(page.set_cookies()) {
            assert_eq!(cookie.contains("; Secure"), secure, "{forwarded:?} {cookie}");
            assert_eq!(cookie.starts_with("__Host-"), secure, "{forwarded:?} {cookie}");
        }
        let expected = ["known", "session", "visitor"].map(|name| format!("{}billhead_{name}", if secure { "__Host-" } else { "" }));
        assert_eq!(names(&browser), expected);
        assert!(browser.is_signed_in());
        // A session from one side of TLS is none on the other.
        if secure {
            let token = browser.session().unwrap_or_default();
            let other = app.browser().with("x-forwarded-proto", "https");
            other.set_cookie("billhead_session", &token);
            assert!(!other.is_signed_in());
        }
    }
}

#[test]
fn a_token_that_was_planted_is_worth_nothing() {
    let app = TestApp::start();
    app.owner();
    let planted = "ab".repeat(32);
    let browser = app.browser();
    browser.set_cookie("billhead_session", &planted);
    assert!(!browser.is_signed_in());
    browser.sign_in(OWNER, PASSWORD);
    app.guard(&browser);
    let token = browser.session().unwrap_or_default();
    assert!(token != planted && token.len() == 64, "{token}");
    let attacker = app.browser();
    attacker.set_cookie("billhead_session", &planted);
    assert!(!attacker.is_signed_in());
    // A second sign-in ends the session that this browser had.
    let old = browser.clone();
    let page = old.get("/admin/login");
    assert_eq!(page.location().as_deref(), Some("/admin"), "the sign-in is not shown to the signed in: {page}");
    let token = old.get("/admin/account").csrf();
    let form = [("csrf", token.as_str()), ("email", OWNER), ("password", PASSWORD)].map(|(n, v)| (n.to_owned(), v.to_owned()));
    browser.post("/admin/login", &form, &[]).expect(303);
    app.guard(&browser);
    assert!(browser.is_signed_in() && !old.is_signed_in());
    assert_eq!(app.count("SELECT COUNT(*) FROM session"), 2);
}

#[test]
fn one_signs_out_here_or_everywhere() {
    let app = TestApp::start();
    let (first, second, third) = (app.owner(), app.owner(), app.owner());
    let stolen = first.clone();
    let page = first.press("/admin", "/admin/sign-out").ok();
    assert_eq!(page.path(), "/admin/login?bye=1");
    page.assert_has(".lead", "You are signed out");
    assert_eq!(first.session(), None, "the cookie is taken away");
    assert!(!first.is_signed_in() && !stolen.is_signed_in() && second.is_signed_in());
    second.press("/admin/account", "/admin/sign-out-everywhere").ok();
    assert!(!second.is_signed_in() && !third.is_signed_in());
    assert_eq!(app.count("SELECT COUNT(*) FROM session"), 0);
}

#[test]
fn sessions_are_listed_and_ended_one_by_one() {
    let app = TestApp::start();
    let here = app.owner();
    let other = app.owner_as(app.browser().with("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"));
    let page = here.get("/admin/account").ok();
    let rows = page.rows();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(rows.iter().filter(|r| r.contains("this browser")).count(), 1, "{rows:?}");
    assert!(rows.iter().any(|r| r.contains("Firefox · Linux") && r.contains("127.0.0.1") && !r.contains("this browser")), "{rows:?}");
    let ends: Vec<String> = page.attributes("tbody form", "action");
    assert_eq!(ends.len(), 1, "one's own session is ended by signing out: {ends:?}");
    assert!(other.is_signed_in());
    here.press("/admin/account", &ends[0]).ok().assert_has(".notice", "That browser is signed out");
    assert!(here.is_signed_in() && !other.is_signed_in());
    // It is gone; so is what never was.
    let token = here.get("/admin/account").csrf();
    let pairs = [("csrf".to_owned(), token)];
    for path in [ends[0].as_str(), "/admin/account/sessions/ses_019ab1f0c0de70008000000000000001/end", "/admin/account/sessions/x/end"] {
        here.post(path, &pairs, &[]).expect(404);
    }
    // Another's session is none of the caller's.
    let mut app = app;
    app.tamper(
        "INSERT INTO admin (id, created_at, updated_at, email, email_key, password_hash) VALUES (x'00112233445566778899aabbccddee01', 0, 0, 'b@b', 'b@b', '');
         INSERT INTO session (id, admin, token_hash, created_at, last_seen_at, address, user_agent)
         SELECT x'00112233445566778899aabbccddee02', row, zeroblob(32), 9000000000000, 9000000000000, '', '' FROM admin WHERE email = 'b@b'",
    );
    let theirs = SessionId::from_uuid(uuid::Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_ee02)).text();
    here.post(&format!("/admin/account/sessions/{theirs}/end"), &pairs, &[]).expect(404);
    assert_eq!(app.count("SELECT COUNT(*) FROM session"), 2);
    assert_eq!(here.get("/admin/account").rows().len(), 1);
}

#[test]
fn a_session_ends_after_a_day_of_rest_and_after_thirty_days() {
    let app = TestApp::start();
    let browser = app.owner();
    // Seen now and then it stays, but not longer than thirty days.
    for _ in 0..(29 * 24 / 23) {
        app.advance(23 * HOUR);
        assert!(browser.is_signed_in());
    }
    app.advance_to("2026-03-01T20:00:00Z");
    assert!(browser.is_signed_in());
    app.advance_to("2026-03-02T09:59:59Z");
    assert!(browser.is_signed_in(), "not yet thirty days");
    app.advance_to("2026-03-02T10:00:00Z");
    assert!(!browser.is_signed_in());
    let idle = app.owner();
    app.advance(24 * HOUR - Duration::from_millis(1));
    assert!(idle.is_signed_in());
    app.advance(24 * HOUR);
    assert!(!idle.is_signed_in());
    // One that is over is not listed, and its row goes with the next sign-in.
    let new = app.owner();
    assert_eq!(new.get("/admin/account").rows().len(), 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM session"), 1);
}

#[test]
fn the_password_is_changed_by_who_knows_it_and_ends_the_other_sessions() {
    const NEXT: &str = "a mule that counts to ten";
    let app = TestApp::start();
    let (here, other) = (app.owner(), app.owner());
    let path = "/admin/account/password";
    let page = here.fill(path, &[("current", "wrong password"), ("password", NEXT)]).expect(422);
    assert_eq!(page.errors().into_iter().collect::<Vec<_>>(), [("current".to_owned(), "This is not your current password".to_owned())]);
    assert!(!page.html.contains(NEXT) && !page.html.contains("wrong password"));
    assert_eq!(here.fill(path, &[("current", "short"), ("password", "small")]).expect(422).wrong(), ["current", "password"]);
    assert_eq!(here.fill(path, &[]).expect(422).wrong(), ["current", "password"]);
    assert!(other.is_signed_in());
    let page = here.fill(path, &[("current", PASSWORD), ("password", NEXT)]).ok();
    assert_eq!(page.path(), "/admin/account?done=password");
    assert!(here.is_signed_in() && !other.is_signed_in());
    app.browser().try_sign_in(OWNER, PASSWORD).expect(401);
    app.browser().sign_in(OWNER, NEXT);
    // Whoever found an open browser cannot try passwords there either.
    let refused = (0..20).map(|_| here.fill(path, &[("current", "wrong password"), ("password", NEXT)])).find(|page| page.status == 429);
    let page = refused.unwrap_or_else(|| panic!("passwords can be tried without end"));
    assert_eq!(page.header("retry-after"), Some("30"));
    here.fill(path, &[("current", NEXT), ("password", PASSWORD)]).expect(429);
}

#[test]
fn after_the_sign_in_one_stays_on_this_site() {
    let app = behind_proxy();
    app.owner();
    let nasty = [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/admin//evil.example",
        "/admin\\evil.example",
        "/admin/..//evil.example",
        "/admin@evil.example",
        "/administrator",
        "/admin.evil.example",
        "http:/admin",
        "javascript:alert(1)",
        "data:text/html,x",
        "/admin/\r\nset-cookie: a=b",
        "/admin/\nx",
        "/admin/\tx",
        "/%09/evil.example",
        "/%2F/evil.example",
        " /admin",
        "/admin /x",
        "/admin/\u{202e}x",
        "/",
        "/docs/",
        "/api/v1/me",
        "",
        "admin",
        "./admin",
        "//admin",
        "/Admin",
        "/admin#//evil.example",
        &format!("/admin/{}", "x".repeat(3000)),
    ];
    for (n, next) in nasty.into_iter().enumerate() {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        let twice: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", &query).finish();
        for query in [query, twice] {
            let browser = from(&app, &format!("192.0.2.{n}"));
            let page = browser.get(&format!("/admin/login?{query}")).ok();
            let form = page.form().fill(&[("email", OWNER), ("password", PASSWORD)]);
            // Both what the page made of it, and what somebody puts into the form himself.
            for form in [form.clone(), form.force("next", next)] {
                app.advance(Duration::from_secs(30));
                let token = browser.get("/admin/login");
                let form = if token.status == 200 { form.force("csrf", &token.csrf()) } else { form.force("csrf", &browser.get("/admin").csrf()) };
                let page = browser.submit(&form).expect(303);
                let location = page.location().unwrap_or_default();
                // That it leads to a page of ours asserts the browser itself.
                assert!(!location.contains("evil.example") || location.starts_with("/admin#"), "{next:?} leads to {location}");
            }
        }
    }
    let browser = app.browser();
    let good = "/admin/customers?status=active&q=a%2Fb";
    assert_eq!(browser.get(good).location().as_deref(), Some("/admin/login?next=%2Fadmin%2Fcustomers%3Fstatus%3Dactive%26q%3Da%252Fb"));
    let page = browser.go(good).ok();
    let page = browser.submit(&page.form().fill(&[("email", OWNER), ("password", PASSWORD)]));
    assert_eq!(page.location().as_deref(), Some(good));
}

#[test]
fn a_link_alone_does_not_say_that_something_happened() {
    let app = TestApp::start();
    let browser = app.owner();
    // Whoever follows somebody's link was not just signed out, and has an account for long.
    assert_eq!(app.browser().get("/admin/login?bye=1").ok().texts(".lead"), Vec::<String>::new());
    browser.get("/admin/settings/keys/new?first=1").ok().assert_has(".lead", "shown once");
    let left = browser.press("/admin", "/admin/sign-out").ok();
    left.assert_has(".lead", "You are signed out");
    // It is said once.
    assert_eq!(browser.get("/admin/login?bye=1").ok().texts(".lead"), Vec::<String>::new());
    browser.sign_in(OWNER, PASSWORD);
    let everywhere = browser.press("/admin/account", "/admin/sign-out-everywhere").ok();
    everywhere.assert_has(".lead", "You are signed out");
}

#[test]
fn the_address_of_a_button_says_why_it_is_not_there() {
    let app = TestApp::start();
    let sample = super::sample::Sample::of(&app, "");
    let (browser, arabic) = (app.owner(), app.owner_as(app.browser().with("accept-language", "ar")));
    let path = format!("/admin/subscriptions/{}", sample.subscription);
    for what in ["resume", "uncancel", "keep"] {
        let (page, in_arabic) = (browser.go(&format!("{path}/{what}")).ok(), arabic.go(&format!("{path}/{what}")).ok());
        assert!(page.path().starts_with(&path), "{what}: {}", page.path());
        let (said, said_in_arabic) = (page.text_of(".notice"), in_arabic.text_of(".notice"));
        assert!(!said.is_empty() && !said_in_arabic.is_empty() && said != said_in_arabic, "{what}: {page}");
    }
    // Where the button stands nothing is done, and nothing said.
    browser.fill(&format!("{path}/pause"), &[]).ok();
    let page = browser.go(&format!("{path}/resume")).ok();
    assert_eq!(page.texts(".notice"), Vec::<String>::new());
    page.assert_has(".title .state", "paused");
    assert_eq!(app.browser().go("/admin/sign-out").ok().path().split('?').next(), Some("/admin/login"));
}

#[test]
fn what_was_pressed_when_the_session_had_ended_is_said_to_be_undone() {
    let app = TestApp::start();
    let sample = super::sample::Sample::of(&app, "");
    let path = format!("/admin/subscriptions/{}", sample.subscription);
    for (language, before, after) in [("en", "Your session had ended, so nothing was done.", "was not done"), ("ar", "لم يُنفذ شيء", "لم يُنفذ ما أردته")]
    {
        for pressed in ["resume", "pause"] {
            let browser = app.owner_as(app.browser().with("accept-language", language));
            let form = if pressed == "pause" {
                browser.get(&format!("{path}/pause")).ok().form()
            } else {
                browser.fill(&format!("{path}/pause"), &[]).ok().form_to(&format!("{path}/resume"))
            };
            app.advance(std::time::Duration::from_secs(24 * 3600));
            let asked = browser.send_form(&form).ok();
            asked.assert_has(".lead", before);
            let page = browser.send_form(&asked.form().fill(&[("email", OWNER), ("password", PASSWORD)])).ok();
            app.guard(&browser);
            assert!(page.path().starts_with(&path), "{}", page.path());
            page.assert_has(".notice", after);
            let again = browser.get(page.path()).ok();
            assert_eq!(again.texts(".notice"), Vec::<String>::new(), "it is said once");
            if pressed == "resume" {
                browser.press(&path, &format!("{path}/resume"));
            }
        }
    }
    // Whoever only looked for a page is told nothing of the kind.
    let browser = app.browser();
    assert_eq!(browser.go(&path).ok().texts(".lead"), Vec::<String>::new());
    assert_eq!(browser.get("/admin/login?next=%2Fadmin&bye=undone").ok().texts(".lead"), Vec::<String>::new());
}
