"""Bad data is refused, and no weight has moved by then."""

import keras
import numpy as np
import pytest

from kerasgan.engine.data import checked, explained
from kerasgan.engine.inputs import check_static
from kerasgan.models import GAN
from tests.models.variants import MLP, moved, weights


def good(n=16):
    return np.random.default_rng(0).uniform(-1, 1, (n, 8, 8, 1)).astype("float32")


def with_nan():
    x = good()
    x[9, 3, 3] = np.nan
    return x


BAD = {
    "bytes as floats": (lambda: good() * 127 + 128, ValueError, r"\[0, 255\].*/ 127.5 - 1.*min="),
    "zero to one": (lambda: good().clip(0), ValueError, r"\[0, 1\].*\* 2 - 1.*Received: min="),
    "out of range": (lambda: good() * 3, ValueError, r"must lie in \[-1, 1\].*Received: min="),
    "integers": (lambda: np.zeros((16, 8, 8, 1), "uint8"), TypeError, r"/ 127.5 - 1.*dtype=uint8"),
    "rank": (lambda: good()[..., 0], ValueError, r"\(batch, 8, 8, 1\).*Received: images.shape"),
    "size": (lambda: good()[:, :7], ValueError, r"\(batch, 8, 8, 1\).*Received: images.shape"),
    "channels": (lambda: good().repeat(3, -1), ValueError, r"\(batch, 8, 8, 1\).*Received"),
    "nan": (with_nan, ValueError, r"NaN or infinite.*Received: min=nan"),
    "empty": (lambda: good()[:0], ValueError, "no data to train on.*Received"),
}


class Sequence(keras.utils.PyDataset):
    def __init__(self, x):
        super().__init__()
        self.x = x

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return self.x[index * 8 : index * 8 + 16]


def dataset(x):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(x).batch(16)


def labelled(x):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices((x, np.zeros(len(x), "int32"))).batch(16)


def loader(x):
    import torch

    data = torch.utils.data.TensorDataset(torch.from_numpy(x))
    return torch.utils.data.DataLoader(data, batch_size=16)


FORMS = {
    "array": lambda x: x,
    "dataset": dataset,
    "labelled dataset": labelled,
    "generator": lambda x: ((x,) for _ in range(2 if len(x) else 0)),
    "PyDataset": Sequence,
    "DataLoader": loader,
}


@pytest.fixture(scope="module")
def gan():
    """One for all that refuses what it is given."""
    gan = GAN(**MLP)
    gan.compile()
    return gan


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bad", BAD)
def test_bad_images_are_refused_before_a_weight_moves(bad, form, gan):
    make, error, message = BAD[bad]
    data = FORMS[form](make())
    before = weights(gan)
    with pytest.raises(error, match=message):
        gan.fit(data, verbose=0)
    assert not any(moved(before, weights(gan)))


@pytest.mark.parametrize("form", FORMS)
def test_good_images_pass_in_every_form_and_none_is_lost(form):
    seen = []

    class Sizes(GAN):
        def train_step(self, data):
            seen.append(self.batch(data)[0].shape[0])
            return super().train_step(data)

    gan = Sizes(**MLP)
    gan.compile(run_eagerly=True)
    gan.fit(FORMS[form](good()), batch_size=16 if form == "array" else None, verbose=0)
    want = {"generator": [16, 16], "PyDataset": [8, 16]}.get(form, [16])
    assert sorted(seen) == want


@pytest.mark.parametrize("bad", [b for b in BAD if b != "empty"])
def test_train_on_batch_refuses_too(bad, gan):
    make, error, message = BAD[bad]
    with pytest.raises(error, match=message):
        gan.train_on_batch(make())


def test_a_later_batch_of_a_dataset_is_checked_before_its_step():
    x = good(48)
    x[40] = np.nan
    gan = GAN(**MLP)
    gan.compile()
    with pytest.raises(ValueError, match="NaN"):
        gan.fit(dataset(x), verbose=0)
    assert all(np.isfinite(w).all() for w in weights(gan))


def test_bright_images_are_not_mistaken():
    gan = GAN(**MLP)
    gan.compile()
    gan.fit(np.abs(good(2)), verbose=0)
    gan.fit(np.abs(good(16)) / 2 + 0.2, verbose=0)


def test_points_may_lie_anywhere_but_must_be_finite():
    gan = GAN((2,), 2, generator_units=(8,), discriminator_units=(8,))
    gan.compile()
    gan.fit(np.full((8, 2), 40.0, "float32"), verbose=0)
    with pytest.raises(ValueError, match="`points` hold NaN or infinite"):
        gan.fit(np.full((8, 2), np.inf, "float32"), verbose=0)


CLASSES = {"images": (4, 4, 1), "labels": 3}
FOUR = np.linspace(-1, 1, 64, dtype="float32").reshape(4, 4, 4, 1)


@pytest.mark.parametrize(
    "labels, error, message",
    [
        (
            np.array([0, 1, 2, 3]),
            ValueError,
            r"`labels` must lie in \[0, 3\). Received: min=0, max=3",
        ),
        (np.array([-1, 1, 2, 0]), ValueError, r"\[0, 3\). Received: min=-1, max=2"),
        (np.eye(4, 3), ValueError, r"`argmax\(axis=1\)`. Received: labels.shape=\(4, 3\)"),
        (np.array([0.0, 1, 2, 0]), TypeError, "class ids below 3. Received: labels.dtype=float"),
    ],
)
@pytest.mark.parametrize("form", ["arrays", "dataset"])
def test_labels_are_looked_at(labels, error, message, form):
    import tensorflow as tf

    with pytest.raises(error, match=message):
        if form == "arrays":
            checked(CLASSES, FOUR, labels)
        else:
            data = tf.data.Dataset.from_tensor_slices((FOUR, labels)).batch(4)
            with explained(CLASSES):
                for batch in checked(CLASSES, data)[0]:
                    check_static(CLASSES, batch)


def test_good_labels_pass():
    checked(CLASSES, FOUR, np.array([0, 1, 2, 2], "uint8"))


def test_labels_that_are_missing_are_named():
    with pytest.raises(ValueError, match=r"2 parts, .*'labels'\]; .* `labels=True`. Received: 1 "):
        checked(CLASSES, FOUR)
