"""A teacher's guide says goals, points, what the hidden tests look at, and how to mark."""

from classroom.sheets.guide import guide


def link(role, target):
    """Know every page."""
    return target, None


def test_it_opens_with_points_time_and_goals(trial):
    text = guide(trial, link)
    assert text.startswith("# A trial sheet: for teachers\n\n6.5 points, about 60 minutes.\n")
    assert "- double a number;\n- say why.\n" in text


def test_it_shows_how_the_points_are_spread(trial):
    assert "| 1. Twice | 4 | 1 | 3 | 0 |\n| 2. A reason | 2.5 | 0 | 0 | 2.5 |" in guide(trial, link)


def test_it_says_what_the_hidden_tests_say_in_their_order(trial):
    listed = "- Wrong for `x`, a secret number.\n- Twice zero is secret.\n"
    assert listed in guide(trial, link)


def test_it_gives_the_model_answer_and_its_marking(trial):
    expected = (
        "## 2. A reason\n\n**Model answer.** Because of the model answer.\n\n"
        "**Marking.** All or nothing, says the secret marking.\n"
    )
    assert guide(trial, link).endswith(expected)
