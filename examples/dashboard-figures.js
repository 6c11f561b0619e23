// What the dashboard shows, asked for again and again at little cost.

import { cancellationsBetween, invoicesPaidSince, revenueOf } from './figures.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** An invoice can become visible a moment after the time that it bears. */
const OVERLAP_MS = 60_000;

/** What is counted, and what need not be asked for again: invoices that were paid stay paid. */
export class Figures {
    #client;
    #days;
    #soonDays;
    #paid = new Map();
    #askedUntil = null;

    constructor(client, { days, soonDays }) {
        this.#client = client;
        this.#days = days;
        this.#soonDays = soonDays;
    }

    async refresh(now) {
        const from = new Date(now.getTime() - this.#days * DAY_MS);
        const soon = new Date(now.getTime() + this.#soonDays * DAY_MS);
        const client = this.#client;
        const endingBefore = (time) => client.count('subscriptions', { status: 'active', currentPeriodEndBefore: time.toISOString() });
        const [customers, activeSubscriptions, paidInvoices, endingBySoon, overdue, cancellations] = await Promise.all([
            client.count('customers'),
            client.count('subscriptions', { status: 'active' }),
            client.count('invoices', { status: 'paid' }),
            endingBefore(soon),
            endingBefore(now),
            cancellationsBetween(client, from, now),
            this.#readPaid(from, now),
        ]);
        const paid = [...this.#paid.values()];
        return {
            at: now.toISOString(),
            days: this.#days,
            customers,
            activeSubscriptions,
            paidInvoices,
            paidInWindow: paid.length,
            revenue: revenueOf(paid),
            revenueByDay: byDay(paid, from, now),
            cancellations,
            endsSoon: Math.max(0, endingBySoon - overdue),
            endsSoonDays: this.#soonDays,
        };
    }

    /** All pages the first time, then only what was paid since. */
    async #readPaid(from, now) {
        const since = this.#askedUntil === null ? from : new Date(Math.max(from.getTime(), this.#askedUntil.getTime() - OVERLAP_MS));
        const found = [];
        for await (const { id, currency, amount, amountCredited, paidAt } of invoicesPaidSince(this.#client, since)) {
            found.push([id, { currency, amount, amountCredited, paidAt }]);
        }
        // Only when every page has come: after a failure the next refresh asks for the same again.
        this.#paid = new Map([...this.#paid, ...found].filter(([, invoice]) => Date.parse(invoice.paidAt) >= from.getTime()));
        this.#askedUntil = now;
    }
}

/** Revenue of each UTC day of the window, days without any included. */
function byDay(paid, from, now) {
    const days = new Map();
    for (let time = from.getTime(); time <= now.getTime(); time += DAY_MS) {
        days.set(new Date(time).toISOString().slice(0, 10), []);
    }
    for (const invoice of paid) {
        const day = invoice.paidAt.slice(0, 10);
        days.set(day, [...(days.get(day) ?? []), invoice]);
    }
    return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, invoices]) => ({ day, revenue: revenueOf(invoices) }));
}
