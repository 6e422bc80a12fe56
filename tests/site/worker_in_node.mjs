// The worker of the built site under Node: worker_in_node.mjs WORKER < JOBS > RESULTS, both JSON lines.
import { readFileSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";

const jobs = readFileSync(0, "utf-8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const worker = pathToFileURL(process.argv[2]), { exit } = process;
const importScripts = (url) => runInThisContext(readFileSync(new URL(url), "utf-8"));
const types = { mjs: "text/javascript", js: "text/javascript" };
// What a browser's worker has, and not what only Node has.
Object.assign(globalThis, { self: globalThis, onmessage: null, location: worker, importScripts });
self.fetch = async (url) => new Response(readFileSync(new URL(url)), { headers: { "Content-Type": types[String(url).split(".").pop()] ?? "" } });
let outputs = [], finish;
self.postMessage = (message) => {
  if (message.type === "output") outputs.push([message.kind, message.content]);
  else if (message.type === "phase" && message.phase === "running") outputs = [];
  else if (message.type === "done" || message.type === "failed") finish(message);
};
delete globalThis.process;
await import(worker);
for (const [id, job] of jobs.entries()) {
  const done = new Promise((resolve) => (finish = resolve));
  onmessage({ data: { packages: [], ...job, id } });
  const { type, error, detail, seconds } = await done;
  writeSync(1, JSON.stringify({ type, error: error ?? detail ?? null, seconds, outputs }) + "\n");
}
exit(0);
