/* Draws every [data-chart]: its ECharts option stands in the json_script element of that id. In an option
   - a string that begins with "--" is one of our colour tokens: "--sf-met";
   - a series may carry `unit` and `decimals`, used in its tooltip;
   - a data item may carry `url`: a click on it goes there.
   The numbers also stand in a table on the page, so a chart is never the only way to them. */
const drawn = new Map();

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function coloured(value) {
  if (typeof value === "string") return value.startsWith("--") ? token(value) : value;
  if (Array.isArray(value)) return value.map(coloured);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner)]));
  }
  return value;
}

function written(value, series) {
  if (value === null || value === undefined || value === "-") return "缺数据";
  if (typeof value !== "number") return String(value);
  const places = series.decimals ?? 0;
  const text = value.toLocaleString("zh-CN", { minimumFractionDigits: places, maximumFractionDigits: Math.max(places, 2) });
  return series.unit ? `${text} ${series.unit}` : text;
}

function seriesOf(option) {
  return [option.series ?? []].flat().map((series) => ({
    ...(series.type === "line" ? { symbol: "circle", symbolSize: 6 } : {}),
    ...series,
    tooltip: { valueFormatter: (value) => written(value, series), ...series.tooltip },
  }));
}

function axis(own) {
  const line = { lineStyle: { color: token("--sf-border") } };
  const quiet = { axisLine: line, axisTick: { show: false }, splitLine: line, axisLabel: { color: token("--sf-muted") } };
  const named = { nameTextStyle: { color: token("--sf-muted") } };
  const merge = (one) => ({ ...quiet, ...named, ...one, axisLabel: { ...quiet.axisLabel, ...one.axisLabel } });
  return Array.isArray(own) ? own.map(merge) : merge(own);
}

function headRoom(option) {
  const named = [option.yAxis ?? []].flat().some((one) => one.name);
  return (option.legend ? 32 : 8) + (named ? 28 : 8);
}

function dressed(option) {
  const ink = token("--sf-text");
  const base = {
    color: [1, 2, 3, 4, 5, 6].map((index) => token(`--sf-chart-${index}`)),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12, color: ink },
    grid: { left: 8, right: 16, top: headRoom(option), bottom: 8, containLabel: true },
    animation: false,
    ...option,
    series: seriesOf(option),
  };
  base.tooltip = {
    renderMode: "richText", // an HTML tooltip would need inline styles
    confine: true,
    backgroundColor: token("--sf-surface"),
    borderColor: token("--sf-control"),
    textStyle: { color: ink, fontSize: 12 },
    ...option.tooltip,
  };
  base.legend = option.legend && { top: 0, left: 0, textStyle: { color: ink }, itemWidth: 14, itemHeight: 10, ...option.legend };
  if (option.xAxis) base.xAxis = axis(option.xAxis);
  if (option.yAxis) base.yAxis = axis(option.yAxis);
  return base;
}

function optionOf(element) {
  const source = document.getElementById(element.dataset.chart);
  return dressed(coloured(JSON.parse(source.textContent)));
}

function follow(event) {
  const url = event.data?.url;
  if (url) window.location.assign(url);
}

function sayMissing(element) {
  element.querySelector(".chart-waiting").textContent = "图没有画出来，数字请看下方表格。";
}

function draw(element) {
  if (!window.echarts) {
    sayMissing(element);
    return;
  }
  drawn.get(element)?.dispose();
  element.replaceChildren();
  const chart = window.echarts.init(element, null, { renderer: "svg", locale: "ZH" });
  chart.setOption(optionOf(element));
  chart.on("click", follow);
  drawn.set(element, chart);
}

function drawAll() {
  document.querySelectorAll("[data-chart]").forEach(draw);
}

const resized = new ResizeObserver((entries) => {
  for (const entry of entries) drawn.get(entry.target)?.resize();
});

drawAll();
for (const element of drawn.keys()) resized.observe(element);
document.addEventListener("themechange", drawAll);
window.addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize()));
