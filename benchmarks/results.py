"""Results on disk, and as Markdown."""

import json
from pathlib import Path

from kerasgan.utils.files import replacing


class Records:
    """A JSON list of records, dicts, one a line.

    Args:
        path: path-like, of the file, which need not be there yet.
        *keys: str, what tells a record from the others.
    """

    def __init__(self, path, *keys):
        self.path, self.keys = Path(path), keys

    def read(self):
        """All records, a list."""
        return json.loads(self.path.read_text()) if self.path.exists() else []

    def find(self, wanted):
        """The record with the keys and the configuration of another; None if there is none."""
        wanted = json.loads(json.dumps(wanted))  # tuples are lists there
        same = (old for old in self.read() if self._same(old, wanted))
        return next((old for old in same if old["configuration"] == wanted["configuration"]), None)

    def add(self, record):
        """Store a record, in place of one with the same keys."""
        kept = self.read()
        place = next((i for i, old in enumerate(kept) if self._same(old, record)), len(kept))
        kept[place : place + 1] = [record]
        write("[\n" + ",\n".join(map(json.dumps, kept)) + "\n]\n", self.path)

    def _same(self, one, other):
        return all(one[key] == other[key] for key in self.keys)


def write(text, path):
    """Write a file that no reader ever meets half written."""
    with replacing(path) as temporary:
        temporary.write_text(text)


def markdown(heads, rows):
    """A table.

    Args:
        heads: list of str.
        rows: iterable of lists of str.

    Returns:
        str, with a newline at its end.

    Example:

    >>> print(markdown(["", "ms"], [["torch", "12"]]), end="")
    |  | ms |
    |---|---|
    | torch | 12 |
    """
    lines = [f"| {' | '.join(row)} |" for row in (heads, *rows)]
    return "\n".join([lines[0], "|---" * len(heads) + "|", *lines[1:]]) + "\n"


def number(form, value):
    """A number in a format, "-" for None."""
    return "-" if value is None else form.format(value)
