# The words of the pages, in English.
#
# An id begins with its area. What stands in braces is given by the page; counts come with their plural forms. The messages
# "api-…" are the API's own sentences, word by word: other languages find theirs by them, and ".page" is what pages say where
# the API speaks to programs.

### Numbers

number-group = ,
number-decimal = .

### Dates

date-month-1 = Jan
date-month-2 = Feb
date-month-3 = Mar
date-month-4 = Apr
date-month-5 = May
date-month-6 = Jun
date-month-7 = Jul
date-month-8 = Aug
date-month-9 = Sep
date-month-10 = Oct
date-month-11 = Nov
date-month-12 = Dec
date-day = { $day } { $month } { $year }
date-day-of-this-year = { $day } { $month }
date-moment = { $day }, { $time }
date-exact = { $day }, { $time }, { $zone }
date-span = { $from } – { $to }
date-now = just now
date-in-minutes = { $n ->
    [one] in { $n } minute
   *[other] in { $n } minutes
}
date-minutes-ago = { $n ->
    [one] { $n } minute ago
   *[other] { $n } minutes ago
}
date-today = today, { $time }
date-tomorrow = tomorrow, { $time }
date-yesterday = yesterday, { $time }
date-in-days = { $n ->
    [one] in { $n } day
   *[other] in { $n } days
}
date-days-ago = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}

### The frame of every page

nav-skip = Skip to the content
nav-main = Main
nav-above = Breadcrumb
nav-overview = Overview
nav-customers = Customers
nav-subscriptions = Subscriptions
nav-invoices = Invoices
nav-payments = Payments
nav-products = Products
nav-coupons = Coupons
nav-taxes = Taxes
nav-developers = Developers
nav-keys = API keys
nav-handbook = Manual
nav-reference = API reference
nav-settings = Settings
nav-business = Business
nav-more = More
nav-manual = Read the manual
nav-sign-out = Sign out

### Lists and tables

list-apply = Apply
list-without = Remove filter
list-clear = Clear all
list-pages = Pages
list-first = First page
list-next = Next page
list-nothing = none
list-actions = Actions

### Forms

form-optional = optional
form-choose = Choose
form-amount = Must be an amount such as 9.99: digits, and a point before the decimals
form-amount-point = Write { $amount }, with a point
form-amount-which = Is { $whole } meant, or { $pointed }? Write it without commas, with a point only before the decimals
form-percent = Must be a percentage such as 20 or 7.5
form-day = Must be a date such as 2026-01-31
form-pairs-twice = The name { $name } stands here twice. Keep one of them.
form-more = More
form-preview = Show what it comes to
form-comes-to = What it comes to
form-cancel = Back
form-copy = Copy
form-copied = Copied
form-pairs-example = name: value

### The line for the shell

curl-title = Do this with the API

### A secret

secret-try = Try it

### Errors

error-request = Request

### Overview

overview-steps = Getting started
overview-step-done = done

### Sentences of the API

api-required = This field is required
api-unknown-field = This field is unknown
api-unknown-parameter = This parameter is unknown
api-required-price = This field is required for a price to add
api-not-empty = Must not be empty
api-at-least-characters = Must have at least { $n } characters
api-at-most-characters = Must have at most { $n } characters
api-no-control-characters = Must not contain control characters
api-no-control-characters-lines = Must not contain control characters other than line breaks and tabs
api-email = Must be an e-mail address such as ana@example.com
api-country = Must be a country code of two letters such as DE
api-language = Must be a language tag such as en or pt-BR
api-currency = Must be an ISO 4217 currency code such as USD
api-zone = Must be an IANA time zone such as Europe/Paris
api-time = Must be a time such as 2026-01-31T12:00:00Z
    .page = Must be a date such as 2026-01-31
api-years = Must lie between the years 0000 and 9999
api-decimal = Must be a decimal number in a string, such as "9.99"
    .page = Must be a number such as 9.99
