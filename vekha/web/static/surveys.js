// Draws the charts of surveys from the tables beside them; without scripts the tables say the same.
"use strict";

const drawSurveys = () => {
  if (!window.echarts) return;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const words = { color: colour("--ink-2"), fontFamily: "Onest", fontSize: 13 };
  const axis = { axisLabel: words, axisLine: { lineStyle: { color: colour("--line") } }, axisTick: { show: false } };
  const split = { splitLine: { lineStyle: { color: colour("--line") } } };
  const label = (value) => value.toLocaleString("ru");
  for (const place of document.querySelectorAll("[data-chart]")) {
    const table = document.getElementById(place.dataset.table);
    const rows = [...table.tBodies[0].rows].filter((row) => row.cells[1].dataset.value !== undefined);
    const names = rows.map((row) => row.cells[0].dataset.value);
    const value = (index) => rows.map((row) => Number(row.cells[index].dataset.value));
    const title = (index) => table.tHead.rows[0].cells[index].textContent;
    const pair = place.dataset.chart === "pair";
    const long = pair || Math.max(...names.map((name) => name.length)) > 4;
    const bars = (index, tint) => ({
      name: title(index), type: "bar", data: value(index), animation: false, barMaxWidth: 22, itemStyle: { color: colour(tint) },
      label: { show: true, position: long ? "right" : "top", ...words, formatter: (each) => label(each.value) },
    });
    const category = { type: "category", data: names, inverse: long, ...axis };
    if (long) category.axisLabel = { ...words, width: Math.min(220, place.parentElement.clientWidth / 2.5), overflow: "break" };
    const scale = { type: "value", minInterval: pair ? 0 : 1, ...axis, ...split };
    echarts.getInstanceByDom(place)?.dispose();
    place.hidden = false;
    place.style.height = long ? `${Math.max(120, names.length * (pair ? 64 : 40) + 60)}px` : "180px";
    echarts.init(place).setOption({
      grid: { left: 8, right: 40, top: pair ? 32 : 16, bottom: 8, containLabel: true },
      legend: { show: pair, top: 0, left: 0, textStyle: words },
      xAxis: long ? scale : category, yAxis: long ? category : scale,
      series: pair ? [bars(1, "--ink-2"), bars(2, "--accent")] : [bars(1, "--accent")],
    });
  }
};
drawSurveys();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawSurveys);
addEventListener("resize", drawSurveys);

// On paper there are no charts: the tables that they are drawn from are unfolded, and folded again afterwards.
const folded = new Set();
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll(".question details:not([open])")) folded.add(each);
  for (const each of folded) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of folded) each.open = false;
  folded.clear();
});
