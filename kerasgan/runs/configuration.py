"""The settings of a run."""

import contextlib
import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from kerasgan import models, presets
from kerasgan.callbacks.trackers import TRACKERS
from kerasgan.utils import checks
from kerasgan.utils.classes import Untrusted, own_class
from kerasgan.utils.files import replacing
from kerasgan.utils.types import PathLike

NAME = "config.json"
ALWAYS = ("epochs", "max_steps", "samples_every", "seed")  # are in the file, default or not
INSIDE = ("learning_rate", "optimizer", "loss", "penalty", "batch_size")  # of other settings
EVALUATION = {"metrics", "extractor", "every", "samples"}
KINDS = {str: "text", bool: "true or false", list: "a list", dict: "a dict"}
SCHEDULES = {  # of a learning rate and the steps of the run
    "cosine": keras.optimizers.schedules.CosineDecay,
    "step": lambda rate, steps: keras.optimizers.schedules.PiecewiseConstantDecay(
        [steps // 2], [rate, rate / 10]
    ),
}


@dataclasses.dataclass(frozen=True)
class Configuration:
    """What a run is begun with, and what it adds: enough to repeat it. All of it is JSON.

    Attributes:
        variant: the name of a class in `kerasgan.models`, or "package.module:Class" of a module
            that is imported.
        model: the arguments of its constructor. The shapes are taken from the data, and
            `num_classes` if it is "auto".
        data: the arguments of the loader in `kerasgan.datasets.LOADERS` for the model's kind of
            data, with its first as `source`. `batch_size` is that of one step, of which a batch
            holds `critic_steps`.
        compile: the arguments of `compile`, and `learning_rate`, None, that of all players'
            optimizers, or a dict of player to its own.
        seed: of everything that is random.
        epochs: how many, or None to train for `max_steps` steps.
        max_steps: likewise.
        n_epochs_decay: in so many of these epochs, the last ones, the learning rate falls to zero.
        schedule: "cosine" for half a cosine of the learning rate to zero, "step" for a tenth of it
            after half of the steps.
        initial: the preset, run or file of a trained model whose networks it starts with, and whose
            arguments it takes where `model` has none.
        samples_every: epochs from one sample picture to the next.
        keep: how many epochs' checkpoints stay, the newest ones, see
            `kerasgan.callbacks.Checkpoints`; None for all.
        evaluation: `metrics`, a list of names, `extractor`, `every` and `samples`; see
            `kerasgan.callbacks.Evaluation`, which then keeps `best.keras`.
        health: whether `kerasgan.callbacks.Health` looks for what goes wrong.
        track: the experiment trackers that its numbers and pictures go to, see
            `kerasgan.callbacks.Tracking`.
        distribute: how many devices share each step, or "auto" for all; None for one, or for one in
            each of the processes that a launcher started.
        profile: how many steps are traced, see `kerasgan.callbacks.Profile`; None for none.
        command: the command line that began the run.
        backend, versions: what it runs on.
        class_names: list of str, in the order of the classes' ids; None if nobody knows them.
        fingerprint: `files`, how many the data are, and `sha256` of their names, sizes and ends;
            the names are in `fingerprint.json`.
        steps, seconds: of the generator and of the training; None until the run is complete.
        others: what else the file holds, which is kept.

    Raises:
        ValueError: if a setting is unknown, no number where it must be, or does not go with others.
        TypeError: if `variant` or `data` is missing.
    """

    variant: str
    data: dict[str, Any]
    model: dict[str, Any] = dataclasses.field(default_factory=dict)
    compile: dict[str, Any] = dataclasses.field(default_factory=dict)
    seed: int = 0
    epochs: int | None = None
    max_steps: int | None = None
    n_epochs_decay: int = 0
    schedule: str | None = None
    initial: str | None = None
    samples_every: int = 1
    keep: int | None = 2
    evaluation: dict[str, Any] | None = None
    health: bool = False
    track: list[str] | None = None
    distribute: int | str | None = None
    profile: int | None = None
    command: str | None = None
    backend: str | None = None
    versions: dict[str, str] | None = None
    class_names: list[str] | None = None
    fingerprint: dict[str, Any] | None = None
    steps: int | None = None
    seconds: float | None = None
    others: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, kind in typing.get_type_hints(Configuration).items():
            _check(name, getattr(self, name), kind)
        if self.epochs is None and self.max_steps is None:
            raise ValueError("Say how many epochs or steps. Received: epochs=None, max_steps=None")
        misplaced = set(self.others) & {*self.model, *self.data, *self.compile, *INSIDE}
        if misplaced:
            raise ValueError(
                "These have no effect here, but inside `model`, `data` or `compile`. "
                f"Received: {', '.join(sorted(misplaced))}"
            )
        sources = self.data.get("source")
        pair = sources if isinstance(sources, list | tuple) and len(sources) == 2 else [sources]
        if not all(isinstance(source, str) for source in pair):
            raise ValueError(f"`data` must name its `source`. Received: data={self.data}")
        unknown = [name for name in self.track or () if name not in TRACKERS]
        if unknown:
            raise ValueError(f"Trackers are {', '.join(TRACKERS)}. Received: track={self.track}")
        with contextlib.suppress(Untrusted):  # whose settings can be read, but not be trained by
            self._check_class()
        checks.whole("steps_per_execution", self.compile.get("steps_per_execution") or 1)
        falling = self.n_epochs_decay
        if self.schedule and falling:
            raise ValueError(
                "The learning rate follows one schedule. "
                f"Received: schedule={self.schedule!r}, n_epochs_decay={falling}"
            )
        if falling and self.epochs is None:
            raise ValueError(
                "The learning rate falls over epochs: say how many there are, not steps. "
                f"Received: n_epochs_decay={falling}, epochs=None"
            )
        if self.epochs is not None and falling > self.epochs:
            raise ValueError(
                "The epochs in which the learning rate falls are among all of them. "
                f"Received: n_epochs_decay={falling}, epochs={self.epochs}"
            )
        if self.schedule and self.schedule not in SCHEDULES:
            raise ValueError(
                f"Schedules are {', '.join(SCHEDULES)}. Received: schedule={self.schedule!r}"
            )
        if self.evaluation and set(self.evaluation) != EVALUATION:
            raise ValueError(
                f"Name {', '.join(sorted(EVALUATION))}. Received: evaluation={self.evaluation}"
            )

    def _check_class(self):
        if not hasattr(self.cls, "from_preset"):
            raise ValueError(f"There is no such model. Received: variant={self.variant!r}")
        if "batch_size" in self.data or self.cls.data_kind == "images":
            checks.whole("batch_size", self.data.get("batch_size"))  # type: ignore[arg-type]

    @property
    def cls(self) -> Any:
        """The model's class.

        Raises:
            ValueError: if it is the user's own, and its module is not imported.
        """
        return (
            own_class(self.variant) if ":" in self.variant else getattr(models, self.variant, None)
        )

    @classmethod
    def of(cls, settings: "Configuration | Mapping[str, Any]") -> "Configuration":
        """A configuration from a dict of settings, or as it is.

        Example:

        >>> data = {"source": "mnist", "batch_size": 64}
        >>> config = Configuration.of({"variant": "GAN", "data": data, "epochs": 3, "mine": True})
        >>> config.epochs, config.others
        (3, {'mine': True})
        """
        if isinstance(settings, Configuration):
            return settings
        others = dict(settings)
        fields = [field.name for field in dataclasses.fields(cls) if field.name in others]
        return cls(**{name: others.pop(name) for name in fields}, others=others)

    @classmethod
    def read(cls, folder: PathLike) -> "Configuration":
        """That of the run in a folder.

        Raises:
            ValueError: if there is none, or it is damaged.
        """
        path = Path(folder) / NAME
        if not path.is_file():
            raise ValueError(
                f"There is no run: {path} is missing. Received: folder={str(folder)!r}"
            )
        try:
            settings = json.loads(path.read_text())
            if not isinstance(settings, dict):
                raise TypeError("it holds no dict of settings")
            return cls.of(renamed(settings))
        except (TypeError, ValueError, RecursionError) as error:
            raise ValueError(
                f"{path} is damaged: {error}. Received: folder={str(folder)!r}"
            ) from error

    def write(self, folder: PathLike) -> None:
        """Writes it as `config.json` into a folder."""
        with replacing(Path(folder) / NAME) as temporary:
            temporary.write_text(json.dumps(self.to_dict(), indent=2) + "\n")

    def to_dict(self) -> dict[str, Any]:
        """As `of` takes it; what may be left out is, where it is left at its default."""
        found = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name in ALWAYS or getattr(self, field.name) != field.default
        }
        return found | found.pop("others")


