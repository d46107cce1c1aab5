/* The keys a spreadsheet user expects in [data-grid]: Enter and the arrows move, Ctrl+S saves, a column copied from
   Excel or WPS fills downwards. What is right or wrong is said by the server. */
function cellsOf(grid) {
  return [...grid.querySelectorAll("tr")]
    .map((row) => [...row.querySelectorAll(".cell-input")].filter((input) => !input.disabled && !input.readOnly))
    .filter((row) => row.length > 0);
}

function placeOf(rows, input) {
  for (const [y, row] of rows.entries()) {
    const x = row.indexOf(input);
    if (x >= 0) return { x, y };
  }
  return null;
}

function go(rows, y, x) {
  const row = rows[Math.max(0, Math.min(y, rows.length - 1))];
  const target = row[Math.max(0, Math.min(x, row.length - 1))];
  target.focus();
  target.select?.();
}

function atStart(input) {
  return input.selectionStart === 0 && (input.selectionEnd === 0 || input.selectionEnd === input.value.length);
}

function atEnd(input) {
  return input.selectionEnd === input.value.length && (input.selectionStart === 0 || input.selectionStart === input.selectionEnd);
}

function step(event) {
  const input = event.target;
  if (event.key === "Enter") return [event.shiftKey ? -1 : 1, 0];
  if (input.tagName === "SELECT") return null; // the arrows choose
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  if (event.key === "ArrowDown") return [1, 0];
  if (event.key === "ArrowUp") return [-1, 0];
  if (event.key === "ArrowLeft" && atStart(input)) return [0, -1];
  if (event.key === "ArrowRight" && atEnd(input)) return [0, 1];
  return null;
}

function onKey(event) {
  if (event.isComposing || !event.target.matches(".cell-input")) return;
  const move = step(event);
  if (!move) return;
  const rows = cellsOf(event.currentTarget);
  const place = placeOf(rows, event.target);
  if (!place) return;
  event.preventDefault();
  go(rows, place.y + move[0], place.x + move[1]);
}

function write(input, text) {
  if (input.tagName === "SELECT") {
    const option = [...input.options].find((choice) => [choice.value, choice.text].includes(text.trim()));
    if (option) input.value = option.value;
  } else {
    input.value = text.trim().replace(/,/g, "");
  }
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function onPaste(event) {
  if (!event.target.matches(".cell-input")) return;
  const lines = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "").split("\n");
  const block = lines.map((line) => line.split("\t"));
  if (block.length === 1 && block[0].length === 1) return;
  const rows = cellsOf(event.currentTarget);
  const place = placeOf(rows, event.target);
  if (!place) return;
  event.preventDefault();
  for (const [dy, line] of block.entries()) {
    for (const [dx, text] of line.entries()) {
      const input = rows[place.y + dy]?.[place.x + dx];
      if (input) write(input, text);
    }
  }
}

function saveOnShortcut(event) {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  const save = document.querySelector("[data-save]");
  if (!save) return;
  event.preventDefault();
  save.click();
}

for (const grid of document.querySelectorAll("[data-grid]")) {
  grid.addEventListener("keydown", onKey);
  grid.addEventListener("paste", onPaste);
}
document.addEventListener("keydown", saveOnShortcut);
