
### Credit notes and refunds

credit-notes = Credit notes
credit-search = Number, or that of the invoice
credit-count = { $n ->
    [one] { $n } credit note
   *[other] { $n } credit notes
}
credit-all-notes = { $n ->
    [one] The only credit note
   *[other] All { $n } credit notes
}
credit-of-one-invoice = of one invoice
credit-empty = A credit note takes back some of an invoice, or all of it. It is made on the invoice's page.
credit-empty-action = To the invoices
credit-none = Nothing of it was credited.
credit-make = Credit
credit-refund = Refund
credit-where = Where it went
credit-to-due = Off what was due
credit-to-balance = To the balance
credit-to-refund = Refunded
credit-part = { $place }: { $amount }
credit-lead = A credit note takes back some of this invoice, or all of it. It lowers what is due first. This cannot be undone; access stays as it is.
credit-what = What is credited
credit-all = All that is left
credit-all-hint = { $amount }, tax included.
credit-lines = Amounts of lines
credit-lines-hint = As you write them below.
credit-amounts = Amounts
credit-line-hint = Net; its share of tax is added. { $amount } is left.
credit-rest = What is more than is due goes
credit-balance = to the customer's balance
credit-balance-hint = It pays later invoices.
credit-back = back to where it was paid from
credit-back-hint = What was paid from the balance goes back there. Hand over yourself what you received by hand.
credit-nowhere = nowhere
credit-nowhere-hint = More than is due is refused.
credit-reason-hint = As it stands on the credit note.
credit-refund-amount = Amount
credit-refund-amount-hint = Tax included. At most { $amount }.
credit-refund-lead = A credit note takes back so much of this invoice, and the newest payments are refunded by it. Hand over yourself what you received by hand. This cannot be undone.
credit-total = Credited
credit-of-invoice = Invoice
credit-facts = Credit note
credit-made = The credit note was issued.
state-payment-refunded-part = { $amount } refunded
event-credit-note-created = Credit note issued
event-payment-refunded = Payment refunded
event-payment-refund-failed = The gateway did not give the refund back; it is in the customer’s balance

api-credit-all-with-amounts = Choose amounts of lines, or leave the amounts empty
api-credit-no-amounts = Write an amount for at least one line, or choose all that is left
api-nothing-to-refund = Nothing that was paid for this invoice is left to refund.
