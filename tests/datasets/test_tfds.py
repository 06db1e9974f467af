import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

from kerasgan import datasets
from kerasgan.datasets.contents import contents
from kerasgan.utils import conversion

pytestmark = pytest.mark.any_backend


class KerasganShapes(tfds.core.GeneratorBasedBuilder):
    """Grey images of several sizes and one value each, which is also the label."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        image = tfds.features.Image(shape=(None, None, 1))
        features = {"image": image, "label": tfds.features.ClassLabel(num_classes=40)}
        return self.dataset_info_from_configs(features=tfds.features.FeaturesDict(features))

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples(), "test": self._generate_examples()}

    def _generate_examples(self):
        for i in range(40):
            yield i, {"image": np.full((8 + i % 3, 9, 1), i, "uint8"), "label": i}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A real data set on disk, prepared without a network."""
    folder = tmp_path_factory.mktemp("tfds")
    tfds.builder("kerasgan_shapes", data_dir=folder).download_and_prepare()
    return folder


def test_mnist_of_tfds():
    with tfds.testing.mock_data(num_examples=20):
        data = datasets.load("tfds:mnist", batch_size=5, labels=True)
        grey = next(iter(datasets.load("tfds:mnist", batch_size=20, shuffle=False)))
        large = datasets.load("tfds:mnist", batch_size=5, image_size=32, channels=3)
    assert len(data) == 4
    assert data.element_spec[0].shape == (5, 28, 28, 1)
    assert data.element_spec[1] == tf.TensorSpec((5,), tf.int32)
    assert -1 <= np.min(grey) < -0.9 and 0.9 < np.max(grey) <= 1
    assert large.element_spec.shape == (5, 32, 32, 3)


@pytest.mark.parametrize("cache", [None, True, False])
def test_a_prepared_data_set_is_read_from_disk(data_dir, cache):
    data = datasets.load(
        "tfds:kerasgan_shapes", 8, image_size=8, labels=True, data_dir=data_dir, cache=cache, seed=0
    )
    epochs = []
    for _ in range(2):
        images, labels = (np.concatenate(part) for part in zip(*data, strict=True))
        assert images.shape == (40, 8, 8, 1)
        expected = np.broadcast_to(labels[:, None, None, None], images.shape)
        np.testing.assert_allclose((images + 1) * 127.5, expected, atol=1e-4)
        epochs.append(labels.tolist())
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(40))
    assert epochs[0] != epochs[1]


def test_a_part_of_a_split_and_the_order_on_disk(data_dir):
    kwargs = {"image_size": 8, "labels": True, "data_dir": data_dir, "shuffle": False}
    orders = [
        [int(label) for _, (label,) in datasets.load("tfds:kerasgan_shapes", 1, **kwargs, **more)]
        for more in ({"split": "train[:25%]"}, {"cache": True}, {"cache": False})
    ]
    assert len(orders[0]) == 10 and orders[0] == orders[1][:10] and orders[1] == orders[2]


def test_memory_decides_whether_to_cache(data_dir, monkeypatch):
    monkeypatch.setattr(conversion, "free_memory", lambda: 4 * 40 * 8 * 8)
    monkeypatch.setattr("kerasgan.datasets.tfds._collect", None)  # would fail if it were called
    data = datasets.load("tfds:kerasgan_shapes", 8, image_size=8, data_dir=data_dir)
    assert len(list(data)) == 5


def test_errors_about_what_is_in_the_data_set(data_dir):
    with pytest.raises(ValueError, match="differ in size: .*Received: image_size=None"):
        datasets.load("tfds:kerasgan_shapes", data_dir=data_dir)
    with pytest.raises(ValueError, match="'train'.*Received: split='val'"):
        datasets.load("tfds:kerasgan_shapes", data_dir=data_dir, split="val")
    with tfds.testing.mock_data():
        with pytest.raises(ValueError, match="no feature 'label', it has .*'tfds:celeb_a'"):
            datasets.load("tfds:celeb_a", labels=True)
        with pytest.raises(ValueError, match="no feature 'image', it has .*'tfds:iris'"):
            datasets.load("tfds:iris")


def test_unknown_name_gives_the_near_ones():
    with pytest.raises(ValueError, match="'cifar10'.*Received: source='tfds:cifar1O'"):
        datasets.load("tfds:cifar1O")


def test_without_a_network_the_error_says_what_to_do(tmp_path, monkeypatch):
    def fail(self):
        raise ConnectionError("Max retries exceeded")

    monkeypatch.setattr(tfds.core.DatasetBuilder, "download_and_prepare", fail)
    with pytest.raises(ValueError, match=r"Max retries.*data_dir=\. Received: source='tfds:mnist'"):
        datasets.load("tfds:mnist", data_dir=tmp_path)


def test_its_contents_are_its_version_and_lengths(data_dir):
    given = {"data_dir": data_dir, "labels": True}
    held = contents("images", "tfds:kerasgan_shapes", split="train[:10]", **given)
    assert held.files == {"kerasgan_shapes/1.0.0 train[:10]": "10"}
    assert held.class_names == [str(i) for i in range(40)]
    with pytest.raises(ValueError, match="Received: split='trainA'"):
        contents("unpaired", "tfds:kerasgan_shapes", data_dir=data_dir)
