#!/usr/bin/env node
// A few customers, subscriptions and paid invoices in three currencies, so that the other scripts have something to show.

import { run } from './cli.js';
import { Client } from './client.js';

const HELP = `
node demo-data.js

Makes a product and thirty customers with subscriptions on the server: for a local one, not for your books. Running it
again adds nothing.

Environment: BILLHEAD_URL, BILLHEAD_KEY (a full key).
`;

const CURRENCIES = ['EUR', 'USD', 'JPY'];

await run({ help: HELP }, async () => {
    const client = Client.fromEnvironment();
    const ensure = await maker(client);
    const prices = [{ currency: 'USD', amount: '10.95' }, { currency: 'JPY', amount: '1480' }];
    const product = await ensure('products', 'demo-basic', { name: 'Basic', price: '9.99', currency: 'EUR', prices });
    for (let n = 1; n <= 30; n++) {
        const customer = await ensure('customers', `demo-${n}`, { email: `demo${n}@example.com`, name: `Demo ${n}`, currency: CURRENCIES[n % 3] });
        if (n % 5 === 0) {
            continue;
        }
        const subscription = await ensure('subscriptions', `demo-${n}`, { customerId: customer.id, productId: product.id, payment: 'manual' });
        if (n % 7 === 0 && subscription.status === 'active') {
            await client.post(`subscriptions/${subscription.id}/cancel`, { reason: 'Demo' });
        }
    }
    console.log(`${await client.count('customers')} customers, ${await client.count('subscriptions')} subscriptions.`);
});

/**
 * Makes what is not there yet, by a number of ours. Looking first makes a run next week safe, and the idempotency key a
 * second one at the same moment.
 */
async function maker(client) {
    const there = new Map();
    for (const path of ['products', 'customers', 'subscriptions']) {
        for await (const object of client.all(path)) {
            there.set(`${path} ${object.externalId}`, object);
        }
    }
    return async (path, externalId, body) =>
        there.get(`${path} ${externalId}`) ?? client.post(path, { ...body, externalId }, { idempotencyKey: `demo-${path}-${externalId}` });
}
