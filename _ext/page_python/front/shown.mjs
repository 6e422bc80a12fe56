/* What a cell has shown, as elements of the page. */
import { element, spoken } from "../../../lib/src/softback/course/formula/page.mjs";

/* The element that shows an output. The worker runs what the reader pasted: nothing of it is trusted. */
export function drawn(kind, content) {
  if (kind === "image/svg+xml" || kind === "image/png") {
    const src = kind === "image/png" ? `data:image/png;base64,${content}` : `data:image/svg+xml;charset=utf-8,${encodeURIComponent(content)}`;
    return element("img", { src, alt: "Figure drawn by your code" });
  }
  if (kind === "text/html") return element("div", {}, harmless(content));
  if (kind === "text/latex") {
    const box = element("div", { className: "sb-run-math", textContent: content });
    typeset(box, content.replace(/^\s*\$+(\\displaystyle)?|\$+\s*$/g, ""));
    return box;
  }
  if (kind === "sentence" || (kind === "text/markdown" && !/[|$]|^#/m.test(content))) return element("p", {}, ...spoken(content));
  return element("pre", { className: kind === "error" ? "sb-run-error" : "", textContent: content });
}

const ELEMENTS = new Set("DIV SPAN P A CODE PRE B I EM STRONG SUB SUP TABLE THEAD TBODY TR TH TD CAPTION UL OL LI BR HR H3 H4 DL DT DD DETAILS SUMMARY".split(" "));
const ATTRIBUTES = new Set("class title scope colspan rowspan aria-hidden".split(" "));
export function harmless(html) {
  const made = document.createDocumentFragment();
  (function copy(from, into) {
    for (const child of from.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) into.append(...child.data.split(/\$([^$\n]+)\$/).map((part, n) => (n % 2 ? formula(part) : part)));
      else if (["SCRIPT", "STYLE", "TEMPLATE"].includes(child.tagName) || child.nodeType !== Node.ELEMENT_NODE) continue;
      else if (!ELEMENTS.has(child.tagName)) copy(child, into);
      else {
        const twin = element(child.tagName, {});
        for (const { name, value } of child.attributes) if (ATTRIBUTES.has(name) || (name === "href" && value.startsWith("#"))) twin.setAttribute(name, value);
        into.append(twin);
        copy(child, twin);
      }
    }
  })(new DOMParser().parseFromString(html, "text/html").body, made);
  return made;
}

function formula(tex) {
  const box = element("span", { textContent: tex });
  if (/^\w$/.test(tex)) box.innerHTML = `<math><mi>${tex}</mi></math>`;
  else typeset(box, tex, false);
  return box;
}

/* As MathML, since the site's fonts hold only the characters that the book prints. */
let katex;
async function typeset(box, tex, displayMode = true) {
  katex ??= new Promise((resolve, reject) => document.head.append(element("script", { src: new URL("katex.min.js", import.meta.url).href, onload: () => resolve(self.katex), onerror: reject })));
  try {
    (await katex).render(tex, box, { output: "mathml", displayMode, throwOnError: false });
  } catch {
    katex = undefined; // the text stays
  }
}
