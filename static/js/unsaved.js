/* Nothing typed is lost. For every <form data-unsaved="a-key">: leaving with changes asks first; what was typed is kept
   in this browser and offered again after a crash or a closed tab. A kept draft goes away when it was saved: the
   form then shows the same values, or carries a newer data-unsaved-version than the draft that was sent. */
const PREFIX = "draft:";
const KEEP_MS = 14 * 24 * 3600 * 1000;
const PAUSE_MS = 400;
const SKIPPED = new Set(["hidden", "password", "file", "submit", "button", "reset"]);

function store(action) {
  try {
    return action(localStorage);
  } catch {
    return null; // storage closed or full: the warning on leaving still works
  }
}

function keyOf(form) {
  return `${PREFIX}${document.body.dataset.user || ""}:${form.dataset.unsaved}`;
}

function readDraft(form) {
  return store((storage) => JSON.parse(storage.getItem(keyOf(form)) || "null"));
}

function writeDraft(form, draft) {
  store((storage) => storage.setItem(keyOf(form), JSON.stringify(draft)));
}

function dropDraft(form) {
  store((storage) => storage.removeItem(keyOf(form)));
}

function controls(form) {
  return [...form.elements].filter((element) => element.name && !SKIPPED.has(element.type) && !element.disabled);
}

function valueOf(element) {
  if (element.type === "checkbox" || element.type === "radio") return element.checked;
  if (element.type === "select-multiple") return [...element.selectedOptions].map((option) => option.value).join("\n");
  return element.value;
}

function slot(element) {
  return element.type === "checkbox" || element.type === "radio" ? `${element.name}=${element.value}` : element.name;
}

function valuesOf(form) {
  return Object.fromEntries(controls(form).map((element) => [slot(element), valueOf(element)]));
}

function put(element, value) {
  if (element.type === "checkbox" || element.type === "radio") element.checked = value;
  else if (element.type === "select-multiple") {
    const wanted = new Set(value.split("\n"));
    for (const option of element.options) option.selected = wanted.has(option.value);
  } else element.value = value;
  element.dispatchEvent(new Event("input", { bubbles: true }));
}

// 1,480 and 1480 are one figure
function plain(element, value) {
  return element.classList.contains("cell-input") ? String(value).replace(/[,，\s]/g, "") : value;
}

function differs(element, value) {
  return plain(element, value) !== plain(element, valueOf(element));
}

function differing(form, values) {
  return controls(form).filter((element) => slot(element) in values && differs(element, values[slot(element)]));
}

function ago(milliseconds) {
  const minutes = Math.floor((Date.now() - milliseconds) / 60000);
  if (minutes < 1) return "刚才";
  if (minutes < 60) return `${minutes} 分钟前`;
  return minutes < 1440 ? `${Math.floor(minutes / 60)} 小时前` : `${Math.floor(minutes / 1440)} 天前`;
}

function wasSaved(form, draft) {
  const versionMoved = draft.version !== (form.dataset.unsavedVersion || "");
  return draft.sent && versionMoved && !("unsavedKeep" in form.dataset);
}

function button(label, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "btn";
  element.textContent = label;
  element.addEventListener("click", action);
  return element;
}

function offer(form, draft, count) {
  const box = document.createElement("div");
  box.className = "notice notice-warning";
  box.setAttribute("role", "status");
  const words = document.createElement("p");
  const moved = draft.version !== (form.dataset.unsavedVersion || "") ? "此后页面上的数据有更新，恢复后请核对。" : "";
  words.textContent = `${ago(draft.at)}填写的 ${count} 处内容没有保存，要恢复吗？${moved}`;
  const buttons = document.createElement("div");
  buttons.className = "notice-buttons";
  buttons.append(
    button("恢复填写内容", () => {
      for (const element of differing(form, draft.values)) put(element, draft.values[slot(element)]);
      box.remove();
    }),
    button("不要了", () => {
      dropDraft(form);
      box.remove();
    }),
  );
  box.append(words, buttons);
  form.before(box);
}

function offerDraft(form) {
  const draft = readDraft(form);
  if (!draft || (draft.sent && "unsavedKeep" in form.dataset)) return; // the page came back with what was sent
  const count = differing(form, draft.values).length;
  if (count === 0 || wasSaved(form, draft)) dropDraft(form);
  else offer(form, draft, count);
}

function watch(form) {
  const first = JSON.stringify(valuesOf(form));
  const version = form.dataset.unsavedVersion || "";
  let leaving = false;
  let timer = 0;

  const changed = () => "unsavedKeep" in form.dataset || JSON.stringify(valuesOf(form)) !== first;
  const keep = (sent) => writeDraft(form, { values: valuesOf(form), at: Date.now(), version, sent });

  offerDraft(form);
  if ("unsavedKeep" in form.dataset) keep(false);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => (changed() ? keep(false) : dropDraft(form)), PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    if (changed()) keep(true);
    leaving = true;
  });
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("beforeunload", (event) => {
    if (leaving || !changed()) return;
    event.preventDefault();
    event.returnValue = true; // what browsers before Chrome 119 listen to
  });
}

function dropOldDrafts() {
  store((storage) => {
    for (const key of Object.keys(storage).filter((name) => name.startsWith(PREFIX))) {
      const draft = JSON.parse(storage.getItem(key) || "null");
      if (!draft || Date.now() - draft.at > KEEP_MS) storage.removeItem(key);
    }
  });
}

dropOldDrafts();
document.querySelectorAll("form[data-unsaved]").forEach(watch);
