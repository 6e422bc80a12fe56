/** Scores to shares: a common shift changes nothing, the temperature changes every share. */

import { bars } from "./bars.mjs";
import { choiceList, logSlider, numbersField, slider, sliders } from "./controls.mjs";
import { softmax } from "./core.mjs";
import { html } from "./dom.mjs";
import { classHeads, fixed, name, pythonList, pythonNumber } from "./format.mjs";
import { explorer } from "./panel.mjs";

const REACH = 6; // of the logits' sliders
const SMALLEST = 2 ** -1022; // below it, float64 loses digits

const presets = {
  "three scores": { z: [1, 2, 3], shift: 0, temperature: 1, pair: [2, 1] },
  uniform: { z: [0, 0, 0], shift: 0, temperature: 1 },
  tie: { z: [2, 2, -2], shift: 0, temperature: 1 },
  "cold, T = 0.05": { temperature: limits.temperature.least },
  "hot, T = 20": { temperature: limits.temperature.most },
  huge: { z: [1e308, 0, -1e308], shift: 0, temperature: 1 },
};

function values(panel) {
  const [z, shift, T] = ["z", "shift", "temperature"].map((trait) => panel.get(trait));
  const shifted = z.map((part) => part + shift);
  const [a, b] = panel.get("pair").map((index) => Math.min(index, z.length - 1));
  return { z, shift, shifted, T, y: softmax(shifted, T), a, b };
}

function build(panel) {
  panel.controls.append(
    scoreSliders(panel),
    numbersField(panel, { trait: "z", label: "Type or paste logits", ...limits.z }),
  );
  panel.picture.append(logitsChart(panel), sharesChart(panel), odds(panel));
}

function scoreSliders(panel) {
  const bank = sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits", least: -REACH, most: REACH });
  const shift = slider(panel, { trait: "shift", label: "shift all", ...limits.shift, step: 0.05 });
  const temperature = logSlider(panel, { trait: "temperature", label: "T", ...limits.temperature });
  return html("div", { class: "sb-softmax-sliders" }, bank, shift, temperature);
}

/** The logits move with the shift: dashed lines stay where they were, on a scale that stays too. */
function logitsChart(panel) {
  const chart = bars({ label: "Logits with the shift added", letter: "z", height: 180 });
  const words = html("p", { class: "sb-small" });
  panel.draws(() => {
    const { z, shift, shifted } = values(panel);
    words.textContent = shift ? "scores: z plus the shift (dashed: before it)" : "scores: z";
    const [low, high] = [Math.min(0, ...z), Math.max(0, ...z)].map(roundedOut);
    chart.paint(shifted, { low: low + limits.shift.least, high: high + limits.shift.most, digits: 2, ghost: shift ? z : null });
  });
  return html("div", {}, words, chart.element);
}

/** The next of 0, 3 and 6, so that the scale seldom changes while a logit moves. */
const roundedOut = (bound) => Math.sign(bound) * ([0, REACH / 2, REACH].find((stop) => stop >= Math.abs(bound)) ?? Math.abs(bound));

/** The shares do not move with the shift, but answer to the temperature. */
function sharesChart(panel) {
  const chart = bars({ label: "Shares y", letter: "y", height: 190, onpick: (k) => pick(panel, k) });
  const words = html("p", { class: "sb-small" });
  panel.draws(() => {
    const { shift, shifted, T, y } = values(panel);
    const note = T === 1 ? shift && " whatever the shift" : " (dashed: at T = 1)";
    words.textContent = `shares: y, in all 1${note || ""}`;
    chart.paint(y, { ghost: T === 1 ? null : softmax(shifted) });
  });
  return html("div", {}, words, chart.element);
}

function pick(panel, k) {
  panel.set({ pair: [k, panel.get("pair")[0] === k ? panel.get("pair")[1] : panel.get("pair")[0]] });
}

/** Odds of two classes, from the shares and from the logits: they depend only on the difference of the two. */
function odds(panel) {
  const lines = [0, 1].map(() => html("p", { class: "sb-formula" }));
  const choose = [0, 1].map((which) => classChoice(panel, which));
  panel.draws(() => {
    const now = values(panel);
    lines[0].textContent = oddsOfShares(now);
    lines[1].textContent = oddsOfLogits(now);
  });
  return html("div", { class: "sb-softmax-odds" }, html("span", { class: "sb-small" }, "odds of"), choose[0], html("span", { class: "sb-small" }, "against"), choose[1], ...lines);
}

function oddsOfShares({ y, a, b }) {
  const quotient = `${name("y", a)} / ${name("y", b)}`;
  const tiny = [...new Set([a, b])].filter((k) => y[k] < SMALLEST);
  if (tiny.length) return `${quotient}: ${tiny.map((k) => name("y", k)).join(" and ")} too small for float64`;
  return `${quotient} = ${fixed(y[a], 4)} / ${fixed(y[b], 4)} = ${fixed(y[a] / y[b], 3)}`;
}

function oddsOfLogits({ shifted, T, a, b }) {
  const [za, zb] = [shifted[a], shifted[b]];
  // Halves, because the difference of two huge logits overflows.
  const ratio = Math.exp((za / 2 - zb / 2) / (T / 2));
  const second = zb < 0 ? `(${fixed(zb, 2)})` : fixed(zb, 2);
  return `exp((${name("z", a)} \u2212 ${name("z", b)}) / T) = exp((${fixed(za, 2)} \u2212 ${second}) / ${fixed(T, 2)}) = ${fixed(ratio, 3)}`;
}

const classChoice = (panel, which) =>
  choiceList(panel, {
    "aria-label": which ? "Odds: second class" : "Odds: first class",
    options: () => panel.get("z").map((_, k) => [k, name("y", k)]),
    get: () => (which ? values(panel).b : values(panel).a),
    set: (k) => panel.set({ pair: panel.get("pair").with(which, k) }),
  });

function say(panel) {
  const { y, T } = values(panel);
  const top = Math.max(...y);
  if (top - Math.min(...y) < 1e-9) return "All logits are equal, and so are all shares.";
  const leaders = y.flatMap((share, k) => (share === top ? [name("y", k)] : []));
  const led = leaders.length > 1 ? `${leaders.join(" and ")} share the lead, ${fixed(top, 3)} each.` : `${leaders[0]} has the largest share, ${fixed(top, 3)}.`;
  return led + heat(y, T);
}

function heat(y, T) {
  if (T < 0.2 && Math.max(...y) > 0.99) return " At so low a temperature the winner takes nearly everything.";
  if (T > 5 && Math.max(...y) < 2 / y.length) return " At so high a temperature the shares are nearly equal.";
  return "";
}

function numbers(panel) {
  const { shifted, y } = values(panel);
  const rows = [
    ["z", ...panel.get("z").map((x) => fixed(x, 4))],
    ["z + shift", ...shifted.map((x) => fixed(x, 4))],
    ["y", ...y.map((x) => fixed(x, 6))],
  ];
  return [["logits and shares, by class", classHeads(y), rows]];
}

function python(panel) {
  const { T, a, b, y } = values(panel);
  return [
    "import numpy as np",
    "from softback import softmax",
    "",
    `z = np.array(${pythonList(panel.get("z"))})`,
    `y = softmax(z + ${pythonNumber(panel.get("shift"))}, temperature=${pythonNumber(T)})`,
    "print(y)",
    y[b] > 0 ? `print(y[${a}] / y[${b}])` : `# y[${b}] is 0: nothing to divide by`,
  ];
}

export default explorer({
  title: "Scores to shares",
  link: limits,
  presets,
  build,
  say,
  numbers,
  python,
});
