
### Coupons

coupon-new = New coupon
coupon-create = Create the coupon
coupon-edit = Edit
coupon-delete = Delete
coupon-deactivate = Deactivate
coupon-activate = Activate
coupon-search = Code, external ID
coupon-total = { $n ->
    [one] { $n } coupon
   *[other] { $n } coupons
}
coupon-empty = A coupon takes something off what a subscription costs, for one period or for more.
coupon-code = Code
coupon-code-hint = What customers tell you, such as SPRING20. Capital and small letters are the same.
coupon-state = State
coupon-any-state = any
coupon-off = Discount
coupon-percent = Percentage
coupon-percent-hint = Leave empty for a fixed amount.
coupon-amount = Or amount
coupon-amount-hint = Off each period, for subscriptions in this currency.
coupon-currency = Currency of the amount
coupon-duration = Duration
coupon-comes-off = Comes off
coupon-once = One period
coupon-once-hint = The next one that is billed.
coupon-repeating = Several periods
coupon-repeating-hint = So many as stand below, one after the other.
coupon-forever = Every period
coupon-forever-hint = As long as the subscription has it.
coupon-periods = How many periods
coupon-periods-hint = Only for a coupon of several periods.
coupon-limits = Limits
coupon-max = Can be redeemed
coupon-max-hint = Leave empty for no limit.
coupon-expires = Expires on
coupon-expires-hint = From that day on it cannot be redeemed. Who has it keeps it.
coupon-products = Only for
coupon-products-hint = Tick none for all products.
coupon-products-named-hint = Names of products, one a line. Leave empty for all products.
coupon-products-of = For
coupon-all-products = all products
coupon-external-id-hint = The coupon's ID in your other systems. No two coupons can have the same one.
coupon-more = More
coupon-off-percent = { $percent } % off
coupon-off-amount = { $amount } off
coupon-for-once = for one period
coupon-for-periods = { $n ->
    [one] for { $n } period
   *[other] for { $n } periods
}
coupon-for-ever = for every period
coupon-terms = { $off }, { $duration }
coupon-redeemed = Redeemed
coupon-redeemed-of = { $n } of { $max }
coupon-edit-lead = It was redeemed, so its code and what it takes off stay: { $terms }. For other terms, deactivate it and make another.
coupon-deactivate-warning = { $code } can no longer be redeemed. Subscriptions that have it keep it.
coupon-delete-warning = { $code } will be deleted for good.
coupon-uses = Uses
coupon-all-uses = { $n ->
    [one] The only use
   *[other] All { $n } uses
}
coupon-use-total = { $n ->
    [one] { $n } use
   *[other] { $n } uses
}
coupon-no-uses = Nobody has redeemed it yet.
coupon-use-state = State
coupon-still = attached
coupon-no-longer = taken off
coupon-served = Periods billed with it
coupon-redeemed-at = Redeemed
coupon-facts = Coupon
coupon-created = The coupon was created.
coupon-deleted = The coupon was deleted.
coupon-activated = The coupon is active: it can be redeemed.
coupon-deactivated = The coupon is inactive: it cannot be redeemed any more.
coupon-inactive-already = This coupon is inactive already.
state-coupon-active = active
state-coupon-inactive = inactive
state-coupon-expired = expired
state-coupon-used-up = used up
unit-periods = periods
unit-times = times
event-coupon-created = Coupon created
event-coupon-updated = Coupon changed
