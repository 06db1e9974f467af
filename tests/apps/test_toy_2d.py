import inspect

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from apps import toy_2d

pytestmark = pytest.mark.any_backend


@pytest.mark.parametrize("data", toy_2d.DATA)
def test_runs_on_every_data_set(data, tmp_path, capsys):
    toy_2d.main(["--data", data, "--steps", "4", "--frames", "2", "--out", str(tmp_path)])
    said = capsys.readouterr().out
    assert "energy distance" in said and "not converged" in said
    assert ("modes" in said) == (toy_2d.DATA[data][1] is not None)
    assert Image.open(tmp_path / "points.gif").n_frames == 3


@pytest.mark.parametrize(
    "arguments",
    [["--variant", name] for name in toy_2d.VARIANTS if name != "GAN"] + [["--pack", "2"]],
)
def test_runs_every_variant(arguments, tmp_path, capsys):
    short = ["--steps", "1", "--frames", "1", "--batch-size", "8", "--out", str(tmp_path)]
    toy_2d.main([*arguments, *short])
    assert "modes" in capsys.readouterr().out and (tmp_path / "points.gif").exists()


def test_labels_need_data_made_of_gaussians(capsys):
    with pytest.raises(SystemExit):
        toy_2d.main(["--variant", "ACGAN", "--data", "two_moons"])
    assert "not made of Gaussians. Received: variant='ACGAN'" in capsys.readouterr().err


def test_all_variants_of_the_zoo_are_there():
    zoo = {
        name
        for name, cls in vars(kg.models).items()
        if inspect.isclass(cls) and issubclass(cls, kg.models.NoiseToData)
    }
    of_images = {"FastGAN", "InfoGAN", "ProjectedGAN", "StyleGAN2"}
    assert set(toy_2d.VARIANTS) == zoo - {"NoiseToData"} - of_images


@pytest.mark.parametrize("variant", toy_2d.VARIANTS)
def test_every_variant_gets_networks_of_points(variant):
    gan = toy_2d.make(variant, units=(8, 4), classes=3, seed=0)
    inputs = [np.zeros((5, 2), "float32")]
    if gan.condition is not None:
        inputs.append(np.zeros((5,), "int32"))
    assert gan.generator(inputs if len(inputs) > 1 else inputs[0]).shape == (5, 2)
    for network in (gan.generator, gan.discriminator):
        widths = [layer.units for layer in dense_layers(network)]
        assert widths[:2] == [8, 4]


def dense_layers(network):
    inner = [getattr(layer, "layer", layer) for layer in network.layers]
    return [layer for layer in inner if isinstance(layer, keras.layers.Dense)]


def kinds(network):
    return [type(layer).__name__ for layer in network.layers]


def test_networks_have_what_makes_the_variant():
    assert kinds(toy_2d.make("SNGAN").discriminator).count("SpectralNormalization") == 4
    dcgan = toy_2d.make("DCGAN")
    assert kinds(dcgan.generator).count("BatchNormalization") == 2
    assert kinds(dcgan.discriminator).count("BatchNormalization") == 2
    assert toy_2d.make("ACGAN", classes=8).discriminator.output_shape == [(None, 1), (None, 8)]
    assert toy_2d.make("LSGAN", pack=3).discriminator.input_shape == (None, 6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--variant", "ConditionalGAN", "--pack", "2"], "without classes"),
        (["--pack", "0"], "pack"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, message, tmp_path, capsys):
    with pytest.raises(SystemExit):
        toy_2d.main([*arguments, "--out", str(tmp_path)])
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_labels_are_the_nearest_gaussians():
    points = np.array([[0.9, 0.1], [0.1, 0.9], [-0.7, -0.7]], "float32")
    labels = toy_2d.nearest(points, kg.datasets.ring_means())
    assert labels.dtype == "int32" and labels.tolist() == [0, 2, 5]


def test_live_without_a_display_says_so(tmp_path, capsys, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    toy_2d.main(["--live", "--steps", "2", "--frames", "1", "--out", str(tmp_path)])
    assert "display" in capsys.readouterr().out


def test_two_gaussians_have_the_tutorials_moments():
    points = toy_2d.two_gaussians(200_000, seed=0)
    np.testing.assert_allclose(points.mean(axis=0), [0.5, 0.5], atol=0.01)
    # 0.1 inside a mode, and 0.25 for means half a unit to either side
    np.testing.assert_allclose(np.cov(points.T), [[0.35, 0.25], [0.25, 0.35]], atol=0.01)


class Strewn:
    """Draws from the ring, with some of the points between modes, or without one of the modes."""

    def __init__(self, between=0.0, whole=True):
        self.between, self.whole = between, whole

    def generate(self, n, seed):
        points = kg.datasets.gaussian_ring(n=2 * n, seed=100 + seed)
        if not self.whole:
            points = points[points[:, 0] > -0.9]
        strewn = int(self.between * n)
        turned = np.deg2rad(22.5)  # a mode's neighbour is 45 degrees on
        turn = [[np.cos(turned), np.sin(turned)], [-np.sin(turned), np.cos(turned)]]
        return np.concatenate([points[:strewn] @ turn, points[strewn:n]])


@pytest.mark.parametrize(
    ("gan", "converged", "said"),
    [
        (Strewn(), True, ["ok   p", "ok   modes 8 of 8", "ok   high quality 9", "at least 90%"]),
        (Strewn(between=1 / 3), False, ["ok   modes 8 of 8", "no   high quality 6"]),
        (Strewn(whole=False), False, ["no   p", "no   modes 7 of 8", "ok   high quality"]),
    ],
)
def test_verdict_on_a_ring(gan, converged, said, capsys):
    means, std = toy_2d.DATA["ring"][1:]
    held_out = kg.datasets.gaussian_ring(n=1000, seed=0)
    assert toy_2d.judge(gan, held_out, means, std) is converged
    out = capsys.readouterr().out
    assert all(words in out for words in said), out
    assert out.endswith("\nconverged\n" if converged else "\nnot converged\n")


def test_verdict_without_modes_is_the_energy_tests(capsys):
    class Moons:
        def generate(self, n, seed):
            return kg.datasets.two_moons(n=n, seed=7 + seed)

    assert toy_2d.judge(Moons(), kg.datasets.two_moons(n=1000, seed=0)) is True
    assert not toy_2d.judge(Moons(), kg.datasets.two_moons(n=1000, seed=0) + 0.5)
    assert "quality" not in capsys.readouterr().out


@pytest.mark.slow
def test_converges(tmp_path):
    assert toy_2d.main(["--out", str(tmp_path)])
