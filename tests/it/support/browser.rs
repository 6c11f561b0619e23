//! A browser without a screen: it keeps cookies, reads forms out of pages, fills them in and sends them, and holds every page
//! to what all pages have in common.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

use scraper::{ElementRef, Html, Selector};
use ureq::http::header::{HeaderName, HeaderValue};
use ureq::http::{HeaderMap, Method, Request};

use super::{OWNER, PASSWORD};

/// The policy that every page has, written anew here: a page may load what is ours, and nothing runs inside it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
/// More redirects in a row than any page of ours makes.
const MOST_REDIRECTS: usize = 5;

/// Headers beside those that every browser sends.
pub type Headers<'h> = [(&'h str, &'h str)];

pub struct Browser {
    agent: ureq::Agent,
    pub address: SocketAddr,
    cookies: Mutex<BTreeMap<String, String>>,
    /// Sent with every request: a language, a proxy's word.
    pub headers: Vec<(&'static str, String)>,
}

impl Clone for Browser {
    /// The same person with the same cookies, from here on on his own.
    fn clone(&self) -> Self {
        Self { cookies: Mutex::new(self.cookies()), headers: self.headers.clone(), ..Self::new(self.address) }
    }
}

impl Browser {
    pub fn new(address: SocketAddr) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(60)));
        Self { agent: config.build().new_agent(), address, cookies: Mutex::default(), headers: Vec::new() }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().expect("no test panicked with the cookies").clone()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("no test panicked with the cookies").insert(name.to_owned(), value.to_owned());
    }

    /// The session's token.
    pub fn session(&self) -> Option<String> {
        self.cookies().into_iter().find(|(name, _)| name.ends_with("billhead_session")).map(|(_, value)| value)
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// One request for a page; its redirect is not followed.
    #[track_caller]
    pub fn get(&self, path: &str) -> Page {
        self.send("GET", path, &[], None)
    }

    /// Goes to a page as by a click: redirects are followed.
    #[track_caller]
    pub fn go(&self, path: &str) -> Page {
        self.follow(self.get(path))
    }

    /// Follows redirects to the page where they end.
    #[track_caller]
    pub fn follow(&self, mut page: Page) -> Page {
        for _ in 0..MOST_REDIRECTS {
            match page.location() {
                Some(location) => page = self.get(&location),
                None => return page,
            }
        }
        panic!("it never ends to redirect: {page}")
    }

    /// Sends a form as it stands, as from its own page; the redirect is not followed.
    #[track_caller]
    pub fn submit(&self, form: &Form) -> Page {
        self.submit_with(form, &[("origin", &self.origin()), ("sec-fetch-site", "same-origin")])
    }

    /// Sends a form and goes where that leads.
    #[track_caller]
    pub fn send_form(&self, form: &Form) -> Page {
        self.follow(self.submit(form))
    }

    /// The same with these headers alone.
    #[track_caller]
    pub fn submit_with(&self, form: &Form, headers: &Headers<'_>) -> Page {
        self.post(&form.action, &form.sent(), headers)
    }

    #[track_caller]
    pub fn post(&self, path: &str, pairs: &[(String, String)], headers: &Headers<'_>) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([("content-type", "application/x-www-form-urlencoded")]).collect();
        self.send("POST", path, &headers, Some(body.as_bytes()))
    }

    /// Opens a page with a form, fills in these fields, sends it, and goes where that leads.
    #[track_caller]
    pub fn fill(&self, path: &str, typed: &[(&str, &str)]) -> Page {
        self.send_form(&self.get(path).ok().form().fill(typed))
    }

    /// Presses the button that posts to this path, on the page where it stands.
    #[track_caller]
    pub fn press(&self, page: &str, action: &str) -> Page {
        self.send_form(&self.get(page).ok().form_to(action))
    }

    #[track_caller]
    pub fn set_up(&self, token: &str) {
        let page = self.fill(
            &format!("/admin/setup/{token}"),
            &[("email", OWNER), ("password", PASSWORD), ("business.name", "Acme"), ("business.currency", "USD"), ("business.timezone", "UTC")],
        );
        assert_eq!(page.path(), "/admin/settings/keys/new?first=1", "{page}");
    }

    #[track_caller]
    pub fn sign_in(&self, email: &str, password: &str) {
        let page = self.try_sign_in(email, password);
        assert_eq!((page.status, page.location().as_deref()), (303, Some("/admin")), "{page}");
    }

    /// Types these into the sign-in and sends it.
    #[track_caller]
    pub fn try_sign_in(&self, email: &str, password: &str) -> Page {
        self.submit(&self.get("/admin/login").ok().form().fill(&[("email", email), ("password", password)]))
    }

    #[track_caller]
    pub fn is_signed_in(&self) -> bool {
        self.get("/admin").status == 200
    }

    /// Any request, with the cookies so far. What every page has is asserted here.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &Headers<'_>, body: Option<&[u8]>) -> Page {
        let page = self.ask(method, path, headers, body);
        page.assert_common(method);
        page
    }

    /// The same without any expectation.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, headers: &Headers<'_>, body: Option<&[u8]>) -> Page {
        let asked = format!("{method} {path}");
        let uri = format!("http://{}{path}", self.address);
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).expect("a method")).uri(&uri);
        let cookies: Vec<String> = self.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let own = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let cookie = (!cookies.is_empty()).then_some(("cookie", cookies.as_str()));
        for (name, value) in headers.iter().copied().chain(own).chain(cookie) {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
            request = request.header(name, HeaderValue::from_bytes(value.as_bytes()).expect("a header's value"));
        }
        let response = match body {
            Some(bytes) => {
                let request = request.body(bytes).unwrap_or_else(|e| panic!("{asked}: {e}"));
                self.agent.run(self.agent.configure_request(request).build())
            }
            None => self.agent.run(request.body(()).unwrap_or_else(|e| panic!("{asked}: {e}"))),
        };
        let (head, body) = response.unwrap_or_else(|e| panic!("{asked}: {e}")).into_parts();
        let bytes = body.into_with_config().limit(64 * 1024 * 1024).read_to_vec().unwrap_or_else(|e| panic!("{asked}: {e}"));
        let html = String::from_utf8(bytes).unwrap_or_else(|e| panic!("{asked}: {e}"));
        let page = Page { asked, status: head.status.as_u16(), headers: head.headers, html };
        for cookie in page.set_cookies() {
            let pair = cookie.split(';').next().unwrap_or("");
            let (name, value) = pair.split_once('=').unwrap_or_else(|| panic!("no cookie: {cookie}"));
            let mut kept = self.cookies.lock().expect("no test panicked with the cookies");
            if value.is_empty() { drop(kept.remove(name)) } else { drop(kept.insert(name.to_owned(), value.to_owned())) }
        }
        page
    }
}