api-decimal-digits = Must have at most 12 digits and 4 decimals
api-no-decimals = { $currency } has no decimals
api-decimals = { $currency } has at most { $n } decimals
api-too-large = Is too large
api-too-large-by-quantity = Is too large with this quantity
api-amount-too-large = The amount is too large.
api-total-too-large = The invoice's total is too large.
api-balance-too-large = The balance would be too large
api-more-than-zero = Must be more than zero
api-not-zero = Must not be zero
api-not-negative = Must not be negative
api-whole-number = Must be a whole number from { $n } to { $n2 }
api-true-or-false = Must be true or false
api-one-of = Must be one of: { $words }
api-id = Must be an id that begins with { $prefix }
api-at-most-entries = Must have at most { $n } entries
api-at-least-one-entry = Must have at least one entry
api-at-most-pairs = Must have at most { $n } pairs
api-key = The key is not right: { $sentence }
    .page = This name cannot be used: { $sentence }
api-not-before-1970 = Must not lie before the year 1970
api-visible = Must have a visible character
api-in-the-future = Must lie in the future
api-not-in-the-future = Must not lie in the future
api-not-before-today = Must not lie before today
api-ten-years = Must be at most { $n } for { $unit }s: ten years
    .page = Must be at most { $n }: that is ten years
api-once = Must stand once
api-string = Must be a string
api-object = Must be an object
api-array = Must be an array
api-strings = Must be an object of strings
api-not-null = Must not be null
api-number-format = Must hold {"{"}n{"}"} or {"{"}n:06{"}"} once, {"{"}year{"}"} once at most, and otherwise letters, digits, spaces and - / . _ #
api-number-format-beside = Must have something other than a digit on either side of {"{"}n{"}"}
api-several = { $n } fields are not right; see details.
api-customers-many = More than { $n } customers match. Type more of the name, or the whole e-mail address
api-customers-which = Several customers have this name. Choose the one that is meant
api-products-many = More than { $n } products match. Type more of the name
api-prices-which = There are several such prices. Choose the one that is meant
api-no-such-customer = There is no such customer
api-no-such-customer-here = There is no such customer.
api-no-such-product = There is no such product
api-no-such-product-here = There is no such product.
api-products-named = Several products have "{ $name }" in their name. Write more of it, or the product's id
api-no-product-named = There is no product "{ $name }"
api-no-such-subscription = There is no such subscription.
api-no-such-invoice = There is no such invoice.
api-product-archived = This product is archived
api-product-no-such-price = This product has no such price
api-product-no-active-price = This product has no active price in { $currency }; name one with priceId
    .page = This product has no active price in { $currency }; choose one of its prices
api-product-sold = This product was sold. Archive it with "active": false instead.
    .page = This product was sold before, so it cannot be deleted. Edit it and choose “archived” instead.
api-product-many-prices = A product has at most { $n } prices
api-price-not-active = This price is not active
api-price-twice = This price is given twice
api-price-stays = Of a price that exists it stays as it is; add another price instead
    .page = This cannot be changed in an existing price; add another price instead
api-invoice-paid = This invoice is already paid.
api-invoice-void = This invoice is void.
api-invoice-draft = This invoice is a draft. Finalise it first.
api-invoice-draft-delete = This invoice is a draft. Delete it instead.
api-invoice-final = This invoice is finalised and does not change. Issue a credit note, or void it and make another one.
api-invoice-kept = This invoice is finalised and is kept. Void it instead.
api-invoice-finalised = This invoice is finalised already.
api-draft-overdue = This draft is due on a day that is over. Set another dueAt first, or null for the usual one.
    .page = This draft is due on a day that is over. Edit it first: set another due day, or none for the usual one.
api-draft-currency = Give the lines, too: their amounts are in another currency
api-draft-too-much = The lines are too much together
api-invoice-written-off = This invoice was written off.
api-customer-blocked = This customer is blocked. Set the status to active first.
    .page = This customer is blocked. Set the state to active first.
api-customer-live = This customer has a live subscription. Cancel it first.
api-customer-open = This customer has an open invoice. Have it paid, void it, or cancel its subscription first.
    .page = This customer has an open invoice. Mark it as paid, void it, or cancel its subscription first.
