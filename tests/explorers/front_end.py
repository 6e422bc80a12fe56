"""Mount an explorer's module on an empty page, as a front end would, with a strict model.

The model knows the synced traits of the Python class and no others, counts its listeners, and keeps
what `save_changes` would send.
"""

import json

PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}"><meta charset="utf-8"><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>An explorer</title><style>
  body {{ margin: 0; padding: 0.75rem; {colours} }}
  {style}</style>
<body><main><h1>An explorer</h1><div id="here"></div></main></body></html>"""

COLOURS = {
    "light": "background: #fffdf9; color: #23262d;",
    "dark": "background: #14171c; color: #dde1e7;",
}

MOUNT = """async ([source, state, query]) => {
  class Model {
    constructor(state) {
      this.state = state;
      this.listeners = new Map();
      this.saved = [];
      this.dirty = {};
    }
    #known(name) {
      if (!(name in this.state)) throw new Error(`the model has no trait ${name}`);
    }
    get(name) { this.#known(name); return structuredClone(this.state[name]); }
    set(name, value) {
      this.#known(name);
      if (JSON.stringify(value) === JSON.stringify(this.state[name])) return;
      this.state[name] = this.dirty[name] = structuredClone(value);
      for (const listener of [...(this.listeners.get(`change:${name}`) ?? [])]) listener();
    }
    save_changes() { this.saved.push(this.dirty); this.dirty = {}; }
    on(event, listener) {
      this.#known(event.replace("change:", ""));
      this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    }
    off(event, listener) {
      this.listeners.set(event, this.listeners.get(event).filter((other) => other !== listener));
    }
    get heard() { return [...this.listeners.values()].flat().length; }
  }
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: definition } = await import(url);
  const el = document.querySelector("#here");
  const { signal } = new AbortController();
  window.model = new Model(state);
  if (query !== null) window.address = {
    query, written: [],
    read() { return this.query; },
    write(query) { this.written.push(query); },
    href: (query) => `https://book/page.html#explorer?${query}`,
    onchange(listener) { this.follow = (query) => { this.query = query; listener(); }; },
  };
  window.leave = definition.render({ model: window.model, el, signal, address: window.address });
}"""

FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def synced(explorer):
    """Return the traits that reach the front end, by name, as JSON would carry them."""
    names = [name for name in explorer.traits(sync=True) if not name.startswith("_")]
    names = [name for name in names if name not in {"layout", "tabbable", "tooltip"}]
    return json.loads(json.dumps({name: getattr(explorer, name) for name in names}))


def page_of(explorer, theme="light"):
    """Return an empty page with the style of an explorer."""
    return PAGE.format(theme=theme, colours=COLOURS[theme], style=explorer._css)


def mount(page, explorer, query=None):
    """Render an explorer into the page that `page_of` wrote, and wait for its first picture.

    With a ``query``, "" for none, the front end has an address that links can carry state in.
    """
    page.evaluate(MOUNT, [explorer._esm, synced(explorer), query])
    settle(page)


def settle(page):
    """Wait until two frames are drawn."""
    page.evaluate(FRAME)
