"""What `verify` shows, what it raises, and what its messages say."""

import json
import re
import subprocess
import sys
from fractions import Fraction

import mpmath
import pytest

pytest.importorskip("sympy")

from sympy import (
    Eq,
    Function,
    IndexedBase,
    KroneckerDelta,
    Matrix,
    Ne,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    cos,
    exp,
    eye,
    log,
    sin,
    symbols,
)

from softback.symbolic import (
    C,
    N,
    Proof,
    Refuted,
    T,
    Undecided,
    Vector,
    c,
    cross_entropy,
    d,
    g,
    i,
    j,
    k,
    logsumexp,
    m,
    n,
    prove,
    softmax,
    t,
    total,
    v,
    verify,
    y,
    z,
)

p = softmax(z)
JACOBIAN = (d(p[i], z[j]), p[i] * (KroneckerDelta(i, j) - p[j]))
MIME_TYPE = "application/vnd.softback.proof+json"


def refusal(*claim, **given):
    with pytest.raises(Refuted) as caught:
        prove("eq-x", *claim, **given)
    return str(caught.value)


def test_message_names_label_sides_condition_and_numbers():
    message = refusal(d(cross_entropy(z, t), z[j]), -t[j], given=Ne(i, j))
    assert message.startswith("eq-x\n    exp(z[j])*Sum(t[k], (k, 1, C))/Sum(exp(z[k]), (k, 1, C))")
    assert "\n  = -t[j]\ngiven i ≠ j\nis false at C = 2, j = 1, t[1] = " in message


def test_a_long_side_is_wrapped_and_loses_nothing():
    message = refusal(d(p[i], z[j]), p[i] * (1 - p[i]) * KroneckerDelta(i, j))
    assert max(map(len, message.splitlines())) <= 70
    assert "(k, 1, C)) + 1)*exp(z[i])*KroneckerDelta(i, j)/Sum" in " ".join(message.split())


def test_counter_example_gives_the_two_values():
    message = refusal(logsumexp(z), total(z[k], k))
    numbers = dict(re.findall(r"(\S+) = (-?\d+)", message.split("is false at ")[1]))
    first, second = int(numbers["z[1]"]), int(numbers["z[2]"])
    left, right = re.findall(r"side +(\S+)", message)
    assert float(left) == pytest.approx(float(mpmath.log(mpmath.e**first + mpmath.e**second)))
    assert float(right) == first + second


@pytest.mark.parametrize("whole", [Rational(1), Rational(1, 20)])
def test_counter_example_respects_a_condition_on_sums_and_the_sign(whole):
    message = refusal(total(t[k] ** 2, k), 2, given=Eq(total(t[k], k), whole))
    numbers = [Fraction(a) for a in re.findall(r"t\[\d\] = ([-\d/]+)", message)]
    assert len(numbers) == 2
    assert sum(numbers) == whole
    assert min(numbers) >= 0


def test_counter_example_has_different_indices_if_given_so():
    where = refusal(p[i], p[j], given=Ne(i, j)).split("is false at ")[1]
    first, second = re.findall(r"\b[ij] = (\d)", where)
    assert first != second


@pytest.mark.parametrize("label", ["jacobian", "def-softmax", "Eq-x", "", None])
def test_label_must_start_with_eq(label):
    with pytest.raises(ValueError, match="starts with 'eq-'"):
        verify(label, *JACOBIAN)


def test_undecided_is_said():
    f = Function("f")
    with pytest.raises(Undecided, match=r"eq-x\n[^$]*neither a proof nor a counter-example"):
        prove("eq-x", f(z[i]), f(z[j]))


def test_counter_example_is_looked_for_behind_an_undecided_size():
    vanishing = (C - 2) * (C - 3)
    circle = sin(z[1]) ** 2 + cos(z[1]) ** 2
    with pytest.raises(Refuted, match="is false at C = 4"):
        prove("eq-x", circle + vanishing, 1)


def test_true_equation_outside_its_language_is_undecided():
    with pytest.raises(Undecided):
        prove("eq-x", sin(z[i]) ** 2 + cos(z[i]) ** 2, 1)


@pytest.mark.parametrize("side", [[1, 2], Eq(i, j), True, "z", p, None])
@pytest.mark.parametrize("name", ["lhs", "rhs"])
def test_a_side_must_be_an_expression(name, side):
    with pytest.raises(TypeError, match=name):
        verify("eq-x", **({"lhs": z[i], "rhs": z[i]} | {name: side}))


@pytest.mark.parametrize("rhs", [eye(3), 1])
def test_shapes_must_agree(rhs):
    with pytest.raises(ValueError, match="one shape"):
        prove("eq-x", Matrix([[1, 0], [0, 1]]), rhs)


