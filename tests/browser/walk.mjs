// The browser test: from the printed link to a request with the new key, and every page in every look.
//
//   BILLHEAD_SET_UP         the set-up links of five fresh servers, separated by spaces
//   BILLHEAD_PAGES          the paths of all pages, separated by spaces; one that no link leads to is a fault
//   BILLHEAD_SCREENSHOTS    where pictures go; without it none are taken
//   CHROMIUM                the browser, where it is not on PATH
//
// The first step that fails ends it with 1. What is wrong about pages is told all together at the end.

import { Api } from "./api.mjs";
import { check, checkInAll, pictures, seen } from "./check.mjs";
import { crawl, nameOf, specimens } from "./crawl.mjs";
import { keyboard, sheet } from "./keyboard.mjs";
import { endedSession } from "./lasting.mjs";
import { lists } from "./plain.mjs";
import { seed } from "./seed.mjs";
import { farewell, sell, setUp, signIn } from "./story.mjs";
import { LOOKS, Visitor, launch } from "./visitor.mjs";

const [WIDE, PHONE] = LOOKS;
const begun = Date.now();
const faults = [];

const seconds = () => `${((Date.now() - begun) / 1000).toFixed(1)} s`;

function say(what) {
  console.log(`${seconds().padStart(8)}  ${what}`);
}

/** One part of the test, with the visitors that it needs; its name stands before whatever fails in it. */
async function chapter(name, visitors, work) {
  try {
    await work(...visitors);
    for (const visitor of visitors) faults.push(...(await visitor.leave()));
  } catch (error) {
    error.message = `${name}: ${error.message}`;
    throw error;
  }
  say(name);
}

/** What a server hears from its printed link on: to the first request in every look, to the first sale in one of each width. */
async function story(browser, link, look, { sells, javaScript = true }) {
  const visitor = await Visitor.come(browser, new URL(link).origin, look, { javaScript });
  const name = javaScript ? "walk" : undefined;
  const end = sells ? "sale" : "request";
  await chapter(`from the link to the first ${end}, ${look.name}${javaScript ? "" : ", without JavaScript"}`, [visitor], async () => {
    const api = await setUp(visitor, link, name);
    if (sells) await sell(visitor, api, name);
    await farewell(visitor, link, name);
  });
}

/** A house that is lived in: signs in, makes a key for many requests, and fills the house through it. */
async function moveIn(browser, base) {
  const visitor = await Visitor.come(browser, base, WIDE);
  let house;
  await chapter("a house with many customers", [visitor], async () => {
    await signIn(visitor);
    await visitor.go("/admin/settings/keys/new");
    await visitor.fill({ name: "CRM sync, with a name that is rather long for a key, but 60" });
    await visitor.choose("tier", "enterprise");
    await visitor.send(201);
    house = await seed(new Api(base, await visitor.words("#secret")));
    house.cookies = await visitor.context.storageState();
  });
  return house;
}

/** Two visitors, since there are two cores. */
const pair = (browser, base, options) => Promise.all([0, 1].map(() => Visitor.come(browser, base, WIDE, options)));

/** Pages for anybody. */
async function outside(visitor) {
  await visitor.go("/");
  await checkInAll(visitor, "front");
  // Swagger UI's elements are its makers' own; that it needs no other host and runs without an error is ours.
  await visitor.go("/docs/");
  await visitor.page.locator(".opblock").first().waitFor();
}

async function manual(browser, base) {
  const visitors = await pair(browser, base);
  await chapter("the manual", visitors, async (visitor, other) => {
    await outside(other);
    await crawl([visitor, other], ["/docs/manual/"], { under: "/docs/manual", name: "manual" });
    await visitor.go("/docs/manual/no-such-page", 404);
    await check(visitor);
  });
}

