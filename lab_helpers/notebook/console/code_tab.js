// The Code tab: the files of the package, an editor, and Deploy.

async function drawCode(view) {
  const { words } = view;
  const data = await view.ask("code");
  const parts = [];
  if (data.note) parts.push(sentence(data.note));
  else parts.push(codeEditor(view, data));
  parts.push(drawSection(data.settings, view));
  return parts;
}

function codeEditor(view, data) {
  const { words } = view;
  // Edits outlive a change of the tab; they are gone once they are deployed.
  const drafts = (view.drafts[view.function] ??= {});
  const files = { ...data.files, ...drafts };
  let open = view.openFile in files ? view.openFile : data.handler_file;

  const deploy = el("button", { type: "button", class: "ldc-main" }, words.deploy);
  const mark = el("span", { class: "ldc-quiet" });
  const editor = el("textarea", {
    class: "ldc-editor",
    spellcheck: "false",
    autocomplete: "off",
    wrap: "off",
    rows: "16",
  });
  const editing = labelled(words.source_code, editor, words.editor_help);
  const names = choice([], "", () => show(names.value));

  const showMark = () => {
    const changed = Object.keys(drafts);
    mark.textContent = changed.length ? `● ${words.edited}: ${changed.join(", ")}` : "";
  };
  const show = (name) => {
    open = view.openFile = name;
    names.replaceChildren(...Object.keys(files).sort().map((one) => el("option", { value: one }, one)));
    names.value = name;
    editor.readOnly = files[name] === null;
    editor.value = files[name] === null ? words.not_text : (files[name] ?? "");
    showMark();
  };
  editor.addEventListener("input", () => {
    files[open] = editor.value;
    if (editor.value === data.files[open]) delete drafts[open];
    else drafts[open] = editor.value;
    showMark();
  });
  typeAsInAnEditor(editor, () => deploy.click());
  deploy.addEventListener("click", async () => {
    const done = await view.act("deploy", { files: { ...drafts } }, deploy, { redraw: false });
    if (!done) return;
    for (const name of Object.keys(drafts)) delete drafts[name];
    Object.assign(data.files, files);
    showMark();
    view.refreshOverview();
  });
  show(open);
  return el(
    "section",
    { class: "ldc-section" },
    el("div", { class: "ldc-row" }, labelled(words.files, names), deploy, mark),
    editing,
    newFile(view, files, drafts, show),
  );
}

/** A name and a button: the file is empty until something is typed. */
function newFile(view, files, drafts, show) {
  const { words } = view;
  const name = el("input", { type: "text", autocomplete: "off", spellcheck: "false" });
  const make = () => {
    const wanted = name.value.trim();
    if (!wanted || wanted in files) return name.focus();
    files[wanted] = drafts[wanted] = "";
    name.value = "";
    show(wanted);
  };
  name.addEventListener("keydown", (event) => event.key === "Enter" && make());
  const button = el("button", { type: "button", onclick: make }, words.new_file);
  return el("div", { class: "ldc-row" }, labelled(words.file_name, name), button);
}

/** Tab indents (Escape first lets it leave), Enter keeps the indent, Ctrl+S deploys. */
function typeAsInAnEditor(editor, save) {
  let leaving = false;
  const insert = (text) => {
    editor.setRangeText(text, editor.selectionStart, editor.selectionEnd, "end");
    editor.dispatchEvent(new Event("input"));
  };
  editor.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // a Japanese input method is at work
    if (event.key === "Tab" && !event.shiftKey && !leaving && !editor.readOnly) {
      event.preventDefault();
      insert("    ");
    } else if (event.key === "Enter" && !editor.readOnly) {
      event.preventDefault();
      const line = editor.value.slice(0, editor.selectionStart).split("\n").pop();
      insert(`\n${line.match(/^\s*/)[0]}${line.trimEnd().endsWith(":") ? "    " : ""}`);
    } else if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
    leaving = event.key === "Escape";
  });
}
