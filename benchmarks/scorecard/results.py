"""The results on disk: one JSON file for each row and seed."""

import json
import math
import time
from pathlib import Path

from kerasgan.utils.files import replacing

FOLDER = Path(__file__).parents[1] / "results" / "scorecard"
WORK = Path("runs/scorecard")


def read(row, seed, folder=FOLDER):
    """The record of a row and seed with the row's configuration; None if there is none."""
    path = Path(folder) / row.name / f"{seed}.json"
    record = json.loads(path.read_text()) if path.exists() else {}
    same = record.get("configuration") == json.loads(json.dumps(row.configuration))
    return record if same else None


def records(row, folder=FOLDER):
    """All records of a row with its configuration, in the order of their seeds."""
    seeds = sorted(int(path.stem) for path in (Path(folder) / row.name).glob("[0-9]*.json"))
    found = (read(row, seed, folder) for seed in seeds)
    return [record for record in found if record]


def make(row, seed, folder=FOLDER, work=WORK):
    """Run a row with a seed, and store its record.

    Args:
        row: `Row`.
        seed: int.
        folder: path-like, of the results.
        work: path-like, of what the rows leave to go on from.

    Returns:
        The record, a dict.

    Raises:
        ValueError: if a score is NaN.
    """
    import keras

    from kerasgan.utils.versions import versions

    backend = keras.backend.backend()
    start = time.perf_counter()
    made = row.run(row.configuration, seed, Path(work) / row.name / str(seed))
    if any(math.isnan(score) for score in made["scores"].values()):
        raise ValueError(f"A score is NaN. Received: scores={made['scores']}")
    record = {
        "row": row.name,
        "seed": seed,
        "command": f"KERAS_BACKEND={backend} python -m benchmarks.scorecard "
        f"--only {row.name} --seeds {seed}",
        "backend": backend,
        "seconds": round(time.perf_counter() - start, 1),
        **made,
        "configuration": row.configuration,
        "versions": versions(),
    }
    with replacing(Path(folder) / row.name / f"{seed}.json") as temporary:
        temporary.write_text(json.dumps(record, indent=1) + "\n")
    return record
