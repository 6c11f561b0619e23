//! Pages: from a browser's request to its answer, and the table in which every page stands.
//!
//! The order: method, cookie and session, where from (a POST from another site is refused), body, token, handler. Whoever is
//! not signed in is sent to the sign-in; what he had typed is carried over it. Every page has the same strict policy.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::http::header::{
    ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, ORIGIN,
    REFERRER_POLICY, RETRY_AFTER, SET_COOKIE, USER_AGENT, X_FRAME_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use futures_util::FutureExt;
use serde_json::Value;

use crate::app::admin::{Browser, Visit};
use crate::app::form::Carried;
use crate::app::{Answer, App, Caller, Idempotency};
use crate::domain::actor::Actor;
use crate::domain::id::TypedId;
use crate::domain::reject::{Code, FieldError, Reject};
use crate::domain::time::Zone;
use crate::error::{Error, Result};
use crate::web::cookie::Cookie;
use crate::web::html::Viewer;
use crate::web::html::catalogue::choose;
use crate::web::html::fill::{Blank, Merged, VERSION, Version};
use crate::web::html::form::{Control, Field as FormField, Group, Problem};
use crate::web::html::page::{Action, ApiCall, FormPage, Head, ListPage, MessagePage, Place, Section, Weight};
use crate::web::html::text::{Arg, Text, say, say_with};
use crate::web::posted::Posted;
use crate::web::serve::{CSV, Site, request_id};
use crate::web::{body, error};
use crate::wire::input::{Field, read_body};
use crate::wire::query::{Query, read_query};

/// Nothing but our own files; no script and no style in the page itself; no frame around it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// More that was typed than this is not carried over a sign-in.
const MAX_CARRIED: usize = 128 * 1024;
/// What every form carries for us, and no body has.
const OURS: [&str; 4] = ["csrf", "once", "carried", PREVIEW];
/// The button by which a form is sent to see what it would come to.
const PREVIEW: &str = "preview";

const SIGN_IN: &str = "/admin/login";
/// Digits of what names a showing of a form, and of what names a form that was typed before a sign-in.
pub const MARK: usize = 32;
/// The parameter of a page's address that names what was typed there before a sign-in.
pub const RESUMED: &str = "resumed";

/// Who may see a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Anybody: the sign-in, the set-up.
    Anybody,
    SignedIn,
}

pub type PageHandler = fn(PageCall) -> Pin<Box<dyn Future<Output = Result<PageReply>>>>;

/// One method on one page.
#[derive(Clone)]
pub struct PageRoute {
    pub method: Method,
    /// With `{id}`, and `{part}` for a second id.
    pub path: &'static str,
    pub access: Access,
    pub handler: PageHandler,
}

impl PageRoute {
    pub fn get(path: &'static str, handler: PageHandler) -> Self {
        Self { method: Method::GET, path, access: Access::SignedIn, handler }
    }

    pub fn post(path: &'static str, handler: PageHandler) -> Self {
        Self { method: Method::POST, path, access: Access::SignedIn, handler }
    }

    pub fn open(self) -> Self {
        Self { access: Access::Anybody, ..self }
    }
}

/// Every page.
pub fn table() -> Vec<PageRoute> {
    crate::web::admin::routes()
}

/// What a handler gives back.
pub struct PageReply {
    pub status: StatusCode,
    pub html: String,
    /// Where to go on instead.
    pub location: Option<String>,
    /// A new session's token; an empty one ends the session.
    pub session: Option<String>,
    pub retry_after: Option<u64>,
    /// By what this browser is known again for an account.
    pub known: Option<String>,
    /// A table to save under this name, instead of a page.
    pub csv: Option<&'static str>,
}

impl PageReply {
    pub fn page(html: String) -> Self {
        Self::with_status(StatusCode::OK, html)
    }

    pub fn with_status(status: StatusCode, html: String) -> Self {
        Self { status, html, location: None, session: None, retry_after: None, known: None, csv: None }
    }

    /// A page of a list. A search that cannot be made stands in it.
    pub fn list(page: &ListPage, viewer: &Viewer) -> Self {
        let status = if page.wrong_search().is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        Self::with_status(status, page.render(viewer))
    }

    /// A table of comma-separated values, to save under a name.
    pub fn csv(bytes: &[u8], name: &'static str) -> Self {
        Self { csv: Some(name), ..Self::page(String::from_utf8_lossy(bytes).into_owned()) }
    }

    /// On to a page by GET.
    pub fn go(location: impl Into<String>) -> Self {
        Self { location: Some(location.into()), ..Self::with_status(StatusCode::SEE_OTHER, String::new()) }
    }

    pub fn session(self, token: impl Into<String>) -> Self {
        Self { session: Some(token.into()), ..self }
    }
}

