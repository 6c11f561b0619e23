//! Bars over time, drawn as SVG on the server: zero-based, in one hue, the last one emphasised. The numbers stand in a table
//! beside them. Deliberately absent: floats, and what the bars are about.

use crate::web::html::cell::Cell;
use crate::web::html::table::Table;
use crate::web::html::text::Text;

/// One bar: how high it is, and what it says to whoever points at it.
#[derive(Clone, Debug)]
pub struct Bar {
    pub value: i64,
    pub says: String,
}

/// A chart with the table of its numbers.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What stands beside the title: all bars together of what adds up, the last one of what is at a time.
    pub headline: Cell,
    pub greatest: Cell,
    /// What the first and the last bar stand for.
    pub begins: Cell,
    pub ends: Cell,
    pub bars: Vec<Bar>,
    pub table: Table,
    /// Unfolds the table.
    pub numbers: Text,
}

/// The drawing's height, and the width of a bar with the space behind it: its own units, stretched to the page.
pub(super) const HEIGHT: i64 = 1000;
const STEP: usize = 10;

/// A bar as it is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Drawn {
    pub x: usize,
    pub y: i64,
    pub height: i64,
}

impl Chart {
    pub(super) fn width(&self) -> usize {
        self.bars.len().max(1) * STEP
    }

    fn values(&self) -> impl Iterator<Item = i128> {
        self.bars.iter().map(|bar| i128::from(bar.value))
    }

    /// The greatest and the least value; zero is always between them.
    fn range(&self) -> (i128, i128) {
        (self.values().max().unwrap_or(0).max(0), self.values().min().unwrap_or(0).min(0))
    }

    /// How far below the top something is.
    fn scaled(&self, below_top: i128) -> i64 {
        let (top, bottom) = self.range();
        i64::try_from(below_top * i128::from(HEIGHT) / (top - bottom).max(1)).unwrap_or(0)
    }

    /// Where the line of zero is.
    pub(super) fn zero(&self) -> i64 {
        if self.range() == (0, 0) { HEIGHT } else { self.scaled(self.range().0) }
    }

    /// The bars, all in one scale, from the line of zero up or down.
    pub(super) fn drawn(&self) -> Vec<Drawn> {
        let top = self.range().0;
        let scaled = |below: i128| self.scaled(below);
        let draw = |(n, value): (usize, i128)| {
            let (y, end) = (scaled(top - value.max(0)), scaled(top - value.min(0)));
            // What is small is not nothing: it can be seen.
            let least = if value == 0 { 0 } else { HEIGHT / 100 };
            Drawn { x: n * STEP, y: y.min(HEIGHT - least), height: (end - y).max(least) }
        };
        self.values().enumerate().map(draw).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::html::text::data;

    fn chart(values: &[i64]) -> Chart {
        let bars = values.iter().map(|value| Bar { value: *value, says: String::new() }).collect();
        let table = Table { caption: data(""), columns: Vec::new(), rows: Vec::new() };
        let nothing = || Cell::Nothing;
        Chart { headline: nothing(), greatest: nothing(), begins: nothing(), ends: nothing(), bars, table, numbers: data("") }
    }

    fn drawn(values: &[i64]) -> Vec<(usize, i64, i64)> {
        chart(values).drawn().into_iter().map(|d| (d.x, d.y, d.height)).collect()
    }

    #[test]
    fn bars_stand_on_the_line_of_zero_and_hang_from_it() {
        assert_eq!(drawn(&[100, 50, 0]), [(0, 0, 1000), (10, 500, 500), (20, 1000, 0)]);
        assert_eq!(drawn(&[300, -100]), [(0, 0, 750), (10, 750, 250)]);
        assert_eq!(drawn(&[-5, -10]), [(0, 0, 500), (10, 0, 1000)]);
        assert_eq!(drawn(&[0, 0]), [(0, 0, 0), (10, 0, 0)]);
        assert_eq!(drawn(&[]), []);
        assert_eq!([&[100][..], &[300, -100], &[-5], &[0], &[]].map(|values| chart(values).zero()), [1000, 750, 0, 1000, 1000]);
    }

    #[test]
    fn what_is_small_can_be_seen_and_what_is_vast_fits() {
        assert_eq!(drawn(&[1_000_000, 1]), [(0, 0, 1000), (10, 990, 10)]);
        assert_eq!(drawn(&[i64::MAX, i64::MIN]), [(0, 0, 499), (10, 499, 501)]);
    }
}
