//! Drafts and one-off invoices (rules 3 and 5).

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, at_once, id, ids, page_end, rows, string};

const INVOICES: &str = "/api/v1/invoices";

/// A draft of one line at 25.00 USD, with whatever else the body says.
fn draft(app: &TestApp, customer: &str, more: Value) -> Value {
    let mut body = json!({ "customerId": customer, "lines": [{ "description": "Installation", "unitAmount": "25.00" }] });
    let Value::Object(more) = more else { panic!("no object: {more}") };
    body.as_object_mut().expect("it is an object").extend(more);
    app.full.post(INVOICES, &body).created()
}

fn path(invoice: &Value) -> String {
    format!("{INVOICES}/{}", id(invoice))
}

fn finalize(app: &TestApp, draft: &Value) -> Answer {
    app.full.post(&format!("{}/finalize", path(draft)), &json!({}))
}

fn fields<const N: usize>(of: &Value, names: [&str; N]) -> [String; N] {
    names.map(|name| string(&of[name]))
}

/// What has to do with money and documents, by table.
fn books(app: &TestApp) -> Vec<(String, i64)> {
    let tables = ["ledger_", "payment", "balance_", "invoice_line", "invoice_tax", "document_series", "recognition", "rev", "receivable", "mrr", "count_day"];
    app.row_counts().into_iter().filter(|(table, _)| tables.iter().any(|beginning| table.starts_with(beginning))).collect()
}

#[test]
fn rule_5_a_draft_becomes_a_document_and_is_paid() {
    let app = TestApp::start();
    let ana = id(&app.full.post("/api/v1/customers", &json!({ "email": "ana@example.com", "name": "Ana" })).created());
    let before = books(&app);
    let draft = draft(&app, &ana, json!({ "metadata": { "order": "7" } }));
    assert_eq!(fields(&draft, ["status", "billingReason", "currency", "amount", "amountDue"]), ["draft", "manual", "USD", "25.00", "25.00"]);
    for empty in ["number", "subscriptionId", "seller", "buyer", "issuedAt", "dueAt", "paidAt", "periodStart", "periodEnd", "replaces", "hash"] {
        assert_eq!(draft[empty], Value::Null, "{empty}: {draft}");
    }
    let line = &draft["lines"][0];
    assert_eq!(fields(line, ["description", "unitAmount", "amount", "explanation"]), ["Installation", "25.00", "25.00", "1 × 25.00 = 25.00 USD"]);
    assert_eq!(books(&app), before, "a draft is in nobody's books");
    app.advance(Duration::from_hours(1));
    let open = finalize(&app, &draft).ok();
    assert_eq!(fields(&open, ["id", "number", "status", "amountDue"]), [id(&draft), "INV-000001".into(), "open".into(), "25.00".into()]);
    assert_eq!(fields(&open, ["createdAt", "issuedAt"]), [string(&draft["createdAt"]), string(&open["updatedAt"])]);
    assert_ne!(open["issuedAt"], draft["createdAt"]);
    assert_eq!((&open["buyer"]["name"], &open["metadata"]), (&json!("Ana"), &json!({ "order": "7" })));
    assert_eq!(&open["lines"], &draft["lines"], "the lines are those of the draft, by their ids");
    let paid = app.full.mark_paid(&draft["id"], json!({})).ok();
    assert_eq!(fields(&paid, ["status", "amountPaid", "amountDue"]), ["paid", "25.00", "0.00"]);
    let types = "SELECT group_concat(type, ' ' ORDER BY sequence) FROM event WHERE type LIKE 'invoice.%'";
    let told: String = app.sql().query_row(types, [], |r| r.get(0)).expect("there are events");
    assert_eq!(told, "invoice.created invoice.finalized invoice.paid");
}

