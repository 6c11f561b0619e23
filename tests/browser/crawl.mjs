// Every page of the admin site, by following links from the overview.

import { check } from "./check.mjs";
import { LOOKS, kindOf } from "./visitor.mjs";

/** Objects of one kind whose own page is looked at. Of any other kind of page, such as a list with a filter, one. */
const OBJECTS = 2;

/** What makes an address another page to look at: the path without ids, and which parameters there are. */
function sortOf(address) {
  const [path, query] = address.split("?");
  const names = [...new URLSearchParams(query).keys()].sort();
  return `${kindOf(path)}?${names.join("&")}`;
}

const links = () => [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href").replace(/#.*/, ""));

/** The name of a page's picture: "customers-id-edit". */
export const nameOf = (address) => kindOf(address.split("?")[0]).replace(/[{}]/g, "").split("/").filter(Boolean).join("-");

/** Goes on from these addresses to every page under a path; several visitors share the way. */
export async function crawl(visitors, from, { under, name }) {
  const waiting = [...from];
  const known = new Set(from);
  const counts = new Map();
  const pictured = new Set();
  const isUnder = (href) => (href === under || href.startsWith(`${under}/`) || href.startsWith(`${under}?`)) && !href.startsWith("/admin/_parts") && !href.includes("format=csv");
  let busy = 0;

  const visit = async (visitor, address) => {
    await visitor.go(address);
    const picture = nameOf(address);
    const isFirst = !pictured.has(picture);
    pictured.add(picture);
    await check(visitor, { looks: LOOKS, name: isFirst ? `${name}-${picture}` : undefined });
    for (const href of await visitor.page.evaluate(links)) {
      if (known.has(href) || !isUnder(href)) continue;
      known.add(href);
      const sort = sortOf(href);
      const count = counts.get(sort) ?? 0;
      counts.set(sort, count + 1);
      if (count < (sort.endsWith("/{id}?") ? OBJECTS : 1)) waiting.push(href);
    }
  };
  // Whoever finds nothing to do waits for the others, who may yet find something.
  let wake = () => {};
  const work = async (visitor) => {
    for (;;) {
      const address = waiting.shift();
      if (address !== undefined) {
        busy += 1;
        await visit(visitor, address).finally(() => (busy -= 1));
        wake();
      } else if (busy > 0) {
        await new Promise((resolve) => {
          const before = wake;
          wake = () => (before(), resolve());
        });
      } else {
        return wake();
      }
    }
  };
  await Promise.all(visitors.map(work));
}

/** The specimen book, which only debug builds have. */
export async function specimens(visitors, looks) {
  const [first] = visitors;
  const { language } = first;
  await first.go("/admin/_parts");
  await check(first, { looks, name: `parts-${language}` });
  const hrefs = await first.page.evaluate(links);
  const waiting = [...new Set(hrefs.filter((href) => href.startsWith("/admin/_parts/")))];
  if (waiting.length < 10) first.fail(`the specimen book has only ${waiting.length} specimens`);
  const work = async (visitor) => {
    for (let href = waiting.shift(); href; href = waiting.shift()) {
      await visitor.go(href);
      await check(visitor, { looks, name: `parts-${language}-${href.split("/").pop()}` });
    }
  };
  await Promise.all(visitors.map(work));
}
