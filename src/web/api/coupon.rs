//! Coupons over HTTP.

use actix_web::http::Method;
use serde_json::json;

use crate::domain::id::{CouponId, TypedId};
use crate::domain::key::Scope;
use crate::domain::reject::Code;
use crate::error::Result;
use crate::web::route::{BodyDoc, Call, Noun, Reply, Route};
use crate::wire::coupon::{CouponCreate, CouponJson, CouponPatch, CouponQuery};
use crate::wire::customer::DeletedShape;
use crate::wire::input::Field;
use crate::wire::output::page_shape;
use crate::wire::query::{ListQuery, NoQuery, Query};
use crate::wire::shape::Shape;

const NOUN: Noun = Noun { prefix: CouponId::PREFIX, name: "coupon", exists: |app, id| app.coupon_exists(id) };

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/coupons",
            operation: "listCoupons",
            summary: "List coupons",
            words: "Oldest first. `q` searches code and externalId.",
            scope: Some(Scope::CouponsRead),
            handler: handler!(list),
            query: ListQuery::<CouponId, CouponQuery>::describe,
            body: None,
            status: 200,
            answer: |d| page_shape::<CouponJson<'static>>(d, CouponId::PREFIX),
            refuses: &[],
            noun: None,
        },
        Route {
            method: Method::POST,
            path: "/api/v1/coupons",
            operation: "createCoupon",
            summary: "Create a coupon",
            words: "Either `percentOff`, or `amountOff` with `currency`. It is redeemed by `couponCode` when a subscription is created or updated.",
            scope: Some(Scope::CouponsWrite),
            handler: handler!(create),
            query: NoQuery::describe,
            body: Some(BodyDoc {
                schema: CouponCreate::schema,
                required: true,
                example: || json!({ "code": "SPRING20", "percentOff": "20", "duration": "repeating", "durationPeriods": 3, "maxRedemptions": 100 }),
            }),
            status: 201,
            answer: CouponJson::shape,
            refuses: &[Code::AlreadyExists],
            noun: None,
        },
        Route {
            method: Method::GET,
            path: "/api/v1/coupons/{id}",
            operation: "getCoupon",
            summary: "Get a coupon",
            words: "",
            scope: Some(Scope::CouponsRead),
            handler: handler!(get),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: CouponJson::shape,
            refuses: &[],
            noun: Some(NOUN),
        },
        Route {
            method: Method::PATCH,
            path: "/api/v1/coupons/{id}",
            operation: "updateCoupon",
            summary: "Update a coupon",
            words: "One that was redeemed keeps its code, what it takes off and its duration (409): set `active` to false and make another.",
            scope: Some(Scope::CouponsWrite),
            handler: handler!(update),
            query: NoQuery::describe,
            body: Some(BodyDoc { schema: CouponPatch::schema, required: false, example: || json!({ "maxRedemptions": 200, "expiresAt": "2026-12-31" }) }),
            status: 200,
            answer: CouponJson::shape,
            refuses: &[Code::AlreadyExists, Code::StateConflict],
            noun: Some(NOUN),
        },
        Route {
            method: Method::DELETE,
            path: "/api/v1/coupons/{id}",
            operation: "deleteCoupon",
            summary: "Delete a coupon",
            words: "One that was redeemed is 409: set `active` to false.",
            scope: Some(Scope::CouponsWrite),
            handler: handler!(delete),
            query: NoQuery::describe,
            body: None,
            status: 200,
            answer: DeletedShape::shape,
            refuses: &[Code::StateConflict],
            noun: Some(NOUN),
        },
    ]
}

async fn list(call: Call) -> Result<Reply> {
    let query: ListQuery<CouponId, CouponQuery> = call.query()?;
    Ok(Reply::Read(call.app.coupon_list(&call.actor(), query.own.filter(query.common), query.page).await?))
}

async fn create(mut call: Call) -> Result<Reply> {
    let input = call.body::<CouponCreate>()?;
    let caller = call.caller();
    Ok(call.app.coupon_create(caller, input).await?.into())
}

async fn get(call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    Ok(Reply::Read(call.app.coupon_get(&call.actor(), call.id()?)?))
}

async fn update(mut call: Call) -> Result<Reply> {
    let input = call.body::<CouponPatch>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.coupon_update(caller, id, input).await?.into())
}

async fn delete(mut call: Call) -> Result<Reply> {
    call.query::<NoQuery>()?;
    let (id, caller) = (call.id()?, call.caller());
    Ok(call.app.coupon_delete(caller, id).await?.into())
}
