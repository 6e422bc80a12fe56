"""A run that is broken off goes on; nothing is lost, and nothing counted twice."""

import io
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import softback
from classroom.grader import record, run, submissions
from classroom.grader.cli import main
from classroom.grader.limits import Limits
from classroom.grader.paper import from_sheet
from classroom.sheets import notebooks, opening, read
from tests.classroom.grader_sheet import (
    NAMES,
    RIGHT,
    SHEET,
    STUB,
    cells,
    code,
    notebook,
    table,
    text,
    words,
    written,
)
from tools.console import succeeds

ROOT = Path(__file__).parents[2]
COLUMNS = "ex-words-answer (of 2)", "ex-words-answer: comment", "total"


def records(course):
    folder = course / "out" / "records"
    return sorted(folder.glob("*.json")) if folder.is_dir() else []


def test_after_a_kill_the_run_goes_on(course, capsys):
    command = [sys.executable, "-m", "classroom.grader", *words(course)]
    run = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    while len(records(course)) < 2:
        assert run.poll() is None, "the run ended before it could be killed"
        time.sleep(0.005)
    run.kill()
    run.wait()
    written = {path: path.stat().st_mtime_ns for path in records(course)}
    assert 2 <= len(written) < len(NAMES)
    assert not (course / "out" / "grades.csv").exists()
    assert main(words(course)) == 0
    assert f"4 graded, {len(written)} of them earlier" in capsys.readouterr().err
    assert all(path.stat().st_mtime_ns == then for path, then in written.items())
    assert {name: row["score"] for name, row in table(course).items()} == dict.fromkeys(NAMES, "6")


def test_what_has_changed_is_graded_again(course, quick, capsys):
    main(words(course))
    capsys.readouterr()
    (course / "in" / "carl.ipynb").write_text(notebook(STUB))
    records(course)[3].write_text(records(course)[3].read_text()[:100])
    assert main(words(course)) == 0
    assert "4 graded, 2 of them earlier" in capsys.readouterr().err
    assert [row["score"] for row in table(course).values()] == ["6", "6", "0", "6"]


def test_what_could_not_be_read_is_never_counted_as_graded(course, capsys):
    (course / "in" / "carl.ipynb").write_text("")
    for earlier in (0, 3):
        main(words(course))
        assert f"3 graded, {earlier} of them earlier" in capsys.readouterr().err


def test_a_changed_sheet_counts_for_all_and_what_a_person_filled_in_stays(course, quick, capsys):
    main(words(course))
    path = course / "out" / "grades.csv"
    lines = [line.split(",") for line in path.read_text().splitlines()]
    assert lines[0][3] == "ex-words-answer (of 2)"
    lines[2][3] = "1.5"
    path.write_text("\n".join(map(",".join, lines)))
    (course / "sheet.md").write_text(SHEET.replace("The slope of the sine", "The slope of sin"))
    capsys.readouterr()
    assert main(words(course)) == 0
    assert "4 graded, 0 of them earlier" in capsys.readouterr().err
    filled = {name: row["ex-words-answer (of 2)"] for name, row in table(course).items()}
    assert filled == {"ada": "", "blaise": "1.5", "carl": "", "daniel": ""}


def test_who_is_gone_from_the_folder_is_gone_from_the_table(course, quick):
    main(words(course))
    (course / "in" / "ada.ipynb").unlink()
    main(words(course))
    assert list(table(course)) == NAMES[1:]


def test_marks_of_who_is_gone_stop_the_run_and_the_old_table_is_kept(course, quick, capsys):
    main(words(course))
    path = course / "out" / "grades.csv"
    path.write_text(path.read_text().replace("ada,6,6,,", "ada,6,6,2,"))
    marked = path.read_bytes()
    (course / "in" / "ada.ipynb").rename(course / "ada.ipynb")
    assert main(words(course)) == 1
    assert "would lose marks: it holds marks for 'ada'" in capsys.readouterr().err
    assert path.read_bytes() == marked
    (course / "ada.ipynb").rename(course / "in" / "ada.ipynb")
    (course / "in" / "eve.ipynb").write_text(notebook())
    assert main(words(course)) == 0
    assert table(course)["ada"]["ex-words-answer (of 2)"] == "2"
    assert [kept.read_bytes() for kept in path.parent.glob("grades-2*.csv")] == [marked]


