
"use strict";
// Filter, sort, search, what a student was told, and the pictures of a page about a class. All text
// of others goes into the page as text (textContent) or onto a canvas, never as HTML.
(() => {
  const $ = (id) => document.getElementById(id);
  const report = JSON.parse($("class").textContent);
  const page = JSON.parse($("page").textContent);
  const exercises = report.exercises.map((one) => one.exercise);
  const kindOf = {};
  for (const [kind, { letters }] of Object.entries(page.kinds)) {
    for (const letter of letters) kindOf[letter] = kind;
  }
  let names = page.names;
  let drawn = 0; // how often the map was begun; only the last is kept
  let map = null; // {view, rows, columns}
  // With more cells, what was passed is the ground, and nothing is drawn for it.
  const MOST_CELLS = 6000;

  const make = (tag, text, attributes = {}) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  // ---- What is chosen

  const shows = (value) => {
    const [what, which] = [value.slice(0, 6), value.slice(6)];
    if (value.startsWith("held-")) {
      const key = report.misconceptions[Number(value.slice(5))].key;
      return (one) => one.held.includes(key);
    }
    return what === "needs-" ? (one) => one.needs === which : () => true;
  };

  const orders = {
    id: () => 0,
    name: (a, b) => names[a].localeCompare(names[b]),
    least: (a, b) => points(a) - points(b),
    most: (a, b) => points(b) - points(a),
    tries: (a, b) => report.students[b].tries - report.students[a].tries,
  };
  const points = (place) => report.students[place].points ?? -1;

  const chosen = () => {
    const sought = $("search").value.trim().toLowerCase();
    const shown = shows($("show").value);
    const rows = report.students
      .map((_, place) => place)
      .filter((place) => shown(report.students[place]))
      .filter((place) => `${names[place]}\n${report.students[place].id}`.toLowerCase().includes(sought));
    rows.sort((a, b) => orders[$("order").value](a, b) || a - b);
    const module = $("module")?.value ?? "";
    const columns = exercises.map((_, place) => place).filter((place) => !module || exercises[place].startsWith(`${module}/`));
    return { rows, columns };
  };

  const update = () => {
    const { rows, columns } = chosen();
    const all = report.students.length;
    $("status").textContent = rows.length === all ? `All ${all} students` : `${rows.length} of ${all} students`;
    const shown = new Set(rows);
    const body = $("all").tBodies[0];
    lines.forEach((line, place) => { line.hidden = !shown.has(place); });
    body.append(...rows.map((place) => lines[place]));
    return drawMap(rows, columns);
  };
  const lines = [...$("all").tBodies[0].rows];

  // ---- Pictures

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  const config = () => ({
    background: "transparent",
    font: "system-ui, sans-serif",
    view: { stroke: null },
    axis: { labelColor: colour("ink"), titleColor: colour("soft"), titleFontWeight: "normal", labelFontSize: 13, titleFontSize: 13, gridColor: colour("line"), domainColor: colour("soft"), tickColor: colour("soft") },
    bar: { fill: colour("bar") },
    rule: { color: colour("soft") },
    text: { fill: colour("ink"), font: "system-ui, sans-serif" },
  });

  const draw = async (spec, data) => {
    spec.datasets = data;
    spec.config = config();
    const options = { mode: "vega-lite", ast: true, renderer: "canvas", actions: false, defaultStyle: false, tooltip: false };
    const at = make("div");
    const result = await vegaEmbed(at, spec, options);
    return { at, result };
  };

  const picture = async (id, spec, data) => {
    $(id).hidden = false;
    spec.width = $(id).clientWidth;
    const { at } = await draw(spec, data);
    $(id).replaceChildren(at);
  };

  const drawMap = async (rows, columns) => {
    const turn = ++drawn;
    $("map").hidden = !rows.length || !columns.length;
    if ($("map").hidden) return;
    const spec = structuredClone(page.pictures.map);
    const room = $("map").clientWidth;
    const height = Math.max(2, Math.min(24, Math.floor(1800 / rows.length)));
    const named = height >= 13;
    // What a slanted label has beyond the last cell.
    const beyond = 0.65 * 6.5 * Math.max(...columns.map((place) => exercises[place].split("/").pop().length));
    const label = named ? Math.min(room < 500 ? 110 : 190, 12 + 8.5 * Math.max(...rows.map((place) => names[place].length))) : 0;
    spec.width = Math.min(room, Math.round(label + 110 * columns.length + 60));
    spec.height = height * rows.length;
    const wide = (spec.width - label) / columns.length;
    if (wide >= 13) spec.padding = { left: 2, top: 2, bottom: 2, right: Math.max(2, Math.min(115, beyond) - wide / 2) };
    const { x, y } = spec.encoding;
    x.scale = { domain: columns.map((place) => exercises[place]), padding: wide > 8 ? 0.06 : 0 };
    y.scale = { domain: rows.map((place) => names[place]), padding: height > 8 ? 0.08 : 0 };
    x.axis.labels = wide >= 13;
    y.axis.labels = named;
    y.axis.labelLimit = label;
    const cells = [];
    const all = rows.length * columns.length <= MOST_CELLS;
    for (const row of rows) {
      const letters = page.rows[row][0];
      for (const column of columns) {
        const kind = kindOf[letters[column]];
        if (all || kind !== "passed") cells.push({ x: exercises[column], y: names[row], kind, sign: page.kinds[kind].sign });
      }
    }
    if (!all) spec.view = { fill: colour("passed") };
    const kinds = Object.keys(page.kinds);
    const [ground, signs] = spec.layer;
    ground.encoding.color.scale = { domain: kinds, range: kinds.map(colour) };
    signs.encoding.color.scale = { domain: kinds, range: kinds.map((kind) => colour(`${kind}-ink`)) };
    if (height < 13 || wide < 13) ground.mark.cornerRadius = 0;
    if (height < 13 || wide < 13) spec.layer.pop();
    // Without labels there is nothing to fit, and all is laid out once instead of twice.
    if (!named && !x.axis.labels) Object.assign(spec, { autosize: "none", width: spec.width - 4 });
    spec.description = `Students by exercises: ${rows.length} by ${columns.length}; the table below says the same.`;
    const { at, result } = await draw(spec, { cells });
    if (turn !== drawn) return void result.finalize();
    map?.finalize();
    map = { view: result.view, rows, columns, finalize: () => result.finalize() };
    $("map").classList.toggle("long", rows.length > 60);
    $("map").replaceChildren(at);
  };

  // Which cell of the map is at a point: [student, exercise], or none.
  const cellAt = (event) => {
    const canvas = $("map").querySelector("canvas");
    if (!map || !canvas) return null;
    const box = canvas.getBoundingClientRect();
    const [left, top] = map.view.origin();
    const pad = map.view.padding();
    const x = map.view.scale("x").invert(event.clientX - box.left - left - pad.left);
    const y = map.view.scale("y").invert(event.clientY - box.top - top - pad.top);
    const [row, column] = [map.rows.find((place) => names[place] === y), exercises.indexOf(x)];
    return row === undefined || column < 0 ? null : [row, column];
  };

  const drawPoints = () => picture("points", structuredClone(page.pictures.points), {
    bars: report.distribution.map((students, place) => ({ part: `${10 * place}–${10 * place + 10}`, students })),
  });

  const drawSeparation = () => {
    const known = report.exercises
      .filter((one) => one.separation !== null && one.facility !== null)
      .sort((a, b) => a.facility - b.facility);
    if (!$("separation") || !known.length) return null;
    const spec = structuredClone(page.pictures.separation);
    const looks = ["well", "worth", "negative"];
    spec.layer[2].encoding.y.scale = { domain: [Math.min(0, ...known.map((one) => one.separation)), 1] };
    spec.layer[2].encoding.color.scale = { domain: looks, range: ["bar", "named", "wrong"].map(colour) };
    const few = $("separation").parentElement.clientWidth > 600;
    const look = (one) => (one.separation < 0 ? "negative" : one.separation < page.least ? "worth" : "well");
    return picture("separation", spec, {
      least: [{ least: page.least, said: "below this, worth a look" }],
      exercises: known.map((one, place) => ({
        facility: one.facility, separation: one.separation, look: look(one), above: place % 2 === 0,
        label: `${one.exercise}: ${Math.round(100 * one.facility)} %, ${one.separation.toFixed(2)}`,
        // What is unlike the others is named; of few, all are, where there is room.
        short: (known.length <= 12 && few) || look(one) !== "well" ? one.exercise.split("/").pop() : "",
      })),
    });
  };

  const drawAll = () => Promise.all([update(), drawPoints(), drawSeparation()]);

  // ---- What a student was told

  // The id of an exercise may go on in a new line behind its module.
  const foldable = (text) => text.split("/").flatMap((part, place) => (place ? ["/", make("wbr"), part] : [part]));

  const summary = (kind, name, word) => {
    const made = make("summary");
    made.append(make("span", page.kinds[kind].sign, { class: `sign ${kind}`, "aria-hidden": "true" }), ...foldable(`${name}: ${word}`));
    return made;
  };

  const part = (place, column, open) => {
    const [letters, texts] = page.rows[place];
    const letter = letters[column];
    const line = [kindOf[letter], exercises[column], page.words[letter]];
    if (texts[column] < 0) {
      const made = make("p");
      made.append(...summary(...line).childNodes);
      return made;
    }
    const made = make("details");
    made.open = open;
    made.append(summary(...line), make("pre", page.texts[texts[column]], { dir: "auto" }));
    return made;
  };

  const held = (one) => {
    const list = make("ul");
    report.misconceptions.forEach(({ key, sentence }, place) => {
      if (!one.held.includes(key)) return;
      const item = make("li");
      const link = make("a", "", { href: `#held-${place + 1}` });
      // What is between backticks is code.
      link.append(...sentence.split("`").map((part, odd) => (odd % 2 ? make("code", part) : part)));
      item.append(link);
      list.append(item);
    });
    return list.childElementCount ? [make("p", "Mistakes:"), list] : [];
  };

  const open = (place, column = null) => {
    const one = report.students[place];
    const got = one.points === null ? "Not all of it is graded, or nothing was handed in" : `${+one.points.toFixed(4)} of ${one.of} points`;
    const needs = one.needs ? ` ${one.needs[0].toUpperCase()}${one.needs.slice(1)}.` : "";
    $("student-name").replaceChildren(make("bdi", names[place]));
    const parts = column === null
      ? exercises.map((_, at) => part(place, at, kindOf[page.rows[place][0][at]] !== "passed"))
      : [part(place, column, true)];
    const about = make("p", `${got}, ${one.passed} of ${exercises.length} passed, tries: ${one.tries}.${needs}`, { class: "soft" });
    $("student-told").replaceChildren(about, ...held(one), ...parts);
    if (column !== null) {
      const all = make("button", "All that they were told", { type: "button", class: "button small" });
      all.addEventListener("click", () => open(place));
      $("student-told").append(all);
    }
    if (!$("student").open) $("student").showModal();
    $("student").scrollTop = 0;
  };

  // ---- Names from a roster, on a page that has none

  const cellsOf = (line, mark) => {
    const cells = [""];
    let quoted = false;
    for (const char of line) {
      if (char === '"') quoted = !quoted;
      else if (char === mark && !quoted) cells.push("");
      else cells[cells.length - 1] += char;
    }
    return cells.map((cell) => cell.trim());
  };

  const join = async (file) => {
    const [head, ...rest] = (await file.text()).replace(/^\ufeff/, "").split(/\r?\n/).filter(Boolean);
    const mark = [",", ";", "\t"].find((one) => head.includes(one)) ?? ",";
    const [id, name] = ["id", "name"].map((one) => cellsOf(head.toLowerCase(), mark).indexOf(one));
    if (id < 0 || name < 0) {
      $("status").textContent = "This file has no columns id and name.";
      return;
    }
    const known = new Map(rest.map((line) => cellsOf(line, mark)).map((cells) => [cells[id], cells[name]]));
    names = report.students.map((one) => (known.get(one.id) ? `${known.get(one.id)} (${one.id})` : one.id));
    for (const link of document.querySelectorAll("[data-who]")) link.firstElementChild.textContent = names[link.dataset.who];
    await update();
  };

  // ---- What is listened to

  const sortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = make("button", head.textContent, { type: "button" });
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
        const less = (a, b) => (column ? Number(value(a)) - Number(value(b)) : value(a).localeCompare(value(b)));
        const rows = [...table.tBodies[0].rows].sort(less);
        table.tBodies[0].append(...(up ? rows : rows.reverse()));
        table.caption.textContent = `Sorted by ${head.textContent}, ${up ? "lowest" : "highest"} first`;
      });
    });
  };

  let waits = 0;
  const soon = (what) => { clearTimeout(waits); waits = setTimeout(what, 120); };

  $("chosen").hidden = false;
  $("points-table").open = false;
  document.querySelectorAll("table.sorted").forEach(sortable);
  $("chosen").addEventListener("submit", (event) => event.preventDefault());
  $("search").addEventListener("input", () => soon(update));
  $("chosen").addEventListener("change", (event) => {
    if (event.target.id === "roster" && event.target.files.length) join(event.target.files[0]);
    else if (event.target.id !== "search") update();
  });
  $("chosen").addEventListener("reset", () => setTimeout(update));
  for (const button of document.querySelectorAll("[data-show]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      $("chosen").reset();
      $("show").value = button.dataset.show;
      $("students").scrollIntoView();
      $("show").focus({ preventScroll: true });
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-who]");
    if (!link) return;
    event.preventDefault();
    open(Number(link.dataset.who));
  });
  $("map").addEventListener("click", (event) => {
    const found = cellAt(event);
    if (found) open(...found);
  });
  $("map").addEventListener("mousemove", (event) => {
    const found = cellAt(event);
    $("map").title = found ? `${names[found[0]]}, ${exercises[found[1]]}: ${page.words[page.rows[found[0]][0][found[1]]]}` : "";
  });
  $("close").addEventListener("click", () => $("student").close());
  $("student").addEventListener("click", (event) => {
    if (event.target === $("student") || event.target.closest("a")) $("student").close();
  });
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth !== width) soon(drawAll);
    width = window.innerWidth;
  });
  for (const media of ["(prefers-color-scheme: dark)", "print"]) {
    window.matchMedia(media).addEventListener("change", drawAll);
  }
  drawAll().then(() => { document.documentElement.dataset.drawn = "yes"; });
})();
