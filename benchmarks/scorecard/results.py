"""The results on disk: one file a row, of a record for each seed."""

import math
import time
from pathlib import Path

from benchmarks.results import Records

FOLDER = Path(__file__).parents[1] / "results" / "scorecard"
WORK = Path("runs/scorecard")


def stored(row, folder=FOLDER):
    """The records of a row, whatever their configuration."""
    return Records(Path(folder) / f"{row.name}.json", "seed")


def read(row, seed, folder=FOLDER):
    """The record of a row and seed with the row's configuration; None if there is none."""
    return stored(row, folder).find({"seed": seed, "configuration": row.configuration})


def records(row, folder=FOLDER):
    """All records of a row with its configuration, in the order of their seeds."""
    seeds = sorted(record["seed"] for record in stored(row, folder).read())
    return [record for record in (read(row, seed, folder) for seed in seeds) if record]


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
        "seed": seed,
        "command": f"KERAS_BACKEND={backend} python -m benchmarks.scorecard "
        f"--only {row.name} --seeds {seed}",
        "backend": backend,
        "seconds": round(time.perf_counter() - start, 1),
        **made,
        "configuration": row.configuration,
        "versions": versions(),
    }
    stored(row, folder).add(record)
    return record
