import keras
import pytest
from keras import layers

from kerasgan import losses

pytestmark = pytest.mark.any_backend


def critic(*extra):
    inner = keras.Sequential([keras.Input((2,)), layers.Dense(3), *extra])
    return keras.Sequential([keras.Input((2,)), inner, layers.Dense(1)])


def spectral():
    return layers.SpectralNormalization(layers.Dense(3))


def frozen():
    return layers.BatchNormalization(trainable=False)


@pytest.mark.parametrize("name", losses.names())
@pytest.mark.parametrize("penalty", ["none", *losses.penalty_names()])
def test_all_losses_go_with_all_penalties_but_wasserstein_with_none(name, penalty):
    loss, penalties = losses.get(name), losses.get_penalties(penalty)
    if (name, penalty) == ("wasserstein", "none"):
        with pytest.raises(ValueError, match=r"Lipschitz.*loss=Wasserstein, penalties=\[\]$"):
            losses.check_combination(loss, penalties, [critic()])
    else:
        losses.check_combination(loss, penalties, [critic()])


@pytest.mark.parametrize(
    "loss, penalty, layer",
    [
        ("wasserstein", "none", spectral),
        ("wasserstein", "gradient_penalty", spectral),
        ("wasserstein", "weight_clipping", layers.BatchNormalization),
        ("non_saturating", "none", layers.BatchNormalization),
        ("non_saturating", "r1", layers.LayerNormalization),
        ("non_saturating", "r1", frozen),
        ("relativistic_pairing", ["r1", "r2"], layers.LayerNormalization),
    ],
)
def test_accepted(loss, penalty, layer):
    networks = [critic(), critic(layer())]
    losses.check_combination(losses.get(loss), losses.get_penalties(penalty), networks)


@pytest.mark.parametrize("penalty", ["gradient_penalty", "dragan", "r1", "r2"])
def test_batch_normalization_under_a_gradient_is_refused(penalty):
    networks = [critic(), critic(layers.BatchNormalization(name="norm"))]
    with pytest.raises(ValueError, match=r"LayerNormalization.*Received: .*\['norm'\]$"):
        losses.check_combination(losses.Hinge(), losses.get_penalties(penalty), networks)


@pytest.mark.parametrize("other", ["gradient_penalty", "dragan"])
def test_clipping_and_a_slope_are_refused(other):
    penalties = losses.get_penalties(["weight_clipping", other])
    with pytest.raises(ValueError, match=r"Keep one.*penalties=\[WeightClipping, \w+\]$"):
        losses.check_combination(losses.Wasserstein(), penalties, [critic()])


def test_clipping_and_spectral_normalization_are_refused():
    penalties = losses.get_penalties("weight_clipping")
    with pytest.raises(ValueError, match=r"divides.*Received: .*\[WeightClipping\]$"):
        losses.check_combination(losses.Wasserstein(), penalties, [critic(spectral())])
