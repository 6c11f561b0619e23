//! A subscription is changed, cancelled and renewed on its pages: what a preview shows is what then is done.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::client::{id, rows, string};

fn product(app: &TestApp, name: &str, price: &str, currency: &str) -> Value {
    app.full.post("/api/v1/products", &json!({ "name": name, "price": price, "currency": currency, "interval": "month" })).created()
}

fn price_of(product: &Value) -> String {
    string(&product["prices"][0]["id"])
}

/// Gold at 10.00 a month since 1 March 2026 (31 days), paid by hand; it is the 11th, and 19 % are added.
struct Story {
    app: TestApp,
    browser: Browser,
    ana: String,
    platinum: Value,
    subscription: String,
    page: String,
}

fn gold() -> Story {
    let app = TestApp::on_test_clock("2026-03-01T10:00:00Z");
    app.full.post("/api/v1/tax-rates", &json!({ "name": "VAT", "percent": "19" })).created();
    let ana = app.full.new_customer("ana@example.com");
    let (gold, platinum) = (product(&app, "Gold", "10.00", "USD"), product(&app, "Platinum", "20.00", "USD"));
    let subscription = id(&app.full.subscribe(&ana, &id(&gold), json!({ "payment": "manual" })));
    app.live_to("2026-03-11T08:00:00Z");
    let browser = app.owner();
    let page = format!("/admin/subscriptions/{subscription}");
    Story { app, browser, ana, platinum, subscription, page }
}

impl Story {
    /// Opens a form, fills it in, and asks what it would come to.
    fn look(&self, what: &str, typed: &[(&str, &str)]) -> Page {
        let form = self.browser.get(&format!("{}/{what}", self.page)).ok().form().fill(typed);
        self.browser.submit(&form.force("preview", "true"))
    }

    fn told(&self) -> Value {
        self.app.full.subscription(&self.subscription)
    }
}

/// What a preview says, text by text.
fn said(page: &Page) -> String {
    page.text_of(".comes-to")
}

#[test]
fn what_a_change_comes_to_is_shown_and_then_done() {
    let s = gold();
    let platinum = price_of(&s.platinum);
    let links = s.browser.get(&s.page).ok().attributes("main a.button", "href");
    assert!(links.contains(&format!("{}/change", s.page)), "{links:?}");
    let first = s.browser.get(&format!("{}/change", s.page)).ok();
    assert_eq!(first.texts("select[name=priceId] option"), ["Gold · 10.00 USD every month (as now)", "Platinum · 20.00 USD every month"]);
    assert_eq!((said(&first).as_str(), first.texts("form.fields button").join("|")), ("", "Show what it comes to|Change".to_owned()));
    let before = (s.app.row_counts(), s.told());
    let seen = s.look("change", &[("priceId", &platinum), ("quantity", "2")]).ok();
    assert_eq!((s.app.row_counts(), s.told()), before, "a look writes nothing");
    // 10.00 × 21/31 is credited, 2 × 20.00 × 21/31 charged, each with its tax.
    for text in ["−6.77 USD", "Credit on INV-", "1.29 USD tax", "27.10 USD", "plus 5.15 tax", "21 of 31 days", "past due", "24.19 USD"] {
        assert!(said(&seen).contains(text), "{text}: {}", said(&seen));
    }
    assert_eq!([seen.fact("Subtotal"), seen.fact("Tax"), seen.fact("Total")], ["20.33 USD", "3.86 USD", "24.19 USD"]);
    // It adds up: 24.19 and the 8.06 that go to the balance, less the 8.06 that come from there.
    let way = [seen.fact("Credited, to the balance first"), seen.fact("Paid from the balance"), seen.fact("Due")];
    assert_eq!(way, ["8.06 USD", "−8.06 USD", "24.19 USD"]);
    let asked = json!({ "action": "change", "priceId": platinum, "quantity": 2, "productId": id(&s.platinum) });
    let told = s.app.full.post(&format!("/api/v1/subscriptions/{}/preview", s.subscription), &asked).ok();
    let amounts = ["total", "amountToDue", "amountToBalance", "amountRefunded", "balanceApplied", "amountDue"].map(|field| string(&told[field]));
    assert_eq!(amounts, ["24.19", "0.00", "8.06", "0.00", "8.06", "24.19"]);
    // What was typed is there, and both calls of the API.
    assert_eq!((seen.form().value("priceId"), seen.form().value("quantity")), (platinum.clone(), "2".into()));
    let lines = seen.raw_texts(".api code");
    assert!(lines[0].contains("/preview") && lines[0].contains("\"action\": \"change\"") && lines[1].contains("PATCH"), "{lines:?}");
    assert!(lines.iter().all(|line| line.contains(&id(&s.platinum)) && line.contains(&platinum)), "{lines:?}");
    // Sent from there, it is done: the documents are those that were shown.
    let done = s.browser.send_form(&seen.form()).ok();
    done.assert_has(".notice", "The subscription was changed");
    let told = s.told();
    assert_eq!([&told["productName"], &told["quantity"], &told["status"]], [&json!("Platinum"), &json!(2), &json!("past_due")]);
    let charge = s.app.full.invoice(&told["latestInvoiceId"]);
    assert_eq!([&charge["subtotal"], &charge["amountDue"], &charge["balanceApplied"]], [&json!("27.10"), &json!("24.19"), &json!("8.06")]);
    let notes = s.app.full.get("/api/v1/credit-notes").ok();
    assert_eq!(rows(&notes).iter().map(|n| string(&n["subtotal"])).collect::<Vec<_>>(), ["6.77"]);
    assert!(said(&seen).contains(charge["lines"][0]["explanation"].as_str().unwrap_or("nothing")), "{charge}");
    // The story tells it.
    for told in ["Changed to Platinum", "Quantity set to 2"] {
        done.assert_has(".happenings", told);
    }
}

