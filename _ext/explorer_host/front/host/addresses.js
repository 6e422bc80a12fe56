// Addresses: a link carries the state of an explorer as #explorer-jacobian?z=1,2,3.

/** What follows the question mark, as it was written, if the page's address names this place. */
function queryFor(id) {
  const [target, ...query] = location.hash.slice(1).split("?");
  return target === id && query.length ? query.join("?") : null;
}

/** The part of the page's address that belongs to one place. */
function addressOf(place, signal) {
  const href = (query) => {
    const url = new URL(location.href);
    url.hash = `${place.id}?${query}`;
    return url.href;
  };
  return {
    read: () => queryFor(place.id),
    write: (query) => history.replaceState(history.state, "", href(query)),
    href,
    onchange: (listener) => place.addEventListener("explorer:address", () => listener(), { signal }),
  };
}

/** Where the page's address names an explorer and its state, go there, as far as it is not in sight. */
function follow(places, block = "start") {
  const place = places.find(({ id }) => queryFor(id) !== null);
  if (!place) return;
  place.scrollIntoView({ block });
  mount(place);
  place.dispatchEvent(new Event("explorer:address"));
}

/** Links in the text to an explorer of this page set it: they are buttons. */
function drive(places) {
  for (const { id } of places) {
    for (const link of document.querySelectorAll(`a[href^="#${id}?"]`)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "explorer-drive";
      button.append(...link.childNodes);
      button.onclick = () => {
        history.replaceState(history.state, "", link.getAttribute("href"));
        follow(places, "nearest");
      };
      link.replaceWith(button);
    }
  }
}
