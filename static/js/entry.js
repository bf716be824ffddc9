// The entry grid: each cell is saved as it is left, a block can be pasted, the last change taken back. What could not be
// sent waits in this browser until the line or the session is back. Without this script the page is a plain form.

import { parse, quotient } from "./numbers.js";

const form = document.getElementById("entry");
const rows = [...form.querySelectorAll("[data-row]")];
const byKey = new Map(rows.map((row) => [row.dataset.row, row]));
const STORE = `entry:${form.dataset.store}`;
const WORDS = JSON.parse(document.getElementById("entry-words").textContent);
const NUMBERS = ["numerator", "denominator", "value"];
const MORE = ["answer", "missing_reason", "qualifier", "note", "justification"];
const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 60000;
const LEAVING_MS = 30000;

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
// A figure is the answer that the page leaves blank.
const fill = (row, cell) => {
  for (const name of [...NUMBERS, ...MORE, "base"]) {
    const input = field(row, name);
    if (input) input.value = name === "answer" && cell.answer === "value" ? "" : cell[name];
  }
  if (cell.justification) row.querySelector("[data-why]").hidden = false;
};
const say = (row, word) => { row.querySelector("[data-save]").textContent = word; };

// ---- the queue: what waits, by row; kept in the browser until the server has answered ----------------------
// `waiting` is on its way. `held` is not sent by itself: half a rate, a refused figure, a conflict not yet decided.
// What was sent and got no answer may be stored all the same. It is asked again, exactly as it was sent, before anything newer of
// its cell: figures that stand there already change nothing and tell the number of their version, and the newer ones build on that.
// So a lost answer is no conflict with oneself. A figure of one's own from another tab still is: this page never sent it.
let waiting = {};
let held = {};
let unanswered = {};
let words = null;
let sending = false;
let oneByOne = false;
let retry = 0;
let pause = FIRST_RETRY_MS;
const waits = () => words !== null || Object.keys({ ...unanswered, ...waiting }).length > 0;
// An answer that comes while the page is being left clears nothing: the page that follows may have been drawn before it.
let late = null;
addEventListener("beforeunload", () => {
  late ??= { cells: {}, words: null };
  setTimeout(() => { late = null; keep(); }, LEAVING_MS);
});
const keep = () => {
  const kept = { waiting, held, unanswered, words: words ?? late?.words ?? null, late: late?.cells ?? {} };
  try {
    if (Object.values(kept).some((one) => one !== null && Object.keys(one).length)) localStorage.setItem(STORE, JSON.stringify(kept));
    else localStorage.removeItem(STORE);
  } catch { /* A full or closed store: the page itself still holds what was typed. */ }
};
// A rate is whole only with both of its numbers: until then it is kept here and not sent.
const isHalf = (row) => Boolean(field(row, "numerator")) && !text(row, "numerator") !== !text(row, "denominator");
const queue = (changed, via = "form") => {
  for (const row of changed) {
    const key = row.dataset.row;
    delete held[key];
    delete waiting[key];
    (isHalf(row) ? held : waiting)[key] = { ...cellOf(row), via };
    say(row, isHalf(row) ? WORDS.half : WORDS.saving);
  }
  keep();
  void send();
};