#[test]
fn a_change_waits_is_shown_with_its_day_and_price_and_can_be_given_up() {
    let s = gold();
    let typed = [("priceId", price_of(&s.platinum)), ("proration", "at_period_end".into())];
    let typed = typed.each_ref().map(|(name, value)| (*name, value.as_str()));
    let seen = s.look("change", &typed).ok();
    assert!(said(&seen).contains("Nothing is invoiced or credited.") && said(&seen).contains("active"), "{}", said(&seen));
    let waits = s.browser.send_form(&seen.form()).ok();
    waits.assert_has(".notice", "waits for the end of the paid period");
    waits.assert_has(".callout", "From 1 Apr on: Platinum · 20.00 USD every month");
    waits.assert_has(".happenings", "A change waits");
    assert!(waits.raw_texts(".api code").iter().any(|line| line.contains("at_period_end")), "{waits}");
    s.browser.get(&format!("{}/change", s.page)).ok().assert_has(".lead", "A change waits already: Platinum");
    // Another one takes its place; and it is given up by a button, once.
    let two = s.browser.fill(&format!("{}/change", s.page), &[("quantity", "3"), ("proration", "at_period_end")]).ok();
    two.assert_has(".callout", "From 1 Apr on: Gold · 3 × 10.00 USD every month");
    let button = two.form_to(&format!("{}/keep", s.page));
    let kept = s.browser.send_form(&button).ok();
    kept.assert_has(".notice", "The change was given up");
    kept.assert_has(".happenings", "The change that waited was given up");
    assert_eq!((&s.told()["pendingChange"], &s.told()["quantity"]), (&Value::Null, &json!(1)));
    assert!(kept.texts(".callout").is_empty(), "{kept}");
    let before = s.app.row_counts();
    s.browser.send_form(&button).ok().assert_has(".notice", "No change of this subscription waits.");
    assert_eq!(s.app.row_counts(), before);
    // One that ends has no end of a period to change with, and what waits comes only if it goes on.
    s.browser.send_form(&s.look("change", &typed).ok().form()).ok();
    s.app.full.act(&s.subscription, "cancel", json!({ "atPeriodEnd": true })).ok();
    s.browser.get(&s.page).ok().assert_has(".callout", "If the cancellation is undone, from 1 Apr on: Platinum");
    let form = s.browser.get(&format!("{}/change", s.page)).ok();
    assert_eq!(form.attributes("input[name=proration]", "value"), ["immediate", "none"]);
    s.app.full.act(&s.subscription, "uncancel", json!({})).ok();
    // One whose time is paid for stays, and only an immediate one is offered beside it.
    s.browser.send_form(&s.look("change", &typed).ok().form()).ok();
    s.app.full.act(&s.subscription, "renew", json!({})).ok();
    let page = s.browser.get(&s.page).ok();
    assert!(page.attributes("form[method=post]", "action").iter().all(|action| !action.ends_with("/keep")), "{page}");
    let form = s.browser.get(&format!("{}/change", s.page)).ok();
    assert_eq!(form.attributes("input[name=proration]", "value"), ["immediate"]);
}