/// One request for a page, past the session and the token.
pub struct PageCall {
    pub site: Arc<Site>,
    pub visit: Option<Visit>,
    /// The session's token as the browser has it, whatever it is worth.
    pub token: Option<String>,
    pub browser: Browser,
    pub viewer: Viewer,
    /// This page's path without its query.
    pub path: String,
    pub path_id: String,
    pub path_part: String,
    pub query: String,
    pub posted: Posted,
    /// The form was typed before a sign-in, and is shown again after it.
    pub resumed: bool,
    /// By which it is on the shelf.
    pub mark: String,
    /// The address that asks.
    pub address: std::net::IpAddr,
    /// The account that this browser says it was signed in to before.
    pub known: Option<String>,
    /// The browser was sent here by the answer to something that it did.
    pub is_done: bool,
}

impl PageCall {
    pub fn app(&self) -> &Arc<App> {
        &self.site.app
    }

    /// Who is signed in. A page for anybody has no such caller.
    pub fn visit(&self) -> Result<&Visit> {
        self.visit.as_ref().ok_or_else(|| Reject::new(Code::Unauthorized, "Sign in first.").into())
    }

    pub fn actor(&self) -> Result<Actor> {
        Ok(self.visit()?.actor())
    }

    /// The caller of a command. A form that is sent twice is done once: `once` names its showing, and with it counts what
    /// was typed, so that a form that was changed after going back is another.
    pub fn caller(&self) -> Result<Caller> {
        let actor = self.actor()?;
        let once = self.posted.one("once");
        let idempotency = (!once.is_empty() && once.len() <= 64 && once.bytes().all(|b| b.is_ascii_hexdigit())).then(|| {
            let typed = self.posted.without(&OURS);
            let pairs = typed.iter().flat_map(|(name, value)| [name.as_bytes(), value.trim().as_bytes()]);
            let parts: Vec<&[u8]> = std::iter::once(self.path.as_bytes()).chain(pairs).collect();
            let fingerprint = self.app().vault.fingerprint(&parts);
            let typed: String = fingerprint.iter().take(8).map(|b| format!("{b:02x}")).collect();
            Idempotency { key: format!("form-{once}-{typed}"), fingerprint }
        });
        Ok(Caller { actor, idempotency, seen: None })
    }

    /// The path's id. One of another form names nothing.
    pub fn id<I: TypedId>(&self) -> Result<I> {
        I::parse(&self.path_id).ok_or_else(|| Reject::not_found("object").into())
    }

    pub fn part<I: TypedId>(&self) -> Result<I> {
        I::parse(&self.path_part).ok_or_else(|| Reject::not_found("object").into())
    }

    pub fn query<Q: Query>(&self) -> Result<Q> {
        Ok(read_query(&self.query)?)
    }

    /// One parameter of the query, as it is; empty where there is none.
    pub fn parameter(&self, name: &str) -> String {
        parameter(&self.query, name)
    }

    /// What was just done, as the answer to it says; empty where nothing was, whatever a link says.
    pub fn done(&self) -> String {
        self.told("done")
    }

    /// A parameter by which an answer of ours says what happened; empty on a page to which another link leads.
    pub fn told(&self, name: &str) -> String {
        if self.is_done { self.parameter(name) } else { String::new() }
    }

    /// A form at this address, which leads back to `cancel`.
    pub fn form(&self, head: Head, groups: Vec<Group>, submit: Text, api: ApiCall, cancel: String) -> FormPage {
        FormPage {
            head,
            lead: None,
            warning: None,
            groups,
            problem: None,
            action: self.path.clone(),
            submit,
            weight: Weight::Primary,
            cancel: Some(cancel),
            once: self.once(),
            preview: None,
            api: Some(api),
        }
    }

    /// Names one showing of a form. That of one that was typed before a sign-in begins with its mark, also when it comes back
    /// from a refusal.
    pub fn once(&self) -> String {
        self.own_mark().chars().chain(self.app().new_token().chars().take(MARK)).collect()
    }

    /// The mark under which this form was typed before a sign-in, or nothing.
    fn own_mark(&self) -> &str {
        let sent = self.posted.one("once");
        let is_marked = sent.len() == 2 * MARK && sent.bytes().all(|b| b.is_ascii_hexdigit());
        if is_marked { &sent[..MARK] } else { &self.mark }
    }

    /// In the stead of a form that would only be refused: back to the object's page, which says why.
    pub fn refused_before(&self, object: &str, what: &str) -> PageReply {
        PageReply::go(format!("{object}?done=not-{what}"))
    }

    /// Shows a form: as it is, or as it was typed before the sign-in.
    pub fn show(&self, mut form: FormPage) -> PageReply {
        if self.resumed {
            form.take(&self.posted);
            form.head.notice = Some(say("form-resumed"));
        }
        PageReply::page(self.form_html(form))
    }

