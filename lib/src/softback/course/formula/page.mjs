/* What the field of a formula and the desk have in common. */

/* What a reader has written, chosen and solved stays in this browser, under the path of the site and a name such as
   "formula/jvp". A record is an object: { text } or { lines }, and with it `solved`, `at` (the address of the place below
   the site's root) and `title`, from which the workbook is made. In Jupyter nothing is kept. */
export const siteRoot = () => {
  const root = document.documentElement.dataset.content_root;
  return root === undefined ? null : new URL(root, location.href);
};

export function memory(name, place) {
  const root = siteRoot();
  if (!root) return { read: () => ({}), write() {} };
  const key = root.pathname + name;
  return {
    /** @returns {any} */
    read() {
      try { return Object(JSON.parse(localStorage.getItem(key) ?? "{}")); } catch { return {}; }
    },
    write(record) {
      try {
        if (record) localStorage.setItem(key, JSON.stringify({ ...record, ...placeOf(place, root) }));
        else localStorage.removeItem(key);
      } catch { /* refused: kept for this visit alone */ }
    },
  };
}

/* The exercise or the section that something stands in. */
function placeOf(place, root) {
  const box = place.closest(".exercise[id], section[id]");
  const title = box ? plain(box.querySelector(".admonition-title, h1, h2, h3")) : document.title;
  return { at: location.pathname.slice(root.pathname.length) + (box ? `#${box.id}` : ""), title };
}

/* The text of an element, with one copy of its formulas. */
export function plain(of) {
  const copy = /** @type {Element} */ (of.cloneNode(true));
  for (const part of copy.querySelectorAll(".katex-html, annotation, .headerlink")) part.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
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
