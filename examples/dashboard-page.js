// How the dashboard looks: figures in, HTML out.
//
// Deliberately absent: requests, and anything secret. Bars are drawn from shares in thousandths, so even they need no floats.

import { parseAmount } from './money.js';

/** Text as HTML. */
export function escapeHtml(text) {
    return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c2330; background: #f7f8fa }
h1 { font-size: 1.3rem } h2 { font-size: 1rem; margin: 2rem 0 .5rem }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem }
dl div { background: #fff; border: 1px solid #dde1e8; border-radius: .5rem; padding: .75rem 1rem }
dt { color: #5a6475; font-size: .9rem } dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums }
svg { width: 100%; height: 5rem; background: #fff; border: 1px solid #dde1e8; border-radius: .5rem; fill: #2f6fde }
[role=alert] { background: #fdecea; border: 1px solid #e0a9a3; border-radius: .5rem; padding: .5rem 1rem }
`;

/** The page once; afterwards its figures are replaced whenever the server pushes new ones. */
const SCRIPT = `
const [main, lost] = [document.querySelector('main'), document.querySelector('#lost')];
const events = new EventSource('/events');
events.onmessage = (event) => { main.innerHTML = JSON.parse(event.data); lost.hidden = true; };
events.onerror = () => { lost.hidden = false; };
`;

export function renderPage(state, nonce) {
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Billing dashboard</title>
<style nonce="${nonce}">${STYLE}</style>
<h1>Billing dashboard</h1>
<p id="lost" role="alert" hidden>The dashboard's program does not answer; these figures are old.</p>
<main>${renderFigures(state)}</main>
<script nonce="${nonce}">${SCRIPT}</script>
</html>
`;
}

export function renderFigures({ figures, failure }) {
    const alert = failure ? `<p role="alert">The figures could not be refreshed. ${escapeHtml(failure)}</p>` : '';
    if (!figures) {
        return alert || '<p>Asking for the first figures …</p>';
    }
    const sums = Object.entries(figures.revenue);
    const cards = [
        ['Customers', figures.customers],
        ['Active subscriptions', figures.activeSubscriptions],
        [`End within ${figures.endsSoonDays} days`, figures.endsSoon],
        [`Cancelled in ${figures.days} days`, figures.cancellations],
        ['Paid invoices', figures.paidInvoices],
        [`Paid in ${figures.days} days`, figures.paidInWindow],
        ...sums.map(([currency, sum]) => [`Revenue in ${figures.days} days, ${currency}`, sum]),
    ];
    const list = cards.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('');
    const charts = sums.map(([currency]) => renderChart(figures.revenueByDay, currency)).join('');
    return `${alert}<dl>${list}</dl>${charts}<p>As of <time datetime="${escapeHtml(figures.at)}">${escapeHtml(figures.at)}</time></p>`;
}

/** A bar for each day of one currency's revenue. */
function renderChart(days, currency) {
    const amounts = days.map(({ revenue }) => parseAmount(revenue[currency] ?? '0'));
    const decimals = Math.max(...amounts.map((amount) => amount.decimals));
    const scaled = amounts.map((amount) => amount.units * 10n ** BigInt(decimals - amount.decimals));
    const most = scaled.reduce((a, b) => (a > b ? a : b), 1n);
    const bars = scaled.map((units, n) => {
        const height = units > 0n ? Number((units * 1000n) / most) : 0;
        const title = `${days[n].day}: ${days[n].revenue[currency] ?? '0'} ${currency}`;
        return `<rect x="${n * 10 + 1}" y="${1000 - height}" width="8" height="${height}"><title>${escapeHtml(title)}</title></rect>`;
    });
    const label = `Revenue by day, ${currency}`;
    return `<h2>${escapeHtml(label)}</h2>
<svg viewBox="0 0 ${days.length * 10} 1000" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(label)}">${bars.join('')}</svg>`;
}
