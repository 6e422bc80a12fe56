/** One formula in three precisions: how many digits are right, the plain way and the careful way. */

import { choice, slider } from "./controls.mjs";
import { html } from "./dom.mjs";
import { fixed, pythonNumber, significant } from "./format.mjs";
import { explorer } from "./panel.mjs";
import { plot } from "./plot.mjs";
import { FORMATS, toFloat16 } from "./rounding.mjs";

const FARTHEST = limits.gap.most;
const COMMON = 16;

/**
 * Two logits, 0 and -d. Each form gets a rounding function `r`, which it applies after every operation.
 * The reference is `exact` in float64 where there is one, or else the careful form in float64.
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
  pullback: {
    title: `gradient dz\u2081 for g = (${COMMON}, ${COMMON + 1})`,
    naive(d, r) {
      const [y, g] = [shares(d, r), [COMMON, COMMON + 1]];
      return r(y[0] * centred(g, y, r)[0]);
    },
    careful(d, r) {
      const [y, g] = [shares(d, r), [COMMON, COMMON + 1]];
      return r(y[0] * centred(centred(g, y, r), y, r)[0]);
    },
    exact: (d) => -Math.exp(-d) / (1 + Math.exp(-d)) ** 2,
    lesson: "y (g \u2212 s) subtracts a mean that is nearly g. Subtracting the mean a second time repairs the digits.",
  },
};

/** Both shares, with the shift. */
function shares(d, r) {
  const e = r(Math.exp(r(-d)));
  const total = r(1 + e);
  return [r(1 / total), r(e / total)];
}

/** g less its mean under y. */
function centred(g, y, r) {
  const s = r(r(y[0] * g[0]) + r(y[1] * g[1]));
  return g.map((part) => r(part - s));
}

const presets = {
  "leading class": { formula: "leader", gap: 20 },
  "other class": { formula: "trailer", gap: 20 },
  "no shift": { formula: "share", gap: 20 },
  "common part in g": { formula: "pullback", gap: 5 },
  "float16 gives up": { formula: "leader", gap: 8 },
  "float32 gives up": { formula: "leader", gap: 18 },
  "float64 gives up": { formula: "leader", gap: 38 },
};

/** How many decimal digits of a value are right, at most those of its format; none of 0, which is never right here. */
function correctDigits(value, exact, most) {
  if (value === 0 || !Number.isFinite(value)) return 0;
  const error = Math.abs(value - exact) / Math.abs(exact);
  const held = Math.log10(Math.abs(value) / Number.MIN_VALUE); // a subnormal float64 has fewer digits, and so has the reference
  return Math.max(0, Math.min(most, held, error === 0 ? most : -Math.log10(error)));
}

/** Steps of the slider are gaps that all three formats hold exactly: only the formula loses digits. */
const gapAt = (place) => toFloat16(FARTHEST * place ** 3);

function values(panel) {
  const [formula, gap] = [panel.get("formula"), panel.get("gap")];
  return { formula, gap, form: FORMULAS[formula], rows: rowsAt(FORMULAS[formula], gap) };
}

function rowsAt(form, gap) {
  const exact = (form.exact ?? form.careful)(gap, FORMATS.float64.round);
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
      trait: "gap",
      label: "gap d",
      min: 0,
      max: 1,
      step: 0.001,
      toValue: gapAt,
      toPlace: (gap) => Math.cbrt(gap / FARTHEST),
    }),
    lesson(panel),
  );
  panel.picture.append(curves(panel), results(panel));
}

/** What each format gives at this gap. */
function results(panel) {
  const body = html("tbody");
  panel.draws(() => {
    const line = (name, value, right, format) =>
      html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, ...digitsOf(value, right, format)), html("td", {}, fixed(right, 1)));
    const lines = ({ format, naive, careful, naiveDigits, carefulDigits }) => [
      html("tr", { class: `sb-precision-name-${format}` }, html("th", { scope: "rowgroup", colspan: 3 }, format)),
      line("plain", naive, naiveDigits, format),
      line("careful", careful, carefulDigits, format),
    ];
    body.replaceChildren(...values(panel).rows.flatMap(lines));
  });
  const head = html("thead", {}, html("tr", {}, ...["", "value, wrong digits red and underlined", "digits right"].map((text) => html("th", { scope: "col" }, text))));
  return html("table", { class: "sb-precision-table", "aria-label": "Results at this gap" }, head, body);
}

/** All digits of a value that its format has, the wrong ones marked. */
function digitsOf(value, right, format) {
  const text = significant(value, Math.floor(FORMATS[format].digits));
  const wrong = (part) => html("span", { class: "sb-precision-lost" }, part);
  if (value === 0 || !Number.isFinite(value)) return [wrong(text)];
  const [, fraction, power] = text.match(/^([^e]*)(.*)$/);
  const keep = placeAfter(fraction, Math.round(right));
  return [fraction.slice(0, keep), wrong(fraction.slice(keep)), power].filter((part) => part !== "");
}

/** Where a number's text ends after so many digits, zeros in front not counted. */
function placeAfter(text, count) {
  const start = text.search(/[1-9]/);
  let left = count;
  for (let k = start; k < text.length; k += 1) {
    if (left === 0) return k;
    if (text[k] !== ".") left -= 1;
  }
  return text.length;
}

const PLACES = Array.from({ length: 121 }, (_, k) => k / 120);

/** Correct digits against the gap: dashed the plain form, solid the careful one. */
function curves(panel) {
  const chart = plot({ label: "Correct digits against the gap, for each format", height: 300 });
  panel.draws(() => {
    const { form, gap } = values(panel);
    const at = PLACES.map((place) => ({ place, rows: rowsAt(form, gapAt(place)) }));
    const line = (format, key) => at.map(({ place, rows }) => [place, rows.find((row) => row.format === format)[key]]);
    const here = Math.cbrt(gap / FARTHEST);
    chart.paint({
      x: [0, 1],
      y: [0, 17],
      xTicks: [0, 2, 10, 40, 100, 300, FARTHEST].map((d) => Math.cbrt(d / FARTHEST)),
      xText: (place) => String(Math.round(FARTHEST * place ** 3)),
      yTicks: [0, 3.3, 7.2, 16],
      yText: (digits) => String(digits),
      xLabel: "gap d between the logits",
      yLabel: "correct digits",
      curves: Object.keys(FORMATS).flatMap((format) => [
        { class: `sb-precision-naive sb-precision-${format}`, points: line(format, "naiveDigits") },
        { class: `sb-precision-careful sb-precision-${format}`, points: line(format, "carefulDigits") },
      ]),
      segments: [{ class: "sb-faint", from: [here, 0], to: [here, 16] }], // ends below the word at the top
    });
  });
  const key = html("p", { class: "sb-small" }, "dashed: plain, solid: careful; blue float64, orange float32, green float16.");
  return html("div", {}, chart.element, key);
}

function lesson(panel) {
  const line = html("p", { class: "sb-formula sb-precision-lesson" });
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
  link: limits,
  presets,
  build,
  say,
  numbers,
  python,
});
