import pytest

from tools.book import CODE, SITE, forget_stale
from tools.console import ROOT

EXECUTED = {".jupyter_cache", "jupyter_execute"}
PAGES = {".doctrees", "html"}


@pytest.fixture
def built(tmp_path):
    """A small checkout right after a build."""
    for name in ("lib/src/softback/functions.py", "_ext/ours/__init__.py", "_toc.yml", "index.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first")
    for part in EXECUTED | PAGES:
        (tmp_path / "_build" / part).mkdir(parents=True)
    for note, text in forget_stale(tmp_path).items():
        note.write_text(text)
    for part in EXECUTED | PAGES:
        (tmp_path / "_build" / part).mkdir(parents=True, exist_ok=True)
    return tmp_path


def left(root):
    return {path.name for path in (root / "_build").iterdir() if path.is_dir()}


def test_nothing_is_forgotten_when_nothing_or_only_a_page_changed(built):
    (built / "index.md").write_text("second")
    forget_stale(built)
    assert left(built) == EXECUTED | PAGES


def test_a_change_in_the_library_forgets_what_the_cells_gave(built):
    (built / "lib/src/softback/functions.py").write_text("second")
    forget_stale(built)
    assert left(built) == set()


@pytest.mark.parametrize("name", ["_ext/ours/__init__.py", "_toc.yml", "_static/new.css"])
def test_a_change_in_the_site_keeps_what_the_cells_gave(built, name):
    (built / name).parent.mkdir(exist_ok=True)
    (built / name).write_text("second")
    forget_stale(built)
    assert left(built) == EXECUTED


def test_a_module_that_is_renamed_or_removed_is_a_change(built):
    module = built / "lib/src/softback/functions.py"
    module.rename(module.with_name("renamed.py"))
    forget_stale(built)
    assert left(built) == set()


def test_compiled_python_is_no_change(built):
    cache = built / "lib/src/softback/__pycache__"
    cache.mkdir()
    (cache / "functions.pyc").write_bytes(b"\0")
    forget_stale(built)
    assert left(built) == EXECUTED | PAGES


def test_a_build_that_has_not_succeeded_is_forgotten_again(built):
    (built / "lib/src/softback/functions.py").write_text("second")
    forget_stale(built)
    (built / "_build" / ".jupyter_cache").mkdir()
    forget_stale(built)
    assert left(built) == set()


def test_a_build_of_unknown_origin_is_forgotten(built):
    (built / "_build" / "code.stamp").unlink()
    forget_stale(built)
    assert left(built) == set()


def test_the_files_that_are_watched_exist():
    assert [pattern for pattern in (*CODE, *SITE) if not any(ROOT.glob(pattern))] == []
