/* Making elements in a line: text is always text, never markup. */
export function make(name, options = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (key === "class") element.className = value;
    else if (key === "text") element.textContent = value;
    else if (key === "on") for (const [event, action] of Object.entries(value)) element.addEventListener(event, action);
    else element.setAttribute(key, value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

export function button(label, action, kind = "btn") {
  return make("button", { type: "button", class: kind, text: label, on: { click: action } });
}

/* 1,410 and １４１０ and 1410 are one figure, as far as a browser needs to know: the server decides. */
export function plain(text) {
  return text.normalize("NFKC").replace(/[,\s]/g, "");
}

export function sameText(one, other) {
  return plain(one) === plain(other);
}
