#!/usr/bin/env node
// Keeps HubSpot's contacts in step with the customers: who has a subscription, to what, and until when.

import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

import { run } from './cli.js';
import { ApiError, Client, UsageError, concurrently } from './client.js';
import { Crm, CrmError } from './crm.js';
import { WITH_ACCESS } from './figures.js';

const HELP = `
node crm-sync.js [--state FILE] [--full] [--prefix PREFIX] [--json]

Writes every customer to HubSpot as a contact: his name, whether he has a subscription that gives access, to which
products, and when the first of them ends. Contacts are found by their e-mail address, so running it again changes
nothing, and what else HubSpot knows of them stays. The first run writes all, later ones what has changed since.
Run it by cron: hourly, and once a day with --full, which also notices customers who were deleted.

  --state    where it remembers how far it came (crm-sync.state.json)
  --full     look at every customer, and write each anew
  --prefix   of the properties' names (iptv_): PREFIXsubscription_status, PREFIXproduct, PREFIXexpiry; made where missing
  --json     print the outcome as JSON

Environment: BILLHEAD_URL, BILLHEAD_KEY (scopes customers:read, subscriptions:read), HUBSPOT_TOKEN (a private app's, with
crm.objects.contacts.write, crm.schemas.contacts.read and .write), and HUBSPOT_URL where it is not HubSpot's own.
`;

const OPTIONS = {
    state: { type: 'string', default: 'crm-sync.state.json' },
    full: { type: 'boolean', default: false },
    prefix: { type: 'string', default: 'iptv_' },
    json: { type: 'boolean', default: false },
};

/** Customers who are looked up one by one; for more, reading whole lists takes fewer requests. */
const MOST_LOOKUPS = 50;
const LOOKUP_WIDTH = 4;
/** A change can become visible a moment after the time that it bears. */
const OVERLAP_MS = 60_000;

const NOTHING = { status: 'Inactive', product: 'None', expiry: '' };

await run({ help: HELP, options: OPTIONS }, async ({ values }) => {
    const client = Client.fromEnvironment();
    const { crm, where } = openCrm(values, client);
    const state = await readState(values.state, where);
    await crm.prepare();
    const outcome = await sync(client, crm, state, values.full);
    await writeState(values.state, state);
    console.log(values.json ? JSON.stringify(outcome, null, 2) : inWords(outcome));
    if (outcome.refused.length > 0) {
        throw new CrmError(`${outcome.refused.length} contacts were refused:\n${outcome.refused.map(({ email, reason }) => `  ${email}: ${reason}`).join('\n')}`);
    }
});

function openCrm({ prefix }, client) {
    const { HUBSPOT_TOKEN: token, HUBSPOT_URL: basePath } = process.env;
    if (!token) {
        throw new UsageError("HUBSPOT_TOKEN is not set: a private app's token.");
    }
    if (!/^[a-z][a-z0-9_]{0,30}$/.test(prefix)) {
        throw new UsageError(`--prefix must be small letters, digits and underscores, not ${prefix}.`);
    }
    const crm = new Crm({ token, basePath: basePath?.replace(/\/$/, ''), prefix, log: (line) => console.error(line) });
    return { crm, where: { billhead: client.url, hubspot: basePath ?? 'HubSpot', prefix } };
}

/**
 * Brings the contacts up to date, and the state with them.
 *
 * The state holds for each customer the contact's record, the address it was given, and a digest of what was written, so
 * that only what differs is written again. Who was refused is tried again by every run.
 */
async function sync(client, crm, state, full) {
    const isFull = full || state.since === null;
    const begun = await timeOf(client);
    const seen = isFull ? await readAll(client, state) : await readChanged(client, state);
    const plan = seen.present.map(({ customer, subscriptions }) => makeContact(crm, customer, subscriptions, state));
    const due = plan.filter((contact) => full || contact.digest !== state.contacts[contact.customerId]?.digest);
    const known = await crm.update(due.filter((contact) => contact.id !== null));
    // Whoever was deleted in HubSpot is made anew.
    const fresh = await crm.upsert([...due.filter((contact) => contact.id === null), ...known.missing].map(withoutRecord));
    for (const { contact, id } of [...known.written, ...fresh.written]) {
        state.contacts[contact.customerId] = { contact: id, email: contact.email, digest: contact.digest };
    }
    const farewell = await leave(crm, seen.gone, state);
    const refused = [...known.refused, ...fresh.refused, ...farewell];
    state.refused = refused.map(({ contact }) => contact.customerId);
    state.since = new Date(begun.getTime() - OVERLAP_MS).toISOString();
    const created = fresh.written.filter(({ isNew }) => isNew).length;
    return {
        mode: isFull ? 'full' : 'changes',
        customers: plan.length,
        created,
        updated: known.written.length + fresh.written.length - created,
        unchanged: plan.length - due.length,
        gone: seen.gone.length,
        refused: refused.map(({ contact, reason }) => ({ email: contact.email, reason })),
    };
}

/** The server's time: this machine's clock may be off. */
async function timeOf(client) {
    await client.get('me');
    return client.serverTime ?? new Date();
}

