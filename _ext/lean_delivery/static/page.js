/* What the theme leaves to inline scripts and to Bootstrap. */
{
  const root = document.documentElement;

  const print = (unfolded) => {
    root.classList.toggle("sb-unfolded", unfolded);
    window.print();
  };
  const actions = {
    print: () => print(false),
    unfolded: () => print(true),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
  };

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    actions[target.closest("[data-action]")?.getAttribute("data-action")]?.();
  });

  // No sum has its font before a screen has shown one, and paper does not wait: sheets get printed.
  window.addEventListener("load", () => {
    if (!document.getElementById("with-solutions")) return;
    for (const size of [1, 2, 3, 4]) document.fonts.load(`1em KaTeX_Size${size}`);
  });

  // Sphinx listens for Escape, too, and then the browser closes no menu.
  const leaveToBrowser = (event) => {
    if (event.key === "Escape" && document.querySelector(":popover-open")) event.stopPropagation();
  };
  window.addEventListener("keydown", leaveToBrowser, { capture: true });

  // What the copy buttons ask of ClipboardJS. A page in a folder has no other way to copy.
  class ClipboardJS {
    constructor(selector, { text }) {
      this.tell = {};
      document.addEventListener("click", (event) => {
        const trigger = /** @type {Element} */ (event.target).closest(selector);
        if (!trigger) return;
        const field = Object.assign(document.createElement("textarea"), { value: text(trigger) });
        document.body.append(field);
        field.select();
        const copied = document.execCommand("copy");
        field.remove();
        this.tell[copied ? "success" : "error"]({ trigger });
      });
    }
    on(outcome, tell) {
      this.tell[outcome] = tell;
    }
  }
  Object.assign(window, { ClipboardJS });

  // Who comes to the search page wants to type.
  if (document.getElementById("search-results")) {
    /** @type {HTMLInputElement | null} */ (document.querySelector("main form.bd-search input"))?.focus();
  }
}
