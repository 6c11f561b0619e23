//! Payments as events tell them.

use crate::domain::id::{CustomerId, InvoiceId, PaymentId};
use crate::domain::money::{Currency, Money};
use crate::domain::payment::PaymentStatus;
use crate::domain::time::Timestamp;

/// A payment that was just made.
pub struct PaymentView {
    pub id: PaymentId,
    pub invoice_id: InvoiceId,
    pub customer_id: CustomerId,
    pub amount: Money,
    pub status: PaymentStatus,
    pub provider: &'static str,
    pub method: Option<String>,
    pub reference: Option<String>,
    pub paid_at: Timestamp,
    pub created_at: Timestamp,
}

output! {
    /// A payment.
    PaymentJson as "Payment" (p: PaymentView) {
        "id": PaymentId = p.id, "";
        "invoiceId": InvoiceId = p.invoice_id, "";
        "customerId": CustomerId = p.customer_id, "";
        "amount": Money = p.amount, "";
        "currency": Currency = p.amount.currency().code(), "";
        "status": String = p.status.text(), "";
        "provider": String = p.provider, "";
        "method": Option<String> = p.method, "";
        "reference": Option<String> = p.reference, "";
        "paidAt": Timestamp = p.paid_at, "";
        "createdAt": Timestamp = p.created_at, "";
    }
}
