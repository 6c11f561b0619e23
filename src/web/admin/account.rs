//! The account of whoever is signed in: its sessions, its password, its language.

use crate::domain::admin::Session;
use crate::domain::id::{SessionId, TypedId};
use crate::domain::reject::Reject;
use crate::domain::text::Password;
use crate::error::{Error, Result};
use crate::web::html::catalogue::TAGS;
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, DetailPage, Facts, FormPage, Head, Place, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::limit::Browser;
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::admin::PasswordChange;
use crate::wire::input::read_body;

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/account", handler!(show)),
        PageRoute::post("/admin/account/sessions/{id}/end", handler!(end_session)),
        PageRoute::get("/admin/account/password", handler!(password)),
        PageRoute::post("/admin/account/password", handler!(change_password)),
        PageRoute::get("/admin/account/language", handler!(language)),
        PageRoute::post("/admin/account/language", handler!(change_language)),
    ]
}

async fn show(call: PageCall) -> Result<PageReply> {
    let visit = call.visit()?;
    let sessions = call.app().sessions(visit)?;
    let mut head = Head::new(Place::Account, say("account-title"));
    head.notice = match call.done().as_str() {
        "password" => Some(say("account-password-changed")),
        "language" => Some(say("account-language-changed")),
        "session" => Some(say("account-session-ended")),
        _ => None,
    };
    let language = visit.admin.language.as_deref().map_or_else(|| say("account-language-browser"), name_of);
    let page = DetailPage {
        head,
        state: None,
        subtitle: Some(Cell::Muted(data(&visit.admin.email))),
        actions: Vec::new(),
        story: vec![Section::Table {
            title: say("account-sessions"),
            table: session_table(&sessions, visit.session.id),
            empty: say("account-no-sessions"),
            more: Some(Action { weight: Weight::Danger, ..Action::post(say("account-sign-out-everywhere"), "/admin/sign-out-everywhere") }),
        }],
        facts: vec![Facts {
            title: say("account-facts"),
            rows: vec![(say("account-email"), Cell::Text(data(&visit.admin.email))), (say("account-language"), Cell::Text(language))],
            actions: vec![
                Action::go(say("account-password-title"), "/admin/account/password"),
                Action::go(say("account-language-title"), "/admin/account/language"),
            ],
        }],
        api: Vec::new(),
    };
    Ok(PageReply::page(page.render(&call.viewer)))
}

fn session_table(sessions: &[Session], this: SessionId) -> Table {
    let row = |session: &Session| {
        let is_this = session.id == this;
        let state = State { tone: Tone::Good, word: say("account-this-session"), follows: None };
        let agent = if session.user_agent.is_empty() { Cell::Nothing } else { Cell::Text(data(browser_name(&session.user_agent))) };
        let mut row = Row::new(vec![
            agent,
            if is_this { Cell::State(state) } else { Cell::Moment(session.last_seen_at) },
            Cell::Code(session.address.clone()),
            Cell::Moment(session.created_at),
        ]);
        let end = Action::post(say("account-end-session"), format!("/admin/account/sessions/{}/end", session.id.text()));
        row.actions = if is_this { Vec::new() } else { vec![end] };
        row
    };
    Table {
        caption: say("account-sessions"),
        columns: vec![
            Column::new(say("account-browser"), Phone::First),
            Column::new(say("account-last-seen"), Phone::Second),
            Column::new(say("account-address"), Phone::SecondEnd),
            Column::new(say("account-since"), Phone::Hidden),
        ],
        rows: sessions.iter().map(row).collect(),
    }
}

