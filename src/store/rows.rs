//! A set of a table's rows, for lists whose rows are found before they are read: by a search, or where a filter leaves few.

use std::ops::RangeInclusive;

/// Rows by their integer key: a bit for each, so that a million take 125 kB and are walked in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    words: Vec<u64>,
}

const BITS: i64 = 64;

/// The word of a row, and its bit in there. No row is below 0.
fn place(row: i64) -> Option<(usize, u64)> {
    let word = usize::try_from(row / BITS).ok().filter(|_| row >= 0)?;
    Some((word, 1 << (row % BITS)))
}

fn row_of(word: usize, bit: u32) -> Option<i64> {
    Some(i64::try_from(word).ok()? * BITS + i64::from(bit))
}

impl Rows {
    pub fn insert(&mut self, row: i64) {
        if let Some((word, bit)) = place(row) {
            if word >= self.words.len() {
                self.words.resize(word + 1, 0);
            }
            self.words[word] |= bit;
        }
    }

    /// Inserts those of 32 rows whose bits are set; the first of them is a multiple of 32.
    pub fn insert_32(&mut self, first: i64, bits: u32) {
        if bits != 0 {
            self.insert(first + i64::from(bits.trailing_zeros()));
            if let Some((word, _)) = place(first) {
                self.words[word] |= u64::from(bits) << (first % BITS);
            }
        }
    }

    pub fn remove(&mut self, row: i64) {
        if let Some((word, bit)) = place(row)
            && let Some(found) = self.words.get_mut(word)
        {
            *found &= !bit;
        }
    }

    /// Leaves the rows between two, both included.
    pub fn keep(&mut self, between: &RangeInclusive<i64>) {
        let (first, last) = (*between.start(), *between.end());
        for (word, bits) in self.words.iter_mut().enumerate() {
            let low = i64::try_from(word).unwrap_or(i64::MAX / BITS) * BITS;
            if low < first || low + (BITS - 1) > last {
                (0..BITS).filter(|bit| !between.contains(&(low + bit))).for_each(|bit| *bits &= !(1 << bit));
            }
        }
    }

    /// Leaves the rows of both.
    pub fn intersect(&mut self, other: &Self) {
        let others = other.words.iter().copied().chain(std::iter::repeat(0));
        self.words.iter_mut().zip(others).for_each(|(mine, theirs)| *mine &= theirs);
    }

    /// Takes the rows of the other.
    pub fn subtract(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(mine, theirs)| *mine &= !theirs);
    }

    /// Adds the rows of the other.
    pub fn unite(&mut self, other: &Self) {
        self.words.resize(self.words.len().max(other.words.len()), 0);
        self.words.iter_mut().zip(&other.words).for_each(|(mine, theirs)| *mine |= theirs);
    }

    /// Every row, in order.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        std::iter::successors(self.next(-1), |&row| self.next(row))
    }

    #[cfg(test)]
    fn contains(&self, row: i64) -> bool {
        place(row).and_then(|(word, bit)| Some(self.words.get(word)? & bit != 0)).unwrap_or(false)
    }

    pub fn len(&self) -> i64 {
        self.words.iter().map(|word| i64::from(word.count_ones())).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// The first row after this one.
    pub fn next(&self, after: i64) -> Option<i64> {
        let (word, bit) = place(after.checked_add(1)?.max(0))?;
        let from = self.words.get(word)? & !(bit - 1);
        let rest = self.words.iter().copied().enumerate().skip(word + 1);
        let (word, bits) = std::iter::once((word, from)).chain(rest).find(|(_, bits)| *bits != 0)?;
        row_of(word, bits.trailing_zeros())
    }

    /// The last row before this one.
    pub fn previous(&self, before: i64) -> Option<i64> {
        let (word, bit) = place(before)?;
        let until = self.words.get(word).map_or(0, |bits| bits & (bit - 1));
        let rest = self.words.iter().copied().enumerate().take(word).rev();
        let (word, bits) = std::iter::once((word, until)).chain(rest).find(|(_, bits)| *bits != 0)?;
        row_of(word, bits.ilog2())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn rows(of: &BTreeSet<i64>) -> Rows {
        let mut rows = Rows::default();
        of.iter().for_each(|&row| rows.insert(row));
        rows
    }

    proptest! {
        #[test]
        fn many_rows_are_inserted_at_once_as_one_by_one(block in 0_i64..9, bits: u32) {
            let mut at_once = Rows::default();
            at_once.insert_32(block * 32, bits);
            let one_by_one: Vec<i64> = (0..32).filter(|n| bits & (1 << n) != 0).map(|n| block * 32 + n).collect();
            prop_assert_eq!(at_once.iter().collect::<Vec<_>>(), one_by_one);
        }

        #[test]
        fn two_sets_are_joined_as_sets_are(a in prop::collection::btree_set(0_i64..300, 0..60), b in prop::collection::btree_set(0_i64..300, 0..60)) {
            let joined = |join: fn(&mut Rows, &Rows)| {
                let mut joined = rows(&a);
                join(&mut joined, &rows(&b));
                joined.iter().collect::<Vec<_>>()
            };
            prop_assert_eq!(joined(Rows::intersect), a.intersection(&b).copied().collect::<Vec<_>>());
            prop_assert_eq!(joined(Rows::subtract), a.difference(&b).copied().collect::<Vec<_>>());
            let (first, last) = (a.first().copied().unwrap_or(7), b.last().copied().unwrap_or(90));
            let mut kept = rows(&a.union(&b).copied().collect());
            kept.keep(&(first..=last));
            prop_assert_eq!(kept.iter().collect::<Vec<_>>(), a.union(&b).copied().filter(|row| (first..=last).contains(row)).collect::<Vec<_>>());
            prop_assert_eq!(joined(Rows::unite), a.union(&b).copied().collect::<Vec<_>>());
        }

        #[test]
        fn rows_are_a_set_in_order(inserted in prop::collection::vec(-2_i64..400, 0..60), removed in prop::collection::vec(-2_i64..500, 0..20), at in -3_i64..600) {
            let (mut rows, mut model) = (Rows::default(), BTreeSet::new());
            for row in inserted {
                rows.insert(row);
                if row >= 0 {
                    model.insert(row);
                }
            }
            for row in removed {
                rows.remove(row);
                model.remove(&row);
            }
            prop_assert_eq!(rows.len(), i64::try_from(model.len()).unwrap_or(-1));
            prop_assert_eq!(rows.is_empty(), model.is_empty());
            prop_assert_eq!(rows.contains(at), model.contains(&at));
            prop_assert_eq!(rows.next(at), model.range(at + 1..).next().copied());
            prop_assert_eq!(rows.previous(at), model.range(..at).next_back().copied());
        }
    }
}
