import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, test } from 'node:test';

import { answerJson, listen } from '../cli.js';
import { ApiError, Client, NetworkError, UsageError, concurrently, retryAfterMs, retryDelayMs } from '../client.js';

const closing = [];
after(() => closing.forEach((close) => close()));

/** A server that gives these answers one after another, and what it was asked. */
async function scripted(...answers) {
    const asked = [];
    const server = await listen(async (request, response) => {
        let body = '';
        for await (const part of request) {
            body += part;
        }
        asked.push({ method: request.method, url: request.url, headers: request.headers, body });
        const next = answers.shift() ?? { status: 500, body: { error: { code: 'script_over', message: 'The script is over.', details: [] } } };
        if (next === 'hang up') {
            request.socket.destroy();
        } else {
            answerJson(response, next.status ?? 200, next.body ?? {}, next.headers ?? {});
        }
    }, 0);
    closing.push(() => server.closeAllConnections(), () => server.close());
    return { url: `http://127.0.0.1:${server.address().port}`, asked };
}

/** A client that notes its waits instead of waiting. */
function impatient(url, options = {}) {
    const waits = [];
    const wait = async (ms) => waits.push(ms);
    return { client: new Client({ url, key: 'bh_live_test', random: () => 0, wait, ...options }), waits };
}

const tooMany = (seconds) => ({
    status: 429,
    headers: { 'Retry-After': String(seconds) },
    body: { error: { code: 'rate_limited', message: 'Too many requests.', details: [] } },
});
const overloaded = { status: 503, headers: { 'Retry-After': '1' }, body: { error: { code: 'overloaded', message: 'Busy.', details: [] } } };

test('a request is sent again only where that is right', () => {
    const asks = (status, repeatable) => retryDelayMs({ status, attempt: 0, repeatable, random: () => 0 }) !== null;
    for (const status of [429, 502, 503, 504, null]) {
        assert.equal(asks(status, true), true, `${status}`);
    }
    for (const status of [400, 401, 403, 404, 409, 422, 500, 501]) {
        assert.equal(asks(status, true), false, `${status}`);
    }
    // A 429 was not done; of the others nobody knows.
    assert.equal(asks(429, false), true);
    for (const status of [502, 503, 504, null]) {
        assert.equal(asks(status, false), false, `${status}`);
    }
});

test('waits grow, differ by chance, have an end, and are never shorter than the server said', () => {
    const delay = (attempt, random, retryAfter = null) => retryDelayMs({ status: 503, retryAfter, attempt, repeatable: true, random: () => random });
    assert.deepEqual([0, 1, 2, 3].map((attempt) => delay(attempt, 0)), [250, 500, 1000, 2000]);
    assert.equal(delay(0, 1), 500);
    assert.equal(delay(50, 1), 30_000);
    assert.equal(delay(0, 0, 7000), 7000);
    assert.ok(delay(3, 1, 7000) > 7000);
});

test('Retry-After is seconds or a date', () => {
    const now = Date.parse('2026-01-31T12:00:00Z');
    assert.equal(retryAfterMs('7'), 7000);
    assert.equal(retryAfterMs('Sat, 31 Jan 2026 12:00:30 GMT', now), 30_000);
    assert.equal(retryAfterMs('Sat, 31 Jan 2026 11:00:00 GMT', now), 0);
    for (const nothing of [null, undefined, '', 'soon']) {
        assert.equal(retryAfterMs(nothing, now), null);
    }
});

test('a 429 is waited out as long as the server says, any number of times', async () => {
    const { url, asked } = await scripted(tooMany(2), tooMany(3), tooMany(1), tooMany(1), tooMany(1), tooMany(1), { body: { id: 'x' } });
    const { client, waits } = impatient(url);
    assert.deepEqual(await client.get('me'), { id: 'x' });
    assert.deepEqual(waits, [2000, 3000, 1000, 1000, 1000, 1000]);
    assert.equal(asked.length, 7);
    assert.equal(asked[0].url, '/api/v1/me');
    assert.equal(asked[0].headers.authorization, 'Bearer bh_live_test');
});

test('patience with 429 has an end', async () => {
    const { url, asked } = await scripted(tooMany(40), tooMany(40), tooMany(40));
    const { client, waits } = impatient(url, { patienceMs: 60_000 });
    await assert.rejects(client.get('me'), (error) => error instanceof ApiError && error.status === 429 && error.code === 'rate_limited');
    assert.deepEqual([waits, asked.length], [[40_000], 2]);
});

test('a busy server and a lost connection are tried again a few times', async () => {
    const { url, asked } = await scripted(overloaded, 'hang up', { body: { id: 'x' } });
    const { client } = impatient(url);
    assert.deepEqual(await client.get('me'), { id: 'x' });
    assert.equal(asked.length, 3);
    const worse = await scripted(overloaded, overloaded, overloaded, overloaded, { body: {} });
    await assert.rejects(impatient(worse.url).client.get('me'), { code: 'overloaded' });
    assert.equal(worse.asked.length, 4);
});

test('all tries of one creating call bear one idempotency key, and another call another', async () => {
    const { url, asked } = await scripted('hang up', { status: 201, body: {} }, { status: 201, body: {} }, { status: 201, body: {} });
    const { client } = impatient(url);
    await client.post('customers', { email: 'ana@example.com' });
    await client.post('customers', { email: 'bob@example.com' });
    await client.post('customers', { email: 'cid@example.com' }, { idempotencyKey: 'mine' });
    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    assert.match(keys[0], /^[0-9a-f-]{36}$/);
    assert.equal(keys[1], keys[0]);
    assert.notEqual(keys[2], keys[0]);
    assert.equal(keys[3], 'mine');
    assert.equal(asked[1].body, '{"email":"ana@example.com"}');
});

