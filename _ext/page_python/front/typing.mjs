/* The keys of a plain field for code: Tab indents, Enter goes on, Control and Enter run it; Escape, then Tab leaves it. */

export function typing(field, { run, tell }) {
  let leaving = false;
  field.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the page has keys of its own
    const { value, selectionStart: from, selectionEnd: to } = field;
    const start = value.lastIndexOf("\n", from - 1) + 1, before = value.slice(start, from);
    const leaves = leaving;
    if (event.key !== "Shift") leaving = event.key === "Escape";
    if (event.key === "Escape") tell("Tab now leaves the field.");
    else if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey || event.shiftKey) run();
      else type(field, `\n${/^ */.exec(before)[0]}${/:\s*(#.*)?$/.test(before) ? "    " : ""}`);
    } else if (event.key === "Tab" && !leaves && !event.altKey && !event.ctrlKey) {
      event.preventDefault();
      if (from === to && !event.shiftKey) return type(field, " ".repeat(4 - (before.length % 4)));
      const moved = value.slice(start, to).split("\n").map((line) => (event.shiftKey ? line.replace(/^ {1,4}/, "") : line && `    ${line}`)).join("\n");
      field.setSelectionRange(start, to);
      type(field, moved);
      const end = start + moved.length;
      field.setSelectionRange(from === to ? end : start, end);
    } else if (event.key === "Backspace" && from === to && /^ +$/.test(before)) {
      event.preventDefault();
      field.setSelectionRange(from - (((before.length - 1) % 4) + 1), from);
      type(field, "");
    }
  });
}

/* As if it were typed, so that the browser can undo it. */
function type(field, text) {
  if (!document.execCommand?.(text ? "insertText" : "delete", false, text)) field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input"));
}