/// A page as it came.
#[derive(Debug)]
pub struct Page {
    asked: String,
    pub status: u16,
    headers: HeaderMap,
    pub html: String,
}

impl std::fmt::Display for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = if self.html.is_empty() { String::new() } else { self.text_of("h1, .notice, .problem, .error, main p") };
        let shown: String = shown.chars().take(2000).collect();
        write!(f, "{} answered {} {:?}\n{shown}", self.asked, self.status, self.location())
    }
}

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|e| panic!("{css}: {e}"))
}

/// An element's text as it is read: white space in runs counts as one space.
fn text_of(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Page {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|v| v.to_str().unwrap_or_else(|e| panic!("{name}: {e}")))
    }

    pub fn location(&self) -> Option<String> {
        self.header("location").map(str::to_owned)
    }

    /// The path and query that were asked for.
    pub fn path(&self) -> &str {
        self.asked.split_once(' ').map_or("", |(_, path)| path)
    }

    pub fn set_cookies(&self) -> Vec<String> {
        self.headers.get_all("set-cookie").iter().map(|v| v.to_str().expect("our cookies are ASCII").to_owned()).collect()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        self.expect(200)
    }

    pub fn document(&self) -> Html {
        Html::parse_document(&self.html)
    }

    /// The text of each element that the selector finds.
    pub fn texts(&self, css: &str) -> Vec<String> {
        self.document().select(&select(css)).map(text_of).collect()
    }

    /// The same in one.
    pub fn text_of(&self, css: &str) -> String {
        self.texts(css).join("\n")
    }

    /// The text of each element as it stands, white space and all.
    pub fn raw_texts(&self, css: &str) -> Vec<String> {
        self.document().select(&select(css)).map(|e| e.text().collect()).collect()
    }

    /// This attribute of each element that the selector finds and that has it.
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        self.document().select(&select(css)).filter_map(|e| e.attr(name)).map(str::to_owned).collect()
    }

    #[track_caller]
    pub fn assert_has(&self, css: &str, text: &str) {
        let found = self.texts(css);
        assert!(found.iter().any(|t| t.contains(text)), "no {text:?} in {css} {found:?}: {self}");
    }

    pub fn heading(&self) -> String {
        self.text_of("h1")
    }

    /// The message above a form that was refused.
    pub fn problem(&self) -> String {
        self.text_of(".problem")
    }

    /// The errors of fields, by the field's name.
    pub fn errors(&self) -> BTreeMap<String, String> {
        let document = self.document();
        let selector = select(".error[id]");
        let errors = document.select(&selector);
        let by_id: BTreeMap<String, String> =
            document.select(&select("[id][name], fieldset[id]")).filter_map(|e| Some((e.attr("id")?.to_owned(), field_name(e)?))).collect();
        let name_of = |id: &str| by_id.get(id).cloned().unwrap_or_else(|| panic!("the error {id} belongs to no field: {self}"));
        errors.map(|e| (name_of(e.attr("id").unwrap_or("").trim_end_matches("-error")), text_of(e))).collect()
    }

    /// The names of the wrong fields, sorted.
    #[track_caller]
    pub fn wrong(&self) -> Vec<String> {
        // Each is named in the summary too, by a link that leads to it.
        let links = self.attributes(".problem a", "href").len();
        let errors = self.errors();
        assert_eq!(links, errors.len(), "the summary and the fields differ: {self}");
        errors.into_keys().collect()
    }

    /// The page's own form: the one that is posted and is no mere button.
    #[track_caller]
    pub fn form(&self) -> Form {
        let mut forms: Vec<Form> = self.document().select(&select("form.fields")).map(Form::read).collect();
        assert_eq!(forms.len(), 1, "one form was expected: {self}");
        forms.remove(0)
    }

    /// The form that is posted to this path, be it a button.
    #[track_caller]
    pub fn form_to(&self, action: &str) -> Form {
        let form = self.document().select(&select("form[method=post]")).map(Form::read).find(|f| f.action == action);
        form.unwrap_or_else(|| panic!("nothing here is posted to {action}: {self}"))
    }

    /// The token that this page's forms carry.
    #[track_caller]
    pub fn csrf(&self) -> String {
        self.attributes("input[name=csrf]", "value").into_iter().next().unwrap_or_else(|| panic!("no token: {self}"))
    }

    /// A fact by its name, in the narrow column.
    #[track_caller]
    pub fn fact(&self, name: &str) -> String {
        let document = self.document();
        let row = document.select(&select("dl > div")).find(|row| row.select(&select("dt")).next().is_some_and(|dt| text_of(dt) == name));
        let row = row.unwrap_or_else(|| panic!("no fact {name}: {self}"));
        row.select(&select("dd")).next().map(text_of).unwrap_or_default()
    }

    /// Each row of the page's tables, its cells' texts joined.
    pub fn rows(&self) -> Vec<String> {
        self.texts("tbody tr")
    }

    /// The links of rows that lead to objects.
    pub fn row_links(&self) -> Vec<String> {
        self.attributes("tbody tr a.go", "href")
    }

    /// What every answer for a page has, whatever its status.
    #[track_caller]
    fn assert_common(&self, method: &str) {
        assert!(self.status < 500, "{self}");
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", POLICY),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(self.header(name), Some(value), "{name}: {self}");
        }
        assert!(self.header("x-request-id").is_some_and(|id| id.starts_with("req_")), "{self}");
        for cookie in self.set_cookies() {
            for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/; "] {
                assert!(cookie.contains(part), "{cookie}: {self}");
            }
            assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
        }
        if self.status / 100 == 3 {
            assert_eq!((self.status, self.html.as_str()), (303, ""), "{self}");
            let location = self.location().unwrap_or_else(|| panic!("no Location: {self}"));
            assert!(is_of_admin(&location), "it leads elsewhere: {self}");
            return;
        }
        assert_eq!(self.location(), None, "{self}");
        if method == "HEAD" {
            assert_eq!(self.html, "", "{self}");
            return;
        }
        self.assert_common_html();
    }

    #[track_caller]
    fn assert_common_html(&self) {
        assert!(self.html.starts_with("<!doctype html>"), "{self}");
        let document = self.document();
        assert!(document.errors.is_empty(), "the HTML is not well formed: {:?} {self}", document.errors);
        let count = |css: &str| document.select(&select(css)).count();
        assert_eq!(count("h1"), 1, "{self}");
        assert_eq!(count("main"), 1, "{self}");
        let root = document.root_element();
        let spoken = (root.attr("lang"), root.attr("dir"));
        assert!(matches!(spoken, (Some("en"), Some("ltr")) | (Some("ar"), Some("rtl"))), "{spoken:?} {self}");
        let missing = self.html.split('⟪').nth(1);
        assert_eq!(missing.and_then(|m| m.split('⟫').next()), None, "a message is missing: {self}");
        let mut ids = std::collections::BTreeSet::new();
        for element in document.select(&select("*")) {
            self.assert_element(element, &mut ids);
        }
    }

    #[track_caller]
    fn assert_element<'e>(&self, element: ElementRef<'e>, ids: &mut std::collections::BTreeSet<&'e str>) {
        let name = element.value().name();
        match name {
            "script" => assert!(element.attr("src").is_some() && text_of(element).is_empty(), "a script stands in the page: {self}"),
            "style" | "iframe" | "object" | "embed" | "base" => panic!("<{name}> stands in the page: {self}"),
            "form" if element.attr("method") == Some("post") => {
                let tokens = element.select(&select("input[type=hidden][name=csrf]")).filter(|i| i.attr("value").is_some_and(|v| v.len() >= 32)).count();
                assert_eq!(tokens, 1, "a form without a token: {self}");
            }
            _ => {}
        }
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on") && attribute != "style", "<{name} {attribute}={value:?}>: {self}");
            if matches!(attribute, "href" | "src" | "action" | "formaction" | "data" | "poster" | "srcset" | "srcdoc" | "ping" | "background") {
                let is_ours = value.starts_with('#') || value.starts_with('/') && !value.starts_with("//") && !value.contains('\\');
                assert!(is_ours, "<{name} {attribute}={value:?}> leads elsewhere: {self}");
            }
            if attribute == "id" {
                assert!(ids.insert(value), "the id {value} stands twice: {self}");
            }
        }
    }
}

