import pytest

import kerasgan as kg
from kerasgan.layers import SelfAttention2D, SpectralNormalization
from kerasgan.networks import (
    dcgan_discriminator,
    dcgan_generator,
    resnet_discriminator,
    resnet_generator,
)

pytestmark = pytest.mark.any_backend

BUILDERS = {
    dcgan_generator: lambda shape, **kwargs: dcgan_generator(shape, 2, 8, **kwargs),
    dcgan_discriminator: lambda shape, **kwargs: dcgan_discriminator(shape, 8, **kwargs),
    resnet_generator: lambda shape, **kwargs: resnet_generator(shape, 2, 8, **kwargs),
    resnet_discriminator: lambda shape, **kwargs: resnet_discriminator(shape, 8, **kwargs),
}


def blocks(network):
    return [layer for layer in network.layers if isinstance(layer, SelfAttention2D)]


def heights(network):
    return [layer.output.shape[1] for layer in blocks(network)]


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("side", [32, 64])
def test_blocks_stand_where_they_are_asked_for(builder, side):
    build = BUILDERS[builder]
    assert heights(build((side, side, 1))) == []
    assert heights(build((side, side, 1), attention=16)) == [16]
    assert sorted(heights(build((side, 2 * side, 1), attention=(8, 16)))) == [8, 16]
    spectral = {
        type(each.query) is SpectralNormalization
        for each in blocks(build((side, side, 1), attention=(8, 16)))
    }
    assert spectral == {builder is resnet_discriminator}


@pytest.mark.parametrize(
    "builder, sides",
    [
        (dcgan_generator, "4, 8, 16"),
        (dcgan_discriminator, "4, 8, 16"),
        (resnet_generator, "8, 16, 32"),
        (resnet_discriminator, "8, 16"),
    ],
)
def test_other_heights_are_refused(builder, sides):
    with pytest.raises(ValueError, match=f"which are {sides}. Received: attention=12"):
        BUILDERS[builder]((32, 32, 1), attention=12)


@pytest.mark.parametrize("model", [kg.DCGAN, kg.LSGAN, kg.WGAN, kg.WGANGP])
def test_models_put_them_into_both_networks(model):
    gan = model((16, 16, 1), 2, filters=4, attention=8)
    assert heights(gan.generator) == heights(gan.discriminator) == [8]
    assert gan.get_config()["attention"] == 8
