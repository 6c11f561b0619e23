//! One of everything that pages are about, and what to type into any field: what the tests that run over the table share.

use std::collections::BTreeMap;

use actix_web::http::Method;
use billhead::web::page::{Access, PageRoute, table};
use serde_json::json;

use crate::support::TestApp;
use crate::support::browser::{Browser, Form};
use crate::support::client::{id, string};

/// Ids of objects that exist.
pub struct Sample {
    pub email: String,
    pub customer: String,
    pub product: String,
    pub price: String,
    /// A product that nobody has.
    pub unsold: String,
    /// Is active.
    pub subscription: String,
    /// Is open and paid in part, of another subscription.
    pub invoice: String,
    pub draft: String,
    /// Of that invoice.
    pub credit_note: String,
    /// On that invoice.
    pub payment: String,
    pub key: String,
    pub session: String,
    /// A coupon that nobody has redeemed, and its code.
    pub coupon: String,
    pub code: String,
    /// Stands on no invoice, and concerns nobody.
    pub tax_rate: String,
    /// Of the customer; where nothing can be stored, one that there is not.
    pub payment_method: String,
}

impl Sample {
    /// `name` keeps samples of one app apart.
    pub fn of(app: &TestApp, name: &str) -> Self {
        let email = format!("sample{name}@example.com");
        let (customer, product, unsold) = (app.full.new_customer(&email), app.full.new_product(), app.full.new_product());
        let subscription = id(&app.full.subscribe(&customer, &product, json!({ "payment": "manual" })));
        let invoice = string(&app.full.subscribe(&customer, &product, json!({}))["latestInvoiceId"]);
        app.full.mark_paid(&json!(invoice), json!({ "amount": "4.00" })).ok();
        let lines = json!([{ "description": "Sample", "unitAmount": "1.00" }]);
        let draft = id(&app.full.post("/api/v1/invoices", &json!({ "customerId": customer, "lines": lines })).created());
        let credit_note = id(&app.full.credit_line(&invoice, "1.00", "balance"));
        let payment = id(&app.full.get(&format!("/api/v1/payments?invoiceId={invoice}")).ok()["data"][0]);
        let price = string(&app.full.get(&format!("/api/v1/products/{product}")).ok()["prices"][0]["id"]);
        let coupon = app.full.post("/api/v1/coupons", &json!({ "code": format!("CARRIED{name}"), "percentOff": "5" })).created();
        let (coupon, code) = (id(&coupon), string(&coupon["code"]));
        let tax_rate = id(&app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "19", "country": "AQ" })).created());
        app.user("customers:read");
        let key = app.app.db.read(billhead::store::key::key_list).expect("the keys can be read").pop().expect("there is a key").key.id.to_string();
        let payment_method = app.store_method(&customer);
        let session = "ses_019ab1f0c0de70008000000000000001".to_owned();
        Self {
            email,
            customer,
            product,
            price,
            unsold,
            subscription,
            invoice,
            draft,
            credit_note,
            payment,
            key,
            session,
            coupon,
            code,
            tax_rate,
            payment_method,
        }
    }

    /// A route's path with ids that exist.
    pub fn path(&self, route: &PageRoute) -> String {
        let noun = |prefix: &str| route.path.starts_with(prefix);
        let id = match () {
            () if !route.path.contains("{id}") => "",
            () if noun("/admin/customers/") => &self.customer,
            () if noun("/admin/products/") && route.path.ends_with("/delete") => &self.unsold,
            () if noun("/admin/products/") => &self.product,
            () if noun("/admin/subscriptions/") => &self.subscription,
            () if noun("/admin/coupons/") => &self.coupon,
            () if noun("/admin/tax-rates/") => &self.tax_rate,
            () if noun("/admin/invoices/") && ["/edit", "/delete", "/finalize"].iter().any(|what| route.path.ends_with(what)) => &self.draft,
            () if noun("/admin/invoices/") => &self.invoice,
            () if noun("/admin/credit-notes/") => &self.credit_note,
            () if noun("/admin/payments/") => &self.payment,
            () if noun("/admin/settings/keys/") => &self.key,
            () if noun("/admin/account/sessions/") => &self.session,
            // What these name is no object.
            () if noun("/admin/setup/") => "garbage",
            () if noun("/admin/_parts/") => "list",
            () => panic!("there is no sample of {}: add one", route.path),
        };
        let part = if route.path.contains("/payment-methods/") { &self.payment_method } else { &self.price };
        route.path.replace("{id}", id).replace("{part}", part)
    }

    /// Every id, of whatever noun.
    pub fn ids(&self) -> [&str; 11] {
        [
            &self.draft,
            &self.payment,
            &self.credit_note,
            &self.customer,
            &self.product,
            &self.price,
            &self.subscription,
            &self.invoice,
            &self.key,
            &self.coupon,
            &self.tax_rate,
        ]
    }

    /// A form with something that it takes in every field, as its names say.
    pub fn fill(&self, form: &Form) -> Form {
        let typed: Vec<(String, String)> = form.text_fields().into_iter().map(|name| (name.clone(), self.text_for(&name, &form.action))).collect();
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        // Which of several prices nobody has chosen for us.
        let price = [("priceId", self.price.as_str())];
        let is_open = form.action.starts_with("/admin/subscriptions/new") && form.has("priceId") && form.value("priceId").is_empty();
        form.clone().fill(&typed).fill(if is_open { &price } else { &[] })
    }

    fn text_for(&self, name: &str, action: &str) -> String {
        let own = format!("carried-{}", self.customer);
        let text = match name {
            // A blank one is as good: it begins when it is paid.
            "startAt" | "anchorDay" | "endsAt" => "",
            "trialDays" if action.contains("/subscriptions") => "",
            "trialDays" => "5",
            "email" | "business.email" => return format!("carried{}@example.com", self.customer),
            "customerId" => &self.email,
            "externalId" => &own,
            "name" | "business.name" => "Carried name: \"Ana & Co\" <x>",
            "phone" => "+49 30 1234567",
            "password" | "credentials.password" | "current" => "carried password 17",
            "credentials.username" => return format!("access-{}", self.customer),
            "notes" | "description" => "carried, first line\n  second \\ line: \"x\"",
            "tags" => "carried one, two\\, three, four\\\\",
            "metadata" => "carried: value: more\nsecond\\: key: a\\nb \\\\ c",
            "taxId" | "business.taxId" => "DE 123456789",
            "locale" => "pt-BR",
            "billingTimezone" | "business.timezone" => "America/New_York",
            "price" | "prices[0].amount" => "12.34",
            "amount" if action.ends_with("/balance") => "7.25",
            "amount" => "1.25",
            "setupFee" => "3.75",
            "quantity" | "periods" | "intervalCount" | "prices[0].intervalCount" => "2",
            "maxConnections" | "days" => "5",
            "couponCode" => &self.code,
            // Another than the sample's own, which exists.
            "code" => return format!("NEW-{}", self.customer),
            "percentOff" | "percent" => "12.5",
            "amountOff" | "durationPeriods" | "productIds" => "",
            "maxRedemptions" => "50",
            "country" => "AT",
            "billing.invoiceLeadDays" => "4",
            "billing.pendingDays" => "6",
            "billing.graceDays" => "2",
            "billing.terminateAfterDays" => "20",
            "billing.retryDays" => "0, 2, 6",
            "behavior" => "decline:7",
            "now" => "2026-02-02",
            "time" => "09:30",
            "billing.creditNoteNumberFormat" => "CREDIT-{n}",
            "billing.invoiceNumberFormat" => "CARRIED-{n:04}",
            "note" | "reason" | "method" | "reference" => "carried reason, \"quoted\"",
            "paidAt" => "2026-01-30",
            "expiresAt" => "2040-01-30",
            "dueAt" => "2026-05-30",
            name if name.starts_with("lines[") && name.ends_with("].description") => "carried line: \"x\" & <y>",
            name if name.starts_with("lines[") && name.ends_with("].unitAmount") => "3.25",
            name if name.starts_with("lines[") && name.ends_with("].quantity") => "4",
            // All that is left is credited.
            name if name.starts_with("lines[") => "",
            name if name.ends_with("address.country") => "DE",
            name if name.ends_with("address.postalCode") => "AB-10 \"115\"",
            name if name.starts_with("address.") || name.starts_with("business.address.") => "carried Street 1, \"back\"",
            other => panic!("what is typed into {other} of {action}? Say so here"),
        };
        text.to_owned()
    }
}

