/** Build HTML and SVG elements. It makes only calls that also work while the book is being built. */

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** html("p", { class: "note", onclick: listener }, "text", child) */
export const html = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

/** A plain button. */
export const button = (label, onclick) => html("button", { type: "button", class: "sb-button", onclick }, label);

/** A row of column heads; one without a text is a cell, for a head must have a name. */
export const heads = (texts) => html("tr", {}, ...texts.map((text) => (text ? html("th", { scope: "col" }, text) : html("td"))));

/** The same as html for SVG. */
export const svg = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

/** Give an element another text. Its text node stays: a new one would be styled, and get its boxes, anew. */
export function write(element, text) {
  const node = element.firstChild;
  if (!node) element.append(text);
  else if (node.data !== text) node.data = text;
}

/** Set several attributes of an element at once, as far as they are others: each is work, also where it says the same. */
export function place(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/** An id that no other element of the page has, whichever explorer made it. */
export function freshId(stem) {
  document.softbackIds = (document.softbackIds ?? 0) + 1;
  return `sb-${stem}-${document.softbackIds}`;
}
