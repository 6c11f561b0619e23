//! The rig itself: a check that cannot fail proves nothing.

use serde_json::json;

use super::TestApp;

/// A small world with a bit of everything.
fn world() -> TestApp {
    let app = TestApp::start();
    let customer = app.full.new_customer("ana@example.com");
    let product = app.full.new_product();
    app.full.grant(&customer, "3.00", "USD");
    app.full.subscribe(&customer, &product, json!({ "payment": "manual", "credentials": { "username": "known-user", "password": "known-password" } }));
    app.full.subscribe(&customer, &product, json!({ "payment": "invoice" }));
    app.full.post("/api/v1/invoices", &json!({ "customerId": customer, "lines": [{ "description": "Visit", "unitAmount": "5.00" }] })).created();
    app
}

#[test]
fn the_check_passes_a_whole_world_and_reports_each_kind_of_damage() {
    let damages = [
        ("totals of customer", "UPDATE total SET n = n + 1 WHERE noun = 'customer'"),
        ("totals by day of invoice", "UPDATE total_by_day SET n = n + 1 WHERE noun = 'invoice'"),
        ("totals by product", "UPDATE subscription_total_by_product SET n = n + 1"),
        ("lies outside its day's bounds", "UPDATE total_by_day SET first_row = 2 WHERE noun = 'customer'"),
        ("I1 a period", "UPDATE subscription_period SET k = k + 2 WHERE row = 2; INSERT INTO subscription_period (subscription, run, k) VALUES (1, 0, 5)"),
        ("I1 a period belongs", "DELETE FROM subscription_run"),
        ("I1 what is paid", "UPDATE subscription SET current_period_end = current_period_end - 1 WHERE row = 1"),
        ("I2 one recurring", "DROP INDEX subscription_period_billed_once; INSERT INTO subscription_period (subscription, run, k) VALUES (1, 0, 0)"),
        ("I2 the periods of an invoice that was voided", "UPDATE subscription_period SET released = 1 WHERE row = 1"),
        ("I3", "UPDATE document_series SET last_n = 7"),
        ("I4 the lines", "DROP TRIGGER invoice_line_is_final; UPDATE invoice_line SET amount_minor = 1"),
        ("I4 what was paid", "UPDATE payment SET amount_minor = 1"),
        ("I4 what an invoice took", "DROP TRIGGER balance_entry_is_final; UPDATE balance_entry SET kind = 'granted'"),
        ("I5 a ledger entry sums", "INSERT INTO ledger_posting (entry, account, currency, amount_minor) VALUES (1, 'revenue', 'USD', 5)"),
        ("I5 receivable", "INSERT INTO ledger_posting (entry, account, currency, amount_minor) VALUES (1, 'receivable', 'USD', 5), (1, 'revenue', 'USD', -5)"),
        (
            "I5 the customer balance",
            "INSERT INTO ledger_posting (entry, account, currency, amount_minor) VALUES (1, 'customer_balance', 'USD', 5), (1, 'revenue', 'USD', -5)",
        ),
        ("I5 deferred revenue", "DROP TRIGGER recognition_is_kept; DELETE FROM recognition WHERE row = 1"),
        ("I5 each day to come", "UPDATE revenue_change SET amount_minor = amount_minor + 1"),
        (
            "I5 revenue, deferred or earned",
            "INSERT INTO ledger_posting (entry, account, currency, amount_minor) VALUES (2, 'deferred_revenue', 'USD', -5), (2, 'bad_debt', 'USD', 5)",
        ),
        ("I5 cash", "INSERT INTO ledger_posting (entry, account, currency, amount_minor) VALUES (1, 'cash:manual', 'EUR', 5), (1, 'revenue', 'EUR', -5)"),
        ("I12 what recurs of each", "DROP TRIGGER mrr_movement_is_kept; DELETE FROM mrr_movement WHERE row = 1"),
        ("I12 new, expansion", "UPDATE mrr_day SET amount_minor = amount_minor + 1"),
        ("reports count the subscriptions", "UPDATE mrr_day SET n = n + 1"),
        ("reports count what is made", "UPDATE count_day SET n = n + 1 WHERE what = 'subscription_created'"),
        ("reports count the ledger", "UPDATE ledger_day SET debit_minor = debit_minor + 1"),
        ("reports count what is to be received", "UPDATE receivable_day SET amount_minor = amount_minor + 1"),
        ("a draft is in nobody's books", "DROP TRIGGER ledger_entry_is_final; UPDATE ledger_entry SET invoice = 3 WHERE row = 1"),
        ("a draft and nothing else", "DELETE FROM draft_line"),
        ("I7", "INSERT INTO customer_balance (customer, currency, amount_minor) VALUES (1, 'EUR', 100)"),
        (
            "I9",
            "INSERT INTO event (id, created_at, type) VALUES (randomblob(16), 0, 'x'); INSERT INTO transition (event, from_state, to_state, actor, created_at) VALUES (last_insert_rowid(), 'cancelled', 'active', 'x', 0)",
        ),
        ("I10 one transition", "INSERT INTO event (id, created_at, type) VALUES (randomblob(16), 0, 'x')"),
        ("I10 events", "DROP TRIGGER transition_is_kept; DELETE FROM transition WHERE event = 2; DELETE FROM event WHERE sequence = 2"),
        ("I10 an object", "UPDATE product SET status = 'archived'"),
        ("I13 the hash chain is broken", "DROP TRIGGER invoice_document_is_final; UPDATE invoice SET content = replace(content, 'ana', 'bob')"),
        ("I13 the document", "DROP TRIGGER invoice_document_is_final; UPDATE invoice SET content = replace(content, '9.99', '9.98')"),
        ("does not end at its head", "UPDATE document_series SET head_hash = zeroblob(32)"),
        ("tells the secret known-password", "UPDATE event SET object = '{\"password\":\"known-password\"}' WHERE sequence = 1"),
        ("tells the secret known-user", "UPDATE event SET previous = '{\"username\":\"known-user\"}' WHERE sequence = 1"),
        ("holds the secret known-password in the clear", "UPDATE customer SET notes = 'known-password'"),
        ("has no personal data", "UPDATE customer SET status = 'erased'"),
        ("foreign_key_check", "PRAGMA foreign_keys = OFF; DROP TRIGGER ledger_entry_is_final; UPDATE ledger_entry SET customer = 99"),
    ];
    for (expected, sql) in damages {
        let mut app = world();
        assert_eq!(app.violations(), Vec::<String>::new());
        app.tamper(sql);
        let found = app.violations();
        assert!(found.iter().any(|v| v.contains(expected)), "{expected}: {found:?}");
    }
}

#[test]
#[should_panic(expected = "the test left a broken world")]
fn a_test_that_leaves_a_broken_world_fails() {
    let mut app = world();
    app.tamper("UPDATE total SET n = n + 1");
    app.checked_at_end = true;
}
