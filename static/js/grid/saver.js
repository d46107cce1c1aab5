/* Cells save themselves: a moment after the last key, only what changed, one request at a time. What the server says
   of each cell is handed on; what did not arrive is tried again. */
import { sameText } from "./dom.js";

const PAUSE_MS = 500;
const FIRST_RETRY_MS = 3000;
const LONGEST_RETRY_MS = 30000;

export class Saver {
  constructor(outbox, session, { onAnswer, onChange, onTrouble }) {
    Object.assign(this, { outbox, session, onAnswer, onChange, onTrouble });
    this.timer = 0;
    this.isSending = false;
    this.isStopped = false; // until somebody logs in again
    this.retry = FIRST_RETRY_MS;
    window.addEventListener("online", () => this.schedule(0));
    window.addEventListener("pagehide", () => this.sendLast());
    window.addEventListener("pageshow", (event) => event.persisted && this.wake());
  }

  schedule(pause = PAUSE_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), pause);
  }

  resume() {
    this.isStopped = false;
    this.schedule(0);
  }

  /* Back from the browser's memory: what was on its way when the page was left is sent again. */
  wake() {
    for (const entry of this.outbox.all("sending")) entry.state = "offline";
    this.schedule(0);
  }

  async flush() {
    if (this.isSending || this.isStopped) return;
    const batches = this.outbox.batches();
    if (batches.length === 0) return;
    this.isSending = true;
    const sent = batches.map((batch) => this.depart(batch));
    this.onChange();
    const result = await this.deliver(sent);
    this.isSending = false;
    this.arrive(result, sent);
    this.onChange();
  }

  /* A batch as it goes off: later keys do not change it. */
  depart(batch) {
    for (const entry of batch.entries) {
      entry.state = "sending";
      entry.sent = [...(entry.sent || []).slice(-5), entry.text];
      this.outbox.keep(entry);
    }
    const texts = new Map(batch.entries.map((entry) => [entry.element, entry.text]));
    return { ...batch, texts };
  }

  async deliver(sent) {
    const result = await this.session.send(this.session.urls.save, this.bodyOf(sent));
    if (result.kind !== "denied") return result;
    const renewed = await this.session.renew(); // the token of an earlier login?
    if (renewed !== "ok") return { kind: renewed };
    return this.session.send(this.session.urls.save, this.bodyOf(sent));
  }

  bodyOf(sent) {
    return {
      user: this.session.user,
      batches: sent.map(({ village, month, version, texts }) => ({
        village,
        month,
        version,
        cells: Object.fromEntries(texts),
      })),
    };
  }

  arrive(result, sent) {
    if (result.kind === "ok") {
      this.retry = FIRST_RETRY_MS;
      this.onTrouble("");
      result.body.batches.forEach((answer, index) => this.onAnswer(answer, sent[index]));
      this.schedule(0);
    } else if (result.kind === "missing") this.giveUpOn(sent);
    else this.keepForLater(result.kind, sent);
  }

  /* One village that is no longer ours must not hold up the others: they are tried one by one. */
  giveUpOn(sent) {
    if (sent.length > 1) {
      this.keepForLater("missing", sent.slice(1));
      this.flushOnly(sent[0]);
      return;
    }
    for (const entry of sent[0].entries) {
      entry.state = "shut";
      entry.why = "这个村（社区）已不在您的管理范围内。";
      this.outbox.keep(entry);
    }
    this.onTrouble("");
    this.schedule(0);
  }

  async flushOnly(batch) {
    for (const entry of batch.entries) entry.state = "sending";
    this.isSending = true;
    const result = await this.deliver([batch]);
    this.isSending = false;
    this.arrive(result, [batch]);
    this.onChange();
  }

  keepForLater(kind, sent) {
    for (const batch of sent) {
      for (const entry of batch.entries) {
        if (entry.state !== "sending") continue;
        entry.state = "offline";
        this.outbox.keep(entry);
      }
    }
    if (kind === "missing") return;
    this.onTrouble(kind);
    this.isStopped = ["expired", "other", "denied"].includes(kind);
    if (!this.isStopped) {
      this.schedule(this.retry);
      this.retry = Math.min(this.retry * 2, LONGEST_RETRY_MS);
    }
  }

  /* The page goes: what is still here is sent without waiting; the outbox keeps it until an answer was read. */
  sendLast() {
    const batches = this.outbox.batches();
    if (batches.length === 0 || this.isStopped) return;
    this.session.send(this.session.urls.save, this.bodyOf(batches.map((batch) => this.depart(batch))), { isLast: true });
  }
}

/* Whether somebody else's figure is one that this page sent itself, and whose answer was lost on the way. */
export function isEcho(entry, theirs) {
  return theirs.own && (entry.sent || []).some((text) => sameText(text, theirs.text));
}
