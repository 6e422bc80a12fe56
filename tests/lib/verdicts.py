"""What tests ask of a verdict on a wrong answer."""

from softback.course import MISTAKES


def named(verdict, expected):
    """Require a refusal that names a mistake by its id, or else holds a piece of a sentence.

    A sentence of the catalogue is one of those of the entry that is named.
    """
    assert not verdict
    if expected in MISTAKES:
        assert verdict.mistake == expected
        assert verdict.message in [said.sentence for said in MISTAKES[expected].says]
    else:
        assert verdict.mistake == ""
        assert expected in verdict.message
