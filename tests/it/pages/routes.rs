//! Who may see which page and send which form, for every page of the table: a new one is covered the moment it is registered.

use std::time::Duration;

use actix_web::http::Method;

use super::sample::{Sample, is_open, pairs, paths, routes, token};
use crate::support::TestApp;
use crate::support::browser::{Browser, Page};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Browsers that are not signed in, each for another reason.
fn strangers(app: &TestApp) -> Vec<(&'static str, Browser)> {
    let expired = app.owner();
    app.advance(DAY);
    let ended = app.owner();
    let copy = ended.clone();
    ended.press("/admin", "/admin/sign-out");
    let with_cookie = |value: &str| {
        let browser = app.browser();
        browser.set_cookie("billhead_session", value);
        browser
    };
    let cut = with_cookie(&expired.session().unwrap_or_default()[1..]);
    vec![
        ("new", app.browser()),
        ("expired", expired),
        ("ended", copy),
        ("garbage", with_cookie("garbage\u{20ac}")),
        ("unknown", with_cookie(&"0f".repeat(32))),
        ("long", with_cookie(&"0f".repeat(3000))),
        ("cut", cut),
    ]
}

fn next_of(path: &str) -> String {
    let next: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", path).finish();
    format!("/admin/login?{next}")
}

#[test]
fn every_page_sends_whoever_is_not_signed_in_to_the_sign_in_and_back() {
    let app = TestApp::start();
    let sample = Sample::of(&app, "");
    let strangers = strangers(&app);
    let before = app.row_counts();
    for route in routes().iter().filter(|r| r.method == Method::GET && !is_open(r)) {
        for path in [sample.path(route), sample.path(route) + "?status=active&q=a+%26+b", route.path.replace(['{', '}'], "")] {
            for (who, browser) in &strangers {
                let page = browser.get(&path).expect(303);
                assert_eq!(page.location().as_deref(), Some(next_of(&path).as_str()), "{who} {page}");
            }
        }
    }
    assert_eq!(app.row_counts(), before);
}

#[test]
fn no_form_is_taken_from_whoever_is_not_signed_in() {
    let app = TestApp::start();
    let sample = Sample::of(&app, "");
    let strangers = strangers(&app);
    let before = app.row_counts();
    for route in routes().iter().filter(|r| r.method == Method::POST && !is_open(r)) {
        let path = sample.path(route);
        for (who, browser) in &strangers {
            // Without a token it is refused, with one it leads to the sign-in.
            let page = browser.post(&path, &pairs(&[("name", "x")]), &[]);
            assert_eq!(page.status, 403, "{who} {page}");
            let page = browser.post(&path, &pairs(&[("csrf", &token(browser)), ("name", "x")]), &[]);
            match page.status {
                303 => assert!(page.location().is_some_and(|l| l.starts_with("/admin/login?next=%2Fadmin")), "{who} {page}"),
                401 => assert!(page.form().action == "/admin/login" && page.form().has("carried"), "{who} {page}"),
                _ => panic!("{who} {page}"),
            }
        }
    }
    assert_eq!(app.row_counts(), before);
}

#[test]
fn what_is_only_posted_to_leads_back_to_a_page_that_there_is() {
    let app = TestApp::start();
    let sample = Sample::of(&app, "");
    let browser = app.owner();
    for routes in paths().values().filter(|routes| routes.iter().all(|r| r.method == Method::POST)) {
        let (path, token) = (sample.path(&routes[0]), token(&browser));
        app.advance(DAY);
        let page = browser.follow(browser.post(&path, &pairs(&[("csrf", &token)]), &[]).expect(303));
        let page = browser.send_form(&page.form().fill(&[("email", crate::support::OWNER), ("password", crate::support::PASSWORD)]));
        assert_eq!(page.status, 200, "{path} leads to {page}");
    }
}

