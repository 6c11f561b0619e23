// What every script does alike: options, --help, errors, exit codes, Ctrl-C, and a small server on this machine alone.
//
// Exit codes: 0 done, 1 failed, 2 called wrongly, 130 or 143 stopped by a signal before it was done.

import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

import { UsageError } from './client.js';

/** Runs a script: `body` gets its options' values and `signal`, which is aborted by Ctrl-C and SIGTERM. */
export async function run({ help, options = {} }, body) {
    const stop = new AbortController();
    const context = { signal: stop.signal, serving: false };
    for (const [name, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
        process.on(name, () => {
            // A server closes in order, and then its script ends by itself; a second signal means now.
            if (!context.serving || stop.signal.aborted) {
                console.error('Stopped.');
                process.exit(code);
            }
            stop.abort();
        });
    }
    // Whoever reads us may have read enough.
    process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
    try {
        context.values = readOptions(options);
        if (context.values.help) {
            console.log(help.trim());
            return;
        }
        await body(context);
        if (context.serving) {
            // Whatever it still asks of others is of no use to anybody now.
            process.exit();
        }
    } catch (error) {
        const calledWrongly = error instanceof UsageError;
        console.error(calledWrongly ? `${error.message}\n--help says more.` : (error.message ?? String(error)));
        process.exitCode = calledWrongly ? 2 : 1;
    }
}

function readOptions(options) {
    try {
        return parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } }, strict: true, allowPositionals: false }).values;
    } catch (error) {
        throw new UsageError(error.message);
    }
}

/** An option that is a whole number between bounds. */
export function wholeNumber(values, name, { least, most }) {
    const text = values[name];
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(number >= least && number <= most)) {
        throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not ${text}.`);
    }
    return number;
}

/** An option that is an instant; a date alone is midnight UTC, as in the API. */
export function instant(values, name) {
    const text = values[name];
    const [, date, time] = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ?? [];
    const day = date && new Date(`${date}T00:00:00Z`);
    // JavaScript takes 31 February for a day in March.
    const exists = day && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
    const at = exists ? new Date(time ? text : day) : null;
    if (!at || Number.isNaN(at.getTime())) {
        throw new UsageError(`--${name} must be a date such as 2026-01-31 or a time such as 2026-01-31T12:00:00Z, not ${text}.`);
    }
    return at;
}

/** An answer with JSON. */
export function answerJson(response, status, value, headers = {}) {
    const body = JSON.stringify(value);
    const common = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
    response.writeHead(status, { ...common, 'Content-Length': Buffer.byteLength(body), ...headers });
    response.end(body);
}

/** A handler as a server that listens on this machine alone. Port 0 is any free one. */
export function listen(handle, port) {
    const server = createServer((request, response) => {
        Promise.resolve(handle(request, response)).catch((error) => {
            console.error(`${request.method} ${request.url?.split('?')[0]}: ${error.message}`);
            if (response.headersSent) {
                response.destroy();
            } else {
                answerJson(response, 500, { error: 'Something went wrong; the log says what.' });
            }
        });
    });
    return new Promise((resolve, reject) => {
        server.once('error', (error) => {
            const taken = error.code === 'EADDRINUSE';
            reject(taken ? new UsageError(`Port ${port} is taken. Choose another with --port.`) : error);
        });
        server.listen(port, '127.0.0.1', () => resolve(server));
    });
}

/** Serves until the script is stopped. */
export async function serve(context, { name, port, handle }) {
    context.serving = true;
    const server = await listen(handle, port);
    console.error(`${name} listens on http://127.0.0.1:${server.address().port}`);
    await new Promise((resolve) => {
        if (context.signal.aborted) {
            resolve();
        }
        context.signal.addEventListener('abort', resolve, { once: true });
    });
    server.close();
    server.closeAllConnections();
    console.error(`${name} is stopped.`);
}
