"""The checker of derivations; SymPy is loaded when it is called."""


def check_derivation(name, answer):
    """Return the verdict on a formula that a reader derived.

    Parameters
    ----------
    name : str
        Which derivation, such as ``"softmax_slope"`` for dy_i/dz_j.
    answer : str or sympy.Expr
        The formula. A string may hold numbers, the names that belong to the derivation (such as
        ``y_i``, ``delta_ij``, and ``s`` for the sum of all g_k y_k), ``+ - * / ^ **`` and brackets,
        ``exp``, ``log``, and ``sum(...)``, which runs over the index k. It is read by a parser of
        our own and never evaluated as Python.

    Returns
    -------
    Verdict
        True if SymPy shows that the formula is right, for equal and for different indices. A text
        that is no formula gets a caret at the place.

    Raises
    ------
    ValueError
        If there is no derivation of that name.
    """
    from softback.exercises._derivation_check import judge

    return judge(name, answer)
