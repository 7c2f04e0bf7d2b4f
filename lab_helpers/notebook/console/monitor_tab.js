// The Monitor tab: CloudWatch's metrics as charts and tables, and the log.

async function drawMonitor(view) {
  const { words } = view;
  const charts = el("div", { class: "ldc-charts" });
  const note = el("p", { class: "ldc-quiet" });
  const range = choice(
    ["15", "60", "180", "1440"].map((minutes) => [minutes, words[`range_${minutes}`]]),
    view.minutes,
    () => load(),
  );
  const load = async () => {
    view.minutes = range.value;
    const data = await view.withBusy(range, () => view.ask("metrics", { minutes: range.value }));
    if (!data) return;
    charts.replaceChildren(...data.charts.map((chart) => drawChart(chart, words)));
    note.replaceChildren(data.note);
  };
  const logs = el("div", { "aria-live": "polite" });
  const showLogs = async (wanted, button) => {
    const data = await view.withBusy(button, () => view.ask("logs", wanted));
    if (data) logs.replaceChildren(...drawLogs(data, view, showLogs));
  };
  await load();
  await showLogs({}, range);
  const again = el("button", { type: "button", onclick: load }, words.refresh);
  return [
    el(
      "section",
      { class: "ldc-section" },
      el("h4", {}, words.metrics),
      el("div", { class: "ldc-row" }, labelled(words.range, range), again),
      note,
      charts,
    ),
    el("section", { class: "ldc-section" }, el("h4", {}, words.logs), logSearch(view, showLogs), logs),
  ];
}

function drawChart(chart, words) {
  const rows = chart.rows.length
    ? tableOf(chart.title, [words.time_utc, "", words.value], chart.rows)
    : el("p", { class: "ldc-quiet" }, words.no_data);
  return el(
    "div",
    { class: "ldc-chart" },
    picture(chart.svg),
    el("details", {}, el("summary", { "aria-label": `${words.as_table}: ${chart.title}` }, words.as_table), rows),
  );
}

function logSearch(view, showLogs) {
  const { words } = view;
  const pattern = el("input", { type: "search", spellcheck: "false", placeholder: "ERROR" });
  const button = el("button", { type: "submit" }, words.search);
  const form = el(
    "form",
    {
      class: "ldc-row",
      onsubmit: (event) => {
        event.preventDefault();
        showLogs({ search: pattern.value, all: true }, button);
      },
    },
    labelled(words.log_search, pattern),
    button,
  );
  return form;
}

function drawLogs(data, view, showLogs) {
  const { words } = view;
  const parts = [el("p", {}, `${words.log_group}: `, el("code", {}, data.group))];
  if (data.note) parts.push(el("p", { class: "ldc-quiet" }, data.note));
  if (data.lines !== null) {
    const rows = data.lines.map(([time, , text]) => [time, el("code", {}, text)]);
    parts.push(
      rows.length
        ? tableOf(words.log_events, [words.time_utc, words.message], rows)
        : el("p", {}, words.no_lines),
    );
  }
  if (data.streams.length) {
    const rows = data.streams.map(([name, time]) => {
      const open = el("button", { type: "button", class: "ldc-link" }, name);
      open.addEventListener("click", () => showLogs({ stream: name }, open));
      return [open, time];
    });
    parts.push(tableOf(words.log_streams, [words.log_streams, words.last_event_time], rows));
  }
  return parts;
}