#[test]
fn a_form_that_did_not_come_from_here_changes_nothing() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let sample = Sample::of(&app, "");
    let (browser, other) = (app.owner(), app.owner());
    let (own, others, visitors) = (token(&browser), token(&other), token(&app.browser()));
    let host = browser.address.to_string();
    let forged = [
        ("no token", "", &[][..]),
        ("garbage", "garbage", &[]),
        ("another session's", &others, &[]),
        ("a visitor's", &visitors, &[]),
        ("the session itself", &browser.session().unwrap_or_default(), &[]),
        ("another site", &own, &[("origin", "https://evil.example")]),
        ("another site with our name in it", &own, &[("origin", &format!("https://{host}.evil.example"))]),
        ("another site by its path", &own, &[("origin", &format!("https://evil.example/{host}"))]),
        ("another port", &own, &[("origin", "http://127.0.0.1:1")]),
        ("nowhere", &own, &[("origin", "null")]),
        ("empty", &own, &[("origin", "")]),
        ("cross-site", &own, &[("sec-fetch-site", "cross-site")]),
        ("same-site", &own, &[("sec-fetch-site", "same-site")]),
        ("cross-site with our origin", &own, &[("sec-fetch-site", "cross-site"), ("origin", &browser.origin())]),
        ("of two minds", &own, &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")]),
        ("here, but too old", &others, &[("sec-fetch-site", "same-origin"), ("origin", &browser.origin())]),
    ];
    for route in routes().iter().filter(|r| r.method == Method::POST) {
        // A set-up link that is used up is closed to everybody.
        let path = sample.path(route);
        let before = app.row_counts();
        for (what, token, headers) in forged {
            let page = browser.post(
                &path,
                &pairs(&[("csrf", token), ("name", "Forged"), ("email", "forged@example.com"), ("amount", "1.00"), ("days", "1")]),
                headers,
            );
            // Who is signed in already and sends a sign-in that was left open goes on; he is not signed in anew.
            let leads_on = route.path == "/admin/login" && what == "here, but too old" && page.status == 303;
            let is_refused = page.status == 403 || page.status == 404 && route.path.contains("/sessions/") || leads_on;
            assert!(is_refused, "{what}: {page}");
            assert_eq!(page.set_cookies(), Vec::<String>::new());
        }
        assert_eq!(app.row_counts(), before, "{path}");
        assert!(browser.is_signed_in() && other.is_signed_in(), "{path}");
    }
    // The token alone is not what was wrong.
    browser.post("/admin/customers/new", &pairs(&[("csrf", &own), ("email", "own@example.com")]), &[("origin", &browser.origin())]).expect(303);
}

#[test]
fn every_page_takes_its_own_methods_and_names_them() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let sample = Sample::of(&app, "");
    let browser = app.owner();
    let before = app.row_counts();
    for (_, routes) in paths() {
        let path = sample.path(&routes[0]);
        let mut methods: Vec<&str> = routes.iter().map(|r| r.method.as_str()).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        for (who, browser) in [("the owner", &browser), ("a stranger", &app.browser())] {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"] {
                if methods.contains(&method) {
                    continue;
                }
                let page = browser.send(method, &path, &[], None);
                // The address of a button leads where the button stands.
                if matches!(method, "GET" | "HEAD") && routes.iter().all(|r| !is_open(r)) {
                    let above = page.location().and_then(|l| l.split_once("?done=not-").map(|(above, _)| above.to_owned()));
                    assert!(page.status == 303 && above.is_some_and(|above| path.starts_with(&above)), "{who} {page}");
                    continue;
                }
                assert_eq!((page.status, page.header("allow")), (405, Some(methods.join(", ").as_str())), "{who} {page}");
            }
        }
        if methods.contains(&"GET") {
            let (whole, head) = (browser.get(&path), browser.send("HEAD", &path, &[], None));
            assert_eq!(whole.status, head.status, "{head}");
            assert!(matches!(whole.status, 200 | 303 | 410), "{whole}");
        }
    }
    assert_eq!(app.row_counts(), before);
}

fn assert_nothing_here(page: &Page) {
    assert_eq!(page.status, 404, "{page}");
    assert_eq!(page.heading(), "Not found");
    page.assert_has("main p", "There is no such page or object");
}

