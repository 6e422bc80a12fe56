"""Mistakes in the slope of softmax and in its backward rule: what the rule consists of."""

import numpy as np

from softback import formulas, gradients
from softback.course._mistakes._parts import along, attention_vjp, softmax, softmax_vjp
from softback.course.catalogue import Lesson, enter, exhibit, says
from softback.course.museum.operations import CAPPED, as_backward, as_layer, as_rule, capped_vjp
from softback.course.museum.trials import after, g_afterwards, gradient_at

RULE = formulas.softmax_vjp


def diagonal(y, g):
    return y * (1 - y) * g


enter("only-the-diagonal", "Raising one logit changes one probability.",
    says("You kept only the diagonal: raising one logit also lowers every other share.",
         softmax_vjp=diagonal,
         softmax_slope=["delta_ij*y_i*(1 - y_i)", "y_i*(1 - y_i)"],
         temperature_slope=["delta_ij*y_i*(1 - y_i)/T", "y_i*(1 - y_i)/T"],
         jacobian_product="y_i*(1 - y_i)*v_i",
         softmax_pullback="g_j*y_j*(1 - y_j)",
         squared_error_slope="(y_j - t_j)*y_j*(1 - y_j)",
         entropy_slope="-y_j*(1 - y_j)*(log(y_j) + 1)",
         mixture_slope=["y_j*v_j", "y_j*(1 - y_j)*v_j"]),
    says("Two mistakes lead here: only the diagonal of J was kept, and with it the term k = j of "
         "the loss; or y and t were multiplied class by class. Logit j moves every term of the "
         "loss: the factor of `y_j` is the *sum* of all targets.",
         cross_entropy_grad=lambda z, t: softmax(z) * t - t, cross_entropy_slope="-t_j*(1 - y_j)"),
    says("This is the diagonal of log-softmax; or it is that of softmax, and its factor `y_j` was "
         "lost. Logit j moves every output, and the loss hears all of them.",
         softmax_vjp=lambda y, g, axis=-1: g * (1 - y), softmax_pullback="g_j*(1 - y_j)"),
    says("You filled only the diagonal. Off it stands `-y_i * y_j`: raising one logit lowers every "
         "other share.",
         softmax_jacobian=[lambda y: np.diag(y * (1 - y)), lambda y: y * (1 - y)]),
    says("You filled only the diagonal. Within a row, `-y_ni * y_nj` is missing for i ≠ j.",
         matrix_slope="delta_nm*delta_ij*y_ni*(1 - y_ni)"),
    says("You filled only the diagonal. Within a column, `-y_ni * y_mi` is missing for n ≠ m.",
         column_slope="delta_ij*delta_nm*y_ni*(1 - y_ni)"),
    says("You kept only the diagonal, `g_j * (1 - y_j)`: logit j also moves the logarithms of all "
         "other shares.",
         log_softmax_vjp=lambda logy, g: g * (1 - np.exp(logy)),
         log_softmax_pullback="g_j*(1 - y_j)"),
    says("You kept only the diagonal of the Hessian: the slope with respect to one logit also "
         "changes when another one moves.",
         curvature=[lambda z, v: diagonal(softmax(z), v),
                    lambda z, t, v: t.sum() * diagonal(softmax(z), v)],
         cross_entropy_hessian=["delta_ij*y_i*(1 - y_i)*sum(t_k)", "y_i*(1 - y_i)*sum(t_k)",
                                "delta_ij*y_i*(1 - y_i)"]),
    says("You summed only the diagonal. Off it stand the squares of `y_i * y_j`.",
         squares_of_jacobian="sum(y_k^2*(1 - y_k)^2)"),
    says("Through the softmax you kept only the diagonal: raising one score also lowers every "
         "other share of its row.",
         attention_vjp=lambda q, k, v, do: attention_vjp(q, k, v, do, diagonal)),
    exhibit=exhibit("pullback", as_rule, diagonal, RULE,
        symptom="The rows of the gradient do not sum to 0.",
        why="This is the rule of the sigmoid. It knows that raising a logit raises its own share, "
        "and forgets that it lowers all others. One of the texts behind this book writes the case "
        "$i = j$ as if it were the whole gradient.",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex row ones",
        missed_by="saturated shape mutation",
        breaks=("eq-other-logit", "eq-vjp", "eq-vjp-sum"),
    ),
    lesson=Lesson("The derivative on paper", "ex-jacobian-loops", "Two loops and one question",
                  "They sum to one. Who pays?"),
)  # fmt: skip


