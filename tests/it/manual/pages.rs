//! The pages of the documentation as they are served: where they are, what they may load, where their links lead.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use crate::support::TestApp;
use crate::support::client::{Answer, User};

const HOME: &str = "/docs/manual/";

/// The admin site has tests of its own.
const ELSEWHERE: [&str; 1] = ["/admin"];

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.clone()).unwrap_or_else(|e| panic!("{}: {e}", answer.asked))
}

#[track_caller]
fn html(guest: &User, path: &str) -> String {
    let answer = guest.get(path);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")), "{answer}");
    text(&answer)
}

/// The values of an attribute, entities undone.
fn values(html: &str, attribute: &str) -> Vec<String> {
    let begin = format!(" {attribute}=\"");
    html.split(begin.as_str()).skip(1).filter_map(|rest| rest.split_once('"')).map(|(value, _)| value.replace("&amp;", "&")).collect()
}

fn leads_to(from: &str, link: &str) -> Url {
    let base = Url::parse("http://server.invalid").and_then(|server| server.join(from)).unwrap_or_else(|e| panic!("{from}: {e}"));
    base.join(link).unwrap_or_else(|e| panic!("{link} of {from}: {e}"))
}

/// The pages of the manual, by their addresses.
fn manual(guest: &User) -> BTreeMap<String, String> {
    let home = html(guest, HOME);
    let links = values(&home, "href");
    let paths: BTreeSet<String> = links.into_iter().filter(|link| link.starts_with(HOME) && !link.contains('#')).collect();
    assert!(paths.len() > 10, "only {} pages: {paths:?}", paths.len());
    paths.into_iter().map(|path| (path.clone(), html(guest, &path))).collect()
}

#[test]
fn the_manual_is_pages_without_scripts_under_a_strict_policy() {
    let app = TestApp::start();
    let guest = app.anonymous();
    for (path, page) in manual(&guest) {
        let policy = guest.get(&path).header("content-security-policy").map(str::to_owned).unwrap_or_default();
        assert_eq!(policy, "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'", "{path}");
        assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains("<style"), "{path}");
        assert!(page.contains("<html lang=\"en\">") && page.matches("<h1>").count() == 1, "{path}");
        let head = guest.send("HEAD", &path, &[], None);
        assert_eq!((head.status, head.bytes.len()), (200, 0), "{head}");
    }
    for (file, kind) in [("house.css", "text/css"), ("manual.css", "text/css"), ("front.css", "text/css"), ("reference.css", "text/css")] {
        let answer = guest.get(&format!("/docs/{file}"));
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{answer}");
        assert!(!text(&answer).contains("//") && !text(&answer).contains("@import"), "{file} loads something");
    }
}

#[test]
fn the_manual_has_one_address_a_page() {
    let app = TestApp::start();
    let guest = app.anonymous();
    for moved in ["/docs/manual", "/docs/manual/start"] {
        let answer = guest.get(moved);
        assert_eq!((answer.status, answer.header("location")), (308, Some(HOME)), "{answer}");
    }
    for missing in ["/docs/manual/nothing", "/docs/manual/layout.html", "/docs/manual/01-start.md", "/docs/manual/keys/", "/docs/manual/../index.html"] {
        let answer = guest.get(missing);
        assert_eq!(answer.status, 404, "{answer}");
    }
    let missing = guest.get("/docs/manual/nothing");
    assert_eq!(missing.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(text(&missing).contains("There is no such page") && text(&missing).contains("href=\"/docs/manual/keys\""), "{missing}");
    assert_eq!(guest.send("POST", HOME, &[], Some(b"")).status, 405);
}

/// Every link of the documentation leads to something, and where it names a place on a page, the place is there.
#[test]
fn every_link_resolves() {
    let app = TestApp::start();
    let guest = app.anonymous();
    let mut pages = manual(&guest);
    for path in ["/", "/docs/"] {
        pages.insert(path.into(), html(&guest, path));
    }
    let mut followed = BTreeSet::new();
    for (path, page) in &pages {
        let ids = values(page, "id");
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "an id stands twice in {path}: {ids:?}");
        for link in values(page, "href").iter().chain(&values(page, "src")) {
            let to = leads_to(path, link);
            assert_eq!(to.host_str(), Some("server.invalid"), "{path} leads elsewhere: {link}");
            if ELSEWHERE.contains(&to.path()) {
                continue;
            }
            if let Some(target) = pages.get(to.path()) {
                assert!(to.fragment().is_none_or(|id| values(target, "id").iter().any(|i| i == id)), "{link} of {path} names a place that is not there");
            } else if followed.insert(to.path().to_owned()) {
                assert_eq!(guest.get(to.path()).status, 200, "{link} of {path}");
            }
        }
    }
    assert!(!followed.is_empty());
}

/// Nobody's server is named but the reader's own.
#[test]
fn no_page_names_another_host() {
    let app = TestApp::start();
    let guest = app.anonymous();
    let mut pages = manual(&guest);
    for path in ["/", "/docs/", "/docs/swagger-initializer.js"] {
        pages.insert(path.into(), text(&guest.get(path)));
    }
    for (path, page) in &pages {
        for (at, _) in page.match_indices("://") {
            let named = &page[at + 3..];
            assert!(named.starts_with("127.0.0.1:"), "{path} names {}", named.chars().take(40).collect::<String>());
        }
    }
    // Without this Swagger UI asks its makers what they think of the document.
    assert!(pages["/docs/swagger-initializer.js"].contains("\"validatorUrl\": \"none\""), "{}", pages["/docs/swagger-initializer.js"]);
}

#[test]
fn the_reference_and_the_front_page_lead_to_the_manual() {
    let app = TestApp::start();
    let guest = app.anonymous();
    let reference = html(&guest, "/docs/");
    for link in [HOME, "/", "/docs/manual/keys"] {
        assert!(values(&reference, "href").iter().any(|l| l == link), "{link}: {reference}");
    }
    let policy = guest.get("/docs/").header("content-security-policy").map(str::to_owned).unwrap_or_default();
    assert!(policy.starts_with("default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"), "{policy}");
    let front = values(&html(&guest, "/"), "href");
    for link in [HOME, "/docs/", "/openapi.json", "/admin"] {
        assert!(front.iter().any(|l| l == link), "{link}: {front:?}");
    }
    let document = guest.get("/openapi.json").ok();
    assert!(document["info"]["description"].as_str().is_some_and(|d| d.contains("(/docs/manual/)")), "{document}");
}

/// The tables that are made from the code are there.
#[test]
fn the_manual_knows_what_the_code_knows() {
    let app = TestApp::start();
    let guest = app.anonymous();
    let errors = html(&guest, "/docs/manual/errors");
    for code in billhead::domain::reject::Code::ALL {
        let status = billhead::web::error::status(code).as_u16();
        let row = format!(">{status}</td><td role=\"cell\" data-head=\"Code\"><code>{}</code></td>", code.text());
        assert!(errors.contains(&row), "{row}");
    }
    let keys = html(&guest, "/docs/manual/keys");
    for (_, scope) in billhead::domain::key::Scope::ALL {
        assert!(keys.contains(&format!("<code>{scope}</code>")), "{scope}");
    }
    let lists = html(&guest, "/docs/manual/lists");
    for route in billhead::web::route::table() {
        for (name, ..) in (route.query)() {
            assert!(lists.contains(&format!("<code>{name}</code>")), "{name} of {}", route.operation);
        }
    }
}
