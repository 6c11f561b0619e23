
### Subscriptions

subscription-new = New subscription
subscription-create = Create the subscription
subscription-edit = Edit
subscription-renew = Renew
subscription-extend = Extend
subscription-cancel = Cancel the subscription
subscription-uncancel = Keep it going
subscription-search = Search customer, product, own number
subscription-total = { $n ->
    [one] { $n } subscription
   *[other] { $n } subscriptions
}
subscription-all = { $n ->
    [one] The one subscription
   *[other] All { $n } subscriptions
}
subscription-empty = A subscription is a customer who pays for a product, period after period.
subscription-no-product = A subscription sells a product, and there is none yet.
subscription-customer = Customer
subscription-customer-hint = The e-mail address; the newest customers are suggested.
subscription-product = Product
subscription-any-product = Of any product
subscription-price = Product and price
subscription-quantity = Quantity
subscription-quantity-hint = Each grants an access of its own.
subscription-amount = Amount
subscription-status = State
subscription-any-status = In any state
subscription-paid-until = Paid until
subscription-any-end = Paid until any day
subscription-ends-today = paid until today at most
subscription-ends-days = { $n ->
    [one] paid for { $n } more day at most
   *[other] paid for { $n } more days at most
}
subscription-period = Period
subscription-payment = Payment
subscription-payment-invoice = By invoice
subscription-payment-invoice-hint = An invoice is opened. Access begins when it is paid.
subscription-payment-manual = Paid already
subscription-payment-manual-hint = The money is here: cash, a transfer. Access begins at once.
subscription-payment-credit = From the balance
subscription-payment-credit-hint = The customer's balance pays it whole, or nothing happens.
subscription-payment-none = Paid elsewhere
subscription-payment-none-hint = Taken over from another system: no invoice for the current period.
subscription-begin = Taken over from another system
subscription-start = Began on
subscription-start-hint = Only for what was paid elsewhere. Periods are counted from this day.
subscription-username = User name
subscription-password = Password
subscription-credentials-hint = Of an access that exists already. Left empty, both are generated.
subscription-terms = Terms
subscription-auto-renew = Renews by itself
subscription-auto-renew-hint = Otherwise it ends with what is paid.
subscription-coupon = Coupon
subscription-coupon-hint = Its discount comes off from the next invoice on.
subscription-connections-hint = Left empty: the product's.
subscription-more = More
subscription-external-id-hint = The subscription's number in your other systems. No two have the same.
subscription-accesses = Accesses
subscription-no-accesses = Access begins when the first invoice is paid.
subscription-no-invoices = No invoice yet.
subscription-open-invoice = The invoice { $number } is open
subscription-facts = Subscription
subscription-reason = Reason
subscription-reason-hint = For you and for later.
subscription-periods = Periods
subscription-periods-hint = One is charged { $interval }.
subscription-renew-lead = It is paid until { $day }. The new time begins there.
subscription-renew-manual-hint = The money is here. The new time counts at once.
subscription-renew-invoice-hint = An invoice is opened. The new time counts when it is paid.
subscription-renew-credit-hint = The customer's balance pays it whole, or nothing happens.
subscription-days = Days
subscription-days-hint = Free days after the current period. What is paid beyond it moves behind them.
subscription-note = Note
subscription-note-hint = Why, for you and for later.
subscription-extend-lead = It is paid until { $day }.
subscription-cancel-when = When
subscription-cancel-at-end = At the end of what is paid
subscription-cancel-at-end-hint = Access stays until { $day }. Until then it can be taken back.
subscription-cancel-now = Now
subscription-cancel-now-hint = Access ends at once, and every unpaid invoice of it is voided. This is final.
subscription-cancel-warning = { $n ->
    [one] Cancelled now, { $name } keeps nothing of the { $n } paid day that is left.
   *[other] Cancelled now, { $name } keeps nothing of the { $n } paid days that are left.
}
subscription-cancel-warning-unpaid = Nothing is paid ahead. Every unpaid invoice of it is voided.
subscription-created = The subscription was created.
subscription-renewed = The subscription was renewed.
subscription-extended = The subscription was extended.
subscription-cancelled = The cancellation is noted.
subscription-uncancelled = The subscription goes on.
state-subscription-pending = pending
state-subscription-trialing = on trial
state-subscription-active = active
state-subscription-past-due = past due
state-subscription-suspended = suspended
state-subscription-paused = paused
state-subscription-expired = expired
state-subscription-cancelled = cancelled
state-awaits-payment = awaits payment
state-ends = ends { $day }
state-access-active = active
state-access-suspended = suspended
state-access-revoked = revoked

### Intervals and units

interval-days = { $n ->
    [one] every day
   *[other] every { $n } days
}
interval-weeks = { $n ->
    [one] every week
   *[other] every { $n } weeks
}
interval-months = { $n ->
    [one] every month
   *[other] every { $n } months
}
interval-years = { $n ->
    [one] every year
   *[other] every { $n } years
}
unit-day = Day
unit-week = Week
unit-month = Month
unit-year = Year
unit-days = days
unit-devices = devices
