// What every page shares: the theme switch, menus that close, drop-downs that send their form. Pages work without it.

const root = document.documentElement;
root.classList.add("js");

const isDark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  const use = button.querySelector("use");
  const sprite = use.getAttribute("href").split("#")[0];
  const show = () => {
    use.setAttribute("href", `${sprite}#${isDark() ? "sun" : "moon"}`);
    button.setAttribute("aria-pressed", String(isDark()));
  };
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    // A cookie, because the server then writes the theme into the page and nothing flashes.
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
    show();
  });
}

for (const menu of document.querySelectorAll("[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A choice made with the mouse or a finger sends the form. With the arrow keys every step is a change, so then the form's button
// comes back and waits.
for (const select of document.querySelectorAll("[data-submit-on-change]")) {
  let byKeyboard = false;
  select.addEventListener("pointerdown", () => (byKeyboard = false));
  select.addEventListener("keydown", (event) => {
    byKeyboard = true;
    if (event.key === "Enter") select.form.requestSubmit();
  });
  select.addEventListener("change", () => {
    if (!byKeyboard) select.form.requestSubmit();
    else for (const button of select.form.querySelectorAll(".needs-no-js")) button.classList.remove("needs-no-js");
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
