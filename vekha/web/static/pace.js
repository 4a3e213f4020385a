// Draws the lines of «План и факт» from the table beside them; without scripts the table says the same.
"use strict";

const drawPace = () => {
  const place = document.getElementById("pace-chart");
  const table = document.getElementById("pace-table");
  if (!place || !table || !window.echarts) return;
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.dataset.value ?? ""));
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const number = (value) => (value === "" ? null : Number(value));
  const [, planned, done] = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const line = (name, index, tint, type) => ({
    name, type: "line", showSymbol: false, animation: false, data: rows.map((row) => number(row[index])),
    lineStyle: { color: colour(tint), width: 3, type }, itemStyle: { color: colour(tint) },
    endLabel: { show: true, formatter: "{a}", color: colour(tint), fontFamily: "Onest", fontSize: 13 },
  });
  const axis = { axisLabel: { color: colour("--ink-2"), fontFamily: "Onest" }, axisLine: { lineStyle: { color: colour("--line") } } };
  echarts.getInstanceByDom(place)?.dispose();
  place.hidden = false;
  echarts.init(place).setOption({
    grid: { left: 56, right: 90, top: 16, bottom: 28 },
    xAxis: { type: "category", data: rows.map((row) => row[0]), ...axis },
    yAxis: {
      type: "value", splitLine: { lineStyle: { color: colour("--line") } }, ...axis,
      axisLabel: { ...axis.axisLabel, formatter: (value) => value.toLocaleString("ru") },
    },
    series: [line(planned, 1, "--ink-2", "dashed"), line(done, 2, "--accent", "solid")],
  });
};
drawPace();
document.addEventListener("htmx:afterSettle", drawPace);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawPace);
addEventListener("resize", drawPace);
