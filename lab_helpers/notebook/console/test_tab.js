// The Test tab: an event from a template, Test, and what came of it.

async function drawTest(view) {
  const { words } = view;
  const data = await view.ask("test");
  const kept = (view.events[view.function] ??= {
    template: data.templates[0].id,
    event: data.templates[0].event,
    type: "RequestResponse",
    qualifier: "",
  });
  const event = el("textarea", {
    class: "ldc-editor",
    rows: "12",
    spellcheck: "false",
    value: kept.event,
    oninput: () => (kept.event = event.value),
  });
  const templates = choice(
    data.templates.map((one) => [one.id, one.name]),
    kept.template,
    () => {
      kept.template = templates.value;
      kept.event = event.value = data.templates.find((one) => one.id === templates.value).event;
    },
  );
  const kinds = [
    ["RequestResponse", words.synchronous],
    ["Event", words.asynchronously],
    ["DryRun", words.dry_run],
  ];
  const type = choice(kinds, kept.type, () => (kept.type = type.value));
  const qualifier = choice(data.qualifiers, kept.qualifier, () => (kept.qualifier = qualifier.value));
  const result = el("div", { class: "ldc-result", "aria-live": "polite" });
  const run = el("button", { type: "button", class: "ldc-main" }, words.test);
  run.addEventListener("click", async () => {
    const done = await view.withBusy(run, () => view.ask("invoke", kept));
    if (done) result.replaceChildren(...drawResult(done, view));
  });
  const format = el(
    "button",
    {
      type: "button",
      onclick: () => {
        try {
          kept.event = event.value = JSON.stringify(JSON.parse(event.value), null, 2);
        } catch (error) {
          view.say(String(error), true);
        }
      },
    },
    words.format_json,
  );
  return [
    el(
      "section",
      { class: "ldc-section" },
      el("h4", {}, words.test_event),
      el(
        "div",
        { class: "ldc-row" },
        labelled(words.template, templates),
        labelled(words.invocation_type, type),
        labelled(words.version_or_alias, qualifier),
      ),
      labelled(words.event_json, event),
      el("div", { class: "ldc-row" }, run, format),
    ),
    result,
  ];
}

const OUTCOME_MARKS = { succeeded: "✓", failed: "✗", accepted: "→" };

function drawResult(done, view) {
  const { words } = view;
  const parts = [
    el("h4", { class: `ldc-${done.outcome}` }, `${OUTCOME_MARKS[done.outcome]} ${done.title}`),
  ];
  if (done.outcome === "accepted") parts.push(sentence(words.accepted_note));
  if (done.result) {
    parts.push(el("h5", {}, words.response), el("pre", { tabindex: "0", class: "ldc-response" }, done.result));
  }
  parts.push(drawSection(done.summary, view));
  if (done.log) {
    parts.push(el("h5", {}, words.log_output), el("pre", { tabindex: "0", class: "ldc-log" }, done.log));
  }
  return parts;
}
