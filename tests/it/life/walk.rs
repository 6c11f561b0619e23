//! Random walks through what can be done, from fixed seeds: whatever comes after whatever, the invariants hold after every
//! few steps. And the same by several at once.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{at_once, id, ids, string};
use crate::support::dice::Dice;

struct Walk {
    app: TestApp,
    dice: Dice,
    customers: Vec<String>,
    products: Vec<String>,
    subscriptions: Vec<String>,
    steps: Vec<String>,
    /// Whether what is sold has starts, anchor days and terms of its own.
    with_terms: bool,
}

impl Walk {
    fn new(seed: u64) -> Self {
        let app = TestApp::on_test_clock(crate::support::BEGIN);
        for (name, percent, inclusive, country) in
            [("VAT", "19", true, json!("DE")), ("GST", "5", false, json!("CA")), ("QST", "9.975", false, json!("CA")), ("World", "7.7", false, json!(null))]
        {
            let body = json!({ "name": name, "percent": percent, "inclusive": inclusive, "country": country });
            app.full.post("/api/v1/tax-rates", &body).created();
        }
        for body in [
            json!({ "code": "A", "percentOff": "33.3333", "duration": "repeating", "durationPeriods": 4 }),
            json!({ "code": "B", "amountOff": "5.00", "currency": "USD", "maxRedemptions": 9 }),
            json!({ "code": "C", "percentOff": "100", "maxRedemptions": 3 }),
            json!({ "code": "D", "amountOff": "0.07", "currency": "USD", "duration": "forever" }),
        ] {
            app.full.post("/api/v1/coupons", &body).created();
        }
        let customers = [
            (json!(null), json!(null), false),
            (json!("Europe/Berlin"), json!("DE"), false),
            (json!("Pacific/Apia"), json!("CA"), false),
            (json!(null), json!("DE"), true),
        ]
        .into_iter()
        .enumerate()
        .map(|(n, (zone, country, exempt))| {
            let body = json!({ "email": format!("c{n}@example.com"), "billingTimezone": zone, "address": { "country": country }, "taxExempt": exempt });
            id(&app.full.post("/api/v1/customers", &body).created())
        })
        .collect();
        let products = [("9.99", "month"), ("0", "month"), ("0.35", "day"), ("3.00", "week"), ("99.00", "year")]
            .map(|(price, interval)| app.full.new_product_at(price, "USD", interval));
        Self { app, dice: Dice::new(seed), customers, products: products.into(), subscriptions: Vec::new(), steps: Vec::new(), with_terms: false }
    }

    fn step(&mut self) {
        let (status, what) = match self.dice.roll(12) {
            0 | 1 => self.buy(),
            2 if self.dice.roll(4) == 0 => {
                let (customer, zone) = (self.dice.pick(&self.customers).clone(), *self.dice.pick(&["Asia/Tokyo", "America/New_York", "UTC", "Pacific/Apia"]));
                let answer = self.app.full.patch(&format!("/api/v1/customers/{customer}"), &json!({ "billingTimezone": zone }));
                (answer.status, format!("{customer} moves to {zone}"))
            }
            2 => {
                let (customer, amount) = (self.dice.pick(&self.customers).clone(), *self.dice.pick(&["0.01", "5.00", "30.00", "-3.00"]));
                let answer = self.app.full.post(&format!("/api/v1/customers/{customer}/balance"), &json!({ "amount": amount, "currency": "USD" }));
                (answer.status, format!("grant {amount}"))
            }
            3 => {
                let hours = u64::try_from(self.dice.roll(40 * 24)).unwrap_or_else(|e| panic!("{e}"));
                let to = self.app.app.clock.billing().plus_ms(i64::try_from(hours).unwrap_or_else(|e| panic!("{e}")) * 3_600_000);
                self.app.live_to(&to.to_string());
                (200, format!("wait {hours} h"))
            }
            4 | 5 => self.pay(),
            _ => self.act(),
        };
        // A coupon that is used up is 422.
        assert!([200, 201, 409, 422].contains(&status), "{what} was {status} after\n{}", self.steps.join("\n"));
        self.steps.push(format!("{what}: {status}"));
    }

