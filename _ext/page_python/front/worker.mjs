/* One Python for one page, which the page may end at any time. It loads what a cell needs and no more.
   in    {id, cells, index, packages}
   out   {type: "progress", loaded, total}   bytes
         {type: "phase", id, phase: "starting" | "loading" | "running", packages}
         {type: "output", id, kind, content}
         {type: "done", id, error, seconds, memory}
         {type: "failed", id, lost, detail} */
const { version, files, homes, lock } = MANIFEST;
const base = new URL("./", import.meta.url), core = new URL(`pyodide-${version}/`, base);
const ask = self.fetch.bind(self);
const SITE = "/lib/python3.12/site-packages";
const HOME = "/home/pyodide/book/chapters";

class Lost extends Error {}

// Bytes, counted as they come.
let loaded = 0, total = 0, told = 0;
function tell(now = performance.now()) {
  if (now - told > 80 || loaded === total) {
    told = now;
    postMessage({ type: "progress", loaded, total });
  }
}
const travelling = new Map();
// Starts a download once and gives the unpacked bytes; after a failure the next try starts again.
function get(name) {
  if (!travelling.has(name)) {
    total += files[name][0];
    const arriving = fetched(...files[name]);
    arriving.catch(() => travelling.delete(name));
    travelling.set(name, arriving);
  }
  return travelling.get(name);
}
async function fetched(size, file) {
  let came = 0;
  try {
    const answer = await ask(new URL(file, base));
    if (!answer.ok) throw new Lost(`${answer.status} for ${file}`);
    const count = (chunk, out) => {
      came += chunk.byteLength;
      loaded += chunk.byteLength;
      tell();
      out.enqueue(chunk);
    };
    const bytes = await new Response(answer.body.pipeThrough(new TransformStream({ transform: count }))).arrayBuffer();
    const packed = new Uint8Array(bytes, 0, 2);
    if (packed[0] !== 0x1f || packed[1] !== 0x8b) return new Uint8Array(bytes); // a host that unpacks on its own
    return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
  } catch (error) {
    loaded -= came;
    total -= size;
    throw new Lost(String(error.message ?? error));
  }
}

// Pyodide asks for its own files; it gets ours.
const OWN = { "pyodide.asm.wasm": ["pyodide", "application/wasm"], "python_stdlib.zip": ["python", "application/zip"] };
self.fetch = async (target) => {
  const name = String(target?.url ?? target).split("/").pop();
  if (name === "pyodide-lock.json") return new Response(JSON.stringify(lock));
  const [file, type] = OWN[name];
  return new Response(await get(file), { headers: { "Content-Type": type } });
};

let python;
async function start() {
  const early = ["pyodide", "python", "book"].map(get);
  early.forEach((one) => one.catch(() => {}));
  const { loadPyodide } = await import(new URL("pyodide.mjs", core).href).catch((error) => { throw new Lost(error.message); });
  await Promise.all(early);
  const env = { MPLBACKEND: "module://page_backend", HOME: "/home/pyodide" };
  const silent = () => {};
  const py = await loadPyodide({ indexURL: core.href, env, stdout: silent, stderr: silent });
  untar(py.FS, await get("book"));
  py.FS.chdir((py.FS.mkdirTree(HOME), HOME));
  const runner = py.pyimport("runner");
  const given = py.toPy(homes);
  runner.homes.update(given);
  given.destroy();
  // What a reader pastes shall call nobody.
  for (const name of ["fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "Worker", "BroadcastChannel", "indexedDB", "caches", "importScripts", "navigator"]) {
    try { Object.defineProperty(self, name, { value: undefined, configurable: false }); } catch { /* not to be removed here */ }
  }
  return { py, runner };
}

// Our archives hold plain files and nothing else.
function untar(FS, tar) {
  const text = new TextDecoder(), made = new Set();
  for (let at = 0; at + 512 <= tar.length && tar[at]; ) {
    const field = (from, length) => text.decode(tar.subarray(at + from, at + from + length)).split("\0")[0];
    const prefix = field(345, 155), name = `/${prefix && `${prefix}/`}${field(0, 100)}`;
    const size = parseInt(field(124, 12), 8), folder = name.slice(0, name.lastIndexOf("/"));
    if (!made.has(folder)) made.add((FS.mkdirTree(folder), folder));
    FS.writeFile(name, tar.subarray(at + 512, at + 512 + size), { canOwn: true });
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

async function run({ id, cells, index, packages }) {
  const phase = (phase, packages = []) => postMessage({ type: "phase", id, phase, packages });
  try {
    phase("starting");
    packages.forEach((name) => get(name).catch(() => {}));
    python ??= start();
    python.catch(() => (python = undefined));
    const { py, runner } = await python;
    for (let needs = packages; ; ) {
      const missing = needs.filter((name) => !runner.loaded.has(name));
      if (missing.length) phase("loading", missing);
      for (const name of missing) {
        untar(py.FS, await get(name));
        travelling.delete(name); // its bytes are in the file system now
        runner.loaded.add(name);
      }
      if (missing.length) runner.forget_folders();
      phase("running");
      const began = performance.now(), given = py.toPy(cells);
      const done = JSON.parse(runner.run(given, index, (kind, content) => postMessage({ type: "output", id, kind, content })));
      given.destroy();
      if (done.needs.length) { needs = done.needs; continue; }
      postMessage({ type: "done", id, error: done.error, seconds: (performance.now() - began) / 1000, memory: py._module.HEAP8.length });
      return;
    }
  } catch (error) {
    postMessage({ type: "failed", id, lost: error instanceof Lost, detail: String(error?.message ?? error).trim().slice(-600) });
  }
}

let queue = Promise.resolve();
onmessage = ({ data }) => (queue = queue.then(() => run(data)));
