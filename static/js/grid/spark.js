/* Twelve months as a line: drawn with attributes only, gaps where nothing is known. */
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 240;
const HEIGHT = 48;
const EDGE = 4;

function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export function sparkline(past) {
  const known = past.filter((month) => month.value !== null);
  if (known.length < 2) return null;
  const values = known.map((month) => month.value);
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const x = (index) => EDGE + (index * (WIDTH - 2 * EDGE)) / (past.length - 1);
  const y = (value) => HEIGHT - EDGE - ((value - low) * (HEIGHT - 2 * EDGE)) / span;
  const picture = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "grid-spark", role: "img" });
  picture.setAttribute("aria-label", known.map((month) => `${month.month} ${month.text}`).join("，"));
  for (const line of lines(past)) {
    const points = line.map(([index, value]) => `${x(index)},${y(value)}`).join(" ");
    picture.append(draw("polyline", { points, fill: "none" }));
  }
  for (const [index, month] of past.entries()) {
    if (month.value === null) continue;
    const dot = draw("circle", { cx: x(index), cy: y(month.value), r: index === past.length - 1 ? 3 : 1.5 });
    dot.append(draw("title", {}));
    dot.firstChild.textContent = `${month.month}：${month.text}`;
    picture.append(dot);
  }
  return picture;
}

/* Runs of months without a gap. */
function lines(past) {
  const found = [[]];
  for (const [index, month] of past.entries()) {
    if (month.value === null) found.push([]);
    else found.at(-1).push([index, month.value]);
  }
  return found.filter((line) => line.length > 1);
}
