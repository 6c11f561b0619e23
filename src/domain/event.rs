//! What happened: the types of events, and what a change leaves in the log.

/// An event's type, `<noun>.<what happened>`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum EventType {
    CustomerCreated,
    CustomerUpdated,
    CustomerDeleted,
    ProductCreated,
    ProductUpdated,
    ProductDeleted,
    SubscriptionCreated,
    SubscriptionActivated,
    SubscriptionUpdated,
    SubscriptionRenewed,
    SubscriptionExtended,
    SubscriptionCancelled,
    InvoiceFinalized,
    InvoicePaid,
    InvoiceVoided,
    PaymentSucceeded,
    SettingsUpdated,
}

impl EventType {
    pub fn text(self) -> &'static str {
        match self {
            EventType::CustomerCreated => "customer.created",
            EventType::CustomerUpdated => "customer.updated",
            EventType::CustomerDeleted => "customer.deleted",
            EventType::ProductCreated => "product.created",
            EventType::ProductUpdated => "product.updated",
            EventType::ProductDeleted => "product.deleted",
            EventType::SubscriptionCreated => "subscription.created",
            EventType::SubscriptionActivated => "subscription.activated",
            EventType::SubscriptionUpdated => "subscription.updated",
            EventType::SubscriptionRenewed => "subscription.renewed",
            EventType::SubscriptionExtended => "subscription.extended",
            EventType::SubscriptionCancelled => "subscription.cancelled",
            EventType::InvoiceFinalized => "invoice.finalized",
            EventType::InvoicePaid => "invoice.paid",
            EventType::InvoiceVoided => "invoice.voided",
            EventType::PaymentSucceeded => "payment.succeeded",
            EventType::SettingsUpdated => "settings.updated",
        }
    }
}
