// The API as an integration uses it, from outside of the browser.

export class Api {
  constructor(base, key) {
    Object.assign(this, { base, key });
  }

  async call(method, path, body) {
    const headers = { Authorization: `Bearer ${this.key}`, ...(body && { "Content-Type": "application/json" }) };
    const response = await fetch(`${this.base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  get = (path) => this.call("GET", path);
  post = (path, body = {}) => this.call("POST", path, body);
  patch = (path, body) => this.call("PATCH", path, body);
}

/** Many calls, so many at a time. */
export async function each(items, atOnce, work) {
  const rest = [...items.entries()];
  const results = [];
  const run = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) results[next[0]] = await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: atOnce }, run));
  return results;
}
