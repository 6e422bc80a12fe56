"""What every public function promises: pure, documented, true to its input, clear in its errors."""

import importlib
import inspect
import re
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

import softback
from tests.lib.expect import assert_right

AxisError = np.exceptions.AxisError

CORE = [
    f"softback.{name}"
    for name in ("formulas", "functions", "gradients", "check", "layers", "attention", "slow")
] + ["softback.autograd.functions", "softback.autograd.graph"]
# What a registered function and an operation of a graph consist of: all of one form.
PROTOCOL = ("forward", "backward", "evaluate", "gradient")

SIGNATURES = {
    "logsumexp": "(z, axis=-1, *, keepdims=False)",
    "softmax": "(z, axis=-1, *, temperature=1.0, where=None)",
    "log_softmax": "(z, axis=-1, *, temperature=1.0, where=None)",
    "cross_entropy": "(z, t, axis=-1, *, reduction='mean', label_smoothing=0.0, "
    "ignore_index=-100, weight=None)",
    "cross_entropy_and_grad": "(z, t, axis=-1, *, reduction='mean', label_smoothing=0.0, "
    "ignore_index=-100, weight=None)",
    "cross_entropy_hessian": "(y, axis=-1)",
    "softmax_jacobian": "(y, axis=-1, *, temperature=1.0)",
    "softmax_full_jacobian": "(y, axis=-1, *, temperature=1.0)",
    "softmax_vjp": "(y, g, axis=-1, *, temperature=1.0)",
    "softmax_jvp": "(y, v, axis=-1, *, temperature=1.0)",
    "log_softmax_jacobian": "(logy, axis=-1, *, temperature=1.0)",
    "log_softmax_vjp": "(logy, g, axis=-1, *, temperature=1.0, where=None)",
    "log_softmax_jvp": "(logy, v, axis=-1, *, temperature=1.0, where=None)",
    "logsumexp_vjp": "(y, g, axis=-1)",
    "logsumexp_jvp": "(y, v, axis=-1)",
}
NAMES = list(SIGNATURES)
PARAMETERS = {name: list(inspect.signature(getattr(softback, name)).parameters) for name in NAMES}
WITH_TEMPERATURE = [name for name in NAMES if "temperature" in PARAMETERS[name]]
WITH_WHERE = [name for name in NAMES if "where" in PARAMETERS[name]]
WITH_VECTOR = [name for name in NAMES if PARAMETERS[name][1] in ("g", "v")]
LOSSES = ["cross_entropy", "cross_entropy_and_grad"]
MATRICES = [name for name in NAMES if name.endswith(("jacobian", "hessian"))]
ONE_AXIS = MATRICES + LOSSES
REAL = ["f2", "f4", "f8", "g"]
COMPLEX = ["c8", "c16", "G"]


def arguments(name, dtype="f8", shape=(3, 4)):
    """Return positional arguments that suit a function, with ``axis`` left at its default."""
    rng = np.random.default_rng(8)
    z, g = rng.normal(size=(2, *shape))
    first = {"z": z, "y": softback.softmax(z), "logy": softback.log_softmax(z)}
    found = [first[PARAMETERS[name][0]].astype(dtype)]
    if name == "logsumexp_vjp":
        found.append(g[..., 0].astype(dtype))
    elif name in WITH_VECTOR:
        found.append(g.astype(dtype))
    elif name in LOSSES:
        found.append(np.arange(z[..., 0].size).reshape(shape[:-1]) % shape[-1])
    return found


def variants(name, dtype="f8"):
    """Yield positional and keyword arguments that lead through every branch of a function."""
    for shape in ((3, 4), (1, 1), (2000, 4), (3, 600), (4,)):
        if max(shape) > 100 and name == "softmax_full_jacobian":
            continue  # it lays out what softmax_jacobian gives
        yield arguments(name, dtype, shape), {}
    args = arguments(name, dtype)
    if name in WITH_TEMPERATURE:
        yield args, {"temperature": 2.0}
        yield args, {"temperature": np.inf}
    if name in WITH_WHERE:
        yield args, {"where": np.ones((3, 4), bool)}
        yield args, {"where": np.zeros((3, 4), bool)}
    if name == "logsumexp":
        yield args, {"keepdims": True}
    if name not in ONE_AXIS and name != "logsumexp_vjp":
        for axis in (None, (0, 1), ()):
            yield args, {"axis": axis}
    real = args[0].real.dtype
    if name in ("softmax_vjp", "softmax_jvp") and real.kind == "f":
        yield [args[0], np.full_like(args[1], np.inf)], {}
    if name in LOSSES:
        soft = np.full((3, 4), 0.25).astype(real)
        for t in (args[1], np.array([0, -100, -100]), soft):
            for reduction in ("mean", "sum", "none"):
                yield [args[0], t], {"reduction": reduction}
            yield [args[0], t], {"label_smoothing": 0.5, "weight": np.ones(4, real)}


