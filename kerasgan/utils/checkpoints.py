"""The files that `kerasgan.callbacks.Checkpoints` writes: which there are, and which are whole."""

import contextlib
import io
import json
import os
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path

from kerasgan.utils.archives import check_unpacked, check_zip
from kerasgan.utils.files import reading, replacing

LARGEST_CONFIG = 2**23  # bytes; read, it takes a hundred times as much
WEIGHTS = "model.weights.h5"
SLIM = b"without the state of the optimizers"  # the zip file's comment


def checkpoints(directory: str | os.PathLike[str]) -> list[Path]:
    """The files that `Checkpoints` wrote into a directory, the newest last."""
    paths = [path for path in Path(directory).glob("epoch_*.keras") if path.stem[6:].isdigit()]
    return sorted(paths, key=epoch_of)


def epoch_of(path: Path) -> int:
    """After how many epochs a file was written."""
    return int(path.stem[6:])


def last_whole(paths: Sequence[Path]) -> Path | None:
    """The last of the files that is whole, or None; damaged ones are named in warnings."""
    for path in reversed(paths):
        problem = damage(path)
        if problem is None:
            return path
        warnings.warn(f"{path} is damaged, so the one before it is used: {problem}", stacklevel=2)
    return None


def states(run: Path) -> list[Path]:
    """The files of a run's folder that hold the state of its model, the newest last.

    `model.keras` is that at the end of a training, after which a longer one may have been begun.
    """
    paths, end = checkpoints(run / "checkpoints"), run / "model.keras"
    if end.is_file():
        newer = [path for path in paths if _written(path) > _written(end)]
        paths.insert(len(paths) - len(newer), end)
    return paths


def kept_epochs(run: Path) -> dict[int, Path]:
    """The epochs whose models a run's folder holds, in order, and their files.

    Raises:
        ValueError: if the run's `best.json` is damaged.
    """
    paths = {epoch_of(path): path for path in checkpoints(run / "checkpoints")}
    best = best_epoch(run)
    if best is not None:
        paths.setdefault(best, run / "best.keras")
    return dict(sorted(paths.items()))


def best_epoch(run: Path) -> int | None:
    """The epoch of a run's `best.keras`, or None if there is none.

    Raises:
        ValueError: if the run's `best.json` is damaged.
    """
    path = run / "best.json"
    if not path.is_file() or not (run / "best.keras").is_file():
        return None
    with reading(path):
        return int(json.loads(path.read_text())["reports"][0]["epoch"])


def file_of_epoch(run: Path, epoch: int | str) -> Path:
    """The file of one of a run's epochs, a number or "best".

    Raises:
        ValueError: if the run did not keep it.
    """
    kept, best = kept_epochs(run), best_epoch(run)
    found = kept.get(best if epoch == "best" else epoch)  # type: ignore[arg-type]
    if found is None:
        there = f"those there are: {', '.join(map(str, kept))}" if kept else "there is none"
        also = "" if best is None else f", {best} being the best"
        raise ValueError(
            f"{run} does not hold this epoch; {there}{also}. A run keeps more than the last two if "
            f"it is trained with --keep N or --keep all, and the best with --keep-best METRIC. "
            f"Received: {epoch=}"
        )
    return found


def is_slim(path: Path) -> bool:
    """Whether a file lacks what only training needs; False if it is too damaged to say."""
    if path.is_file():  # a pipe would be waited for
        with contextlib.suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
            return archive.comment == SLIM
    return False


def slim(path: Path) -> None:
    """Takes the optimizers and their state out of a file that `model.save` wrote."""
    with (
        replacing(path) as temporary,
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(temporary, "w") as new,
    ):
        new.comment = SLIM
        for name in old.namelist():
            content = old.read(name)
            if name == "config.json":
                content = json.dumps({**json.loads(content), "compile_config": None}).encode()
            new.writestr(name, _without_optimizer(content) if name == WEIGHTS else content)


def _without_optimizer(content):
    import h5py

    kept = io.BytesIO()
    with h5py.File(io.BytesIO(content)) as old, h5py.File(kept, "w") as new:
        for name in old.keys() - {"optimizer"}:
            old.copy(name, new)
    return kept.getvalue()


def _written(path):
    """When a file was; 0 if it is gone, for checkpoints are pruned while a run goes on."""
    return path.stat().st_mtime_ns if path.exists() else 0


def damage(path: str | os.PathLike[str]) -> str | None:
    """What is wrong with a file that `model.save` wrote, by its checksums; None if it is whole."""
    if not os.path.isfile(path):  # a pipe would be waited for
        return "it is no file"
    try:
        check_zip(path)
        with zipfile.ZipFile(path) as archive:
            archive.getinfo(WEIGHTS)  # which a broken list of parts may lack
            if archive.getinfo("config.json").file_size > LARGEST_CONFIG:
                return f"its config.json has more than {LARGEST_CONFIG} bytes"
            broken = archive.testzip()
            if not broken:
                check_unpacked(path, _size_of_arrays(archive.read(WEIGHTS)))
    except Exception as error:  # a broken zip raises whatever its parts mislead zipfile to
        return f"{type(error).__name__}: {error}"
    return broken and f"{broken} is not as it was written"


def _size_of_arrays(content):
    """How many bytes the arrays in an HDF5 file say they have, which may be stored as nothing."""
    import h5py

    sizes = []
    with h5py.File(io.BytesIO(content)) as file:
        file.visititems(lambda _, item: sizes.append(getattr(item, "nbytes", 0)))
    return sum(sizes)
