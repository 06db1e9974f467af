"""The results on disk: one JSON file of all measurements."""

import json
from pathlib import Path

from kerasgan.utils.files import replacing

PATH = Path(__file__).parents[1] / "results" / "speed.json"


def read(path=PATH):
    """What is there: "records" of cases, "input" of reading images, each a list of dicts."""
    path = Path(path)
    return json.loads(path.read_text()) if path.exists() else {"records": [], "input": []}


def same(one, other):
    """Whether two records are of the same measurement, whatever its configuration."""
    return all(one.get(key) == other.get(key) for key in ("case", "contender", "repeat"))


def add(record, path=PATH, part="records"):
    """Store a record in place of an older one of the same measurement."""
    found = read(path)
    found[part] = [old for old in found[part] if not same(old, record)] + [record]
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(found, indent=1) + "\n")
