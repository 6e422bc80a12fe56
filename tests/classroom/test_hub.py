"""The branch that students get, and the links that open it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from classroom.hub import branch, links

SHEET = "exercises/sheet-1.ipynb"


@pytest.fixture
def html(tmp_path):
    """A built book with a chapter, a sheet and a library."""
    site = tmp_path / "html"
    for name in ("_sources/chapters/01.ipynb", f"_sources/{SHEET}", "notebooks/softback-1.whl"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(name)
    return site


def test_the_branch_holds_sheets_library_licences_and_nothing_else(html, tmp_path):
    out = tmp_path / "student"
    made = branch.make(html, out)
    held = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    licences = ["LICENSE", "LICENSE-TEXT.txt"]
    assert made == held == [*licences, "README.md", SHEET, "requirements.txt", "softback-1.whl"]
    assert (out / SHEET).read_text() == f"_sources/{SHEET}"
    assert (out / "requirements.txt").read_text() == "./softback-1.whl[all]\n"


def test_what_is_no_longer_offered_goes_and_the_history_stays(html, tmp_path):
    out = tmp_path / "student"
    for name in (".git/HEAD", "exercises/old.ipynb", "stray.txt"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("kept?")
    branch.make(html, out)
    assert (out / ".git" / "HEAD").read_text() == "kept?"
    assert not (out / "exercises" / "old.ipynb").exists()
    assert not (out / "stray.txt").exists()


def test_without_a_built_book_nothing_is_changed(tmp_path):
    (tmp_path / "kept").touch()
    with pytest.raises(FileNotFoundError, match="offers no sheet: build the book first"):
        branch.make(tmp_path / "none", tmp_path)
    assert (tmp_path / "kept").exists()


def test_a_hubs_link_names_repository_branch_and_notebook():
    link = links.nbgitpuller("https://hub.example.org/", "https://example.org/a/book.git", SHEET)
    parts = urlsplit(link)
    assert (parts.netloc, parts.path) == ("hub.example.org", "/hub/user-redirect/git-pull")
    assert parse_qs(parts.query) == {
        "repo": ["https://example.org/a/book.git"],
        "branch": ["student"],
        "urlpath": [f"lab/tree/book.git/{SHEET}"],
    }


def test_other_services_get_the_notebook_and_not_the_source(capsys):
    links.main(["owner/book", "--hub", "https://hub.example.org"])
    said = capsys.readouterr().out
    assert "colab.research.google.com/github/owner/book/blob/student/exercises/sheet-1" in said
    assert "mybinder.org/v2/gh/owner/book/student?urlpath=lab%2Ftree%2Fexercises" in said
    assert said.count(".ipynb)") == 3 * said.count("[hub]")
    assert ".md" not in said
