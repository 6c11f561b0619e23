
### The first run

set-up-title = Set up Billhead
set-up-lead = This creates your account and tells Billhead who you are. It takes a minute, and you can change all of it later.
set-up-account = Your account
set-up-email = E-mail address
set-up-password = Password
set-up-password-hint = At least { $least } characters. A whole sentence works well.
set-up-business = Your business
set-up-currency-hint = For products without one of their own. A product can have prices in several currencies.
set-up-submit = Create the account
set-up-done = The account exists already, so this link is no longer needed.
set-up-expired = This link no longer works: it is older than 30 minutes, or the server has been restarted since. Restart the server, and it prints a new one.

### Signing in

sign-in-title = Sign in
sign-in-email = E-mail address
sign-in-password = Password
sign-in-submit = Sign in
sign-in-stale = This page was open for too long, or somebody signed out meanwhile. Please sign in once more.
sign-in-wrong = The e-mail address or the password is wrong. Check both and try again.
sign-in-too-many = { $seconds ->
    [one] Too many attempts. Try again in { $seconds } second.
   *[other] Too many attempts. Try again in { $seconds } seconds.
}
sign-in-bye = You are signed out.
sign-in-no-account = There is no account yet. Open the link that the server printed when it started, or create the account with: billhead admin create
sign-in-undone = Your session had ended, so nothing was done. Sign in, and try again.
sign-in-carrying = Your session had ended, so nothing was changed yet. Sign in, and the form comes back as you filled it in.

### The account

account-title = Your account
account-facts = Account
account-email = E-mail address
account-language = Language
account-language-browser = Same as the browser
account-language-en = English
account-language-ar = العربية
account-language-title = Change the language
account-language-changed = The language was changed.
account-password-title = Change the password
account-password-lead = All other browsers signed in with this account will be signed out.
account-password-current = Current password
account-password-new = New password
account-password-changed = The password was changed. Other browsers are signed out.
account-sessions = Signed-in browsers
account-no-sessions = No browser is signed in.
account-sign-out-everywhere = Sign out everywhere
account-browser = Browser
account-last-seen = Last seen
account-address = IP address
account-since = Signed in
account-this-session = this browser
account-end-session = Sign out
account-session-ended = That browser is signed out.