    /// A step with cards: one is stored or taken away, something is charged, or renewals are from now on, or no longer.
    fn charge(&mut self) {
        let customer = self.dice.pick(&self.customers).clone();
        let methods = format!("/api/v1/customers/{customer}/payment-methods");
        let subscription = if self.subscriptions.is_empty() { None } else { Some(self.dice.pick(&self.subscriptions).clone()) };
        let (status, what) = match (self.dice.roll(9), subscription) {
            (0, _) => {
                let behavior = *self.dice.pick(&["succeed", "decline", "decline:2", "timeout", "late-failure", "double"]);
                (self.app.full.post(&methods, &json!({ "type": "test", "behavior": behavior })).status, format!("store {customer} {behavior}"))
            }
            (1, _) => {
                let stored = ids(&self.app.full.get(&methods).ok());
                let taken = stored.first().map_or(200, |method| self.app.full.send("DELETE", &format!("{methods}/{method}"), &[], None).status);
                (taken, format!("remove {customer} {stored:?}"))
            }
            (2 | 3, _) | (_, None) => {
                let product = self.dice.pick(&self.products).clone();
                let payment = if self.dice.roll(2) == 0 { json!({ "payment": "automatic" }) } else { json!({ "trialDays": 1 + self.dice.roll(9) }) };
                let mut body = payment;
                body["collection"] = json!(*self.dice.pick(&["automatic", "automatic", "invoice"]));
                let answer = self.app.full.try_subscribe(&customer, &product, body.clone());
                if answer.status == 201 {
                    self.subscriptions.push(id(&answer.created()));
                }
                (answer.status, format!("buy {product} {body}"))
            }
            (4, Some(subscription)) => {
                let body = json!({ "periods": 1 + self.dice.roll(2), "payment": "automatic" });
                (self.app.full.act(&subscription, "renew", body.clone()).status, format!("renew {subscription} {body}"))
            }
            (5 | 6, Some(subscription)) => {
                let body = json!({ "collection": *self.dice.pick(&["automatic", "automatic", "invoice"]) });
                (self.app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &body).status, format!("patch {subscription} {body}"))
            }
            _ => {
                let to = self.app.app.clock.billing().plus_ms(i64::try_from(self.dice.roll(12 * 24)).unwrap_or_else(|e| panic!("{e}")) * 3_600_000);
                self.app.live_to(&to.to_string());
                (200, format!("wait until {to}"))
            }
        };
        assert!([200, 201, 402, 409, 422].contains(&status), "{what} was {status} after\n{}", self.steps.join("\n"));
        self.steps.push(format!("{what}: {status}"));
    }

    fn buy(&mut self) -> (u16, String) {
        let (customer, product) = (self.dice.pick(&self.customers).clone(), self.dice.pick(&self.products).clone());
        let mut body = json!({ "payment": *self.dice.pick(&["invoice", "manual", "credit", "none"]), "quantity": 1 + self.dice.roll(3), "autoRenew": self.dice.roll(4) > 0 });
        if self.dice.roll(4) == 0 {
            body = json!({ "trialDays": 1 + self.dice.roll(20) });
        } else if body["payment"] == "none" {
            body["startAt"] = json!(*self.dice.pick(&["2026-01-31", "2025-10-31", "2024-02-29", "2026-01-04T10:00:00Z"]));
        }
        if self.with_terms {
            self.say_when(&mut body);
        }
        if self.dice.roll(2) == 0 {
            body["couponCode"] = json!(*self.dice.pick(&["A", "B", "C", "D"]));
        }
        let answer = self.app.full.try_subscribe(&customer, &product, body.clone());
        if answer.status == 201 {
            self.subscriptions.push(id(&answer.created()));
        }
        (answer.status, format!("buy {product} {body}"))
    }

    /// A start that is to come, a day on which periods turn, or a fixed term; what does not fit together is refused.
    fn say_when(&mut self, body: &mut Value) {
        let now = self.app.app.clock.billing();
        let mut later = |days: usize| {
            let hours = i64::try_from(self.dice.roll(days * 24)).unwrap_or_else(|e| panic!("{e}"));
            now.plus_ms(hours * 3_600_000 + 1).to_string()
        };
        let (start, end) = (later(12), later(100));
        match self.dice.roll(6) {
            0 => body["startAt"] = json!(start),
            1 => body["anchorDay"] = json!(1 + self.dice.roll(31)),
            2 => body["endsAt"] = json!(end),
            3 => {
                body["anchorDay"] = json!(1 + self.dice.roll(31));
                body["endsAt"] = json!(end);
            }
            _ => {}
        }
    }

    fn pay(&mut self) -> (u16, String) {
        let open = ids(&self.app.full.get("/api/v1/invoices?status=open&limit=100").ok());
        if open.is_empty() {
            return (200, "nothing is open".into());
        }
        let invoice = self.dice.pick(&open).clone();
        let body = self.dice.pick(&[json!({}), json!({ "amount": "0.20" }), json!({ "amount": "50.00" })]).clone();
        (self.app.full.mark_paid(&json!(invoice), body.clone()).status, format!("pay {invoice} {body}"))
    }

    fn act(&mut self) -> (u16, String) {
        if self.subscriptions.is_empty() {
            return (200, "there is none yet".into());
        }
        let subscription = self.dice.pick(&self.subscriptions).clone();
        let periods = 1 + self.dice.roll(3);
        let (action, body) = match self.dice.roll(13) {
            10 => ("pause", json!({})),
            11 | 12 => ("resume", json!({})),
            0 | 1 => ("renew", json!({ "periods": periods })),
            2 => ("renew", json!({ "periods": periods, "payment": "invoice" })),
            3 => ("renew", json!({ "periods": periods, "payment": "credit" })),
            4 | 5 => ("extend", json!({ "days": 1 + self.dice.roll(20) })),
            6 => ("cancel", json!({ "atPeriodEnd": true })),
            7 => ("uncancel", json!({})),
            8 => {
                let code = *self.dice.pick(&[None, Some("A"), Some("B"), Some("D")]);
                let body = if self.dice.roll(2) == 0 { json!({ "autoRenew": self.dice.roll(2) == 0 }) } else { json!({ "couponCode": code }) };
                return (self.app.full.patch(&format!("/api/v1/subscriptions/{subscription}"), &body).status, format!("patch {subscription} {body}"));
            }
            _ if self.dice.roll(3) == 0 => ("cancel", json!({})),
            _ => ("extend", json!({ "days": 1 })),
        };
        (self.app.full.act(&subscription, action, body.clone()).status, format!("{action} {subscription} {body}"))
    }
}