#[test]
fn rule_5_the_document_is_a_snapshot_of_the_day_on_which_it_is_finalised() {
    let app = TestApp::start();
    let customer = json!({ "email": "ana@example.com", "name": "Ana", "address": { "country": "DE" } });
    let ana = id(&app.full.post("/api/v1/customers", &customer).created());
    let vat = id(&app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "19", "country": "DE" })).created());
    let lines = json!([{ "description": "Cable", "quantity": 3, "unitAmount": "9.99" }, { "description": "Visit", "unitAmount": "10.00", "taxable": false }]);
    let draft = draft(&app, &ana, json!({ "lines": lines }));
    // 19 % of 29.97 are 5.6943.
    assert_eq!(fields(&draft, ["subtotal", "discount", "tax", "amount"]), ["39.97", "0.00", "5.69", "45.66"]);
    assert_eq!(fields(&draft["lines"][0], ["amount", "tax", "explanation"]), ["29.97", "5.69", "3 × 9.99 = 29.97 USD, plus 5.69 tax (VAT, 19 %)"]);
    assert_eq!(fields(&draft["taxes"][0], ["name", "taxable", "amount"]), ["VAT", "29.97", "5.69"]);
    // A draft holds no rate to its terms; what it would come to follows them.
    app.full.patch(&format!("/api/v1/tax-rates/{vat}"), &json!({ "percent": "7" })).ok();
    assert_eq!(fields(&app.full.invoice(&draft["id"]), ["tax", "amount"]), ["2.10", "42.07"]);
    let listed = app.full.get(&format!("{INVOICES}?status=draft")).ok();
    assert_eq!(fields(&rows(&listed)[0], ["tax", "amount"]), ["2.10", "42.07"]);
    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "name": "Ana II" })).ok();
    app.full.patch("/api/v1/settings", &json!({ "business": { "name": "Fine Streams" } })).ok();
    let open = finalize(&app, &draft).ok();
    assert_eq!(fields(&open, ["tax", "amount"]), ["2.10", "42.07"]);
    assert_eq!((&open["seller"]["name"], &open["buyer"]["name"]), (&json!("Fine Streams"), &json!("Ana II")));
    // From now on nothing changes it.
    app.full.patch(&format!("/api/v1/tax-rates/{vat}"), &json!({ "percent": "19" })).refused(409, "state_conflict");
    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "name": "Ana III" })).ok();
    assert_eq!(app.full.invoice(&draft["id"]), open);
    app.full.patch(&path(&draft), &json!({ "metadata": { "a": "b" } })).refused(409, "state_conflict");
    app.full.delete(&path(&draft)).refused(409, "state_conflict");
    assert_eq!(app.full.invoice(&draft["id"]), open);
}

#[test]
fn rule_5_a_number_is_taken_once_and_given_back_by_what_fails() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let (first, second) = (draft(&app, &ana, json!({})), draft(&app, &ana, json!({})));
    let answers = at_once(10, |_| finalize(&app, &first).status);
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 200 | 409)), "{answers:?}");
    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "status": "blocked" })).ok();
    let before = app.row_counts();
    finalize(&app, &second).refused(409, "state_conflict");
    assert_eq!(app.row_counts(), before);
    assert_eq!(app.full.invoice(&second["id"]), second);
    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "status": "active" })).ok();
    assert_eq!(finalize(&app, &second).ok()["number"], "INV-000002");
    // Numbers follow the finalising, not the writing.
    let (third, fourth) = (draft(&app, &ana, json!({})), draft(&app, &ana, json!({})));
    assert_eq!(finalize(&app, &fourth).ok()["number"], "INV-000003");
    assert_eq!(finalize(&app, &third).ok()["number"], "INV-000004");
    let repeated = || app.full.post_once("once", &format!("{}/finalize", path(&first)), &json!({}));
    repeated().refused(409, "state_conflict");
}

#[test]
fn rule_5_what_the_balance_covers_or_costs_nothing_is_paid_when_it_is_finalised() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    app.full.grant(&ana, "30.00", "USD");
    let (first, second) = (draft(&app, &ana, json!({})), draft(&app, &ana, json!({})));
    assert_eq!(fields(&first, ["balanceApplied", "amountDue"]), ["0.00", "25.00"]);
    assert_eq!(fields(&finalize(&app, &first).ok(), ["status", "balanceApplied", "amountDue"]), ["paid", "25.00", "0.00"]);
    assert_eq!(fields(&finalize(&app, &second).ok(), ["status", "balanceApplied", "amountDue"]), ["open", "5.00", "20.00"]);
    let free = draft(&app, &ana, json!({ "lines": [{ "description": "Gift", "quantity": 2, "unitAmount": "0" }] }));
    let paid = finalize(&app, &free).ok();
    assert_eq!(fields(&paid, ["number", "status", "amount"]), ["INV-000003", "paid", "0.00"]);
    assert_eq!(paid["paidAt"], paid["issuedAt"]);
}

