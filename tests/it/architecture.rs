//! The directions of imports: the table of src/lib.rs, which layer alone may know which crate, and that nothing which counts knows
//! floats. Nothing else: sizes and style are taste.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each part of the crate may use of ours, beside itself.
const MAY_USE: [(&str, &[&str]); 11] = [
    ("domain", &[]),
    ("wire", &["domain"]),
    ("clock", &["domain", "error", "secret", "config"]),
    ("error", &["domain", "clock", "secret", "config"]),
    ("secret", &["domain", "clock", "error", "config"]),
    ("config", &["domain", "clock", "error", "secret"]),
    ("store", &["domain", "error", "clock", "secret"]),
    ("adapters", &["domain", "error", "config"]),
    ("app", &["domain", "wire", "store", "adapters", "error", "clock", "secret"]),
    ("web", &["app", "domain", "wire", "error", "config", "clock"]),
    ("telemetry", &["error"]),
];
/// The command line puts everything together.
const USES_EVERYTHING: [&str; 3] = ["cli", "main", "lib"];

/// Crates that are known in one place only: by the beginnings of file paths.
const KNOWN_ONLY_IN: [(&str, &[&str]); 7] = [
    ("rusqlite", &["store/"]),
    ("r2d2", &["store/"]),
    ("r2d2_sqlite", &["store/"]),
    ("actix_web", &["web/", "cli/serve.rs"]),
    ("chrono", &["domain/time.rs", "clock.rs"]),
    ("governor", &["web/limit.rs"]),
    ("getrandom", &["clock.rs"]),
];

/// A source file by its path under src, without comments and without what stands in quotes.
struct Source {
    path: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path: PathBuf = entry.unwrap_or_else(|e| panic!("{}: {e}", folder.display())).path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
                let relative = path.strip_prefix(&root).expect("the file was found under src");
                found.push(Source { path: relative.to_string_lossy().into_owned(), code: strip(without_tests(&text)) });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// A file's tests stand at its end, and may put together what they like.
fn without_tests(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

/// Takes out comments and strings. Raw strings have no quotes inside them here.
fn strip(text: &str) -> String {
    let (mut code, mut rest) = (String::new(), text);
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\''") || rest.starts_with("b'\"'") {
            rest.find("'").and_then(|open| rest[open + 2..].find('\'').map(|close| open + close + 3)).unwrap_or(rest.len())
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            raw.find("\"#").map_or(rest.len(), |end| end + 5)
        } else if c == '"' {
            string_length(rest)
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        rest = &rest[skipped..];
    }
    code
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The names that follow `prefix`, where it stands as a word of its own: `crate::store::db` and `crate::{store, web}` alike.
fn names_after(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match rest.strip_prefix('{') {
            None => drop(names.insert(word(rest))),
            Some(group) => {
                let mut depth = 0;
                let mut first = true;
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => first = true,
                        c if first && depth == 0 && !c.is_whitespace() => {
                            names.insert(word(&group[at..]));
                            first = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    names
}

/// Whether a crate's name is used as the beginning of a path.
fn mentions(code: &str, name: &str) -> bool {
    let prefix = format!("{name}::");
    code.match_indices(&prefix).any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
        || code.contains(&format!("use {name};"))
}

fn part_of(path: &str) -> &str {
    path.split('/').next().and_then(|p| p.split('.').next()).unwrap_or("")
}

#[test]
fn imports_run_in_the_directions_of_the_layer_map() {
    let sources = sources();
    assert!(sources.len() > 50, "only {} files were read", sources.len());
    let mut wrong = Vec::new();
    let mut read = 0;
    for source in &sources {
        let part = part_of(&source.path);
        let used = names_after(&source.code, "crate::");
        read += used.len();
        if USES_EVERYTHING.contains(&part) {
            continue;
        }
        let Some((_, may)) = MAY_USE.iter().find(|(name, _)| *name == part) else {
            wrong.push(format!("{} belongs to no part of the layer map", source.path));
            continue;
        };
        wrong.extend(used.iter().filter(|u| *u != part && !may.contains(&u.as_str())).map(|u| format!("{} uses crate::{u}", source.path)));
    }
    assert!(read > 100, "only {read} imports were read");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_crate_of_the_outside_is_known_in_one_place() {
    let sources = sources();
    let mut wrong = Vec::new();
    for (name, places) in KNOWN_ONLY_IN {
        let users: Vec<&str> = sources.iter().filter(|s| mentions(&s.code, name)).map(|s| s.path.as_str()).collect();
        if name != "r2d2" {
            assert!(!users.is_empty(), "nobody uses {name}: is the check awake?");
        }
        wrong.extend(users.iter().filter(|path| !places.iter().any(|place| path.starts_with(place))).map(|path| format!("{path} uses {name}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The map in src/lib.rs is what people read: it must name every part, and this test must know each.
/// Money and time are integers and exact ratios (rules, section 3): no binary fraction is anywhere that counts.
#[test]
fn no_float_is_in_the_engine() {
    let counts = |source: &&Source| ["domain/", "store/", "app/"].iter().any(|part| source.path.starts_with(part));
    let sources = sources();
    let engine: Vec<&Source> = sources.iter().filter(counts).collect();
    assert!(engine.len() > 60, "{} files", engine.len());
    let is_float = |code: &str| code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "f64" || word == "f32");
    let with_floats: Vec<&str> = engine.iter().filter(|s| is_float(&s.code)).map(|s| s.path.as_str()).collect();
    assert!(with_floats.is_empty(), "{with_floats:?}");
    assert!(is_float("fn a(x: f64) {}"));
}

#[test]
fn the_layer_map_in_words_names_every_part() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap_or_else(|e| panic!("{e}"));
    let rows: Vec<&str> = text.lines().filter(|l| l.starts_with("//! | [`")).collect();
    for (part, _) in MAY_USE.iter().filter(|(part, _)| *part != "telemetry") {
        assert!(rows.iter().any(|row| row.split('|').nth(1).is_some_and(|names| names.contains(&format!("[`{part}`]")))), "src/lib.rs does not map {part}");
    }
}

#[test]
fn comments_and_strings_are_no_imports() {
    let code =
        strip("use crate::a::B; // crate::b\n/* crate::c */ let s = \"crate::d \\\" crate::e\"; let q = '\"'; crate::f::g();\nuse crate::{h, i::{j, k}, l};");
    let names: Vec<String> = names_after(&code, "crate::").into_iter().collect();
    assert_eq!(names, ["a", "f", "h", "i", "l"]);
    assert_eq!(names_after("$crate::x; mycrate::y; r#\"crate::z\"#", "crate::").into_iter().collect::<Vec<_>>(), ["x", "z"]);
    assert!(mentions("use chrono::Utc;", "chrono") && !mentions("use my_chrono::Utc; a::chrono::b", "chrono"));
}
