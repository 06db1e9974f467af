"""How the directions of image translators are spelled."""

A_TO_B, B_TO_A = "AtoB", "BtoA"
_EARLIER = {"A2B": A_TO_B, "B2A": B_TO_A}


def canonical(direction: str) -> str:
    """A direction as it is spelled now; "A2B" and "B2A" are how earlier releases wrote it.

    Args:
        direction: str.

    Returns:
        "AtoB" or "BtoA" for these and their earlier names; any other name as it is.

    Example:

    >>> canonical("B2A"), canonical("AtoB")
    ('BtoA', 'AtoB')
    """
    return _EARLIER.get(direction, direction)
