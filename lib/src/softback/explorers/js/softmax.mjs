/** Scores to shares: a common shift changes nothing, the temperature changes all. */

import { bars } from "./bars.mjs";
import { logSlider, numbersField, slider, sliders } from "./controls.mjs";
import { softmax } from "./core.mjs";
import { html } from "./dom.mjs";
import { fixed, name, pythonList, pythonNumber } from "./format.mjs";
import { explorer, numberInLink, pairInLink, vectorInLink } from "./panel.mjs";

const LEAST = 2;
const MOST = 8;
const COLDEST = 0.05;
const HOTTEST = 20;
const FARTHEST = 6;

const presets = {
  "three scores": { z: [1, 2, 3], shift: 0, temperature: 1, pair: [2, 1] },
  uniform: { z: [0, 0, 0], shift: 0, temperature: 1 },
  tie: { z: [2, 2, -2], shift: 0, temperature: 1 },
  "cold, T = 0.05": { temperature: COLDEST },
  "hot, T = 20": { temperature: HOTTEST },
  huge: { z: [1e308, 0, -1e308], shift: 0, temperature: 1 },
};

function values(panel) {
  const [z, shift, T] = ["z", "shift", "temperature"].map((trait) => panel.get(trait));
  const shifted = z.map((part) => part + shift);
  const [a, b] = panel.get("pair").map((index) => Math.min(index, z.length - 1));
  return { shifted, T, y: softmax(shifted, T), a, b };
}

function build(panel) {
  panel.controls.append(
    sliders(panel, { trait: "z", names: (k) => name("z", k), legend: "Logits", min: -6, max: 6, step: 0.05 }),
    slider(panel, {
      label: "shift all",
      min: -FARTHEST,
      max: FARTHEST,
      step: 0.05,
      get: () => panel.get("shift"),
      set: (shift) => panel.set({ shift }),
    }),
    logSlider(panel, {
      label: "T",
      least: COLDEST,
      most: HOTTEST,
      get: () => panel.get("temperature"),
      set: (temperature) => panel.set({ temperature }),
    }),
    numbersField(panel, {
      label: "Type or paste logits",
      least: LEAST,
      most: MOST,
      get: () => panel.get("z"),
      accept: (z) => panel.set({ z }),
    }),
  );
  panel.picture.append(logitsChart(panel), sharesChart(panel), odds(panel));
}

/** The logits move with the shift… */
function logitsChart(panel) {
  const chart = bars({ label: "Logits with the shift added", letter: "z", height: 130 });
  panel.draws(() => {
    const { shifted } = values(panel);
    const reach = Math.max(FARTHEST, ...shifted.map(Math.abs));
    chart.paint(shifted, { low: -reach, high: reach, digits: 2 });
  });
  return html("div", {}, html("p", { class: "sb-small" }, "scores: z plus the shift"), chart.element);
}

/** …and the shares do not. */
function sharesChart(panel) {
  const chart = bars({ label: "Shares y", letter: "y", height: 190, onpick: (k) => pick(panel, k) });
  panel.draws(() => chart.paint(values(panel).y));
  return html("div", {}, html("p", { class: "sb-small" }, "shares: y, in all 1"), chart.element);
}

function pick(panel, k) {
  panel.set({ pair: [k, panel.get("pair")[0] === k ? panel.get("pair")[1] : panel.get("pair")[0]] });
}

/** Odds of two classes: they know only the difference of the two logits. */
function odds(panel) {
  const line = html("p", { class: "sb-formula" });
  const choose = [0, 1].map((which) => classChoice(panel, which));
  panel.draws(() => {
    const { shifted, T, y, a, b } = values(panel);
    const difference = (shifted[a] / 2 - shifted[b] / 2) / (T / 2);
    const ratio = y[b] === 0 && y[a] === 0 ? NaN : y[a] / y[b];
    line.textContent = `${name("y", a)} / ${name("y", b)} = ${fixed(ratio, 3)} = exp((${name("z", a)} \u2212 ${name("z", b)}) / T) = exp(${fixed(difference, 3)})`;
  });
  return html("div", { class: "sb-softmax-odds" }, html("span", { class: "sb-small" }, "odds of"), choose[0], html("span", { class: "sb-small" }, "against"), choose[1], line);
}

function classChoice(panel, which) {
  const select = html("select", { "aria-label": which ? "Odds: second class" : "Odds: first class" });
  select.addEventListener("change", () => {
    panel.set({ pair: panel.get("pair").with(which, Number(select.value)) });
  });
  let count = 0;
  panel.draws(() => {
    const { y, a, b } = values(panel);
    if (count !== y.length) select.replaceChildren(...y.map((_, k) => html("option", { value: k }, name("y", k))));
    count = y.length;
    [...select.children].forEach((option, k) => (option.selected = k === [a, b][which]));
  });
  return select;
}

function say(panel) {
  const { y, T } = values(panel);
  const leader = y.indexOf(Math.max(...y));
  const spread = Math.max(...y) - Math.min(...y);
  if (spread < 1e-9) return "All logits are equal, so all shares are.";
  const heat = T < 0.2 ? " So cold, the winner takes nearly all." : T > 5 ? " So hot, the shares are nearly equal." : "";
  return `${name("y", leader)} has the largest share, ${fixed(y[leader], 3)}.${heat}`;
}

function numbers(panel) {
  const { shifted, y } = values(panel);
  const rows = [
    ["z", ...panel.get("z").map((x) => fixed(x, 4))],
    ["z + shift", ...shifted.map((x) => fixed(x, 4))],
    ["y", ...y.map((x) => fixed(x, 6))],
  ];
  return [["logits and shares", ["", ...y.map((_, k) => name("", k))], rows]];
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
  link: {
    z: vectorInLink(LEAST, MOST),
    shift: numberInLink(-FARTHEST, FARTHEST),
    temperature: numberInLink(COLDEST, HOTTEST),
    pair: pairInLink(MOST),
  },
  presets,
  build,
  say,
  numbers,
  python,
});
