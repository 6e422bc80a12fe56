"""What a cell shows of a room becomes sections with headings, in a tiny book."""

import re

import pytest

pytestmark = pytest.mark.filterwarnings("default")  # the kernel's client leaves sockets open

MUSEUM = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Museum

## A room

Look around.

```{code-cell} ipython3
:tags: [remove-input]

cards = '''<div id="exhibit-slip"></div>

### Exhibit 1

The first card.

<div id="exhibit-trip"></div>

### Exhibit 2

The second card.
'''
display({"text/plain": "Slip", "text/markdown": cards}, raw=True)
```

## Another room

```{code-cell} ipython3
display({"text/markdown": "### No exhibit"}, raw=True)
```

See {ref}`exhibit-trip` and {ref}`a slip <exhibit-slip>`.
"""


@pytest.fixture
def html(book):
    built = book("myst_nb", "museum_rooms", nb_render_markdown_format="myst")
    built.write(index=MUSEUM)
    built.build()
    return built.html("index")


def test_each_exhibit_is_a_section_of_its_room_with_a_heading(html):
    room = re.search(r'<section id="a-room">(.*?)<section id="another-room">', html, re.S)[1]
    assert re.findall(r'<section id="(exhibit-\w+)">\s*<h3>(Exhibit \d)', room) == [
        ("exhibit-slip", "Exhibit 1"),
        ("exhibit-trip", "Exhibit 2"),
    ]
    assert room.index("Look around.") < room.index("The first card.")
    assert room.index("The first card.") < room.index("Exhibit 2")


def test_references_find_it_and_take_its_number(html):
    said = re.search(r"<p>See (.*?)</p>", html, re.S)[1]
    assert re.findall(r'href="#([\w-]+)"', said) == ["exhibit-trip", "exhibit-slip"]
    assert "Exhibit 2" in said
    assert "a slip" in said


def test_other_outputs_stay_what_they_are(html):
    other = html[html.index('<section id="another-room">') :]
    assert "No exhibit" in other
    assert not re.search("<h3>[^<]*No exhibit", other)
