// Figures that more than one script shows, each taken from whole lists.

import { Totals } from './money.js';

/** The statuses in which a subscriber can watch: past_due is in grace. */
export const WITH_ACCESS = 'active,trialing,past_due';

/**
 * The invoices that were paid then or later.
 *
 * By `paidAfter`: an invoice is revenue when it is paid, and one that was made last month can be paid today. Its day of
 * creation would leave it out of both months.
 */
export function invoicesPaidSince(client, from) {
    return client.all('invoices', { status: 'paid', paidAfter: from.toISOString() });
}

/** What paid invoices brought: their totals, without what credit notes took off. */
export function revenueOf(invoices) {
    const totals = new Totals();
    for (const { currency, amount, amountCredited } of invoices) {
        totals.add(currency, amount);
        totals.subtract(currency, amountCredited);
    }
    return totals.toJSON();
}

/**
 * How many subscriptions were cancelled from `from` until before `to`.
 *
 * `updatedAfter` only keeps the list short: a subscription's cancellation is a change, so none is missed, but one that
 * was cancelled long ago and got a note yesterday is on it too. `cancelledAt` is the truth.
 */
export async function cancellationsBetween(client, from, to) {
    let count = 0;
    for await (const { cancelledAt } of client.all('subscriptions', { status: 'cancelled', updatedAfter: from.toISOString() })) {
        const at = cancelledAt === null ? NaN : Date.parse(cancelledAt);
        count += at >= from.getTime() && at < to.getTime() ? 1 : 0;
    }
    return count;
}
