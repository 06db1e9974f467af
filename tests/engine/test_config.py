import keras
import pytest

import kerasgan as kg
from kerasgan.engine.config import parameters
from tests.models.variants import MLP, VARIANTS


@pytest.mark.parametrize("name", VARIANTS)
def test_the_config_is_what_the_constructor_takes(name):
    model = VARIANTS[name]()
    config = model.get_config()
    assert set(config) == {*parameters(type(model)), "name", "dtype"}
    again = type(model).from_config(keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(config)))  # fmt: skip
    assert [w.shape for w in again.get_weights()] == [w.shape for w in model.get_weights()]
    ours = {k: v for k, v in config.items() if not _networks(v)}
    assert {k: again.get_config()[k] for k in ours} == ours


def _networks(value):
    return any(isinstance(part, keras.layers.Layer) for part in keras.tree.flatten(value))


def test_arguments_are_attributes_with_their_defaults_and_lists_are_tuples():
    gan = kg.WGAN([16, 16, 1], 4, filters=2)
    assert gan.filters == 2 and gan.critic_steps == 5 and gan.data_shape == (16, 16, 1)


def test_the_config_has_what_the_attributes_have_become():
    gan = kg.GAN(**MLP, augment="ada")
    gan.augment.speed, gan.critic_steps = 100, 3
    again = kg.GAN.from_config(keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(gan.get_config())))  # fmt: skip
    assert again.augment.speed == 100 and again.critic_steps == 3


def test_a_subclass_keeps_what_it_takes_itself():
    class Fixed(kg.GAN):
        def __init__(self, units=8):
            super().__init__((8, 8, 1), 4, generator_units=(units,), discriminator_units=(4,))

    config = Fixed(units=6).get_config()
    assert set(config) == {"units", "seed", "name", "dtype"} and config["units"] == 6


def test_a_subclass_with_an_argument_more_needs_no_get_config():
    class More(kg.GAN):
        def __init__(self, *args, temperature=1.0, **kwargs):
            super().__init__(*args, **kwargs)

    config = More(**MLP, temperature=0.5).get_config()
    assert config["temperature"] == 0.5 and config["latent_dim"] == 4


class Settled(kg.DCGAN):
    def __init__(self, latent_dim=4, *, width=2, normalization="layer", **kwargs):
        super().__init__(
            (16, 16, 1), latent_dim, filters=width, normalization=normalization, **kwargs
        )


class MoreSettled(Settled):
    def __init__(self, **kwargs):
        super().__init__(6, ema_decay=0.5, **kwargs)


def test_what_a_subclass_passes_its_base_itself_is_no_argument_of_its_own():
    assert not {"data_shape", "filters"} & set(parameters(Settled))
    assert list(parameters(Settled))[:3] == ["latent_dim", "width", "normalization"]
    assert {"data_shape", "filters", "ema_decay", "latent_dim"}.isdisjoint(parameters(MoreSettled))
    for cls in (Settled, MoreSettled):
        model = cls(width=4)
        config = model.get_config()
        assert set(config) == {*parameters(cls), "name", "dtype"}
        assert [w.shape for w in cls.from_config(config).weights] == [
            w.shape for w in model.weights
        ]


def test_networks_are_in_the_config_only_if_they_were_passed():
    generator = kg.networks.mlp_generator((8, 8, 1), 4, (8,))
    config = kg.GAN((8, 8, 1), 4, generator=generator).get_config()
    assert config["generator"] is generator and config["discriminator"] is None


def test_runs_of_earlier_releases_open():
    small = {"filters": 2, "blocks": 1, "discriminator": "pixel", "discriminator_filters": 2}
    config = kg.CycleGAN((8, 8, 3), (8, 8, 3), **small).get_config()
    kg.CycleGAN.from_config({**config, "change_threshold": 0.0})


def test_a_missing_argument_is_told_as_python_does():
    with pytest.raises(TypeError, match=r"GAN.__init__\(\) missing .*'latent_dim'"):
        kg.GAN((8, 8, 1))
