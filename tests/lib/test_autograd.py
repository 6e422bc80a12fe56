"""The two small systems: gradients as arrays, gradients as nodes, and gradients of gradients."""

import operator
from functools import partial

import numpy as np
import pytest
from scipy import special

from softback import cross_entropy, cross_entropy_hessian
from softback.autograd import _sweep, functions, graph
from softback.autograd.functions import Context, Variable, apply, lookup
from softback.check import check_vjp, numerical_jacobian


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def soft(z):
    return special.softmax(z, axis=-1)


def test_a_deep_computation_needs_no_deep_stack():
    z = graph.placeholder("z")
    y = z
    for _ in range(5000):
        y = y + 1.0
    (dz,) = graph.grad(y, [z])
    assert graph.run([y, dz], {z: 0.0}) == [5000.0, 1.0]


def test_the_walk_meets_each_node_once_and_after_its_inputs():
    z = graph.placeholder("z")
    y = z
    for _ in range(60):
        y = y + y  # 2**60 paths, 61 nodes
    order = _sweep.inputs_first([y])
    assert len(order) == 61
    place = {node: i for i, node in enumerate(order)}
    assert all(place[x] < place[node] for node in order for x in node.inputs)


# --- The function API: every function -------------------------------------------------------------

SINGLE = [
    pytest.param("add", [(3, 4), (3, 4)], {}, id="add"),
    pytest.param("add", [(3, 4), (4,)], {}, id="add-a-row"),
    pytest.param("add", [(3, 1), (2, 1, 4)], {}, id="add-both-broadcast"),
    pytest.param("add", [(), (3, 4)], {}, id="add-a-number"),
    pytest.param("mul", [(3, 4), (3, 4)], {}, id="mul"),
    pytest.param("mul", [(3, 4), (3, 1)], {}, id="mul-a-column"),
    pytest.param("mul", [(2, 3), ()], {}, id="mul-a-number"),
    pytest.param("matmul", [(3, 4), (4, 2)], {}, id="matmul"),
    pytest.param("sum", [(3, 4)], {}, id="sum"),
    pytest.param("softmax", [(3, 4)], {}, id="softmax"),
    pytest.param("softmax", [(3, 4)], {"axis": 0, "temperature": 2.0}, id="softmax-columns"),
    pytest.param("log_softmax", [(3, 4)], {}, id="log_softmax"),
    pytest.param("log_softmax", [(3, 4)], {"axis": 0, "temperature": 2.0}, id="log_softmax-axis-0"),
]


@pytest.mark.parametrize(("name", "shapes", "options"), SINGLE)
def test_each_backward_is_the_derivative_of_its_forward(name, shapes, options, rng):
    function, arrays = lookup(name), [rng.standard_normal(shape) for shape in shapes]
    for k, array in enumerate(arrays):

        def forward(z, k=k):
            return function.forward(Context(), *arrays[:k], z, *arrays[k + 1 :], **options)

        def backward(g, k=k):
            context = Context()
            function.forward(context, *arrays, **options)
            return function.backward(context, g)[k]

        check_vjp(forward, backward, array, rng=rng)


@pytest.mark.parametrize(
    ("name", "reference"), [("softmax", special.softmax), ("log_softmax", special.log_softmax)]
)
def test_the_softmax_functions_are_those_of_the_library(name, reference, rng):
    z = rng.standard_normal((2, 3))
    found = apply(name, z, axis=0, temperature=0.5).value
    np.testing.assert_allclose(found, reference(2 * z, axis=0), rtol=1e-13)


# --- The function API: a network ------------------------------------------------------------------

T = np.array([2, 0, 1, 1, 2])


@pytest.fixture
def registry(monkeypatch):
    """Undo what a test registers."""
    monkeypatch.setattr(functions, "_REGISTRY", dict(functions._REGISTRY))


@pytest.fixture
def tanh(registry):
    """Register a function that the package does not have, the bend between two layers."""

    @functions.register("tanh")
    class Tanh:
        @staticmethod
        def forward(ctx, z):
            h = np.tanh(z)
            ctx.save(h)
            return h

        @staticmethod
        def backward(ctx, g):
            (h,) = ctx.saved
            return (g * (1 - h * h),)


