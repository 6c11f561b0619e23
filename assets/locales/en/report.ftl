
### Reports

nav-reports = Reports
report-zone = Days are those of { $zone }. What is earned on a day is posted when it is over.
report-from = From
report-to = To
report-interval = By
report-by-day = day
report-by-week = week
report-by-month = month
report-currency = Currency
report-csv = CSV
report-days = Days
report-numbers = The numbers
report-empty = Here you will see what your business earns and what recurs, from the first sale on.
report-empty-action = Sell a subscription
report-empty-more = What reports count
report-mrr = Monthly recurring revenue
report-arr = { $amount } a year
report-revenue = Revenue
report-billed = Billed, net
report-collected = Collected
report-refunds = Refunded
report-tax = Tax
report-outstanding = Outstanding
report-overdue = Overdue
report-active = Active subscriptions
report-trialing = In trial
report-new-subscriptions = New subscriptions
report-new-customers = { $n ->
    [one] { $n } new customer
   *[other] { $n } new customers
}
report-cancellations = Ended subscriptions
report-churn = { $percent } % of those at the beginning
report-new = New
report-expansion = Expansion
report-reactivation = Reactivation
report-contraction = Contraction
report-lost = Churn
report-ageing = What is due at the end of { $day }
report-not-due = Not due yet
report-to-30 = 1–30 days
report-to-60 = 31–60 days
report-to-90 = 61–90 days
report-over-90 = Over 90 days

report-wrong-order = Must not lie before the first day
report-wrong-length = Must lie at most { $n } days before the last day

api-report-order = Must not lie before "from"
api-report-length = Must lie at most { $n } days before "to"
api-report-ahead = Must lie at most { $n } days ahead
api-date = Must be a date such as 2026-01-31
