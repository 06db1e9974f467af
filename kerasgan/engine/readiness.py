"""What is wrong with a model or its callbacks, said before the first step."""

from collections.abc import Iterable

import keras

from kerasgan.utils.private import layers_of
from kerasgan.utils.types import PathLike


def check_ready(model: keras.Model, callbacks: Iterable[keras.callbacks.Callback] = ()) -> None:
    """Refuse to train what would fail in the first step, or when it is saved.

    Args:
        model: a compiled model.
        callbacks: those of `fit`.

    Raises:
        ValueError: if a layer of the model has no weights yet, or a callback saves a model that
            cannot be saved.
    """
    for layer in layers_of(model):
        if not layer.built and type(layer).build is not keras.layers.Layer.build:
            raise ValueError(
                f"The layer {layer.name!r} has no weights yet, and a step cannot make them: build "
                "it in the constructor, by a `keras.Input` or a first call, and list it in "
                f"`players()` if it is to be trained. Received: {layer.name}.built=False"
            )
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.ModelCheckpoint) and not callback.save_weights_only:
            check_filepath(callback.filepath)
            check_saving(model)


def check_saving(model: keras.Model) -> None:
    """Refuse a model that `save` cannot write, since a network of it has no `get_config`.

    Raises:
        ValueError: if it is one.
    """
    try:
        keras.saving.serialize_keras_object(model)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise ValueError(
            "The model cannot be saved: give its network a `get_config`, or leave out the "
            f"callbacks that save it. {error} Received: model={model.name!r}"
        ) from error


def check_filepath(filepath: PathLike) -> None:
    """Refuse to save a whole model as HDF5.

    Raises:
        ValueError: if the path ends so.
    """
    if str(filepath).endswith((".h5", ".hdf5")):
        raise ValueError(
            "HDF5 cannot hold a model of several players; save it as `.keras`, or its weights by "
            f"`save_weights`. Received: filepath={str(filepath)!r}"
        )
