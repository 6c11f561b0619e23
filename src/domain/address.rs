//! A postal address, of a customer or of the business. Every part is optional: countries differ in what they have.

use crate::domain::text::{Country, Line};

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Address {
    pub line1: Option<Line<1, 200>>,
    pub line2: Option<Line<1, 200>>,
    pub city: Option<Line<1, 100>>,
    pub region: Option<Line<1, 100>>,
    pub postal_code: Option<Line<1, 20>>,
    pub country: Option<Country>,
}
