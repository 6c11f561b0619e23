//! Requests that nobody honest sends, to every route of the table: never a fault of ours (the client asserts that of every
//! answer), and nothing is changed.

use serde_json::{Value, json};

use super::sample::{Sample, is_list, routes};
use crate::support::TestApp;
use crate::support::client::Answer;

const JSON: (&str, &str) = ("content-type", "application/json");

#[track_caller]
fn refused(answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{answer}");
}

#[test]
fn bodies_that_are_no_json_object_are_refused_everywhere() {
    let app = TestApp::start();
    let sample = Sample::of(&app);
    let before = app.row_counts();
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let many = format!("{{\"a\":[{}]}}", vec!["0"; 100_000].join(","));
    let malformed: [&[u8]; 17] = [
        b"{",
        b"}",
        b"nul",
        b"{\"a\":}",
        b"{'a':1}",
        b"{\"a\":1,}",
        b"{} {}",
        b"{\"a\":1,\"a\":2}",
        b"{\"a\":{\"b\":1,\"b\":1}}",
        b"\xff\xfe",
        b"{\"a\":\"\xc3\x28\"}",
        b"{\"a\":\"\\ud800\"}",
        b"{\"a\":1e999}",
        b"\xef\xbb\xbf{}",
        b"{\"a\":\"\x01\"}",
        deep.as_bytes(),
        many.as_bytes(),
    ];
    for route in routes().iter().filter(|r| r.takes_body()) {
        let (method, path) = (route.method.as_str(), sample.path(route));
        for body in malformed {
            app.full.send(method, &path, &[JSON], Some(body)).refused(400, "invalid_json");
        }
        for body in ["null", "true", "1", "\"x\"", "[]", "[{}]"] {
            app.full.send(method, &path, &[JSON], Some(body.as_bytes())).refused(422, "validation_error");
        }
        let body = sample.body(route).to_string();
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", "json", ""] {
            app.full.send(method, &path, &[("content-type", kind)], Some(body.as_bytes())).refused(400, "unsupported_media_type");
        }
        app.full.send(method, &path, &[], Some(body.as_bytes())).refused(400, "unsupported_media_type");
        let query = app.full.json(method, &format!("{path}?dry=1"), &[], &sample.body(route));
        query.refused_for(400, "invalid_parameter", &["dry"]);
    }
    assert_eq!(app.row_counts(), before);
}

#[test]
fn a_body_above_a_mebibyte_is_413_and_one_just_below_is_read() {
    let app = TestApp::start();
    let sample = Sample::of(&app);
    let before = app.row_counts();
    let body = |size: usize| format!("{{\"x\":\"{}\"}}", "a".repeat(size - 8)).into_bytes();
    assert_eq!(body(100).len(), 100);
    for route in routes().iter().filter(|r| r.takes_body()) {
        let (method, path) = (route.method.as_str(), sample.path(route));
        app.full.send(method, &path, &[JSON], Some(&body(1024 * 1024 + 1))).refused(413, "payload_too_large");
        app.full.send(method, &path, &[JSON], Some(&body(1024 * 1024))).refused(422, "validation_error");
    }
    app.full.send("POST", "/api/v1/customers", &[JSON], Some(&body(8 * 1024 * 1024))).refused(413, "payload_too_large");
    app.full.get("/api/v1/me").ok();
    assert_eq!(app.row_counts(), before);
}

/// Values that some field may choke on.
fn odd_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("a\u{0}b"),
        json!("\u{7}"),
        json!("x".repeat(100_000)),
        json!("💣".repeat(3000)),
        json!("\u{202e}evil\u{200b}"),
        json!("e\u{301}\u{301}\u{301}"),
        json!("İ"),
        json!("ﬀ"),
        json!("' OR 1=1 --"),
        json!("{{7*7}}${7*7}<script>"),
        json!("../../etc/passwd"),
        json!("%00"),
        json!("NaN"),
        json!("-0"),
        json!("1e9"),
        json!("999999999999.99"),
        json!("-999999999999"),
        json!("0001-01-01"),
        json!("9999-12-31T23:59:59Z"),
        json!("-5000-01-01T00:00:00Z"),
        json!("2026-02-30"),
        json!("cust_019ab1f0c0de70008000000000000001"),
        json!("null"),
        json!([]),
        json!([null]),
        json!([[]]),
        json!({}),
        json!({ "a": null }),
        json!({ "": "" }),
        json!(["x"; 1000].as_slice()),
        json!({ "$ref": "x", "__proto__": {} }),
    ]
}

