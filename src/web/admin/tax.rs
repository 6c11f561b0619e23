//! Tax rates: the list, a rate with whom it concerns, and the forms that make and change one.

use std::sync::Arc;

use serde_json::json;

use crate::app::{Answer, App, Caller};
use crate::domain::id::{TaxRateId, TypedId};
use crate::domain::tax::TaxRate;
use crate::error::{Error, Result};
use crate::web::admin::customer::{made, own_facts};
use crate::web::admin::listing::Listing;
use crate::web::admin::{invoice, story};
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, DetailPage, Empty, Facts, FormPage, Head, ListPage, Place, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::input::{Nothing, read_body};
use crate::wire::query::ListQuery;
use crate::wire::tax::{TaxRateCreate, TaxRatePatch, TaxRateQuery};

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/tax-rates", handler!(list)),
        PageRoute::get("/admin/tax-rates/new", handler!(new)),
        PageRoute::post("/admin/tax-rates/new", handler!(create)),
        PageRoute::get("/admin/tax-rates/{id}", handler!(show)),
        PageRoute::get("/admin/tax-rates/{id}/edit", handler!(edit)),
        PageRoute::post("/admin/tax-rates/{id}/edit", handler!(update)),
        PageRoute::get("/admin/tax-rates/{id}/deactivate", handler!(deactivating)),
        PageRoute::post("/admin/tax-rates/{id}/deactivate", handler!(deactivate)),
        PageRoute::post("/admin/tax-rates/{id}/activate", handler!(activate)),
        PageRoute::get("/admin/tax-rates/{id}/delete", handler!(confirm)),
        PageRoute::post("/admin/tax-rates/{id}/delete", handler!(delete)),
    ]
}

const LIST: &str = "/admin/tax-rates";
const API: &str = "/api/v1/tax-rates";
/// Invoices that a rate's page shows.
const SHOWN: u32 = 10;

pub fn path(id: TaxRateId) -> String {
    format!("{LIST}/{id}")
}

fn state_word(active: bool) -> Text {
    if active { say("state-tax-active") } else { say("state-tax-inactive") }
}

fn state(active: bool) -> State {
    State { tone: if active { Tone::Good } else { Tone::Neutral }, word: state_word(active), follows: None }
}

fn kind_word(inclusive: bool) -> Text {
    if inclusive { say("tax-included") } else { say("tax-added") }
}

fn country_cell(rate: &TaxRate) -> Cell {
    rate.country.as_ref().map_or_else(|| Cell::Muted(say("tax-other-countries")), |country| Cell::Text(data(country.as_str())))
}

fn percent_words(rate: &TaxRate) -> Text {
    say_with("tax-percent-words", [("percent", Arg::Text(rate.terms.percent.to_string()))])
}

/// Tax rates belong to the settings.
fn head(title: Text) -> Head {
    Head::new(Place::Taxes, title).under("/admin/settings", say("nav-settings"))
}

