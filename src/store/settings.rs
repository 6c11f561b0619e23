//! The settings table: a row per setting that was ever changed.

use rusqlite::params;

use crate::domain::dunning::RetryDays;
use crate::domain::money::Currency;
use crate::domain::settings::{LapsedRenewal, NumberFormat, Settings};
use crate::domain::text::Encoded;
use crate::domain::time::Zone;
use crate::error::{Error, Result};
use crate::store::db::{Tx, WriteTx};

pub fn settings_load(tx: &Tx<'_>) -> Result<Settings> {
    let mut settings = Settings::initial().ok_or_else(|| Error::Internal("there are no initial settings".into()))?;
    let rows: Vec<(String, String)> = tx.all("SELECT name, value FROM setting", [], |r| Ok((r.get(0)?, r.get(1)?)))?;
    for (name, value) in rows {
        let broken = |e: String| Error::Internal(format!("the setting {name} is \"{value}\": {e}"));
        let (business, billing) = (&mut settings.business, &mut settings.billing);
        match name.as_str() {
            "business.name" => business.name = Some(value),
            "business.address" => business.address = Some(Encoded(value.into())),
            "business.taxId" => business.tax_id = Some(value),
            "business.currency" => business.currency = Currency::parse(&value).map_err(broken)?,
            "business.timezone" => business.timezone = Zone::parse(&value).map_err(broken)?,
            "business.email" => business.email = Some(value),
            "billing.invoiceLeadDays" => billing.invoice_lead_days = value.parse().map_err(|_| broken("no number".into()))?,
            "billing.pendingDays" => billing.pending_days = value.parse().map_err(|_| broken("no number".into()))?,
            "billing.graceDays" => billing.grace_days = value.parse().map_err(|_| broken("no number".into()))?,
            "billing.terminateAfterDays" => billing.terminate_after_days = value.parse().map_err(|_| broken("no number".into()))?,
            "billing.retryDays" => billing.retry_days = RetryDays::parse(&value).map_err(broken)?,
            "billing.lapsedRenewal" => billing.lapsed_renewal = LapsedRenewal::parse(&value).ok_or_else(|| broken("no such way".into()))?,
            "billing.invoiceNumberFormat" => billing.invoice_number_format = NumberFormat::parse(&value).map_err(broken)?,
            "billing.creditNoteNumberFormat" => billing.credit_note_number_format = NumberFormat::parse(&value).map_err(broken)?,
            _ => return Err(broken("no such setting".into())),
        }
    }
    Ok(settings)
}

/// The business's zone, by which the books count days. Looked up once in a write.
pub fn business_zone(tx: &WriteTx<'_>) -> Result<Zone> {
    if let Some(zone) = tx.zone().get() {
        return Ok(zone);
    }
    let named: Option<String> = tx.one("SELECT value FROM setting WHERE name = 'business.timezone'", [], |r| r.get(0))?;
    let zone = named.map_or(Ok(Zone::UTC), |name| Zone::parse(&name)).map_err(|e| Error::Internal(format!("the setting business.timezone: {e}")))?;
    tx.zone().set(Some(zone));
    Ok(zone)
}

pub fn settings_save(tx: &WriteTx<'_>, s: &Settings) -> Result<()> {
    tx.zone().set(None);
    let (business, billing) = (&s.business, &s.billing);
    let lead_days = billing.invoice_lead_days.to_string();
    let pending_days = billing.pending_days.to_string();
    let (grace_days, terminate_after_days) = (billing.grace_days.to_string(), billing.terminate_after_days.to_string());
    let retry_days = billing.retry_days.text();
    for (name, value) in [
        ("business.name", business.name.as_deref()),
        ("business.address", business.address.as_ref().map(Encoded::as_str)),
        ("business.taxId", business.tax_id.as_deref()),
        ("business.currency", Some(business.currency.code())),
        ("business.timezone", Some(business.timezone.name())),
        ("business.email", business.email.as_deref()),
        ("billing.invoiceLeadDays", Some(lead_days.as_str())),
        ("billing.pendingDays", Some(pending_days.as_str())),
        ("billing.graceDays", Some(grace_days.as_str())),
        ("billing.terminateAfterDays", Some(terminate_after_days.as_str())),
        ("billing.retryDays", Some(retry_days.as_str())),
        ("billing.lapsedRenewal", Some(billing.lapsed_renewal.text())),
        ("billing.invoiceNumberFormat", Some(billing.invoice_number_format.text())),
        ("billing.creditNoteNumberFormat", Some(billing.credit_note_number_format.text())),
    ] {
        match value {
            Some(value) => {
                tx.run("INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", params![name, value])?
            }
            None => tx.run("DELETE FROM setting WHERE name = ?1", [name])?,
        };
    }
    Ok(())
}
