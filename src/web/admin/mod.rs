//! The admin site: a file per noun, its pages and their forms. A handler says what a page shows and calls the use cases that
//! the API calls.

/// A handler from an async function.
macro_rules! handler {
    ($function:path) => {
        |call| Box::pin($function(call))
    };
}

pub mod account;
pub mod coupon;
pub mod credit_note;
pub mod currency;
pub mod customer;
pub mod invoice;
pub mod key;
pub mod listing;
pub mod named;
pub mod overview;
pub mod payment;
pub mod payment_method;
pub mod product;
pub mod report;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod story;
pub mod subscription;
pub mod tax;
pub mod test_clock;

use crate::web::page::PageRoute;

/// Every page of the admin site.
pub fn routes() -> Vec<PageRoute> {
    let mut routes = Vec::new();
    routes.extend(overview::routes());
    routes.extend(sign_in::routes());
    routes.extend(set_up::routes());
    routes.extend(account::routes());
    routes.extend(customer::routes());
    routes.extend(payment_method::routes());
    routes.extend(subscription::routes());
    routes.extend(invoice::routes());
    routes.extend(credit_note::routes());
    routes.extend(payment::routes());
    routes.extend(product::routes());
    routes.extend(coupon::routes());
    routes.extend(tax::routes());
    routes.extend(report::routes());
    routes.extend(settings::routes());
    routes.extend(key::routes());
    routes.extend(test_clock::routes());
    routes
}