@pytest.mark.parametrize(
    "given",
    [
        z[i] > 0,
        Eq(exp(z[i]), 1),
        Ne(c, 0),
        Eq(i, n),
        Eq(1, 1),
        Eq(total(exp(z[k]), k), 1),
        Eq(total(c, k), 1),
        (Eq(i, j), Ne(i, j)),
    ],
)
def test_condition_of_no_use_is_refused(given):
    with pytest.raises(ValueError, match="given: "):
        prove("eq-x", *JACOBIAN, given=given)


def test_index_without_a_range_is_refused():
    with pytest.raises(ValueError, match="index q has no range"):
        prove("eq-x", z[Symbol("q")], 0)


def test_total_over_an_index_without_a_range_is_refused():
    with pytest.raises(ValueError, match="q has no range"):
        total(z[k], Symbol("q"))


def test_sum_index_may_have_any_name():
    q = symbols("q", integer=True)
    assert prove("eq-x", Sum(p[q], (q, 1, C)), 1).scope == "every C"


def test_condition_holds_for_all_values_of_an_index_of_its_own():
    claim = (total(total(t[m, k], k) * g[m], m), total(g[n], n))
    assert prove("eq-x", *claim, given=Eq(total(t[n, k], k), 1)).scope == "every N and C"


def test_condition_on_an_index_of_the_claim_is_for_that_entry_only():
    with pytest.raises(Refuted):
        prove("eq-x", g[i] + total(g[k], k), (C + 1) * c, given=Eq(g[i], c))


def test_condition_on_single_entries_reaches_into_sums():
    inside = total((g[k] - c) * KroneckerDelta(i, k) * v[k], k)
    assert prove("eq-x", inside, 0, given=Eq(g[i], c)).scope == "every C"
    once = total(g[k], k, i) * c
    assert prove("eq-x", total(g[k], k, i) * g[1], once, given=Eq(g[1], c)).scope == "every C"
    assert prove("eq-x", Sum(g[k], (k, 1, 2)), c + g[2], given=Eq(g[1], c)).scope is None


def test_condition_on_one_row():
    hot = Eq(t[n, k], KroneckerDelta(k, 2))
    claim = total(t[n, k] * z[n, k], k)
    assert prove("eq-x", claim, z[n, 2], given=hot).scope == [2, 3, 4, 5]
    with pytest.raises(Refuted):
        prove("eq-x", claim, total(t[m, k] * z[n, k], k), given=hot)


def test_condition_that_two_entries_agree_also_where_they_are_one():
    assert prove("eq-x", p[i] * z[j], p[j] * z[i], given=Eq(z[i], z[j])).scope == "every C"


def test_condition_on_rows_says_nothing_about_a_diagonal():
    with pytest.raises(Refuted):
        prove("eq-x", total(t[n, n], n), 1, given=Eq(total(t[n, k], k), 1))


def test_condition_on_a_vector_leaves_a_matrix_of_that_name():
    assert prove("eq-x", g[n, i] * g[i], g[n, i] * c, given=Eq(g[k], c)).scope == "every N and C"


def test_condition_on_a_constant_sum():
    assert prove("eq-x", C * z[1], 1, given=Eq(total(z[1], k), 1)).scope == [2, 3, 4, 5]


def test_condition_that_no_drawn_numbers_fit():
    small = Rational(1, 1000)
    proof = prove("eq-x", total(2 * t[k], k), 2 * small, given=Eq(total(t[k], k), small))
    assert proof.scope == "every C"


def test_condition_with_a_factor_that_may_be_0_is_refused():
    with pytest.raises(ValueError, match="linear in an entry"):
        prove("eq-x", total(t[k], k), 1, given=Eq(c * total(t[k], k), c))


def test_condition_with_a_positive_factor():
    assert prove("eq-x", total(t[k], k), 1, given=Eq(T * total(t[k], k), T)).scope == "every C"


def test_condition_with_a_factor_that_is_itself_a_sum():
    given = Eq(total(y[k], k) * total(t[k], k), total(y[k], k))
    assert prove("eq-x", total(t[k], k), 1, given=given).scope in ("every C", [2, 3, 4, 5])


def test_equal_indices_are_chained():
    claim = (KroneckerDelta(i, j) * KroneckerDelta(j, k) * z[i], KroneckerDelta(i, j) * z[k])
    assert prove("eq-x", *claim, given=Eq(j, k)).scope == "every C"


def test_unequal_indices_stay_unequal_when_others_become_equal():
    claim = (KroneckerDelta(i, j) * KroneckerDelta(j, k) * z[i], 0)
    assert prove("eq-x", *claim, given=Ne(i, k)).scope == "every C"


def test_delta_inside_a_sum_is_not_decided_case_by_case():
    picked = total(KroneckerDelta(k, 2) * g[k], k)
    assert prove("eq-x", picked, 0, given=Eq(g[2], 0)).scope == [2, 3, 4, 5]


def test_power_that_may_not_be_real_is_one_unknown():
    assert prove("eq-x", (c**T + 1) * z[i], c**T * z[i] + z[i]).scope == "every C"


