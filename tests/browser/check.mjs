// What holds on every page: no violation of WCAG 2.2 AA that axe-core finds, nothing wider than the screen, every word known.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LOOKS, kindOf } from "./visitor.mjs";

const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const RULES = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations"],
};
/** Where only the colours are others than in a look that the page was seen in already. */
const COLOURS = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] }, resultTypes: ["violations"], preload: false };
/** A row is like those above it: of a long list the first rows tell. */
const PLACE = { exclude: ["tbody tr:nth-child(n + 13)"] };
/** What stands for a word that no language has. */
const UNKNOWN_WORD = "⟪";

/** Where pictures go, where they are wanted. */
export const pictures = process.env.BILLHEAD_SCREENSHOTS;
if (pictures) mkdirSync(pictures, { recursive: true });

/** What was looked at: how often, and which kinds of pages. */
export const seen = { looks: 0, kinds: new Set() };

async function violations(visitor, rules) {
  const { page } = visitor;
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  // What is folded away is looked at too.
  const found = await page.evaluate(async ([place, rules]) => {
    const folded = [...document.querySelectorAll("main details:not([open])")];
    for (const details of folded) details.open = true;
    const { violations } = await axe.run(place, rules);
    const root = document.documentElement;
    const tooWide = root.scrollWidth > root.clientWidth;
    for (const details of folded) details.open = false;
    return { tooWide, violations };
  }, [PLACE, rules]);
  const texts = found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `axe: ${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n").slice(1).join(" ").trim()}`),
  );
  if (found.tooWide) texts.push("wider than the screen with everything unfolded");
  return texts;
}

/** What reaches over the edge of the screen, or over its own place on the page. */
function overhang() {
  const root = document.documentElement;
  const table = [...document.querySelectorAll(".table")].find(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1);
  if (table) return `a table of ${table.scrollWidth} px in a place of ${table.clientWidth} px`;
  if (root.scrollWidth <= root.clientWidth) return null;
  const over = [...document.body.querySelectorAll("*")].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (right > root.clientWidth + 0.5 || left < -0.5);
  });
  const named = over.slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
  return `${root.scrollWidth} px wide on a screen of ${root.clientWidth} px: ${named.join(", ")}`;
}

async function picture(visitor, name) {
  if (!pictures || !name) return;
  const path = join(pictures, `${name}-${visitor.look.name}.png`);
  await visitor.page.screenshot({ path, fullPage: true, animations: "disabled" });
}

/**
 * Looks at the page as it is, in these looks; what is wrong goes to the visitor's faults. With a name its picture is taken
 * where pictures are wanted.
 */
export async function check(visitor, { looks = [visitor.look], name } = {}) {
  const { page, look: own } = visitor;
  seen.kinds.add(kindOf(visitor.path().replace(/[?#].*/, "")));
  const html = await page.content();
  if (html.includes(UNKNOWN_WORD)) visitor.fault(`a word that is not in the catalogue: ${html.slice(html.indexOf(UNKNOWN_WORD)).slice(0, 60)}`);
  const widths = new Set();
  for (const look of looks) {
    // Axe reads the stylesheet only for a rule about itself, which is the same on every page.
    const rules = widths.has(look.viewport) ? COLOURS : { ...RULES, preload: looks.length === LOOKS.length };
    widths.add(look.viewport);
    if (look !== visitor.look) {
      visitor.look = look;
      await page.setViewportSize(look.viewport);
      await page.emulateMedia({ colorScheme: look.colorScheme });
    }
    seen.looks += 1;
    await picture(visitor, name);
    const over = await page.evaluate(overhang);
    if (over) visitor.fault(over);
    if (visitor.javaScript) for (const violation of await violations(visitor, rules)) visitor.fault(violation);
  }
  if (visitor.look !== own) {
    visitor.look = own;
    await page.setViewportSize(own.viewport);
    await page.emulateMedia({ colorScheme: own.colorScheme });
  }
}

export const checkInAll = (visitor, name) => check(visitor, { looks: LOOKS, name });