def test_a_regrade_keeps_marks_by_hand_and_the_old_table_with_its_date(course, quick, capsys):
    main(words(course))
    path = course / "out" / "grades.csv"
    rows = [line.split(",") for line in path.read_text().splitlines()]
    for row, mark, comment in zip(rows[1:], ("2", "0", "1.5", "1"), "abcd", strict=True):
        row[3:5] = mark, comment
    path.write_text("\n".join(map(",".join, rows)))
    saved = path.read_bytes()
    then = time.mktime((2026, 3, 1, 9, 5, 7, 0, 0, -1))
    os.utime(path, (then, then))
    for name in NAMES[:2]:
        (course / "in" / f"{name}.ipynb").write_text(notebook(STUB))
    capsys.readouterr()
    assert main(words(course)) == 0
    assert "4 graded, 2 of them earlier" in capsys.readouterr().err
    columns = "score", *COLUMNS
    assert [tuple(row[column] for column in columns) for row in table(course).values()] == [
        ("0", "2", "a", "2"),
        ("0", "0", "b", "0"),
        ("6", "1.5", "c", "7.5"),
        ("6", "1", "d", "7"),
    ]
    assert (course / "out" / "grades-2026-03-01-090507.csv").read_bytes() == saved
    said = (course / "out" / "feedback" / "ada.md").read_text()
    assert "2 of 8 points." in said
    assert "| 2 of 2 | a |" in said
    # Nothing has changed since: no further copy.
    main(words(course))
    assert len(list((course / "out").glob("grades-*.csv"))) == 1


def test_a_mark_for_an_answer_that_has_changed_since_is_given_again(course, capsys):
    main(words(course))
    path = course / "out" / "grades.csv"
    rows = [line.split(",") for line in path.read_text().splitlines()]
    for row, mark in zip(rows[1:], ("2", "1.5", "1", ""), strict=True):
        row[3:5] = mark, "Well said."
    path.write_text("\n".join(map(",".join, rows)))
    other = notebook().replace("Because the sum is one.", "Because I say so.")
    for name in (NAMES[0], NAMES[3]):
        (course / "in" / f"{name}.ipynb").write_text(other)
    (course / "in" / f"{NAMES[1]}.ipynb").write_text("{")
    for again in (False, True, True):
        capsys.readouterr()
        main(words(course))
        said = capsys.readouterr().err
        assert ("ada changed an answer that you had marked" in said) is not again
        assert said.count("that you had marked") == (not again)
        held = [tuple(row[column] for column in COLUMNS) for row in table(course).values()]
        assert held == [
            ("", "Well said. (2 points before the answer was changed.)", ""),
            ("1.5", "Well said.", ""),
            ("1", "Well said.", "7"),
            ("", "Well said.", ""),
        ]
    (course / "in" / f"{NAMES[1]}.ipynb").write_text(other)
    main(words(course))
    assert table(course)["blaise"]["ex-words-answer (of 2)"] == ""
    path.write_text(path.read_text().replace("ada,6,6,,", "ada,6,6,0.5,"))
    main(words(course))
    assert table(course)["ada"]["total"] == "6.5"


def test_a_mark_outlives_a_sheet_that_says_less_around_the_question(course):
    sheet = course / "sheet.md"
    sheet.write_text(SHEET.replace("Why?", "Why? Tell it in two sentences."))
    asked = text("### Exercise 4: Words\n\n*2 points.* Why? Tell it in two sentences.")
    answer = text("Because.", exercise="ex-words-answer")
    for name in NAMES:
        (course / "in" / f"{name}.ipynb").write_text(written([*cells(), asked, answer]))
    main(words(course))
    path = course / "out" / "grades.csv"
    path.write_text(path.read_text().replace("ada,6,6,,", "ada,6,6,1.5,"))
    sheet.write_text(SHEET)
    main(words(course))
    assert table(course)["ada"]["total"] == "7.5"


