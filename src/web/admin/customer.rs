//! Customers: the list, a customer with everything of his, and the forms that make and change one.

use crate::app::Answer;
use crate::domain::balance::{BalanceEntry, EntryKind};
use crate::domain::customer::{Customer, CustomerStatus};
use crate::domain::id::{CustomerId, TypedId};
use crate::domain::invoice::InvoiceFilter;
use crate::domain::list::{Common, Order, Page};
use crate::domain::subscription::SubscriptionFilter;
use crate::error::{Error, Result};
use crate::web::admin::currency::currencies;
use crate::web::admin::listing::Listing;
use crate::web::admin::set_up::zones;
use crate::web::admin::{credit_note, invoice, payment, payment_method, story, subscription};
use crate::web::html::Viewer;
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, DetailPage, Empty, Facts, FormPage, Head, ListPage, Place, Section, Weight};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, data, say, say_with};
use crate::web::page::{PageCall, PageReply, PageRoute, beside, is_of_balance};
use crate::wire::balance::BalanceEntryCreate;
use crate::wire::customer::{CustomerCreate, CustomerPatch, CustomerQuery};
use crate::wire::input::Nothing;
use crate::wire::query::ListQuery;

pub fn routes() -> Vec<PageRoute> {
    vec![
        PageRoute::get("/admin/customers", handler!(list)),
        PageRoute::get("/admin/customers/new", handler!(new)),
        PageRoute::post("/admin/customers/new", handler!(create)),
        PageRoute::get("/admin/customers/{id}", handler!(show)),
        PageRoute::get("/admin/customers/{id}/edit", handler!(edit)),
        PageRoute::post("/admin/customers/{id}/edit", handler!(update)),
        PageRoute::get("/admin/customers/{id}/balance", handler!(balance)),
        PageRoute::post("/admin/customers/{id}/balance", handler!(add_to_balance)),
        PageRoute::get("/admin/customers/{id}/delete", handler!(confirm)),
        PageRoute::post("/admin/customers/{id}/delete", handler!(delete)),
    ]
}

const LIST: &str = "/admin/customers";
const API: &str = "/api/v1/customers";
/// Subscriptions and invoices that a customer's page shows; the lists have the rest.
const SHOWN: u32 = 10;

pub fn path(id: CustomerId) -> String {
    format!("{LIST}/{id}")
}

pub fn status_word(status: CustomerStatus) -> Text {
    match status {
        CustomerStatus::Active => say("state-customer-active"),
        CustomerStatus::Blocked => say("state-customer-blocked"),
    }
}

fn state(status: CustomerStatus) -> State {
    let tone = match status {
        CustomerStatus::Active => Tone::Good,
        CustomerStatus::Blocked => Tone::Bad,
    };
    State { tone, word: status_word(status), follows: None }
}

/// What a list shows of a balance: nothing, the one amount, or all of them.
fn balances(customer: &Customer<'_>) -> Cell {
    let held: Vec<Cell> = customer.balances.iter().filter(|b| !b.is_zero()).map(|b| Cell::Money(*b)).collect();
    match held.as_slice() {
        [] => Cell::Nothing,
        [one] => one.clone(),
        _ => Cell::Stack(held),
    }
}

