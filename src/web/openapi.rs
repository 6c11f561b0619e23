//! The OpenAPI 3.1 document, made from the table of routes and the shapes that handlers really read and write.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::domain::id::{PaymentMethodId, TypedId};
use crate::domain::reject::Code;
use crate::web::error::{self, JSON};
use crate::web::route::{Route, table};
use crate::wire::problem::{ErrorShape, INTERNAL};
use crate::wire::shape::{Definitions, Shape, id_shape};

const INTRODUCTION: &str = "Customers, products, subscriptions and invoices of one vendor. The [manual](/docs/manual/) begins with the first sale in five minutes and says each rule of money and time; it stands at `/docs/manual/`.

**Keys.** Every request carries an API key: `Authorization: Bearer bh_live_…` (`bh_test_…` on a server with a test clock). A key is made under Settings → API keys, or on the server with `billhead key create`, and shown once. `GET /api/v1/me` tells a key what it may do; a missing right is 403 `insufficient_scope`.

**Rate limits.** A key's tier allows a number of requests a minute (standard 60, professional 120, enterprise 300, unless the server says otherwise), as a burst that refills evenly: a key that rested can make nearly twice the number in its first minute, never more than the number in any later one. Every answer to a known key has `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`, the unix second at which the full allowance is back. A 429 has `Retry-After`: whole seconds, after which the next request is accepted.

**Pages.** Lists are in order of creation. `nextCursor` is the last row's id; pass it as `cursor` for the next page. No row comes twice and none is missed while others are added and deleted. `total` is exact.

**Money** is a decimal string in major units with exactly the currency's decimals: `9.99` USD, `1935` JPY, `1.935` KWD. **Times** are RFC 3339 in UTC with milliseconds.

**Bodies** are JSON objects of at most 1 MiB. Every wrong, missing and unknown field is named in `details` at once. Text is trimmed, passwords are not; control characters are refused, but line breaks and tabs stay in long text. In a PATCH, a field left out stays and null clears it.

**Repeats.** A POST or PATCH with an `Idempotency-Key` is done once: within 24 hours the same request with the same key gets the same answer again, with `Idempotent-Replayed: true`; another request with that key is 422 `idempotency_mismatch`. A refused request (4xx) is not kept.

**Errors** all have one shape. The order in which they win: 401, 403, 404, then 400 and 422.";

/// The document's bytes, made once.
pub fn document() -> &'static Bytes {
    static DOCUMENT: OnceLock<Bytes> = OnceLock::new();
    DOCUMENT.get_or_init(|| Bytes::from(build().to_string()))
}

pub fn answer() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, JSON)).body(document().clone())
}

fn build() -> Value {
    let mut definitions = Definitions::default();
    let error_shape = ErrorShape::shape(&mut definitions);
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let routes = table();
    for route in &routes {
        let operation = operation(route, &routes, &mut definitions);
        paths.entry(route.path).or_default().insert(route.method.as_str().to_ascii_lowercase(), operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Billhead API", "version": env!("CARGO_PKG_VERSION"), "description": INTRODUCTION },
        "servers": [{ "url": "/" }],
        "security": [{ "apiKey": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "apiKey": { "type": "http", "scheme": "bearer", "description": "An API key, made under Settings → API keys or with `billhead key create`." } },
            "schemas": definitions.schemas,
            "headers": headers(),
            "responses": problem_responses(&error_shape),
        },
    })
}

fn headers() -> Value {
    let integer = |words: &str, least: i64| json!({ "description": words, "required": true, "schema": { "type": "integer", "minimum": least } });
    let text = |words: &str, required: bool| json!({ "description": words, "required": required, "schema": { "type": "string" } });
    json!({
        "X-Request-Id": text("Names the request in the server's log.", true),
        "X-RateLimit-Limit": integer("Requests a minute of the key's tier.", 1),
        "X-RateLimit-Remaining": integer("Requests that are left at once.", 0),
        "X-RateLimit-Reset": integer("The unix second at which the full allowance is back.", 0),
        "Retry-After": integer("Whole seconds after which the next request is accepted.", 1),
        "Allow": text("The methods that the path takes.", true),
        "WWW-Authenticate": text("Bearer.", true),
        "Location": text("The path of what was created.", true),
        "Idempotent-Replayed": text("`true` where the answer was given before, to the same request with the same Idempotency-Key.", false),
    })
}

fn refer_headers(names: &[&str]) -> Value {
    let refs: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }))).collect();
    Value::Object(refs)
}

