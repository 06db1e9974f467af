import numpy as np
import pytest
import torch

import kerasgan as kg
from kerasgan import cli
from tests.models.torch_networks import Generator, UnetGenerator, store

pytestmark = pytest.mark.any_backend


def test_files_become_a_model(tmp_path, monkeypatch, capsys, failure):
    monkeypatch.chdir(tmp_path)
    net = Generator(5, 2, 1, doublings=2)
    (path,) = store(tmp_path, net)
    argv = ["import", str(path), "--as", "dcgan", "--out", "gan.keras"]
    cli.main(argv)
    assert (
        capsys.readouterr().out == "gan.keras: DCGAN, as `kerasgan generate gan.keras` takes it\n"
    )
    latents = np.ones((1, 5), "float32")
    with torch.no_grad():
        want = net.eval()(torch.from_numpy(latents))[0].numpy()
    made = kg.load("gan.keras").generate(latents=latents)[0]
    np.testing.assert_allclose(made, np.moveaxis(want, 0, -1), atol=1e-4)
    assert "Name a new file that ends in .keras. Received: out='gan.keras'" in failure(argv)
    assert "net_0.pth is no generator of a pix2pix: it lacks" in failure(
        ["import", str(path), "--as", "pix2pix", "--out", "other.keras"]
    )
    assert not (tmp_path / "other.keras").exists()


def test_the_size_of_a_translator(tmp_path, capsys):
    (path,) = store(tmp_path, UnetGenerator(1, 1, 1, 2, "instance"))
    out = tmp_path / "gan.keras"
    cli.main(["import", str(path), "--as", "pix2pix", "--size", "24,32", "--out", str(out)])
    assert "kerasgan translate" in capsys.readouterr().out
    assert kg.load(out).shape_a == (24, 32, 1)
