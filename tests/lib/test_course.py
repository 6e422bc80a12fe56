"""A verdict is a sentence, whatever a reader hands over: no traceback, and no page that hangs."""

import ast
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

import softback
from softback import course
from softback.course import CheckFailed, Verdict, _judge, _time_limit, check
from softback.course._time_limit import TimeUp, limited, time_limit


def right(y, g):
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


# --- The verdict ----------------------------------------------------------------------------------


def test_a_verdict_is_its_sentence_and_true_if_passed():
    good, bad = Verdict(True, "Right."), Verdict(False, "Not `y`.")
    assert good
    assert not bad
    assert str(bad) == bad._repr_markdown_() == "Not `y`."
    with pytest.raises(AttributeError):
        bad.passed = True


def test_require_returns_what_passed_and_raises_what_did_not():
    good = Verdict(True, "Right.")
    assert good.require() is good
    with pytest.raises(CheckFailed, match=r"^No\.$") as caught:
        Verdict(False, "No.").require()
    assert isinstance(caught.value, AssertionError)


def test_ipython_shows_a_failed_check_as_one_line():
    assert CheckFailed("No.")._render_traceback_() == ["CheckFailed: No."]


def test_an_unknown_task_is_the_callers_mistake():
    with pytest.raises(
        ValueError, match=r"name is 'vjp'; it must be one of softmax, .*softmax_vjp"
    ):
        check("vjp", right)


def test_right_derivations_alone_load_sympy():
    code = (
        "import sys, softback; a = 'softback.course' in sys.modules\n"
        "from softback.course import check; check('softmax', lambda z: z); check('odds', '1')\n"
        "b = 'sympy' in sys.modules; check('odds', 'exp(z_i - z_j)')\n"
        "print(a, b, 'sympy' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert run.stdout.split() == ["False", "False", "True"]


def test_nothing_in_the_package_evaluates_text():
    folder = Path(course.__file__).parent
    nodes = [
        n for path in folder.rglob("*.py") for n in ast.walk(ast.parse(path.read_text("utf-8")))
    ]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    assert not names & {"eval", "exec", "compile", "sympify", "parse_expr", "__import__"}


# --- What is no answer ----------------------------------------------------------------------------


def overwrites(y, g):
    g *= y
    return g - y * g.sum(axis=-1, keepdims=True)


def overwrites_y(y, g):
    dz = right(y, g)
    y[...] = 0
    return dz


def leaves(y, g):
    raise SystemExit(3)


def deep(y, g):
    return deep(y, g)


def not_written(y, g):
    raise NotImplementedError


def one_nan(y, g):
    dz = right(y, g)
    dz.flat[-1] = np.nan
    return dz


NO_ANSWER = {
    "missing": (None, "no answer yet"),
    "a-number": (3.0, "type `float`, which cannot be called"),
    "its-result": (np.ones(3), "type `ndarray`, which cannot be called"),
    "a-string": ("y * g", "type `str`, which cannot be called"),
    "not-written": (not_written, "Not written yet."),
    "no-return": (lambda y, g: None, "returned nothing"),
    "dots": (lambda y, g: ..., "returned nothing"),
    "too-few-arguments": (lambda y: y, "cannot be called as `softmax_vjp(y, g)`"),
    "too-many-arguments": (lambda y, g, h: y, "missing a required argument: 'h'"),
    "raises": (lambda y, g: y[7], "raised `IndexError: index 7"),
    "raises-with-backticks": (lambda y, g: 1 / int("`\n`"), "raised `ValueError: invalid literal"),
    "raises-a-stranger": (lambda y, g: undefined, "`NameError: name 'undefined'"),  # noqa: F821
    "leaves-python": (leaves, "raised `SystemExit: 3`"),
    "recursion": (deep, "raised `RecursionError"),
    "list": (lambda y, g: right(y, g).tolist(), "as a list. Return a NumPy array"),
    "tuple": (lambda y, g: (y, g), "as a tuple"),
    "scalar": (lambda y, g: float((y * g).sum()), "and yours is a single number"),
    "shape": (lambda y, g: right(y, g)[..., :-1], "(3,), and yours has the shape (2,)"),
    "extra-axis": (lambda y, g: right(y, g)[None], "yours has the shape (1, 3)"),
    "complex": (lambda y, g: right(y, g) + 0j, "complex numbers for `dz`"),
    "string": (lambda y, g: "zero", "type `str` for `dz`"),
    "objects": (lambda y, g: right(y, g).astype(object), "NumPy array of real numbers"),
    "nan": (one_nan, "is nan and must be"),
    "infinite": (lambda y, g: right(y, g) / 0.0, "Does something overflow"),
    "input-modified": (overwrites, "writes into its argument `g`"),
    "first-input-modified": (overwrites_y, "writes into its argument `y`"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "sentence"), NO_ANSWER.values(), ids=NO_ANSWER)
def test_each_bad_answer_gets_its_sentence(answer, sentence):
    verdict = check("softmax_vjp", answer)
    assert not verdict
    assert sentence in verdict.message
    assert "Traceback" not in verdict.message
    assert len(verdict.message.splitlines()) == 1


def test_the_first_wrong_number_is_shown_where_no_misconception_is_known():
    sentence = check("softmax_vjp", lambda y, g: right(y, g) + 0.25).message
    assert "your gradient sums to 0.75 where it must sum to 0" in sentence
    assert "`y = [" in sentence


def test_an_entry_is_named_where_the_properties_hold():
    verdict = check("softmax_vjp", lambda y, g: 3 * right(y, g))
    assert "`dz[0]` must be" in verdict.message
    assert "and yours is" in verdict.message


def test_a_function_that_is_right_and_then_stops_has_no_misconception():
    def vectors_only(y, g):
        if y.ndim > 1:
            raise ValueError("one row, please")
        return right(y, g)

    sentence = check("softmax_vjp", vectors_only).message
    assert "raised `ValueError: one row, please` for `y = an array of shape (2, 4)`" in sentence


def test_a_function_written_in_c_is_called_all_the_same():
    assert "yours is a single number" in check("softmax_vjp", np.dot).message


def test_arguments_that_must_be_named_are_given_by_name():
    def with_names(y, *, g):
        return right(y, g)

    assert check("softmax_vjp", with_names)


def test_the_warnings_of_a_reader_stay_quiet():
    verdict = check("softmax", lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))
    assert "more than a float64 can hold" in verdict.message


