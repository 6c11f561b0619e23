//! What reports count by days, added up anew from what it counts: the ledger's postings and the movements of MRR.
//!
//! Both are only ever added, so the sums of what was read so far are right for the moment of the last one; at their end they
//! are compared with the counters of that moment.

use std::collections::BTreeMap;

use crate::domain::ledger::Account;
use crate::domain::money::Money;
use crate::domain::report::{Counted, Movement};
use crate::domain::time::day_text;
use crate::domain::verify::books::{CountedAs, PostingFacts};
use crate::domain::verify::{Code, Rule, Violation, shown};

/// Debits and credits of a day, or an amount and how often.
type Pair = (i64, i64);

/// Counters by currency, day and name.
pub type ByName = BTreeMap<(Code, i64), Vec<(String, Pair)>>;

fn add(sums: &mut ByName, key: (Code, i64), name: &str, pair: Pair) {
    let names = sums.entry(key).or_default();
    match names.iter_mut().find(|(known, _)| known == name) {
        Some((_, sum)) => *sum = (sum.0.saturating_add(pair.0), sum.1.saturating_add(pair.1)),
        None => names.push((name.to_owned(), pair)),
    }
}

/// What reports should count.
#[derive(Clone, Default, Debug)]
pub struct Counters {
    /// Of the ledger: "account, kind".
    postings: ByName,
    /// Of what invoices have to receive: the name is the day on which they are due.
    receivable: ByName,
    movements: ByName,
    /// The last movement that was read.
    pub movement: i64,
}

/// What the counters say, all of one moment.
#[derive(Clone, Default, Debug)]
pub struct ToldCounters {
    pub postings: Vec<(Code, i64, String, Pair)>,
    pub receivable: Vec<(Code, i64, String, Pair)>,
    pub movements: Vec<(Code, i64, String, Pair)>,
}

/// A movement of a subscription's MRR.
#[derive(Clone, Copy, Debug)]
pub struct MovementFacts {
    pub row: i64,
    pub day: i64,
    pub code: Code,
    pub movement: Movement,
    pub amount: i64,
    /// What it has then; none while it does not count.
    pub then: Option<i64>,
}

/// The name of an account's counter for one kind of entry.
pub fn posting_name(account: &str, kind: &str) -> String {
    format!("{account}, {kind}")
}

impl Counters {
    pub(super) fn post(&mut self, entry: &CountedAs, posting: &PostingFacts) {
        // Postings to no account are told of elsewhere.
        let Some(account) = posting.account else { return };
        let pair = (posting.amount.max(0), posting.amount.saturating_neg().max(0));
        add(&mut self.postings, (posting.code, entry.day), &posting_name(account.text(), &entry.kind), pair);
        if let (Account::Receivable, Some(due_day)) = (account, entry.due_day) {
            add(&mut self.receivable, (posting.code, entry.day), &day_text(due_day), (posting.amount, 0));
        }
    }

    pub fn take(&mut self, movement: &MovementFacts) {
        self.movement = movement.row;
        add(&mut self.movements, (movement.code, movement.day), movement.movement.text(), (movement.amount, 1));
    }

    /// Holds the counters of the ledger against it.
    pub fn compare_ledger(&self, told: &ToldCounters, tell: &mut dyn FnMut(Violation)) {
        compare(&self.postings, &told.postings, "postings", Rule::I5, tell);
        compare(&self.receivable, &told.receivable, "what is due on", Rule::I5, tell);
    }

    /// Holds the counters of MRR against its movements.
    pub fn compare_movements(&self, told: &ToldCounters, tell: &mut dyn FnMut(Violation)) {
        compare(&self.movements, &told.movements, "movements of recurring revenue", Rule::I12, tell);
    }
}

fn compare(should: &ByName, told: &[(Code, i64, String, Pair)], what: &str, rule: Rule, tell: &mut dyn FnMut(Violation)) {
    let mut is = ByName::new();
    told.iter().for_each(|(code, day, name, pair)| add(&mut is, (*code, *day), name, *pair));
    for key in should.keys().chain(is.keys().filter(|key| !should.contains_key(key))) {
        let of = |sums: &ByName, name: &str| sums.get(key).and_then(|names| names.iter().find(|(known, _)| known == name)).map_or((0, 0), |(_, pair)| *pair);
        let mut names: Vec<&str> = [should, &is].into_iter().filter_map(|sums| sums.get(key)).flatten().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names.into_iter().filter(|name| of(should, name) != of(&is, name)) {
            let pair = |(a, b): Pair| format!("{} ({b})", shown(a.into(), key.0));
            let (is, should) = (pair(of(&is, name)), pair(of(should, name)));
            tell(Violation::new(rule, format!("{what} {name} of {} are counted as {is}, and come to {should}", day_text(key.1))));
        }
    }
}

/// A subscription's MRR, and what is said to have moved it, in order.
#[derive(Clone, Debug)]
pub struct MrrFacts {
    pub now: Counted,
    pub code: Code,
    pub movements: Vec<MovementFacts>,
}

