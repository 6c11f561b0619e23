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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_get_needs_nothing_but_the_key() {
        let call = ApiCall::get("/api/v1/customers?status=active&q=Ana's");
        let expected = "curl 'https://b.example/api/v1/customers?status=active&q=Ana'\\''s' \\\n  -H \"Authorization: Bearer $BILLHEAD_KEY\"";
        assert_eq!(line(&call, "https://b.example/"), expected);
    }

    #[test]
    fn a_body_stands_in_single_quotes_and_is_indented_when_it_is_long() {
        let mut call = ApiCall { method: "POST", path: "/api/v1/customers".into(), body: Some(json!({ "name": "O'Neill $HOME `id` \"x\"" })) };
        let short = line(&call, "https://b.example");
        assert!(short.starts_with("curl -X POST https://b.example/api/v1/customers \\\n"), "{short}");
        assert!(short.ends_with(r#"-d '{"name":"O'\''Neill $HOME `id` \"x\""}'"#), "{short}");
        call.body = Some(json!({ "name": "Ana Petrović", "email": "ana@example.com", "notes": "pays in cash at the shop" }));
        assert!(line(&call, "").contains("-d '{\n  \"email\": \"ana@example.com\",\n"), "{}", line(&call, ""));
    }

    /// The line as the shell itself reads it.
    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for text in ["", "plain", "it's", "'", "''", "a b", "$HOME `id` \\ \"x\" !", "two\nlines", "نور; rm -rf /"] {
            let script = format!("printf %s {}", quoted(text));
            let output = std::process::Command::new("sh").arg("-c").arg(script).output().expect("a shell");
            assert_eq!(String::from_utf8_lossy(&output.stdout), text);
        }
    }
}
