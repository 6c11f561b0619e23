//! Stored payment methods: what a gateway can charge again (rules, section 6).

use crate::domain::id::{CustomerId, PaymentMethodId};
use crate::domain::payment::Provider;
use crate::domain::text::Encoded;
use crate::domain::time::Timestamp;

/// A customer's stored method.
#[derive(Clone, Debug)]
pub struct PaymentMethod {
    pub row: i64,
    pub id: PaymentMethodId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub customer_row: i64,
    pub customer_id: CustomerId,
    pub provider: Provider,
    /// What the gateway knows it by.
    pub detail: String,
    /// It is charged where nothing else was chosen.
    pub is_default: bool,
    pub metadata: Encoded<'static>,
}

/// A method as a subscription names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PaymentMethodRef {
    pub row: i64,
    pub id: PaymentMethodId,
}

/// How a method of the test gateway behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Behavior {
    Succeed,
    Decline,
    /// Declines so often, then succeeds.
    DeclineTimes(u32),
    /// Has no outcome until it is asked for it, and then success.
    Timeout,
    /// Succeeds, and reports a failure afterwards.
    LateFailure,
    /// Charges twice.
    Double,
}

impl Behavior {
    /// Declines more often than this are `decline`.
    pub const MAX_DECLINES: u32 = 99;

    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("Must be succeed, decline, decline:1 to decline:{}, timeout, late-failure or double", Self::MAX_DECLINES);
        Ok(match text.trim() {
            "succeed" => Self::Succeed,
            "decline" => Self::Decline,
            "timeout" => Self::Timeout,
            "late-failure" => Self::LateFailure,
            "double" => Self::Double,
            other => {
                let digits = other.strip_prefix("decline:").filter(|d| d.bytes().all(|b| b.is_ascii_digit())).ok_or_else(wrong)?;
                let times = digits.parse().ok().filter(|n| (1..=Self::MAX_DECLINES).contains(n));
                Self::DeclineTimes(times.ok_or_else(wrong)?)
            }
        })
    }

    pub fn text(self) -> String {
        match self {
            Self::Succeed => "succeed".into(),
            Self::Decline => "decline".into(),
            Self::DeclineTimes(n) => format!("decline:{n}"),
            Self::Timeout => "timeout".into(),
            Self::LateFailure => "late-failure".into(),
            Self::Double => "double".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_behavior_reads_back_and_others_are_refused() {
        for text in ["succeed", "decline", "decline:1", "decline:99", "timeout", "late-failure", "double"] {
            assert_eq!(Behavior::parse(text).map(Behavior::text), Ok(text.into()));
        }
        for wrong in ["", "Succeed", "decline:", "decline:0", "decline:100", "decline:-1", "decline:+1", "decline:1.5", "x"] {
            assert!(Behavior::parse(wrong).is_err(), "{wrong}");
        }
    }
}
