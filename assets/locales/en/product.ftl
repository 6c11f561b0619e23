
### Products

product-new = New product
product-create = Create the product
product-edit = Edit
product-delete = Delete
product-sell = New subscription
product-search = Search name, description, own number
product-total = { $n ->
    [one] { $n } product
   *[other] { $n } products
}
product-empty = A product is what you sell, with a price for each currency and interval.
product-name = Name
product-name-hint = As it stands on invoices.
product-description = Description
product-state = State
product-any-state = On sale or not
product-interval = Interval
product-every = Every
product-price = Price
product-price-hint = With as many decimals as the currency has: 9.99.
product-price-change-hint = Subscriptions keep their price until their next period.
product-prices = Prices
product-which-price = Which
product-default-price = default
product-further-prices = { $n ->
    [one] and { $n } more price
   *[other] and { $n } more prices
}
product-add-price = Add a price
product-add-price-lead = In another currency, or for another interval. A price stays for good; one that is no longer sold is archived.
product-edit-price = Change the price
product-edit-price-lead = Charged { $interval }. The currency and the interval of a price stay as they are; add another price instead.
product-more = More
product-setup-fee = Set-up fee
product-setup-fee-hint = Charged once, to subscriptions in the default price's currency.
product-connections = Devices at a time
product-connections-hint = Left empty: no limit of yours.
product-trial-days = Free days
product-trial-days-hint = Through the API, subscriptions that name neither free days nor a way to pay begin with these.
product-taxable = Taxable
product-taxable-hint = Otherwise no tax is charged for it.
product-external-id-hint = The product's number in your other systems. No two products have the same.
product-active-hint = Can be sold.
product-archived-hint = Nothing new is sold; subscriptions that there are go on.
product-subscribed = Active
product-facts = Product
product-created = The product was created.
product-deleted = The product was deleted.
product-price-added = The price was added.
product-delete-warning = { $name } is deleted for good. A product that was ever sold cannot be deleted: archive it instead.
state-product-active = on sale
state-product-archived = archived
