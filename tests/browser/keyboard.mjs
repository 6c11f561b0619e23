// Without a mouse: where the focus is, what the keys do, and that it is always seen.

import { check } from "./check.mjs";

/** How the element that has the focus is marked, and what it is. */
function focused() {
  const element = document.activeElement;
  const marks = [getComputedStyle(element), getComputedStyle(element, "::after")];
  const box = element.getBoundingClientRect();
  return {
    what: `${element.tagName.toLowerCase()}${element.id && `#${element.id}`}.${element.className}`,
    href: element.getAttribute("href"),
    isMarked: marks.some((style) => style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 1),
    isInSight: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    isPage: element === document.body,
  };
}

async function mustFocus(visitor, selector) {
  const { page } = visitor;
  const is = await page.evaluate((s) => document.activeElement?.matches(s), selector);
  if (!is) visitor.fail(`the focus is on ${(await page.evaluate(focused)).what} instead of ${selector}`);
}

/** Tabs through the whole page: whatever has the focus is in sight and marked. */
async function tabThrough(visitor, path) {
  const { page } = visitor;
  await visitor.go(path);
  let steps = 0;
  for (; steps < 120; steps += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(focused);
    if (at.isPage) break;
    if (!at.isMarked) visitor.fault(`the focus on ${at.what} is not seen`);
    if (!at.isInSight) visitor.fault(`${at.what} has the focus out of sight`);
  }
  if (steps < 10) visitor.fail(`only ${steps} elements can be reached by Tab`);
}

async function skipLink(visitor) {
  const { page } = visitor;
  await visitor.go("/admin/customers");
  await page.keyboard.press("Tab");
  await mustFocus(visitor, "a.skip");
  await page.keyboard.press("Enter");
  await mustFocus(visitor, "#main");
}

async function searchAndRows(visitor) {
  const { page } = visitor;
  const { keyboard } = page;
  await visitor.go("/admin/customers");
  await keyboard.press("/");
  await mustFocus(visitor, "[data-search]");
  await keyboard.type("a/b");
  visitor.is("what was typed into the search", await page.locator("[data-search]").inputValue(), "a/b");
  await keyboard.press("Escape");
  await mustFocus(visitor, "body");
  await keyboard.press("Control+k");
  await mustFocus(visitor, "[data-search]");
  await keyboard.press("ArrowDown");
  await mustFocus(visitor, "tbody tr:nth-child(1) a.go");
  await keyboard.press("ArrowDown");
  await mustFocus(visitor, "tbody tr:nth-child(2) a.go");
  if (!(await page.evaluate(focused)).isMarked) visitor.fail("the row that has the focus is not marked");
  await keyboard.press("ArrowUp");
  await keyboard.press("ArrowUp");
  await mustFocus(visitor, "[data-search]");
  await keyboard.press("Control+a");
  await keyboard.type("noor@example.com");
  await visitor.follow(() => keyboard.press("Enter"));
  visitor.is("the page of a search", visitor.path(), "/admin/customers?q=noor%40example.com");
  visitor.is("the number of rows found", await page.locator("tbody tr").count(), 1);
  await keyboard.press("ArrowDown");
  const { href } = await page.evaluate(focused);
  await visitor.follow(() => keyboard.press("Enter"));
  visitor.is("the page behind a row", visitor.path(), href);
}

/** What is wrong is said first, leads to its field, and costs nothing that was typed. */
async function refusal(visitor) {
  const { page } = visitor;
  await visitor.go("/admin/customers/new");
  await visitor.fill({ name: "Ana Two", email: "no address" });
  await page.locator('[name="name"]').focus();
  await visitor.follow(() => page.keyboard.press("Enter"), 422);
  await mustFocus(visitor, ".problem");
  visitor.is("the name that was typed", await page.locator('[name="name"]').inputValue(), "Ana Two");
  await check(visitor, { name: "customer-new-refused" });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await mustFocus(visitor, '[name="email"]');
  visitor.is("what the field says of itself", await page.locator('[name="email"]').getAttribute("aria-invalid"), "true");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("ana.two@example.com");
  await visitor.follow(() => page.keyboard.press("Enter"));
  if (!visitor.path().endsWith("?done=created")) visitor.fail("Enter does not send the form");
}

/** Enter does not cancel anybody's subscription: it shows what that would come to. */
async function danger(visitor, subscription) {
  const { page } = visitor;
  await visitor.go(`/admin/subscriptions/${subscription}/cancel`);
  await page.locator('[name="reason"]').focus();
  await visitor.follow(() => page.keyboard.press("Enter"));
  visitor.is("the page after Enter in a dangerous form", visitor.path(), `/admin/subscriptions/${subscription}/cancel`);
  await page.locator(".comes-to:focus").waitFor();
}

export async function keyboard(visitor, { taken, whole }) {
  await skipLink(visitor);
  await searchAndRows(visitor);
  await refusal(visitor);
  await danger(visitor, taken.id);
  for (const path of ["/admin", "/admin/subscriptions", `/admin/customers/${whole.id}`, "/admin/settings/keys/new"]) await tabThrough(visitor, path);
}

/** On the phone: the sheet behind "More". */
export async function sheet(visitor) {
  const { page } = visitor;
  await visitor.go("/admin/customers");
  const more = page.locator("nav.bar summary");
  await more.click();
  await page.locator("nav.bar .sheet").waitFor();
  await check(visitor, { name: "more" });
  await page.keyboard.press("Escape");
  await page.locator("nav.bar .sheet").waitFor({ state: "hidden" });
  await mustFocus(visitor, "nav.bar summary");
  await more.click();
  await page.locator("h1").click();
  await page.locator("nav.bar .sheet").waitFor({ state: "hidden" });
}
