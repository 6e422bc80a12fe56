"""Stand-ins behave like the functions that they stand for, and end where those do not."""

import builtins
import inspect
import os
import time

import numpy as np
import pytest

from classroom.grader.limits import Limits
from classroom.grader.sandbox import NONE, Sandbox
from classroom.grader.student import Student, StudentError
from softback.course._time_limit import TimeUp, limited, time_limit

LIMITS = Limits(call=2, cell=10, submission=60)
CODE = """
import builtins
import numpy as np
calls = 0
def double(x): return 2 * x
def pair(a, b=1, *, c): return a, [b, c]
def writes(z, more=None):
    z[0] = 9
    return None
def writes_deeper(pair): pair[1][...] = 5
def numerical(f, z):
    return np.array([f(z + e) - f(z - e) for e in np.eye(len(z)) * 1e-6]) / 2e-6
def cube(z): return float((z ** 3).sum())
def counts():
    global calls
    calls += 1
    return calls
def raises(kind): raise (Own if kind == "Own" else getattr(builtins, kind))("so it is")
class Own(Exception): pass
def dies(): __import__("os")._exit(1)
def sleeps():
    import time
    time.sleep(60)
def loops():
    while True: pass
def catches(f):
    try:
        return f(1)
    except ValueError as error:
        return str(error)
def keeps(f):
    global kept
    kept = f
def around(f): return kept(1)
def returns_object(): return object()
"""
NAMES = (
    *("double", "pair", "writes", "writes_deeper", "numerical", "cube", "counts", "raises", "dies"),
    *("sleeps", "loops", "catches", "keeps", "around", "returns_object", "missing"),
)


def student(*cells, names=NAMES, limits=LIMITS):
    return Student(list(enumerate(cells, start=1)), names, Sandbox(NONE), limits)


@pytest.fixture(scope="module")
def handed_in():
    """A notebook with all functions above."""
    found = student(CODE)
    yield found
    found.close()


@pytest.fixture
def function(handed_in):
    """Return the stand-in of a name."""
    handed_in.begin_cell()
    handed_in.changed.clear()
    return handed_in.stand_in


def test_arguments_go_by_position_and_by_name(function):
    assert function("pair")(1, c=np.float64(2)) == (1, [1, 2.0])


def test_a_stand_in_has_the_parameters_of_the_function(function):
    assert str(inspect.signature(function("pair"))) == "(a, b=None, *, c)"
    assert function("pair").__name__ == "pair"


def test_a_wrong_number_of_arguments_is_the_error_that_it_is(function):
    with pytest.raises(TypeError, match="missing 1 required"):
        function("double")()


def test_what_a_function_writes_into_an_argument_is_written(function, handed_in):
    z, pair = np.zeros(3), [1, np.zeros(2)]
    function("writes")(z)
    assert z.tolist() == [9, 0, 0]
    function("writes_deeper")(pair)
    assert pair[1].tolist() == [5, 5]
    assert handed_in.changed == ["writes", "writes_deeper"]


def test_an_argument_that_nobody_may_write_to_stays(function):
    z = np.zeros(3)
    z.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        function("writes")(z)


def test_a_function_can_be_handed_over_and_is_called_here(function):
    seen = []

    def f(z):
        seen.append(z)
        return (z**2).sum()

    assert np.allclose(function("numerical")(f, np.array([1.0, 2.0])), [2, 4])
    assert len(seen) == 4


def test_functions_of_the_student_can_meet_in_a_test(function):
    cube = function("cube")
    got = function("numerical")(lambda z: cube(z), np.array([1.0, 2.0]))
    assert np.allclose(got, [3, 12])


def test_an_error_of_a_test_function_can_be_caught_by_the_student(function):
    def f(x):
        raise ValueError("not today")

    assert function("catches")(f) == "not today"


def test_a_test_function_may_not_be_called_once_its_call_is_over(function):
    function("keeps")(lambda x: x)
    with pytest.raises(LookupError, match="no such function"):
        function("around")(1)


def test_functions_that_call_each_other_without_end_stop(function):
    around = function("around")
    function("keeps")(lambda x: x)

    def deeper(x):
        return around(deeper)

    with pytest.raises(RecursionError, match="too deeply"):
        around(deeper)
    assert function("double")(2) == 4


@pytest.mark.parametrize("kind", ["ValueError", "NotImplementedError", "KeyError", "OSError"])
def test_errors_arrive_by_their_names(function, kind):
    with pytest.raises(StudentError, match="so it is") as caught:
        function("raises")(kind)
    assert type(caught.value).__name__ == kind
    assert isinstance(caught.value, getattr(builtins, kind)) == (kind != "OSError")


def test_an_error_says_nothing_of_its_own_where_tests_are_hidden(function):
    with pytest.raises(StudentError) as caught:
        function("raises")("Own")
    assert caught.value.brief == "raises raised an exception."


def test_what_cannot_be_graded_is_named(function):
    with pytest.raises(StudentError, match="object of type object"):
        function("returns_object")()


def test_what_a_test_cannot_hand_over_is_the_fault_of_the_test(function):
    with pytest.raises(TypeError, match="a test hands over"):
        function("double")({})


