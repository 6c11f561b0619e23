//! Whole-life stories: subscriptions, invoices and balances, with exact dates and amounts. Names begin with the number of the rule.

mod begin;
mod calendar;
mod change;
mod charge;
mod clock;
mod collect;
mod coupon;
mod credit;
mod documents;
mod draft;
mod end;
mod pay;
mod renew;
mod report;
mod revenue;
mod run;
mod tax;
mod term;
mod walk;