async fn list(call: PageCall) -> Result<PageReply> {
    let listing = Listing::of(&call);
    let query: ListQuery<TaxRateId, TaxRateQuery> = listing.query()?;
    let (rates, end) = call.app().tax_rate_page(&call.actor()?, query.own.filter(query.common), query.page).await?;
    let states = [true, false].map(|active| Choice::new(active.to_string(), state_word(active)));
    let filters = vec![listing.filter("active", say("tax-state"), say("tax-any-state"), states), listing.created_filter(call.viewer.now, call.viewer.zone)];
    let row = |r: &TaxRate| {
        let cells = vec![
            Cell::Text(data(&r.name)),
            country_cell(r),
            Cell::Text(kind_word(r.terms.inclusive)),
            Cell::State(state(r.active)),
            Cell::Text(percent_words(r)),
        ];
        Row::link(path(r.id), cells)
    };
    let mut head = head(say("nav-taxes"));
    head.notice = (call.done() == "deleted").then(|| say("tax-deleted"));
    let new = Action::primary(say("tax-new"), format!("{LIST}/new"));
    let page = ListPage {
        head,
        help: Some(say("tax-help")),
        primary: Some(new.clone()),
        path: LIST.into(),
        search: Some(listing.search()),
        search_label: say("tax-search"),
        chips: listing.chips(&filters, []),
        filters,
        table: Table {
            caption: say("nav-taxes"),
            columns: vec![
                Column::new(say("tax-name"), Phone::First),
                Column::new(say("tax-country"), Phone::Second),
                Column::new(say("tax-kind"), Phone::Hidden),
                Column::new(say("tax-state"), Phone::SecondEnd),
                Column::end(say("tax-percent"), Phone::FirstEnd),
            ],
            rows: rates.iter().map(row).collect(),
        },
        total: say_with("tax-total", [("n", Arg::Count(end.total))]),
        first: listing.first(),
        next: listing.next(end.next),
        empty: if listing.is_narrowed() {
            Empty { text: say("list-none-match"), action: Some(Action::go(say("list-none-match-action"), LIST)), more: None }
        } else {
            Empty { text: say("tax-empty"), action: Some(new), more: Some(("/docs/manual/taxes-and-coupons".into(), say("nav-manual"))) }
        },
        api: Some(listing.api(API)),
    };
    Ok(PageReply::list(&page, &call.viewer))
}

/// The fields of a rate; of one that stands on invoices only those that may change.
fn groups(was_used: bool) -> Vec<Group> {
    let kinds = vec![Choice::hinted("false", say("tax-added"), say("tax-added-hint")), Choice::hinted("true", say("tax-included"), say("tax-included-hint"))];
    let mut fields = vec![Field::new("name", say("tax-name"), Control::Line).required().hint(say("tax-name-hint"))];
    if !was_used {
        fields.push(Field::new("percent", say("tax-percent"), Control::Percent).required().hint(say("tax-percent-hint")));
        fields.push(Field::new("inclusive", say("tax-kind"), Control::Radio(kinds)).value("false"));
        fields.push(Field::new("country", say("tax-country"), Control::Line).hint(say("tax-country-hint")));
    }
    let more = vec![
        Field::new("externalId", say("fact-external-id"), Control::Line).hint(say("tax-external-id-hint")),
        Field::new("metadata", say("fact-metadata"), Control::Pairs).hint(say("fact-metadata-hint")),
    ];
    vec![Group::plain(fields), Group::folded(say("tax-more"), more)]
}

fn form(call: &PageCall, head: Head, groups: Vec<Group>, api: ApiCall, cancel: String) -> FormPage {
    call.form(head, groups, say("form-save"), api, cancel)
}

fn new_form(call: &PageCall) -> FormPage {
    let head = head(say("tax-new")).under(LIST, say("nav-taxes"));
    let mut form = form(call, head, groups(false), ApiCall { method: "POST", path: API.into(), body: None }, LIST.into());
    form.submit = say("tax-create");
    form
}

async fn new(call: PageCall) -> Result<PageReply> {
    Ok(call.show(new_form(&call)))
}

async fn create(call: PageCall) -> Result<PageReply> {
    let form = new_form(&call);
    let run = async |app: Arc<App>, caller, input: TaxRateCreate| app.tax_rate_create(caller, input).await;
    call.submit(form, run, made).await
}

fn load(call: &PageCall) -> Result<TaxRate> {
    call.app().tax_rate_read(&call.actor()?, call.id()?)
}

/// Whether it stands on an invoice: then its terms stay.
fn was_used(call: &PageCall, rate: &TaxRate) -> Result<bool> {
    Ok(!call.app().tax_rate_invoices(&call.actor()?, rate.id, 1)?.is_empty())
}

/// The head of a page under a rate's own.
fn under(rate: &TaxRate, title: Text) -> Head {
    head(title).under(LIST, say("nav-taxes")).under(path(rate.id), data(&rate.name))
}