def off_diagonal(y, g):
    return -y * (g * y).sum(axis=-1, keepdims=True)


enter("only-off-the-diagonal", "The case $i = j$ is like the other one.",
    says("You have only the case i ≠ j. For i = j the numerator contains the logit too, which adds "
         "the share itself.",
         softmax_slope="-y_i*y_j", cross_entropy_hessian="-y_i*y_j*sum(t_k)",
         matrix_slope="-delta_nm*y_ni*y_nj"),
    says("Within a column the case n = m is missing: it adds `y_ni`.",
         column_slope="-delta_ij*y_ni*y_mi"),
    says("You summed what stands off the diagonal as if it stood everywhere.",
         squares_of_jacobian="sum(y_k^2)^2"),
    says("The entries off the diagonal are right, and the case i = j is missing: its entry is "
         "`y_i * (1 - y_i)`.",
         softmax_jacobian=[lambda y: -np.outer(y, y) * (1 - np.eye(len(y))),
                           lambda y: -np.outer(y, y)]),
    says("The case i = j is missing, where `z_i` itself moves.", log_slope="-y_j"),
    says("The term with i = j is missing: `-y_j * sum(g_k * y_k)` is what the other classes cost, "
         "and `y_j * g_j` must be added.",
         softmax_vjp=lambda y, g, axis=-1: -y * along(g * y, axis), softmax_pullback="-y_j*s"),
    says("Two mistakes lead here: `g` in the bracket was multiplied by y once more; or only the "
         "terms with i ≠ j were summed, and `g_j * y_j * (1 - y_j)` is missing.",
         softmax_vjp=lambda y, g, axis=-1: y * (g * y - along(g * y, axis)),
         softmax_pullback="-y_j*(s - g_j*y_j)"),
    exhibit=exhibit("pullback", as_rule, off_diagonal, RULE,
        symptom="All entries of a row have the same sign.",
        why="The case $i = j$ got lost, and with it the term in which the Kronecker delta picks "
        "$g_j$.",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-own-logit", "eq-vjp"),
    ),
)  # fmt: skip


def total_is_a_constant(y, g):
    return y * g


enter("the-total-held-constant", "The denominator is a constant.",
    says("You forgot that the denominator contains the logit too.",
         softmax_slope="delta_ij*y_i", own_slope="y_i", cross_slope="0"),
    says("Log-sum-exp contains `z_j` too, whatever i is.",
         log_slope=["delta_ij", "delta_ij*(1 - y_i)"]),
    says("The second term of J is missing. It comes from the denominator, which contains every "
         "logit.", jacobian_product="y_i*v_i", softmax_pullback="g_j*y_j"),
    says("You have `diag(y)` alone. The product of a column and a row must still be subtracted: "
         "`np.outer(y, y)`.", softmax_jacobian=lambda y: np.diag(y)),
    says("The weighted mean must still be subtracted.",
         entropy_slope=["-y_j*(log(y_j) + 1)", "-y_j*log(y_j)"],
         squared_error_slope="y_j*(y_j - t_j)"),
    says("You scaled g by `y` and stopped. Subtract the weighted mean from g first.",
         softmax_vjp=lambda y, g: y * g),
    exhibit=exhibit("pullback", as_rule, total_is_a_constant, RULE,
        symptom="Every share that the loss likes grows, and nobody pays. A $g$ of ones gives $y$, "
        "not 0.",
        why="The route through the denominator is missing. With automatic differentiation it gets "
        "lost where somebody detaches the total, to save memory or because it is \"only a "
        "normaliser\".",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-other-logit", "eq-vjp", "eq-constant", "eq-vjp-sum"),
    ),
)  # fmt: skip


def plain_mean(y, g):
    return y * (g - g.mean(axis=-1, keepdims=True))


def unweighted_sum(y, g):
    return y * (g - g.sum(axis=-1, keepdims=True))


