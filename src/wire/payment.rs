//! Payments as events tell them.

use crate::domain::id::{CustomerId, InvoiceId, PaymentId};
use crate::domain::money::{Currency, Money};
use crate::domain::payment::Payment;
use crate::domain::time::Timestamp;

output! {
    /// A payment.
    PaymentJson as "Payment" (p: Payment) {
        "id": PaymentId = p.id, "";
        "invoiceId": InvoiceId = p.invoice_id, "";
        "customerId": CustomerId = p.customer_id, "";
        "amount": Money = p.amount, "";
        "amountRefunded": Money = p.amount_refunded, "What of it went back.";
        "currency": Currency = p.amount.currency().code(), "";
        "status": String = p.status.text(), "";
        "provider": String = p.provider, "";
        "method": Option<String> = p.method, "";
        "reference": Option<String> = p.reference, "";
        "paidAt": Timestamp = p.paid_at, "";
        "createdAt": Timestamp = p.created_at, "";
    }
}
