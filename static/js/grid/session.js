/* Who is logged in, and the token that goes with what is sent. A login that has expired is said, never guessed:
   one logs in again in another tab, and this page goes on with a new token. */
export class Session {
  constructor(data) {
    this.user = data.user;
    this.urls = data.urls;
    this.token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  }

  /* ok, expired, other (somebody else has logged in) or offline. */
  async renew() {
    let answer;
    try {
      answer = await fetch(this.urls.session, { redirect: "manual", headers: { Accept: "application/json" } });
    } catch {
      return "offline";
    }
    if (answer.type === "opaqueredirect") return "expired";
    if (!answer.ok) return "expired";
    const found = await answer.json();
    if (found.user !== this.user) return "other";
    this.token = found.token;
    return "ok";
  }

  /* What stands at an address for a script: { kind: ok|offline|expired|broken, body }. */
  async ask(url) {
    return this.read(() => fetch(url, { redirect: "manual", headers: { Accept: "application/json" } }));
  }

  /* The answer to a form, with what it says where it is refused: as above, or denied, other, refused. */
  async submit(url, fields) {
    const send = () =>
      fetch(url, {
        method: "POST",
        redirect: "manual",
        headers: { Accept: "application/json", "X-CSRFToken": this.token },
        body: new URLSearchParams(fields),
      });
    const result = await this.read(send);
    if (result.kind !== "denied") return result;
    const renewed = await this.renew(); // the token of an earlier login?
    return renewed === "ok" ? this.read(send) : { kind: renewed };
  }

  async read(request) {
    let answer;
    try {
      answer = await request();
    } catch {
      return { kind: "offline" };
    }
    if (answer.type === "opaqueredirect") return { kind: "expired" };
    if (answer.status === 403) return { kind: "denied" };
    try {
      return { kind: answer.ok ? "ok" : "refused", body: await answer.json() };
    } catch {
      return { kind: "broken" };
    }
  }

  /* The answer to a sent object: { kind: ok|offline|expired|denied|missing|other|broken, body }. */
  async send(url, body, { isLast = false } = {}) {
    let answer;
    try {
      answer = await fetch(url, {
        method: "POST",
        redirect: "manual",
        keepalive: isLast,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(body),
      });
    } catch {
      return { kind: "offline" };
    }
    if (answer.type === "opaqueredirect") return { kind: "expired" };
    const kinds = { 403: "denied", 404: "missing", 409: "other" };
    if (!answer.ok) return { kind: kinds[answer.status] || "broken", status: answer.status };
    try {
      return { kind: "ok", body: await answer.json() };
    } catch {
      return { kind: "offline" }; // cut off midway: what was saved is found out by asking again
    }
  }
}
