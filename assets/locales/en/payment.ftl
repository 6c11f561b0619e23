
### Stored payment methods and attempts

method-title = Payment methods
method-none = Nothing that could be charged is stored.
method-kind = Method
method-default = Use
method-is-default = charged unless another is chosen
method-is-other = charged where it is chosen
method-stored = Stored
method-add = Add a payment method
method-add-lead = On a test clock a method does what you choose here. Nothing real is charged.
method-behavior = What it does
method-behavior-hint = Or decline:3, which declines so often and then succeeds.
method-succeed = succeeds
method-decline = declines
method-decline-times = declines twice, then succeeds
method-timeout = says nothing until it is asked
method-late-failure = succeeds, and reports a failure afterwards
method-double = charges twice
method-test = Test: { $behavior }
method-remove = Remove
method-remove-title = Remove the payment method
method-remove-warning = { $method } is never charged again. Subscriptions that named it are charged to the customer's default method.
method-added = The payment method was stored.
method-removed = The payment method was removed.
method-of-customer = the customer's default
method-make-default = Make default
method-now-default = This payment method is charged from now on, unless another is chosen.
payment-any-status = any
payment-any-way = any
payment-search = Method, reference, transaction
payment-of-invoice = of one invoice
payment-total = { $n ->
    [one] { $n } payment
   *[other] { $n } payments
}
payment-all = { $n ->
    [one] The payment
   *[other] All { $n } payments
}
payment-empty = A payment is money for an invoice, taken by you or charged; what was declined stands here, too.
payment-open-invoices = Open invoices
payment-no-invoice = none: the sale did not come about
payment-facts = Payment
payment-provider = By
payment-refunded = Refunded
payment-transaction = Transaction
payment-attempt = Attempt
payment-failure = Reason
payment-status = State
payment-by-test = test gateway
payment-by-nobody = no payment method
state-charged-again = is charged again
state-payment-processing = in progress
state-payment-succeeded = succeeded
state-payment-failed = failed
state-payment-refunded = Refunded
subscription-payment-automatic = Charge now
subscription-payment-automatic-hint = The customer's payment method is charged. If it is declined, there is no subscription.
subscription-renew-automatic-hint = The payment method is charged. If it is declined, nothing changes.
subscription-collection = Renewals
subscription-collection-invoice = by invoice
subscription-collection-invoice-hint = An invoice is opened ahead, and the customer pays it.
subscription-collection-automatic = charged
subscription-collection-automatic-hint = The payment method is charged on the day, and again on the days that the settings name.
subscription-method = Payment method
subscription-method-hint = What is charged.
settings-retry-days = Days of payment attempts
settings-retry-days-hint = Days after the due date, separated by commas, beginning with 0. Access is suspended only when all are used.
event-method-created = Payment method stored
event-method-updated = Default payment method changed
event-method-deleted = Payment method removed
event-payment-failed = Payment failed
event-invoice-payment-failed = Payment attempt failed

api-no-method = The customer has no payment method
api-no-method-to-charge = The customer has no payment method to charge.
api-no-such-method = The customer has no such payment method
api-method-test-only = Can be stored only on a test clock
api-behavior = Must be succeed, decline, decline:1 to decline:{ $n }, timeout, late-failure or double
api-retry-days = Must begin with 0, the due day, and rise
api-retry-days-many = Must have at most { $n } days, none later than { $n2 }
api-payment-failed = The payment { $id } failed: { $code }.
api-payment-processing = The gateway has not said yet what became of the payment { $id }. What was asked for is done when it succeeds.
api-payment-in-balance = The payment { $id } succeeded and is in the customer's balance. { $sentence }
api-payment-under-way = A payment of this subscription is under way. Wait until it is decided.
api-costs-more = It costs more now than was charged.
api-could-not-be-done = It could not be done.
api-in-progress = The first request with this Idempotency-Key is still at work.
    .page = This is still at work. Wait a moment, then look at the page again.
api-no-such-payment = There is no such payment.
api-no-such-payment-method = There is no such payment method.