def test_nothing_of_who_is_gone_is_left_to_be_sent(course, quick):
    main(words(course))
    (course / "in" / "ada.ipynb").unlink()
    main(words(course))
    for folder in ("feedback", "gradescope"):
        left = (course / "out" / folder).iterdir()
        assert {file.stem for file in left} == set(NAMES[1:])


def test_each_sheet_has_a_folder_of_its_own(course, quick, monkeypatch):
    monkeypatch.chdir(course)
    for name in ("one", "two"):
        (course / f"{name}.md").write_text(SHEET)
        assert main([f"{name}.md", "in"]) == 0
    assert sorted(path.parent.name for path in course.rglob("grades.csv")) == ["one", "two"]


def test_what_is_no_notebook_is_not_graded_and_does_not_score_nothing(course, capsys):
    for name in NAMES[1:]:
        (course / "in" / f"{name}.ipynb").unlink()
    (course / "in" / "ada.ipynb").write_text("{")
    (course / "in" / "work.py").write_text("1")
    (course / "in" / "wide.IPYNB").write_bytes(notebook().encode("utf-16"))
    assert main(words(course)) == 0
    assert "ada was not graded: The file is not a Jupyter notebook." in capsys.readouterr().err
    rows = table(course)
    assert {name: row["score"] for name, row in rows.items()} == {
        "ada": "",
        "wide": "6",
        "work.py": "",
    }
    assert [rows[name]["notes"] for name in ("ada", "work.py")] == [
        "NOT GRADED: The file is not a Jupyter notebook.",
        "NOT GRADED: this is not a notebook (.ipynb)",
    ]


QUESTION = "## Exercise 4: Words\n\n*2 points.* Why?"
ANSWERED = {
    "in its cell": [text(QUESTION), text("Because.", exercise="ex-words-answer")],
    "in a cell of its own": [text(QUESTION), text("*Your answer here.*"), text("Because.")],
    "in two cells, one without its name": [
        text(QUESTION),
        text("Because", exercise="ex-words-answer"),
        code("1"),
        text("of 2."),
    ],
    "in a cell that was moved away": [text("Because.", exercise="ex-words-answer"), text("# End")],
    "in a cell for code, as it is": [text(QUESTION), code("Because of 2.")],
    "in a cell for code, as a comment": [code("# Because of 2.", exercise="ex-words-answer")],
    "in a raw cell": [text(QUESTION), {**text("Because."), "cell_type": "raw"}],
    "twice": [text("Because", exercise="ex-words-answer"), text("2.", exercise="ex-words-answer")],
}


@pytest.mark.parametrize("handed_in", ANSWERED.values(), ids=ANSWERED)
def test_an_answer_for_a_person_is_found_wherever_it_stands(course, handed_in):
    paper = from_sheet(read(course / "sheet.md"))
    found = submissions.read(written(handed_in).encode(), paper).answers["ex-words-answer"]
    assert found.removeprefix("# ").startswith("Because")
    assert "Why" not in found
    assert "Your answer" not in found
    assert ("2." in found) == ("2." in str(handed_in))


@pytest.mark.parametrize("begins", ["### Exercise 4: Words\n\n*2 points.* Why", QUESTION])
def test_an_answer_below_its_question_in_one_cell_is_found(course, begins):
    (course / "sheet.md").write_text(SHEET.replace("Why?", "Why? Tell it in two sentences."))
    paper = from_sheet(read(course / "sheet.md"))
    handed_in = text(f"{begins}? Tell it in two sentences.\n\nBecause the sum is one.")
    found = submissions.read(written([handed_in]).encode(), paper).answers
    assert "Because the sum is one." in found["ex-words-answer"]


def test_code_and_what_stands_below_another_heading_is_no_answer(course):
    handed_in = [text(QUESTION), code("1 + 1"), text("### Exercise 1: Shares"), text("Hm.")]
    paper = from_sheet(read(course / "sheet.md"))
    assert submissions.read(written(handed_in).encode(), paper).answers == {}


