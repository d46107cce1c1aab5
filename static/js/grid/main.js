/* The grid of [data-month-grid]: joins table, editor, keys, clipboard, history, saving and the strip beside it. */
import { Answers } from "./answers.js";
import { fall, readBlock, writeBlock } from "./clipboard.js";
import { Conflicts } from "./conflicts.js";
import { sameText } from "./dom.js";
import { Editor } from "./editor.js";
import { History } from "./history.js";
import { Keys } from "./keys.js";
import { followMouse } from "./mouse.js";
import { Notices } from "./notices.js";
import { Outbox } from "./outbox.js";
import { Saver } from "./saver.js";
import { Selection } from "./selection.js";
import { Session } from "./session.js";
import { Strip } from "./strip.js";
import { Table } from "./table.js";

class Grid {
  constructor(element, data) {
    this.table = new Table(element, data);
    this.outbox = new Outbox(data.user);
    this.session = new Session(data);
    this.history = new History();
    this.notices = new Notices(this);
    this.answers = new Answers(this);
    this.saver = new Saver(this.outbox, this.session, {
      onAnswer: (answer, batch) => this.answers.take(answer, batch),
      onChange: () => this.draw(),
      onTrouble: (kind) => this.notices.trouble(kind),
    });
    this.conflicts = new Conflicts(document.querySelector("[data-grid-conflicts]"), {
      nameOf: (entry) => entry.label,
      onChoose: (entry, isMine) => this.answers.choose(entry, isMine),
    });
    this.editor = new Editor(this.table, {
      onCommit: (place, text) => this.change([{ place, text }]),
      onTyping: (place) => this.strip.typed(place),
    });
    this.selection = new Selection(this.table, (place) => {
      this.editor.enter(place);
      this.strip.show(place);
      this.notices.say(place);
    });
    this.strip = new Strip(document.querySelector("[data-grid-strip]"), document.querySelector("[data-strip-open]"), this.table, {
      typedOf: (place) => this.typedOf(place),
      session: this.session,
      send: (url, body) => this.session.send(url, body).then((result) => (result.kind === "ok" ? result.body : null)),
    });
    this.keys = new Keys(this);
    this.listen(element);
    this.restore();
  }

  listen(element) {
    this.editor.input.addEventListener("keydown", (event) => this.keys.handle(event));
    followMouse(element, this);
    element.addEventListener("copy", (event) => this.copy(event));
    element.addEventListener("cut", (event) => this.copy(event) && this.change(this.selection.places.map((place) => ({ place, text: "" }))));
    element.addEventListener("paste", (event) => this.paste(event));
    for (const kind of ["undo", "redo"]) {
      document.querySelector(`[data-grid-${kind}]`).addEventListener("click", () => this.travel(kind));
    }
    window.addEventListener("beforeunload", (event) => {
      this.editor.commit();
      if (!this.outbox.isKept && this.outbox.all().length) event.preventDefault();
    });
    window.addEventListener("storage", (event) => this.answers.elsewhere(event));
  }

  /* Put texts into cells: what is shut stays. Returns how many were shut. */
  change(changes, { isStep = true } = {}) {
    const steps = [];
    let shut = 0;
    for (const { place, text } of changes) {
      const from = this.table.text(place);
      if (sameText(from, text)) continue;
      if (this.table.whyShut(place)) shut += 1;
      else {
        steps.push({ place, from, to: text });
        this.put(place, from, text);
      }
    }
    if (isStep) this.history.add(steps);
    if (steps.length) {
      this.saver.schedule();
      this.draw();
      this.editor.refresh();
    }
    return shut;
  }

  put(place, from, text) {
    const sheet = this.table.sheet(place);
    const place_ = { village: sheet.village, month: sheet.month, element: this.table.item(place).id };
    const known = this.outbox.get(place_);
    if (known?.state === "conflict") {
      this.answers.retype(known, place, text);
      return;
    }
    const base = known ? known.base : from;
    this.table.write(place, text);
    if (known && !known.sent && sameText(base, text)) {
      this.outbox.drop(known); // as it was: nothing to save
      this.table.mark(place, "");
      return;
    }
    const version = known ? known.version : sheet.version;
    const entry = { ...place_, text, base, version, state: "waiting", sent: known?.sent, label: this.table.label(place) };
    this.outbox.put(entry);
    this.table.mark(place, "waiting");
  }

  travel(kind) {
    this.editor.commit();
    const changes = this.history[kind]();
    if (changes) {
      this.change(changes, { isStep: false });
      this.selection.go(changes[0].place);
    } else this.notices.tell(kind === "undo" ? "没有可以撤销的改动。" : "没有可以重做的改动。");
    return true;
  }

  copy(event) {
    if (this.editor.isBusy) return false;
    const { top, bottom, left, right } = this.selection.range;
    const rows = [];
    for (let r = top; r <= bottom; r += 1) {
      const row = [];
      for (let c = left; c <= right; c += 1) row.push(this.table.text({ r, c }));
      rows.push(row);
    }
    event.clipboardData.setData("text/plain", writeBlock(rows));
    event.preventDefault();
    return true;
  }

  paste(event) {
    if (this.editor.isBusy) return;
    event.preventDefault();
    const rows = readBlock(event.clipboardData.getData("text/plain"));
    const { changes, beyond } = fall(rows, this.selection.range, this.table);
    const { active } = this.selection;
    const shut = this.change(changes);
    const last = changes.at(-1)?.place || active;
    this.selection.go(active);
    this.selection.choose(last);
    const left = [shut && `${shut} 格不由您填写或已锁定，没有改`, beyond && `${beyond} 格超出表格，没有用上`].filter(Boolean);
    this.notices.tell(`粘贴了 ${changes.length - shut} 格${left.length ? `；${left.join("；")}` : ""}。可以用 Ctrl+Z 一次撤销。`);
  }

  /* What is typed in the month of a cell and not saved, the key under the caret included. */
  typedOf(place) {
    const sheet = this.table.sheet(place);
    const cells = Object.fromEntries(this.outbox.ofSheet(sheet.village, sheet.month).map((entry) => [entry.element, entry.text]));
    if (this.editor.isBusy) cells[this.table.item(place).id] = this.editor.input.value;
    return { village: sheet.village, month: sheet.month, version: sheet.version, cells };
  }

  /* What an earlier page left: shown where it belongs, and saved once somebody says so. */
  restore() {
    this.outbox.load();
    for (const entry of this.outbox.all()) {
      const place = this.table.find(entry);
      if (!place) continue;
      if (sameText(this.table.text(place), entry.text)) {
        this.outbox.drop(entry); // it had arrived
        continue;
      }
      this.table.write(place, entry.text);
      this.table.mark(place, entry.state, entry.why);
    }
    this.notices.offer(this.outbox.all("restored"));
    this.draw();
  }

  draw() {
    for (const entry of this.outbox.all()) {
      const place = this.table.find(entry);
      if (place) this.table.mark(place, entry.state, entry.why);
    }
    this.conflicts.show(this.outbox.all("conflict"));
    this.notices.count();
  }
}

const element = document.querySelector("[data-month-grid]");
if (element) {
  const grid = new Grid(element, JSON.parse(document.getElementById("grid-data").textContent));
  grid.selection.go(grid.notices.firstPlace());
}
