"""The part for teachers: links open what they say, references exist, numbers are right."""

import json
import re
from urllib.parse import parse_qsl

import numpy as np
import pytest
from traitlets import Bool, Enum

import softback
from classroom.sheets import HIDDEN_TEST, SOLUTION, TEST, read
from softback import course, explorers
from softback.explorers._traits import Indices, Matrix, Vector
from tests.chapters.sources import ROOT, chapter

TEACHING = ROOT / "teaching"
IN_CLASS = (TEACHING / "explorers-in-class.md").read_text("utf-8")
LINKS = re.findall(r"\]\(#([\w-]+)/(explorer-[^)]*)\)", IN_CLASS)  # chapter and fragment
ROW = re.compile(r"^\| (.+) \| (\{ref\}`.+`) \| (\{ref\}`.+`) \| (“|\".+) \|$", re.M)
REFERENCE = re.compile(r"\{ref\}`([^`<]+) <([\w-]+)>`")
TEXTS = {
    path: path.read_text("utf-8")
    for folder in ("chapters", "exercises", "teaching")
    for path in sorted((ROOT / folder).glob("*.md"))
}
MISCONCEPTIONS = TEACHING / "misconceptions.md"
TEXTS[MISCONCEPTIONS] = re.sub(
    r'course\.lessons\("(.+)"\)', lambda cell: f"\n{course.lessons(cell[1])}", TEXTS[MISCONCEPTIONS]
)


def numbers(text):
    return [float(number) for number in text.split(",")]


def whole(text):
    return [int(number) for number in text.split(",")]


def held(trait, text):
    """Return what Python holds for the text of a trait in a link."""
    match trait:
        case Enum() | Bool():
            values = trait.values if isinstance(trait, Enum) else [False, True]
            return {json.dumps(value).strip('"'): value for value in values}[text]
        case Matrix():
            return [numbers(row) for row in text.split(";")]
        case Vector():
            return numbers(text)
        case Indices():
            return whole(text)
        case _:
            return json.loads(text)


def opened(fragment):
    """Return the explorer of the package in the state of a link."""
    name, _, query = fragment.partition("?")
    made = "".join(part.capitalize() for part in name.removeprefix("explorer-").split("-"))
    traits = getattr(explorers, made).class_traits(sync=True)
    state = {key: held(traits[key], value) for key, value in parse_qsl(query)}
    return getattr(explorers, made)(**state)


def test_there_are_links_into_every_explorer():
    names = {fragment.partition("?")[0] for _, fragment in LINKS}
    assert len(names) == len(explorers.__all__)


@pytest.mark.parametrize(("name", "fragment"), LINKS)
def test_a_link_leads_to_a_chapter_with_this_explorer_in_a_state_that_it_takes(name, fragment):
    page = (ROOT / chapter(name, ".md")).read_text("utf-8")
    assert f"explorers.{type(opened(fragment)).__name__}(" in page


def state(start):
    """Return the explorer of the first link whose fragment begins like this."""
    return opened(next(found for _, found in LINKS if found.startswith(f"explorer-{start}")))


def test_what_is_said_of_softmax_and_its_slopes():
    odds = softback.softmax([1, 2, 3])[2] / softback.softmax([1, 2, 3])[1]
    assert round(odds, 1) == 2.7
    assert odds == pytest.approx(softback.softmax([4, 2, 3])[2] / softback.softmax([4, 2, 3])[1])
    assert np.allclose(softback.softmax([2, 3, 3], temperature=0.05), [0, 0.5, 0.5], atol=1e-8)
    assert round(state("nudge?z=1,2,3&entry=0,2").tangent, 2) == -0.06
    assert state("nudge?z=1,2,3&entry=0,2").tangent == state("nudge?z=1,2,3&entry=2,0").tangent
    saturated = state("nudge?z=12,0,0")
    assert 0 < saturated.pushed[0] - saturated.y[0] < 1e-5
    assert round(state("log-sum-exp?z=0,0,0").gap, 2) == 1.10
    assert state("log-sum-exp?z=5,-4,-5").y[0] > 0.999