enter("the-plain-mean", "What is subtracted from $g$ is its plain mean.",
    says("You subtracted the plain mean. It must be the mean with the weights `y`.",
         softmax_vjp=lambda y, g, axis=-1: y * (g - g.mean(axis=axis, keepdims=True)),
         jacobian_product="y_i*(v_i - sum(v_k)/C)",
         curvature=[lambda z, t, v: t.sum() * softmax(z) * (v - v.mean()),
                    lambda z, v: softmax(z) * (v - v.mean())]),
    exhibit=exhibit("pullback", as_rule, plain_mean, RULE,
        symptom="The rows of the gradient do not sum to 0, except for a $g$ that is the same "
        "everywhere.",
        why="What is subtracted is a mean of $g$, but a mean with the weights $y$. The plain one "
        "is right only where all classes are equally probable.",
        trial=gradient_at(),
        caught_by="zero-sum random parity hard square complex saturated row",
        missed_by="ones shift shape mutation",
        breaks=("eq-vjp", "eq-vjp-sum"),
    ),
    lesson=Lesson("The backward pass", "ex-centre-and-scale", "Centre and scale by hand",
                  "Do the three results sum to zero?"),
)  # fmt: skip
enter("an-unweighted-sum", "The sum in the bracket needs no weights.",
    says("The sum in the bracket must be weighted with the shares.",
         softmax_vjp=lambda y, g, axis=-1: y * (g - along(g, axis)),
         jacobian_product="y_i*(v_i - sum(v_k))",
         softmax_pullback="y_j*(g_j - sum(g_k))",
         squared_error_slope="y_j*((y_j - t_j) - sum(y_k - t_k))",
         entropy_slope="-y_j*(log(y_j) - sum(log(y_k)))",
         mixture_slope="y_j*(v_j - sum(v_k))"),
    exhibit=exhibit("pullback", as_rule, unweighted_sum, RULE,
        symptom="Adding a constant to $g$ changes the result.",
        why="A factor $y$ is missing under the sum. What is left grows with the number of classes.",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-vjp", "eq-constant"),
    ),
)  # fmt: skip
enter("the-sum-lacks-g", "What is subtracted is a mean of the shares.",
    says("The sum in the bracket lacks g: what is subtracted is the mean of the upstream gradient, "
         "`sum(g_k * y_k)`.",
         softmax_vjp=[lambda y, g, axis=-1: y * (g - along(y * y, axis)),
                      lambda y, g, axis=-1: y * (g - along(y, axis))]),
    says("The sum in the bracket lacks the values: what is subtracted is the mixture, "
         "`sum(v_k * y_k)`.", mixture_slope="y_j*(v_j - 1)"),
)  # fmt: skip


def log_softmax_rule(y, g):
    return g - y * g.sum(axis=-1, keepdims=True)


enter("the-rule-of-log-softmax", "Softmax and log-softmax have the same rule.",
    says("This is the rule of log-softmax. For softmax itself it is `y_j * (g_j - sum(g_k * "
         "y_k))`.",
         softmax_vjp=lambda y, g, axis=-1: g - y * along(g, axis),
         softmax_pullback="g_j - y_j*sum(g_k)"),
    says("This is the derivative of `log(y_i)`. Multiply it by `y_i`.",
         softmax_slope="delta_ij - y_j"),
    says("This is the Jacobian of log-softmax, `delta_ij - y_j`. Multiply row i by `y_i`.",
         softmax_jacobian=lambda y: np.eye(len(y)) - y),
    says("This is the Jacobian of log-softmax, transposed. Column j holds `y_j`, so write "
         "`np.eye(C) - y`; then multiply row i by `y_i`.",
         softmax_jacobian=lambda y: np.eye(len(y)) - y[:, None]),
    exhibit=exhibit("pullback", as_rule, log_softmax_rule, RULE,
        symptom="The rows sum to 0, as they should. For a $g$ whose rows sum to 0, $g$ itself "
        "comes out.",
        why="The two rules look alike: $y$ stands before the sum in one, under the sum and before "
        "the bracket in the other. This one belongs to log-softmax.",
        trial=gradient_at(),
        caught_by="shift random parity hard square complex saturated row ones",
        missed_by="zero-sum shape mutation",
        breaks=("eq-vjp",),
    ),
    lesson=Lesson("The backward pass", "ex-sheet-log-softmax-pullback", "Back through log-softmax",
                  "With respect to what is your $g$ a derivative?"),
)  # fmt: skip


