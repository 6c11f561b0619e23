//! Signing in and out.

use actix_web::http::{Method, StatusCode};

use crate::app::form::Carried;
use crate::domain::reject::Code;
use crate::error::{Error, Result};
use crate::web::error::status;
use crate::web::html::form::{Control, Field, Group, Problem};
use crate::web::html::page::{FormPage, Head, Place, Weight};
use crate::web::html::text::{Arg, Text, say, say_with};
use crate::web::limit::Browser;
use crate::web::page::{Access, PageCall, PageHandler, PageReply, PageRoute, RESUMED, UNDONE, safe_next};

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/login", handler!(show)).open(),
        PageRoute::post("/admin/login", handler!(sign_in)).open(),
        PageRoute::post("/admin/sign-out", handler!(sign_out)),
        PageRoute::post("/admin/sign-out-everywhere", handler!(sign_out_everywhere)),
    ]
}

fn form(email: &str, next: &str, carried: &str) -> FormPage {
    let hidden = |name: &str, value: &str| Field::new(name, say("sign-in-title"), Control::Hidden).value(value);
    FormPage {
        head: Head::new(Place::Outside, say("sign-in-title")),
        lead: None,
        warning: None,
        groups: vec![Group::plain(vec![
            Field::new("email", say("sign-in-email"), Control::Email).required().autocomplete("username").value(email),
            Field::new("password", say("sign-in-password"), Control::Password { new: false }).required().autocomplete("current-password"),
            hidden("next", next),
            hidden("carried", carried),
        ])],
        problem: None,
        action: "/admin/login".into(),
        submit: say("sign-in-submit"),
        weight: Weight::Primary,
        cancel: None,
        once: String::new(),
        preview: None,
        api: None,
    }
}

async fn show(call: PageCall) -> Result<PageReply> {
    let next = call.parameter("next");
    if call.visit.is_some() {
        return Ok(PageReply::go(safe_next(&next)));
    }
    let mut form = form("", safe_next(&next), "");
    if !call.app().has_admin()? {
        form.lead = Some(say("sign-in-no-account"));
    } else {
        form.lead = match call.told("bye").as_str() {
            UNDONE => Some(say("sign-in-undone")),
            "1" if next.is_empty() => Some(say("sign-in-bye")),
            _ => None,
        };
    }
    Ok(PageReply::page(form.render(&call.viewer)))
}

/// The sign-in in the middle of a form: what was typed goes along, sealed.
pub fn carrying(call: &PageCall, carried: &str) -> PageReply {
    let mut form = form("", &call.path, carried);
    form.lead = Some(say("sign-in-carrying"));
    PageReply::with_status(StatusCode::UNAUTHORIZED, form.render(&call.viewer))
}

async fn sign_in(call: PageCall) -> Result<PageReply> {
    let (email, carried) = (call.posted.one("email"), call.posted.one("carried"));
    let next = safe_next(call.posted.one("next")).to_owned();
    let again = |code: StatusCode, message: Text, wait: Option<u64>| {
        let mut form = form(email, &next, carried);
        form.problem = Some(Problem { message, others: Vec::new() });
        PageReply { retry_after: wait, ..PageReply::with_status(code, form.render(&call.viewer)) }
    };
    let is_known = call.app().is_known_browser(email, call.known.as_deref());
    let browser = if is_known { Browser::Known } else { Browser::Stranger };
    if let Err(too_many) = call.site.limits.count_sign_in(call.address, email, browser) {
        let wait = too_many.retry_after;
        let seconds = i64::try_from(wait).unwrap_or(i64::MAX);
        return Ok(again(status(Code::RateLimited), say_with("sign-in-too-many", [("seconds", Arg::Count(seconds))]), Some(wait)));
    }
    let signed_in = call.app().sign_in(email, call.posted.one("password"), call.browser.clone(), call.token.as_deref()).await;
    match signed_in {
        Ok(Some(signed_in)) => {
            tracing::info!(admin = %signed_in.admin.id, address = %call.address, "signed in");
            let known = call.app().known_browser(&signed_in.admin.email);
            let reply = match call.app().form_carried(carried) {
                Some(form) => resume(&call, &form, carried, &signed_in.token),
                None => PageReply::go(next),
            };
            Ok(PageReply { known: Some(known), ..reply.session(signed_in.token) })
        }
        Ok(None) => {
            tracing::info!(address = %call.address, "a sign-in failed");
            Ok(again(StatusCode::UNAUTHORIZED, say("sign-in-wrong"), None))
        }
        Err(Error::Reject(reject)) => Ok(again(status(reject.code), Text::Api(reject.message), Some(1))),
        Err(e) => Err(e),
    }
}

