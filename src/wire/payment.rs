//! Payments as clients see them.

use crate::domain::id::{CustomerId, InvoiceId, PaymentId, PaymentMethodId};
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::payment::{Payment, PaymentFilter, PaymentStatus, Provider};
use crate::domain::time::Timestamp;
use crate::wire::input::Id;
use crate::wire::query::Word;

words! {
    PaymentStatus => PaymentStatus::ALL, PaymentStatus::text;
    Provider => Provider::ALL, Provider::text;
}

query! {
    /// The filters of the list of payments.
    PaymentQuery {
        "status" status: Word<PaymentStatus>, "";
        "provider" provider: Word<Provider>, "";
        "customerId" customer_id: Id<CustomerId>, "";
        "invoiceId" invoice_id: Id<InvoiceId>, "";
    }
}

impl PaymentQuery {
    pub fn filter(self, common: Common) -> PaymentFilter {
        PaymentFilter {
            common,
            status: self.status.map(|s| s.0),
            provider: self.provider.map(|p| p.0),
            customer_id: self.customer_id.map(|id| id.0),
            invoice_id: self.invoice_id.map(|id| id.0),
        }
    }
}

output! {
    /// A payment, or an attempt at one.
    PaymentJson as "Payment" (p: Payment) {
        "id": PaymentId = p.id, "";
        "invoiceId": Option<InvoiceId> = p.invoice_id, "Null where it was for a sale that did not come about.";
        "customerId": CustomerId = p.customer_id, "";
        "amount": Money = p.amount, "";
        "amountRefunded": Money = p.amount_refunded, "What of it went back.";
        "currency": Currency = p.amount.currency().code(), "";
        "status": PaymentStatus = p.status.text(), "`processing` until the gateway has said what became of it. One that succeeded never fails.";
        "provider": Provider = p.provider.text(), "`manual` for what the vendor took himself, else the gateway; `none` where there was no payment method to charge.";
        "providerReference": Option<String> = p.provider_reference, "The gateway's name of the transaction.";
        "paymentMethodId": Option<PaymentMethodId> = p.method_id, "What was charged.";
        "attempt": Option<i64> = p.attempt, "Which of the attempts at its invoice by `retryDays` it is, from 0; null for what was not scheduled.";
        "failureCode": Option<String> = p.failure_code, "";
        "method": Option<String> = p.method, "In the vendor's own words.";
        "reference": Option<String> = p.reference, "";
        "paidAt": Option<Timestamp> = p.paid_at, "As the vendor states it, else when it succeeded.";
        "createdAt": Timestamp = p.created_at, "";
        "updatedAt": Timestamp = p.updated_at, "";
    }
}
