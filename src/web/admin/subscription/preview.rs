//! What a change, a renewal or a cancellation would come to, as its form shows it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::id::{InvoiceId, SubscriptionId, TypedId};
use crate::domain::invoice::Invoice;
use crate::domain::reject::Code;
use crate::error::{Error, Result};
use crate::web::html::cell::{Cell, State};
use crate::web::html::page::{ApiCall, FormPage, Preview, Section};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::html::{Viewer, catalogue, format};
use crate::web::page::{PageCall, PageReply, beside, is_of_balance};
use crate::wire::preview::{Kind, Preview as Seen, PreviewAction, PreviewLine, SubscriptionPreview};

use super::{API, status_word, tone};

/// What a form of a subscription offers to show. The fields are those that the API's preview takes.
pub fn offer(id: SubscriptionId, action: PreviewAction) -> Preview {
    let fields: &[&str] = match action {
        PreviewAction::Change => &["productId", "priceId", "quantity", "proration"],
        PreviewAction::Renew => &["periods", "payment"],
        PreviewAction::Cancel => &["atPeriodEnd", "unusedTime"],
    };
    let body = json!({ "action": action.text() });
    Preview { api: ApiCall { method: "POST", path: format!("{API}/{id}/preview"), body: Some(body) }, fields, comes_to: Vec::new() }
}

/// Shows a form with what it would come to. `body` is that of what is done.
pub async fn look(call: PageCall, form: impl Fn(&PageCall) -> Result<FormPage>, body: impl FnOnce(&FormPage, Value) -> Value) -> Result<PageReply> {
    let (id, viewer) = (call.id::<SubscriptionId>()?, call.viewer.clone());
    let ask = async move |app: Arc<App>, actor: Actor, input: SubscriptionPreview| {
        let seen = app.subscription_previewed(&actor, id, input).await.map_err(|e| beside(e, "payment", is_of_balance))?;
        let open = if seen.action == PreviewAction::Renew { app.subscription_open_renewal(&actor, id)? } else { None };
        // One that is issued anew is not that which is paid.
        let open = open.filter(|open| !seen.voided.contains(&open.id.text()));
        sections(&app, &actor, &viewer, &seen, open.as_ref())
    };
    call.preview_change(form, body, ask).await
}

/// The lines with their sums, and what is so afterwards.
fn sections(app: &App, actor: &Actor, viewer: &Viewer, seen: &Seen, open: Option<&Invoice>) -> Result<Vec<Section>> {
    let mut sections = vec![lines(app, actor, viewer, seen)?];
    if !seen.lines.is_empty() {
        sections.push(sums(seen));
    }
    sections.push(afterwards(app, actor, seen, open)?);
    Ok(sections)
}

/// The number of an invoice by its id; none of one that only the look has opened.
fn number(app: &App, actor: &Actor, id: &str) -> Result<Option<String>> {
    let Some(id) = InvoiceId::parse(id) else { return Ok(None) };
    match app.invoice_read(actor, id) {
        Ok((view, _)) => Ok(view.invoice.number().map(str::to_owned)),
        Err(Error::Reject(reject)) if reject.code == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Each line with how it came about. A form is narrow: a row has two lines, and what stands beneath says itself what it is.
fn lines(app: &App, actor: &Actor, viewer: &Viewer, seen: &Seen) -> Result<Section> {
    let row = |line: &PreviewLine| -> Result<Row> {
        let about = match (line.kind, &line.invoice_id, line.period) {
            (Kind::Credit, Some(id), _) => number(app, actor, id)?.map(|number| Cell::Text(say_with("preview-credit", [("number", Arg::Text(number))]))),
            (_, _, period) => period.map(|p| Cell::Span(p.start, p.end)),
        };
        let mut how: Vec<Cell> = about.into_iter().chain([Cell::Prose(line.explanation.clone())]).collect();
        // What is charged says in its explanation what tax it is with.
        if line.kind == Kind::Credit && !line.tax.is_zero() {
            let amount = format::money(line.tax, catalogue::of(viewer.language));
            how.push(Cell::Text(say_with("preview-line-tax", [("amount", Arg::Text(amount))])));
        }
        Ok(Row::new(vec![Cell::Prose(line.description.clone()), Cell::Money(line.amount), Cell::Stack(how)]))
    };
    Ok(Section::Table {
        title: say("form-comes-to"),
        table: Table {
            caption: say("form-comes-to"),
            columns: vec![
                Column::new(say("invoice-line"), Phone::First),
                Column::end(say("invoice-line-net"), Phone::FirstEnd),
                Column::new(say("preview-explanation"), Phone::Second),
            ],
            rows: seen.lines.iter().map(row).collect::<Result<Vec<Row>>>()?,
        },
        empty: say("preview-nothing"),
        more: None,
    })
}

/// The lines' sums, and the way from their total to what is due: what is credited goes to the balance first, which then pays.
fn sums(seen: &Seen) -> Section {
    let parts = [(say("invoice-subtotal"), seen.subtotal), (say("invoice-tax"), seen.tax)];
    let parts = parts.into_iter().filter(|_| seen.lines.iter().any(|line| !line.tax.is_zero()));
    let total = if seen.total.is_negative() { say("preview-total-credited") } else { say("preview-total") };
    let credited = [
        (say("preview-credit-to-due"), seen.to_due),
        (say("preview-credit-to-balance"), seen.to_balance),
        (say("preview-credit-to-refund"), seen.to_refund),
        (say("preview-from-balance"), seen.balance_applied.negated()),
    ];
    let charges = seen.lines.iter().any(|line| line.kind == Kind::Charge);
    let way = credited.into_iter().filter(|(_, amount)| charges && !amount.is_zero());
    let due = charges.then(|| (say("preview-due"), seen.amount_due));
    Section::Sums(parts.chain([(total, seen.total)]).chain(way).chain(due).map(|(name, amount)| (name, Cell::Money(amount))).collect())
}

/// `open` is the invoice that a renewal is, where one was open already.
fn afterwards(app: &App, actor: &Actor, seen: &Seen, open: Option<&Invoice>) -> Result<Section> {
    let number_of = |invoice: &Invoice| Cell::Text(data(invoice.number().unwrap_or_default()));
    let mut rows: Vec<(Text, Cell)> = open.into_iter().map(|invoice| (say("preview-open-invoice"), number_of(invoice))).collect();
    rows.push((say("subscription-status"), Cell::State(State { tone: tone(seen.status), word: status_word(seen.status), follows: None })));
    let paid_until = seen.current_period_end.filter(|_| seen.status.is_live());
    rows.extend(paid_until.map(|end| (say("subscription-paid-until"), Cell::Day(end))));
    let voided = seen.voided.iter().map(|id| number(app, actor, id)).collect::<Result<Vec<Option<String>>>>()?;
    let voided: Vec<Cell> = voided.into_iter().flatten().map(|number| Cell::Text(data(number))).collect();
    rows.extend((!voided.is_empty()).then(|| (say("preview-voided"), Cell::Stack(voided))));
    Ok(Section::Pairs(rows))
}
