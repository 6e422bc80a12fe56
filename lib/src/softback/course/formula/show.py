"""Show a tree: as MathML, as TeX, or as it could have been typed.

One walk decides on brackets; a pen writes. The twins are ``show.mjs`` and, for what only the desk
needs, ``write.mjs``.
"""

from softback.course.formula.tree import Node

_SUM, _PRODUCT, _POWER = 1, 2, 3
_STRENGTH = {"+": _SUM, "-": _SUM, "minus": _SUM, "*": _PRODUCT, "/": _PRODUCT, "power": _POWER}


def mathml(tree: Node) -> str:
    """Return a tree as an element ``math``."""
    return f'<math display="block">{_Walk(_MathML()).write(tree)}</math>'


def tex(tree: Node) -> str:
    """Return a tree as TeX, without dollars."""
    return _Walk(_TeX()).write(tree)


def typed(tree: Node, least: int = _SUM) -> str:
    """Return a tree as it could have been typed; ``least`` is the strength without brackets."""
    match tree.kind:
        case "hole":
            return "□"
        case "number":
            return tree.text
        case "name":
            return f"{tree.base}_{tree.letters}" if tree.letters else tree.base
        case "sum":
            return f"sum_{tree.index}({typed(tree.of)})"
        case "d":
            return f"d({typed(tree.of)}, z_{tree.by or ''})"
        case "exp" | "log":
            return f"{tree.kind}({typed(tree.of)})"
    text = _joined(tree)
    return f"({text})" if _STRENGTH[tree.kind] < least else text


def _joined(tree: Node) -> str:
    match tree.kind:
        case "minus":
            return f"-{typed(tree.of, _PRODUCT)}"
        case "power":
            return f"{typed(tree.of, _POWER + 1)}^{tree.exponent}"
        case "*" | "/":
            return f"{typed(tree.left, _PRODUCT)}{tree.kind}{typed(tree.right, _POWER)}"
    return f"{typed(tree.left)} {tree.kind} {typed(tree.right, _PRODUCT)}"


def _greedy(tree: Node) -> bool:
    """Return whether it swallows what follows, so that it stands last or in brackets."""
    if tree.kind == "log":
        return tree.of.kind == "name"
    return tree.kind == "sum" or (tree.kind == "d" and tree.of.kind != "name")


def _leads(tree: Node) -> Node:
    if tree.kind == "*":
        return _leads(tree.left)
    return _leads(tree.of) if tree.kind == "power" else tree


def _flat(tree: Node) -> bool:
    """Return whether an exponent can stand high without becoming too small to read."""
    return tree.kind not in ("/", "sum", "d", "log") and all(map(_flat, tree.parts()))


class _Walk:
    def __init__(self, pen: "_MathML | _TeX") -> None:
        self.pen = pen

    def write(self, tree: Node, least: int = _SUM, last: bool = True) -> str:
        loose = _STRENGTH.get(tree.kind, 9) < least and not (tree.kind == "/" and least == _PRODUCT)
        brackets = loose or (_greedy(tree) and not last)
        inner = self.bare(tree, brackets or last)
        return self.pen.brackets(inner) if brackets else inner

    def bare(self, tree: Node, last: bool) -> str:
        pen, write, of = self.pen, self.write, tree.of
        match tree.kind:
            case "hole":
                return pen.hole()
            case "number":
                return pen.number(tree.text)
            case "name":
                return pen.entry(tree.base, tree.letters)
            case "+" | "-":
                right = write(tree.right, _PRODUCT, last)
                return pen.row(write(tree.left), pen.operator(tree.kind), right)
            case "minus":
                return pen.row(pen.operator("minus"), write(of, _PRODUCT, last))
            case "*":
                left, right = write(tree.left, _PRODUCT, False), write(tree.right, _PRODUCT, last)
                dot = "dot" if _leads(tree.right).kind == "number" else "times"
                return pen.row(left, pen.operator(dot), right)
            case "/":
                return pen.fraction(write(tree.left), write(tree.right))
            case "sum":
                return pen.row(pen.total(tree.index), write(of, _PRODUCT))
            case "d":
                return self.slope(tree)
            case "power":
                return self.power(tree)
        if tree.kind == "exp" and _flat(of):
            return pen.exp(write(of))
        bare = tree.kind == "log" and of.kind == "name"
        return pen.row(pen.word(tree.kind), write(of) if bare else pen.brackets(write(of)))

    def power(self, tree: Node) -> str:
        pen, of = self.pen, tree.of
        if of.kind == "name":
            return pen.entry(of.base, of.letters, tree.exponent)
        base = self.write(of)
        return pen.power(base if of.kind == "number" else pen.brackets(base), tree.exponent)

    def slope(self, tree: Node) -> str:
        pen, inner = self.pen, self.write(tree.of, _PRODUCT)
        below = pen.slope(tree.by)
        if tree.of.kind == "name":
            return pen.fraction(pen.row(pen.partial(), inner), below)
        return pen.row(pen.fraction(pen.partial(), below), pen.operator("times"), inner)


