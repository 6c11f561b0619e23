
### What happens to forms

form-save = Save
form-saved = Saved.
form-problem = Nothing was changed. Please check the marked fields.
page-undone = Your session had ended, so what you wanted to do was not done. Try again.
form-resumed = You are signed in again. This is the form as you filled it in. Nothing was changed yet, so please send it again.

form-field-is-now = Somebody else has put { $value } here meanwhile.
form-field-emptied = Somebody else has emptied this meanwhile.
form-field-changed = Somebody else has changed this meanwhile.
form-changed-look-again = Somebody else changed this after you opened the page. Nothing was done. This is how it is now: look at it, and press once more if it still is what you want.
form-changed-meanwhile = Somebody else changed this after you opened the form. Your changes are not saved yet: check the form, and send it again to keep them.

### Pages that tell an error

error-not-found = Not found
error-not-found-text = There is no such page or object. It may have been deleted, or the address is incomplete.
error-busy = Busy
error-refused = Not done
error-forged-text = This form is too old, or it came from another site. Nothing was changed. Go back, reload the page, and send it again.
error-internal = Something went wrong
error-internal-text = This is the server's fault, not yours. As far as we know, nothing was changed. The server's log says more under the number below.
error-back = To the overview

### Filters of lists

list-searched = “{ $text }”
list-created = Created
list-created-any = any time
list-created-today = created today
list-created-days = created in the last { $n } days
list-created-since = created since { $day }
list-not-searched = This was not looked for: change what stands in the search, and look again.
list-none-match = Nothing matches these filters.
list-none-match-action = Show all
list-back = To the list

### What happened to an object

story-title = History
story-by-key = by { $name } (API key)
story-by-admin = by { $name }
story-by-operator = on the server's command line
event-customer-created = Customer created
event-customer-updated = Customer changed
event-customer-deleted = Customer deleted
event-product-created = Product created
event-product-updated = Product changed
event-product-deleted = Product deleted
event-subscription-created = Subscription created
event-subscription-activated = Subscription activated
event-subscription-updated = Subscription changed
event-subscription-ending = Cancelled: it ends with the paid period
event-subscription-kept = Cancellation undone
event-subscription-renews = Automatic renewal turned on
event-subscription-renews-not = Automatic renewal turned off
event-subscription-coupon = Coupon { $code } attached
event-subscription-coupon-off = Coupon { $code } taken off
event-subscription-connections = { $n ->
    [one] Now for { $n } device at the same time
   *[other] Now for { $n } devices at the same time
}
event-subscription-connections-any = Now for any number of devices at the same time
event-subscription-number = External ID changed
event-subscription-fields = Custom fields changed
event-subscription-renewed = Subscription renewed
event-subscription-extended = Subscription extended
event-subscription-cancelled = Subscription cancelled
event-invoice-finalized = Invoice finalised
event-invoice-paid = Invoice paid
event-invoice-voided = Invoice voided
event-payment-succeeded = Payment received

### The test clock

clock-now = Test clock: it is { $time }.
clock-move = Move it
clock-title = Test clock
clock-lead = Billing time stands still here until you move it. Everything that is due on the way is done, in order.
clock-day = Move on to
clock-day-hint = It never goes back.
clock-time = At
clock-time-hint = The time of day in { $zone }, such as 14:30.
api-clock-time = Must be a time of day such as 14:30
clock-submit = Move the clock
clock-moved = The clock was moved, and everything that was due is done.

story-by-engine = by itself
event-subscription-past-due = Payment overdue, days of grace began
event-subscription-suspended = Subscription suspended
event-subscription-paused = Subscription paused
event-subscription-resumed = Subscription resumed
event-subscription-expired = Subscription expired
event-subscription-parked = Could not be billed
event-subscription-trial-ending = The trial ends soon
event-invoice-overdue = Invoice overdue
event-invoice-written-off = Invoice written off
event-invoice-created = Draft made
event-invoice-updated = Draft changed
