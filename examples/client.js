// A client of Billhead's API: one request at a time with a time-out, retries where they are right, pages as one stream,
// and errors that say what the server said.
//
// Deliberately absent: knowledge of any one noun. What is a customer or an invoice is said in the scripts.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the person at the command line can put right. */
export class UsageError extends Error {}

/** A refusal by the server: its code, message and details, and the id by which its log knows the request. */
export class ApiError extends Error {
    constructor({ status, code, message, details = [], requestId = null }) {
        const fields = details.map((detail) => `${detail.field}: ${detail.message}`).filter((line) => line !== message);
        const said = [message, ...fields].join(' ');
        super(`The server answers ${status} ${code}: ${said}${requestId ? ` (request ${requestId})` : ''}`);
        this.name = 'ApiError';
        Object.assign(this, { status, code, details, requestId });
    }
}

/** No whole answer came: whether the request was done is unknown. */
export class NetworkError extends Error {
    constructor(url, cause) {
        const why = cause.name === 'TimeoutError' ? 'no whole answer in time' : (cause.cause?.code ?? cause.cause?.message ?? cause.message);
        super(`Cannot reach ${url}: ${why}.`, { cause });
        this.name = 'NetworkError';
    }
}

const LONGEST_BACKOFF_MS = 30_000;
/** Statuses after which the same request may well succeed, if it may be sent again at all. */
const PASSING = new Set([502, 503, 504]);

/** `Retry-After` in milliseconds: seconds, or a date. Null where there is none. */
export function retryAfterMs(header, now = Date.now()) {
    if (header === null || header === undefined || header === '') {
        return null;
    }
    const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
    return Number.isNaN(wait) ? null : Math.max(0, wait);
}

/**
 * How long to wait before sending a request again; null where it must not be sent again.
 *
 * `status` is null where no answer came. `repeatable` says that doing it twice is the same as doing it once. A 429 was
 * not done at all, so it is always sent again, and never before the server said; what is added by chance keeps clients
 * that were refused together from coming back together.
 */
export function retryDelayMs({ status, retryAfter = null, attempt, repeatable, random = Math.random }) {
    const passing = status === 429 || (repeatable && (status === null || PASSING.has(status)));
    if (!passing) {
        return null;
    }
    const backoff = Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** attempt);
    return retryAfter === null ? backoff / 2 + (random() * backoff) / 2 : retryAfter + (random() * backoff) / 2;
}

/** Works through items, so many at a time; the results in the items' order. The first failure ends it. */
export async function concurrently(items, width, work) {
    const results = new Array(items.length);
    let next = 0;
    let failed = false;
    const worker = async () => {
        while (next < items.length && !failed) {
            const at = next++;
            try {
                results[at] = await work(items[at]);
            } catch (error) {
                failed = true;
                throw error;
            }
        }
    };
    await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
    return results;
}

export class Client {
    #base;
    #key;
    #options;
    /** When the server last answered, by its own clock. */
    serverTime = null;

    /**
     * `retries` bounds how often a request without an answer, or with a 503, is sent again. A 429 is waited out for as
     * long as all its waits stay within `patienceMs`.
     */
    constructor({ url, key, timeoutMs = 15_000, retries = 3, patienceMs = 180_000, log = () => {}, random = Math.random, wait = sleep }) {
        this.#base = new URL('api/v1/', url.endsWith('/') ? url : `${url}/`);
        this.#key = key;
        this.#options = { timeoutMs, retries, patienceMs, log, random, wait };
    }

    /** The client that BILLHEAD_URL and BILLHEAD_KEY describe. */
    static fromEnvironment(env = process.env, options = {}) {
        const { BILLHEAD_URL: url, BILLHEAD_KEY: key } = env;
        if (!url) {
            throw new UsageError('BILLHEAD_URL is not set: the address of the server, such as http://127.0.0.1:8080.');
        }
        if (!isHttpUrl(url)) {
            throw new UsageError(`BILLHEAD_URL is no address: ${url}. It looks like http://127.0.0.1:8080.`);
        }
        if (!key) {
            throw new UsageError('BILLHEAD_KEY is not set: an API key, as `billhead key create --name NAME` prints it.');
        }
        if (!/^[\x21-\x7e]+$/.test(key)) {
            throw new UsageError('BILLHEAD_KEY is no key: it holds blanks, line breaks or other characters that no key has.');
        }
        return new Client({ url, key, log: (line) => console.error(line), ...options });
    }

