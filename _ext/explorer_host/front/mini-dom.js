/**
 * A very small document, enough for an explorer to draw its first picture while the book is built.
 * What it does not know throws, and the page then shows the picture that the explorer's class draws.
 */
(() => {
  "use strict";

  const VOID = new Set(["input", "br", "img", "hr"]);
  const escaped = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const quoted = (text) => escaped(text).replace(/"/g, "&quot;");

  class Text {
    constructor(data) {
      this.data = String(data);
    }

    get textContent() {
      return this.data;
    }

    get markup() {
      return escaped(this.data);
    }
  }

  class Element {
    constructor(tag) {
      this.tag = tag;
      this.attributes = new Map();
      this.childNodes = [];
      this.dataset = {};
      this.styles = new Map();
      this.style = { setProperty: (name, value) => this.styles.set(name, value), removeProperty: (name) => this.styles.delete(name) };
      this.classList = {
        add: (...names) => names.forEach((name) => this.#class(name, true)),
        remove: (...names) => names.forEach((name) => this.#class(name, false)),
        toggle: (name, on) => this.#class(name, on ?? !this.#classes.includes(name)),
        contains: (name) => this.#classes.includes(name),
      };
    }

    get #classes() {
      return (this.getAttribute("class") ?? "").split(" ").filter(Boolean);
    }

    #class(name, on) {
      const others = this.#classes.filter((other) => other !== name);
      this.setAttribute("class", (on ? [...others, name] : others).join(" "));
    }

    setAttribute(name, value) {
      this.attributes.set(name, String(value));
    }

    getAttribute(name) {
      return this.attributes.get(name) ?? null;
    }

    hasAttribute(name) {
      return this.attributes.has(name);
    }

    removeAttribute(name) {
      this.attributes.delete(name);
    }

    append(...nodes) {
      for (const node of nodes) this.childNodes.push(node instanceof Element || node instanceof Text ? node : new Text(node));
    }

    prepend(...nodes) {
      const others = this.childNodes;
      this.replaceChildren(...nodes);
      this.childNodes.push(...others);
    }

    appendChild(node) {
      this.append(node);
      return node;
    }

    replaceChildren(...nodes) {
      this.childNodes = [];
      this.append(...nodes);
    }

    get children() {
      return this.childNodes.filter((node) => node instanceof Element);
    }

    get textContent() {
      return this.childNodes.map((node) => node.textContent).join("");
    }

    set textContent(text) {
      this.replaceChildren(...(text === "" ? [] : [text]));
    }

    /** Fields show their value in the markup. */
    get value() {
      return this.tag === "input" ? this.getAttribute("value") ?? "" : this.textContent;
    }

    set value(value) {
      if (this.tag === "input") this.setAttribute("value", value);
      else this.textContent = String(value);
    }

    addEventListener() {}

    removeEventListener() {}

    /** A canvas has no picture here: the caller sees the mark and takes another one. */
    getContext() {
      this.setAttribute("data-blank", "");
      const nothing = () => {};
      const image = (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) });
      return new Proxy({ createImageData: image }, { get: (known, name) => known[name] ?? nothing, set: () => true });
    }

    get markup() {
      const attributes = [...this.attributes].map(([name, value]) => (value === "" ? ` ${name}` : ` ${name}="${quoted(value)}"`));
      const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const data = Object.entries(this.dataset).map(([name, value]) => ` data-${kebab(name)}="${quoted(value)}"`);
      const style = [...this.styles].map(([name, value]) => `${name}:${value}`).join(";");
      const open = `<${this.tag}${attributes.join("")}${data.join("")}${style ? ` style="${quoted(style)}"` : ""}>`;
      return VOID.has(this.tag) ? open : `${open}${this.childNodes.map((node) => node.markup).join("")}</${this.tag}>`;
    }
  }

  const REFLECTED = { className: "class", htmlFor: "for", tabIndex: "tabindex", id: "id", type: "type", name: "name" };
  for (const [property, attribute] of Object.entries(REFLECTED)) {
    Object.defineProperty(Element.prototype, property, {
      get() {
        return this.getAttribute(attribute) ?? "";
      },
      set(value) {
        this.setAttribute(attribute, value);
      },
    });
  }
  for (const property of ["hidden", "checked", "disabled", "open", "inert", "selected"]) {
    Object.defineProperty(Element.prototype, property, {
      get() {
        return this.hasAttribute(property);
      },
      set(on) {
        if (on) this.setAttribute(property, "");
        else this.removeAttribute(property);
      },
    });
  }

  const never = () => 0;
  Object.assign(globalThis, {
    document: {
      createElement: (tag) => new Element(tag),
      createElementNS: (_, tag) => new Element(tag),
      createTextNode: (text) => new Text(text),
      activeElement: null,
      hidden: false,
      documentElement: new Element("html"),
      addEventListener: never,
      removeEventListener: never,
    },
    requestAnimationFrame: never,
    cancelAnimationFrame: never,
    setTimeout: never,
    clearTimeout: never,
    addEventListener: never,
    removeEventListener: never,
    matchMedia: () => ({ matches: false, addEventListener: never, removeEventListener: never }),
  });

  let factory;
  globalThis.softbackHost = { define: (_, made) => (factory = made) };

  /** Say whether a module can be mounted at all. */
  globalThis.checked = () => {
    const found = factory();
    const fine = typeof found === "function" || typeof found?.render === "function" || typeof found?.initialize === "function";
    return fine ? "" : "its default export has neither render nor initialize";
  };

  /** Return the markup of the first picture. JSON, because the engine hands out no rope strings. */
  globalThis.draw = (state, firstId) => {
    const traits = JSON.parse(state);
    const place = new Element("div");
    const model = { get: (name) => traits[name], set: (name, value) => (traits[name] = value), save_changes: never, on: never, off: never };
    const signal = { aborted: false, addEventListener: never };
    document.softbackIds = firstId;
    const widget = factory();
    widget.initialize?.({ model, signal });
    const made = widget.render({ model, el: place, signal });
    if (made instanceof Promise) throw new Error("render is not synchronous");
    return JSON.stringify(place.childNodes.map((node) => node.markup).join(""));
  };
})();
