/* What was done, step by step; a pasted block is one step. Undoing is a change like any other, and is saved. */
const MOST_STEPS = 200;

export class History {
  constructor() {
    this.done = [];
    this.undone = [];
  }

  /* changes: [{ place, from, to }] */
  add(changes) {
    if (changes.length === 0) return;
    this.done.push(changes);
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone = [];
  }

  /* Somebody else changed a cell: what was done to it before cannot be taken back any more. */
  forget({ r, c }) {
    const rest = (steps) => steps.map((step) => step.filter(({ place }) => place.r !== r || place.c !== c)).filter((step) => step.length);
    this.done = rest(this.done);
    this.undone = rest(this.undone);
  }

  undo() {
    const step = this.done.pop();
    if (!step) return null;
    this.undone.push(step);
    return step.map(({ place, from }) => ({ place, text: from }));
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return null;
    this.done.push(step);
    return step.map(({ place, to }) => ({ place, text: to }));
  }
}
