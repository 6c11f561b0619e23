
### Overview

overview-step-business = Say who you are: name, currency, time zone
overview-step-key = Generate the first API key
overview-step-product = Create the first product
overview-step-customer = Create the first customer
overview-step-subscription = Sell the first subscription
overview-active = Active subscriptions
overview-pending = Awaiting payment
overview-open = Open invoices
overview-customers = Customers
overview-ending = Next to renew or end
overview-none-ending = No subscription is about to renew or end.
overview-invoices = Newest invoices
overview-all-invoices = All invoices
overview-past-due = Past due
overview-suspended = Suspended
overview-proved = Books proved on { $day }
overview-proved-well = { $rows ->
    [one] { $rows } row read, nothing wrong
   *[other] { $rows } rows read, nothing wrong
}
overview-proved-wrong = { $n ->
    [one] { $n } thing is wrong: run billhead verify and see what
   *[other] { $n } things are wrong: run billhead verify and see what
}
overview-billing = The billing run is at work
overview-billing-done = { $done } of { $of } subscriptions
overview-never-proved = The books were never proved yet
overview-prove = run billhead verify
