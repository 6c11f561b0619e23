
### Tax rates

tax-new = New tax rate
tax-create = Create the tax rate
tax-edit = Edit
tax-delete = Delete
tax-deactivate = Deactivate
tax-activate = Activate
tax-help = All active rates of a customer's country apply. Where it has none, those without a country do.
tax-search = Name, country, external ID
tax-total = { $n ->
    [one] { $n } tax rate
   *[other] { $n } tax rates
}
tax-empty = A tax rate says what tax invoices bear, and for which customers. Without one they bear none.
tax-name = Name
tax-name-hint = As it appears on invoices, such as VAT.
tax-percent = Percentage
tax-percent-hint = For example 19 or 7.5.
tax-percent-words = { $percent } %
tax-kind = Kind
tax-added = added to the price
tax-added-hint = A price of 10.00 with 20 % comes to 12.00.
tax-included = included in the price
tax-included-hint = A price of 10.00 stays 10.00, and the tax in it is shown.
tax-country = Country
tax-country-hint = Two letters, such as DE. Leave empty for customers whose country has no rate of its own.
tax-other-countries = all other countries
tax-state = State
tax-any-state = any
tax-external-id-hint = The rate's ID in your other systems. No two rates can have the same one.
tax-more = More
tax-edit-lead = It stands on invoices, so its percentage, its kind and its country stay. For others, deactivate it and make another.
tax-deactivate-warning = New invoices will no longer bear { $name } { $percent } %. Those that bear it stay as they are.
tax-delete-warning = { $name } { $percent } % will be deleted for good.
tax-terms = { $percent }, { $kind }
tax-applies = { $whom } { $how }
tax-applies-to-nobody = New invoices do not bear it.
tax-applies-to-country = New invoices to customers in { $country } bear it, for all products that are taxable. Customers who pay no taxes are left out.
tax-applies-to-others = New invoices to customers whose country has no rate of its own bear it, and to those without a country, for all products that are taxable. Customers who pay no taxes are left out.
tax-applies-included = The tax is in the price already: what the customer pays does not change.
tax-applies-added = The tax is added to the price: the customer pays more than the price by it.
tax-invoices = Newest invoices with it
tax-no-invoices = It stands on no invoice yet.
tax-facts = Tax rate
tax-created = The tax rate was created.
tax-deleted = The tax rate was deleted.
tax-activated = The tax rate is active: new invoices bear it.
tax-deactivated = The tax rate is inactive: new invoices do not bear it.
tax-inactive-already = This tax rate is inactive already.
state-tax-active = active
state-tax-inactive = inactive
event-tax-rate-created = Tax rate created
event-tax-rate-updated = Tax rate changed
