"use strict";
// Everything from a run is set as text (`el`), drawn on a canvas, or escaped by Diff2Html.
(() => {
const ELEMENT = id => document.getElementById(id);
const view = ELEMENT("view");

/* Data */

const unpacked = new Map();

function unpack(id) {
  if (!unpacked.has(id)) unpacked.set(id, loadBlock(id));
  return unpacked.get(id);
}

async function loadBlock(id) {
  if (!ELEMENT(id) && document.readyState === "loading") {
    await new Promise(done => document.addEventListener("DOMContentLoaded", done, {once: true}));
  }
  const bytes = Uint8Array.from(atob(ELEMENT(id).textContent), letter => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

// Columns to rows.
function rowsOf(columns) {
  const names = Object.keys(columns);
  const rows = Array.from({length: names.length ? columns[names[0]].length : 0}, () => ({}));
  for (const name of names) columns[name].forEach((value, at) => { rows[at][name] = value; });
  return rows;
}

let data;
const runs = [];

class Run {
  constructor(number, overview) {
    Object.assign(this, overview, {number});
    this.pairs = rowsOf(overview.pairs);
    this.pairs.forEach((pair, at) => { pair.at = at; });
    this.pairOf = new Map(this.pairs.map(pair => [pair.id, pair]));
  }
  block(name) { return unpack(`run${this.number}-${name}`); }
  async loadPrograms() {
    this.programs ??= this.block("programs").then(columns => {
      const found = new Map(rowsOf(columns).map(row => [row.id, {...row, children: []}]));
      for (const row of found.values()) {
        for (const parent of row.parents) found.get(parent)?.children.push(row.id);
      }
      return found;
    });
    return this.programs;
  }
  async loadText(id) {
    const program = (await this.loadPrograms()).get(id);
    return program ? (await this.block(`texts${program.block}`))[id] : "";
  }
  async loadRejects() {
    this.refused ??= this.block("rejects").then(rowsOf);
    return this.refused;
  }
}

/* Elements */

// Text that could disguise itself: control characters that reorder a line are made visible.
const visible = text => String(text).replace(/[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
  sign => `\u27e6U+${sign.charCodeAt(0).toString(16).toUpperCase()}\u27e7`);

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  for (const child of children.flat(9)) {
    if (child != null) node.append(child instanceof Node ? child : visible(child));
  }
  return node;
}

function number(value, digits = 3) {
  if (value == null) return "";
  if (Number.isInteger(value)) return value.toLocaleString("en");
  return Number(value.toPrecision(digits)).toLocaleString("en", {maximumSignificantDigits: digits});
}
const times = value => value == null ? "" : `${number(value)}x`;
const percent = value => value == null ? "" : `${(100 * value).toFixed(1)} %`;
const seconds = value => value == null ? "" :
  value < 1e-3 ? `${number(value * 1e6)} \u00b5s` : value < 1 ? `${number(value * 1e3)} ms` : `${number(value)} s`;
const dollars = value => value == null ? "unknown" : `${value.toFixed(4)} USD`;

// `columns`: [title, row => cell, whether it is a number].
function table(columns, rows, label) {
  return el("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": label},
    el("table", null,
      el("thead", null, el("tr", null, columns.map(([title, , isNumber]) =>
        el("th", {scope: "col", class: isNumber && "number"}, title)))),
      el("tbody", null, rows.map(row => el("tr", null, columns.map(([, cell, isNumber], at) => {
        const value = cell(row);
        if (value instanceof HTMLTableCellElement) return value;
        return el(at ? "td" : "th", {class: isNumber && "number", scope: at ? null : "row"}, value);
      }))))));
}

function barCell(value, most, text) {
  const bar = el("i");
  bar.style.width = `${most ? 100 * value / most : 0}%`;
  return el("td", {class: "bar number"}, bar, el("span", null, text ?? number(value)));
}

function link(run, kind, id, text) {
  return el("a", {href: `#${run.number}/${kind}/${encodeURIComponent(id)}`, class: "mono"}, text ?? id);
}

function median(values) {
  const sorted = values.filter(it => it != null).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (!sorted.length) return null;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/* Charts */

const charts = new Set();

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// `build` returns uPlot's options and data; it is called again when colors or widths change.
function chart(title, caption, build) {
  const box = el("div", {role: "img", "aria-label": `${title}. ${caption}`});
  const draw = () => {
    if (!box.isConnected) return false;
    box.replaceChildren();
    const {options, values} = build();
    const axis = {stroke: color("ink"), grid: {stroke: color("line"), width: 1}, ticks: {stroke: color("line")}};
    options.axes = options.axes.map(it => ({...axis, ...it}));
    new uPlot({width: Math.max(280, Math.min(box.clientWidth, 720)), height: 260, cursor: {drag: {x: false, y: false}}, ...options}, values, box);
  };
  charts.add(draw);
  return el("figure", null, el("h3", null, title), box, el("figcaption", null, caption));
}

const redraw = () => charts.forEach(draw => draw() === false && charts.delete(draw));
const logTicks = (_, splits) => splits.map(it => Math.log10(it) % 1 === 0 || splits.length < 6 ? number(it) : "");

function drawHistogram(run) {
  const bins = run.speedups;
  return {
    options: {
      scales: {x: {time: false, range: [-0.7, bins.length - 0.3]}, y: {range: (_, low, high) => [0, high * 1.08]}},
      axes: [
        {label: "speedup (lower bound of the bin)", splits: () => bins.map((_, at) => at), values: (_, all) => all.map(at => at % Math.ceil(bins.length / 10) ? "" : times(bins[at]?.[0]))},
        {label: "pairs"},
      ],
      legend: {show: false},
      series: [{}, {label: "pairs", stroke: color("blue"), fill: color("fill"), paths: uPlot.paths.bars({size: [0.9]}), points: {show: false}}],
    },
    values: [bins.map((_, at) => at), bins.map(bin => bin[1])],
  };
}

function drawMeasured(run) {
  const shown = run.pairs.filter(pair => pair.counted > 0 && pair.speedup > 0).sort((a, b) => a.counted - b.counted);
  const ends = shown.length ? [shown[0].counted, shown.at(-1).counted] : [1, 10];
  const xs = [ends[0], ...shown.map(pair => pair.counted), ends[1]];
  return {
    options: {
      scales: {x: {time: false, distr: 3}, y: {distr: 3}},
      axes: [{label: "counted speedup", values: logTicks}, {label: "simulated speedup", values: logTicks}],
      legend: {show: false},
      series: [{},
        {label: "pairs", stroke: color("blue"), paths: () => null, points: {show: true, size: 5, fill: color("fill")}},
        {label: "equal", stroke: color("orange"), dash: [6, 4], spanGaps: true, points: {show: false}}],
    },
    values: [xs, [null, ...shown.map(pair => pair.speedup), null], xs],
  };
}

function drawCost(run) {
  const priced = run.rounds.some(round => round.usd > 0);
  const value = round => !round.pairs || (priced && round.unpriced) ? null : (priced ? round.usd : round.tokens) / round.pairs;
  return {
    options: {
      scales: {x: {time: false, range: [0.5, Math.max(2, run.rounds.at(-1)?.round ?? 1) + 0.5]}, y: {range: (_, low, high) => [0, (high || 1) * 1.15]}},
      axes: [{label: "round", splits: (_, __, low, high) => Array.from({length: Math.floor(high)}, (_, at) => at + 1), values: (_, all) => all.map(number)}, {label: priced ? "USD" : "tokens", size: 70, values: (_, all) => all.map(it => number(it))}],
      legend: {show: false},
      series: [{}, {label: "cost per kept pair", stroke: color("blue"), width: 2, points: {show: true, size: 8, fill: color("fill")}}],
    },
    values: [run.rounds.map(round => round.round), run.rounds.map(value)],
  };
}

function drawLearning(shown) {
  const xs = [...new Set(shown.flatMap(run => run.learning.map(point => point[0])))].sort((a, b) => a - b);
  const at = points => { const known = new Map(points); return xs.map(x => known.get(x) ?? null); };
  const series = shown.map((run, index) => ({label: run.name, stroke: color(index ? "orange" : "blue"), width: 2, dash: index ? [6, 4] : [], spanGaps: true, points: {show: false}}));
  return {
    options: {
      scales: {x: {time: false}},
      axes: [{label: "pairs"}, {label: "different edits"}],
      legend: {show: shown.length > 1, live: false},
      series: [{label: "pairs"}, ...series, {label: "every pair a new edit", stroke: color("dim"), width: 1, dash: [2, 4], points: {show: false}}],
    },
    values: [xs, ...shown.map(run => at(run.learning)), xs],
  };
}

/* Overview */

function showOverview(run) {
  const total = run.funnel.find(it => it.round === 0);
  const tokens = run.rounds.reduce((sum, it) => sum + it.tokens, 0);
  const edits = run.rounds.at(-1)?.edits;
  const tiles = [
    ["pairs kept", number(run.pairs.length)],
    ["different edits", number(edits)],
    ["median speedup", times(median(run.pairs.map(pair => pair.speedup)))],
    ["programs asked for", number(total?.author)],
    ["kept of them", total?.author ? percent(total.collect / total.author) : ""],
    ["refused", number(run.rejects)],
    ["tokens", number(tokens)],
    ["tokens per kept pair", run.pairs.length ? number(Math.round(tokens / run.pairs.length)) : ""],
  ].filter(([, value]) => value);
  return [
    el("h2", null, `Run ${run.name}`),
    run.missing.map(note => el("p", {class: "note warning"}, note)),
    el("ul", {class: "tiles"}, tiles.map(([name, value]) => el("li", null, el("b", null, value), el("span", null, name)))),
    run.price && el("p", {class: "note"}, `${run.price[0].toUpperCase()}${run.price.slice(1)}.`),
    run.funnel.length ? showFunnel(run) : null,
    showLosses(run),
    el("h2", null, "Speedups, costs, edits"),
    el("div", {class: "grid"}, showCharts(run)),
    showYields(run),
    showRealism(run),
  ];
}

function showCharts(run) {
  const pairs = run.pairs;
  const counted = pairs.filter(pair => pair.counted > 0);
  const equal = counted.filter(pair => Math.abs(pair.speedup / pair.counted - 1) < 0.005).length;
  const last = run.learning.at(-1);
  const found = [];
  if (run.speedups.length) {
    found.push(chart("Speedups", `Pairs by speedup; bins are half a doubling wide. Median ${times(median(pairs.map(it => it.speedup)))}, `
      + `lowest ${times(Math.min(...pairs.map(it => it.speedup)))}, highest ${times(Math.max(...pairs.map(it => it.speedup)))}.`, () => drawHistogram(run)));
  }
  if (counted.length) {
    found.push(chart("Simulated against counted", `Each point is a pair, on the inputs that decided; the dashed line is where both are equal. `
      + `${number(equal)} of ${number(counted.length)} differ by less than 0.5 %; where cachegrind confirms, both are its counts.`
      + (counted.length < pairs.length ? ` ${number(pairs.length - counted.length)} pairs have no counted speedup.` : ""), () => drawMeasured(run)));
  }
  if (run.rounds.some(round => round.calls)) {
    const priced = run.rounds.some(round => round.usd > 0);
    found.push(chart("Cost of a kept pair by round", `${priced ? "Price of the round's calls" : "Tokens of the round's calls (none has a price above 0)"}, divided by the pairs that its programs became. `
      + run.rounds.map(round => `Round ${round.round}: ${round.pairs ? number((priced ? round.usd : round.tokens) / round.pairs) : "no pair"}`).join("; ") + ".", () => drawCost(run)));
  }
  if (last) {
    found.push(chart("Learning curve", `Different edits that are expected among so many of the pairs, drawn at random (rarefaction). All ${number(last[0])} pairs have ${number(last[1])}. `
      + "A curve that flattens says that further pairs repeat known edits. The dotted line: every pair has an edit of its own.", () => drawLearning([run])));
  }
  return found;
}

function showFunnel(run) {
  const most = Math.max(...run.funnel.map(it => it.author));
  const total = run.funnel.at(-1);
  return [
    el("h2", null, "Funnel by round"),
    table([
      ["stage", ([name]) => el("th", {scope: "row", class: "mono"}, name)],
      ["counts", ([, meaning]) => meaning],
      ...run.funnel.map(it => [it.round ? `round ${it.round}` : "all", ([name]) => barCell(it[name], it.round ? Math.max(...run.funnel.filter(f => f.round).map(f => f.author)) : most), true]),
      ["of the programs asked for", ([name]) => total.author ? percent(total[name] / total.author) : "", true],
    ], Object.entries(data.stages), "Funnel by round"),
  ];
}

function showLosses(run) {
  if (!run.losses.length) return null;
  const rounds = [...new Set(run.losses.map(it => it.round))];
  const groups = new Map();
  for (const it of run.losses) {
    const key = `${it.stage} ${it.reason}`;
    const group = groups.get(key) ?? {stage: it.stage, reason: it.reason, all: 0, by: {}};
    group.by[it.round] = it.count;
    group.all += it.count;
    groups.set(key, group);
  }
  const order = Object.keys(data.stages);
  const rows = [...groups.values()].sort((a, b) => order.indexOf(a.stage) - order.indexOf(b.stage) || b.all - a.all);
  const most = Math.max(...rows.map(it => it.all));
  return [
    el("h2", null, "Losses by reason"),
    el("p", {class: "note"}, "From optimize to confirm, candidates are counted: a slow program can have several, and be kept with another one."),
    table([
      ["stage", it => el("th", {scope: "row", class: "mono"}, it.stage)],
      ["reason", it => el("a", {href: `#${run.number}/refused/${encodeURIComponent(it.reason)}`, class: "mono"}, it.reason)],
      ...rounds.map(round => [`round ${round}`, it => number(it.by[round] ?? 0), true]),
      ["all", it => barCell(it.all, most), true],
    ], rows, "Losses by reason"),
  ];
}

function showYields(run) {
  const kinds = [...new Set(run.yields.map(it => it.by))];
  const place = el("div");
  const show = by => {
    const rows = run.yields.filter(it => it.by === by);
    const counted = rows.some(it => it.programs);
    const most = Math.max(...rows.map(it => it.pairs));
    place.replaceChildren(table([
      [by, it => it.value],
      ...(counted ? [["programs", it => number(it.programs), true], ["became a side of a pair", it => number(it.kept), true],
        ["share", it => percent(it.share), true], ["95 % interval", it => it.low == null ? "" : `${percent(it.low)} to ${percent(it.high)}`, true]] : []),
      ["pairs", it => barCell(it.pairs, most), true],
      ["different edits", it => number(it.edits), true],
      ["median speedup", it => times(it.speedup), true],
    ], rows, `Yields by ${by}`));
  };
  if (!kinds.length) return null;
  const choice = el("select", {onchange: event => show(event.target.value)}, kinds.map(by => el("option", {value: by}, by)));
  show(kinds[0]);
  return [
    el("h2", null, "Yields"),
    el("div", {class: "filters"}, el("label", null, "by", choice)),
    place,
    run.spend.length ? [
      el("h3", null, "Model calls"),
      table([
        ["role", it => it.role], ["strategy", it => it.strategy], ["model", it => it.model],
        ["calls", it => number(it.calls), true], ["prompt tokens", it => number(it.prompt_tokens), true], ["answer tokens", it => number(it.completion_tokens), true],
        ["USD", it => it.unpriced ? "unknown" : it.usd.toFixed(4), true], ["kept pairs", it => number(it.kept), true],
        ["USD per kept pair", it => it.kept && !it.unpriced ? (it.usd / it.kept).toFixed(4) : "", true],
      ], run.spend, "Model calls")] : null,
  ];
}

function showRealism(run) {
  const {programs, similarity, near_duplicates, pairs, constant, nearly_constant} = run.repetition;
  return [
    el("h2", null, "Realism"),
    el("p", {class: "note"}, programs ? `${number(near_duplicates)} of ${number(programs)} slow programs are near duplicates of another one of their problem and language: they share at least 90 % of their tokens in order. The median similarity to the nearest one is ${percent(similarity)}.` : "No slow program has another one of its problem and language.",
      pairs ? ` Of ${number(pairs)} pairs, ${number(constant)} have one output on all their tests, and ${number(nearly_constant)} on at least nine of ten.` : ""),
    run.realism.length ? null : el("p", {class: "note"}, "With --reference FOLDER, the report compares the slow programs with programs that people wrote."),
    run.realism.map(it => [
      el("h3", null, `${it.language}: ${number(it.programs)} slow programs and ${number(it.reference)} of the reference`),
      el("p", {class: "note"}, it.accuracy == null ? "There are too few programs or groups for a classifier." : `A classifier that sees these features assigns ${percent(it.accuracy)} of the programs correctly to run or reference (95 % interval ${percent(it.low)} to ${percent(it.high)}; 50 % where it cannot).`,
        ` Near duplicates: ${percent(it.duplicates)} in the run, ${percent(it.reference_duplicates)} in the reference.`),
      table([["feature", row => row.name], ["median, run", row => number(row.run), true], ["median, reference", row => number(row.reference), true], ["distance", row => barCell(row.distance, 1, row.distance.toFixed(2)), true]], it.features, `Features of ${it.language} programs`)]),
  ];
}

/* Tables of pairs and refusals */

const TITLES = {kind: "edit kind", patterns: "anti-pattern", author: "author's strategy", problem_id: "problem"};

const ROW_HEIGHT = 30;
const textOf = (format, value) => String((format ? format(value) : value) ?? "");

// A table with a search box and a choice for each of some columns. Rows open by click or Enter.
function browse({rows, columns, choices, least, open, label, chosen = {}, search, remember}) {
  const holder = el("div");
  const count = el("output", {class: "note", "aria-live": "polite"});
  const state = remember ?? {};
  Object.assign(state, chosen);
  let grid;
  const words = row => row.words ??= Object.values(row).filter(it => typeof it === "string").join(" ").toLowerCase();
  let matching = null;  // ids that the search in texts found
  const apply = () => {
    const asked = (state.search ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const keep = row => choices.every(name => !state[name] || String(row[name]) === state[name] || (name === "patterns" && row[name].split(", ").includes(state[name])))
      && (!least || !state.least || row[least] >= Number(state.least))
      && (matching ? matching.has(row.id) : asked.every(word => words(row).includes(word)));
    grid.setFilter(keep);
    count.textContent = `${number(grid.getDataCount("active"))} of ${number(rows.length)}`;
  };
  const change = (name, event) => { state[name] = event.target.value; matching = null; apply(); };
  const input = el("input", {type: "search", value: state.search, placeholder: "id, problem, edit, model", oninput: event => change("search", event)});
  const inTexts = search && el("button", {type: "button", onclick: async event => {
    if (!input.value) return;
    event.target.disabled = true;
    matching = await search(input.value, share => { count.textContent = `searching: ${percent(share)}`; });
    event.target.disabled = false;
    apply();
  }}, "search in program texts");
  const bar = el("div", {class: "filters", role: "search"}, el("label", null, "search", input), inTexts ?? null,
    choices.map(name => {
      const values = [...new Set(rows.flatMap(row => name === "patterns" ? row[name].split(", ") : [String(row[name])]))].filter(Boolean).sort();
      const select = el("select", {onchange: event => change(name, event)}, el("option", {value: ""}, "all"), values.map(it => el("option", {value: it}, it)));
      select.value = state[name] ?? "";
      return el("label", null, TITLES[name] ?? name, select);
    }),
    least ? el("label", null, `${least} at least`, el("input", {type: "number", min: 0, step: "any", value: state.least, oninput: event => change("least", event)})) : null,
    count);
  const start = () => {
    // Known widths and heights: Tabulator need not measure while it scrolls.
    const sample = rows.filter((_, at) => at % Math.ceil(rows.length / 300) === 0);
    const widthOf = (title, field, format) => 30 + 8.2 * Math.min(40, Math.max(title.length + 3, ...sample.map(row => textOf(format, row[field]).length)));
    grid = new Tabulator(holder, {
      data: rows, height: Math.min(640, Math.max(320, window.innerHeight - 260)), layout: "fitData", rowHeight: ROW_HEIGHT, renderVerticalBuffer: 4 * ROW_HEIGHT,
      index: "at", placeholder: "No row matches.", columnDefaults: {resizable: false},
      columns: columns.map(([title, field, format, isNumber]) => ({title, field, width: widthOf(title, field, format), hozAlign: isNumber ? "right" : "left", sorter: isNumber ? "number" : "string",
        formatter: cell => document.createTextNode(visible(textOf(format, cell.getValue())))})),
      rowFormatter: row => { row.getElement().tabIndex = 0; },
    });
    grid.on("rowClick", (_, row) => open(row.getData()));
    grid.on("tableBuilt", apply);
    grid.element.setAttribute("aria-label", label);
    holder.addEventListener("keydown", event => {
      const row = event.target.closest?.(".tabulator-row");
      if (!row) return;
      if (event.key === "Enter") open(grid.getRow(row).getData());
      const next = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
      if (next) { next.focus(); event.preventDefault(); }
    });
  };
  return {nodes: [bar, el("p", {class: "note"}, "Click a row, or press Enter on it. Arrow keys move between rows; column titles sort."), holder], start};
}

const remembered = new Map();

function showPairs(run) {
  const known = remembered.get(run.number) ?? remembered.set(run.number, {}).get(run.number);
  const found = browse({
    rows: run.pairs, label: "Pairs", remember: known, least: "speedup",
    choices: ["problem", "language", "kind", "patterns", "growth", "author", "round"],
    columns: [["pair", "id"], ["problem", "problem"], ["language", "language"], ["speedup", "speedup", times, true], ["edit kind", "kind"], ["anti-patterns", "patterns"],
      ["growth", "growth"], ["round", "round", null, true], ["author's strategy", "author"], ["optimizer's model", "model"]],
    open: row => { location.hash = `${run.number}/pair/${row.id}`; },
    search: (text, report) => searchTexts(run, text, report),
  });
  return {nodes: [el("h2", null, `Pairs of ${run.name}`), found.nodes], start: found.start};
}

async function searchTexts(run, text, report) {
  const programs = await run.loadPrograms();
  const blocks = [...new Set([...programs.values()].map(it => it.block))];
  const hits = new Set();
  for (const [at, block] of blocks.entries()) {
    for (const [id, code] of Object.entries(await run.block(`texts${block}`))) if (code.includes(text)) hits.add(id);
    report((at + 1) / blocks.length);
    await new Promise(done => setTimeout(done));  // the page stays responsive
  }
  return new Set(run.pairs.filter(pair => hits.has(pair.slow) || hits.has(pair.fast)).map(pair => pair.id));
}

async function showRefused(run, reason) {
  const rows = await run.loadRejects();
  rows.forEach((row, at) => { row.at = at; });
  const found = browse({
    rows, label: "Refused programs and replies", choices: ["stage", "reason", "problem_id", "language", "round"], chosen: reason ? {reason} : {},
    columns: [["stage", "stage"], ["reason", "reason"], ["problem", "problem_id"], ["language", "language"], ["round", "round", null, true],
      ["measured", "ratio", value => value ? times(value) : "", true], ["model", "model"], ["detail", "detail"]],
    open: row => { location.hash = `${run.number}/reject/${row.record_id}`; },
  });
  return {nodes: [el("h2", null, `Refused in ${run.name}`), found.nodes], start: found.start};
}

/* Details */

const settings = {whole: false, unified: false};

function showDiff(before, after, names) {
  const holder = el("div");
  const draw = () => {
    if (before === after) return holder.replaceChildren(el("p", {class: "note"}, "The texts are equal."));
    const patch = Diff.createTwoFilesPatch(names[0], names[1], visibleLines(before), visibleLines(after), "", "", {context: settings.whole ? 1e6 : 4});
    // Diff2Html escapes names and lines.
    holder.innerHTML = Diff2Html.html(patch, {drawFileList: false, outputFormat: settings.unified ? "line-by-line" : "side-by-side", matching: "lines", colorScheme: "auto"});
    holder.querySelectorAll(".d2h-file-side-diff, .d2h-file-diff").forEach((side, at) => {
      side.tabIndex = 0;
      side.setAttribute("role", "region");
      side.setAttribute("aria-label", settings.unified ? "Difference" : at ? names[1] : names[0]);
    });
  };
  const toggle = (name, text) => el("label", null, el("input", {type: "checkbox", checked: settings[name], onchange: event => { settings[name] = event.target.checked; draw(); }}), ` ${text}`);
  draw();
  return [el("div", {class: "steps"}, toggle("whole", "whole programs"), toggle("unified", "one below the other")), holder];
}

const visibleLines = text => text.split("\n").map(visible).join("\n");

function facts(entries) {
  return el("dl", null, entries.filter(([, value]) => value != null && value !== "" && !(Array.isArray(value) && !value.length))
    .map(([name, value, meaning]) => [el("dt", {title: meaning}, name), el("dd", null, value)]));
}

const plain = value => value !== null && typeof value === "object" ? JSON.stringify(value) : String(value);

async function describeCall(run, id) {
  const call = (await run.block("calls"))[id];
  if (!call) return "unknown";
  return `${call.model || "unknown model"} by ${call.strategy || "unknown strategy"}: ${number(call.prompt_tokens)} + ${number(call.completion_tokens)} tokens for ${number(call.answers)} answers, ${dollars(call.usd)}`;
}

// The programs from one back to the submission that it descends from.
function pathOf(programs, id) {
  const path = [];
  while (id && !path.includes(id)) {
    path.push(id);
    id = programs.get(id)?.parents[0];
  }
  return path;
}

function showPath(run, programs, id) {
  return el("ol", {class: "path", "aria-label": "Ancestors, the nearest first"}, pathOf(programs, id).map(it => {
    const program = programs.get(it);
    return el("li", null, link(run, "program", it), program ? ` ${program.origin}` : " not in programs.jsonl", program?.round ? `, round ${program.round}` : "");
  }));
}

async function showPair(run, id) {
  const row = run.pairOf.get(id);
  if (!row) return notFound("pair", id);
  const [programs, places] = await Promise.all([run.loadPrograms(), run.block("places")]);
  const pair = (await run.block(`details${places[row.at]}`))[id];
  const [before, after] = await Promise.all([run.loadText(row.slow), run.loadText(row.fast)]);
  const step = (offset, text, key) => {
    const other = run.pairs[row.at + offset];
    return el("button", {type: "button", disabled: !other, "aria-keyshortcuts": key, onclick: () => { location.hash = `${run.number}/pair/${other.id}`; }}, `${text} (${key})`);
  };
  const {value, low, high} = pair.speedup_estimate;
  const shown = new Set(["timed", "ratios", "inputs", "equal_on_strata", "speedup_estimate"]);
  return {keys: {j: 1, k: -1, row, run}, nodes: [
    el("h2", null, `${times(pair.speedup)}: ${run.problems[pair.problem_id] || pair.problem_id} in ${pair.language}`),
    el("div", {class: "steps"}, el("a", {href: `#${run.number}/pairs`}, "all pairs"), step(-1, "previous", "k"), step(1, "next", "j"), el("span", {class: "note mono"}, id)),
    facts([
      ["slow program", link(run, "program", row.slow)], ["fast program", link(run, "program", row.fast)],
      ["edit", [pair.edit_kind, pair.edit_patterns.length ? `: ${pair.edit_patterns.join(", ")}` : "", `, growth: ${pair.growth}`]],
      ["ancestors", showPath(run, programs, row.slow)],
      ["author", await describeCall(run, programs.get(row.slow)?.call)],
      ["optimizer", await describeCall(run, pair.call_id)],
    ]),
    el("h3", null, "Slow program (left) and fast program (right)"),
    showDiff(before, after, ["slow", "fast"]),
    el("div", {class: "grid"},
      el("section", null, el("h3", null, "Measurements"), facts([
        ["speedup", [times(value), low === high ? " (measured)" : ` (estimated, 95 % interval ${times(low)} to ${times(high)})`]],
        ["confirmed by", pair.confirmed_by],
        ["slow, fast", `${seconds(pair.src_agg_runtime)}, ${seconds(pair.tgt_agg_runtime)}${pair.net_of_startup ? " without start-up" : ""}`],
        ["shown by", `${pair.shown_by} inputs`],
        ["counted on the package's tests", pair.typical_speedup ? times(pair.typical_speedup) : "not measured"],
        ["counted on stress inputs", pair.stress_speedup ? times(pair.stress_speedup) : "not measured"]]),
        table([["simulated test", it => el("th", {scope: "row", class: "mono"}, it.test)], ["slow", it => it.src_ticks ? seconds(it.src_seconds) : "not run", true], ["fast", it => seconds(it.tgt_seconds), true]], pair.timed, "Simulated tests"),
        el("details", null, el("summary", null, `Counted speedup on ${number(pair.ratios.length)} inputs`),
          table([["input", it => el("th", {scope: "row", class: "mono"}, it.test)], ["bytes", it => number(it.size), true], ["cycles of the slow program", it => number(it.cycles), true], ["speedup", it => times(it.ratio), true]], pair.ratios, "Counted speedups"))),
      el("section", null, el("h3", null, "Checks"), facts([
        ["outputs match on", `${number(pair.equal_on)} inputs`],
        ["by stratum", pair.equal_on_strata.map(it => `${it.stratum} ${it.inputs}`).join(", ")],
        ["builds with equal outputs", pair.builds_agree.join(", ")],
        ["perturbed re-runs with equal outputs", number(pair.repeats)],
        ["unusual ratio", pair.implausible_ratio],
        ["behavior", pair.behavior], ["surplus in its edit cluster", pair.surplus ? "yes" : "no"]]))),
    el("h3", null, "Inputs"),
    pair.inputs.length ? [el("p", {class: "note"}, `${number(pair.inputs.length)} of ${number(pair.equal_on)} inputs, cut; tests.jsonl and contents.jsonl have them all.`),
      pair.inputs.map(it => el("details", {open: true}, el("summary", {class: "mono"}, it.test), el("div", {class: "grid"}, el("div", null, "input", el("pre", null, it.input)), el("div", null, "output of both programs", el("pre", null, it.output)))))]
      : el("p", {class: "note"}, "The run does not have them."),
    el("details", null, el("summary", null, "All columns of the row"),
      table([["column", ([name]) => el("th", {scope: "row", class: "mono"}, name)], ["value", ([, it]) => plain(it)], ["meaning", ([name]) => data.columns[name]]], Object.entries(pair).filter(([name]) => !shown.has(name)), "All columns")),
  ]};
}

async function showProgram(run, id) {
  const [programs, rejects] = await Promise.all([run.loadPrograms(), run.loadRejects()]);
  const program = programs.get(id);
  if (!program) return notFound("program", id);
  const text = await run.loadText(id);
  const parent = program.parents[0];
  const pairs = run.pairs.filter(pair => pair.slow === id || pair.fast === id);
  const refusals = rejects.filter(row => row.program_id === id);
  const list = ids => el("ul", null, ids.slice(0, 200).map(it => el("li", null, link(run, "program", it), ` ${programs.get(it)?.origin ?? ""}`)), ids.length > 200 ? el("li", null, `and ${number(ids.length - 200)} more`) : null);
  return {nodes: [
    el("h2", null, `Program ${id}`),
    facts([
      ["problem", [run.problems[program.problem] || program.problem, `, ${program.language}`]],
      ["origin", `${program.origin}${program.round ? `, round ${program.round}` : ""}`],
      ["from", program.call && await describeCall(run, program.call)],
      ["verdict", program.verdict], ["class", program.class], ["split from the nearest class by", program.split_by],
      ["line of descent", showPath(run, programs, id)],
      ["shown in its prompt", program.parents.length > 1 ? program.parents.slice(1).map(it => [link(run, "program", it), " "]) : null],
      ["pairs", pairs.map(it => [link(run, "pair", it.id), ` ${times(it.speedup)}, `, it.slow === id ? "slow side" : "fast side", el("br")])],
      ["refused", refusals.map(it => [link(run, "reject", it.record_id, it.reason), ` by ${it.stage}`, el("br")])],
      ["made from it", program.children.length ? list(program.children) : null],
    ]),
    programs.has(parent) ? [el("h3", null, `Difference from ${parent}`), showDiff(await run.loadText(parent), text, [parent, id])] : null,
    el("h3", null, "Text"), el("pre", {tabindex: 0}, visibleLines(text)),
  ]};
}

async function showReject(run, id) {
  const row = (await run.loadRejects()).find(it => it.record_id === id);
  if (!row) return notFound("refusal", id);
  const programs = await run.loadPrograms();
  const text = programs.has(row.program_id) ? await run.loadText(row.program_id) : "";
  const slow = programs.has(row.for_program_id) ? await run.loadText(row.for_program_id) : "";
  return {nodes: [
    el("h2", null, `Refused by ${row.stage}: ${row.reason}`),
    el("div", {class: "steps"}, el("a", {href: `#${run.number}/refused`}, "all refusals"), el("span", {class: "note mono"}, id)),
    facts([
      ["problem", `${run.problems[row.problem_id] || row.problem_id}, ${row.language}, round ${row.round}`],
      ["program", text && link(run, "program", row.program_id)], ["was to replace", row.for_program_id && link(run, "program", row.for_program_id)],
      ["model", row.model], ["measured", row.ratio ? times(row.ratio) : null], ["on input", row.test],
      ["detail", row.detail && el("pre", null, row.detail)],
      ["input", row.input && el("pre", null, row.input)], ["expected output", row.expected && el("pre", null, row.expected)], ["its output", row.actual && el("pre", null, row.actual)],
    ]),
    slow && text ? [el("h3", null, "Slow program (left) and refused program (right)"), showDiff(slow, text, ["slow", "refused"])] : text ? el("pre", {tabindex: 0}, visibleLines(text)) : null,
  ]};
}

const notFound = (kind, id) => ({nodes: [el("h2", null, "Not in this report"), el("p", null, `There is no ${kind} ${id}.`)]});

/* Comparison */

function showComparison() {
  const found = data.comparison;
  const [first, second] = runs;
  const shown = value => value == null ? "unknown" : number(value);
  const fate = (run, text, pair) => pair ? link(run, "pair", pair, text) : text;
  return {nodes: [
    el("h2", null, `${first.name} and ${second.name}`),
    el("p", {class: "note"}, `Figures on the ${number(found.problems)} problems that both runs have. The interval contains the difference with a probability of 95 %: it is a bootstrap that draws whole problems, the same ones in both runs, because programs of one problem resemble each other. An interval without 0 (or 1x) is a difference that is unlikely to be due to the choice of problems.`),
    found.metrics.length ? table([
      ["figure", it => it.name], [first.name, it => shown(it.first), true], [second.name, it => shown(it.second), true],
      ["difference", it => it.difference == null ? "" : it.relative ? times(it.difference) : `${it.difference > 0 ? "+" : ""}${number(it.difference)}`, true],
      ["95 % interval", it => it.low == null ? "" : it.relative ? `${times(it.low)} to ${times(it.high)}` : `${number(it.low)} to ${number(it.high)}`, true],
    ], found.metrics, "Differences") : el("p", {class: "note warning"}, "The runs have no problem in common, or do not have their programs.jsonl."),
    el("div", {class: "grid"}, chart("Learning curves", "Different edits that are expected among so many pairs of each run.", () => drawLearning(runs.filter(run => run.learning.length))),
      runs.map(run => run.speedups.length ? chart(`Speedups of ${run.name}`, `${number(run.pairs.length)} pairs, median ${times(median(run.pairs.map(it => it.speedup)))}.`, () => drawHistogram(run)) : null)),
    el("h2", null, "Where the runs disagree"),
    el("p", {class: "note"}, `${number(found.disagreements.length)} of the ${number(found.programs)} slow programs that both runs have ended differently.`),
    found.disagreements.length ? table([
      ["slow program", it => el("th", {scope: "row"}, link(first, "program", it.program_id))], ["problem", it => it.problem_id], ["language", it => it.language],
      [first.name, it => fate(first, it.first, it.first_pair)], [second.name, it => fate(second, it.second, it.second_pair)],
    ], found.disagreements, "Disagreements") : null,
  ]};
}

/* Navigation: #RUN/VIEW/ID */

const VIEWS = {
  overview: run => ({nodes: showOverview(run)}), pairs: showPairs, refused: showRefused, compare: showComparison,
  pair: showPair, program: showProgram, reject: showReject,
};
const PARENT = {pair: "pairs", reject: "refused", program: "pairs"};
let current = null;
let visit = 0;

async function route() {
  const [at, name, id] = location.hash.slice(1).split("/");
  const run = runs[Number(at)] ?? runs[0];
  const kind = Object.hasOwn(VIEWS, name ?? "") && (name !== "compare" || data.comparison) ? name : "overview";
  const number_ = ++visit;
  let shown;
  try {
    shown = await VIEWS[kind](run, decodeURIComponent(id ?? ""));
  } catch (error) {
    shown = {nodes: [el("h2", null, "This cannot be shown"), el("p", {class: "note warning"}, String(error))]};
    console.error(error);
  }
  if (number_ !== visit) return;  // another view was asked for meanwhile
  view.replaceChildren(...[shown.nodes].flat(9).filter(it => it instanceof Node));
  const pending = shown.start;
  current = shown.keys ?? null;
  ELEMENT("run").value = run.number;
  const links = [["overview", "Overview"], ["pairs", "Pairs"], ["refused", "Refused"], ...(data.comparison ? [["compare", "Compare"]] : [])];
  document.querySelector("nav").replaceChildren(...links.map(([key, text]) =>
    el("a", {href: `#${run.number}/${key}`, "aria-current": (PARENT[kind] ?? kind) === key ? "page" : null}, text)));
  document.title = `${view.querySelector("h2")?.textContent ?? kind} \u2013 pieforge report`;
  pending?.();
  window.scrollTo(0, 0);
  if (number_ > 1) view.focus({preventScroll: true});
  // Charts need their width, and come after the first paint of the text.
  requestAnimationFrame(() => setTimeout(() => {
    redraw();
    document.documentElement.dataset.ready = number_;  // for tests
  }));
}

document.addEventListener("keydown", event => {
  if (!current || event.ctrlKey || event.altKey || event.metaKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
  const other = current[event.key] && current.run.pairs[current.row.at + current[event.key]];
  if (other) location.hash = `${current.run.number}/pair/${other.id}`;
});

async function start() {
  data = await unpack("main");
  data.runs.forEach((overview, at) => runs.push(new Run(at, overview)));
  const choice = ELEMENT("run");
  choice.append(...runs.map(run => el("option", {value: run.number}, run.name)));
  choice.addEventListener("change", () => {
    const [, name] = location.hash.slice(1).split("/");
    location.hash = `${choice.value}/${PARENT[name] ?? name ?? "overview"}`;
  });
  choice.closest("label").hidden = runs.length < 2;
  window.addEventListener("hashchange", route);
  window.addEventListener("resize", redraw);
  window.addEventListener("beforeprint", () => { document.querySelectorAll("details").forEach(it => { it.open = true; }); });
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", redraw);
  await route();
}

start();
})();
