//! Subscriptions as clients write and see them.

use serde_json::{Value, json};

use crate::domain::access::{Access, AccessStatus, Credentials};
use crate::domain::change::{Proration, UnusedTime};
use crate::domain::coupon::CouponCode;
use crate::domain::id::{AccessId, CustomerId, InvoiceId, PaymentMethodId, PriceId, ProductId, SubscriptionId};
use crate::domain::list::Common;
use crate::domain::money::{Currency, Money};
use crate::domain::patch::{Change, Patch};
use crate::domain::subscription::{Collection, FirstPayment, PendingChange, RenewalPayment, Subscription, SubscriptionFilter, SubscriptionStatus};
use crate::domain::text::{ExternalId, Line, Metadata, Prose};
use crate::domain::time::{Start, Timestamp, Unit};
use crate::wire::customer::MetadataShape;
use crate::wire::input::{Count, CredentialsInput, Id};
use crate::wire::json::Raw;
use crate::wire::product::Connections;
use crate::wire::query::AnyOf;
use crate::wire::shape::{Definitions, Shape};

words! {
    SubscriptionStatus => SubscriptionStatus::ALL, SubscriptionStatus::text;
    AccessStatus => AccessStatus::ALL, AccessStatus::text;
    FirstPayment => FirstPayment::ALL, FirstPayment::text;
    RenewalPayment => RenewalPayment::ALL, RenewalPayment::text;
    Collection => Collection::ALL, Collection::text;
    UnusedTime => UnusedTime::ALL, UnusedTime::text;
    Proration => Proration::ALL, Proration::text;
}

pub type Reason = Line<1, 500>;

input! {
    /// What a new subscription is made from.
    SubscriptionCreate {
        "customerId" customer_id: Id<CustomerId>, "";
        "productId" product_id: Id<ProductId>, "";
        "priceId" price_id: Option<Id<PriceId>>, "The product's default price where it is in the customer's currency, else the first active one in it.";
        "quantity" quantity: Option<Count<1, 1000>>, "1 unless said otherwise. Each grants an access of its own.";
        "payment" payment: Option<FirstPayment>, "How the first period is paid: `invoice` (default) opens one, and access begins when it is paid; `manual` counts as paid now; `credit` takes it from the balance; `automatic` charges the payment method, and what is declined is 402; `none` is for what was paid elsewhere.";
        "collection" collection: Option<Collection>, "How renewals are collected: `invoice` (default) opens one ahead, `automatic` charges the payment method at the boundary.";
        "paymentMethodId" payment_method_id: Option<Id<PaymentMethodId>>, "What is charged, one of the customer's; his default one unless said otherwise.";
        "startAt" start_at: Option<Start>, "When the first period begins, whatever the day of payment; until then the subscription is pending. Only with `payment: none` it may lie in the past, in 1970 at the earliest: when it began. A date alone is local midnight.";
        "anchorDay" anchor_day: Option<Count<1, 31>>, "The day of the month on which periods turn, the month's last where it has no such day. The first period ends on the next one, and is billed by its days. For prices by the month or the year; not with a trial.";
        "endsAt" ends_at: Option<Start>, "A fixed term: it expires then. The last period is cut there, and billed by its days. A date alone is local midnight.";
        "trialDays" trial_days: Option<Count<0, 3650>>, "Free days before the first period is billed. `payment` is then left out. The product's where neither is given.";
        "couponCode" coupon_code: Option<CouponCode>, "Redeems a coupon: its discount comes off each period's invoice while it serves.";
        "credentials" credentials: Option<CredentialsInput>, "Of the first access, where it exists already.";
        "autoRenew" auto_renew: Option<bool>, "`true` unless said otherwise.";
        "maxConnections" max_connections: Option<Connections>, "The product's unless said otherwise.";
        "metadata" metadata: Option<Metadata>, "";
        "externalId" external_id: Option<ExternalId>, "Unique among subscriptions.";
    }
}