api-balance-small = The customer's balance of { $balance } { $code } is too small for { $due } { $currency }.
api-balance-below-zero = The balance of { $balance } { $code } cannot go below zero.
api-subscription-cancelled = This subscription is cancelled, and that is final.
api-subscription-cancelled-new = This subscription is cancelled, and that is final. Create a new one.
api-subscription-cancelled-already = This subscription is cancelled already.
api-subscription-expired = This subscription is expired.
api-first-invoice-given-up = Its first invoice was given up, so that this subscription never begins. Create a new one.
api-subscription-waits = This subscription waits for its first payment. Mark its invoice as paid.
api-subscription-not-begun = This subscription has not begun.
api-subscription-cannot-renew = A subscription that is { $state } cannot be renewed.
    .page = This subscription is { $state }, so it cannot be renewed.
api-subscription-does-not-renew = A subscription that is { $state } does not renew.
    .page = This subscription is { $state }, so it does not renew.
api-subscription-cannot-pause = A subscription that is { $state } cannot be paused.
api-subscription-not-paused = This subscription is not paused.
api-trial-no-payment = A trial begins without a payment; leave it out
    .page = Free days begin without a payment. Choose “By invoice”: it is opened when they are over
api-trial-of-product = This product begins with free days. Choose no trial to take the payment now
api-trial-not-chosen = Leave this empty, or choose so many free days
api-subscription-paused-already = This subscription is paused already.
api-trial-no-start = A trial begins now; leave it out
api-clock-only-forward = The clock stands at { $now } and is never set back.
api-invoice-paid-kept = This invoice is paid and cannot be taken back.
api-either-amount-off = Give either this or amountOff
    .page = Give either a percentage or an amount
api-either-percent-off = Give either this or percentOff
    .page = Give either a percentage or an amount
api-only-with-repeating = Is taken only with "repeating"
    .page = Leave this empty, or choose several periods
api-only-with-amount-off = Is taken only with amountOff
    .page = Only for an amount
api-from-one-to = Must be from 1 to { $n }
api-percent-of-coupon = Must be more than 0 and at most 100
api-no-spaces = Must not contain spaces or control characters
api-coupon-unknown = There is no such coupon
api-coupon-expired = This coupon has expired
api-coupon-currency = This coupon is in { $currency }, not in { $wanted }
api-coupon-inactive = This coupon is not active
api-coupon-product = This coupon is not for this product
api-coupon-used-up = This coupon is used up
api-required-with-repeating = This field is required with "repeating"
    .page = Say for how many periods
api-required-with-amount-off = This field is required with amountOff
    .page = Say in which currency
api-coupon-redeemed = This coupon was redeemed. Set "active" to false instead.
    .page = This coupon was redeemed, so it cannot be deleted. Deactivate it instead.
api-coupon-redeemed-terms = This coupon was redeemed, so its code and terms stay. Set "active" to false and make another.
    .page = This coupon was redeemed meanwhile, so its code and terms stay. Deactivate it and make another.
api-coupon-redeemed-times = This coupon was redeemed { $n } times already.
api-coupon-code-taken = A coupon with this code exists already
api-coupon-number-taken = A coupon with this externalId exists already
    .page = Another coupon has this external ID already
api-product-coupon = A coupon names this product. Take it out of the coupon first.
api-tax-rate-used = This tax rate stands on invoices. Set "active" to false instead.
    .page = This tax rate stands on invoices, so it cannot be deleted. Deactivate it instead.
api-tax-rate-used-terms = This tax rate stands on invoices, so its percentage, its kind and its country stay. Set "active" to false and make another.
    .page = This tax rate stands on invoices meanwhile, so its percentage, its kind and its country stay. Deactivate it and make another.
api-tax-rate-number-taken = A tax rate with this externalId exists already
    .page = Another tax rate has this external ID already