def results(found):
    return found if isinstance(found, tuple) else (found,)


# The list of names, signatures, documentation, imports.


def test_the_tables_cover_every_public_function_of_functions_and_gradients():
    homes = ("softback.functions", "softback.gradients")
    public = [getattr(softback, name) for name in softback.__all__]
    names = {f.__name__ for f in public if inspect.isfunction(f) and f.__module__ in homes}
    assert names == set(SIGNATURES)


@pytest.mark.parametrize("name", NAMES)
def test_signature(name):
    signature = inspect.signature(getattr(softback, name))
    bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    assert str(inspect.Signature(bare)) == SIGNATURES[name]


@pytest.mark.parametrize("name", NAMES)
def test_docstring_has_all_sections_and_names_every_parameter(name):
    text = inspect.getdoc(getattr(softback, name))
    sections = re.split(r"^(\w[\w ]*)\n-+\n", text, flags=re.MULTILINE)
    found = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert {"Parameters", "Returns", "Raises"} <= found.keys()
    named = re.findall(r"^(\w+) : ", found["Parameters"], flags=re.MULTILINE)
    assert named == PARAMETERS[name]
    assert sections[0].splitlines()[0].endswith((".", ":", "?")) or "\n\n" in sections[0]
    for error in ("TypeError", "AxisError"):
        assert error in found["Raises"]


def public_functions():
    """Return every function and method of the core that has a docstring and a public name."""
    found = {}
    for name in CORE:
        module = importlib.import_module(name)
        made_here = [x for x in vars(module).values() if getattr(x, "__module__", "") == name]
        for thing in made_here:
            parts = [thing, *vars(thing).values()] if inspect.isclass(thing) else [thing]
            for part in map(inspect.unwrap, filter(callable, parts)):
                if not inspect.isfunction(part) or part.__name__.startswith("_"):
                    continue
                if not ("autograd" in name and part.__name__ in PROTOCOL):
                    found[f"{name}.{part.__qualname__}"] = part
    return found


@pytest.mark.parametrize("function", public_functions().values(), ids=public_functions())
def test_every_parameter_and_result_has_a_type(function):
    signature = inspect.signature(function)
    untyped = [p.name for p in signature.parameters.values() if p.annotation is p.empty]
    assert [name for name in untyped if name != "self"] == []
    assert signature.return_annotation is not signature.empty


@pytest.mark.parametrize("function", public_functions().values(), ids=public_functions())
def test_who_takes_probabilities_says_that_they_sum_to_one(function):
    taken = {"y", "logy"} & set(inspect.signature(function).parameters)
    if taken and "formulas" not in function.__module__:
        text = " ".join(inspect.getdoc(function).split())
        assert "must sum to one" in text
        assert "for other y the forms of the rule differ" in text


def test_all_names_are_listed_in_order_and_exist():
    assert softback.__all__ == sorted(softback.__all__)
    assert all(hasattr(softback, name) for name in softback.__all__)


