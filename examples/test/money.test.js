import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatAmount, parseAmount, Totals } from '../money.js';

test('sums are exact where floats are not', () => {
    const totals = new Totals();
    let float = 0;
    for (let n = 0; n < 3; n++) {
        totals.add('EUR', '0.10');
        float += parseFloat('0.10');
    }
    assert.notEqual(float, 0.3);
    assert.deepEqual(totals.toJSON(), { EUR: '0.30' });
    totals.add('EUR', '90071992547409.93');
    totals.subtract('EUR', '0.01');
    assert.deepEqual(totals.toJSON(), { EUR: '90071992547410.22' });
});

test('each currency has its own sum and its own decimals, in alphabetical order', () => {
    const totals = new Totals();
    for (const [currency, amount] of [['USD', '1.00'], ['JPY', '1935'], ['KWD', '1.935'], ['USD', '-3.50'], ['JPY', '65']]) {
        totals.add(currency, amount);
    }
    assert.equal(JSON.stringify(totals), '{"JPY":"2000","KWD":"1.935","USD":"-2.50"}');
    assert.deepEqual(new Totals().toJSON(), {});
});

test('amounts are read and written unchanged', () => {
    for (const text of ['0', '0.00', '-0.05', '9.99', '1935', '-12.345', '100000000000000000000.01']) {
        assert.equal(formatAmount(parseAmount(text)), text);
    }
    assert.equal(formatAmount({ units: 5n, decimals: 2 }), '0.05');
});

test('what is no decimal string is refused, numbers included', () => {
    for (const wrong of [9.99, 1n, null, undefined, '', '1.', '.5', '1,5', '1e3', ' 1', '+1', 'NaN', '--1']) {
        assert.throws(() => parseAmount(wrong), TypeError, String(wrong));
    }
});
