// A page that shows work in a worker's hands looks again by itself while it goes on: the element with `data-moving`
// and an id is replaced by its newer self. Without this script a link does.

const SECONDS = 1;

const look = async () => {
  const shown = document.querySelector("[data-moving]");
  const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(shown.id);
  if (fresh) shown.replaceWith(fresh);
};
const again = () => setTimeout(async () => {
  await look().catch(() => {});
  if (document.querySelector("[data-moving]")) again();
}, 1000 * SECONDS);
again();