    fn form_html(&self, mut form: FormPage) -> String {
        // One that may be sent twice needs no name, but for what was typed into it before.
        if form.once.is_empty() && !self.own_mark().is_empty() {
            form.once = self.once();
        }
        if let Some(api) = form.api.take_if(|api| matches!(api.method, "POST" | "PATCH") && api.body.is_none()) {
            let mut shown = form.clone();
            shown.groups.iter_mut().flat_map(|g| &mut g.fields).filter(|f| is_secret(f) && !f.value.is_empty()).for_each(|f| f.value = "…".to_owned());
            form.api = Some(crate::web::html::page::ApiCall { body: Some(shown.body(Blank::Omit)), ..api });
        }
        form.render(&self.viewer)
    }

    /// Sends a form to a use case: the body is read as the API reads it, and a refusal is shown in the form.
    pub async fn submit<T, R>(self, mut form: FormPage, run: impl FnOnce(Arc<App>, Caller, T) -> R, done: impl FnOnce(&Answer) -> String) -> Result<PageReply>
    where
        T: Field,
        R: Future<Output = Result<Answer>>,
    {
        form.take(&self.posted);
        let body = form.body(Blank::Omit);
        self.submit_body(form, body, run, done).await
    }

    /// Puts into a form what it shows of an object, so that what is sent can be compared with what was shown.
    pub fn stamp(&self, form: &mut FormPage, object: &[u8]) {
        let version = Version::of(self.app().version(object), form, |field| self.field_hash(field));
        let field = FormField::new(VERSION, say("form-save"), Control::Hidden).value(version.to_string());
        form.groups.push(Group::plain(vec![field]));
    }

    fn field_hash(&self, field: &FormField) -> String {
        let value = if matches!(field.control, Control::Check) && field.value.is_empty() { "false" } else { &field.value };
        self.app().vault.fingerprint(&[b"field", field.name.as_bytes(), value.as_bytes()]).iter().take(6).map(|b| format!("{b:02x}")).collect()
    }

    /// Sends a stamped form: to change an object as which it was filled (`Blank::Null`), only what was typed in is sent; else
    /// all of it. Where the object has changed since the form was shown nothing is done, and the form is shown again with
    /// the object as it is now and with what was typed. `shown` makes the form.
    pub async fn submit_change<T, R>(
        self,
        shown: impl Fn(&Self) -> Result<FormPage>,
        blank: Blank,
        run: impl FnOnce(Arc<App>, Caller, T) -> R,
        done: impl FnOnce(&Answer) -> String,
    ) -> Result<PageReply>
    where
        T: Field,
        R: Future<Output = Result<Answer>>,
    {
        self.submit_change_as(shown, blank, |_, body| body, run, done).await
    }

    /// The same with a body that is made of the form and its own: where several fields say one thing.
    pub async fn submit_change_as<T, R>(
        self,
        shown: impl Fn(&Self) -> Result<FormPage>,
        blank: Blank,
        body: impl FnOnce(&FormPage, Value) -> Value,
        run: impl FnOnce(Arc<App>, Caller, T) -> R,
        done: impl FnOnce(&Answer) -> String,
    ) -> Result<PageReply>
    where
        T: Field,
        R: Future<Output = Result<Answer>>,
    {
        let version = Version::parse(self.posted.one(VERSION));
        let Merged { mut form, own, .. } = self.merged(&shown(&self)?, &version);
        let own_body = match blank {
            Blank::Omit => form.body(blank),
            Blank::Null => form.changes(&own),
        };
        let body = body(&form, own_body);
        let caller = Caller { seen: Some(version.object.clone()), ..self.caller()? };
        match attempt(self.app(), caller, body, run).await {
            Ok(answer) => Ok(PageReply::go(done(&answer))),
            Err(Error::Reject(reject)) if reject.is_changed_meanwhile() => {
                let changed = self.changed_meanwhile(&shown(&self)?, &version)?;
                self.no_more(changed).await
            }
            Err(error) => {
                // Sent once more, it is still compared with what was shown.
                form.field_mut(VERSION).into_iter().for_each(|field| field.value = version.to_string());
                self.refused(form, error)
            }
        }
    }

    /// Whether a stamped form shows its object as the one did that was sent.
    pub fn shows_the_same(&self, form: &FormPage) -> bool {
        let object = |version: &str| Version::parse(version).object;
        form.fields().find(|f| f.name == VERSION).is_some_and(|f| object(&f.value) == object(self.posted.one(VERSION)))
    }

    /// Shows a form again to ask whether what was typed is meant. Nothing is done yet.
    pub fn asks(&self, form: FormPage) -> PageReply {
        PageReply::with_status(StatusCode::UNPROCESSABLE_ENTITY, self.form_html(form))
    }

    fn merged(&self, shown: &FormPage, version: &Version) -> Merged {
        shown.merged(&self.posted, version, |field| self.field_hash(field))
    }

