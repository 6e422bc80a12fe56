"""Gradescope's results.json, in the form that its documentation of autograders describes."""

import json


def results(record, paper, given):
    """Return the result of one submission as text, with the marks that a person gave.

    Hidden tests are shown once grades are published, and say no more there than elsewhere.
    """
    tests = [
        {
            "name": result.title,
            "score": result.score,
            "max_score": result.points,
            "status": "failed" if result.message else "passed",
            "output": f"{result.message} {result.aside}".strip(),
            "visibility": "after_published" if result.hidden else "visible",
        }
        for result in record.results
    ]
    marked = {name: mark for name, mark in given.items() if mark.points is not None}
    tests += [
        {
            "name": name,
            "score": mark.points,
            "max_score": paper.questions[name],
            "output": mark.comment,
            "visibility": "after_published",
        }
        for name, mark in marked.items()
    ]
    score = record.score + sum(mark.points for mark in marked.values())
    whole = {"score": score, "execution_time": record.seconds, "tests": tests}
    return json.dumps({**whole, "output": "\n".join(record.notes)}, indent=1) + "\n"


def refusal(text):
    """Return what is shown where nothing could be graded."""
    return json.dumps({"score": 0, "output": text, "tests": []}, indent=1) + "\n"
