import json

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan import cli
from kerasgan.datasets import folder
from kerasgan.metrics import frechet_distance

pytestmark = pytest.mark.any_backend

DENSE = {"generator_units": (4,), "discriminator_units": (4,)}


@pytest.fixture
def colours(tmp_path, monkeypatch):
    """An extractor of the mean colour, whatever its name; what it costs is kept in `tmp_path`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    pooling = keras.layers.GlobalAveragePooling2D()
    model = keras.Sequential([keras.Input((None, None, 3)), pooling])
    extractor = kg.metrics.Extractor(model, "colours")
    monkeypatch.setattr(kg.metrics.evaluation.extractors, "get", lambda name: extractor)
    return extractor


def report(*argv):
    cli.main(["evaluate", *map(str, argv), "--out", "found.json"])
    return json.loads(open("found.json").read())


def pictures(folder, n, size=(8, 8, 3), seed=0):
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    for i in range(n):
        Image.fromarray(rng.integers(0, 256, size, "uint8")).save(folder / f"{i}.png")
    return folder


def test_a_model_against_real_images(colours, data, tmp_path, capsys):
    gan = kg.GAN((16, 16, 1), 4, **DENSE, seed=0)
    gan.save(tmp_path / "model.keras")
    argv = [tmp_path / "model.keras", "--data", data, "--split", "train", "--metrics", "fd,swd"]
    found = report(*argv, "--seed", "5")
    real = np.concatenate(list(kg.datasets.load(data, 10, shuffle=False)))
    want = kg.metrics.evaluate(gan.generate(40, seed=5), real, ("fd", "swd"))
    assert found["scores"] == pytest.approx(want["scores"])
    made = found["fingerprint"]
    assert made == {**want["fingerprint"], "split": "train", "seed": 5}
    said = capsys.readouterr().out
    assert "fd" in said and "real_samples    40" in said and "colours" in said

    (tmp_path / "found.json").rename(tmp_path / "first.json")
    report(*argv, "--seed", "5", "--against", "first.json")
    assert "+0 from first.json" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        report(*argv, "--seed", "6", "--against", "first.json")
    assert "seed=5 and 6" in capsys.readouterr().err


def test_the_path_length_of_a_model(colours, data, tmp_path, failure):
    gan = kg.GAN((16, 16, 1), 4, **DENSE, seed=0)
    gan.save(tmp_path / "model.keras")
    argv = [tmp_path / "model.keras", "--data", data, "--split", "train", "--samples", "20"]
    length = kg.metrics.perceptual_path_length(gan, colours, 20, seed=3)
    found = report(*argv, "--seed", "3", "--metrics", "ppl")
    assert found["scores"] == {"ppl": pytest.approx(length, rel=1e-5)}
    assert found["fingerprint"]["steps"] == 20 and "real" not in found["fingerprint"]
    both = report(*argv, "--seed", "3", "--metrics", "ppl,swd")
    assert both["scores"] == {**found["scores"], "swd": both["scores"]["swd"]}
    assert both["fingerprint"]["samples"] == 20 and both["fingerprint"]["real_samples"] == 40
    folder = str(pictures(tmp_path / "pictures", 1))
    assert "draws from noise" in failure(["evaluate", folder, "--data", folder, "--metrics", "ppl"])


def test_two_folders(colours, tmp_path):
    a, b = pictures(tmp_path / "a", 6), pictures(tmp_path / "b", 8, seed=1)
    argv = [a, "--data", b, "--split", "train", "--metrics", "fd"]
    found = report(*argv)
    sides = [kg.datasets.load(x, 1, shuffle=False) for x in (a, b)]
    fake, real = (np.concatenate(list(side)) for side in sides)
    assert found["scores"] == pytest.approx(kg.metrics.evaluate(fake, real, "fd")["scores"])
    assert found["fingerprint"]["samples"] == 6 and "seed" not in found["fingerprint"]
    assert report(a, *argv[1:2], a, *argv[3:])["scores"]["fd"] == pytest.approx(0, abs=1e-6)


def test_grey_pictures_are_not_compared_with_a_reference_turned_grey(colours, tmp_path):
    real = pictures(tmp_path / "colour", 8, seed=1)
    grey = tmp_path / "grey"
    grey.mkdir()
    for path in real.iterdir():
        Image.open(path).convert("L").save(grey / path.name)

    def means(folder):  # the features of `colours`, by hand
        shown = [np.asarray(Image.open(path).convert("RGB")) for path in sorted(folder.iterdir())]
        return np.mean(shown, axis=(1, 2)) / 127.5 - 1

    want = frechet_distance(means(real), means(grey))
    assert want > 0.005
    for fake, true in ((grey, real), (real, grey)):
        argv = [fake, "--data", true, "--split", "train", "--metrics", "fd,l1"]
        found = report(*argv)["scores"]
        assert found["fd"] == pytest.approx(want, rel=1e-4)
        assert found["l1"] > 0.1
    assert report(grey, "--data", grey, *argv[3:])["scores"] == pytest.approx({"fd": 0, "l1": 0})


def test_translators(colours, sides, tmp_path, capsys):
    small = {"filters": 2, "discriminator": "pixel", "discriminator_filters": 2}
    kg.CycleGAN((16, 16, 1), (16, 16, 3), blocks=1, **small).save(tmp_path / "both.keras")
    found = report("both.keras", "--data", sides, "--metrics", "swd")
    assert sorted(found["scores"]) == ["swd_AtoB", "swd_BtoA"]
    assert found["fingerprint"]["real"] != found["fingerprint"]["real_BtoA"]

    model = kg.SRResNet((8, 8, 3), 2, filters=2, blocks=1)
    model.save(tmp_path / "large.keras")
    large = pictures(tmp_path / "large", 3)
    argv = ["large.keras", "--data", large, "--split", "train", "--metrics", "psnr,l1"]
    found = report(*argv)
    true = np.concatenate(list(kg.datasets.load(large, 1, shuffle=False)))
    made = model.translate(np.clip(keras.ops.convert_to_numpy(model.shrink(true)), -1, 1))
    assert found["scores"]["l1"] == pytest.approx(np.abs(made - true).mean(), rel=1e-5)
    assert found["scores"]["psnr"] == pytest.approx(kg.metrics.psnr(true, made), rel=1e-5)
    assert "extractor" not in found["fingerprint"]  # these two look at pixels


def test_what_it_refuses(colours, data, tmp_path, failure):
    assert "no such preset" in failure(["evaluate", "nowhere", "--data", data]).lower()
    empty = tmp_path / "empty"
    empty.mkdir()
    said = failure(["evaluate", str(empty), "--data", data, "--metrics", "fidd"])
    assert "out of fid, kid" in said
    assert "Received: " in failure(["evaluate", str(empty), "--data", data])


def test_a_broken_picture_in_a_stream_is_named(colours, tmp_path, failure, monkeypatch):
    monkeypatch.setattr(folder, "fits_in_memory", lambda *shape: False)
    path = pictures(tmp_path / "a", 3) / "1.png"
    path.write_bytes(path.read_bytes()[:120])
    said = failure(["evaluate", str(path.parent), "--data", str(path.parent), "--split", "train"])
    assert said.endswith(f"Repair or remove it. Received: file='{path}'\n")
    assert "InvalidArgument" not in said