def network_loss(x, w1, b1, w2, b2):
    h = apply("tanh", apply("add", apply("matmul", x, w1), b1))
    logy = apply("log_softmax", apply("add", apply("matmul", h, w2), b2))
    return apply("sum", apply("mul", logy, -np.eye(3)[T] / 5))


@pytest.fixture
def parameters(rng, tanh):
    shapes = [(5, 4), (4, 6), (6,), (6, 3), (3,)]  # x, w1, b1, w2, b2
    return [rng.standard_normal(shape) for shape in shapes]


def test_the_gradient_of_two_layers_agrees_with_the_one_derived_by_hand(parameters):
    x, w1, b1, w2, b2 = parameters
    h = np.tanh(x @ w1 + b1)
    d2 = (soft(h @ w2 + b2) - np.eye(3)[T]) / 5
    d1 = (d2 @ w2.T) * (1 - h**2)
    by_hand = [d1 @ w1.T, x.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0)]

    variables = [Variable(p) for p in parameters]
    found = functions.grad(network_loss(*variables), variables)
    for dx, expected in zip(found, by_hand, strict=True):
        np.testing.assert_allclose(dx, expected, rtol=1e-11, atol=1e-15)


def test_the_gradient_of_two_layers_agrees_with_differences(parameters, rng):
    for k in range(len(parameters)):

        def loss(p, k=k):
            values = [*parameters[:k], p, *parameters[k + 1 :]]
            return network_loss(*values).value

        def vjp(g, k=k):
            variables = [Variable(p) for p in parameters]
            return functions.grad(network_loss(*variables), [variables[k]], g)[0]

        check_vjp(loss, vjp, parameters[k], rng=rng)


def test_the_loss_of_the_network_is_the_cross_entropy(parameters):
    x, w1, b1, w2, b2 = parameters
    z = np.tanh(x @ w1 + b1) @ w2 + b2
    loss = network_loss(*parameters).value
    assert loss == pytest.approx(-special.log_softmax(z, axis=-1)[range(5), T].mean(), rel=1e-14)


def test_gradients_of_a_value_used_twice_add_up():
    x = Variable([3.0, 5.0])
    square = apply("mul", x, x)
    (dx,) = functions.grad(apply("sum", apply("add", square, x)), [x])
    np.testing.assert_array_equal(dx, [7.0, 11.0])


def test_a_gradient_of_an_inner_value_and_of_the_output_itself():
    x = Variable([3.0, 5.0])
    square = apply("mul", x, x)
    output = apply("sum", square)
    inner, itself = functions.grad(output, [square, output], 2.0)
    np.testing.assert_array_equal(inner, [2.0, 2.0])
    assert itself == 2.0


def test_a_variable_that_is_not_reached_gets_zeros():
    x, other = Variable([3.0, 5.0]), Variable([[1.0, 2.0]])
    (found,) = functions.grad(apply("sum", x), [other])
    np.testing.assert_array_equal(found, np.zeros((1, 2)), strict=True)


def test_the_precision_of_the_arrays_is_kept():
    x = Variable(np.zeros((2, 3), np.float32))
    output = apply("sum", apply("mul", apply("log_softmax", x), np.eye(2, 3, dtype=np.float32)))
    assert output.value.dtype == np.float32
    assert functions.grad(output, [x])[0].dtype == np.float32


def test_no_warning_escapes():
    x = Variable([1e308, -np.inf])
    square = apply("mul", x, x)
    assert square.value[0] == np.inf
    assert functions.grad(square, [x], [1e308, 1.0])[0][0] == np.inf


# --- The function API: what is saved --------------------------------------------------------------


def test_saved_arrays_do_not_follow_the_callers(rng):
    z, g = rng.standard_normal((2, 3, 4))
    expected = soft(z) * (g - (g * soft(z)).sum(axis=-1, keepdims=True))
    context = Context()
    y = lookup("softmax").forward(context, z)
    y -= 1.0
    z[...] = 0.0
    np.testing.assert_allclose(lookup("softmax").backward(context, g)[0], expected, rtol=1e-12)


