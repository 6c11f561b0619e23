#!/usr/bin/env node
// A HubSpot of one's own to try crm-sync.js against: contacts and their properties, in memory, on this machine.
//
// It answers the calls of crm-sync.js and what one needs to look at the outcome (create, list) with HubSpot's own
// statuses and shapes. Deliberately absent: every other object, associations, search, and anything that lasts.

import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { answerJson, run, serve, wholeNumber } from './cli.js';
import { UsageError } from './client.js';

const HELP = `
node fake-hubspot.js [--port PORT] [--limit-every N]

Serves a fake of HubSpot's contacts on 127.0.0.1 until it is stopped; what it holds is gone then.

  --port          where (8092; 0 is any free port)
  --limit-every   answer every Nth request with 429, as a busy account does

Environment: HUBSPOT_TOKEN, the token that it takes.
`;

const MOST_INPUTS = 100;

/** A refusal in HubSpot's shape. */
class Refusal extends Error {
    constructor(status, category, message, more = {}) {
        super(message);
        this.status = status;
        this.body = { status: 'error', message, correlationId: randomUUID(), category, ...more };
    }
}

const invalid = (message, more) => new Refusal(400, 'VALIDATION_ERROR', message, more);

function invalidProperty(name, error, message) {
    const detail = { isValid: false, message, error, name };
    return invalid(`Property values were not valid: ${JSON.stringify([detail])}`, { errors: [{ message, code: error, context: { propertyName: [name] } }] });
}

/** An account: its contacts by id, and what properties they may have. */
export class FakeHubSpot {
    #contacts = new Map();
    #lastId = 100;
    #properties = new Map();
    #requests = 0;
    #token;
    #limitEvery;

    constructor({ token, limitEvery = 0 }) {
        this.#token = token;
        this.#limitEvery = limitEvery;
        for (const name of ['email', 'firstname', 'lastname', 'phone']) {
            this.#properties.set(name, { name, label: name, type: 'string', fieldType: 'text', groupName: 'contactinformation', hubspotDefined: true });
        }
    }

    async handle(request, response) {
        const body = await readBody(request);
        try {
            const [status, answer] = this.#answer(request, body);
            answerJson(response, status, answer);
        } catch (error) {
            if (!(error instanceof Refusal)) {
                throw error;
            }
            answerJson(response, error.status, error.body);
        }
    }

