"""Exported models, which need no Keras."""

import io

import numpy as np
import pytest
from starlette.testclient import TestClient

import kerasgan as kg
from kerasgan.serve import application, named, opened
from tests.serve.models import IMAGE, write_onnx

pytestmark = pytest.mark.any_backend


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An ONNX file with classes and one without, and a SavedModel in two versions."""
    import tensorflow as tf

    folder = tmp_path_factory.mktemp("exported")
    write_onnx(folder / "plain.onnx")
    write_onnx(folder / "classes.onnx", classes=3)
    for version, factor in (("2", 1.0), ("10", 2.0)):
        module = tf.Module()

        @tf.function(input_signature=[tf.TensorSpec((None, 4), name="latents")])
        def serve(latents, factor=factor):
            images = tf.reshape(tf.tile(latents * factor, [1, 16]), (-1, *IMAGE))
            return {"images": tf.cast(tf.clip_by_value(127.5 * (images + 1), 0, 255), "uint8")}

        @tf.function(input_signature=[tf.TensorSpec((), name=n) for n in ("n", "seed")])
        def draw(n, seed):
            return {"images": tf.fill((tf.cast(n, "int32"), *IMAGE), tf.cast(seed, "uint8"))}

        signatures = {"serving_default": serve, "generate": draw}
        tf.saved_model.save(module, str(folder / "saved" / version), signatures)
    return folder


@pytest.fixture(scope="module")
def client(folder):
    sources = named([f"{folder}/plain.onnx", f"{folder}/classes.onnx", f"{folder}/saved"])
    models = {name: opened(source) for name, source in sources.items()}
    with TestClient(application(models)) as client:
        yield client


def images(client, model, body):
    path, npz = f"/v1/models/{model}:generate", {"Accept": "application/x-npz"}
    response = client.post(path, json=body, headers=npz)
    assert response.status_code == 200, response.text
    with np.load(io.BytesIO(response.content)) as file:
        return file["images"]


def test_a_seed_draws_what_it_draws_of_the_model_itself(client, tmp_path):
    weights = write_onnx(tmp_path / "same.onnx")
    network = kg.networks.mlp_generator(IMAGE, 4, units=())
    network.set_weights([weights["w"], np.zeros(64)])
    gan = kg.GAN(IMAGE, 4, generator=network, discriminator_units=(4,))
    want = gan.generate(3, seed=7, truncation=1.0)
    made = images(client, "plain", {"n": 3, "seed": 7, "truncation": 1.0})
    np.testing.assert_allclose(made, want, atol=1e-5)


def test_classes_must_be_given_and_a_bad_one_is_refused(client):
    one, two = (images(client, "classes", {"seed": 1, "labels": label}) for label in (0, 2))
    assert np.abs(one - two).max() > 0.1
    told = client.get("/v1/models/classes").json()
    assert told["kind"] == "ONNX" and told["classes"] is None
    for body, words in (({}, "pass `labels`"), ({"labels": 3}, "of no class")):
        response = client.post("/v1/models/classes:generate", json=body)
        assert response.status_code == 422 and words in response.json()["error"]


def test_a_saved_model_of_bytes_in_its_highest_version(client):
    assert client.get("/v1/models/saved").json()["kind"] == "SavedModel"
    latents = [[0.1, 0.2, 0.3, 0.4]]
    made = images(client, "saved", {"latents": latents})
    assert made.dtype == np.uint8
    assert made[0, 0, :4, 0].tolist() == [153, 178, 204, 229]
    told = client.post("/v1/models/saved:predict", json={"instances": latents}).json()
    assert np.ravel(told["predictions"])[:4].tolist() == [153, 178, 204, 229]
    body = {"signature_name": "generate", "inputs": {"n": 2, "seed": 9}}
    told = client.post("/v1/models/saved:predict", json=body).json()
    assert np.shape(told["outputs"]) == (2, *IMAGE) and np.ravel(told["outputs"])[0] == 9
    body["inputs"]["n"] = 10**9
    assert client.post("/v1/models/saved:predict", json=body).status_code == 413


def test_what_kerasgan_did_not_export_is_refused(tmp_path):
    from onnx import TensorProto, helper, save

    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    made = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    nodes = [helper.make_node("Tanh", ["x"], ["y"])]
    graph = helper.make_graph(nodes, "other", [value], [made])
    opset = [helper.make_opsetid("", 17)]
    save(helper.make_model(graph, opset_imports=opset, ir_version=8), tmp_path / "x.onnx")
    with pytest.raises(ValueError, match="kerasgan exported.*x.onnx"):
        opened(str(tmp_path / "x.onnx"))
    with pytest.raises(ValueError, match="no such preset"):
        opened(str(tmp_path / "nothing.onnx"))


def test_names():
    for arguments in (["a/x.onnx", "b/x.keras"], ["=x"], ["a b=x"], [".."[:0] or "/"]):
        with pytest.raises(ValueError, match="name of its own.*Received"):
            named(arguments)
