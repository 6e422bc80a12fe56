/* Previews of links, formulas as TeX, all code of a page, and the symbols of a section. */

import { memory, siteRoot, wordsOf } from "../../../lib/src/softback/explorers/memory.mjs";
import { element } from "../../../lib/src/softback/course/formula/page.mjs";

const article = document.querySelector(".bd-article");

/* ---- Previews ---- */

const card = element("div", { id: "sb-preview", hidden: true });
card.setAttribute("role", "tooltip");
let shownFor = null, leaving = 0;

/* What a link shows: the equation that it leads to, with the words on its proof, or else its title. */
const previewOf = (link) => {
  const label = /#equation-([\w-]+)$/.exec(link.href)?.[1];
  const away = label && /** @type {HTMLTemplateElement | null} */ (article.querySelector(`template[data-equation="${label}"]`));
  if (away) return [away.content.cloneNode(true)];
  const here = label && link.getAttribute("href").startsWith("#") && document.getElementById(`equation-${label}`);
  if (here) {
    const proof = /** @type {Element | undefined} */ (article.querySelector(`.sb-proof:has(a[href="#equation-${label}"])`)?.cloneNode(true));
    proof?.querySelectorAll("a").forEach((link) => link.remove());
    const said = proof?.childNodes ?? [label.startsWith("def-") ? "Taken as given." : ""];
    return [here.querySelector(".katex-display").cloneNode(true), element("p", {}, ...said)];
  }
  return link.dataset.told ? [element("p", { textContent: link.dataset.told })] : [];
};

const hide = () => {
  clearTimeout(leaving);
  shownFor?.removeAttribute("aria-describedby");
  card.hidden = true;
  shownFor = null;
};

const preview = (link) => {
  clearTimeout(leaving);
  if (link === shownFor) return;
  hide();
  const content = previewOf(link);
  if (!content.length) return;
  card.replaceChildren(...content);
  card.hidden = false;
  link.setAttribute("aria-describedby", card.id);
  shownFor = link;
  stand();
};

/* Below the link, or above it where there is no room. */
const stand = () => {
  const place = shownFor.getClientRects()[0], box = card.getBoundingClientRect();
  const below = place.bottom + box.height + 8 < innerHeight;
  card.style.top = `${below ? place.bottom + 4 : Math.max(4, place.top - box.height - 4)}px`;
  card.style.left = `${Math.max(4, Math.min(place.left, document.documentElement.clientWidth - box.width - 8))}px`;
};

const linkAt = ({ target }) => target.closest?.(".bd-article a.reference.internal");
const leave = () => {
  clearTimeout(leaving);
  leaving = window.setTimeout(hide, 250); // time to reach the card
};

if (article) {
  document.body.append(card);
  // The browser's own title comes late, and never for the keyboard.
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (article.querySelectorAll("a.reference.internal[title]"))) {
    link.dataset.told = link.title;
    link.removeAttribute("title");
  }
  article.addEventListener("pointerover", (event) => {
    const link = /** @type {PointerEvent} */ (event).pointerType === "mouse" && linkAt(event);
    if (link) preview(link);
    else if (shownFor && document.activeElement !== shownFor) leave();
  });
  article.addEventListener("focusin", (event) => (linkAt(event)?.matches(":focus-visible") ? preview(linkAt(event)) : hide()));
  article.addEventListener("focusout", leave);
  card.addEventListener("pointerenter", () => clearTimeout(leaving));
  card.addEventListener("pointerleave", leave);
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  // A link that the keyboard reaches is scrolled to: its preview stays with it.
  addEventListener("scroll", () => shownFor && (document.activeElement === shownFor ? stand() : hide()), { passive: true });
}

/* ---- Formulas as TeX ---- */

const texOf = (formula) => formula.querySelector("annotation").textContent;

