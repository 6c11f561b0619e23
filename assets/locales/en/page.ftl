
### What happens to forms

form-save = Save
form-problem = Nothing was changed. Please look at what is marked.
form-resumed = You are signed in again. The form is as you filled it in; nothing was changed yet, so send it once more.

### Pages that tell an error

error-not-found = Not found
error-not-found-text = There is no such page or object. It may have been deleted, or the address is not whole.
error-busy = Busy
error-refused = Not done
error-forged-text = This form is too old, or it came from another site. Nothing was changed. Go back, load the page again, and send it once more.
error-internal = Something went wrong
error-internal-text = This is a fault of the server, not yours. Nothing is known to have changed. Its log says more under the number below.
error-back = To the overview