def test_import_loads_nothing_but_numpy():
    code = (
        "import sys, numpy; before = set(sys.modules); import softback;"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert set(run.stdout.split()) - sys.stdlib_module_names - {"numpy"} == {"softback"}


# Pure functions.


@pytest.mark.parametrize("dtype", ["i8", *REAL, *COMPLEX])
@pytest.mark.parametrize("name", NAMES)
def test_a_result_is_an_array_of_its_own_in_the_precision_of_the_input(name, dtype):
    """Inputs are read-only, so whoever writes to one fails."""
    for args, kwargs in variants(name, dtype):
        inputs = [x for x in (*args, *kwargs.values()) if isinstance(x, np.ndarray)]
        before = [x.tobytes() for x in inputs]
        for x in inputs:
            x.flags.writeable = False
        found = results(getattr(softback, name)(*args, **kwargs))
        assert [x.tobytes() for x in inputs] == before
        assert {x.dtype for x in found} == {np.dtype("f8" if dtype == "i8" else dtype)}
        arrays = [x for x in found if isinstance(x, np.ndarray)]
        assert not any(np.shares_memory(a, b) for a in arrays for b in inputs)
        assert all(x.flags.writeable for x in arrays)
        steps = [(n, s) for x in arrays for n, s in zip(x.shape, x.strides, strict=True)]
        assert all(s for n, s in steps if n > 1), "a broadcast view: writing to it writes twice"
        assert len(arrays) < 2 or not np.shares_memory(*arrays)


@pytest.mark.parametrize("name", NAMES)
def test_same_input_gives_the_same_result_twice(name):
    for args, kwargs in variants(name):
        first = results(getattr(softback, name)(*args, **kwargs))
        second = results(getattr(softback, name)(*args, **kwargs))
        for a, b in zip(first, second, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", NAMES)
def test_error_state_of_the_caller_is_left_as_it_was(name):
    for state in ("raise", "warn", "ignore"):
        with np.errstate(all=state):
            before = np.geterr()
            getattr(softback, name)(*arguments(name))
            assert np.geterr() == before


# Precision in, precision out.


@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "u8"])
@pytest.mark.parametrize("name", NAMES)
def test_integers_and_booleans_become_float64(name, dtype):
    args = [np.ones_like(x, dtype) for x in arguments(name)]
    if name in LOSSES:
        args[1] = [0, 1, 2]
    for found in results(getattr(softback, name)(*args)):
        assert found.dtype == np.float64


@pytest.mark.parametrize("name", NAMES)
def test_lists_are_as_good_as_arrays(name):
    args = arguments(name)
    found = results(getattr(softback, name)(*(x.tolist() for x in args)))
    for got, want in zip(found, results(getattr(softback, name)(*args)), strict=True):
        assert_right(got, want, eps=0)