api-nothing-to-credit = Nothing of this invoice is left to credit.
api-only-due = Only { $amount } { $currency } are due; the rest must go somewhere.
api-credit-lines-empty = Must name at least one line; leave it out to credit all that is left
api-credit-no-such-line = The invoice has no such line
api-refund-beyond-paid = { $left } { $p1 } more than was paid cannot be refunded.
api-formats-alike = Must differ from the format of invoices in more than the number of digits
api-change-state = A subscription that is { $state } cannot be changed to another product, price or quantity.
api-proration-alone = Is taken only with productId, priceId or quantity
api-change-currency = Must be in { $currency }, the subscription's currency
api-unused-time-later = Is taken only when cancelling now: with the end of what is paid nothing is left
api-preview-other-action = Belongs to another action
api-ends-before-new-interval = This subscription is to end with what is paid, and of the new interval nothing would be. Let it renew first, or let the balance pay.
api-charge-open = The invoice { $number } for a change is open. Have it paid or void it first.
api-change-paid = The change that waits is paid for already. Make another once it has come, or make one now with "immediate".
api-only-left = Only { $amount } { $currency } is left to credit.
api-only-left-of-line = Only { $amount } { $currency } is left to credit of line { $line }.
api-only-paid = Only { $amount } { $currency } was paid for this invoice and not refunded.
api-draft-change = This invoice is a draft. Change it instead.
api-line-twice = This line is named twice
api-percent = Must be from 0 to 100
api-clock-none = This server runs in real time. A test clock is chosen for a new directory: billhead serve --test-clock 2026-01-01T00:00:00Z
api-clock-years = Must be at most { $n } years ahead; move it again for more
api-subscription-cannot-extend = A subscription that is { $state } cannot be extended.
    .page = This subscription is { $state }, so it cannot be extended.
api-subscription-open-renewal = The renewal invoice { $number } for { $n } period(s) is open already. Renew for as many, or have it paid first.
    .page = { $n ->
        [one] The renewal invoice { $number } for { $n } period is open already. Renew for as many, or mark it as paid first.
       *[other] The renewal invoice { $number } for { $n } periods is open already. Renew for as many, or mark it as paid first.
    }
api-period-end = The period would end beyond the year 9999.
api-repeated = This Idempotency-Key was used with another request.
    .page = This form was already sent with other values. Open it again to send new ones.
api-field = { $field }: { $sentence }
api-email-taken = A customer with this e-mail address exists already
    .page = Another customer has this e-mail address already
api-customer-number-taken = A customer with this externalId exists already
    .page = Another customer has this external ID already
api-product-number-taken = A product with this externalId exists already
    .page = Another product has this external ID already
api-invoice-number-taken = An invoice with this externalId exists already
    .page = Another invoice has this external ID already
api-subscription-number-taken = A subscription with this externalId exists already
    .page = Another subscription has this external ID already
api-user-name-taken = This user name is taken
api-account-taken = There is an account with this e-mail address already
api-account-exists = There is an account already. Sign in at /admin/login, or set another password with: billhead admin reset-password
api-not-the-password = This is not the password
    .page = This is not your current password
api-start-elsewhere = Must not lie in the past, but with "payment": "none", for a subscription that was paid elsewhere
    .page = Is past. Leave it empty to begin now, or choose “Paid elsewhere”
api-ends-after-beginning = Must lie after the beginning, and in the future
api-anchor-day-interval = Is taken only with a price by the month or the year
    .page = Only for a price by the month or the year
api-anchor-day-trial = Is not taken with a trial; leave one of them out
api-term-used-up = The term of this subscription ends on { $date }, and no period is left of it.
api-term-one-left = The term of this subscription ends on { $date }: only 1 period is left of it.
api-term-some-left = The term of this subscription ends on { $date }: only { $n } periods are left of it.
api-term-extended = The term of this subscription ends on { $date }: days beyond it would be nobody's.
api-term-over = The term of this subscription is over. Create a new one.
api-paid-not-begun = This subscription is paid and has not begun.
api-no-such-scope = there is no scope "{ $scope }"; the scopes are full, read, or a comma list of { $scopes }
api-search-slow = The search took too long. Narrow it down, by a time or a status.
api-disk-full = The disk is full. Nothing was changed. Make room and try again.
api-busy = The server is busy. Try again in a moment.
api-sign-in-first = Sign in first.
api-page-method = This page does not take that.
    .page = This page cannot do that.
api-body-form = The Content-Type must be application/x-www-form-urlencoded.
api-form-too-many-fields = The form has too many fields.
api-body-too-large = The body is larger than 1 MiB.
api-body-cut = The body could not be read to its end.
api-body-slow = The body took too long to arrive.
