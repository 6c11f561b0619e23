//! The JSON API: one file per noun, its routes and their handlers. A handler reads the request, calls the use case and
//! hands its answer on.

/// A handler from an async function.
macro_rules! handler {
    ($function:path) => {
        |call| Box::pin($function(call))
    };
}

pub mod balance;
pub mod coupon;
pub mod credit_note;
pub mod customer;
pub mod invoice;
pub mod me;
pub mod payment;
pub mod payment_method;
pub mod product;
pub mod report;
pub mod settings;
pub mod subscription;
pub mod tax;
pub mod test_clock;
