//! The overview: where the business stands, and what is next.

use crate::error::Result;
use crate::web::html::page::{Head, OverviewPage, Place};
use crate::web::html::text::say;
use crate::web::page::{PageCall, PageReply, PageRoute};

pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/admin", handler!(show))]
}

async fn show(call: PageCall) -> Result<PageReply> {
    let page = OverviewPage { head: Head::new(Place::Overview, say("nav-overview")), steps: Vec::new(), figures: Vec::new(), sections: Vec::new(), api: None };
    Ok(PageReply::page(page.render(&call.viewer)))
}