impl Walk {
    /// A step with documents that take back and charge anew: a change, a cancellation that gives back, a credit note, a refund, an
    /// invoice that is given up. What a preview shows before it is what then happens, also where that is a refusal.
    fn correct(&mut self) {
        if self.subscriptions.is_empty() {
            return self.step();
        }
        let subscription = self.dice.pick(&self.subscriptions).clone();
        let path = format!("/api/v1/subscriptions/{subscription}");
        let (status, what) = match self.dice.roll(12) {
            0..=5 => {
                let mut body = json!({ "proration": *self.dice.pick(&["immediate", "immediate", "immediate", "at_period_end", "none"]) });
                if self.dice.roll(3) > 0 {
                    body["productId"] = json!(self.dice.pick(&self.products));
                }
                if self.dice.roll(2) == 0 || body.get("productId").is_none() {
                    body["quantity"] = json!(1 + self.dice.roll(3));
                }
                let preview = self.preview(&subscription, "change", &body);
                let answer = self.app.full.patch(&path, &body);
                self.as_previewed(&subscription, &preview, answer.status, &body);
                (answer.status, format!("change {subscription} {body}"))
            }
            6 => {
                let body = json!({ "unusedTime": *self.dice.pick(&["forfeit", "credit", "refund"]) });
                let preview = self.preview(&subscription, "cancel", &body);
                let answer = self.app.full.act(&subscription, "cancel", body.clone());
                self.as_previewed(&subscription, &preview, answer.status, &body);
                (answer.status, format!("cancel {subscription} {body}"))
            }
            7 => {
                let body = json!({ "periods": 1 + self.dice.roll(2), "payment": *self.dice.pick(&["manual", "invoice", "credit"]) });
                let preview = self.preview(&subscription, "renew", &body);
                let answer = self.app.full.act(&subscription, "renew", body.clone());
                self.as_previewed(&subscription, &preview, answer.status, &body);
                (answer.status, format!("renew {subscription} {body}"))
            }
            what => {
                let invoices = self.app.full.get("/api/v1/invoices?limit=100&order=desc").ok();
                let all = invoices["data"].as_array().expect("a list").clone();
                if all.is_empty() {
                    return self.step();
                }
                let invoice = self.dice.pick(&all).clone();
                let line = &invoice["lines"][0];
                let (action, body) = match what {
                    8 => ("credit-notes", json!({ "to": *self.dice.pick(&["balance", "refund", "none"]) })),
                    9 => {
                        let amount = if string(&line["amount"]) == "0.00" { "0.01".to_owned() } else { string(&line["amount"]) };
                        let amount = if self.dice.roll(2) == 0 { "0.13".to_owned() } else { amount };
                        ("credit-notes", json!({ "lines": [{ "lineId": line["id"], "amount": amount }], "to": *self.dice.pick(&["balance", "refund"]) }))
                    }
                    10 => ("refunds", json!({ "amount": *self.dice.pick(&["0.05", "1.00", "7.77"]) })),
                    _ => (*self.dice.pick(&["void", "write-off"]), json!({})),
                };
                let number = string(&invoice["id"]);
                let answer = self.app.full.post(&format!("/api/v1/invoices/{number}/{action}"), &body);
                (answer.status, format!("{action} {number} {body}"))
            }
        };
        assert!([200, 201, 409, 422].contains(&status), "{what} was {status} after\n{}", self.steps.join("\n"));
        self.steps.push(format!("{what}: {status}"));
    }