#[test]
fn rule_7_a_one_off_invoice_is_earned_on_the_day_on_which_it_is_issued() {
    let app = TestApp::on_test_clock("2026-03-01T12:00:00Z");
    let ana = app.full.new_customer("ana@example.com");
    let draft = draft(&app, &ana, json!({ "dueAt": "2026-03-10" }));
    app.live_to("2026-03-05T12:00:00Z");
    let report = |name: &str| app.full.get(&format!("/api/v1/reports/{name}?from=2026-03-01&to=2026-03-20")).ok();
    let nothing = report("summary");
    finalize(&app, &draft).ok();
    assert_ne!(report("summary"), nothing);
    app.live_to("2026-03-20T12:00:00Z");
    let earned = "SELECT group_concat(date(day * 86400, 'unixepoch') || ' ' || credit_minor) FROM ledger_day WHERE account = 'revenue'";
    let earned: String = app.sql().query_row(earned, [], |r| r.get(0)).expect("something is earned");
    assert_eq!(earned, "2026-03-05 2500");
    let summary = report("summary");
    let usd = &summary["data"].as_array().map_or(&summary, |all| &all[0]);
    assert_eq!(fields(usd, ["revenue", "billed", "collected", "outstanding", "overdue"]), ["25.00", "25.00", "0.00", "25.00", "25.00"]);
}

#[test]
fn rule_5_a_draft_is_due_as_it_says_or_as_first_invoices_are() {
    let app = TestApp::on_test_clock("2026-03-27T12:00:00Z");
    app.full.patch("/api/v1/settings", &json!({ "business": { "timezone": "Europe/Paris" } })).ok();
    let ana = app.full.new_customer("ana@example.com");
    let due = |more: Value| {
        let draft = draft(&app, &ana, more);
        string(&finalize(&app, &draft).ok()["dueAt"])
    };
    assert_eq!(due(json!({})), "2026-04-03T11:00:00.000Z", "seven local days, one of them an hour short");
    assert_eq!(due(json!({ "dueAt": "2026-04-01" })), "2026-03-31T22:00:00.000Z", "midnight in Paris");
    assert_eq!(due(json!({ "dueAt": "2026-03-27" })), "2026-03-27T12:00:00.000Z", "today means at once");
    let body = json!({ "customerId": ana, "lines": [{ "description": "x", "unitAmount": "1" }], "dueAt": "2026-03-26" });
    app.full.post(INVOICES, &body).refused_for(422, "validation_error", &["dueAt"]);
    // One whose day is over by the time that it is finalised says so, and can be given another, or none.
    let late = draft(&app, &ana, json!({ "dueAt": "2026-03-28" }));
    app.live_to("2026-03-29T12:00:00Z");
    finalize(&app, &late).refused(409, "state_conflict");
    app.full.patch(&path(&late), &json!({ "dueAt": "2026-03-28" })).refused_for(422, "validation_error", &["dueAt"]);
    assert_eq!(app.full.patch(&path(&late), &json!({ "dueAt": null })).ok()["dueAt"], Value::Null);
    assert_eq!(finalize(&app, &late).ok()["dueAt"], "2026-04-05T12:00:00.000Z");
    assert_eq!(ids(&app.full.get(&format!("{INVOICES}?overdue=true")).ok()).len(), 1, "drafts are never overdue");
}

