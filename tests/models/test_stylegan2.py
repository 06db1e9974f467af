import keras
import numpy as np
import pytest
from keras import ops

import kerasgan as kg
from tests.models.variants import batches, style_gan

TINY = {"data_shape": (16, 16, 1), "latent_dim": 4, "filters": 2, "mapping_layers": 1}


def numpy(tensor):
    return ops.convert_to_numpy(tensor)


@pytest.mark.any_backend
def test_defaults_are_the_papers():
    gan = kg.StyleGAN2(**TINY, gamma=10.0)
    gan.compile()
    (penalty,) = gan.penalties
    assert penalty.every == 16 and penalty.penalty.get_config() == {"weight": 10.0}
    for player, c in (("discriminator", 16 / 17), ("generator", 8 / 9)):
        optimizer = gan.optimizer[player]
        assert float(optimizer.learning_rate) == pytest.approx(0.002 * c)
        assert (optimizer.beta_1, optimizer.epsilon) == (0.0, 1e-8)
        assert optimizer.beta_2 == pytest.approx(0.99**c)


def test_truncation_draws_images_to_that_of_the_mean_style():
    gan = kg.StyleGAN2(**TINY, ema_decay=None)
    mean = gan.mapping.get_layer("mean_style").mean
    mean.assign([1.0, -2.0, 0.5, 0.0])
    plain, none = gan.generate(3, seed=1), gan.generate(3, seed=1, truncation=0)
    want = numpy(gan.synthesis(np.tile(numpy(mean), (1, 6, 1))))
    np.testing.assert_allclose(none, np.repeat(want, 3, axis=0), atol=1e-5)
    assert np.abs(plain[0] - plain[1]).max() > 1e-3
    np.testing.assert_array_equal(gan.generate(3, seed=1), plain)


def test_truncation_of_a_block_holds_until_its_end(monkeypatch):
    gan, written = kg.StyleGAN2(**TINY, ema_decay=None), []
    sampling = kg.models.sampling
    monkeypatch.setattr(sampling, "export_page", lambda _, spec, *__: written.append(spec))
    monkeypatch.setattr(sampling, "export_endpoints", lambda *_: written.append(half()))

    def half():
        return np.array_equal(gan.generate(2, seed=1), want)

    plain, want = (gan.generate(2, seed=1, truncation=t) for t in (1, 0.5))
    assert np.abs(plain - want).max() > 1e-3
    with gan.truncated(0.5):
        assert half()
        np.testing.assert_array_equal(gan.generate(2, seed=1, truncation=1), plain)
        gan.export("page", format="web")
        assert half()
        gan.export("file.onnx", format="onnx")
        assert half()
    assert written[0]["truncation"] == 0.5 and written[1]
    np.testing.assert_array_equal(gan.generate(2, seed=1), plain)


def test_mean_style_is_followed():
    gan = kg.StyleGAN2(**TINY, mixing=0)
    latents = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    styles = numpy(gan.draw_styles(latents, [], training=True))
    mean = numpy(gan.mapping.get_layer("mean_style").mean)
    np.testing.assert_allclose(mean, 0.005 * styles[:, 0].mean(axis=0), rtol=1e-4, atol=1e-7)


def test_mixed_images_have_other_styles_from_a_layer_on():
    gan = kg.StyleGAN2(**TINY, mixing=1)
    latents = np.ones((64, 4), "float32")
    own = numpy(gan.mapping(latents))
    same = np.isclose(numpy(gan.draw_styles(latents, [], training=False)), own, atol=1e-6).all(2)
    kept = same.sum(axis=1)
    assert set(kept) == {1, 2, 3, 4, 5}
    np.testing.assert_array_equal(same, np.arange(6) < kept[:, None])


def test_lazy_terms_are_computed_at_their_steps_only(monkeypatch):
    """R1 at step 0 and 16, the path's length at 0, 8 and 16; its mean moves then."""
    gan, seen = style_gan(), {"R1": 0, "path": 0}
    gan.compile()
    gan.run_eagerly = kg.backend.name != "jax"
    gan.optimizer["generator"].iterations.assign(7)
    gan.optimizer["discriminator"].iterations.assign(15)

    def count(name, value):
        def counted(*args, **kwargs):
            seen[name] += 1
            return value

        return counted

    gan.penalties[0].penalty = count("R1", ops.ones(()))
    monkeypatch.setattr(gan, "path_penalty", count("path", [ops.ones(()), ops.full((), 5.0)]))
    images, labels = batches(gan, 4)
    lengths = []
    for _ in range(3):
        gan.fit(images, labels, batch_size=4, verbose=0)
        lengths.append(float(numpy(gan.path_length)))
    assert lengths == pytest.approx([0, 0.05, 0.05])
    if kg.backend.name != "jax":  # which traces both ways, to run one
        assert seen == {"R1": 1, "path": 1}


@pytest.mark.any_backend
def test_the_path_penalty_is_that_of_the_lengths_of_half_a_batch(monkeypatch):
    gan = style_gan()
    gan.path_length.assign(0.25)
    styles = np.random.default_rng(0).normal(size=(3, 2, 4)).astype("float32")
    monkeypatch.setattr(gan, "draw_styles", lambda *args, **kwargs: ops.convert_to_tensor(styles))
    noise = ops.ones((3, 8, 8, 1))
    monkeypatch.setattr(keras.random, "normal", lambda *args, **kwargs: noise)
    made = [gan.synthesis(styles + d, training=True) for d in steps(styles.shape, 1e-2)]
    slopes = numpy(ops.stack([ops.sum(x, axis=(1, 2, 3)) for x in made], axis=1))
    slopes = (slopes[:, 0::2] - slopes[:, 1::2]) / 2e-2 / 8
    lengths = np.sqrt(np.square(slopes.reshape(3, 2, 4)).sum(2).mean(1))
    penalty, mean = gan.path_penalty([ops.zeros(5, "int32")], 3)
    assert lengths.std() > 1e-4
    np.testing.assert_allclose(numpy(mean), lengths.mean(), rtol=1e-2)  # kinks of the leaky ReLU
    np.testing.assert_allclose(numpy(penalty), np.square(lengths - 0.25).mean(), rtol=2e-2)


def steps(shape, size):
    """Steps forth and back along each axis of a sample."""
    for axis in np.ndindex(*shape[1:]):
        for way in (size, -size):
            step = np.zeros(shape, "float32")
            step[:, *axis] = way
            yield step


@pytest.mark.any_backend
def test_a_generator_without_styles_is_refused():
    with pytest.raises(ValueError, match="'mapping' and 'synthesis'.*Received"):
        kg.StyleGAN2((16, 16, 1), 4, generator=kg.networks.dcgan_generator((16, 16, 1), 4, 2))
