/* An equation is a tab stop only while it is too wide for its box. The browser skips equations that are far away,
   and then does not know their widths: those are looked at when it begins to draw them. */
(() => {
  const boxes = [...document.querySelectorAll(".math-scroll")];
  const look = (box) => {
    box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
  };
  const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 1, { timeRemaining: () => 5 }));
  let waiting = [];

  const lookAtSome = (deadline) => {
    while (waiting.length && deadline.timeRemaining() > 3) look(waiting.pop());
    if (waiting.length) whenIdle(lookAtSome);
  };

  const lookAtAll = () => {
    if (!waiting.length) whenIdle(lookAtSome);
    waiting = [...boxes].reverse();
  };

  const drawn = ({ skipped, target }) => {
    if (!skipped && target.matches(".math-scroll")) requestAnimationFrame(() => look(target));
  };

  document.addEventListener("contentvisibilityautostatechange", drawn, true);
  document.fonts.ready.then(lookAtAll);
  window.addEventListener("resize", lookAtAll);
})();