def not_scaled(y, g):
    return g - (g * y).sum(axis=-1, keepdims=True)


enter("centred-and-not-scaled", "Subtracting the mean is enough.",
    says("You centred g and did not scale it: multiply the bracket by `y`.",
         softmax_vjp=lambda y, g, axis=-1: g - along(g * y, axis)),
    says("The factor in front of the bracket is missing. It belongs to both terms.",
         jacobian_product=["y_i*v_i - sum(v_k*y_k)", "v_i - sum(v_k*y_k)"],
         softmax_pullback=["g_j - s", "g_j*y_j - s"],
         entropy_slope="-(log(y_j) - sum(y_k*log(y_k)))"),
    says("The factor `y_j` is missing: a class without a share moves nothing.",
         mixture_slope="v_j - sum(v_k*y_k)"),
    says("You subtracted the weighted mean and did not scale by y.",
         curvature=[lambda z, v: v - softmax(z) @ v,
                    lambda z, t, v: t.sum() * (v - softmax(z) @ v)]),
    exhibit=exhibit("pullback", as_rule, not_scaled, RULE,
        symptom="The gradient of a class that has next to no share is as large as any other.",
        why="The factor $y$ in front of the bracket is missing. A $g$ that is the same everywhere "
        "gives 0 with or without it.",
        trial=gradient_at(),
        caught_by="zero-sum random parity hard square complex saturated row",
        missed_by="ones shift shape mutation",
        breaks=("eq-vjp",),
    ),
)  # fmt: skip


def plus(y, g):
    return y * (g + (g * y).sum(axis=-1, keepdims=True))


enter("plus-for-minus", "Raising another logit raises a share.",
    says("The sign in the bracket must be minus.",
         softmax_vjp=lambda y, g, axis=-1: y * (g + along(g * y, axis)),
         softmax_slope="y_i*(delta_ij + y_j)",
         temperature_slope="y_i*(delta_ij + y_j)/T",
         matrix_slope="delta_nm*y_ni*(delta_ij + y_nj)",
         squared_error_slope="y_j*((y_j - t_j) + sum((y_k - t_k)*y_k))",
         cross_entropy_hessian="y_i*(delta_ij + y_j)*sum(t_k)",
         column_slope="delta_ij*y_ni*(delta_nm + y_mi)",
         jacobian_product="y_i*(v_i + sum(v_k*y_k))",
         softmax_pullback="y_j*(g_j + s)",
         entropy_slope="-y_j*(log(y_j) + sum(y_k*log(y_k)))",
         mixture_slope="y_j*(v_j + sum(v_k*y_k))"),
    says("You added where you must subtract: `g_j - y_j * sum(g_k)`.",
         log_softmax_vjp=lambda logy, g: g + np.exp(logy) * along(g),
         log_softmax_pullback="g_j + y_j*sum(g_k)"),
    says("The sign is wrong: what class j wins, the others lose.", cross_slope="y_i*y_j"),
    says("Log-sum-exp is subtracted, and so is its derivative.", log_slope="delta_ij + y_j"),
    says("The squares must be subtracted, not added.", trace="1 + sum(y_k^2)"),
    says("You added where you must subtract: off the diagonal stands `-y_i * y_j`.",
         softmax_jacobian=[lambda y: np.diag(y) + np.outer(y, y),
                           lambda y: np.where(np.eye(len(y)) == 1, np.diag(y * (1 - y)),
                                              np.outer(y, y))]),
    exhibit=exhibit("pullback", as_rule, plus, RULE,
        symptom="Adding a constant to $g$ changes the result by twice $y$ times that constant.",
        why="The derivative of the denominator enters the quotient rule with a minus sign. It was "
        "lost on the way.",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-other-logit", "eq-vjp", "eq-constant"),
    ),
)  # fmt: skip


def uphill(y, g):
    return y * ((g * y).sum(axis=-1, keepdims=True) - g)


