// What makes the pages quicker by hand. Each of them works without it.

const search = document.querySelector("[data-search]");
const typing = (target) => target instanceof Element && target.closest("input, select, textarea, [contenteditable]");

// Buttons that copy: they are of no use without this script, so they are hidden until it runs.
for (const button of document.querySelectorAll("[data-copy]")) {
  const word = button.textContent;
  button.hidden = !navigator.clipboard;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = word), 2000);
  });
}

// A form is sent once. A page that is come back to by the browser's history can be sent again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.submitter?.formMethod === "dialog" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// A search or a filter that was left empty does not stand in the address.
for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}

document.addEventListener("keydown", (event) => {
  const find = (event.key === "/" && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
  if (find && search) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "Escape") {
    escape(event.target);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    move(event);
  }
});

// Esc closes what floats, else leaves the search.
function escape(target) {
  const sheet = document.querySelector(".bar details[open]");
  if (sheet) {
    sheet.open = false;
    sheet.querySelector("summary").focus();
  } else if (target === search) {
    search.blur();
  }
}

// Up and down go through the rows of the table that has the focus, and from the search into the first.
function move(event) {
  const from = event.target === search ? null : event.target.closest?.("a.go");
  if (event.target !== search && !from && event.target !== document.body && event.target.id !== "main") return;
  const table = from?.closest("table") ?? document.querySelector("main table");
  if (!table) return;
  const rows = [...table.querySelectorAll("a.go")];
  const at = rows.indexOf(from) + (event.key === "ArrowDown" ? 1 : -1);
  if (at >= rows.length || (at < 0 && !from)) return;
  event.preventDefault();
  if (at < 0) search?.focus();
  else rows[at].focus();
}

// What floats closes by a click beside it.
document.addEventListener("click", (event) => {
  for (const sheet of document.querySelectorAll(".bar details[open]")) {
    if (!sheet.contains(event.target)) sheet.open = false;
  }
});
