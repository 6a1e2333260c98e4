"use strict";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const parsed = (id) => JSON.parse(document.getElementById(id).textContent);
const themes = parsed("themes");
const template = () => (dark.matches ? themes.dark : themes.light);

function draw(div) {
  const figure = parsed(div.dataset.figure);
  const layout = { ...figure.layout, template: template(), autosize: true };
  const settings = { responsive: true, displaylogo: false, showSendToCloud: false };
  Plotly.newPlot(div, figure.data, layout, settings).then(() => {
    div.on("plotly_click", (event) => lead(event.points[0]));
  });
}

function lead(point) {
  const held = point && point.customdata;
  const runId = Array.isArray(held) ? held[0] : held;
  const row = runId && document.getElementById("run-" + runId);
  if (row) location.hash = "run-" + runId;
}

const charts = [...document.querySelectorAll(".chart")];
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((each) => each.isIntersecting)) {
    seen.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "400px" });
charts.forEach((div) => seen.observe(div));
dark.addEventListener("change", () => {
  for (const div of charts.filter((each) => each.data)) Plotly.relayout(div, { template: template() });
});
window.addEventListener("beforeprint", () => charts.filter((each) => !each.data).forEach(draw));

function sort(table, place, button) {
  const header = button.parentElement;
  const sign = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const each of header.parentElement.children) each.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
  const key = (row) => {
    const cell = row.children[place];
    return cell.dataset.order === undefined ? cell.textContent : Number(cell.dataset.order);
  };
  const compare = (a, b) => {
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1; // without a number: last
    return sign * (typeof a === "number" ? a - b : a.localeCompare(b));
  };
  const body = table.tBodies[0];
  body.append(...[...body.rows].sort((one, two) => compare(key(one), key(two))));
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((header, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.title = "Sort by " + header.textContent;
    header.replaceChildren(button);
    button.addEventListener("click", () => sort(table, place, button));
  });
}
