/* What the theme leaves to inline scripts and to Bootstrap. */

const actions = {
  print: () => window.print(),
  fullscreen: () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
};

document.addEventListener("click", ({ target }) => {
  actions[target.closest("[data-action]")?.dataset.action]?.();
});

/* Who comes to the search page wants to type. */
if (document.getElementById("search-results")) {
  document.querySelector("main form.bd-search input")?.focus();
}
