// The panel: tabs, the function that is open, what is going on, and the boto3 calls.

const TABS = ["code", "test", "monitor", "configuration", "aliases", "versions"];
const MOST_CALLS = 60;

/** What all tabs share: asking the kernel, saying what happens, and what outlives a redraw. */
class ConsoleView {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.words = model.get("words");
    this.pages = model.get("pages");
    this.function = "";
    this.tab = "code";
    this.page = this.pages[0];
    this.minutes = "60";
    this.drafts = {};
    this.events = {};
    this.openFile = "";
    this.waiting = new Map();
    this.onMessage = (message) => this.answered(message);
    model.on("msg:custom", this.onMessage);
    this.build();
  }

  close() {
    this.model.off("msg:custom", this.onMessage);
  }

  /** Ask the kernel; the answer's data. Throws its error. */
  ask(ask, given = {}, more = {}) {
    const id = freshId("ask");
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.model.send({ id, ask, with: given, function: this.function, ...more });
    });
  }

  answered(message) {
    const { resolve, reject } = this.waiting.get(message.id) ?? {};
    if (!resolve) return; // another view of this panel asked
    this.waiting.delete(message.id);
    this.calls.add(message.calls);
    if (message.lacking) this.lack(message.lacking);
    if (message.error) reject(new Error(message.error));
    else resolve(message.data);
  }

  /** What this backend does not have; each sentence once, until another tab is shown. */
  lack(sentence) {
    const told = [...this.lacking.children].map((one) => one.textContent);
    if (!told.includes(sentence)) this.lacking.append(el("p", {}, sentence));
  }

  /** Say what happened where screen readers listen; an error in AWS's own words. */
  say(text, isError = false) {
    this.status.textContent = isError ? `✗ ${this.words.error}: ${text}` : text;
    this.status.classList.toggle("ldc-failed", isError);
  }

  /** Run `work` with `button` disabled; undefined where it failed, which is said. */
  async withBusy(button, work) {
    button.disabled = true;
    this.root.setAttribute("aria-busy", "true");
    this.say(this.words.working);
    try {
      const done = await work();
      this.say(this.words.ready);
      return done ?? true;
    } catch (error) {
      this.say(error.message, true);
      return undefined;
    } finally {
      button.disabled = false;
      this.root.removeAttribute("aria-busy");
    }
  }

  /** Change something; afterwards the tab shows what is there now. */
  async act(action, given, button, { redraw = true } = {}) {
    const told = await this.withBusy(button, () => this.ask("act", given, { action }));
    if (told === undefined) return false;
    if (redraw) {
      await this.showTab(this.tab);
      this.refreshOverview();
      this.panel.focus();
    }
    this.say(`✓ ${told}`);
    return true;
  }

  build() {
    const { words } = this;
    this.status = el("div", { class: "ldc-status", role: "status", "aria-live": "polite" });
    this.lacking = el("div", { class: "ldc-quiet", role: "status" });
    this.functions = choice([], "", () => this.open(this.functions.value));
    const refresh = el("button", { type: "button", onclick: () => this.open(this.functions.value) }, words.refresh);
    this.picture = el("div", { class: "ldc-overview" });
    const panelId = freshId("panel");
    this.buttons = TABS.map((name) =>
      el(
        "button",
        {
          type: "button",
          role: "tab",
          id: freshId(name),
          "data-tab": name,
          "aria-controls": panelId,
          onclick: () => this.showTab(name),
          onkeydown: (event) => this.moveAlongTabs(event, name),
        },
        words[`tab_${name}`],
      ),
    );
    this.panel = el("div", { role: "tabpanel", id: panelId, tabindex: "-1", class: "ldc-panel" });
    this.calls = new CallList(words, (text) => this.say(text));
    this.root.append(
      el("div", { class: "ldc-row" }, labelled(words.function, this.functions), refresh),
      this.picture,
      el("div", { role: "tablist", class: "ldc-tabs", "aria-label": words.console }, this.buttons),
      this.status,
      this.lacking,
      this.panel,
      this.calls.element,
    );
    if (!this.model.get("own_page")) this.root.append(this.wayToOwnPage());
    this.markTab();
  }

  /** A button where JupyterLab has our command, a sentence elsewhere. */
  wayToOwnPage() {
    const { words } = this;
    const extension = window._JUPYTERLAB?.["lambda-dojo-console"];
    if (!extension?.open) return el("p", { class: "ldc-help" }, words.own_page_by_hand);
    const open = () => extension.open({ function: this.functions.value });
    return el(
      "p",
      {},
      el("button", { type: "button", class: "ldc-own-page", onclick: open }, words.own_page),
    );
  }

  async open(name) {
    this.function = name;
    const data = await this.withBusy(this.functions, () => this.ask("open"));
    if (!data) return;
    const { words } = this;
    this.function = data.function;
    const there = data.functions.includes(data.function);
    const options = there ? data.functions : [data.function, ...data.functions];
    this.functions.replaceChildren(...options.map((one) => el("option", { value: one }, one)));
    this.functions.value = data.function;
    this.picture.replaceChildren(...(data.overview ? [picture(data.overview)] : []));
    this.buttons.forEach((button) => (button.disabled = !there));
    if (there) return this.showTab(this.tab);
    const told = data.functions.length
      ? words.function_gone.replace("{name}", data.function)
      : words.no_function;
    this.panel.replaceChildren(el("p", {}, told));
  }

  async refreshOverview() {
    try {
      this.picture.replaceChildren(picture((await this.ask("open")).overview));
    } catch (error) {
      this.say(error.message, true);
    }
  }

  async showTab(name) {
    this.tab = name;
    this.lacking.replaceChildren();
    this.markTab();
    const drawn = await this.withBusy(this.buttons[TABS.indexOf(name)], () => this.draw(name));
    if (drawn && this.tab === name) this.panel.replaceChildren(...drawn);
    else if (this.tab === name) this.panel.replaceChildren();
  }

  draw(name) {
    if (name === "code") return drawCode(this);
    if (name === "test") return drawTest(this);
    if (name === "monitor") return drawMonitor(this);
    if (name === "configuration") return this.drawConfiguration();
    return this.ask(name).then((section) => [drawSection(section, this)]);
  }

  async drawConfiguration() {
    const section = await this.ask(this.page);
    const links = this.pages.map((page) =>
      el(
        "button",
        {
          type: "button",
          "data-page": page,
          "aria-current": page === this.page ? "page" : null,
          onclick: async () => {
            this.page = page;
            await this.showTab("configuration");
            this.panel.querySelector('[aria-current="page"]')?.focus();
          },
        },
        this.words[page],
      ),
    );
    const side = el("nav", { class: "ldc-side", "aria-label": this.words.tab_configuration }, links);
    return [el("div", { class: "ldc-two" }, side, drawSection(section, this))];
  }

  markTab() {
    for (const button of this.buttons) {
      const chosen = button.dataset.tab === this.tab;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen) this.panel.setAttribute("aria-labelledby", button.id);
    }
  }

  /** Arrow keys, Home and End move along the tabs, as the ARIA practices have it. */
  async moveAlongTabs(event, name) {
    const last = TABS.length - 1;
    const at = TABS.indexOf(name);
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last };
    if (!(event.key in to)) return;
    event.preventDefault();
    await this.showTab(TABS[to[event.key]]);
    this.buttons[to[event.key]].focus();
  }
}