    /// A step with drafts: one is made, changed, thrown away or finalised.
    fn draft(&mut self) {
        let line = |dice: &mut Dice| {
            let amount = *dice.pick(&["0", "0.01", "3.33", "12.50", "99.99"]);
            json!({ "description": "Something", "quantity": 1 + dice.roll(4), "unitAmount": amount, "taxable": dice.roll(4) > 0 })
        };
        let mut lines: Vec<Value> = Vec::new();
        for _ in 0..=self.dice.roll(3) {
            lines.push(line(&mut self.dice));
        }
        let due = *self.dice.pick(&[None, Some("2026-02-10"), Some("2027-01-01")]);
        let drafts = ids(&self.app.full.get("/api/v1/invoices?status=draft&limit=100").ok());
        let path = |draft: &str| format!("/api/v1/invoices/{draft}");
        let (status, what) = match (self.dice.roll(8), drafts.is_empty()) {
            (0..=2, _) | (_, true) => {
                let customer = self.dice.pick(&self.customers).clone();
                let body = json!({ "customerId": customer, "lines": lines, "dueAt": due });
                (self.app.full.post("/api/v1/invoices", &body).status, format!("draft {body}"))
            }
            (3, _) => {
                let (draft, body) = (self.dice.pick(&drafts).clone(), json!({ "lines": lines, "dueAt": due }));
                (self.app.full.patch(&path(&draft), &body).status, format!("change {draft} {body}"))
            }
            (4, _) => {
                let draft = self.dice.pick(&drafts).clone();
                (self.app.full.delete(&path(&draft)).status, format!("delete {draft}"))
            }
            _ => {
                let draft = self.dice.pick(&drafts).clone();
                let shown = self.app.full.get(&path(&draft)).ok();
                let answer = self.app.full.post(&format!("{}/finalize", path(&draft)), &json!({}));
                if answer.status == 200 {
                    let document = answer.body();
                    for same in ["lines", "taxes", "subtotal", "tax", "amount"] {
                        assert_eq!(shown[same], document[same], "{same} of {draft} after\n{}", self.steps.join("\n"));
                    }
                }
                (answer.status, format!("finalize {draft}"))
            }
        };
        assert!([200, 201, 409, 422].contains(&status), "{what} was {status} after\n{}", self.steps.join("\n"));
        self.steps.push(format!("{what}: {status}"));
    }

