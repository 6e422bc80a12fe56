// Modules: fetched and run once for a page, however many views they have.

const factories = new Map();
const modules = new Map();

// Each module arrives as a classic script that calls this.
globalThis.softbackHost = { define: (file, factory) => factories.set(file, factory) };

/** The default export of a module. */
function load(address) {
  if (!modules.has(address)) modules.set(address, fetchScript(address).then((factory) => factory()));
  return modules.get(address);
}

/** A script element also works from a file, and where the page's policy allows no eval. */
function fetchScript(address) {
  const file = address.split("/").pop();
  if (factories.has(file)) return Promise.resolve(factories.get(file));
  return new Promise((found, failed) => {
    const early = [...document.scripts].find((script) => script.getAttribute("src") === address);
    const script = early ?? document.createElement("script");
    script.onload = () => {
      const factory = factories.get(file);
      if (factory) found(factory);
      else failed(new Error("its script has an error"));
    };
    script.onerror = () => failed(new Error("its script could not be loaded"));
    if (early) return; // it stands behind the host, and is about to run
    script.src = address;
    document.head.append(script);
  });
}
