// The page of an upload looks again by itself while a worker has the workbook in hand. Without this script a link does.

const SECONDS = 1;

const look = async () => {
  const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("upload");
  if (fresh) document.getElementById("upload").replaceWith(fresh);
};
const again = () => setTimeout(async () => {
  await look().catch(() => {});
  if (document.querySelector("#upload[data-moving]")) again();
}, 1000 * SECONDS);
again();
