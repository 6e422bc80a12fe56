// A very small document: enough of it for a module to draw its first picture while the book is built.
// Anything it does not know throws an error, so that no picture is silently wrong.

const VOID = new Set(["input", "br", "img", "hr"]);
const TYPED = new Set(["", "text", "number", "search", "email", "tel", "url", "password"]);
const KEPT = ["id", "class", "title", "aria-label", "aria-labelledby", "aria-describedby"];
const escaped = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;");
const quoted = (text) => escaped(text).replace(/"/g, "&quot;");
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The last prototype of everything below: a lookup that arrives here asked for something unknown. */
const strict = (what) =>
  new Proxy(Object.prototype, {
    get: (known, name) => {
      if (typeof name === "symbol" || name in known) return known[name];
      throw new TypeError(`${what}.${name} is unknown while the book is built`);
    },
    set: (_, name) => {
      throw new TypeError(`${what}.${String(name)} cannot be set while the book is built`);
    },
  });

class Text {
  data;

  constructor(data) {
    this.data = String(data);
  }

  get textContent() {
    return this.data;
  }

  set textContent(text) {
    this.data = String(text);
  }

  get markup() {
    return escaped(this.data);
  }
}

/** Markup that a module has made itself, such as MathML. */
class Markup extends Text {
  get markup() {
    return this.data;
  }
}

class Style {
  #rules = new Map();

  setProperty(name, value) {
    this.#rules.set(name, value);
  }

  removeProperty(name) {
    this.#rules.delete(name);
  }

  get text() {
    return [...this.#rules].map(([name, value]) => `${name}:${value}`).join(";");
  }
}

class ClassList {
  #element;

  constructor(element) {
    this.#element = element;
  }

  get #names() {
    return this.#element.className.split(" ").filter(Boolean);
  }

  contains(name) {
    return this.#names.includes(name);
  }

  toggle(name, on = !this.contains(name)) {
    const others = this.#names.filter((other) => other !== name);
    this.#element.className = (on ? [...others, name] : others).join(" ");
    return on;
  }

  add(...names) {
    for (const name of names) this.toggle(name, true);
  }

  remove(...names) {
    for (const name of names) this.toggle(name, false);
  }
}

class Element {
  #attributes = new Map();
  #children = [];
  dataset = {};
  style = new Style();
  classList = new ClassList(this);

  constructor(tag) {
    this.#tag = tag;
  }

  #tag;

  setAttribute(name, value) {
    this.#attributes.set(name, String(value));
  }

  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }

  hasAttribute(name) {
    return this.#attributes.has(name);
  }

  removeAttribute(name) {
    this.#attributes.delete(name);
  }

  toggleAttribute(name, on = !this.hasAttribute(name)) {
    if (on) this.setAttribute(name, "");
    else this.removeAttribute(name);
    return on;
  }

  append(...nodes) {
    this.#children.push(...nodes.map(asNode));
  }

  prepend(...nodes) {
    this.#children.unshift(...nodes.map(asNode));
  }

  replaceChildren(...nodes) {
    this.#children = nodes.map(asNode);
  }

  appendChild(node) {
    this.append(node);
    return node;
  }

  get childNodes() {
    return this.#children;
  }

  get children() {
    return this.#children.filter((node) => node instanceof Element);
  }

  get firstChild() {
    return this.#children[0] ?? null;
  }

  get textContent() {
    return this.#children.map((node) => node.textContent).join("");
  }

  set textContent(text) {
    this.replaceChildren(...(text === "" ? [] : [text]));
  }

  set innerHTML(markup) {
    this.#children = markup === "" ? [] : [new Markup(markup)];
  }

  /** Nothing is laid out here. */
  get scrollWidth() {
    return 0;
  }

  get clientWidth() {
    return 0;
  }

  /** Fields show their value in the markup. */
  get value() {
    if (this.#tag === "select") return this.#options.find((option) => option.selected)?.value ?? "";
    return this.#showsText ? this.textContent : this.getAttribute("value") ?? "";
  }

  set value(value) {
    if (this.#tag === "select") for (const option of this.#options) option.selected = option.value === String(value);
    else if (this.#showsText) this.textContent = String(value);
    else this.setAttribute("value", value);
  }

  get #showsText() {
    return this.#tag === "textarea" || this.#tag === "output";
  }

  get #isFilledIn() {
    return ["textarea", "select"].includes(this.#tag) || (this.#tag === "input" && TYPED.has(this.getAttribute("type") ?? ""));
  }

  get #options() {
    return this.children.flatMap((child) => (child.#tag === "option" ? [child] : child.#options));
  }

  addEventListener() {}

  removeEventListener() {}

  /** A canvas has no picture here: whoever asked for the picture finds the mark, and takes another. */
  getContext() {
    this.setAttribute("data-blank", "");
    const nothing = () => {};
    const image = (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) });
    return new Proxy({ createImageData: image }, { get: (known, name) => known[name] ?? nothing, set: () => true });
  }

  /** What is seen of a field, as a button; its name says what it shows. */
  get #standIn() {
    const button = new Element("button");
    const chosen = this.#options.find((option) => option.selected) ?? this.#options[0];
    const shown = chosen ? chosen.textContent : this.value;
    button.setAttribute("type", "button");
    for (const name of KEPT) if (this.hasAttribute(name)) button.setAttribute(name, this.getAttribute(name));
    button.classList.add(`as-${this.#tag}`);
    button.dataset = this.dataset;
    button.style = this.style;
    if (this.hasAttribute("rows")) button.style.setProperty("--rows", this.getAttribute("rows"));
    const label = this.getAttribute("aria-label");
    if (label) button.setAttribute("aria-label", `${label}: ${shown}`);
    button.append(shown);
    return button;
  }

  /** Browsers that fill in fields lay out those of a new page at once, however far away they are. */
  get markup() {
    return this.#isFilledIn ? this.#standIn.#plainMarkup : this.#plainMarkup;
  }

  get #plainMarkup() {
    const attributes = [...this.#attributes].map(([name, value]) => (value === "" ? ` ${name}` : ` ${name}="${quoted(value)}"`));
    const data = Object.entries(this.dataset).map(([name, value]) => ` data-${kebab(name)}="${quoted(value)}"`);
    const style = this.style.text && ` style="${quoted(this.style.text)}"`;
    const open = `<${this.#tag}${attributes.join("")}${data.join("")}${style}>`;
    if (VOID.has(this.#tag)) return open;
    return `${open}${this.#children.map((node) => node.markup).join("")}</${this.#tag}>`;
  }
}

const asNode = (node) => (node instanceof Element || node instanceof Text ? node : new Text(node));

/** Properties that are attributes under another name, as texts and as switches. */
const TEXTS = {
  ...{ className: "class", htmlFor: "for", tabIndex: "tabindex", ariaLabel: "aria-label", colSpan: "colspan", rowSpan: "rowspan" },
  ...Object.fromEntries(["alt", "href", "id", "lang", "max", "min", "name", "placeholder", "role", "scope"].map((name) => [name, name])),
  ...Object.fromEntries(["src", "step", "title", "type", "width", "height"].map((name) => [name, name])),
};
const SWITCHES = ["checked", "disabled", "hidden", "inert", "open", "required", "selected"];

const reflect = (property, get, set) => Object.defineProperty(Element.prototype, property, { get, set });
for (const [property, attribute] of Object.entries(TEXTS)) {
  reflect(property, function () { return this.getAttribute(attribute) ?? ""; }, function (value) { this.setAttribute(attribute, value); });
}
for (const name of SWITCHES) {
  reflect(name, function () { return this.hasAttribute(name); }, function (on) { this.toggleAttribute(name, Boolean(on)); });
}

for (const [name, kind] of Object.entries({ element: Element, text: Text, "element.style": Style, classList: ClassList })) {
  Object.setPrototypeOf(kind.prototype, strict(name));
}
