/* An equation is a tab stop only while it is too wide for its box. It is measured when the browser has laid it out, and
   never before: asking earlier would lay out all that is skipped because it is far away. Until then it stays a stop. */
(() => {
  const isWide = (formula) => formula.offsetWidth > formula.parentElement.clientWidth;

  // A formula is at least as wide as its box, so its width changes whenever the answer does.
  const observer = new ResizeObserver((entries) => {
    const stops = entries.map(({ target }) => (isWide(target) ? 0 : -1)); // read all, then write all
    entries.forEach(({ target }, n) => {
      /** @type {HTMLElement} */ (target.closest(".math-scroll")).tabIndex = stops[n];
    });
  });

  for (const formula of document.querySelectorAll(".math-scroll .katex")) observer.observe(formula);
})();