#[test]
fn every_field_withstands_every_odd_value() {
    let app = TestApp::start();
    let sample = Sample::of(&app);
    let document = app.anonymous().get("/openapi.json").ok();
    for route in routes().iter().filter(|r| r.body.is_some()) {
        let (method, path) = (route.method.as_str(), sample.path(route));
        let schema = &document["paths"][route.path][method.to_ascii_lowercase()]["requestBody"]["content"]["application/json"]["schema"];
        let schema = schema["$ref"].as_str().map_or(schema, |r| document.pointer(r.trim_start_matches('#')).unwrap_or_else(|| panic!("{r}")));
        let fields: Vec<&String> = schema["properties"].as_object().into_iter().flat_map(|p| p.keys()).collect();
        for field in fields {
            for value in odd_values() {
                // Whether it is taken or refused is the field's business; the client asserts that it is no fault. The unknown field keeps it from being done.
                let mut body = sample.body(route);
                body[field] = value.clone();
                body["notAField"] = json!(1);
                let before = app.row_counts();
                let answer = app.full.json(method, &path, &[], &body);
                let named: Vec<String> = answer.refused(422, "validation_error").into_iter().map(|d| d.0).collect();
                assert!(named.contains(&"notAField".to_owned()), "{field} = {value}: {answer}");
                assert!(named.iter().all(|n| n == "notAField" || n.starts_with(field.as_str())), "{field} = {value}: {answer}");
                assert_eq!(app.row_counts(), before, "{field} = {value}: {answer}");
            }
        }
    }
}

/// The same odd values where they are really taken: in what may be written again and again.
#[test]
fn whatever_is_taken_is_given_back_and_the_world_stays_whole() {
    let app = TestApp::start();
    let sample = Sample::of(&app);
    let document = app.anonymous().get("/openapi.json").ok();
    for route in routes().iter().filter(|r| r.method == "PATCH") {
        let path = sample.path(route);
        let name = document["paths"][route.path]["patch"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            .as_str()
            .map(|r| r.trim_start_matches('#').to_owned());
        let schema =
            document.pointer(&name.unwrap_or_else(|| panic!("{} has no named body", route.operation))).unwrap_or_else(|| panic!("{}", route.operation));
        for field in schema["properties"].as_object().into_iter().flat_map(|p| p.keys()) {
            for value in odd_values() {
                let answer = app.full.patch(&path, &json!({ field.as_str(): value }));
                if answer.status == 200 {
                    assert_eq!(app.full.get(&path).ok(), answer.body(), "{field} = {value}");
                } else {
                    refused(&answer);
                }
            }
        }
    }
    for value in odd_values() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        refused_or_made(&app, &json!({ "email": text }));
        refused_or_made(
            &app,
            &json!({ "email": format!("{}@example.com", text.chars().take(60).collect::<String>()), "name": value, "metadata": { "k": value } }),
        );
    }
}

fn refused_or_made(app: &TestApp, body: &Value) {
    let answer = app.full.post("/api/v1/customers", body);
    if answer.status == 201 {
        let made = answer.created();
        assert_eq!(app.full.get(&format!("/api/v1/customers/{}", crate::support::client::id(&made))).ok(), made);
    } else {
        assert!([409, 422].contains(&answer.status), "{answer}");
    }
}

#[test]
fn queries_withstand_odd_values_and_repeats() {
    let app = TestApp::start();
    let sample = Sample::of(&app);
    let before = app.row_counts();
    let odd = [
        "",
        "%00",
        "%FF",
        "%C3%28",
        "%F0%9F%92%A3",
        "%",
        "%zz",
        "'",
        "%27%20OR%201%3D1--",
        "%25",
        "_",
        "-1",
        "99999999999999999999",
        "1.5",
        "true",
        "null",
        "2026-13-01",
        "0000-00-00",
        "9999-12-31",
        "10000-01-01",
        "1969-12-31",
        "-0001-01-01",
        "2026-01-31T24:00:00Z",
        "2026-02-30T00:00:00Z",
        "cust_",
        "inv_019AB1F0C0DE70008000000000000001",
        "active%2C",
        "%2C%2C",
        "a%0Ab",
    ];
    for route in routes().iter().filter(|r| r.method == "GET") {
        let path = sample.path(route);
        for (name, ..) in (route.query)() {
            for value in odd {
                let answer = app.full.get(&format!("{path}?{name}={value}"));
                assert!([200, 400].contains(&answer.status), "{answer}");
                if answer.status == 400 {
                    answer.refused_for(400, "invalid_parameter", &[name]);
                }
            }
            let twice = app.full.get(&format!("{path}?{name}=5&{name}=5"));
            assert_eq!(twice.status, 400, "{twice}");
        }
        let long = "x".repeat(5000);
        refused(&app.full.get(&format!("{path}?{long}={long}")));
        let hundred: String = (0..100).map(|n| format!("&p{n}={n}")).collect();
        let answer = app.full.get(&format!("{path}?{}", &hundred[1..]));
        assert_eq!(answer.refused(400, "invalid_parameter").len(), 50, "some are enough to see what is wrong");
        app.full.get(&format!("{path}?%00=1")).refused(400, "invalid_parameter");
        if is_list(route) {
            for cursor in ["x", "", "cust_1", "sub_019ab1f0c0de7000800000000000000", "evt_019ab1f0c0de70008000000000000001", "%F0%9F%92%A3"] {
                app.full.get(&format!("{path}?cursor={cursor}")).refused_for(400, "invalid_parameter", &["cursor"]);
            }
        } else {
            app.full.get(&format!("{path}?limit=5")).refused_for(400, "invalid_parameter", &["limit"]);
        }
    }
    assert_eq!(app.row_counts(), before);
}

