// A house with so many customers that lists have pages, and with everything that is hard to set: long names, many currencies,
// right-to-left text.

import { each } from "./api.mjs";

const LONG = "Hippopotomonstrosesquippedaliophobia-Streaming-Gesellschaft m";
const ARABIC = "مؤسسة النور للبث الرقمي (الرياض)";
const FIRST = ["Ana", "Björk", "Chen", "Dana", "Emeka", "Fatima", "George", "Hana", "Ivo", "Jun"];
const LAST = ["Petrović", "Guðmundsdóttir", "Wei", "O’Neill", "Okafor", "Zahra", "Smith", "Kim", "Novák", "Sato"];

/** Customers beside those with something special about them: more than fit on a page. */
const MANY = 150;
const AT_ONCE = 16;

async function products(api) {
  const prices = [{ currency: "EUR", amount: "8.99" }, { currency: "USD", amount: "99.00", interval: "year" }];
  const gold = await api.post("/products", {
    name: "Gold with sports",
    description: "Everything, in two rooms.\nAnd the sports.",
    price: "9.99",
    setupFee: "5.00",
    maxConnections: 2,
    externalId: "GOLD-2",
    metadata: { shelf: "A 3", note: LONG },
    prices,
  });
  const long = await api.post("/products", { name: LONG, price: "999999999", currency: "JPY" });
  const arabic = await api.post("/products", { name: "الباقة الذهبية", price: "1.935", currency: "KWD" });
  const archived = await api.post("/products", { name: "Silver", price: "4.99" });
  await api.patch(`/products/${archived.id}`, { active: false });
  return { gold, long, arabic };
}

/** Coupons and tax rates: used ones and others, of every kind. */
async function terms(api, { gold, long }) {
  await api.post("/tax-rates", { name: "ضريبة القيمة المضافة", percent: "15", country: "SA", inclusive: true });
  const old = await api.post("/tax-rates", { name: "Old VAT", percent: "16", country: "DE" });
  await api.patch(`/tax-rates/${old.id}`, { active: false });
  await api.post("/tax-rates", { name: LONG, percent: "12.3456", country: "JP", externalId: "TAX-1", metadata: { note: LONG } });
  await api.post("/tax-rates", { name: "VAT", percent: "19", country: "DE", inclusive: true });
  for (const [n, duration] of ["once", "forever"].entries()) await api.post("/coupons", { code: `AUTUMN${n}`, percentOff: "5", duration, active: n > 0 });
  await api.post("/coupons", { code: LONG.replaceAll(" ", "_"), amountOff: "12345.678", currency: "KWD", maxRedemptions: 1000000, productIds: [gold.id, long.id], metadata: { note: LONG } });
  await api.post("/coupons", { code: "SUMMER20", percentOff: "20", duration: "repeating", durationPeriods: 3, maxRedemptions: 100, expiresAt: "2040-01-01" });
}

/** One of everything that can be seen of a customer. */
async function specials(api, { gold, long, arabic }) {
  const whole = await api.post("/customers", {
    email: "a.very.long.address.of.the.accounting.department@streaming-gesellschaft.example.com",
    name: LONG,
    phone: "+49 30 123456",
    address: { line1: "Unter den Linden 1", line2: "3. Hof", postalCode: "10117", city: "Berlin", region: "Berlin", country: "DE" },
    currency: "JPY",
    billingTimezone: "Asia/Tokyo",
    taxId: "DE123456789",
    locale: "de",
    notes: "Pays in cash.\nCall before suspending.",
    tags: ["wholesale", "with-a-rather-long-tag-that-goes-on", "vip"],
    externalId: "K-1001",
    metadata: { source: "fair", "a rather long name of a field": "and a value that is not short either" },
  });
  const kuwait = await api.post("/customers", { email: "noor@example.com", name: ARABIC, currency: "KWD" });
  const blocked = await api.post("/customers", { email: "blocked@example.com", name: "Blocked", status: "blocked" });
  const moves = [
    [whole, "1935", "JPY", "Goodwill"],
    [whole, "20.00", "USD", LONG],
    [whole, "-2.50", "USD", undefined],
    [kuwait, "100.125", "KWD", "هدية"],
  ];
  for (const [{ id }, amount, currency, note] of moves) await api.post(`/customers/${id}/balance`, { amount, currency, note });
  const subscribe = (customer, product, more) => api.post("/subscriptions", { customerId: customer.id, productId: product.id, ...more });
  await subscribe(kuwait, arabic, { payment: "credit", quantity: 3 });
  await subscribe(whole, gold, { priceId: gold.prices.find((p) => p.currency === "USD" && p.interval === "month").id, payment: "invoice" });
  const taken = await subscribe(whole, long, { payment: "none", externalId: "S-77", metadata: { box: "12" }, credentials: { username: "wholesale-0001", password: "Pass-0001" } });
  await api.post(`/subscriptions/${taken.id}/extend`, { days: 30, note: LONG });
  const ending = await subscribe(whole, gold, { payment: "manual", priceId: gold.prices.find((p) => p.interval === "year").id });
  await api.post(`/subscriptions/${ending.id}/cancel`, { atPeriodEnd: true, reason: "Moves abroad" });
  const ended = await subscribe(whole, long, { payment: "manual" });
  await api.post(`/subscriptions/${ended.id}/cancel`, { reason: LONG });
  // Paid by the balance when it is finalised, and drafts: of nothing hard to set, and of all of it.
  const bill = (customer, lines, more) => api.post("/invoices", { customerId: customer.id, lines, ...more });
  const gift = await bill(kuwait, [{ description: "تركيب في المنزل", unitAmount: "1.250" }]);
  await api.post(`/invoices/${gift.id}/finalize`, {});
  await bill(kuwait, [{ description: ARABIC, quantity: 3, unitAmount: "0.125", taxable: false }, { description: LONG, unitAmount: "2.000" }]);
  const draft = await bill(whole, [{ description: LONG, quantity: 1000, unitAmount: "9999999" }, { description: "Installation", unitAmount: "5000" }], {
    dueAt: "2040-01-01",
    externalId: "D-1",
    metadata: { order: LONG },
  });
  return { whole, kuwait, blocked, taken, draft, paid: ending.latestInvoiceId };
}

export async function seed(api) {
  const made = await products(api);
  await terms(api, made);
  const names = Array.from({ length: MANY }, (_, n) => `${FIRST[n % 10]} ${LAST[Math.floor(n / 10) % 10]}`);
  await each(names, AT_ONCE, async (name, n) => {
    const customer = await api.post("/customers", { email: `customer${n}@example.com`, name: n % 9 === 8 ? undefined : name, currency: "USD" });
    const couponCode = n % 40 === 0 ? "SUMMER20" : undefined;
    if (n % 2 === 0) await api.post("/subscriptions", { customerId: customer.id, productId: made.gold.id, payment: n % 4 === 0 ? "manual" : "invoice", couponCode });
  });
  // Last, so that they stand first.
  return { ...made, ...(await specials(api, made)) };
}
