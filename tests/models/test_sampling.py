import numpy as np
import pytest

import kerasgan as kg


def conditional(**kwargs):
    sizes = {"generator_units": (8,), "discriminator_units": (8,)}
    return kg.ConditionalGAN((8, 8, 1), 4, **sizes, **kwargs)


def test_labels_one_for_all_one_each_or_drawn():
    gan = conditional(num_classes=3)
    seven = gan.generate(7, labels=2, seed=1)
    assert seven.shape == (7, 8, 8, 1)
    np.testing.assert_array_equal(seven, gan.generate(labels=[2] * 7, seed=1))
    assert gan.generate(labels=np.arange(3)).shape == (3, 8, 8, 1)
    drawn = gan.generate(50, seed=1)
    np.testing.assert_array_equal(drawn, gan.generate(50, seed=1))
    latents = np.random.default_rng(1).standard_normal((50, 4))
    same = np.stack([gan.generate(latents=latents, labels=k) for k in range(3)])
    chosen = np.abs(same - drawn).max(axis=(2, 3, 4)).argmin(axis=0)
    assert set(chosen) == {0, 1, 2}


def test_the_label_is_heard():
    gan = conditional(num_classes=3)
    latents = np.zeros((1, 4))
    a, b = (gan.generate(latents=latents, labels=label) for label in (0, 1))
    assert np.abs(a - b).max() > 1e-6


def test_an_image_does_not_depend_on_its_batch():
    gan = conditional(num_classes=3)
    gan.compile()
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
    gan.fit(images, rng.integers(3, size=32), batch_size=16, epochs=3, verbose=0)
    latents = rng.normal(size=(30, 4))
    mixed = gan.generate(latents=latents, labels=np.arange(30) % 3)
    single = gan.generate(latents=latents, labels=1)
    np.testing.assert_allclose(mixed[1::3], single[1::3], atol=1e-6)


def test_condition_vectors():
    gan = conditional(condition_dim=5)
    vectors = np.eye(2, 5)
    two = gan.generate(labels=vectors, latents=np.zeros((2, 4)))
    assert two.shape == (2, 8, 8, 1) and np.abs(two[0] - two[1]).max() > 1e-6
    three = gan.generate(3, labels=vectors[0], latents=np.zeros((3, 4)))
    # matrix products round differently in batches of other sizes, on some processors
    np.testing.assert_allclose(three[2], two[0], atol=1e-6)
    gan.compile()
    images = np.random.default_rng(0).uniform(-1, 1, (16, 8, 8, 1)).astype("float32")
    gan.fit(images, np.ones((16, 5), "float32"), verbose=0)


def test_interpolation_keeps_the_label():
    gan = conditional(num_classes=3)
    a, b = np.ones(4), -np.ones(4)
    path = gan.interpolate(a, b, 4, method="linear", labels=2)
    np.testing.assert_allclose(path[0], gan.generate(latents=a[None], labels=2)[0], atol=1e-6)


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "model, arguments, message",
    [
        ({"num_classes": 3}, {"labels": 3}, r"\[0, 3\). Received: labels from 3 to 3"),
        ({"num_classes": 3}, {"labels": [-1, 0]}, r"Received: labels from -1 to 0"),
        ({"num_classes": 3}, {"labels": 1.0}, "class id or an array.*dtype float64"),
        ({"num_classes": 3}, {"labels": [[1, 0]]}, r"Received: labels of shape \(1, 2\)"),
        ({"num_classes": 3}, {"labels": []}, r"Received: labels of shape \(0,\)"),
        ({"num_classes": 3}, {"labels": [1, 2], "n": 3}, "equally many. Received: {'n': 3"),
        ({"num_classes": 3}, {"labels": [1, 2], "latents": np.zeros((3, 4))}, "equally many"),
        ({"condition_dim": 5}, {}, r"vectors as `labels`, shape \(n, 5\). Received: labels=None"),
        ({"condition_dim": 5}, {"labels": np.zeros((2, 4))}, r"shape \(n, 5\). Received"),
    ],
)
def test_labels_that_do_not_fit_are_refused(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        conditional(**model).generate(**arguments)


@pytest.mark.any_backend
def test_a_model_without_classes_takes_no_labels():
    gan = kg.GAN((2,), 2, generator_units=(4,), discriminator_units=(4,))
    with pytest.raises(ValueError, match="made without classes.*Received: labels=1"):
        gan.generate(labels=1)
