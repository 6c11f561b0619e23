//! The words of the pages: every message that a page asks for is in the catalogue, and the catalogue has none that no page asks for.
//! That all languages have the same messages is tested where they are read (`web/html/catalogue.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How a message is asked for in sources and templates.
const CALLS: [&str; 4] = ["say(", "say_with(", "word(", "plain("];
/// The API's own sentences are found by their text.
const FOUND_BY_TEXT: &str = "api";

/// Its specimens have names that look like ids.
const SPECIMENS: &str = "/html/parts.rs";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: PathBuf) -> Vec<(String, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap_or_else(|e| panic!("{}: {e}", folder.display())).path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
                // A file's tests stand at its end, and may ask for what there is not.
                let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or("").to_owned();
                found.push((path.display().to_string(), text));
            }
        }
    }
    found
}

fn defined() -> BTreeSet<String> {
    let path = root().join("assets/locales/en.ftl");
    let frame = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let texts: Vec<String> = files(root().join("assets/locales/en")).into_iter().map(|(_, text)| text).chain([frame]).collect();
    let ids = texts.iter().flat_map(|text| text.lines()).filter_map(|line| line.split_once(" =")).map(|(id, _)| id).filter(|id| is_id(id));
    ids.map(str::to_owned).collect()
}

fn is_id(text: &str) -> bool {
    text.contains('-')
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// What stands in quotes and could be an id.
fn quoted_ids(text: &str) -> BTreeSet<&str> {
    text.split('"').filter(|part| is_id(part)).collect()
}

/// The ids that are asked for: what stands in quotes right after a call.
fn asked_for(text: &str) -> BTreeSet<&str> {
    let calls = CALLS.iter().flat_map(|call| text.match_indices(call).map(|(at, call)| &text[at + call.len()..]));
    calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

fn pages() -> Vec<(String, String)> {
    let mut pages = files(root().join("src/web"));
    pages.extend(files(root().join("assets/templates")));
    pages
}

#[test]
fn every_message_that_a_page_asks_for_is_in_the_catalogue() {
    let (defined, pages) = (defined(), pages());
    let areas: BTreeSet<&str> = defined.iter().filter_map(|id| id.split('-').next()).collect();
    let (mut missing, mut read) = (BTreeMap::new(), 0);
    for (path, text) in &pages {
        let asked = asked_for(text);
        read += asked.len();
        // A message chosen by a match is a literal of an area that there is.
        let shows = (path.contains("/html/") && !path.ends_with(SPECIMENS)) || path.contains("/admin/") || path.ends_with("/web/page.rs");
        let chosen = if shows { quoted_ids(text) } else { BTreeSet::new() };
        let chosen = chosen.into_iter().filter(|id| areas.contains(id.split('-').next().unwrap_or("")));
        for id in asked.into_iter().filter(|id| is_id(id)).chain(chosen).filter(|id| !defined.contains(*id)) {
            missing.insert(id.to_owned(), path.clone());
        }
    }
    assert!(read > 30, "only {read} messages were asked for: is the check awake?");
    assert!(missing.is_empty(), "en.ftl lacks {missing:#?}");
}

#[test]
fn the_catalogue_has_no_message_that_no_page_asks_for() {
    let pages = pages();
    let used: BTreeSet<&str> = pages.iter().flat_map(|(_, text)| quoted_ids(text)).collect();
    let defined = defined();
    assert!(defined.len() > 100, "only {} messages were read", defined.len());
    let unused: Vec<&String> = defined.iter().filter(|id| id.split('-').next() != Some(FOUND_BY_TEXT) && !used.contains(id.as_str())).collect();
    assert!(unused.is_empty(), "nobody asks for {unused:#?}");
}

#[test]
fn calls_are_found_however_they_are_written() {
    let text = "say(\"a-b\") say_with(\n    \"c-d\", []) p.word(\"e-f\") say(id) \"g-h\" hearsay(\"i\")";
    assert_eq!(asked_for(text).into_iter().collect::<Vec<_>>(), ["a-b", "c-d", "e-f", "i"]);
    assert_eq!(quoted_ids(text).into_iter().collect::<Vec<_>>(), ["a-b", "c-d", "e-f", "g-h"]);
}