async fn list(call: PageCall) -> Result<PageReply> {
    let listing = Listing::of(&call);
    let query: ListQuery<CustomerId, CustomerQuery> = listing.query()?;
    let (customers, end) = call.app().customer_page(&call.actor()?, query.own.filter(query.common), query.page).await?;
    let statuses = CustomerStatus::ALL.map(|s| Choice::new(s.text(), status_word(s)));
    let filters =
        vec![listing.filter("status", say("customer-status"), say("customer-any-status"), statuses), listing.created_filter(call.viewer.now, call.viewer.zone)];
    let row = |c: &Customer<'_>| {
        Row::link(
            path(c.id),
            vec![
                Cell::Text(data(c.display_name())),
                if c.name.is_some() { Cell::Muted(data(c.email.as_ref())) } else { Cell::Nothing },
                Cell::State(state(c.status)),
                balances(c),
                Cell::Instant(c.created_at),
            ],
        )
    };
    let mut head = Head::new(Place::Customers, say("nav-customers"));
    head.notice = (call.done() == "deleted").then(|| say("customer-deleted"));
    let new = Action::primary(say("customer-new"), format!("{LIST}/new"));
    let page = ListPage {
        head,
        help: None,
        primary: Some(new.clone()),
        path: LIST.into(),
        search: Some(listing.search()),
        search_label: say("customer-search"),
        chips: listing.chips(&filters, []),
        filters,
        table: Table {
            caption: say("nav-customers"),
            columns: vec![
                Column::new(say("customer-name"), Phone::First),
                Column::new(say("customer-email"), Phone::Second),
                Column::new(say("customer-status"), Phone::FirstEnd),
                Column::end(say("customer-balance"), Phone::Hidden),
                Column::new(say("fact-created"), Phone::SecondEnd),
            ],
            rows: customers.iter().map(row).collect(),
        },
        total: say_with("customer-total", [("n", Arg::Count(end.total))]),
        first: listing.first(),
        next: listing.next(end.next),
        empty: if listing.is_narrowed() {
            Empty { text: say("list-none-match"), action: Some(Action::go(say("list-none-match-action"), LIST)), more: None }
        } else {
            Empty { text: say("customer-empty"), action: Some(new), more: Some(("/docs/manual/".into(), say("nav-manual"))) }
        },
        api: Some(listing.api(API)),
    };
    Ok(PageReply::list(&page, &call.viewer))
}

/// The fields of a customer's form. Their names are the API's.
fn groups(viewer: &Viewer) -> Vec<Group> {
    let line = |name: &str, label: Text| Field::new(name, label, Control::Line);
    let own = |choices: Vec<Choice>| std::iter::once(Choice::new("", say("customer-as-business"))).chain(choices).collect();
    let statuses = vec![
        Choice::new(CustomerStatus::Active.text(), status_word(CustomerStatus::Active)),
        Choice::hinted(CustomerStatus::Blocked.text(), status_word(CustomerStatus::Blocked), say("customer-blocked-hint")),
    ];
    vec![
        Group::plain(vec![
            Field::new("email", say("customer-email"), Control::Email).required(),
            line("name", say("customer-name")).hint(say("customer-name-hint")),
            line("phone", say("customer-phone")),
        ]),
        Group::folded(say("customer-address"), address_fields("address")),
        Group::folded(
            say("customer-billing"),
            vec![
                Field::new("currency", say("settings-currency"), Control::Select(own(currencies(viewer)))).hint(say("customer-currency-hint")),
                Field::new("billingTimezone", say("settings-timezone"), Control::Suggest(zones())).hint(say("customer-timezone-hint")),
                line("taxId", say("customer-tax-id")).hint(say("customer-tax-id-hint")),
                Field::new("taxExempt", say("customer-tax-exempt"), Control::Check).hint(say("customer-tax-exempt-hint")),
                line("locale", say("customer-locale")).hint(say("customer-locale-hint")),
            ],
        ),
        Group::folded(
            say("customer-more"),
            vec![
                Field::new("status", say("customer-status"), Control::Radio(statuses)).value(CustomerStatus::Active.text()),
                Field::new("password", say("customer-password"), Control::Secret).hint(say("customer-password-hint")),
                Field::new("notes", say("customer-notes"), Control::Prose).hint(say("customer-notes-hint")),
                Field::new("tags", say("customer-tags"), Control::Tags).hint(say("customer-tags-hint")),
                line("externalId", say("fact-external-id")).hint(say("customer-external-id-hint")),
                Field::new("metadata", say("fact-metadata"), Control::Pairs).hint(say("fact-metadata-hint")),
            ],
        ),
    ]
}

/// The fields of a postal address under a path of the body.
pub fn address_fields(under: &str) -> Vec<Field> {
    let line = |name: &str, label: Text| Field::new(format!("{under}.{name}"), label, Control::Line);
    vec![
        line("line1", say("address-line1")),
        line("line2", say("address-line2")),
        line("postalCode", say("address-postal-code")),
        line("city", say("address-city")),
        line("region", say("address-region")),
        line("country", say("address-country")).hint(say("address-country-hint")),
    ]
}

fn form(call: &PageCall, head: Head, groups: Vec<Group>, api: ApiCall, cancel: String) -> FormPage {
    call.form(head, groups, say("form-save"), api, cancel)
}

fn new_form(call: &PageCall) -> FormPage {
    let head = Head::new(Place::Customers, say("customer-new")).under(LIST, say("nav-customers"));
    let mut form = form(call, head, groups(&call.viewer), ApiCall { method: "POST", path: API.into(), body: None }, LIST.into());
    form.submit = say("customer-create");
    form
}

