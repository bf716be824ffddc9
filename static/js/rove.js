// One tab stop for a whole grid; the arrow keys move inside it, by place for tiles and by row and column for tables.

const near = (from, to, key) => {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const along = { ArrowLeft: -dx, ArrowRight: dx, ArrowUp: -dy, ArrowDown: dy }[key];
  const across = key === "ArrowLeft" || key === "ArrowRight" ? Math.abs(dy) : Math.abs(dx);
  return along > 1 ? along + 3 * across : Infinity;
};

function rove(links) {
  if (links.length === 0) return;
  const focus = (link) => {
    for (const each of links) each.setAttribute("tabindex", each === link ? "0" : "-1");
    link.focus();
  };
  links.forEach((link, place) => link.setAttribute("tabindex", place === 0 ? "0" : "-1"));
  for (const link of links) {
    link.addEventListener("focus", () => links.forEach((each) => each.setAttribute("tabindex", each === link ? "0" : "-1")));
  }
  const whole = links[0].closest("svg, table");
  whole.addEventListener("keydown", (event) => {
    const from = event.target.closest("a");
    if (!links.includes(from)) return;
    if (event.key === "Home") return event.preventDefault(), focus(links[0]);
    if (event.key === "End") return event.preventDefault(), focus(links[links.length - 1]);
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const start = from.getBoundingClientRect();
    let best = null;
    let least = Infinity;
    for (const link of links) {
      const far = near(start, link.getBoundingClientRect(), event.key);
      if (far < least) [best, least] = [link, far];
    }
    if (best) focus(best);
  });
}

rove([...document.querySelectorAll(".tile-map [data-rove]")]);
for (const grid of document.querySelectorAll("[data-rove-grid]")) rove([...grid.querySelectorAll("tbody td a")]);
