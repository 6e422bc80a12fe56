/* A box of code or results is a tab stop only while it scrolls. The theme measures all boxes at once, and again after
   every change of the page, which lays out all that a browser would skip; here each is measured when it has been laid
   out. */
{
  const BOXES = "pre, .cell_output > .output, .pst-scrollable-table-container";
  const scrolls = (box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;

  const observer = new ResizeObserver((entries) => {
    const boxes = /** @type {HTMLElement[]} */ ([...new Set(entries.map(({ target }) => target.closest(BOXES)))]);
    const stops = boxes.map((box) => (scrolls(box) ? 0 : -1)); // read all, then write all
    boxes.forEach((box, n) => {
      if (box.tabIndex !== stops[n]) box.tabIndex = stops[n];
    });
  });

  const main = document.getElementById("main-content") ?? document.body;
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (main.querySelectorAll(BOXES))) {
    box.tabIndex = 0; // as long as nobody knows
    for (const part of [box, ...box.querySelectorAll("table")]) observer.observe(part);
  }
}
