"""The catalogue of mistakes is whole: each entry is used, and what stands in it is true."""

import re
from inspect import Parameter, Signature, signature

import numpy as np
import pytest

from softback import course
from softback.course import EXHIBITS, MISTAKES, SUSPECTS, TASKS, catalogue, check
from softback.course.catalogue import exhibit
from softback.course.desk import LEVELS

# Asked of a layer, but not by a name of its own.
PARTS = {"softmax_layer_forward"}
WRONG = [
    pytest.param(task, m.id, answer, id=f"{m.id}-{task}-{n}")
    for m in MISTAKES.values()
    for task in TASKS
    for n, (_, answer) in enumerate(m.wrong_answers(task))
]


def as_called(task, answer):
    """Return a known answer as a reader would write it, with all the parameters of the task."""
    if isinstance(answer, str):
        return answer
    names = re.findall(r"\w+", TASKS[task].asked.partition("(")[2])
    wanted = signature(answer).parameters.keys() & names

    def called(*given):
        values = dict(zip(names, given, strict=True))
        return answer(**{name: values[name] for name in wanted})

    called.__signature__ = Signature([Parameter(n, Parameter.POSITIONAL_ONLY) for n in names])
    return called


@pytest.mark.parametrize(("task", "mistake", "answer"), WRONG)
def test_a_wrong_answer_of_the_catalogue_is_known_by_its_own_entry(task, mistake, answer):
    verdict = check(task, as_called(task, answer), rng=np.random.default_rng(5))
    assert not verdict
    assert verdict.mistake == mistake


def test_every_entry_is_an_id_with_a_belief_and_something_that_shows_it():
    at_the_desk = {slip.id for level in LEVELS.values() for slip in level.question.slips}
    for mistake in MISTAKES.values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mistake.id)
        assert re.fullmatch(r"[A-Z$`].+\.", mistake.believed), mistake.id
        assert mistake.says or mistake.exhibit or mistake.id in at_the_desk


def test_no_belief_and_no_sentence_stands_twice():
    beliefs = [mistake.believed for mistake in MISTAKES.values()]
    sentences = [said.sentence for mistake in MISTAKES.values() for said in mistake.says]
    for texts in (beliefs, sentences):
        assert [text for text in set(texts) if texts.count(text) > 1] == []


def test_wrong_answers_belong_to_tasks_that_exist():
    named = {task for m in MISTAKES.values() for said in m.says for task in said.answers}
    assert named - PARTS <= set(TASKS)
    assert {task.like for task in TASKS.values()} - {""} <= set(TASKS)


def test_only_the_diagonal_is_one_entry():
    said = [m.id for m in MISTAKES.values() if "only the diagonal" in str(m.says)]
    assert said == ["only-the-diagonal"]
    tasks = {task for s in course.mistake("only-the-diagonal").says for task in s.answers}
    assert {"softmax_vjp", "softmax_jacobian", "softmax_slope", "attention_vjp"} <= tasks


def test_an_entry_is_found_by_its_id_and_taken_once():
    assert course.mistake("uphill").believed.startswith("The order")
    with pytest.raises(KeyError, match=r"id is 'downhill'; it must be one of .*uphill"):
        course.mistake("downhill")
    with pytest.raises(ValueError, match="id is 'uphill', which is already taken"):
        catalogue.enter("uphill", "Twice.")


def test_a_room_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match="room is 'cellar'; it must be one of softmax, pullback"):
        exhibit("cellar", None, None, None)


def test_rooms_hold_every_exhibit_once_under_its_number():
    shown = [e for name in catalogue.ROOMS for e in course.room(name).exhibits]
    assert shown == [*EXHIBITS, *SUSPECTS]
    headings = list(course.headings().values())
    assert headings[0] == "Exhibit 1"
    assert headings[len(EXHIBITS) - 1 :][:2] == [f"Exhibit {len(EXHIBITS)}", "Suspect 1"]
    with pytest.raises(KeyError, match="name is 'attic'; it must be one of softmax, "):
        course.room("attic")


def test_a_room_shows_its_cards_under_headings_and_reports_them():
    room = course.room("layers")
    bundle = room._repr_mimebundle_()
    records = bundle["application/vnd.softback.exhibits+json"]
    text = bundle["text/markdown"]
    assert re.findall(r'<div id="(.+?)"></div>', text) == [r["anchor"] for r in records]
    assert re.findall(r"^### (.+)$", text, re.M) == [
        course.headings()[e.anchor] for e in room.exhibits
    ]
    assert bundle["text/plain"] == "\n".join(e.title for e in room.exhibits)


def test_a_part_of_the_teachers_table_is_made_of_its_entries():
    table = course.lessons("The derivative on paper")._repr_markdown_()
    row = (
        "| Raising one logit changes one probability. "
        "| {ref}`Only the diagonal <exhibit-only-the-diagonal>` "
        "| {ref}`Two loops and one question <ex-jacobian-loops>` "
        '| "They sum to one. Who pays?" |'
    )
    assert row in table.splitlines()
    with pytest.raises(ValueError, match="part is 'Paper'; it must be one of The forward pass, "):
        course.lessons("Paper")


def test_every_lesson_can_show_its_exhibit():
    assert [m.id for m in MISTAKES.values() if m.lesson and not m.exhibit] == []
