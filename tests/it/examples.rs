//! The scripts under `examples/`, run by node against a real server: what they print, serve and write, to the cent.
//!
//! Deliberately absent: their pure parts. Those have tests of their own beside them, which one test here runs.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::client::{User, id, rows, string};
use crate::support::process::{Process, SOON, Server, create_full_key, create_key, leave_out, run, within};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
const SCRIPTS: [&str; 6] = ["crm-sync.js", "dashboard.js", "demo-data.js", "fake-hubspot.js", "mobile-app.js", "weekly-report.js"];

/// Whether node and what `npm ci --prefix examples` installs are there.
fn can_run(test: &str) -> bool {
    let why = match Command::new("node").arg("--version").output() {
        Err(e) => format!("node: {e}"),
        Ok(_) if !Path::new(FOLDER).join("node_modules/@hubspot/api-client").exists() => "npm ci --prefix examples was not run".to_owned(),
        Ok(_) => return true,
    };
    leave_out(test, &why);
    false
}

/// A server with a full key, and a directory in which scripts run.
struct Shop {
    directory: tempfile::TempDir,
    server: Server,
    key: String,
    owner: User,
}

impl Shop {
    fn open() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let data = directory.path().join("data");
        let key = create_full_key(&data);
        let server = Server::start(&data);
        let owner = User::new(server.address, Some(key.clone()));
        Self { directory, server, key, owner }
    }

    fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// One more key; the running server knows it within a second.
    fn key(&self, options: &[&str]) -> String {
        let secret = create_key(&self.directory.path().join("data"), options);
        let user = User::new(self.server.address, Some(secret.clone()));
        within(SOON, "the new key opens", || user.ask("GET", "/api/v1/me", &[], None).status == 200);
        secret
    }

    /// A script with nothing of this machine's settings, and these of the shop.
    fn script(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = bare_script(name, arguments);
        command.current_dir(self.directory.path()).env("BILLHEAD_URL", self.url()).env("BILLHEAD_KEY", &self.key);
        command
    }

    fn print(&self, name: &str, arguments: &[&str]) -> String {
        printed(&mut self.script(name, arguments))
    }

    fn json(&self, name: &str, arguments: &[&str]) -> Value {
        parse(&self.print(name, arguments))
    }

    /// Customers with a name, an address and a currency that go by their numbers; their ids.
    fn customers(&self, word: &str, count: usize, currency: impl Fn(usize) -> &'static str) -> Vec<String> {
        let body = |n| json!({ "email": format!("{word}{n}@example.com"), "name": format!("{word} {n}"), "currency": currency(n) });
        (0..count).map(|n| id(&self.owner.post("/api/v1/customers", &body(n)).created())).collect()
    }

    /// A monthly product at 9.99 EUR, 12.95 USD or 1935 JPY.
    fn product(&self, name: &str) -> String {
        let prices = json!([{ "currency": "USD", "amount": "12.95" }, { "currency": "JPY", "amount": "1935" }]);
        id(&self.owner.post("/api/v1/products", &json!({ "name": name, "price": "9.99", "currency": "EUR", "prices": prices })).created())
    }

    fn cancel(&self, subscription: &str) -> Value {
        self.owner.act(subscription, "cancel", json!({})).ok()
    }
}

