// Somebody with a browser: how it looks to him, and a page of his that reports whatever goes wrong on it.
//
// A step that does not lead where it should throws. What is wrong about a page (a fault) is collected, so that one run tells
// of all of them.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const wide = { width: 1280, height: 900 };
const phone = { width: 360, height: 740 };

/** The four ways in which every page is looked at. */
export const LOOKS = [
  { name: "1280-light", viewport: wide, colorScheme: "light" },
  { name: "360-dark", viewport: phone, colorScheme: "dark" },
  { name: "1280-dark", viewport: wide, colorScheme: "dark" },
  { name: "360-light", viewport: phone, colorScheme: "light" },
];

/** Nothing may reach another host, not even by mistake: there is no other host. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** For whatever is expected at once, on a machine that may be busy. */
const SOON = 30_000;

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where Chromium is: as CHROMIUM says, else the first on PATH. */
function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  if (!found) throw new Error("there is no Chromium: install it, or name it in CHROMIUM");
  return found;
}

export const launch = () => chromium.launch({ executablePath: chromiumPath(), args: ARGUMENTS });

/** Without what names one object: `/admin/customers/{id}`. */
export const kindOf = (path) => path.replace(/\/[a-z]+_[0-9a-f-]{20,}/g, "/{id}").replace(/(\/_parts\/)[a-z-]+/, "$1{id}");

export class Visitor {
  /** Comes with a browser of his own: nobody else's cookies, clipboard apart. */
  static async come(browser, base, look, { language = "en", javaScript = true, cookies } = {}) {
    const context = await browser.newContext({
      viewport: look.viewport,
      colorScheme: look.colorScheme,
      // A colour that is on its way from one to another has no contrast that could be told.
      reducedMotion: "reduce",
      locale: language,
      javaScriptEnabled: javaScript,
      storageState: cookies,
      baseURL: base,
    });
    context.setDefaultTimeout(SOON);
    if (javaScript) await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: base });
    const visitor = new Visitor(context, base, look, { language, javaScript });
    await visitor.open();
    return visitor;
  }

  constructor(context, base, look, { language, javaScript }) {
    Object.assign(this, { context, base, look, language, javaScript, faults: [], answers: new Map() });
  }

  /** Something is wrong here; `of` is the address of what it is wrong with. */
  fault(what, of) {
    const { language, look, javaScript } = this;
    this.faults.push({ what: `${this.path()} (${look.name}, ${language}${javaScript ? "" : ", no JavaScript"}): ${what}`, of });
  }

  async open() {
    this.page = await this.context.newPage();
    const { page } = this;
    const fault = this.fault.bind(this);
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      fault(`console error: ${message.text()}`, message.location().url);
    });
    page.on("pageerror", (error) => fault(`script error: ${error.message}`));
    page.on("crash", () => fault("the page crashed"));
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (origin !== this.base && protocol !== "data:") fault(`request to another host: ${request.url()}`);
    });
    page.on("requestfailed", (request) => {
      // Going on to the next page ends what the last one still asked for.
      const why = request.failure()?.errorText;
      if (why !== "net::ERR_ABORTED") fault(`request failed: ${request.url()}: ${why}`);
    });
    page.on("response", (response) => {
      const request = response.request();
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) {
        this.answers.set(response.url(), response.status());
      } else if (response.status() >= 400) {
        fault(`request answered with ${response.status()}: ${response.url()}`);
      }
    });
  }

  /** Goes, and leaves what was wrong. */
  async leave() {
    await this.context.close();
    // The browser complains of every page that is answered with an error. Whether one should be is known to whoever went there.
    return this.faults.filter(({ what, of }) => !(what.includes(": console error: Failed to load resource") && this.answers.has(of)));
  }

  /** This page's path, with its query. */
  path() {
    return this.page.url().replace(this.base, "");
  }

  status() {
    return this.answers.get(this.page.url().replace(/#.*/, ""));
  }

  fail(what) {
    throw new Error(`${this.path()} (${this.look.name}): ${what}`);
  }

  is(what, actual, expected) {
    if (actual !== expected) this.fail(`${what} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  }

  /** Has something done that leads to another page, which must be answered with this status. */
  async follow(act, status = 200) {
    const { page } = this;
    const from = this.path();
    const moved = page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame());
    // Whoever fails first is heard; the other must not end the program unheard.
    moved.catch(() => {});
    await act();
    await moved.catch(() => this.fail("no page came"));
    await page.waitForLoadState("load");
    if (this.status() !== status) this.fail(`answered with ${this.status()} instead of ${status}, coming from ${from}: ${await this.words("main")}`);
  }

  /** By its address. */
  go(path, status = 200) {
    return this.follow(() => this.page.goto(path), status);
  }

  /** By a link in sight that leads there. */
  click(href, status = 200) {
    return this.follow(() => this.link(href).click(), status);
  }

  link(href) {
    return this.page.locator(`a[href="${href}"]:visible`).first();
  }

  async fill(values) {
    for (const [name, value] of Object.entries(values)) await this.page.locator(`main form [name="${name}"]`).fill(value);
  }

  async choose(name, value) {
    await this.page.locator(`main form [name="${name}"][value="${value}"]`).check();
  }

  /** Sends the page's form by its own button. */
  send(status = 200) {
    return this.follow(() => this.page.locator("main form.fields .buttons button:not([name])").click(), status);
  }

  /** Asks what the page's form would come to. */
  async ask() {
    await this.follow(() => this.page.locator('main form.fields .buttons button[name="preview"]').click());
    // Whoever has asked stands before the answer.
    await this.page.locator(".comes-to:focus").waitFor();
  }

  /** Presses the button of a form of its own, such as "sign out". */
  press(action, status = 200) {
    return this.follow(() => this.page.locator(`form[action="${action}"] button:visible`).click(), status);
  }

  async words(selector) {
    return (await this.page.locator(selector).first().innerText()).replace(/\s+/g, " ").trim();
  }

  async mustSay(selector, text) {
    const said = await this.words(selector);
    if (!said.includes(text)) this.fail(`${selector} says “${said}”, not “${text}”`);
  }

  isOnPhone() {
    return this.look.viewport.width < 760;
  }

  /** To one of the main pages, as the menu leads there: behind "More" on the phone where it must. */
  async menu(href) {
    const nav = this.isOnPhone() ? "nav.bar" : ".rail";
    const link = this.page.locator(`${nav} a[href="${href}"]`).first();
    if (this.isOnPhone() && !(await link.isVisible())) await this.page.locator("nav.bar summary").click();
    await this.follow(() => link.click());
  }

  async signOut() {
    if (this.isOnPhone()) await this.page.locator("nav.bar summary").click();
    await this.press("/admin/sign-out");
  }
}
