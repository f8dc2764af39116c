// Pieces of the page: elements, links, tables, figures. What the site printed is put in as text (textContent), or escaped where plotly reads markup.
"use strict";
const parts = (() => {
  // Of what the site printed: plotly knows a few tags and entities.
  const escaped = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\$/g, "&#36;"); // $…$ would be MathJax
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  function element(name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined && text !== null) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function link(url, text) {
    const made = element("a", text);
    if (/^https?:\/\//.test(url)) made.href = url;
    made.rel = "noopener noreferrer";
    made.target = "_blank";
    return made;
  }

  function fill(table, heads, rows) {
    table.replaceChildren();
    if (!rows.length) return table.append(element("caption", "– none"));
    const head = table.createTHead().insertRow();
    heads.forEach((each) => head.append(element("th", each)));
    const body = table.createTBody();
    rows.forEach((cells) => {
      const row = body.insertRow();
      cells.forEach((cell) => row.append(cell instanceof Node ? cell : element("td", cell)));
    });
  }

  const cell = (content, kind) => {
    const made = element("td", content instanceof Node ? null : content, kind);
    if (content instanceof Node) made.append(content);
    return made;
  };
  // A number as people write it; what nobody would write out has an exponent.
  const figure = (value) => (value === 0 || (Math.abs(value) < 1e15 && Math.abs(value) >= 1e-4) ? value.toLocaleString("en", { maximumFractionDigits: 4 }) : value.toExponential(3));
  const number = (value) => cell(value === null ? "" : figure(value), "number");
  const place = (each) => [each.province, each.county].filter(Boolean).join(" ");
  const day = (moment) => (moment || "").slice(0, 10);

  // The sentence with the number marked in it.
  function sentence(each) {
    const made = element("span");
    const at = each.sentence.indexOf(each.text);
    if (at < 0) return element("span", each.sentence);
    made.append(each.sentence.slice(0, at), element("mark", each.text), each.sentence.slice(at + each.text.length));
    return made;
  }

  // Black or white, whatever has the higher contrast (WCAG 2.2) on a colour; at least 4.5 on every one.
  function readable(shade) {
    const [red, green, blue] = shade.map((each) => (each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
    const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    return 1.05 / (light + 0.05) > (light + 0.05) / 0.05 ? "#fff" : "#000";
  }

  return { escaped, sum, element, link, fill, cell, figure, number, place, day, sentence, readable };
})();
