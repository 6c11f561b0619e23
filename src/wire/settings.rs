//! Settings as clients write and see them.

use serde_json::{Value, json};

use crate::domain::address::Address;
use crate::domain::dunning::RetryDays;
use crate::domain::money::Currency;
use crate::domain::patch::{Change, Patch};
use crate::domain::reject::FieldError;
use crate::domain::settings::{Billing, Business, LapsedRenewal, NumberFormat, Settings};
use crate::domain::text::{Email, Name};
use crate::domain::time::Zone;
use crate::wire::address::AddressShape;
use crate::wire::customer::TaxId;
use crate::wire::input::{Count, Field, Many};
use crate::wire::json::Raw;
use crate::wire::shape::{Definitions, Shape};

pub type Days = Count<0, 90>;

words! {
    LapsedRenewal => LapsedRenewal::ALL, LapsedRenewal::text;
}

type Day = Count<0, 90>;

impl Field for RetryDays {
    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        let days = Many::<Day, { Self::MAX_ATTEMPTS }>::read(value, path, errors)?.0.into_iter().map(Day::to_u32).collect();
        Self::new(days).map_err(|message| errors.push(FieldError::new(path, message))).ok()
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let mut schema = Many::<Day, { Self::MAX_ATTEMPTS }>::schema(definitions);
        schema["minItems"] = json!(1);
        schema["uniqueItems"] = json!(true);
        schema["prefixItems"] = json!([{ "const": 0 }]);
        schema["examples"] = json!([[0, 1, 3, 5, 7]]);
        schema
    }
}

impl Shape for RetryDays {
    fn shape(definitions: &mut Definitions) -> Value {
        Self::schema(definitions)
    }
}

input! {
    /// What to change of the business.
    BusinessPatch {
        "name" name: Patch<Name>, "As it stands on documents.";
        "address" address: Patch<Address>, "The whole address anew.";
        "taxId" tax_id: Patch<TaxId>, "";
        "currency" currency: Change<Currency>, "The currency of products and customers that name none.";
        "timezone" timezone: Change<Zone>, "The zone of documents' dates, and of customers that have none.";
        "email" email: Patch<Email>, "";
    }
}

input! {
    /// What to change of billing.
    BillingPatch {
        "invoiceLeadDays" invoice_lead_days: Change<Days>, "Days before the boundary on which the next period's invoice opens.";
        "pendingDays" pending_days: Change<Days>, "Days that a first invoice waits for its payment.";
        "graceDays" grace_days: Change<Days>, "Days that access stays after a boundary that is not paid.";
        "terminateAfterDays" terminate_after_days: Change<Count<1, 3650>>, "Days of suspension after which a subscription is cancelled.";
        "retryDays" retry_days: Change<RetryDays>, "On which days after the due day a payment method is charged, the due day itself, 0, first. What is missed while nothing runs is made up for once.";
        "lapsedRenewal" lapsed_renewal: Change<LapsedRenewal>, "What a payment after the suspension pays: `fromPayment` (default) a period from then on, `fromDueDate` the one that was due.";
        "invoiceNumberFormat" invoice_number_format: Change<NumberFormat>, "Text with `{n}` or `{n:06}`, and `{year}` where the count begins anew each year.";
        "creditNoteNumberFormat" credit_note_number_format: Change<NumberFormat>, "The same for credit notes. What stands around `{n}` must differ.";
    }
}

input! {
    /// What to change of the settings.
    SettingsPatch {
        "business" business: Change<BusinessPatch>, "";
        "billing" billing: Change<BillingPatch>, "";
    }
}

output! {
    /// The business: the head of every document.
    BusinessJson as "Business" (b: Business) {
        "name": Option<String> = b.name, "";
        "address": Option<AddressShape> = b.address.as_ref().map(|a| Raw(a.as_str())), "";
        "taxId": Option<String> = b.tax_id, "";
        "currency": Currency = b.currency.code(), "";
        "timezone": String = b.timezone.name(), "";
        "email": Option<String> = b.email, "";
    }
}

output! {
    /// How is billed.
    BillingJson as "Billing" (b: Billing) {
        "invoiceLeadDays": i64 = b.invoice_lead_days, "";
        "pendingDays": i64 = b.pending_days, "";
        "graceDays": i64 = b.grace_days, "";
        "terminateAfterDays": i64 = b.terminate_after_days, "";
        "retryDays": RetryDays = b.retry_days.days(), "";
        "lapsedRenewal": LapsedRenewal = b.lapsed_renewal.text(), "";
        "invoiceNumberFormat": String = b.invoice_number_format.text(), "";
        "creditNoteNumberFormat": String = b.credit_note_number_format.text(), "";
    }
}

output! {
    /// The settings.
    SettingsJson as "Settings" (s: Settings) {
        "business": BusinessJson<'static> = BusinessJson(&s.business), "";
        "billing": BillingJson<'static> = BillingJson(&s.billing), "";
    }
}