async function everyPage(browser, base, { cookies, whole, paid }) {
  await chapter("every page", await pair(browser, base, { cookies }), async (visitor, other) => {
    // These are found by links too, but later than the first of their kind.
    const special = [`/admin/customers/${whole.id}`, `/admin/subscriptions?customerId=${whole.id}`, `/admin/invoices?customerId=${whole.id}`, `/admin/invoices/${paid}`];
    await crawl([visitor, other], ["/admin", ...special], { under: "/admin", name: "page" });
    await visitor.go("/admin/no-such-page", 404);
    await checkInAll(visitor, "not-found");
  });
  await chapter("the specimen book", await pair(browser, base, { cookies }), (...both) => specimens(both, LOOKS));
}

async function inArabic(browser, base, { cookies, whole, taken, draft }) {
  await chapter("in Arabic", await pair(browser, base, { cookies, language: "ar" }), async (visitor, other) => {
    const looks = pictures ? LOOKS : [WIDE, PHONE];
    const paths = ["", "/customers", `/customers/${whole.id}`, "/customers/new", `/subscriptions/${taken.id}`, `/subscriptions/${taken.id}/cancel`, "/invoices", "/invoices/new", `/invoices/${draft.id}`, `/invoices/${draft.id}/edit`, `/invoices/${draft.id}/finalize`, "/products", "/settings", "/coupons", "/coupons/new", "/tax-rates", "/tax-rates/new", "/subscriptions/new"];
    for (const path of paths) {
      await visitor.go(`/admin${path}`);
      await check(visitor, { looks, name: `page-ar-${nameOf(`/admin${path}`)}` });
    }
    const { lang, dir } = await visitor.page.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir }));
    visitor.is("the language and direction of the pages", `${lang} ${dir}`, "ar rtl");
    await specimens([visitor, other], looks);
  });
}

/** So many at a time. */
async function atOnce(count, works) {
  const rest = [...works];
  const run = async () => {
    for (let work = rest.shift(); work; work = rest.shift()) await work();
  };
  await Promise.all(Array.from({ length: count }, run));
}

function missingPages() {
  const pages = (process.env.BILLHEAD_PAGES ?? "").split(" ").filter(Boolean);
  if (pages.length === 0) throw new Error("BILLHEAD_PAGES names no page");
  // What the page calls {part} is an id as well.
  return pages.map((path) => path.replace("{part}", "{id}")).filter((path) => !seen.kinds.has(path));
}

async function walk(browser) {
  const links = (process.env.BILLHEAD_SET_UP ?? "").split(" ").filter(Boolean);
  if (links.length !== 5) throw new Error(`BILLHEAD_SET_UP has ${links.length} links instead of 5`);
  const [first, second] = links.map((link) => new URL(link).origin);

  const stories = LOOKS.map((look, n) => () => story(browser, links[n], look, { sells: look === WIDE || look === PHONE }));
  await atOnce(2, [...stories, () => story(browser, links[4], PHONE, { sells: true, javaScript: false })]);

  const house = await moveIn(browser, first);
  const { cookies } = house;
  await everyPage(browser, first, house);
  await inArabic(browser, first, house);
  await manual(browser, first);
  await atOnce(2, [
    async () => {
      await chapter("lists without JavaScript", [await Visitor.come(browser, first, PHONE, { cookies, javaScript: false })], lists);
      await chapter("by keyboard", [await Visitor.come(browser, first, WIDE, { cookies })], (visitor) => keyboard(visitor, house));
    },
    async () => {
      await chapter("the sheet of the phone", [await Visitor.come(browser, first, PHONE, { cookies })], sheet);
      const both = [await Visitor.come(browser, second, WIDE), await Visitor.come(browser, second, PHONE)];
      await chapter("a session that ends in the middle of a form", both, endedSession);
    },
  ]);
  faults.push(...missingPages().map((path) => ({ what: `${path}: no link leads to this page` })));
}

const browser = await launch();
try {
  await walk(browser);
} catch (error) {
  console.error(`The browser test failed after ${seconds()}: ${error.stack}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
if (faults.length > 0) {
  const told = new Set(faults.map(({ what }) => what));
  console.error(`${told.size} faults of pages:\n${[...told].join("\n")}`);
  process.exitCode = 1;
}
if (!process.exitCode) say(`nothing found on ${seen.kinds.size} kinds of pages, looked at ${seen.looks} times`);
