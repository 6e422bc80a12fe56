"""Mistakes that cost digits where one class is almost certain."""

import numpy as np

from softback.course._mistakes._parts import along, log_softmax, shifted, softmax
from softback.course.catalogue import enter, says


def _ties_left_out(z):
    x = shifted(z)
    return x - np.log1p(along(np.where(x < 0, np.exp(x), 0)))


def _first_left_out(z):
    x = z - z[..., :1]
    return x - np.log1p(along(np.exp(x[..., 1:])))


def _loss(z, r):
    return -log_softmax(z)[r]


def _slope(z, r):
    return np.expm1(log_softmax(z)[r])


def _with(loss=_loss, slope=_slope):
    return lambda z, r: (loss(z, r), slope(z, r))


def _odds(z, r):
    return np.exp(np.delete(z, r) - z[r]).sum()


def _quotient(z, r):
    return -_odds(z, r) / (1 + _odds(z, r))


enter("both-of-a-tie-left-out", "Only one logit is the largest.",
    says("Where two logits are the largest you left both out of the sum. Leave out one; the other "
         "is one of the others.", accurate_log_softmax=_ties_left_out),
)  # fmt: skip
enter("the-first-left-out", "The first class may stand for the largest.",
    says("You leave the first class out of the sum. The one to leave out is the largest of the "
         "row, wherever it stands.",
         accurate_log_softmax=[
             _first_left_out,
             lambda z: shifted(z) - np.log1p(along(np.exp(shifted(z)[..., 1:])))]),
)  # fmt: skip
enter("the-slope-reversed", "Raising the right logit raises the loss.",
    says("The slope has the wrong sign: raising the right logit lowers the loss.",
         sure_loss=_with(slope=lambda z, r: -_slope(z, r))),
)  # fmt: skip
enter("all-slopes-returned", "The slope is the whole gradient.",
    says("You return the gradient with respect to all logits. Only the entry of the class r is "
         "asked for.", sure_loss=_with(slope=lambda z, r: softmax(z) - np.eye(len(z))[r])),
)  # fmt: skip
enter("stopped-at-the-odds", "The odds against the class are its loss.",
    says("You stopped at q. The loss is `log(1 + q)`, which is close to q only if q is small.",
         sure_loss=[_with(_odds), _with(_odds, _quotient),
                    _with(_odds, lambda z, r: np.expm1(-_odds(z, r)))]),
    says("The slope is -q only if q is small. Exactly it is `-q / (1 + q)`.",
         sure_loss=[_with(slope=lambda z, r: -_odds(z, r)),
                    _with(lambda z, r: np.log1p(_odds(z, r)), lambda z, r: -_odds(z, r))]),
)  # fmt: skip
enter("one-class-counted-twice", "`log1p` is a better logarithm.",
    says("You passed the whole sum to `log1p`, which adds a 1 of its own: one class counts twice. "
         "Leave its exponential out of the sum.",
         accurate_log_softmax=lambda z: shifted(z) - np.log1p(along(np.exp(shifted(z)))),
         sure_loss=[*(_with(lambda z, r: np.log1p(np.exp(z - z[r]).sum()), slope)
                      for slope in (_slope, _quotient)),
                    _with(lambda z, r: np.log1p(np.exp(z - z.max()).sum()) + z.max() - z[r])]),
)  # fmt: skip
enter("y-minus-one-in-log1p", "`log1p(y - 1)` keeps the digits of log y.",
    says("Your `log1p` is given y - 1, where y is 0 for a class far behind: minus infinity. Give "
         "it the sum of the exponentials of the others.",
         accurate_log_softmax=lambda z: np.log1p(softmax(z) - 1)),
)  # fmt: skip
enter("odds-that-overflow", "The odds are a number of moderate size.",
    says("q overflows where the class trails far behind: exp(1000) is more than a float64 can "
         "hold. Shift by the largest logit, and leave out the largest.",
         sure_loss=[_with(lambda z, r: np.log1p(_odds(z, r)), slope)
                    for slope in (_slope, _quotient)]),
)  # fmt: skip
