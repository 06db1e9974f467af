"""Whether the data of a run are still those that it was begun with."""

import dataclasses
import json
from pathlib import Path

from kerasgan.datasets.contents import Contents, changes, contents
from kerasgan.runs.configuration import Configuration
from kerasgan.runs.processes import common
from kerasgan.utils.files import replacing

LISTING = "fingerprint.json"  # the files, one a line


def held(config: Configuration) -> Contents:
    """What the data of a run hold now."""
    given = {name: config.data[name] for name in ("split", "data_dir") if name in config.data}
    source, kind = config.data["source"], config.cls.data_kind
    labels = kind == "images" and config.model.get("num_classes") is not None
    return contents(
        kind, tuple(source) if isinstance(source, list) else source, labels=labels, **given
    )


def noted(config: Configuration, found: Contents | None) -> tuple[Configuration, list[str]]:
    """The settings with the fingerprint and the names of the classes of the data, and the names of
    its files, in all processes alike; None is of one that has not looked.

    Raises:
        ValueError: if the processes found different data.
    """
    own = found and {
        "class_names": found.class_names or config.class_names,
        "fingerprint": {"files": len(found.files), "sha256": found.sha256()},
    }
    config = dataclasses.replace(config, **common(own, "data"))
    return config, common(found and list(found.files), "data")


def write(folder: Path, found: Contents) -> None:
    """Keeps the names of the files in a run's folder, for what is said of a change."""
    with replacing(folder / LISTING) as temporary:
        temporary.write_text(json.dumps(found.files, indent=0) + "\n")


def compared(config: Configuration, folder: Path, accept: bool) -> Contents:
    """What the data of a run to go on with hold now, held against what they held.

    Args:
        config: the settings, with where the data are now.
        folder: of the run.
        accept: bool, whether the data may have changed.

    Raises:
        ValueError: if the data are missing, have changed, or are of other classes.
    """
    try:
        found = held(config)
    except ValueError as error:
        raise ValueError(
            "The run's data cannot be found. If they were moved, say where to: kerasgan train "
            f"--resume {folder} --data SOURCE. {error}"
        ) from error
    before, after, received = config.class_names, found.class_names, config.data["source"]
    if before and after and before != after:
        raise ValueError(
            f"The model was trained on the classes {', '.join(before)}, and the data's are "
            f"{', '.join(after)}, so that their numbers mean something else: give the data the "
            f"classes that they had, or begin another run. Received: data={received!r}"
        )
    known = config.fingerprint
    if known and known.get("sha256") != found.sha256() and not accept:
        raise ValueError(
            f"The data are no longer those that the run was begun with: {_told(folder, found)}. "
            "Restore them, or name where they are by --data SOURCE, or go on with these by "
            f"--accept-changed-data. Received: data={received!r}"
        )
    return found


def _told(folder, found):
    """How the data differ from those that are listed in a run's folder."""
    try:
        return changes(json.loads((folder / LISTING).read_text()), found.files)
    except (OSError, ValueError, AttributeError):  # the list is lost or damaged
        return f"there are {len(found.files)} files now"