#[test]
fn rule_5_a_draft_is_no_invoice_yet_and_every_refusal_says_what_to_do() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    app.full.grant(&ana, "3.00", "USD");
    let draft = draft(&app, &ana, json!({}));
    let before = app.row_counts();
    for (action, body, advice) in [
        ("mark-paid", json!({}), "Finalise it first"),
        ("void", json!({}), "Delete it instead"),
        ("write-off", json!({}), "Delete it instead"),
        ("credit-notes", json!({}), "Change it instead"),
        ("refunds", json!({ "amount": "1.00" }), "Change it instead"),
    ] {
        let answer = app.full.post(&format!("{}/{action}", path(&draft)), &body);
        answer.refused(409, "state_conflict");
        assert!(answer.body()["error"]["message"].as_str().is_some_and(|m| m.contains(advice)), "{answer}");
    }
    assert_eq!(app.row_counts(), before);
    assert_eq!(app.full.invoice(&draft["id"]), draft);
    finalize(&app, &draft).ok();
    app.full.post(&format!("{}/void", path(&draft)), &json!({})).ok();
    assert_eq!(finalize(&app, &draft).refused(409, "state_conflict"), []);
    assert_eq!(app.full.get(&format!("/api/v1/customers/{ana}")).ok()["balances"], json!([{ "currency": "USD", "amount": "3.00" }]));
}

#[test]
fn rule_5_a_one_off_invoice_is_credited_refunded_and_written_off_as_any_other() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let two = json!([{ "description": "Cable", "unitAmount": "15.00" }, { "description": "Visit", "unitAmount": "10.00" }]);
    let first = draft(&app, &ana, json!({ "lines": two }));
    finalize(&app, &first).ok();
    app.full.credit_line(&id(&first), "5.00", "balance");
    app.full.mark_paid(&first["id"], json!({})).ok();
    app.full.post(&format!("{}/refunds", path(&first)), &json!({ "amount": "4.00" })).created();
    assert_eq!(fields(&app.full.invoice(&first["id"]), ["status", "amountCredited", "amountPaid", "amountDue"]), ["paid", "5.00", "20.00", "0.00"]);
    let second = draft(&app, &ana, json!({}));
    finalize(&app, &second).ok();
    app.full.mark_paid(&second["id"], json!({ "amount": "5.00" })).ok();
    assert_eq!(app.full.post(&format!("{}/write-off", path(&second)), &json!({})).ok()["status"], "uncollectible");
}

