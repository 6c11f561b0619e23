//! What the forms of the admin's own account hold. Nothing of it is in the API.

use crate::domain::money::Currency;
use crate::domain::text::{Email, Name, Password};
use crate::domain::time::Zone;

input! {
    /// The business as it is set up.
    SetUpBusiness {
        "name" name: Name, "As it stands on documents.";
        "currency" currency: Currency, "";
        "timezone" timezone: Zone, "";
    }
}

input! {
    /// The first account and its business.
    SetUp {
        "email" email: Email, "";
        "password" password: Password, "";
        "business" business: SetUpBusiness, "";
    }
}

input! {
    /// Another password for an account.
    PasswordChange {
        "current" current: Password, "The password so far.";
        "password" password: Password, "The new one.";
    }
}
