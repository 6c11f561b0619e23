import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Figures } from '../dashboard-figures.js';

const at = (text) => new Date(`2026-01-${text}Z`);

/** A client of books that hold these paid invoices. */
function books(invoices) {
    const client = {
        asked: [],
        failing: false,
        count: async () => 1,
        async *all(path, query) {
            if (path === 'invoices') {
                client.asked.push(query.paidAfter);
                yield* invoices.filter(({ paidAt }) => paidAt >= query.paidAfter);
            }
            if (client.failing) {
                throw new Error('The second page is lost.');
            }
        },
    };
    return client;
}

const invoice = (id, paidAt, amount) => ({ id, currency: 'EUR', amount, amountCredited: '0.00', paidAt: at(paidAt).toISOString() });

test('what was paid is read once, added to, counted once, and forgotten when the window has passed it', async () => {
    const invoices = [invoice('a', '01T12:00:00', '1.00'), invoice('b', '02T12:00:00', '0.10')];
    const client = books(invoices);
    const figures = new Figures(client, { days: 2, soonDays: 7 });
    const refresh = async (text) => {
        const { paidInWindow, revenue } = await figures.refresh(at(text));
        return [paidInWindow, revenue.EUR];
    };
    assert.deepEqual(await refresh('02T20:00:00'), [2, '1.10']);
    // Paid just before the last question, and seen only now.
    invoices.push(invoice('c', '02T19:59:30', '0.01'));
    assert.deepEqual(await refresh('02T20:00:30'), [3, '1.11']);
    assert.deepEqual(await refresh('02T20:01:00'), [3, '1.11']);
    assert.deepEqual(await refresh('03T13:00:00'), [2, '0.11']);
    const since = ['2025-12-31T20:00:00', '2026-01-02T19:59:00', '2026-01-02T19:59:30', '2026-01-02T20:00:00'];
    assert.deepEqual(client.asked, since.map((text) => `${text}.000Z`));
});

test('a refresh that failed in the middle is done again as a whole', async () => {
    const client = books([invoice('a', '01T12:00:00', '1.00')]);
    const figures = new Figures(client, { days: 2, soonDays: 7 });
    client.failing = true;
    await assert.rejects(figures.refresh(at('02T00:00:00')), /lost/);
    client.failing = false;
    assert.equal((await figures.refresh(at('02T00:00:30'))).revenue.EUR, '1.00');
    assert.deepEqual(client.asked, ['2025-12-31T00:00:00.000Z', '2025-12-31T00:00:30.000Z']);
});

test('every day of the window has its place, with or without revenue', async () => {
    const figures = new Figures(books([invoice('a', '01T12:00:00', '1.00')]), { days: 2, soonDays: 7 });
    const { revenueByDay } = await figures.refresh(at('02T20:00:00'));
    assert.deepEqual(revenueByDay, [
        { day: '2025-12-31', revenue: {} },
        { day: '2026-01-01', revenue: { EUR: '1.00' } },
        { day: '2026-01-02', revenue: {} },
    ]);
});