test('a creating call without a key is not sent twice when the connection is lost', async () => {
    const { url, asked } = await scripted('hang up', { status: 201, body: {} });
    await assert.rejects(impatient(url).client.post('customers', {}, { idempotencyKey: null }), NetworkError);
    assert.equal(asked.length, 1);
});

test('a refusal carries what the server said', async () => {
    const details = [{ field: 'email', message: 'Must be an e-mail address' }, { field: 'x', message: 'This field is unknown' }];
    const error = { code: 'validation_error', message: '2 fields are not right; see details.', details };
    const { url } = await scripted({ status: 422, body: { error }, headers: { 'X-Request-Id': 'req-7' } });
    await assert.rejects(impatient(url).client.post('customers', {}), (refusal) => {
        assert.ok(refusal instanceof ApiError);
        assert.deepEqual([refusal.status, refusal.code, refusal.details, refusal.requestId], [422, 'validation_error', details, 'req-7']);
        assert.match(refusal.message, /422 validation_error: 2 fields .* email: Must be an e-mail address x: .*\(request req-7\)/);
        return true;
    });
});

test('a refused key is said to be refused, and never shown', async () => {
    const { url } = await scripted({ status: 401, body: { error: { code: 'unauthorized', message: 'No such key.', details: [] } } });
    await assert.rejects(impatient(url).client.get('me'), (error) => /BILLHEAD_KEY is refused/.test(error.message) && !error.message.includes('bh_live'));
});

test('what is no answer of the API is no crash', async () => {
    const { url } = await scripted({ status: 302, headers: { Location: 'https://elsewhere.example/' } }, { status: 404, body: '<html>' });
    const { client } = impatient(url);
    await assert.rejects(client.get('me'), { code: 'unexpected_answer', message: /elsewhere\.example.*Is BILLHEAD_URL right/ });
    await assert.rejects(client.get('me'), { code: 'unexpected_answer', status: 404 });
});

test('a server that does not answer is given up in time', async () => {
    const silent = createServer(() => {});
    await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { client } = impatient(`http://127.0.0.1:${silent.address().port}`, { timeoutMs: 50, retries: 1 });
    await assert.rejects(client.get('me'), (error) => error instanceof NetworkError && /no whole answer in time/.test(error.message));
    silent.close();
});

test('a server that is not there is named', async () => {
    const gone = createServer(() => {});
    await new Promise((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address();
    await new Promise((resolve) => gone.close(resolve));
    await assert.rejects(impatient(`http://127.0.0.1:${port}/`).client.get('me'), { message: `Cannot reach http://127.0.0.1:${port}: ECONNREFUSED.` });
});

test('all pages are read, each when it is wanted', async () => {
    const page = (ids, next) => ({ body: { data: ids.map((id) => ({ id })), pagination: { hasMore: next !== null, nextCursor: next, total: 5 } } });
    const { url, asked } = await scripted(page(['a', 'b'], 'b'), page(['c', 'd'], 'd'), page(['e'], null));
    const { client } = impatient(url);
    const ids = [];
    for await (const { id } of client.all('customers', { status: 'active', q: undefined })) {
        assert.equal(asked.length, 1 + Math.floor(ids.length / 2));
        ids.push(id);
    }
    assert.deepEqual(ids, ['a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(asked.map((a) => a.url), ['', '&cursor=b', '&cursor=d'].map((cursor) => `/api/v1/customers?limit=100&status=active${cursor}`));
});

test('pages that do not go on are no endless loop', async () => {
    const same = { body: { data: [{ id: 'a' }], pagination: { hasMore: true, nextCursor: 'a', total: 2 } } };
    const { url } = await scripted(same, same, same);
    const read = async () => {
        for await (const row of impatient(url).client.all('customers')) {
            assert.equal(row.id, 'a');
        }
    };
    await assert.rejects(read(), /does not go on/);
});

test('the environment is checked before anything is sent', () => {
    const complaint = (env) => {
        try {
            Client.fromEnvironment(env);
        } catch (error) {
            assert.ok(error instanceof UsageError);
            return error.message;
        }
        return null;
    };
    assert.match(complaint({}), /BILLHEAD_URL is not set/);
    assert.match(complaint({ BILLHEAD_URL: 'localhost:8080', BILLHEAD_KEY: 'k' }), /BILLHEAD_URL is no address/);
    assert.match(complaint({ BILLHEAD_URL: 'http://127.0.0.1:8080' }), /BILLHEAD_KEY is not set/);
    assert.match(complaint({ BILLHEAD_URL: 'http://127.0.0.1:8080', BILLHEAD_KEY: 'k\n' }), /BILLHEAD_KEY is no key/);
    assert.equal(complaint({ BILLHEAD_URL: 'http://127.0.0.1:8080', BILLHEAD_KEY: 'k' }), null);
    assert.equal(Client.fromEnvironment({ BILLHEAD_URL: 'https://billing.example/sub/', BILLHEAD_KEY: 'k' }).url, 'https://billing.example/sub');
});

test('work runs so many at a time, keeps its order, and ends at the first failure', async () => {
    let running = 0;
    let most = 0;
    const begun = [];
    const work = async (n) => {
        begun.push(n);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        if (n === 13) {
            throw new Error('thirteen');
        }
        return n * 2;
    };
    assert.deepEqual(await concurrently([1, 2, 3, 4, 5], 2, work), [2, 4, 6, 8, 10]);
    assert.equal(most, 2);
    begun.length = 0;
    await assert.rejects(concurrently([13, 1, 2, 3, 4, 5, 6], 2, work), /thirteen/);
    assert.ok(begun.length < 7);
    assert.deepEqual(await concurrently([], 2, work), []);
});
