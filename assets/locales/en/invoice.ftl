
### Invoices

invoice-search = Search number, customer, e-mail
invoice-total = { $n ->
    [one] { $n } invoice
   *[other] { $n } invoices
}
invoice-all = { $n ->
    [one] The one invoice
   *[other] All { $n } invoices
}
invoice-empty = Invoices are made by subscriptions. The first subscription makes the first one.
invoice-number = Number
invoice-customer = Customer
invoice-status = State
invoice-any-status = In any state
invoice-of-subscription = of one subscription
invoice-issued = Issued
invoice-due = Due
invoice-paid = Paid
invoice-amount = Total
invoice-period = Period
invoice-subscription = Subscription
invoice-its-subscription = its subscription
invoice-reason = Made for
invoice-reason-create = a new subscription
invoice-reason-cycle = a renewal
invoice-reason-update = a change
invoice-reason-manual = by hand
invoice-replaces = Replaces
invoice-replaced-by = Replaced by
invoice-other = another invoice
invoice-facts = Invoice
invoice-document = The document
invoice-seller = Seller
invoice-buyer = Buyer
invoice-hash = Hash
invoice-lines = Lines
invoice-line = Description
invoice-quantity = Quantity
invoice-unit-amount = Each
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
invoice-no-payments = Nothing was paid on it yet.
invoice-mark-paid = Mark as paid
invoice-mark-paid-lead = For money that reached you outside of Billhead. It cannot be taken back.
invoice-now-paid = The invoice is paid.
invoice-partly-paid = The payment is noted. The rest is still due.
payment-amount = Amount received
payment-amount-hint = Less leaves the invoice open; more goes to the customer's balance.
payment-method = Method
payment-method-hint = In your own words.
payment-reference = Reference
payment-reference-hint = The number that the payer or the bank gave it.
payment-paid-at = Received on
payment-paid-at-hint = Kept with the payment. The invoice counts as paid from now on all the same.
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
