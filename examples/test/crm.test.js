import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Client as HubSpot } from '@hubspot/api-client';

import { listen } from '../cli.js';
import { Crm, CrmError } from '../crm.js';
import { FakeHubSpot } from '../fake-hubspot.js';

const closing = [];
after(() => closing.forEach((close) => close()));

async function begin({ limitEvery = 0, token = 'right' } = {}) {
    const fake = new FakeHubSpot({ token: 'right', limitEvery });
    const server = await listen((request, response) => fake.handle(request, response), 0);
    closing.push(() => server.closeAllConnections(), () => server.close());
    const basePath = `http://127.0.0.1:${server.address().port}`;
    const waits = [];
    const crm = new Crm({ token, basePath, prefix: 'iptv_', wait: async (ms) => waits.push(ms) });
    return { crm, waits, hubspot: new HubSpot({ accessToken: 'right', basePath }) };
}

const contact = (email, properties = {}) => ({ email, properties });

async function contactsOf(hubspot) {
    const all = await hubspot.crm.contacts.getAll(100, undefined, ['email', 'firstname', 'phone', 'iptv_product', 'iptv_expiry']);
    return all.map(({ id, properties }) => ({ id, ...properties }));
}

test('the fake is as strict as HubSpot', async () => {
    const { hubspot } = await begin();
    const { basicApi, batchApi } = hubspot.crm.contacts;
    await basicApi.create({ properties: { email: 'Ana@Example.com', phone: '1' }, associations: [] });
    const create = (properties) => basicApi.create({ properties, associations: [] });
    await assert.rejects(create({ email: 'ana@example.com' }), (error) => error.code === 409 && /Existing ID: 101/.test(error.body.message));
    await assert.rejects(create({ email: 'no address' }), { code: 400 });
    await assert.rejects(create({ email: 'bob@example.com', iptv_product: 'Basic' }), (error) => error.code === 400 && /does not exist/.test(error.body.message));
    const upsert = (inputs) => batchApi.upsert({ inputs });
    const input = (id) => ({ id, idProperty: 'email', properties: {} });
    await assert.rejects(upsert([input('cid@example.com'), input('CID@example.com')]), (error) => error.code === 400 && /Duplicate/.test(error.body.message));
    await assert.rejects(upsert(Array.from({ length: 101 }, (_, n) => input(`c${n}@example.com`))), (error) => error.code === 400 && /100/.test(error.body.message));
    await assert.rejects(upsert([{ id: '101', properties: {} }]), { code: 400 });
    await assert.rejects(upsert([input('dan@example.com'), input('no address')]), { code: 400 });
    const half = await batchApi.update({ inputs: [{ id: '101', properties: { phone: '2' } }, { id: '999', properties: {} }] });
    assert.deepEqual([half.results.length, half.numErrors, half.errors[0].context.ids], [1, 1, ['999']]);
    assert.deepEqual((await contactsOf(hubspot)).map(({ email, phone }) => [email, phone]), [['ana@example.com', '2']]);
});

test('properties are made once, and those made by hand are respected', async () => {
    const { crm, hubspot } = await begin();
    const byHand = { name: 'iptv_expiry', label: 'Until', type: 'date', fieldType: 'date', groupName: 'contactinformation' };
    await hubspot.crm.properties.batchApi.create('contacts', { inputs: [byHand] });
    await crm.prepare();
    await crm.prepare();
    const { results } = await hubspot.crm.properties.coreApi.getAll('contacts');
    assert.deepEqual(results.map(({ name }) => name).filter((name) => name.startsWith('iptv_')), ['iptv_expiry', 'iptv_subscription_status', 'iptv_product']);
    const values = crm.subscriptionProperties({ status: 'Active', product: 'Basic', expiry: '2026-02-28T12:00:00.000Z' });
    assert.deepEqual(values, { iptv_subscription_status: 'Active', iptv_product: 'Basic', iptv_expiry: '2026-02-28' });
    const { refused } = await crm.upsert([contact('ana@example.com', values)]);
    assert.deepEqual(refused, []);
});