def test_variables_do_not_follow_the_callers_array():
    a = np.array([3.0, 5.0])
    x = Variable(a)
    output = apply("sum", apply("mul", x, x))
    a[...] = 0.0
    np.testing.assert_array_equal(functions.grad(output, [x])[0], [6.0, 10.0])


def test_variables_and_saved_arrays_cannot_be_written_to():
    context = Context()
    context.save(np.ones(2))
    for array in (Variable([1.0]).value, apply("sum", [1.0]).value, context.saved[0]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.0


def test_gradients_share_memory_with_nothing():
    x, y = Variable([1.0, 2.0]), Variable([3.0, 4.0])
    g = np.ones(2)
    dx, dy = functions.grad(apply("add", x, y), [x, y], g)
    assert not np.shares_memory(dx, dy)
    assert not np.shares_memory(dx, g)
    dx[0] = 5.0
    assert dy[0] == g[0] == 1.0
    assert not np.shares_memory(functions.grad(x, [x], g)[0], g)


def test_gradients_can_be_written_to():
    x = Variable([1.0, 2.0])
    (dx,) = functions.grad(apply("sum", x), [x])
    dx -= 1.0
    np.testing.assert_array_equal(dx, [0.0, 0.0])


def test_backward_without_forward_is_refused():
    for name in ("add", "softmax"):
        with pytest.raises(RuntimeError, match="run forward with it before backward"):
            lookup(name).backward(Context(), np.ones(2))


def test_one_context_for_two_passes_is_refused():
    context = Context()
    lookup("softmax").forward(context, np.zeros(2))
    with pytest.raises(RuntimeError, match="give each forward its own"):
        lookup("softmax").forward(context, np.ones(2))


# --- The function API: the registry ---------------------------------------------------------------


class Double:
    @staticmethod
    def forward(ctx, z):
        ctx.save()
        return 2 * z

    @staticmethod
    def backward(ctx, g):
        return (2 * g,)


@pytest.mark.usefixtures("registry")
def test_a_registered_function_takes_part():
    assert functions.register("double")(Double) is Double
    assert lookup("double") is Double
    x = Variable([1.0, 2.0])
    output = apply("sum", apply("double", x))
    assert output.value == 6.0
    np.testing.assert_array_equal(functions.grad(output, [x])[0], [2.0, 2.0])


@pytest.mark.usefixtures("registry")
def test_a_name_can_be_taken_once():
    with pytest.raises(ValueError, match="'softmax' is taken by Softmax; use another name"):
        functions.register("softmax")(Double)
    assert lookup("softmax") is functions.Softmax


@pytest.mark.usefixtures("registry")
def test_only_a_pair_of_methods_is_registered():
    class Half:
        forward = Double.forward

    with pytest.raises(TypeError, match="has no method backward"):
        functions.register("half")(Half)
    with pytest.raises(LookupError):
        lookup("half")


def test_an_unknown_name_lists_the_known_ones():
    known = "add, log_softmax, matmul, mul, softmax, sum"
    with pytest.raises(LookupError, match=f"no function is called 'sofmax'; known are {known}"):
        apply("sofmax", [1.0])


@pytest.mark.usefixtures("registry")
def test_a_backward_that_writes_to_g_is_stopped():
    class InPlace(Double):
        @staticmethod
        def backward(ctx, g):
            g *= 2
            return (g,)

    functions.register("in place")(InPlace)
    x = Variable([1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        functions.grad(apply("sum", apply("in place", x)), [x])


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("result", [(), (np.ones(2),), (np.ones(3), np.ones(3))])
def test_a_backward_that_returns_something_else_is_stopped(result):
    class Wrong(Double):
        @staticmethod
        def backward(ctx, g):
            return result

    functions.register("wrong")(Wrong)
    x = Variable([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"backward of 'wrong' returned .* have shapes \[\(3,\)\]"):
        functions.grad(apply("sum", apply("wrong", x)), [x])


# --- The function API: arguments ------------------------------------------------------------------


def test_shapes_that_do_not_fit_are_refused_with_the_name_and_the_shapes():
    with pytest.raises(ValueError, match="broadcast") as caught:
        apply("add", np.ones((2, 3)), np.ones(4))
    assert caught.value.__notes__ == ["in apply('add') of arrays of shapes (2, 3), (4,)"]


def test_matmul_takes_matrices():
    with pytest.raises(ValueError, match=r"two matrices, not shapes \(3,\) and \(3, 2\)"):
        apply("matmul", np.ones(3), np.ones((3, 2)))


def test_many_numbers_need_a_g():
    x = Variable([1.0, 2.0])
    with pytest.raises(ValueError, match=r"g has shape \(\), but the output has shape \(2,\)"):
        functions.grad(apply("mul", x, x), [x])


@pytest.mark.parametrize("g", [[1.0], [[1.0, 1.0]]])
def test_g_has_the_shape_of_the_output(g):
    x = Variable([1.0, 2.0])
    with pytest.raises(ValueError, match="but the output has shape"):
        functions.grad(apply("mul", x, x), [x], g)


@pytest.mark.parametrize("swap", [False, True])
def test_gradients_connects_variables(swap):
    x, array = Variable(1.0), np.ones(())
    output, inputs = (array, [x]) if swap else (x, [array])
    with pytest.raises(TypeError, match="connects variables, not a ndarray"):
        functions.grad(output, inputs)


def test_a_variable_holds_numbers():
    with pytest.raises(TypeError, match="value holds"):
        Variable(["a"])


def test_a_variable_shows_its_value_and_its_function():
    x = Variable([1.0])
    assert repr(x) == "<variable: [1.]>"
    assert repr(apply("add", x, x)) == "<add: [2.]>"


# --- The graph: values and first derivatives ------------------------------------------------------

FORMULAS = [
    pytest.param(lambda a, b: a + b, (3, 4), (4,), id="add-a-row"),
    pytest.param(lambda a, b: a - b, (3, 1), (2, 1, 4), id="sub-both-broadcast"),
    pytest.param(lambda a, b: a * b, (3, 4), (), id="mul-a-number"),
    pytest.param(lambda a, b: a * a * b - a, (3, 4), (3, 1), id="used-often"),
    pytest.param(lambda a, b: graph.total(a * b, 0), (3, 4), (4,), id="sum-columns"),
    pytest.param(lambda a, b: graph.total(a * b, (0, 2)), (2, 3, 4), (4,), id="sum-two-axes"),
    pytest.param(lambda a, b: graph.total(a * b), (3, 4), (4,), id="sum-all"),
    pytest.param(lambda a, b: graph.softmax(a * b), (3, 4), (4,), id="softmax"),
    pytest.param(lambda a, b: graph.softmax(a * b, 0), (3, 4), (4,), id="softmax-columns"),
    pytest.param(lambda a, b: graph.softmax(a * b, None), (3, 4), (4,), id="softmax-all"),
    pytest.param(lambda a, b: graph.softmax(a * b, (0, 2)), (2, 3, 4), (4,), id="softmax-axes"),
    pytest.param(lambda a, b: graph.log_softmax(a * b), (3, 4), (4,), id="log_softmax"),
    pytest.param(lambda a, b: graph.log_softmax(a - b, 0), (3, 4), (4,), id="log_softmax-columns"),
    pytest.param(lambda a, b: graph.log_softmax(a, None) * b, (3, 4), (), id="log_softmax-all"),
]


@pytest.mark.parametrize(("formula", "a_shape", "b_shape"), FORMULAS)
def test_first_and_second_derivatives_agree_with_differences(formula, a_shape, b_shape, rng):
    a, b, g, v = map(graph.placeholder, "abgv")
    output = formula(a, b)
    da, db = graph.grad(output, [a, b], g)
    values = {a: rng.standard_normal(a_shape), b: rng.standard_normal(b_shape)}

    def at(node, where, extra):
        """Return ``node`` as a function of what is fed to ``where``."""
        return lambda x: graph.run(node, {**values, where: x, **extra})

    for node, where in ((da, a), (db, b)):
        check_vjp(
            at(output, where, {}),
            lambda u, node=node: graph.run(node, {**values, g: u}),
            values[where],
            rng=rng,
        )
        second, forward = graph.grad(node, [where, g], v)
        fixed = {g: rng.standard_normal(np.shape(graph.run(output, values)))}
        check_vjp(
            at(node, where, fixed),
            lambda u, second=second, fixed=fixed: graph.run(second, {**values, **fixed, v: u}),
            values[where],
            rng=rng,
        )
        check_vjp(
            at(node, g, {}),
            lambda u, forward=forward, fixed=fixed: graph.run(forward, {**values, **fixed, v: u}),
            fixed[g],
            rng=rng,
        )


@pytest.mark.parametrize("other", [2.0, [1.0, 2.0, 3.0], np.array([1.0, 2.0, 3.0])])
@pytest.mark.parametrize("combine", [operator.add, operator.sub, operator.mul])
def test_nodes_combine_with_numbers_and_arrays_from_both_sides(combine, other):
    z, fed = graph.placeholder("z"), np.array([4.0, 5.0, 6.0])
    for node, expected in (
        (combine(z, other), combine(fed, np.array(other))),
        (combine(other, z), combine(np.array(other), fed)),
    ):
        assert isinstance(node, graph.Node)
        np.testing.assert_array_equal(graph.run(node, {z: fed}), expected)


@pytest.mark.parametrize("axis", [-1, 0])
def test_the_softmax_nodes_are_those_of_the_library(axis, rng):
    z, fed = graph.placeholder("z"), rng.standard_normal((2, 3))
    y, logy = graph.run([graph.softmax(z, axis), graph.log_softmax(z, axis)], {z: fed})
    np.testing.assert_allclose(y, special.softmax(fed, axis=axis), rtol=1e-13)
    np.testing.assert_allclose(logy, special.log_softmax(fed, axis=axis), rtol=1e-13)


def test_the_gradient_of_softmax_is_built_from_mul_sum_and_sub_alone():
    z, g = graph.placeholder("z"), graph.placeholder("g")
    y = graph.softmax(z)
    (dz,) = y.operation.gradient(y, g)
    new = set(_sweep.inputs_first([dz])) - set(_sweep.inputs_first([y, g]))
    kinds = sorted(type(node.operation).__name__ for node in new)
    assert kinds == ["Mul", "Mul", "Sub", "Sum"]
    assert y in _sweep.inputs_first([dz])  # the output is used again, not computed again


def test_gradients_computes_nothing():
    z = graph.placeholder("z")
    (dz,) = graph.grad(graph.total(graph.softmax(z)), [z])
    assert isinstance(dz, graph.Node)


def test_what_is_shared_is_computed_once():
    calls = []

    class Count(graph.Operation):
        def evaluate(self, x):
            calls.append(1)
            return x

    z = graph.placeholder("z")
    shared = graph.Node(Count(), z)
    graph.run([shared + shared, shared * 2.0], {z: 1.0})
    assert len(calls) == 1


def test_a_gradient_of_an_inner_node_and_of_the_output_itself():
    z = graph.placeholder("z")
    square = z * z
    output = graph.total(square)
    found = graph.run(graph.grad(output, [square, output], 2.0), {z: [3.0, 5.0]})
    np.testing.assert_array_equal(found[0], [2.0, 2.0])
    assert found[1] == 2.0


def test_an_input_that_is_not_reached_gets_zeros():
    z, other = graph.placeholder("z"), graph.placeholder("other")
    (found,) = graph.grad(graph.total(z), [other])
    found = graph.run(found, {other: [[1.0, 2.0]]})
    np.testing.assert_array_equal(found, np.zeros((1, 2)), strict=True)


def test_a_second_derivative_of_something_linear_is_zero():
    z = graph.placeholder("z")
    (dz,) = graph.grad(graph.total(z * [1.0, 2.0]), [z])
    (ddz,) = graph.grad(dz, [z], [1.0, 1.0])
    np.testing.assert_array_equal(graph.run(ddz, {z: [3.0, 4.0]}), [0.0, 0.0])


def test_a_gradient_with_respect_to_the_upstream_gradient_is_the_jvp(rng):
    z, g, v = map(graph.placeholder, "zgv")
    (dz,) = graph.grad(graph.softmax(z), [z], g)
    (jvp,) = graph.grad(dz, [g], v)
    fed = {z: rng.standard_normal(4), v: rng.standard_normal(4), g: np.zeros(4)}
    y = soft(fed[z])
    expected = (np.diag(y) - np.outer(y, y)) @ fed[v]
    np.testing.assert_allclose(graph.run(jvp, fed), expected, rtol=1e-12)


# --- The graph: derivatives of derivatives --------------------------------------------------------


def loss_node(z, t):
    return -1.0 * graph.total(graph.log_softmax(z) * t)


def rows_of(node, z, classes):
    """Return the nodes of the gradients of each entry of ``node``."""
    return [graph.grad(node, [z], row)[0] for row in np.eye(classes)]


@pytest.mark.parametrize("t", [[0.0, 1.0, 0.0], [0.2, 0.5, 0.3], [0.5, 1.0, 1.0]])
def test_the_hessian_of_a_cross_entropy_is_the_closed_form(t):
    fed = np.array([0.3, -1.2, 0.8])
    z = graph.placeholder("z")
    (dz,) = graph.grad(loss_node(z, t), [z])
    hessian = np.stack(graph.run(rows_of(dz, z, 3), {z: fed}))

    y = np.exp(fed) / np.exp(fed).sum()
    by_hand = sum(t) * (np.diag(y) - np.outer(y, y))
    np.testing.assert_allclose(hessian, by_hand, rtol=1e-13)
    np.testing.assert_allclose(hessian, sum(t) * cross_entropy_hessian(y), rtol=1e-13)
    by_differences = numerical_jacobian(lambda x: graph.run(dz, {z: x}), fed)
    np.testing.assert_allclose(hessian, by_differences, rtol=0, atol=1e-9)


def test_the_gradient_of_a_batch_of_cross_entropies(rng):
    fed, t = rng.standard_normal((3, 4)), rng.random((3, 4))
    z, target = graph.placeholder("z"), graph.placeholder("t")
    loss = loss_node(z, target)
    found = graph.run([loss, *graph.grad(loss, [z, target])], {z: fed, target: t})
    assert found[0] == pytest.approx(cross_entropy(fed, t, reduction="sum"), rel=1e-14)
    np.testing.assert_allclose(
        found[1], soft(fed) * t.sum(axis=-1, keepdims=True) - t, rtol=1e-12, atol=1e-15
    )
    np.testing.assert_allclose(found[2], -special.log_softmax(fed, axis=-1), rtol=1e-12)


def test_the_third_derivative_agrees_with_differences():
    fed, t = np.array([0.3, -1.2, 0.8]), [0.0, 1.0, 0.0]
    z = graph.placeholder("z")
    (dz,) = graph.grad(loss_node(z, t), [z])
    second = rows_of(dz, z, 3)
    third = [rows_of(row, z, 3) for row in second]
    found = np.array([graph.run(rows, {z: fed}) for rows in third])
    by_differences = numerical_jacobian(lambda x: np.stack(graph.run(second, {z: x})), fed)
    np.testing.assert_allclose(found, by_differences, rtol=0, atol=1e-9)
    # The third derivatives of log-sum-exp do not care about the order of the indices.
    for axes in ((0, 2, 1), (1, 0, 2), (2, 1, 0)):
        np.testing.assert_allclose(found, found.transpose(axes), rtol=0, atol=1e-15)


def test_the_third_derivative_of_softmax_agrees_with_differences(rng):
    fed, weights = rng.standard_normal(3), rng.standard_normal((3, 3))
    z = graph.placeholder("z")
    node = graph.total(graph.softmax(z) * weights[0])
    for row in weights[1:]:
        (d,) = graph.grad(node, [z])
        node = graph.total(d * row)
    (third,) = graph.grad(node, [z])
    by_differences = numerical_jacobian(lambda x: graph.run(node, {z: x}), fed)
    np.testing.assert_allclose(graph.run(third, {z: fed}), by_differences, rtol=0, atol=1e-9)


# --- The graph: arguments -------------------------------------------------------------------------


def test_a_placeholder_that_was_not_fed_is_named():
    z, t = graph.placeholder("z"), graph.placeholder("t")
    with pytest.raises(ValueError, match="placeholder 't' was not fed"):
        graph.run(z * t, {z: 1.0})


def test_a_placeholder_that_is_not_needed_need_not_be_fed():
    z, t = graph.placeholder("z"), graph.placeholder("t")
    loss = z * t
    assert graph.run(z + 1.0, {z: 1.0, t: 2.0}) == 2.0
    assert graph.run(graph.grad(z, [z])[0] + 0.0 * z, {z: 1.0}) == 1.0
    assert loss.inputs == (z, t)


@pytest.mark.parametrize("key", ["z", graph.constant(1.0)])
def test_only_placeholders_are_fed(key):
    z = graph.placeholder("z")
    with pytest.raises(TypeError, match="its keys must be placeholders"):
        graph.run(z, {z: 1.0, key: 1.0})


@pytest.mark.parametrize("value", ["a", np.ma.masked_array([1.0], [True]), object()])
def test_only_numbers_are_fed(value):
    z = graph.placeholder("logits")
    with pytest.raises(TypeError, match="logits"):
        graph.run(z, {z: value})


def test_a_constant_holds_numbers():
    with pytest.raises(TypeError, match="value holds"):
        graph.constant("a")


def test_shapes_that_do_not_fit_are_refused_with_the_node_and_the_shapes():
    z, t = graph.placeholder("z"), graph.placeholder("t")
    with pytest.raises(ValueError, match="broadcast") as caught:
        graph.run(graph.softmax(z) * t, {z: np.ones((2, 3)), t: np.ones(4)})
    assert caught.value.__notes__ == ["in mul(softmax, t) of arrays of shapes (2, 3), (4,)"]


def test_an_axis_out_of_bounds_is_numpys_error():
    z = graph.placeholder("z")
    with pytest.raises(np.exceptions.AxisError):
        graph.run(graph.softmax(z, 1), {z: np.ones(3)})


def test_many_numbers_of_a_graph_need_a_g():
    z = graph.placeholder("z")
    (dz,) = graph.grad(graph.softmax(z), [z])
    message = r"^g has shape \(\), but the output has shape \(3,\); only a single number"
    with pytest.raises(ValueError, match=message):
        graph.run(dz, {z: np.ones(3)})


def test_g_of_a_graph_has_the_shape_of_the_output():
    z = graph.placeholder("z")
    (dz,) = graph.grad(graph.softmax(z), [z], np.ones(1))
    with pytest.raises(ValueError, match=r"^g has shape \(1,\)"):
        graph.run(dz, {z: np.ones(3)})


@pytest.mark.parametrize("swap", [False, True])
def test_gradients_connects_nodes(swap):
    z = graph.placeholder("z")
    output, inputs = (1.0, [z]) if swap else (z, [1.0])
    with pytest.raises(TypeError, match="connects nodes, not a float"):
        graph.grad(output, inputs)


def test_results_share_memory_with_nothing():
    fed, value = np.ones(3), np.ones(3)
    z, c = graph.placeholder("z"), graph.constant(value)
    value[...] = 7.0
    results = graph.run([z, z, c, c, *graph.grad(graph.total(z), [z])], {z: fed})
    np.testing.assert_array_equal(results, np.ones((5, 3)))
    for result in results:
        result[...] = 5.0
    np.testing.assert_array_equal(fed, np.ones(3))
    np.testing.assert_array_equal(graph.run(c, {}), np.ones(3))


def test_no_warning_escapes_when_a_graph_runs():
    z = graph.placeholder("z")
    assert graph.run(z * z, {z: 1e308}) == np.inf


def test_a_node_shows_its_operation_and_those_of_its_inputs():
    z = graph.placeholder("z")
    y = graph.softmax(z)
    assert repr(z) == "z"
    assert repr(y) == "softmax(z)"
    assert repr(y * graph.total(z) - 1.0) == "sub(mul, constant)"


def test_an_operation_without_a_gradient_of_its_own_is_constant():
    class Round(graph.Operation):
        evaluate = staticmethod(partial(np.round))

    z = graph.placeholder("z")
    (dz,) = graph.grad(graph.Node(Round(), z), [z])
    assert graph.run(dz, {z: 1.4}) == 0.0