enter("uphill", "The order of a difference does not matter.",
    says("Right except that the sign of the whole expression is reversed.",
         softmax_vjp=lambda y, g, axis=-1: -softmax_vjp(y, g, axis),
         log_softmax_vjp=lambda logy, g: -gradients.log_softmax_vjp(logy, g),
         softmax_slope="y_i*(y_j - delta_ij)", own_slope="y_i*(y_i - 1)",
         log_slope="y_j - delta_ij", trace="sum(y_k^2) - 1",
         jacobian_product="y_i*(sum(v_k*y_k) - v_i)",
         softmax_pullback="y_j*(s - g_j)", log_softmax_pullback="y_j*sum(g_k) - g_j",
         matrix_slope="delta_nm*y_ni*(y_nj - delta_ij)",
         column_slope="delta_ij*y_ni*(y_mi - delta_nm)",
         squared_error_slope="-y_j*((y_j - t_j) - sum((y_k - t_k)*y_k))",
         entropy_slope="y_j*(log(y_j) - sum(y_k*log(y_k)))",
         cross_entropy_hessian="-y_i*(delta_ij - y_j)*sum(t_k)",
         mixture_slope="-y_j*(v_j - sum(v_k*y_k))"),
    says("The sign is reversed: raising a logit raises its own share, so the diagonal must be "
         "positive.", softmax_jacobian=lambda y: np.outer(y, y) - np.diag(y)),
    says("Right except for the sign: this loss curves upwards.",
         curvature=[lambda z, t, v: -t.sum() * RULE(softmax(z), v),
                    lambda z, v: -RULE(softmax(z), v)]),
    exhibit=exhibit("pullback", as_rule, uphill, RULE,
        symptom="The loss rises at every step, however small the step is.",
        why="The difference is reversed. Sums, shifts and a $g$ of ones say nothing about a sign: "
        "all that they compare with is 0.",
        trial=gradient_at(),
        caught_by="random parity hard square complex row",
        missed_by="zero-sum ones saturated shift shape mutation",
        breaks=("eq-vjp",),
    ),
)  # fmt: skip


def logits_for_shares(z, g):
    return z * (g - (g * z).sum(axis=-1, keepdims=True))


def from_shares(z, g):
    y = softmax(z)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


enter("logits-for-probabilities", "The rule takes what softmax was given.",
    says("The slope is made of shares. Where you have a logit, its share belongs.",
         own_slope="y_i*(1 - z_i)",
         softmax_slope=["y_i*(delta_ij - z_j)", "y_i*(1 - z_i)", "delta_ij*y_i*(1 - z_i)"]),
    exhibit=exhibit("pullback", as_backward, logits_for_shares, from_shares,
        symptom="The gradient grows with the logits, and is not bounded by $g$.",
        why="The rule wants what softmax returned, and was given what softmax received. A cache "
        "that holds the input is the usual reason.",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-vjp",),
    ),
)  # fmt: skip


def inner_product(y, g):
    C = y.shape[-1]
    rows = zip(y.reshape(-1, C), g.reshape(-1, C), strict=True)
    dz = [g_n @ (np.diag(y_n) - y_n @ y_n.T) for y_n, g_n in rows]
    return np.reshape(dz, y.shape)


def outer_product(y, g):
    C = y.shape[-1]
    rows = zip(y.reshape(-1, C), g.reshape(-1, C), strict=True)
    dz = [g_n @ (np.diag(y_n) - np.outer(y_n, y_n)) for y_n, g_n in rows]
    return np.reshape(dz, y.shape)


enter("a-product-that-is-no-matrix", "A vector times its transpose is a matrix.",
    says("`y @ y.T` of a vector is one number, the sum of the squares, and it was subtracted from "
         "every entry. A column times a row is `np.outer(y, y)`.",
         softmax_jacobian=lambda y: np.diag(y) - y @ y.T),
    says("`y @ y.T` of a vector is one number. A column times a row is `np.outer(y, y)`; or use no "
         "matrix at all.", softmax_vjp=lambda y, g: (np.diag(y) - y @ y.T) @ g),
    exhibit=exhibit("pullback", as_rule, inner_product, outer_product,
        symptom="The Jacobian has the same number subtracted from every entry.",
        why="Transposing a vector in NumPy does nothing, so `y_n @ y_n.T` is a dot product: one "
        "number, which broadcasts. The outer product was meant.",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex saturated row ones",
        missed_by="shape mutation",
        breaks=("eq-jacobian", "eq-other-logit"),
    ),
)  # fmt: skip
enter("squared-on-the-diagonal", "The same expression holds on and off the diagonal.",
    says("You squared on the diagonal only: `y_i - y_i^2` is right there, and off it stands "
         "`-y_i * y_j`, not 0 and not `y_i`.",
         softmax_jacobian=[lambda y: y[:, None] - np.diag(y * y), lambda y: y - np.diag(y * y)]),
)  # fmt: skip