/// A page of the admin site, and no other site however a browser reads it.
fn is_of_admin(location: &str) -> bool {
    let base = url::Url::parse("http://here.example/").expect("an address");
    let read = base.join(location).unwrap_or_else(|e| panic!("{location}: {e}"));
    location.starts_with("/admin") && read.host_str() == Some("here.example") && read.path().starts_with("/admin")
}

fn field_name(element: ElementRef<'_>) -> Option<String> {
    let own = element.attr("name");
    own.or_else(|| element.select(&select("input[name]")).next().and_then(|i| i.attr("name"))).map(str::to_owned)
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    Text,
    Hidden,
    Prose,
    Check,
    Radio,
    Select(Vec<String>),
}

#[derive(Clone, Debug)]
struct Input {
    name: String,
    kind: Kind,
    value: String,
    /// Of a box or a radio button.
    on: bool,
}

/// A form as a browser holds it.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    inputs: Vec<Input>,
    /// What no browser would send of itself.
    forced: Vec<(String, String)>,
}

impl Form {
    fn read(element: ElementRef<'_>) -> Self {
        let inputs = element.select(&select("input, select, textarea")).filter(|e| e.attr("disabled").is_none()).filter_map(read_input).collect();
        Self { action: element.attr("action").unwrap_or("").to_owned(), inputs, forced: Vec::new() }
    }

