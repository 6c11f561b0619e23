
### Invoices

invoice-search = Number, customer, e-mail
invoice-total = { $n ->
    [one] { $n } invoice
   *[other] { $n } invoices
}
invoice-all = { $n ->
    [one] The only invoice
   *[other] All { $n } invoices
}
invoice-empty = Subscriptions create invoices. The first subscription will create the first one.
invoice-draft = Draft
invoice-number = Number
invoice-customer = Customer
invoice-status = State
invoice-any-status = any
invoice-any-due = any day
invoice-overdue = overdue
invoice-of-subscription = of one subscription
invoice-issued = Issued
invoice-due = Due
invoice-paid = Paid
invoice-amount = Total
invoice-period = Period
invoice-subscription = Subscription
invoice-its-subscription = Show the subscription
invoice-reason = Reason
invoice-reason-create = New subscription
invoice-reason-cycle = Renewal
invoice-reason-update = Change
invoice-reason-manual = Made by hand
invoice-replaces = Replaces
invoice-replaced-by = Replaced by
invoice-other = Show the invoice
invoice-facts = Invoice
invoice-document = Document
invoice-seller = Seller
invoice-buyer = Buyer
invoice-hash = Hash
invoice-lines = Lines
invoice-line = Description
invoice-quantity = Quantity
invoice-unit-amount = Unit price
invoice-line-amount = Amount
invoice-discount = Discount
invoice-tax = Tax
invoice-tax-added = { $name } { $percent } %
invoice-tax-included = { $name } { $percent } %, in the price
invoice-subtotal = Subtotal
invoice-line-net = Net
invoice-credited = Credited
invoice-balance-applied = From the balance
invoice-amount-paid = Paid
invoice-amount-due = Due
invoice-payments = Payments
invoice-no-payments = No payments yet.
invoice-mark-paid = Mark as paid
invoice-mark-paid-lead = For money that you received outside Billhead. This cannot be undone.
invoice-now-paid = The invoice is paid.
invoice-partly-paid = The payment was recorded. The rest is still due.
payment-amount = Amount received
payment-amount-hint = If it is less, the invoice stays open. If it is more, the rest goes to the customer's balance.
payment-method = Method
payment-method-hint = In your own words.
payment-reference = Reference
payment-reference-hint = The number that the payer or the bank gave to it.
payment-paid-at = Received on
payment-paid-at-hint = Kept with the payment. The invoice itself counts as paid from now on.
payment-by-hand = by hand
payment-cash = cash
payment-transfer = bank transfer
payment-paypal = PayPal
payment-crypto = crypto
state-invoice-draft = draft
state-invoice-open = open
state-invoice-overdue = overdue
state-invoice-paid = paid
state-invoice-void = void
state-invoice-uncollectible = written off
state-due = due { $day }
invoice-void = Void
invoice-write-off = Write off
invoice-void-warning = { $number } becomes void and keeps its number. What was paid on it goes to the customer's balance. Its subscription is not billed again for the same time.
invoice-write-off-warning = What is due on { $number } will not come: it becomes a bad debt. This cannot be undone.
invoice-now-void = The invoice is void.
invoice-now-written-off = The invoice was written off.