fn patch(rate: &TaxRate, body: Option<serde_json::Value>) -> ApiCall {
    ApiCall { method: "PATCH", path: format!("{API}/{}", rate.id), body }
}

fn edit_form(call: &PageCall) -> Result<FormPage> {
    let shown = call.app().tax_rate_get(&call.actor()?, call.id()?)?;
    let rate = load(call)?;
    let was_used = was_used(call, &rate)?;
    let mut form = form(call, under(&rate, say("tax-edit")), groups(was_used), patch(&rate, None), path(rate.id));
    form.lead = was_used.then(|| say("tax-edit-lead"));
    form.fill(&serde_json::from_slice(&shown).map_err(Error::internal)?);
    call.stamp(&mut form, &shown);
    Ok(form)
}

async fn edit(call: PageCall) -> Result<PageReply> {
    Ok(call.show(edit_form(&call)?))
}

async fn update(call: PageCall) -> Result<PageReply> {
    let id = call.id::<TaxRateId>()?;
    let run = async move |app: Arc<App>, caller, input: TaxRatePatch| app.tax_rate_update(caller, id, input).await;
    call.submit_change(edit_form, Blank::Null, run, |_| format!("{}?done=saved", path(id))).await
}

/// Asks before a rate is taken out of use.
fn deactivation_form(call: &PageCall) -> Result<FormPage> {
    let rate = load(call)?;
    let api = patch(&rate, Some(json!({ "active": false })));
    let mut form = form(call, under(&rate, say("tax-deactivate")), Vec::new(), api, path(rate.id));
    let args = [("name", Arg::Text(rate.name.clone())), ("percent", Arg::Text(rate.terms.percent.to_string()))];
    form.warning = Some(say_with("tax-deactivate-warning", args));
    form.submit = say("tax-deactivate");
    Ok(form)
}

async fn deactivating(call: PageCall) -> Result<PageReply> {
    if !load(&call)?.active {
        return Ok(call.refused_before(&path(call.id()?), "deactivate"));
    }
    Ok(call.show(deactivation_form(&call)?))
}

async fn set_active(app: Arc<App>, caller: Caller, id: TaxRateId, active: bool) -> Result<Answer> {
    app.tax_rate_update(caller, id, read_body(json!({ "active": active }))?).await
}

async fn deactivate(call: PageCall) -> Result<PageReply> {
    let (form, id) = (deactivation_form(&call)?, call.id::<TaxRateId>()?);
    let run = async move |app: Arc<App>, caller, _: Nothing| set_active(app, caller, id, false).await;
    call.submit(form, run, |_| format!("{}?done=deactivated", path(id))).await
}

async fn activate(call: PageCall) -> Result<PageReply> {
    let id = call.id::<TaxRateId>()?;
    set_active(Arc::clone(call.app()), call.caller()?, id, true).await?;
    Ok(PageReply::go(format!("{}?done=activated", path(id))))
}

fn delete_form(call: &PageCall) -> Result<FormPage> {
    let rate = load(call)?;
    let api = ApiCall { method: "DELETE", path: format!("{API}/{}", rate.id), body: None };
    let mut form = form(call, under(&rate, say("tax-delete")), Vec::new(), api, path(rate.id));
    let args = [("name", Arg::Text(rate.name.clone())), ("percent", Arg::Text(rate.terms.percent.to_string()))];
    form.warning = Some(say_with("tax-delete-warning", args));
    form.submit = say("tax-delete");
    form.weight = Weight::Danger;
    Ok(form)
}

async fn confirm(call: PageCall) -> Result<PageReply> {
    if was_used(&call, &load(&call)?)? {
        return Ok(call.refused_before(&path(call.id()?), "delete"));
    }
    Ok(call.show(delete_form(&call)?))
}

