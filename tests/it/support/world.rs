//! The check of the whole database that ends every test, with SQL of its own: the product's code has no say in it.
//!
//! Names are the invariants' numbers of the rules, section 9; what has no number there is named in words.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use billhead::app::App;
use billhead::app::verify::{Options, Proof};
use billhead::domain::verify::chain::Head;
use billhead::secret::digest;
use billhead::store::access::access_list;
use billhead::store::db::{FILE_NAME, Reader};
use memchr::memmem;
use rusqlite::{Connection, OpenFlags, Row};

pub fn look(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn row_counts(db: &Connection) -> Vec<(String, i64)> {
    let tables: Vec<String> = all(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name", |r| r.get(0));
    let count = |table: String| {
        let n = all(db, &format!("SELECT COUNT(*) FROM {table}"), |r| r.get(0))[0];
        (table, n)
    };
    tables.into_iter().map(count).collect()
}

fn all<T>(db: &Connection, sql: &str, map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let mut statement = db.prepare(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    let rows = statement.query_map([], map).unwrap_or_else(|e| panic!("{sql}: {e}"));
    rows.collect::<Result<_, _>>().unwrap_or_else(|e| panic!("{sql}: {e}"))
}

/// Rules as queries for what breaks them: the first column says what it is.
const NONE_OF: &[(&str, &str)] = &[
    ("I1 a period follows the one before it in its run", "
        SELECT 'subscription ' || a.subscription || ' run ' || a.run || ' k ' || a.k FROM subscription_period a
        WHERE a.released = 0 AND EXISTS (SELECT 1 FROM subscription_period l WHERE l.subscription = a.subscription AND l.run = a.run AND l.released = 0 AND l.k > a.k)
        AND NOT EXISTS (SELECT 1 FROM subscription_period b WHERE b.subscription = a.subscription AND b.run = a.run AND b.k = a.k + 1 AND b.released = 0 AND b.start_at IS a.end_at)"),
    ("I1 runs do not overlap", "
        SELECT 'subscription ' || a.subscription || ' runs ' || a.run || ' and ' || b.run FROM subscription_period a
        JOIN subscription_period b ON b.subscription = a.subscription AND b.run > a.run AND a.released = 0 AND b.released = 0 WHERE b.start_at < a.end_at"),
    ("I1 a period belongs to a recorded run once it has dates", "
        SELECT 'subscription ' || p.subscription || ' run ' || p.run FROM subscription_period p WHERE p.start_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM subscription_run r WHERE r.subscription = p.subscription AND r.run = p.run)"),
    ("I1 what is paid is not after what the subscription says is paid until", "
        SELECT 'subscription ' || s.row FROM subscription s JOIN subscription_period p ON p.subscription = s.row AND p.released = 0 AND p.part = 0
        LEFT JOIN invoice_line l ON l.row = p.invoice_line LEFT JOIN invoice i ON i.row = l.invoice
        WHERE (i.row IS NULL OR i.status = 'paid') AND (s.current_period_end IS NULL OR p.end_at IS NULL OR p.end_at > s.current_period_end)"),
    ("I2 one recurring invoice per subscription, run and period", "
        SELECT 'subscription ' || subscription || ' run ' || run || ' k ' || k FROM subscription_period WHERE released = 0 AND part = 0 GROUP BY subscription, run, k HAVING COUNT(*) > 1"),
    ("I2 the periods of an invoice that was voided or written off, and no others, are released", "
        SELECT 'period ' || p.row FROM subscription_period p LEFT JOIN invoice_line l ON l.row = p.invoice_line LEFT JOIN invoice i ON i.row = l.invoice
        WHERE p.released <> (coalesce(i.status, '') IN ('void', 'uncollectible')) AND NOT (p.released = 1 AND l.amount_minor =
        (SELECT coalesce(SUM(amount_minor), 0) FROM credit_note_line c WHERE c.invoice_line = l.row))"),
    ("I3 numbers are 1..N in each series", "
        WITH document AS (SELECT series, n FROM invoice UNION ALL SELECT series, n FROM credit_note)
        SELECT series FROM document_series s WHERE last_n <> (SELECT COUNT(*) FROM document d WHERE d.series = s.series)
        OR last_n <> (SELECT MAX(n) FROM document d WHERE d.series = s.series) OR 1 <> (SELECT MIN(n) FROM document d WHERE d.series = s.series)"),
    ("I4 the lines add up to the invoice", "
        SELECT number FROM invoice i WHERE subtotal_minor <> (SELECT SUM(quantity * unit_amount_minor) FROM invoice_line WHERE invoice = i.row)
        OR total_minor <> (SELECT SUM(amount_minor + tax_minor) FROM invoice_line WHERE invoice = i.row)
        OR discount_minor <> (SELECT SUM(discount_minor) FROM invoice_line WHERE invoice = i.row) OR tax_minor <> (SELECT SUM(tax_minor) FROM invoice_line WHERE invoice = i.row)
        OR total_minor <> subtotal_minor - discount_minor + (SELECT coalesce(SUM(amount_minor), 0) FROM invoice_tax WHERE invoice = i.row AND inclusive = 0)"),
    ("I4 a line is its price, its discount and its taxes", "
        SELECT 'line ' || l.row FROM invoice_line l WHERE quantity * unit_amount_minor <> amount_minor + discount_minor + (SELECT coalesce(SUM(x.amount_minor), 0)
            FROM invoice_line_tax x JOIN invoice_tax t ON t.row = x.invoice_tax WHERE x.invoice_line = l.row AND t.inclusive = 1)
        OR tax_minor <> (SELECT coalesce(SUM(amount_minor), 0) FROM invoice_line_tax WHERE invoice_line = l.row) OR (taxable = 0 AND tax_minor <> 0)"),
    ("I4 a rate's tax is that of its lines, on what they cost net, to the nearest unit", "
        SELECT number || ': ' || t.name FROM invoice_tax t JOIN invoice i ON i.row = t.invoice
        WHERE t.amount_minor <> (SELECT coalesce(SUM(amount_minor), 0) FROM invoice_line_tax WHERE invoice_tax = t.row)
        OR t.taxable_minor <> (SELECT coalesce(SUM(amount_minor), 0) FROM invoice_line WHERE invoice = i.row AND taxable = 1)
        OR (t.inclusive = 0 AND abs(t.taxable_minor * t.percent - t.amount_minor * 1000000) > 500000)
        OR (t.inclusive = 1 AND abs(t.taxable_minor * t.percent - t.amount_minor * 1000000) > 2000000)"),
    ("I4 the taxes of an invoice are its tax", "
        SELECT number FROM invoice i WHERE tax_minor <> (SELECT coalesce(SUM(amount_minor), 0) FROM invoice_tax WHERE invoice = i.row)"),
    ("I4 a cell belongs to one invoice", "
        SELECT 'line ' || l.row FROM invoice_line_tax x JOIN invoice_line l ON l.row = x.invoice_line JOIN invoice_tax t ON t.row = x.invoice_tax WHERE l.invoice <> t.invoice"),
    ("I8 a coupon is redeemed as often as it says, and not more than it may be", "
        SELECT code FROM coupon c WHERE redeemed <> (SELECT COUNT(*) FROM coupon_redemption WHERE coupon = c.row) OR redeemed > max_redemptions"),
    ("I8 a redemption serves no more periods than its coupon has, and those of invoices that are not void", "
        SELECT c.code || ' of subscription ' || r.subscription FROM coupon_redemption r JOIN coupon c ON c.row = r.coupon
        WHERE r.used <> (SELECT coalesce(SUM(coupon_periods), 0) FROM invoice WHERE coupon_redemption = r.row AND status <> 'void')
        OR r.used > CASE c.duration WHEN 'once' THEN 1 WHEN 'repeating' THEN c.duration_periods ELSE r.used END"),
    ("I8 a coupon takes something off only where it was redeemed, for the subscription that has it", "
        SELECT number FROM invoice i LEFT JOIN coupon_redemption r ON r.row = i.coupon_redemption
        WHERE (i.discount_minor > 0 AND r.row IS NULL) OR r.subscription <> i.subscription OR (i.coupon_periods > 0) <> (r.row IS NOT NULL AND i.billing_reason <> 'subscription_update')
        UNION ALL SELECT 'subscription ' || s.row FROM subscription s JOIN coupon_redemption r ON r.row = s.coupon_redemption WHERE r.subscription <> s.row"),
    ("I4 0 <= due <= total, and only an open invoice has a due", "
        SELECT number FROM invoice WHERE total_minor - amount_credited_minor - balance_applied_minor - amount_paid_minor NOT BETWEEN 0 AND total_minor
        OR (status = 'open') <> (status NOT IN ('void', 'uncollectible') AND total_minor - amount_credited_minor - balance_applied_minor - amount_paid_minor > 0)"),
    ("I4 what was paid on an invoice is on it, or in the balance", "
        SELECT number FROM invoice i WHERE status <> 'void' AND amount_paid_minor + (SELECT coalesce(SUM(amount_minor), 0) FROM balance_entry WHERE invoice = i.id AND kind = 'overpaid')
        <> (SELECT coalesce(SUM(amount_minor), 0) FROM payment WHERE invoice = i.row AND status IN ('succeeded', 'refunded'))"),
    ("I4 what an invoice took from the balance is on it, or was given back", "
        SELECT number FROM invoice i WHERE (CASE status
            WHEN 'void' THEN (SELECT coalesce(SUM(amount_minor - refunded_minor), 0) FROM payment WHERE invoice = i.row AND status IN ('succeeded', 'refunded'))
                <> (SELECT coalesce(SUM(amount_minor), 0) FROM balance_entry WHERE invoice = i.id)
            ELSE balance_applied_minor <> (SELECT coalesce(-SUM(amount_minor), 0) FROM balance_entry WHERE invoice = i.id AND kind = 'applied') END)"),
    ("a draft is in nobody's books", "
        SELECT 'draft ' || i.row FROM invoice i WHERE status = 'draft' AND (coalesce(series, n, number, content, hash, previous_hash, issued_at, subscription) IS NOT NULL
        OR total_minor <> 0 OR EXISTS (SELECT 1 FROM ledger_entry WHERE invoice = i.row) OR EXISTS (SELECT 1 FROM payment WHERE invoice = i.row)
        OR EXISTS (SELECT 1 FROM receivable_due WHERE invoice = i.row) OR EXISTS (SELECT 1 FROM balance_entry WHERE invoice = i.id)
        OR EXISTS (SELECT 1 FROM invoice_line WHERE invoice = i.row) OR EXISTS (SELECT 1 FROM invoice_tax WHERE invoice = i.row))"),
    ("a draft and nothing else has lines of a draft", "
        SELECT 'invoice ' || i.row FROM invoice i WHERE (status = 'draft') <> EXISTS (SELECT 1 FROM draft_line WHERE invoice = i.row)"),
    ("I5 a ledger entry sums to zero in each currency", "
        SELECT 'entry ' || entry FROM ledger_posting GROUP BY entry, currency HAVING SUM(amount_minor) <> 0"),
    ("I5 a ledger entry has postings", "
        SELECT 'entry ' || row FROM ledger_entry e WHERE NOT EXISTS (SELECT 1 FROM ledger_posting p WHERE p.entry = e.row)"),
    ("I6 no line is credited beyond its net or its tax", "
        SELECT 'line ' || l.row FROM invoice_line l JOIN credit_note_line c ON c.invoice_line = l.row GROUP BY l.row
        HAVING SUM(c.amount_minor) > l.amount_minor OR SUM(c.tax_minor) > l.tax_minor"),
    ("I6 what an invoice was credited is what its notes lowered its due by", "
        SELECT 'invoice ' || row FROM invoice
        WHERE amount_credited_minor <> (SELECT coalesce(SUM(to_due_minor), 0) FROM credit_note WHERE credit_note.invoice = invoice.row)"),
    ("I7 a balance is the sum of its entries and not below zero", "
        SELECT 'customer ' || customer || ' ' || currency FROM (
            SELECT customer, currency, amount_minor AS balance, 0 AS moved FROM customer_balance UNION ALL
            SELECT customer, currency, 0, amount_minor FROM balance_entry)
        GROUP BY customer, currency HAVING SUM(balance) <> SUM(moved) OR SUM(balance) < 0"),
    ("I9 cancelled is never left", "
        SELECT 'event ' || event FROM transition WHERE from_state = 'cancelled' AND to_state IS NOT 'cancelled'"),
    ("I10 one transition per event", "
        SELECT 'event ' || e.sequence FROM event e LEFT JOIN transition t ON t.event = e.sequence WHERE t.event IS NULL
        OR t.object_id IS NOT e.object_id OR t.created_at <> e.created_at"),
    ("I10 events are numbered without gaps", "
        SELECT 'events up to ' || MAX(sequence) || ', of which ' || COUNT(*) FROM event HAVING COUNT(*) > 0 AND (MIN(sequence) <> 1 OR MAX(sequence) <> COUNT(*))"),
    ("I10 an object is in the state of its last transition", "
        SELECT noun || ' ' || row || ' is ' || status FROM (
            SELECT 'subscription' AS noun, row, id, status FROM subscription UNION ALL SELECT 'invoice', row, id, status FROM invoice UNION ALL
            SELECT 'product', row, id, status FROM product UNION ALL SELECT 'coupon', row, id, status FROM coupon UNION ALL
            SELECT 'tax rate', row, id, status FROM tax_rate UNION ALL SELECT 'customer', row, id, status FROM customer WHERE status <> 'erased') o
        WHERE status IS NOT (SELECT to_state FROM transition t WHERE t.object_id = o.id ORDER BY event DESC LIMIT 1)"),
    ("I10 each transition begins where the one before it ended", "
        SELECT 'event ' || event FROM (SELECT event, from_state, lag(to_state) OVER (PARTITION BY object_id ORDER BY event) AS before, object_id FROM transition)
        WHERE object_id IS NOT NULL AND from_state IS NOT before"),
    ("an erased customer has no personal data", "
        SELECT 'customer ' || row FROM customer WHERE status = 'erased' AND (coalesce(email, email_key, name, password_hash, phone, address, locale, billing_timezone, tax_id, notes,
        external_id) IS NOT NULL OR tax_exempt <> 0 OR tags <> '[]' OR metadata <> '{}' OR search <> '')"),
    ("what customers are searched by is what they are called", "
        SELECT 'block ' || c.row / 32 FROM customer c LEFT JOIN customer_search b ON b.block = c.row / 32 GROUP BY c.row / 32
        HAVING CAST(b.text AS TEXT) IS NOT group_concat(char(30, 128 + c.row % 32) || c.search, '' ORDER BY c.row)
        UNION ALL SELECT 'block ' || block FROM customer_search b WHERE length(text) > 0 AND NOT EXISTS (SELECT 1 FROM customer WHERE row / 32 = b.block)"),
    ("what subscriptions are searched by is what they and their customers are called", "
        SELECT 'block ' || s.row / 32 FROM subscription s JOIN customer c ON c.row = s.customer LEFT JOIN subscription_search b ON b.block = s.row / 32 GROUP BY s.row / 32
        HAVING CAST(b.text AS TEXT) IS NOT group_concat(char(30, 128 + s.row % 32) || c.search || char(10) || s.search, '' ORDER BY s.row)"),
    ("what invoices are searched by is what they say", "
        SELECT 'block ' || i.row / 32 FROM invoice i LEFT JOIN invoice_search b ON b.block = i.row / 32 GROUP BY i.row / 32
        HAVING CAST(b.text AS TEXT) IS NOT group_concat(char(30, 128 + i.row % 32) || i.search, '' ORDER BY i.row)"),
];

/// Two ways to the same sums by key: what differs is wrong.
const SAME: &[(&str, &str, &str)] = &[
    (
        "I5 receivable is what is due",
        "SELECT currency, SUM(amount_minor) FROM ledger_posting WHERE account = 'receivable' GROUP BY currency",
        "SELECT currency, SUM(total_minor - amount_credited_minor - balance_applied_minor - amount_paid_minor) FROM invoice WHERE status = 'open' GROUP BY currency",
    ),
    (
        "I5 the customer balance account is what customers have",
        "SELECT currency, -SUM(amount_minor) FROM ledger_posting WHERE account = 'customer_balance' GROUP BY currency",
        "SELECT currency, SUM(amount_minor) FROM customer_balance GROUP BY currency",
    ),
    (
        "I5 revenue, deferred or earned, is what was billed net and not voided or credited",
        "SELECT currency, -SUM(amount_minor) FROM ledger_posting JOIN ledger_entry ON ledger_entry.row = entry
         WHERE account IN ('deferred_revenue', 'revenue') AND kind <> 'balance_granted' GROUP BY currency",
        "SELECT currency, SUM(total_minor - tax_minor - (SELECT coalesce(SUM(subtotal_minor), 0) FROM credit_note WHERE invoice = invoice.row)) \
         FROM invoice WHERE status <> 'void' GROUP BY currency",
    ),
    (
        "I5 deferred revenue is what the schedules have not earned",
        "SELECT currency, -SUM(amount_minor) FROM ledger_posting WHERE account = 'deferred_revenue' GROUP BY currency",
        "SELECT currency, SUM(amount_minor - CASE WHEN days IS NULL OR open_day <= opens THEN 0 ELSE
            amount_minor / days * max(0, min(days, open_day - first_day)) + min(amount_minor % days, max(0, min(days, open_day - first_day))) END)
         FROM recognition r CROSS JOIN revenue_clock WHERE row = (SELECT MAX(row) FROM recognition WHERE invoice_line = r.invoice_line) GROUP BY currency",
    ),
    (
        "I5 each day to come brings what the schedules earn on it",
        "SELECT currency || ' ' || day, amount_minor FROM (
            SELECT currency, day, SUM(change) OVER (PARTITION BY currency ORDER BY day ROWS UNBOUNDED PRECEDING) AS amount_minor FROM (
                SELECT currency, day, SUM(amount_minor) AS change FROM (
                    SELECT currency, open_day AS day, amount_minor FROM revenue_rate CROSS JOIN revenue_clock UNION ALL
                    SELECT currency, day, amount_minor FROM revenue_change CROSS JOIN revenue_clock WHERE day >= open_day UNION ALL
                    SELECT currency, day, 0 FROM earning_days CROSS JOIN (SELECT DISTINCT currency FROM revenue_change)) GROUP BY currency, day))",
        "WITH s AS (SELECT * FROM recognition r WHERE row = (SELECT MAX(row) FROM recognition WHERE invoice_line = r.invoice_line) AND days IS NOT NULL AND amount_minor > 0)
         SELECT currency || ' ' || d.day, SUM(CASE WHEN d.day < opens THEN 0 ELSE
            amount_minor / days * (max(0, min(days, d.day + 1 - first_day)) - CASE WHEN d.day = opens THEN 0 ELSE max(0, min(days, d.day - first_day)) END)
            + min(amount_minor % days, max(0, min(days, d.day + 1 - first_day)))
            - CASE WHEN d.day = opens THEN 0 ELSE min(amount_minor % days, max(0, min(days, d.day - first_day))) END END)
         FROM s JOIN earning_days d GROUP BY currency, d.day",
    ),
    (
        "I5 bad debt is what is due of what was written off",
        "SELECT currency, SUM(amount_minor) FROM ledger_posting WHERE account = 'bad_debt' GROUP BY currency",
        "SELECT currency, SUM(total_minor - amount_credited_minor - balance_applied_minor - amount_paid_minor) FROM invoice WHERE status = 'uncollectible' GROUP BY currency",
    ),
    (
        "I5 tax payable is the tax that was billed and not voided",
        "SELECT currency, -SUM(amount_minor) FROM ledger_posting WHERE account = 'tax_payable' GROUP BY currency",
        "SELECT currency, SUM(tax_minor - (SELECT coalesce(SUM(credit_note.tax_minor), 0) FROM credit_note WHERE invoice = invoice.row)) \
         FROM invoice WHERE status <> 'void' GROUP BY currency",
    ),
    (
        "I5 cash is what was paid",
        "SELECT account || ' ' || currency, SUM(amount_minor) FROM ledger_posting WHERE account LIKE 'cash:%' GROUP BY 1",
        "SELECT 'cash:' || provider || ' ' || currency, SUM(amount_minor - refunded_minor) FROM payment WHERE status IN ('succeeded', 'refunded') GROUP BY 1",
    ),
    (
        "I12 what recurs of each subscription is where its movements lead",
        "SELECT subscription, coalesce(mrr_minor, -1) + 1 FROM mrr_movement m WHERE row = (SELECT MAX(row) FROM mrr_movement WHERE subscription = m.subscription)",
        "SELECT row, 1 + (2 * per_period * CASE interval_unit WHEN 'day' THEN 365 WHEN 'week' THEN 52 ELSE 1 END + months) / (2 * months) FROM (
            SELECT s.row, interval_unit, CASE interval_unit WHEN 'month' THEN 1 ELSE 12 END * interval_count AS months,
                quantity * unit_amount_minor - CASE WHEN coalesce(c.duration, '') <> 'forever' THEN 0
                    WHEN c.percent_off IS NOT NULL THEN (2 * quantity * unit_amount_minor * c.percent_off + 1000000) / 2000000
                    ELSE min(c.amount_off_minor, quantity * unit_amount_minor) END AS per_period
            FROM subscription s LEFT JOIN coupon_redemption r ON r.row = s.coupon_redemption LEFT JOIN coupon c ON c.row = r.coupon WHERE s.status IN ('active', 'past_due'))",
    ),
    (
        "I12 new, expansion and reactivation less contraction and churn are what recurs",
        "SELECT currency, SUM(CASE WHEN kind IN ('contraction', 'churn') THEN -amount_minor ELSE amount_minor END) FROM mrr_day GROUP BY currency",
        "SELECT currency, coalesce(SUM(mrr_minor), 0) FROM mrr_movement m WHERE row = (SELECT MAX(row) FROM mrr_movement WHERE subscription = m.subscription) GROUP BY currency",
    ),
    (
        "reports count the subscriptions that count",
        "SELECT currency, SUM(CASE kind WHEN 'churn' THEN -n WHEN 'new' THEN n WHEN 'reactivation' THEN n ELSE 0 END) FROM mrr_day GROUP BY currency",
        "SELECT currency, COUNT(*) FROM subscription WHERE status IN ('active', 'past_due') GROUP BY currency",
    ),
    (
        "reports count what is made, what is tried and what ends",
        "SELECT currency || ' ' || CASE what WHEN 'trial_over' THEN 'trial_begun' ELSE what END, SUM(CASE what WHEN 'trial_over' THEN -n ELSE n END) FROM count_day
            WHERE what NOT IN ('lost', 'customer_created', 'ended') GROUP BY 1",
        "SELECT currency || ' subscription_created', COUNT(*) FROM subscription GROUP BY 1
            UNION ALL SELECT currency || ' trial_begun', COUNT(*) FROM subscription WHERE status = 'trialing' GROUP BY 1",
    ),
    (
        "reports count the ledger by day, account and kind",
        "SELECT currency || day || account || kind || ' debit', debit_minor FROM ledger_day UNION ALL SELECT currency || day || account || kind || ' credit', credit_minor FROM ledger_day",
        "SELECT currency || day || account || kind || CASE WHEN amount_minor > 0 THEN ' debit' ELSE ' credit' END, SUM(abs(amount_minor))
            FROM ledger_posting JOIN ledger_entry ON ledger_entry.row = entry GROUP BY 1",
    ),
    (
        "reports count what is to be received by the day on which it is due",
        "SELECT currency || due_day, SUM(amount_minor) FROM receivable_day GROUP BY 1",
        "SELECT currency || receivable_due.day, SUM(total_minor - amount_credited_minor - balance_applied_minor - amount_paid_minor) FROM invoice
            LEFT JOIN receivable_due ON invoice = invoice.row WHERE status = 'open' GROUP BY 1",
    ),
    (
        "totals by product",
        "SELECT product || ' ' || status, n FROM subscription_total_by_product",
        "SELECT product || ' ' || status, COUNT(*) FROM subscription GROUP BY product, status",
    ),
];

const COUNTED: [&str; 8] = ["customer", "product", "coupon", "tax_rate", "subscription", "invoice", "credit_note", "payment"];

/// Everything that is wrong. `secrets` are the keys that the test made.
pub fn violations(app: &App, directory: &Path, secrets: &[String]) -> Vec<String> {
    let path = directory.join(FILE_NAME);
    let db = look(&path);
    let mut wrong = broken_rules(&db);
    // The product's own proof has no say in the above, and nothing to object to either: no test leaves it a false alarm.
    wrong.extend(verify(directory, Options::default(), Vec::new()));
    leaks(app, &db, &path, secrets, &mut wrong);
    wrong
}

/// What `billhead verify` finds.
pub fn verify(directory: &Path, options: Options, kept: Vec<Head>) -> Vec<String> {
    let reader = Reader::open(directory).unwrap_or_else(|e| panic!("{e}"));
    let (mut found, mut proof) = (Vec::new(), Proof::begin(&reader, options, kept).unwrap_or_else(|e| panic!("{e}")));
    while proof.step(&mut |violation| found.push(format!("verify: {violation}"))).unwrap_or_else(|e| panic!("{e}")) {}
    found
}

/// What is wrong in the rows.
pub fn broken_rules(db: &Connection) -> Vec<String> {
    let mut wrong = Vec::new();
    let integrity: Vec<String> = all(db, "PRAGMA integrity_check", |r| r.get(0));
    if integrity != ["ok"] {
        wrong.push(format!("integrity_check: {integrity:?}"));
    }
    let dangling: Vec<String> = all(db, "PRAGMA foreign_key_check", |r| r.get(0));
    wrong.extend(dangling.into_iter().map(|table| format!("foreign_key_check: {table}")));
    for (rule, sql) in NONE_OF {
        let found: Vec<String> = all(db, sql, |r| r.get(0));
        wrong.extend(found.into_iter().map(|what| format!("{rule}: {what}")));
    }
    let days = "CREATE TEMP VIEW IF NOT EXISTS earning_days AS WITH RECURSIVE d (day) AS (SELECT open_day FROM revenue_clock UNION ALL
        SELECT day + 1 FROM d WHERE day < (SELECT MAX(day) FROM revenue_change)) SELECT day FROM d";
    db.execute_batch(days).unwrap_or_else(|e| panic!("{days}: {e}"));
    for (rule, told, counted) in SAME {
        compare(&mut wrong, rule, sums(db, told), sums(db, counted));
    }
    for noun in COUNTED {
        let told = sums(db, &format!("SELECT status, n FROM total WHERE noun = '{noun}'"));
        compare(&mut wrong, &format!("totals of {noun}"), told, sums(db, &format!("SELECT status, COUNT(*) FROM {noun} GROUP BY status")));
        let day = "(created_at / 86400000)";
        let told = sums(db, &format!("SELECT day || ' ' || status, n FROM total_by_day WHERE noun = '{noun}'"));
        compare(&mut wrong, &format!("totals by day of {noun}"), told, sums(db, &format!("SELECT {day} || ' ' || status, COUNT(*) FROM {noun} GROUP BY 1")));
        let outside = format!(
            "SELECT n.row || '' FROM {noun} n LEFT JOIN total_by_day d ON d.noun = '{noun}' AND d.day = {day} AND d.status = n.status
             WHERE d.n IS NULL OR n.row NOT BETWEEN d.first_row AND d.last_row"
        );
        let found: Vec<String> = all(db, &outside, |r| r.get(0));
        wrong.extend(found.into_iter().map(|row| format!("{noun} {row} lies outside its day's bounds")));
    }
    chains(db, &mut wrong);
    wrong
}

/// Sums by key; what is zero is as if it were not there.
fn sums(db: &Connection, sql: &str) -> BTreeMap<String, i64> {
    let key = |r: &Row<'_>| r.get::<_, String>(0).or_else(|_| r.get::<_, i64>(0).map(|n| n.to_string()));
    let rows: Vec<(String, i64)> = all(db, sql, |r| Ok((key(r)?, r.get(1)?)));
    rows.into_iter().filter(|(_, n)| *n != 0).collect()
}

fn compare(wrong: &mut Vec<String>, rule: &str, told: BTreeMap<String, i64>, counted: BTreeMap<String, i64>) {
    if told != counted {
        wrong.push(format!("{rule}: told {told:?}, counted {counted:?}"));
    }
}

/// I13: the chain of each series, from its first document to the head that is kept apart.
fn chains(db: &Connection, wrong: &mut Vec<String>) {
    let heads: Vec<(String, [u8; 32])> = all(db, "SELECT series, head_hash FROM document_series", |r| Ok((r.get(0)?, r.get(1)?)));
    for (series, head) in heads {
        let mut previous = [0_u8; 32];
        let sql = format!(
            "SELECT number, previous_hash, content, hash, total_minor, n FROM invoice WHERE series = '{0}' UNION ALL \
             SELECT number, previous_hash, content, hash, amount_minor, n FROM credit_note WHERE series = '{0}' ORDER BY n",
            series.replace('\'', "''")
        );
        type Document = (String, [u8; 32], String, [u8; 32], i64);
        let documents: Vec<Document> = all(db, &sql, |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)));
        for (number, before, content, hash, total) in documents {
            if before != previous || digest(&[&before, content.as_bytes()]) != hash {
                wrong.push(format!("I13 the hash chain is broken at {number}"));
            }
            let document: serde_json::Value = serde_json::from_str(&content).unwrap_or_else(|e| panic!("{number}: {e}"));
            let said: String = document["total"].as_str().or(document["amount"].as_str()).unwrap_or("").chars().filter(char::is_ascii_digit).collect();
            if document["number"] != *number || said.parse::<i64>().ok() != Some(total) {
                wrong.push(format!("I13 the document {number} says otherwise than its row"));
            }
            previous = hash;
        }
        if previous != head {
            wrong.push(format!("I13 the hash chain of {series} does not end at its head"));
        }
    }
}

/// No secret stands anywhere in the clear, and no access's user name in what is told to others.
fn leaks(app: &App, db: &Connection, path: &Path, secrets: &[String], wrong: &mut Vec<String>) {
    let subscriptions: Vec<i64> = all(db, "SELECT row FROM subscription", |r| r.get(0));
    let mut passwords = BTreeSet::new();
    let mut usernames = BTreeSet::new();
    for row in subscriptions {
        let accesses = app.db.read(|tx| access_list(tx, row, Some(&app.vault))).expect("the accesses can be read");
        for credentials in accesses.into_iter().filter_map(|a| a.credentials) {
            passwords.insert(credentials.password);
            usernames.insert(credentials.username);
        }
    }
    let sql = "SELECT 'event ' || sequence, coalesce(object, '') || coalesce(previous, '') FROM event UNION ALL SELECT 'transition ' || event, coalesce(note, '') FROM transition";
    let told: Vec<(String, String)> = all(db, sql, |r| Ok((r.get(0)?, r.get(1)?)));
    for (what, text) in &told {
        for secret in passwords.iter().chain(&usernames).chain(secrets) {
            if memmem::find(text.as_bytes(), secret.as_bytes()).is_some() {
                wrong.push(format!("{what} tells the secret {secret}"));
            }
        }
    }
    for file in [path.to_path_buf(), path.with_extension("db-wal")] {
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => panic!("{}: {e}", file.display()),
        };
        for secret in passwords.iter().chain(secrets) {
            if memmem::find(&bytes, secret.as_bytes()).is_some() {
                wrong.push(format!("{} holds the secret {secret} in the clear", file.display()));
            }
        }
    }
}