/// Every page of the product. The specimen book, which only debug builds have, is none.
pub fn routes() -> Vec<PageRoute> {
    let routes: Vec<PageRoute> = table().into_iter().filter(|r| !r.path.starts_with("/admin/_parts")).collect();
    assert!(routes.len() >= 60, "the table has only {} pages", routes.len());
    routes
}

/// The routes by their paths.
pub fn paths() -> BTreeMap<&'static str, Vec<PageRoute>> {
    let mut paths: BTreeMap<&'static str, Vec<PageRoute>> = BTreeMap::new();
    for route in routes() {
        paths.entry(route.path).or_default().push(route);
    }
    paths
}

/// The pages with a form: shown by GET and sent by POST, for the signed in.
pub fn form_routes() -> Vec<PageRoute> {
    let paths = paths();
    let has_post = |r: &PageRoute| paths[r.path].iter().any(|other| other.method == Method::POST);
    let forms: Vec<PageRoute> = routes().into_iter().filter(|r| r.method == Method::GET && r.access == Access::SignedIn && has_post(r)).collect();
    assert!(forms.len() >= 18, "only {} pages have a form", forms.len());
    forms
}

pub fn is_open(route: &PageRoute) -> bool {
    route.access == Access::Anybody
}

/// A token that this browser's forms carry.
pub fn token(browser: &Browser) -> String {
    let page = browser.get("/admin/login");
    if page.status == 200 { page.csrf() } else { browser.get("/admin").csrf() }
}

pub fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
    given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
