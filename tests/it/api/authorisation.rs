//! Who may do what, for every route of the table: a new route is covered the moment that it is registered.

use std::time::Duration;

use billhead::domain::key::{Scope, Tier};
use serde_json::json;

use super::sample::{Sample, path_to_nothing, routes};
use crate::support::client::{Answer, User};
use crate::support::{TestApp, at};

/// As often as strangers may ask.
const STRANGERS_WAIT: Duration = Duration::from_secs(2);

fn call(user: &User, route: &billhead::web::route::Route, path: &str, body: &serde_json::Value) -> Answer {
    if route.takes_body() { user.json(route.method.as_str(), path, &[], body) } else { user.send(route.method.as_str(), path, &[], None) }
}

#[test]
fn every_route_is_401_without_a_valid_key() {
    let app = TestApp::start();
    let sample = Sample::of(&app);
    let expired = app.user_of("full", Tier::Enterprise, Some(at("2026-01-31T10:30:00Z")));
    expired.get("/api/v1/me").ok();
    app.advance_to("2026-01-31T10:30:00Z");
    let secret = app.full.secret.clone().unwrap_or_else(|| panic!("the full user has a key"));
    let cut = app.stranger(&secret[..secret.len() - 1]);
    let strangers = [app.anonymous(), app.stranger("garbage"), app.stranger(&format!("bh_live_{}", "x".repeat(32))), cut, expired];
    let before = app.row_counts();
    for route in routes() {
        for user in &strangers {
            app.advance(STRANGERS_WAIT);
            let answer = call(user, &route, &sample.path(&route), &sample.body(&route));
            assert_eq!(answer.refused(401, "unauthorized"), [], "{answer}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{answer}");
            assert_eq!(answer.header("x-ratelimit-limit"), None, "{answer}");
        }
    }
    assert_eq!(app.row_counts(), before);
}

#[test]
fn every_route_is_403_for_a_key_with_every_scope_but_its_own() {
    let app = TestApp::start();
    let sample = Sample::of(&app);
    let mut guarded = 0;
    let mut poor = std::collections::BTreeMap::new();
    for route in routes() {
        let Some(scope) = route.scope else {
            app.user("reports:read").get(route.path).ok();
            continue;
        };
        guarded += 1;
        let others: Vec<&str> = Scope::ALL.iter().filter(|(s, _)| *s != scope).map(|(_, text)| *text).collect();
        let user = poor.entry(scope.text()).or_insert_with(|| app.user(&others.join(",")));
        let before = app.row_counts();
        // Whatever else is wrong: 403 comes before 404, 400 and 422.
        for (path, body) in
            [(sample.path(&route), sample.body(&route)), (path_to_nothing(&route), json!({ "unknown": 1 })), (sample.path(&route) + "?unknown=1", json!([]))]
        {
            let answer = call(user, &route, &path, &body);
            assert_eq!(answer.refused(403, "insufficient_scope"), [], "{answer}");
            assert!(answer.body()["error"]["message"].as_str().is_some_and(|m| m.contains(scope.text())), "{answer}");
        }
        assert_eq!(app.row_counts(), before);
    }
    assert!(guarded >= 25, "only {guarded} routes are guarded");
}

#[test]
fn a_read_key_reads_everything_and_changes_nothing() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let sample = Sample::of(&app);
    let before = app.row_counts();
    for route in routes() {
        let answer = call(&app.read, &route, &sample.path(&route), &sample.body(&route));
        // A preview is asked with a body, and reads.
        let reads = route.scope.is_none_or(|scope| scope.text().ends_with(":read"));
        assert!(reads || route.method != "GET", "{}", route.path);
        if reads {
            answer.ok();
        } else {
            answer.refused(403, "insufficient_scope");
        }
    }
    assert_eq!(app.row_counts(), before);
}

#[test]
fn what_is_not_there_is_404_before_400_and_422() {
    let app = TestApp::start();
    let sample = Sample::of(&app);
    for route in routes().iter().filter(|r| r.noun.is_some()) {
        let method = route.method.as_str();
        let foreign = if route.noun.is_some_and(|n| n.prefix == "cust_") { &sample.product } else { &sample.customer };
        let names = ["x", "cust_", foreign, &sample.id_for(route).to_uppercase(), "%00", "..%2F..", "%F0%9F%98%80", "cust_001", &"9".repeat(2000)]
            .map(|id| route.path.replace("{id}", id));
        for path in names.into_iter().chain([path_to_nothing(route)]) {
            call(&app.full, route, &path, &sample.body(route)).refused(404, "not_found");
            if route.takes_body() {
                for body in ["{", "[]", "{\"unknown\": 1}", "{\"a\":1,\"a\":2}"] {
                    let answer = app.full.send(method, &path, &[("content-type", "application/json")], Some(body.as_bytes()));
                    assert_eq!(answer.refused(404, "not_found"), [], "{answer}");
                }
                app.full.send(method, &path, &[("content-type", "text/plain")], Some(b"x")).refused(404, "not_found");
            }
            app.full.send(method, &format!("{path}?unknown=1"), &[], None).refused(404, "not_found");
        }
    }
}

