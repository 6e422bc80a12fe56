"""The museum keeps its word: each exhibit fails exactly the checks that its card names."""

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from softback import course, log_softmax, softmax, softmax_jacobian, softmax_vjp
from softback.check import numerical_jacobian
from softback.course import CHECKS, EXHIBITS, SUSPECTS

MATRIX = course.matrix((*EXHIBITS, *SUSPECTS))

each_exhibit = pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.slug)
each_card = pytest.mark.parametrize("exhibit", EXHIBITS + SUSPECTS, ids=lambda e: e.slug)
each_suspect = pytest.mark.parametrize("suspect", SUSPECTS, ids=lambda suspect: suspect.slug)


@each_exhibit
def test_the_checks_that_a_card_names_catch_it_and_no_others(exhibit):
    caught = {name for name, found in MATRIX[exhibit.slug].items() if found}
    assert caught == set(exhibit.caught_by)


@each_exhibit
def test_the_checks_that_miss_it_are_all_the_others_that_apply(exhibit):
    missed = {name for name, found in MATRIX[exhibit.slug].items() if found is False}
    assert missed == set(exhibit.missed_by)


@each_suspect
def test_no_check_catches_what_is_right(suspect):
    assert [name for name, found in MATRIX[suspect.slug].items() if found] == []


@each_exhibit
def test_its_symptom_can_be_seen(exhibit):
    outcome = exhibit.trial(exhibit)
    assert outcome.got != outcome.want


@each_suspect
def test_what_is_right_shows_no_symptom(suspect):
    outcome = suspect.trial(suspect)
    assert outcome.got == outcome.want


TWO_PASSES = course.exhibit("one-layer-in-two-places")


@pytest.mark.parametrize(
    "exhibit", [e for e in EXHIBITS if e is not TWO_PASSES], ids=lambda e: e.slug
)
def test_its_trial_wants_what_the_fix_gives(exhibit):
    mended = exhibit.repaired()
    outcome = mended.trial(mended)
    assert outcome.got == outcome.want


def test_a_layer_that_cannot_serve_two_passes_refuses():
    mended = TWO_PASSES.repaired()
    with pytest.raises(RuntimeError, match="one backward for each forward"):
        mended.trial(mended)


def test_there_are_at_least_two_dozen_in_all_rooms():
    assert len(EXHIBITS) >= 24
    assert {exhibit.room for exhibit in EXHIBITS} == {
        "softmax",
        "pullback",
        "layers",
        "log-softmax",
        "cross-entropy",
        "attention",
        "derivation",
    }


def test_slugs_are_unique_and_fit_into_an_address():
    slugs = [exhibit.slug for exhibit in EXHIBITS + SUSPECTS]
    assert len(set(slugs)) == len(slugs)
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_an_exhibit_is_found_by_its_slug():
    assert course.exhibit("only-the-diagonal").title == "Only the diagonal"
    with pytest.raises(
        KeyError, match=r"slug is 'diagonal'; it must be one of .*only-the-diagonal"
    ):
        course.exhibit("diagonal")


# --- What is known of the checks without running them ---------------------------------------------

COLUMN = {name: {slug for slug, row in MATRIX.items() if row[name]} for name in CHECKS}


@pytest.mark.parametrize(
    "slug",
    [
        "uphill",
        "the-plain-mean",
        "centred-and-not-scaled",
        "a-letter-of-einsum",
        "one-jacobian-for-the-batch",
        "divided-by-the-batch",
        "softmax-again",
        "temperature-forgotten",
    ],
)
def test_a_g_of_ones_hides_what_sends_constants_to_zero(slug):
    assert slug not in COLUMN["ones"]
    assert slug in COLUMN["random"]


@pytest.mark.parametrize(
    "slug", ["uphill", "the-rule-of-log-softmax", "softmax-again", "the-shortcut-and-the-long-way"]
)
def test_sums_of_zero_hide_signs_scales_and_the_other_rule(slug):
    assert slug not in COLUMN["zero-sum"]


