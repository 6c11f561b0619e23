import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UsageError } from '../client.js';
import { Cache, Tokens } from '../mobile-session.js';

const SECRET = 'a secret of thirty-two characters';
const END = new Date('2026-02-28T12:00:00Z');

test('a token names its customer until it ends', () => {
    const tokens = new Tokens(SECRET);
    const token = tokens.issue('cust_1', END);
    assert.match(token, /^[\w-]+\.[\w-]{43}$/);
    assert.equal(tokens.verify(token, END.getTime() - 1), 'cust_1');
    assert.equal(tokens.verify(token, END.getTime()), null);
    assert.notEqual(tokens.issue('cust_2', END), token);
});

test('whatever was not issued by this secret is refused', () => {
    const tokens = new Tokens(SECRET);
    const token = tokens.issue('cust_1', END);
    const [claim, signature] = token.split('.');
    const other = Buffer.from(JSON.stringify(['cust_2', END.getTime()])).toString('base64url');
    const later = Buffer.from(JSON.stringify(['cust_1', END.getTime() + 1e9])).toString('base64url');
    const flipped = (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1);
    const foreign = new Tokens(`${SECRET}!`).issue('cust_1', END);
    for (const wrong of ['', '.', claim, `${claim}.`, `.${signature}`, `${other}.${signature}`, `${later}.${signature}`, `${claim}.${flipped}`, `${token}A`, foreign]) {
        assert.equal(tokens.verify(wrong, END.getTime() - 1), null, wrong);
    }
});

test('a short secret is no secret', () => {
    for (const wrong of [undefined, '', 'x'.repeat(31)]) {
        assert.throws(() => new Tokens(wrong), UsageError);
    }
});

test('an answer is asked for once, kept for a while, and each customer has his own', async () => {
    const cache = new Cache(1000);
    let asked = 0;
    const make = (value) => async () => {
        asked++;
        return value;
    };
    assert.deepEqual(await Promise.all([cache.get('a', make(1), 0), cache.get('a', make(2), 0), cache.get('b', make(3), 0)]), [1, 1, 3]);
    assert.equal(asked, 2);
    assert.equal(await cache.get('a', make(4), 999), 1);
    assert.equal(await cache.get('a', make(5), 1000), 5);
});

test('a failure is not kept', async () => {
    const cache = new Cache(1000);
    await assert.rejects(cache.get('a', () => Promise.reject(new Error('lost')), 0), /lost/);
    assert.equal(await cache.get('a', async () => 'found', 1), 'found');
});
