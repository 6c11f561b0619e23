//! Whether what came is what the manual shows.
//!
//! Ids, times and hashes differ at every place: of an id the prefix must be right, of a time and a hash the form. `…` in a text
//! stands for any text, alone for any value; as a name in an object for more fields, at the end of an array for more items.

use serde_json::Value;

const MORE: &str = "…";

/// What is not as shown: the place and the difference.
pub fn compare_json(shown: &Value, came: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    compare(shown, came, "", &mut wrong);
    wrong
}

fn compare(shown: &Value, came: &Value, at: &str, wrong: &mut Vec<String>) {
    match (shown, came) {
        (Value::String(text), _) if text == MORE && !came.is_null() => {}
        (Value::String(shown_text), Value::String(came_text)) if like(shown_text, came_text) => {}
        (Value::Array(shown), Value::Array(came)) => compare_items(shown, came, at, wrong),
        (Value::Object(shown), Value::Object(came)) => {
            let open = shown.contains_key(MORE);
            for (name, value) in shown.iter().filter(|(name, _)| *name != MORE) {
                match came.get(name) {
                    Some(found) => compare(value, found, &format!("{at}.{name}"), wrong),
                    None => wrong.push(format!("{at}.{name} is shown and did not come")),
                }
            }
            let unshown = came.keys().filter(|name| !open && !shown.contains_key(*name));
            wrong.extend(unshown.map(|name| format!("{at}.{name} came and is not shown")));
            if open && came.keys().all(|name| shown.contains_key(name)) {
                wrong.push(format!("{at} has nothing more than what is shown"));
            }
        }
        _ if shown == came => {}
        _ => wrong.push(format!("{at} is shown as {shown} and came as {came}")),
    }
}

fn compare_items(shown: &[Value], came: &[Value], at: &str, wrong: &mut Vec<String>) {
    let (items, open) = match shown.split_last() {
        Some((last, items)) if *last == MORE && !items.is_empty() => (items, true),
        _ => (shown, false),
    };
    if came.len() < items.len() || (!open && came.len() > items.len()) {
        wrong.push(format!("{at} is shown with {} items and came with {}", items.len(), came.len()));
    }
    for (n, (shown, came)) in items.iter().zip(came).enumerate() {
        compare(shown, came, &format!("{at}[{n}]"), wrong);
    }
}

/// Whether a text has the form of the one that is shown.
pub fn like(shown: &str, came: &str) -> bool {
    shown == came || (is_time(shown) && is_time(came)) || (is_hash(shown) && is_hash(came)) || fits(shown, came)
}

/// Every piece between the `…` stands in what came, in order, the first at its beginning and the last at its end.
fn fits(shown: &str, came: &str) -> bool {
    let Some((first, rest)) = shown.split_once(MORE) else { return false };
    let Some(mut left) = came.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split(MORE).collect();
    let last = pieces.pop().unwrap_or("");
    for piece in pieces {
        match left.split_once(piece) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

fn is_time(text: &str) -> bool {
    let form = b"0000-00-00T00:00:00.000Z";
    text.len() == form.len() && text.bytes().zip(form).all(|(byte, form)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form })
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Lines that must come, all of them and in this order. Space at their ends does not matter.
pub fn compare_output(shown: &str, came: &str) -> Vec<String> {
    let (shown, came) = (lines(shown), lines(came));
    if shown.len() != came.len() {
        return vec![format!("{} lines are shown and {} came", shown.len(), came.len())];
    }
    let differs = |(shown, came): &(&str, &str)| !like(shown, came);
    shown.into_iter().zip(came).filter(differs).map(|(shown, came)| format!("the line \"{shown}\" is shown and \"{came}\" came")).collect()
}

/// The status and headers that must be among what came. Headers have no order, and their names no case.
pub fn compare_head(shown: &str, came: &str) -> Vec<String> {
    let came: Vec<String> = lines(came).into_iter().map(lower_name).collect();
    let lacks = |line: &&str| !came.iter().any(|c| like(&lower_name(line), c));
    lines(shown).into_iter().filter(lacks).map(|line| format!("\"{line}\" is shown and did not come")).collect()
}

fn lines(text: &str) -> Vec<&str> {
    text.trim().lines().map(str::trim).collect()
}

fn lower_name(line: &str) -> String {
    match line.split_once(':') {
        Some((name, value)) if !name.contains(' ') => format!("{}:{value}", name.to_ascii_lowercase()),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_at_every_place_does_not_matter_and_all_else_does() {
        let came = json!({ "id": "cust_01ab", "at": "2026-11-24T10:00:00.123Z", "hash": "ab".repeat(32), "n": 1, "tags": ["a", "b"], "name": null });
        let same = |shown: Value| compare_json(&shown, &came).is_empty();
        let shown = json!({ "id": "cust_…", "at": "2026-01-31T10:00:00.000Z", "hash": "00".repeat(32), "n": 1, "tags": ["a", "…"], "name": null });
        assert!(same(shown.clone()));
        assert!(same(json!({ "id": "…", "…": "…" })));
        let wrong = [
            ("id", json!("prod_…")),
            ("at", json!("2026-01-31")),
            ("hash", json!("00")),
            ("n", json!(2)),
            ("n", json!("1")),
            ("tags", json!(["a"])),
            ("tags", json!(["b", "…"])),
            ("name", json!("…")),
        ];
        for (name, value) in wrong {
            let mut other = shown.clone();
            other[name] = value;
            assert_eq!(compare_json(&other, &came).len(), 1, "{other}");
        }
        assert!(!same(json!({ "id": "cust_…" })), "a field that is not shown");
        assert!(!same(json!({ "id": "cust_…", "colour": "…", "…": "…" })), "a field that did not come");
        let mut all = shown;
        all["…"] = json!("…");
        assert!(!same(all), "there is no more");
    }

    #[test]
    fn lines_come_in_order_and_headers_in_any() {
        assert_eq!(compare_head("HTTP/1.1 200 OK\nx-limit: …", "HTTP/1.1 200 OK\r\nX-Limit: 60\r\ndate: today\r\n"), [""; 0]);
        assert_eq!(compare_head("x-limit: 61", "HTTP/1.1 200 OK\r\nx-limit: 60\r\n").len(), 1);
        assert_eq!(compare_head("HTTP/1.1 201 Created", "HTTP/1.1 200 OK\r\n").len(), 1);
        assert_eq!(compare_output("a … c", "  a b c "), [""; 0]);
        assert_eq!(compare_output("b\na", "a\nb").len(), 2);
        assert_eq!(compare_output("a", "a\nb").len(), 1);
        assert!(!like("a…b…c", "acb"));
    }
}
