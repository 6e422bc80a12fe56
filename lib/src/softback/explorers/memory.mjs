/* The one memory of what readers write, choose, try and solve: this browser's storage, under the path of the site and a
   name such as "formula/jvp". Nothing leaves the machine, and in Jupyter nothing is kept. Where the storage is refused
   `theme_repairs` puts another in its place, with which everything works for the visit. */

const NAME = /^(?:formula|desk|code|words|prediction|choice|tried|view)\/./;
const isText = (part) => typeof part === "string";
const areTexts = (part) => Array.isArray(part) && part.every(isText);

/* What a record may hold; `title` and `at`, an address below the site's root, say to which place it belongs. */
const PARTS = {
  text: isText, draft: isText, question: isText, title: isText, at: isText,
  lines: areTexts, shown: areTexts, won: areTexts,
  solved: (part) => typeof part === "boolean",
};

export const siteRoot = () => {
  const root = document.documentElement.dataset.content_root;
  return root === undefined ? null : new URL(root, location.href);
};
const keyOf = (name) => siteRoot().pathname + name;

/* The good parts of a record, which may come from anywhere. */
export const cleaned = (given) => Object.fromEntries(Object.keys(PARTS).filter((part) => PARTS[part](given?.[part])).map((part) => [part, given[part]]));

/** @returns {any} */
function stored(key) {
  const text = localStorage.getItem(key);
  let given = null;
  try { given = JSON.parse(text); } catch { /* a text alone, as older versions wrote it */ }
  return cleaned(given !== null && typeof given === "object" ? given : { text });
}

/** @returns {any} */
export const read = (name) => (siteRoot() ? stored(keyOf(name)) : {});

/* One record; `place` is the element that it belongs to. */
export const memory = (name, place) => ({
  read: () => read(name),
  write: (record) => siteRoot() && keep(name, record && { ...record, ...(place && placeOf(place)) }),
});

/* Write a record, or remove it where there is none; return whether there was room. */
export function keep(name, record) {
  try {
    if (record) localStorage.setItem(keyOf(name), JSON.stringify(record));
    else localStorage.removeItem(keyOf(name));
    return true;
  } catch {
    return false; // it is full: kept for this visit alone
  }
}

export const isRefused = () => "refused" in localStorage;
export const isName = (name) => NAME.test(name) && name.length < 300;

/* All records by their names. */
export function records() {
  const root = keyOf(""), names = Object.keys(localStorage).filter((key) => key.startsWith(root)).map((key) => key.slice(root.length));
  return Object.fromEntries(names.filter(isName).map((name) => [name, stored(root + name)]));
}

export function forgetAll() {
  for (const name of Object.keys(records())) keep(name, null);
}

/* The exercise, the explorer or the section that something stands in. */
function placeOf(place) {
  const box = place.closest(".exercise[id], .explorer[id]:has(.sb-title), section[id]");
  const title = box ? wordsOf(box.querySelector(".admonition-title, .sb-title, h1, h2, h3")) : document.title;
  return { at: location.pathname.slice(keyOf("").length) + (box ? `#${box.id}` : ""), title };
}

/* The text of an element, with one copy of its formulas. */
export function wordsOf(element) {
  const copy = /** @type {Element} */ (element.cloneNode(true));
  for (const part of copy.querySelectorAll(".katex-html, annotation, .headerlink")) part.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}
