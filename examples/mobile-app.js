#!/usr/bin/env node
// The server behind a subscriber's app: it holds the API key, and each app holds a token for one customer.

import { answerJson, run, serve, wholeNumber } from './cli.js';
import { ApiError, Client, UsageError } from './client.js';
import { WITH_ACCESS } from './figures.js';
import { Cache, Tokens } from './mobile-session.js';

const HELP = `
node mobile-app.js (--email ADDRESS | --id ID) [--token [--valid DAYS]]
node mobile-app.js --serve [--port PORT] [--cache SECONDS]

Shows what a customer has: the subscriptions that give access (active, trialing, or in grace), with product, status, when
they end, and the credentials for the player.

  --email, --id   whose; prints JSON
  --token         print a token for his app instead, which --serve takes until it expires
  --valid         days until then (30)
  --serve         serve GET /me/subscriptions on 127.0.0.1 for "Authorization: Bearer TOKEN"; put TLS before it
  --port          where (8091; 0 is any free port)
  --cache         seconds for which an answer is kept, so that eager apps don't use up the key's requests (15)

Environment: BILLHEAD_URL, BILLHEAD_KEY (the scopes customers:read,subscriptions:read,subscriptions:credentials are
enough), and for --token and --serve MOBILE_SECRET, at least 32 characters: openssl rand -hex 32. Another secret makes
every token invalid.
`;

const OPTIONS = {
    email: { type: 'string' },
    id: { type: 'string' },
    token: { type: 'boolean', default: false },
    valid: { type: 'string', default: '30' },
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '8091' },
    cache: { type: 'string', default: '15' },
};

const DAY_MS = 24 * 60 * 60 * 1000;

async function findCustomer(client, { email, id }) {
    if (id !== undefined) {
        return client.get(`customers/${encodeURIComponent(id)}`);
    }
    const { data } = await client.get('customers', { email });
    if (data.length === 0) {
        throw new Error(`No customer has the address ${email}.`);
    }
    return data[0];
}

/** What an app shows. All pages: who has many subscriptions wants to see all. */
async function subscriptionsOf(client, customerId) {
    const shown = [];
    for await (const subscription of client.all('subscriptions', { customerId, status: WITH_ACCESS })) {
        shown.push(forApp(subscription));
    }
    return shown;
}

function forApp({ id, productName, status, currentPeriodEnd, autoRenew, cancelAtPeriodEnd, maxConnections, credentials, accesses }) {
    return {
        id,
        productName,
        status,
        expiresAt: currentPeriodEnd,
        renews: autoRenew && !cancelAtPeriodEnd,
        maxConnections,
        credentials,
        // A quantity above one has an access for each.
        accesses: accesses.filter((access) => access.status === 'active').map(({ username, password }) => ({ username, password })),
    };
}

/** A key without the scope gets null for what the app is for. */
async function warnIfCredentialsAreHidden(client) {
    const { scopes } = await client.get('me');
    if (!scopes.includes('subscriptions:credentials')) {
        console.error('The key lacks the scope subscriptions:credentials: every user name and password will be null.');
    }
}

const NOT_SIGNED_IN = { 'WWW-Authenticate': 'Bearer' };

async function handle({ client, tokens, cache }, request, response) {
    if (request.url !== '/me/subscriptions') {
        return answerJson(response, 404, { error: 'There is /me/subscriptions.' });
    }
    if (request.method !== 'GET') {
        return answerJson(response, 405, { error: 'This path takes GET.' }, { Allow: 'GET' });
    }
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const customerId = token === undefined ? null : tokens.verify(token, Date.now());
    if (customerId === null) {
        return answerJson(response, 401, { error: 'Sign in again.' }, NOT_SIGNED_IN);
    }
    try {
        return answerJson(response, 200, await cache.get(customerId, () => readForApp(client, customerId)));
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
            // The customer was deleted, and his token with him.
            return answerJson(response, 401, { error: 'Sign in again.' }, NOT_SIGNED_IN);
        }
        // What went wrong behind us is no business of the app's.
        console.error(error.message);
        return answerJson(response, 502, { error: 'Try again later.' });
    }
}

async function readForApp(client, customerId) {
    const [customer, subscriptions] = await Promise.all([client.get(`customers/${customerId}`), subscriptionsOf(client, customerId)]);
    return { name: customer.name, subscriptions };
}

function readMode(values) {
    const whose = ['email', 'id'].filter((name) => values[name] !== undefined);
    if (values.serve ? whose.length > 0 || values.token : whose.length !== 1) {
        throw new UsageError('Say either --email or --id, or --serve.');
    }
}

await run({ help: HELP, options: OPTIONS }, async (context) => {
    const { values } = context;
    readMode(values);
    const valid = wholeNumber(values, 'valid', { least: 1, most: 366 });
    const port = wholeNumber(values, 'port', { least: 0, most: 65_535 });
    const keptMs = 1000 * wholeNumber(values, 'cache', { least: 0, most: 3600 });
    const tokens = values.serve || values.token ? new Tokens(process.env.MOBILE_SECRET) : null;
    // An app's user waits for this: what cannot be had within seconds is said to be missing.
    const client = Client.fromEnvironment(process.env, values.serve ? { timeoutMs: 5000, retries: 1, patienceMs: 10_000 } : {});
    if (values.serve) {
        await warnIfCredentialsAreHidden(client);
        const app = { client, tokens, cache: new Cache(keptMs) };
        await serve(context, { name: "The app's server", port, handle: (request, response) => handle(app, request, response) });
        return;
    }
    const customer = await findCustomer(client, values);
    if (values.token) {
        console.log(tokens.issue(customer.id, new Date(Date.now() + valid * DAY_MS)));
        return;
    }
    await warnIfCredentialsAreHidden(client);
    console.log(JSON.stringify(await subscriptionsOf(client, customer.id), null, 2));
});