async fn new(call: PageCall) -> Result<PageReply> {
    Ok(call.show(new_form(&call)))
}

/// The page of what was made: the API's location under /admin.
pub fn made(answer: &Answer) -> String {
    let location = answer.location.as_deref().unwrap_or("");
    format!("/admin{}?done=created", location.strip_prefix("/api/v1").unwrap_or(location))
}

async fn create(call: PageCall) -> Result<PageReply> {
    let form = new_form(&call);
    let run = async |app: std::sync::Arc<crate::app::App>, caller, input: CustomerCreate| app.customer_create(caller, input).await;
    call.submit(form, run, made).await
}

fn edit_form(call: &PageCall) -> Result<FormPage> {
    let (actor, id) = (call.actor()?, call.id::<CustomerId>()?);
    let customer = call.app().customer_read(&actor, id)?;
    let shown = call.app().customer_get(&actor, id)?;
    let head = under(&customer, say("customer-edit"));
    let mut form = form(call, head, groups(&call.viewer), ApiCall { method: "PATCH", path: format!("{API}/{id}"), body: None }, path(id));
    form.fill(&serde_json::from_slice(&shown).map_err(Error::internal)?);
    call.stamp(&mut form, &shown);
    Ok(form)
}

/// The head of a page under a customer's own.
pub fn under(customer: &Customer<'_>, title: Text) -> Head {
    Head::new(Place::Customers, title).under(LIST, say("nav-customers")).under(path(customer.id), data(customer.display_name()))
}

async fn edit(call: PageCall) -> Result<PageReply> {
    Ok(call.show(edit_form(&call)?))
}

async fn update(call: PageCall) -> Result<PageReply> {
    let id = call.id::<CustomerId>()?;
    let run = async move |app: std::sync::Arc<crate::app::App>, caller, input: CustomerPatch| app.customer_update(caller, id, input).await;
    call.submit_change(edit_form, Blank::Null, run, |_| format!("{}?done=saved", path(id))).await
}

fn notice(call: &PageCall) -> Option<Text> {
    Some(match call.done().as_str() {
        "created" => say("customer-created"),
        "saved" => say("form-saved"),
        "balance" => say("customer-balance-moved"),
        "not-subscribe" | "not-bill" => Text::Api("This customer is blocked. Set the status to active first.".into()),
        "method-added" => say("method-added"),
        "method-removed" => say("method-removed"),
        "method-default" => say("method-now-default"),
        _ => return None,
    })
}

async fn show(call: PageCall) -> Result<PageReply> {
    let (actor, id) = (call.actor()?, call.id::<CustomerId>()?);
    let customer = call.app().customer_read(&actor, id)?;
    let of_customer =
        SubscriptionFilter { common: Common::default(), statuses: Vec::new(), customer_id: Some(id), product_id: None, current_period_end_before: None };
    let (subscriptions, all) = call.app().subscription_page(&actor, of_customer, newest(SHOWN)).await?;
    let of_customer = InvoiceFilter { customer_id: Some(id), ..InvoiceFilter::default() };
    let (invoices, all_invoices) = call.app().invoice_page(&actor, of_customer, newest(SHOWN)).await?;
    let (entries, all_entries) = call.app().balance_page(&actor, id, &newest(SHOWN))?;
    let more = |total: i64, text: Text, href: String| (total > i64::from(SHOWN)).then(|| Action::go(text, href));
    let mut story = vec![
        Section::Table {
            title: say("nav-subscriptions"),
            table: subscription::table(&subscriptions, None, &call.viewer),
            empty: say("customer-no-subscriptions"),
            more: more(all.total, say_with("subscription-all", [("n", Arg::Count(all.total))]), format!("/admin/subscriptions?customerId={id}")),
        },
        Section::Table {
            title: say("nav-invoices"),
            table: invoice::table(&invoices, None, &call.viewer),
            empty: say("customer-no-invoices"),
            more: more(all_invoices.total, say_with("invoice-all", [("n", Arg::Count(all_invoices.total))]), format!("/admin/invoices?customerId={id}")),
        },
    ];
    story.extend(credit_note::of_customer(&call, id).await?);
    story.extend(payment::section(&call, id).await?);
    story.extend(payment_method::section(&call, id)?);
    if all_entries.total > 0 {
        story.push(balance_table(&entries));
    }
    if let Some(notes) = &customer.notes {
        story.push(Section::Prose { title: say("customer-notes"), text: notes.to_string() });
    }
    story.push(story::happenings(&call, id)?);
    let mut head = Head::new(Place::Customers, data(customer.display_name())).under(LIST, say("nav-customers"));
    head.notice = notice(&call);
    let page = DetailPage {
        head,
        state: Some(state(customer.status)),
        subtitle: customer.name.is_some().then(|| Cell::Muted(data(customer.email.as_ref()))),
        actions: vec![
            Action::primary(say("customer-subscribe"), format!("/admin/subscriptions/new?customerId={id}")),
            Action::go(say("customer-bill"), format!("/admin/invoices/new?customerId={id}")),
            Action::go(say("customer-edit"), format!("{}/edit", path(id))),
            Action::danger(say("customer-delete"), format!("{}/delete", path(id))),
        ],
        story,
        facts: facts(&customer),
        api: vec![ApiCall::get(format!("{API}/{id}"))],
    };
    Ok(PageReply::page(page.render(&call.viewer)))
}

