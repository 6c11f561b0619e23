//! Products and prices as clients write and see them.

use serde_json::{Value, json};

use crate::domain::id::{PriceId, ProductId};
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::patch::{Change, Patch};
use crate::domain::product::{Price, Product, ProductFilter};
use crate::domain::text::{ExternalId, Metadata, Name, Prose};
use crate::domain::time::{Timestamp, Unit};
use crate::wire::customer::MetadataShape;
use crate::wire::input::{Count, Id, Many, Unsigned};
use crate::wire::json::Raw;
use crate::wire::shape::{Definitions, Shape};

words! {
    Unit => Unit::ALL, Unit::text;
}

pub type Description = Prose<1, 2000>;
pub type IntervalCount = Count<1, 3650>;
pub type Connections = Count<1, 10_000>;
pub type TrialDays = Count<0, 3650>;

input! {
    /// One more price of a product.
    PriceCreate {
        "currency" currency: Currency, "";
        "amount" amount: Unsigned, "In major units, with at most the currency's decimals.";
        "interval" interval: Option<Unit>, "The default price's where there is none.";
        "intervalCount" interval_count: Option<IntervalCount>, "";
        "active" active: Option<bool>, "`true` unless said otherwise.";
    }
}

input! {
    /// What a new product is made from. `price`, `currency`, `interval` and `intervalCount` are its default price.
    ProductCreate {
        "name" name: Name, "";
        "description" description: Option<Description>, "";
        "price" price: Unsigned, "In major units, with at most the currency's decimals.";
        "currency" currency: Option<Currency>, "The business's where there is none.";
        "interval" interval: Option<Unit>, "`month` unless said otherwise.";
        "intervalCount" interval_count: Option<IntervalCount>, "1 unless said otherwise; ten years at most.";
        "setupFee" setup_fee: Option<Unsigned>, "Charged once, to subscriptions in the default price's currency.";
        "maxConnections" max_connections: Option<Connections>, "Devices at a time.";
        "taxable" taxable: Option<bool>, "Whether it is taxed; `true` unless said otherwise.";
        "trialDays" trial_days: Option<TrialDays>, "Free days of subscriptions that say neither `trialDays` nor how they are paid.";
        "active" active: Option<bool>, "`true` unless said otherwise.";
        "prices" prices: Option<Many<PriceCreate, 99>>, "Further prices, in other currencies or for other intervals.";
        "metadata" metadata: Option<Metadata>, "";
        "externalId" external_id: Option<ExternalId>, "Unique among products.";
    }
}

input! {
    /// A price to change, by its id, or one to add, without.
    PricePatch {
        "id" id: Option<Id<PriceId>>, "The price to change. Its currency and interval stay.";
        "currency" currency: Option<Currency>, "Of a price to add.";
        "amount" amount: Option<Unsigned>, "";
        "interval" interval: Option<Unit>, "Of a price to add.";
        "intervalCount" interval_count: Option<IntervalCount>, "Of a price to add.";
        "active" active: Option<bool>, "";
    }
}

input! {
    /// What to change of a product. A changed price touches running subscriptions only from their next period.
    ProductPatch {
        "name" name: Change<Name>, "";
        "description" description: Patch<Description>, "";
        "price" price: Change<Unsigned>, "The default price's amount.";
        "setupFee" setup_fee: Patch<Unsigned>, "";
        "maxConnections" max_connections: Patch<Connections>, "";
        "taxable" taxable: Change<bool>, "From the next invoice on.";
        "trialDays" trial_days: Patch<TrialDays>, "Of new subscriptions.";
        "active" active: Change<bool>, "`false` archives: nothing new is sold.";
        "prices" prices: Option<Many<PricePatch, 100>>, "Prices to change and to add; the others stay.";
        "metadata" metadata: Patch<Metadata>, "";
        "externalId" external_id: Patch<ExternalId>, "";
    }
}

query! {
    /// The filters of the list of products.
    ProductQuery {
        "active" active: bool, "";
    }
}

impl ProductQuery {
    pub fn filter(self, common: Common) -> ProductFilter {
        ProductFilter { common, active: self.active }
    }
}

output! {
    /// A price of a product.
    PriceJson as "Price" (p: Price) {
        "id": PriceId = p.id, "";
        "currency": Currency = p.amount.currency().code(), "";
        "amount": Money = p.amount, "";
        "interval": Unit = p.interval.unit.text(), "";
        "intervalCount": i64 = p.interval.count, "";
        "active": bool = p.active, "";
    }
}

struct PricesJson<'a>(&'a [Price]);

impl serde::Serialize for PricesJson<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(PriceJson))
    }
}

impl Shape for PricesJson<'_> {
    fn shape(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "minItems": 1, "items": PriceJson::shape(definitions) })
    }
}

output! {
    /// A product, with its default price's fields beside its own.
    ProductJson as "Product" (p: Product) {
        "id": ProductId = p.id, "";
        "name": String = p.name, "";
        "description": Option<String> = p.description, "";
        "price": Money = p.default_price().amount, "The default price's amount.";
        "currency": Currency = p.default_price().amount.currency().code(), "";
        "interval": Unit = p.default_price().interval.unit.text(), "";
        "intervalCount": i64 = p.default_price().interval.count, "";
        "setupFee": Money = p.setup_fee, "";
        "maxConnections": Option<i64> = p.max_connections, "";
        "taxable": bool = p.taxable, "";
        "trialDays": Option<i64> = p.trial_days, "Free days of subscriptions that say neither `trialDays` nor how they are paid.";
        "active": bool = p.active, "";
        "prices": PricesJson<'static> = PricesJson(&p.prices), "All prices, the default one first.";
        "metadata": MetadataShape = Raw(p.metadata.as_str()), "";
        "externalId": Option<String> = p.external_id, "";
        "createdAt": Timestamp = p.created_at, "";
        "updatedAt": Timestamp = p.updated_at, "";
    }
}
