#!/usr/bin/env node
// The week in figures: new customers, invoices paid, revenue to the cent, cancellations.

import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

import { instant, run } from './cli.js';
import { Client, UsageError } from './client.js';
import { cancellationsBetween, invoicesPaidSince, revenueOf } from './figures.js';

const HELP = `
node weekly-report.js [--from TIME] [--to TIME] [--json] [--mail-to ADDRESS [--mail-from ADDRESS] [--mail-file FILE]]

Reports the seven days before now, or from --from until before --to. A time is a date (midnight UTC) or such as
2026-01-31T12:00:00Z; with only one of them the other is seven days away, but never in the future.

  --json        print JSON instead of text
  --mail-to     also write the report as a mail for this address; nothing is sent
  --mail-from   its sender; the same address where there is none
  --mail-file   where the mail is written (weekly-report.eml); to send it: sendmail -t < weekly-report.eml

Environment: BILLHEAD_URL, BILLHEAD_KEY (scopes customers:read, subscriptions:read, invoices:read).
`;

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

const OPTIONS = {
    from: { type: 'string' },
    to: { type: 'string' },
    json: { type: 'boolean', default: false },
    'mail-to': { type: 'string' },
    'mail-from': { type: 'string' },
    'mail-file': { type: 'string' },
};

await run({ help: HELP, options: OPTIONS }, async ({ values }) => {
    const span = readSpan(values, new Date());
    const mail = readMail(values);
    const report = await makeReport(Client.fromEnvironment(), span);
    if (mail) {
        await writeFile(mail.file, makeMail(mail, report, new Date()));
    }
    console.log(values.json ? JSON.stringify(report, null, 2) : makeText(report));
});

function readSpan(values, now) {
    let to = values.to === undefined ? null : instant(values, 'to');
    const from = values.from === undefined ? new Date((to ?? now).getTime() - WEEK_MS) : instant(values, 'from');
    to ??= values.from === undefined ? now : new Date(Math.min(now.getTime(), from.getTime() + WEEK_MS));
    if (from >= to) {
        throw new UsageError(`--from must be before --to: ${from.toISOString()} is not before ${to.toISOString()}.`);
    }
    return { from, to };
}

function readMail(values) {
    const to = values['mail-to'];
    if (to === undefined) {
        if (values['mail-from'] !== undefined || values['mail-file'] !== undefined) {
            throw new UsageError('--mail-from and --mail-file need --mail-to.');
        }
        return null;
    }
    const from = values['mail-from'] ?? to;
    for (const address of [to, from]) {
        // No more than a plain address: a name or a second line would be headers of its own.
        if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+$/.test(address)) {
            throw new UsageError(`Not a mail address: ${JSON.stringify(address)}.`);
        }
    }
    return { to, from, file: values['mail-file'] ?? 'weekly-report.eml' };
}

async function makeReport(client, { from, to }) {
    const [newCustomers, paid, cancellations] = await Promise.all([
        client.count('customers', { createdAfter: from.toISOString(), createdBefore: to.toISOString() }),
        invoicesPaidBetween(client, from, to),
        cancellationsBetween(client, from, to),
    ]);
    return { from: from.toISOString(), to: to.toISOString(), newCustomers, invoicesPaid: paid.length, revenue: revenueOf(paid), cancellations };
}

async function invoicesPaidBetween(client, from, to) {
    const paid = [];
    for await (const { currency, amount, amountCredited, paidAt } of invoicesPaidSince(client, from)) {
        if (Date.parse(paidAt) < to.getTime()) {
            paid.push({ currency, amount, amountCredited });
        }
    }
    return paid;
}

function makeText({ from, to, newCustomers, invoicesPaid, revenue, cancellations }) {
    const sums = Object.entries(revenue).map(([currency, sum]) => `${sum} ${currency}`);
    const rows = [
        ['New customers', String(newCustomers)],
        ['Invoices paid', String(invoicesPaid)],
        ...(sums.length > 0 ? sums : ['none']).map((sum, n) => [n === 0 ? 'Revenue' : '', sum]),
        ['Cancellations', String(cancellations)],
    ];
    return [`From ${from} until before ${to} (UTC)`, '', ...rows.map(([name, value]) => `${name.padEnd(15)}${value.padStart(22)}`)].join('\n');
}

/** The report as a message by RFC 5322. All of it is ASCII: names of customers or products do not come into it. */
function makeMail({ to, from }, report, now) {
    const day = (text) => text.slice(0, 10);
    const lines = [
        `From: <${from}>`,
        `To: <${to}>`,
        `Subject: Billing report ${day(report.from)} to ${day(report.to)}`,
        `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
        `Message-ID: <${randomUUID()}@${from.slice(from.indexOf('@') + 1)}>`,
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=us-ascii',
        'Content-Transfer-Encoding: 7bit',
        'Auto-Submitted: auto-generated',
        '',
        ...makeText(report).split('\n'),
        '',
    ];
    return lines.join('\r\n');
}
