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
