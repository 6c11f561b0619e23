import assert from 'node:assert/strict';
import { test } from 'node:test';

import { instant, wholeNumber } from '../cli.js';
import { UsageError } from '../client.js';
import { escapeHtml, renderFigures } from '../dashboard-page.js';
import { revenueOf } from '../figures.js';

test('times are dates at midnight UTC, or instants with a zone', () => {
    const read = (text) => instant({ from: text }, 'from').toISOString();
    assert.equal(read('2026-01-31'), '2026-01-31T00:00:00.000Z');
    assert.equal(read('2026-01-31T12:30:00.250Z'), '2026-01-31T12:30:00.250Z');
    assert.equal(read('2026-01-31T12:30+02:00'), '2026-01-31T10:30:00.000Z');
    for (const wrong of ['', 'yesterday', '31.01.2026', '2026-02-30', '2026-13-01', '2026-02-30T12:00:00Z', '2026-01-31T25:00:00Z', '2026-01-31T12:00:00']) {
        assert.throws(() => read(wrong), UsageError, wrong);
    }
});

test('numbers are whole and within their bounds', () => {
    const read = (text) => wholeNumber({ n: text }, 'n', { least: 1, most: 60 });
    assert.deepEqual(['1', '60', '007'].map(read), [1, 60, 7]);
    for (const wrong of ['0', '61', '-1', '1.5', '1e1', '', ' 1', 'ten']) {
        assert.throws(() => read(wrong), UsageError, wrong);
    }
});

test('revenue is what was billed, less what credit notes took off', () => {
    const paid = [
        { currency: 'EUR', amount: '100.00', amountCredited: '20.01' },
        { currency: 'EUR', amount: '0.02', amountCredited: '0.00' },
        { currency: 'JPY', amount: '1480', amountCredited: '0' },
    ];
    assert.deepEqual(revenueOf(paid), { EUR: '80.01', JPY: '1480' });
});

test('the page escapes what it is given, and keeps the last figures beside a failure', () => {
    assert.equal(escapeHtml(`<a href="x">'&`), '&#60;a href=&#34;x&#34;&#62;&#39;&#38;');
    const figures = {
        at: '2026-01-31T12:00:00.000Z', days: 2, customers: 3, activeSubscriptions: 2, paidInvoices: 9, paidInWindow: 4,
        revenue: { EUR: '30.00' }, revenueByDay: [{ day: '2026-01-30', revenue: { EUR: '20.00' } }, { day: '2026-01-31', revenue: { EUR: '10.00' } }],
        cancellations: 1, endsSoon: 1, endsSoonDays: 7,
    };
    const html = renderFigures({ figures, failure: 'No <answer>.' });
    assert.match(html, /role="alert".*No &#60;answer&#62;\./);
    assert.match(html, /<dt>Revenue in 2 days, EUR<\/dt><dd>30\.00<\/dd>/);
    assert.deepEqual([...html.matchAll(/<rect [^>]*height="(\d+)"/g)].map((match) => match[1]), ['1000', '500']);
    assert.doesNotMatch(renderFigures({ figures, failure: null }), /alert/);
    assert.match(renderFigures({ figures: null, failure: null }), /first figures/);
});
