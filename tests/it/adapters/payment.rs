//! The contract of payment gateways. Whatever a gateway is like inside, Billhead counts on this: a key is charged once, what
//! is said of it later is what was said of it first, and a method that declines says why.

use std::collections::BTreeSet;

use billhead::adapters::payment::test::TestGateway;
use billhead::adapters::payment::{Answer, Charge, Gateway, Refund};
use billhead::domain::id::{PaymentId, TypedId};
use billhead::domain::money::{Currency, Money};
use billhead::domain::payment::Report;
use uuid::Uuid;

/// What the contract needs of a gateway: names of methods that behave so. A gateway whose sandbox has none leaves it out.
struct Methods {
    good: &'static str,
    declined: &'static str,
    /// It does not say at once what became of a charge.
    silent: Option<&'static str>,
    /// Nothing that the gateway knows.
    unknown: &'static str,
}

fn wait(answer: billhead::adapters::payment::Saying<'_>) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    runtime.block_on(answer)
}

fn charge(n: u128, method: &str) -> Charge {
    let usd = Currency::parse("USD").unwrap_or_else(|e| panic!("{e}"));
    Charge { key: PaymentId::from_uuid(Uuid::from_u128(n)), amount: Money::new(999, usd), method: method.to_owned(), declined_before: 0 }
}

fn reports(answer: Answer) -> Vec<Report> {
    match answer {
        Answer::Reports(reports) if !reports.is_empty() => reports,
        other => panic!("{other:?}"),
    }
}

fn transactions(reports: &[Report]) -> Vec<String> {
    reports.iter().filter_map(|r| if let Report::Succeeded { transaction } = r { Some(transaction.clone()) } else { None }).collect()
}

fn holds_the_contract(gateway: &dyn Gateway, methods: &Methods) {
    let can = gateway.capabilities();
    assert!(can.charge, "a gateway that cannot charge a stored method is of no use here");
    // A key is charged once, and the same is said of it each time.
    let first = reports(wait(gateway.charge(&charge(1, methods.good))));
    assert_eq!(transactions(&first).len(), 1, "{first:?}");
    assert_eq!(reports(wait(gateway.charge(&charge(1, methods.good)))), first);
    if can.ask {
        assert_eq!(reports(wait(gateway.ask(&charge(1, methods.good)))), first);
    } else {
        assert_eq!(wait(gateway.ask(&charge(1, methods.good))), Answer::Unable);
    }
    // Another key is another transaction.
    let keys: BTreeSet<String> =
        (2..12).flat_map(|n| transactions(&reports(wait(gateway.charge(&charge(n, methods.good)))))).chain(transactions(&first)).collect();
    assert_eq!(keys.len(), 11);
    // What is declined took nothing, and says why.
    for (n, method) in [(20, methods.declined), (21, methods.unknown)] {
        let declined = reports(wait(gateway.charge(&charge(n, method))));
        assert!(declined.iter().all(|r| matches!(r, Report::Failed { code, .. } if !code.is_empty())), "{declined:?}");
    }
    // Silence is no answer, and asking gets one.
    if let (Some(silent), true) = (methods.silent, can.ask) {
        let charge = charge(30, silent);
        assert_eq!(wait(gateway.charge(&charge)), Answer::Unknown);
        let said = reports(wait(gateway.ask(&charge)));
        assert_eq!(reports(wait(gateway.ask(&charge))), said);
    }
    // What is given back is so once for each key.
    let refund = Refund { key: "r1".into(), transaction: transactions(&first)[0].clone(), amount: charge(1, methods.good).amount };
    if can.refund {
        let given = reports(wait(gateway.refund(&refund)));
        assert_eq!(transactions(&given).len(), 1, "{given:?}");
        assert_eq!(reports(wait(gateway.refund(&refund))), given);
        assert_ne!(reports(wait(gateway.refund(&Refund { key: "r2".into(), ..refund }))), given);
    } else {
        assert_eq!(wait(gateway.refund(&refund)), Answer::Unable);
    }
}

#[test]
fn the_test_gateway_holds_the_contract() {
    holds_the_contract(&TestGateway, &Methods { good: "succeed", declined: "decline", silent: Some("timeout"), unknown: "no such method" });
}

#[test]
fn the_test_gateway_does_what_a_method_says() {
    let said = |behavior: &str, declined_before| reports(wait(TestGateway.charge(&Charge { declined_before, ..charge(7, behavior) })));
    assert_eq!(transactions(&said("decline:2", 1)).len(), 0);
    assert_eq!(transactions(&said("decline:2", 2)).len(), 1);
    assert_eq!(transactions(&said("decline", 99)).len(), 0);
    let twice = transactions(&said("double", 0));
    assert!(twice.len() == 2 && twice[0] != twice[1], "{twice:?}");
    let late = said("late-failure", 0);
    assert!(matches!(&late[..], [Report::Succeeded { transaction }, Report::Failed { transaction: Some(same), .. }] if transaction == same), "{late:?}");
}