def test_marks_that_are_typed_while_a_run_goes_on_are_kept(course, quick, monkeypatch):
    main(words(course))
    path, all_of = course / "out" / "grades.csv", run._all

    def typed(*args):
        yield from all_of(*args)
        path.write_text(path.read_text().replace("ada,6,6,,", "ada,6,6,1.5,"))

    monkeypatch.setattr("classroom.grader.run._all", typed)
    assert main(words(course)) == 0
    assert table(course)["ada"]["total"] == "7.5"


def test_the_table_is_there_while_it_is_written_anew(course, quick, monkeypatch):
    main(words(course))
    path = course / "out" / "grades.csv"
    path.write_text(path.read_text().replace("ada,6,6,,", "ada,6,6,1.5,"))
    typed, write = path.read_bytes(), record.write
    monkeypatch.setattr(record, "write", lambda at, text: 1 / 0 if at == path else write(at, text))
    with pytest.raises(ZeroDivisionError):
        main(words(course))
    assert path.read_bytes() == typed


def test_what_somebody_else_put_beside_the_feedback_stays(course, quick):
    for name in ("feedback", "gradescope"):
        (course / "out" / name).mkdir(parents=True)
    ours = course / "out" / "feedback" / "to-all.md"
    ours.write_text("Well done.")
    main(words(course))
    assert ours.read_text() == "Well done."


def test_results_do_not_go_among_the_submissions(course, quick, capsys):
    sheet, handed_in, *_ = words(course)
    assert main([sheet, handed_in, "-o", f"{handed_in}/out"]) == 1
    assert "lies among the submissions; choose another folder" in capsys.readouterr().err
    assert not (course / "in" / "out").exists()


def test_the_texts_of_a_sheet_are_no_answers(course):
    sheet = read(course / "sheet.md")
    blank = notebooks.text(notebooks.student(sheet, lambda role, target: (target, None)))
    assert submissions.read(blank.encode(), from_sheet(sheet)).answers == {}


def test_what_is_not_written_says_so_in_the_words_of_the_notebook(course):
    for name in NAMES:
        empty = notebook(STUB).replace("Because the sum is one.", "*Your answer here.*")
        (course / "in" / f"{name}.ipynb").write_text(empty)
    main(words(course))
    said = (course / "out" / "feedback" / "ada.md").read_text()
    assert said.count("Not written yet") == 6
    assert "NotImplementedError" not in said
    assert (course / "out" / "answers.md").read_text().count("Not written yet.") == 4


def test_a_checker_in_a_hidden_test_quotes_nothing(course):
    """Else a function could tell by its error or result what an earlier test handed over."""
    asserts = 'assert same(softmax_vjp(y, g), np.einsum("nij,ni->nj", J, g))'
    assert asserts in SHEET
    sheet = SHEET.replace(asserts, 'check("softmax_vjp", softmax_vjp).require()')
    (course / "sheet.md").write_text(sheet)
    tells = "def softmax_vjp(y, g):\n    raise ValueError('told')"
    misnamed = RIGHT["softmax"].replace("softmax", "soft_max")
    (course / "in" / "ada.ipynb").write_text(notebook(softmax=misnamed, softmax_vjp=tells))
    main(words(course))
    said = (course / "out" / "feedback" / "ada.md").read_text()
    assert "(hidden test) | 0 of 1 | A hidden check of this exercise failed." in said
    # Visible checkers and asserts say the same of what is missing.
    assert "There is no function softmax. Did you mean it by soft\\_max?" in said


def test_the_cell_that_installs_the_library_is_no_news_to_the_grader(course):
    first = opening.code("softback-1-py3-none-any.whl", "https://example.org/")
    for name in NAMES:
        (course / "in" / f"{name}.ipynb").write_text(notebook(before=[first]))
    assert main(words(course)) == 0
    assert {(row["score"], row["notes"]) for row in table(course).values()} == {("6", "")}


