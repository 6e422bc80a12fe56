"""Every numbered equation that claims something is proved, once, below it, in its own chapter."""

from collections import Counter

import pytest

from tests.chapters.sources import PAGES, labels, proofs


def complaints(text):
    """Say what is wrong with the equations and proofs of one page."""
    stated, proved = dict(labels(text)), [p for p in proofs(text) if not p.refusal]
    refused = [p.label for p in proofs(text) if p.refusal]
    counts = Counter(p.label for p in proved)
    found = [f"{name}: label must start with eq- or def-" for name in stated
             if not name.startswith(("eq-", "def-"))]  # fmt: skip
    found += [f"{name}: proved {counts[name]} times" for name in stated
              if name.startswith("eq-") and counts[name] != 1]  # fmt: skip
    found += [f"{name}: no such equation in this chapter" for name in counts if name not in stated]
    found += [f"{p.label}: proved before it is stated" for p in proved
              if stated.get(p.label, 0) > p.position]  # fmt: skip
    return found + [f"{name}: refused and yet stated" for name in refused if name in stated]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_claim_has_one_proof_below_it(page):
    assert complaints(page.read_text("utf-8")) == []


def test_labels_are_unique_in_the_book():
    counts = Counter(name for page in PAGES for name, _ in labels(page.read_text("utf-8")))
    assert [name for name, times in counts.items() if times > 1] == []


STATED = "```{math}\n:label: eq-a\nx = x\n```\n"
PROVED = '```{code-cell} ipython3\nverify("eq-a", x, x)\n```\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(STATED, "proved 0 times", id="no-proof"),
        pytest.param(STATED + PROVED + PROVED, "proved 2 times", id="two-proofs"),
        pytest.param(PROVED + STATED, "before it is stated", id="proof-first"),
        pytest.param(STATED.replace("eq-a", "eq-b") + PROVED, "no such equation", id="misspelt"),
        pytest.param(STATED.replace("eq-a", "a"), "must start with", id="no-prefix"),
    ],
)
def test_a_broken_pairing_is_reported(text, complaint):
    assert any(complaint in found for found in complaints(text))


def test_a_sound_pairing_is_not_reported():
    assert complaints(STATED + PROVED + STATED.replace("eq-a", "def-b")) == []
