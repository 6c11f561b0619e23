//! SQL and row mapping: one file per noun, synchronous functions on a transaction.
//!
//! Deliberately absent: business rules, JSON shapes, and any SQL outside this folder and schema.sql.

pub mod access;
pub mod admin;
pub mod balance;
pub mod coupon;
pub mod credit_note;
pub mod customer;
pub mod db;
pub mod engine;
pub mod event;
pub mod idempotency;
pub mod invoice;
pub mod key;
pub mod ledger;
pub mod list;
pub mod migrate;
pub mod payment;
pub mod payment_method;
pub mod product;
pub mod recognition;
pub mod refund;
pub mod report;
pub mod row;
pub mod rows;
pub mod search;
pub mod settings;
pub mod subscription;
pub mod tax;
pub mod verify;
pub mod writer;
