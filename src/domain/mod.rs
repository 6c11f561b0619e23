//! The rules. Pure: values in, values out.
//!
//! Deliberately absent: async, IO, the clock, randomness, SQL and JSON values. A rule that needs the time or an id is
//! given one. Each file is one noun and its rules; the same noun names a file in every layer above.

pub mod access;
pub mod actor;
pub mod address;
pub mod admin;
pub mod balance;
pub mod change;
pub mod coupon;
pub mod credit_note;
pub mod customer;
pub mod dunning;
pub mod event;
pub mod id;
pub mod invoice;
pub mod key;
pub mod ledger;
pub mod list;
pub mod money;
pub mod patch;
pub mod payment;
pub mod payment_method;
pub mod percent;
pub mod product;
pub mod proration;
pub mod ratio;
pub mod recognition;
pub mod reject;
pub mod report;
pub mod settings;
pub mod subscription;
pub mod tax;
pub mod text;
pub mod time;
pub mod timer;
pub mod verify;
