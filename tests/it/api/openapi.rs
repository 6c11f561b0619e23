//! The OpenAPI document, Swagger UI and the doors that need no key.

use std::collections::BTreeSet;

use serde_json::Value;

use super::sample::routes;
use crate::support::TestApp;

fn document(app: &TestApp) -> Value {
    app.anonymous().get("/openapi.json").ok()
}

/// Follows a `$ref` within the document.
fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} points elsewhere"));
            document.pointer(pointer).unwrap_or_else(|| panic!("{reference} points to nothing"))
        }
        None => value,
    }
}

fn references<'d>(value: &'d Value, found: &mut Vec<&'d str>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                found.push(reference);
            }
            object.values().for_each(|v| references(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

#[test]
fn every_route_is_in_the_document_with_its_refusals() {
    let app = TestApp::start();
    let document = document(&app);
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = BTreeSet::new();
    for route in routes() {
        let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        assert_eq!(operation["operationId"], route.operation, "{} {}", route.method, route.path);
        assert!(operations.insert(route.operation), "{} stands twice", route.operation);
        let responses = operation["responses"].as_object().unwrap_or_else(|| panic!("{operation}"));
        let mut expected = vec![route.status.to_string(), "400".into(), "401".into(), "405".into(), "429".into(), "500".into(), "503".into()];
        expected.extend(route.scope.map(|_| "403".into()));
        expected.extend(route.noun.map(|_| "404".into()));
        if route.takes_body() {
            expected.extend(["413".into(), "422".into()]);
        }
        expected.extend(route.refuses.iter().map(|code| billhead::web::error::status(*code).as_u16().to_string()));
        for status in expected {
            let response = resolve(&document, responses.get(&status).unwrap_or_else(|| panic!("{} lacks {status}", route.operation)));
            assert!(response["content"]["application/json"]["schema"].is_object(), "{} {status}: {response}", route.operation);
            assert!(response["headers"]["X-Request-Id"].is_object(), "{} {status}: {response}", route.operation);
        }
        if let Some(scope) = route.scope {
            assert!(operation["description"].as_str().is_some_and(|d| d.contains(scope.text())), "{operation}");
        }
        let parameters: BTreeSet<&str> = operation["parameters"].as_array().into_iter().flatten().filter_map(|p| p["name"].as_str()).collect();
        for (name, ..) in (route.query)() {
            assert!(parameters.contains(name), "{} lacks {name}", route.operation);
        }
        assert_eq!(parameters.contains("id"), route.noun.is_some(), "{}", route.operation);
        assert_eq!(parameters.contains("Idempotency-Key"), route.takes_body(), "{}", route.operation);
        assert_eq!(operation["requestBody"].is_object(), route.body.is_some(), "{}", route.operation);
    }
    let described: usize = document["paths"].as_object().into_iter().flat_map(|p| p.values()).filter_map(Value::as_object).map(serde_json::Map::len).sum();
    assert_eq!(described, operations.len(), "the document has what the table has not");
}

#[test]
fn every_reference_resolves_and_no_schema_is_left_over() {
    let app = TestApp::start();
    let document = document(&app);
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100, "only {} references", found.len());
    let found: BTreeSet<&str> = found.into_iter().collect();
    for reference in &found {
        let pointed = document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} points to nothing"));
        assert!(pointed.is_object(), "{reference}: {pointed}");
    }
    for name in document["components"]["schemas"].as_object().unwrap_or_else(|| panic!("{document}")).keys() {
        assert!(found.contains(format!("#/components/schemas/{name}").as_str()), "{name} is not used");
    }
}

