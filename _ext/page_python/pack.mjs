// Runs pack.py in Pyodide: node pack.mjs DISTRIBUTION pack.py libraries|book FROM OUT
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, script, kind, ...places] = process.argv.slice(2).map((text, n) => (n === 2 ? text : path.resolve(text)));
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: folder + "/", packages: [], lockFileURL: path.join(path.dirname(script), "inside/no-packages.json") });
for (const [n, place] of [path.dirname(script), ...places].entries()) {
  python.FS.mkdirTree(`/host/${n}`);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: place }, `/host/${n}`);
}
python.globals.set("words", python.toPy(["pack.py", kind, "/host/1", "/host/2"]));
python.runPython("import runpy, sys; sys.argv = list(words); runpy.run_path('/host/0/pack.py', run_name='__main__')");