    /// The form with the object as it is now and with what was typed.
    fn changed_meanwhile(&self, current: &FormPage, version: &Version) -> Result<PageReply> {
        let Merged { mut form, both, .. } = self.merged(current, version);
        for (field, now) in both.iter().filter_map(|name| Some((name, current.fields().find(|f| f.name == *name)?))) {
            let message = field_is_now(now);
            form.field_mut(field).into_iter().for_each(|field| field.error = Some(message.clone()));
        }
        // Where nothing was typed there is nothing to keep: only what is to be done is asked again.
        let message = if form.fields().any(FormField::is_typed) { say("form-changed-meanwhile") } else { say("form-changed-look-again") };
        form.problem = Some(Problem { message, others: Vec::new() });
        Ok(PageReply::with_status(StatusCode::CONFLICT, self.form_html(form)))
    }

    /// What a form whose object changed meanwhile is answered with. Where its page is not even shown any more, because what it
    /// is for cannot be done now, that leads where the reason stands: to send it again would be for nothing.
    async fn no_more(self, changed: PageReply) -> Result<PageReply> {
        let Some(page) = crate::web::admin::sign_in::shown_at(&self.path) else { return Ok(changed) };
        let shown = page(PageCall { posted: Posted::default(), ..self }).await?;
        Ok(if shown.location.is_some() { shown } else { changed })
    }

    /// Whether a form was sent to see what it would come to.
    pub fn is_preview(&self) -> bool {
        self.posted.has(PREVIEW)
    }

    /// Shows a stamped form, as it was typed, with what it would come to. `body` is that of what is done; `look` is asked with
    /// what the preview takes of it.
    pub async fn preview_change<T, R>(
        self,
        shown: impl Fn(&Self) -> Result<FormPage>,
        body: impl FnOnce(&FormPage, Value) -> Value,
        look: impl FnOnce(Arc<App>, Actor, T) -> R,
    ) -> Result<PageReply>
    where
        T: Field,
        R: Future<Output = Result<Vec<Section>>>,
    {
        let (version, current) = (Version::parse(self.posted.one(VERSION)), shown(&self)?);
        let stamp = current.fields().find(|f| f.name == VERSION).map(|f| Version::parse(&f.value)).unwrap_or_default();
        // What is shown is what then is done: so it is of the object that was shown.
        if stamp.object != version.object {
            return self.changed_meanwhile(&current, &version);
        }
        let Merged { mut form, .. } = self.merged(&current, &version);
        form.field_mut(VERSION).into_iter().for_each(|field| field.value = version.to_string());
        let body = body(&form, form.body(Blank::Omit));
        let asked = form.preview.as_ref().map(|preview| preview.body(&body)).unwrap_or_default();
        let seen = match read_body::<T>(asked) {
            Ok(input) => look(Arc::clone(self.app()), self.actor()?, input).await,
            Err(reject) => Err(reject.into()),
        };
        match seen {
            Ok(sections) => {
                form.preview.iter_mut().for_each(|preview| preview.comes_to.clone_from(&sections));
                Ok(PageReply::page(self.form_html(form)))
            }
            Err(error) => self.refused(form, error),
        }
    }

    /// The same with a body that is not just the form's; the form has what was typed already.
    pub async fn submit_body<T, R>(
        self,
        form: FormPage,
        body: Value,
        run: impl FnOnce(Arc<App>, Caller, T) -> R,
        done: impl FnOnce(&Answer) -> String,
    ) -> Result<PageReply>
    where
        T: Field,
        R: Future<Output = Result<Answer>>,
    {
        match attempt(self.app(), self.caller()?, body, run).await {
            Ok(answer) => Ok(PageReply::go(done(&answer))),
            Err(e) => self.refused(form, e),
        }
    }

    /// Shows a form that was refused. What is no matter of the form stays an error.
    pub fn refused(&self, form: FormPage, error: Error) -> Result<PageReply> {
        match error {
            Error::Reject(reject) if belongs_to_form(reject.code) => {
                let status = error::status(reject.code);
                Ok(PageReply::with_status(status, self.form_html(form.refused(&reject))))
            }
            error => Err(error),
        }
    }
}

async fn attempt<T, R>(app: &Arc<App>, caller: Caller, body: Value, run: impl FnOnce(Arc<App>, Caller, T) -> R) -> Result<Answer>
where
    T: Field,
    R: Future<Output = Result<Answer>>,
{
    run(Arc::clone(app), caller, read_body::<T>(body)?).await
}

/// A rule's refusal that is about one field stands beside it, like what the reader says of one.
pub fn beside(error: Error, field: &str, is_about: impl FnOnce(&Reject) -> bool) -> Error {
    match error {
        Error::Reject(mut reject) if reject.details.is_empty() && is_about(&reject) => {
            reject.details.push(FieldError::new(field, reject.message.clone()));
            Error::Reject(reject)
        }
        error => error,
    }
}

