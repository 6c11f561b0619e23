//! Products and their prices. A product has an explicit price per currency: a number is never relabelled (rule 3.1).

use crate::domain::id::{PriceId, ProductId};
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::reject::Reject;
use crate::domain::text::{Encoded, searched};
use crate::domain::time::{Interval, Timestamp};

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Price {
    pub row: i64,
    pub id: PriceId,
    pub amount: Money,
    pub interval: Interval,
    pub active: bool,
}

/// A product with all its prices, the default one first.
#[derive(Clone, Debug)]
pub struct Product {
    pub row: i64,
    pub id: ProductId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub name: String,
    pub description: Option<String>,
    pub active: bool,
    /// In the default price's currency. Charged once, with the first invoice, to subscriptions in that currency.
    pub setup_fee: Money,
    /// Devices at a time; none for no limit of the vendor's.
    pub max_connections: Option<i64>,
    pub taxable: bool,
    /// The free days of subscriptions that name none; none or zero for no trial.
    pub trial_days: Option<i64>,
    pub metadata: Encoded<'static>,
    pub external_id: Option<String>,
    pub prices: Vec<Price>,
}

impl Product {
    pub const MAX_PRICES: usize = 100;

    pub fn default_price(&self) -> &Price {
        self.prices.first().expect("a product is made with its default price, and no price is ever removed")
    }

    /// The price of a new subscription: the named one, else the default if it is in the wanted currency, else the first
    /// active one in it.
    pub fn price_for(&self, price_id: Option<PriceId>, wanted: Currency) -> Result<&Price, Reject> {
        if !self.active {
            return Err(Reject::field("productId", "This product is archived"));
        }
        if let Some(id) = price_id {
            let price = self.prices.iter().find(|p| p.id == id).ok_or_else(|| Reject::field("priceId", "This product has no such price"))?;
            return if price.active { Ok(price) } else { Err(Reject::field("priceId", "This price is not active")) };
        }
        self.prices
            .iter()
            .find(|p| p.active && p.amount.currency() == wanted)
            .ok_or_else(|| Reject::field("priceId", format!("This product has no active price in {}; name one with priceId", wanted.code())))
    }

    /// What a search looks into, as it sees it.
    pub fn search_text(&self) -> String {
        let parts = [Some(&self.name), self.description.as_ref(), self.external_id.as_ref()];
        let joined: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        searched(&joined.join("\n"))
    }
}

#[derive(Clone, Debug, Default)]
pub struct ProductFilter {
    pub common: Common,
    pub active: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::TypedId;
    use crate::domain::time::Unit;
    use uuid::Uuid;

    fn price(n: u128, currency: &str, active: bool) -> Price {
        let currency = Currency::parse(currency).unwrap_or_else(|e| panic!("{e}"));
        Price {
            row: 0,
            id: PriceId::from_uuid(Uuid::from_u128(n)),
            amount: Money::new(999, currency),
            interval: Interval { unit: Unit::Month, count: 1 },
            active,
        }
    }

    fn product(prices: Vec<Price>) -> Product {
        Product {
            row: 0,
            id: ProductId::from_uuid(Uuid::nil()),
            created_at: Timestamp::from_ms(0),
            updated_at: Timestamp::from_ms(0),
            name: "Gold".into(),
            description: None,
            active: true,
            setup_fee: Money::zero(prices[0].amount.currency()),
            max_connections: None,
            taxable: true,
            trial_days: None,
            metadata: Encoded("{}".into()),
            external_id: None,
            prices,
        }
    }

    #[test]
    fn rule_3_1_a_price_is_in_the_wanted_currency_or_there_is_none() {
        let (usd, eur, jpy) = (Currency::parse("USD"), Currency::parse("EUR"), Currency::parse("JPY"));
        let gold = product(vec![price(1, "USD", true), price(2, "EUR", false), price(3, "EUR", true)]);
        let chosen = |id: Option<u128>, wanted: &Result<Currency, String>| {
            let wanted = wanted.clone().unwrap_or_else(|e| panic!("{e}"));
            gold.price_for(id.map(|n| PriceId::from_uuid(Uuid::from_u128(n))), wanted).map(|p| p.id.uuid().as_u128()).map_err(|r| r.details[0].field.clone())
        };
        assert_eq!(chosen(None, &usd), Ok(1));
        assert_eq!(chosen(None, &eur), Ok(3));
        assert_eq!(chosen(None, &jpy), Err("priceId".into()));
        assert_eq!(chosen(Some(3), &usd), Ok(3));
        assert_eq!(chosen(Some(2), &eur), Err("priceId".into()));
        assert_eq!(chosen(Some(9), &eur), Err("priceId".into()));
        let archived = Product { active: false, ..gold.clone() };
        assert!(archived.price_for(None, archived.default_price().amount.currency()).is_err());
    }
}
