/* The buttons of cells. What they do, and Python, are loaded at the first press. */
{
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const here = new URL(".", script.src), page = script.dataset.page;
  const kept = new URL(document.documentElement.dataset.content_root, location.href).pathname + `code/${page}/`;
  const FOLDER = "Cells run in the page when the book comes from a server: on the web, or with <code>make serve</code>.";
  const OFFLINE = "The connection was lost. Press again to try again.";
  let tries = 0, loading;

  const load = () => {
    loading ??= import(new URL(`PAGE?${tries++}`, here).href);
    loading.catch(() => (loading = undefined));
    return loading;
  };
  const stored = (id) => {
    try { return localStorage.getItem(kept + id); } catch { return null; }
  };
  const bar = (box, words, actions) => {
    const made = document.createElement("div"), note = document.createElement("span");
    made.className = "sb-run";
    note.className = "sb-run-note";
    note.setAttribute("role", "status");
    note.textContent = words;
    for (const [name, action] of actions) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.dataset.action = action;
      button.addEventListener("click", () => {
        const place = { box, bar: made, note, here, page };
        load().then((code) => code.press(action, place), () => (note.textContent = OFFLINE));
      });
      made.append(button);
    }
    made.append(note);
    box.append(made);
  };
  if (location.protocol === "file:") {
    const sentence = document.createElement("p");
    sentence.className = "sb-run-note";
    sentence.innerHTML = FOLDER;
    document.querySelector("article").append(sentence);
  } else {
    const first = { proof: [["Prove it again", "run"]], check: [["Check", "check"]] };
    for (const box of document.querySelectorAll(".sb-cell")) {
      const kind = Object.keys(first).find((name) => box.classList.contains(`sb-${name}-cell`));
      bar(box, stored(box.id) === null ? "" : "Your changes are kept.", [...(first[kind] ?? []), ["Edit and run", "edit"]]);
    }
    const whole = document.getElementById("sb-whole-book");
    if (whole) bar(whole, "On your own machine: some 10 MB are loaded, and nothing is sent.", [["Prove the whole book again", "prove"]]);
  }
}