/// Whether it is that the balance does not suffice.
pub fn is_of_balance(reject: &Reject) -> bool {
    reject.code == Code::InsufficientBalance
}

/// What somebody else wrote into a field.
fn field_is_now(field: &FormField) -> Text {
    match &field.control {
        Control::Select(choices) | Control::Radio(choices) => match choices.iter().find(|c| c.value == field.value) {
            Some(choice) => say_with("form-field-is-now", [("value", Arg::Say(choice.text.clone()))]),
            None => say("form-field-changed"),
        },
        Control::Check | Control::Checks(_) | Control::Password { .. } | Control::Secret => say("form-field-changed"),
        _ if field.value.is_empty() => say("form-field-emptied"),
        _ => say_with("form-field-is-now", [("value", Arg::Text(field.value.clone()))]),
    }
}

fn is_secret(field: &FormField) -> bool {
    matches!(field.control, Control::Password { .. } | Control::Secret)
}

fn belongs_to_form(code: Code) -> bool {
    match code {
        Code::AlreadyExists
        | Code::StateConflict
        | Code::InsufficientBalance
        | Code::PaymentFailed
        | Code::PaymentProcessing
        | Code::IdempotencyInProgress
        | Code::ValidationError
        | Code::IdempotencyMismatch
        | Code::RateLimited
        | Code::StorageFull
        | Code::Overloaded => true,
        Code::InvalidRequest
        | Code::InvalidJson
        | Code::UnsupportedMediaType
        | Code::InvalidParameter
        | Code::Unauthorized
        | Code::InsufficientScope
        | Code::NotFound
        | Code::MethodNotAllowed
        | Code::RequestTimeout
        | Code::PayloadTooLarge => false,
    }
}

/// What the request told before anything was decided.
struct Visitor {
    secure: bool,
    session: Option<String>,
    visitor: Option<String>,
    /// A visitor's cookie that is to be set: he has none yet.
    fresh: Option<String>,
}

impl Visitor {
    fn of(site: &Site, request: &HttpRequest) -> Self {
        let secure = site.is_secure(request);
        let (session, visitor) = (Cookie::Session.read(request.headers(), secure), Cookie::Visitor.read(request.headers(), secure));
        let fresh = (session.is_none() && visitor.is_none()).then(|| site.app.new_token());
        Self { secure, session, visitor, fresh }
    }

    /// The secret to which this browser's forms are tied. It is the session's only where there is one.
    fn secret(&self, signed_in: bool) -> &str {
        let session = self.session.as_deref().filter(|_| signed_in || self.visitor.is_none());
        session.or(self.visitor.as_deref()).or(self.fresh.as_deref()).unwrap_or("")
    }
}

