//! Postal addresses. They are stored as the JSON that they are shown as.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::domain::address::Address;
use crate::domain::text::{Country, Encoded, Line};
use crate::wire::json::encode;
use crate::wire::shape::{Definitions, Shape, object};

input!(@impl " A postal address; every part is optional.", Address {
    "line1" line1: Option<Line<1, 200>>, "Street and number.";
    "line2" line2: Option<Line<1, 200>>, "Flat, floor, care of.";
    "city" city: Option<Line<1, 100>>, "";
    "region" region: Option<Line<1, 100>>, "State, province, county.";
    "postalCode" postal_code: Option<Line<1, 20>>, "";
    "country" country: Option<Country>, "ISO 3166-1 alpha-2.";
});

struct AddressJson<'a>(&'a Address);

impl Serialize for AddressJson<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let a = self.0;
        let mut map = to.serialize_map(Some(6))?;
        map.serialize_entry("line1", &a.line1.as_ref().map(Line::as_str))?;
        map.serialize_entry("line2", &a.line2.as_ref().map(Line::as_str))?;
        map.serialize_entry("city", &a.city.as_ref().map(Line::as_str))?;
        map.serialize_entry("region", &a.region.as_ref().map(Line::as_str))?;
        map.serialize_entry("postalCode", &a.postal_code.as_ref().map(Line::as_str))?;
        map.serialize_entry("country", &a.country.as_ref().map(Country::as_str))?;
        map.end()
    }
}

pub fn encode_address(address: &Address) -> Encoded<'static> {
    Encoded(encode(&AddressJson(address)).into())
}

/// The country of an address as it is stored.
pub fn country(address: &Encoded<'_>) -> Option<Country> {
    #[derive(serde::Deserialize)]
    struct Part<'a> {
        #[serde(borrow)]
        country: Option<std::borrow::Cow<'a, str>>,
    }
    let part: Part<'_> = serde_json::from_str(address.as_str()).ok()?;
    Country::parse(&part.country?).ok()
}

/// The shape of an address in an answer.
pub struct AddressShape;

impl Shape for AddressShape {
    fn shape(definitions: &mut Definitions) -> Value {
        definitions.refer("PostalAddress", |definitions| {
            let part = |definitions: &mut Definitions| Option::<String>::shape(definitions);
            let names = ["line1", "line2", "city", "region", "postalCode", "country"];
            object("A postal address.", names.into_iter().map(|name| (name, true, "", part(definitions))).collect())
        })
    }
}
