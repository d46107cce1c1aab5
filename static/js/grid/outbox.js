/* What was typed and is not saved yet, cell by cell. It lives in this browser until the server has answered: a lost
   connection, a closed tab and an expired login lose nothing. Every person has a drawer of their own. */
const KEEP_MS = 60 * 24 * 3600 * 1000;
const SENT_STATES = new Set(["waiting", "offline"]);

export class Outbox {
  constructor(user) {
    this.prefix = `cells:${user}:`;
    this.entries = new Map();
    this.isKept = true; // false: this browser keeps nothing, so leaving has to be asked about
  }

  static key(entry) {
    return `${entry.village}:${entry.month}:${entry.element}`;
  }

  get(entry) {
    return this.entries.get(Outbox.key(entry));
  }

  put(entry) {
    entry.at = Date.now();
    this.entries.set(Outbox.key(entry), entry);
    this.keep(entry);
  }

  keep(entry) {
    try {
      localStorage.setItem(this.prefix + Outbox.key(entry), JSON.stringify(entry));
    } catch {
      this.isKept = false;
    }
  }

  drop(entry) {
    this.entries.delete(Outbox.key(entry));
    try {
      localStorage.removeItem(this.prefix + Outbox.key(entry));
    } catch {
      this.isKept = false;
    }
  }

  /* What an earlier page of this person left behind. Whatever was on its way then is offered, not sent unasked. */
  load() {
    for (const name of this.names()) {
      const entry = this.read(name);
      if (!entry || Date.now() - entry.at > KEEP_MS) localStorage.removeItem(name);
      else this.entries.set(Outbox.key(entry), entry);
    }
    for (const entry of this.entries.values()) {
      if (SENT_STATES.has(entry.state) || entry.state === "sending") entry.state = "restored";
    }
  }

  names() {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(this.prefix));
    } catch {
      return [];
    }
  }

  read(name) {
    try {
      const entry = JSON.parse(localStorage.getItem(name));
      return entry && typeof entry.text === "string" && entry.village && entry.month ? entry : null;
    } catch {
      return null;
    }
  }

  all(...states) {
    return [...this.entries.values()].filter((entry) => states.length === 0 || states.includes(entry.state));
  }

  ofSheet(village, month) {
    return this.all().filter((entry) => entry.village === village && entry.month === month);
  }

  /* The next batches: of each month only the cells typed over its oldest version. */
  batches() {
    const found = new Map();
    for (const entry of this.all(...SENT_STATES)) {
      const key = `${entry.village}|${entry.month}`;
      const batch = found.get(key);
      if (!batch || entry.version < batch.version) {
        found.set(key, { village: entry.village, month: entry.month, version: entry.version, entries: [entry] });
      } else if (entry.version === batch.version) batch.entries.push(entry);
    }
    return [...found.values()].slice(0, 100);
  }
}
