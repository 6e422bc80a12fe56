"""answers.md: what students wrote where a person has to read, question by question."""


def gathered(records, paper):
    """Return all answers as Markdown, each in a fence, so that none can pass for another."""
    lines = []
    for question, points in paper.questions.items():
        lines += [f"# {question} (of {points:g})", ""]
        for record in records:
            text = record.answers.get(question)
            said = _fenced(text) if text else ["Not written yet."]
            lines += [f"## {record.name}", "", *said, ""]
    return "\n".join(lines)


def _fenced(text):
    fence = "`" * 3
    while fence in text:
        fence += "`"
    return [f"{fence}markdown", text.encode("utf-8", "replace").decode("utf-8"), fence]
