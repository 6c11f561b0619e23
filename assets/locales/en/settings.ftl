
### Settings

settings-business = The business
settings-business-name = Name of the business
settings-business-name-hint = As it stands on invoices.
settings-email = E-mail address
settings-email-hint = Where customers reach you.
settings-tax-id = Tax number
settings-currency = Currency
settings-currency-hint = For products and customers that name none.
settings-timezone = Time zone
settings-timezone-hint = For the dates on documents, and for customers that have none of their own. Such as Europe/Paris.
settings-address = Address
settings-billing = Billing
settings-lead-days = Renewal invoices open
settings-lead-days-hint = Before the period ends.
settings-pending-days = First invoices wait
settings-pending-days-hint = For their payment.
settings-number-format = Invoice numbers
settings-number-format-hint = Text with {"{"}n{"}"} or {"{"}n:06{"}"}, and {"{"}year{"}"} where the count begins anew each year. Numbers have no gaps.
