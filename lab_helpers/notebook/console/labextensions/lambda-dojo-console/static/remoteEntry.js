// The function console as a tab of its own in JupyterLab: a launcher card, a command, the tab.
//
// A federated module (https://webpack.js.org/concepts/module-federation/) is an object with `init`
// and `get`. This one is written as it is loaded: it uses JupyterLab's own modules, bundles none,
// and so there is nothing to build. The panel itself comes from the kernel (page.py), which has
// the same module for the notebook.
(() => {
  const NAME = "lambda-dojo-console"; // also the comm's target (page.py) and the session's path
  const COMMAND = "lambda-dojo:console";
  const SERVE = "from lab_helpers.notebook.console.page import serve\nserve()";
  const ICON =
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><path class="jp-icon3" ' +
    'fill="#616161" d="M4 2h3l4.4 10.4 1.2-.3.4 1.7-3 .8-3-7.2L4.3 14H2.2l3.7-8.6L5.5 4H4z"/></svg>';
  const WORDS = {
    en: {
      title: "Function console",
      caption: "Code, test, monitor and configure a function",
      category: "Lambda Dojo",
      starting: "Starting…",
      ended: "The kernel of this console has ended.",
      failed: "The console could not be opened.",
      again: "Open again",
    },
    ja: {
      title: "関数のコンソール",
      caption: "関数のコード、テスト、モニタリング、設定",
      category: "ラムダ道場",
      starting: "開始しています…",
      ended: "このコンソールのカーネルは終了しました。",
      failed: "コンソールを開けませんでした。",
      again: "もう一度開く",
    },
  };
  let shared;

  /** A module of JupyterLab itself, in the version that runs here. */
  async function moduleOf(name) {
    const versions = Object.values(shared[name]);
    const running = versions.find((one) => one.loaded) ?? versions[0];
    return (await running.get())();
  }

  /** A kernel that is there for the consoles: the one of an earlier page, or a new one. */
  async function connect({ sessions, kernelspecs }) {
    const model = await sessions.findByPath(NAME);
    if (model) return sessions.connectTo({ model });
    await kernelspecs.ready;
    const kernel = { name: kernelspecs.specs?.default ?? "python3" };
    return sessions.startNew({ path: NAME, name: NAME, type: "file", kernel });
  }

  /** Run `serve()`; throws what it says where it fails. */
  async function serve(kernel) {
    const request = kernel.requestExecute({ code: SERVE, silent: true, store_history: false });
    const { content } = await request.done;
    if (content.status !== "ok") throw new Error(`${content.ename}: ${content.evalue}`);
  }

  /** What the panel takes for anywidget's model: its messages go through a comm. */
  class CommModel {
    constructor(kernel) {
      this.listeners = new Set();
      this.kernel = kernel;
      this.comm = kernel.createComm(NAME);
    }

    /** Whether the kernel knows of this comm: one that was restarted does not. */
    async isKnown() {
      const { content } = await this.kernel.requestCommInfo({ target_name: NAME });
      return content.status !== "ok" || this.comm.commId in content.comms;
    }

    /** Resolves with the kernel's first message: the panel's module and what it is to know. */
    open(given) {
      return new Promise((resolve, reject) => {
        this.comm.onMsg = ({ content: { data } }) => {
          if (data.failed) reject(new Error(data.failed));
          else if (data.module) resolve((this.first = data));
          else this.listeners.forEach((listener) => listener(data));
        };
        this.comm.open(given);
      });
    }

    get(name) {
      return this.first[name];
    }

    on(_event, listener) {
      this.listeners.add(listener);
    }

    off(_event, listener) {
      this.listeners.delete(listener);
    }

    send(message) {
      this.comm.send(message);
      // A kernel says nothing to a message for a comm that it does not know.
      this.isKnown().then((known) => known || this.onGone?.(), () => {});
    }

    close() {
      if (!this.comm.isDisposed) this.comm.close();
    }
  }

  function pageClass(Widget) {
    return class ConsolePage extends Widget {
      constructor(services, words, language) {
        super();
        Object.assign(this, { services, words, language });
        this.node.style.cssText = "overflow: auto; padding: 8px";
        this.node.classList.add("lambda-dojo-console-page");
      }

      /** Draw the console of `function` (empty: the first there is), whatever was here before. */
      async show(name) {
        this.leave();
        this.tell(this.words.starting);
        try {
          this.session ??= await connect(this.services);
          this.watch(this.session);
          await serve(this.session.kernel);
          const model = (this.model = new CommModel(this.session.kernel));
          model.onGone = () => this.model === model && this.ended();
          const { module, style } = await model.open({ function: name, language: this.language });
          const address = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
          const panel = (await import(address)).default;
          URL.revokeObjectURL(address);
          const sheet = document.createElement("style");
          sheet.textContent = style;
          const holder = document.createElement("div");
          this.node.replaceChildren(sheet, holder);
          this.forget = panel.render({ model, el: holder });
        } catch (error) {
          this.tell(`${this.words.failed} ${error.message}`, name);
        }
      }

      watch(session) {
        if (this.watched === session) return;
        this.watched = session;
        const gone = (_session, status) => {
          if (this.isDisposed || this.session !== session) return;
          if (status === "dead") this.session = undefined;
          // One that somebody else restarts says no more than that it starts.
          const again = status === "starting" && this.forget;
          if (again || ["dead", "restarting", "autorestarting"].includes(status)) this.ended();
        };
        session.statusChanged.connect(gone);
        session.disposed.connect(() => gone(session, "dead"));
      }

      ended() {
        this.leave();
        this.tell(this.words.ended, "");
      }

      /** A sentence in the console's place; with `name`, a button that opens it again. */
      tell(text, name) {
        const told = document.createElement("p");
        told.setAttribute("role", "status");
        told.textContent = text;
        this.node.replaceChildren(told);
        if (name === undefined) return;
        const again = document.createElement("button");
        again.textContent = this.words.again;
        again.className = "jp-mod-styled jp-mod-accept";
        again.addEventListener("click", () => this.show(name));
        this.node.append(again);
      }

      leave() {
        this.forget?.();
        this.model?.close();
        this.forget = this.model = undefined;
      }

      dispose() {
        if (this.isDisposed) return;
        this.leave();
        const session = this.session;
        this.session = undefined;
        super.dispose();
        session?.shutdown().catch(() => {}); // its kernel may have ended by itself
      }
    };
  }

  async function plugin() {
    const [{ ILauncher }, { ILayoutRestorer }, { ITranslator }, { LabIcon }, lumino, apputils] =
      await Promise.all(
        ["launcher", "application", "translation", "ui-components"]
          .map((name) => moduleOf(`@jupyterlab/${name}`))
          .concat([moduleOf("@lumino/widgets"), moduleOf("@jupyterlab/apputils")]),
      );
    const { ICommandPalette, MainAreaWidget, WidgetTracker } = apputils;
    const ConsolePage = pageClass(lumino.Widget);

    function activate(app, launcher, restorer, palette, translator) {
      const language = translator?.languageCode?.startsWith("ja") ? "ja" : "en";
      const words = WORDS[language];
      const icon = new LabIcon({ name: "lambda-dojo:console", svgstr: ICON });
      const tracker = new WidgetTracker({ namespace: NAME });
      app.commands.addCommand(COMMAND, {
        label: words.title,
        caption: words.caption,
        icon: (given) => (given.isPalette ? undefined : icon),
        execute: async (given) => {
          let page = tracker.currentWidget;
          const opened = !page || page.isDisposed;
          if (opened) {
            page = new MainAreaWidget({ content: new ConsolePage(app.serviceManager, words, language) });
            page.id = NAME;
            page.toolbar.hide();
            Object.assign(page.title, { label: words.title, icon, closable: true });
            await tracker.add(page);
          }
          if (!page.isAttached) app.shell.add(page, "main");
          app.shell.activateById(page.id);
          if (opened || given.function) page.content.show(String(given.function ?? ""));
          return page;
        },
      });
      // "Other" stands high in the launcher; a category of our own would stand below everything.
      const other = translator?.load("jupyterlab").__("Other") ?? "Other";
      launcher?.add({ command: COMMAND, category: other, rank: 0 });
      palette?.addItem({ command: COMMAND, category: words.category, args: { isPalette: true } });
      // For the panel in a notebook: JupyterLab asks first where an element names a command.
      window._JUPYTERLAB[NAME].open = (given) => app.commands.execute(COMMAND, given);
      restorer?.restore(tracker, { command: COMMAND, name: () => NAME });
    }

    return {
      id: "lambda-dojo-console:plugin",
      description: "A function's console as a tab of its own.",
      autoStart: true,
      optional: [ILauncher, ILayoutRestorer, ICommandPalette, ITranslator],
      activate,
    };
  }

  (window._JUPYTERLAB ??= {})[NAME] = {
    init(scope) {
      shared = scope;
    },
    async get() {
      const made = { __esModule: true, default: await plugin() };
      return () => made;
    },
  };
})();