#[test]
fn rule_5_a_draft_is_changed_as_a_whole_or_not_at_all() {
    let app = TestApp::start();
    let ana = id(&app.full.post("/api/v1/customers", &json!({ "email": "ana@example.com", "currency": "EUR" })).created());
    let draft = draft(&app, &ana, json!({ "externalId": "D-1" }));
    assert_eq!(draft["currency"], "EUR", "the customer's");
    let patch = |body: Value| app.full.patch(&path(&draft), &body);
    // Nothing changed: no event, no new time.
    let events = app.count("SELECT COUNT(*) FROM event");
    assert_eq!(patch(json!({})).ok(), draft);
    assert_eq!(patch(json!({ "lines": [{ "description": "Installation", "quantity": 1, "unitAmount": "25.00", "taxable": true }] })).ok(), draft);
    assert_eq!(app.count("SELECT COUNT(*) FROM event"), events);
    app.advance(Duration::from_secs(1));
    let lines = json!([{ "description": "Installation", "quantity": 2, "unitAmount": "20.00" }, { "description": "Cable", "unitAmount": "0.99" }]);
    let changed = patch(json!({ "lines": lines, "metadata": { "a": "b" } })).ok();
    assert_eq!((fields(&changed, ["amount", "externalId"]), &changed["metadata"]), (["40.99".into(), "D-1".into()], &json!({ "a": "b" })));
    assert_eq!(changed["lines"][0]["id"], draft["lines"][0]["id"], "a line is the one that has its place");
    assert_ne!(changed["updatedAt"], draft["updatedAt"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'invoice.updated'"), 1);
    // A number is never taken for one of another currency.
    patch(json!({ "currency": "JPY" })).refused_for(422, "validation_error", &["currency"]);
    patch(json!({ "currency": "JPY", "lines": lines })).refused_for(422, "validation_error", &["lines[0].unitAmount", "lines[1].unitAmount"]);
    let yen =
        patch(json!({ "currency": "JPY", "lines": [{ "description": "Installation", "unitAmount": "4000" }], "metadata": null, "externalId": null })).ok();
    assert_eq!((fields(&yen, ["currency", "amount", "amountDue"]), &yen["metadata"]), (["JPY".into(), "4000".into(), "4000".into()], &json!({})));
    assert_eq!(yen["lines"].as_array().map(Vec::len), Some(1));
    let open = finalize(&app, &draft).ok();
    assert_eq!((fields(&open, ["currency", "amount"]), &open["externalId"]), (["JPY".into(), "4000".into()], &Value::Null));
}

#[test]
fn rule_5_a_draft_that_is_deleted_leaves_nothing_and_no_gap() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let drafts: Vec<Value> = (0..3).map(|_| draft(&app, &ana, json!({}))).collect();
    app.full.patch(&path(&drafts[2]), &json!({ "lines": [{ "description": "For Ana's cat", "unitAmount": "1" }] })).ok();
    assert_eq!(app.full.delete(&path(&drafts[2])).ok(), json!({ "id": drafts[2]["id"], "deleted": true }));
    app.full.delete(&path(&drafts[2])).refused(404, "not_found");
    app.full.get(&path(&drafts[2])).refused(404, "not_found");
    finalize(&app, &drafts[2]).refused(404, "not_found");
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE object LIKE '%cat%' OR previous LIKE '%cat%'"), 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE type = 'invoice.deleted'"), 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM draft_line"), 2);
    finalize(&app, &drafts[1]).ok();
    // A key of the table is free again; the order of ids is kept, and pages go on behind what is gone.
    let again = draft(&app, &ana, json!({}));
    let all = ids(&app.full.get(&format!("{INVOICES}?limit=100")).ok());
    assert_eq!(all, [id(&drafts[0]), id(&drafts[1]), id(&again)]);
    assert_eq!(ids(&app.full.get(&format!("{INVOICES}?cursor={}", id(&drafts[2]))).ok()), [id(&again)]);
    assert_eq!(finalize(&app, &again).ok()["number"], "INV-000002");
}

#[test]
fn drafts_are_listed_and_found_by_what_their_customer_is_called_now() {
    let app = TestApp::start();
    let (ana, gold) = (app.full.new_customer("ana@example.com"), app.full.new_product());
    app.full.subscribe(&ana, &gold, json!({}));
    let (first, second) = (draft(&app, &ana, json!({ "externalId": "A" })), draft(&app, &ana, json!({})));
    let total = |filter: &str| page_end(&app.full.get(&format!("{INVOICES}?{filter}")).ok()).0;
    assert_eq!(["", "status=draft", "status=open", "externalId=A", "q=ana", &format!("customerId={ana}")].map(total), [3, 2, 1, 1, 3, 3]);
    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "name": "Zoe", "email": "zoe@example.com" })).ok();
    assert_eq!(["q=ana", "q=zoe", "q=zoe&status=draft"].map(total), [1, 2, 2], "a document is found by what it says");
    finalize(&app, &first).ok();
    assert_eq!(["status=draft", "status=open", "q=inv-000002", "overdue=false"].map(total), [1, 2, 1, 3]);
    app.full.delete(&path(&second)).ok();
    assert_eq!(["", "status=draft", "q=zoe"].map(total), [2, 0, 1]);
}