/// The first page of the newest rows.
pub fn newest<I>(limit: u32) -> Page<I> {
    Page { limit, after: None, order: Order::Descending }
}

fn balance_table(entries: &[BalanceEntry]) -> Section {
    let kind = |entry: &BalanceEntry| match entry.kind {
        EntryKind::Granted => say("balance-granted"),
        EntryKind::Applied => say("balance-applied"),
        EntryKind::Returned => say("balance-returned"),
        EntryKind::Credited => say("balance-credited"),
        EntryKind::Overpaid => say("balance-overpaid"),
    };
    let row = |entry: &BalanceEntry| {
        let what = match entry.invoice_id {
            Some(id) => Cell::Link { href: invoice::path(id), text: kind(entry) },
            None => Cell::Text(kind(entry)),
        };
        let note = entry.note.as_ref().map_or(Cell::Nothing, |note| Cell::Prose(note.to_string()));
        Row::new(vec![what, note, Cell::Instant(entry.created_at), Cell::Money(entry.amount)])
    };
    Section::Table {
        title: say("customer-balance"),
        table: Table {
            caption: say("customer-balance"),
            columns: vec![
                Column::new(say("balance-what"), Phone::First),
                Column::new(say("balance-note"), Phone::Second),
                Column::new(say("balance-when"), Phone::SecondEnd),
                Column::end(say("balance-amount"), Phone::FirstEnd),
            ],
            rows: entries.iter().map(row).collect(),
        },
        empty: say("customer-no-balance"),
        more: None,
    }
}

fn facts(customer: &Customer<'_>) -> Vec<Facts> {
    let opt = |text: &Option<std::borrow::Cow<'_, str>>| text.as_ref().map_or(Cell::Nothing, |t| Cell::Text(data(t.as_ref())));
    let or_business = |text: Option<&str>| text.map_or_else(|| Cell::Muted(say("customer-as-business")), |t| Cell::Text(data(t)));
    let tags: Vec<String> = serde_json::from_str(customer.tags.as_str()).unwrap_or_default();
    let mut rows = vec![
        (say("customer-email"), Cell::Copyable(customer.email.to_string())),
        (say("customer-phone"), opt(&customer.phone)),
        (say("customer-address"), address_cell(customer.address.as_ref().map(|a| a.as_str()))),
        (say("settings-currency"), or_business(customer.currency.map(|c| c.code()))),
        (say("settings-timezone"), or_business(customer.billing_timezone.as_deref())),
        (say("customer-tax-id"), opt(&customer.tax_id)),
        (say("customer-tax-exempt"), Cell::Text(if customer.tax_exempt { say("fact-yes") } else { say("fact-no") })),
        (say("customer-locale"), opt(&customer.locale)),
        (say("customer-tags"), if tags.is_empty() { Cell::Nothing } else { Cell::Tags(tags) }),
    ];
    rows.extend(own_facts(customer.external_id.as_deref(), customer.metadata.as_str()));
    rows.push((say("fact-created"), Cell::Instant(customer.created_at)));
    rows.push((say("fact-id"), Cell::Copyable(customer.id.text())));
    vec![
        Facts {
            title: say("customer-balance"),
            rows: vec![(say("customer-in-store"), balances(customer))],
            actions: vec![Action::go(say("customer-move-balance"), format!("{}/balance", path(customer.id)))],
        },
        Facts { title: say("customer-facts"), rows, actions: Vec::new() },
    ]
}