    /// Fills in these fields; each must be there, and what is chosen must be a choice.
    #[track_caller]
    pub fn fill(mut self, typed: &[(&str, &str)]) -> Self {
        for (name, value) in typed {
            self.set(name, value);
        }
        self
    }

    #[track_caller]
    fn set(&mut self, name: &str, value: &str) {
        let mut of_name: Vec<&mut Input> = self.inputs.iter_mut().filter(|i| i.name == name).collect();
        let Some(first) = of_name.first_mut() else { panic!("the form has no field {name}") };
        match &first.kind {
            // A line takes no line break.
            Kind::Text => first.value = value.replace(['\n', '\r'], ""),
            Kind::Prose => first.value = value.to_owned(),
            Kind::Hidden => panic!("{name} is hidden: nobody types into it"),
            Kind::Select(choices) => {
                assert!(choices.iter().any(|c| c == value), "{value} is no choice of {name}: {choices:?}");
                first.value = value.to_owned();
            }
            // Several are separated by commas; none is empty.
            Kind::Check => of_name.iter_mut().for_each(|i| i.on = value.split(',').any(|v| v == i.value)),
            Kind::Radio => {
                assert!(of_name.iter().any(|i| i.value == value), "{value} is no choice of {name}");
                of_name.iter_mut().for_each(|i| i.on = i.value == value);
            }
        }
    }