def test_what_is_said_of_the_jacobian_and_the_pullback():
    assert round(state("jacobian?z=2,2,-2").jacobian[0, 1], 2) == -0.25
    assert abs(state("jacobian?z=0,12,0").jacobian).max() < 1e-4
    shifted = softback.softmax_jacobian(softback.softmax([1, 2, 3]))
    assert np.allclose(state("jacobian?z=4,5,6").jacobian, shifted)
    one = state("pullback?z=1,2,3&g=0,1,0").dz
    assert (np.sign(one) == [-1, 1, -1]).all()
    assert np.allclose(state("pullback?z=1,2,3&g=1,1,1").dz, 0)


def test_what_is_said_of_axes_descent_digits_and_attention():
    assert np.count_nonzero(state("axis?z=1,2,3;2,2,1&axis=0").jacobian) == 12
    assert np.count_nonzero(state("axis?z=1,2,3;2,2,1&axis=1").jacobian) == 18
    far, smooth = state("descent?z=-1,2,0.5"), state("descent?z=0,3,0")
    before = softback.cross_entropy(np.array(far.z), np.array(far.t), reduction="sum")
    far.step()
    assert softback.cross_entropy(np.array(far.z), np.array(far.t), reduction="sum") > before
    for _ in range(1000):
        smooth.step()
    assert round(smooth.y[0], 3) == 0.867
    float64, float32, _ = state("precision?formula=leader").results
    assert (float32.naive, 7 < float64.naive_digits < 8) == (0, True)
    assert np.isnan(state("precision?formula=share").results[1].naive)
    assert (state("attention?causal=true&masked_row=2").weights[2] == 0).all()


def test_every_misconception_has_an_exhibit_and_an_exercise():
    text = TEXTS[MISCONCEPTIONS]
    rows = ROW.findall(text)
    assert len(rows) == text.count("\n| ") - 2 * text.count("\n| ---") == 30
    for belief, exhibit, exercise, _ in rows:
        assert REFERENCE.fullmatch(exhibit)[2].startswith("exhibit-"), belief
        assert REFERENCE.fullmatch(exercise)[2].startswith("ex-"), belief


@pytest.mark.parametrize("path", sorted(TEACHING.glob("*.md")), ids=lambda path: path.stem)
def test_references_exist_and_their_words_are_those_of_the_target(path):
    for words, label in REFERENCE.findall(TEXTS[path]):
        if label.startswith("exhibit-"):
            slug = label.removeprefix("exhibit-")
            assert words[1:] == course.exhibit(slug).title[1:]  # prose may begin in lower case
            continue
        pages = [t for t in TEXTS.values() if f"({label})=\n" in t or f":label: {label}\n" in t]
        assert len(pages) == 1, label
        if label.startswith("ex-"):
            title = re.search(rf"exercise-start\}} (.+?)(?:: .*)?\n:label: {label}\n", pages[0])[1]
            assert words in (title, title.split(":")[0]), label


def test_the_sheet_that_is_shown_whole_is_a_sheet(tmp_path):
    text = (TEACHING / "own-sheets.md").read_text("utf-8")
    shown = tmp_path / "my-sheet.md"
    shown.write_text(re.search(r"^````markdown\n(.*?)^````$", text, re.M | re.S)[1], "utf-8")
    sheet = read(shown)
    assert sheet.points == 4
    names = {}
    for cell in sheet.cells:
        if cell.type == "code" and cell.role in (None, SOLUTION, TEST, HIDDEN_TEST):
            exec(cell.solved(), names)
    names["entropy"] = lambda y: -(y * np.log(y)).sum(axis=-1)
    [hidden] = [cell for cell in sheet.cells if cell.role == HIDDEN_TEST]
    with np.errstate(all="ignore"), pytest.raises(AssertionError, match="yours adds nan"):
        exec(hidden.source, names)
