// Draws bars of the places from the table beside them, of the figure chosen; without scripts the table says the same.
"use strict";

const drawFigures = () => {
  const place = document.getElementById("figures-chart");
  const table = document.getElementById("figures-table");
  const which = document.getElementById("figures-which");
  if (!place || !table || !which || !window.echarts || table.tBodies[0].rows.length < 2) return;
  document.getElementById("figures-choice").hidden = false;
  const column = Number(which.value);
  const rows = [...table.tBodies[0].rows]
    .map((row) => [row.cells[0].dataset.value, row.cells[column].dataset.value])
    .filter(([, value]) => value !== "")
    .slice(0, 60);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const label = { color: colour("--ink-2"), fontFamily: "Onest" };
  const title = which.selectedOptions[0].textContent;
  echarts.getInstanceByDom(place)?.dispose();
  place.hidden = false;
  place.setAttribute("aria-label", title);
  const chart = echarts.init(place, null, { height: Math.max(160, 60 + rows.length * 30) });
  chart.setOption({
    grid: { left: 8, right: 64, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "value", axisLabel: label, splitLine: { lineStyle: { color: colour("--line") } } },
    yAxis: { type: "category", inverse: true, data: rows.map(([name]) => name), axisLabel: { ...label, width: 180, overflow: "truncate" } },
    series: [{
      type: "bar", name: title, animation: false, data: rows.map(([, value]) => Number(value)), itemStyle: { color: colour("--accent") },
      label: { show: true, position: "right", color: colour("--ink"), fontFamily: "Onest", formatter: ({ value }) => value.toLocaleString("ru") },
    }],
  });
  place.style.height = `${chart.getHeight()}px`;
};
drawFigures();
document.getElementById("figures-which")?.addEventListener("change", drawFigures);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawFigures);
addEventListener("resize", drawFigures);
