// Draws the report from its data, with the pieces of parts.js.
"use strict";
(() => {
  const { escaped, sum, element, link, fill, cell, figure, number, place, day, sentence, readable } = parts;
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const VERDICTS = { 0: "good", 1: "broke", 3: "suspect" };
  const COLOURS = ["#0b6e69", "#d1495b", "#edae49", "#30638e", "#7a5195", "#66a182", "#8d6a4f", "#4f6d7a", "#c06c84", "#5b8e7d"];
  const PLAIN = { displayModeBar: false, responsive: true };
  const chosen = { section: "", province: "" };

  const fits = (province, sections) =>
    (!chosen.province || province === chosen.province) && (!chosen.section || sections.includes(chosen.section));
  const total = (series) => sum(series.counts.map(([, count]) => count));
  const fitting = () => data.groups.map(([province, sections]) => fits(province, sections));
  const within = (counts, open) => sum(counts.filter(([group]) => open[group]).map(([, count]) => count));

  function layout(more) {
    const base = { margin: { l: 45, r: 10, t: 10, b: 40 }, font: { family: getComputedStyle(document.body).fontFamily, size: 12 }, paper_bgcolor: "#fff", plot_bgcolor: "#fff", hoverlabel: { align: "left" } };
    return Object.assign(base, more);
  }

  // An axis of counts; no halves of articles.
  const whole = (counts) => Object.assign({ rangemode: "tozero", fixedrange: true }, Math.max(0, ...counts) < 8 ? { dtick: 1 } : {});

  function bars(id, labels, counts) {
    const trace = { type: "bar", orientation: "h", y: labels.map(escaped), x: counts, marker: { color: COLOURS[0] }, hovertemplate: "%{y}: %{x}<extra></extra>" };
    Plotly.react($(id), [trace], layout({ margin: { l: 130, r: 15, t: 5, b: 30 }, yaxis: { autorange: "reversed", type: "category" }, xaxis: whole(counts) }), PLAIN);
  }

  function months(open) {
    const bySection = new Map();
    const all = new Set();
    data.articles.forEach(([month, group, count]) => {
      all.add(month);
      if (!open[group] || !month) return;
      const sections = data.groups[group][1];
      (chosen.section ? [chosen.section] : sections.length ? sections : ["–"]).forEach((section) => {
        if (!bySection.has(section)) bySection.set(section, new Map());
        const counts = bySection.get(section);
        counts.set(month, (counts.get(month) || 0) + count);
      });
    });
    const traces = [...bySection.keys()].sort().map((section) => ({
      type: "bar", name: escaped(section), marker: { color: COLOURS[data.sections.indexOf(section) % COLOURS.length] },
      x: [...bySection.get(section).keys()].map((month) => `${month}-15`), y: [...bySection.get(section).values()], xperiod: "M1", xperiodalignment: "middle",
      hovertemplate: `%{x|%Y-%m}: %{y} ${escaped(section)}<extra></extra>`,
    }));
    Plotly.react($("months"), traces, layout({ barmode: "stack", showlegend: true, legend: { orientation: "h", y: -0.2 }, xaxis: { type: "date", tickformat: "%Y-%m" }, yaxis: whole(traces.flatMap((each) => each.y)) }), PLAIN);
  }

  function tiles(open) {
    // Counts of every province under the chosen section, so that the map stays a choice.
    const counts = new Map();
    data.articles.forEach(([, group, count]) => {
      const [province, sections] = data.groups[group];
      if (chosen.section && !sections.includes(chosen.section)) return;
      counts.set(province || "", (counts.get(province || "") || 0) + count);
    });
    const most = Math.max(1, ...[...counts.entries()].filter(([name]) => name).map(([, count]) => count));
    document.querySelectorAll("#tiles button").forEach((tile) => {
      const count = counts.get(tile.dataset.province) || 0;
      const strength = count ? 0.15 + 0.85 * Math.sqrt(count / most) : 0;
      const shade = count ? [11, 110, 105].map((each) => Math.round(255 + (each - 255) * strength)) : [236, 239, 241];
      tile.style.background = `rgb(${shade})`;
      tile.style.color = readable(shade);
      tile.disabled = !count && tile.dataset.province !== chosen.province;
      tile.querySelector("b").textContent = count || "";
      tile.setAttribute("aria-pressed", String(tile.dataset.province === chosen.province));
    });
    $("placeless").textContent = counts.get("") ? `${counts.get("")} without a province` : "";
    $("chosen").textContent = `${sum(data.articles.filter(([, group]) => open[group]).map(([, , count]) => count)).toLocaleString("en")} articles`;
  }

  function ranked(id, rows, open) {
    const counted = rows.map(([label, counts]) => [label, within(counts, open)]);
    const top = counted.filter(([, count]) => count).sort((one, other) => other[1] - one[1]).slice(0, 20);
    bars(id, top.map(([label]) => label), top.map(([, count]) => count));
  }

  function coverage() {
    const fields = Object.keys(data.fields);
    const years = data.coverage.map((each) => each.year);
    const share = fields.map((field) => data.coverage.map((each) => Math.round((100 * each.fields[field]) / each.articles)));
    const trace = { type: "heatmap", x: years, y: fields.map((each) => `${data.fields[each]} ${each}`), z: share, zmin: 0, zmax: 100, colorscale: [[0, "#f3f6f7"], [1, COLOURS[0]]], showscale: false, texttemplate: years.length < 16 ? "%{z}" : "", hovertemplate: "%{y} %{x}: %{z} %<extra></extra>", xgap: 2, ygap: 2 };
    Plotly.react($("coverage"), [trace], layout({ margin: { l: 130, r: 10, t: 5, b: 45 }, xaxis: { type: "category", fixedrange: true, tickangle: years.length < 9 ? 0 : -60 }, yaxis: { autorange: "reversed", fixedrange: true } }), PLAIN);
  }

  function evidence(each) {
    if (!each) return $("evidence").replaceChildren();
    const first = element("p");
    first.append(element("b", each.text), ` ${each.entity} · ${place(each)} · ${day(each.at)}`);
    const second = element("p");
    second.append(sentence(each));
    const third = element("p");
    third.append(link(each.url, each.title));
    $("evidence").replaceChildren(first, second, third);
  }

  // What an axis shows of sorted numbers: all; without the outermost 2 % where the largest would press all others on a line.
  function span(values, log) {
    const last = values.length - 1;
    const [low, high] = [values[Math.ceil(0.02 * last)], values[Math.floor(0.98 * last)]];
    if (last < 1 || high === 0 || values[last] <= (log ? 1e6 : 1000) * Math.abs(high)) return [-Infinity, Infinity];
    if (log) return [low / 2, high * 2];
    const bottom = Math.min(0, low);
    const room = 0.05 * (Math.max(0, high) - bottom);
    return [bottom < 0 ? bottom - room : 0, Math.max(0, high) + room];
  }

  function points() {
    const series = data.series[$("series").selectedIndex];
    const shown = series ? series.points.filter((each) => fits(each.province, each.sections)) : [];
    const all = series ? within(series.counts, fitting()) : 0;
    const values = shown.map((each) => each.value).sort((one, other) => one - other);
    const log = $("log").checked;
    const axis = { title: { text: escaped(series ? series.unit : "") }, type: log ? "log" : "linear", separatethousands: true };
    const [low, high] = span(log ? values.filter((each) => each > 0) : values, log);
    if (low < high && (low > values[0] || high < values[values.length - 1])) axis.range = log ? [Math.log10(low), Math.log10(high)] : [low, high];
    const largest = Math.max(...(axis.range ? [-low, high] : [-values[0], values[values.length - 1]]));
    axis.exponentformat = largest < 1e15 ? "none" : "e"; // or the labels are wider than the chart
    const outside = values.filter((each) => (log && each <= 0) || (axis.range && (each < low || each > high))).length;
    $("shown").textContent = (shown.length < all ? `${shown.length} of ${all}` : `${shown.length}`) + (outside ? `, ${outside} of them outside of the chart` : "");
    const trace = {
      type: "scatter", mode: "markers", x: shown.map((each) => each.at.slice(0, 19)), y: shown.map((each) => each.value),
      marker: { size: 9, color: COLOURS[0], opacity: 0.75, symbol: shown.map((each) => (each.approximate ? "circle-open" : "circle")) },
      text: shown.map((each) => escaped(`${each.text} ${each.entity} · ${place(each)}`)), hovertemplate: "%{x|%Y-%m-%d}<br>%{text}<extra></extra>",
    };
    Plotly.react($("points"), [trace], layout({ xaxis: { type: "date" }, yaxis: axis, hovermode: "closest", margin: { l: 80, r: 10, t: 10, b: 40 } }), PLAIN);
    $("points").removeAllListeners("plotly_click");
    $("points").on("plotly_click", (event) => evidence(shown[event.points[0].pointIndex]));
    evidence(shown[shown.length - 1]);
    fill($("point-table"), ["日期 date", "地区 place", "数值 value", "原句 sentence", "文章 article"], shown.slice().reverse().map((each) => [cell(day(each.at), "day"), place(each), number(each.value), cell(sentence(each), "sentence"), cell(link(each.url, each.title))]));
  }

  function changes() {
    const arrows = { increase: "↑", decrease: "↓" };
    const bases = { yoy: "同比", mom: "环比" };
    const kinds = {};
    const few = (each) => (kinds[each.unit + each.direction] = (kinds[each.unit + each.direction] || 0) + 1) <= 25;
    const rows = data.changes.biggest.filter((each) => fits(each.province, each.sections) && few(each)).map((each) => [
      cell(`${arrows[each.direction]} ${figure(each.value)} ${each.unit} ${bases[each.basis] || ""}`, "number"), each.entity, place(each), cell(day(each.at), "day"), cell(sentence(each), "sentence"), cell(link(each.url, each.title)),
    ]);
    fill($("changes"), ["变化 change", "事物 of", "地区 place", "日期 date", "原句 sentence", "文章 article"], rows);
    const all = within(data.changes.counts, fitting());
    $("change-count").textContent = rows.length < all ? `– ${rows.length} of ${all}` : "";
  }

  function runs() {
    const verdict = (run) => (run.exit_code === null ? "unended" : VERDICTS[run.exit_code] || "broke");
    const listed = data.runs.slice().reverse();
    const colours = { good: "#1a7f37", suspect: "#d4a72c", broke: "#cf222e", unended: "#8c959f" };
    const trace = { type: "bar", x: listed.map((run) => `${run.id}`), y: listed.map((run) => run.counts.new + run.counts.changed), marker: { color: listed.map((run) => colours[verdict(run)]) }, customdata: listed.map((run) => [(run.started_at || "").slice(0, 16).replace("T", " "), verdict(run)]), hovertemplate: "%{customdata[0]}: %{y} new or changed, %{customdata[1]}<extra></extra>" };
    Plotly.react($("run-chart"), [trace], layout({ xaxis: { type: "category", showticklabels: false, fixedrange: true, range: [-0.5, Math.max(20, listed.length) - 0.5] }, yaxis: whole(listed.map((run) => run.counts.new + run.counts.changed)), margin: { l: 45, r: 10, t: 5, b: 10 } }), PLAIN);
    $("run-count").textContent = data.runs.length < data.totals.runs ? `– newest ${data.runs.length} of ${data.totals.runs}` : "";
    fill($("runs"), ["开始 started", "结论 verdict", "任务 what", "新 new", "改 changed", "失败 failed", "原因 why"], data.runs.map((run) => {
      const what = [run.spider, ...Object.entries(run.arguments).map(([name, value]) => `${name}=${value}`), run.replay ? "(replay)" : ""].join(" ");
      return [cell((run.started_at || "").slice(0, 16).replace("T", " "), "day"), element("td", verdict(run), verdict(run)), what, number(run.counts.new), number(run.counts.changed), number(run.counts.failures), cell(run.reasons.join("; "), "sentence")];
    }));
  }

  function failures() {
    const newest = data.failures.newest.length;
    $("failure-count").textContent = newest < data.totals.failures ? `– newest ${newest} of ${data.totals.failures}` : "";
    fill($("reasons"), ["阶段 stage", "原因 reason", "数 count"], data.failures.reasons.map(([stage, reason, count]) => [stage, reason, number(count)]));
    fill($("failures"), ["最近 last", "阶段 stage", "原因 reason", "说明 detail", "网址 address", "次 times"], data.failures.newest.map((each) => [cell(day(each.last_at), "day"), each.stage, each.reason, cell(each.detail, "sentence"), cell(link(each.url, each.url)), number(each.count)]));
  }

  function draw() {
    const open = fitting();
    months(open);
    tiles(open);
    ranked("things", data.things.map((each) => [each.unit ? `${each.entity}（${each.unit}）` : each.entity, each.counts]), open);
    ranked("units", data.units.map((each) => [each.unit, each.counts]), open);
    points();
    changes();
  }

  data.sections = [...new Set(data.groups.flatMap(([, sections]) => sections))].sort();
  const provinces = [...new Set(data.groups.map(([province]) => province).filter(Boolean))].sort((one, other) => one.localeCompare(other, "zh"));
  data.sections.forEach((each) => $("section").append(new Option(each, each)));
  provinces.forEach((each) => $("province").append(new Option(each, each)));
  data.series.forEach((each) => $("series").append(new Option(each.unit ? `${each.entity}（${each.unit}） ${total(each)}` : `${each.entity} ${total(each)}`)));
  // Amounts of very different size are read on a logarithmic axis.
  function preset() {
    const series = data.series[$("series").selectedIndex];
    const values = series ? series.points.map((each) => each.value) : [];
    $("log").checked = values.length > 1 && Math.min(...values) > 0 && Math.max(...values) > 500 * Math.min(...values);
    points();
  }
  const follow = () => {
    chosen.section = $("section").value;
    chosen.province = $("province").value;
    draw();
  };
  $("filter").addEventListener("submit", (event) => event.preventDefault());
  $("filter").addEventListener("reset", () => setTimeout(follow));
  $("section").addEventListener("change", follow);
  $("province").addEventListener("change", follow);
  $("series").addEventListener("change", preset);
  $("log").addEventListener("change", points);
  $("tiles").addEventListener("click", (event) => {
    const tile = event.target.closest("button");
    if (!tile) return;
    const name = tile.dataset.province;
    const known = [...$("province").options].some((each) => each.value === name);
    $("province").value = chosen.province === name || !known ? "" : name;
    follow();
  });
  document.querySelectorAll(".chart").forEach((chart) => {
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", chart.closest("section").querySelector("h2").textContent);
  });
  coverage();
  runs();
  failures();
  preset();
  draw();
  document.documentElement.dataset.drawn = "true";
})();
