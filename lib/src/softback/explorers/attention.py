"""The Attention explorer."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from traitlets import Bool, TraitError, validate

from softback.explorers._base import Explorer
from softback.explorers._traits import Indices, Matrix, Number, Whole
from softback.figures import heat_map
from softback.functions import softmax
from softback.gradients import softmax_vjp

TOKENS = (2, 8)


class Attention(Explorer):
    """Attention weights from masked scores, and a gradient on its way back to the scores.

    Parameters
    ----------
    scores : sequence of sequences of float
        One row for each query and one column for each key, of 2 to 8 tokens.
    gradient : sequence of sequences of float
        Gradient of the loss with respect to the weights, of the shape of ``scores``. To change
        the number of tokens, set both with `change`.
    causal : bool
        Whether a token sees only itself and those before it.
    masked_row : int
        A row in which everything is masked, counted from 0; -1 for none.
    temperature : float
        What the scores are divided by, sqrt(d) for keys of d numbers; from 0.05 to 20.
    entry : pair of int
        The row and column that the sliders change. An index beyond the last token means the last.

    Examples
    --------
    >>> Attention(scores=[[0.0, 0.0]] * 2, gradient=[[0.0, 0.0]] * 2, causal=True).weights
    array([[1. , 0. ],
           [0.5, 0.5]])
    """

    scores = Matrix(
        [[2.0, 0.0, 1.0, 0.0], [1.0, 2.0, 0.0, 0.0], [0.0, 1.0, 2.0, 1.0], [1.0, 0.0, 1.0, 2.0]],
        rows=TOKENS,
        columns=TOKENS,
        square=True,
    )
    gradient = Matrix(np.eye(4).tolist(), rows=TOKENS, columns=TOKENS, square=True)
    causal = Bool(True).tag(sync=True)
    masked_row = Whole(-1, least=-1, most=TOKENS[1] - 1)
    temperature = Number(1.0, least=0.05, most=20)
    entry = Indices([2, 1], below=TOKENS[1])

    @validate("scores", "gradient")
    def _sizes_agree(self, proposal: dict[str, Any]) -> list[Any]:
        value, name = proposal["value"], proposal["trait"].name
        other = {"scores": "gradient", "gradient": "scores"}[name]
        if len(value) != len(getattr(self, other)):
            raise TraitError(
                f"{name} has {len(value)} rows, but {other} has {len(getattr(self, other))}; "
                f"set both with change(scores=..., gradient=...)"
            )
        return value

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Which token may see which, shape (N, N)."""
        tokens = len(self.scores)
        mask = np.tri(tokens, dtype=bool) if self.causal else np.ones((tokens, tokens), bool)
        mask[np.arange(tokens) == self.masked_row] = False
        return mask

    @property
    def weights(self) -> NDArray[np.float64]:
        """The softmax of each row over its allowed tokens, shape (N, N); 0 where none is."""
        return softmax(self.scores, temperature=self.temperature, where=self.allowed)

    @property
    def score_gradient(self) -> NDArray[np.float64]:
        """Gradient of the loss with respect to the scores, shape (N, N); each row sums to 0."""
        return softmax_vjp(self.weights, self.gradient, temperature=self.temperature)

    def description(self) -> str:
        """Return what the explorer shows, in words."""
        how = "with" if self.causal else "without"
        return (
            f"Heat maps of {len(self.scores)} by {len(self.scores)} scores {how} a causal mask, "
            f"of the attention weights, and of the scores' gradient, whose rows sum to zero."
        )

    def figure(self) -> Figure:
        """Return weights and gradient as a Matplotlib figure."""
        figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.4))
        heat_map(self.weights, ax=axes[0], title="weights", digits=2, names=("q", "k"))
        heat_map(self.score_gradient, ax=axes[1], title="dS", digits=2, names=("q", "k"))
        return figure
