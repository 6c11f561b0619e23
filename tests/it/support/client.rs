//! Users of the API: a small JSON client that holds every answer to what all answers have in common.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::header::{HeaderName, HeaderValue};
use ureq::http::{HeaderMap, Method, Request};

/// Someone with or without a key.
#[derive(Clone)]
pub struct User {
    agent: ureq::Agent,
    address: SocketAddr,
    pub secret: Option<String>,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    pub asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

/// One wrong field of a refusal.
pub type Detail = (String, String);

impl User {
    pub fn new(address: SocketAddr, secret: Option<String>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(60)));
        Self { agent: config.build().new_agent(), address, secret }
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.json("POST", path, &[], body)
    }

    #[track_caller]
    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.json("PATCH", path, &[], body)
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], None)
    }

    /// A POST that is safe to repeat.
    #[track_caller]
    pub fn post_once(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.json("POST", path, &[("idempotency-key", key)], body)
    }

    #[track_caller]
    pub fn json(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([("content-type", "application/json")]).collect();
        self.send(method, path, &headers, Some(body.to_string().as_bytes()))
    }

    /// Any request. What every answer has is asserted here: an id, a JSON body, the error shape, the allowance of a known
    /// key; and that nothing is our fault.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Answer {
        let answer = self.ask(method, path, headers, body);
        assert!(answer.status < 500, "{answer}");
        assert!(answer.header("x-request-id").is_some_and(|id| id.starts_with("req_")), "{answer}");
        if (path == "/api" || path.starts_with("/api/")) && method != "HEAD" {
            assert_eq!(answer.header("content-type"), Some("application/json"), "{answer}");
            if answer.status >= 400 {
                answer.assert_error_shape();
            }
            if answer.status != 401 && !(answer.status == 429 && self.secret.is_none()) {
                for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
                    assert!(answer.header(name).is_some_and(|v| v.parse::<u64>().is_ok()), "{name}: {answer}");
                }
            }
        }
        answer
    }

    /// The same without any expectation.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Answer {
        let asked = format!("{method} {path}");
        let uri = format!("http://{}{path}", self.address);
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).expect("a method")).uri(&uri);
        if let Some(secret) = &self.secret {
            request = request.header("authorization", format!("Bearer {secret}"));
        }
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
            request = request.header(name, HeaderValue::from_str(value).expect("a header's value"));
        }
        let response = match body {
            Some(bytes) => {
                let request = request.body(bytes).unwrap_or_else(|e| panic!("{asked}: {e}"));
                self.agent.run(self.agent.configure_request(request).build())
            }
            None => self.agent.run(request.body(()).unwrap_or_else(|e| panic!("{asked}: {e}"))),
        };
        let response = response.unwrap_or_else(|e| panic!("{asked}: {e}"));
        let (head, body) = response.into_parts();
        let bytes = body.into_with_config().limit(64 * 1024 * 1024).read_to_vec().unwrap_or_else(|e| panic!("{asked}: {e}"));
        Answer { asked, status: head.status.as_u16(), headers: head.headers, bytes }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = String::from_utf8_lossy(&self.bytes);
        let shown: String = text.chars().take(4000).collect();
        write!(f, "{} answered {} {shown}", self.asked, self.status)
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|v| v.to_str().unwrap_or_else(|e| panic!("{name}: {e}")))
    }

    #[track_caller]
    pub fn number(&self, header: &str) -> i64 {
        self.header(header).and_then(|v| v.parse().ok()).unwrap_or_else(|| panic!("no number in {header}: {self}"))
    }

    #[track_caller]
    pub fn body(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {self}"))
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        self.body()
    }

    #[track_caller]
    pub fn ok(&self) -> Value {
        self.expect(200)
    }

    #[track_caller]
    pub fn created(&self) -> Value {
        let body = self.expect(201);
        assert!(self.header("location").is_some_and(|l| l.starts_with("/api/v1/")), "no Location: {self}");
        body
    }

    /// The wrong fields of a refusal with this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Vec<Detail> {
        let body = self.expect(status);
        assert_eq!(body["error"]["code"], code, "{self}");
        let details = body["error"]["details"].as_array().unwrap_or_else(|| panic!("no details: {self}"));
        details.iter().map(|d| (string(&d["field"]), string(&d["message"]))).collect()
    }

    /// A refusal that names exactly these fields, in any order.
    #[track_caller]
    pub fn refused_for(&self, status: u16, code: &str, fields: &[&str]) {
        let mut named: Vec<String> = self.refused(status, code).into_iter().map(|d| d.0).collect();
        let mut expected: Vec<String> = fields.iter().map(|f| (*f).to_owned()).collect();
        named.sort();
        expected.sort();
        assert_eq!(named, expected, "{self}");
    }

    #[track_caller]
    fn assert_error_shape(&self) {
        let body = self.body();
        let error = &body["error"];
        assert!(body.as_object().is_some_and(|o| o.len() == 1), "{self}");
        assert!(error.as_object().is_some_and(|o| o.len() == 3), "{self}");
        assert!(error["code"].as_str().is_some_and(|c| !c.is_empty() && c.chars().all(|c| c.is_ascii_lowercase() || c == '_')), "{self}");
        assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()), "{self}");
        let details = error["details"].as_array().unwrap_or_else(|| panic!("details are always there: {self}"));
        assert!(details.iter().all(|d| d.as_object().is_some_and(|o| o.len() == 2) && d["field"].is_string() && d["message"].is_string()), "{self}");
    }
}

