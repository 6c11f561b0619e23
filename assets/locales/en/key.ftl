
### API keys

key-title = API keys
key-help = One key for each integration, so that one can be revoked without breaking the others.
key-new = Generate new key
key-new-title = New API key
key-new-lead = The key is shown once, right after this. Treat it like a password.
key-first-lead = Your account is ready. Your first request needs one more thing: an API key. It is shown once, right after this.
key-name = Name
key-name-hint = What it is for: CRM sync, Mobile app.
key-key = Key
key-state = State
key-tier = Rate limit
key-tier-standard = Standard
key-tier-professional = Professional
key-tier-enterprise = Enterprise
key-tier-rate = { $n ->
    [one] { $n } request a minute
   *[other] { $n } requests a minute
}
key-scopes = Permissions
key-scopes-full = Full access
key-scopes-full-hint = Reads and changes everything that this version knows, and sees the credentials of subscriptions.
key-scopes-read = Read only
key-scopes-read-hint = Reads everything but credentials, and changes nothing. For reports and dashboards.
key-scopes-app = Subscriber app
key-scopes-app-hint = Reads customers, products, subscriptions with their credentials, and invoices; changes nothing.
key-scopes-some = Selected permissions
key-scopes-some-hint = Those that you tick below.
api-key-none-ticked = Tick at least one
key-scopes-list = Which permissions
key-scopes-list-hint = They apply if “Selected permissions” is chosen above.
key-expires = Expires
key-expires-hint = The key stops working when this day begins. Leave empty for a key that never expires.
key-last-used = Last used
key-never-used = never
key-never-expires = never
key-created = Created
key-facts = Key
key-search = Search name, beginning of the key
key-any-state = In any state
key-total = { $n ->
    [one] { $n } key
   *[other] { $n } keys
}
key-empty = An integration (a shop, a CRM, an app) sends an API key with each request. There are no keys yet.
key-more = About keys
key-made-title = Your new key: { $name }
key-made-lead = Copy the key now and keep it like a password. It is not shown again, and nobody can look it up.
key-made-done = I have copied it
key-made-already = This form has created the key { $name } already. A key is shown only once: if it was not copied, revoke it and generate another.
key-revoke = Revoke
key-revoke-title = Revoke { $name }?
key-revoke-warning = This key was last used on { $day }. From the next second on, requests of { $name } are refused. This cannot be undone: the integration will need a new key.
key-revoke-warning-unused = This key was never used. From the next second on, requests of { $name } are refused. This cannot be undone: the integration will need a new key.
key-revoked-notice = The key was revoked.
state-key-valid = valid
state-key-expired = expired
state-key-revoked = revoked
state-on-day = { $day }
fact-id = ID
