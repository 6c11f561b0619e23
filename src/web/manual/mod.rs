//! The manual: Markdown pages from inside the binary, in the order of the numbers in their names, rendered at their first
//! showing. The text is for vendors; what the code knows better than prose is filled in by `tables`.
//!
//! Deliberately absent: scripts, and anything that depends on who reads.

mod render;
mod tables;

use std::fmt::Write;
use std::sync::OnceLock;

use crate::web::docs::Assets;
use render::{Heading, Rendered, escape};

/// The address of the first page; the others stand beneath it by their names.
pub const HOME: &str = "/docs/manual/";

const FOLDER: &str = "manual/";
const LAYOUT: &str = "manual/layout.html";

/// A page's Markdown, and the name that it has in addresses.
struct Source {
    name: String,
    markdown: String,
}

/// What an address of the manual leads to.
pub enum Found {
    Page(&'static str),
    /// The first page has one address only.
    Moved(&'static str),
    /// There is no such page; this one says so.
    Missing(&'static str),
}

struct Manual {
    pages: Vec<(String, String)>,
    missing: String,
}

/// The page of a name; the first one's is empty.
pub fn page(name: &str) -> Found {
    static MANUAL: OnceLock<Manual> = OnceLock::new();
    let manual = MANUAL.get_or_init(make);
    match manual.pages.iter().position(|(of_page, _)| of_page == name) {
        Some(0) => Found::Moved(HOME),
        Some(n) => Found::Page(&manual.pages[n].1),
        None if name.is_empty() => manual.pages.first().map_or(Found::Missing(&manual.missing), |(_, html)| Found::Page(html)),
        None => Found::Missing(&manual.missing),
    }
}

/// `manual/03-products.md` is the third page, named `products`.
fn sources() -> Vec<Source> {
    let mut paths: Vec<String> = Assets::iter().filter(|path| path.starts_with(FOLDER) && path.ends_with(".md")).map(String::from).collect();
    paths.sort();
    let source = |path: String| {
        let name = path.trim_start_matches(FOLDER).trim_end_matches(".md").trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned();
        Assets::get(&path).map(|file| Source { name, markdown: String::from_utf8_lossy(&file.data).into_owned() })
    };
    paths.into_iter().filter_map(source).collect()
}

fn make() -> Manual {
    let layout = Assets::get(LAYOUT).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default();
    let pages: Vec<(String, Rendered)> = sources().into_iter().map(|s| (s.name, render::page(&tables::fill(&s.markdown)))).collect();
    let whole = |title: &str, body: &str, at: Option<usize>| {
        let parts = [("title", escape(title)), ("pages", contents(&pages, at)), ("turn", at.map(|at| turn(&pages, at)).unwrap_or_default())];
        // The body last: it may hold braces of its own.
        let filled = parts.iter().fold(layout.clone(), |text, (name, part)| text.replace(&format!("{{{{{name}}}}}"), part));
        filled.replace("{{body}}", body)
    };
    let missing = whole("There is no such page", "<h1>There is no such page</h1>\n<p>The pages of the manual are listed beside this text.</p>\n", None);
    let made = pages.iter().enumerate().map(|(n, (name, page))| (name.clone(), whole(&page.title, &page.html, Some(n)))).collect();
    Manual { pages: made, missing }
}

fn address(pages: &[(String, Rendered)], n: usize) -> String {
    if n == 0 { HOME.to_owned() } else { format!("{HOME}{}", pages[n].0) }
}

/// The list of pages; the one that is shown with its sections.
fn contents(pages: &[(String, Rendered)], at: Option<usize>) -> String {
    let mut list = String::from("<ol>\n");
    for (n, (_, page)) in pages.iter().enumerate() {
        let current = if at == Some(n) { r#" aria-current="page""# } else { "" };
        let sections = if at == Some(n) { sections(&page.headings) } else { String::new() };
        let _ = writeln!(list, r#"<li><a href="{}"{current}>{}</a>{sections}</li>"#, address(pages, n), escape(&page.title));
    }
    list + "</ol>"
}

fn sections(headings: &[Heading]) -> String {
    let items: Vec<String> = headings.iter().map(|h| format!(r##"<li><a href="#{}">{}</a></li>"##, h.id, escape(&h.text))).collect();
    if items.is_empty() { String::new() } else { format!("\n<ul>{}</ul>", items.join("")) }
}

/// To the page before and the page after.
fn turn(pages: &[(String, Rendered)], at: usize) -> String {
    let link = |n: usize, class: &str, words: &str| {
        format!(r#"<a class="{class}" rel="{class}" href="{}"><span>{words}</span> {}</a>"#, address(pages, n), escape(&pages[n].1.title))
    };
    let before = at.checked_sub(1).map(|n| link(n, "prev", "Previous"));
    let after = (at + 1 < pages.len()).then(|| link(at + 1, "next", "Next"));
    before.into_iter().chain(after).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_has_one_address_and_every_page_is_whole() {
        assert!(matches!(page(""), Found::Page(_)));
        let sources = sources();
        assert!(sources.len() > 10, "only {} pages", sources.len());
        assert!(matches!(page(&sources[0].name), Found::Moved(HOME)));
        for (n, source) in sources.iter().enumerate().skip(1) {
            let Found::Page(html) = page(&source.name) else { panic!("{} is not found", source.name) };
            assert!(!html.contains("{{"), "{} has something that nobody filled in", source.name);
            assert!(html.contains(&format!("href=\"{HOME}{}\" aria-current", source.name)), "{} does not say where it is", source.name);
            assert_eq!(html.contains("rel=\"next\""), n + 1 < sources.len(), "{}", source.name);
        }
        assert!(matches!(page("layout.html"), Found::Missing(_)));
    }
}
