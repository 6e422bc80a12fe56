/* Sphinx quotes each page that it found, as bare text. There a page would hold every formula three
   times (as it looks, for screen readers, as TeX): quote the article without display equations, and
   with one copy of the formulas in its lines. */
const pageText = Search.htmlToText;

Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const noise = ".displaymath, .katex-html, annotation, .bd-header-article, .onlyprint, footer";
  page.querySelectorAll(noise).forEach((element) => element.remove());
  return pageText(page.documentElement.outerHTML, anchor);
};
