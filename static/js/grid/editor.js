/* One real input that moves into the active cell: keys, input methods and screen readers find it where they look.
   ready: it shows the figure selected, the first key replaces it. typing: replaced. editing: the caret moves in it. */
import { make } from "./dom.js";

export class Editor {
  constructor(table, { onCommit, onTyping }) {
    Object.assign(this, { table, onCommit, onTyping });
    this.place = null;
    this.mode = "ready";
    this.input = make("input", { class: "grid-input", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "next" });
    this.hint = make("span", { class: "grid-hint", "aria-hidden": "true" });
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("compositionstart", () => this.begin());
    this.input.addEventListener("blur", () => this.commit());
  }

  get isBusy() {
    return this.mode !== "ready";
  }

  /* Move into a cell; what was being typed elsewhere is done. */
  enter(place) {
    this.commit();
    this.place = place;
    const cell = this.table.cell(place);
    const why = this.table.whyShut(place);
    this.input.readOnly = why !== "";
    this.input.inputMode = this.table.item(place).options.length ? "text" : "decimal";
    this.input.setAttribute("aria-label", this.words(place, why));
    for (const old of this.table.element.querySelectorAll("td.is-active")) old.classList.remove("is-active");
    cell.classList.add("is-active");
    cell.append(this.input, this.hint);
    this.show();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.input.focus({ preventScroll: true });
    this.input.select();
  }

  words(place, why) {
    const before = this.table.before(place);
    const state = this.table.cell(place).title;
    return [this.table.label(place), before && `上月 ${before}`, why, state].filter(Boolean).join("，");
  }

  show() {
    this.mode = "ready";
    this.input.classList.remove("is-typing");
    this.input.value = this.table.text(this.place);
    this.input.setAttribute("aria-invalid", String(this.table.cell(this.place).dataset.state === "invalid"));
    this.hint.textContent = "";
  }

  /* The figure under the caret changed from elsewhere: saved, undone, taken over. */
  refresh() {
    if (this.place && !this.isBusy) {
      this.show();
      if (document.activeElement === this.input) this.input.select();
    }
  }

  begin() {
    if (this.isBusy) return;
    this.mode = "typing";
    this.reveal();
  }

  edit() {
    if (this.input.readOnly) return;
    this.mode = "editing";
    this.reveal();
    this.input.value = this.input.value.replace(/(?<=\d),(?=\d{3})/g, ""); // 1,480 with a 5 behind is no 1,4805
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  reveal() {
    this.input.classList.add("is-typing");
    const before = this.table.before(this.place);
    this.hint.textContent = before ? `上月 ${before} ${this.table.item(this.place).unit}` : "上月没有数";
  }

  typed() {
    this.begin();
    this.onTyping(this.place, this.input.value);
  }

  commit() {
    if (!this.isBusy) return;
    const text = this.input.value.trim();
    this.mode = "ready";
    this.onCommit(this.place, text);
    this.show();
  }

  cancel() {
    this.show();
    this.input.select();
    this.onTyping(this.place, this.input.value);
  }
}
