//! The page of reports: the API's numbers as figures, charts with their tables, and tables to save.

use serde_json::json;

use crate::support::TestApp;
use crate::support::client::{id, string};

fn business() -> TestApp {
    let app = TestApp::on_test_clock("2026-01-01T00:00:00Z");
    for (price, currency) in [("31.00", "USD"), ("310", "JPY")] {
        let product = id(&app.full.post("/api/v1/products", &json!({ "name": "Gold", "price": price, "currency": currency })).created());
        let customer = json!({ "email": format!("{currency}@example.com"), "currency": currency });
        let customer = id(&app.full.post("/api/v1/customers", &customer).created());
        app.full.subscribe(&customer, &product, json!({ "payment": "manual" }));
    }
    app.live_to("2026-02-10T00:00:00Z");
    app
}

#[test]
fn before_the_first_sale_the_page_says_what_belongs_there() {
    let app = TestApp::start();
    let page = app.owner().get("/admin/reports").ok();
    page.assert_has("h1", "Reports");
    page.assert_has(".empty p", "from the first sale on");
    assert_eq!(page.attributes(".empty a.button", "href"), ["/admin/subscriptions/new"]);
    assert!(page.texts("svg").is_empty() && page.texts(".figures li").is_empty(), "{page}");
}

#[test]
fn figures_charts_and_tables_say_what_the_api_says() {
    let app = business();
    let browser = app.owner();
    let query = "from=2026-01-01&to=2026-02-09";
    let page = browser.get(&format!("/admin/reports?{query}")).ok();
    let summary = app.read.get(&format!("/api/v1/reports/summary?{query}")).ok();
    for (label, field) in [
        ("Monthly recurring revenue", "mrr"),
        ("Revenue", "revenue"),
        ("Billed, net", "billed"),
        ("Collected", "collected"),
        ("Outstanding", "outstanding"),
        ("Overdue", "overdue"),
    ] {
        let figure = page.texts(".figures li").into_iter().find(|text| text.trim_start().starts_with(label)).unwrap_or_else(|| panic!("{label}: {page}"));
        assert!(figure.contains(&string(&summary[field])), "{label}: {figure} {summary}");
    }
    // So many that no row of two, three or four leaves one alone.
    assert_eq!(page.texts(".figures li").len(), 12, "{page}");
    page.assert_has(".figures li .muted", &format!("{} USD a year", string(&summary["arr"])));
    // A chart's headline is what the figure says, also where the last day is not posted.
    for (chart, field) in [("#revenue", "revenue"), ("#mrr", "mrr")] {
        assert!(page.text_of(&format!("{chart} .now")).contains(&string(&summary[field])), "{page}");
    }
    // A bar for each day, the last emphasised, and a row of the table for each.
    let charts: Vec<usize> = ["#revenue", "#mrr"].iter().map(|chart| page.attributes(&format!("{chart} svg rect"), "height").len()).collect();
    assert_eq!(charts, [40, 40]);
    assert_eq!(page.attributes("#revenue rect.last", "x"), ["390"]);
    assert_eq!(page.texts("#revenue tbody tr").len(), 40);
    assert!(page.texts("#revenue tbody tr")[0].contains("1.00"), "{page}");
    assert_eq!(page.attributes("#mrr svg", "aria-label"), ["Monthly recurring revenue"]);
    // What is due, each currency in its row.
    assert_eq!(page.texts("#ageing tbody tr").len(), 2);
    assert!(page.texts("#ageing tbody tr")[0].contains("USD") && page.texts("#ageing tbody tr")[0].contains("31.00"), "{page}");
    // On the phone each number has its heading beside it.
    let labels = page.attributes("#ageing tbody tr:first-child td", "data-label");
    assert_eq!(labels, ["Not due yet", "1–30 days", "31–60 days", "61–90 days", "Over 90 days", "Overdue", "Outstanding"]);
    // By week and in another currency.
    let page = browser.get(&format!("/admin/reports?{query}&interval=week&currency=JPY")).ok();
    assert_eq!(page.attributes("#revenue svg rect", "height").len(), 7);
    assert!(page.texts(".figures li").iter().any(|text| text.contains("310") && text.contains("JPY")), "{page}");
    assert_eq!(page.attributes("select[name=currency] option[selected]", "value"), ["JPY"]);
    // Ten years go together by months.
    let page = browser.get("/admin/reports?from=2017-01-01&to=2026-02-09&interval=day").ok();
    assert_eq!(page.attributes("select[name=interval] option[selected]", "value"), ["month"]);
}

