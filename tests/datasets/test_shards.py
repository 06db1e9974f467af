"""The parts of several processes beside the batches of one, and going on in the middle."""

import contextlib

import keras
import numpy as np
import pytest
import tensorflow_datasets as tfds
from PIL import Image

from kerasgan import backend, datasets
from kerasgan.datasets import batching, folder, translation_sources
from kerasgan.datasets.tfds import read_encoded
from tests.datasets.test_tfds import KerasganShapes  # noqa: F401, which tfds finds by its name

pytestmark = pytest.mark.any_backend
N, BATCH = 27, 8


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The same numbered pictures as a folder, as two sides of unequal lengths, as pairs, as an
    .npz file, and 40 others as data sets of TensorFlow Datasets of both kinds of files."""
    root = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (N, 6, 6, 3), "uint8")
    images[:, 0, 0, 0] = np.arange(N)
    for i, image in enumerate(images):
        names = [f"folder/{'xyz'[i % 3]}/{i:02}.png", f"sides/trainB/{i:02}.png"]
        names += [f"pairs/{side}/{i:02}.png" for side in ("trainA", "trainB")]
        for name in names + [f"sides/trainA/{i:02}.png"] * (i < 10):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(root / name)
    np.savez(root / "all.npz", images=images, labels=np.arange(N))
    for form in ("tfrecord", "array_record"):
        folder = root / form
        tfds.builder("kerasgan_shapes", data_dir=folder, file_format=form).download_and_prepare()
    return root


def load(place, kind, **more):
    keras.utils.set_random_seed(1)
    more = {"seed": 3, **more}
    if kind == "folder":
        return datasets.load(place / kind, BATCH, labels=True, image_size=6, channels=3, **more)
    if kind == "npz":
        return datasets.load(place / "all.npz", BATCH, labels=True, **more)
    if kind == "array":
        return datasets.load(np.load(place / "all.npz")["images"], BATCH, **more)
    if kind.endswith("record"):
        given = {"image_size": 8, "labels": True, "data_dir": place / kind}
        return datasets.load("tfds:kerasgan_shapes", BATCH, **given, **more)
    loader = datasets.load_unpaired if kind == "sides" else datasets.load_paired
    return loader(place / kind, BATCH, load_size=6, crop_size=4, channels_a=3, **more)


def batches(data, n=None):
    """Its batches, of each all parts in one array."""
    found = data if n is None else data.take(n)
    return [
        np.concatenate([np.reshape(part, (len(part), -1)) for part in _parts(batch)], axis=1)
        for batch in found
    ]


def _parts(batch):
    return batch if isinstance(batch, tuple) else (batch,)


KINDS = ["folder", "npz", "array", "sides", "pairs", "tfrecord", "array_record"]


@pytest.mark.parametrize("parts", [2, 4])
@pytest.mark.parametrize(
    "kind, cache",
    [*((kind, True) for kind in KINDS), *((k, False) for k in ("folder", "sides", "array_record"))],
)
def test_the_parts_make_up_the_batches_of_one(place, kind, cache, parts):
    one = load(place, kind, cache=cache)
    shares = [load(place, kind, cache=cache, shard=(i, parts)) for i in range(parts)]
    for _ in range(2):  # epochs
        whole, own = batches(one), [batches(share) for share in shares]
        assert len(whole) == len(one) == len(shares[0]) == (5 if kind.endswith("record") else 3)
        for batch, *cut in zip(whole, *own, strict=True):
            assert {len(part) for part in cut} == {BATCH // parts}
            np.testing.assert_array_equal(np.concatenate(cut), batch)


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_no_two_processes_read_the_same_of_a_stream(place, parts):
    shares = [load(place, "tfrecord", cache=False, shard=(i, parts)) for i in range(parts)]
    orders = []
    for _ in range(2):
        own = [np.concatenate([labels for _, labels in share]).tolist() for share in shares]
        assert {len(labels) for labels in own} == {40 // parts}
        assert sorted(sum(own, [])) == list(range(40))
        orders.append(own)
    assert orders[0] != orders[1]


@pytest.fixture
def opened(monkeypatch):
    """The files that are opened, as they are."""
    found, really = [], folder.open_image

    @contextlib.contextmanager
    def noting(file, name=None):
        found.append(str(name or file))
        with really(file, name) as image:
            yield image

    monkeypatch.setattr(folder, "open_image", noting)
    monkeypatch.setattr(translation_sources, "open_image", noting)
    return found


def test_each_image_is_read_once_in_an_epoch(place, opened):
    shares = [load(place, "folder", cache=False, shard=(i, 4)) for i in range(4)]
    assert not opened  # size and channels are given, nothing is to be learnt
    for share in shares:
        batches(share)
    assert len(opened) == len(set(opened)) == 24


@pytest.mark.parametrize("start", [2, 11])
@pytest.mark.parametrize("kind", KINDS)
def test_going_on_is_skipping(place, kind, start):
    data = load(place, kind, cache=False)
    if kind != "sides":
        for _ in range(start // len(data)):
            iter(data)  # draws an order
    passed = start if kind == "sides" else start % len(data)
    want = batches(data.repeat().skip(passed), 7)
    np.testing.assert_array_equal(batches(load(place, kind, cache=False, start=start), 7), want)
    whole = batches(load(place, kind, cache=False, start=0), start + 7)
    np.testing.assert_array_equal(want, whole[start:])
    share = batches(load(place, kind, cache=False, start=start, shard=(1, 2)), 7)
    if kind != "tfrecord":
        np.testing.assert_array_equal(share, [batch[BATCH // 2 :] for batch in want])


@pytest.mark.parametrize("kind", ["folder", "sides", "pairs"])
def test_what_is_passed_over_is_not_opened(place, kind, opened, monkeypatch):
    for module in ("loading", "translation_loading"):  # nothing is read ahead of its turn
        monkeypatch.setattr(f"kerasgan.datasets.{module}.AT_ONCE", 1)
        monkeypatch.setattr(f"kerasgan.datasets.{module}.AHEAD", 1)
    more = {} if kind == "folder" else {"channels_b": 3}
    data = load(place, kind, cache=False, start=1002, **more)
    assert not opened
    batches(data, 1)
    assert BATCH <= len(opened) <= 8 * BATCH


@pytest.mark.parametrize("kind", ["folder", "sides", "pairs"])
def test_known_files_are_not_listed_again(place, kind, monkeypatch):
    from kerasgan.datasets.contents import contents

    want = batches(load(place, kind, cache=False))
    loader = {"folder": "images", "sides": "unpaired", "pairs": "paired"}[kind]
    files = list(contents(loader, place / kind).files)
    monkeypatch.setattr(folder, "image_files", None)  # would fail if it were called
    np.testing.assert_array_equal(batches(load(place, kind, cache=False, files=files)), want)
    with pytest.raises(ValueError, match=r"one file at least. Received: files=\[\]"):
        load(place, kind, files=[])


def test_the_part_of_a_distribution_is_taken_by_itself(place, monkeypatch):
    want = batches(load(place, "sides", shard=(1, 2)))
    monkeypatch.setattr(backend, "data_shard", lambda: (1, 2))
    np.testing.assert_array_equal(batches(load(place, "sides")), want)


@pytest.mark.parametrize(
    "given, want",
    [
        ({"shard": (0, 3)}, r"multiple of 3 .* Received: shard=\(0, 3\), batch_size=8"),
        ({"shard": (2, 2)}, r"at least 0 and at most 1. Received: shard\[0\]=2"),
        ({"shard": (0, 0)}, r"at least 1. Received: shard\[1\]=0"),
        ({"shard": (0, 2), "drop_remainder": False}, r"\(0, 2\), drop_remainder=False"),
        ({"shard": (0, 2), "seed": None}, r"one order: pass seed=.*\(0, 2\), seed=None"),
        ({"start": -1}, "at least 0. Received: start=-1"),
    ],
)
@pytest.mark.parametrize("kind", ["array", "sides", "pairs"])
def test_what_cannot_be_cut(place, kind, given, want):
    with pytest.raises(ValueError, match=want):
        load(place, kind, **given)


def test_without_shuffle_no_seed_is_needed(place):
    data = load(place, "array", shuffle=False, seed=None, shard=(1, 2))
    assert batching.Batching(8, False, None, True, (1, 2), None).own == slice(4, 8)
    np.testing.assert_array_equal(np.round((batches(data)[0][:, 0] + 1) * 127.5), np.arange(4, 8))


def test_both_kinds_of_files_hold_the_same_pictures(place):
    kinds = [
        read_encoded("kerasgan_shapes", "train", place / form)
        for form in ("tfrecord", "array_record")
    ]
    assert len(kinds[0]) == 40 and sorted(kinds[0]) == sorted(kinds[1])
