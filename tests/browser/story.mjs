// From the link that the server printed to a subscription that was paid, renewed, extended, cancelled and kept.
//
// Nothing of it needs JavaScript but the button that copies.

import { Api } from "./api.mjs";
import { check } from "./check.mjs";
import { LOOKS } from "./visitor.mjs";

export const OWNER = { email: "owner@example.com", password: "a sentence is a good password" };

/** The system's clipboard is one for all browsers of the machine. */
let clipboard = Promise.resolve();

function alone(work) {
  const turn = clipboard.then(work);
  clipboard = turn.catch(() => {});
  return turn;
}

async function copies(visitor, button, expected) {
  await alone(async () => {
    await visitor.page.evaluate(() => navigator.clipboard.writeText("nothing yet"));
    await button.click();
    // The word of the button changes when the text is on the clipboard.
    const done = await button.getAttribute("data-done");
    await button.filter({ hasText: done }).waitFor();
    visitor.is("the clipboard", await visitor.page.evaluate(() => navigator.clipboard.readText()), expected);
  });
}

/** The printed link, the account, the first key: shown once, and good for a request. */
export async function setUp(visitor, link, name) {
  const look = (page) => check(visitor, { name: name && `${name}-${page}` });
  await visitor.go("/admin/setup/0123456789abcdef", 410);
  await look("set-up-expired");
  await visitor.go(link);
  await look("set-up");
  await visitor.send(422);
  await look("set-up-refused");
  await visitor.fill({ email: OWNER.email, password: OWNER.password, "business.name": "Northern Lights TV", "business.timezone": "Europe/Berlin" });
  await visitor.send();
  visitor.is("the page after the account", visitor.path(), "/admin/settings/keys/new?first=1");
  await look("first-key");
  await visitor.fill({ name: "Shop" });
  await visitor.send(201);
  const secret = await visitor.words("#secret");
  const command = (await visitor.page.locator("pre code").innerText()).trim();
  await look("key-shown");
  if (!command.includes(`Bearer ${secret}`) || !command.startsWith("curl ")) visitor.fail(`the line for the shell is “${command}”`);
  const buttons = visitor.page.locator("button.copy:visible");
  if (visitor.javaScript) {
    await copies(visitor, buttons.nth(0), secret);
    await copies(visitor, buttons.nth(1), command);
  } else {
    visitor.is("the number of buttons that cannot work", await buttons.count(), 0);
  }
  const api = new Api(visitor.base, secret);
  await api.get("/me");
  await visitor.click("/admin/settings/keys");
  await look("keys");
  if ((await visitor.page.content()).includes(secret)) visitor.fail("the key is shown a second time");
  return api;
}

/** Every list before there is anything in it. */
async function nothingYet(visitor, look) {
  await visitor.menu("/admin");
  await look("overview-new");
  for (const list of ["customers", "subscriptions", "invoices", "payments", "products", "coupons", "tax-rates"]) {
    await visitor.menu(`/admin/${list}`);
    await look(`${list}-none`);
  }
  await visitor.go("/admin/subscriptions/new");
  await look("subscription-no-product");
  await visitor.click("/admin/products/new");
}

/** A subscription's state and the end of what is paid, as the API tells them. */
async function told(api, id) {
  const subscription = await api.get(`/subscriptions/${id}`);
  return { ...subscription, end: Date.parse(subscription.currentPeriodEnd) };
}

