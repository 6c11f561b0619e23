//! The first run: the link that `serve` prints makes the owner's account and the business's first settings.

use actix_web::http::StatusCode;

use crate::app::admin::LinkState;
use crate::domain::text::Password;
use crate::domain::time::Zone;
use crate::error::{Error, Result};
use crate::web::admin::currency::currencies;
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, FormPage, Head, MessagePage, Place, Weight};
use crate::web::html::text::{Arg, data, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::admin::SetUp;
use crate::wire::input::read_body;

pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/admin/setup/{id}", handler!(show)).open(), PageRoute::post("/admin/setup/{id}", handler!(set_up)).open()]
}

pub fn zones() -> Vec<Choice> {
    Zone::all().map(|z| Choice::new(z.name(), data(z.name()))).collect()
}

fn form(call: &PageCall) -> FormPage {
    let least = i64::try_from(Password::MIN_LENGTH).unwrap_or(i64::MAX);
    FormPage {
        head: Head::new(Place::Outside, say("set-up-title")),
        lead: Some(say("set-up-lead")),
        warning: None,
        groups: vec![
            Group::named(
                say("set-up-account"),
                vec![
                    Field::new("email", say("set-up-email"), Control::Email).required().autocomplete("username"),
                    Field::new("password", say("set-up-password"), Control::Password { new: true })
                        .required()
                        .autocomplete("new-password")
                        .hint(say_with("set-up-password-hint", [("least", Arg::Count(least))])),
                ],
            ),
            Group::named(
                say("set-up-business"),
                vec![
                    Field::new("business.name", say("settings-business-name"), Control::Line)
                        .required()
                        .autocomplete("organization")
                        .hint(say("settings-business-name-hint")),
                    Field::new("business.currency", say("settings-currency"), Control::Select(currencies(&call.viewer)))
                        .required()
                        .value("USD")
                        .hint(say("set-up-currency-hint")),
                    Field::new("business.timezone", say("settings-timezone"), Control::Suggest(zones()))
                        .required()
                        .value("UTC")
                        .hint(say("settings-timezone-hint")),
                ],
            ),
        ],
        problem: None,
        action: call.path.clone(),
        submit: say("set-up-submit"),
        weight: Weight::Primary,
        cancel: None,
        once: String::new(),
        preview: None,
        api: None,
    }
}

/// What a link that does not work says.
fn closed(call: &PageCall, state: LinkState) -> PageReply {
    let (text, actions) = match state {
        LinkState::Done => (say("set-up-done"), vec![Action::primary(say("sign-in-title"), "/admin/login")]),
        _ => (say("set-up-expired"), Vec::new()),
    };
    let page = MessagePage { head: Head::new(Place::Outside, say("set-up-title")), text, actions, request_id: None };
    PageReply::with_status(StatusCode::GONE, page.render(&call.viewer))
}

async fn show(call: PageCall) -> Result<PageReply> {
    Ok(match call.app().set_up_state(&call.path_id)? {
        LinkState::Good => PageReply::page(form(&call).render(&call.viewer)),
        state => closed(&call, state),
    })
}

async fn set_up(call: PageCall) -> Result<PageReply> {
    match call.app().set_up_state(&call.path_id)? {
        LinkState::Good => {}
        state => return Ok(closed(&call, state)),
    }
    let mut form = form(&call);
    form.take(&call.posted);
    let input = match read_body::<SetUp>(form.body(Blank::Omit)) {
        Ok(input) => input,
        Err(reject) => return call.refused(form, reject.into()),
    };
    match call.app().set_up(&call.path_id, input, call.browser.clone()).await {
        Ok(signed_in) => {
            tracing::info!(admin = %signed_in.admin.id, address = %call.address, "the account was made");
            let known = Some(call.app().known_browser(&signed_in.admin.email));
            Ok(PageReply { known, ..PageReply::go("/admin/settings/keys/new?first=1").session(signed_in.token) })
        }
        Err(Error::Reject(reject)) => call.refused(form, reject.into()),
        Err(e) => Err(e),
    }
}