#[test]
fn a_customers_drafts_go_with_him_and_what_was_answered_of_them() {
    let app = TestApp::start();
    for with_documents in [false, true] {
        let ana = app.full.new_customer("ana@example.com");
        if with_documents {
            let paid = draft(&app, &ana, json!({ "lines": [{ "description": "Gift", "unitAmount": "0" }] }));
            finalize(&app, &paid).ok();
        }
        let body = json!({ "customerId": ana, "lines": [{ "description": "For the opera lover", "unitAmount": "1.00" }], "metadata": { "k": "opera" } });
        let make = |key: &str| app.full.post_once(key, INVOICES, &body);
        let (kept, deleted) = (make("kept").created(), make("deleted").created());
        app.full.delete(&path(&deleted)).ok();
        assert_eq!(make("deleted").created(), deleted, "a repeat makes no other");
        app.full.delete(&format!("/api/v1/customers/{ana}")).ok();
        for gone in [&kept, &deleted] {
            app.full.get(&path(gone)).refused(404, "not_found");
        }
        make("kept").refused_for(422, "validation_error", &["customerId"]);
        make("deleted").refused_for(422, "validation_error", &["customerId"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM draft_line"), 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM idempotency"), 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM event WHERE object LIKE '%opera%' OR previous LIKE '%opera%'"), 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM invoice WHERE status = 'draft'"), 0);
    }
    // A customer who must stay keeps his drafts.
    let (bob, gold) = (app.full.new_customer("bob@example.com"), app.full.new_product());
    let draft = draft(&app, &bob, json!({}));
    app.full.subscribe(&bob, &gold, json!({}));
    app.full.delete(&format!("/api/v1/customers/{bob}")).refused(409, "state_conflict");
    assert_eq!(app.full.invoice(&draft["id"]), draft);
}

#[test]
fn what_a_draft_may_not_hold_is_named_and_changes_nothing() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let made = draft(&app, &ana, json!({ "externalId": "D-1" }));
    let before = app.row_counts();
    let line = json!({ "description": "x", "unitAmount": "1.00" });
    let post = |body: Value| app.full.post(INVOICES, &body);
    post(json!({})).refused_for(422, "validation_error", &["customerId", "lines"]);
    post(json!({ "customerId": ana, "lines": [] })).refused_for(422, "validation_error", &["lines"]);
    post(json!({ "customerId": ana, "lines": vec![line.clone(); 101] })).refused_for(422, "validation_error", &["lines"]);
    post(json!({ "customerId": "cust_019ab1f0c0de70008000000000000001", "lines": [line] })).refused_for(422, "validation_error", &["customerId"]);
    post(json!({ "customerId": ana, "lines": [line], "number": "X", "currency": "XYZ" })).refused_for(422, "validation_error", &["currency", "number"]);
    post(json!({ "customerId": ana, "lines": [line], "externalId": "D-1" })).refused_for(409, "already_exists", &["externalId"]);
    let lines = |lines: Value| post(json!({ "customerId": ana, "lines": lines }));
    lines(json!([{ "description": " ", "unitAmount": "-1" }, { "quantity": 0, "unitAmount": 5, "foo": 1 }])).refused_for(
        422,
        "validation_error",
        &["lines[0].description", "lines[0].unitAmount", "lines[1].description", "lines[1].quantity", "lines[1].unitAmount", "lines[1].foo"],
    );
    lines(json!([{ "description": "x", "unitAmount": "1.001" }, { "description": "x", "unitAmount": "9999999999.99", "quantity": 2 }])).refused_for(
        422,
        "validation_error",
        &["lines[0].unitAmount", "lines[1].unitAmount"],
    );
    lines(json!([{ "description": "x", "unitAmount": "9999999999.99" }, line])).refused_for(422, "validation_error", &["lines"]);
    lines(json!([{ "description": "x", "unitAmount": "1", "quantity": 1_000_001 }])).refused_for(422, "validation_error", &["lines[0].quantity"]);
    app.full.patch(&path(&made), &json!({ "lines": null, "currency": null, "customerId": ana })).refused_for(
        422,
        "validation_error",
        &["lines", "currency", "customerId"],
    );
    app.full.patch(&path(&made), &json!({ "lines": [] })).refused_for(422, "validation_error", &["lines"]);
    app.full.post(&format!("{}/finalize", path(&made)), &json!({ "now": true })).refused_for(422, "validation_error", &["now"]);
    assert_eq!(app.row_counts(), before);
    assert_eq!(app.full.invoice(&made["id"]), made);
    app.full.patch(&format!("/api/v1/customers/{ana}"), &json!({ "status": "blocked" })).ok();
    lines(json!([line])).refused(409, "state_conflict");
    // What there is can still be changed and deleted.
    app.full.patch(&path(&made), &json!({ "lines": [line] })).ok();
    app.full.delete(&path(&made)).ok();
}

