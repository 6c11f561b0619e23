//! The test clock: a form that moves billing time on, to a day and a time of day in the business's zone.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::App;
use crate::domain::reject::Reject;
use crate::domain::time::{Zone, add_local_days, parse_local};
use crate::error::{Error, Result};
use crate::web::html::fill::Blank;
use crate::web::html::form::{Control, Field, Group};
use crate::web::html::format::iso_day;
use crate::web::html::page::{ApiCall, FormPage, Head, Place, Weight};
use crate::web::html::text::{Arg, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute, beside};
use crate::wire::test_clock::TestClockMove;

pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/admin/test-clock", handler!(show)), PageRoute::post("/admin/test-clock", handler!(advance))]
}

fn form(call: &PageCall) -> Result<FormPage> {
    // In real time there is no such page.
    call.app().test_clock_get(&call.actor()?)?;
    let (now, zone) = (call.viewer.now, call.viewer.zone);
    let tomorrow = add_local_days(now, 1, zone).map(|at| iso_day(at, zone)).unwrap_or_default();
    let hint = say_with("clock-time-hint", [("zone", Arg::Text(zone.name().to_owned()))]);
    let fields = vec![
        Field::new("now", say("clock-day"), Control::Day).required().value(tomorrow).hint(say("clock-day-hint")),
        Field::new("time", say("clock-time"), Control::Line).required().value("00:00").hint(hint),
    ];
    let mut head = Head::new(Place::Overview, say("clock-title"));
    head.notice = (call.done() == "moved").then(|| say("clock-moved"));
    Ok(FormPage {
        head,
        lead: Some(say("clock-lead")),
        warning: None,
        groups: vec![Group::plain(fields)],
        problem: None,
        action: "/admin/test-clock".into(),
        submit: say("clock-submit"),
        weight: Weight::Primary,
        cancel: Some("/admin".into()),
        once: call.once(),
        preview: None,
        api: Some(ApiCall { method: "POST", path: "/api/v1/test-clock".into(), body: None }),
    })
}

/// The body that the API takes: the instant at which the zone's clocks show what was typed. A day that is none stays what it is,
/// and the API says what it must be.
fn body(form: &FormPage, zone: Zone) -> Result<Value, Reject> {
    let typed = form.body(Blank::Omit);
    let text = |name: &str| typed[name].as_str().unwrap_or_default().trim().to_owned();
    let (day, time) = (text("now"), text("time"));
    let is_time = parse_local(&format!("2000-01-01T{time}:00.000")).is_some() && time.len() == 5;
    if !is_time {
        return Err(Reject::field("time", "Must be a time of day such as 14:30"));
    }
    let at = parse_local(&format!("{day}T{time}:00.000")).map(|local| zone.instant(local).to_string());
    Ok(json!({ "now": at.unwrap_or(day) }))
}

async fn show(call: PageCall) -> Result<PageReply> {
    let mut form = form(&call)?;
    if call.resumed {
        form.take(&call.posted);
    }
    with_body(&mut form, call.viewer.zone);
    Ok(call.show(form))
}

/// What the API would be told, where that can be said.
fn with_body(form: &mut FormPage, zone: Zone) {
    let body = body(form, zone).ok();
    form.api = form.api.take().map(|api| ApiCall { body, ..api });
}

async fn advance(call: PageCall) -> Result<PageReply> {
    let mut form = form(&call)?;
    form.take(&call.posted);
    with_body(&mut form, call.viewer.zone);
    let body = match body(&form, call.viewer.zone) {
        Ok(body) => body,
        Err(reject) => return call.refused(form, Error::Reject(reject)),
    };
    let run = async |app: Arc<App>, caller, input: TestClockMove| {
        app.test_clock_move(caller, input).await.map_err(|e| beside(e, "now", |reject| reject.message.ends_with("is never set back.")))
    };
    call.submit_body(form, body, run, |_| "/admin/test-clock?done=moved".into()).await
}