/** An invoice of what no subscription bills: written, with more rows than at first, changed, and finalised. */
async function oneOff(visitor, api, look) {
  await visitor.menu("/admin/invoices");
  await visitor.follow(() => visitor.page.locator('main a.primary[href="/admin/invoices/new"]').first().click());
  await look("invoice-new");
  await visitor.fill({ customerId: "ana@example.com", "lines[0].description": "Installation at home", "lines[0].unitAmount": "25,00" });
  await visitor.follow(() => visitor.page.locator('main form button[name="more"]').click());
  visitor.is("what was typed before more rows came", await visitor.page.locator('[name="lines[0].unitAmount"]').inputValue(), "25,00");
  await visitor.fill({ "lines[6].description": "Cable, per metre", "lines[6].quantity": "12", "lines[6].unitAmount": "0.85" });
  // Enter sends the form; it does not ask for more rows.
  await visitor.follow(() => visitor.page.locator('[name="lines[6].unitAmount"]').press("Enter"), 422);
  await look("invoice-new-wrong");
  await visitor.fill({ "lines[0].unitAmount": "25.00" });
  await visitor.send();
  const draft = visitor.path().match(/invoices\/([^/?]+)\?done=created$/)?.[1] ?? visitor.fail("no draft was made");
  visitor.is("a new draft", (({ status, number, amount }) => `${status} ${number} ${amount}`)(await api.get(`/invoices/${draft}`)), "draft null 41.89");
  await look("draft");
  await visitor.click(`/admin/invoices/${draft}/edit`);
  await look("draft-edit");
  await visitor.fill({ "lines[1].quantity": "10" });
  await visitor.send();
  await visitor.click(`/admin/invoices/${draft}/delete`);
  await look("draft-delete");
  await visitor.go(`/admin/invoices/${draft}`);
  await visitor.click(`/admin/invoices/${draft}/finalize`);
  await look("draft-finalize");
  await visitor.send();
  visitor.is("a finalised draft", (({ status, amount }) => `${status} ${amount}`)(await api.get(`/invoices/${draft}`)), "open 39.87");
  await look("draft-finalized");
  await api.post(`/invoices/${draft}/void`, {});
}