class _MathML:
    """Write MathML. All text comes from the grammar, so nothing needs to be escaped."""

    operators = {  # noqa: RUF012 (never written to)
        "+": "<mo>+</mo>",
        "-": "<mo>−</mo>",
        "minus": '<mo form="prefix">−</mo>',
        "dot": "<mo>·</mo>",
        "times": '<mo lspace="0" rspace="0">&#x2062;</mo><mspace width="0.14em"></mspace>',
    }

    def operator(self, sign: str) -> str:
        return self.operators[sign]

    def row(self, *parts: str) -> str:
        return f"<mrow>{''.join(parts)}</mrow>"

    def hole(self) -> str:
        return '<mi class="hole">□</mi>'

    def number(self, text: str) -> str:
        return f"<mn>{text}</mn>"

    def integer(self, n: int) -> str:
        return self.row(self.operator("minus"), self.number(str(-n))) if n < 0 else f"<mn>{n}</mn>"

    def lower(self, letters: str) -> str:
        return self.row(*(f"<mi>{letter}</mi>" for letter in letters))

    def entry(self, base: str, letters: str, exponent: int | None = None) -> str:
        parts = f"<mi>{'δ' if base == 'delta' else base}</mi>"
        parts += self.lower(letters) if letters else ""
        parts += "" if exponent is None else self.integer(exponent)
        tag = f"m{'sub' if letters else ''}{'' if exponent is None else 'sup'}"
        return parts if tag == "m" else f"<{tag}>{parts}</{tag}>"

    def brackets(self, inner: str) -> str:
        return (
            f'<mrow><mo fence="true" form="prefix">(</mo>{inner}'
            '<mo fence="true" form="postfix">)</mo></mrow>'
        )

    def fraction(self, top: str, bottom: str) -> str:
        return f"<mfrac>{top}{bottom}</mfrac>"

    def power(self, base: str, exponent: int) -> str:
        return f"<msup>{base}{self.integer(exponent)}</msup>"

    def exp(self, of: str) -> str:
        return f"<msup><mi>e</mi>{of}</msup>"

    def word(self, name: str) -> str:
        return f'<mi>{name}</mi><mspace width="0.14em"></mspace>'

    def total(self, index: str) -> str:
        return f'<munder><mo movablelimits="false">∑</mo><mi>{index}</mi></munder>'

    def partial(self) -> str:
        return '<mi mathvariant="normal">∂</mi>'

    def slope(self, by: str | None) -> str:
        lower = self.lower(by) if by else self.hole()
        return self.row(self.partial(), f"<msub><mi>z</mi>{lower}</msub>")


class _TeX:
    """Write TeX."""

    operators = {  # noqa: RUF012 (never written to)
        "+": " + ",
        "-": " - ",
        "minus": "-",
        "dot": r" \cdot ",
        "times": r" \, ",
    }

    def operator(self, sign: str) -> str:
        return self.operators[sign]

    def row(self, *parts: str) -> str:
        return "".join(parts)

    def hole(self) -> str:
        return r"\square"

    def number(self, text: str) -> str:
        return text

    def entry(self, base: str, letters: str, exponent: int | None = None) -> str:
        lower = f"_{{{' '.join(letters)}}}" if letters else ""
        upper = "" if exponent is None else f"^{{{exponent}}}"
        return (r"\delta" if base == "delta" else base) + lower + upper

    def brackets(self, inner: str) -> str:
        return rf"\left( {inner} \right)"

    def fraction(self, top: str, bottom: str) -> str:
        return rf"\frac{{{top}}}{{{bottom}}}"

    def power(self, base: str, exponent: int) -> str:
        return f"{base}^{{{exponent}}}"

    def exp(self, of: str) -> str:
        return f"e^{{{of}}}"

    def word(self, name: str) -> str:
        return rf"\{name} "

    def total(self, index: str) -> str:
        return rf"\sum_{{{index}}} "

    def partial(self) -> str:
        return r"\partial "

    def slope(self, by: str | None) -> str:
        return rf"\partial z_{{{' '.join(by) if by else self.hole()}}}"