#[track_caller]
pub fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no string: {value}")).to_owned()
}

#[track_caller]
pub fn id(value: &Value) -> String {
    string(&value["id"])
}

/// What a page tells beside its rows: total, and the next cursor where more follow.
#[track_caller]
pub fn page_end(page: &Value) -> (i64, Option<String>) {
    let end = &page["pagination"];
    let next = end["nextCursor"].as_str().map(str::to_owned);
    assert_eq!(end["hasMore"].as_bool(), Some(next.is_some()), "{page}");
    (end["total"].as_i64().unwrap_or_else(|| panic!("no total: {page}")), next)
}

#[track_caller]
pub fn rows(page: &Value) -> &Vec<Value> {
    page["data"].as_array().unwrap_or_else(|| panic!("no rows: {page}"))
}

#[track_caller]
pub fn ids(page: &Value) -> Vec<String> {
    rows(page).iter().map(id).collect()
}

/// Objects that many stories begin with.
impl User {
    #[track_caller]
    pub fn new_customer(&self, email: &str) -> String {
        id(&self.post("/api/v1/customers", &json!({ "email": email })).created())
    }

    /// A monthly product at 9.99 USD.
    #[track_caller]
    pub fn new_product(&self) -> String {
        self.new_product_at("9.99", "USD", "month")
    }

    #[track_caller]
    pub fn new_product_at(&self, price: &str, currency: &str, interval: &str) -> String {
        id(&self.post("/api/v1/products", &json!({ "name": "Gold", "price": price, "currency": currency, "interval": interval })).created())
    }

    /// A subscription of these two, with whatever else the body says.
    #[track_caller]
    pub fn subscribe(&self, customer: &str, product: &str, more: Value) -> Value {
        self.try_subscribe(customer, product, more).created()
    }

    #[track_caller]
    pub fn try_subscribe(&self, customer: &str, product: &str, more: Value) -> Answer {
        let mut body = json!({ "customerId": customer, "productId": product });
        let Value::Object(more) = more else { panic!("no object: {more}") };
        body.as_object_mut().expect("it is an object").extend(more);
        self.post("/api/v1/subscriptions", &body)
    }

    #[track_caller]
    pub fn subscription(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/subscriptions/{id}")).ok()
    }

    #[track_caller]
    pub fn invoice(&self, id: &Value) -> Value {
        self.get(&format!("/api/v1/invoices/{}", string(id))).ok()
    }

    /// A subscription's invoices, oldest first.
    #[track_caller]
    pub fn invoices_of(&self, subscription: &str) -> Vec<Value> {
        rows(&self.get(&format!("/api/v1/invoices?limit=100&subscriptionId={subscription}")).ok()).clone()
    }

    /// An action on a subscription.
    #[track_caller]
    pub fn act(&self, subscription: &str, action: &str, body: Value) -> Answer {
        self.post(&format!("/api/v1/subscriptions/{subscription}/{action}"), &body)
    }

    #[track_caller]
    pub fn mark_paid(&self, invoice: &Value, body: Value) -> Answer {
        self.post(&format!("/api/v1/invoices/{}/mark-paid", string(invoice)), &body)
    }

    /// Credits so much net of an invoice's first line.
    #[track_caller]
    pub fn credit_line(&self, invoice: &str, amount: &str, to: &str) -> Value {
        let line = &self.invoice(&Value::from(invoice))["lines"][0]["id"];
        let body = json!({ "lines": [{ "lineId": line, "amount": amount }], "to": to });
        self.post(&format!("/api/v1/invoices/{invoice}/credit-notes"), &body).created()
    }

    #[track_caller]
    pub fn grant(&self, customer: &str, amount: &str, currency: &str) -> Value {
        self.post(&format!("/api/v1/customers/{customer}/balance"), &json!({ "amount": amount, "currency": currency })).created()
    }

    /// All rows of a list, page by page. Each page's total must agree with what comes.
    #[track_caller]
    pub fn all(&self, path: &str, limit: usize) -> Vec<Value> {
        let mut found = Vec::new();
        let mut cursor = String::new();
        let joint = if path.contains('?') { '&' } else { '?' };
        // More pages than any test has rows.
        for _ in 0..1000 {
            let page = self.get(&format!("{path}{joint}limit={limit}{cursor}")).ok();
            found.extend(rows(&page).iter().cloned());
            match page_end(&page) {
                (_, Some(next)) => cursor = format!("&cursor={next}"),
                (total, None) => {
                    assert_eq!(usize::try_from(total).ok(), Some(found.len()), "{path}: {page}");
                    return found;
                }
            }
        }
        panic!("{path} never ends")
    }
}

/// The same call by several at once; their answers in no particular order.
pub fn at_once<T: Send>(times: usize, call: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = std::sync::Barrier::new(times);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..times)
            .map(|n| {
                let (start, call) = (&start, &call);
                scope.spawn(move || {
                    start.wait();
                    call(n)
                })
            })
            .collect();
        callers.into_iter().map(|c| c.join().expect("no caller panicked")).collect()
    })
}
