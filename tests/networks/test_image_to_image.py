import keras
import pytest

from kerasgan.networks import image_translator

pytestmark = pytest.mark.any_backend

SHAPE = (32, 32, 3)


@pytest.mark.parametrize(
    "kind, enlarges", [("resnet", "Conv2DTranspose"), ("resnet_residual", "UpSampling2D")]
)
def test_residual_translators_enlarge_by_their_names(kind, enlarges):
    network = image_translator(kind, SHAPE, 3, filters=2)
    kinds = [type(layer).__name__ for layer in network.layers]
    assert network.output_shape == (None, None, None, 3)
    assert kinds.count(enlarges) == 2
    assert ("UpSampling2D" in kinds) != ("Conv2DTranspose" in kinds)


@pytest.mark.parametrize("kind", ["resnet", "unet", keras.Sequential([keras.Input(SHAPE)])])
def test_threshold_of_what_has_no_change_is_refused(kind):
    with pytest.raises(ValueError, match="'resnet_residual' has.*change_threshold=0.2"):
        image_translator(kind, SHAPE, 3, change_threshold=0.2)


@pytest.mark.parametrize("kind, noise", [("resnest", False), ("resnet_residual", True)])
def test_what_there_is_not_is_refused(kind, noise):
    with pytest.raises(ValueError, match="must be 'resnet'.*Received: generator="):
        image_translator(kind, SHAPE, 1, noise=noise)
