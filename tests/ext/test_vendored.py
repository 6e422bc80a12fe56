"""What comes from elsewhere is what VENDORED.md says it is."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = [
    "_ext/prerender_math/katex",
    "_ext/prerender_math/static/katex",
    "_ext/typeface/static/source-serif-4",
    "lib/src/softback/course/desk/font",
]
LISTED = dict(
    re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", (ROOT / "VENDORED.md").read_text(), re.M)
)


@pytest.mark.parametrize("path", LISTED)
def test_a_listed_file_has_its_hash(path):
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == LISTED[path]


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_file_is_listed_and_has_a_licence_beside_it(folder):
    files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    names = {path.relative_to(ROOT).as_posix() for path in files}
    assert names <= LISTED.keys()
    assert any(path.name in {"LICENSE", "OFL.txt"} for path in files)
