"""Explorers are one text each: everything that a module imports stands in front of it, once."""

import re
from pathlib import Path

import pytest

from softback import explorers
from softback.explorers import _base, _bundle
from tests.chapters.sources import ROOT

CLASSES = [getattr(explorers, name) for name in explorers.__all__]
MODULES = sorted(_base.FOLDER.glob("*.mjs"))
READ = re.compile(r'(?:get\(|trait: |trait = )"(\w+)"')


def stem(explorer):
    """Return the name that all files of an explorer share."""
    return explorer.__module__.rpartition(".")[2]


@pytest.fixture
def bundle(tmp_path):
    """Return a function that writes module files and makes one of the first."""

    def write(*exports, **texts):
        for name, text in texts.items():
            file = tmp_path / f"{name}.mjs"
            file.write_text(text, encoding="utf-8")
        return _bundle.module(tmp_path / "a.mjs", exports)

    return write


def test_imported_module_stands_in_front_once(bundle):
    text = bundle(
        a='import { b } from "./b.mjs";\nimport { c } from "./c.mjs";\nexport default b + c;\n',
        b='import { c } from "./c.mjs";\nexport const b = c;\n',
        c="export const c = 1;\n",
    )
    assert text.split() == "const c = 1; const b = c; export default b + c;".split()


def test_what_others_call_is_exported_and_comments_are_left_out(bundle):
    text = bundle("b", a="/** Says\n * much. */\nexport function b() {\n  return 1;\n}\n")
    assert text == "function b() {\nreturn 1;\n}\nexport { b };\n"


def test_what_no_other_line_names_is_left_out(bundle):
    text = bundle(
        a='import { b } from "./b.mjs";\nexport default b;\n',
        b="export function alone() {\n  return alone() + helper(of);\n}\n"
        "const helper = (n, by = 1) => n + by;\nconst of = {\n  b: 1,\n};\n"
        "export class Idle {\n  b = 1;\n}\n"
        "export const b = [...spread, it.helper];\nconst spread = [];\nconst c = 1, d = c;\n",
    )
    assert text.split("\n")[:-1] == [
        "const b = [...spread, it.helper];",
        "const spread = [];",
        "const c = 1, d = c;",  # of a list, none is left out
        "export default b;",
    ]


@pytest.mark.parametrize(
    "again", ["function twice() {}", "const { once, twice } = b;", "const [twice] = b;"]
)
def test_two_modules_with_the_same_name_are_refused(bundle, again):
    with pytest.raises(ValueError, match=r"b\.mjs and a\.mjs both declare twice"):
        bundle(
            a='import { b } from "./b.mjs";\nconst twice = b;\nexport default twice;\n',
            b=f"export const b = 1;\n{again}\n",
        )


@pytest.mark.parametrize(
    "line", ['import b from "./b.mjs";', "export { b };", 'import "https://elsewhere/b.js";']
)
def test_unknown_import_or_export_is_refused(bundle, line):
    with pytest.raises(ValueError, match=r"a\.mjs: cannot bundle '(import|export)"):
        bundle(a=f"{line}\nexport default 1;\n")


@pytest.mark.parametrize("explorer", CLASSES)
def test_module_has_no_import_and_one_default_export(explorer):
    text = explorer._esm.replace('"http://www.w3.org/2000/svg"', "")
    assert not re.search(r"^import\b|\bimport\(|\bfetch\(|https?:", text, re.M)
    assert re.findall(r"^export [^(]*", text, re.M) == ["export default explorer"]


@pytest.mark.parametrize("explorer", CLASSES)
def test_front_end_touches_only_synced_traits(explorer):
    text = (_base.FOLDER / f"{stem(explorer)}.mjs").read_text("utf-8")
    touched = set(READ.findall(text))
    assert touched
    assert touched <= set(explorer.class_traits(sync=True))


def test_every_file_belongs_to_an_explorer_or_is_shared():
    own = set(map(stem, CLASSES))
    assert own == {path.stem for path in _base.FOLDER.glob("[!_]*.py")}
    assert {path.stem for path in _base.FOLDER.glob("*.css")} <= own | {"panel"}
    texts = [path.read_text("utf-8") for path in MODULES]
    names = {name for text in texts for name in _bundle.IMPORT.findall(text)}
    imported = {Path(name).stem for name in names if name.startswith("./")}
    assert {path.stem for path in MODULES} == own | imported


def test_what_a_shared_module_exports_is_used_by_another():
    texts = [path.read_text("utf-8") for path in MODULES]
    users = [*_base.FOLDER.parent.rglob("*.mjs"), *ROOT.glob("_ext/*/front/*.mjs")]
    lists = re.findall(r"^import \{([^}]*)\}", "".join(x.read_text("utf-8") for x in users), re.M)
    imported = set(re.findall(r"\w+", " ".join(lists)))
    exports = r"^export (?:async )?(?:function|class|const) (\w+)"
    exported = {name for text in texts for name in re.findall(exports, text, re.M)}
    assert exported - imported == {"logSoftmax"}  # has a twin in the package, and its own test
