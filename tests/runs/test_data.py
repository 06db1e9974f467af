import numpy as np
import pytest
from PIL import Image

from kerasgan.datasets import translation_loading
from kerasgan.runs import Configuration, data

of = Configuration.of

pytestmark = pytest.mark.any_backend


def test_the_size_of_a_batch_is_that_of_a_step(config):
    images = data.load_data(of(config))
    assert images.element_spec.shape == (10, 8, 8, 1)
    assert data.shapes(of(config), images) == {"data_shape": [8, 8, 1]}
    config["model"] |= {"num_classes": 3, "critic_steps": 2}
    images, labels = data.load_data(of(config)).element_spec
    assert images.shape == (20, 8, 8, 1) and labels.shape == (20,)
    assert data.load_data(of(config), batch_size=5).element_spec[0].shape == (
        5,
        8,
        8,
        1,
    )


def test_each_translator_has_its_loader(sides):
    a, b = data.load_data(of(sides)).element_spec
    assert a.shape == b.shape == (2, 8, 8, 3)
    assert data.shapes(of(sides), data.load_data(of(sides))) == {
        "shape_a": [8, 8, 3],
        "shape_b": [8, 8, 3],
    }
    with pytest.raises(ValueError, match="Alone: 0 of A"):
        data.load_data(of({**sides, "variant": "Pix2Pix"}))
    sides["data"]["channels_a"] = 1
    assert data.shapes(of(sides), data.load_data(of(sides)))["shape_a"] == [8, 8, 1]


def test_sizes_that_differ_are_refused(sides, tmp_path):
    Image.new("RGB", (12, 9)).save(tmp_path / "sides/trainA/x.png")
    sides["data"] = {"source": str(tmp_path / "sides"), "preprocess": "none", "batch_size": 1}
    with pytest.raises(ValueError, match="differ in .height, width.*crop_size.*Received: data="):
        data.shapes(of(sides), data.load_data(of(sides)))


def test_the_test_split(config, sides, tmp_path):
    a, b = next(iter(data.load_test(of(sides))))
    want = np.asarray(Image.open(tmp_path / "sides/testA/0.png"))[1:9, 1:9] / 127.5 - 1
    np.testing.assert_allclose(a[0], want, atol=1e-6)  # in order, cut in the centre, not mirrored
    assert data.load_test(of(config)) is None  # an .npz file has none
    config["data"]["source"] = "fashion_mnist"
    assert len(data.load_test(of(config))) == 1000
    config["data"]["split"] = "test"
    assert data.load_test(of(config)) is None  # it is trained on
    sides["data"]["source"] = str(tmp_path / "sides/testA")
    sides["variant"] = "Pix2Pix"  # a folder of files that hold both has one split
    assert data.load_test(of(sides)) is None


def test_steps_of_an_epoch_fill_executions(config):
    images = data.load_data(of(config))
    assert data.steps_per_epoch(of(config), images) == 3
    config["compile"]["steps_per_execution"] = 2
    assert data.steps_per_epoch(of(config), images) == 2


@pytest.fixture
def pairs(sides, tmp_path):
    """Settings of a Pix2Pix of 4 pairs."""
    for i in (4, 5):
        (tmp_path / "sides/trainB" / f"{i}.png").unlink()
    return {**sides, "variant": "Pix2Pix", "data": {**sides["data"], "batch_size": 1}}


@pytest.mark.parametrize("used", [1, 3, 7])
@pytest.mark.parametrize("kind", ["config", "sides", "pairs"])
def test_the_orders_go_on(kind, used, request):
    """Of unequal sides too, with cuts and mirroring."""
    settings = of(request.getfixturevalue(kind))

    def batches(used, n):
        found = data.endless(settings, None, data.load_data(settings), used).take(n)
        return [np.stack([np.ravel(part) for part in batch]) for batch in found]

    whole = batches(0, 9)
    np.testing.assert_array_equal(batches(used, 9 - used), whole[used:])
    assert not np.array_equal(whole[:4], whole[4:8])


def test_some_of_the_test_split_or_of_the_training_data(sides, tmp_path):
    (a, b), split = data.some(of(sides), 5)
    assert a.shape == b.shape == (2, 8, 8, 3) and split == "test"
    for side in "AB":
        (tmp_path / f"sides/test{side}").rename(tmp_path / f"sides/other{side}")
    (a, b), split = data.some(of(sides), 5)
    assert len(a) == len(b) == 5 and split == "train"
    (again, _), _ = data.some(of(sides), 5)
    np.testing.assert_array_equal(a, again)


def test_some_are_taken_without_decoding_all(sides, monkeypatch):
    cached, make_readers = [], translation_loading.make_readers

    def readers(sides, sizes, cache):
        cached.append(cache)
        return make_readers(sides, sizes, cache)

    monkeypatch.setattr(translation_loading, "make_readers", readers)
    sides["data"]["cache"] = True
    data.some(of(sides), 1)
    assert cached == [False, False]  # the first is of the training split, for the data's form


def test_some_images_in_order_but_for_models_that_draw(config):
    stored = np.load(config["data"]["source"])["images"][..., None] / 127.5 - 1
    enlarging, split = data.some(of({**config, "variant": "SRResNet", "model": {}}), 6)
    assert split == "train"
    np.testing.assert_allclose(enlarging, stored[:6], atol=1e-6)
    drawing, _ = data.some(of(config), 30)
    assert drawing.shape == stored.shape and np.abs(drawing - stored).max() > 0.1
    config["model"]["num_classes"] = 3
    batch, _ = data.some(of(config), 6)
    assert data.images(batch) is batch[0] and data.images(drawing) is drawing


@pytest.mark.parametrize("mode, size", [("L", (10, 10)), ("RGB", (30, 12)), ("RGB", (5, 7))])
@pytest.mark.parametrize("variant", ["CycleGAN", "Pix2Pix"])
def test_pictures_to_look_at_take_the_form_of_those_to_train_on(
    sides, pairs, tmp_path, variant, mode, size
):
    for i in range(2):
        for side in "AB":
            path = tmp_path / f"sides/test{side}/{i}.png"
            Image.open(path).convert(mode).resize(size).save(path)
    chosen = of(sides if variant == "CycleGAN" else pairs)
    (a, b), split = data.some(chosen, 2)
    assert split == "test" and a.shape == b.shape == (2, 8, 8, 3)
    assert (a[..., 0] == a[..., 1]).all() == (mode == "L")


def test_channels_follow_the_direction(pairs, tmp_path):
    for path in tmp_path.glob("sides/trainB/*.png"):
        Image.open(path).convert("L").save(path)
    pairs["data"]["direction"] = "BtoA"
    (a, b), split = data.some(of(pairs), 2)
    assert split == "test" and a.shape == (2, 8, 8, 1) and b.shape == (2, 8, 8, 3)


@pytest.mark.parametrize("cache", [True, False])
def test_broken_pictures_to_look_at_do_not_stop_what_trains(sides, tmp_path, cache):
    path = tmp_path / "sides/testA/1.png"
    path.write_bytes(path.read_bytes()[:150])
    sides["data"]["cache"] = cache
    with pytest.warns(UserWarning, match=r"training data are looked at: .*testA/1.png"):
        (a, _), split = data.some(of(sides), 2)
    assert split == "train" and a.shape == (2, 8, 8, 3)
