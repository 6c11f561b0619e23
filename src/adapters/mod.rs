//! The outside world: whatever Billhead talks to.
//!
//! An adapter is given all that it needs and says what it heard. Deliberately absent: the database, and decisions about what
//! an answer means for anybody.

pub mod payment;
