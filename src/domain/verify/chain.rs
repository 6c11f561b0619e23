//! The chains of documents: numbers without gaps, and each document's hash built on the one before it, up to the head.
//!
//! A head that was kept elsewhere proves more than the database can prove of itself: whoever can write to the whole file can
//! make the chain anew, but not with the same hash at the same number.

use std::collections::BTreeMap;

use crate::domain::verify::{Rule, Violation};

pub type Hash = [u8; 32];

/// The newest document of a series at some time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    pub series: String,
    pub n: i64,
    pub hash: Hash,
}

impl Head {
    /// As a line of a file of heads: series, number, hash.
    pub fn line(&self) -> String {
        let hash: String = self.hash.iter().map(|b| format!("{b:02x}")).collect();
        format!("{}  {}  {hash}", self.series, self.n)
    }

    /// Reads a line. A series may have spaces in it, so it is what stands before the other two.
    fn parse(line: &str) -> Option<Self> {
        let (rest, hash) = line.trim().rsplit_once(char::is_whitespace)?;
        let (series, n) = rest.trim_end().rsplit_once(char::is_whitespace)?;
        let n = n.parse().ok().filter(|n| *n > 0)?;
        let digits: Vec<u8> = hash.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        let hash = Hash::try_from(bytes).ok().filter(|_| digits.len() == 64)?;
        Some(Self { series: series.trim().to_owned(), n, hash }).filter(|head| !head.series.is_empty())
    }

    /// Reads a file of heads. Empty lines and those that begin with # say nothing.
    pub fn read(text: &str) -> Result<Vec<Self>, String> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        lines.map(|(n, line)| Self::parse(line).ok_or(format!("line {} is no head: it should be a series, a number and a hash", n + 1))).collect()
    }
}

/// What a document says of its place.
#[derive(Clone, Copy, Debug)]
pub struct LinkFacts<'a> {
    /// For people: its number and id.
    pub name: &'a str,
    pub series: &'a str,
    pub n: i64,
    pub previous: Hash,
    pub hash: Hash,
    /// The hash of what it says and of the hash before it.
    pub computed: Hash,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    n: i64,
    hash: Hash,
}

/// The chains as far as they were read.
#[derive(Clone, Debug, Default)]
pub struct Chains {
    ends: BTreeMap<String, Link>,
    kept: Vec<Head>,
}

impl Chains {
    /// With heads that were kept elsewhere.
    pub fn with(kept: Vec<Head>) -> Self {
        Self { ends: BTreeMap::new(), kept }
    }

    /// Takes the next document of its series.
    pub fn link(&mut self, document: &LinkFacts<'_>, tell: &mut dyn FnMut(Violation)) {
        let LinkFacts { name, series, n, previous, hash, computed } = *document;
        let before = self.ends.get(series).copied().unwrap_or(Link { n: 0, hash: Hash::default() });
        let follows = n == before.n + 1;
        if n > before.n + 1 {
            tell(missing(series, before.n + 1, n - 1));
        } else if !follows {
            tell(Violation::new(Rule::I3, format!("{name} has the number {n} of {series}, and comes after number {}", before.n)));
        }
        if hash != computed {
            tell(Violation::new(Rule::I13, format!("{name} is not what was finalised: its content does not have its hash")));
        }
        // After a gap nobody can tell, and the gap itself was told.
        if follows && previous != before.hash {
            tell(Violation::new(Rule::I13, format!("{name} is not chained to the document before it, number {} of {series}", before.n)));
        }
        self.kept.retain(|head| {
            let met = head.n == n && head.series == series;
            if met && head.hash != hash {
                tell(Violation::new(Rule::I13, format!("{name} is another document than the one whose head was kept: the chain was made anew")));
            }
            !met
        });
        match self.ends.get_mut(series) {
            Some(end) => *end = Link { n, hash },
            None => drop(self.ends.insert(series.to_owned(), Link { n, hash })),
        }
    }

    /// Compares a series with its head, which is kept beside the documents, once every document of it was read.
    pub fn end(&self, series: &str, head: Option<&Head>, tell: &mut dyn FnMut(Violation)) {
        let end = self.ends.get(series).copied().unwrap_or(Link { n: 0, hash: Hash::default() });
        let Some(head) = head else {
            return tell(Violation::new(Rule::I13, format!("the series {series} has documents and no head")));
        };
        if end.n < head.n {
            tell(missing(series, end.n + 1, head.n));
            tell(Violation::new(Rule::I13, format!("the chain of {series} ends at number {}, and its head is number {}", end.n, head.n)));
        } else if end.n > head.n {
            tell(Violation::new(Rule::I3, format!("the chain of {series} has documents after its head, number {}", head.n)));
        } else if end.hash != head.hash {
            tell(Violation::new(Rule::I13, format!("the chain of {series} does not end in its head: it was made anew")));
        }
    }

