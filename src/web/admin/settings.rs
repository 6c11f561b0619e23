//! The settings: the business on documents, and how is billed.

use std::sync::Arc;

use crate::app::App;
use crate::domain::settings::{Billing, LapsedRenewal};
use crate::error::{Error, Result};
use crate::web::admin::currency::currencies;
use crate::web::admin::customer::address_fields;
use crate::web::admin::set_up::zones;
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{ApiCall, FormPage, Head, Place, Weight};
use crate::web::html::text::{Text, say};
use crate::web::page::{PageCall, PageReply, PageRoute};
use crate::wire::settings::SettingsPatch;

pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/admin/settings", handler!(show)), PageRoute::post("/admin/settings", handler!(update))]
}

fn lapsed_choice(lapsed: LapsedRenewal) -> Choice {
    match lapsed {
        LapsedRenewal::FromPayment => Choice::hinted(lapsed.text(), say("settings-lapsed-payment"), say("settings-lapsed-payment-hint")),
        LapsedRenewal::FromDueDate => Choice::hinted(lapsed.text(), say("settings-lapsed-due"), say("settings-lapsed-due-hint")),
    }
}

fn form(call: &PageCall) -> Result<FormPage> {
    let shown = call.app().settings_get(&call.actor()?)?;
    let days = |name: &str, label: Text, hint: Text| {
        Field::new(name, label, Control::Number { min: 0, max: Billing::MAX_DAYS.into(), unit: Some(say("unit-days")) }).required().hint(hint)
    };
    let groups = vec![
        Group::named(
            say("settings-business"),
            vec![
                Field::new("business.name", say("settings-business-name"), Control::Line).hint(say("settings-business-name-hint")),
                Field::new("business.email", say("settings-email"), Control::Email).hint(say("settings-email-hint")),
                Field::new("business.taxId", say("settings-tax-id"), Control::Line).hint(say("settings-business-name-hint")),
                Field::new("business.currency", say("settings-currency"), Control::Select(currencies(&call.viewer)))
                    .required()
                    .hint(say("settings-currency-hint")),
                Field::new("business.timezone", say("settings-timezone"), Control::Suggest(zones())).required().hint(say("settings-timezone-hint")),
            ],
        ),
        Group::named(say("settings-address"), address_fields("business.address")),
        Group::named(
            say("settings-billing"),
            vec![
                days("billing.invoiceLeadDays", say("settings-lead-days"), say("settings-lead-days-hint")),
                days("billing.pendingDays", say("settings-pending-days"), say("settings-pending-days-hint")),
                days("billing.graceDays", say("settings-grace-days"), say("settings-grace-days-hint")),
                Field::new("billing.retryDays", say("settings-retry-days"), Control::Numbers).required().hint(say("settings-retry-days-hint")),
                Field::new(
                    "billing.terminateAfterDays",
                    say("settings-terminate-days"),
                    Control::Number { min: 1, max: Billing::MAX_TERMINATE_DAYS.into(), unit: Some(say("unit-days")) },
                )
                .required()
                .hint(say("settings-terminate-days-hint")),
                Field::new("billing.lapsedRenewal", say("settings-lapsed"), Control::Radio(LapsedRenewal::ALL.map(lapsed_choice).to_vec())),
                Field::new("billing.invoiceNumberFormat", say("settings-number-format"), Control::Line).required().hint(say("settings-number-format-hint")),
                Field::new("billing.creditNoteNumberFormat", say("settings-credit-note-format"), Control::Line)
                    .required()
                    .hint(say("settings-credit-note-format-hint")),
            ],
        ),
    ];
    let mut form = FormPage {
        head: Head::new(Place::Settings, say("nav-settings")),
        lead: None,
        warning: None,
        groups,
        problem: None,
        action: "/admin/settings".into(),
        submit: say("form-save"),
        weight: Weight::Primary,
        cancel: None,
        once: call.once(),
        preview: None,
        api: Some(ApiCall { method: "PATCH", path: "/api/v1/settings".into(), body: None }),
    };
    form.head.notice = (call.done() == "saved").then(|| say("form-saved"));
    form.fill(&serde_json::from_slice(&shown).map_err(Error::internal)?);
    call.stamp(&mut form, &shown);
    Ok(form)
}

async fn show(call: PageCall) -> Result<PageReply> {
    Ok(call.show(form(&call)?))
}

async fn update(call: PageCall) -> Result<PageReply> {
    let run = async |app: Arc<App>, caller, input: SettingsPatch| app.settings_update(caller, input).await;
    call.submit_change(form, Blank::Null, run, |_| "/admin/settings?done=saved".into()).await
}
