/* Two people typed different figures into one cell: both stand side by side, and one is chosen. */
import { button, make } from "./dom.js";

export class Conflicts {
  constructor(box, { nameOf, onChoose }) {
    Object.assign(this, { box, nameOf, onChoose });
  }

  show(entries) {
    this.box.hidden = entries.length === 0;
    this.box.replaceChildren();
    if (entries.length === 0) return;
    const title = make("h2", { text: `有 ${entries.length} 格和别人改的不一样，请选用哪一个` });
    const rows = entries.map((entry) => this.row(entry));
    this.box.append(title, make("ul", { class: "grid-conflicts" }, ...rows));
  }

  row(entry) {
    const { theirs } = entry;
    const mine = entry.text || "（空）";
    const other = theirs.text || "（空）";
    return make(
      "li",
      {},
      make("span", { class: "grid-conflict-name", text: this.nameOf(entry) }),
      button(`用我填的 ${mine}`, () => this.onChoose(entry, true)),
      button(`用${theirs.by}的 ${other}`, () => this.onChoose(entry, false)),
      make("span", { class: "muted small", text: `${theirs.by}，${theirs.at}` }),
    );
  }
}