    fn preview(&self, subscription: &str, action: &str, body: &Value) -> crate::support::client::Answer {
        let mut asked = body.clone();
        asked["action"] = json!(action);
        let before = self.app.row_counts();
        let preview = self.app.full.act(subscription, "preview", asked);
        assert_eq!(self.app.row_counts(), before, "a preview wrote something after\n{}", self.steps.join("\n"));
        preview
    }

    /// The state, the end of paid time and what is due of the newest invoice are what was shown.
    fn as_previewed(&self, subscription: &str, preview: &crate::support::client::Answer, status: u16, body: &Value) {
        let told = || format!("{preview}, and {body} was {status} after\n{}", self.steps.join("\n"));
        assert_eq!(preview.status, status, "{}", told());
        if status != 200 {
            return;
        }
        let (shown, after) = (preview.body(), self.app.full.subscription(subscription));
        assert_eq!((&shown["status"], &shown["currentPeriodEnd"]), (&after["status"], &after["currentPeriodEnd"]), "{}", told());
        let voided = shown["voidedInvoiceIds"].as_array().expect("a list");
        for id in voided {
            let invoice = self.app.full.get(&format!("/api/v1/invoices/{}", string(id)));
            assert!(invoice.status == 200 && invoice.body()["status"] == "void", "{id}: {invoice}; {}", told());
        }
    }
}

#[test]
fn the_invariants_hold_whatever_is_changed_credited_and_refunded() {
    for seed in 100..112 {
        let mut walk = Walk::new(seed);
        walk.with_terms = true;
        for round in 0..7 {
            for _ in 0..8 {
                walk.step();
                walk.correct();
            }
            let mut violations = crate::support::world::broken_rules(&walk.app.sql());
            violations.extend(crate::support::world::verify(walk.app.data(), billhead::app::verify::Options::default(), Vec::new()));
            assert!(violations.is_empty(), "seed {seed}, round {round}:\n{}\nafter\n{}", violations.join("\n"), walk.steps.join("\n"));
        }
    }
}

#[test]
fn the_invariants_hold_whatever_is_drafted_in_between() {
    for seed in 500..508 {
        let mut walk = Walk::new(seed);
        for round in 0..5 {
            for _ in 0..8 {
                walk.draft();
                walk.step();
                walk.draft();
                walk.correct();
            }
            let mut violations = crate::support::world::broken_rules(&walk.app.sql());
            violations.extend(crate::support::world::verify(walk.app.data(), billhead::app::verify::Options::default(), Vec::new()));
            assert!(violations.is_empty(), "seed {seed}, round {round}:\n{}\nafter\n{}", violations.join("\n"), walk.steps.join("\n"));
        }
        let finalised = walk.steps.iter().filter(|step| step.starts_with("finalize") && step.ends_with("200")).count();
        assert!(finalised > 5, "seed {seed} finalised {finalised}:\n{}", walk.steps.join("\n"));
    }
}

