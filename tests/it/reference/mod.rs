//! A slow reference calculator, written from the public rules of money and time alone, and the engine held to it.
//!
//! `exact.rs`, `calendar.rs` and `bill.rs` are the calculator: exact fractions, a calendar that counts day by day, and what the rules say of
//! discounts, taxes, charges and credits. They share no code with the engine. `functions.rs` asks both the same thousands of random questions;
//! `sales.rs` compares whole documents that a server made. Where the rules leave a choice open, such as which line gets a cent of a tax that
//! several inclusive rates share, the calculator says between which bounds it lies.

mod bill;
mod calendar;
mod exact;
mod functions;
mod sales;