def letter_of_inputs(y, g):
    J = y[..., :, None] * (np.eye(y.shape[-1]) - y[..., None, :])
    return np.einsum("...ij,...j->...j", J, g)


def letter_of_outputs(y, g):
    J = y[..., :, None] * (np.eye(y.shape[-1]) - y[..., None, :])
    return np.einsum("...ij,...i->...j", J, g)


enter("a-letter-of-einsum", "The simplest $g$, all ones, makes the best test.",
    exhibit=exhibit("pullback", as_rule, letter_of_inputs, letter_of_outputs,
        symptom="The gradient is 0 everywhere, and nothing learns.",
        why="$g$ has the letter of the inputs, so einsum multiplies each column of $J$ by one "
        "number and sums the column. Columns of $J$ sum to 0.",
        trial=gradient_at(),
        caught_by="random parity hard square complex row",
        missed_by="zero-sum ones saturated shift shape mutation",
        breaks=("eq-vjp",),
    ),
    lesson=Lesson("Tests", "ex-wrong-index", "A network that does not learn",
                  "What is the right answer for it?"),
)  # fmt: skip


def softmax_of_shares(y, g):
    y = softmax(y)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


enter("softmax-again", "What was kept are logits.",
    says("You applied softmax to `y`, which is the output of softmax already. Use `y` as it comes.",
         softmax_vjp=lambda y, g, axis=-1: softmax_vjp(softmax(y, axis), g, axis),
         softmax_jacobian=lambda y: gradients.softmax_jacobian(softmax(y))),
    exhibit=exhibit("pullback", as_rule, softmax_of_shares, RULE,
        symptom="The gradient looks sensible, sums to 0, and is far too flat.",
        why="What was kept is $y$, and the code takes it for $z$ and applies softmax once more.",
        trial=gradient_at(),
        caught_by="random parity hard square complex saturated row",
        missed_by="zero-sum ones shift shape mutation",
        breaks=("eq-vjp",),
    ),
)  # fmt: skip
enter("scaled-twice", "One factor y more does no harm.",
    says("You multiplied by y twice: one factor stands in front of the bracket, and one in the "
         "sum.",
         softmax_vjp=lambda y, g, axis=-1: y * softmax_vjp(y, g, axis)),
)  # fmt: skip


def updated_in_the_loop(y, g):
    g = g.copy()
    for j in range(g.shape[-1]):
        g[..., j] = y[..., j] * (g[..., j] - (g * y).sum(axis=-1))
    return g


def updated_at_the_end(y, g):
    dz = np.empty_like(g)
    for j in range(g.shape[-1]):
        dz[..., j] = y[..., j] * (g[..., j] - (g * y).sum(axis=-1))
    return dz


enter("updated-too-early", "A loop may write where it reads.",
    says("Your loop writes into the array that its sum still reads. Compute the weighted mean "
         "before the loop, or write to a new array.", softmax_vjp=updated_in_the_loop),
    exhibit=exhibit("pullback", as_rule, updated_in_the_loop, updated_at_the_end,
        symptom="The first class is right and every later one is not.",
        why="The loop writes its results into the array that its later turns still read.",
        trial=gradient_at(),
        caught_by="zero-sum shift random parity hard square complex row ones",
        missed_by="saturated shape mutation",
        breaks=("eq-vjp",),
    ),
)  # fmt: skip


def overwrites_g(y, g):
    g *= y
    g -= y * g.sum(axis=-1, keepdims=True)
    return g


enter("the-overwritten-gradient", "The array that I was given is mine.",
    exhibit=exhibit("pullback", as_rule, overwrites_g, RULE,
        symptom="The result is right. Whoever else needs $g$ finds something else in it.",
        why="The caller's array serves as scratch space. Where a value is used twice in a network, "
        "the other branch then receives a spoilt gradient.",
        trial=g_afterwards,
        caught_by="mutation",
        missed_by="ones random zero-sum row square saturated shift parity complex hard shape",
    ),
)  # fmt: skip


