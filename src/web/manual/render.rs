//! Markdown to HTML: headings that can be linked to, tables that can be read on a phone.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// A section of a page.
pub struct Heading {
    pub id: String,
    pub text: String,
}

pub struct Rendered {
    /// The first heading.
    pub title: String,
    /// Of the second level; those beneath have an id too.
    pub headings: Vec<Heading>,
    pub html: String,
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What a heading is linked by: its letters and digits in lower case, hyphens between its words.
fn id_of(text: &str) -> String {
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    words.join("-")
}

pub fn page(markdown: &str) -> Rendered {
    let events: Vec<Event<'_>> = Parser::new_ext(markdown, Options::ENABLE_TABLES).collect();
    let mut page = Rendered { title: String::new(), headings: Vec::new(), html: String::new() };
    let mut table = Table::default();
    let mut out = Vec::with_capacity(events.len());
    for (at, event) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => out.push(open_heading(*level, text_from(&events[at + 1..]), &mut page)),
            Event::End(TagEnd::Heading(level)) => out.push(raw(close_heading(*level))),
            other => out.push(table.event(other, &events[at + 1..]).map_or_else(|| other.clone(), |html| Event::Html(html.into()))),
        }
    }
    html::push_html(&mut page.html, out.into_iter());
    page
}

fn raw(html: String) -> Event<'static> {
    Event::Html(html.into())
}

/// The text up to the end of the element that was just opened.
fn text_from(events: &[Event<'_>]) -> String {
    let within = events.iter().take_while(|e| !matches!(e, Event::End(TagEnd::Heading(_) | TagEnd::TableCell)));
    within.filter_map(|e| if let Event::Text(text) | Event::Code(text) = e { Some(text.as_ref()) } else { None }).collect()
}

fn open_heading(level: HeadingLevel, text: String, page: &mut Rendered) -> Event<'static> {
    if level == HeadingLevel::H1 {
        page.title = text;
        return raw("<h1>".into());
    }
    let id = id_of(&text);
    let html = format!(r##"<{level} id="{id}"><a href="#{id}">"##);
    if level == HeadingLevel::H2 {
        page.headings.push(Heading { id, text });
    }
    raw(html)
}

fn close_heading(level: HeadingLevel) -> String {
    if level == HeadingLevel::H1 { "</h1>\n".into() } else { format!("</{level}>\n").replace("</", "</a></") }
}

/// A table in the writing. Its roles are said, since a phone's style sheet, which stacks the cells, takes them away; each cell
/// carries its column's head for the same reason.
#[derive(Default)]
struct Table {
    heads: Vec<String>,
    in_head: bool,
    column: usize,
}

impl Table {
    fn event(&mut self, event: &Event<'_>, rest: &[Event<'_>]) -> Option<String> {
        Some(match event {
            Event::Start(Tag::Table(_)) => {
                self.heads.clear();
                "<table role=\"table\">".into()
            }
            Event::Start(Tag::TableHead) => {
                (self.in_head, self.column) = (true, 0);
                "<thead role=\"rowgroup\"><tr role=\"row\">".into()
            }
            Event::End(TagEnd::TableHead) => {
                self.in_head = false;
                "</tr></thead>\n<tbody role=\"rowgroup\">\n".into()
            }
            Event::Start(Tag::TableRow) => {
                self.column = 0;
                "<tr role=\"row\">".into()
            }
            Event::End(TagEnd::TableRow) => "</tr>\n".into(),
            Event::End(TagEnd::Table) => "</tbody></table>\n".into(),
            Event::Start(Tag::TableCell) if self.in_head => {
                self.heads.push(text_from(rest));
                "<th role=\"columnheader\" scope=\"col\">".into()
            }
            Event::Start(Tag::TableCell) => {
                let head = self.heads.get(self.column).map(|h| escape(h)).unwrap_or_default();
                self.column += 1;
                format!("<td role=\"cell\" data-head=\"{head}\">")
            }
            Event::End(TagEnd::TableCell) => if self.in_head { "</th>" } else { "</td>" }.into(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_anchors_and_the_first_is_the_title() {
        let page = page("# Money & time\n\nText.\n\n## What `amount` is\n\n### Deeper\n");
        assert_eq!(page.title, "Money & time");
        assert_eq!(page.headings.iter().map(|h| (h.id.as_str(), h.text.as_str())).collect::<Vec<_>>(), [("what-amount-is", "What amount is")]);
        assert!(page.html.contains("<h1>Money &amp; time</h1>"), "{}", page.html);
        assert!(page.html.contains(r##"<h2 id="what-amount-is"><a href="#what-amount-is">What <code>amount</code> is</a></h2>"##), "{}", page.html);
        assert!(page.html.contains(r#"<h3 id="deeper">"#), "{}", page.html);
    }

    #[test]
    fn cells_know_their_columns_and_code_its_language() {
        let page = page("# x\n\n| Code | \"Meaning\" |\n|---|---|\n| `a` | b < c |\n\n```sh\ncurl \"$X\"\n```\n");
        assert!(page.html.contains(r#"<th role="columnheader" scope="col">Code</th>"#), "{}", page.html);
        let row = r#"<tr role="row"><td role="cell" data-head="Code"><code>a</code></td><td role="cell" data-head="&quot;Meaning&quot;">b &lt; c</td></tr>"#;
        assert!(page.html.contains(row), "{}", page.html);
        assert!(page.html.contains("<pre><code class=\"language-sh\">curl"), "{}", page.html);
    }
}