@pytest.mark.parametrize("dtype", ["f2", "f4"])
@pytest.mark.parametrize("name", NAMES)
def test_low_precision_agrees_with_float64(name, dtype):
    args = arguments(name, dtype)
    wide = [x.astype("f8") if x.dtype == dtype else x for x in args]
    for got, want in zip(
        results(getattr(softback, name)(*args)),
        results(getattr(softback, name)(*wide)),
        strict=True,
    ):
        np.testing.assert_allclose(got, want, rtol=0, atol=8 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize("name", WITH_VECTOR)
def test_wider_of_two_precisions_is_returned(name):
    args = arguments(name, "f4")
    for wide in ("f8", "c8", "c16"):
        want = np.result_type("f4", wide)
        assert getattr(softback, name)(args[0], args[1].astype(wide)).dtype == want
        assert getattr(softback, name)(args[0].astype(wide), args[1]).dtype == want


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_loss_has_the_precision_of_the_logits_whatever_that_of_targets_and_weights(name, dtype):
    z = arguments(name, dtype)[0]
    for other in ("f4", "f8", "g", "i8"):
        t, weight = np.ones_like(z, other), np.ones(4, other)
        for found in results(getattr(softback, name)(z, t, weight=weight)):
            assert found.dtype == dtype


# Errors.

NO_NUMBERS = {
    "object": np.array([[1.0, None], [2.0, 3.0]], object),
    "str": np.array([["a", "b"], ["c", "d"]]),
    "bytes": np.array([[b"a", b"b"], [b"c", b"d"]]),
    "datetime64": np.zeros((2, 2), "M8[s]"),
    "timedelta64": np.zeros((2, 2), "m8[s]"),
    "structured": np.zeros((2, 2), [("a", "f8")]),
    "masked": np.ma.masked_array(np.ones((2, 2)), mask=np.eye(2)),
}


@pytest.mark.parametrize("kind", NO_NUMBERS)
@pytest.mark.parametrize("name", NAMES)
def test_what_holds_no_numbers_is_refused_by_name(name, kind):
    bad = NO_NUMBERS[kind]
    args = arguments(name, shape=(2, 2))
    first = PARAMETERS[name][0]
    with pytest.raises(TypeError, match=f"^{first} (holds|is a masked array)"):
        getattr(softback, name)(bad, *args[1:])
    if len(args) > 1 and name != "logsumexp_vjp":
        second = PARAMETERS[name][1]
        with pytest.raises(TypeError, match=f"^{second} (holds|is a masked array)"):
            getattr(softback, name)(args[0], bad)


@pytest.mark.parametrize("bad", [["a", "b", "c"], np.ma.masked_array(np.ones(3))], ids=str)
def test_what_holds_no_numbers_is_refused_as_cotangent_of_logsumexp(bad):
    with pytest.raises(TypeError, match=r"^g (holds|is a masked array)"):
        softback.logsumexp_vjp(np.ones((3, 2)), bad)


@pytest.mark.parametrize("weight", [["a"] * 4, [None] * 4, np.ma.masked_array(np.ones(4))], ids=str)
def test_what_holds_no_numbers_is_refused_as_weight(weight):
    for name in LOSSES:
        with pytest.raises(TypeError, match=r"^weight (holds|is a masked array)"):
            getattr(softback, name)(*arguments(name), weight=weight)


@pytest.mark.parametrize("name", LOSSES)
def test_complex_targets_or_weights_of_real_logits_are_refused(name):
    z, t = arguments(name)
    with pytest.raises(TypeError, match=r"^t "):
        getattr(softback, name)(z, np.ones_like(z, complex))
    with pytest.raises(TypeError, match=r"^weight "):
        getattr(softback, name)(z, t, weight=np.ones(4, complex))


@pytest.mark.parametrize("name", NAMES)
def test_ragged_lists_are_refused(name):
    with pytest.raises((ValueError, TypeError)):
        getattr(softback, name)([[1.0, 2.0], [3.0]], *arguments(name)[1:])


@pytest.mark.parametrize("ignore_index", [[0, 1], (0,), np.zeros(3, int), "0", 0.5, None])
@pytest.mark.parametrize("name", LOSSES)
def test_an_index_to_ignore_that_is_no_integer_is_refused(name, ignore_index):
    with pytest.raises(TypeError, match=r"^ignore_index is .*; it must be an integer"):
        getattr(softback, name)(arguments(name)[0], [0, 1, 2], ignore_index=ignore_index)


@pytest.mark.parametrize("axis", [2, -3, 7, np.int64(2)])
@pytest.mark.parametrize("name", NAMES)
def test_axis_out_of_bounds_is_an_axis_error(name, axis):
    with pytest.raises(AxisError, match=rf"axis {axis} is out of bounds .* dimension 2"):
        getattr(softback, name)(*arguments(name), axis)


@pytest.mark.parametrize("axis", [1.0, "1", "", True, [0.5], 1j, (0, 1.0), np.array(1.0)], ids=repr)
@pytest.mark.parametrize("name", NAMES)
def test_axis_that_is_no_integer_is_a_type_error(name, axis):
    wanted = "one integer here" if name in ONE_AXIS else "an integer, a tuple of integers or None"
    with pytest.raises(TypeError, match=rf"axis is {re.escape(repr(axis))}; it must be {wanted}"):
        getattr(softback, name)(*arguments(name), axis)


@pytest.mark.parametrize("axis", [None, (0,), (0, 1), ()])
@pytest.mark.parametrize("name", ONE_AXIS)
def test_axis_that_must_be_one_integer(name, axis):
    with pytest.raises(TypeError, match=r"axis is .*must be one integer"):
        getattr(softback, name)(*arguments(name), axis)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ONE_AXIS])
def test_repeated_or_bad_axes_in_a_tuple_are_refused(name):
    with pytest.raises(ValueError, match="repeated axis"):
        getattr(softback, name)(*arguments(name), (0, -2))
    with pytest.raises(AxisError, match="axis 5 is out of bounds"):
        getattr(softback, name)(*arguments(name), (0, 5))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ONE_AXIS])
def test_bad_axis_of_a_single_number(name):
    args = [1.0] * len(arguments(name))
    for axis in (1, -2):
        with pytest.raises(AxisError):
            getattr(softback, name)(*args, axis)
    for axis in (0.0, np.zeros(2)):
        with pytest.raises(TypeError, match=r"axis is .*; it must be an integer"):
            getattr(softback, name)(*args, axis)


