"""The part of a cell that is the answer: between two markers, in lines of their own."""

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError")


def stub(source):
    """Return the code with a stub in place of each answer, indented as its marker."""
    return _replace(source, lambda indent, answer: [indent + line for line in STUB])


def solved(source):
    """Return the code with its answers and without the markers."""
    return _replace(source, lambda indent, answer: answer)


def fault(source):
    """Return the line, counted from 1, and the words of the first fault of the markers, or None."""
    opened = 0
    for number, line in enumerate(source.split("\n"), start=1):
        if line.strip() == BEGIN:
            if opened:
                return number, f"{BEGIN} stands inside of another region"
            opened = number
        elif line.strip() == END:
            if not opened:
                return number, f"{END} has no {BEGIN} before it"
            opened = 0
    return (opened, f"{BEGIN} has no {END} after it") if opened else None


def _replace(source, replacement):
    lines, answer, indent = [], None, ""
    for line in source.split("\n"):
        if line.strip() == BEGIN:
            answer, indent = [], line[: len(line) - len(line.lstrip())]
        elif line.strip() == END:
            lines += replacement(indent, answer)
            answer = None
        else:
            (lines if answer is None else answer).append(line)
    return "\n".join(lines)
