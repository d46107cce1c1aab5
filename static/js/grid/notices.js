/* What the grid says: how much is saved, what is wrong with the active cell, what must be decided. */
import { button, make } from "./dom.js";

const TROUBLES = {
  expired: "登录已过期。您填的都还在，已存在这台电脑上。请在新窗口登录，再回到这里继续保存。",
  other: "这个浏览器里现在登录的是另一个人。您填的都还在，换回您的账号后再保存。",
  denied: "您的账号现在不能保存这些数据，请联系本单位管理员。您填的都还在，已存在这台电脑上。",
  broken: "服务器没有保存成功，稍后会自动再试。您填的都还在。",
};

export class Notices {
  constructor(grid) {
    this.grid = grid;
    this.status = document.querySelector("[data-grid-status]");
    this.words = document.querySelector("[data-grid-words]");
    this.box = document.querySelector("[data-grid-notices]");
    this.savedAt = "";
    this.last = 0;
    this.kind = "";
    this.isHeld = false;
    window.addEventListener("focus", () => this.kind && this.tryAgain(true));
  }

  firstPlace() {
    const { table } = this.grid;
    for (let r = 0; r < table.height; r += 1) {
      for (let c = 0; c < table.width; c += 1) {
        if (!table.whyShut({ r, c }) && !table.text({ r, c })) return { r, c };
      }
    }
    return { r: 0, c: 0 };
  }

  /* One sentence for whoever looks or listens; it stays until another cell is looked at. */
  tell(words) {
    this.words.textContent = words;
    this.isHeld = true;
  }

  say(place) {
    const { table } = this.grid;
    const cell = table.cell(place);
    const isCalm = ["saved", "sending", "waiting"].includes(cell.dataset.state); // the line beside says so already
    this.tell(table.whyShut(place) || (isCalm ? "" : cell.title));
    this.isHeld = false;
  }

  /* How everything stands, in the line above the table. */
  count() {
    const { outbox } = this.grid;
    const parts = [
      [outbox.all("sending", "waiting").length, "正在保存 # 格…"],
      [outbox.all("offline").length, this.kind ? "未保存 # 格，已存在这台电脑上" : "未保存（离线）# 格，网络恢复后自动保存"],
      [outbox.all("restored").length, "# 格等您确认"],
      [outbox.all("invalid").length, "# 格要改正"],
      [outbox.all("conflict").length, "# 格要选用谁的数"],
      [outbox.all("shut").length, "# 格已锁定，没有保存"],
    ];
    const total = outbox.all().length;
    if (this.last && !total) this.savedAt = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
    this.last = total;
    const said = parts.filter(([count]) => count).map(([count, words]) => words.replace("#", count));
    const words = said.length ? said.join("；") : this.savedAt ? `已全部保存 ${this.savedAt}` : "";
    if (this.status.textContent !== words) this.status.textContent = words;
    this.status.classList.toggle("is-open", said.length > 0);
    this.showLost();
    const { active } = this.grid.selection || {};
    if (active && !this.isHeld) this.say(active);
  }

  /* Cells that were signed away under the hands: what was typed can be read, and be given up. */
  showLost() {
    const lost = this.grid.outbox.all("shut");
    const old = this.box.querySelector("[data-lost]");
    if (lost.length === 0) {
      old?.remove();
      return;
    }
    const key = lost.map((entry) => entry.label + entry.text).join();
    if (old?.dataset.lost === key) return;
    const list = make("ul", { class: "plain-list" }, ...lost.map((entry) => make("li", { text: `${entry.label}：您填的 ${entry.text || "（空）"} 没有保存。${entry.why}` })));
    const box = this.notice("warning", `有 ${lost.length} 格没有保存，已锁定。`, list, button("不要了，恢复原来的数", () => this.grid.answers.discard(lost)));
    box.dataset.lost = key;
    old ? old.replaceWith(box) : this.box.append(box);
  }

  /* What an earlier page left behind. */
  offer(entries) {
    this.box.querySelector("[data-offer]")?.remove();
    if (entries.length === 0) return;
    const elsewhere = entries.filter((entry) => !this.grid.table.find(entry));
    const list = elsewhere.map((entry) => make("li", { text: `${entry.label}：${entry.text || "（空）"}` }));
    const words = `上次有 ${entries.length} 格没有保存，已放回表中，要保存吗？${elsewhere.length ? `其中 ${elsewhere.length} 格在别的页面：` : ""}`;
    const box = this.notice(
      "warning",
      words,
      list.length ? make("ul", { class: "plain-list" }, ...list) : null,
      button(`保存这 ${entries.length} 格`, () => this.accept(entries), "btn btn-primary"),
      button("不要了", () => this.refuse(entries)),
    );
    box.dataset.offer = "";
    this.box.prepend(box);
  }

  accept(entries) {
    for (const entry of entries) entry.state = "waiting";
    this.box.querySelector("[data-offer]")?.remove();
    this.grid.saver.schedule(0);
    this.grid.draw();
  }

  refuse(entries) {
    this.box.querySelector("[data-offer]")?.remove();
    this.grid.answers.discard(entries);
  }

  trouble(kind) {
    if (kind === "offline" || kind === "missing") kind = "";
    if (kind === this.kind) return;
    this.kind = kind;
    this.box.querySelector("[data-trouble]")?.remove();
    if (!kind) return;
    const login = kind === "expired" || kind === "other";
    const link = login && make("a", { class: "btn", href: this.grid.session.urls.login, target: "_blank", rel: "opener", text: "在新窗口登录" });
    const box = this.notice("error", TROUBLES[kind], null, link, login && button("已经登录，继续保存", () => this.tryAgain(false)));
    box.dataset.trouble = kind;
    this.box.prepend(box);
  }

  /* Whether the right person is logged in again. */
  async tryAgain(isQuiet) {
    const { session, saver } = this.grid;
    const found = await session.renew();
    if (found === "ok") {
      this.trouble("");
      saver.resume();
    } else if (!isQuiet) this.tell(TROUBLES[found] || "网络不通，请稍后再试。");
  }

  notice(tone, words, list, ...buttons) {
    const text = make("div", {}, make("p", { text: words }), list);
    const actions = make("div", { class: "notice-buttons" }, ...buttons);
    return make("div", { class: `notice notice-${tone}`, role: tone === "error" ? "alert" : "status" }, text, actions);
  }
}
