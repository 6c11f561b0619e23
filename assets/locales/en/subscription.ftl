
### Subscriptions

subscription-new = New subscription
subscription-create = Create the subscription
subscription-edit = Edit
subscription-renew = Renew
subscription-extend = Extend
subscription-cancel = Cancel the subscription
subscription-uncancel = Undo the cancellation
subscription-search = Customer, product, external ID
subscription-total = { $n ->
    [one] { $n } subscription
   *[other] { $n } subscriptions
}
subscription-all = { $n ->
    [one] The only subscription
   *[other] All { $n } subscriptions
}
subscription-empty = A subscription is a customer who pays for a product, period after period.
subscription-no-product = A subscription needs a product, and there is none yet.
subscription-customer = Customer
subscription-customer-hint = The e-mail address or the name; the newest customers are suggested.
subscription-product = Product
subscription-any-product = any
subscription-product-none = No product has “{ $text }” in its name.
subscription-product-which = Several products have “{ $text }” in their name. Which one?
subscription-product-many = Very many products match “{ $text }”. Go back and type more of the name.
subscription-price-choose = Choose a price …
subscription-price = Product and price
subscription-price-hint = A product's name; the newest products are suggested.
subscription-quantity = Quantity
subscription-quantity-hint = Each one gets an access of its own: a user name and a password.
subscription-amount = Amount
subscription-status = State
subscription-any-status = any
subscription-paid-until = Paid until
subscription-any-end = any day
subscription-ends-today = paid until today
subscription-ends-days = { $n ->
    [one] paid for { $n } more day
   *[other] paid for up to { $n } more days
}
subscription-period = Period
subscription-payment = Payment
subscription-payment-invoice = By invoice
subscription-payment-invoice-hint = An invoice is opened. Access begins when it is paid.
subscription-payment-manual = Already paid
subscription-payment-manual-hint = You have the money: cash, a transfer. Access begins at once.
subscription-payment-credit = From the balance
subscription-payment-credit-hint = The customer's balance must cover all of it.
subscription-payment-none = Paid elsewhere
subscription-payment-none-hint = Moved here from another system: no invoice for the current period.
subscription-begin = Moved from another system
subscription-trial = Trial
subscription-trial-product = as the product says
subscription-trial-product-hint = Where a product has free days, they stand beside its price. They come first, and the invoice when they are over.
subscription-trial-product-days = { $n ->
    [one] { $name }: { $n } free day, and the invoice when it is over.
   *[other] { $name }: { $n } free days, and the invoice when they are over.
}
subscription-trial-none = no trial
subscription-trial-none-hint = The first period begins at once, paid as chosen above.
subscription-trial-days = so many free days
subscription-trial-days-hint = Access begins at once, and the invoice comes when they are over.
subscription-free = Free days
subscription-free-hint = Leave empty unless you choose them yourself.
subscription-free-days = { $n ->
    [one] { $n } free day
   *[other] { $n } free days
}
subscription-when = Start, turn of periods, end
subscription-start = Begins on
subscription-start-hint = Left empty, it begins with the sale or the payment. A day in the past is for what was paid elsewhere: periods are counted from it.
subscription-anchor-day = Periods turn on day
subscription-anchor-day-hint = Of the month. The first period ends on the next such day and is billed by its days.
subscription-ends = Ends on
subscription-ends-hint = For a fixed term. The last period is cut there and billed by its days.
subscription-username = User name
subscription-password = Password
subscription-credentials-hint = Of an access that exists already. Leave both empty to have them generated.
subscription-terms = Terms
subscription-auto-renew = Renews automatically
subscription-auto-renew-hint = If not, it ends with the paid period.
subscription-coupon = Coupon
subscription-no-coupon = none
subscription-coupon-typed-hint = Its code; the newest coupons are suggested. The discount comes off from the next invoice on.
subscription-coupon-hint = Its discount comes off from the next invoice on.
subscription-connections-hint = Leave empty for the product's limit.
subscription-more = More
subscription-external-id-hint = The subscription's ID in your other systems. No two subscriptions can have the same one.
subscription-accesses = Accesses
subscription-access-waits = Access begins with the period that is paid.
subscription-no-accesses = Access begins when the first invoice is paid.
subscription-no-invoices = No invoices yet.
subscription-open-invoice = Invoice { $number } is open
subscription-facts = Subscription
subscription-reason = Reason
subscription-reason-hint = For your records.
subscription-periods = Periods
subscription-periods-hint = One period is charged { $interval }.
subscription-renew-lead-open = The renewal is invoice { $number }, which is open already. What is paid here pays it; no other is made.
subscription-renew-lead = It is paid until { $day }. The new period begins then.
subscription-renew-manual-hint = You have the money. The new period is paid at once.
subscription-renew-invoice-hint = An invoice is opened. The new period counts once it is paid.
subscription-renew-credit-hint = The customer's balance must cover all of it.
subscription-days = Days
subscription-days-hint = Free days after the current period. Periods that are paid beyond it begin later by as many days.
subscription-note = Note
subscription-note-hint = The reason, for your records.
subscription-extend-lead = It is paid until { $day }.
subscription-cancel-when = When
subscription-cancel-at-end = At the end of the paid period
subscription-cancel-at-end-hint = Access stays until { $day }. Until then you can undo the cancellation.
subscription-cancel-now = Now
subscription-cancel-now-hint = Access ends at once, and its unpaid invoices are voided. This is final.
subscription-cancel-now-hint-paid = { $n ->
    [one] { $name } loses access at once, for the { $n } paid day that is left. Unpaid invoices are voided. This is final.
   *[other] { $name } loses access at once, for the { $n } paid days that are left. Unpaid invoices are voided. This is final.
}
subscription-unused = The paid time that is left
subscription-unused-forfeit = is forfeited
subscription-unused-forfeit-hint = Nothing is given back.
subscription-unused-credit = goes to the balance
subscription-unused-credit-hint = By credit notes. It pays later invoices. Today counts as used.
subscription-unused-refund = is refunded
subscription-unused-refund-hint = What was paid from the balance goes back there. Hand over yourself what you received by hand. Today counts as used.
subscription-cancel-warning-unpaid = Nothing is paid ahead. Its unpaid invoices will be voided.
subscription-created = The subscription was created.
subscription-renewed = The subscription was renewed.
subscription-extended = The subscription was extended.
subscription-cancelled = The cancellation was recorded.
subscription-uncancelled = The cancellation was undone.
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
state-begins = paid, begins { $day }
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
subscription-pause = Pause
subscription-resume = Resume
subscription-paused = The subscription is paused: access is off, and no time runs.
subscription-resumed = The subscription goes on, with as much time left as when it was paused.
subscription-parked = It could not be billed, and is tried again every hour: { $reason }
state-until-day = until { $day }
state-access-until = access until { $day }
state-cancelled-on = will be cancelled on { $day }
state-since-day = since { $day }
subscription-edit-lead-unpaid = Nothing is paid any more. If you turn off automatic renewal now, it ends at once, and its open invoice is voided.
subscription-renew-lead-anew = What was paid is over. The new period begins with the payment.
subscription-renewal-asked = The invoice for the renewal is open. The new period counts once it is paid.
subscription-pause-warning = Access ends at once, and an invoice for the next period is voided. No time runs until you resume: then as much is left as now.
subscription-trial-until = Free until
subscription-time-left = { $n ->
    [one] { $n } day left
   *[other] { $n } days left
}
subscription-change = Change
subscription-change-when = When
subscription-change-now = Now
subscription-change-now-hint = Time that is paid and not used is credited to the balance. The rest of the period is charged anew.
subscription-change-later = At the end of the paid period
subscription-change-later-hint = On { $day }. Until then you can give the change up. The next invoice is for what comes.
subscription-change-overdue = With the overdue invoice
subscription-change-overdue-hint = It is issued anew, for what comes.
subscription-change-none = Now, without invoice and credit
subscription-change-none-hint = The new price counts from the next period that is not paid.
subscription-change-as-now = { $what } (as now)
subscription-change-lead-trial = Nothing is billed in a trial. The change comes at once.
subscription-change-lead-pending = A change waits already: { $name } · { $price } { $interval }. Another one takes its place.
subscription-pending = From { $day } on: { $name } · { $price } { $interval }
subscription-pending-paused = After the paid time: { $name } · { $price } { $interval }
subscription-pending-ending = If the cancellation is undone, from { $day } on: { $name } · { $price } { $interval }
subscription-keep = Give up the change
subscription-changed = The subscription was changed.
subscription-change-waits = The change waits for the end of the paid period.
subscription-kept = The change was given up.
preview-credit = Credit on { $number }
preview-line-tax = { $amount } tax
preview-explanation = How it came about
preview-nothing = Nothing is invoiced or credited.
preview-total = Total
preview-total-credited = Total, credited
preview-credit-to-due = Credited, off what was due
preview-credit-to-balance = Credited, to the balance first
preview-credit-to-refund = Credited, refunded
preview-from-balance = Paid from the balance
preview-due = Due
preview-open-invoice = The open invoice that this is
api-subscription-not-ending = This subscription is not cancelled.
preview-voided = Voided
subscription-nothing-open = No invoice is open that could be paid. Renew or extend it to keep it.
subscription-never-accesses = It never had an access.
event-subscription-product = Changed to { $name }
event-subscription-price = Price changed
event-subscription-quantity = Quantity set to { $n }
event-subscription-change-waits = A change waits for the end of the paid period
event-subscription-change-off = The change that waited was given up

api-change-same = Choose another price or quantity than it has now
api-change-none-waits = No change of this subscription waits.