async function readAll(client, state) {
    const customers = [];
    for await (const customer of client.all('customers')) {
        customers.push(customer);
    }
    const subscriptions = new Map();
    for await (const subscription of client.all('subscriptions', { status: WITH_ACCESS })) {
        subscriptions.set(subscription.customerId, [...(subscriptions.get(subscription.customerId) ?? []), subscription]);
    }
    const ids = new Set(customers.map(({ id }) => id));
    return {
        present: customers.map((customer) => ({ customer, subscriptions: subscriptions.get(customer.id) ?? [] })),
        gone: Object.keys(state.contacts).filter((id) => !ids.has(id)),
    };
}

/** Who changed since, and whose subscription did: that is no change of the customer's own. */
async function readChanged(client, state) {
    const changed = new Map();
    for await (const customer of client.all('customers', { updatedAfter: state.since })) {
        changed.set(customer.id, customer);
    }
    const ids = new Set([...changed.keys(), ...state.refused]);
    for await (const { customerId } of client.all('subscriptions', { updatedAfter: state.since })) {
        ids.add(customerId);
    }
    if (ids.size > MOST_LOOKUPS) {
        return readAll(client, state);
    }
    const found = await concurrently([...ids], LOOKUP_WIDTH, (id) => lookUp(client, id, changed.get(id)));
    return {
        present: found.filter(({ customer }) => customer !== null),
        gone: found.filter(({ customer, id }) => customer === null && state.contacts[id]).map(({ id }) => id),
    };
}

async function lookUp(client, id, known) {
    const customer = known ?? (await client.get(`customers/${id}`).catch(nullIfNotFound));
    const subscriptions = [];
    if (customer) {
        for await (const subscription of client.all('subscriptions', { customerId: id, status: WITH_ACCESS })) {
            subscriptions.push(subscription);
        }
    }
    return { id, customer, subscriptions };
}

function nullIfNotFound(error) {
    if (error instanceof ApiError && error.status === 404) {
        return null;
    }
    throw error;
}

function makeContact(crm, customer, subscriptions, state) {
    const before = state.contacts[customer.id];
    // HubSpot keeps addresses in small letters.
    const email = customer.email.toLowerCase();
    const properties = crm.subscriptionProperties(summary(subscriptions));
    if (customer.name) {
        // Without a name here, the one that HubSpot knows stays.
        properties.firstname = customer.name;
    }
    const digest = createHash('sha256').update(JSON.stringify([email, properties])).digest('base64url');
    const id = before?.contact ?? null;
    const isMoved = id !== null && before.email !== email;
    return { customerId: customer.id, id, email, properties: isMoved ? { ...properties, email } : properties, digest };
}

function withoutRecord({ properties: { email: _, ...properties }, ...contact }) {
    return { ...contact, properties };
}

/** Several subscriptions in one line: every product's name, and the soonest end. */
function summary(subscriptions) {
    if (subscriptions.length === 0) {
        return NOTHING;
    }
    const ends = subscriptions.map(({ currentPeriodEnd }) => currentPeriodEnd).filter(Boolean).sort();
    const products = [...new Set(subscriptions.map(({ productName }) => productName))];
    return { status: 'Active', product: products.join(', '), expiry: ends[0] ?? '' };
}

/** Customers who were deleted have no subscription any more. Their contacts stay: what becomes of them is the vendor's to say. */
async function leave(crm, ids, state) {
    const contacts = ids
        .filter((id) => state.contacts[id].contact !== null)
        .map((id) => ({ customerId: id, id: state.contacts[id].contact, email: state.contacts[id].email, properties: crm.subscriptionProperties(NOTHING) }));
    const { refused } = await crm.update(contacts);
    const kept = new Set(refused.map(({ contact }) => contact.customerId));
    ids.filter((id) => !kept.has(id)).forEach((id) => delete state.contacts[id]);
    return refused;
}

async function readState(file, where) {
    let text;
    try {
        text = await readFile(file, 'utf8');
    } catch (error) {
        if (error.code === 'ENOENT') {
            return { where, since: null, contacts: {}, refused: [] };
        }
        throw error;
    }
    let state;
    try {
        state = JSON.parse(text);
    } catch {
        state = null;
    }
    if (typeof state?.contacts !== 'object' || typeof state?.where !== 'object' || !Array.isArray(state.refused)) {
        throw new UsageError(`${file} is no state of this script. Name another file with --state, or remove it to begin anew.`);
    }
    if (JSON.stringify(state.where) !== JSON.stringify(where)) {
        throw new UsageError(`${file} is of another sync: ${JSON.stringify(state.where)}. Name another file with --state.`);
    }
    return state;
}

/** Whole or not at all. It holds addresses, so it is its owner's alone. */
async function writeState(file, state) {
    const draft = `${file}.${process.pid}.tmp`;
    await writeFile(draft, JSON.stringify(state), { mode: 0o600 });
    await rename(draft, file);
}

function inWords({ mode, customers, created, updated, unchanged, gone, refused }) {
    const what = mode === 'full' ? 'All customers' : 'Changes';
    return `${what}: ${customers} looked at, ${created} created, ${updated} updated, ${unchanged} unchanged, ${gone} gone, ${refused.length} refused.`;
}
