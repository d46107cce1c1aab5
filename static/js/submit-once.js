/* One press, one request: after the first submit the form's buttons rest until the answer comes. The server holds
   against doubles too; this is for the hand. A form that answers with a file says data-submit-again. */
const WAIT_MS = 20000;
const sent = new WeakSet();

function buttonsOf(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

function rest(form, pressed) {
  for (const button of buttonsOf(form)) button.disabled = true;
  if (!pressed || pressed.tagName !== "BUTTON") return;
  pressed.dataset.label = pressed.innerHTML;
  pressed.textContent = pressed.dataset.busy || "正在提交…";
}

function wake(form) {
  sent.delete(form);
  for (const button of buttonsOf(form)) {
    button.disabled = false;
    if (button.dataset.label) button.innerHTML = button.dataset.label;
    delete button.dataset.label;
  }
}

function guarded(form) {
  return form.method === "post" && !("submitAgain" in form.dataset);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!guarded(form) || event.defaultPrevented) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  // After this turn, so that the pressed button's own name and value still travel with the form.
  setTimeout(() => rest(form, event.submitter), 0);
  setTimeout(() => wake(form), WAIT_MS);
});

window.addEventListener("pageshow", () => {
  for (const form of document.forms) wake(form);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form");
  if (form) wake(form);
});