#[test]
fn a_change_that_is_refused_keeps_what_was_typed_and_changes_nothing() {
    let s = gold();
    let form = format!("{}/change", s.page);
    let yen = product(&s.app, "Yen", "1000", "JPY");
    let platinum = price_of(&s.platinum);
    let before = (s.app.row_counts(), s.told());
    for preview in [true, false] {
        let send = |typed: &[(&str, &str)], forced: Option<(&str, &str)>| {
            let mut form = s.browser.get(&form).ok().form().fill(typed);
            if let Some((name, value)) = forced {
                form = form.force(name, value);
            }
            s.browser.submit(&if preview { form.force("preview", "true") } else { form })
        };
        for (typed, forced, field, error) in [
            (&[][..], None, "priceId", "Choose another price or quantity than it has now"),
            (&[("quantity", "")], None, "quantity", "This field is required"),
            (&[("quantity", "0")], None, "quantity", "Must be a whole number from 1 to 1,000"),
            (&[("quantity", "1001")], None, "quantity", "Must be a whole number from 1 to 1,000"),
            (&[("quantity", "two")], None, "quantity", "Must be a whole number from 1 to 1,000"),
            (&[("quantity", "2")], Some(("priceId", "price_019ab1f0c0de70008000000000000001")), "priceId", "This product has no such price"),
            (&[("quantity", "2")], Some(("priceId", "<script>alert(1)</script>")), "priceId", "This product has no such price"),
            (&[("quantity", "2")], Some(("priceId", "")), "priceId", "This field is required"),
            (&[("quantity", "2")], Some(("priceId", &price_of(&yen))), "priceId", "Must be in USD, the subscription's currency"),
            (&[("quantity", "2")], Some(("proration", "later")), "proration", "Must be one of: immediate, at_period_end, none"),
        ] {
            let page = send(typed, forced).expect(422);
            assert_eq!((page.wrong(), page.errors()[field].as_str()), (vec![field.to_owned()], error), "{page}");
            assert_eq!(said(&page), "");
            typed.iter().for_each(|(name, value)| assert_eq!(page.form().value(name), *value));
        }
        assert_eq!((s.app.row_counts(), s.told()), before);
        let page = send(&[("priceId", &platinum), ("quantity", "1000")], None);
        assert_eq!((s.told() == before.1, page.status), (preview, if preview { 200 } else { 303 }), "{page}");
    }
    // What changes nothing of the words that it is sent with is no form of ours.
    s.browser.submit(&s.browser.get(&form).ok().form().force("csrf", "0").force("preview", "true")).expect(403);
}

