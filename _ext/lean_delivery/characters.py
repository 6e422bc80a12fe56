"""Which characters each font must contain."""

import re
import string
from pathlib import Path

# What the explorers may write at any time.
KEPT = set(string.printable[:95]) | set(
    "−–—‘’“”…·×÷±≈≠≤≥∞∂∑√∈°′″→←↑↓↔⟨⟩₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀαβγδεηθλμπστφψωΔΣ"
)

# Pages draw solid icons; outlined ones and brands would be of these classes.
ICON_WEIGHTS = (900,)
OTHER_ICONS = {"fa-regular", "far", "fa-brands", "fab"}


def needed(face, rules, inventory):
    """Return the characters that pages show in a font.

    Parameters
    ----------
    face : fonts.Face
    rules : str
        The stylesheet: it writes the icons.
    inventory : Inventory
        What stands on pages.
    """
    if face.family.startswith("KaTeX_"):
        return inventory.formulas[Path(face.file).stem.removeprefix("KaTeX_")]
    if face.family.startswith("Font Awesome"):
        is_used = face.weights == ICON_WEIGHTS or inventory.names & OTHER_ICONS
        return icons(rules) if is_used else set()
    return inventory.text | KEPT


def icons(css):
    """Return the characters from the private area that a stylesheet writes, escaped or not."""
    escaped = {chr(int(code, 16)) for code in re.findall(r"\\([ef][0-9a-f]{3})\b", css)}
    return escaped | {character for character in css if "\ue000" <= character <= "\uf8ff"}
