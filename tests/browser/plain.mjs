// Without JavaScript: lists are searched, filtered and paged, and the menu of the phone opens.

import { check } from "./check.mjs";

const rows = (visitor) => visitor.page.locator("tbody tr").count();
const apply = (visitor) => visitor.follow(() => visitor.page.locator("form.filters button").click());

export async function lists(visitor) {
  const { page } = visitor;
  await visitor.go("/admin");
  await visitor.menu("/admin/customers");
  visitor.is("the rows of a full page", await rows(visitor), 50);
  const first = await page.locator("a.go").first().getAttribute("href");
  await visitor.follow(() => page.locator('a[rel="next"]').click());
  visitor.is("the rows of the second page", await rows(visitor), 50);
  if ((await page.locator("a.go").first().getAttribute("href")) === first) visitor.fail("the second page is the first");
  await check(visitor);
  await visitor.follow(() => page.locator("nav.pages a:not([rel])").click());
  visitor.is("the first row after coming back", await page.locator("a.go").first().getAttribute("href"), first);

  await page.locator('[name="status"]').selectOption("blocked");
  await apply(visitor);
  visitor.is("the blocked customers", await rows(visitor), 1);
  visitor.is("the filter as it was chosen", await page.locator('[name="status"]').inputValue(), "blocked");
  await check(visitor);
  await visitor.follow(() => page.locator("a.chip").click());
  visitor.is("the rows without the filter", await rows(visitor), 50);

  await page.locator('[name="q"]').fill("nobody at all");
  await visitor.follow(() => page.locator('[name="q"]').press("Enter"));
  await check(visitor);
  await visitor.follow(() => page.locator(".empty a").first().click());

  await visitor.menu("/admin/subscriptions");
  await page.locator('[name="status"]').selectOption("pending");
  await apply(visitor);
  if ((await rows(visitor)) < 10) visitor.fail("there are more pending subscriptions than that");
  await visitor.follow(() => page.locator("a.go").first().click());
  await visitor.mustSay("main .title", "pending");
  await visitor.menu("/admin/settings");
  await check(visitor);
}