async fn delete(call: PageCall) -> Result<PageReply> {
    let (form, id) = (delete_form(&call)?, call.id::<TaxRateId>()?);
    let run = async move |app: Arc<App>, caller, _: Nothing| app.tax_rate_delete(caller, id).await;
    call.submit(form, run, |_| format!("{LIST}?done=deleted")).await
}

/// Whom it concerns and what it does to prices, in a sentence each.
fn applies(rate: &TaxRate) -> Section {
    let whom = match &rate.country {
        _ if !rate.active => say("tax-applies-to-nobody"),
        Some(country) => say_with("tax-applies-to-country", [("country", Arg::Text(country.as_str().to_owned()))]),
        None => say("tax-applies-to-others"),
    };
    let how = if rate.terms.inclusive { say("tax-applies-included") } else { say("tax-applies-added") };
    let tone = if rate.active { Tone::Good } else { Tone::Neutral };
    Section::Note(State { tone, word: say_with("tax-applies", [("whom", Arg::Say(whom)), ("how", Arg::Say(how))]), follows: None })
}

fn facts(rate: &TaxRate) -> Vec<Facts> {
    let mut rows = vec![
        (say("tax-percent"), Cell::Text(percent_words(rate))),
        (say("tax-kind"), Cell::Text(kind_word(rate.terms.inclusive))),
        (say("tax-country"), country_cell(rate)),
    ];
    rows.extend(own_facts(rate.external_id.as_deref(), rate.metadata.as_str()));
    rows.push((say("fact-created"), Cell::Instant(rate.created_at)));
    rows.push((say("fact-id"), Cell::Copyable(rate.id.text())));
    vec![Facts { title: say("tax-facts"), rows, actions: Vec::new() }]
}

fn notice(call: &PageCall, rate: &TaxRate, was_used: bool) -> Option<Text> {
    Some(match call.done().as_str() {
        "created" => say("tax-created"),
        "saved" => say("form-saved"),
        "activated" => say("tax-activated"),
        "deactivated" => say("tax-deactivated"),
        "not-deactivate" if !rate.active => say("tax-inactive-already"),
        "not-delete" if was_used => Text::Api("This tax rate stands on invoices. Set \"active\" to false instead.".into()),
        _ => return None,
    })
}

async fn show(call: PageCall) -> Result<PageReply> {
    let (actor, rate) = (call.actor()?, load(&call)?);
    let id = rate.id;
    let invoices = call.app().tax_rate_invoices(&actor, id, SHOWN)?;
    let labels = call.app().customer_labels(&actor, invoices.iter().map(|v| v.invoice.customer_id))?;
    let mut head = head(data(&rate.name)).under(LIST, say("nav-taxes"));
    head.notice = notice(&call, &rate, !invoices.is_empty());
    let mut actions = vec![Action::go(say("tax-edit"), format!("{}/edit", path(id)))];
    if rate.active {
        actions.push(Action::go(say("tax-deactivate"), format!("{}/deactivate", path(id))));
    } else {
        actions.push(Action::post(say("tax-activate"), format!("{}/activate", path(id))));
    }
    if invoices.is_empty() {
        actions.push(Action::danger(say("tax-delete"), format!("{}/delete", path(id))));
    }
    let story = vec![
        applies(&rate),
        Section::Table { title: say("tax-invoices"), table: invoice::table(&invoices, Some(&labels), &call.viewer), empty: say("tax-no-invoices"), more: None },
        story::happenings(&call, id)?,
    ];
    let mut api = vec![ApiCall::get(format!("{API}/{id}"))];
    if !rate.active {
        api.push(patch(&rate, Some(json!({ "active": true }))));
    }
    let subtitle = say_with("tax-terms", [("percent", Arg::Say(percent_words(&rate))), ("kind", Arg::Say(kind_word(rate.terms.inclusive)))]);
    let page = DetailPage { head, state: Some(state(rate.active)), subtitle: Some(Cell::Text(subtitle)), actions, story, facts: facts(&rate), api };
    Ok(PageReply::page(page.render(&call.viewer)))
}
