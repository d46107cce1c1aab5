/* The mouse chooses a cell, drags a block, and opens a figure with a double press. A finger chooses; it scrolls. */
export function followMouse(element, grid) {
  const { table, selection, editor } = grid;
  let isDragging = false;

  const placeAt = (event) => {
    const cell = event.target.closest?.("td");
    return cell && table.placeOf(cell);
  };

  element.addEventListener("mousedown", (event) => {
    const place = placeAt(event);
    if (!place || event.button !== 0) return;
    if (event.target === editor.input && editor.isBusy) return; // the caret is being placed
    event.preventDefault();
    if (event.shiftKey) selection.extend(place);
    else selection.go(place);
    isDragging = true;
  });
  element.addEventListener("mouseover", (event) => {
    const place = isDragging && placeAt(event);
    if (place) selection.extend(place);
  });
  window.addEventListener("mouseup", () => (isDragging = false));
  element.addEventListener("dblclick", (event) => {
    if (placeAt(event) && !editor.isBusy) editor.edit();
  });
}
