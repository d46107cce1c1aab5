/* The table as rows and columns: which cell is which village, month and element, and what stands in it. */
const STATES = {
  waiting: "等待保存",
  sending: "正在保存",
  saved: "已保存",
  offline: "未保存（离线）：存在这台电脑上，网络恢复后自动保存",
  restored: "上次没有保存",
  invalid: "没有保存",
  conflict: "没有保存：和别人改的不一样，请在上方选择",
  shut: "没有保存",
  taken: "别人刚改过",
};

export class Table {
  constructor(element, data) {
    this.element = element;
    this.data = data;
    this.isMonth = data.layout === "month";
    this.rows = [...element.tBodies[0].rows].filter((row) => !row.classList.contains("group-row"));
    this.height = this.rows.length;
    this.width = this.isMonth ? data.elements.length : data.sheets.length;
    this.sheetPlaces = new Map(data.sheets.map((sheet, index) => [`${sheet.village}|${sheet.month}`, index]));
    this.elementPlaces = new Map(data.elements.map((each, index) => [each.id, index]));
    this.padScrolling();
    new ResizeObserver(() => this.padScrolling()).observe(element.tHead);
  }

  /* Whatever is scrolled to must not end up under the frozen head and column. */
  padScrolling() {
    const wrap = this.element.parentElement;
    wrap.style.scrollPaddingTop = `${this.element.tHead.offsetHeight + 4}px`;
    wrap.style.scrollPaddingLeft = `${this.rows[0].cells[0].offsetWidth + 4}px`;
    wrap.style.scrollPaddingBottom = "28px";
  }

  cell(place) {
    return this.rows[place.r]?.cells[place.c + 1];
  }

  /* The place of a <td>; null for a head or a cell of another table. */
  placeOf(cell) {
    const r = this.rows.indexOf(cell.parentElement);
    return r < 0 || cell.cellIndex < 1 ? null : { r, c: cell.cellIndex - 1 };
  }

  sheet({ r, c }) {
    return this.data.sheets[this.isMonth ? r : c];
  }

  item({ r, c }) {
    return this.data.elements[this.isMonth ? c : r];
  }

  find(entry) {
    const sheet = this.sheetPlaces.get(`${entry.village}|${entry.month}`);
    const element = this.elementPlaces.get(entry.element);
    if (sheet === undefined || element === undefined) return null;
    return this.isMonth ? { r: sheet, c: element } : { r: element, c: sheet };
  }

  text(place) {
    const { firstChild: first, classList } = this.cell(place);
    if (classList.contains("is-void")) return ""; // declared not applicable: the words are no figure
    return first?.nodeType === Node.TEXT_NODE ? first.data : "";
  }

  write(place, text) {
    const cell = this.cell(place);
    if (cell.firstChild?.nodeType === Node.TEXT_NODE) cell.firstChild.data = text;
    else cell.prepend(text);
    cell.classList.remove("is-void");
  }

  /* The figure of the month before. */
  before(place) {
    if (!this.isMonth && place.c > 0) return this.text({ r: place.r, c: place.c - 1 });
    const plain = this.data.before[place.r][this.isMonth ? place.c : 0];
    const { options } = this.item(place);
    if (options[0] === "是") return { 0: "否", 1: "是" }[plain] || plain;
    return plain.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
  }

  /* Why nothing may be typed here; "" where one may. */
  whyShut(place) {
    const { classList } = this.cell(place);
    if (classList.contains("is-none")) return "这个村（社区）不填这一项。";
    if (this.sheet(place).shut) return this.sheet(place).shut;
    if (!classList.contains("is-shut")) return "";
    const owner = this.item(place).owner;
    return owner ? `由${owner}填报。` : "这一项现在不能由您填写。";
  }

  label(place) {
    const item = this.item(place);
    const sheet = this.sheet(place);
    const unit = item.unit ? `（${item.unit}）` : "";
    return `${sheet.name} ${Number(sheet.month.slice(5))}月 ${item.name}${unit}`;
  }

  mark(place, state, why = "") {
    const cell = this.cell(place);
    if (!state) {
      delete cell.dataset.state;
      cell.removeAttribute("title");
      return;
    }
    cell.dataset.state = state;
    cell.title = why ? `${STATES[state]}：${why}` : STATES[state];
  }

  /* A month was signed meanwhile: nothing in it can be typed any more. */
  shut(sheetIndex, why) {
    this.data.sheets[sheetIndex].shut = why;
  }

  count(sheet, change) {
    const shown = this.isMonth && this.rows[this.data.sheets.indexOf(sheet)].querySelector("[data-count]");
    if (!shown || !change) return;
    const [filled, asked] = shown.textContent.split("/").map(Number);
    shown.textContent = `${filled + change}/${asked}`;
  }
}
