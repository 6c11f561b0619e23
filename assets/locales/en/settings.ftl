
### Settings

settings-business-name = Name of the business
settings-business-name-hint = As it stands on invoices.
settings-currency = Currency
settings-timezone = Time zone
settings-timezone-hint = Of the dates on documents, and of customers that have none of their own. Such as Europe/Paris.
