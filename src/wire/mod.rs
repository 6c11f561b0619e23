//! The JSON shapes: one declaration of each serves the API, the events and the OpenAPI document.
//!
//! An input is declared with `input!`: the same lines read it, with every wrong field named at once, and describe it.
//! An output is declared with `output!`: the same lines write it, straight from the domain's value, and describe it.
//! So the document cannot say anything but what the code does. Deliberately absent: rules beyond a field's form.

#[macro_use]
pub mod input;
#[macro_use]
pub mod output;
#[macro_use]
pub mod query;

pub mod address;
pub mod admin;
pub mod balance;
pub mod coupon;
pub mod credit_note;
pub mod customer;
pub mod document;
pub mod invoice;
pub mod json;
pub mod key;
pub mod payment;
pub mod payment_method;
pub mod preview;
pub mod problem;
pub mod product;
pub mod report;
pub mod settings;
pub mod shape;
pub mod subscription;
pub mod tax;
pub mod test_clock;
