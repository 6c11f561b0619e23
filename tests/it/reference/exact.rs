//! Fractions that are never rounded until somebody asks for a whole number.

use std::ops::{Add, Mul, Sub};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exact {
    above: i128,
    /// Greater than zero; no number greater than 1 divides both.
    below: i128,
}

impl Exact {
    pub fn ratio(above: i128, below: i128) -> Self {
        assert!(below > 0, "{above}/{below}");
        let (mut divisor, mut rest) = (below, above.abs());
        while rest > 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        Self { above: above / divisor, below: below / divisor }
    }

    pub fn whole(number: i128) -> Self {
        Self::ratio(number, 1)
    }

    pub fn floor(self) -> i128 {
        self.above.div_euclid(self.below)
    }

    pub fn ceiling(self) -> i128 {
        -Self::ratio(-self.above, self.below).floor()
    }

    /// Half away from zero: the whole part of the amount and a half, with the sign put back.
    pub fn rounded(self) -> i128 {
        let size = Self::ratio(self.above.abs(), self.below);
        self.above.signum() * (size + Self::ratio(1, 2)).floor()
    }

    pub fn is_less(self, other: Self) -> bool {
        (self - other).above < 0
    }
}

impl Add for Exact {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::ratio(self.above * other.below + other.above * self.below, self.below * other.below)
    }
}

impl Sub for Exact {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + Self { above: -other.above, below: other.below }
    }
}

impl Mul for Exact {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::ratio(self.above * other.above, self.below * other.below)
    }
}

/// Parts of a whole by weights, by largest remainder: each gets the whole units of its share, and what is left goes unit by unit to whose share
/// has most behind the point; of equals to the first.
pub fn spread(total: i128, weights: &[i128]) -> Vec<i128> {
    let sum: i128 = weights.iter().sum();
    if sum == 0 {
        assert_eq!(total, 0, "something is to be spread over nothing");
        return vec![0; weights.len()];
    }
    let shares: Vec<Exact> = weights.iter().map(|weight| Exact::ratio(total * weight, sum)).collect();
    let mut parts: Vec<i128> = shares.iter().map(|share| share.floor()).collect();
    let mut waiting: Vec<usize> = (0..parts.len()).collect();
    for _ in parts.iter().sum::<i128>()..total {
        let behind = |at: usize| shares[at] - Exact::whole(shares[at].floor());
        let first =
            waiting.iter().copied().reduce(|best, at| if behind(best).is_less(behind(at)) { at } else { best }).expect("fewer units than parts are left");
        parts[first] += 1;
        waiting.retain(|at| *at != first);
    }
    parts
}

#[test]
fn fractions_are_what_they_are_by_hand() {
    let third = Exact::ratio(2, 6);
    assert_eq!((third + third + third, third * Exact::whole(3), third - third), (Exact::whole(1), Exact::whole(1), Exact::whole(0)));
    assert_eq!([(1, 2), (-1, 2), (5, 2), (1, 3), (-2, 3)].map(|(a, b)| Exact::ratio(a, b).rounded()), [1, -1, 3, 0, -1]);
    assert_eq!((Exact::ratio(-1, 2).floor(), Exact::ratio(-1, 2).ceiling(), Exact::ratio(7, 2).ceiling(), Exact::whole(4).ceiling()), (-1, 0, 4, 4));
    assert_eq!((spread(500, &[1000, 1000, 1000]), spread(10, &[1, 6]), spread(3, &[0, 0, 5])), (vec![167, 167, 166], vec![1, 9], vec![0, 0, 3]));
}