def forgets_temperature(y, g, temperature=2.0):
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


def divides_by_temperature(y, g, temperature=2.0):
    return y * (g - (g * y).sum(axis=-1, keepdims=True)) / temperature


enter("temperature-forgotten", "The temperature matters in the forward pass only.",
    says("The inner derivative is missing: the exponent is `z_j / T`, which brings a factor "
         "`1 / T`.", temperature_slope="y_i*(delta_ij - y_j)"),
    says("The inner derivative of `z_j / T` is `1 / T`, and you multiplied by T.",
         temperature_slope="y_i*(delta_ij - y_j)*T"),
    says("The factor `1 / T` comes in once, from the inner derivative.",
         temperature_slope="y_i*(delta_ij - y_j)/T^2"),
    says("The factor `1 / T` belongs to both terms of the bracket.",
         temperature_slope=["y_i*(delta_ij/T - y_j)", "y_i*(delta_ij - y_j/T)"]),
    exhibit=exhibit("pullback", as_rule, forgets_temperature, divides_by_temperature,
        options={"temperature": 2.0},
        symptom="The direction is right and the length is not: off by the temperature, always.",
        why="The logits were divided by $T$ on the way in. By the chain rule the gradient is "
        "divided by $T$ on the way out.",
        trial=gradient_at(),
        caught_by="random parity hard square complex row",
        missed_by="ones zero-sum saturated shift shape mutation",
        breaks=("eq-tempered-vjp",),
    ),
    lesson=Lesson("The derivative on paper", "ex-sheet-tempered-pullback",
                  "A temperature for each row", "Where does the chain rule see $T$?"),
)  # fmt: skip


def forgets_cap(z, g, cap=2.0):
    y = softmax(cap * np.tanh(z / cap))
    return softmax_vjp(y, g)


def multiplies_by_the_bend(z, g, cap=2.0):
    y = softmax(cap * np.tanh(z / cap))
    return softmax_vjp(y, g) * (1 - np.tanh(z / cap) ** 2)


enter("the-cap-forgotten", "A cap matters in the forward pass only.",
    says("The inner derivative is missing: `cap * tanh(z / cap)` has the slope `1 - tanh(z / "
         "cap)**2`, one factor for each logit.",
         capped_vjp=lambda z, g, cap, axis: capped_vjp(z, g, cap, axis, slope=1.0)),
    says("Softmax did not see the raw logits: its shares are those of `cap * tanh(z / cap)`.",
         capped_vjp=[lambda z, g, axis: RULE(softmax(z, axis), g, axis),
                     lambda z, g, cap, axis: (1 - np.tanh(z / cap) ** 2)
                     * RULE(softmax(z, axis), g, axis)]),
    exhibit=exhibit("pullback", as_backward, forgets_cap, multiplies_by_the_bend, task=CAPPED,
        options={"cap": 2.0},
        symptom="The loss falls, and every sign is right. Logits far beyond the cap are pushed "
        "on, although moving them changes nothing any more.",
        why="Each logit was bent on the way in, by $u = a \\tanh(z / a)$. The gradient with "
        "respect to $u$ is not yet that with respect to $z$: the slope of the bend is missing, "
        "$1 - \\tanh^2(z / a)$. It is nearly 1 for logits far below the cap, so tests with "
        "such logits see next to nothing.",
        trial=gradient_at(),
        caught_by="random parity hard square complex saturated row",
        missed_by="ones shift shape mutation",
        breaks=("eq-soft-cap",),
    ),
    lesson=Lesson("The backward pass", "ex-cap", "A cap before the softmax",
                  "How far does $u$ move when $z$ does?"),
)  # fmt: skip
enter("the-bend-before-the-softmax", "Factors of a chain may stand in any order.",
    says("You multiplied `g` by the slope of the cap. It belongs to the logits, not to the shares: "
         "go back through softmax first, then multiply.",
         capped_vjp=lambda z, g, cap, axis: capped_vjp(
             z, g * (1 - np.tanh(z / cap) ** 2), cap, axis, slope=1.0)),
)  # fmt: skip
enter("the-slope-elsewhere", "The slope of tanh is taken at its result.",
    says("The slope is taken in the wrong place. It is `1 - tanh(z / cap)**2`, which is `1 - (u / "
         "cap)**2` for the bent logit u.",
         capped_vjp=[lambda z, g, cap, axis, at=at: capped_vjp(
             z, g, cap, axis, slope=1 - at(z, cap) ** 2)
             for at in (lambda z, cap: np.tanh(z), lambda z, cap: cap * np.tanh(z / cap),
                        lambda z, cap: np.tanh(cap * np.tanh(z / cap)),
                        lambda z, cap: np.tanh(np.tanh(z / cap)))]),
    says("The cap in front of tanh and the one inside cancel: the slope is `1 - tanh(z / cap)**2`, "
         "without another factor.",
         capped_vjp=[lambda z, g, cap, axis, power=power: cap**power * capped_vjp(z, g, cap, axis)
                     for power in (-1, 1)]),
)  # fmt: skip