const KNOWN_KEY: [&str; 4] = ["X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];

/// The refusals, by status: which codes each has, and which headers.
fn problem_responses(error_shape: &Value) -> Value {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in Code::ALL {
        by_status.entry(error::status(code).as_u16()).or_default().push(code.text());
    }
    by_status.insert(500, vec![INTERNAL]);
    let responses: Map<String, Value> = by_status
        .into_iter()
        .map(|(status, codes)| {
            let extra: &[&str] = match status {
                401 => &["WWW-Authenticate"],
                405 => &["Allow"],
                429 | 503 => &["Retry-After"],
                _ => &[],
            };
            // Strangers have no allowance to be told of.
            let known: &[&str] = if matches!(status, 401 | 429) { &KNOWN_KEY[..1] } else { &KNOWN_KEY };
            let headers = refer_headers(&[known, extra].concat());
            let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
            let response = json!({ "description": codes.join(", "), "headers": headers, "content": { "application/json": { "schema": error_shape } } });
            (status.to_string(), response)
        })
        .collect();
    Value::Object(responses)
}

fn operation(route: &Route, routes: &[Route], definitions: &mut Definitions) -> Value {
    let scope = route.scope.map_or("Any valid key.".to_owned(), |scope| format!("Scope: `{}`.", scope.text()));
    let words = if route.words.is_empty() { scope } else { format!("{}\n\n{scope}", route.words) };
    let tag = route.path.split('/').nth(3).unwrap_or("").to_owned();
    let mut operation = json!({
        "operationId": route.operation,
        "summary": route.summary,
        "description": words,
        "tags": [tag],
        "parameters": parameters(route),
        "responses": responses(route, routes, definitions),
    });
    if let Some(body) = &route.body {
        let schema = (body.schema)(definitions);
        operation["requestBody"] = json!({ "required": body.required, "content": { "application/json": { "schema": schema, "example": (body.example)() } } });
    }
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let mut parameters = Vec::new();
    if let Some(noun) = &route.noun {
        parameters
            .push(json!({ "name": "id", "in": "path", "required": true, "description": format!("The {}'s id.", noun.name), "schema": id_shape(noun.prefix) }));
    }
    if route.path.contains("{pmId}") {
        let schema = id_shape(PaymentMethodId::PREFIX);
        parameters.push(json!({ "name": "pmId", "in": "path", "required": true, "description": "The payment method's id.", "schema": schema }));
    }
    for (name, words, schema, repeats) in (route.query)() {
        let mut parameter = json!({ "name": name, "in": "query", "required": false, "schema": schema });
        if !words.is_empty() {
            parameter["description"] = json!(words);
        }
        if repeats {
            parameter["style"] = json!("form");
            parameter["explode"] = json!(true);
        }
        parameters.push(parameter);
    }
    if route.takes_body() {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": false,
            "description": "Makes a repeat of the request safe, for 24 hours.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        }));
    }
    parameters
}

fn responses(route: &Route, routes: &[Route], definitions: &mut Definitions) -> Value {
    let mut extra = Vec::new();
    if route.status == 201 {
        extra.push("Location");
    }
    if route.takes_body() {
        extra.push("Idempotent-Replayed");
    }
    let answer = (route.answer)(definitions);
    let words = if route.status == 201 { "Created" } else { "Success" };
    let mut responses = Map::new();
    let links = links(route, &answer, routes, definitions);
    let mut success =
        json!({ "description": words, "headers": refer_headers(&[&KNOWN_KEY[..], &extra].concat()), "content": { "application/json": { "schema": answer } } });
    // A report can be had as a table, too.
    if (route.query)().iter().any(|(name, ..)| *name == "format") {
        success["content"]["text/csv"] = json!({ "schema": { "type": "string" } });
    }
    if !links.is_empty() {
        success["links"] = Value::Object(links);
    }
    responses.insert(route.status.to_string(), success);
    let mut statuses = vec![400, 401, 403, 405, 429, 500, 503];
    if route.scope.is_none() {
        statuses.retain(|s| *s != 403);
    }
    if route.noun.is_some() {
        statuses.push(404);
    }
    if route.takes_body() {
        statuses.extend([408, 413, 422]);
    }
    statuses.extend(route.refuses.iter().map(|code| error::status(*code).as_u16()));
    for status in statuses {
        responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    Value::Object(responses)
}

/// Where a new object and one that was read lead: its own id to every other operation on it, the ids of other objects
/// in it to reading those. They are found in the answer's schema, so that no link names a field that is not there.
fn links(route: &Route, answer: &Value, routes: &[Route], definitions: &Definitions) -> Map<String, Value> {
    let mut links = Map::new();
    if route.status != 201 && route.method != Method::GET {
        return links;
    }
    let schema = answer["$ref"].as_str().and_then(|path| path.rsplit('/').next()).and_then(|name| definitions.schemas.get(name));
    let Some(Value::Object(fields)) = schema.and_then(|schema| schema.get("properties")) else { return links };
    for (field, schema) in fields {
        // What belongs to an object has an id of its own, which no answer about the object has.
        let names = |to: &Route| !to.path.contains("{pmId}") && to.noun.is_some_and(|noun| schema["pattern"] == id_shape(noun.prefix)["pattern"]);
        for to in routes.iter().filter(|to| names(to)) {
            let reads = to.method == Method::GET && to.path.ends_with("/{id}");
            let name = match field.as_str() {
                "id" if to.operation != route.operation => to.operation.to_owned(),
                "id" => continue,
                _ if reads => format!("{}By{}{}", to.operation, field[..1].to_ascii_uppercase(), &field[1..]),
                _ => continue,
            };
            links.insert(name, json!({ "operationId": to.operation, "parameters": { "id": format!("$response.body#/{field}") } }));
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_created_leads_to_every_operation_on_it() {
        let document = build();
        let links = |path: &str, method: &str, status: &str| {
            let links = document["paths"][path][method]["responses"][status]["links"].as_object();
            links.map(|links| links.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert_eq!(
            links("/api/v1/customers", "post", "201"),
            ["addBalanceEntry", "createPaymentMethod", "deleteCustomer", "getBalance", "getCustomer", "listPaymentMethods", "updateCustomer"]
        );
        assert_eq!(
            links("/api/v1/customers/{id}", "get", "200"),
            ["addBalanceEntry", "createPaymentMethod", "deleteCustomer", "getBalance", "listPaymentMethods", "updateCustomer"]
        );
        let of_subscription = links("/api/v1/subscriptions", "post", "201");
        for expected in ["cancelSubscription", "getCustomerByCustomerId", "getInvoiceByLatestInvoiceId"] {
            assert!(of_subscription.iter().any(|link| link == expected), "{expected}: {of_subscription:?}");
        }
        assert_eq!(links("/api/v1/customers/{id}", "patch", "200"), [""; 0]);
    }
}
