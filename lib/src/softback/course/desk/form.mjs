/* The twin of form.py: what a line looks like, told by predicates on its tree. */

import { typed } from "../formula/write.mjs";

const within = (tree) => [tree, ...[tree.left, tree.right, tree.of].filter(Boolean).flatMap(within)];
const firstFactor = (tree) => (tree.kind === "*" ? firstFactor(tree.left) : tree);
const howMany = (what, tree) => within(tree).filter((part) => isA(part, what)).length;

function isA(tree, what) {
  if (what === "fraction") return tree.kind === "/" || (tree.kind === "power" && tree.exponent < 0);
  if (tree.kind === "name") return what === tree.base || what === typed(tree);
  return what === tree.kind || (tree.kind === "sum" && what === `sum_${tree.index}`);
}

export function predicate(text, goal) {
  const inside = /^in (\w+): (.*)$/.exec(text);
  if (inside) {
    const inner = predicate(inside[2], goal);
    return (tree) => within(tree).every((part) => !isA(part, inside[1]) || inner(part.of));
  }
  const [how, what = ""] = text.split(" ");
  if (how === "short") return (tree) => within(tree).length <= within(goal).length;
  if (how === "nested") return (tree) => tree.kind === "sum" && tree.of.kind === "sum";
  if (how === "front") return (tree) => isA(firstFactor(tree), what);
  if (how === "no") return (tree) => howMany(what, tree) === 0;
  if (how === "has") return (tree) => howMany(what, tree) > 0;
  return (tree) => howMany(what.replace(/s$/, ""), tree) === Number(how);
}
