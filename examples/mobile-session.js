// Who an app's user is, by a signed token, and what he was told a moment ago.

import { createHmac, timingSafeEqual } from 'node:crypto';

import { UsageError } from './client.js';

/** Tokens that need no store: a customer's id and an end, signed. */
export class Tokens {
    #secret;

    constructor(secret) {
        if ((secret ?? '').length < 32) {
            throw new UsageError('MOBILE_SECRET is not set, or has fewer than 32 characters.');
        }
        this.#secret = secret;
    }

    issue(customerId, expiresAt) {
        const claim = Buffer.from(JSON.stringify([customerId, expiresAt.getTime()])).toString('base64url');
        return `${claim}.${this.#sign(claim).toString('base64url')}`;
    }

    /** The customer's id; null for every token that is forged, spoilt or over. */
    verify(token, now) {
        const [, claim, signature] = /^([\w-]{1,300})\.([\w-]{43})$/.exec(token) ?? [];
        if (!claim || !timingSafeEqual(Buffer.from(signature, 'base64url'), this.#sign(claim))) {
            return null;
        }
        const [customerId, expires] = JSON.parse(Buffer.from(claim, 'base64url').toString());
        return expires > now ? customerId : null;
    }

    #sign(claim) {
        return createHmac('sha256', this.#secret).update(claim).digest();
    }
}

/** Answers for a few seconds, and one request for many who ask at once. */
export class Cache {
    #entries = new Map();
    #keptMs;

    constructor(keptMs) {
        this.#keptMs = keptMs;
    }

    get(key, make, now = Date.now()) {
        for (const [old, { until }] of this.#entries) {
            // In the order of their making, so the first that is good ends it.
            if (until > now) {
                break;
            }
            this.#entries.delete(old);
        }
        const kept = this.#entries.get(key);
        if (kept) {
            return kept.promise;
        }
        const entry = { promise: make(), until: now + this.#keptMs };
        this.#entries.set(key, entry);
        entry.promise.catch(() => {
            if (this.#entries.get(key) === entry) {
                this.#entries.delete(key);
            }
        });
        return entry.promise;
    }
}
