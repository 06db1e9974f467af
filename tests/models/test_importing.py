"""PyTorch's weights on networks of here."""

import functools

import numpy as np
import pytest
import torch

import kerasgan as kg
from kerasgan.models import import_torch
from tests.models.torch_networks import (
    Discriminator,
    Generator,
    NLayerDiscriminator,
    ResnetGenerator,
    UnetGenerator,
    store,
)


@pytest.fixture
def stored(tmp_path):
    return functools.partial(store, tmp_path)


def theirs(network, x):
    """What PyTorch gives at inference, channels last."""
    x = torch.from_numpy(np.moveaxis(x, -1, 1).copy() if x.ndim == 4 else x)
    with torch.no_grad():
        made = network.eval()(x).numpy()
    return np.moveaxis(made, 1, -1) if made.ndim == 4 else made


def logits(network, x):
    return np.asarray(network.predict_on_batch(x))


def pictures(*shape):
    return np.random.default_rng(0).uniform(-1, 1, (2, *shape)).astype("float32")


def close(found, want):
    assert want.std() > 0.01  # no picture of one colour
    np.testing.assert_allclose(found, want, atol=1e-4)


def test_cyclegan(stored, tmp_path):
    nets = (
        ResnetGenerator(3, 1, 4, 6, "instance"),
        ResnetGenerator(1, 3, 4, 6, "instance"),
        NLayerDiscriminator(1, 3, 3, "instance"),
        NLayerDiscriminator(3, 3, 3, "instance"),
    )
    gan = import_torch("cyclegan", stored(*nets), size=32)
    assert gan.shape_a == (32, 32, 3) and gan.shape_b == (32, 32, 1) and gan.blocks == 6
    a, b = pictures(32, 36, 3), pictures(32, 32, 1)
    close(gan.translate(a), theirs(nets[0], a))
    close(gan.translate(b, "BtoA"), theirs(nets[1], b))
    close(logits(gan.D_A, b), theirs(nets[2], b))
    close(logits(gan.D_B, a), theirs(nets[3], a))
    gan.save(tmp_path / "gan.keras")
    again = kg.load(tmp_path / "gan.keras")
    np.testing.assert_array_equal(again.translate(b, "BtoA"), gan.translate(b, "BtoA"))


@pytest.mark.any_backend
def test_cyclegan_of_nine_blocks_with_dropout_by_its_generators_alone(stored):
    nets = [ResnetGenerator(1, 1, 2, 9, "batch", dropout=True) for _ in range(2)]
    gan = import_torch("cyclegan", stored(*nets))
    assert gan.shape_a == (256, 256, 1) and gan.blocks == 9 and gan.normalization == "batch"
    x = pictures(16, 16, 1)
    close(gan.translate(x), theirs(nets[0], x))
    close(gan.translate(x, "BtoA"), theirs(nets[1], x))


@pytest.mark.parametrize("norm", ["batch", "instance"])
def test_pix2pix(stored, norm):
    nets = UnetGenerator(1, 3, 2, 7, norm), NLayerDiscriminator(4, 2, 2, norm)
    gan = import_torch("pix2pix", stored(*nets), size=(128, 256))
    assert gan.blocks == 7 and gan.discriminator_layers == 2
    a, pair = pictures(128, 256, 1), pictures(32, 32, 4)
    close(gan.translate(a), theirs(nets[0], a))
    close(logits(gan.discriminator, pair), theirs(nets[1], pair))


@pytest.mark.any_backend
def test_pix2pix_of_residual_blocks(stored):
    net = ResnetGenerator(3, 3, 2, 1, "batch")
    a = pictures(16, 16, 3)
    close(import_torch("pix2pix", stored(net)).translate(a), theirs(net, a))


@pytest.mark.parametrize("doublings", [4, 3])
def test_dcgan(stored, doublings):
    nets = Generator(5, 4, 3, doublings), Discriminator(3, 4, doublings)
    gan = import_torch("dcgan", stored(*nets))
    side = 4 * 2**doublings
    assert gan.data_shape == (side, side, 3) and gan.latent_dim == 5 and gan.filters == 4
    latents = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
    images = theirs(nets[0], latents)
    close(gan.generate(latents=latents), images)
    found = 1 / (1 + np.exp(-logits(gan.discriminator, images)[:, 0]))
    np.testing.assert_allclose(found, theirs(nets[1], images), atol=1e-4)


@pytest.mark.any_backend
def test_what_is_imported_trains_further(stored):
    gan = import_torch("dcgan", stored(Generator(5, 2, 1, 2)))
    before = gan.generator.get_weights()
    gan.compile()
    gan.fit(pictures(16, 16, 1), batch_size=2, verbose=0)
    assert any(
        np.abs(a - b).max() > 0 for a, b in zip(before, gan.generator.get_weights(), strict=True)
    )


@pytest.mark.any_backend
def test_a_state_of_data_parallel_and_old_instance_norms(stored):
    net = ResnetGenerator(1, 1, 2, 1, "instance")
    (path,) = stored(net)
    state = {f"module.{name}": value.double() for name, value in torch.load(path).items()}
    torch.save(state | {"module.model.2.running_mean": torch.zeros(2)}, path)
    gan = import_torch("pix2pix", path)
    close(gan.translate(pictures(8, 8, 1)), theirs(net, pictures(8, 8, 1)))


def without(name):
    return lambda state: {key: value for key, value in state.items() if key != name}


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "change, said",
    [
        (without("model.1.weight"), "it lacks model.1.weight, the kernel of a conv"),
        (without("model.4.bias"), "it lacks model.4.bias"),
        (without("model.10.conv_block.5.weight"), "it lacks model.10.conv_block.5.weight"),
        (lambda state: state | {"fc.weight": torch.ones(2, 2)}, "it has fc.weight beyond what"),
        (
            lambda state: state | {"model.7.weight": torch.ones(8, 4, 5, 5)},
            r"model.7.weight has shape \(8, 4, 5, 5\), which does not make weights of",
        ),
        (lambda state: {"model.99.weight": torch.ones(2, 2, 7, 7)}, "it lacks model.1.weight"),
        (lambda state: {"model." * 99 + "0": torch.ones(2)}, "it lacks model.model.3.weight"),
        (lambda state: {}, "it lacks model.17.weight"),
    ],
)
def test_the_first_misfit_is_named(stored, change, said):
    (path,) = stored(ResnetGenerator(1, 1, 2, 1, "instance"))
    torch.save(change(torch.load(path)), path)
    with pytest.raises(ValueError, match=f"net_0.pth is no generator of a pix2pix: {said}"):
        import_torch("pix2pix", path)


@pytest.mark.any_backend
def test_files_that_do_not_go_together(stored):
    g, d = Generator(5, 2, 1, 3), Discriminator(1, 2, 2)
    a, b = stored(g, d)
    with pytest.raises(ValueError, match="no discriminator of a dcgan: it has 4 modules with"):
        import_torch("dcgan", [a, b])
    with pytest.raises(ValueError, match="is no G_A of a cyclegan: it lacks model.17.weight"):
        import_torch("cyclegan", [a, b])
    with pytest.raises(ValueError, match="those of G_A, G_B, D_A, D_B; .* Received: 1 files"):
        import_torch("cyclegan", a)
    with pytest.raises(ValueError, match="A DCGAN's size is that of its generator"):
        import_torch("dcgan", a, size=64)
    with pytest.raises(ValueError, match="`architecture` must be one of cyclegan, pix2pix, dcgan"):
        import_torch("gan", a)