/// What an answer has is what its schema says, field by field.
#[test]
fn answers_have_exactly_the_fields_of_their_schemas() {
    let app = TestApp::on_test_clock(crate::support::BEGIN);
    let sample = super::sample::Sample::of(&app);
    let document = document(&app);
    for route in routes().iter().filter(|r| r.method == "GET") {
        let answer = app.full.get(&sample.path(route)).ok();
        let schema = &document["paths"][route.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        fits(&document, schema, &answer, route.operation);
    }
}

fn fits(document: &Value, schema: &Value, value: &Value, at: &str) {
    let schema = resolve(document, schema);
    if let Some(any) = schema["anyOf"].as_array() {
        if !value.is_null() {
            fits(document, any.iter().find(|s| s["type"] != "null").unwrap_or_else(|| panic!("{at}: {schema}")), value, at);
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        other => panic!("{at} has the type {other}"),
    };
    assert!(kinds.contains(&kind), "{at} is {value}, its schema {schema}");
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at} is {value}, its schema {schema}");
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| fits(document, &schema["items"], item, &format!("{at}[]"))),
        Value::Object(object) => {
            let Some(properties) = schema["properties"].as_object() else { return };
            let (has, says): (BTreeSet<_>, BTreeSet<_>) = (object.keys().collect(), properties.keys().collect());
            assert_eq!(has, says, "{at}");
            properties.iter().for_each(|(name, schema)| fits(document, schema, &object[name], &format!("{at}.{name}")));
        }
        _ => {}
    }
}

/// The examples are what people try first.
#[test]
fn every_example_of_the_document_is_accepted() {
    for operation in routes().iter().filter(|r| r.body.is_some()).map(|r| r.operation) {
        let app = TestApp::on_test_clock(crate::support::BEGIN);
        let sample = super::sample::Sample::of(&app);
        let routes = routes();
        let route = routes.iter().find(|r| r.operation == operation).unwrap_or_else(|| panic!("{operation} is gone"));
        // Actions are for a subscription that runs.
        if route.path.starts_with("/api/v1/subscriptions/") {
            app.full.mark_paid(&Value::String(sample.invoice.clone()), serde_json::json!({})).ok();
        }
        if operation == "resumeSubscription" {
            app.full.act(&sample.subscription, "pause", serde_json::json!({})).ok();
        }
        let answer = app.full.json(route.method.as_str(), &sample.path(route), &[], &sample.body(route));
        assert_eq!(answer.status, route.status, "{operation}: {answer}");
    }
}

#[test]
fn the_open_doors_answer_without_a_key() {
    let app = TestApp::start();
    let guest = app.anonymous();
    let front = guest.get("/");
    assert_eq!((front.status, front.header("content-type")), (200, Some("text/html; charset=utf-8")), "{front}");
    assert!(front.header("content-security-policy").is_some_and(|p| p.contains("default-src 'self'")), "{front}");
    assert_eq!(guest.get("/healthz").ok()["status"], "ok");
    let ready = guest.get("/readyz").ok();
    assert_eq!((&ready["status"], &ready["checks"]["database"]), (&Value::from("ready"), &Value::from("ok")), "{ready}");
    let moved = guest.get("/docs");
    assert_eq!((moved.status, moved.header("location")), (308, Some("/docs/")), "{moved}");
    let docs = guest.get("/docs/");
    let page = String::from_utf8_lossy(&docs.bytes).into_owned();
    assert!(docs.status == 200 && page.contains("swagger-ui"), "{docs}");
    // Offline: nothing is fetched from elsewhere.
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "swagger-initializer.js"] {
        let answer = guest.get(&format!("/docs/{file}"));
        assert!(answer.status == 200 && !answer.bytes.is_empty(), "{file}: {}", answer.status);
    }
    let initializer = guest.get("/docs/swagger-initializer.js");
    assert!(String::from_utf8_lossy(&initializer.bytes).contains("/openapi.json"), "{initializer}");
    for path in ["/", "/healthz", "/readyz", "/docs/", "/openapi.json"] {
        let head = guest.send("HEAD", path, &[], None);
        assert_eq!((head.status, head.bytes.len()), (200, 0), "{head}");
        assert_eq!(guest.get(path).header("x-content-type-options"), Some("nosniff"));
    }
}

#[test]
fn every_answer_has_an_id_of_its_own() {
    let app = TestApp::start();
    let ids: BTreeSet<String> = (0..20).map(|_| app.full.get("/api/v1/me").header("x-request-id").unwrap_or_else(|| panic!("no id")).to_owned()).collect();
    assert_eq!(ids.len(), 20);
}
