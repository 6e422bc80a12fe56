"""How long the main thread works from a moved slider to the new picture."""

from statistics import median

MOVES = 60
# All work of a move: script, style, layout and paint, up to the frame after it.
MOVE = """async (moves) => {
  const frame = () => new Promise(requestAnimationFrame);
  const slider = document.querySelector(".sb-slider input");
  slider.scrollIntoView({ block: "center" });
  for (let k = 0; k < 3; k += 1) await frame();
  const [least, most] = [Number(slider.min), Number(slider.max)];
  for (let move = 0; move < moves; move += 1) {
    slider.value = least + ((move * 7) % moves) / moves * (most - least);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
  }
}"""


def milliseconds_per_move(tab, *, rounds=5):
    """Return the main-thread milliseconds for a move of the first slider, the median of rounds."""
    wire = tab.context.new_cdp_session(tab)
    wire.send("Performance.enable")
    spent = []
    for _ in range(rounds):
        before = _busy(wire)
        tab.evaluate(MOVE, MOVES)
        spent.append((_busy(wire) - before) / MOVES * 1000)
    return median(spent)


def _busy(wire):
    """Return how many seconds the main thread has worked so far."""
    metrics = wire.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")
