//! The overview: where the business stands, and what is next. Every number is a counter, so it costs nothing to look.

use crate::domain::customer::CustomerFilter;
use crate::domain::invoice::{InvoiceFilter, InvoiceStatus};
use crate::domain::list::Common;
use crate::domain::product::ProductFilter;
use crate::domain::subscription::{SubscriptionFilter, SubscriptionStatus};
use crate::error::Result;
use crate::web::admin::customer::newest;
use crate::web::admin::{invoice, subscription};
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::page::{Action, ApiCall, Figure, Head, OverviewPage, Place, Section, Step};
use crate::web::html::text::{Arg, Text, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute};

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin", handler!(show)),
        PageRoute::get("/admin/", handler!(without_slash)),
        #[cfg(debug_assertions)]
        PageRoute::get("/admin/_parts", handler!(parts)),
        #[cfg(debug_assertions)]
        PageRoute::get("/admin/_parts/{id}", handler!(parts)),
    ]
}

/// Rows of the overview's lists.
const SHOWN: u32 = 8;

async fn without_slash(_: PageCall) -> Result<PageReply> {
    Ok(PageReply::go("/admin"))
}

/// The specimen book: every part of the pages in every state.
#[cfg(debug_assertions)]
async fn parts(call: PageCall) -> Result<PageReply> {
    let page = crate::web::html::parts::parts(&call.viewer, &call.path_id);
    Ok(PageReply::page(page.ok_or_else(|| crate::domain::reject::Reject::not_found("page"))?))
}

fn with_status(status: SubscriptionStatus) -> SubscriptionFilter {
    SubscriptionFilter { common: Common::default(), statuses: vec![status], customer_id: None, product_id: None, current_period_end_before: None }
}

/// When the books were last proved, and what it came to. Before the first document there is nothing to prove.
fn proof_note(call: &PageCall, has_documents: bool) -> Result<Option<State>> {
    let count = |id, name, n| say_with(id, [(name, Arg::Count(n))]);
    Ok(match call.app().proof_last(&call.actor()?)? {
        Some(proof) => {
            let well = proof.violations == 0;
            let came_to = if well { count("overview-proved-well", "rows", proof.read_rows) } else { count("overview-proved-wrong", "n", proof.violations) };
            let word = say_with("overview-proved", [("day", Arg::Day(proof.proved_at))]);
            Some(State { tone: if well { Tone::Good } else { Tone::Bad }, word, follows: Some(came_to) })
        }
        None => has_documents.then(|| State { tone: Tone::Neutral, word: say("overview-never-proved"), follows: Some(say("overview-prove")) }),
    })
}

async fn show(call: PageCall) -> Result<PageReply> {
    let (app, actor) = (call.app(), call.actor()?);
    let (_, customers) = app.customer_page(&actor, CustomerFilter::default(), newest(1)).await?;
    let (_, products) = app.product_page(&actor, ProductFilter::default(), newest(1)).await?;
    let (_, active) = app.subscription_page(&actor, with_status(SubscriptionStatus::Active), newest(1)).await?;
    let (_, pending) = app.subscription_page(&actor, with_status(SubscriptionStatus::Pending), newest(1)).await?;
    let (_, past_due) = app.subscription_page(&actor, with_status(SubscriptionStatus::PastDue), newest(1)).await?;
    let (_, trialing) = app.subscription_page(&actor, with_status(SubscriptionStatus::Trialing), newest(1)).await?;
    let (_, suspended) = app.subscription_page(&actor, with_status(SubscriptionStatus::Suspended), newest(1)).await?;
    let open = InvoiceFilter { status: Some(InvoiceStatus::Open), ..InvoiceFilter::default() };
    let (_, open) = app.invoice_page(&actor, open, newest(1)).await?;
    let (invoices, all_invoices) = app.invoice_page(&actor, InvoiceFilter::default(), newest(SHOWN)).await?;
    let ending = app.subscriptions_ending(&actor, SHOWN)?;
    let people = ending.iter().map(|s| s.customer_id).chain(invoices.iter().map(|v| v.invoice.customer_id));
    let labels = app.customer_labels(&actor, people)?;
    let has_key = !app.key_list(&actor)?.is_empty();
    let has_name = app.settings_read(&actor)?.business.name.is_some();

    let step = |done: bool, text: Text, href: &str| Step { done, text, href: href.to_owned() };
    let steps = vec![
        step(has_name, say("overview-step-business"), "/admin/settings"),
        step(has_key, say("overview-step-key"), "/admin/settings/keys/new"),
        step(products.total > 0, say("overview-step-product"), "/admin/products/new"),
        step(customers.total > 0, say("overview-step-customer"), "/admin/customers/new"),
        step(all_invoices.total > 0 || active.total > 0, say("overview-step-subscription"), "/admin/subscriptions/new"),
    ];
    let is_begun = steps.iter().all(|s| s.done);
    let figure = |label: Text, n: i64, href: &str| Figure { label, value: Cell::Count(n), href: href.to_owned(), under: None };
    let mut sections = Vec::new();
    if active.total + trialing.total + past_due.total > 0 {
        sections.push(Section::Table {
            title: say("overview-ending"),
            table: subscription::table(&ending, Some(&labels), &call.viewer),
            empty: say("overview-none-ending"),
            more: None,
        });
    }
    if all_invoices.total > 0 {
        sections.push(Section::Table {
            title: say("overview-invoices"),
            table: invoice::table(&invoices, Some(&labels), &call.viewer),
            empty: say("list-nothing"),
            more: Some(Action::go(say("overview-all-invoices"), "/admin/invoices")),
        });
    }
    if let Some(progress) = app.billing_progress(&actor)? {
        let counts = [("done", Arg::Count(progress.done)), ("of", Arg::Count(progress.of))];
        sections
            .insert(0, Section::Note(State { tone: Tone::Neutral, word: say("overview-billing"), follows: Some(say_with("overview-billing-done", counts)) }));
    }
    if let Some(note) = proof_note(&call, all_invoices.total > 0)? {
        sections.push(Section::Note(note));
    }
    let page = OverviewPage {
        head: Head::new(Place::Overview, say("nav-overview")),
        steps: if is_begun { Vec::new() } else { steps },
        figures: vec![
            figure(say("overview-active"), active.total, "/admin/subscriptions?status=active"),
            figure(say("overview-pending"), pending.total, "/admin/subscriptions?status=pending"),
            figure(say("overview-past-due"), past_due.total, "/admin/subscriptions?status=past_due"),
            figure(say("overview-suspended"), suspended.total, "/admin/subscriptions?status=suspended"),
            figure(say("overview-open"), open.total, "/admin/invoices?status=open"),
            figure(say("overview-customers"), customers.total, "/admin/customers"),
        ],
        sections,
        api: Some(ApiCall::get("/api/v1/subscriptions?status=active&limit=1")),
    };
    Ok(PageReply::page(page.render(&call.viewer)))
}
