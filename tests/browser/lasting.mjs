// What must not get lost: a form whose session ends while it is filled in.

import { check } from "./check.mjs";
import { OWNER, signIn } from "./story.mjs";

const TYPED = { email: "typed@example.com", name: "Typed before the session ended", phone: "+1 555 0100" };
const FOLDED = { notes: "Two lines.\nAnd \"quotes\" & <tags>.", tags: "one, two" };

/** Another browser of the owner's signs out everywhere while this one is in the middle of a form. */
export async function endedSession(visitor, other) {
  const { page } = visitor;
  await signIn(visitor);
  await signIn(other);
  await visitor.go("/admin/customers/new");
  await visitor.fill(TYPED);
  for (const summary of await page.locator("main details.fold summary").all()) await summary.click();
  await visitor.fill(FOLDED);
  await page.locator('[name="currency"]').selectOption("KWD");
  await other.go("/admin/account");
  await check(other, { name: "account" });
  await other.press("/admin/sign-out-everywhere");
  await visitor.send(401);
  await check(visitor, { name: "sign-in-carrying" });
  await visitor.fill({ email: OWNER.email, password: OWNER.password });
  await visitor.send();
  await check(visitor, { name: "form-resumed" });
  for (const [name, value] of Object.entries({ ...TYPED, ...FOLDED, currency: "KWD" })) {
    visitor.is(`${name} after signing in again`, await page.locator(`main form [name="${name}"]`).inputValue(), value);
  }
  // The form has an address of its own: it can be loaded again, and gone back to.
  await visitor.follow(() => page.reload());
  visitor.is("the name after loading the page again", await page.locator('[name="name"]').inputValue(), TYPED.name);
  await visitor.go("/admin/products");
  await visitor.follow(() => page.goBack());
  visitor.is("the name after going back", await page.locator('[name="name"]').inputValue(), TYPED.name);
  await visitor.send();
  if (!visitor.path().endsWith("?done=created")) visitor.fail("the form that came back cannot be sent");
  await visitor.mustSay("main", TYPED.name);
  await visitor.mustSay("main", "And \"quotes\" & <tags>.");
}