const send = async () => {
  if (sending || !waits()) return;
  clearTimeout(retry);
  sending = true;
  // What was pasted and what was typed are stored as such, so they go apart.
  const next = { ...waiting, ...unanswered };
  const all = Object.keys(next);
  const via = all.length ? next[all[0]].via : "form";
  const keys = all.filter((key) => next[key].via === via).slice(0, oneByOne ? 1 : undefined);
  const sent = Object.fromEntries(keys.map((key) => [key, next[key]]));
  const said = oneByOne && keys.length ? null : words;
  const cells = keys.map((key) => { const { via: _via, ...cell } = sent[key]; return cell; });
  try {
    if (!navigator.onLine) throw new Error("offline");
    Object.assign(unanswered, sent);
    keep();
    const answer = await fetch(form.dataset.cells, {
      method: "POST", redirect: "manual", credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(said ? { via, cells, words: said } : { via, cells }),
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("session");
    if (answer.status === 404) throw new Error("gone");
    if (answer.status > 500) throw new Error("offline");
    if (answer.ok) taken(await answer.json(), sent, said);
    else refusedWhole(sent);
    pause = FIRST_RETRY_MS;
    line("");
  } catch (problem) {
    line({ session: WORDS.session, gone: WORDS.gone }[problem.message] ?? WORDS.offline);
    const isRefused = problem.message === "session" || problem.message === "gone";
    for (const key of keys) {
      say(byKey.get(key), WORDS.waiting);
      if (isRefused) delete unanswered[key];
    }
    if (problem.message !== "gone") retry = setTimeout(() => void send(), pause);
    pause = Math.min(2 * pause, LONGEST_RETRY_MS);
    sending = false;
    keep();
    return;
  }
  sending = false;
  keep();
  if (waits()) void send();
  else oneByOne = false;
};
const taken = (told, sent, said) => {
  if (late && said) late.words = said;
  if (words === said) words = null;
  for (const one of told.cells) {
    const [key, row] = [one.key, byKey.get(one.key)];
    const stands = one.state === "saved" || one.state === "unchanged";
    delete unanswered[key];
    if (late && stands) late.cells[key] = sent[key];
    if (stands) field(row, "base").value = one.version;
    if (waiting[key] === sent[key]) {
      delete waiting[key];
      if (!stands) held[key] = sent[key];
    } else {
      // Changed again while it was on its way: the newer figure now builds on the version just stored.
      const newer = waiting[key] ?? held[key];
      if (stands && newer) newer.base = one.version;
      continue;
    }
    take(row, one);
  }
  const refused = rows.filter((row) => row.classList.contains("is-refused")).length;
  const counted = refused ? ` · ${WORDS.errors.replace("{n}", refused)}` : "";
  document.querySelector("[data-progress]").textContent = told.progress.words + counted;
};
// The server could not read a request: its cells go one by one, so that one of them does not hold up the others.
const refusedWhole = (sent) => {
  const keys = Object.keys(sent);
  if (!oneByOne && (keys.length > 1 || words !== null)) { oneByOne = true; return; }
  for (const key of keys) {
    delete unanswered[key];
    if (waiting[key] !== sent[key]) continue;
    held[key] = waiting[key];
    delete waiting[key];
    say(byKey.get(key), WORDS.failed);
  }
  if (!keys.length) words = null;
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
let notice = "";
const line = (told) => {
  const place = document.querySelector("[data-line]");
  place.textContent = told || notice;
  if (told !== WORDS.session) return;
  const link = document.createElement("a");
  link.href = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.target = "_blank";
  link.className = "link";
  link.textContent = ` ${WORDS.signIn}`;
  place.append(link);
};
const again = () => void refreshToken().catch(() => {}).then(send);
addEventListener("online", again);
addEventListener("focus", () => { if (waits()) again(); });

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
  say(row, justify(row, told) && !wrong ? WORDS.unexplained : WORDS[told.state] ?? "");
  row.querySelector("[data-conflict]").replaceChildren();
  if (told.state === "conflict") return choose(row, told);
  if (wrong) return undefined;
  if (told.echo) for (const name of NUMBERS) {
    const input = field(row, name);
    if (input && input !== document.activeElement) input.value = told.echo[name];
  }
  const result = row.querySelector("[data-result]");
  if (result) result.textContent = told.result;
  const said = row.querySelector("[data-said]");
  if (said && told.echo) said.textContent = told.echo.answer === "value" ? "" : told.result;
  if (told.state === "saved") {
    const chip = row.querySelector("[data-state]");
    chip.className = "chip is-in-progress";
    chip.replaceChildren(document.getElementById("draft-chip").content.cloneNode(true));
  }
  return undefined;
};

// A warning unfolds the field that answers it; the keyboard stays where it is. Answers whether the words are still missing.
const justify = (row, told) => {
  const warned = told.findings.some((one) => one.severity === "warning");
  const why = row.querySelector("[data-why]");
  const isMissing = warned && !text(row, "justification").trim();
  why.hidden = !warned && !text(row, "justification") && !why.contains(document.activeElement);
  why.classList.toggle("is-needed", isMissing);
  if (warned) row.querySelector("details").open = true;
  return isMissing;
};

// Two people, one cell: both figures are shown, and neither is lost.
const choose = (row, told) => {
  const box = document.createElement("div");
  box.className = "entry-choice";
  const words = document.createElement("span");
  words.textContent = `${WORDS.theirs} (${told.by}, ${told.at}): ${told.result}${told.echo.note ? `, ${told.echo.note}` : ""}`;
  const button = (label, act) => {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "button";
    one.textContent = label;
    one.addEventListener("click", () => { box.remove(); act(); });
    return one;
  };
  box.append(words, button(WORDS.keepMine, () => { field(row, "base").value = told.version; queue([row]); }),
    button(WORDS.takeTheirs, () => {
      fill(row, { ...told.echo, base: told.version });
      delete held[row.dataset.row];
      keep();
      take(row, { ...told, state: "unchanged", findings: [] });
    }));
  row.querySelector("[data-conflict]").append(box);
};

// ---- the rate as it is typed: whole numbers only, so that nothing is rounded before its time ------------------
const live = (row) => {
  const result = row.querySelector("[data-result]");
  if (!result) return;
  const [numerator, denominator] = [parse(text(row, "numerator")), parse(text(row, "denominator"))];
  if (numerator === null || denominator === null || denominator <= 0n) { result.textContent = "–"; return; }
  const decimals = Number(row.dataset.decimals);
  const factor = BigInt(row.dataset.factor);
  result.textContent = `${quotient(numerator, denominator, factor, decimals)}${factor === 100n ? " %" : ""}`;
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
  notice = "";
  // The choice of the plain form goes with the form.
  if (event.target.matches("[data-choice] input")) return;
  const row = event.target.closest("[data-row]");
  if (row) {
    if (event.target.matches(".cell")) done.push([[event.target, focused.get(event.target) ?? ""]]);
    queue([row]);
  } else if (event.target.matches("textarea")) {
    words = Object.fromEntries([...form.querySelectorAll(".entry-words textarea")].map((one) => [one.name, one.value]));
    keep();
    void send();
  }
});
form.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.ctrlKey && event.key === "z" && done.length && input.matches(".cell") && input.value === focused.get(input)) {
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
  touched.forEach(live);
  queue([...touched]);
  last[0][0].focus();
};
// A block as spreadsheets copy it: tabs and line breaks, and a cell with either of them inside in quotes.
const block = (data) => {
  const lines = [[]];
  for (const [, quoted, plain, end] of data.replace(/\r\n?/g, "\n").replace(/\n$/, "")
    .matchAll(/(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))([\t\n]|$)/g)) {
    lines.at(-1).push((quoted?.replaceAll('""', '"').replaceAll("\n", " ") ?? plain).trim());
    if (end === "\n") lines.push([]);
    else if (end === "") break;
  }
  return lines;
};
form.addEventListener("paste", (event) => {
  const input = event.target;
  const lines = block(event.clipboardData.getData("text/plain"));
  if (!input.matches(".cell") || input.readOnly || (lines.length === 1 && lines[0].length === 1)) return;
  event.preventDefault();
  const first = rows.indexOf(input.closest("[data-row]"));
  const column = Number(input.dataset.cell);
  const changes = [];
  let lost = 0;
  lines.forEach((line_, down) => {
    const row = rows[first + down];
    line_.forEach((value, right) => {
      const target = row?.querySelector(`[data-cell="${column + right}"]`);
      if (!target && value) lost += 1;
      if (!target) return;
      changes.push([target, target === input ? focused.get(input) ?? "" : target.value]);
      target.value = value;
    });
  });
  if (!changes.length) return;
  done.push(changes);
  remember(input);
  const touched = [...new Set(changes.map(([one]) => one.closest("[data-row]")))];
  touched.forEach(live);
  notice = lost ? WORDS.overflow.replace("{n}", lost) : "";
  line("");
  queue(touched, "paste");
});

// ---- what was typed before the page was closed or the line was cut -----------------------------------------------
try {
  const kept = JSON.parse(localStorage.getItem(STORE) ?? "{}");
  for (const [key, cell] of Object.entries({ ...kept.late, ...kept.held, ...kept.waiting })) {
    const row = byKey.get(key);
    if (!row) continue;
    fill(row, cell);
    live(row);
    (isHalf(row) ? held : waiting)[key] = cell;
    say(row, isHalf(row) ? WORDS.half : WORDS.waiting);
  }
  for (const [key, cell] of Object.entries(kept.unanswered ?? {})) if (byKey.has(key)) unanswered[key] = cell;
  words = kept.words ?? null;
  for (const [name, value] of Object.entries(words ?? {})) form.elements[name].value = value;
  void send();
} catch { /* Nothing readable was kept. */ }
// A conflict that the plain form brought back is asked again, so that its buttons act at once.
const asked = rows.filter((row) => row.querySelector("[data-choice]"));
if (asked.length) queue(asked);