def test_a_cell_has_the_number_that_its_author_counts(course):
    handed_in = written([text("# A"), code("1"), text("b"), code("2")]).encode()
    assert submissions.read(handed_in, from_sheet(read(course / "sheet.md"))).code == [
        (1, "1"),
        (2, "2"),
    ]


def test_a_grader_that_fails_says_so_and_loses_nobody(course, capsys, monkeypatch):
    for name in NAMES[1:]:
        (course / "in" / f"{name}.ipynb").unlink()
    whole = run._all

    def broken(jobs, at_once):
        spoilt = {"ada": {"sandbox": None}}
        return whole((replace(j, **spoilt.get(j.submission.name, {})) for j in jobs), at_once)

    monkeypatch.setattr(run, "_all", broken)
    assert main(words(course)) == 1
    assert "ada was not graded: the grader itself failed: AttributeE" in capsys.readouterr().err
    rows = table(course)
    assert list(rows) == ["ada"]
    assert rows["ada"]["score"] == ""
    monkeypatch.undo()
    monkeypatch.setenv("PYTHONPATH", str(Path(softback.__file__).parents[1]))
    assert main(words(course)) == 0
    assert table(course)["ada"]["score"] == "6"
    assert "Because the sum is one." in (course / "out" / "answers.md").read_text()


def test_wrong_places_are_named(course, capsys):
    assert main([str(course / "none.md"), str(course / "in")]) == 1
    assert "none.md, which is not a file" in capsys.readouterr().err
    assert main([str(course / "sheet.md"), str(course / "nobody")]) == 1
    assert "nobody, which is not a folder" in capsys.readouterr().err


def test_without_a_sandbox_there_is_a_loud_warning(course, quick, capsys):
    main([*words(course), "--sandbox", "none"])
    assert "WARNING: there is no sandbox" in capsys.readouterr().err


def test_without_a_sandbox_that_was_asked_for_nothing_is_graded(course, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(course))
    assert main([*words(course), "--sandbox", "bwrap"]) == 1
    assert "no worker starts (bwrap" in capsys.readouterr().err
    assert not (course / "out").exists()


def test_a_file_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    record.write(tmp_path / "file", "before")
    monkeypatch.setattr(os, "replace", lambda *names: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        record.write(tmp_path / "file", "after")
    assert (tmp_path / "file").read_text() == "before"


# What the file "x y" gets for a name.
TAKEN = submissions._safe("x y")


def test_names_are_safe_and_differ(tmp_path):
    odd = ("-rf", "ü", "สุดา", ".hidden", "long" * 50)
    for name in ("a/sheet", "b/sheet", "x y", "x_y", "X_y", TAKEN, *odd):
        path = tmp_path / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "a" / "notes.txt").touch()
    (tmp_path / "a" / "._sheet.ipynb").touch()
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "old.ipynb").touch()
    found, others = submissions.find(tmp_path)
    names = [submission.name for submission in found]
    assert {"a--sheet", "b--sheet", "ü", "สุดา", "-rf"} < set(names)
    assert len({name.casefold() for name in names}) == len(names) == 11
    assert all(len(name) < 130 and "/" not in name and " " not in name for name in names)
    assert TAKEN.startswith("x_y-")
    assert others == {"a/notes.txt": "this is not a notebook (.ipynb)"}


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_a_terminal_shows_how_far_the_work_is(course, quick, monkeypatch, stream, shown):
    monkeypatch.setattr(sys, "stderr", stream)
    main(words(course))
    assert ("3/4 carl" in stream.getvalue()) == shown


def test_a_grading_process_starts_without_what_reads_sheets():
    program = "import sys, classroom.grader.one; sys.exit('jupytext' in sys.modules)"
    assert succeeds(sys.executable, "-c", program)


@pytest.mark.parametrize("part", ["HERE", "SHEETS"])
def test_another_program_grades_again(course, tmp_path, monkeypatch, part):
    monkeypatch.setattr(record, part, tmp_path / "programs")
    (tmp_path / "programs").mkdir()
    before = record.foundation(course / "sheet.md", Limits())
    (tmp_path / "programs" / "new.py").write_text("1")
    assert record.foundation(course / "sheet.md", Limits()) != before
