/* The keys of a spreadsheet. */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const PAGE = 10;

export class Keys {
  constructor(grid) {
    this.grid = grid;
    this.isLeaving = false; // after Escape the next Tab leaves the table
  }

  handle(event) {
    if (event.isComposing || event.keyCode === 229 || event.altKey) return;
    const wasLeaving = this.isLeaving;
    this.isLeaving = false;
    const done = event.ctrlKey || event.metaKey ? this.shortcut(event) : this.key(event, wasLeaving);
    if (done) event.preventDefault();
  }

  shortcut(event) {
    const { editor, selection, table } = this.grid;
    const key = event.key.toLowerCase();
    if (key === "s") {
      editor.commit();
      this.grid.saver.schedule(0);
      return true;
    }
    if (editor.isBusy) return false; // inside a figure the browser's own shortcuts hold
    if (key === "z") return this.grid.travel(event.shiftKey ? "redo" : "undo");
    if (key === "y") return this.grid.travel("redo");
    if (key === "a") {
      selection.go({ r: 0, c: 0 });
      selection.extend({ r: table.height - 1, c: table.width - 1 });
      return true;
    }
    const far = { Home: { r: 0, c: 0 }, End: { r: table.height - 1, c: table.width - 1 } }[event.key];
    if (!far) return false;
    event.shiftKey ? selection.extend(far) : selection.go(far);
    return true;
  }

  key(event, wasLeaving) {
    const { editor, selection, table } = this.grid;
    const { active } = selection;
    switch (event.key) {
      case "Enter":
        editor.commit();
        selection.step(event.shiftKey ? -1 : 1, 0);
        return true;
      case "Tab":
        if (wasLeaving) return false;
        editor.commit();
        return selection.next(event.shiftKey ? -1 : 1);
      case "Escape":
        this.isLeaving = !editor.isBusy;
        editor.cancel();
        return true;
      case "F2":
        if (event.shiftKey) this.grid.strip.toggle();
        else editor.edit();
        return true;
      case "Delete":
        if (editor.isBusy) return false;
        this.grid.change(selection.places.map((place) => ({ place, text: "" })));
        return true;
      case "Home":
      case "End": {
        if (editor.mode === "editing") return false;
        const place = { r: active.r, c: event.key === "Home" ? 0 : table.width - 1 };
        this.move(event, place);
        return true;
      }
      case "PageUp":
      case "PageDown":
        this.move(event, { r: active.r + (event.key === "PageUp" ? -PAGE : PAGE), c: active.c });
        return true;
      default:
        return event.key in ARROWS && this.arrow(event);
    }
  }

  arrow(event) {
    const { editor, selection } = this.grid;
    if (editor.mode === "editing") return false;
    const [down, right] = ARROWS[event.key];
    const from = event.shiftKey ? selection.far : selection.active;
    this.move(event, { r: from.r + down, c: from.c + right });
    return true;
  }

  move(event, place) {
    const { editor, selection } = this.grid;
    editor.commit();
    event.shiftKey ? selection.extend(place) : selection.go(place);
  }
}