#[test]
fn another_nouns_id_in_a_body_is_named() {
    let app = TestApp::start();
    let sample = Sample::of(&app);
    app.full.try_subscribe(&sample.product, &sample.customer, json!({ "priceId": sample.invoice })).refused_for(
        422,
        "validation_error",
        &["customerId", "productId", "priceId"],
    );
    let nobody = "cust_019ab1f0c0de70008000000000000001";
    app.full.try_subscribe(nobody, &sample.product, json!({})).refused_for(422, "validation_error", &["customerId"]);
    app.full.try_subscribe(&sample.customer, "prod_019ab1f0c0de70008000000000000001", json!({})).refused_for(422, "validation_error", &["productId"]);
    app.full.try_subscribe(&sample.customer, &sample.product, json!({ "priceId": "price_019ab1f0c0de70008000000000000001" })).refused_for(
        422,
        "validation_error",
        &["priceId"],
    );
    for (field, value) in [
        ("quantity", json!(0)),
        ("quantity", json!(1001)),
        ("quantity", json!("2")),
        ("quantity", json!(1.5)),
        ("startAt", json!(5)),
        ("endsAt", json!(true)),
        ("endsAt", json!("2026-02-30")),
        ("anchorDay", json!("15")),
        ("anchorDay", json!(-1)),
        ("credentials", json!({ "username": "x" })),
    ] {
        let answer = app.full.try_subscribe(&sample.customer, &sample.product, json!({ field: value }));
        refused(&answer);
    }
    for (action, body) in [
        ("renew", json!({ "periods": 0 })),
        ("renew", json!({ "periods": 61 })),
        ("extend", json!({ "days": 0 })),
        ("extend", json!({ "days": 3651 })),
        ("extend", json!({})),
        ("uncancel", json!({ "x": 1 })),
        ("cancel", json!({ "unusedTime": "credit!" })),
    ] {
        app.full.act(&sample.subscription, action, body).refused(422, "validation_error");
    }
}

#[test]
fn sums_that_no_number_holds_are_refused() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let largest = app.full.post("/api/v1/products", &json!({ "name": "x", "price": "999999999999.99" }));
    if largest.status == 201 {
        let product = crate::support::client::id(&largest.created());
        for quantity in [1, 2, 1000] {
            let answer = app.full.try_subscribe(&ana, &product, json!({ "quantity": quantity, "payment": "manual" }));
            if answer.status == 201 {
                refused_or_ok(&app.full.act(&crate::support::client::id(&answer.created()), "renew", json!({ "periods": 60 })));
            } else {
                answer.refused(422, "validation_error");
            }
        }
    } else {
        largest.refused(422, "validation_error");
    }
    let path = format!("/api/v1/customers/{ana}/balance");
    for _ in 0..3 {
        refused_or_ok(&app.full.post(&path, &json!({ "amount": "999999999999.99", "currency": "USD" })));
        refused_or_ok(&app.full.post(&path, &json!({ "amount": "999999999999", "currency": "JPY" })));
    }
    // Ten years of a day-to-day product, and the end of the calendar.
    let yearly = app.full.new_product_at("1.00", "USD", "year");
    let subscription = crate::support::client::id(&app.full.subscribe(&ana, &yearly, json!({ "payment": "none", "startAt": "1970-01-01" })));
    for _ in 0..3 {
        refused_or_ok(&app.full.act(&subscription, "renew", json!({ "periods": 60 })));
        refused_or_ok(&app.full.act(&subscription, "extend", json!({ "days": 3650 })));
    }
}

fn refused_or_ok(answer: &Answer) {
    assert!([200, 201, 409, 422].contains(&answer.status), "{answer}");
}