    /// Puts into the form what no browser would: another token, a choice that there is not.
    pub fn force(mut self, name: &str, value: &str) -> Self {
        self.inputs.retain(|i| i.name != name);
        self.forced.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn has(&self, name: &str) -> bool {
        self.inputs.iter().any(|i| i.name == name)
    }

    /// What a field holds, as it would be sent; empty where nothing would.
    pub fn value(&self, name: &str) -> String {
        let values: Vec<String> = self.pairs().into_iter().filter(|(n, _)| n == name).map(|(_, value)| value).collect();
        values.join(",")
    }

    /// Names and values of everything that would be sent, line breaks as they were read.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let sent = self.inputs.iter().filter(|i| !matches!(i.kind, Kind::Check | Kind::Radio) || i.on);
        sent.map(|i| (i.name.clone(), i.value.clone())).chain(self.forced.clone()).collect()
    }

    /// The same without what is ours: what a person sees in it.
    pub fn typed(&self) -> BTreeMap<String, String> {
        let names: Vec<&Input> = self.inputs.iter().filter(|i| i.kind != Kind::Hidden).collect();
        names.into_iter().map(|i| (i.name.clone(), self.value(&i.name))).collect()
    }

    /// The names of the fields that take any text.
    pub fn text_fields(&self) -> Vec<String> {
        self.inputs.iter().filter(|i| matches!(i.kind, Kind::Text | Kind::Prose)).map(|i| i.name.clone()).collect()
    }

    /// As it goes over the wire: a line break is CR LF there.
    fn sent(&self) -> Vec<(String, String)> {
        let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        self.pairs().into_iter().map(|(name, value)| (name, lines(&value))).collect()
    }
}

