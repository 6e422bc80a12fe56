// Chapters in JupyterLab: the cells of a solution are seen while its box is open, and the gates
// around it leave no words behind. JupyterLab loads this file as it is.

const GATE = /^`{3,}\{solution-(start|end)\}/gm;
const STYLE = new URL("folds.css", /** @type {HTMLScriptElement} */ (document.currentScript).src);

/** Fold the cells between the gates of closed solutions; no file ever holds any of it. */
const fold = (notebook, opened) => {
  let isFolded = false;
  for (const cell of notebook.widgets) {
    const { type, sharedModel } = cell.model;
    const gate = type === "markdown" && [...sharedModel.source.matchAll(GATE)].at(-1);
    if (gate) {
      const box = [...cell.node.querySelectorAll(".myst-exercise")].at(-1);
      if (box?.id && opened.has(box.id)) box.open = true;
      // Where it is not drawn yet it is closed; without the class "dropdown" it is an aside.
      isFolded = gate[1] === "start" && !box?.matches("[open], aside");
    }
    cell.toggleClass("softback-folded", isFolded && !gate);
  }
};

/** Empty the words with which jupyterlab-myst begins titles of boxes that go on in other cells. */
const unlabel = (notebook) => {
  for (let node of notebook.node.querySelectorAll(".myst-exercise-title")) {
    while (node.firstChild) node = node.firstChild;
    if (node.data === "Start of ") node.data = "";
  }
};

const plugin = {
  id: "softback-lab:folds",
  autoStart: true,
  activate(app) {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: STYLE });
    document.head.append(style);
    app.docRegistry.addWidgetExtension("Jupytext Notebook", {
      createNew({ content: notebook }) {
        const opened = new Set(); // by the reader: each time a text runs, all boxes are drawn closed
        const update = () => {
          fold(notebook, opened);
          unlabel(notebook);
        };
        // Boxes are drawn late, and again after a change; cells come and go while one scrolls.
        new MutationObserver(update).observe(notebook.node, { childList: true, subtree: true });
        const remember = ({ target }) => {
          opened[target.open ? "add" : "delete"](target.id);
          update();
        };
        notebook.node.addEventListener("toggle", remember, true);
      },
    });
  },
};

(window["_JUPYTERLAB"] ??= {})["softback-lab"] = { init() {}, get: async () => () => plugin };