#[test]
fn a_path_that_there_is_not_is_401_for_strangers_and_404_for_the_rest() {
    let app = TestApp::start();
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/customers",
        "/api/v1/customer",
        "/api/v1/customers/",
        "/api/v1//customers",
        "/api/v1/Customers",
        "/api/v1/customers/x/y/z",
        "/api/%00",
    ] {
        for method in ["GET", "POST", "DELETE", "OPTIONS", "PUT"] {
            app.advance(STRANGERS_WAIT);
            app.anonymous().send(method, path, &[], None).refused(401, "unauthorized");
            app.full.send(method, path, &[], None).refused(404, "not_found");
        }
    }
    for path in ["/nothing", "/apix", "/administrator", "/docs/nothing.js", "/.env", "/index.php"] {
        let answer = app.anonymous().get(path);
        assert_eq!(answer.refused(404, "not_found"), [], "{answer}");
    }
}

#[test]
fn another_method_is_405_with_what_is_allowed() {
    let app = TestApp::start();
    let sample = Sample::of(&app);
    let routes = routes();
    for route in &routes {
        let allowed: Vec<&str> = routes.iter().filter(|r| r.path == route.path).map(|r| r.method.as_str()).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW"] {
            if allowed.contains(&method) {
                continue;
            }
            let answer = app.full.send(method, &sample.path(route), &[], None);
            assert_eq!(answer.status, 405, "{answer}");
            let mut told: Vec<&str> = answer.header("allow").unwrap_or_else(|| panic!("no Allow: {answer}")).split(", ").collect();
            let mut expected = allowed.clone();
            told.sort_unstable();
            expected.sort_unstable();
            assert_eq!(told, expected, "{answer}");
            if method != "HEAD" {
                answer.refused(405, "method_not_allowed");
            }
            app.advance(STRANGERS_WAIT);
            assert_eq!(app.anonymous().send(method, &sample.path(route), &[], None).status, 401);
        }
    }
    for path in ["/", "/healthz", "/readyz", "/openapi.json", "/docs"] {
        let answer = app.anonymous().send("POST", path, &[], None);
        answer.refused(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{answer}");
    }
}

#[test]
fn the_key_is_read_from_the_header_as_it_may_be_written() {
    let app = TestApp::start();
    let secret = app.full.secret.clone().unwrap_or_else(|| panic!("the full user has a key"));
    let with = |value: String| app.anonymous().ask("GET", "/api/v1/me", &[("authorization", value.as_str())], None).status;
    for right in [format!("Bearer {secret}"), format!("bearer {secret}"), format!("BEARER   {secret}")] {
        assert_eq!(with(right.clone()), 200, "{right}");
    }
    for wrong in [
        secret.clone(),
        format!("Basic {secret}"),
        format!("Bearer{secret}"),
        "Bearer".into(),
        "Bearer ".into(),
        format!("Bearer {secret} x"),
        format!("Bearer {}", secret.to_lowercase()),
    ] {
        app.advance(STRANGERS_WAIT);
        assert_eq!(with(wrong.clone()), 401, "{wrong}");
    }
    app.advance(STRANGERS_WAIT);
    assert_eq!(app.anonymous().ask("GET", &format!("/api/v1/me?api_key={secret}"), &[], None).status, 401);
}

#[test]
fn a_revoked_key_opens_nothing_once_the_server_has_looked() {
    let app = TestApp::start();
    let user = app.user("full");
    let me = user.get("/api/v1/me").ok();
    billhead::app::key::revoke(&app.app.db, &*app.clock, crate::support::client::id(&me)).unwrap_or_else(|e| panic!("{e}"));
    app.app.refresh_keys().unwrap_or_else(|e| panic!("{e}"));
    user.get("/api/v1/me").refused(401, "unauthorized");
    app.full.get("/api/v1/me").ok();
}
