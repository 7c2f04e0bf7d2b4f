// Making elements. The parts of this module are joined by widget.py, in its order.

// What can have the focus keeps its keys: JupyterLab's shortcuts for "whatever has the focus" match
// the element itself before they look at what is around it.
const FOCUSABLE = ["button", "input", "select", "textarea", "summary"];

/** An element: `el("button", { class: "x", onclick: f }, "text")`; text is never read as HTML. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") made.value = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  if (FOCUSABLE.includes(tag) || "tabindex" in attributes) {
    made.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

/** A picture that the kernel drew (its texts are escaped there). */
function picture(svg) {
  const holder = el("div", { class: "ldc-picture" });
  holder.innerHTML = svg;
  return holder;
}

/** A sentence in which words between backticks are code. */
function sentence(text) {
  const parts = text.split("`");
  return el("p", {}, parts.map((part, i) => (i % 2 ? el("code", {}, part) : part)));
}

let lastId = 0;
/** An id that is unique on the page, whichever view it is in. */
function freshId(name) {
  lastId += 1;
  return `ldc-${name}-${Math.random().toString(36).slice(2, 8)}-${lastId}`;
}

/** A labelled input; `help` is read out with it. */
function labelled(label, input, help = "") {
  const id = freshId("field");
  input.id = id;
  const hint = help ? el("span", { class: "ldc-help", id: `${id}-help` }, help) : null;
  if (hint) input.setAttribute("aria-describedby", hint.id);
  return el("div", { class: "ldc-field" }, el("label", { for: id }, label), input, hint);
}

/** A `<select>` of [value, label] pairs. */
function choice(options, chosen, onchange) {
  const made = el(
    "select",
    { onchange },
    options.map(([value, label]) => el("option", { value }, label)),
  );
  made.value = chosen;
  return made;
}

/** A table whose head cells belong to their columns; `buttons(i)` stand at the end of row i. */
function tableOf(title, columns, rows, { buttons, actionsLabel } = {}) {
  const head = columns.map((column) => el("th", { scope: "col" }, column));
  if (buttons) head.push(el("th", { scope: "col" }, actionsLabel));
  const body = rows.map((row, i) =>
    el("tr", {}, row.map((cell) => el("td", {}, cell)), buttons ? el("td", {}, buttons(i)) : null),
  );
  return el(
    "div",
    { class: "ldc-scroll", tabindex: "0", role: "region", "aria-label": title },
    el("table", {}, el("caption", {}, title), el("thead", {}, el("tr", {}, head)), el("tbody", {}, body)),
  );
}

async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = el("textarea", { value: text }); // an old browser, or a page without a secure origin
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
