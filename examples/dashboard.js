#!/usr/bin/env node
// A live dashboard: this program asks the API, browsers on this machine see the figures. The key stays here.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { answerJson, run, serve, wholeNumber } from './cli.js';
import { Client } from './client.js';
import { cancellationsBetween, invoicesPaidSince, revenueOf } from './figures.js';
import { renderFigures, renderPage } from './dashboard-page.js';

const HELP = `
node dashboard.js [--once] [--every SECONDS] [--days DAYS] [--ends-within DAYS] [--port PORT]

Serves a page on 127.0.0.1 that shows customers, active subscriptions, paid invoices and what they brought, cancellations,
and subscriptions that end soon. Its figures are asked for anew by this program, and pushed to every open page.

  --once          print the figures as JSON and end
  --every         seconds between two refreshes (30, at least 1)
  --days          how far back revenue and cancellations go (30)
  --ends-within   how many days ahead counts as soon (7)
  --port          where to serve (8090; 0 is any free port)

Environment: BILLHEAD_URL, BILLHEAD_KEY (scopes customers:read, subscriptions:read, invoices:read). A refresh takes seven
requests or more, so a key of the standard tier is enough for one every 15 seconds or so.
`;

const DAY_MS = 24 * 60 * 60 * 1000;
/** An invoice can become visible a moment after the time that it bears. */
const OVERLAP_MS = 60_000;

const OPTIONS = {
    once: { type: 'boolean', default: false },
    every: { type: 'string', default: '30' },
    days: { type: 'string', default: '30' },
    'ends-within': { type: 'string', default: '7' },
    port: { type: 'string', default: '8090' },
};

/** What is counted, and what need not be asked for again: invoices that were paid stay paid. */
class Figures {
    #client;
    #days;
    #soonDays;
    #paid = new Map();
    #askedUntil = null;

    constructor(client, { days, soonDays }) {
        this.#client = client;
        this.#days = days;
        this.#soonDays = soonDays;
    }

    async refresh(now) {
        const from = new Date(now.getTime() - this.#days * DAY_MS);
        const soon = new Date(now.getTime() + this.#soonDays * DAY_MS);
        const client = this.#client;
        const endingBefore = (time) => client.count('subscriptions', { status: 'active', currentPeriodEndBefore: time.toISOString() });
        const [customers, activeSubscriptions, paidInvoices, endingBySoon, overdue, cancellations] = await Promise.all([
            client.count('customers'),
            client.count('subscriptions', { status: 'active' }),
            client.count('invoices', { status: 'paid' }),
            endingBefore(soon),
            endingBefore(now),
            cancellationsBetween(client, from, now),
            this.#readPaid(from, now),
        ]);
        const paid = [...this.#paid.values()];
        return {
            at: now.toISOString(),
            days: this.#days,
            customers,
            activeSubscriptions,
            paidInvoices,
            paidInWindow: paid.length,
            revenue: revenueOf(paid),
            revenueByDay: byDay(paid, from, now),
            cancellations,
            endsSoon: Math.max(0, endingBySoon - overdue),
            endsSoonDays: this.#soonDays,
        };
    }

    /** All pages the first time, then only what was paid since. */
    async #readPaid(from, now) {
        const since = this.#askedUntil === null ? from : new Date(Math.max(from.getTime(), this.#askedUntil.getTime() - OVERLAP_MS));
        const found = [];
        for await (const { id, currency, amount, amountCredited, paidAt } of invoicesPaidSince(this.#client, since)) {
            found.push([id, { currency, amount, amountCredited, paidAt }]);
        }
        // Only when every page has come: after a failure the next refresh asks for the same again.
        this.#paid = new Map([...this.#paid, ...found].filter(([, invoice]) => Date.parse(invoice.paidAt) >= from.getTime()));
        this.#askedUntil = now;
    }
}

/** Revenue of each UTC day of the window, days without any included. */
function byDay(paid, from, now) {
    const days = new Map();
    for (let time = from.getTime(); time <= now.getTime(); time += DAY_MS) {
        days.set(new Date(time).toISOString().slice(0, 10), []);
    }
    for (const invoice of paid) {
        const day = invoice.paidAt.slice(0, 10);
        days.set(day, [...(days.get(day) ?? []), invoice]);
    }
    return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, invoices]) => ({ day, revenue: revenueOf(invoices) }));
}

/** The latest figures, and the pages that wait for the next. */
class Board {
    #pages = new Set();
    state = { figures: null, failure: null };

    show(state) {
        this.state = state;
        for (const page of this.#pages) {
            this.#push(page);
        }
    }

    watch(response) {
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
        this.#pages.add(response);
        response.on('close', () => this.#pages.delete(response));
        this.#push(response);
    }

    #push(page) {
        page.write(`data: ${JSON.stringify(renderFigures(this.state))}\n\n`);
    }
}

async function keepFresh(figures, board, everyMs, signal) {
    while (!signal.aborted) {
        try {
            board.show({ figures: await figures.refresh(new Date()), failure: null });
        } catch (error) {
            // The last figures stay, and say how old they are.
            console.error(error.message);
            board.show({ ...board.state, failure: error.message });
        }
        await sleep(everyMs, null, { signal }).catch(() => {});
    }
}

function handle(board, request, response) {
    // A page from elsewhere that points its own name at 127.0.0.1 comes with that name.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
        return answerJson(response, 403, { error: 'This dashboard is for this machine.' });
    }
    if (request.method !== 'GET') {
        return answerJson(response, 405, { error: 'This path takes GET.' }, { Allow: 'GET' });
    }
    switch (request.url) {
        case '/':
            return answerPage(board.state, response);
        case '/events':
            return board.watch(response);
        case '/figures.json':
            return answerJson(response, board.state.figures ? 200 : 503, board.state);
        default:
            return answerJson(response, 404, { error: 'There is /, /events and /figures.json.' });
    }
}

function answerPage(state, response) {
    const nonce = randomBytes(16).toString('base64');
    response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-store',
        'Content-Security-Policy': `default-src 'none'; connect-src 'self'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`,
    });
    response.end(renderPage(state, nonce));
}

await run({ help: HELP, options: OPTIONS }, async (context) => {
    const { values, signal } = context;
    const everyMs = 1000 * wholeNumber(values, 'every', { least: 1, most: 86_400 });
    const days = wholeNumber(values, 'days', { least: 1, most: 366 });
    const soonDays = wholeNumber(values, 'ends-within', { least: 1, most: 366 });
    const port = wholeNumber(values, 'port', { least: 0, most: 65_535 });
    const client = Client.fromEnvironment();
    const figures = new Figures(client, { days, soonDays });
    if (values.once) {
        console.log(JSON.stringify(await figures.refresh(new Date()), null, 2));
        return;
    }
    // A wrong address or key is said now, not on a page that nobody has open yet.
    await client.get('me');
    const board = new Board();
    keepFresh(figures, board, everyMs, signal);
    await serve(context, { name: 'The dashboard', port, handle: (request, response) => handle(board, request, response) });
});