test('many contacts go in batches, none twice, and what HubSpot knows beside stays', async () => {
    const { crm, hubspot } = await begin();
    await crm.prepare();
    await hubspot.crm.contacts.basicApi.create({ properties: { email: 'c7@example.com', phone: '555' }, associations: [] });
    const contacts = Array.from({ length: 250 }, (_, n) => contact(`c${n}@example.com`, { firstname: `C ${n}` }));
    const first = await crm.upsert(contacts);
    assert.deepEqual([first.written.length, first.written.filter(({ isNew }) => isNew).length, first.refused], [250, 249, []]);
    const again = await crm.upsert(contacts);
    assert.equal(again.written.filter(({ isNew }) => isNew).length, 0);
    assert.deepEqual(again.written.map(({ id }) => id).sort(), first.written.map(({ id }) => id).sort());
    const there = await contactsOf(hubspot);
    assert.equal(there.length, 250);
    assert.deepEqual(there.find(({ email }) => email === 'c7@example.com').phone, '555');
});

test('a contact that HubSpot refuses is found, and the others are written', async () => {
    const { crm, hubspot } = await begin();
    const contacts = Array.from({ length: 30 }, (_, n) => contact(n === 17 ? 'user@localhost' : `c${n}@example.com`));
    const { written, refused } = await crm.upsert(contacts);
    assert.equal(written.length, 29);
    assert.deepEqual(refused.map(({ contact: { email } }) => email), ['user@localhost']);
    assert.match(refused[0].reason, /400 VALIDATION_ERROR: .*INVALID_EMAIL/);
    assert.equal((await contactsOf(hubspot)).length, 29);
});

test('when all are refused, the sync gives up instead of asking for each', async () => {
    const { crm } = await begin();
    const contacts = Array.from({ length: 100 }, (_, n) => contact(`c${n}@example.com`, { unknown: 'x' }));
    await assert.rejects(crm.upsert(contacts), (error) => error instanceof CrmError && /no chance.*does not exist/.test(error.message));
});

test('updates go by record, change addresses, and tell who is gone', async () => {
    const { crm, hubspot } = await begin();
    const { written } = await crm.upsert([contact('ana@example.com'), contact('bob@example.com')]);
    const id = written.find(({ contact: { email } }) => email === 'ana@example.com').id;
    const update = await crm.update([{ id, properties: { email: 'anna@example.com' } }, { id: '999', properties: {} }]);
    assert.deepEqual([update.written.length, update.missing.map((c) => c.id), update.refused], [1, ['999'], []]);
    assert.deepEqual((await contactsOf(hubspot)).map(({ email }) => email).sort(), ['anna@example.com', 'bob@example.com']);
    const taken = await crm.update([{ id, properties: { email: 'bob@example.com' } }]);
    assert.match(taken.refused[0].reason, /409 CONFLICT/);
});

test('a busy HubSpot is waited for', async () => {
    const { crm, waits } = await begin({ limitEvery: 2 });
    await crm.prepare();
    const { written } = await crm.upsert([contact('ana@example.com')]);
    assert.deepEqual([written.length, waits.length], [1, 2]);
    assert.ok(waits.every((ms) => ms >= 250), `${waits}`);
});

test('a refused token and a HubSpot that is not there are said at once, without the token', async () => {
    const { crm, waits } = await begin({ token: 'wrong-secret' });
    await assert.rejects(crm.prepare(), (error) => /401 INVALID_AUTHENTICATION.*HUBSPOT_TOKEN is refused/.test(error.message) && !/wrong-secret/.test(error.message));
    assert.deepEqual(waits, []);
    const gone = await listen(() => {}, 0);
    const basePath = `http://127.0.0.1:${gone.address().port}`;
    await new Promise((resolve) => gone.close(resolve));
    const lost = new Crm({ token: 'x', basePath, prefix: 'iptv_', wait: async () => {} });
    await assert.rejects(lost.prepare(), (error) => error instanceof CrmError && /Cannot reach HubSpot: .*ECONNREFUSED/.test(error.message));
});