def test_a_reader_may_be_warned():
    def warned(y, g):
        warnings.warn("an old way", DeprecationWarning, stacklevel=1)
        return right(y, g)

    assert check("softmax_vjp", warned)


def test_other_random_inputs_can_be_asked_for():
    seen = []

    def spy(y, g):
        seen.append(y.copy())
        return right(y, g)

    for rng in (None, None, np.random.default_rng(1)):
        assert check("softmax_vjp", spy, rng=rng)
    first, again, other = seen[0], seen[len(seen) // 3], seen[2 * len(seen) // 3]
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


# --- Time -----------------------------------------------------------------------------------------


def for_ever(y, g):
    while True:
        pass


def for_ever_with_except(y, g):
    while True:
        try:
            sum(range(10))
        except Exception:
            continue


def for_ever_with_bare_except(y, g):
    while True:
        try:
            sum(range(10_000))
        except:  # noqa: E722
            pass


def for_ever_in_a_helper(y, g):
    while True:
        try:
            for_ever_with_except(y, g)
        except:  # noqa: E722
            continue


def for_ever_in_what_comes_back(y, g):
    class Slow:
        def __array__(self, dtype=None, copy=None):
            for_ever(y, g)

    return Slow()


ENDLESS = [
    for_ever,
    for_ever_with_except,
    for_ever_with_bare_except,
    for_ever_in_a_helper,
    for_ever_in_what_comes_back,
]


@pytest.mark.parametrize("answer", ENDLESS)
def test_an_endless_loop_is_stopped_with_a_sentence(monkeypatch, answer):
    monkeypatch.setattr(_judge, "SECONDS", 0.05)
    handler, tracer = signal.getsignal(signal.SIGALRM), sys.gettrace()
    assert "still running after 0.05 seconds" in check("softmax_vjp", answer).message
    assert signal.getsignal(signal.SIGALRM) is handler
    assert sys.gettrace() is tracer
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert sys.exc_info() == (None, None, None)


def test_an_alarm_that_was_set_before_still_rings():
    rung = []
    handler = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(TimeUp), time_limit(0.02):
            limited(for_ever, 0, 0)
        assert rung == []
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        signal.pause()
        assert rung == [True]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


def test_who_catches_every_alarm_is_told_once(monkeypatch, capsys):
    monkeypatch.setattr(_time_limit, "MANY", 3)
    handler = signal.getsignal(signal.SIGALRM)
    with time_limit(60):
        ring = signal.getsignal(signal.SIGALRM)
        for _ in range(5):
            with pytest.raises(TimeUp):
                limited(lambda: ring(signal.SIGALRM, sys._getframe()))
            sys.settrace(None)
    assert capsys.readouterr().err.count("catches every exception") == 1
    assert signal.getsignal(signal.SIGALRM) is handler


def test_only_the_reader_is_interrupted():
    with time_limit(0.02):
        time.sleep(0.1)


def test_without_alarms_the_answer_runs_without_a_limit(monkeypatch):
    monkeypatch.delattr(signal, "setitimer")
    assert check("softmax_vjp", right)


def test_in_another_thread_the_answer_runs_without_a_limit():
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(check("softmax_vjp", right)))
    thread.start()
    thread.join()
    assert verdicts == [Verdict(True, verdicts[0].message)]


