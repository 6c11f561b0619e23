//! A call of the API as a line to paste into a shell. The key is left out: `$BILLHEAD_KEY` stands for it.

use crate::web::html::page::ApiCall;
use crate::web::html::text::turns;

/// A body up to this long stands on one line.
const ONE_LINE: usize = 60;

/// The call as a command of curl, with everything that came from data in quotes.
pub fn line(call: &ApiCall, base_url: &str) -> String {
    let mut line = String::from("curl");
    if call.method != "GET" {
        line.push_str(" -X ");
        line.push_str(call.method);
    }
    let url = format!("{}{}", base_url.trim_end_matches('/'), call.path);
    line.push_str(&format!(" {} \\\n  -H \"Authorization: Bearer $BILLHEAD_KEY\"", quoted(&url)));
    if let Some(body) = &call.body {
        let short = body.to_string();
        let text = if short.chars().count() <= ONE_LINE { short } else { serde_json::to_string_pretty(body).unwrap_or(short) };
        line.push_str(&format!(" \\\n  -H \"Content-Type: application/json\" \\\n  -d {}", quoted(&without_turns(&text))));
    }
    line
}

/// JSON in which what turns the direction of text about is written as an escape: whoever pastes the line sees what it says.
fn without_turns(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    for c in json.chars() {
        if turns(c) { plain.push_str(&format!("\\u{:04x}", u32::from(c))) } else { plain.push(c) }
    }
    plain
}

/// One word of a POSIX shell: between single quotes nothing means anything but the quote itself.
fn quoted(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b':' | b'.' | b'-' | b'_');
    if !text.is_empty() && text.bytes().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
