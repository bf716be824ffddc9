// One tick for all that waits. Without this script every row is ticked by itself.

const all = document.querySelector("[data-all]");
if (all) {
  const ticks = [...document.querySelectorAll("#review [name=version]")];
  const show = () => {
    const chosen = ticks.filter((tick) => tick.checked).length;
    all.checked = chosen > 0 && chosen === ticks.length;
    all.indeterminate = chosen > 0 && chosen < ticks.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = all.checked;
  });
  for (const tick of ticks) tick.addEventListener("change", show);
  show();
}