document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0).cloneRange();
  const formulaAt = (node) => (node instanceof Element ? node : node.parentElement)?.closest(".katex");
  const [first, last] = [formulaAt(range.startContainer), formulaAt(range.endContainer)];
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  const copied = element("div", {}, range.cloneContents());
  const formulas = copied.querySelectorAll(".katex");
  if (!formulas.length) return;
  event.clipboardData.setData("text/html", copied.innerHTML);
  for (const formula of formulas) {
    const sign = formula.parentElement.matches(".katex-display") ? "$$" : "$";
    formula.replaceWith(`${sign}${texOf(formula)}${sign}`);
  }
  event.clipboardData.setData("text/plain", copied.textContent.trim());
  event.preventDefault();
});

/* One button, which goes to the equation where the pointer is, or behind the number that has the focus. */
const copy = element("button", { type: "button", className: "sb-copy-tex", textContent: "Copy TeX" });
const offer = ({ target }) => {
  const equation = target.closest?.("div.math.displaymath");
  if (!equation || copy.parentElement === equation) return;
  copy.textContent = "Copy TeX";
  equation.append(copy);
};
copy.addEventListener("click", async () => {
  const text = texOf(copy.parentElement);
  try {
    await navigator.clipboard.writeText(text);
    copy.textContent = "Copied";
  } catch {
    copy.textContent = "Select the formula and copy it";
  }
});
article?.addEventListener("pointerover", offer);
article?.addEventListener("focusin", offer);

/* ---- All code of the page ---- */

const all = /** @type {HTMLButtonElement | null} */ (document.querySelector(".btn-show-all-code"));
if (all) {
  const kept = memory(`view/code/${location.pathname.slice(siteRoot().pathname.length)}`);
  const show = (open) => {
    for (const details of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.hide"))) details.open = open;
    all.title = open ? "Hide all code" : "Show all code";
    all.setAttribute("aria-label", all.title);
  };
  let open = kept.read().text === "true";
  if (open) show(true);
  all.addEventListener("click", () => {
    open = !open;
    show(open);
    kept.write(open ? { text: "true" } : null);
  });
}

/* ---- Symbols of a section ---- */

const explain = document.querySelector(".btn-explain-symbols");
const known = /** @type {HTMLTemplateElement | null} */ (document.getElementById("sb-symbols"));
if (explain && known) {
  const box = element("div", { className: "sb-symbols" });
  box.setAttribute("popover", "auto");
  box.setAttribute("role", "dialog");
  explain.after(box);
  const occurs = (letter, tex) => new RegExp(`(?<![\\w\\\\])${letter.replace(/\\/g, "\\\\")}(?![a-zA-Z])`).test(tex);
  /* The section whose heading is the last one above the middle of the window. */
  const sectionHere = () => {
    const above = [...article.querySelectorAll("section > :is(h1, h2)")].filter((heading) => heading.getBoundingClientRect().top < innerHeight / 2);
    return (above.at(-1) ?? article.querySelector("h1")).parentElement;
  };
  explain.addEventListener("click", () => {
    const section = sectionHere(), heading = wordsOf(section.querySelector(":is(h1, h2)"));
    const within = section.querySelector("h1") ? ":scope > :not(section) annotation" : "annotation";
    const tex = [...section.querySelectorAll(within)].map((part) => part.textContent).join(" ").replaceAll("\\mathsf T", ""); // the sign of a transpose
    const content = /** @type {DocumentFragment} */ (known.content.cloneNode(true));
    const rows = [...content.querySelectorAll("[data-letters]")];
    for (const row of /** @type {HTMLElement[]} */ (rows)) if (!JSON.parse(row.dataset.letters).some((letter) => occurs(letter, tex))) row.remove();
    const title = element("p", { className: "sb-symbols-title", textContent: `Symbols in “${heading}”` });
    box.setAttribute("aria-label", title.textContent);
    box.replaceChildren(title, content.querySelector("[data-letters]") ? content : "No symbol of the page of notation stands in this section.");
    box.togglePopover();
  });
}