@pytest.mark.parametrize(
    "slug",
    [
        "missing-keepdims",
        "the-dot-along-the-wrong-axis",
        "one-jacobian-for-the-batch",
        "the-batch-as-one-long-row",
        "every-target-column",
    ],
)
def test_a_single_row_hides_what_mixes_rows(slug):
    assert slug not in COLUMN["row"]


def test_a_square_batch_hides_rows_counted_as_columns_and_nothing_else_that_random_finds():
    assert COLUMN["random"] - COLUMN["square"] == {"rows-counted-as-columns"}


@pytest.mark.parametrize(
    "slug",
    ["the-wrong-axis-both-ways", "softmax-twice", "a-mean-over-classes-too", "one-term-too-many"],
)
def test_no_derivative_check_sees_what_is_consistent(slug):
    derivative = ("ones", "random", "row", "square", "saturated", "soft", "complex")
    assert [name for name in derivative if slug in COLUMN[name]] == []


def test_only_targets_that_do_not_sum_to_one_see_that_the_condition_is_forgotten():
    assert [name for name in CHECKS if "the-condition-forgotten" in COLUMN[name]] == ["soft"]


SEEN_BY = {"eq-vjp-sum": "zero-sum", "eq-constant": "ones", "eq-sum-to-one": "zero-sum"}


@each_exhibit
def test_an_exhibit_fails_the_check_that_an_equation_it_contradicts_stands_for(exhibit):
    checks = {SEEN_BY[label] for label in exhibit.breaks if label in SEEN_BY}
    assert checks <= set(exhibit.caught_by)


# --- What a card says it contradicts, it contradicts ----------------------------------------------

Z = np.array([[0.5, -1.0, 0.25, 1.25], [1.5, 0.0, -0.75, 0.5], [-0.25, 0.75, 1.0, -1.5]])
G = np.array([[1.0, -0.5, 2.0, 0.25], [-1.5, 1.0, 0.75, 0.5], [0.0, 2.0, -1.0, 1.5]])
T = np.array([[0.5, 0.0, 1.0, 0.25], [0.0, 1.5, 0.0, 0.5], [1.0, 0.25, 0.0, 1.0]])
ONE_HOT = np.eye(4)[[2, 0, 3]]


def pulled(y, g, axis=-1):
    return y * (g - (g * y).sum(axis=axis, keepdims=True))


def jacobian(exhibit):
    """Return dy_i/dz_j of the first row, as the backward pass has it."""
    return np.array([exhibit.backward(Z[0], unit) for unit in np.eye(4)])


def slopes():
    y = special.softmax(Z[0])
    return np.diag(y) - np.outer(y, y)


def loss_gradient(exhibit, rows, t):
    return exhibit.backward(Z[rows], 1.0, t=t[rows])


def summed(t, rows):
    return special.softmax(Z[rows], axis=-1) * t[rows].sum(axis=-1, keepdims=True) - t[rows]


def other_rows(exhibit):
    """Return what comes back to the other rows when only the first one is asked."""
    return exhibit.backward(Z, G * [[1], [0], [0]])[1:]


def matrix_products(exhibit):
    axes = (-1, 0) if exhibit.takes_axis else (None,)
    given = [{} if axis is None else {"axis": axis} for axis in axes]
    return np.array([exhibit.backward(Z, G.copy(), **where) for where in given])


def true_products(exhibit):
    axes = (-1, 0) if exhibit.takes_axis else (-1,)
    return np.array([pulled(special.softmax(Z, axis=axis), G, axis) for axis in axes])


def capped_slopes():
    bent = np.tanh(Z[0] / 2)
    y = special.softmax(2 * bent)
    return (np.diag(y) - np.outer(y, y)) * (1 - bent**2)


def pulled_from_its_shares(exhibit):
    """Return both sides of the rule: the slope of the shares themselves, and the rule on them."""
    by_steps = numerical_jacobian(lambda z: G[0] @ exhibit.forward(z), Z[0], method="complex")
    return by_steps, pulled(exhibit.forward(Z[0]), G[0])


