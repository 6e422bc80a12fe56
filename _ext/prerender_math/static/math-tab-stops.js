/* An equation is a tab stop only while it is too wide for its box. Formulas are measured one by one while the browser
   is idle: asking for a width makes it lay out a formula that it has skipped so far. */
(() => {
  const boxes = [...document.querySelectorAll(".math-scroll")];
  const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 1, { timeRemaining: () => 5 }));
  let waiting = [];

  const look = (deadline) => {
    while (waiting.length && deadline.timeRemaining() > 3) {
      const box = waiting.pop();
      const formula = box.querySelector(".katex");
      const isWide = formula && formula.offsetWidth > formula.parentElement.clientWidth;
      box.tabIndex = isWide ? 0 : -1;
    }
    if (waiting.length) whenIdle(look);
  };

  const lookAtAll = () => {
    if (!waiting.length) whenIdle(look);
    waiting = [...boxes].reverse();
  };

  document.fonts.ready.then(lookAtAll);
  window.addEventListener("resize", lookAtAll);
})();
