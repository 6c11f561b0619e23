//! The test clock: a form that moves billing time on.

use std::sync::Arc;

use crate::app::App;
use crate::domain::time::{Zone, add_local_days};
use crate::error::Result;
use crate::web::html::form::{Control, Field, Group};
use crate::web::html::page::{ApiCall, FormPage, Head, Place, Weight};
use crate::web::html::text::say;
use crate::web::page::{PageCall, PageReply, PageRoute, beside};
use crate::wire::test_clock::TestClockMove;

pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/admin/test-clock", handler!(show)), PageRoute::post("/admin/test-clock", handler!(advance))]
}

fn form(call: &PageCall) -> Result<FormPage> {
    // In real time there is no such page.
    call.app().test_clock_get(&call.actor()?)?;
    let tomorrow = add_local_days(call.viewer.now, 1, Zone::UTC).map(|day| day.to_string()[..10].to_owned()).unwrap_or_default();
    let field = Field::new("now", say("clock-day"), Control::Day).required().value(tomorrow).hint(say("clock-day-hint"));
    let mut head = Head::new(Place::Overview, say("clock-title"));
    head.notice = (call.done() == "moved").then(|| say("clock-moved"));
    Ok(FormPage {
        head,
        lead: Some(say("clock-lead")),
        warning: None,
        groups: vec![Group::plain(vec![field])],
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

async fn show(call: PageCall) -> Result<PageReply> {
    Ok(call.show(form(&call)?))
}

async fn advance(call: PageCall) -> Result<PageReply> {
    let form = form(&call)?;
    let run = async |app: Arc<App>, caller, input: TestClockMove| {
        app.test_clock_move(caller, input).await.map_err(|e| beside(e, "now", |reject| reject.message.ends_with("is never set back.")))
    };
    call.submit(form, run, |_| "/admin/test-clock?done=moved".into()).await
}
