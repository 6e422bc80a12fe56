// pytest in Pyodide under Node: package_in_node.mjs DISTRIBUTION SERVED LOCK '{"path in Python": "folder here"}' ARGUMENTS...
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

const [distribution, served, lockFileURL, places, ...words] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(distribution, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: distribution + "/", packages: [], lockFileURL });
const { FS } = python;
// The libraries as pages get them, most of them compiled.
for (const name of readdirSync(served).filter((name) => /^(numpy|sympy|matplotlib).*\.bin$/.test(name))) {
  python.unpackArchive(new Uint8Array(gunzipSync(readFileSync(path.join(served, name)))), "tar", { extractDir: "/" });
}
for (const [place, root] of Object.entries(JSON.parse(places))) {
  FS.mkdirTree(place);
  FS.mount(FS.filesystems.NODEFS, { root }, place);
}
python.globals.set("words", python.toPy(words));
python.runPython(`
import os, signal, subprocess, sys, threading, types

sys.path += ["/repository/lib/src", "/repository", "/extra"]
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
os.chdir("/repository")
import matplotlib.font_manager  # asks a program for fonts, and can do without
import pytest

class Absent(types.ModuleType):
    """What Pyodide lacks: a test that calls it is skipped by that name."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self.__name__}.{name}")

    def __call__(self, *args, **kwargs):
        pytest.skip(f"Pyodide has no {self.__name__}", allow_module_level=True)

sys.modules |= {name: Absent(name) for name in ("scipy", "scipy.special")}
subprocess.run, signal.setitimer = Absent("processes"), Absent("timer signals")
threading.Thread.start = Absent("threads")
pytest.main(list(words))
`);