OFF = ~np.eye(4, dtype=bool)
TARGETS = {True: ONE_HOT, False: T}
# Both sides of an equation, the left one by the exhibit.
LAWS = {
    "eq-sum-to-one": lambda x: (x.forward(Z).sum(axis=-1), 1),
    "eq-odds": lambda x: (np.diff(np.log(x.forward(Z))), np.diff(Z)),
    "eq-shift": lambda x: (x.forward(Z + 3), x.forward(Z)),
    "eq-own-logit": lambda x: (jacobian(x).diagonal(), slopes().diagonal()),
    "eq-other-logit": lambda x: (jacobian(x)[OFF], slopes()[OFF]),
    "eq-slope": lambda x: (jacobian(x), slopes()),
    "eq-jacobian": lambda x: (jacobian(x), slopes()),
    "eq-symmetric": lambda x: (jacobian(x), jacobian(x).T),
    "eq-vjp": lambda x: (x.backward(Z[0], G[0].copy()), pulled(special.softmax(Z[0]), G[0])),
    "eq-tempered-vjp": lambda x: (
        x.backward(Z[0], G[0].copy()),
        pulled(special.softmax(Z[0] / 2), G[0]) / 2,
    ),
    "eq-soft-cap": lambda x: (jacobian(x), capped_slopes()),
    "eq-sink-vjp": pulled_from_its_shares,
    "eq-vjp-sum": lambda x: (x.backward(Z[0], G[0].copy()).sum(), 0),
    "eq-constant": lambda x: (x.backward(Z[0], np.ones(4)), 0),
    "eq-other-row": lambda x: (other_rows(x), 0),
    "eq-matrix-vjp": lambda x: (matrix_products(x), true_products(x)),
    "eq-log-vjp": lambda x: (
        x.backward(Z[0], G[0].copy()),
        G[0] - special.softmax(Z[0]) * G[0].sum(),
    ),
    "eq-gradient": lambda x: (loss_gradient(x, [0], T), summed(T, [0])),
    "eq-shortcut": lambda x: (loss_gradient(x, [0], ONE_HOT), summed(ONE_HOT, [0])),
    "eq-mean-gradient": lambda x: (
        loss_gradient(x, [0, 1, 2], TARGETS[x.takes_classes]),
        summed(TARGETS[x.takes_classes], [0, 1, 2]) / 3,
    ),
}


def holds(label, exhibit):
    try:
        return np.allclose(*LAWS[label](exhibit), rtol=1e-9, atol=1e-12)
    except (ValueError, IndexError):
        return False


BREAKS = [(exhibit, label) for exhibit in EXHIBITS for label in exhibit.breaks]


@pytest.mark.parametrize(("exhibit", "label"), BREAKS, ids=lambda x: getattr(x, "slug", x))
def test_an_exhibit_contradicts_the_equations_that_its_card_names_and_its_repair_does_not(
    exhibit, label
):
    assert not holds(label, exhibit)
    assert holds(label, exhibit.repaired())


# --- A check is a check ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "slug"),
    [
        ("ones", "a-sum-for-a-mean"),
        ("shift", "the-rule-of-softmax"),
        ("soft", "every-target-column"),
        ("proof", "uphill"),
    ],
)
def test_a_check_refuses_what_it_says_nothing_about(check, slug):
    with pytest.raises(ValueError, match=f"'{check}' does not apply to exhibit '{slug}'"):
        CHECKS[check](course.exhibit(slug))


def test_an_exception_counts_as_caught():
    assert CHECKS["shape"](course.exhibit("missing-keepdims")) is True


def test_the_matrix_has_one_row_for_each_exhibit_and_one_entry_for_each_check():
    few = course.matrix([course.exhibit("uphill")], [CHECKS["ones"], CHECKS["random"]])
    assert few == {"uphill": {"ones": False, "random": True}}
    assert set(course.matrix(checks=[CHECKS["ones"]])) == {exhibit.slug for exhibit in EXHIBITS}


