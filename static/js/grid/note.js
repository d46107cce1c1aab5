/* The remark of the active cell, written beside the grid. What is typed is kept in the browser until it is saved,
   so another cell, a lost line or a closed tab loses nothing. */
import { button, make } from "./dom.js";

const LONGEST = 300;
const TROUBLE = {
  offline: "网络不通，说明还没有保存。填的内容留在这台电脑上，联网后再点“保存说明”。",
  expired: "登录已过期，说明还没有保存。填的内容留在这台电脑上，重新登录后再点“保存说明”。",
  other: "这台电脑上换了一个人登录，说明没有保存。",
  denied: "这一格的说明不由您填写。",
  broken: "服务器没有应答，说明还没有保存，请再点一次“保存说明”。",
};

export class Note {
  constructor(session, onSaved) {
    Object.assign(this, { session, onSaved });
    this.drafts = new Map(); // where the browser keeps nothing, as long as the page stands
  }

  /* What stands under the facts of a cell: the way to its remark, or the form where one was begun. */
  beside(url) {
    this.url = url;
    this.box = make("div", { class: "grid-note" });
    if (this.draft === null) this.box.append(button("写说明", () => this.open()));
    else this.open();
    return this.box;
  }

  get key() {
    return `grid-note:${this.session.user}:${this.url}`;
  }

  get draft() {
    return this.draftOf(this.key);
  }

  draftOf(key) {
    try {
      return this.drafts.get(key) ?? localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  keep(key, text) {
    this.drafts.set(key, text);
    try {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    } catch {
      /* it stays in the page */
    }
  }

  async open() {
    const { box, url } = this;
    const found = await this.session.ask(url);
    if (box !== this.box) return;
    if (found.kind !== "ok") {
      this.draw(url, { version: 0, remark: "" });
      this.say(TROUBLE[found.kind] || TROUBLE.broken);
    } else if (found.body.is_open) {
      this.draw(url, found.body);
      if (this.draft === null) this.text.focus();
      else this.say(this.aboutDraft(found.body));
    } else box.replaceChildren(make("p", { class: "muted small", text: "这一格现在不能写说明。" }));
  }

  aboutDraft({ remark, by }) {
    if (!remark || remark === this.draft) return "这条说明还没有保存。";
    return `这条说明还没有保存。现在存着的是“${remark}”（${by}），保存后由您写的代替。`;
  }

  draw(url, found) {
    this.found = found;
    this.text = make("textarea", { class: "form-control", rows: "3", maxlength: String(LONGEST), "aria-label": "说明", placeholder: "数字变化大、和以往不同的，写明原因" });
    this.text.value = this.draft ?? found.remark;
    this.text.addEventListener("input", () => this.keep(this.key, this.text.value === found.remark ? null : this.text.value));
    this.said = make("p", { class: "small", role: "status" });
    this.box.replaceChildren(this.text, button("保存说明", () => this.save(url), "btn btn-primary"), this.said);
  }

  say(words) {
    this.said.textContent = words;
  }

  async save(url) {
    const { box, found, key } = this;
    const fields = { version: found.version, remark: this.text.value };
    if (found.is_not_applicable) fields.is_not_applicable = "on";
    this.say("正在保存…");
    const result = await this.session.submit(url, fields);
    if (result.kind === "ok" && this.draftOf(key) === fields.remark) this.keep(key, null); // else typed on meanwhile
    if (box !== this.box) return;
    if (result.kind === "ok") {
      this.onSaved(result.body.remark);
    } else if (result.kind === "refused") {
      this.found = { ...found, version: result.body.version };
      this.say(result.body.error);
    } else this.say(TROUBLE[result.kind] || TROUBLE.broken);
  }
}
