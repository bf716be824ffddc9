// The entry grid: each cell is saved as it is left, a block can be pasted, the last change taken back. What could not be
// sent waits in this browser until the line or the session is back. Without this script the page is a plain form.

const form = document.getElementById("entry");
const rows = [...form.querySelectorAll("[data-row]")];
const byKey = new Map(rows.map((row) => [row.dataset.row, row]));
const STORE = `entry:${form.dataset.store}`;
const WORDS = JSON.parse(document.getElementById("entry-words").textContent);
const NUMBERS = ["numerator", "denominator", "value"];
const MORE = ["answer", "missing_reason", "qualifier", "note", "justification"];
const RETRY_MS = 5000;

const field = (row, name) => row.querySelector(`[name="${CSS.escape(`${row.dataset.row}-${name}`)}"]`);
const text = (row, name) => field(row, name)?.value ?? "";
form.querySelector("[data-entry-help]")?.removeAttribute("hidden");
document.querySelector("[data-entry-help]")?.removeAttribute("hidden");

// ---- what a row says --------------------------------------------------------------------------------------
const cellOf = (row) => {
  const cell = { indicator: row.dataset.indicator, level: row.dataset.level, base: Number(text(row, "base")) };
  for (const name of [...NUMBERS, ...MORE]) cell[name] = text(row, name);
  return cell;
};
const say = (row, word) => { row.querySelector("[data-save]").textContent = word; };

// ---- the queue: what waits, by row; kept in the browser until the server has answered ----------------------
let waiting = {};
let sending = false;
const keep = () => {
  try {
    if (Object.keys(waiting).length) localStorage.setItem(STORE, JSON.stringify(waiting));
    else localStorage.removeItem(STORE);
  } catch { /* A full or closed store: the page itself still holds what was typed. */ }
};
const queue = (row, via = "form") => {
  waiting[row.dataset.row] = { ...cellOf(row), via };
  say(row, WORDS.saving);
  keep();
  void send();
};