def test_delta_with_a_number_waits_for_the_size():
    claim = (total(KroneckerDelta(k, 2) * z[k], k), z[2])
    assert prove("eq-x", *claim).scope == [2, 3, 4, 5]


def test_part_of_a_range_is_not_taken_for_the_whole():
    part = Sum(KroneckerDelta(i, k) * z[k], (k, 2, C))
    assert prove("eq-x", part, z[i], given=Ne(i, 1)).scope == [2, 3, 4, 5]
    with pytest.raises(Refuted):
        prove("eq-x", part, z[i])


def test_length_of_a_part_of_the_range():
    assert prove("eq-x", Sum(1, (k, 2, C)), C - 1).scope == "every C"
    assert prove("eq-x", Sum(c, (k, 1, 3)), 3 * c).scope is None


def test_logarithm_of_what_may_be_negative_is_left_alone():
    with pytest.raises(Refuted):
        prove("eq-x", log(g[i] * g[j]), log(g[i]) + log(g[j]))
    assert prove("eq-x", log(g[i] * exp(c)), log(g[i]) + c).scope == "every C"


def test_piecewise_keeps_the_branch_of_indices_in_range():
    branch = Piecewise((z[i], (i >= 1) & (C >= i)), (0, True))
    assert prove("eq-x", branch, z[i]).scope == "every C"


def test_rows_only():
    assert prove("eq-x", total(1, n), N).text == "eq-x proved for every N"


def test_rows_only_written_out():
    a = IndexedBase("a", real=True)
    proof = prove("eq-x", total(KroneckerDelta(n, 2) * a[n], n), a[2])
    assert (proof.scope, proof.text) == ([2, 3], "eq-x proved for N = 2 … 3")


def test_sums_in_a_size_that_is_given():
    proof = prove("eq-x", total(p[k], k), 1, given=Eq(C, 3))
    assert (proof.scope, proof.text) == (None, "eq-x proved if C = 3")


def test_vector_cannot_be_gone_through():
    with pytest.raises(TypeError, match="not iterable"):
        list(p)


def test_vector_of_ones_own():
    ramp = Vector(lambda a: a * c)
    assert prove("eq-x", softmax(ramp)[i] / softmax(ramp)[j], exp(c * (i - j))).scope == "every C"


@pytest.mark.parametrize(
    ("claim", "given", "text"),
    [
        (JACOBIAN, (), "eq-x proved for every C"),
        ((JACOBIAN[0], -p[i] * p[j]), Ne(i, j), "eq-x proved for every C if i ≠ j"),
        ((T, T), (), "eq-x proved"),
        (
            (total(t[k], k), 1),
            [Eq(total(t[k], k), 1), Eq(c, 0)],
            "eq-x proved for every C if Sum(t[k], (k, 1, C)) = 1 and c = 0",
        ),
        (
            (total(KroneckerDelta(n, 2) * g[n, i] * KroneckerDelta(i, 2), n, i), g[2, 2]),
            (),
            "eq-x proved for C = 2 … 5 and N = 2 … 3",
        ),
    ],
)
def test_line_shown(claim, given, text):
    assert str(prove("eq-x", *claim, given=given)) == text


def test_bundle_has_text_html_and_a_record():
    bundle = prove("eq-off", JACOBIAN[0], -p[i] * p[j], given=Ne(i, j))._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", MIME_TYPE}
    assert bundle["text/html"] == (
        '<div class="sb-proof"><span class="sb-proof-mark" aria-hidden="true">✓</span> '
        '<a href="#equation-eq-off"><code>eq-off</code></a> '
        r"proved for every $C$ if $i \neq j$</div>"
    )
    record = json.loads(json.dumps(bundle[MIME_TYPE]))
    assert record["label"] == "eq-off"
    assert record["scope"] == "every C"
    assert record["given"] == [r"i \neq j"]
    assert record["statement"].count(" = ") == 1
    assert r"e^{{z}_{i}}" in record["statement"]


def test_html_is_escaped():
    html = prove("eq-<b>", z[i], z[i])._repr_mimebundle_()["text/html"]
    assert "<code>eq-&lt;b&gt;</code>" in html


def test_verify_displays_the_proof(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    assert verify("eq-x", *JACOBIAN) is None
    assert [type(one) for one in shown] == [Proof]


def test_verify_prints_where_there_is_no_notebook(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    verify("eq-x", *JACOBIAN)
    assert capsys.readouterr().out == "eq-x proved for every C\n"


def test_derivative_shows_no_sums_over_deltas():
    assert d(total(exp(z[k]), k), z[j]) == exp(z[j])
    hessian = d(cross_entropy(z, t), z[i], z[j])
    assert not any(part.has(KroneckerDelta) for part in hessian.atoms(Sum))


def test_import_of_the_library_does_not_load_sympy():
    code = "import sys, softback; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
