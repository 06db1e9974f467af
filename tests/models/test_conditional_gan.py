import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg
from tests.models.variants import MLP


def judge_of_points(condition):
    """A discriminator whose logit is the point's first number times the condition's sum."""
    point, given = keras.Input((2,)), keras.Input(condition)
    logit = point[:, :1] * ops.sum(given, axis=-1, keepdims=True)
    return keras.Model([point, given], layers.Dense(1, use_bias=False)(logit))


def test_real_samples_of_a_neighbours_vector_are_half_of_the_fakes():
    gan = kg.ConditionalGAN(
        (2,), 3, condition_dim=2, mismatched=True, discriminator=judge_of_points((2,))
    )
    gan.compile()
    gan.discriminator.set_weights([np.ones((1, 1))])
    vectors = np.array([[1, 0], [0, 2], [3, 0]], "float32")
    real, fake = np.full((3, 2), 0.5, "float32"), np.full((3, 2), -1, "float32")
    found = float(gan.discriminator_loss(*map(ops.array, (real, fake)), [ops.array(vectors)]))
    sums = np.array([1, 2, 3])
    right, made, wrong = 0.5 * sums, -sums, 0.5 * np.roll(sums, 1)
    softplus = [np.mean(np.log1p(np.exp(x))) for x in (-right, made, wrong)]
    assert found == pytest.approx(softplus[0] + (softplus[1] + softplus[2]) / 2, rel=1e-5)
    with pytest.raises(ValueError, match="at least .* = 2 samples"):
        gan.fit(real[:1], vectors[:1], verbose=0)


def test_a_wrong_class_is_any_of_the_others():
    gan = kg.ConditionalGAN(**MLP, num_classes=3, mismatched=True, seed=0)
    ids = np.arange(300, dtype="int32") % 3
    (wrong,) = gan.wrong(ops.array(ids))
    wrong = ops.convert_to_numpy(wrong)
    for k in range(3):
        others, counts = np.unique(wrong[ids == k], return_counts=True)
        assert set(others) == {0, 1, 2} - {k} and counts.min() > 25
    gan.compile()
    images = np.random.default_rng(0).uniform(-1, 1, (8, 8, 8, 1)).astype("float32")
    history = gan.fit(images, ids[:8], validation_data=(images, ids[:8]), verbose=0).history
    assert all(np.isfinite(history[name]).all() for name in ("d_loss", "g_loss", "val_d_loss"))
    again = kg.ConditionalGAN.from_config(gan.get_config())
    assert again.mismatched is True


@pytest.mark.any_backend
def test_of_one_class_none_is_wrong():
    with pytest.raises(ValueError, match="no other is wrong.*Received: num_classes=1"):
        kg.ConditionalGAN(**MLP, num_classes=1, mismatched=True)
