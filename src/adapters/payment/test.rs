//! The gateway of a test clock. What a method does is its name ([`Behavior`]), and what it did before is in the question, so
//! this gateway keeps nothing: the same question has the same answer, also after a restart.

use std::future::ready;

use crate::adapters::payment::{Answer, Capabilities, Charge, Gateway, Refund, Saying};
use crate::domain::id::TypedId;
use crate::domain::payment::Report;
use crate::domain::payment_method::Behavior;

/// Why the test gateway declines.
pub const DECLINED: &str = "card_declined";
/// A name that none of its methods has.
const UNKNOWN_METHOD: &str = "unknown_method";

pub struct TestGateway;

/// The transaction of a charge, the first or the second.
fn transaction(charge: &Charge, n: u32) -> String {
    format!("test_{}_{n}", charge.key.uuid().simple())
}

/// What becomes of a charge, once the gateway says it.
fn outcome(charge: &Charge) -> Vec<Report> {
    let succeeded = |n| Report::Succeeded { transaction: transaction(charge, n) };
    let failed = |transaction, code: &str| Report::Failed { transaction, code: code.to_owned() };
    match Behavior::parse(&charge.method) {
        Ok(Behavior::Succeed | Behavior::Timeout) => vec![succeeded(1)],
        Ok(Behavior::Decline) => vec![failed(None, DECLINED)],
        Ok(Behavior::DeclineTimes(n)) if charge.declined_before < n => vec![failed(None, DECLINED)],
        Ok(Behavior::DeclineTimes(_)) => vec![succeeded(1)],
        Ok(Behavior::LateFailure) => vec![succeeded(1), failed(Some(transaction(charge, 1)), "reversed")],
        Ok(Behavior::Double) => vec![succeeded(1), succeeded(2)],
        Err(_) => vec![failed(None, UNKNOWN_METHOD)],
    }
}

impl Gateway for TestGateway {
    fn capabilities(&self) -> Capabilities {
        Capabilities { charge: true, ask: true, refund: true }
    }

    fn charge<'g>(&'g self, charge: &'g Charge) -> Saying<'g> {
        let is_silent = Behavior::parse(&charge.method) == Ok(Behavior::Timeout);
        Box::pin(ready(if is_silent { Answer::Unknown } else { Answer::Reports(outcome(charge)) }))
    }

    fn ask<'g>(&'g self, charge: &'g Charge) -> Saying<'g> {
        Box::pin(ready(Answer::Reports(outcome(charge))))
    }

    fn refund<'g>(&'g self, refund: &'g Refund) -> Saying<'g> {
        let transaction = format!("{}_back_{}", refund.transaction, refund.key);
        Box::pin(ready(Answer::Reports(vec![Report::Succeeded { transaction }])))
    }
}
