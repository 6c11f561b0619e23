#!/usr/bin/env node
// A live dashboard: this program asks the API, browsers on this machine see the figures. The key stays here.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { answerJson, run, serve, wholeNumber } from './cli.js';
import { Client } from './client.js';
import { Figures } from './dashboard-figures.js';
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

const OPTIONS = {
    once: { type: 'boolean', default: false },
    every: { type: 'string', default: '30' },
    days: { type: 'string', default: '30' },
    'ends-within': { type: 'string', default: '7' },
    port: { type: 'string', default: '8090' },
};

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
