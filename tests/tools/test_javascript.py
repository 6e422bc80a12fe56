import shutil

import pytest

from tools import javascript
from tools.console import Failure

with_node = pytest.mark.skipif(not shutil.which("npm"), reason="there is no Node")


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with one module, and the TypeScript that `make lint` has installed."""
    if not javascript.install():
        pytest.skip("npm cannot install TypeScript")
    monkeypatch.setattr(javascript, "ROOT", tmp_path)
    monkeypatch.setattr(javascript, "FOLDER", tmp_path)
    monkeypatch.setattr(javascript, "PROGRAMS", [("esnext", "*.mjs")])
    return tmp_path


@with_node
def test_a_call_that_its_jsdoc_forbids_is_found(checkout, capfd):
    module = checkout / "one.mjs"
    module.write_text("/** @param {number} x */\nexport const twice = (x) => 2 * x;\n")
    javascript.check()
    module.write_text(module.read_text() + 'twice("2");\n')
    with pytest.raises(Failure, match="types of the JavaScript do not fit"):
        javascript.check()
    assert "one.mjs(3,7): error" in capfd.readouterr().out


@with_node
def test_what_was_found_right_is_not_checked_again(checkout, monkeypatch):
    (checkout / "one.mjs").write_text("export const one = 1;\n")
    javascript.check()
    monkeypatch.setattr(javascript.subprocess, "run", lambda *_, **__: pytest.fail("checked"))
    javascript.check()


def test_without_node_one_line_says_so(monkeypatch, capsys):
    monkeypatch.setattr(javascript.shutil, "which", lambda name: None)
    javascript.main()
    assert capsys.readouterr().out == (
        "softback: the types of the JavaScript are not checked: there is no Node\n"
    )
