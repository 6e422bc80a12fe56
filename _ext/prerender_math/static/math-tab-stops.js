/* An equation is a tab stop only while it is too wide for its box. It is measured when the browser has laid it out, and
   never before: asking earlier would lay out all that is skipped because it is far away. */
(() => {
  const isWide = (box) => {
    const formula = box.querySelector(".katex");
    return formula !== null && formula.offsetWidth > formula.parentElement.clientWidth;
  };

  const observer = new ResizeObserver((entries) => {
    const boxes = [...new Set(entries.map(({ target }) => target.closest(".math-scroll")))];
    const stops = boxes.map((box) => (isWide(box) ? 0 : -1)); // read all, then write all
    boxes.forEach((box, n) => {
      box.tabIndex = stops[n];
    });
  });

  for (const part of document.querySelectorAll(".math-scroll, .math-scroll .katex")) observer.observe(part);
})();
