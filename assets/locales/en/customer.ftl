
### Customers

customer-new = New customer
customer-create = Create the customer
customer-edit = Edit
customer-delete = Delete
customer-subscribe = New subscription
customer-search = Name, e-mail, phone, external ID
customer-total = { $n ->
    [one] { $n } customer
   *[other] { $n } customers
}
customer-empty = A customer is somebody you sell to. There are none yet.
customer-name = Name
customer-name-hint = As it appears on invoices.
customer-email = E-mail address
customer-phone = Phone
customer-status = State
customer-any-status = any
customer-balance = Balance
customer-in-store = Available
customer-move-balance = Change balance
customer-balance-moved = The balance was changed.
customer-no-balance = The balance has never been used.
customer-address = Address
customer-billing = Billing
customer-more = More
customer-as-business = same as the business
customer-currency-hint = For new subscriptions.
customer-timezone-hint = Periods begin and end by this zone's clock. For example America/New_York; leave empty to use the business's.
customer-tax-id = Tax number
customer-tax-id-hint = As it appears on invoices.
customer-tax-exempt = Pays no taxes
customer-tax-exempt-hint = From the next invoice on.
customer-locale = Language
customer-locale-hint = A language tag such as en or pt-BR.
customer-blocked-hint = Keeps what is paid for, but cannot buy anything new.
customer-password = Password for the customer's own sign-in
customer-password-hint = Stored, but never shown again. Leave empty to keep it as it is.
customer-notes = Notes
customer-notes-hint = Only you see them.
customer-tags = Tags
customer-tags-hint = Words separated by commas.
customer-external-id-hint = The customer's ID in your other systems. No two customers can have the same one.
customer-no-subscriptions = This customer has no subscription yet.
customer-no-invoices = This customer has no invoice yet.
customer-facts = Customer
customer-created = The customer was created.
customer-deleted = The customer was deleted.
customer-erased = deleted customer
customer-delete-warning = { $name } will be deleted for good. Invoices that must be kept stay, and personal data is erased everywhere else. A customer with a live subscription or an open invoice cannot be deleted.
state-customer-active = active
state-customer-blocked = blocked

### Balances

balance-lead = Invoices are paid from the customer's balance before anything else. What you add here is a gift and lowers your revenue.
balance-amount = Amount
balance-amount-hint = For example 10.00 to add, or -2.50 to take away. The balance cannot fall below zero.
balance-note = Note
balance-note-hint = The reason, for your records.
balance-what = Change
balance-when = When
balance-granted = by hand
balance-applied = paid an invoice
balance-returned = returned by a void invoice
balance-overpaid = overpaid invoice
balance-credited = Credited

### Addresses

address-line1 = Street and number
address-line2 = Flat, floor, care of
address-postal-code = Postal code
address-city = City
address-region = State or region
address-country = Country
address-country-hint = Two letters, such as DE.

### What many objects have

fact-created = Created
fact-external-id = External ID
fact-metadata = Custom fields
fact-metadata-hint = One per line, as name: value.
fact-yes = yes
fact-no = no
customer-bill = New invoice