impl MrrFacts {
    /// What does not fit (I12).
    pub fn wrong(&self) -> Option<String> {
        let (mut mrr, mut counted): (Option<(Code, i64)>, bool) = (None, false);
        for m in &self.movements {
            let before = mrr.map_or(0, |(_, amount)| amount);
            let (in_other, after) = (mrr.is_some_and(|(code, _)| code != m.code), before.saturating_add(m.movement.signed(m.amount)));
            let fits = match m.movement {
                Movement::New => mrr.is_none() && !counted && m.then == Some(m.amount),
                Movement::Reactivation => mrr.is_none() && counted && m.then == Some(m.amount),
                Movement::Expansion | Movement::Contraction => mrr.is_some() && !in_other && m.amount > 0 && m.then == Some(after),
                Movement::Churn => mrr.is_some() && !in_other && after == 0 && m.then.is_none(),
            };
            if !fits || m.amount < 0 {
                return Some(format!("has a movement of its recurring revenue on {} that does not follow from the one before it", day_text(m.day)));
            }
            (mrr, counted) = (m.then.map(|then| (m.code, then)), true);
        }
        let text = |amount: Option<i64>, code| amount.map_or("none".to_owned(), |amount| shown(amount.into(), code));
        let now = self.now.map(Money::minor);
        let is_same = now == mrr.map(|(_, amount)| amount) && mrr.is_none_or(|(code, _)| code == self.code);
        (!is_same).then(|| {
            let (last, code) = (mrr.map(|(_, amount)| amount), mrr.map_or(self.code, |(code, _)| code));
            format!("has a recurring revenue of {}, and its movements come to {}", text(now, self.code), text(last, code))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    const USD: Code = *b"USD";

    fn movement(movement: Movement, amount: i64, then: Option<i64>) -> MovementFacts {
        MovementFacts { row: 1, day: 9, code: USD, movement, amount, then }
    }

    fn wrong(now: Option<i64>, movements: &[MovementFacts]) -> Option<String> {
        let usd = Currency::parse("USD").unwrap_or_else(|e| panic!("{e}"));
        MrrFacts { now: now.map(|minor| Money::new(minor, usd)), code: USD, movements: movements.into() }.wrong()
    }

    #[test]
    fn i12_movements_lead_to_what_recurs() {
        use Movement::{Churn, Contraction, Expansion, New, Reactivation};
        let life = [
            movement(New, 10, Some(10)),
            movement(Expansion, 5, Some(15)),
            movement(Contraction, 3, Some(12)),
            movement(Churn, 12, None),
            movement(Reactivation, 8, Some(8)),
        ];
        for (until, now) in [(0, None), (1, Some(10)), (2, Some(15)), (3, Some(12)), (4, None), (5, Some(8))] {
            assert_eq!(wrong(now, &life[..until]), None, "{until}");
        }
        assert_eq!(wrong(Some(9), &life).as_deref(), Some("has a recurring revenue of 0.09 USD, and its movements come to 0.08 USD"));
        assert_eq!(wrong(None, &life).as_deref(), Some("has a recurring revenue of none, and its movements come to 0.08 USD"));
        assert_eq!(wrong(Some(0), &[]).as_deref(), Some("has a recurring revenue of 0.00 USD, and its movements come to none"));
        for broken in [&life[1..], &[life[0], life[0]], &[life[0], life[3]], &[life[0], life[4]], &[life[0], movement(Expansion, 5, Some(14))], &[life[4]]] {
            assert!(wrong(Some(8), broken).is_some_and(|w| w.contains("1970-01-10")), "{broken:?}");
        }
    }

    #[test]
    fn counters_are_what_they_count() {
        let mut counters = Counters::default();
        let entry = CountedAs { day: 9, kind: "invoice_finalized".into(), due_day: Some(16) };
        counters.post(&entry, &PostingFacts { entry: 1, account: Some(Account::Receivable), code: USD, amount: 5 });
        counters.post(&entry, &PostingFacts { entry: 1, account: Some(Account::DeferredRevenue), code: USD, amount: -5 });
        counters.take(&movement(Movement::New, 7, Some(7)));
        let row = |name: &str, pair| (USD, 9, name.to_owned(), pair);
        let told = ToldCounters {
            postings: vec![row("receivable, invoice_finalized", (5, 0)), row("deferred_revenue, invoice_finalized", (0, 5))],
            receivable: vec![row("1970-01-17", (5, 0))],
            movements: vec![row("new", (7, 1))],
        };
        let found = |told: &ToldCounters| {
            let mut found = Vec::new();
            counters.compare_ledger(told, &mut |v| found.push(v.to_string()));
            counters.compare_movements(told, &mut |v| found.push(v.to_string()));
            found
        };
        assert_eq!(found(&told), Vec::<String>::new());
        let less = ToldCounters { postings: told.postings[1..].to_vec(), ..told.clone() };
        assert_eq!(found(&less), ["I5: postings receivable, invoice_finalized of 1970-01-10 are counted as 0.00 USD (0), and come to 0.05 USD (0)"]);
        let other = ToldCounters { receivable: vec![(USD, 8, "1970-01-17".into(), (5, 0))], ..told.clone() };
        assert_eq!(found(&other).len(), 2, "{:?}", found(&other));
        let twice = ToldCounters { movements: vec![row("new", (7, 2))], ..told };
        assert_eq!(found(&twice), ["I12: movements of recurring revenue new of 1970-01-10 are counted as 0.07 USD (2), and come to 0.07 USD (1)"]);
    }
}