#[test]
fn the_invariants_hold_whatever_comes_after_whatever() {
    for seed in 0..8 {
        let mut walk = Walk::new(seed);
        for round in 0..6 {
            for _ in 0..15 {
                walk.step();
            }
            let violations = crate::support::world::broken_rules(&walk.app.sql());
            assert!(violations.is_empty(), "seed {seed}, round {round}:\n{}\nafter\n{}", violations.join("\n"), walk.steps.join("\n"));
        }
        assert!(
            walk.steps.iter().filter(|s| !s.ends_with("409") && !s.ends_with("422")).count() > 40,
            "seed {seed} was mostly refused:\n{}",
            walk.steps.join("\n")
        );
    }
}

#[test]
fn the_invariants_hold_whatever_is_charged_in_between() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 100..106 {
        let mut walk = Walk::new(seed);
        for round in 0..5 {
            for _ in 0..12 {
                walk.charge();
                walk.step();
            }
            let mut violations = crate::support::world::broken_rules(&walk.app.sql());
            violations.extend(crate::support::world::verify(walk.app.data(), billhead::app::verify::Options::default(), Vec::new()));
            assert!(violations.is_empty(), "seed {seed}, round {round}:\n{}\nafter\n{}", violations.join("\n"), walk.steps.join("\n"));
            assert_eq!(walk.app.count("SELECT COUNT(*) FROM payment WHERE status = 'processing'"), 0, "on a test clock nothing waits");
        }
        seen.extend(
            [("failed", 3), ("succeeded", 3)]
                .into_iter()
                .filter(|(status, least)| walk.app.count(&format!("SELECT COUNT(*) FROM payment WHERE provider = 'test' AND status = '{status}'")) >= *least),
        );
    }
    assert_eq!(seen.len(), 2, "cards were hardly charged: {seen:?}");
}

#[test]
fn rule_2_renewals_at_once_open_one_invoice_and_pay_each_period_once() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = id(&app.full.subscribe(&ana, &gold, json!({ "payment": "manual" })));
    let opened = at_once(10, |_| app.full.act(&subscription, "renew", json!({ "payment": "invoice" })).ok()["latestInvoiceId"].clone());
    assert!(opened.iter().all(|invoice| *invoice == opened[0]), "{opened:?}");
    // The first pays the open one; each other renews for a month more.
    let mut ends: Vec<String> = at_once(5, |_| string(&app.full.act(&subscription, "renew", json!({})).ok()["currentPeriodEnd"]));
    ends.sort();
    assert_eq!(ends, ["2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31"].map(|day| format!("{day}T10:00:00.000Z")));
    assert_eq!(app.full.invoices_of(&subscription).len(), 6);
}

#[test]
fn rule_2_cancelled_at_once_by_many_it_is_cancelled_once() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    let subscription = app.full.subscribe(&ana, &gold, json!({ "payment": "manual" }));
    let mut statuses = at_once(10, |_| app.full.act(&id(&subscription), "cancel", json!({})).status);
    statuses.sort_unstable();
    assert_eq!(statuses[..2], [200, 409]);
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'subscription.cancelled'"), 1);
}

/// Everything at once: what is refused leaves no trace, what is answered is there, and the numbers have no gap.
#[test]
fn many_at_once_leave_a_whole_world() {
    let app = TestApp::start();
    let gold = app.full.new_product();
    let made: Vec<Vec<Value>> = at_once(8, |n| {
        let customer = app.full.new_customer(&format!("c{n}@example.com"));
        let mut made = Vec::new();
        for round in 0..4 {
            let subscription = app.full.subscribe(&customer, &gold, json!({ "quantity": 1 + round % 2 }));
            app.full.try_subscribe(&customer, &gold, json!({ "payment": "credit" })).refused(409, "insufficient_balance");
            app.full.mark_paid(&subscription["latestInvoiceId"], json!({})).ok();
            made.push(app.full.act(&id(&subscription), "renew", json!({ "periods": 2 })).ok());
        }
        made
    });
    assert_eq!(app.count("SELECT last_n FROM document_series"), 64);
    for subscription in made.into_iter().flatten() {
        assert_eq!(app.full.subscription(&id(&subscription)), subscription);
    }
}
