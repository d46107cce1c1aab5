/* The active cell, and the block around it. */
export class Selection {
  constructor(table, onMove) {
    this.table = table;
    this.onMove = onMove;
    this.active = null;
    this.far = null; // the other corner of the block
    this.marked = new Set();
  }

  get range() {
    const { active, far } = this;
    return {
      top: Math.min(active.r, far.r),
      bottom: Math.max(active.r, far.r),
      left: Math.min(active.c, far.c),
      right: Math.max(active.c, far.c),
    };
  }

  get places() {
    const { top, bottom, left, right } = this.range;
    const found = [];
    for (let r = top; r <= bottom; r += 1) for (let c = left; c <= right; c += 1) found.push({ r, c });
    return found;
  }

  within({ r, c }) {
    return {
      r: Math.max(0, Math.min(r, this.table.height - 1)),
      c: Math.max(0, Math.min(c, this.table.width - 1)),
    };
  }

  go(place) {
    this.active = this.within(place);
    this.far = this.active;
    this.draw();
    this.onMove(this.active);
  }

  /* Choose as far as a place, without going there. */
  choose(place) {
    this.far = this.within(place);
    this.draw();
  }

  extend(place) {
    this.choose(place);
    this.table.cell(this.far).scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  step(down, right) {
    this.go({ r: this.active.r + down, c: this.active.c + right });
  }

  /* Like Tab: at the end of a row to the next; false past the last cell. */
  next(direction) {
    const { width, height } = this.table;
    const at = this.active.r * width + this.active.c + direction;
    if (at < 0 || at >= width * height) return false;
    this.go({ r: Math.floor(at / width), c: at % width });
    return true;
  }

  draw() {
    const { top, bottom, left, right } = this.range;
    const now = new Set();
    if (top !== bottom || left !== right) for (const place of this.places) now.add(this.table.cell(place));
    for (const cell of this.marked) if (!now.has(cell)) cell.classList.remove("is-chosen");
    for (const cell of now) cell.classList.add("is-chosen");
    this.marked = now;
  }
}
