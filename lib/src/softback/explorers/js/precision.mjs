/** One formula in three precisions: how many digits are right, the plain way and the careful way. */

import { choice, slider } from "./controls.mjs";
import { html } from "./dom.mjs";
import { fixed, pythonNumber } from "./format.mjs";
import { choiceInLink, explorer, numberInLink } from "./panel.mjs";
import { plot } from "./plot.mjs";
import { FORMATS } from "./rounding.mjs";

const FARTHEST = 700; // beyond, even the exact loss is below the smallest float64

/**
 * Two logits, 0 and -d. Each form gets a rounding function `r`, which it applies after every operation.
 * The careful form in float64 is the reference: the tests of softback hold it against 400 digits.
 */
const FORMULAS = {
  leader: {
    title: "loss of the leading class, \u2212log y\u2081",
    naive(d, r) {
      const e = r(Math.exp(r(-d)));
      return r(-Math.log(r(1 / r(1 + e))));
    },
    careful: (d, r) => r(Math.log1p(r(Math.exp(r(-d))))),
    lesson: "1 + e forgets e once it is below the last digit of 1. log1p never adds the 1.",
  },
  trailer: {
    title: "loss of the other class, \u2212log y\u2082",
    naive(d, r) {
      const e = r(Math.exp(r(-d)));
      return r(-Math.log(r(e / r(1 + e))));
    },
    careful: (d, r) => r(r(d) + r(Math.log1p(r(Math.exp(r(-d)))))),
    lesson: "The share underflows to 0, and its logarithm is infinite. The logarithm taken first stays finite.",
  },
  share: {
    title: "share of the leader without the shift, y\u2081",
    naive(d, r) {
      const e = r(Math.exp(r(d)));
      return r(e / r(e + 1));
    },
    careful: (d, r) => r(1 / r(1 + r(Math.exp(r(-d))))),
    lesson: "exp overflows, and infinity over infinity is nan. The shift makes the largest exponent 0.",
  },
};

const presets = {
  "leading class": { formula: "leader", gap: 20 },
  "other class": { formula: "trailer", gap: 20 },
  "no shift": { formula: "share", gap: 20 },
  "float16 gives up": { formula: "leader", gap: 8 },
  "float32 gives up": { formula: "leader", gap: 18 },
  "float64 gives up": { formula: "leader", gap: 38 },
};

/** How many decimal digits of a value are right, at most those of its format. */
function correctDigits(value, exact, most) {
  if (Object.is(value, exact)) return most;
  if (!Number.isFinite(value)) return 0;
  const error = Math.abs(value - exact) / Math.abs(exact);
  return Math.max(0, Math.min(most, -Math.log10(error)));
}

function values(panel) {
  const [formula, gap] = [panel.get("formula"), panel.get("gap")];
  return { formula, gap, form: FORMULAS[formula], rows: rowsAt(FORMULAS[formula], gap) };
}

function rowsAt(form, gap) {
  const exact = form.careful(gap, FORMATS.float64.round);
  return Object.entries(FORMATS).map(([format, { round, digits }]) => {
    const [naive, careful] = [form.naive(gap, round), form.careful(gap, round)];
    const right = (value) => correctDigits(value, exact, digits);
    return { format, naive, careful, naiveDigits: right(naive), carefulDigits: right(careful) };
  });
}

function build(panel) {
  panel.controls.append(
    choice(panel, {
      legend: "Formula, for logits 0 and \u2212d",
      options: Object.fromEntries(Object.entries(FORMULAS).map(([key, { title }]) => [title, key])),
      get: () => panel.get("formula"),
      set: (formula) => panel.set({ formula }),
    }),
    slider(panel, {
      label: "gap d",
      min: 0,
      max: 1,
      step: 0.001,
      toValue: (place) => Number((FARTHEST * place ** 3).toPrecision(4)),
      toPlace: (gap) => Math.cbrt(gap / FARTHEST),
      get: () => panel.get("gap"),
      set: (gap) => panel.set({ gap }),
    }),
    results(panel),
  );
  panel.picture.append(curves(panel), lesson(panel));
}

