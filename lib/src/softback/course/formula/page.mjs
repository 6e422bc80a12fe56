/* What the field of a formula and the desk have in common. */

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function button(textContent, press, options) {
  const made = element("button", { type: "button", textContent });
  made.addEventListener("click", press, options);
  return made;
}

/* Give the reader a file of data. */
export function download(name, data) {
  const text = JSON.stringify(data, null, 1), link = element("a", { download: name });
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/* Markdown of which the sentences hold only pieces of code. */
export function spoken(sentence) {
  return sentence.split("`").map((part, n) => (n % 2 ? element("code", { textContent: part }) : part));
}

/* The text with its fault marked, for carets that point at nothing a reader sees. */
export function marked(text, at, to) {
  const fault = text.slice(at, to ?? at + 1) || "□";
  return element("code", { className: "sb-answer-place" }, text.slice(0, at), element("mark", { textContent: fault }), text.slice(at + fault.length));
}

/* Typeset what stands in a box. A wide formula scrolls, so a keyboard must reach it. */
export function put(box, mathml) {
  box.innerHTML = mathml;
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}