fn bare_script(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("node");
    for (name, _) in std::env::vars_os() {
        if ["BILLHEAD_", "HUBSPOT_", "MOBILE_", "NODE_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.arg(Path::new(FOLDER).join(name)).args(arguments);
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(command: &mut Command) -> String {
    let output = run(command);
    assert!(output.status.success(), "{command:?} ended with {}: {}", output.status, said(&output));
    String::from_utf8(output.stdout).expect("scripts print UTF-8")
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// A script that is to fail with this code; what it says.
#[track_caller]
fn failure(command: &mut Command, code: i32) -> String {
    let output = run(command);
    assert_eq!(output.status.code(), Some(code), "{command:?}: {}", said(&output));
    said(&output)
}

/// A script that serves, and where.
fn start(command: &mut Command) -> (Process, SocketAddr) {
    let process = Process::start(command);
    let address = process.wait_for_line(|line| line.split_once(" listens on http://").and_then(|(_, address)| address.trim().parse().ok()));
    let Some(address) = address else { panic!("{command:?} did not start: {}", process.said()) };
    (process, address)
}

/// Ctrl-C, and an orderly end.
fn interrupt(mut process: Process) {
    process.signal("INT");
    let status = process.end();
    assert!(status.success(), "{status}: {}", process.said());
}

#[test]
fn the_scripts_own_tests_pass() {
    if !can_run("the scripts' own tests") {
        return;
    }
    let output = run(Command::new("node").arg("--test").current_dir(FOLDER).env_remove("NODE_OPTIONS").env_remove("NODE_TEST_CONTEXT"));
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}");
    let count = |word: &str| report.lines().find_map(|l| l.split_once(word)?.1.trim().parse::<u32>().ok());
    assert!(count(" pass ").is_some_and(|passed| passed > 30), "{report}");
}

/// Where packages come from is the installer's business, not the repository's.
#[test]
fn the_lock_file_names_no_place_to_fetch_from() {
    let lock = std::fs::read_to_string(Path::new(FOLDER).join("package-lock.json")).expect("the lock file is there");
    let lock = parse(&lock);
    let packages = lock["packages"].as_object().expect("it has packages");
    assert!(packages.contains_key("node_modules/@hubspot/api-client"));
    for (name, package) in packages {
        assert!(package["resolved"].is_null(), "{name}: {package}");
        assert!(name.is_empty() || package["integrity"].as_str().is_some_and(|i| i.starts_with("sha512-")), "{name}: {package}");
    }
}

#[test]
fn every_script_helps_and_refuses_what_it_cannot_do() {
    if !can_run("what the scripts refuse") {
        return;
    }
    let shop = Shop::open();
    for name in SCRIPTS {
        let help = printed(&mut bare_script(name, &["--help"]));
        assert!(help.starts_with(&format!("node {name}")) && help.contains("Environment:"), "{help}");
        assert!(failure(&mut bare_script(name, &["--nonsense"]), 2).contains("--nonsense"));
    }
    let said = failure(bare_script("weekly-report.js", &[]).env("BILLHEAD_KEY", "k"), 2);
    assert!(said.contains("BILLHEAD_URL is not set"), "{said}");
    let said = failure(bare_script("dashboard.js", &["--once"]).env("BILLHEAD_URL", shop.url()), 2);
    assert!(said.contains("BILLHEAD_KEY is not set"), "{said}");
    for wrong in [["--from", "yesterday"], ["--to", "2026-02-30"]] {
        let said = failure(&mut shop.script("weekly-report.js", &wrong), 2);
        assert!(said.contains(wrong[0]) && said.contains(wrong[1]), "{said}");
    }
    failure(&mut shop.script("weekly-report.js", &["--from", "2026-02-01", "--to", "2026-01-01"]), 2);
    failure(&mut shop.script("weekly-report.js", &["--mail-to", "a@example.com\r\nBcc: b@example.com"]), 2);
    failure(&mut shop.script("dashboard.js", &["--every", "0"]), 2);
    failure(&mut shop.script("mobile-app.js", &[]), 2);
    failure(&mut shop.script("mobile-app.js", &["--serve"]), 2);
    let said = failure(&mut shop.script("crm-sync.js", &[]), 2);
    assert!(said.contains("HUBSPOT_TOKEN is not set"), "{said}");
    // A key that nobody has, one that may too little, and no server at all.
    let wrong = "bh_live_wrongwrongwrongwrongwrongwrong00";
    let said = failure(shop.script("weekly-report.js", &[]).env("BILLHEAD_KEY", wrong), 1);
    assert!(said.contains("401 unauthorized") && said.contains("BILLHEAD_KEY is refused") && said.contains("request req_") && !said.contains(wrong), "{said}");
    let narrow = shop.key(&["--name", "narrow", "--scopes", "customers:read"]);
    let said = failure(shop.script("dashboard.js", &["--once"]).env("BILLHEAD_KEY", &narrow), 1);
    assert!(said.contains("403 insufficient_scope") && said.contains(":read"), "{said}");
    let url = shop.url();
    let mut orphan = shop.script("weekly-report.js", &[]);
    shop.server.stop();
    let said = failure(&mut orphan, 1);
    assert!(said.contains(&format!("Cannot reach {url}: ECONNREFUSED")), "{said}");
}

#[test]
fn a_script_that_waits_for_an_answer_can_be_interrupted() {
    if !can_run("the scripts' Ctrl-C") {
        return;
    }
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", silent.local_addr().expect("it has an address"));
    let mut process = Process::start(bare_script("weekly-report.js", &[]).env("BILLHEAD_URL", url).env("BILLHEAD_KEY", "k"));
    let (_connection, _) = silent.accept().expect("the script asks");
    process.signal("INT");
    let status = process.end();
    assert_eq!((status.code(), process.said().trim()), (Some(130), "Stopped."));
}

#[test]
fn the_demo_data_is_made_once() {
    if !can_run("the demo data") {
        return;
    }
    let shop = Shop::open();
    for _ in 0..2 {
        assert_eq!(shop.print("demo-data.js", &[]), "30 customers, 24 subscriptions.\n");
    }
    let cancelled = shop.owner.all("/api/v1/subscriptions?status=cancelled", 100);
    assert_eq!(cancelled.len(), 4);
    assert_eq!(shop.json("weekly-report.js", &["--json"])["revenue"], json!({ "EUR": "79.92", "JPY": "11840", "USD": "87.60" }));
}

/// What is in the books before a boundary in time, and after it.
struct Weeks {
    shop: Shop,
    boundary: String,
    /// Made only to find the boundary: each is a customer from before it.
    extra_before: usize,
}

/// Before: 125 customers and 115 paid invoices in three currencies (more than the largest page), with three cancellations. After: customers,
/// invoices of which one was made before, cancellations, and a note at a subscription that was cancelled before.
fn two_weeks() -> Weeks {
    let shop = Shop::open();
    let owner = &shop.owner;
    let product = shop.product("Basic");
    let currency = |n| match n {
        70..=104 => "USD",
        105..=114 => "JPY",
        _ => "EUR",
    };
    let customers = shop.customers("c", 125, currency);
    let paid: Vec<String> = customers[..115].iter().map(|c| id(&owner.subscribe(c, &product, json!({ "payment": "manual" })))).collect();
    let open = owner.subscribe(&customers[115], &product, json!({}));
    let half_paid = owner.subscribe(&customers[116], &product, json!({}));
    owner.mark_paid(&half_paid["latestInvoiceId"], json!({ "amount": "5.00" })).ok();
    let mut last = String::new();
    for subscription in &paid[..3] {
        last = string(&shop.cancel(subscription)["cancelledAt"]);
    }
    // A later millisecond than all that was.
    let mut extra_before = 0;
    let boundary = loop {
        let customer = owner.post("/api/v1/customers", &json!({ "email": format!("boundary{extra_before}@example.com") })).created();
        let made = string(&customer["createdAt"]);
        if made > last {
            break made;
        }
        extra_before += 1;
    };
    let late = shop.customers("late", 6, |n| if n < 2 { "USD" } else { "JPY" });
    for customer in &late[..3] {
        owner.subscribe(customer, &product, json!({ "payment": "manual" }));
    }
    owner.mark_paid(&open["latestInvoiceId"], json!({})).ok();
    shop.cancel(&paid[3]);
    shop.cancel(&paid[80]);
    owner.patch(&format!("/api/v1/subscriptions/{}", paid[0]), &json!({ "metadata": { "note": "called" } })).ok();
    Weeks { shop, boundary, extra_before }
}

#[test]
fn the_report_is_exact_over_all_pages_and_counts_by_what_happened_when() {
    if !can_run("the weekly report") {
        return;
    }
    let Weeks { shop, boundary, extra_before } = two_weeks();
    // What a page alone would have added up: 20 of 119.
    let page = shop.owner.get("/api/v1/invoices?status=paid").ok();
    assert_eq!((rows(&page).len(), &page["pagination"]["total"]), (20, &json!(119)));

    let report = |arguments: &[&str]| shop.json("weekly-report.js", &[&["--json"], arguments].concat());
    let figures = |report: &Value| json!([report["newCustomers"], report["invoicesPaid"], report["revenue"], report["cancellations"]]);
    let all = report(&[]);
    assert_eq!(figures(&all), json!([132 + extra_before, 119, { "EUR": "709.29", "JPY": "21285", "USD": "479.15" }, 5]));
    let after = report(&["--from", &boundary]);
    assert_eq!(after["from"], json!(boundary));
    assert_eq!(figures(&after), json!([7, 4, { "EUR": "9.99", "JPY": "1935", "USD": "25.90" }, 2]));
    let before = report(&["--to", &boundary]);
    assert_eq!(figures(&before), json!([125 + extra_before, 115, { "EUR": "699.30", "JPY": "19350", "USD": "453.25" }, 3]));
    assert_eq!(figures(&report(&["--from", "2020-01-01", "--to", "2020-01-08"])), json!([0, 0, {}, 0]));

    let between = ["--from", &boundary, "--to", "2100-01-01"];
    let text = shop.print("weekly-report.js", &between);
    for line in ["New customers                       7", "Revenue                      9.99 EUR", "                            25.90 USD"] {
        assert!(text.lines().any(|l| l == line), "{line} is not in: {text}");
    }
    assert_mail(&shop, &between, &text);
}

/// The mail's file is a message by RFC 5322 with the report in it.
fn assert_mail(shop: &Shop, between: &[&str], text: &str) {
    let mail = ["--mail-to", "boss@example.com", "--mail-from", "billing@example.org", "--mail-file", "report.eml"];
    assert_eq!(shop.print("weekly-report.js", &[between, &mail].concat()), text);
    let message = std::fs::read_to_string(shop.directory.path().join("report.eml")).expect("the message is written");
    assert!(message.is_ascii() && !message.replace("\r\n", "").contains(['\r', '\n']), "{message:?}");
    assert!(message.lines().all(|line| line.len() <= 78), "{message}");
    let (head, body) = message.split_once("\r\n\r\n").expect("a head and a body");
    assert_eq!(body.replace("\r\n", "\n"), text);
    let header = |name: &str| {
        let values: Vec<&str> = head.split("\r\n").filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect();
        assert_eq!(values.len(), 1, "{name}: {head}");
        values[0].to_owned()
    };
    assert_eq!((header("From"), header("To")), ("<billing@example.org>".into(), "<boss@example.com>".into()));
    assert!(header("Message-ID").starts_with('<') && header("Message-ID").ends_with("@example.org>"), "{head}");
    assert!(header("Date").ends_with(" +0000") && header("Subject").contains("report"), "{head}");
}

#[test]
fn a_standard_key_without_requests_left_is_waited_for() {
    if !can_run("the scripts' patience") {
        return;
    }
    let shop = Shop::open();
    let key = shop.key(&["--name", "poor", "--tier", "standard"]);
    let poor = User::new(shop.server.address, Some(key.clone()));
    let spent = (0..1000).any(|_| poor.get("/api/v1/me").status == 429);
    assert!(spent, "a standard key has an end");
    let output = run(shop.script("weekly-report.js", &["--json"]).env("BILLHEAD_KEY", key));
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("429 to GET /api/v1/"), "{}", said(&output));
    assert_eq!(parse(&String::from_utf8_lossy(&output.stdout))["newCustomers"], json!(0));
}

#[test]
fn the_dashboard_shows_real_revenue_and_goes_on() {
    if !can_run("the dashboard") {
        return;
    }
    let Weeks { shop, extra_before, .. } = two_weeks();
    let once = shop.json("dashboard.js", &["--once", "--days", "7", "--ends-within", "40"]);
    let shown = ["customers", "activeSubscriptions", "paidInvoices", "paidInWindow", "revenue", "cancellations", "endsSoon"].map(|name| once[name].clone());
    let revenue = json!({ "EUR": "709.29", "JPY": "21285", "USD": "479.15" });
    assert_eq!(json!(shown), json!([132 + extra_before, 114, 119, 119, revenue, 5, 114]));
    assert_eq!(shop.json("dashboard.js", &["--once"])["endsSoon"], json!(0));

    let (process, address) = start(&mut shop.script("dashboard.js", &["--port", "0", "--every", "1"]));
    let browser = User::new(address, None);
    let page = || String::from_utf8(browser.ask("GET", "/", &[], None).bytes).expect("HTML is UTF-8");
    within(SOON, "the first figures", || page().contains("<dd>709.29</dd>"));
    let html = page();
    for figure in ["<dt>Active subscriptions</dt><dd>114</dd>", "<dt>Paid invoices</dt><dd>119</dd>", "<dd>21285</dd>", "Revenue by day, USD"] {
        assert!(html.contains(figure), "{figure} is not in: {html}");
    }
    assert!(!html.contains(&shop.key), "the key stays on the server");
    assert_eq!(browser.ask("GET", "/", &[("host", "evil.example")], None).status, 403);
    assert_eq!(browser.ask("POST", "/", &[], None).status, 405);
    assert_eq!(browser.ask("GET", "/key", &[], None).status, 404);

    let product = shop.product("Sport");
    let customer = shop.customers("new", 1, |_| "EUR").remove(0);
    shop.owner.subscribe(&customer, &product, json!({ "payment": "manual" }));
    let revenue = || browser.ask("GET", "/figures.json", &[], None).body()["figures"]["revenue"]["EUR"].clone();
    within(SOON, "the new sale", || revenue() == json!("719.28"));
    // Without its server it keeps what it knows, and says so.
    shop.server.stop();
    within(SOON, "the failure", || page().contains("could not be refreshed"));
    assert!(page().contains("<dd>719.28</dd>"));
    interrupt(process);
}

/// The contacts that the fake holds, by address.
fn contacts(crm: &User) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let properties = "firstname,phone,iptv_subscription_status,iptv_product,iptv_expiry";
        let page = crm.ask("GET", &format!("/crm/v3/objects/contacts?limit=100&properties={properties}{after}"), &[], None).ok();
        all.extend(page["results"].as_array().expect("results").iter().cloned());
        match page["paging"]["next"]["after"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

#[track_caller]
fn contact(crm: &User, email: &str) -> Value {
    let mut found: Vec<Value> = contacts(crm).into_iter().filter(|c| c["properties"]["email"] == email).collect();
    assert_eq!(found.len(), 1, "{email} is there once: {found:?}");
    found.remove(0)
}

/// A contact's name, status, product and expiry.
fn shown(contact: &Value) -> Value {
    json!(["firstname", "iptv_subscription_status", "iptv_product", "iptv_expiry"].map(|name| contact["properties"][name].clone()))
}

/// As if the last sync had begun then: its minute of overlap would take in all that the test did before.
fn set_since(file: &Path, since: &Value) {
    let mut state = parse(&std::fs::read_to_string(file).expect("the state is written"));
    state["since"] = since.clone();
    std::fs::write(file, state.to_string()).expect("a file can be written");
}

const TOKEN: &str = "pat-test-1";

#[test]
fn the_crm_is_kept_in_step_and_nobody_is_doubled() {
    if !can_run("the CRM sync") {
        return;
    }
    let shop = Shop::open();
    let owner = &shop.owner;
    let (basic, sport) = (shop.product("Basic"), shop.product("Sport"));
    let customers = shop.customers("C", 130, |_| "EUR");
    let subscriptions: Vec<Value> = customers[..60].iter().map(|c| owner.subscribe(c, &basic, json!({ "payment": "manual" }))).collect();
    owner.subscribe(&customers[1], &sport, json!({ "payment": "manual" }));

    let (fake, address) = start(bare_script("fake-hubspot.js", &["--port", "0"]).env("HUBSPOT_TOKEN", TOKEN));
    let crm = User::new(address, Some(TOKEN.into()));
    let known = json!({ "properties": { "email": "c7@example.com", "phone": "555" } }).to_string();
    assert_eq!(crm.ask("POST", "/crm/v3/objects/contacts", &[], Some(known.as_bytes())).status, 201);
    let script = |address: SocketAddr, arguments: &[&str]| {
        let mut command = shop.script("crm-sync.js", arguments);
        command.env("HUBSPOT_TOKEN", TOKEN).env("HUBSPOT_URL", format!("http://{address}"));
        command
    };
    let counts = |outcome: &str| {
        let outcome = parse(outcome);
        json!(["mode", "created", "updated", "gone"].map(|name| outcome[name].clone()))
    };
    let sync = |arguments: &[&str]| counts(&printed(&mut script(address, &[&["--json"], arguments].concat())));

    // All of them, by address: who is there already is not doubled, and keeps what else is known of him.
    assert_eq!(sync(&[]), json!(["full", 129, 1, 0]));
    assert_eq!(contacts(&crm).len(), 130);
    let end = |n: usize| subscriptions[n]["currentPeriodEnd"].clone();
    assert_eq!(shown(&contact(&crm, "c0@example.com")), json!(["C 0", "Active", "Basic", end(0)]));
    assert_eq!(shown(&contact(&crm, "c1@example.com")), json!(["C 1", "Active", "Basic, Sport", end(1)]));
    assert_eq!(shown(&contact(&crm, "c100@example.com")), json!(["C 100", "Inactive", "None", ""]));
    assert_eq!(contact(&crm, "c7@example.com")["properties"]["phone"], "555");
    assert_eq!(sync(&[]), json!(["changes", 0, 0, 0]));
    assert_eq!(contacts(&crm).len(), 130);

    // Only a subscription changed; an address changed; someone is new; someone was deleted.
    let record = contact(&crm, "c5@example.com")["id"].clone();
    let cancelled = shop.cancel(&id(&subscriptions[3]));
    let state = shop.directory.path().join("crm-sync.state.json");
    set_since(&state, &cancelled["cancelledAt"]);
    owner.patch(&format!("/api/v1/customers/{}", customers[5]), &json!({ "email": "Five@example.com" })).ok();
    let new = shop.customers("N", 1, |_| "EUR").remove(0);
    owner.subscribe(&new, &sport, json!({ "payment": "manual" }));
    shop.cancel(&id(&subscriptions[4]));
    owner.delete(&format!("/api/v1/customers/{}", customers[4])).ok();
    let outcome = printed(&mut script(address, &["--json"]));
    assert_eq!((counts(&outcome), &parse(&outcome)["customers"]), (json!(["changes", 1, 2, 1]), &json!(3)));
    assert_eq!(contacts(&crm).len(), 131);
    assert_eq!(shown(&contact(&crm, "c3@example.com")), json!(["C 3", "Inactive", "None", ""]));
    assert_eq!(contact(&crm, "five@example.com")["id"], record);
    assert_eq!(shown(&contact(&crm, "n0@example.com"))[2], "Sport");
    assert_eq!(shown(&contact(&crm, "c4@example.com"))[1], "Inactive");

    // More changes than are worth looking up one by one; and all once more.
    for customer in &customers[60..120] {
        owner.patch(&format!("/api/v1/customers/{customer}"), &json!({ "name": "Renamed" })).ok();
    }
    assert_eq!(sync(&[]), json!(["changes", 0, 60, 0]));
    assert_eq!(shown(&contact(&crm, "c119@example.com"))[0], "Renamed");
    assert_eq!(sync(&["--full"]), json!(["full", 0, 130, 0]));
    assert_eq!(contacts(&crm).len(), 131);

    // One that HubSpot does not take is named at every run, and holds up nobody.
    for email in ["user@localhost", "fine@example.com"] {
        owner.post("/api/v1/customers", &json!({ "email": email })).created();
    }
    for created in [1, 0] {
        let output = run(&mut script(address, &["--json"]));
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("user@localhost: HubSpot answers 400") && !said(&output).contains("fine@"), "{}", said(&output));
        assert_eq!(counts(&String::from_utf8_lossy(&output.stdout)), json!(["changes", created, 0, 0]));
        // The next run sees no change, and tries all the same.
        set_since(&state, &json!("2100-01-01T00:00:00.000Z"));
    }
    assert_eq!(contacts(&crm).len(), 132);

    // A state is of one account, and a token of one too.
    let refused = failure(script(address, &[]).env("HUBSPOT_TOKEN", "wrong"), 1);
    assert!(refused.contains("HUBSPOT_TOKEN is refused") && !refused.contains("wrong"), "{refused}");
    let (busy, busy_address) = start(bare_script("fake-hubspot.js", &["--port", "0", "--limit-every", "2"]).env("HUBSPOT_TOKEN", TOKEN));
    assert!(failure(&mut script(busy_address, &[]), 2).contains("is of another sync"));
    let output = run(&mut script(busy_address, &["--json", "--state", "busy.json"]));
    assert!(said(&output).contains("429 from HubSpot: again in"), "{}", said(&output));
    assert_eq!(counts(&String::from_utf8_lossy(&output.stdout)), json!(["full", 131, 0, 0]));
    interrupt(busy);
    interrupt(fake);
}

const SECRET: &str = "thirty-two characters are enough";

#[test]
fn an_app_shows_its_customer_what_is_his_and_nobody_elses() {
    if !can_run("the app's server") {
        return;
    }
    let shop = Shop::open();
    let owner = &shop.owner;
    let product = shop.product("Basic");
    let customers = shop.customers("c", 3, |_| "EUR");
    let ana: Vec<Value> = [1, 2, 1].iter().map(|q| owner.subscribe(&customers[0], &product, json!({ "payment": "manual", "quantity": q }))).collect();
    shop.cancel(&id(&ana[2]));
    owner.subscribe(&customers[0], &product, json!({}));
    owner.subscribe(&customers[1], &product, json!({ "payment": "manual" }));
    let key = shop.key(&["--name", "app", "--tier", "enterprise", "--scopes", "customers:read,subscriptions:read,subscriptions:credentials"]);
    let script = |arguments: &[&str]| {
        let mut command = shop.script("mobile-app.js", arguments);
        command.env("BILLHEAD_KEY", &key).env("MOBILE_SECRET", SECRET);
        command
    };
    let as_shown = |subscription: &Value| {
        let accesses: Vec<Value> = rows_of(&subscription["accesses"]).iter().map(|a| json!({ "username": a["username"], "password": a["password"] })).collect();
        json!({
            "id": subscription["id"], "productName": "Basic", "status": "active", "expiresAt": subscription["currentPeriodEnd"], "renews": true,
            "maxConnections": null, "credentials": subscription["credentials"], "accesses": accesses,
        })
    };
    let expected = json!([as_shown(&ana[0]), as_shown(&ana[1])]);
    assert!(expected[1]["accesses"].as_array().is_some_and(|a| a.len() == 2) && expected[0]["credentials"]["password"].is_string(), "{expected}");
    for whose in [["--email", "C0@example.com"], ["--id", customers[0].as_str()]] {
        assert_eq!(parse(&printed(&mut script(&whose))), expected);
    }
    assert!(failure(&mut script(&["--email", "nobody@example.com"]), 1).contains("No customer has the address"));
    let blind = shop.key(&["--name", "blind", "--scopes", "customers:read,subscriptions:read"]);
    let output = run(script(&["--email", "c0@example.com"]).env("BILLHEAD_KEY", blind));
    assert!(said(&output).contains("lacks the scope subscriptions:credentials"), "{}", said(&output));
    assert_eq!(parse(&String::from_utf8_lossy(&output.stdout))[0]["credentials"], Value::Null);

    let token = |n: usize| printed(&mut script(&["--id", &customers[n], "--token"])).trim().to_owned();
    let (ana_token, lea_token) = (token(0), token(2));
    let (process, address) = start(&mut script(&["--serve", "--port", "0", "--cache", "0"]));
    let app = |token: &str| User::new(address, Some(token.to_owned())).ask("GET", "/me/subscriptions", &[], None);
    let answer = app(&ana_token);
    assert_eq!((answer.ok()["subscriptions"].clone(), answer.header("cache-control")), (expected, Some("no-store")));
    assert!(!String::from_utf8_lossy(&answer.bytes).contains(&key), "the key stays on the server");
    assert_eq!(app(&token(1)).ok()["subscriptions"].as_array().map(Vec::len), Some(1));
    assert_eq!(app(&lea_token).ok(), json!({ "name": "c 2", "subscriptions": [] }));
    let foreign = printed(script(&["--id", &customers[0], "--token"]).env("MOBILE_SECRET", SECRET.to_uppercase()));
    for wrong in ["", "nonsense", key.as_str(), foreign.trim(), &ana_token[1..], &format!("{ana_token}A")] {
        let answer = app(wrong);
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")), "{wrong}: {answer}");
    }
    assert_eq!(User::new(address, None).ask("GET", "/me/subscriptions", &[], None).status, 401);
    let ana_app = User::new(address, Some(ana_token.clone()));
    assert_eq!(ana_app.ask("POST", "/me/subscriptions", &[], None).status, 405);
    assert_eq!(ana_app.ask("GET", &format!("/api/v1/customers/{}", customers[1]), &[], None).status, 404);
    // A token ends with its customer; and what is behind the app is no business of his.
    owner.delete(&format!("/api/v1/customers/{}", customers[2])).ok();
    assert_eq!(app(&lea_token).status, 401);
    let url = shop.url();
    shop.server.stop();
    let answer = app(&ana_token);
    assert_eq!((answer.status, answer.body()), (502, json!({ "error": "Try again later." })));
    // What a process says arrives after what it answers, now and then.
    let told = format!("Cannot reach {url}");
    within(SOON, &told, || process.said().contains(&told));
    interrupt(process);
}

fn rows_of(list: &Value) -> &Vec<Value> {
    list.as_array().unwrap_or_else(|| panic!("no list: {list}"))
}
