"""The refusal to compare scores that were not made alike."""

from collections.abc import Collection, Mapping


def compare(a: Mapping, b: Mapping, ignore: Collection[str] = ()) -> dict[str, float]:
    """The differences of two reports' scores, if they were made alike.

    Args:
        a: dict of `evaluate`, or read from a JSON file of `kerasgan evaluate`.
        b: dict, likewise.
        ignore: names of fields of the fingerprint that may differ, such as "seed" or "versions".

    Returns:
        Dict of each score that both have to b's minus a's.

    Raises:
        ValueError: if a field of the fingerprints differs, which it names; or if no score is in
            both.

    Example:

    >>> a = {"scores": {"fid": 10.0}, "fingerprint": {"extractor": "inception", "samples": 10000}}
    >>> b = {"scores": {"fid": 9.5}, "fingerprint": {"extractor": "inception", "samples": 50000}}
    >>> compare(a, b)
    Traceback (most recent call last):
    ...
    ValueError: These scores were not made alike. Received: samples=10000 and 50000
    >>> compare(a, b, ignore=["samples"])
    {'fid': -0.5}
    """
    one, other = a["fingerprint"], b["fingerprint"]
    fields = [name for name in {**one, **other} if name not in ignore]
    unlike = [
        f"{name}={one.get(name)!r} and {other.get(name)!r}"
        for name in fields
        if one.get(name) != other.get(name)
    ]
    if unlike:
        raise ValueError(f"These scores were not made alike. Received: {'; '.join(unlike)}")
    both = [name for name in a["scores"] if name in b["scores"]]
    if not both:
        raise ValueError(
            f"No score is in both. Received: {list(a['scores'])} and {list(b['scores'])}"
        )
    return {name: b["scores"][name] - a["scores"][name] for name in both}
