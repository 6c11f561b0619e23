//! Chance that can be repeated: the same seed, the same story.

/// Numbers that look random, the same for the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_else(|e| panic!("{e}")) % sides
    }

    /// From the first number to the last, both of them too.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let sides = usize::try_from(last - first + 1).unwrap_or_else(|e| panic!("{first} to {last}: {e}"));
        first + i64::try_from(self.roll(sides)).unwrap_or_else(|e| panic!("{e}"))
    }

    pub fn pick<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.roll(values.len())]
    }
}