def test_a_long_complaint_of_python_is_cut():
    def raises(y, g):
        raise ValueError("no " * 500)

    assert len(check("softmax_vjp", raises).message) < 400


def test_keyboard_interrupts_pass():
    def interrupted(y, g):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("softmax_vjp", interrupted)


def test_a_late_alarm_does_not_leak(monkeypatch):
    """What ends just in time is judged, not stopped."""
    with time_limit(5.0):
        time.sleep(0)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert check("softmax_vjp", softback.softmax_vjp)


TRUE = [True, True]
NOT_THE_SAME = {
    "an empty array": np.empty((0, 2)),
    "one more axis": [[1.0, 2.0]],
    "a number for an array": 1.0,
    "another number": [1.0, 2.1],
    "nan": [1.0, np.nan],
    "words": ["1", "2"],
    "objects": np.array([1.0, None]),
    "a ragged list": [[1.0], [1.0, 2.0]],
    "nothing": None,
    "truth values": TRUE,
}


@pytest.mark.parametrize("found", NOT_THE_SAME.values(), ids=NOT_THE_SAME)
def test_what_is_not_the_same(found):
    assert course.same(found, [1.0, 2.0] if found is not TRUE else [1, 1]) is False


def test_what_is_the_same_but_for_rounding():
    assert course.same((1, 2), np.array([1.0, 2.0 + 1e-9])) is True
    assert course.same(np.float32(0.1), 0.1) is True
    assert course.same([np.inf], [np.inf]) is True
    assert course.same([1.0], [1.0 + 1e-9], rtol=0, atol=0) is False


class Refuses:
    """Like a tensor that wants to be detached first."""

    def __array__(self, *args, **options):
        raise RuntimeError("detach it first")


class Mute(Exception):
    def __str__(self):
        raise ValueError


def test_what_refuses_to_be_an_array_gets_a_sentence():
    verdict = check("softmax_vjp", lambda y, g: Refuses())
    assert verdict.message == (
        "You returned no NumPy array for `dz`: `RuntimeError: detach it first`."
    )
    assert course.same(Refuses(), [1.0]) is False


def test_an_exception_without_a_text_gets_a_sentence():
    def mute(y, g):
        raise Mute

    assert "Your function raised `Mute` for" in check("softmax_vjp", mute).message


def test_an_answer_may_return_the_same_array_again():
    kept = {}

    def answer(z):
        out = kept.setdefault(z.shape, np.empty(z.shape))
        out[...] = softback.softmax(z)
        return out

    assert check("softmax", answer)


def test_a_formula_that_is_an_array_gets_a_sentence():
    assert "of the type `ndarray`" in check("softmax_slope", np.ones(2)).message


def test_a_prediction_beyond_all_floats_gets_a_sentence():
    assert "not what happens" in check("sum_that_stops", 10**400).message