    #answer(request, text) {
        if (request.headers.authorization !== `Bearer ${this.#token}`) {
            throw new Refusal(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found or not valid.');
        }
        this.#requests++;
        if (this.#limitEvery > 0 && this.#requests % this.#limitEvery === 0) {
            const more = { errorType: 'RATE_LIMIT', policyName: 'SECONDLY' };
            throw new Refusal(429, 'RATE_LIMITS', 'You have reached your secondly limit.', more);
        }
        const url = new URL(request.url, 'http://127.0.0.1');
        const body = text === '' ? {} : parseJson(text);
        switch (`${request.method} ${url.pathname}`) {
            case 'GET /crm/v3/objects/contacts':
                return [200, this.#list(url.searchParams)];
            case 'POST /crm/v3/objects/contacts':
                return [201, this.#create(body)];
            case 'POST /crm/v3/objects/contacts/batch/upsert':
                return [200, batch(this.#upsert(inputsOf(body)))];
            case 'POST /crm/v3/objects/contacts/batch/update':
                return this.#update(inputsOf(body));
            case 'GET /crm/v3/properties/contacts':
                return [200, { results: [...this.#properties.values()] }];
            case 'POST /crm/v3/properties/contacts/batch/create':
                return [201, batch(this.#createProperties(inputsOf(body)))];
            default:
                throw new Refusal(404, 'OBJECT_NOT_FOUND', `The fake has no ${request.method} ${url.pathname}.`);
        }
    }

    #list(query) {
        const limit = Math.min(MOST_INPUTS, Number(query.get('limit') ?? 10));
        // One list, or the parameter repeated: the client sends either.
        const properties = query.getAll('properties').flatMap((list) => list.split(','));
        const after = Number(query.get('after') ?? 0);
        const following = [...this.#contacts.values()].filter((contact) => Number(contact.id) > after);
        const page = following.slice(0, limit);
        const results = page.map((contact) => shown(contact, properties));
        return following.length > limit ? { results, paging: { next: { after: page[page.length - 1].id } } } : { results };
    }

    #create({ properties = {} }) {
        const values = this.#check(properties);
        this.#refuseTaken(values.email, null);
        return shown(this.#insert(values), Object.keys(values));
    }

    /** All or nothing, as HubSpot does it where contacts are known by their address. */
    #upsert(inputs) {
        const checked = inputs.map(({ id, idProperty, properties = {} }) => {
            if (idProperty !== 'email') {
                throw invalid(`Unable to perform update/upsert by non-unique property ${idProperty}.`);
            }
            return { email: this.#check({ email: id }).email, values: this.#check(properties) };
        });
        refuseDuplicates(checked.map(({ email }) => email));
        return checked.map(({ email, values }) => {
            const found = this.#findByEmail(email);
            const contact = found ?? this.#insert({ email });
            Object.assign(contact.properties, values);
            contact.updatedAt = new Date().toISOString();
            return { ...shown(contact, Object.keys(values)), new: !found };
        });
    }

    /** By record id. What is not there is told of beside what is. */
    #update(inputs) {
        refuseDuplicates(inputs.map(({ id }) => String(id)));
        const checked = inputs.map(({ id, properties = {} }) => ({ id: String(id), values: this.#check(properties) }));
        const missing = checked.filter(({ id }) => !this.#contacts.has(id)).map(({ id }) => id);
        const found = checked.filter(({ id }) => this.#contacts.has(id));
        found.forEach(({ id, values }) => this.#refuseTaken(values.email, id));
        const results = found.map(({ id, values }) => {
            const contact = this.#contacts.get(id);
            Object.assign(contact.properties, values);
            contact.updatedAt = new Date().toISOString();
            return shown(contact, Object.keys(values));
        });
        if (missing.length === 0) {
            return [200, batch(results)];
        }
        const error = { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'Could not get some CONTACT objects, they may be deleted or not exist.', context: { ids: missing } };
        return [207, { ...batch(results), numErrors: 1, errors: [error] }];
    }

    #createProperties(inputs) {
        const taken = inputs.find(({ name }) => this.#properties.has(name));
        if (taken) {
            throw new Refusal(409, 'OBJECT_ALREADY_EXISTS', `A property named '${taken.name}' already exists.`);
        }
        for (const property of inputs) {
            if (!/^[a-z][a-z0-9_]*$/.test(property.name ?? '') || !property.label || !property.type || !property.fieldType || !property.groupName) {
                throw invalid('A property needs name, label, type, fieldType and groupName.');
            }
        }
        inputs.forEach((property) => this.#properties.set(property.name, { ...property, hubspotDefined: false }));
        return inputs;
    }

    #insert(properties) {
        const now = new Date().toISOString();
        const contact = { id: String(++this.#lastId), properties: { ...properties }, createdAt: now, updatedAt: now };
        this.#contacts.set(contact.id, contact);
        return contact;
    }

    #findByEmail(email) {
        return [...this.#contacts.values()].find((contact) => contact.properties.email === email);
    }

    #refuseTaken(email, byOtherThan) {
        const owner = email === undefined ? undefined : this.#findByEmail(email);
        if (owner && owner.id !== byOtherThan) {
            throw new Refusal(409, 'CONFLICT', `Contact already exists. Existing ID: ${owner.id}`);
        }
    }

    /** Values as they are kept, or what is wrong with one. */
    #check(properties) {
        const values = {};
        for (const [name, value] of Object.entries(properties)) {
            const property = this.#properties.get(name);
            if (!property) {
                throw invalidProperty(name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`);
            }
            values[name] = name === 'email' ? checkEmail(value) : checkValue(property, value);
        }
        return values;
    }
}

function checkEmail(value) {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(value)) {
        throw invalidProperty('email', 'INVALID_EMAIL', `Email address ${value} is invalid`);
    }
    return value.toLowerCase();
}

function checkValue({ name, type }, value) {
    const isDate = type === 'date' || type === 'datetime';
    const wellFormed = type === 'date' ? /^\d{4}-\d{2}-\d{2}$/.test(value) : !Number.isNaN(Date.parse(value));
    if (isDate && value !== '' && !wellFormed) {
        throw invalidProperty(name, type === 'date' ? 'INVALID_DATE' : 'INVALID_LONG', `${value} was not a valid ${type}.`);
    }
    return String(value);
}

function inputsOf({ inputs }) {
    if (!Array.isArray(inputs) || inputs.length === 0) {
        throw invalid('inputs must be a list that is not empty.');
    }
    if (inputs.length > MOST_INPUTS) {
        throw invalid(`The maximum number of inputs supported in a batch request is ${MOST_INPUTS}.`);
    }
    return inputs;
}

function refuseDuplicates(ids) {
    const double = ids.find((id, at) => ids.indexOf(id) !== at);
    if (double !== undefined) {
        throw invalid(`Duplicate IDs found in batch input: [${double}]. IDs must be unique.`);
    }
}

function batch(results) {
    const now = new Date().toISOString();
    return { status: 'COMPLETE', results, startedAt: now, completedAt: now };
}

function shown({ id, properties, createdAt, updatedAt }, names) {
    const wanted = ['email', ...names].map((name) => [name, properties[name] ?? null]);
    return { id, properties: { ...Object.fromEntries(wanted), hs_object_id: id }, createdAt, updatedAt, archived: false };
}

function parseJson(text) {
    try {
        return JSON.parse(text);
    } catch {
        throw invalid('Invalid input JSON.');
    }
}

async function readBody(request) {
    const parts = [];
    for await (const part of request) {
        parts.push(part);
    }
    return Buffer.concat(parts).toString();
}

// Run, not imported by a test.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
    await run({ help: HELP, options: { port: { type: 'string', default: '8092' }, 'limit-every': { type: 'string', default: '0' } } }, async (context) => {
        const port = wholeNumber(context.values, 'port', { least: 0, most: 65_535 });
        const limitEvery = wholeNumber(context.values, 'limit-every', { least: 0, most: 1000 });
        const token = process.env.HUBSPOT_TOKEN;
        if (!token) {
            throw new UsageError('HUBSPOT_TOKEN is not set: any text will do, the same here and for crm-sync.js.');
        }
        const fake = new FakeHubSpot({ token, limitEvery });
        await serve(context, { name: 'The fake HubSpot', port, handle: (request, response) => fake.handle(request, response) });
    });
}