input! {
    /// What to change of a subscription.
    SubscriptionPatch {
        "productId" product_id: Change<Id<ProductId>>, "Another product. Its price in the subscription's currency is taken where no `priceId` is named.";
        "priceId" price_id: Change<Id<PriceId>>, "Another price, in the same currency.";
        "quantity" quantity: Change<Count<1, 1000>>, "More accesses are made; of fewer the newest are revoked.";
        "proration" proration: Option<Proration>, "When the change of product, price or quantity comes: `immediate` (default) credits unused time and charges the rest of the period; `at_period_end` waits for the end of what is paid; `none` comes now, without documents.";
        "autoRenew" auto_renew: Change<bool>, "Without it the subscription ends with what is paid; an open renewal invoice is voided.";
        "collection" collection: Change<Collection>, "How renewals are collected. With `automatic` an invoice that is overdue is charged at once.";
        "paymentMethodId" payment_method_id: Patch<Id<PaymentMethodId>>, "What is charged, one of the customer's; null for his default one.";
        "couponCode" coupon_code: Patch<CouponCode>, "Redeems another coupon, in the stead of the one that it has; null takes that away. From the next invoice on.";
        "maxConnections" max_connections: Patch<Connections>, "";
        "metadata" metadata: Patch<Metadata>, "";
        "externalId" external_id: Patch<ExternalId>, "";
    }
}

input! {
    /// How to cancel.
    SubscriptionCancel {
        "atPeriodEnd" at_period_end: Option<bool>, "`false` (default): now, with every unpaid invoice voided. `true`: with the end of what is paid.";
        "reason" reason: Option<Reason>, "";
        "unusedTime" unused_time: Option<UnusedTime>, "What becomes of paid time that is left when cancelling now: `forfeit` (default); `credit` gives it to the balance, `refund` back to where it was paid from, by credit notes. The day of the cancellation is used up.";
    }
}

input! {
    /// How to renew.
    SubscriptionRenew {
        "periods" periods: Option<Count<1, 60>>, "1 unless said otherwise.";
        "payment" payment: Option<RenewalPayment>, "`manual` (default) counts as paid now; `invoice` opens one; `credit` takes it from the balance; `automatic` charges the payment method, and what is declined is 402.";
    }
}

input! {
    /// How to extend.
    SubscriptionExtend {
        "days" days: Count<1, 3650>, "Free days after the running period.";
        "note" note: Option<Prose<1, 500>>, "Kept with the event.";
    }
}

query! {
    /// The filters of the list of subscriptions.
    SubscriptionQuery {
        "status" status: AnyOf<SubscriptionStatus>, "Repeatable, or a comma list.";
        "customerId" customer_id: Id<CustomerId>, "";
        "productId" product_id: Id<ProductId>, "";
        "currentPeriodEndBefore" current_period_end_before: Timestamp, "Paid until before then.";
    }
}

impl SubscriptionPatch {
    /// Whether it is about product, price or quantity.
    pub fn changes_terms(&self) -> bool {
        self.product_id.get().is_some() || self.price_id.get().is_some() || self.quantity.get().is_some()
    }
}

impl SubscriptionQuery {
    pub fn filter(self, common: Common) -> SubscriptionFilter {
        SubscriptionFilter {
            common,
            statuses: self.status.map(|s| s.0).unwrap_or_default(),
            customer_id: self.customer_id.map(|id| id.0),
            product_id: self.product_id.map(|id| id.0),
            current_period_end_before: self.current_period_end_before,
        }
    }
}

output! {
    /// What a customer types into his player.
    CredentialsJson as "Credentials" (c: Credentials) {
        "username": String = c.username, "";
        "password": String = c.password, "";
    }
}

output! {
    /// One access: a user name and a password. Both are null for keys without the scope `subscriptions:credentials`.
    AccessJson as "Access" (a: Access) {
        "id": AccessId = a.id, "";
        "username": Option<String> = a.credentials.as_ref().map(|c| &c.username), "";
        "password": Option<String> = a.credentials.as_ref().map(|c| &c.password), "";
        "status": AccessStatus = a.status.text(), "";
    }
}