# --- Cards and tables -----------------------------------------------------------------------------


@each_card
def test_the_code_on_display_does_not_give_the_answer_away(exhibit):
    own_name = getattr(exhibit.code, "__name__", "")
    assert own_name not in exhibit.source
    assert "Array" not in exhibit.source + exhibit.right_source


def as_read(text):
    """Run code as somebody would who copied it from the page."""
    names = {"np": np, "softmax": softmax, "log_softmax": log_softmax, "softmax_vjp": softmax_vjp}
    exec(text, names)
    return names[re.match(r"(?:def|class) (\w+)", text)[1]]


CODE = [exhibit for exhibit in EXHIBITS if not exhibit.formula]


@pytest.mark.parametrize("exhibit", CODE, ids=lambda exhibit: exhibit.slug)
def test_the_code_on_display_is_what_the_checks_saw(exhibit):
    copied = replace(exhibit, code=as_read(exhibit.source))
    assert course.matrix([copied]) == {exhibit.slug: MATRIX[exhibit.slug]}


@each_exhibit
def test_the_fix_on_display_passes_every_check(exhibit):
    shown = {} if exhibit.formula else {"code": as_read(exhibit.right_source)}
    [row] = course.matrix([replace(exhibit.repaired(), **shown)]).values()
    assert [name for name, found in row.items() if found] == []


def card(exhibit):
    return exhibit._repr_mimebundle_()["text/markdown"]


@each_card
def test_a_card_asks_before_it_answers(exhibit):
    shown, _, folded = card(exhibit).partition("<details")
    assert exhibit.symptom in shown
    assert exhibit.title not in shown
    assert exhibit.title in folded
    assert exhibit.why in folded
    assert exhibit.right_source in folded
    assert folded.count("</details>") == 1


@each_exhibit
def test_a_card_names_the_most_telling_checks(exhibit):
    assert f"Caught by **{exhibit.caught_by[0]}**" in card(exhibit)
    assert f"Missed by **{exhibit.missed_by[0]}**" in card(exhibit)


def test_an_exhibit_reports_itself_to_the_formula_index():
    bundle = course.exhibit("only-the-diagonal")._repr_mimebundle_()
    records = bundle["application/vnd.softback.exhibits+json"]
    assert records == [
        {
            "anchor": "exhibit-only-the-diagonal",
            "breaks": ["eq-other-logit", "eq-vjp", "eq-vjp-sum"],
        }
    ]
    assert "`eq-other-logit`, `eq-vjp`, `eq-vjp-sum`" in bundle["text/markdown"]


def test_the_table_says_in_words_what_the_matrix_holds():
    table = course.table([course.exhibit("uphill")], [CHECKS["ones"], CHECKS["soft"]])
    html = table._repr_html_()
    assert '<th scope="row"><a href="#exhibit-uphill">Uphill</a></th>' in html
    assert re.findall(r"<td[^>]*>(.*?)</td>", html) == ["no", "–"]
    assert re.findall(r'<th scope="col"><span>(.*?)</span>', html) == ["ones", "soft"]
    assert str(course.table([course.exhibit("a-shared-result")])) == "A shared result: mutation"


def test_the_rounded_numbers_are_those_of_the_rounded_shares():
    exhibit = course.exhibit("rounded-too-early")
    y = special.softmax([1.0, 2.0, 3.0])
    for formula, shares, digits in (
        (exhibit.formula, y.round(2), 4),
        (exhibit.right_formula, y, 4),
    ):
        printed = [float(number) for number in re.findall(r"-?\d\.\d+", formula)]
        decimals = 2 if formula is exhibit.formula else 5
        np.testing.assert_array_equal(printed[:3], shares.round(decimals))
        np.testing.assert_array_equal(printed[3:], softmax_jacobian(shares)[0].round(digits))


def test_the_museum_needs_no_sympy_until_a_proof_is_tried():
    code = "import sys; from softback import course; print({'sympy', 'scipy'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stdout.strip() == "set()"
