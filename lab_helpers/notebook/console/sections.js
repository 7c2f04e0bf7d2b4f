// A page of facts, tables and forms, as sections.py describes it.

/** Draw `section`; its forms and buttons act through `view`. */
function drawSection(section, view) {
  const { words } = view;
  const parts = [el("h4", {}, section.title)];
  if (section.facts.length) {
    const facts = section.facts.map(([name, value]) => [
      el("dt", {}, name),
      el("dd", {}, value || "-"),
    ]);
    parts.push(el("dl", {}, facts));
  }
  for (const table of section.tables) {
    if (!table.rows.length) {
      parts.push(el("h5", {}, table.title), el("p", { class: "ldc-quiet" }, table.empty));
      continue;
    }
    const buttons = table.actions.length
      ? (i) => table.actions[i].map((action) => rowButton(action, table.rows[i][0], view))
      : undefined;
    parts.push(
      tableOf(table.title, table.columns, table.rows, { buttons, actionsLabel: words.actions }),
    );
  }
  for (const [title, text] of section.code) {
    parts.push(
      el("details", {}, el("summary", {}, title), el("pre", { tabindex: "0" }, text)),
    );
  }
  parts.push(...section.notes.map(sentence));
  parts.push(...section.forms.map((form) => drawForm(form, view)));
  return el("section", { class: "ldc-section" }, parts);
}

/** What is deleted is asked for twice. */
function rowButton(action, row, view) {
  const deletes = /^(delete|remove)/.test(action.action);
  const button = el("button", { type: "button", "aria-label": `${action.label}: ${row}` }, action.label);
  let asked = !deletes;
  button.addEventListener("click", () => {
    if (!asked) {
      asked = true;
      button.classList.add("ldc-danger");
      view.say(view.words.confirm_delete);
      return;
    }
    view.act(action.action, action.arguments, button);
  });
  return button;
}

/** A form folded away under its title, as AWS's console does with "Edit". */
function drawForm(form, view) {
  const inputs = {};
  const holders = form.fields.map((field) => {
    const holder = field.kind === "pairs" ? pairs(field, inputs, view) : plain(field, inputs);
    return [field, holder];
  });
  const show = () => {
    for (const [field, holder] of holders) {
      if (!field.only_for) continue;
      const [other, values] = field.only_for;
      holder.hidden = !values.includes(inputs[other].read());
    }
  };
  const submit = el("button", { type: "submit", class: "ldc-main" }, form.submit);
  const made = el(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const given = { ...form.fixed };
        for (const [name, input] of Object.entries(inputs)) given[name] = input.read();
        view.act(form.action, given, submit);
      },
      onchange: show,
    },
    holders.map(([, holder]) => holder),
    submit,
  );
  show();
  return el("details", { class: "ldc-form" }, el("summary", {}, form.title), made);
}

function plain(field, inputs) {
  const input =
    field.kind === "select"
      ? choice(field.options, field.value)
      : el("input", {
          type: "text",
          value: field.value,
          inputmode: field.kind === "number" ? "numeric" : null,
          autocomplete: "off",
          spellcheck: "false",
        });
  inputs[field.name] = { read: () => input.value };
  return labelled(field.label, input, field.help);
}

/** Rows of a key and a value: environment variables. */
function pairs(field, inputs, view) {
  const { words } = view;
  const rows = el("div", {});
  const add = (key = "", value = "") => {
    const names = [words.key, words.value];
    const cells = [key, value].map((text, i) =>
      el("input", { type: "text", value: text, "aria-label": names[i], placeholder: names[i] }),
    );
    const row = el("div", { class: "ldc-pair" }, cells);
    row.append(
      el("button", { type: "button", "aria-label": `${words.remove}: ${key}`, onclick: () => row.remove() }, words.remove),
    );
    rows.append(row);
    return cells[0];
  };
  field.value.forEach(([key, value]) => add(key, value));
  inputs[field.name] = {
    read: () =>
      [...rows.children].map((row) => [...row.querySelectorAll("input")].map((cell) => cell.value)),
  };
  const more = el("button", { type: "button", onclick: () => add().focus() }, words.add_variable);
  return el("div", { class: "ldc-field", role: "group", "aria-label": field.label }, rows, more);
}
