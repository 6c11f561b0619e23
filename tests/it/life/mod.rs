//! Whole-life stories: subscriptions, invoices and balances, with exact dates and amounts.
