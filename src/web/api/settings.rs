//! Settings over HTTP.

use actix_web::http::Method;
use serde_json::json;

use crate::domain::key::Scope;
use crate::error::Result;
use crate::web::route::{BodyDoc, Call, Reply, Route};
use crate::wire::input::Field;
use crate::wire::query::{NoQuery, Query};
use crate::wire::settings::{SettingsJson, SettingsPatch};
use crate::wire::shape::Shape;

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/settings",
            operation: "getSettings",
            summary: "Get the settings",
            words: "",
            scope: Some(Scope::SettingsRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: SettingsJson::shape,
            refuses: &[],
            noun: None,
        },
        Route {
            method: Method::PATCH,
            path: "/api/v1/settings",
            operation: "updateSettings",
            summary: "Update the settings",
            words: "What is left out stays. Documents that are finalised keep what they say.",
            scope: Some(Scope::SettingsWrite),
            handler: handler!(update),
            query: NoQuery::describe,
            body: Some(BodyDoc {
                schema: SettingsPatch::schema,
                required: false,
                example: || json!({ "business": { "name": "Northern Lights TV", "currency": "EUR", "timezone": "Europe/Berlin" }, "billing": { "invoiceNumberFormat": "NL-{year}-{n:05}" } }),
            }),
            status: 200,
            answer: SettingsJson::shape,
            refuses: &[],
            noun: None,
        },
    ]
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.settings_get(&call.actor())?))
}

async fn update(mut call: Call) -> Result<Reply> {
    let input = call.body::<SettingsPatch>()?;
    let caller = call.caller();
    Ok(call.app.settings_update(caller, input).await?.into())
}