/** The boto3 calls that were made, newest first, each with a button that copies it. */
class CallList {
  constructor(words, say) {
    this.words = words;
    this.say = say;
    this.made = [];
    this.list = el("ol", { class: "ldc-calls" });
    const reading = el("input", { type: "checkbox", onchange: () => this.draw() });
    this.reading = reading;
    this.element = el(
      "section",
      { class: "ldc-section ldc-called" },
      el("h4", {}, words.calls_title),
      labelled(words.calls_reading, reading),
      this.list,
    );
    this.draw();
  }

  add(calls) {
    this.made = [...calls.slice().reverse(), ...this.made].slice(0, MOST_CALLS);
    this.draw();
  }

  draw() {
    const { words } = this;
    const shown = this.made.filter((call) => call.changes || this.reading.checked);
    const items = shown.map((call) => {
      const copy = el("button", { type: "button", "aria-label": `${words.copy}: ${call.name}` }, words.copy);
      copy.addEventListener("click", async () => {
        await copyText(call.text);
        this.say(words.copied);
      });
      const failed = call.failed ? el("p", { class: "ldc-failed" }, `✗ ${call.failed}`) : null;
      return el("li", {}, el("pre", { tabindex: "0" }, call.text), failed, copy);
    });
    this.list.replaceChildren(
      ...(items.length ? items : [el("li", { class: "ldc-quiet" }, words.calls_none)]),
    );
  }
}

/** Ctrl+S is JupyterLab's, unless the editor took it to deploy. */
function saveTheNotebook(event, root) {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  const notebook = root.closest(".jp-Notebook");
  if (!notebook) return;
  event.preventDefault();
  notebook.dispatchEvent(new KeyboardEvent("keydown", event));
}

export default {
  render({ model, el: holder }) {
    const root = el("div", { class: "ldc", lang: model.get("language") });
    // JupyterLab's one-letter shortcuts must not act on what is typed here; saving may.
    root.setAttribute("data-lm-suppress-shortcuts", "true");
    root.addEventListener("keydown", (event) => saveTheNotebook(event, root));
    holder.append(root);
    const view = new ConsoleView(model, root);
    view.open("");
    return () => view.close();
  },
};
