/* The twin of show.py: one walk decides on brackets, a pen writes. The page's pen writes MathML. */

const SUM = 1, PRODUCT = 2;
const STRENGTH = { "+": SUM, "-": SUM, minus: SUM, "*": PRODUCT, "/": PRODUCT, power: 3 };
/* These swallow what follows them, so they stand last in a product or in brackets. */
const greedy = (tree) => tree.kind === "sum" || (tree.kind === "d" && tree.of.kind !== "name") || (tree.kind === "log" && tree.of.kind === "name");
const leads = (tree) => (tree.kind === "*" ? leads(tree.left) : tree.kind === "power" ? leads(tree.of) : tree);
/* Whether an exponent can stand high without becoming too small to read. */
const flat = (tree) => !["/", "sum", "d", "log"].includes(tree.kind) && [tree.left, tree.right, tree.of].every((part) => !part || flat(part));

/* `mark` is a node, or { node, sign: true } for the sign of a node alone. */
export function show(tree, pen, mark = null) {
  const write = (part, least = SUM, last = true) => {
    const loose = (STRENGTH[part.kind] ?? 9) < least && !(part.kind === "/" && least === PRODUCT);
    const open = loose || (greedy(part) && !last);
    const inner = bare(part, open || last);
    const shown = open ? pen.brackets(inner) : inner;
    return mark && part === mark ? pen.mark(shown) : shown;
  };
  const sign = (part, text) => (mark?.sign && mark.node === part ? pen.mark(pen.operator(text)) : pen.operator(text));
  const bare = (part, last) => {
    const { kind, left, right, of } = part;
    switch (kind) {
      case "hole": return pen.hole();
      case "number": return pen.number(part.text);
      case "name": return pen.entry(part.base, part.letters, null);
      case "+":
      case "-": return pen.row(write(left), sign(part, kind), write(right, PRODUCT, last));
      case "minus": return pen.row(sign(part, "minus"), write(of, PRODUCT, last));
      case "*": {
        const dot = leads(right).kind === "number" || (mark?.sign && mark.node === part);
        return pen.row(write(left, PRODUCT, false), sign(part, dot ? "dot" : "times"), write(right, PRODUCT, last));
      }
      case "/": return pen.fraction(write(left), write(right));
      case "power":
        if (of.kind === "name") return pen.entry(of.base, of.letters, part.exponent);
        return pen.power(of.kind === "number" ? write(of) : pen.brackets(write(of)), part.exponent);
      case "exp": return flat(of) ? pen.exp(write(of)) : pen.row(pen.word("exp"), pen.brackets(write(of)));
      case "log": return pen.row(pen.word("log"), of.kind === "name" ? write(of) : pen.brackets(write(of)));
      case "sum": return pen.row(pen.total(part.index), write(of, PRODUCT));
      case "d":
        if (of.kind === "name") return pen.fraction(pen.row(pen.partial(), write(of)), pen.slope(part.by));
        return pen.row(pen.fraction(pen.partial(), pen.slope(part.by)), pen.operator("times"), write(of, PRODUCT));
    }
  };
  return write(tree);
}

const integer = (n) => (n < 0 ? `<mrow><mo form="prefix">−</mo><mn>${-n}</mn></mrow>` : `<mn>${n}</mn>`);
const lower = (letters) => `<mrow>${letters.replace(/./gu, "<mi>$&</mi>")}</mrow>`;
const OPERATORS = {
  "+": "<mo>+</mo>",
  "-": "<mo>−</mo>",
  minus: '<mo form="prefix">−</mo>',
  dot: "<mo>·</mo>",
  times: '<mo lspace="0" rspace="0">&#x2062;</mo><mspace width="0.14em"></mspace>',
};

/* All text in it comes from the grammar: letters of the scope, digits, signs. So it needs no escaping. */
const MATHML = {
  row: (...parts) => `<mrow>${parts.join("")}</mrow>`,
  mark: (shown) => `<mrow class="marked">${shown}</mrow>`,
  hole: () => '<mi class="hole">□</mi>',
  number: (text) => `<mn>${text}</mn>`,
  entry(base, letters, exponent) {
    const letter = `<mi>${base === "delta" ? "δ" : base}</mi>`;
    if (exponent === null) return letters ? `<msub>${letter}${lower(letters)}</msub>` : letter;
    return letters ? `<msubsup>${letter}${lower(letters)}${integer(exponent)}</msubsup>` : `<msup>${letter}${integer(exponent)}</msup>`;
  },
  operator: (sign) => OPERATORS[sign],
  brackets: (inner) => `<mrow><mo fence="true" form="prefix">(</mo>${inner}<mo fence="true" form="postfix">)</mo></mrow>`,
  fraction: (top, bottom) => `<mfrac>${top}${bottom}</mfrac>`,
  power: (base, exponent) => `<msup>${base}${integer(exponent)}</msup>`,
  exp: (of) => `<msup><mi>e</mi>${of}</msup>`,
  word: (name) => `<mi>${name}</mi><mspace width="0.14em"></mspace>`,
  total: (index) => `<munder><mo movablelimits="false">∑</mo><mi>${index}</mi></munder>`,
  partial: () => '<mi mathvariant="normal">∂</mi>',
  slope: (by) => `<mrow><mi mathvariant="normal">∂</mi><msub><mi>z</mi>${by ? lower(by) : MATHML.hole()}</msub></mrow>`,
};

export const mathml = (tree, mark) => `<math display="block">${show(tree, MATHML, mark)}</math>`;
