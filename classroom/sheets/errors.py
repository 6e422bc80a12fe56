"""The error for a source that cannot be used."""


class SheetError(ValueError):
    """A source that cannot be used; the message names the file, the line and what to do.

    Parameters
    ----------
    path : str or pathlib.Path
        The file.
    line : int
        The line, counted from 1.
    problem : str
        What is wrong, without a full stop.
    remedy : str
        What would be right, without a full stop.
    """

    def __init__(self, path, line, problem, remedy):
        super().__init__(f"{path}, line {line}: {problem.rstrip('.')}. {remedy}.")
        self.path = path
        self.line = line
