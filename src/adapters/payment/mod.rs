//! Payment gateways: what all of them promise, and which there are.
//!
//! A gateway knows a charge by its key, which is the id of the intent: asked to charge the same key again, it charges nothing
//! and says what became of it. `tests/it/adapters` holds every gateway to that. One more gateway is one more file here, its
//! line in [`Gateways`], and the contract run on it. Deliberately absent: what a charge is for.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::domain::id::PaymentId;
use crate::domain::money::Money;
use crate::domain::payment::{Provider, Report};

pub mod test;

/// What a gateway can do. The others of its methods answer [`Answer::Unable`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capabilities {
    /// Charge a stored method without the customer.
    pub charge: bool,
    /// Say what became of a charge that was asked for before.
    pub ask: bool,
    /// Give back what was charged.
    pub refund: bool,
}

/// Something to be charged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Charge {
    /// The gateway's idempotency key.
    pub key: PaymentId,
    pub amount: Money,
    /// What the gateway knows the stored method by.
    pub method: String,
    /// How often this method was declined before. Gateways that keep count themselves have no use for it.
    pub declined_before: u32,
}

/// Something to be given back of a transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refund {
    /// The gateway's idempotency key.
    pub key: String,
    pub transaction: String,
    pub amount: Money,
}

/// What a gateway said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// What became of it, in the order in which it was told; never nothing.
    Reports(Vec<Report>),
    /// Nothing certain: it may have been charged. It is asked again later.
    Unknown,
    /// It has never heard of this key.
    NeverSeen,
    /// It can't do this.
    Unable,
}

/// What a gateway will say.
pub type Saying<'g> = Pin<Box<dyn Future<Output = Answer> + Send + 'g>>;

pub trait Gateway: Send + Sync {
    fn capabilities(&self) -> Capabilities;

    /// Charges, once for each key. An answer that does not come in time is [`Answer::Unknown`].
    fn charge<'g>(&'g self, charge: &'g Charge) -> Saying<'g>;

    /// Says what became of a charge. Charges nothing.
    fn ask<'g>(&'g self, charge: &'g Charge) -> Saying<'g>;

    /// Gives back, once for each key.
    fn refund<'g>(&'g self, refund: &'g Refund) -> Saying<'g>;
}

/// The gateways of this server, by the way that their payments come.
#[derive(Clone, Default)]
pub struct Gateways(BTreeMap<&'static str, Arc<dyn Gateway>>);

impl Gateways {
    pub fn with(mut self, provider: Provider, gateway: Arc<dyn Gateway>) -> Self {
        self.0.insert(provider.text(), gateway);
        self
    }

    pub fn of(&self, provider: Provider) -> Option<&Arc<dyn Gateway>> {
        self.0.get(provider.text())
    }
}