#[test]
fn a_change_is_offered_where_it_is_possible() {
    let app = TestApp::on_test_clock("2026-03-01T10:00:00Z");
    let browser = app.owner();
    let (gold, silver) = (product(&app, "Gold", "10.00", "USD"), product(&app, "Silver", "5.00", "USD"));
    let begin =
        |more: Value| id(&app.full.subscribe(&app.full.new_customer(&format!("{}@example.com", app.count("SELECT COUNT(*) FROM customer"))), &id(&gold), more));
    let (trial, pending, paused, cancelled) =
        (begin(json!({ "trialDays": 7 })), begin(json!({})), begin(json!({ "payment": "manual" })), begin(json!({ "payment": "manual" })));
    let overdue = begin(json!({ "payment": "manual" }));
    app.full.act(&paused, "pause", json!({})).ok();
    app.full.act(&cancelled, "cancel", json!({})).ok();
    for (of, why) in [(&pending, "pending cannot be changed"), (&paused, "paused cannot be changed"), (&cancelled, "is cancelled")] {
        let page = format!("/admin/subscriptions/{of}");
        assert!(browser.get(&page).ok().attributes("main a", "href").iter().all(|href| !href.ends_with("/change")), "{page}");
        browser.go(&format!("{page}/change")).ok().assert_has(".notice", why);
    }
    // In a trial it is free, at once, and there is nothing to choose.
    let path = format!("/admin/subscriptions/{trial}/change");
    let form = browser.get(&path).ok();
    form.assert_has(".lead", "Nothing is billed in a trial");
    assert!(!form.form().has("proration"));
    browser.fill(&path, &[("priceId", &price_of(&silver))]).ok().assert_has(".notice", "was changed");
    assert_eq!(app.full.subscription(&trial)["productName"], "Silver");
    // What is overdue is issued anew, for what comes.
    let path = format!("/admin/subscriptions/{overdue}/change");
    app.live_to("2026-04-02T10:00:00Z");
    assert_eq!(app.full.subscription(&overdue)["status"], "past_due");
    let form = browser.get(&path).ok();
    form.assert_has("label.choice", "With the overdue invoice");
    let form = form.form().fill(&[("priceId", &price_of(&silver)), ("proration", "at_period_end")]);
    let seen = browser.submit(&form.force("preview", "true")).ok();
    assert_eq!([seen.fact("Total"), seen.fact("Due"), seen.fact("State")], ["5.00 USD", "5.00 USD", "past due"]);
    assert!(seen.fact("Voided").starts_with("INV-"), "{seen}");
    browser.send_form(&seen.form()).ok().assert_has(".notice", "was changed");
    let open = app.full.invoices_of(&overdue).into_iter().filter(|i| i["status"] == "open").map(|i| string(&i["amountDue"])).collect::<Vec<_>>();
    assert_eq!((open, &app.full.subscription(&overdue)["productName"]), (vec!["5.00".to_owned()], &json!("Silver")));
}

#[test]
fn what_is_shown_is_of_what_the_form_showed() {
    let s = gold();
    let form = s.browser.get(&format!("{}/change", s.page)).ok().form().fill(&[("quantity", "3")]);
    let seen = s.browser.submit(&form.clone().force("preview", "true")).ok();
    s.app.full.patch(&format!("/api/v1/subscriptions/{}", s.subscription), &json!({ "quantity": 2 })).ok();
    let told = s.told();
    // Neither the look nor the act is of something else than what was read.
    for form in [form.force("preview", "true"), seen.form()] {
        let page = s.browser.submit(&form).expect(409);
        assert!(page.problem().contains("omebody else") && page.errors()["quantity"].contains("put 2 here"), "{page}");
        assert_eq!((page.form().value("quantity"), said(&page), s.told()), ("3".to_owned(), String::new(), told.clone()));
    }
    // Sent twice from one showing, it is done once.
    let form = s.browser.get(&format!("{}/change", s.page)).ok().form().fill(&[("quantity", "1")]);
    s.browser.submit(&form).expect(303);
    let after = s.app.row_counts();
    s.browser.submit(&form).expect(303);
    assert_eq!(s.app.row_counts(), after);
}

