"""What no answer may be, for each of the checkers: every time one sentence that says so."""

import numpy as np
import pytest

from softback.course import _judge, check
from tests.lib.test_course_implementations import TABLES

RIGHT = {name: next(iter(right.values())) for name, (_, right) in TABLES.items()}
every_checker = pytest.mark.parametrize("name", RIGHT)


def for_ever(*given):
    while True:
        pass


def spoilt(right, spoil):
    """Return the right function with its last result spoilt."""

    def answer(*given):
        result = right(*given)
        if isinstance(result, tuple):
            return (*result[:-1], spoil(result[-1]))
        return spoil(result)

    return answer


def changed_arguments(right):
    def answer(*given):
        result = right(*given)
        next(x for x in given if isinstance(x, np.ndarray))[...] = 0
        return result

    return answer


def as_layer(right, forward):
    """Return a class whose forward pass is spoilt, where an answer is a class."""

    class Layer(right):
        pass

    Layer.forward = forward(lambda self, z: right.forward(self, z))
    return Layer


def wrong(name, way):
    right = RIGHT[name]
    return as_layer(right, way) if isinstance(right, type) else way(right)


WAYS = {
    "endless": (lambda right: for_ever, "still running after"),
    "list": (lambda right: spoilt(right, lambda x: np.atleast_1d(x).tolist()), "as a list"),
    "complex": (lambda right: spoilt(right, lambda x: np.asarray(x) + 0j), "complex numbers"),
    "nan": (lambda right: spoilt(right, lambda x: np.asarray(x) * np.nan), "is nan and must be"),
    "input-modified": (changed_arguments, "writes into its argument"),
}


@pytest.mark.parametrize(("way", "sentence"), WAYS.values(), ids=WAYS)
@every_checker
def test_a_bad_answer_gets_its_sentence(monkeypatch, name, way, sentence):
    monkeypatch.setattr(_judge, "SECONDS", 0.05 if way is WAYS["endless"][0] else 60)
    require(name, wrong(name, way), sentence)


@every_checker
def test_a_number_is_not_taken_for_an_array_nor_an_array_for_a_number(name):
    ones = {"cross_entropy": np.ones(2), "logsumexp": np.ones(2)}  # a row of logits comes first
    pairs = {"cross_entropy_and_grad", "attention_vjp", "sure_loss", "sink_vjp"}
    result = ones.get(name, 3.0)
    sentence = "must be one number" if name in ones else "is a single number"
    answer = wrong(name, lambda right: lambda *given: result)
    require(name, answer, "Return" if name in pairs else sentence)


@every_checker
def test_what_cannot_be_called_gets_a_sentence(name):
    require(name, 3.0, "You handed over an object of type `float`")


def require(name, answer, sentence):
    verdict = check(name, answer)
    assert not verdict
    assert sentence in verdict.message
    assert len(verdict.message.splitlines()) == 1
    assert "Traceback" not in verdict.message
