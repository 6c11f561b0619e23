//! Whole-life stories: subscriptions, invoices and balances, with exact dates and amounts. Names begin with the number of the rule.

mod begin;
mod clock;
mod coupon;
mod documents;
mod end;
mod pay;
mod renew;
mod report;
mod revenue;
mod run;
mod tax;
mod walk;