def _check(name, value, kind):
    """Refuses a setting that is not of the kind that its field is annotated with."""
    kinds = typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    if value is None and types.NoneType in kinds:
        return
    if int in kinds:
        checks.whole(name, value, 0 if name in ("seed", "n_epochs_decay", "steps") else 1)
    elif float in kinds:
        checks.number(name, value, least=0)
    elif not isinstance(value, wanted := typing.get_origin(kinds[0]) or kinds[0]):
        raise ValueError(f"`{name}` must be {KINDS[wanted]}. Received: {name}={value!r}")


def class_names(source: PathLike) -> list[str]:
    """The names of the classes of a preset, or of a run by its folder or a file in that; else
    none."""
    path = presets.find(source)
    if presets.is_preset(path):
        return presets.read_card(path).get("class_names") or []
    for folder in [path] if path.is_dir() else path.parents[:2] if path.is_file() else []:
        with contextlib.suppress(ValueError):
            return Configuration.read(folder).class_names or []
    return []


def renamed(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as they are called now: earlier `fid` and `kid` were by any features, `log_dir`
    was TensorBoard's, and `generator_from` SRGAN's `initial`."""
    if generator := settings.pop("generator_from", None):
        settings.setdefault("initial", generator)
    if settings.pop("log_dir", None):
        settings.setdefault("track", ["tensorboard"])
    evaluation: Any = settings.get("evaluation")
    known = isinstance(evaluation, dict) and set(evaluation) == EVALUATION
    if known and evaluation["extractor"] != "inception":
        now = {"fid": "fd", "kid": "kd"}
        evaluation["metrics"] = [now.get(name, name) for name in evaluation["metrics"]]
    return settings
