// HubSpot's contacts, by its own client: properties made once, contacts written in batches, a bad one found among the good.
//
// Deliberately absent: the billing. crm-sync.js says what is to be written.

import { Client as HubSpot } from '@hubspot/api-client';
import { setTimeout as sleep } from 'node:timers/promises';

import { concurrently, retryAfterMs, retryDelayMs } from './client.js';

/** HubSpot takes no more in one batch. */
const BATCH = 100;
const WIDTH = 3;
const TIMEOUT_MS = 30_000;
const TRIES = 6;
/** So many refused contacts are no exceptions any more: something is wrong with all. */
const MOST_REFUSED = 20;

/** Refusals that are about a contact, not about the account or the moment. */
const ABOUT_A_CONTACT = new Set([400, 409]);

export class CrmError extends Error {}

export class Crm {
    #hubspot;
    #prefix;
    #log;
    #wait;
    #expiryType = 'datetime';

    /** `basePath` is HubSpot's own where there is none. */
    constructor({ token, basePath, prefix, log = () => {}, wait = sleep }) {
        // An account has 100 requests in 10 seconds; the client keeps below. Its own retries know neither time-outs nor lost connections.
        const limiterOptions = { minTime: 1000 / 9, maxConcurrent: WIDTH, id: 'crm-sync' };
        this.#hubspot = new HubSpot({ accessToken: token, basePath, limiterOptions });
        this.#prefix = prefix;
        this.#log = log;
        this.#wait = wait;
    }

    /** Makes the properties that contacts lack: HubSpot refuses values of unknown ones. */
    async prepare() {
        const { coreApi, batchApi } = this.#hubspot.crm.properties;
        const { results } = await this.#call(() => coreApi.getAll('contacts'));
        const types = new Map(results.map(({ name, type }) => [name, type]));
        const text = { type: 'string', fieldType: 'text', groupName: 'contactinformation' };
        const wanted = [
            { ...text, name: `${this.#prefix}subscription_status`, label: 'Subscription status' },
            { ...text, name: `${this.#prefix}product`, label: 'Product' },
            { ...text, name: `${this.#prefix}expiry`, label: 'Subscription expiry', type: 'datetime', fieldType: 'date' },
        ];
        const inputs = wanted.filter(({ name }) => !types.has(name));
        if (inputs.length > 0) {
            await this.#call(() => batchApi.create('contacts', { inputs }));
        }
        // One that was made by hand may be a date without a time, or text.
        this.#expiryType = types.get(`${this.#prefix}expiry`) ?? 'datetime';
    }

    /** The values that tell of a customer's subscriptions. */
    subscriptionProperties({ status, product, expiry }) {
        const end = this.#expiryType === 'date' ? expiry.slice(0, 10) : expiry;
        return { [`${this.#prefix}subscription_status`]: status, [`${this.#prefix}product`]: product, [`${this.#prefix}expiry`]: end };
    }

    /** Creates contacts, or updates those who have the address already. Each: `{ email, properties }`. */
    upsert(contacts) {
        const input = ({ email, properties }) => ({ id: email, idProperty: 'email', properties });
        const keyOf = ({ properties }) => properties?.email?.toLowerCase();
        const { batchApi } = this.#hubspot.crm.contacts;
        return this.#writeAll(contacts, { send: (inputs) => batchApi.upsert({ inputs }), input, keyOf, key: ({ email }) => email });
    }

    /** Updates contacts by their record ids: their address may change too. Each: `{ id, properties }`. */
    update(contacts) {
        const input = ({ id, properties }) => ({ id, properties });
        const { batchApi } = this.#hubspot.crm.contacts;
        return this.#writeAll(contacts, { send: (inputs) => batchApi.update({ inputs }), input, keyOf: ({ id }) => id, key: ({ id }) => id });
    }

    /** What became of each: `written` `[{ contact, id, isNew }]`, `missing` (no such record), `refused` `[{ contact, reason }]`. */
    async #writeAll(contacts, kind) {
        const outcome = { written: [], missing: [], refused: [] };
        const batches = [];
        for (let at = 0; at < contacts.length; at += BATCH) {
            batches.push(contacts.slice(at, at + BATCH));
        }
        await concurrently(batches, WIDTH, (batch) => this.#write(batch, kind, outcome));
        return outcome;
    }

