"""Bad values are refused with a sentence that says what is right; good ones become plain lists."""

import numpy as np
import pytest
from traitlets import Bool, Enum, HasTraits, TraitError

from softback import explorers
from softback.explorers._traits import Indices, Matrix, Number, Vector, Whole


class Holder(HasTraits):
    number = Number(1.0, least=0.05, most=20)
    whole = Whole(3, least=2, most=12)
    vector = Vector([1.0, 2.0], least=2, most=4)
    optional = Vector([], least=2, most=4, optional=True)
    shares = Vector([1.0, 0.0, 0.0], least=3, most=3, distribution=True)
    indices = Indices([0, 1], below=64)
    matrix = Matrix([[1.0]], rows=(1, 4), columns=(1, 5))
    square = Matrix([[1.0]], rows=(1, 4), columns=(1, 4), square=True)


REFUSED = [
    ("number", "1", "number is '1'; it must be a real number"),
    ("number", True, "number is True; it must be a real number"),
    ("number", 1j, "number is 1j; it must be a real number"),
    ("number", np.nan, "number is nan; it must be finite"),
    ("number", 10**400, "number is inf; it must be finite"),
    ("number", 21, "number is 21; it must lie between 0.05 and 20"),
    ("whole", 2.5, "whole is 2.5; it must be a whole number from 2 to 12"),
    ("whole", True, "whole is True; it must be a whole number from 2 to 12"),
    ("whole", 13, "whole is 13; it must be a whole number from 2 to 12"),
    ("vector", "12", "vector is '12'; it must be a list, a tuple or an array"),
    ("vector", [1], r"vector holds 1 number; it must hold 2 to 4"),
    ("vector", [1] * 5, r"vector holds 5 numbers; it must hold 2 to 4"),
    ("vector", [1, "a"], r"vector\[1\] is 'a'; it must be a real number"),
    ("vector", [1, -np.inf], r"vector\[1\] is -inf; it must be finite"),
    ("vector", np.zeros((2, 2)), r"vector\[0\] is array.*; it must be a real number"),
    ("optional", [1], "optional holds 1 number; it must hold 2 to 4"),
    ("shares", [1, 0], "shares holds 2 numbers; it must hold 3"),
    ("shares", [0.5] * 3, r"shares is \[0.5, .*\]; its numbers must be at least 0 and sum to 1"),
    ("shares", [-1, 1, 1], r"shares is \[-1.0, .*\]; its numbers must be at least 0 and sum to 1"),
    ("indices", [0], r"indices is \[0\]; it must hold 2 indices from 0 to 63"),
    ("indices", [0, 64], r"indices is \[0, 64\]; it must hold 2 indices from 0 to 63"),
    ("indices", [0, -1], r"indices is \[0, -1\]; it must hold 2 indices from 0 to 63"),
    ("indices", [0, 1.5], r"indices is \[0, 1.5\]; it must hold 2 indices from 0 to 63"),
    ("matrix", [1, 2], r"matrix is 1; it must be a list, a tuple or an array"),
    ("matrix", [[1], [1, 2]], r"matrix has rows of lengths \[1, 2\]; make them equal"),
    ("matrix", [[1]] * 5, "matrix has 5 rows; it must have 1 to 4"),
    ("matrix", [[1] * 6], "matrix has 6 columns; it must have 1 to 5"),
    ("matrix", [], "matrix has 0 rows; it must have 1 to 4"),
    ("square", [[1, 2]], "square is 1 by 2; it must be square"),
    ("matrix", [[1, np.nan]], r"matrix\[0\]\[1\] is nan; it must be finite"),
]


@pytest.mark.parametrize(("trait", "value", "sentence"), REFUSED)
def test_bad_value_is_refused_and_the_old_one_stays(trait, value, sentence):
    holder = Holder()
    before = getattr(holder, trait)
    with pytest.raises(TraitError, match=f"^{sentence}$"):
        setattr(holder, trait, value)
    assert getattr(holder, trait) == before


@pytest.mark.parametrize(
    ("trait", "value", "kept"),
    [
        ("number", np.float32(2), 2.0),
        ("whole", np.int64(4), 4),
        ("vector", np.array([1, 2]), [1.0, 2.0]),
        ("vector", (1e308, -1e308), [1e308, -1e308]),
        ("optional", [], []),
        ("indices", np.array([3, 0]), [3, 0]),
        ("matrix", np.eye(2), [[1.0, 0.0], [0.0, 1.0]]),
    ],
)
def test_good_value_is_kept_as_plain_numbers(trait, value, kept):
    holder = Holder()
    setattr(holder, trait, value)
    got = getattr(holder, trait)
    assert got == kept
    assert type(got) is type(kept)


CLASSES = [getattr(explorers, name) for name in explorers.__all__]
OWN = [
    pytest.param(explorer, name, trait, id=f"{explorer.__name__}.{name}")
    for explorer in CLASSES
    for name, trait in explorer.class_own_traits(sync=True).items()
]
BAD = {
    Number: lambda trait: trait.bounds["most"] + 1,
    Whole: lambda trait: trait.bounds["most"] + 1,
    Vector: lambda trait: [0.0] * (trait.bounds["most"] + 1),
    Indices: lambda trait: [trait.bounds["below"]] * 2,
    Matrix: lambda trait: [[0.0] * trait.bounds["columns"][0]] * (trait.bounds["rows"][1] + 1),
    Bool: lambda trait: "yes",
    Enum: lambda trait: "no such choice",
}


@pytest.mark.parametrize(("explorer", "name", "trait"), OWN)
def test_each_trait_of_each_explorer_says_what_is_right(explorer, name, trait):
    made = explorer()
    before = getattr(made, name)
    for value in (BAD[type(trait)](trait), "no such value"):
        with pytest.raises(TraitError, match=rf"\b{name}\b.*\b(must|expected (a|any of)) "):
            setattr(made, name, value)
        assert getattr(made, name) == before


def test_every_explorer_has_traits_to_check():
    assert {explorer for explorer, _, _ in (case.values for case in OWN)} == set(CLASSES)
