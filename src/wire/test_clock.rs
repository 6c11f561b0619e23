//! The test clock as clients write and see it.

use crate::domain::time::Timestamp;

input! {
    /// Where to move the clock.
    TestClockMove {
        "now" now: Timestamp, "Not before where it stands.";
    }
}

output! {
    /// The test clock.
    TestClockJson as "TestClock" (now: Timestamp) {
        "now": Timestamp = now, "Billing time.";
    }
}