const send = async () => {
  const keys = Object.keys(waiting);
  if (sending || !keys.length) return;
  sending = true;
  const sent = Object.fromEntries(keys.map((key) => [key, waiting[key]]));
  const via = keys.some((key) => sent[key].via === "paste") ? "paste" : "form";
  const cells = keys.map((key) => { const { via: _via, ...cell } = sent[key]; return cell; });
  try {
    const answer = await fetch(form.dataset.cells, {
      method: "POST", redirect: "manual", credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ via, cells }),
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("session");
    if (!answer.ok) throw new Error("server");
    const told = await answer.json();
    for (const one of told.cells) {
      if (JSON.stringify(waiting[one.key]) === JSON.stringify(sent[one.key])) delete waiting[one.key];
      take(byKey.get(one.key), one);
    }
    line("");
    document.querySelector("[data-progress]").textContent = told.progress.words;
  } catch (problem) {
    line(problem.message === "session" ? WORDS.session : WORDS.offline);
    for (const key of keys) say(byKey.get(key), WORDS.waiting);
    setTimeout(() => void send(), RETRY_MS);
    sending = false;
    keep();
    return;
  }
  sending = false;
  keep();
  if (Object.keys(waiting).length) void send();
};
// A new sign-in in another tab brings a new token; the cookie is closed to scripts, the page's own copy is fetched again.
const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
const refreshToken = async () => {
  const answer = await fetch(location.href, { redirect: "manual", credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#entry [name=csrfmiddlewaretoken]");
  if (fresh) form.querySelector("[name=csrfmiddlewaretoken]").value = fresh.value;
};
const line = (words) => {
  const place = document.querySelector("[data-line]");
  place.textContent = words;
  if (words !== WORDS.session) return;
  const link = document.createElement("a");
  link.href = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.target = "_blank";
  link.className = "link";
  link.textContent = ` ${WORDS.signIn}`;
  place.append(link);
};
const again = () => void refreshToken().catch(() => {}).then(send);
addEventListener("online", again);
addEventListener("focus", () => { if (Object.keys(waiting).length) again(); });

// ---- the answer for one row ---------------------------------------------------------------------------------
const take = (row, told) => {
  const found = row.querySelector("[data-found]");
  found.replaceChildren(...told.findings.map((one) => {
    const p = document.createElement("p");
    p.className = one.severity === "error" ? "field-error" : "field-warning";
    p.textContent = one.message;
    return p;
  }));
  const wrong = told.state === "refused" || told.state === "conflict";
  for (const input of row.querySelectorAll(".cell")) {
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  row.classList.toggle("is-refused", wrong);
  if (told.findings.some((one) => one.severity === "warning")) row.querySelector("details").open = true;
  say(row, WORDS[told.state] ?? "");
  row.querySelector("[data-conflict]").replaceChildren();
  if (told.state === "conflict") return choose(row, told);
  if (wrong || waiting[row.dataset.row]) return undefined;
  field(row, "base").value = told.version;
  if (told.echo) for (const name of NUMBERS) {
    const input = field(row, name);
    if (input && input !== document.activeElement) input.value = told.echo[name];
  }
  const result = row.querySelector("[data-result]");
  if (result) result.textContent = told.result;
  if (told.state === "saved") {
    const chip = row.querySelector("[data-state]");
    chip.className = "chip is-in-progress";
    chip.lastChild.textContent = WORDS.draft;
  }
  return undefined;
};

// Two people, one cell: both figures are shown, and neither is lost.
const choose = (row, told) => {
  const box = document.createElement("div");
  box.className = "entry-choice";
  const words = document.createElement("span");
  words.textContent = `${WORDS.theirs} (${told.by}): ${told.result}`;
  const button = (label, act) => {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "button";
    one.textContent = label;
    one.addEventListener("click", () => { box.remove(); act(); });
    return one;
  };
  box.append(words, button(WORDS.keepMine, () => { field(row, "base").value = told.version; queue(row); }),
    button(WORDS.takeTheirs, () => {
      for (const name of [...NUMBERS, ...MORE]) { const input = field(row, name); if (input) input.value = told.echo[name]; }
      field(row, "base").value = told.version;
      take(row, { ...told, state: "unchanged", findings: [] });
    }));
  row.querySelector("[data-conflict]").append(box);
};

// ---- the rate as it is typed: whole numbers only, so that nothing is rounded before its time ------------------
const parse = (typed) => {
  const plain = typed.replace(/[\s\u00a0\u202f]/g, "");
  const grouped = /^\d{1,3}(\.\d{3})+(,\d{1,4})?$/.test(plain) ? plain.replaceAll(".", "") : plain;
  const match = /^(\d+)(?:[.,](\d{1,4}))?$/.exec(grouped);
  return match ? BigInt(match[1]) * 10000n + BigInt((match[2] ?? "").padEnd(4, "0")) : null;
};
const live = (row) => {
  const result = row.querySelector("[data-result]");
  if (!result) return;
  const [numerator, denominator] = [parse(text(row, "numerator")), parse(text(row, "denominator"))];
  if (numerator === null || !denominator) { result.textContent = "–"; return; }
  const decimals = Number(row.dataset.decimals);
  const factor = BigInt(row.dataset.factor);
  const scale = 10n ** BigInt(decimals);
  const rounded = (numerator * factor * scale * 2n + denominator) / (denominator * 2n);
  const whole = String(rounded / scale).replace(/\B(?=(\d{3})+$)/g, ".");
  const rest = decimals ? `,${String(rounded % scale).padStart(decimals, "0")}` : "";
  result.textContent = `${whole}${rest}${factor === 100n ? " %" : ""}`;
};

// ---- typing, keys, paste, undo -----------------------------------------------------------------------------------
const done = [];
const focused = new WeakMap();
const remember = (input) => focused.set(input, input.value);
const cells = () => [...form.querySelectorAll("input.cell")];
const below = (input, step) => {
  const same = cells().filter((one) => one.dataset.cell === input.dataset.cell);
  const row = rows.indexOf(input.closest("[data-row]"));
  const order = step > 0 ? rows.slice(row + 1) : rows.slice(0, row).reverse();
  const next = order.map((one) => one.querySelector(`[data-cell="${input.dataset.cell}"]`) ?? one.querySelector(".cell"))[0];
  return next ?? same.at(step > 0 ? -1 : 0);
};
form.addEventListener("focusin", (event) => { if (event.target.matches(".cell")) { remember(event.target); event.target.select(); } });
form.addEventListener("input", (event) => { if (event.target.matches(".cell")) live(event.target.closest("[data-row]")); });
form.addEventListener("change", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  if (event.target.matches(".cell")) done.push([[event.target, focused.get(event.target) ?? ""]]);
  // A rate is whole only with both of its numbers: while the other cell of the row is next, nothing is sent yet.
  if (event.target.matches(".cell") && isHalf(row)) { say(row, ""); return; }
  queue(row);
});
const isHalf = (row) => Boolean(field(row, "numerator")) && !text(row, "numerator") !== !text(row, "denominator");
form.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.ctrlKey && event.key === "z" && done.length && (!input.matches(".cell") || input.value === focused.get(input))) {
    event.preventDefault();
    undo();
    return;
  }
  if (!input.matches(".cell") || event.altKey || event.ctrlKey || event.metaKey) return;
  const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  below(input, step)?.focus();
});
const undo = () => {
  const last = done.pop();
  for (const [input, before] of last) input.value = before;
  const touched = new Set(last.map(([input]) => input.closest("[data-row]")));
  for (const row of touched) { live(row); queue(row); }
  last[0][0].focus();
};
const block = (data) => data.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n")
  .map((each) => each.split("\t").map((one) => one.replace(/^"([\s\S]*)"$/, "$1").replaceAll('""', '"').trim()));
form.addEventListener("paste", (event) => {
  const input = event.target;
  const lines = block(event.clipboardData.getData("text/plain"));
  if (!input.matches(".cell") || input.readOnly || (lines.length === 1 && lines[0].length === 1)) return;
  event.preventDefault();
  const first = rows.indexOf(input.closest("[data-row]"));
  const column = Number(input.dataset.cell);
  const changes = [];
  lines.forEach((line_, down) => {
    const row = rows[first + down];
    if (!row) return;
    line_.forEach((value, right) => {
      const target = row.querySelector(`[data-cell="${column + right}"]`);
      if (!target) return;
      changes.push([target, target === input ? focused.get(input) ?? "" : target.value]);
      target.value = value;
    });
  });
  if (!changes.length) return;
  done.push(changes);
  remember(input);
  for (const row of new Set(changes.map(([one]) => one.closest("[data-row]")))) { live(row); queue(row, "paste"); }
});

// ---- what was typed before the page was closed or the line was cut -----------------------------------------------
try {
  const kept = JSON.parse(localStorage.getItem(STORE) ?? "{}");
  for (const [key, cell] of Object.entries(kept)) {
    const row = byKey.get(key);
    if (!row) continue;
    for (const name of [...NUMBERS, ...MORE]) { const input = field(row, name); if (input) input.value = cell[name]; }
    live(row);
    waiting[key] = cell;
    say(row, WORDS.waiting);
  }
  if (Object.keys(waiting).length) void send();
} catch { /* Nothing readable was kept. */ }
