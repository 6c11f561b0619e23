//! Every ```sh block of the manual is run, page by page, as one types it: in bash, against a real server on a new data directory,
//! with the shell's variables kept from block to block.
//!
//! A page finds a key with all rights in `$KEY` and `billhead` on its PATH, and stands in the directory that holds `data`. The
//! address http://127.0.0.1:8080 of the text becomes the server's. Each block that calls curl is followed by what it shows: a
//! ```json block (the answer), a ```http block (its status and some of its headers) or a ```output block (all lines). Blocks in other
//! languages are not run.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use serde_json::Value;

use super::answer::{compare_head, compare_json, compare_output};
use crate::support::process::{Server, create_key, leave_out, run};

const WRITTEN_ADDRESS: &str = "http://127.0.0.1:8080";

/// What a page may call beside bash and curl, where a fresh machine may lack it.
const SELDOM: [&str; 2] = ["sqlite3", "perl"];

/// As many calls of curl as the manual has at least. Raise it with the manual.
const AT_LEAST: usize = 85;

struct Block {
    script: String,
    /// The language and the text of what is shown.
    shown: Option<(String, String)>,
}

impl Block {
    fn calls(&self) -> usize {
        self.script.split(|c: char| c.is_whitespace() || "(|;".contains(c)).filter(|word| *word == "curl").count()
    }
}

struct Page {
    name: String,
    blocks: Vec<Block>,
}

fn pages() -> Vec<Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/manual");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).filter(|p| p.extension().is_some_and(|e| e == "md")).collect();
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Page {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut blocks: Vec<Block> = Vec::new();
    for (language, text) in code_blocks(&text) {
        match language.as_str() {
            "sh" => blocks.push(Block { script: text, shown: None }),
            "json" | "http" | "output" => {
                let block = blocks.last_mut().unwrap_or_else(|| panic!("{name}: an answer before any line: {text}"));
                assert!(block.shown.replace((language, text)).is_none(), "{name}: two answers to\n{}", block.script);
            }
            "console" | "text" => {}
            other => panic!("{name}: a block in \"{other}\": neither run nor shown nor said to be text"),
        }
    }
    Page { name, blocks }
}

fn code_blocks(markdown: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                inside = true;
                let language = if let CodeBlockKind::Fenced(language) = kind { language.into_string() } else { String::new() };
                found.push((language, String::new()));
            }
            Event::End(_) => inside = false,
            Event::Text(text) if inside => found.last_mut().expect("a block is open").1.push_str(&text),
            _ => {}
        }
    }
    found
}

fn has_program(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

/// A key that was just made or revoked is known to the running server once a later one is.
const PRELUDE: &str = r#"set -eu
billhead() {
    command billhead "$@"
    if [ "${1-}" = key ]; then settle; fi
}
settle() {
    local probe tries=0
    probe=$(command billhead key create --name probe 2>/dev/null | tail -n 1)
    until [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $probe" "$SERVER/api/v1/me")" = 200 ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 25 ]; then echo "the server does not learn of a new key" >&2; return 1; fi
        sleep 0.25
    done
}
"#;

/// The whole page as one script; what block n writes goes to the file n.
fn script(page: &Page, address: &str) -> String {
    let mut script = PRELUDE.to_owned();
    for (n, block) in page.blocks.iter().enumerate() {
        let lines = block.script.replace(WRITTEN_ADDRESS, address);
        let _ = writeln!(script, "{{\n{lines}\n}} > \"$OUT/{n}\" 2> \"$OUT/{n}.said\"\ntouch \"$OUT/{n}.done\"");
    }
    script
}

/// Runs a page; what is not as the page says.
fn try_page(page: &Page) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (data, out) = (directory.path().join("data"), directory.path().join("out"));
    std::fs::create_dir(&out).expect("a directory can be made");
    let key = create_key(&data, &["--name", "The manual"]);
    let server = Server::start(&data);
    let address = format!("http://{}", server.address);
    let program = Path::new(env!("CARGO_BIN_EXE_billhead")).parent().expect("the program lies in a directory");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(program.to_path_buf()).chain(std::env::split_paths(&path))).expect("a PATH");
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-c", &script(page, &address)]).current_dir(directory.path()).stdin(Stdio::null());
    bash.env_clear().env("PATH", path).env("HOME", directory.path()).env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
    bash.env("KEY", key).env("SERVER", &address).env("OUT", &out);
    let ended = run(&mut bash);
    let read = |name: String| std::fs::read_to_string(out.join(name)).unwrap_or_default();
    let mut wrong = Vec::new();
    for (n, block) in page.blocks.iter().enumerate() {
        let (came, said) = (read(format!("{n}")), read(format!("{n}.said")));
        if !out.join(format!("{n}.done")).exists() {
            wrong.push(format!("{}: this did not end well ({}):\n{}\n{came}\n{said}", page.name, ended.status, block.script));
            return wrong;
        }
        wrong.extend(
            differences(block, &came.replace(&address, WRITTEN_ADDRESS))
                .into_iter()
                .map(|w| format!("{}: {w}\n  after\n{}  came\n{came}\n{said}", page.name, block.script)),
        );
    }
    wrong
}

fn differences(block: &Block, came: &str) -> Vec<String> {
    match block.shown.as_ref().map(|(language, text)| (language.as_str(), text)) {
        None => Vec::new(),
        Some(("json", text)) => match (serde_json::from_str::<Value>(text), serde_json::from_str::<Value>(came)) {
            (Ok(shown), Ok(came)) => compare_json(&shown, &came),
            (Err(e), _) => vec![format!("what is shown is no JSON: {e}")],
            (_, Err(e)) => vec![format!("what came is no JSON: {e}")],
        },
        Some(("http", text)) => compare_head(text, came),
        Some((_, text)) => compare_output(text, came),
    }
}

#[test]
fn every_line_of_the_manual_does_what_the_manual_says() {
    if !has_program("curl") || !has_program("bash") {
        return leave_out("the lines of the manual", "curl or bash is not installed");
    }
    let pages = pages();
    let mut calls = 0;
    let mut wrong = Vec::new();
    for page in pages.iter().filter(|page| !page.blocks.is_empty()) {
        if let Some(lacking) = SELDOM.iter().find(|program| !has_program(program) && page.blocks.iter().any(|b| b.script.contains(*program))) {
            leave_out(&format!("the page {} of the manual", page.name), &format!("{lacking} is not installed"));
            continue;
        }
        wrong.extend(try_page(page));
        calls += page.blocks.iter().map(Block::calls).sum::<usize>();
    }
    assert!(wrong.is_empty(), "{} of the manual's lines do not hold:\n\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(calls >= AT_LEAST || SELDOM.iter().any(|program| !has_program(program)), "only {calls} calls were made");
}

/// A line whose answer is not shown would be held by nothing; and one that is marked as text would not be run at all.
#[test]
fn every_call_of_the_manual_shows_its_answer() {
    let pages = pages();
    assert!(pages.len() > 10, "only {} pages", pages.len());
    for page in &pages {
        for block in &page.blocks {
            assert!(block.calls() == 0 || block.shown.is_some(), "{}: no answer is shown to\n{}", page.name, block.script);
        }
    }
    for path in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/manual")).expect("the folder can be read") {
        let path = path.expect("the folder can be read").path();
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let unrun = code_blocks(&text).into_iter().filter(|(language, text)| language != "sh" && text.lines().any(|l| l.trim_start().starts_with("curl ")));
        assert_eq!(unrun.count(), 0, "{}: a call of curl that is not run", path.display());
    }
}
