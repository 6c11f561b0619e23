
### Customers

customer-new = New customer
customer-create = Create the customer
customer-edit = Edit
customer-delete = Delete
customer-subscribe = New subscription
customer-search = Search name, e-mail, phone, own number
customer-total = { $n ->
    [one] { $n } customer
   *[other] { $n } customers
}
customer-empty = A customer is somebody you sell to. The first one is quickly created.
customer-name = Name
customer-name-hint = As it stands on invoices.
customer-email = E-mail address
customer-phone = Phone
customer-status = State
customer-any-status = In any state
customer-balance = Balance
customer-in-store = Available
customer-move-balance = Add or take
customer-balance-moved = The balance was changed.
customer-no-balance = Nothing was ever put in or taken out.
customer-address = Address
customer-billing = Billing
customer-more = More
customer-as-business = as the business
customer-currency-hint = For new subscriptions.
customer-timezone-hint = Periods begin and end by its clock. Such as America/New_York.
customer-tax-id = Tax number
customer-tax-id-hint = As it stands on invoices.
customer-tax-exempt = Pays no taxes
customer-tax-exempt-hint = From the next invoice on.
customer-locale = Language
customer-locale-hint = A language tag such as en or pt-BR.
customer-blocked-hint = Keeps what is paid and buys nothing new.
customer-password = Password for the customer's own sign-in
customer-password-hint = Taken in, never shown. Left empty, it stays as it is.
customer-notes = Notes
customer-notes-hint = For you only.
customer-tags = Tags
customer-tags-hint = Words separated by commas.
customer-external-id-hint = The customer's number in your other systems. No two customers have the same.
customer-no-subscriptions = This customer has no subscription yet.
customer-no-invoices = This customer has no invoice yet.
customer-facts = Customer
customer-created = The customer was created.
customer-deleted = The customer was deleted.
customer-erased = deleted customer
customer-delete-warning = { $name } is deleted for good. Where invoices must be kept, they stay, and the personal data is erased everywhere else. With a live subscription or an open invoice this is refused.
state-customer-active = active
state-customer-blocked = blocked

### Balances

balance-lead = A customer's balance pays invoices before anything else does. What you add is goodwill and lowers revenue.
balance-amount = Amount
balance-amount-hint = Such as 10.00 to add, -2.50 to take. It cannot fall below zero.
balance-note = Note
balance-note-hint = Why, for you and for later.
balance-what = What
balance-when = When
balance-granted = by hand
balance-applied = paid an invoice
balance-returned = returned by a void invoice
balance-overpaid = paid beyond an invoice

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
fact-external-id = Own number
fact-metadata = Own fields
fact-metadata-hint = A line each: name: value.
fact-yes = yes
fact-no = no
