
### The first run

set-up-title = Set up Billhead
set-up-lead = This creates your account and tells Billhead who you are. It takes a minute, and all of it can be changed later.
set-up-account = Your account
set-up-email = E-mail address
set-up-password = Password
set-up-password-hint = At least { $least } characters. A sentence is a good one.
set-up-business = Your business
set-up-currency-hint = For products that name none. A product can have a price in every currency that you sell in.
set-up-submit = Create the account
set-up-done = There is an account already, so this link has done its work.
set-up-expired = This link no longer works: it is older than 30 minutes, or the server was started again since. Start the server again, and it prints a new one.

### Signing in

sign-in-title = Sign in
sign-in-email = E-mail address
sign-in-password = Password
sign-in-submit = Sign in
sign-in-stale = This page was open for too long, or somebody signed out meanwhile. Please sign in once more.
sign-in-wrong = This e-mail address and this password do not belong together. Check both and try again.
sign-in-too-many = { $seconds ->
    [one] Too many tries. The next is possible in { $seconds } second.
   *[other] Too many tries. The next is possible in { $seconds } seconds.
}
sign-in-bye = You are signed out.
sign-in-no-account = There is no account yet. Open the link that the server printed when it started, or create the account with: billhead admin create
sign-in-carrying = You were signed out meanwhile, and nothing was changed yet. Sign in, and the form is here again as you filled it in.

### The account

account-title = Your account
account-facts = Account
account-email = E-mail address
account-language = Language
account-language-browser = As the browser asks for
account-language-en = English
account-language-ar = العربية
account-language-title = Language of the pages
account-language-changed = The pages speak this language from now on.
account-password-title = Change the password
account-password-lead = Every other browser that is signed in with this account is signed out.
account-password-current = Current password
account-password-new = New password
account-password-changed = The password was changed. Other browsers are signed out.
account-sessions = Signed-in browsers
account-no-sessions = No browser is signed in.
account-sign-out-everywhere = Sign out everywhere
account-browser = Browser
account-last-seen = Last seen
account-address = Address
account-since = Signed in
account-this-session = this browser
account-end-session = Sign out
account-session-ended = That browser is signed out.
