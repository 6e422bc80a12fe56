/* An equation is a tab stop only while it is too wide for its box. It is measured when the browser has laid it out. One
   that the browser skips, because it is far away, is measured when there is nothing else to do, and never many at once:
   asking lays it out. */
(() => {
  const isWide = (formula) => formula.offsetWidth > formula.parentElement.clientWidth;

  const judge = (formulas) => {
    const stops = formulas.map((formula) => (isWide(formula) ? 0 : -1)); // read all, then write all
    formulas.forEach((formula, n) => {
      formula.closest(".math-scroll").tabIndex = stops[n];
    });
  };

  const waiting = new Set(document.querySelectorAll(".math-scroll .katex"));

  // A formula is at least as wide as its box, so its width changes whenever the answer does.
  const observer = new ResizeObserver((entries) => {
    const seen = entries.map(({ target }) => target);
    seen.forEach((formula) => waiting.delete(formula));
    judge(seen);
  });
  waiting.forEach((formula) => observer.observe(formula));

  const pause = 50; // milliseconds, for browsers that do not tell when they are idle
  const whenIdle = window.requestIdleCallback ?? ((run) => setTimeout(run, pause));
  const judgeNext = () => {
    const [next] = waiting;
    if (!next) return;
    waiting.delete(next);
    judge([next]);
    whenIdle(judgeNext);
  };
  window.addEventListener("load", () => whenIdle(judgeNext));
})();