/// A sign-in form that was left open while somebody signed in or out in another tab. Whoever is signed in by now gets what
/// he had typed before, or goes where he wanted; else the sign-in is shown anew.
pub async fn stale(call: PageCall) -> Result<PageReply> {
    let (carried, next) = (call.posted.one("carried").to_owned(), safe_next(call.posted.one("next")).to_owned());
    if let (Some(_), Some(token)) = (&call.visit, call.token.clone()) {
        return Ok(match call.app().form_carried(&carried) {
            Some(form) => resume(&call, &form, &carried, &token),
            None => PageReply::go(next),
        });
    }
    let mut form = form(call.posted.one("email"), &next, &carried);
    form.problem = Some(Problem { message: say("sign-in-stale"), others: Vec::new() });
    Ok(PageReply::with_status(StatusCode::FORBIDDEN, form.render(&call.viewer)))
}

/// On to the form that was typed before the sign-in, which is shown there as it was typed: by an address of its own, so that
/// it can be loaded again and gone back to.
fn resume(call: &PageCall, form: &Carried, carried: &str, token: &str) -> PageReply {
    if !is_page(&form.path) {
        return PageReply::go("/admin");
    }
    let mark = call.app().form_shelve(token, &form.path, carried);
    let joint = if form.query.is_empty() { "" } else { "&" };
    PageReply::go(format!("{}?{}{joint}{RESUMED}={mark}", form.path, form.query))
}

/// The page that is shown at a path, and the ids in it. One without an id comes first: `new` is no id.
fn page_at(path: &str) -> Option<(PageRoute, String, String)> {
    let mut routes = crate::web::page::table();
    routes.sort_by_key(|route| route.path.contains('{'));
    routes.into_iter().filter(|route| route.method == Method::GET).find_map(|route| {
        let (id, part) = matches_path(route.path, path)?;
        Some((route, id, part))
    })
}

/// The handler of the page that is shown at a path.
pub fn shown_at(path: &str) -> Option<PageHandler> {
    page_at(path).map(|(route, ..)| route.handler)
}

/// Whether something is shown at a path to whoever is signed in.
pub fn is_page(path: &str) -> bool {
    page_at(path).is_some_and(|(route, ..)| route.access == Access::SignedIn)
}

/// The nearest page above a path.
pub fn page_above(path: &str) -> String {
    let above = std::iter::successors(path.rsplit_once('/'), |(above, _)| above.rsplit_once('/')).map(|(above, _)| above);
    above.into_iter().find(|above| page_at(above).is_some()).unwrap_or("/admin").to_owned()
}

/// The ids of a path that a pattern matches.
fn matches_path(pattern: &str, path: &str) -> Option<(String, String)> {
    let (mut id, mut part) = (String::new(), String::new());
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some((id, part)),
            (Some("{id}"), Some(text)) => id = text.to_owned(),
            (Some("{part}"), Some(text)) => part = text.to_owned(),
            (Some(word), Some(text)) if word == text => {}
            _ => return None,
        }
    }
}

async fn sign_out(call: PageCall) -> Result<PageReply> {
    let visit = call.visit()?;
    call.app().sign_out(visit, visit.session.id).await?;
    Ok(PageReply::go("/admin/login?bye=1").session(""))
}

async fn sign_out_everywhere(call: PageCall) -> Result<PageReply> {
    call.app().sign_out_everywhere(call.visit()?).await?;
    Ok(PageReply::go("/admin/login?bye=1").session(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_its_ids() {
        let ids = |pattern: &str, path: &str| matches_path(pattern, path);
        assert_eq!(ids("/admin/customers/{id}/edit", "/admin/customers/cust_1/edit"), Some(("cust_1".into(), String::new())));
        assert_eq!(ids("/admin/products/{id}/prices/{part}", "/admin/products/a/prices/b"), Some(("a".into(), "b".into())));
        for (pattern, path) in [("/admin/customers/{id}", "/admin/customers"), ("/admin/customers/new", "/admin/customers/x"), ("/admin", "/admin/x")] {
            assert_eq!(ids(pattern, path), None, "{pattern} {path}");
        }
    }
}
