
### Settings

settings-business = The business
settings-business-name = Name of the business
settings-business-name-hint = As it appears on invoices.
settings-email = E-mail address
settings-email-hint = Where customers can reach you.
settings-tax-id = Tax number
settings-currency = Currency
settings-currency-hint = For products and customers without one of their own.
settings-timezone = Time zone
settings-timezone-hint = For the dates on documents, and for customers without one of their own. For example Europe/Paris.
settings-address = Address
settings-billing = Billing
settings-lead-days = Open renewal invoices
settings-lead-days-hint = So long before the period ends.
settings-pending-days = Wait for the first payment
settings-pending-days-hint = After that, a new subscription that is still unpaid expires.
settings-number-format = Invoice numbers
settings-number-format-hint = Text with {"{"}n{"}"} or {"{"}n:06{"}"}. Add {"{"}year{"}"} to start counting anew each year. Numbers have no gaps.
settings-credit-note-format = Credit note numbers
settings-credit-note-format-hint = As invoice numbers. The text around the number must differ from theirs.
settings-grace-days = Days of grace
settings-grace-days-hint = How long access stays after the due date while nobody has paid.
settings-terminate-days = Cancel after suspension
settings-terminate-days-hint = A suspended subscription that nobody pays is cancelled after that.
settings-lapsed = A payment after suspension pays
settings-lapsed-payment = a period from the payment on
settings-lapsed-payment-hint = Nobody pays for days without access. The old invoice is replaced by one with the new dates.
settings-lapsed-due = the period that was due
settings-lapsed-due-hint = The days without access are paid too.
