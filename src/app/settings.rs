//! The vendor's settings.

use crate::app::event::{Change, tell};
use crate::app::{Answer, App, Caller, Work};
use crate::domain::actor::Actor;
use crate::domain::event::EventType;
use crate::domain::id::KeyId;
use crate::domain::key::Scope;
use crate::domain::patch::{Change as Set, Patch};
use crate::domain::settings::{Billing, Business, Settings};
use crate::domain::text::{Email, Line};
use crate::error::Result;
use crate::store::engine::reschedule_set;
use crate::store::settings::{settings_load, settings_save};
use crate::wire::address::encode_address;
use crate::wire::json::{changed, encode};
use crate::wire::settings::{BillingPatch, BusinessPatch, SettingsJson, SettingsPatch};

impl App {
    pub fn settings_get(&self, actor: &Actor) -> Result<Vec<u8>> {
        actor.require(Scope::SettingsRead)?;
        self.db.read(|tx| Ok(encode(&SettingsJson(&settings_load(tx)?)).into_bytes()))
    }

    /// The same as a value.
    pub fn settings_read(&self, actor: &Actor) -> Result<Settings> {
        actor.require(Scope::SettingsRead)?;
        self.db.read(settings_load)
    }

    pub async fn settings_update(&self, caller: Caller, input: SettingsPatch) -> Result<Answer> {
        caller.actor.require(Scope::SettingsWrite)?;
        self.command(caller, |work| update(work, input)).await
    }
}

/// Changes the settings, and tells it where something really changed.
pub(crate) fn update(work: &Work<'_>, input: SettingsPatch) -> Result<Answer> {
    let mut settings: Settings = settings_load(work.tx)?;
    let before = encode(&SettingsJson(&settings));
    let (lead, retry) = (settings.billing.invoice_lead_days, settings.billing.retry_days.clone());
    work.require_seen(&before)?;
    if let Set::Set(patch) = input.business {
        patch_business(&mut settings.business, patch);
    }
    if let Set::Set(patch) = input.billing {
        patch_billing(&mut settings.billing, patch);
    }
    settings.billing.check()?;
    let after = encode(&SettingsJson(&settings));
    if changed(&before, &after).is_some() {
        settings_save(work.tx, &settings)?;
        if settings.billing.invoice_lead_days != lead || settings.billing.retry_days != retry {
            reschedule_set(work.tx, Some(0))?;
        }
        tell(work, EventType::SettingsUpdated, None::<KeyId>, Some(&before), &after, Change::default())?;
    }
    Ok(Answer::ok(None::<KeyId>, after))
}

fn patch_business(business: &mut Business, patch: BusinessPatch) {
    text(patch.name, Line::into_string).apply(&mut business.name);
    text(patch.address, |a| encode_address(&a)).apply(&mut business.address);
    text(patch.tax_id, Line::into_string).apply(&mut business.tax_id);
    patch.currency.apply(&mut business.currency);
    patch.timezone.apply(&mut business.timezone);
    text(patch.email, |e: Email| e.as_str().to_owned()).apply(&mut business.email);
}

fn patch_billing(billing: &mut Billing, patch: BillingPatch) {
    if let Set::Set(days) = patch.invoice_lead_days {
        billing.invoice_lead_days = days.to_u32();
    }
    if let Set::Set(days) = patch.pending_days {
        billing.pending_days = days.to_u32();
    }
    if let Set::Set(days) = patch.grace_days {
        billing.grace_days = days.to_u32();
    }
    if let Set::Set(days) = patch.terminate_after_days {
        billing.terminate_after_days = days.to_u32();
    }
    patch.retry_days.apply(&mut billing.retry_days);
    patch.lapsed_renewal.apply(&mut billing.lapsed_renewal);
    patch.invoice_number_format.apply(&mut billing.invoice_number_format);
    patch.credit_note_number_format.apply(&mut billing.credit_note_number_format);
}

/// A patch of a stored form from one of a typed one.
pub(crate) fn text<T, U>(patch: Patch<T>, into: impl FnOnce(T) -> U) -> Patch<U> {
    match patch {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(value) => Patch::Set(into(value)),
    }
}