#[test]
fn taxes_that_make_a_draft_too_large_neither_hide_it_nor_finalise_it() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let draft = draft(&app, &ana, json!({ "lines": [{ "description": "x", "unitAmount": "9999999999.99" }] }));
    let vat = id(&app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "10" })).created());
    assert_eq!(fields(&app.full.invoice(&draft["id"]), ["tax", "amount"]), ["0.00", "9999999999.99"]);
    assert_eq!(rows(&app.full.get(INVOICES).ok()).len(), 1);
    finalize(&app, &draft).refused(422, "validation_error");
    app.full.delete(&format!("/api/v1/tax-rates/{vat}")).ok();
    assert_eq!(finalize(&app, &draft).ok()["number"], "INV-000001");
}

#[test]
fn rule_5_what_fails_in_the_middle_of_the_finalising_gives_the_number_back() {
    let mut app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    app.full.grant(&ana, "3.00", "USD");
    let draft = draft(&app, &ana, json!({}));
    // The last thing that is written, when the number is long taken.
    app.tamper("CREATE TRIGGER broken BEFORE INSERT ON balance_entry WHEN new.kind = 'applied' BEGIN SELECT RAISE(ABORT, 'broken'); END");
    let before = app.row_counts();
    let answer = app.full.ask("POST", &format!("{}/finalize", path(&draft)), &[("content-type", "application/json")], Some(b"{}"));
    assert_eq!((answer.status, app.row_counts()), (500, before), "{answer}");
    assert_eq!(app.full.invoice(&draft["id"]), draft);
    app.tamper("DROP TRIGGER broken");
    assert_eq!(finalize(&app, &draft).ok()["number"], "INV-000001");
    assert_eq!(app.violations(), Vec::<String>::new());
}

#[test]
fn rule_8_a_draft_that_is_asked_for_twenty_times_is_one() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    let body = json!({ "customerId": ana, "lines": [{ "description": "x", "unitAmount": "1.00" }] });
    let made = at_once(20, |_| app.full.post_once("one", INVOICES, &body).created());
    assert!(made.iter().all(|draft| *draft == made[0]), "{made:?}");
    let finalised = at_once(20, |_| app.full.post_once("final", &format!("{}/finalize", path(&made[0])), &json!({})).ok());
    assert!(finalised.iter().all(|invoice| *invoice == finalised[0] && invoice["number"] == "INV-000001"), "{finalised:?}");
    assert_eq!((app.count("SELECT COUNT(*) FROM invoice"), app.count("SELECT last_n FROM document_series")), (1, 1));
    // Another draft with the same key is none.
    let other = json!({ "customerId": ana, "lines": [{ "description": "y", "unitAmount": "1.00" }] });
    app.full.post_once("one", INVOICES, &other).refused(422, "idempotency_mismatch");
}

#[test]
fn rule_5_a_draft_that_is_changed_and_finalised_at_once_is_one_or_the_other() {
    let app = TestApp::start();
    let ana = app.full.new_customer("ana@example.com");
    for _ in 0..5 {
        let draft = draft(&app, &ana, json!({}));
        let statuses = at_once(12, |n| match n % 3 {
            0 => finalize(&app, &draft).status,
            1 => 100 + app.full.patch(&path(&draft), &json!({ "lines": [{ "description": "Visit", "unitAmount": format!("{n}.00") }] })).status,
            _ => 200 + app.full.delete(&path(&draft)).status,
        });
        assert!(statuses.iter().all(|s| [200, 404, 409, 300, 504, 509, 400, 604, 609].contains(s)), "{statuses:?}");
        // It became a document once, or went once.
        assert_eq!(statuses.iter().filter(|s| [200, 400].contains(*s)).count(), 1, "{statuses:?}");
    }
    let finalised = app.count("SELECT COUNT(*) FROM invoice WHERE status = 'open'");
    assert_eq!(finalised, app.count("SELECT coalesce((SELECT last_n FROM document_series), 0)"));
}