    /// Names the kept heads that no document met, once every series was read.
    pub fn finish(&self, tell: &mut dyn FnMut(Violation)) {
        for head in &self.kept {
            tell(Violation::new(Rule::I13, format!("number {} of {}, whose head was kept, is not there any more", head.n, head.series)));
        }
    }

    /// The newest document of each series, as it was read.
    pub fn heads(&self) -> Vec<Head> {
        self.ends.iter().map(|(series, end)| Head { series: series.clone(), n: end.n, hash: end.hash }).collect()
    }
}

fn missing(series: &str, first: i64, last: i64) -> Violation {
    let which = if first == last { format!("number {first} of {series} is") } else { format!("numbers {first} to {last} of {series} are") };
    Violation::new(Rule::I3, format!("{which} missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u8) -> Hash {
        [n; 32]
    }

    fn link(n: i64, previous: Hash, own: Hash) -> LinkFacts<'static> {
        LinkFacts { name: "a document", series: "INV {n}", n, previous, hash: own, computed: own }
    }

    fn head(n: i64, hash: Hash) -> Head {
        Head { series: "INV {n}".into(), n, hash }
    }

    /// What is told of three documents, the last two as given.
    fn told(second: LinkFacts<'_>, third: Option<LinkFacts<'_>>, stored: &Head, kept: Vec<Head>) -> Vec<&'static str> {
        let (mut chains, mut told) = (Chains::with(kept), Vec::new());
        let mut tell = |v: Violation| told.push(v.rule.text());
        for document in [Some(link(1, hash(0), hash(1))), Some(second), third].into_iter().flatten() {
            chains.link(&document, &mut tell);
        }
        chains.end("INV {n}", Some(stored), &mut tell);
        chains.finish(&mut tell);
        told
    }

    #[test]
    fn a_whole_chain_has_nothing_wrong_and_each_damage_is_told_once() {
        let (second, third) = (link(2, hash(1), hash(2)), link(3, hash(2), hash(3)));
        let stored = || head(3, hash(3));
        assert_eq!(told(second, Some(third), &stored(), vec![head(2, hash(2)), head(3, hash(3))]), [""; 0]);
        let changed = LinkFacts { computed: hash(9), ..second };
        assert_eq!(told(changed, Some(third), &stored(), Vec::new()), ["I13"], "a changed byte");
        assert_eq!(told(third, None, &stored(), Vec::new()), ["I3"], "one deleted");
        assert_eq!(told(second, None, &stored(), Vec::new()), ["I3", "I13"], "the tail cut off");
        let (second, third) = (link(2, hash(1), hash(8)), link(3, hash(8), hash(9)));
        assert_eq!(told(second, Some(third), &stored(), Vec::new()), ["I13"], "made anew with a stale head");
        assert_eq!(told(second, Some(third), &head(3, hash(9)), Vec::new()), [""; 0], "made anew, head and all: the database cannot tell");
        assert_eq!(told(second, Some(third), &head(3, hash(9)), vec![head(2, hash(2))]), ["I13"], "but a head that was kept can");
        assert_eq!(told(second, Some(third), &head(3, hash(9)), vec![head(7, hash(2))]), ["I13"], "nor may a kept head be gone");
        assert_eq!(told(second, Some(third), &head(2, hash(8)), Vec::new()), ["I3"], "documents after the head");
    }

    #[test]
    fn a_file_of_heads_reads_back_what_was_written() {
        let heads = vec![head(12, hash(0xab)), Head { series: "R-{year} / {n}".into(), ..head(1, hash(7)) }];
        let text: String = heads.iter().map(|h| format!("{}\n", h.line())).collect();
        assert_eq!(Head::read(&format!("# kept\n\n{text}")), Ok(heads));
        let short = &text[..text.len() / 2 - 5];
        for wrong in ["INV", "INV-{n} 5", "INV-{n} x ab", "INV-{n}  0  ab", short] {
            assert!(Head::read(wrong).is_err(), "{wrong}");
        }
    }
}
