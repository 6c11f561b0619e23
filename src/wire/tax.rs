//! Tax rates as clients write and see them.

use crate::domain::id::TaxRateId;
use crate::domain::list::Common;
use crate::domain::patch::{Change, Patch};
use crate::domain::percent::Percent;
use crate::domain::tax::{TaxRate, TaxRateFilter};
use crate::domain::text::{Country, ExternalId, Metadata, Name};
use crate::domain::time::Timestamp;
use crate::wire::customer::MetadataShape;
use crate::wire::json::Raw;

input! {
    /// What a new tax rate is made from.
    TaxRateCreate {
        "name" name: Name, "As it stands on invoices.";
        "percent" percent: Percent, "From 0 to 100, with at most four decimals.";
        "inclusive" inclusive: Option<bool>, "Whether prices hold the tax; `false` unless said otherwise.";
        "country" country: Option<Country>, "Whose customers pay it; without one, those whose country has no rate of its own.";
        "active" active: Option<bool>, "`true` unless said otherwise.";
        "metadata" metadata: Option<Metadata>, "";
        "externalId" external_id: Option<ExternalId>, "Unique among tax rates.";
    }
}

input! {
    /// What to change of a tax rate. Once it stands on an invoice, `percent`, `inclusive` and `country` stay.
    TaxRatePatch {
        "name" name: Change<Name>, "On new invoices.";
        "percent" percent: Change<Percent>, "";
        "inclusive" inclusive: Change<bool>, "";
        "country" country: Patch<Country>, "";
        "active" active: Change<bool>, "`false`: new invoices do not have it.";
        "metadata" metadata: Patch<Metadata>, "";
        "externalId" external_id: Patch<ExternalId>, "";
    }
}

query! {
    /// The filters of the list of tax rates.
    TaxRateQuery {
        "active" active: bool, "";
    }
}

impl TaxRateQuery {
    pub fn filter(self, common: Common) -> TaxRateFilter {
        TaxRateFilter { common, active: self.active }
    }
}

output! {
    /// A tax rate.
    TaxRateJson as "TaxRate" (r: TaxRate) {
        "id": TaxRateId = r.id, "";
        "name": String = r.name, "As it stands on invoices.";
        "percent": String = r.terms.percent, "Without zeros at the end.";
        "inclusive": bool = r.terms.inclusive, "Whether prices hold the tax.";
        "country": Option<String> = r.country.as_ref().map(Country::as_str), "null for customers whose country has no rate of its own.";
        "active": bool = r.active, "";
        "metadata": MetadataShape = Raw(r.metadata.as_str()), "";
        "externalId": Option<String> = r.external_id, "";
        "createdAt": Timestamp = r.created_at, "";
        "updatedAt": Timestamp = r.updated_at, "";
    }
}
