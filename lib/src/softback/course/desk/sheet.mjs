/* One sheet of the desk: lines are written, answered, and taken back. What is kept of it is `lines`, a list of texts. */

import { memory, read, siteRoot } from "../../explorers/memory.mjs";
import { echo } from "../formula/judge.mjs";
import { button, element, marked, put, spoken } from "../formula/page.mjs";
import { parse } from "../formula/read.mjs";
import { mathml } from "../formula/show.mjs";
import { tex, typed } from "../formula/write.mjs";
import { judgeLine, progress, start } from "./desk.mjs";

const nameOf = (n) => (n ? `line ${n}` : "the start");

function render({ model, el, signal, address }) {
  const data = model.get("data"), kept = memory(`desk/${data.id}`, el);
  let lines = [], hints = 0, ahead = -1, editing = null, draft = "";

  const [first, goal, preview] = [0, 1, 2].map(() => element("div", { className: "sb-answer-echo" }));
  const list = element("ol", { className: "sb-desk-lines" });
  list.setAttribute("aria-label", "Your lines");
  const points = element("ul", { className: "sb-desk-waypoints" });
  points.setAttribute("aria-label", "On the way");
  const name = element("span");
  const input = element("input", { type: "text" });
  for (const help of ["autocomplete", "autocapitalize", "autocorrect"]) input.setAttribute(help, "off");
  input.setAttribute("spellcheck", "false");
  const verdict = element("div", { className: "sb-answer-verdict" });
  verdict.setAttribute("role", "status");
  const told = element("div", { className: "sb-desk-hints" });
  const action = (text, act) => button(text, act, { signal });
  const buttons = {
    undo: action("Undo", undo),
    again: action("Start again", startAgain),
    hint: action("Hint", hint),
    next: action("Show the next line", showNext),
    copy: action("Copy as TeX", copy),
  };
  const rules = element("details", { className: "sb-answer-help" }, element("summary", { textContent: "Rules you may use" }),
    element("ul", {}, ...data.rules.map(({ name, left, right, won_at }) =>
      element("li", {}, `${name}: `, ...spoken(`\`${left} = ${right}\``), wonOrNot(won_at)))));
  const box = element("div", { className: "sb-answer sb-desk" },
    element("p", {}, ...spoken(data.asks)),
    element("dl", { className: "sb-desk-task" },
      element("dt", { textContent: "Start" }), element("dd", {}, first),
      element("dt", { textContent: "Goal" }), element("dd", {}, goal)),
    points, list,
    element("div", { className: "sb-answer-row" }, element("label", {}, name, input), action("Check", check)),
    preview, verdict,
    element("div", { className: "sb-desk-buttons" }, ...Object.values(buttons)),
    told, rules);

  const here = () => editing ?? lines.length;
  const above = () => (here() ? lines[here() - 1].tree : start(data));
  const marks = () => progress(data, lines.map(({ tree }) => tree));

  /* Whether a rule was won at its sheet, as far as this browser knows. */
  function wonOrNot(sheet) {
    if (!sheet || !siteRoot() || sheet.id === data.id) return "";
    return read(`desk/${sheet.id}`).solved ? " (you have won it)" : ` (on trust: “${sheet.title}” wins it)`;
  }

  function say(kind, ...parts) {
    box.dataset.verdict = kind;
    verdict.replaceChildren(...parts.map((part) => (typeof part === "string" ? element("p", {}, ...spoken(part)) : part)));
  }

  function draw() {
    list.replaceChildren();
    for (const [n, { tree }] of lines.entries()) {
      const line = element("div", { className: "sb-answer-echo" }), change = action("Edit", () => edit(n));
      change.setAttribute("aria-label", `Edit line ${n + 1}`);
      const item = element("li", {}, element("div", { className: "sb-desk-line" }, line, change));
      if (n === editing) item.setAttribute("aria-current", "true");
      list.append(item);
      put(line, mathml(tree));
    }
    const reached = marks();
    points.replaceChildren(...data.waypoints.map(({ says }, n) => {
      const made = element("li", {}, ...spoken(says));
      made.dataset.reached = reached[n] ?? "";
      if (reached[n]) made.append(element("span", { textContent: reached[n] === "passed" ? " (passed)" : ` (line ${reached[n]})` }));
      return made;
    }));
    name.textContent = `Line ${here() + 1}`;
    buttons.undo.disabled = buttons.again.disabled = !lines.length;
    const next = reached.findIndex((mark, n) => mark === null && reached.slice(n).every((one) => one === null));
    if (next !== ahead) [ahead, hints] = [next, 0];
    drawHints();
  }

  function drawHints() {
    const all = data.waypoints[ahead]?.hints ?? [];
    buttons.hint.textContent = hints ? `Hint ${hints} of ${all.length}` : "Hint";
    buttons.hint.disabled = hints >= all.length;
    buttons.next.disabled = ahead < 0 || editing !== null;
    told.replaceChildren(...all.slice(0, hints).map((text) => element("p", {}, ...spoken(text))));
  }

  function store() {
    const texts = lines.map(({ text }) => text);
    const shown = lines.filter((line) => line.shown).map(({ text }) => text);
    const solved = (marks().at(-1) !== null && !shown.length) || kept.read().solved === true;
    const won = solved ? data.wins.map(({ left, right }) => `${left} = ${right}`) : [];
    kept.write(texts.length || input.value ? { lines: texts, draft: input.value, shown, solved, won } : null);
    address?.write(texts.length ? new URLSearchParams({ lines: texts.join("\n") }).toString() : "");
    if (JSON.stringify(model.get("lines")) !== JSON.stringify(texts)) {
      model.set("lines", texts);
      model.save_changes();
    }
  }

  /* The lines that hold; the first that does not, and all below it, stay out. One that only repeats the line above is no line. */
  function opened(all) {
    lines = [];
    for (const { text, shown } of all) {
      const said = judgeLine(data, text, above(), nameOf(lines.length));
      if (said.kind === "same") continue;
      if (said.kind !== "right") break;
      lines.push({ text, tree: said.tree, shown });
    }
  }

  function accept(text, said, first, shown = false) {
    const before = marks(), changed = [...lines], rest = editing === null ? "" : draft;
    changed[here()] = { text, tree: said.tree, shown };
    editing = null;
    opened(changed);
    input.value = rest;
    typing();
    const after = marks(), last = after.at(-1) !== null;
    const passed = data.waypoints.filter((_, n) => after[n] === "passed" && before[n] !== "passed");
    draw();
    say("right", first,
      ...(said.uses ? ["This step uses the condition. Without it the two lines differ."] : []),
      ...passed.map(({ says }) => `You went past a waypoint: ${says}.`),
      ...(last && before.at(-1) === null ? ["The goal is reached."] : []));
    store();
    input.focus();
  }

  function check() {
    const text = input.value, said = judgeLine(data, text, above(), nameOf(here()));
    if (said.kind === "right") return accept(text, said, said.message);
    const place = said.at === null || !text || said.change ? [] : [element("p", {}, marked(text, said.at, said.to))];
    say(said.kind, said.message, ...said.reasons, ...place);
    if (said.change) put(preview, mathml(said.tree, said.change.node));
    if (said.at !== null) input.setSelectionRange(said.at, said.to ?? said.at + 1);
    input.focus();
  }

  function undo() {
    const { text } = lines.pop();
    input.value ||= text;
    editing = null;
    later(`Taken back: \`${text}\`.`);
  }

  /* A line in the middle comes back into the field; those below it stay, for they equal the start whatever stands here. */
  function edit(n) {
    if (editing === null) draft = input.value;
    editing = n;
    input.value = lines[n].text;
    later(`Change line ${n + 1} and press Enter. Escape leaves it as it was.`);
  }

  function leave() {
    editing = null;
    input.value = draft;
    later("");
  }

  function startAgain() {
    [lines, editing, input.value] = [[], null, ""];
    later("The sheet is empty again.");
  }

  function later(sentence) {
    draw();
    say("", sentence);
    typing();
    input.focus();
  }

  function hint() {
    hints += 1;
    drawHints();
    say("", "");
    if (buttons.hint.disabled) input.focus(); // the button can hold it no longer
  }

  /* The line of the model below this one, or else its first line that reaches what is ahead. */
  function showNext() {
    const trees = data.model.map((text) => parse(text, data.scope));
    const now = trees.findIndex((tree) => typed(tree) === typed(above()));
    const reaching = (tree) => progress(data, [tree]).slice(ahead).some((mark) => typeof mark === "number");
    const next = now >= 0 ? now + 1 : trees.findIndex(reaching);
    const text = data.model[next];
    if (text) accept(text, judgeLine(data, text, above(), nameOf(lines.length)), "Shown.", true);
  }

  async function copy() {
    const all = [start(data), ...lines.map(({ tree }) => tree)].map((tree, n) => (n ? `&= ${tex(tree)}` : `& ${tex(tree)}`));
    const text = `\\begin{aligned}\n${all.join(" \\\\\n")}\n\\end{aligned}`;
    try {
      await navigator.clipboard.writeText(text);
      say("", "Copied.");
    } catch {
      const shown = element("textarea", { readOnly: true, rows: all.length + 2, value: text });
      shown.setAttribute("aria-label", "The derivation as TeX");
      say("", shown);
      shown.select();
    }
  }

  function typing() {
    put(preview, input.value.trim() ? echo(data, input.value) : "");
    store();
  }

  input.addEventListener("input", () => {
    say("");
    typing();
  }, { signal });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) check();
    if (event.key === "Escape" && editing !== null) leave();
    if (event.key === "ArrowUp" && !input.value && lines.length) {
      event.preventDefault();
      input.value = lines.at(-1).text;
      typing();
    }
  }, { signal });

  const query = address?.read();
  const linked = query ? new URLSearchParams(query).get("lines") : null;
  const saved = kept.read(), texts = linked ? linked.split("\n") : model.get("lines").length ? model.get("lines") : saved.lines ?? [];
  el.replaceChildren(box);
  put(first, mathml(start(data)));
  put(goal, mathml(parse(data.goal, data.scope)));
  opened(texts.map((text) => ({ text: String(text), shown: Boolean(saved.shown?.includes(text)) })));
  draw();
  if (!linked && saved.draft) {
    input.value = saved.draft;
    put(preview, echo(data, saved.draft));
  }
}

export default { render };