/** What each format gives at this gap. */
function results(panel) {
  const body = html("tbody");
  panel.draws(() => {
    const cell = (value, digits) => html("td", { class: digits < 1 ? "sb-precision-lost" : "" }, fixed(value, 5));
    const line = ({ format, naive, careful, naiveDigits, carefulDigits }) =>
      html("tr", {}, html("th", { scope: "row" }, format), cell(naive, naiveDigits), cell(careful, carefulDigits));
    body.replaceChildren(...values(panel).rows.map(line));
  });
  const head = html("thead", {}, html("tr", {}, ...["", "plain", "careful"].map((text) => html("th", { scope: "col" }, text))));
  return html("table", { class: "sb-precision-table", "aria-label": "Results at this gap" }, head, body);
}

const PLACES = Array.from({ length: 121 }, (_, k) => k / 120);

/** Correct digits against the gap: dashed the plain form, solid the careful one. */
function curves(panel) {
  const chart = plot({ label: "Correct digits against the gap, for each format", height: 300 });
  panel.draws(() => {
    const { form, gap } = values(panel);
    const at = PLACES.map((place) => [place, rowsAt(form, FARTHEST * place ** 3)]);
    const line = (format, key) => at.map(([place, rows]) => [place, rows.find((row) => row.format === format)[key]]);
    const here = Math.cbrt(gap / FARTHEST);
    chart.paint({
      x: [0, 1],
      y: [0, 17],
      xTicks: [0, 10, 40, 100, 300, FARTHEST].map((d) => Math.cbrt(d / FARTHEST)),
      xText: (place) => String(Math.round(FARTHEST * place ** 3)),
      yTicks: [0, 3.3, 7.2, 16],
      yText: (digits) => String(digits),
      xLabel: "gap d between the logits",
      yLabel: "correct digits",
      curves: Object.keys(FORMATS).flatMap((format) => [
        { class: `sb-precision-naive sb-precision-${format}`, points: line(format, "naiveDigits") },
        { class: `sb-precision-careful sb-precision-${format}`, points: line(format, "carefulDigits") },
      ]),
      segments: [{ class: "sb-faint", from: [here, 0], to: [here, 17] }],
    });
  });
  const key = html("p", { class: "sb-small" }, "dashed: plain, solid: careful; blue float64, orange float32, green float16. Careful float64 is the reference.");
  return html("div", {}, chart.element, key);
}

function lesson(panel) {
  const line = html("p", { class: "sb-formula" });
  panel.draws(() => (line.textContent = values(panel).form.lesson));
  return line;
}

function say(panel) {
  const { rows, gap } = values(panel);
  const lost = rows.filter(({ naiveDigits }) => naiveDigits < 1).map(({ format }) => format);
  if (!lost.length) return `At a gap of ${fixed(gap, 2)} every format still has a correct digit.`;
  return `At a gap of ${fixed(gap, 2)} the plain form has lost all digits in ${lost.join(" and ")}.`;
}

function numbers(panel) {
  const { rows } = values(panel);
  const line = ({ format, naive, naiveDigits, careful, carefulDigits }) => [
    format,
    fixed(naive, 6),
    fixed(naiveDigits, 1),
    fixed(careful, 6),
    fixed(carefulDigits, 1),
  ];
  return [["results at this gap", ["", "plain", "digits", "careful", "digits"], rows.map(line)]];
}

const python = (panel) => [
  "from softback.explorers import Precision",
  "",
  `explorer = Precision(formula="${panel.get("formula")}", gap=${pythonNumber(panel.get("gap"))})`,
  "for row in explorer.results:",
  "    print(row)",
];

export default explorer({
  title: "The same formula in three precisions",
  link: { formula: choiceInLink(...Object.keys(FORMULAS)), gap: numberInLink(0, FARTHEST) },
  presets,
  build,
  say,
  numbers,
  python,
});