/// Answers a request for a page. `routes` are those of the path.
pub async fn page(site: &Arc<Site>, request: &HttpRequest, payload: web::Payload, routes: &[PageRoute]) -> HttpResponse {
    let visitor = Visitor::of(site, request);
    let visit = visitor.session.as_deref().map_or(Ok(None), |token| site.app.visit(token));
    let (visit, failed) = match visit {
        Ok(visit) => (visit, None),
        Err(e) => (None, Some(e)),
    };
    let viewer = viewer(site, request, &visitor, visit.as_ref());
    let work = async {
        match failed {
            Some(e) => Err(e),
            None => answered(site, request, payload, routes, &visitor, visit, &viewer).await,
        }
    };
    let outcome = AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Err(Error::Internal("a page's handler panicked".into())));
    // A question that a page does not take leads back to the page; what is posted has none of its own.
    let back = (*request.method() == Method::GET).then(|| request.path());
    let reply = outcome.unwrap_or_else(|e| failure(&e, &viewer, back));
    let allow = (reply.status == StatusCode::METHOD_NOT_ALLOWED).then(|| allowed(routes));
    let done = done_cookie(site, request, &visitor, &reply);
    let mut response = respond(reply, &visitor, allow);
    if let Some(cookie) = done {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn parameter(query: &str, name: &str) -> String {
    url::form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Whether the page that is asked for is the one to which this browser was sent a moment ago, after something was done.
fn is_done(site: &Site, request: &HttpRequest, visitor: &Visitor) -> bool {
    let Some(mark) = Cookie::Done.read(request.headers(), visitor.secure) else { return false };
    let session = visitor.session.as_deref().unwrap_or("");
    request.uri().path_and_query().is_some_and(|asked| site.app.is_done_mark(session, asked.as_str(), &mark))
}

/// The parameters of a page by which it says what happened.
const TELLING: [&str; 4] = ["?done=", "?bye=", "&bye=", "?first="];
/// What they say of a form that was sent when its session had ended.
pub const UNDONE: &str = "undone";

/// What was done is said once: on the page that its answer leads to, whoever else links there.
fn done_cookie(site: &Site, request: &HttpRequest, visitor: &Visitor, reply: &PageReply) -> Option<HeaderValue> {
    // It is told in the session that there is afterwards, which may be none.
    let session = reply.session.as_deref().or(visitor.session.as_deref()).unwrap_or("");
    match &reply.location {
        Some(location) if TELLING.iter().any(|name| location.contains(name)) => Cookie::Done.set(&site.app.done_mark(session, location), visitor.secure),
        _ if *request.method() == Method::GET && is_done(site, request, visitor) => Cookie::Done.clear(visitor.secure),
        _ => None,
    }
}

fn allowed(routes: &[PageRoute]) -> String {
    let mut methods: Vec<&str> = routes.iter().map(|r| r.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(", ")
}

fn viewer(site: &Site, request: &HttpRequest, visitor: &Visitor, visit: Option<&Visit>) -> Viewer {
    let accepted = request.headers().get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    // The zone and the name are of those who are signed in; without them a page is still a page.
    let settings = visit.and_then(|v| site.app.settings_read(&v.actor()).ok());
    Viewer {
        language: choose(visit.and_then(|v| v.admin.language.as_deref()), accepted),
        zone: settings.as_ref().map_or(Zone::UTC, |s| s.business.timezone),
        now: site.app.clock.billing(),
        csrf: site.app.form_token(visitor.secret(visit.is_some())),
        signed_in: visit.map(|v| v.admin.email.clone()),
        business: settings.and_then(|s| s.business.name),
        test_clock: visit.is_some() && site.app.test_clock.is_some(),
        base_url: site.base_url(request),
        undone: visit.is_some() && is_done(site, request, visitor) && parameter(request.query_string(), "done") == UNDONE,
    }
}

async fn answered(
    site: &Arc<Site>,
    request: &HttpRequest,
    payload: web::Payload,
    routes: &[PageRoute],
    visitor: &Visitor,
    visit: Option<Visit>,
    viewer: &Viewer,
) -> Result<PageReply> {
    if routes.is_empty() {
        return Err(Reject::not_found("page").into());
    }
    let method = if *request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let Some(route) = routes.iter().find(|r| r.method == *method) else {
        // A button's address has no page of its own. Whoever comes there is led where the button stands, or stood, and why not.
        if *method == Method::GET && routes.iter().any(|r| r.access == Access::SignedIn) {
            let path = request.path();
            let (above, what) = (crate::web::admin::sign_in::page_above(path), path.rsplit('/').next().unwrap_or(""));
            return Ok(PageReply::go(format!("{above}?done=not-{what}")));
        }
        return Err(Reject::new(Code::MethodNotAllowed, "This page does not take that.").into());
    };
    let (posted, is_ours) =
        if route.method == Method::POST { received(site, request, payload, visitor, visit.is_some()).await? } else { (Posted::default(), true) };
    let part = |name: &str| request.match_info().get(name).unwrap_or("").to_owned();
    let user_agent = request.headers().get(USER_AGENT).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned()).unwrap_or_default();
    let address = site.address(request);
    let (query, mark) = without_mark(request.query_string());
    let session = visitor.session.as_deref().filter(|_| visit.is_some() && route.method == Method::GET);
    let before = session.and_then(|session| site.app.form_shelved(session, request.path(), &mark));
    let resumed = before.is_some();
    let posted = before.map_or(posted, |form| Posted::new(form.pairs));
    let call = PageCall {
        site: Arc::clone(site),
        visit,
        token: visitor.session.clone(),
        browser: Browser { address: address.to_string(), user_agent },
        viewer: viewer.clone(),
        path: request.path().to_owned(),
        path_id: part("id"),
        path_part: part("part"),
        query,
        posted,
        resumed,
        mark: if resumed { mark } else { String::new() },
        address,
        known: Cookie::Known.read(request.headers(), visitor.secure),
        is_done: is_done(site, request, visitor),
    };
    if !is_ours {
        return stale(call, routes, provably_from_here(site, request)).await;
    }
    if route.access == Access::SignedIn {
        let Some(visit) = &call.visit else { return to_sign_in(&call, routes) };
        site.app.visit_seen(visit).await?;
    }
    let once = call.posted.one("once").to_owned();
    let reply = (route.handler)(call).await?;
    // What was typed before the sign-in is done, and not to be shown again as what still is to do.
    let is_done = reply.location.is_some() || reply.status == StatusCode::CREATED;
    if let Some(session) = visitor.session.as_deref().filter(|_| route.method == Method::POST && is_done) {
        site.app.form_unshelve(session, &once);
    }
    Ok(reply)
}

/// A query without what names a form that was typed before a sign-in, and that.
fn without_mark(query: &str) -> (String, String) {
    let name = |part: &str| part.split('=').next() == Some(RESUMED);
    let mark = query.split('&').find(|part| name(part)).and_then(|part| part.split_once('=')).map_or("", |(_, mark)| mark).to_owned();
    (query.split('&').filter(|part| !name(part)).collect::<Vec<_>>().join("&"), mark)
}

fn forged() -> Error {
    Reject::new(Code::InsufficientScope, FORGED).into()
}

/// Reads a form, and tells whether this browser was shown it by this server.
async fn received(site: &Site, request: &HttpRequest, payload: web::Payload, visitor: &Visitor, signed_in: bool) -> Result<(Posted, bool)> {
    if !is_from_here(site, request) {
        return Err(forged());
    }
    let bytes = body::read(request, payload, site.body_time).await?;
    let posted = Posted::read(request, &bytes)?;
    let given = posted.one("csrf");
    // A form that was shown before the sign-in was tied to the visitor, one from an ended session to that session's cookie.
    let secrets = [Some(visitor.secret(signed_in)), visitor.session.as_deref()];
    let is_ours = secrets.into_iter().flatten().any(|secret| !secret.is_empty() && site.app.is_form_token(secret, given));
    Ok((posted, is_ours))
}

/// A form with a token of another session does nothing. Where it provably comes from a page of ours it was opened before a
/// sign-in or a sign-out in another tab: then nothing of what was typed is lost.
async fn stale(call: PageCall, routes: &[PageRoute], from_here: bool) -> Result<PageReply> {
    if !from_here {
        return Err(forged());
    }
    let form = routes.iter().find(|r| r.method == Method::GET);
    match form {
        Some(form) if form.path == SIGN_IN => crate::web::admin::sign_in::stale(call).await,
        Some(form) if form.access == Access::Anybody => Err(forged()),
        _ if call.visit.is_none() => to_sign_in(&call, routes),
        Some(form) if !call.posted.without(&OURS).is_empty() => {
            let reply = (form.handler)(PageCall { resumed: true, ..call }).await?;
            Ok(PageReply { status: StatusCode::FORBIDDEN, ..reply })
        }
        _ => Err(forged()),
    }
}

const FORGED: &str = "This form is too old, or it came from another site. Nothing was changed. Go back, load the page again, and send it once more.";

/// Browsers say where a form comes from. One from another site is refused before it is read.
fn is_from_here(site: &Site, request: &HttpRequest) -> bool {
    let header = |name: &HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(fetch_site) = header(&FETCH_SITE)
        && !matches!(fetch_site, "same-origin" | "none")
    {
        return false;
    }
    match header(&ORIGIN) {
        None => true,
        Some(origin) => {
            let host = request.headers().get(actix_web::http::header::HOST).and_then(|v| v.to_str().ok());
            let named = origin.split_once("://").map(|(_, host)| host);
            origin == site.base_url(request) || named.is_some() && named == host
        }
    }
}

/// Whether the browser says so itself.
fn provably_from_here(site: &Site, request: &HttpRequest) -> bool {
    let says = |name: &HeaderName| request.headers().contains_key(name);
    is_from_here(site, request) && (says(&ORIGIN) || request.headers().get(&FETCH_SITE).is_some_and(|site| site == "same-origin"))
}

/// To the sign-in, and from there back. What was typed goes along.
fn to_sign_in(call: &PageCall, routes: &[PageRoute]) -> Result<PageReply> {
    let typed = call.posted.without(&OURS);
    let is_form = routes.iter().any(|r| r.method == Method::GET) && routes.iter().any(|r| r.method == Method::POST);
    let size: usize = typed.iter().map(|(name, value)| name.len() + value.len()).sum();
    let is_typed = typed.iter().any(|(name, _)| name != VERSION);
    if is_form && is_typed && size <= MAX_CARRIED {
        let carried = call.app().form_carry(Carried { path: call.path.clone(), query: call.query.clone(), pairs: typed })?;
        return Ok(crate::web::admin::sign_in::carrying(call, &carried));
    }
    // What is only posted to cannot be gone back to: then it is the page on which the button stood.
    let back = if routes.iter().all(|r| r.method != Method::GET) {
        crate::web::admin::sign_in::page_above(&call.path)
    } else if call.query.is_empty() {
        call.path.clone()
    } else {
        format!("{}?{}", call.path, call.query)
    };
    // Something was sent, and not done: that is said before the sign-in and after it.
    let is_sent = call.posted.has("csrf");
    let back = match back.split_once('?') {
        _ if !is_sent => back,
        Some((path, query)) => format!("{path}?done={UNDONE}&{query}"),
        None => format!("{back}?done={UNDONE}"),
    };
    let mut next = url::form_urlencoded::Serializer::new(String::new());
    next.append_pair("next", &back);
    if is_sent {
        next.append_pair("bye", UNDONE);
    }
    Ok(PageReply::go(format!("/admin/login?{}", next.finish())))
}

/// The page that tells an error.
fn failure(error: &Error, viewer: &Viewer, back: Option<&str>) -> PageReply {
    let (status, title, text, id) = match error {
        Error::Reject(reject) => {
            let title = match reject.code {
                Code::NotFound => "error-not-found",
                Code::Overloaded | Code::StorageFull => "error-busy",
                _ => "error-refused",
            };
            (error::status(reject.code), title, reject_text(reject), None)
        }
        Error::Internal(cause) => {
            let id = request_id();
            tracing::error!(request_id = id, "{cause}");
            (StatusCode::INTERNAL_SERVER_ERROR, "error-internal", say("error-internal-text"), Some(id))
        }
    };
    let place = if viewer.signed_in.is_some() { Place::Overview } else { Place::Outside };
    let action = match (error, back) {
        (Error::Reject(reject), Some(path)) if reject.code == Code::InvalidParameter => Action::go(say("list-back"), path),
        _ => Action::go(say("error-back"), "/admin"),
    };
    let page = MessagePage { head: Head::new(place, say(title)), text, actions: vec![action], request_id: id };
    let mut reply = PageReply::with_status(status, page.render(viewer));
    reply.retry_after = matches!(status, StatusCode::SERVICE_UNAVAILABLE).then_some(1);
    reply
}

fn reject_text(reject: &Reject) -> Text {
    match reject.code {
        Code::NotFound => say("error-not-found-text"),
        _ if reject.message == FORGED => say("error-forged-text"),
        _ => Text::Api(reject.message.clone()),
    }
}

/// Nothing is where a file of the pages would be. It is said in plain text, under the policy of the pages.
pub fn nothing() -> HttpResponse {
    let mut builder = HttpResponseBuilder::new(StatusCode::NOT_FOUND);
    with_policy(&mut builder).insert_header((CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))).body("There is nothing here.")
}

fn with_policy(builder: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    builder
        .insert_header((CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)))
        .insert_header((X_FRAME_OPTIONS, HeaderValue::from_static("DENY")))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .insert_header((OPENER_POLICY, HeaderValue::from_static("same-origin")))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

fn respond(reply: PageReply, visitor: &Visitor, allow: Option<String>) -> HttpResponse {
    let mut builder = HttpResponseBuilder::new(reply.status);
    let kind = if reply.csv.is_some() { CSV } else { "text/html; charset=utf-8" };
    with_policy(&mut builder).insert_header((CONTENT_TYPE, HeaderValue::from_static(kind)));
    if let Some(name) = reply.csv {
        builder.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    }
    if let Some(location) = reply.location {
        builder.insert_header((LOCATION, location));
    }
    if let Some(seconds) = reply.retry_after {
        builder.insert_header((RETRY_AFTER, seconds));
    }
    if let Some(allow) = allow {
        builder.insert_header((ALLOW, allow));
    }
    let fresh = visitor.fresh.as_deref().and_then(|token| Cookie::Visitor.set(token, visitor.secure));
    let session = reply.session.as_deref().and_then(|token| match token {
        "" => Cookie::Session.clear(visitor.secure),
        token => Cookie::Session.set(token, visitor.secure),
    });
    let known = reply.known.as_deref().and_then(|token| Cookie::Known.set(token, visitor.secure));
    for cookie in [fresh, session, known].into_iter().flatten() {
        builder.append_header((SET_COOKIE, cookie));
    }
    builder.body(reply.html)
}

/// Where to go after the sign-in: a page of this site that can be shown, or the overview. Never elsewhere.
pub fn safe_next(next: &str) -> &str {
    let path = next.split('?').next().unwrap_or("");
    let is_plain = next.len() <= 2_000 && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'#');
    // A part of two dots leads out of the site, and browsers read `%2e` as a dot.
    let stays = path.split('/').all(|part| !part.contains('%') && !matches!(part, "." | ".."));
    if is_plain && stays && crate::web::admin::sign_in::is_page(path) { next } else { "/admin" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_sign_in_one_stays_on_this_site() {
        for good in ["/admin", "/admin/customers?status=active&q=%2F%2F", "/admin?x=1"] {
            assert_eq!(safe_next(good), good);
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "https://evil.example",
            "/admin//evil.example",
            "/administrator",
            "/admin\\evil",
            "/admin/\r\nX: 1",
            "javascript:alert(1)",
            "/adminx",
            "/admin/../docs/",
            "/admin/%2e%2e/docs/",
            "/admin/customers/..",
            "/admin/sign-out",
            "/admin/nothing-here",
        ] {
            assert_eq!(safe_next(bad), "/admin", "{bad}");
        }
    }
}
