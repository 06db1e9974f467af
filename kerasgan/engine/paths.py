"""Paths of variables that tell whose they are, whatever else the process has built."""

import re
from collections import Counter

import keras

from kerasgan.utils.private import rename


def name_paths(model: keras.Model) -> None:
    """Let the path of every variable of a model begin with the attribute that holds its network.

    The paths are such as `discriminator/dense_1/kernel`, the layers of a kind numbered from the
    first of each network, so that a `keras.distribution.LayoutMap` can name them.

    Args:
        model: a model whose networks are attributes.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(8,), discriminator_units=(8,))
    >>> [v.path for v in gan.generator.variables]
    ['generator/dense/kernel', 'generator/dense/bias', 'generator/dense_1/kernel', \
'generator/dense_1/bias']
    """
    attributes = {**vars(model), **vars(model).get("_modules", {})}  # where PyTorch keeps layers
    for attribute, network in attributes.items():
        if not isinstance(network, keras.layers.Layer) or attribute.startswith("_"):
            continue
        parents: dict[str, str] = {}
        kinds: Counter[str] = Counter()
        for variable in network.variables:
            parent, _, name = variable.path.removeprefix(f"{attribute}/").rpartition("/")
            if parent not in parents:
                kind = re.sub(r"_\d+(?=/|$)", "", parent)
                parents[parent] = f"{kind}_{kinds[kind]}" if kinds[kind] else kind
                kinds[kind] += 1
            rename(variable, "/".join(filter(None, (attribute, parents[parent], name))))
