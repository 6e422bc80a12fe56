"""The one script: what of the theme's is left out, and what is said when the theme has changed."""

import pytest

from lean_delivery import scripts

THEME = "scripts/pydata-sphinx-theme.js"
# As the theme's minified script has it.
PIECE = (
    'document.querySelectorAll(["pre",".output"].join(", ")).forEach(e=>'
    "{e.tabIndex=e.scrollWidth>e.clientWidth||e.scrollHeight>e.clientHeight?0:-1})"
)


@pytest.fixture
def said(monkeypatch):
    """What is warned about."""
    messages = []

    def note(text, *values, **_):
        messages.append(text % values)

    monkeypatch.setattr(scripts.logger, "warning", note)
    return messages


@pytest.fixture
def bundle(tmp_path):
    """Return a function: the theme's script in, the bundle out."""

    def make(code):
        (tmp_path / "scripts").mkdir()
        (tmp_path / THEME).write_text(code)
        return scripts.bundle(tmp_path)

    return make


def test_the_theme_does_not_measure_all_boxes_at_once(bundle, said):
    code = bundle(f"function I(){{const e=()=>{{{PIECE}}};e()}}theirs();")
    late = "{function I(){const e=()=>{};e()}theirs();}"
    assert f"requestAnimationFrame(()=>setTimeout(()=>{late}))" in code
    assert "e.tabIndex" not in code
    assert "ResizeObserver" in code
    assert said == []


@pytest.mark.parametrize(("code", "times"), [("theirs();", 0), (f"{PIECE};{PIECE}", 2)])
def test_a_theme_that_has_changed_is_a_warning(bundle, said, code, times):
    bundle(code)
    expected = f"{THEME} holds {times} times, not once, what static/tab-stops.js replaces"
    assert said == [expected]