#[test]
fn each_table_can_be_saved_as_the_api_gives_it() {
    let app = business();
    let browser = app.owner();
    let page = browser.get("/admin/reports?from=2026-01-01&to=2026-01-31").ok();
    let links: Vec<String> = page.attributes("section .actions a", "href").into_iter().filter(|href| href.contains("format=csv")).collect();
    assert_eq!(links.len(), 3, "{links:?}");
    for (link, report) in links.iter().zip(["revenue", "mrr"]) {
        let saved = browser.ask("GET", link, &[], None);
        assert_eq!((saved.status, saved.header("content-type")), (200, Some("text/csv; charset=utf-8")), "{link}");
        let name = format!("attachment; filename=\"{report}.csv\"");
        assert_eq!(saved.header("content-disposition"), Some(name.as_str()));
        let by_api = app.read.ask("GET", &format!("/api/v1/reports/{report}?from=2026-01-01&to=2026-01-31&currency=USD&format=csv"), &[], None);
        assert_eq!(saved.html, String::from_utf8_lossy(&by_api.bytes), "{link}");
    }
    assert!(browser.ask("GET", &links[2], &[], None).html.contains("2026-01-31,2026-01-31,JPY,"));
}

#[test]
fn what_makes_no_report_is_said_in_the_viewers_language() {
    let app = TestApp::start();
    let browser = app.owner();
    for query in ["from=2026-02-01&to=2026-01-01", "from=x", "currency=XXY", "interval=year", "nonsense=1"] {
        let page = browser.get(&format!("/admin/reports?{query}")).expect(400);
        assert_eq!((page.heading().as_str(), page.texts(".figures, .story, svg").len()), ("Reports", 0), "{query}: {page}");
        assert_eq!(page.attributes("nav a[aria-current]", "href").first().map(String::as_str), Some("/admin/reports"), "{query}: {page}");
    }
    // The form comes back as it was sent, with what is wrong beside its field.
    let arabic = app.owner_as(app.browser().with("accept-language", "ar"));
    for (query, field, value, text, in_arabic) in [
        ("from=2026-02-01&to=2026-01-01&interval=week", "to", "2026-01-01", "Must not lie before the first day", "يجب ألا يقع قبل اليوم الأول"),
        ("from=2001-02-01&to=2026-01-01", "from", "2001-02-01", "Must lie at most 3,660 days before the last day", "يجب أن يسبق اليوم الأخير"),
        ("from=31.1.2026&to=2026-02-30", "from", "31.1.2026", "Must be a date such as 2026-01-31", "يجب أن يكون تاريخًا"),
        ("from=2026-01-01&to=2026-02-30", "to", "2026-02-30", "Must be a date such as 2026-01-31", "يجب أن يكون تاريخًا"),
    ] {
        for (browser, text) in [(&browser, text), (&arabic, in_arabic)] {
            let page = browser.get(&format!("/admin/reports?{query}")).expect(400);
            assert!(page.errors()[field].contains(text), "{query}: {page}");
            assert_eq!(page.attributes(&format!("input[name={field}][aria-invalid]"), "value"), [value], "{query}: {page}");
            assert!(!page.html.contains("&quot;from") && !page.html.contains("\"from\"<"), "{query}: {page}");
        }
    }
    let page = browser.get("/admin/reports?from=2026-02-01&to=2026-01-01&interval=week").expect(400);
    assert_eq!(page.attributes("select[name=interval] option[selected]", "value"), ["week"]);
    assert_eq!(page.attributes("input[name=from]", "value"), ["2026-02-01"]);
    // Of what the form does not ask it is said above it.
    browser.get("/admin/reports?nonsense=1").expect(400).assert_has(".callout", "nonsense: This parameter is unknown");
    // A form sends what was left empty, too.
    browser.get("/admin/reports?from=&to=&interval=week&currency=").ok();
}
