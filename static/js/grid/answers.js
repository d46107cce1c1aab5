/* What the server says of each cell, put into table and outbox. What others changed comes in at once, unless the same
   cell was changed here too: then both figures are shown and nobody's is lost. */
import { sameText } from "./dom.js";
import { isEcho } from "./saver.js";

export class Answers {
  constructor(grid) {
    this.grid = grid;
  }

  take(answer, batch) {
    const { table, outbox } = this.grid;
    const index = table.data.sheets.findIndex((each) => each.village === answer.village && each.month === answer.month);
    const sheet = table.data.sheets[index];
    for (const [id, cell] of Object.entries(answer.cells)) this.settle(answer, batch, Number(id), cell, sheet);
    for (const [id, theirs] of Object.entries(answer.taken)) this.receive(answer, batch, Number(id), theirs, sheet);
    for (const entry of outbox.ofSheet(answer.village, answer.month)) {
      if (entry.version < batch.version || entry.version >= answer.version) continue;
      entry.version = answer.version; // nobody else touched it since
      outbox.keep(entry);
    }
    if (!sheet) return;
    sheet.version = Math.max(sheet.version, answer.version);
    if (answer.shut) table.shut(index, answer.shut);
    this.grid.editor.refresh();
  }

  /* A cell that was sent. */
  settle(answer, batch, id, cell, sheet) {
    const entry = this.grid.outbox.get({ ...answer, element: id });
    if (!entry) return;
    const isCurrent = entry.text === batch.texts.get(id);
    if (cell.state === "saved") {
      this.count(sheet, entry.base, cell.text);
      entry.base = cell.text;
      entry.sent = undefined;
      if (isCurrent) this.finish(entry, cell.text, "saved");
      else this.again(entry, answer.version);
    } else if (cell.state === "conflict" && isEcho(entry, cell)) this.again(entry, answer.version);
    else if (cell.state === "conflict") this.oppose(entry, cell, answer.version);
    else if (isCurrent) this.refuse(entry, cell);
    else this.again(entry, entry.version);
  }

  /* A cell that somebody else changed, whether it was sent or not. */
  receive(answer, batch, id, theirs, sheet) {
    const { outbox, table } = this.grid;
    const entry = outbox.get({ ...answer, element: id });
    const place = table.find({ ...answer, element: id });
    if (entry && entry.text !== batch.texts.get(id) && !sameText(entry.text, theirs.text)) {
      if (sameText(batch.texts.get(id) || "", theirs.text)) this.again(entry, answer.version);
      else this.oppose(entry, theirs, answer.version);
      return;
    }
    if (entry) this.finish(entry, theirs.text, theirs.own ? "saved" : "taken", `${theirs.by}，${theirs.at}`);
    else if (place) {
      if (!theirs.own) this.grid.history.forget(place);
      this.count(sheet, table.text(place), theirs.text);
      table.write(place, theirs.text);
      table.mark(place, theirs.own ? "" : "taken", `${theirs.by}，${theirs.at}`);
    }
  }

  finish(entry, text, state, why = "") {
    const { outbox, table } = this.grid;
    outbox.drop(entry);
    const place = table.find(entry);
    if (!place) return;
    if (state === "taken") this.grid.history.forget(place);
    table.write(place, text);
    table.mark(place, state, why);
  }

  again(entry, version) {
    Object.assign(entry, { version, state: "waiting", why: "" });
    this.grid.outbox.keep(entry);
  }

  refuse(entry, cell) {
    Object.assign(entry, { state: cell.state, why: cell.why });
    this.grid.outbox.keep(entry);
  }

  oppose(entry, theirs, version) {
    Object.assign(entry, { state: "conflict", theirs, version, why: `${theirs.by}填了 ${theirs.text || "（空）"}` });
    this.grid.outbox.keep(entry);
  }

  /* Typed into a cell whose two figures wait to be chosen between: they go on waiting. Taking one's own back
     leaves theirs. */
  retype(entry, place, text) {
    const { outbox, table } = this.grid;
    if (sameText(text, entry.base) || sameText(text, entry.theirs.text)) {
      this.finish(entry, entry.theirs.text, "taken", `${entry.theirs.by}，${entry.theirs.at}`);
      return;
    }
    entry.text = text;
    outbox.put(entry);
    table.write(place, text);
    table.mark(place, entry.state, entry.why);
  }

  choose(entry, isMine) {
    const { grid } = this;
    if (isMine) {
      entry.base = entry.theirs.text;
      this.again(entry, entry.version);
      grid.saver.schedule(0);
    } else this.finish(entry, entry.theirs.text, "taken", `${entry.theirs.by}，${entry.theirs.at}`);
    grid.editor.refresh();
    grid.draw();
  }

  /* Give up what could not be saved: the figure of before stands again. */
  discard(entries) {
    for (const entry of entries) this.finish(entry, entry.theirs ? entry.theirs.text : entry.base, "");
    this.grid.editor.refresh();
    this.grid.draw();
  }

  /* Another window of the same person has saved what this one only offers. */
  elsewhere(event) {
    const { outbox } = this.grid;
    if (!event.key?.startsWith(outbox.prefix) || event.newValue !== null) return;
    const entry = outbox.all("restored").find((each) => event.key.endsWith(`${each.village}:${each.month}:${each.element}`));
    if (!entry) return;
    outbox.entries.delete(event.key.slice(outbox.prefix.length));
    const place = this.grid.table.find(entry);
    if (place) this.grid.table.mark(place, "");
    this.grid.notices.offer(outbox.all("restored"));
    this.grid.draw();
  }

  count(sheet, before, after) {
    if (sheet) this.grid.table.count(sheet, Number(after !== "") - Number(before !== ""));
  }
}