/// "Firefox on Linux", as far as a browser tells.
fn browser_name(user_agent: &str) -> String {
    let named = |words: &[(&str, &'static str)]| words.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name);
    let browser = named(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")]);
    let system = named(&[("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => user_agent.chars().take(60).collect(),
    }
}

async fn end_session(call: PageCall) -> Result<PageReply> {
    call.app().sign_out(call.visit()?, call.id()?).await?;
    Ok(PageReply::go("/admin/account?done=session"))
}

fn form(title: &'static str, action: &str, fields: Vec<Field>) -> FormPage {
    FormPage {
        head: Head::new(Place::Account, say(title)).under("/admin/account", say("account-title")),
        lead: None,
        warning: None,
        groups: vec![Group::plain(fields)],
        problem: None,
        action: action.to_owned(),
        submit: say("form-save"),
        weight: Weight::Primary,
        cancel: Some("/admin/account".into()),
        once: String::new(),
        preview: None,
        api: None,
    }
}

fn password_form() -> FormPage {
    let least = i64::try_from(Password::MIN_LENGTH).unwrap_or(i64::MAX);
    let mut form = form(
        "account-password-title",
        "/admin/account/password",
        vec![
            Field::new("current", say("account-password-current"), Control::Password { new: false }).required().autocomplete("current-password"),
            Field::new("password", say("account-password-new"), Control::Password { new: true })
                .required()
                .autocomplete("new-password")
                .hint(say_with("set-up-password-hint", [("least", Arg::Count(least))])),
        ],
    );
    form.lead = Some(say("account-password-lead"));
    form
}

async fn password(call: PageCall) -> Result<PageReply> {
    Ok(call.show(password_form()))
}

async fn change_password(call: PageCall) -> Result<PageReply> {
    let mut form = password_form();
    form.take(&call.posted);
    let visit = call.visit()?;
    // Whoever found an open browser must not be able to try passwords here.
    if let Err(too_many) = call.site.limits.count_sign_in(call.address, &visit.admin.email, Browser::Known) {
        let seconds = i64::try_from(too_many.retry_after).unwrap_or(i64::MAX);
        form.problem = Some(crate::web::html::form::Problem { message: say_with("sign-in-too-many", [("seconds", Arg::Count(seconds))]), others: Vec::new() });
        let status = crate::web::error::status(crate::domain::reject::Code::RateLimited);
        return Ok(PageReply { retry_after: Some(too_many.retry_after), ..PageReply::with_status(status, form.render(&call.viewer)) });
    }
    let changed = match read_body::<PasswordChange>(form.body(Blank::Omit)) {
        Ok(input) => call.app().password_change(visit, input).await,
        Err(reject) => Err(Error::Reject(reject)),
    };
    match changed {
        // This browser is known by the new password from now on, and no other is.
        Ok(()) => Ok(PageReply { known: Some(call.app().known_browser(&visit.admin.email)), ..PageReply::go("/admin/account?done=password") }),
        Err(e) => call.refused(form, e),
    }
}

/// A language's own name for itself, the same in every language.
fn name_of(tag: &str) -> Text {
    match tag {
        "ar" => say("account-language-ar"),
        _ => say("account-language-en"),
    }
}

fn language_form(chosen: Option<&str>) -> FormPage {
    let own = TAGS.iter().map(|tag| Choice::new(*tag, name_of(tag)));
    let choices = std::iter::once(Choice::new("", say("account-language-browser"))).chain(own).collect();
    let field = Field::new("language", say("account-language"), Control::Radio(choices)).value(chosen.unwrap_or(""));
    form("account-language-title", "/admin/account/language", vec![field])
}

async fn language(call: PageCall) -> Result<PageReply> {
    Ok(call.show(language_form(call.visit()?.admin.language.as_deref())))
}

async fn change_language(call: PageCall) -> Result<PageReply> {
    let given = call.posted.one("language");
    let chosen = TAGS.into_iter().find(|tag| *tag == given);
    if chosen.is_none() && !given.is_empty() {
        let form = language_form(call.visit()?.admin.language.as_deref());
        return call.refused(form, Reject::field("language", format!("Must be one of: {}", TAGS.join(", "))).into());
    }
    call.app().language_set(call.visit()?, chosen).await?;
    Ok(PageReply::go("/admin/account?done=language"))
}
