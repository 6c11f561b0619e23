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
    SubscriptionPastDue,
    SubscriptionSuspended,
    SubscriptionPaused,
    SubscriptionResumed,
    SubscriptionExpired,
    SubscriptionParked,
    SubscriptionCancelled,
    InvoiceFinalized,
    InvoicePaid,
    InvoiceOverdue,
    InvoiceVoided,
    InvoiceWrittenOff,
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
            EventType::SubscriptionPastDue => "subscription.past_due",
            EventType::SubscriptionSuspended => "subscription.suspended",
            EventType::SubscriptionPaused => "subscription.paused",
            EventType::SubscriptionResumed => "subscription.resumed",
            EventType::SubscriptionExpired => "subscription.expired",
            EventType::SubscriptionParked => "subscription.parked",
            EventType::SubscriptionCancelled => "subscription.cancelled",
            EventType::InvoiceFinalized => "invoice.finalized",
            EventType::InvoiceOverdue => "invoice.overdue",
            EventType::InvoicePaid => "invoice.paid",
            EventType::InvoiceWrittenOff => "invoice.written_off",
            EventType::InvoiceVoided => "invoice.voided",
            EventType::PaymentSucceeded => "payment.succeeded",
            EventType::SettingsUpdated => "settings.updated",
        }
    }
}
