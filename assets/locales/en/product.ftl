
### Products

product-new = New product
product-create = Create the product
product-edit = Edit
product-delete = Delete
product-sell = New subscription
product-search = Name, description, external ID
product-total = { $n ->
    [one] { $n } product
   *[other] { $n } products
}
product-empty = A product is what you sell, with a price for each currency and interval.
product-name = Name
product-name-hint = As it appears on invoices.
product-description = Description
product-state = State
product-any-state = any
product-interval = Interval
product-every = Every
product-price = Price
product-price-hint = For example 9.99.
product-price-change-hint = Existing subscriptions keep their price until their next period.
product-prices = Prices
product-which-price = Default
product-default-price = default
product-further-prices = { $n ->
    [one] and { $n } more price
   *[other] and { $n } more prices
}
product-add-price = Add a price
product-add-price-lead = In another currency, or for another interval. A price cannot be deleted; archive one that you no longer sell.
product-edit-price = Change the price
product-edit-price-lead = Charged { $interval }. The currency and the interval of a price cannot be changed; add another price instead.
product-more = More
product-setup-fee = Set-up fee
product-setup-fee-hint = Charged once, to subscriptions in the default price's currency.
product-connections = Devices at the same time
product-connections-hint = Leave empty for no limit.
product-trial-days = Trial days
product-trial-days-hint = Subscriptions that name neither trial days nor a way to pay begin with these.
product-taxable = Taxable
product-taxable-hint = If not, no tax is charged for it.
product-external-id-hint = The product's ID in your other systems. No two products can have the same one.
product-active-hint = Can be sold.
product-archived-hint = Cannot be sold any more. Existing subscriptions continue.
product-subscribed = Active subscriptions
product-facts = Product
product-created = The product was created.
product-sold = This product was sold, so it cannot be deleted. Edit it, and choose “archived” instead.
product-deleted = The product was deleted.
product-price-added = The price was added.
product-delete-warning = { $name } will be deleted for good. A product that was ever sold cannot be deleted; archive it instead.
state-product-active = on sale
state-product-archived = archived
