import keras
import numpy as np
import pytest
from keras import ops

import kerasgan as kg
from tests.models.variants import SMALL, batches, moved, weights


def fastgan(**kwargs):
    gan = kg.FastGAN(**{**SMALL, "filters": 1, **kwargs})
    gan.compile()
    return gan


def test_decoders_are_held_against_images_averaged_down_and_a_quarter(monkeypatch):
    gan, rng = fastgan(), np.random.default_rng(0)
    (images,) = batches(gan, 4)
    maps = [rng.normal(size=(4, side, side, 2)).astype("float32") for side in (8, 8, 16)]
    seen = []

    def decoder(value):
        def decode(x, training):
            seen.append(ops.convert_to_numpy(x))
            return ops.full((4, 8, 8, 1), value)

        return decode

    object.__setattr__(gan, "decoders", [decoder(value) for value in (0.5, -0.25, 0.125)])
    averaged = images.reshape(4, 8, 2, 8, 2, 1).mean(axis=(2, 4))
    whole = np.abs(averaged - 0.5).mean() + np.abs(averaged + 0.25).mean()
    drawn = set()
    for _ in range(20):
        seen.clear()
        loss = float(gan.reconstruction_loss(*map(ops.convert_to_tensor, (images,)), maps))
        for row, column in np.ndindex(2, 2):
            corner = np.s_[:, 8 * row : 8 * row + 8, 8 * column : 8 * column + 8]
            if np.array_equal(seen[2], maps[2][corner]):
                drawn.add((row, column))
                want = whole + np.abs(images[corner] - 0.125).mean()
                assert loss == pytest.approx(want, rel=1e-5)
        np.testing.assert_array_equal(seen[0], maps[0])
        np.testing.assert_array_equal(seen[1], maps[1])
    assert len(drawn) == 4


def test_the_discriminator_adds_what_its_decoders_miss():
    gan = fastgan(augment=None, reconstruction_weight=3.0)
    (real,) = map(ops.convert_to_tensor, batches(gan, 4))
    gan.reconstruction_loss = lambda images, maps: ops.mean(images) + 7.0
    hinge = float(ops.stop_gradient(gan.discriminator_loss(real, -real, [], training=False)))
    logits = [ops.convert_to_numpy(gan.discriminator(x)[0]) for x in (real, -real)]
    want = np.maximum(0, 1 - logits[0]).mean() + np.maximum(0, 1 + logits[1]).mean()
    assert logits[0].shape == (4, 50) and hinge == pytest.approx(want, rel=1e-5)
    start = weights(gan.discriminator)
    loss = float(ops.stop_gradient(gan.discriminator_loss(real, -real, [])))
    gan.discriminator.set_weights(start)
    logits = [ops.convert_to_numpy(gan.discriminator(x, training=True)[0]) for x in (real, -real)]
    hinge = np.maximum(0, 1 - logits[0]).mean() + np.maximum(0, 1 + logits[1]).mean()
    assert loss - 3 * (float(ops.mean(real)) + 7) == pytest.approx(hinge, rel=1e-4)


def test_the_decoders_are_the_discriminators():
    gan = fastgan()
    assert gan.players()["discriminator"] == [gan.discriminator, *gan.decoders]
    before = [weights(decoder) for decoder in gan.decoders]
    gan.fit(*batches(gan), batch_size=8, verbose=0)
    assert all(any(moved(b, weights(d))) for b, d in zip(before, gan.decoders, strict=True))


def test_packs():
    gan = kg.FastGAN(**SMALL, filters=1, pack=2)
    gan.compile()
    assert gan.discriminator.input_shape == (None, 16, 16, 2)
    history = gan.fit(*batches(gan), batch_size=16, verbose=0).history
    assert np.isfinite(history["d_loss"]).all()


@pytest.mark.any_backend
def test_a_discriminator_without_maps_is_refused():
    network = keras.Sequential(
        [keras.Input((16, 16, 1)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    with pytest.raises(ValueError, match=r"must give .*\(n, None, None, None\).*Received"):
        kg.FastGAN(**SMALL, filters=1, discriminator=network)
