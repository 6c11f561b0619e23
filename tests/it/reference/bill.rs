//! What an invoice, a charge and a credit come to, in minor units.

use super::exact::{Exact, spread};

/// A percentage: 19.5 is 39/2.
pub type Percent = Exact;

fn part(percent: Percent) -> Exact {
    percent * Exact::ratio(1, 100)
}

/// What a coupon takes off.
#[derive(Clone, Copy, Debug)]
pub enum Off {
    Percent(Percent),
    Amount(i128),
}

#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub percent: Percent,
    pub inclusive: bool,
}

/// A line as priced, and what a discount takes off it.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub priced: i128,
    pub discount: i128,
    pub taxable: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bill {
    pub subtotal: i128,
    pub discount: i128,
    pub tax: i128,
    pub total: i128,
    /// Net and tax of each line.
    pub lines: Vec<(i128, i128)>,
    /// What each rate takes of all lines.
    pub rates: Vec<i128>,
    /// What each rate takes of each line; none where the rules leave that open.
    pub cells: Vec<Option<Vec<i128>>>,
}

impl Bill {
    /// The net that is taxed.
    pub fn taxable(&self, lines: &[Line]) -> i128 {
        self.lines.iter().zip(lines).filter(|(_, line)| line.taxable).map(|((net, _), _)| net).sum()
    }
}

/// The discount of the lines of one period: a percentage is rounded once per line, a fixed amount is spread and never more than all of them.
pub fn discounts(off: Off, lines: &[i128]) -> Vec<i128> {
    match off {
        Off::Percent(percent) => lines.iter().map(|line| (Exact::whole(*line) * part(percent)).rounded()).collect(),
        Off::Amount(amount) => spread(amount.min(lines.iter().sum()), lines),
    }
}

/// The discount of a change's charge: a percentage applies whole, a fixed amount by its share of days.
pub fn discount_of_change(off: Off, charge: i128, days: i64, of: i64) -> i128 {
    match off {
        Off::Percent(_) => discounts(off, &[charge])[0],
        Off::Amount(amount) => prorated(amount, days, of).min(charge),
    }
}

/// An amount × days / all days.
pub fn prorated(amount: i128, days: i64, of: i64) -> i128 {
    (Exact::whole(amount) * Exact::ratio(i128::from(days), i128::from(of))).rounded()
}

/// Discount before tax; tax per rate on the sum of the taxable net lines, spread to lines by largest remainder.
pub fn bill(lines: &[Line], rates: &[Rate]) -> Bill {
    let mut nets: Vec<i128> = lines.iter().map(|line| line.priced - line.discount).collect();
    let mut taxes = vec![0; lines.len()];
    let of_taxable = |amounts: &[i128]| -> Vec<i128> { amounts.iter().zip(lines).map(|(amount, line)| if line.taxable { *amount } else { 0 }).collect() };
    let mut amounts = vec![0; rates.len()];
    let mut cells: Vec<Option<Vec<i128>>> = vec![None; rates.len()];

    // Inclusive taxes are in the prices: net = gross × 100 / (100 + Σp), and of one rate the tax is gross × p / (100 + p).
    let inclusive: Vec<usize> = (0..rates.len()).filter(|at| rates[*at].inclusive).collect();
    if !inclusive.is_empty() {
        let gross = of_taxable(&nets);
        let all: i128 = gross.iter().sum();
        let sum = inclusive.iter().fold(Exact::whole(0), |sum, at| sum + rates[*at].percent);
        let whole = Exact::whole(100) + sum;
        let over = |above: Exact| divide(Exact::whole(all) * above, whole);
        let tax = if inclusive.len() == 1 { over(sum).rounded() } else { all - over(Exact::whole(100)).rounded() };
        let split = spread(tax, &inclusive.iter().map(|at| (rates[*at].percent * Exact::whole(10_000)).floor()).collect::<Vec<_>>());
        let by_line = spread(tax, &gross);
        for (line, tax) in by_line.iter().enumerate() {
            nets[line] -= tax;
            taxes[line] += tax;
        }
        for (at, amount) in inclusive.iter().zip(split) {
            amounts[*at] = amount;
            let has_one_line = gross.iter().filter(|amount| **amount > 0).count() == 1;
            cells[*at] = match inclusive.len() {
                1 => Some(by_line.clone()),
                _ if has_one_line => Some(spread(amount, &gross)),
                _ => None,
            };
        }
    }
    // Exclusive ones come on top of the net, none on another.
    let net = of_taxable(&nets);
    for (at, rate) in rates.iter().enumerate().filter(|(_, rate)| !rate.inclusive) {
        amounts[at] = (Exact::whole(net.iter().sum()) * part(rate.percent)).rounded();
        let by_line = spread(amounts[at], &net);
        by_line.iter().zip(&mut taxes).for_each(|(tax, all)| *all += tax);
        cells[at] = Some(by_line);
    }
    Bill {
        subtotal: lines.iter().map(|line| line.priced).sum(),
        discount: lines.iter().map(|line| line.discount).sum(),
        tax: amounts.iter().sum(),
        total: nets.iter().sum::<i128>() + amounts.iter().sum::<i128>(),
        lines: nets.into_iter().zip(taxes).collect(),
        rates: amounts,
        cells,
    }
}

/// A fraction over one that is not zero.
fn divide(above: Exact, below: Exact) -> Exact {
    // 1 / below, as below is a whole number of ten-thousandths.
    let below = below * Exact::whole(10_000);
    assert_eq!(Exact::whole(below.floor()), below);
    above * Exact::ratio(10_000, below.floor())
}

#[test]
fn the_examples_of_the_rules_come_out() {
    let line = |priced, discount| Line { priced, discount, taxable: true };
    let rate = |percent, inclusive| Rate { percent, inclusive };
    // 10.00 less 20 % at 19 % inclusive.
    assert_eq!(discounts(Off::Percent(Exact::whole(20)), &[1000]), [200]);
    let vat = bill(&[line(1000, 200)], &[rate(Exact::whole(19), true)]);
    assert_eq!((vat.subtotal, vat.discount, vat.tax, vat.total, &vat.lines[..]), (1000, 200, 128, 800, &[(672, 128)][..]));
    // Two on the same net.
    let canada = bill(&[line(19_998, 0)], &[rate(Exact::whole(5), false), rate(Exact::ratio(9975, 1000), false)]);
    assert_eq!((canada.rates, canada.total), (vec![1000, 1995], 22_993));
    // On the sum, not line by line.
    assert_eq!(bill(&[line(333, 0), line(333, 0)], &[rate(Exact::whole(20), false)]).lines, [(333, 67), (333, 66)]);
    // Inclusive ones together, and one on top.
    let three = bill(&[line(1000, 0)], &[rate(Exact::whole(6), true), rate(Exact::whole(3), true), rate(Exact::ratio(5, 2), false)]);
    assert_eq!((three.rates, three.total), (vec![55, 28, 23], 1023));
    assert_eq!((prorated(2000, 21, 31), prorated(1000, 21, 31)), (1355, 677));
}
