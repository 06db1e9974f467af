"""How a trained model is found again: what a preset stores of it."""

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np

from kerasgan import backend, presets
from kerasgan.presets import files
from kerasgan.utils.files import expanded
from kerasgan.utils.types import PathLike
from kerasgan.utils.versions import versions

# arguments that training alone needs, and the precision that its machine was good at
LEFT_OUT = ("name", "dtype", "ema_decay", "augment", "features")


class Pretrained:
    """The part of a model that presets, runs and files bring back, and what it declares of itself
    to programs that take any model.

    Attributes:
        task: "generate", data from noise, or "translate", images from images.
        data_kind: what it trains on: "images" (with labels, if it has classes), "unpaired" or
            "paired" images A and B.
        paired: bool, whether what it makes has one right answer that it can be compared with.
        of_training: names of arguments that belong to a training, so that no preset has them.
    """

    task: str = "generate"
    data_kind: str = "images"
    paired: bool = False
    of_training: tuple[str, ...] = LEFT_OUT
    get_config: Callable[[], dict[str, Any]]
    players: Callable[[], dict[str, list[keras.Model]]]
    averages: dict[str, list]

    @classmethod
    def from_preset(cls, source: PathLike) -> Self:
        """A trained model: `kerasgan.DCGAN.from_preset("dcgan_fashion_mnist").generate(16)`.

        Args:
            source: str or path, the name of a preset that comes with the package
                (`kerasgan.presets.list()`), a run's folder, a `.keras` file, or a preset of the
                Hugging Face hub, as "hf://user/name".

        Returns:
            A model of this class. Of a preset, what generates or translates is trained, and the
            discriminators are not.

        Raises:
            ValueError: if there is no such preset, a file is damaged, or it holds another class.
        """
        return presets.load(source, cls)

    def save_to_preset(self, folder: PathLike, *, dtype: str = "float32", **facts: Any) -> None:
        """Store what generates or translates, for `from_preset` and `kerasgan.load`.

        Args:
            folder: str or path-like, a new folder; its name is the preset's. It gets `weights.npz`
                and `card.json`.
            dtype: str, "float16" halves the file where float32 is not needed.
            **facts: what else the card shall tell, such as `data`, `command`, `steps`, `scores`.

        Raises:
            ValueError: if the folder is there already.

        Example:

        >>> import tempfile, kerasgan as kg
        >>> folder = f"{tempfile.mkdtemp()}/mine"
        >>> kg.GAN((8, 8, 1), 4, generator_units=(8,)).save_to_preset(folder)
        >>> kg.GAN.from_preset(folder).generate(3).shape
        (3, 8, 8, 1)
        """
        folder = expanded(folder)
        if folder.exists():
            raise ValueError(
                "Nothing that is there is written over: choose another folder. "
                f"Received: folder={str(folder)!r}"
            )
        config = {k: v for k, v in self.get_config().items() if k not in self.of_training}
        card = {
            "name": folder.name,
            "class": keras.saving.get_registered_name(type(self)).removeprefix("kerasgan>"),
            "config": json.loads(json.dumps(config, default=keras.saving.serialize_keras_object)),
            "backend": backend.name,
            "versions": versions(),
            **facts,
        }
        files.write(folder, card, self.preset_weights(dtype))

    def push_to_hub(
        self,
        repo: str,
        *,
        samples: np.ndarray | None = None,
        private: bool = False,
        dtype: str = "float32",
        **facts: Any,
    ) -> str:
        """Store what generates or translates on the Hugging Face hub: "hf://user/name" loads it.

        There it gets a page with samples, and what the facts tell. This needs huggingface-hub, and
        its login.

        Args:
            repo: str, "user/name". Made if need be; of what is there, files called alike change.
            samples: float images in [-1, 1] for the page; None for what a GAN of images draws,
                and none of any other model.
            private: bool, whether a new one is seen by its owner alone.
            dtype, **facts: as in `save_to_preset`; `licence`, by the hub's name of it, and
                `scores`, a dict, have places of their own on the page.

        Returns:
            The address of what was uploaded, a str.

        Raises:
            ValueError: if `repo` is no such name.
            ImportError: if huggingface-hub is not installed.
        """
        from kerasgan.presets import hub  # which needs a package of its own

        if not isinstance(repo, str) or not re.fullmatch(r"[\w.-]+/[\w.-]+", repo):
            raise ValueError(f"Name it as user/name. Received: repo={repo!r}")
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made, repo.partition("/")[2])
            self.save_to_preset(folder, dtype=dtype, **facts)
            hub.write_page(folder, repo, self.task, self._shown() if samples is None else samples)
            return hub.push(folder, repo, private)

    def _shown(self):
        """What a GAN of images draws; None of any other model."""
        shape, condition = (getattr(self, name, None) for name in ("data_shape", "condition"))
        if self.task != "generate" or len(shape or ()) != 3 or isinstance(condition, tuple):
            return None
        return self.generate(32, seed=0)

    def preset_networks(self) -> list[keras.Model]:
        """The networks that a preset stores: those that are used after training, a list."""
        raise NotImplementedError(f"{type(self).__name__} must list what a preset stores.")

    def preset_weights(self, dtype: str = "float32") -> list[np.ndarray]:
        """All weights of these networks, one after another.

        Args:
            dtype: str, the type that float32 weights get.

        Returns:
            A list of numpy arrays.
        """
        weights = [np.asarray(w) for net in self.preset_networks() for w in net.get_weights()]
        return [w.astype(dtype, copy=False) if w.dtype == "float32" else w for w in weights]

    def set_preset_weights(self, weights: list[np.ndarray]) -> None:
        """Take such weights, and those of a moving average for the network itself, too.

        Args:
            weights: list of arrays, as `preset_weights` gives them.

        Raises:
            ValueError: if they are not as many, or a shape differs.
        """
        networks = self.preset_networks()
        counts = [len(network.weights) for network in networks]
        if len(weights) != sum(counts):
            raise ValueError(
                f"{type(self).__name__} stores {sum(counts)} weights in a preset. "
                f"Received: {len(weights)} weights"
            )
        for network, end in zip(networks, np.cumsum(counts), strict=True):
            network.set_weights(weights[end - len(network.weights) : end])
        for player, averages in self.averages.items():
            for average, network in zip(averages, self.players()[player], strict=False):
                network.set_weights(average.network.get_weights())