fn read_input(element: ElementRef<'_>) -> Option<Input> {
    let name = element.attr("name")?.to_owned();
    let attribute = |name: &str| element.attr(name).unwrap_or("").to_owned();
    let (kind, value) = match element.value().name() {
        "textarea" => (Kind::Prose, element.text().collect()),
        "select" => {
            let options: Vec<ElementRef<'_>> = element.select(&select("option")).collect();
            let value = |o: &ElementRef<'_>| o.attr("value").unwrap_or("").to_owned();
            let chosen = options.iter().rev().find(|o| o.attr("selected").is_some()).or(options.first()).map(value);
            (Kind::Select(options.iter().map(value).collect()), chosen.unwrap_or_default())
        }
        _ => match attribute("type").as_str() {
            "hidden" => (Kind::Hidden, attribute("value")),
            "checkbox" => (Kind::Check, attribute("value")),
            "radio" => (Kind::Radio, attribute("value")),
            "submit" | "button" => return None,
            _ => (Kind::Text, attribute("value")),
        },
    };
    Some(Input { name, kind, value, on: element.attr("checked").is_some() })
}

/// A check that cannot fail proves nothing.
#[test]
fn the_check_of_pages_finds_each_kind_of_damage() {
    const GOOD: &str = "<!doctype html><html lang=\"en\" dir=\"ltr\"><head><title>T</title><script src=\"/a.js\"></script></head><body><main><h1>T</h1>\
                        <form method=\"post\" action=\"/admin/x\"><input type=\"hidden\" name=\"csrf\" value=\"0123456789abcdef0123456789abcdef\">\
                        <button id=\"b\">B</button></form></main></body></html>";
    let page = |html: &str, header: (&'static str, &'static str)| {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", POLICY),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("x-request-id", "req_1"),
            header,
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Page { asked: "GET /".into(), status: 200, headers, html: html.to_owned() }
    };
    let none = ("x-none", "");
    page(GOOD, none).assert_common("GET");
    let fails = |page: Page| std::panic::catch_unwind(|| page.assert_common("GET")).is_err();
    for (from, to) in [
        ("<!doctype html>", ""),
        ("<h1>T</h1>", ""),
        ("<h1>T</h1>", "<h1>T</h1><h1>T</h1>"),
        ("<h1>T</h1>", "<h1>T</h1></span>"),
        ("<h1>T</h1>", "<h1>T ⟪some-id⟫</h1>"),
        ("<h1>T</h1>", "<h1 style=\"color: red\">T</h1>"),
        ("<h1>T</h1>", "<h1 onclick=\"x()\">T</h1>"),
        ("<h1>T</h1>", "<h1 id=\"b\">T</h1>"),
        ("<h1>T</h1>", "<h1>T</h1><a href=\"https://evil.example/\">x</a>"),
        ("<h1>T</h1>", "<h1>T</h1><a href=\"//evil.example/\">x</a>"),
        ("<h1>T</h1>", "<h1>T</h1><a href=\"javascript:x()\">x</a>"),
        ("<h1>T</h1>", "<h1>T</h1><img src=\"http://evil.example/x\">"),
        ("<h1>T</h1>", "<h1>T</h1><style>p{}</style>"),
        (" src=\"/a.js\">", ">x()"),
        ("name=\"csrf\"", "name=\"other\""),
        ("0123456789abcdef", ""),
        ("lang=\"en\"", "lang=\"ar\""),
        (" dir=\"ltr\"", ""),
    ] {
        assert!(fails(page(&GOOD.replace(from, to), none)), "{from} {to}");
    }
    for header in [
        ("content-type", "application/json"),
        ("content-security-policy", "default-src *"),
        ("x-frame-options", "SAMEORIGIN"),
        ("cache-control", "no-cache"),
        ("x-content-type-options", ""),
        ("x-request-id", ""),
        ("set-cookie", "a=b; Path=/; SameSite=Lax"),
        ("set-cookie", "a=b; Path=/; HttpOnly"),
        ("set-cookie", "a=b; Path=/; HttpOnly; SameSite=Lax; Domain=example.com"),
        ("location", "/admin"),
    ] {
        assert!(fails(page(GOOD, header)), "{header:?}");
    }
    for (status, location) in [(303, "https://evil.example"), (303, "//evil.example"), (303, "/docs"), (302, "/admin"), (303, "/admin/../x"), (500, "")] {
        let moved = Page { status, html: String::new(), ..page("", ("location", location)) };
        assert!(fails(moved), "{status} {location}");
    }
}
