/* Says so when the line is down or a partial request fails: nothing fails in silence. */
const notices = document.getElementById("notices");

function tell(tone, text) {
  const box = document.createElement("div");
  box.className = `notice notice-${tone}`;
  box.dataset.script = "connection";
  const words = document.createElement("p");
  words.textContent = text;
  box.append(words);
  clear();
  notices.append(box);
}

function clear() {
  for (const box of notices.querySelectorAll("[data-script=connection]")) box.remove();
}

const REFUSALS = {
  0: "网络不通，刚才的操作没有送达。已填的内容还在本页，网络恢复后请再试一次。",
  403: "登录已过期，或您没有办理这件事的权限。请刷新页面后再试。",
  404: "这条记录已不在了，可能刚被他人处理。请刷新页面查看。",
};

function explain(status) {
  return REFUSALS[status] || "刚才的操作没有完成，什么也没有改动。请稍后再试；如仍不行，请联系本单位管理员。";
}

if (notices) {
  window.addEventListener("offline", () => tell("warning", "网络已断开。已填的内容还在本页，恢复后再保存。"));
  window.addEventListener("online", () => tell("success", "网络已恢复，可以继续了。"));
  document.addEventListener("htmx:sendError", () => tell("error", explain(0)));
  document.addEventListener("htmx:responseError", (event) => tell("error", explain(event.detail.xhr.status)));
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}