    /** One wrong contact makes HubSpot refuse the whole batch: halves find it, and the others are written. */
    async #write(contacts, kind, outcome) {
        let answer;
        try {
            answer = await this.#call(() => kind.send(contacts.map(kind.input)));
        } catch (error) {
            if (!ABOUT_A_CONTACT.has(error.status)) {
                throw error;
            }
            if (contacts.length === 1) {
                outcome.refused.push({ contact: contacts[0], reason: error.message });
                return;
            }
            if (outcome.refused.length >= MOST_REFUSED) {
                throw new CrmError(`${outcome.refused.length} contacts were refused, which is no chance. The last: ${error.message}`);
            }
            const half = Math.ceil(contacts.length / 2);
            await this.#write(contacts.slice(0, half), kind, outcome);
            await this.#write(contacts.slice(half), kind, outcome);
            return;
        }
        sort(contacts, answer, kind, outcome);
    }

    /** One call, and again where HubSpot was busy or out of reach: writing the same twice changes nothing. */
    async #call(send) {
        for (let attempt = 0; ; attempt++) {
            try {
                return await inTime(send());
            } catch (error) {
                const status = typeof error.code === 'number' ? error.code : null;
                const answered = status !== null;
                const isLost = !answered && (error.name === 'FetchError' || error.name === 'TimeoutError');
                // The day's allowance does not come back within a run.
                const isFinal = (!answered && !isLost) || /daily limit/i.test(error.body?.message ?? '');
                const retryAfter = retryAfterMs(error.headers?.['retry-after']);
                const delay = isFinal || attempt + 1 >= TRIES ? null : retryDelayMs({ status, retryAfter, attempt, repeatable: true });
                if (delay === null) {
                    throw describe(error, status);
                }
                this.#log(`${status ?? 'No answer'} from HubSpot: again in ${(delay / 1000).toFixed(1)} s.`);
                await this.#wait(delay);
            }
        }
    }
}

/** HubSpot's client waits for ever. */
async function inTime(promise) {
    const clock = new AbortController();
    const late = sleep(TIMEOUT_MS, null, { signal: clock.signal }).then(() => {
        throw Object.assign(new Error(`no answer within ${TIMEOUT_MS / 1000} s`), { name: 'TimeoutError' });
    });
    try {
        return await Promise.race([promise, late]);
    } finally {
        clock.abort();
        late.catch(() => {});
    }
}

function describe(error, status) {
    if (status === null) {
        return new CrmError(`Cannot reach HubSpot: ${error.message}`, { cause: error });
    }
    const { category, message, correlationId } = error.body ?? {};
    const hint = status === 401 ? ' HUBSPOT_TOKEN is refused.' : '';
    const said = `HubSpot answers ${status} ${category ?? ''}: ${message ?? error.message}${hint}${correlationId ? ` (correlation ${correlationId})` : ''}`;
    return Object.assign(new CrmError(said, { cause: error }), { status });
}

/** Which of a batch were written. A contact that no error names was, even where HubSpot knows it by another address. */
function sort(contacts, answer, { keyOf, key }, outcome) {
    const results = new Map((answer.results ?? []).map((result) => [keyOf(result), result]));
    const errors = answer.errors ?? [];
    const named = new Map(errors.flatMap((error) => (error.context?.ids ?? []).map((id) => [id, error])));
    const isUnclear = errors.some((error) => !error.context?.ids);
    for (const contact of contacts) {
        const result = results.get(key(contact));
        const error = named.get(key(contact)) ?? (isUnclear && !result ? errors[0] : undefined);
        if (!error) {
            outcome.written.push({ contact, id: result?.id ?? null, isNew: result?._new ?? result?.new ?? false });
        } else if (error.category === 'OBJECT_NOT_FOUND') {
            outcome.missing.push(contact);
        } else {
            outcome.refused.push({ contact, reason: error.message });
        }
    }
}
