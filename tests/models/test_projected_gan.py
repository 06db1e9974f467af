import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan.networks import efficientnet
from tests.models.variants import batches, moved, projected_gan, weights


def test_features_never_move_and_belong_to_no_player():
    gan = projected_gan()
    gan.compile()
    before = weights(gan.projector)
    gan.fit(*batches(gan), batch_size=8, verbose=0)
    assert not any(moved(before, weights(gan.projector)))
    fixed = {id(w) for w in gan.projector.weights}
    own = [w for nets in gan.players().values() for net in nets for w in net.weights]
    assert fixed and not fixed & {id(w) for w in own}
    assert not fixed & {id(w) for w in gan.trainable_variables}
    assert fixed <= {id(w) for w in gan.weights}  # and so are saved


def test_features_run_as_at_inference():
    gan = projected_gan()
    gan.compile()
    (images,) = batches(gan, 8)
    images = keras.ops.convert_to_tensor(images)
    one, all_ = (gan.shown(x)[0] for x in (images[:1], images))  # batch norm would differ
    np.testing.assert_allclose(*map(keras.ops.convert_to_numpy, (one, all_[:1])), atol=1e-6)


def test_the_generators_gradient_passes_through_the_features():
    gan = projected_gan()
    gan.compile(optimizer={"generator": keras.optimizers.SGD(1.0)})
    before = weights(gan.generator)
    gan.fit(*batches(gan), batch_size=16, verbose=0)
    assert all(moved(before, weights(gan.generator)))


def efficientnet_gan():
    return kg.ProjectedGAN((16, 16, 1), 2, filters=1, feature_size=32, mixing_filters=1)


@pytest.mark.any_backend
def test_a_file_opens_where_the_package_of_the_weights_is_missing(tmp_path, monkeypatch):
    gan = efficientnet_gan()
    gan.compile()
    gan.save(tmp_path / "gan.keras")
    want = gan.generate(2, seed=1)
    monkeypatch.setattr(efficientnet, "PACKAGE", "no_such_package")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    np.testing.assert_allclose(loaded.generate(2, seed=1), want, atol=1e-6)
    for a, b in zip(weights(gan.projector), weights(loaded.projector), strict=True):
        np.testing.assert_array_equal(a, b)
    data = batches(gan, 4)
    assert np.isfinite(list(loaded.train_on_batch(*data, return_dict=True).values())).all()
    new = efficientnet_gan()
    new.compile()
    with pytest.raises(ImportError, match="pip install"):
        new.fit(*data, verbose=0)


@pytest.mark.any_backend
def test_a_preset_asks_for_no_features(tmp_path, monkeypatch):
    gan = projected_gan()
    gan.save_to_preset(tmp_path / "mine")
    monkeypatch.setattr(efficientnet, "PACKAGE", "no_such_package")
    found = kg.ProjectedGAN.from_preset(tmp_path / "mine")
    np.testing.assert_allclose(found.generate(2, seed=1), gan.generate(2, seed=1), atol=1e-6)


@pytest.mark.any_backend
def test_discriminators_of_ones_own_take_the_maps():
    maps = [keras.Input((8, 8, 2)), keras.Input((4, 4, 2))]
    flat = [keras.layers.Flatten()(m) for m in maps]
    judge = keras.Model(maps, keras.layers.Concatenate()([keras.layers.Dense(1)(x) for x in flat]))
    kwargs = dict(projected_gan().get_config(), discriminator=judge)
    assert kg.ProjectedGAN(**kwargs).discriminator is judge
    wrong = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    with pytest.raises(ValueError, match=r"does not take .*\(n, 8, 8, 2\), \(n, 4, 4, 2\)"):
        kg.ProjectedGAN(**{**kwargs, "discriminator": wrong})