    /** The server's address, without the key. */
    get url() {
        return this.#base.origin + this.#base.pathname.slice(0, -'/api/v1/'.length);
    }

    get(path, query = {}) {
        return this.#call('GET', path, { query });
    }

    /**
     * Creates, or acts. The idempotency key makes a second try safe: without one of the caller's own, each call has its
     * own, and only its retries share it. With null there is none, and no second try.
     */
    post(path, body = {}, { idempotencyKey = randomUUID() } = {}) {
        return this.#call('POST', path, { body, idempotencyKey });
    }

    patch(path, body, { idempotencyKey = randomUUID() } = {}) {
        return this.#call('PATCH', path, { body, idempotencyKey });
    }

    /** How many rows a list has, whatever its length: the page itself is not wanted. */
    async count(path, query = {}) {
        const page = await this.get(path, { ...query, limit: 1 });
        return page.pagination.total;
    }

    /** All rows of a list, page after page, each page fetched when the one before is used up. */
    async *all(path, query = {}) {
        let cursor;
        do {
            const page = await this.get(path, { limit: 100, ...query, cursor });
            yield* page.data;
            const next = page.pagination.hasMore ? page.pagination.nextCursor : null;
            if (next !== null && next === cursor) {
                throw new Error(`${path} does not go on: page after page ends at ${next}.`);
            }
            cursor = next;
        } while (cursor !== null);
    }

    async #call(method, path, { query = {}, body, idempotencyKey }) {
        const url = new URL(path.replace(/^\//, ''), this.#base);
        for (const [name, value] of Object.entries(query)) {
            if (value !== undefined && value !== null) {
                url.searchParams.set(name, String(value));
            }
        }
        const repeatable = method === 'GET' || Boolean(idempotencyKey);
        const { retries, patienceMs, log, random, wait } = this.#options;
        let waited = 0;
        for (let attempt = 0; ; attempt++) {
            const outcome = await this.#send(method, url, body, idempotencyKey);
            if (!outcome.error) {
                return outcome.value;
            }
            const { error, status, retryAfter } = outcome;
            const delay = retryDelayMs({ status, retryAfter, attempt, repeatable, random });
            const spent = status === 429 ? waited + delay > patienceMs : attempt >= retries;
            if (delay === null || spent || delay > patienceMs) {
                throw error;
            }
            waited += delay;
            log(`${status ?? 'No answer'} to ${method} ${url.pathname}: again in ${(delay / 1000).toFixed(1)} s.`);
            await wait(delay);
        }
    }

    /** One try. */
    async #send(method, url, body, idempotencyKey) {
        const headers = { Authorization: `Bearer ${this.#key}`, Accept: 'application/json' };
        if (body !== undefined) {
            headers['Content-Type'] = 'application/json';
        }
        if (idempotencyKey) {
            headers['Idempotency-Key'] = idempotencyKey;
        }
        let response, text;
        try {
            // A redirect is not followed: it would take the key, or turn a POST into a GET.
            const request = { method, headers, body: body && JSON.stringify(body), redirect: 'manual', signal: AbortSignal.timeout(this.#options.timeoutMs) };
            response = await fetch(url, request);
            text = await response.text();
        } catch (cause) {
            return { error: new NetworkError(this.url, cause), status: null, retryAfter: null };
        }
        const date = Date.parse(response.headers.get('date') ?? '');
        this.serverTime = Number.isNaN(date) ? this.serverTime : new Date(date);
        const answer = parseJson(text);
        if (response.ok && answer !== undefined) {
            return { value: answer };
        }
        return { error: refusal(response, answer), status: response.status, retryAfter: retryAfterMs(response.headers.get('retry-after')) };
    }
}

function isHttpUrl(text) {
    try {
        return ['http:', 'https:'].includes(new URL(text).protocol);
    } catch {
        return false;
    }
}

function parseJson(text) {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function refusal(response, answer) {
    const requestId = response.headers.get('x-request-id');
    const { code, message, details } = answer?.error ?? {};
    if (typeof code !== 'string') {
        const what = response.headers.has('location') ? `it sends elsewhere, to ${response.headers.get('location')}` : 'that is no answer of the API';
        return new ApiError({ status: response.status, code: 'unexpected_answer', message: `${what}. Is BILLHEAD_URL right?`, requestId });
    }
    const hint = response.status === 401 ? `${message} BILLHEAD_KEY is refused.` : message;
    return new ApiError({ status: response.status, code, message: hint, details, requestId });
}
