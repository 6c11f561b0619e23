//! The admin site: a file per noun, its pages and their forms. A handler says what a page shows and calls the use cases that
//! the API calls.

/// A handler from an async function.
macro_rules! handler {
    ($function:path) => {
        |call| Box::pin($function(call))
    };
}

pub mod account;
pub mod key;
pub mod overview;
pub mod set_up;
pub mod sign_in;

use crate::web::page::PageRoute;

/// Every page of the admin site.
pub fn routes() -> Vec<PageRoute> {
    [overview::routes(), sign_in::routes(), set_up::routes(), account::routes(), key::routes()].concat()
}
