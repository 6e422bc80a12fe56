"""What the functions of the package say of equations, from which the formula index is made."""

import inspect

import pytest

import softback
from api_pages.listing import named
from formula_index.directive import derived
from tests.chapters.sources import PAGES, labels

STATED = {name for page in PAGES for name, _ in labels(page.read_text("utf-8"))}
SAID = {
    f"{module.__name__}.{name}": derived(inspect.getdoc(held) or "")
    for module, name, held in named(softback)
}


@pytest.mark.parametrize("function", [name for name, found in SAID.items() if found])
def test_the_equations_of_a_function_stand_in_the_book(function):
    assert set(SAID[function]) <= STATED
    assert len(set(SAID[function])) == len(SAID[function])


@pytest.mark.parametrize(
    ("label", "functions"),
    [
        ("def-softmax", {"softback.softmax", "softback.slow.naive_softmax"}),
        ("eq-vjp", {"softback.softmax_vjp", "softback.slow.vjp_loop"}),
        ("eq-rescale", {"softback.attention.attention_in_blocks"}),
        ("eq-inner-products", {"softback.check.check_vjp"}),
    ],
)
def test_an_equation_has_the_functions_that_compute_it(label, functions):
    assert {name for name, found in SAID.items() if label in found} == functions
