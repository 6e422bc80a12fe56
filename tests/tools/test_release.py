"""What a release is made of; `make release` itself, minutes long, is tried by hand."""

import hashlib
import re
import subprocess
from zipfile import ZipFile

import pytest
import yaml

from tools import release
from tools.console import ROOT, Failure

CHANGELOG = """# Changelog

Newest first.

## 1.2.0 (2027-01-02)

### The book

- Chapter 11.

## 1.1.0 (2026-12-01)

- Chapter 10.
"""


@pytest.fixture
def root(tmp_path):
    """The files of a checkout that name its version."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n', "utf-8")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, "utf-8")
    return tmp_path


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_tag_that_fits_is_released(root):
    release.check("v1.2.0", root)
    assert release.changes(root)[1] == "### The book\n\n- Chapter 11.\n"


@pytest.mark.parametrize(
    ("tag", "file", "old", "new", "message"),
    [
        (
            "v1.3.0",
            "CHANGELOG.md",
            "Newest",
            "Newest",
            "the tag is v1.3.0, but .* the version 1.2.0",
        ),
        ("1.2.0", "CHANGELOG.md", "Newest", "Newest", "the tag is 1.2.0, but"),
        ("v1.2.0", "CHANGELOG.md", "## 1.2.0", "## 1.2.1", "begins with '1.2.1 .*version is 1.2.0"),
        ("v1.2.0", "CHANGELOG.md", "2027-01-02", "in preparation", "write its date"),
    ],
)
def test_what_does_not_fit_is_refused(root, tag, file, old, new, message):
    replace(root / file, old, new)
    with pytest.raises(Failure, match=message):
        release.check(tag, root)


def test_a_rehearsal_needs_no_date(root):
    replace(root / "CHANGELOG.md", "2027-01-02", "in preparation")
    release.check("", root)


def test_this_repository_could_rehearse_today():
    release.check("")


def test_the_only_section_of_a_changelog_is_whole(root):
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.0\n\n- First.\n", "utf-8")
    assert release.changes(root) == ("1.2.0", "- First.\n")


def test_the_site_unpacks_into_one_folder_with_the_same_files(tmp_path):
    site = tmp_path / "html"
    (site / "chapters").mkdir(parents=True)
    (site / "index.html").write_bytes(b"first")
    (site / "chapters" / "1.html").write_bytes(b"second")
    release.pack(site, tmp_path / "book-1.2.0.zip")
    with ZipFile(tmp_path / "book-1.2.0.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "book-1.2.0/index.html": b"first",
            "book-1.2.0/chapters/1.html": b"second",
        }


def test_the_checksums_are_in_the_form_that_programs_check(tmp_path):
    (tmp_path / "b.zip").write_bytes(b"b")
    (tmp_path / "a.zip").write_bytes(b"a")
    (tmp_path / release.SUMS).write_text("old", "utf-8")
    hashes = [hashlib.sha256(name.encode()).hexdigest() for name in "ab"]
    assert release.sums(tmp_path) == f"{hashes[0]}  a.zip\n{hashes[1]}  b.zip\n"


def workflow(name):
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8"))


def commands(job):
    return [step["run"] for step in job["steps"] if "run" in step]


def test_the_workflow_makes_what_a_person_makes_and_publishes_all_of_it():
    flow = workflow("release")
    assert flow[True] == {"push": {"tags": ["v*"]}}  # YAML reads "on" as true
    build, publish = flow["jobs"]["build"], flow["jobs"]["publish"]
    assert (build["needs"], publish["needs"]) == ("checks", "build")
    assert commands(build) == ['make release TAG="$GITHUB_REF_NAME"']
    assert release.FOLDER.relative_to(ROOT).as_posix() in [
        step.get("with", {}).get("path") for step in build["steps"]
    ]
    check, create = commands(publish)
    assert check == f"sha256sum --check {release.SUMS}"
    assert f"--notes-file {release.CHANGES}" in create
    assert create.endswith("-- *")


@pytest.mark.parametrize(
    ("name", "rights"),
    [("release", {"publish": {"contents": "write"}}), ("newest", {"report": {"issues": "write"}})],
)
def test_a_job_that_may_write_runs_no_code_of_ours(name, rights):
    flow = workflow(name)
    assert flow["permissions"] == {"contents": "read"}
    jobs = flow["jobs"]
    assert {job: jobs[job]["permissions"] for job in jobs if "permissions" in jobs[job]} == rights
    steps = [step for job in rights for step in jobs[job]["steps"]]
    assert not [step for step in steps if "checkout" in step.get("uses", "")]
    used = [
        step["uses"] for job in jobs.values() for step in job.get("steps", []) if "uses" in step
    ]
    assert [action for action in used if not action.startswith("actions/")] == []


GH = """#!/bin/sh
if [ "$2" = list ]; then printf '%s\\n' "$OPEN"; else echo "$@" >> "$LOG"; fi
"""


@pytest.mark.parametrize(
    "others", ["", "Something else", "The newest versions break the book, too"]
)
@pytest.mark.parametrize("is_open", [True, False])
def test_one_issue_is_opened_and_only_if_none_is(tmp_path, others, is_open):
    [step] = workflow("newest")["jobs"]["report"]["steps"]
    (tmp_path / "gh").write_text(GH, "utf-8")
    (tmp_path / "gh").chmod(0o755)
    title = step["env"]["TITLE"]
    environ = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "LOG": str(tmp_path / "log"),
        "OPEN": f"{others}\n{title}" if is_open else others,
        "TITLE": title,
        "RUN": "the address",
    }
    # As GitHub runs it.
    subprocess.run(["bash", "-e", "-c", step["run"]], env=environ, check=True)
    created = (tmp_path / "log").read_text("utf-8") if (tmp_path / "log").exists() else ""
    assert bool(re.search(r"^issue create .*the address$", created)) is not is_open