#[test]
fn paid_time_is_given_back_where_it_ends_now() {
    for (unused, where_to, amount) in [("credit", "balance", "amountToBalance"), ("refund", "refund", "amountRefunded")] {
        let s = gold();
        let typed = [("atPeriodEnd", "false"), ("unusedTime", unused), ("reason", "Moves abroad")];
        let before = (s.app.row_counts(), s.told());
        let seen = s.look("cancel", &typed).ok();
        assert_eq!((s.app.row_counts(), s.told()), before);
        // The day itself is used up: 20 of 31 days.
        for text in ["20 of 31 days", "−6.45 USD", "cancelled"] {
            assert!(said(&seen).contains(text), "{text}: {}", said(&seen));
        }
        assert_eq!([seen.fact("Subtotal"), seen.fact("Tax"), seen.fact("Total, credited")], ["−6.45 USD", "−1.23 USD", "−7.68 USD"]);
        assert_eq!((seen.form().value("reason"), seen.form().value("unusedTime")), ("Moves abroad".into(), unused.into()));
        let lines = seen.raw_texts(".api code");
        assert!(lines[0].contains("/preview") && !lines[0].contains("reason") && lines[1].contains("/cancel") && lines[1].contains("reason"), "{lines:?}");
        s.browser.send_form(&seen.form()).ok().assert_has(".title .state", "cancelled");
        let notes = s.app.full.get("/api/v1/credit-notes").ok();
        let note = &rows(&notes)[0];
        assert_eq!([&note["to"], &note["amount"], &note[amount]], [&json!(where_to), &json!("7.68"), &json!("7.68")], "{note}");
    }
    // With the end of what is paid nothing is left, whatever was chosen before.
    let s = gold();
    let seen = s.look("cancel", &[("atPeriodEnd", "true"), ("unusedTime", "credit")]).ok();
    assert!(seen.raw_texts(".api code").iter().all(|line| !line.contains("unusedTime")), "{seen}");
    assert!(said(&seen).contains("Nothing is invoiced or credited."), "{}", said(&seen));
    s.browser.send_form(&seen.form()).ok();
    assert_eq!(s.told()["cancelAtPeriodEnd"], json!(true));
    // Whoever has paid for nothing is not asked.
    let open = id(&s.app.full.subscribe(&s.ana, &id(&s.platinum), json!({})));
    let form = s.browser.get(&format!("/admin/subscriptions/{open}/cancel")).ok();
    assert!(!form.form().has("unusedTime"), "{form}");
    let seen = s.browser.submit(&form.form().force("preview", "true")).ok();
    assert!(seen.fact("Voided").starts_with("INV-"), "{seen}");
}

#[test]
fn a_renewal_is_shown_before_it_is_done() {
    let s = gold();
    let before = s.app.row_counts();
    for (payment, due) in [("manual", "23.80 USD"), ("invoice", "23.80 USD")] {
        let seen = s.look("renew", &[("periods", "2"), ("payment", payment)]).ok();
        assert_eq!([seen.fact("Total"), seen.fact("Due")], ["23.80 USD", due], "{seen}");
        assert_eq!((seen.form().value("periods"), s.app.row_counts()), ("2".to_owned(), before.clone()));
    }
    // What would be refused is refused, and is shown once it would not be.
    assert!(s.look("renew", &[("payment", "credit")]).expect(409).problem().contains("too small"));
    let refused = s.look("renew", &[("payment", "automatic"), ("periods", "3")]).expect(409);
    assert!(refused.problem().contains("no payment method to charge"), "{refused}");
    assert_eq!(refused.form().value("periods"), "3");
    s.app.full.post(&format!("/api/v1/customers/{}/payment-methods", s.ana), &json!({ "type": "test" })).created();
    let before = s.app.row_counts();
    let seen = s.look("renew", &[("payment", "automatic")]).ok();
    assert_eq!((seen.fact("Total"), s.app.row_counts()), ("11.90 USD".to_owned(), before));
    s.browser.send_form(&seen.form()).ok().assert_has(".notice", "was renewed");
    assert_eq!(s.told()["currentPeriodEnd"], "2026-05-01T10:00:00.000Z");
}

#[test]
fn of_many_products_one_is_named_to_change_to() {
    let s = gold();
    for n in 0..101 {
        product(&s.app, &format!("Product {n}"), "7.00", "USD");
    }
    let two = s.app.full.post(
        "/api/v1/products",
        &json!({ "name": "Two prices", "price": "3.00", "currency": "USD", "interval": "month", "prices": [{ "amount": "30.00", "currency": "USD", "interval": "year" }, { "amount": "2.00", "currency": "EUR", "interval": "month" }] }),
    );
    let two = two.created();
    let form = format!("{}/change", s.page);
    let shown = s.browser.get(&form).ok().form();
    assert_eq!(shown.value("priceId"), "Gold · 10.00 USD every month");
    assert_eq!(s.look("change", &[("quantity", "2")]).ok().form().value("priceId"), shown.value("priceId"));
    assert!(s.look("change", &[("priceId", "nothing")]).expect(422).errors()["priceId"].contains("no such product"));
    // Those in its currency are asked about.
    let which = s.look("change", &[("priceId", "two prices")]).expect(422);
    assert_eq!(which.texts("select[name=priceId] option").len(), 3, "{which}");
    let year = string(&two["prices"][1]["id"]);
    let seen = s.browser.submit(&which.form().fill(&[("priceId", &year)]).force("preview", "true")).ok();
    assert!(said(&seen).contains("30.00 USD"), "{}", said(&seen));
    assert_eq!(seen.form().value("priceId"), "Two prices · 30.00 USD every year");
    s.browser.send_form(&seen.form()).ok();
    assert_eq!(s.told()["priceId"], json!(year));
    s.browser.send_form(&s.look("change", &[("priceId", "Platinum")]).ok().form()).ok();
    assert_eq!(s.told()["productName"], "Platinum");
}