/** These pages are looked at in both colours. */
export async function sell(visitor, api, name) {
  const looks = LOOKS.filter(({ viewport }) => viewport === visitor.look.viewport);
  looks.sort((a) => (a === visitor.look ? -1 : 1));
  const look = (page) => check(visitor, { looks, name: name && `${name}-${page}` });
  await nothingYet(visitor, look);

  await visitor.fill({ name: "Gold package", price: "9.99" });
  await look("product-new");
  await visitor.send();
  await look("product");

  await visitor.menu("/admin/coupons");
  await visitor.follow(() => visitor.page.locator('main a.primary[href="/admin/coupons/new"]').first().click());
  await visitor.fill({ code: "SPRING20", percentOff: "20" });
  await look("coupon-new");
  await visitor.send();
  await look("coupon");
  await visitor.menu("/admin/tax-rates");
  await visitor.follow(() => visitor.page.locator('main a.primary[href="/admin/tax-rates/new"]').first().click());
  await visitor.fill({ name: "VAT", percent: "19" });
  await look("tax-rate-new");
  await visitor.send();
  await look("tax-rate");

  await visitor.menu("/admin/customers");
  await visitor.follow(() => visitor.page.locator('main a.primary[href="/admin/customers/new"]').first().click());
  await visitor.fill({ email: "ana@example.com", name: "Ana Petrović" });
  await look("customer-new");
  await visitor.send();
  await look("customer-created");

  await visitor.follow(() => visitor.page.locator('main a[href^="/admin/subscriptions/new?customerId="]').click());
  visitor.is("the customer in the form", await visitor.page.locator('[name="customerId"]').inputValue(), "ana@example.com");
  await look("subscription-new");
  await visitor.send();
  const id = visitor.path().match(/subscriptions\/([^/?]+)\?done=created$/)?.[1] ?? visitor.fail("no subscription was made");
  visitor.is("the state of a new subscription", (await told(api, id)).status, "pending");
  await look("subscription-pending");

  const payment = await visitor.page.locator('main a[href$="/mark-paid"]').first().getAttribute("href");
  for (const what of ["void", "write-off"]) {
    await visitor.go(payment.replace("/mark-paid", ""));
    await visitor.go(await visitor.page.locator(`main a[href$="/${what}"]`).first().getAttribute("href"));
    await look(what);
  }
  await visitor.go(payment);
  await look("mark-paid");
  await visitor.fill({ method: "cash", reference: "receipt 17" });
  await visitor.send();
  await look("invoice-paid");
  const invoice = payment.replace("/mark-paid", "");
  await visitor.click(await visitor.page.locator('main a.go[href^="/admin/payments/"]').first().getAttribute("href"));
  await visitor.mustSay("main .facts", "receipt 17");
  await look("payment");
  await visitor.menu("/admin/payments");
  await look("payments");
  await api.post(`/invoices/${invoice.split("/").pop()}/refunds`, { amount: "1.00", reason: "Two days without service" });
  await visitor.go(invoice);
  await look("invoice-refunded");
  await visitor.click(await visitor.page.locator('main a[href^="/admin/credit-notes/"]').first().getAttribute("href"));
  await look("credit-note");
  await visitor.menu("/admin/credit-notes");
  await visitor.mustSay("main .total", "1 ");
  await look("credit-notes");
  await visitor.go(invoice);

  await oneOff(visitor, api, look);

  const own = `/admin/subscriptions/${id}`;
  await visitor.go(own);
  const active = await told(api, id);
  visitor.is("the state of a paid subscription", active.status, "active");
  await visitor.mustSay("main .story", active.credentials.username);
  await visitor.mustSay("main .story", active.credentials.password);
  await look("subscription-active");

  await visitor.click(`${own}/renew`);
  await look("renew");
  await visitor.send();
  const renewed = await told(api, id);
  if (!(renewed.end > active.end)) visitor.fail("a renewed subscription is paid for no longer than before");
  await look("subscription-renewed");

  await visitor.click(`${own}/extend`);
  await visitor.fill({ days: "7", note: "Goodwill after the outage" });
  await look("extend");
  await visitor.send();
  const days = ((await told(api, id)).end - renewed.end) / 86_400_000;
  // An hour more or less where the clocks change in these days.
  if (Math.abs(days - 7) > 0.05) visitor.fail(`extended by ${days} days instead of 7`);
  await look("subscription-extended");

  await visitor.click(`${own}/change`);
  await look("change");
  await visitor.send(422);
  await look("change-refused");
  await visitor.fill({ quantity: "2" });
  await visitor.ask();
  await visitor.mustSay("main .comes-to", "Gold package");
  visitor.is("the quantity in the form", await visitor.page.locator('[name="quantity"]').inputValue(), "2");
  await look("change-preview");
  await visitor.choose("proration", "at_period_end");
  await visitor.ask();
  await look("change-later");
  await visitor.send();
  visitor.is("the quantity that waits", (await told(api, id)).pendingChange?.quantity, 2);
  await visitor.mustSay("main .story", "Gold package · 2 × 9.99 USD every month");
  await look("subscription-change-waits");
  await visitor.press(`${own}/keep`);
  visitor.is("the change that was given up", (await told(api, id)).pendingChange, null);

  await visitor.click(`${own}/cancel`);
  await visitor.fill({ reason: "Moves abroad" });
  await look("cancel");
  const unused = visitor.page.locator('[name="unusedTime"][value="credit"]');
  visitor.is("what becomes of paid time, with an end to come", await unused.isVisible(), false);
  await visitor.choose("atPeriodEnd", "false");
  await visitor.choose("unusedTime", "credit");
  await visitor.ask();
  await look("cancel-preview");
  await visitor.choose("atPeriodEnd", "true");
  await visitor.send();
  const ending = await told(api, id);
  visitor.is("the state of a subscription that is cancelled at its end", `${ending.status} ${ending.cancelAtPeriodEnd}`, "active true");
  await look("subscription-ending");

  await visitor.press(`${own}/uncancel`);
  const kept = await told(api, id);
  visitor.is("the state of a subscription that is kept", `${kept.status} ${kept.cancelAtPeriodEnd}`, "active false");
  await look("subscription-kept");
  await visitor.menu("/admin");
  await look("overview");
}

/** Out, and what is left for whoever is not signed in. */
export async function farewell(visitor, link, name) {
  const look = (page) => check(visitor, { name: name && `${name}-${page}` });
  await visitor.signOut();
  visitor.is("the page after signing out", visitor.path(), "/admin/login?bye=1");
  await look("signed-out");
  await visitor.go("/admin/customers");
  visitor.is("the page for whoever is not signed in", visitor.path(), "/admin/login?next=%2Fadmin%2Fcustomers");
  await look("sign-in");
  await visitor.fill({ email: OWNER.email, password: "not the password" });
  await visitor.send(401);
  await look("sign-in-refused");
  await visitor.go(link, 410);
  await look("set-up-used");
  await visitor.go("/admin/no-such-page", 404);
  await look("not-found-outside");
}

export async function signIn(visitor) {
  await visitor.go("/admin/login");
  await visitor.fill({ email: OWNER.email, password: OWNER.password });
  await visitor.send();
  visitor.is("the page after signing in", visitor.path(), "/admin");
}
