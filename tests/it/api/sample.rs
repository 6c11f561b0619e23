//! One of everything, and requests made from the table of routes: what the tests that run over the table share.

use actix_web::http::Method;
use billhead::web::route::{Route, table};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{id, string};

/// Ids of objects that exist.
pub struct Sample {
    pub customer: String,
    pub product: String,
    pub subscription: String,
    pub invoice: String,
    pub draft: String,
    pub coupon: String,
    pub tax_rate: String,
    pub credit_note: String,
    pub payment: String,
    /// Of the customer; where nothing can be stored, one that there is not.
    pub payment_method: String,
}

impl Sample {
    pub fn of(app: &TestApp) -> Self {
        let (customer, product) = (app.full.new_customer("sample@example.com"), app.full.new_product());
        let coupon =
            id(&app.full.post("/api/v1/coupons", &json!({ "code": "SAMPLE", "amountOff": "1.00", "currency": "USD", "productIds": [product] })).created());
        // What was never used, so that all of it can be changed.
        let tax_rate = id(&app.full.post("/api/v1/tax-rates", &json!({ "name": "Sample", "percent": "7.7", "country": "CH" })).created());
        let subscription = app.full.subscribe(&customer, &product, json!({}));
        // Some of it is paid, so that it can be paid, given up and refunded.
        app.full.mark_paid(&subscription["latestInvoiceId"], json!({ "amount": "5.00" })).ok();
        let other = app.full.subscribe(&customer, &product, json!({}))["latestInvoiceId"].clone();
        let credit_note = id(&app.full.post(&format!("/api/v1/invoices/{}/credit-notes", string(&other)), &json!({})).created());
        let payment_method = app.store_method(&customer);
        let bought = app.full.subscribe(&customer, &product, json!({ "payment": "manual" }));
        let paid = app.full.get(&format!("/api/v1/payments?invoiceId={}", string(&bought["latestInvoiceId"]))).ok();
        let payment = id(&paid["data"][0]);
        let lines = json!([{ "description": "Sample", "unitAmount": "1.00" }]);
        let draft = id(&app.full.post("/api/v1/invoices", &json!({ "customerId": customer, "lines": lines })).created());
        Self {
            draft,
            payment,
            payment_method,
            coupon,
            tax_rate,
            credit_note,
            invoice: string(&subscription["latestInvoiceId"]),
            subscription: id(&subscription),
            customer,
            product,
        }
    }

    /// The id of the noun of a route's path.
    pub fn id_for(&self, route: &Route) -> &str {
        match route.noun.map(|n| n.prefix) {
            Some("cust_") => &self.customer,
            Some("prod_") => &self.product,
            Some("sub_") => &self.subscription,
            Some("inv_") if matches!(route.operation, "updateInvoice" | "deleteInvoice" | "finalizeInvoice") => &self.draft,
            Some("inv_") => &self.invoice,
            Some("coup_") => &self.coupon,
            Some("txr_") => &self.tax_rate,
            Some("cn_") => &self.credit_note,
            Some("pay_") => &self.payment,
            None => "",
            Some(other) => panic!("there is no sample of {other}: add one"),
        }
    }

    pub fn path(&self, route: &Route) -> String {
        route.path.replace("{id}", self.id_for(route)).replace("{pmId}", &self.payment_method)
    }

    /// A body that the route accepts, by its example in the documentation, with ids that exist.
    pub fn body(&self, route: &Route) -> Value {
        let mut body = route.body.map_or(json!({}), |b| (b.example)());
        for (name, id) in [("customerId", &self.customer), ("productId", &self.product)] {
            if body.get(name).is_some() {
                body[name] = json!(id);
            }
        }
        body
    }
}

/// A route's path with an id of its noun that names nothing.
pub fn path_to_nothing(route: &Route) -> String {
    let prefix = route.noun.map_or("", |n| n.prefix);
    route.path.replace("{id}", &format!("{prefix}019ab1f0c0de70008000000000000001")).replace("{pmId}", "pm_019ab1f0c0de70008000000000000001")
}

pub fn routes() -> Vec<Route> {
    let routes = table();
    assert!(routes.len() >= 25, "the table has only {} routes", routes.len());
    routes
}

pub fn is_list(route: &Route) -> bool {
    route.method == Method::GET && (route.query)().iter().any(|p| p.0 == "limit")
}
