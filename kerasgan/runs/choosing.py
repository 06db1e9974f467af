"""Which of its epochs a run's folder gives, unless it is asked for another."""

import shutil
from pathlib import Path

from kerasgan.runs.configuration import Configuration
from kerasgan.runs.folder import occupied
from kerasgan.utils.checkpoints import damage, file_of_epoch
from kerasgan.utils.files import replacing
from kerasgan.utils.types import PathLike


def choose(folder: PathLike, epoch: int | str) -> Path:
    """Makes one of the epochs that a run kept its model: what `kerasgan.load` opens from then on.

    It takes the place of `model.keras`. The checkpoints stay, so that the run can go on as before.

    Args:
        folder: str or path-like, the run's.
        epoch: int, counted from 1, or "best", see `kerasgan.load`.

    Returns:
        The path of the model's file.

    Raises:
        ValueError: if the folder holds no run, or not this epoch, if its file is damaged, or a
            process trains in the folder.

    Example:

    >>> import tempfile, kerasgan as kg
    >>> config = {
    ...     "variant": "GAN",
    ...     "model": {"latent_dim": 8, "generator_units": [16], "discriminator_units": [16]},
    ...     "data": {"source": "fashion_mnist_10k", "batch_size": 10_000},
    ...     "epochs": 2,
    ... }
    >>> folder = tempfile.mkdtemp()
    >>> _ = kg.runs.start(config, folder, verbose=0)
    >>> choose(folder, 1).name
    'model.keras'
    """
    folder = Path(folder)
    Configuration.read(folder)  # before what is no run gets a lock
    with occupied(folder):
        path = file_of_epoch(folder, epoch)
        if problem := damage(path):
            raise ValueError(f"{path} is damaged: {problem}. Received: {epoch=}")
        with replacing(folder / "model.keras") as temporary:
            shutil.copyfile(path, temporary)
    return folder / "model.keras"
