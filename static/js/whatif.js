// "What if" on a target's page: changed figures of bodies are added to the sums here, exactly; the state comes
// from the public calculator, which stores nothing. Nothing is sent that could be kept.
import { parse, plain, quotient } from "./numbers.js";

const form = document.querySelector("[data-what-if]");
const inputs = [...form.querySelectorAll("input[data-name]")];
const told = form.querySelector("[data-told]");
const figure = form.querySelector("[data-figure]");
const state = form.querySelector("[data-state]");
const sums = JSON.parse(form.dataset.sums);
const names = Object.keys(sums);
let asked = 0;

const changed = () => {
  const now = Object.fromEntries(names.map((name) => [name, BigInt(sums[name])]));
  let wrong = false;
  for (const input of inputs) {
    const typed = parse(input.value);
    input.toggleAttribute("aria-invalid", typed === null);
    if (typed === null) wrong = true;
    else now[input.dataset.name] += typed - BigInt(input.dataset.scaled);
  }
  return wrong ? null : now;
};

const show = (status) => {
  const chip = form.querySelector(`template[data-status="${status}"]`);
  state.replaceChildren(...(chip ? [chip.content.cloneNode(true)] : []));
};

const evaluate = async (now) => {
  const mine = ++asked;
  const body = JSON.parse(form.dataset.case);
  const observed = Object.fromEntries(names.map((name) => [name, plain(now[name])]));
  body.observation = names.length === 2 ? { ...observed, factor: form.dataset.factor } : observed;
  const answer = await fetch(form.dataset.evaluate, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (mine !== asked) return;
  if (!answer.ok) { told.textContent = form.dataset.unavailable; return; }
  show((await answer.json()).status);
  told.textContent = form.dataset.tried;
};

let waiting;
const tried = () => {
  const now = changed();
  clearTimeout(waiting);
  if (now === null) { told.textContent = form.dataset.unreadable; return; }
  if (names.length === 2 && now.denominator <= 0n) { told.textContent = form.dataset.nothing; return; }
  const denominator = names.length === 2 ? now.denominator : 10000n;
  const text = quotient(now[names[0]], denominator, BigInt(form.dataset.factor), Number(form.dataset.decimals));
  figure.textContent = form.dataset.unit ? `${text} ${form.dataset.unit}` : text;
  waiting = setTimeout(() => evaluate(now).catch(() => { told.textContent = form.dataset.unavailable; }), 250);
};

form.hidden = false;
form.addEventListener("input", tried);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(tried));
