//! What every adapter of a kind must do, run on each of them.

mod payment;
