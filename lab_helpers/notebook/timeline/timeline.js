// The timeline in the browser: shows the picture that the kernel drew, lets mouse and keyboard
// reach every run in it, and asks the kernel for log lines. Holds no keys and calls nobody else.

// Lumino, JupyterLab's keyboard, leaves keys alone that are pressed in an element with this. Its
// shortcuts for "whatever has the focus" match that element before they look above it: so each
// one that can have the focus needs it, and not only the one around them.
const OWN_KEYS = "data-lm-suppress-shortcuts";
const CAN_HAVE_FOCUS = new Set(["button", "pre"]);

/** An element with attributes and text. */
function made(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  if (CAN_HAVE_FOCUS.has(tag)) element.setAttribute(OWN_KEYS, "true");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/** Horizontal middle of an item, in pixels of the screen. */
function middleOf(item) {
  const box = item.getBoundingClientRect();
  return box.left + box.width / 2;
}

/** The items of the picture: which one has the focus, and where the arrow keys lead. */
class Items {
  constructor(scroll) {
    this.scroll = scroll;
    this.all = [];
    this.current = 0;
  }

  /** A new picture is there: keep the place where the learner was. */
  take() {
    const before = this.all[this.current]?.dataset;
    const hadFocus = this.scroll.contains(document.activeElement);
    this.all = [...this.scroll.querySelectorAll(".item")];
    const same = before?.key ? this.all.findIndex((item) => item.dataset.key === before.key) : -1;
    this.current = same >= 0 ? same : Math.min(this.current, Math.max(0, this.all.length - 1));
    this.all.forEach((item, index) => {
      item.setAttribute("tabindex", index === this.current ? "0" : "-1");
      item.setAttribute(OWN_KEYS, "true");
      item.setAttribute("role", item.dataset.key ? "button" : "img");
      item.setAttribute("aria-label", item.querySelector("title")?.textContent ?? "");
    });
    return hadFocus;
  }

  focus(index) {
    if (!this.all[index]) return;
    this.all[this.current]?.setAttribute("tabindex", "-1");
    this.current = index;
    this.all[index].setAttribute("tabindex", "0");
    this.all[index].focus();
    this.all[index].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Where a key leads; null for keys that lead nowhere. */
  led(key) {
    const last = this.all.length - 1;
    if (key === "ArrowRight") return Math.min(last, this.current + 1);
    if (key === "ArrowLeft") return Math.max(0, this.current - 1);
    if (key === "Home") return 0;
    if (key === "End") return last;
    if (key === "ArrowDown") return this.beside(1);
    if (key === "ArrowUp") return this.beside(-1);
    return null;
  }

  /** The nearest item in the next row that has any, downwards (1) or upwards (-1). */
  beside(direction) {
    const here = this.all[this.current];
    const row = (item) => Number(item.dataset.row);
    const rows = this.all.map(row).filter((one) => (one - row(here)) * direction > 0);
    if (!rows.length) return this.current;
    const wanted = direction > 0 ? Math.min(...rows) : Math.max(...rows);
    const x = middleOf(here);
    let best = this.current;
    let nearest = Infinity;
    this.all.forEach((item, index) => {
      const distance = Math.abs(middleOf(item) - x);
      if (row(item) === wanted && distance < nearest) [best, nearest] = [index, distance];
    });
    return best;
  }
}

function isForJupyterLab(event) {
  return event.ctrlKey || event.altKey || event.metaKey;
}

/** Ctrl+S and the like are JupyterLab's, which does not listen in here. */
function passOn(event, root) {
  if (!isForJupyterLab(event)) return;
  const notebook = root.closest(".jp-Notebook");
  if (!notebook) return;
  const again = new KeyboardEvent("keydown", event);
  if (!notebook.dispatchEvent(again)) event.preventDefault();
}

/** Zoom buttons, and what says that the picture is live. */
function toolbar(model, words) {
  const bar = made("div", { class: "ldt-bar" });
  const step = (by) => {
    const zooms = model.get("zooms");
    const at = zooms.indexOf(model.get("zoom")) + by;
    if (at < 0 || at >= zooms.length) return;
    model.set("zoom", zooms[at]);
    model.save_changes();
  };
  if (model.get("zooms").length) {
    for (const [label, sign, by] of [["zoom_out", "−", -1], ["zoom_in", "+", 1]]) {
      const button = made("button", { type: "button", "aria-label": words[label] }, sign);
      button.addEventListener("click", () => step(by));
      bar.append(button);
    }
  }
  const state = made("span", { class: "ldt-live", role: "status" });
  const stop = made("button", { type: "button" }, words.stop);
  stop.addEventListener("click", () => model.send({ kind: "stop" }));
  let wasLive = false;
  const tell = () => {
    const live = model.get("live");
    state.textContent = live ? `● ${words.live}` : wasLive ? `○ ${words.stopped_live}` : "";
    stop.hidden = !live;
    wasLive ||= live;
  };
  model.on("change:live", tell);
  tell();
  bar.append(state, stop);
  return { bar, step };
}

function render({ model, el }) {
  const words = model.get("words");
  const root = made("div", {
    class: "ldt-timeline",
    role: "region",
    "aria-label": words.title,
    [OWN_KEYS]: "true",
  });
  const { bar, step } = toolbar(model, words);
  const scroll = made("div", { class: "ldt-scroll" });
  const help = made("p", { class: "ldt-help" }, words.help);
  const details = made("div", { class: "ldt-details", "aria-live": "polite" }, words.details_here);
  const logs = made("div", { class: "ldt-logs", "aria-live": "polite" });
  root.append(bar, scroll, help, details, logs);
  el.append(root);
  const items = new Items(scroll);

  const draw = () => {
    const [left, atEnd] = [
      scroll.scrollLeft,
      scroll.scrollLeft + scroll.clientWidth >= scroll.scrollWidth - 4,
    ];
    scroll.innerHTML = model.get("picture");
    const hadFocus = items.take();
    scroll.scrollLeft = atEnd && model.get("live") ? scroll.scrollWidth : left;
    if (hadFocus) items.focus(items.current);
  };
  const itemOf = (event) => event.target.closest?.(".item");
  const tell = (event) => {
    const item = itemOf(event);
    if (item) details.textContent = item.querySelector("title").textContent;
  };
  const askForLogs = (item) => {
    if (!item?.dataset.key) return;
    details.textContent = item.querySelector("title").textContent;
    logs.replaceChildren(made("p", {}, words.logs_loading));
    logs.dataset.key = item.dataset.key;
    logs.dataset.of = details.textContent.split("\n")[0];
    model.send({ kind: "logs", key: item.dataset.key });
  };
  const answered = (message) => {
    if (message.kind !== "logs" || message.key !== logs.dataset.key) return;
    const body = message.lines.length
      ? made("pre", { tabindex: "0", "aria-label": words.logs }, message.lines.join("\n"))
      : made("p", {}, message.said);
    logs.replaceChildren(made("strong", {}, `${words.logs} · ${logs.dataset.of}`), body);
  };

  scroll.addEventListener("focusin", tell);
  scroll.addEventListener("mouseover", tell);
  scroll.addEventListener("mouseleave", () => {
    const focused = items.all[items.current];
    if (focused && focused === document.activeElement) tell({ target: focused });
  });
  scroll.addEventListener("click", (event) => {
    const index = items.all.indexOf(itemOf(event));
    if (index >= 0) items.focus(index);
    askForLogs(itemOf(event));
  });
  scroll.addEventListener("keydown", (event) => {
    if (isForJupyterLab(event)) return;
    const led = items.led(event.key);
    if (led !== null) items.focus(led);
    else if (event.key === "Enter" || event.key === " ") askForLogs(items.all[items.current]);
    else if (event.key === "+" || event.key === "=") step(1);
    else if (event.key === "-") step(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener("keydown", (event) => passOn(event, root));
  model.on("change:picture", draw);
  model.on("msg:custom", answered);
  draw();
  model.send({ kind: "opened" });
  return () => {
    model.off("change:picture", draw);
    model.off("msg:custom", answered);
    model.send({ kind: "closed" });
  };
}

export default { render };