def test_a_missing_function_is_named(function):
    with pytest.raises(StudentError, match="no function missing"):
        function("missing")()


def test_after_the_end_of_the_process_the_other_functions_go_on(function):
    assert function("counts")() == 1
    assert function("counts")() == 2
    with pytest.raises(StudentError, match="ended the Python process"):
        function("dies")()
    assert function("counts")() == 1
    with pytest.raises(StudentError, match="ended the Python process"):
        function("dies")()


def test_a_call_that_takes_too_long_is_stopped_once(function):
    begin = time.monotonic()
    for _ in range(5):
        with pytest.raises(StudentError, match="too long"):
            function("sleeps")()
    assert time.monotonic() - begin < 4 * LIMITS.call


def test_an_interrupted_call_does_not_answer_the_next_one(function, handed_in):
    def alarm(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        function("numerical")(alarm, np.ones(2))
    assert function("double")(3) == 6


def test_an_alarm_that_goes_on_while_a_call_is_stopped_costs_no_other_call(function, monkeypatch):
    kill = os.killpg

    def kill_slowly(*args):
        time.sleep(0.2)  # the checkers' alarm rings again every 0.02 seconds
        kill(*args)

    monkeypatch.setattr(os, "killpg", kill_slowly)
    with pytest.raises(TimeUp), time_limit(0.5):
        limited(function("loops"))
    assert function("double")(3) == 6


def test_a_worker_that_does_not_read_is_stopped():
    deaf = student(
        'import os, time\ntext = b\'{"op": "loaded", "functions": {"f": null}, "sizes": []}\'\n'
        "for n in range(3, 9):\n"
        "    try: os.write(n, len(text).to_bytes(4, 'big') + bytes(4) + text)\n"
        "    except OSError: pass\n"
        "time.sleep(60)",
        names=("f",),
    )
    deaf.begin_cell()
    with pytest.raises(StudentError, match="too long"):
        deaf.stand_in("f")(np.zeros(1_000_000))
    deaf.close()


def test_all_cells_together_have_an_end():
    begin = time.monotonic()
    slow = student(*["import time; time.sleep(1)"] * 50, limits=Limits(submission=3))
    slow.close()
    assert time.monotonic() - begin < 20
    assert "could not be run to its end" in slow.errors[-1]


def test_a_cell_that_ends_the_process_is_left_out_and_named():
    found = student("def f(): return 1", "import os; os._exit(3)", "def g(): return 2", names="fg")
    found.begin_cell()
    assert [found.stand_in(name)() for name in "fg"] == [1, 2]
    assert found.errors == ["Cell 2 ended the Python process. The rest was run without it."]
    found.close()


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("def other(): pass", ["another one?"]),
        ("from softback.course import same\nassert not same(1, 2)", ["another one?"]),
        ("def f(): raise NotImplementedError", []),
    ],
)
def test_the_notebook_of_another_sheet_is_told(cell, said):
    found = student(cell, names="f")
    found.close()
    assert [error[-12:] for error in found.errors] == said


def test_cells_that_fail_are_named_with_their_lines_and_empty_ones_are_not():
    found = student("x = 1\n1 / 0", "raise NotImplementedError", "def f(:", names="f")
    found.close()
    assert [error.split(":")[0] for error in found.errors] == ["Cell 1, line 2", "Cell 3, line 1"]
    assert found.errors[1].count("line 1") == 1  # which Python would say a second time


FORGED = """
import json, os
text = json.dumps({"op": "loaded", "functions": FUNCTIONS, "errors": [], "sizes": []}).encode()
for n in range(3, 9):
    try: os.write(n, len(text).to_bytes(4, "big") + bytes(4) + text)
    except OSError: pass
"""


@pytest.mark.parametrize(
    "functions",
    [
        [],
        {"f": 3},
        {"f": {"a": 1}},
        {"f": [["a", 1, False]] * 2},
        {"f": [["a", 1, True], ["b", 0, False]]},
        {"f": [["not a name", 1, False]]},
        {"f": [["a", [], False]]},
        {"f": [["a", 17, False]]},
        {"f": [[[[]], 1, False, 2]]},
    ],
    ids=str,
)
def test_forged_parameters_do_not_stop_the_grader(functions):
    forger = student(FORGED.replace("FUNCTIONS", repr(functions)), names="f")
    forger.begin_cell()
    with pytest.raises(StudentError):
        forger.stand_in("f")(1)
    forger.close()


def test_a_name_that_was_mistyped_is_suggested_but_not_where_a_test_is_hidden():
    found = student("def soft_max(z):\n    return z", names=["softmax", "slope"])
    try:
        with pytest.raises(StudentError) as error:
            found.stand_in("softmax")(1)
        assert error.value.sentence == "There is no function softmax. Did you mean it by soft_max?"
        assert error.value.brief == "There is no function softmax."
        assert type(error.value).__name__ == "NameError"
        with pytest.raises(StudentError) as error:
            found.stand_in("slope")(1)
        assert error.value.sentence == "There is no function slope."
    finally:
        found.close()
