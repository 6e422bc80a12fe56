"""The model answer to a question that a person reads, and how it is marked."""

MARKING = "**Marking.**"


def model_answer(cell) -> str:
    """Return the part of an answer that students, too, may read in the end."""
    return cell.source.partition(MARKING)[0].strip()


def marking(cell) -> str:
    """Return the part for teachers, which follows ``**Marking.**``."""
    return cell.source.partition(MARKING)[2].strip()
