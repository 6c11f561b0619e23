//! Clients that write down what was acknowledged to them, and whether a database agrees with them.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::books::{self, Wreck};
use crate::support::process::{Answer, Client};

/// A request that makes one row, known by a name of its own, which is its Idempotency-Key too.
#[derive(Clone, Debug)]
pub struct Wish {
    pub path: &'static str,
    pub name: String,
    pub body: Value,
}

impl Wish {
    pub fn customer(name: String) -> Self {
        let body = json!({ "email": name, "name": "Ana", "notes": "n".repeat(200) });
        Self { path: "/api/v1/customers", name, body }
    }

    fn subscription(name: String, customer: &str, product: &str) -> Self {
        let body = json!({ "customerId": customer, "productId": product, "payment": "manual", "externalId": name });
        Self { path: "/api/v1/subscriptions", name, body }
    }
}

/// What one writer knows at its end.
#[derive(Default)]
pub struct Account {
    pub acknowledged: Vec<String>,
    /// The wish that was not acknowledged.
    pub undone: Option<Wish>,
    /// The answer to it, where one came.
    pub refusal: Option<Answer>,
}

impl Account {
    /// The new row's id, or none where it was not acknowledged.
    pub fn ask(&mut self, client: &Client, wish: Wish) -> Option<String> {
        match client.post(wish.path, &wish.name, &wish.body) {
            Ok(answer) if answer.status == 201 => {
                self.acknowledged.push(wish.name);
                return Some(answer.id());
            }
            Ok(answer) => self.refusal = Some(answer),
            // Nobody knows what became of it.
            Err(_) => {}
        }
        self.undone = Some(wish);
        None
    }
}

/// Posts until something is not acknowledged: customers, and for every third of them a paid subscription.
pub fn write_until_refused(client: &Client, product: &str, who: &str, done: &AtomicUsize) -> Account {
    let mut account = Account::default();
    for n in 0.. {
        let Some(customer) = account.ask(client, Wish::customer(format!("{who}-{n}@example.com"))) else { break };
        if n % 3 == 0 && account.ask(client, Wish::subscription(format!("{who}-{n}-sub"), &customer, product)).is_none() {
            break;
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
    account
}

/// Holds what a crash left against what the writers know; which of their undone wishes were done all the same.
pub fn check_wreck(data: &Path, acknowledged: &[String], undone: &[Wish]) -> Vec<bool> {
    let wreck = Wreck::of(data);
    books::examine(&wreck.connection);
    for name in acknowledged {
        assert_eq!(books::rows_of(&wreck.connection, name), 1, "{name} was acknowledged");
    }
    let done: Vec<bool> = undone
        .iter()
        .map(|wish| match books::rows_of(&wreck.connection, &wish.name) {
            0 => false,
            1 => true,
            n => panic!("{} is there {n} times", wish.name),
        })
        .collect();
    let rows = books::count(&wreck.connection, "SELECT (SELECT COUNT(*) FROM customer) + (SELECT COUNT(*) FROM subscription)", []);
    let expected = acknowledged.len() + done.iter().filter(|d| **d).count();
    assert_eq!(usize::try_from(rows), Ok(expected), "there is something that nobody asked for");
    done
}
