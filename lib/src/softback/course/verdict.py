"""What a checker answers: right or not yet, and why, in a sentence."""

from dataclasses import dataclass


class CheckFailed(AssertionError):
    """An answer that had to be right and is not; IPython shows it as one line."""

    def _render_traceback_(self) -> list[str]:
        return [f"CheckFailed: {self}"]


@dataclass(frozen=True)
class Verdict:
    """What a checker says about an answer; it is true if the answer passed.

    Attributes
    ----------
    passed : bool
        Whether nothing wrong was found.
    message : str
        One or two sentences in Markdown.
    mistake : str
        The id of the mistake in the catalogue, or "" if none was recognised.
    """

    passed: bool
    message: str
    mistake: str = ""

    def __bool__(self) -> bool:
        """Return whether the answer passed."""
        return self.passed

    def __str__(self) -> str:
        """Return the sentence."""
        return self.message

    def _repr_markdown_(self) -> str:
        return self.message

    def require(self) -> "Verdict":
        """Return the verdict if the answer passed.

        Raises
        ------
        CheckFailed
            If it did not, with the sentence.
        """
        if not self.passed:
            raise CheckFailed(self.message)
        return self
