// The bill in the browser: shows what the kernel worked out, and tells it where the sliders stand.
// Knows no price and does no arithmetic.

/** An element with attributes and children; text is never read as HTML. */
function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** What the kernel wrote as HTML (its texts are escaped there). */
function written(kind, html) {
  const element = made("div", { class: kind });
  element.innerHTML = html;
  return element;
}

let lastId = 0;
function freshId(name) {
  lastId += 1;
  return `ldb-${name}-${Math.random().toString(36).slice(2, 8)}-${lastId}`;
}

/** Ctrl+S and the like are JupyterLab's, which does not listen in here. */
function passOn(event, root) {
  if (!event.ctrlKey && !event.altKey && !event.metaKey) return;
  const notebook = root.closest(".jp-Notebook");
  if (notebook && !notebook.dispatchEvent(new KeyboardEvent("keydown", event))) {
    event.preventDefault();
  }
}

// Lumino, JupyterLab's keyboard, leaves keys alone that are pressed in an element with this. Its
// shortcuts for "whatever has the focus" match that element before they look above it: so each
// one that can have the focus needs it, and not only the one around them.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

/** A slider over the stops of a control; screen readers hear the stop, not its number. */
function slider(control, at, choose) {
  const id = freshId(control.name);
  const input = made("input", {
    id,
    type: "range",
    min: "0",
    max: String(control.texts.length - 1),
    step: "1",
    "data-name": control.name,
    ...OWN_KEYS,
  });
  const shown = made("output", { for: id });
  const tell = () => {
    shown.textContent = control.texts[Number(input.value)];
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  input.value = String(at);
  input.addEventListener("input", () => {
    tell();
    choose(control.name, Number(input.value));
  });
  tell();
  return made("div", { class: "ldb-field" }, made("label", { for: id }, control.label), input, shown);
}

function selection(control, at, choose) {
  const id = freshId(control.name);
  const options = control.texts.map((text, index) => made("option", { value: String(index) }, text));
  const select = made("select", { id, "data-name": control.name, ...OWN_KEYS }, ...options);
  select.value = String(at);
  select.addEventListener("change", () => choose(control.name, Number(select.value)));
  return made("div", { class: "ldb-field" }, made("label", { for: id }, control.label), select);
}

/** One question at a time: while the kernel calculates, only the newest choice is kept. */
function asking(model) {
  const chosen = {};
  let waiting = false;
  let newer = false;
  const ask = () => {
    waiting = true;
    newer = false;
    model.send({ kind: "chosen", chosen });
  };
  return {
    choose(name, index) {
      chosen[name] = index;
      if (waiting) newer = true;
      else ask();
    },
    answered() {
      waiting = false;
      if (newer) ask();
    },
  };
}

function render({ model, el }) {
  const words = model.get("words");
  const root = made("div", {
    class: "ldb-bill",
    role: "region",
    "aria-label": words.widget,
    ...OWN_KEYS,
  });
  const { choose, answered } = asking(model);
  const fields = model.get("controls").map((control) => {
    const make = control.kind === "range" ? slider : selection;
    return make(control, control.start, choose);
  });
  const total = made("p", { class: "ldb-total", role: "status", "aria-live": "polite" });
  const picture = made("div", { class: "ldb-picture" });
  const table = made("div", { class: "ldb-table ldb-month" });
  const suppose = made("fieldset", {}, made("legend", {}, words.suppose), ...fields);
  root.append(written("ldb-table", model.get("seen")), suppose, total, picture, table);
  el.append(root);

  const show = () => {
    const month = model.get("month");
    if (total.textContent !== month.total) total.textContent = month.total;
    picture.innerHTML = month.picture;
    table.innerHTML = month.table;
  };
  const heard = (message) => {
    if (message.kind === "answered") answered();
  };
  root.addEventListener("keydown", (event) => passOn(event, root));
  model.on("change:month", show);
  model.on("msg:custom", heard);
  show();
  return () => {
    model.off("change:month", show);
    model.off("msg:custom", heard);
  };
}

export default { render };
