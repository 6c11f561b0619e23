//! What can go wrong: a refusal for the caller, or a fault of ours or of the machine.

use crate::domain::reject::{Code, Reject};

#[derive(Debug)]
pub enum Error {
    /// The caller is told why. Nothing was changed.
    Reject(Reject),
    /// The caller is shown a request id; the cause goes to the log, once.
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// There is more to do than there is room for; nothing was begun.
    pub fn overloaded() -> Self {
        Self::Reject(Reject::new(Code::Overloaded, "The server is busy. Try again in a moment."))
    }
}

impl From<Reject> for Error {
    fn from(reject: Reject) -> Self {
        Self::Reject(reject)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Reject(reject) => f.write_str(&reject.message),
            Self::Internal(cause) => f.write_str(cause),
        }
    }
}

impl std::error::Error for Error {}
