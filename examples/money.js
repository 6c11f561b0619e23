// Money as the API writes it: decimal strings, added exactly, each currency for itself.
//
// Deliberately absent: floats. 0.1 + 0.2 is not 0.3 in them, and a report that is off by a cent is wrong.

/** A decimal string as a whole number of its last decimal's units, and the number of decimals. */
export function parseAmount(text) {
    const parts = typeof text === 'string' ? /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) : null;
    if (!parts) {
        throw new TypeError(`Not an amount: ${JSON.stringify(text)}. Amounts are decimal strings such as "9.99".`);
    }
    const [, sign, whole, fraction = ''] = parts;
    const units = BigInt(whole + fraction);
    return { units: sign ? -units : units, decimals: fraction.length };
}

/** The decimal string of such a number. */
export function formatAmount({ units, decimals }) {
    const digits = String(units < 0n ? -units : units).padStart(decimals + 1, '0');
    const point = digits.length - decimals;
    return `${units < 0n ? '-' : ''}${digits.slice(0, point)}${decimals > 0 ? `.${digits.slice(point)}` : ''}`;
}

function plus(a, b) {
    const decimals = Math.max(a.decimals, b.decimals);
    const scaled = ({ units, decimals: own }) => units * 10n ** BigInt(decimals - own);
    return { units: scaled(a) + scaled(b), decimals };
}

/** A sum for each currency. */
export class Totals {
    #sums = new Map();

    add(currency, amount) {
        this.#put(currency, parseAmount(amount));
    }

    subtract(currency, amount) {
        const { units, decimals } = parseAmount(amount);
        this.#put(currency, { units: -units, decimals });
    }

    #put(currency, amount) {
        const before = this.#sums.get(currency);
        this.#sums.set(currency, before ? plus(before, amount) : amount);
    }

    /** The currencies in alphabetical order, each with its sum: `{ EUR: '299.70', JPY: '15480' }`. */
    toJSON() {
        const sums = [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1));
        return Object.fromEntries(sums.map(([currency, sum]) => [currency, formatAmount(sum)]));
    }
}