struct AccessesJson<'a>(&'a [Access]);

impl serde::Serialize for AccessesJson<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(AccessJson))
    }
}

impl Shape for AccessesJson<'_> {
    fn shape(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "items": AccessJson::shape(definitions) })
    }
}

/// A subscription with its accesses, whose credentials are there where the caller may see them.
pub struct SubscriptionView {
    pub subscription: Subscription,
    pub amount: Money,
    pub accesses: Vec<Access>,
}

output! {
    /// A subscription.
    SubscriptionJson as "Subscription" (v: SubscriptionView) {
        "id": SubscriptionId = v.subscription.id, "";
        "customerId": CustomerId = v.subscription.customer_id, "";
        "productId": ProductId = v.subscription.product_id, "";
        "productName": String = v.subscription.product_name, "";
        "priceId": PriceId = v.subscription.price_id, "";
        "quantity": i64 = v.subscription.quantity, "";
        "amount": Money = v.amount, "Of one period: the agreed price times the quantity.";
        "currency": Currency = v.subscription.unit_amount.currency().code(), "";
        "interval": Unit = v.subscription.interval.unit.text(), "";
        "intervalCount": i64 = v.subscription.interval.count, "";
        "status": SubscriptionStatus = v.subscription.status.text(), "";
        "currentPeriodStart": Option<Timestamp> = v.subscription.current_period.map(|p| p.start), "";
        "currentPeriodEnd": Option<Timestamp> = v.subscription.current_period.map(|p| p.end), "Paid until.";
        "trialEnd": Option<Timestamp> = v.subscription.trial_end, "When the free days end, or ended.";
        "startAt": Option<Timestamp> = v.subscription.start_at, "When its first period was said to begin.";
        "endsAt": Option<Timestamp> = v.subscription.ends_at, "Where its fixed term ends.";
        "cancelAtPeriodEnd": bool = v.subscription.cancel_at_period_end, "";
        "cancelledAt": Option<Timestamp> = v.subscription.cancelled_at, "";
        "cancelReason": Option<String> = v.subscription.cancel_reason, "";
        "endedAt": Option<Timestamp> = v.subscription.ended_at, "";
        "autoRenew": bool = v.subscription.auto_renew, "";
        "collection": Collection = v.subscription.collection.text(), "How renewals are collected: by an invoice that the customer pays, or by charging a payment method.";
        "paymentMethodId": Option<PaymentMethodId> = v.subscription.payment_method.map(|m| m.id), "What is charged; null for the customer's default one.";
        "pendingChange": Option<PendingChangeJson<'static>> = v.subscription.pending_change.as_ref().map(PendingChangeJson), "What it becomes with the end of what is paid.";
        "couponCode": Option<String> = v.subscription.coupon.as_ref().map(|c| c.code.as_str()), "The coupon that was redeemed for it last.";
        "maxConnections": Option<i64> = v.subscription.max_connections, "";
        "latestInvoiceId": Option<InvoiceId> = v.subscription.latest_invoice_id, "";
        "accesses": AccessesJson<'static> = AccessesJson(&v.accesses), "";
        "credentials": Option<CredentialsJson<'static>> = v.accesses.first().and_then(|a| a.credentials.as_ref()).map(CredentialsJson), "The first access's; null before access begins, and for keys without the scope `subscriptions:credentials`.";
        "metadata": MetadataShape = Raw(v.subscription.metadata.as_str()), "";
        "externalId": Option<String> = v.subscription.external_id, "";
        "createdAt": Timestamp = v.subscription.created_at, "";
        "updatedAt": Timestamp = v.subscription.updated_at, "";
    }
}

output! {
    /// A change that waits.
    PendingChangeJson as "PendingChange" (c: PendingChange) {
        "productId": ProductId = c.product_id, "";
        "priceId": PriceId = c.price_id, "";
        "quantity": i64 = c.quantity, "";
        "effectiveAt": Timestamp = c.at, "";
    }
}
