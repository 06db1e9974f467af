"""Which losses, penalties and networks make no sense together."""

from collections.abc import Sequence

import keras

from kerasgan.losses.adversarial import AdversarialLoss
from kerasgan.losses.penalties import Penalty
from kerasgan.losses.weight_clipping import WeightClipping
from kerasgan.utils.checks import instance
from kerasgan.utils.private import layers_of


def check_combination(
    loss: AdversarialLoss, penalties: Sequence[Penalty], networks: Sequence[keras.Model]
) -> None:
    """Refuse a loss, penalties and a discriminator that cannot work together.

    - A loss that needs a Lipschitz critic, with no penalty and no spectral normalisation: the
      critic's logits would grow without bound. Any penalty will do. `R1`, `R2` and `DRAGAN` bound
      the slope only where the samples are; but zero-centred penalties at the samples make training
      converge whatever the loss in the example of Mescheder et al. (2018, arXiv:1801.04406).
    - A penalty on each sample's gradient, with batch normalization: a sample's logit, and so its
      gradient, would depend on the whole batch (Gulrajani et al. 2017, arXiv:1704.00028,
      section 4). A frozen batch normalization does not see the batch and may stay.
    - Weight clipping with a penalty that sets the slope: two bounds at odds.
    - Weight clipping with spectral normalisation, which divides the clipped weights' size out.

    Args:
        loss: `AdversarialLoss`.
        penalties: list of `Penalty`.
        networks: list of `keras.Model`, the discriminator's.

    Raises:
        ValueError: if the combination is one of the above.

    Example:

    >>> import kerasgan as kg
    >>> critic = kg.networks.mlp_discriminator((2,), units=(8,))
    >>> check_combination(kg.losses.Wasserstein(), [kg.losses.GradientPenalty()], [critic])
    >>> check_combination(kg.losses.Wasserstein(), [], [critic])
    Traceback (most recent call last):
    ...
    ValueError: Wasserstein needs a critic that is kept Lipschitz, or its logits grow without \
bound. Add a penalty, such as 'gradient_penalty', or wrap the discriminator's layers in \
kerasgan.layers.SpectralNormalization. Received: loss=Wasserstein, penalties=[]
    """
    instance("loss", loss, AdversarialLoss)
    for penalty in penalties:
        instance("penalties", penalty, Penalty)
    for network in networks:
        instance("networks", network, keras.layers.Layer)
    layers = [layer for network in networks for layer in layers_of(network)]
    # By name, so that a spectral normalisation of one's own counts as well.
    spectral = any(type(layer).__name__ == "SpectralNormalization" for layer in layers)
    batch_norms = [
        layer.name
        for layer in layers
        if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
    ]
    by_gradient = [p for p in penalties if p.takes_gradient]
    clipping = any(isinstance(p, WeightClipping) for p in penalties)
    received = f"Received: loss={type(loss).__name__}, penalties=[{_names(penalties)}]"

    if loss.lipschitz and not penalties and not spectral:
        raise ValueError(
            f"{type(loss).__name__} needs a critic that is kept Lipschitz, or its logits grow "
            "without bound. Add a penalty, such as 'gradient_penalty', or wrap the discriminator's "
            f"layers in kerasgan.layers.SpectralNormalization. {received}"
        )
    if by_gradient and batch_norms:
        raise ValueError(
            f"{_names(by_gradient)} penalises the gradient at each sample, but the discriminator's "
            "batch normalization makes it depend on the rest of the batch. Use LayerNormalization "
            f"or none in the discriminator. {received}, batch_norms={batch_norms}"
        )
    if clipping and any(p.lipschitz for p in by_gradient):
        raise ValueError(
            "WeightClipping and a penalty that sets the gradient's norm are two bounds at odds. "
            f"Keep one of them. {received}"
        )
    if clipping and spectral:
        raise ValueError(
            "WeightClipping does nothing to a discriminator with SpectralNormalization, which "
            f"divides the weights' size out. Keep one of them. {received}"
        )


def _names(objects):
    return ", ".join(type(o).__name__ for o in objects)
