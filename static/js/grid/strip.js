/* What stands beside the active cell, on demand: its past, who typed it, what it breaks and what it moves. */
import { make } from "./dom.js";
import { Note } from "./note.js";
import { sparkline } from "./spark.js";

const PAUSE_MS = 250;
const REMEMBERED = "grid-strip";

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) === "open";
  } catch {
    return false;
  }
}

export class Strip {
  constructor(box, opener, table, { typedOf, send, session }) {
    Object.assign(this, { box, opener, table, typedOf, send });
    this.note = new Note(session, (remark) => this.noted(remark));
    this.body = box.querySelector("[data-strip-body]");
    this.moves = box.querySelector("[data-strip-moves]");
    this.place = null;
    this.loaded = null; // the place whose past is shown
    this.timer = 0;
    this.turn = 0;
    opener.addEventListener("click", () => this.toggle());
    box.querySelector("[data-strip-close]").addEventListener("click", () => this.toggle());
    if (remembered() && window.innerWidth > 900) this.toggle();
  }

  get isOpen() {
    return !this.box.hidden;
  }

  toggle() {
    this.box.hidden = this.isOpen;
    this.box.parentElement.classList.toggle("has-strip", this.isOpen);
    this.opener.setAttribute("aria-expanded", String(this.isOpen));
    try {
      localStorage.setItem(REMEMBERED, this.isOpen ? "open" : "closed");
    } catch {
      /* it opens closed next time */
    }
    if (!this.place) return;
    this.table.cell(this.place).scrollIntoView({ block: "nearest", inline: "nearest" });
    if (this.isOpen) this.show(this.place);
  }

  show(place) {
    this.place = place;
    if (this.isOpen) this.later(() => this.load(place));
  }

  /* Another figure is being typed in the cell. */
  typed(place) {
    if (!this.isOpen) return;
    if (this.loaded === place) this.later(() => this.loadMoves(place, ++this.turn));
    else this.show(place);
  }

  later(action) {
    clearTimeout(this.timer);
    this.timer = setTimeout(action, PAUSE_MS);
  }

  url(kind, place) {
    const sheet = this.table.sheet(place);
    const [year, month] = sheet.month.split("-").map(Number);
    return `${this.box.dataset[kind]}${sheet.village}/${year}/${month}/${this.table.item(place).id}/`;
  }

  figureUrl(place) {
    const [year, month] = this.table.sheet(place).month.split("-").map(Number);
    return `${this.box.dataset.months}${this.table.sheet(place).village}/${year}/${month}/figures/${this.table.item(place).id}/`;
  }

  async load(place) {
    const turn = ++this.turn;
    if (this.table.cell(place).classList.contains("is-none") || this.table.sheet(place).isAhead) {
      this.say(this.table.whyShut(place));
      return;
    }
    let found;
    try {
      const answer = await fetch(this.url("cell", place), { redirect: "manual" });
      found = answer.ok ? await answer.json() : null;
    } catch {
      found = null;
    }
    if (turn !== this.turn) return;
    if (!found) this.say("网络不通或登录已过期，现在看不到这一格的详情。填写和保存不受影响。");
    else {
      this.draw(found);
      this.loaded = place;
      await this.loadMoves(place, turn);
    }
  }

  /* The remark of the cell was saved. */
  noted(remark) {
    const cell = this.table.cell(this.place);
    if (!cell.classList.contains("is-marked")) {
      cell.classList.toggle("has-remark", Boolean(remark));
      cell.title = remark ? `说明：${remark}` : "";
    }
    this.load(this.place);
  }

  say(words) {
    this.body.replaceChildren(make("p", { class: "muted", text: words }));
    this.moves.replaceChildren();
  }

  draw(found) {
    const unit = found.unit ? `（${found.unit}）` : "";
    const facts = make("dl", { class: "facts" });
    const fact = (label, words) => facts.append(make("dt", { text: label }), make("dd", { class: "num", text: words || "—" }));
    fact("上月", found.before);
    fact("去年同月", found.year_ago);
    fact("填报", found.entered ? `${found.entered.by} ${found.entered.at}${found.entered.way === "填报" ? "" : `（${found.entered.way}）`}` : "还没有人填");
    fact("说明", found.is_void ? `不适用：${found.remark}` : found.remark);
    if (found.mark) fact("退回意见", found.mark);
    fact("佐证材料", found.evidence ? `${found.evidence} 份` : "");
    this.body.replaceChildren(
      make("h3", { text: `${found.name}${unit}` }),
      make("p", { class: "muted small", text: found.place }),
      sparkline(found.past) || make("p", { class: "muted small", text: "近十二个月的数还不够画线。" }),
      facts,
    );
    const url = this.figureUrl(this.place);
    if (!this.table.whyShut(this.place)) this.body.append(this.note.beside(url));
    this.body.append(make("p", {}, make("a", { href: url, text: "传佐证、标“不适用”、看记录" })));
    if (found.help) this.body.append(make("p", { class: "small muted", text: found.help }));
  }

  async loadMoves(place, turn) {
    const found = await this.send(this.url("moves", place), this.typedOf(place));
    if (turn !== this.turn || !found) return;
    this.moves.replaceChildren();
    for (const one of found.findings) {
      this.moves.append(make("p", { class: one.hard ? "grid-broken is-hard" : "grid-broken", text: one.sentence }));
    }
    if (found.moves.length) this.moves.append(make("h3", { text: "按现在填的，这些标准会是" }));
    for (const one of found.moves) this.moves.append(this.move(one));
  }

  move(one) {
    const was = one.before ? `（现在${one.before}）` : "";
    return make(
      "div",
      { class: "grid-move" },
      make("p", {}, make("span", { class: `verdict verdict-${one.status}` }, make("span", { class: "verdict-mark", "aria-hidden": "true", text: one.mark }), one.word), ` ${one.code} ${one.name}${was}`),
      make("p", { class: "small", text: one.sentence }),
    );
  }
}