@pytest.mark.parametrize("name", ONE_AXIS)
def test_single_number_without_an_axis_of_classes_is_refused(name):
    with pytest.raises(ValueError, match="must have an axis of classes"):
        getattr(softback, name)(1.0, *arguments(name)[1:])


@pytest.mark.parametrize("shape", [(), (4,), (3, 1), (1, 4), (4, 3), (3, 4, 1), (1, 3, 4), (12,)])
@pytest.mark.parametrize("name", [n for n in WITH_VECTOR if n != "logsumexp_vjp"])
def test_vector_of_another_shape_is_refused_and_not_broadcast(name, shape):
    first, second = PARAMETERS[name][:2]
    message = re.escape(f"{second} has shape {shape}, but {first} has shape (3, 4)")
    with pytest.raises(ValueError, match=message):
        getattr(softback, name)(arguments(name)[0], np.ones(shape))


@pytest.mark.parametrize("shape", [(), (4,), (3, 4), (3, 1), (1, 3), (1,)])
def test_cotangent_of_logsumexp_of_another_shape_is_refused(shape):
    message = re.escape(f"g has shape {shape}") + ".*" + re.escape("(3,)")
    with pytest.raises(ValueError, match=message):
        softback.logsumexp_vjp(np.full((3, 4), 0.25), np.ones(shape))


@pytest.mark.parametrize(
    "temperature", ["2", None, [1.0], np.ones(2), 1j, np.complex64(1)], ids=repr
)
@pytest.mark.parametrize("name", WITH_TEMPERATURE)
def test_temperature_that_is_not_one_real_number_is_refused(name, temperature):
    with pytest.raises(TypeError, match=r"temperature is .*must be one real number"):
        getattr(softback, name)(*arguments(name), temperature=temperature)


@pytest.mark.parametrize("temperature", [0, -0.0, -0.5, -np.inf, np.nan, np.float32(0)], ids=repr)
@pytest.mark.parametrize("name", WITH_TEMPERATURE)
def test_temperature_that_is_not_above_zero_is_refused(name, temperature):
    with pytest.raises(ValueError, match=r"temperature is .*must be above 0"):
        getattr(softback, name)(*arguments(name), temperature=temperature)


@pytest.mark.parametrize("name", WITH_TEMPERATURE)
def test_temperature_beyond_any_float_is_refused(name):
    with pytest.raises(ValueError, match="must fit into a float"):
        getattr(softback, name)(*arguments(name), temperature=10**400)
    with pytest.raises(ValueError, match="must be above 0"):
        getattr(softback, name)(*arguments(name), temperature=Fraction(1, 10**400))


@pytest.mark.parametrize(
    "where", [[0, 1, 1, 1], [1.0] * 4, "mask", np.ma.masked_array([True] * 4)], ids=str
)
@pytest.mark.parametrize("name", WITH_WHERE)
def test_where_that_holds_no_plain_booleans_is_refused(name, where):
    with pytest.raises(TypeError, match=r"where .*booleans"):
        getattr(softback, name)(*arguments(name), where=where)


@pytest.mark.parametrize("shape", [(3,), (2, 4), (1, 3, 4), (4, 3), (2, 3, 4), (0,)])
@pytest.mark.parametrize("name", WITH_WHERE)
def test_where_that_does_not_broadcast_to_the_logits_is_refused(name, shape):
    message = re.escape(f"where has shape {shape}; it must broadcast to (3, 4)")
    with pytest.raises(ValueError, match=message):
        getattr(softback, name)(*arguments(name), where=np.ones(shape, bool))


@pytest.mark.parametrize("reduction", ["average", "", None, "MEAN", 1])
@pytest.mark.parametrize("name", LOSSES)
def test_unknown_reduction_is_refused_with_the_known_ones(name, reduction):
    with pytest.raises(ValueError, match=r"reduction is .*must be one of mean, sum, none"):
        getattr(softback, name)(*arguments(name), reduction=reduction)


@pytest.mark.parametrize("smoothing", [-1e-9, 1 + 1e-9, np.nan, np.inf, "0.1", None], ids=repr)
@pytest.mark.parametrize("name", LOSSES)
def test_label_smoothing_that_is_no_number_from_zero_to_one_is_refused(name, smoothing):
    with pytest.raises((ValueError, TypeError), match=r"label_smoothing is .*must lie in \[0, 1\]"):
        getattr(softback, name)(*arguments(name), label_smoothing=smoothing)