#[test]
fn hostile_names_are_text_in_a_preview() {
    for name in [
        "\"><script>alert(1)</script>",
        "\u{202e}gnp.exe\u{202c}",
        "شركة الأمل للاتصالات (فرع ٢) ١٢٣",
        "Wolfeschlegelsteinhausenbergerdorff_Vorfahren_Gerechte_Schafe",
    ] {
        let s = gold();
        let hostile = product(&s.app, name, "15.00", "USD");
        let seen = s.look("change", &[("priceId", &price_of(&hostile))]).ok();
        let clean: String = name.chars().filter(|c| !matches!(c, '\u{202a}'..='\u{202e}')).collect();
        assert!(said(&seen).contains(&clean), "{}", said(&seen));
        let waits = s.browser.fill(&format!("{}/change", s.page), &[("priceId", &price_of(&hostile)), ("proration", "at_period_end")]).ok();
        waits.assert_has(".callout", &clean);
        let arabic = s.app.owner_as(s.app.browser().with("accept-language", "ar"));
        let form = arabic.get(&format!("{}/change", s.page)).ok().form().fill(&[("quantity", "2")]);
        assert!(said(&arabic.submit(&form.force("preview", "true")).ok()).contains("USD"));
    }
}

#[test]
fn an_overdue_subscription_leads_to_the_invoice_that_pays_it() {
    let app = TestApp::on_test_clock("2026-03-01T10:00:00Z");
    let (ana, gold) = (app.full.new_customer("ana@example.com"), product(&app, "Gold", "10.00", "USD"));
    let subscription = id(&app.full.subscribe(&ana, &id(&gold), json!({ "payment": "manual" })));
    app.live_to("2026-04-02T10:00:00Z");
    let told = app.full.subscription(&subscription);
    assert_eq!(told["status"], "past_due");
    let invoice = string(&told["latestInvoiceId"]);
    let number = string(&app.full.get(&format!("/api/v1/invoices/{invoice}")).ok()["number"]);
    let (browser, arabic) = (app.owner(), app.owner_as(app.browser().with("accept-language", "ar")));
    let path = format!("/admin/subscriptions/{subscription}");
    for (browser, lead) in [(&browser, "which is open already"), (&arabic, "الفاتورة المفتوحة")] {
        let page = browser.get(&path).ok();
        assert_eq!(page.attributes(".callout a", "href"), [format!("/admin/invoices/{invoice}")], "{page}");
        assert!(page.text_of(".callout a").contains(&number), "{page}");
        assert_eq!(page.attributes("main a.button.primary", "href"), [format!("/admin/invoices/{invoice}/mark-paid")], "{page}");
        assert!(page.attributes("main a.button", "href").contains(&format!("{path}/renew")), "{page}");
        let page = browser.get(&format!("{path}/renew")).ok();
        assert!(page.text_of(".lead").contains(lead) && page.text_of(".lead").contains(&number), "{page}");
        let page = browser.submit(&page.form().force("preview", "true")).ok();
        assert!(page.text_of(".comes-to").contains(&number), "{page}");
    }
    browser.fill(&format!("{path}/renew"), &[]).ok();
    assert_eq!(app.full.get(&format!("/api/v1/invoices/{invoice}")).ok()["status"], "paid");
    // With nothing open the form speaks of time alone.
    let page = browser.get(&format!("{path}/renew")).ok();
    assert!(!page.text_of(".lead").contains("open already"), "{page}");
    let page = browser.submit(&page.form().force("preview", "true")).ok();
    assert!(!page.text_of(".comes-to").contains("open invoice"), "{page}");
}