#[test]
fn an_id_of_nothing_is_a_page_that_says_so() {
    let app = TestApp::start();
    let sample = Sample::of(&app, "");
    let browser = app.owner();
    let token = token(&browser);
    let before = app.row_counts();
    let long = "x".repeat(6000);
    let nothing = "cust_019ab1f0c0de70008000000000000001 prod_019ab1f0c0de70008000000000000001 sub_019ab1f0c0de70008000000000000001 \
                   inv_019ab1f0c0de70008000000000000001 key_019ab1f0c0de70008000000000000001 coup_019ab1f0c0de70008000000000000001 \
                   txr_019ab1f0c0de70008000000000000001 cn_019ab1f0c0de70008000000000000001 pay_019ab1f0c0de70008000000000000001";
    let garbage = ["x", "%00", "%FF%FE", "%2F..%2F", "..", "%E2%80%AE", "1%20OR%201=1", "%3Cscript%3E", long.as_str()];
    for route in routes().iter().filter(|r| r.path.contains("{id}") && !r.path.starts_with("/admin/setup")) {
        let right = sample.path(route);
        let own = [&sample.customer, &sample.product, &sample.subscription, &sample.invoice, &sample.key, &sample.coupon, &sample.tax_rate]
            .into_iter()
            .find(|id| right.contains(id.as_str()));
        let is_of_noun = |id: &str| id.split_inclusive('_').next().is_some_and(|prefix| right.contains(prefix));
        let others = sample.ids().into_iter().filter(|id| !is_of_noun(id)).chain(nothing.split_whitespace());
        for id in others.chain(garbage) {
            let path = route.path.replace("{id}", id).replace("{part}", &sample.price);
            let parts = own.map(|own| route.path.replace("{id}", own).replace("{part}", id)).filter(|_| route.path.contains("{part}"));
            for path in std::iter::once(path).chain(parts) {
                // Two dots are taken out of the path on the way, which leaves another one.
                if id == ".." && path.ends_with("..") {
                    continue;
                }
                let page = if route.method == Method::GET {
                    browser.get(&path)
                } else {
                    browser.post(&path, &pairs(&[("csrf", &token), ("name", "x"), ("days", "1"), ("amount", "1.00")]), &[])
                };
                assert_nothing_here(&page);
            }
        }
    }
    assert_eq!(app.row_counts(), before);
}

#[test]
fn a_path_of_nothing_is_a_page_that_says_so() {
    let app = TestApp::start();
    let (owner, stranger) = (app.owner(), app.browser());
    let long = format!("/admin/{}", "x/".repeat(2000));
    for path in
        ["/admin/x", "/admin/customers/", "/admin/customers/x/y/z", "/admin//customers", "/admin/%00", "/admin/%FF", "/admin/new", "/admin/login/", &long]
    {
        for browser in [&owner, &stranger] {
            for method in ["GET", "POST", "DELETE"] {
                assert_nothing_here(&browser.send(method, path, &[], None));
            }
        }
    }
}

#[test]
fn a_body_that_is_no_form_is_refused_as_a_page() {
    let app = TestApp::start();
    let sample = Sample::of(&app, "");
    let browser = app.owner();
    let (token, form) = (token(&browser), "application/x-www-form-urlencoded");
    let begun = format!("csrf={token}&name=x");
    let many = format!("{begun}{}", "&a=b".repeat(1000));
    let large = format!("{begun}&notes={}", "x".repeat(1024 * 1024));
    let bodies: [(&str, &[u8], u16); 8] = [
        ("application/json", br#"{"name":"x"}"#, 400),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nname=x\r\n--x--", 400),
        ("text/plain", begun.as_bytes(), 400),
        (form, large.as_bytes(), 413),
        (form, many.as_bytes(), 400),
        (form, b"\xff\xfe=%ff&%00=%zz&&&===", 403),
        (form, b"", 403),
        ("application/x-www-form-urlencoded-not", begun.as_bytes(), 400),
    ];
    let before = app.row_counts();
    for route in routes().iter().filter(|r| r.method == Method::POST) {
        for (kind, body, status) in bodies {
            let page = browser.send("POST", &sample.path(route), &[("content-type", kind)], Some(body));
            assert_eq!(page.status, status, "{kind}: {page}");
        }
        let page = browser.send("POST", &sample.path(route), &[], Some(begun.as_bytes()));
        assert_eq!(page.status, 400, "{page}");
        // One that is a form in a charset and in another case is one.
        let page =
            browser.send("POST", "/admin/customers/new", &[("content-type", "Application/X-WWW-Form-URLencoded; charset=UTF-8")], Some(begun.as_bytes()));
        assert_eq!(page.wrong(), ["email"], "{page}");
    }
    assert_eq!(app.row_counts(), before);
}