/// The vendor's own number and pairs, where there are any.
pub fn own_facts(external_id: Option<&str>, metadata: &str) -> Vec<(Text, Cell)> {
    let pairs: std::collections::BTreeMap<String, String> = serde_json::from_str(metadata).unwrap_or_default();
    let pairs: Vec<Cell> = pairs.into_iter().map(|(name, value)| Cell::Prose(format!("{name}: {value}"))).collect();
    let external = external_id.map(|id| (say("fact-external-id"), Cell::Code(id.to_owned())));
    external.into_iter().chain((!pairs.is_empty()).then(|| (say("fact-metadata"), Cell::Stack(pairs)))).collect()
}

/// An address line by line, from the JSON that it is stored as.
pub fn address_cell(address: Option<&str>) -> Cell {
    let parts: serde_json::Value = address.and_then(|a| serde_json::from_str(a).ok()).unwrap_or_default();
    let part = |name: &str| parts[name].as_str().unwrap_or("");
    let town = format!("{} {}", part("postalCode"), part("city"));
    let lines = [part("line1"), part("line2"), town.trim(), part("region"), part("country")];
    let lines: Vec<&str> = lines.into_iter().filter(|l| !l.is_empty()).collect();
    if lines.is_empty() { Cell::Nothing } else { Cell::Prose(lines.join("\n")) }
}

fn balance_form(call: &PageCall) -> Result<FormPage> {
    let (actor, id) = (call.actor()?, call.id::<CustomerId>()?);
    let customer = call.app().customer_read(&actor, id)?;
    let currency = match customer.currency {
        Some(currency) => currency,
        None => call.app().settings_read(&actor)?.business.currency,
    };
    let groups = vec![Group::plain(vec![
        Field::new("amount", say("balance-amount"), Control::Decimal).required().hint(say("balance-amount-hint")),
        Field::new("currency", say("settings-currency"), Control::Select(currencies(&call.viewer))).required().value(currency.code()),
        Field::new("note", say("balance-note"), Control::Line).hint(say("balance-note-hint")),
    ])];
    let api = ApiCall { method: "POST", path: format!("{API}/{id}/balance"), body: None };
    let mut form = form(call, under(&customer, say("customer-move-balance")), groups, api, path(id));
    form.lead = Some(say("balance-lead"));
    call.stamp(&mut form, &call.app().customer_get(&actor, id)?);
    Ok(form)
}

async fn balance(call: PageCall) -> Result<PageReply> {
    call.id::<CustomerId>()?;
    Ok(call.show(balance_form(&call)?))
}

async fn add_to_balance(call: PageCall) -> Result<PageReply> {
    let id = call.id::<CustomerId>()?;
    let run = async move |app: std::sync::Arc<crate::app::App>, caller, input: BalanceEntryCreate| {
        app.balance_add(caller, id, input).await.map_err(|e| beside(e, "amount", is_of_balance))
    };
    call.submit_change(balance_form, Blank::Omit, run, |_| format!("{}?done=balance", path(id))).await
}

fn delete_form(call: &PageCall) -> Result<FormPage> {
    let id = call.id::<CustomerId>()?;
    let customer = call.app().customer_read(&call.actor()?, id)?;
    let name = || Arg::Text(customer.display_name().to_owned());
    let mut form =
        form(call, under(&customer, say("customer-delete")), Vec::new(), ApiCall { method: "DELETE", path: format!("{API}/{id}"), body: None }, path(id));
    form.warning = Some(say_with("customer-delete-warning", [("name", name())]));
    form.submit = say("customer-delete");
    form.weight = Weight::Danger;
    Ok(form)
}

async fn confirm(call: PageCall) -> Result<PageReply> {
    Ok(call.show(delete_form(&call)?))
}

async fn delete(call: PageCall) -> Result<PageReply> {
    let (form, id) = (delete_form(&call)?, call.id::<CustomerId>()?);
    let run = async move |app: std::sync::Arc<crate::app::App>, caller, _: Nothing| app.customer_delete(caller, id).await;
    call.submit(form, run, |_| format!("{LIST}?done=deleted")).await
}
