/** One formula in three precisions: how many digits are right, the plain way and the careful way. */

import { choice, slider } from "./controls.mjs";
import { heads, html, write } from "./dom.mjs";
import { fixed, pythonNumber, significant } from "./format.mjs";
import { explorer } from "./panel.mjs";
import { plot } from "./plot.mjs";
import { FORMATS, toFloat16 } from "./rounding.mjs";
import { grip, grips } from "./scene.mjs";

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
    lesson: "Adding 1 forgets what is below the last digit of 1. log1p never adds the 1.",
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

/** g minus its mean under y. */
function centred(g, y, r) {
  const s = r(r(y[0] * g[0]) + r(y[1] * g[1]));
  return g.map((part) => r(part - s));
}

const presets = {
  "float16 gives up": { formula: "leader", gap: 8, format: "float16" },
  "float32 gives up": { formula: "leader", gap: 18, format: "float32" },
  "float64 gives up": { formula: "leader", gap: 38, format: "float64" },
};

const task = {
  name: "precision",
  what: "drag d until no digit of the plain way is right.",
  answer: "From there on 1 + e is 1.",
  done: (panel) => panel.get("formula") === "leader" && chosen(panel).naiveDigits < 0.5,
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
  panel.picture.append(headline(panel), curves(panel));
  panel.controls.append(
    slider(panel, {
      trait: "gap",
      label: "gap d",
      min: 0,
      max: 1,
      step: 0.001,
      toValue: gapAt,
      toPlace: (gap) => Math.cbrt(gap / FARTHEST),
    }),
    choice(panel, {
      legend: "Precision",
      options: Object.fromEntries(limits.format.values.map((format) => [format, format])),
      get: () => panel.get("format"),
      set: (format) => panel.set({ format }),
    }),
    choice(panel, {
      legend: "Formula, for logits 0 and \u2212d",
      options: Object.fromEntries(Object.entries(FORMULAS).map(([key, { title }]) => [title, key])),
      get: () => panel.get("formula"),
      set: (formula) => panel.set({ formula }),
    }),
    lesson(panel),
  );
  panel.more.append(results(panel));
}

/** The number of the plain way, large, its wrong digits red; below it that of the careful way. */
function headline(panel) {
  const line = (kind) => {
    const [count, number] = [html("span"), html("p", { class: `sb-precision-${kind}` })];
    return { count, number, element: html("div", {}, html("p", { class: "sb-precision-over sb-small" }, html("b", {}, kind), count), number) };
  };
  const [plain, careful] = ["plain", "careful"].map(line);
  panel.draws(() => {
    const { format, naive, naiveDigits, careful: value, carefulDigits } = chosen(panel);
    const most = Math.floor(FORMATS[format].digits);
    const shown = ({ count, number }, one, right) => {
      write(count, `${Math.min(most, Math.round(right))} of ${most} digits right`);
      number.replaceChildren(...digitsOf(one, right, format));
    };
    shown(plain, naive, naiveDigits);
    shown(careful, value, carefulDigits);
  });
  return html("div", { class: "sb-precision-head" }, plain.element, careful.element);
}

const chosen = (panel) => values(panel).rows.find(({ format }) => format === panel.get("format"));

/** What each format gives at this gap. */
function results(panel) {
  const body = html("tbody");
  panel.folds(() => {
    const line = (name, value, right, format) =>
      html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, ...digitsOf(value, right, format)), html("td", {}, fixed(right, 1)));
    const lines = ({ format, naive, careful, naiveDigits, carefulDigits }) => [
      html("tr", { class: `sb-precision-name` }, html("th", { scope: "rowgroup", colspan: 3 }, format)),
      line("plain", naive, naiveDigits, format),
      line("careful", careful, carefulDigits, format),
    ];
    body.replaceChildren(...values(panel).rows.flatMap(lines));
  });
  const head = html("thead", {}, heads(["", "value, wrong digits red and underlined", "digits right"]));
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

/** Correct digits against the gap: red the plain way, dashed the careful one; the chosen format stands out. */
function curves(panel) {
  const chart = plot({ label: "Correct digits against the gap, for each format", width: 360, height: 236 });
  const cursor = [];
  const placeOf = (gap) => Math.cbrt(gap / FARTHEST);
  const make = () =>
    grip(panel, chart, {
      label: "Gap d",
      kind: "ink",
      axis: "x",
      least: () => 0,
      most: () => 1,
      step: 0.001,
      get: () => placeOf(panel.get("gap")),
      set: (place) => panel.set({ gap: gapAt(place) }),
      to: (place) => chart.to([place, 0])[0],
      from: (unit) => chart.from([unit, 0])[0],
      across: () => chart.to([0, 0])[1],
      words: () => fixed(panel.get("gap"), 2),
    });
  panel.draws(() => {
    const { form, gap } = values(panel);
    const now = panel.get("format");
    const at = PLACES.map((place) => ({ place, rows: rowsAt(form, gapAt(place)) }));
    const line = (format, key) => at.map(({ place, rows }) => [place, rows.find((row) => row.format === format)[key]]);
    const here = placeOf(gap);
    const kind = (format) => (format === now ? "sb-precision-now" : "sb-precision-other");
    // Beside the level of all its digits, where no line falls.
    const word = (format) => ({ at: [0.62, FORMATS[format].digits], text: format, class: `sb-halo sb-start ${format === now ? "sb-strong" : "sb-quiet"}`, dy: format === "float64" ? 15 : -5 });
    const formats = [...Object.keys(FORMATS).filter((format) => format !== now), now];
    chart.paint({
      x: [0, 1],
      y: [0, 17],
      xTicks: [0, 2, 10, 40, 100, 300, FARTHEST].map(placeOf),
      xText: (place) => String(Math.round(FARTHEST * place ** 3)),
      yTicks: [0, 4, 8, 12, 16],
      yText: String,
      xLabel: "gap d between the logits",
      yLabel: "digits right; dashed: careful",
      curves: formats.flatMap((format) => [
        { class: `sb-precision-careful ${kind(format)}`, points: line(format, "carefulDigits") },
        { class: `sb-precision-naive ${kind(format)}`, points: line(format, "naiveDigits") },
      ]),
      segments: [{ class: "sb-level", from: [here, 0], to: [here, 16] }], // ends below the word at the top
      words: formats.map(word),
    });
    grips(cursor, 1, make);
  });
  return chart.element;
}

function lesson(panel) {
  const line = html("p", { class: "sb-formula sb-precision-lesson" });
  panel.draws(() => write(line, values(panel).form.lesson));
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
  `explorer = Precision(formula="${panel.get("formula")}", gap=${pythonNumber(panel.get("gap"))}, format="${panel.get("format")}")`,
  "for row in explorer.results:",
  "    print(row)",
];

export default explorer({ title: "The same formula in three precisions", link: limits, presets, task, build, say, numbers, python });
