"""A page that holds only a Jacobian of a given number of classes."""

import json

from softback.explorers import Jacobian

PAGE = """<!doctype html><html lang="en"><title>Jacobian</title><style>{style}</style>
<body><div id="here"></div><script type="module">
{module}
const state = {state};
const heard = new Map();
const model = {{
  get: (name) => state[name],
  set(name, value) {{
    state[name] = value;
    for (const listener of heard.get(`change:${{name}}`) ?? []) listener();
  }},
  save_changes() {{}},
  on(name, listener) {{ heard.set(name, [...(heard.get(name) ?? []), listener]); }},
  off() {{}},
}};
explored.render({{ model, el: document.querySelector("#here") }});
</script></body></html>"""


def page_of(classes):
    """Return the page as HTML."""
    explorer = Jacobian(z=[(7 * k) % 5 - 2.0 for k in range(classes)])
    state = {name: getattr(explorer, name) for name in ("z", "entry", "pinned", "compact")}
    module = explorer._esm.replace("export default explorer", "const explored = explorer")
    return PAGE.format(style=explorer._css, module=module, state=json.dumps(state))