# --- Layers, which keep something between forward and backward ------------------------------------


class KeepsItsOwn:
    kept = None

    def forward(self, z):
        if self.kept is not None:
            raise RuntimeError("one backward for each forward")
        self.kept = softmax(z)
        return self.kept.copy()

    def backward(self, g):
        y, self.kept = self.kept, None
        return softmax_vjp(y, g)


class SharesItsResult:
    def forward(self, z):
        self.y = softmax(z)
        return self.y

    def backward(self, g):
        return softmax_vjp(self.y, g)


class KeepsTheInput:
    def forward(self, z):
        self.z = z
        return softmax(z)

    def backward(self, g):
        return softmax_vjp(softmax(self.z), g)


class KeepsTheLast:
    def forward(self, z):
        self.y = softmax(z)
        return self.y.copy()

    def backward(self, g):
        return softmax_vjp(self.y, g)


enter("logits-returned", "The forward pass returns what it was given.",
    says("`forward` must return the shares, and yours returns its logits.",
         softmax_layer_forward=lambda z: z),
)  # fmt: skip
enter("a-shared-result", "What I returned will stay as it is.",
    says("Your layer keeps the very array that it returns. Somebody wrote into the result, and the "
         "gradient changed. Keep a copy.", softmax_layer=[]),
    exhibit=exhibit("layers", as_layer, SharesItsResult, KeepsItsOwn,
        symptom="The layer passes every gradient check. In one program, where somebody works on "
        "the shares in place, the gradient is wrong.",
        why="The array that is returned is the array that is kept. A caller who writes `y -= t`, "
        "to save memory, changes what the backward pass will use.",
        trial=after("result"),
        caught_by="mutation",
        missed_by="ones random zero-sum row square saturated shift parity complex hard shape",
    ),
)  # fmt: skip
enter("a-borrowed-input", "What I was given will stay as it is.",
    says("Your layer keeps the array of logits that it was given. Somebody wrote into it, and the "
         "gradient changed. Keep what backward needs, the shares.", softmax_layer=[]),
    exhibit=exhibit("layers", as_layer, KeepsTheInput, KeepsItsOwn,
        symptom="The gradient is that of other logits: those of the next step, if a buffer is "
        "refilled before the backward pass.",
        why="The layer keeps the caller's array, not a copy, and computes the shares again from "
        "whatever stands in it by then.",
        trial=after("logits"),
        caught_by="mutation",
        missed_by="ones random zero-sum row square saturated shift parity complex hard shape",
    ),
)  # fmt: skip
enter("one-layer-in-two-places", "One place is enough to keep an output.",
    exhibit=exhibit("layers", as_layer, KeepsTheLast, KeepsItsOwn,
        symptom="A network that uses the layer object twice learns slowly or not at all, and each "
        "half of it is right when tested alone.",
        why="There is one place to keep the output, and the second forward pass overwrites what "
        "the first one left there. A layer that cannot serve two passes should refuse, as the one "
        "below does.",
        trial=after("second use"),
        caught_by="mutation",
        missed_by="ones random zero-sum row square saturated shift parity complex hard shape",
    ),
)  # fmt: skip
enter("memory-of-the-class", "A name of the class belongs to each object.",
    says("Two layer objects share their memory: the second forward pass overwrote what the first "
         "had kept. Set `self.y` in `forward`, not a name of the class or a global one.",
         softmax_layer=[]),
)  # fmt: skip
