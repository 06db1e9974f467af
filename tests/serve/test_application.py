"""What a service of models of Keras answers."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from kerasgan.serve import application, opened
from tests.serve.asking import ask, noise, png

PNG, NPZ = {"Accept": "image/png"}, {"Accept": "application/x-npz"}


def arrays(response):
    assert response.status_code == 200, response.text
    with np.load(io.BytesIO(response.content)) as file:
        return {name: file[name] for name in file.files}


def pixels(file):
    return np.asarray(Image.open(io.BytesIO(file)))


def test_classes_by_their_names(live, monkeypatch):
    monkeypatch.setattr(live["conditional"], "class_names", ["ant", "bee", "cat"])
    with TestClient(application({"pets": live["conditional"]})) as client:
        assert client.get("/v1/models/pets").json()["class_names"] == ["ant", "bee", "cat"]
        for labels, want in (("cat", [2]), (["cat", "ant"], [2, 0])):
            body = {"labels": labels, "seed": 1}
            made = arrays(ask(client, "pets", "generate", body, headers=NPZ))
            assert made["labels"].tolist() == want
        answer = ask(client, "pets", "generate", {"labels": ["cat", "cow"]})
        assert answer.status_code == 422
        assert answer.json()["error"] == "`labels`: the model knows classes ant, bee, cat."


def test_the_classes_of_a_preset_have_names():
    assert opened("sngan_fashion_mnist").class_names[6] == "Shirt"


def test_samples_are_those_of_generate(client, live):
    want = live["gan"].model.generate(3, seed=7, truncation=0.5)
    body = {"n": 3, "seed": 7, "truncation": 0.5}
    made = arrays(ask(client, "gan", "generate", body, headers=NPZ))["images"]
    np.testing.assert_allclose(made, want, atol=1e-6)
    told = ask(client, "gan", "generate", body).json()
    assert told["seed"] == 7 and len(told["images"]) == 3
    shown = pixels(base64.b64decode(told["images"][1]))
    assert np.abs(shown - (want[1, ..., 0] + 1) * 127.5).max() <= 0.51
    grid = pixels(ask(client, "gan", "generate", body, headers=PNG).content)
    assert grid.shape == (22, 22)
    np.testing.assert_array_equal(grid[2:10, 12:20], shown)


def test_without_a_body_it_draws_one_and_says_of_which_seed(client):
    first, second = (ask(client, "gan", "generate").json() for _ in range(2))
    assert len(first["images"]) == 1 and first["seed"] != second["seed"]
    assert ask(client, "gan", "generate", {"seed": first["seed"]}).json() == first


def test_classes(client, live):
    body = {"labels": [0, 2], "seed": 1}
    made = arrays(ask(client, "conditional", "generate", body, headers=NPZ))
    want = live["conditional"].model.generate(labels=[0, 2], seed=1)
    np.testing.assert_allclose(made["images"], want, atol=1e-6)
    assert made["labels"].tolist() == [0, 2]
    drawn = arrays(ask(client, "conditional", "generate", {"n": 4, "seed": 1}, headers=NPZ))
    want = live["conditional"].model.generate(4, seed=1)
    np.testing.assert_allclose(drawn["images"], want, atol=1e-6)


def test_translation_of_arrays_files_and_forms_is_that_of_the_model(client, live):
    image = noise(1, 13, 10, 1)  # which the strides do not divide
    want = live["translator"].model.translate(image, "BtoA", pad=True)
    path, way = "/v1/models/translator:translate", {"direction": "BtoA"}
    file = png(image[0])
    bodies = (
        {"json": {"images": image.tolist(), **way}},
        {"json": {"images": [base64.b64encode(file).decode()], **way}},
        {"json": {"images": ["data:image/png;base64," + base64.b64encode(file).decode()], **way}},
        {"content": file, "headers": {"Content-Type": "image/png"}, "params": way},
        {"files": {"images": ("a.png", file, "image/png")}, "data": way},
    )
    for body in bodies:
        body["headers"] = {**NPZ, **body.get("headers", {})}
        made = arrays(client.post(path, **body))["images"]
        np.testing.assert_allclose(made, want, atol=1e-5)
    body["headers"] = PNG
    assert pixels(client.post(path, **body).content).shape == (13, 10, 3)


def test_anomalies(client, live):
    image, model = noise(1, 8, 8, 1), live["detector"].model
    body = {"images": image.tolist()}
    made = arrays(ask(client, "detector", "anomaly", body, headers=NPZ))
    assert made.keys() == {"scores", "maps", "reconstructions"}
    np.testing.assert_allclose(made["scores"], model.anomaly_scores(image), rtol=1e-4)
    np.testing.assert_allclose(made["maps"], model.anomaly_maps(image), atol=1e-5)
    told = ask(client, "detector", "anomaly", body).json()
    np.testing.assert_allclose(told["scores"], made["scores"], rtol=1e-6)
    assert np.shape(told["maps"]) == (1, 8, 8)
    shown = pixels(ask(client, "detector", "anomaly", body, headers=PNG).content)
    assert shown.shape == (8, 8, 3)


def test_predictions_in_the_forms_of_tensorflow_serving(client, live):
    latents = np.random.default_rng(0).standard_normal((3, 4)).astype("float32").tolist()
    want = live["gan"].model.generate(latents=latents)
    rows = [{"latents": row} for row in latents]
    for instances in (latents, rows):
        told = ask(client, "gan", "predict", {"instances": instances}).json()
        np.testing.assert_allclose(told["predictions"], want, atol=1e-6)
    for inputs in (latents, {"latents": latents}):
        told = ask(client, "gan", "predict", {"inputs": inputs}).json()
        np.testing.assert_allclose(told["outputs"], want, atol=1e-6)
    rows = [{"latents": row, "labels": i} for i, row in enumerate(latents)]
    told = ask(client, "conditional", "predict", {"instances": rows}).json()
    want = live["conditional"].model.generate(latents=latents, labels=[0, 1, 2])
    np.testing.assert_allclose(told["predictions"], want, atol=1e-6)
    images = noise(1, 16, 16, 1)
    body = {"signature_name": "BtoA", "instances": images.tolist()}
    told = ask(client, "translator", "predict", body).json()
    want = live["translator"].model.translate(images, "BtoA")
    np.testing.assert_allclose(told["predictions"], want, atol=1e-5)


@pytest.mark.any_backend
def test_what_it_says_of_itself(client):
    assert client.get("/healthz").text == client.get("/readyz").text == "ok"
    told = client.get("/v1/models").json()["models"]
    assert told["gan"]["operations"] == ["generate", "predict"]
    assert told["detector"]["operations"] == ["translate", "anomaly", "predict"]
    assert told["translator"]["directions"] == {"AtoB": 3, "BtoA": 1}
    assert told["conditional"]["classes"] == 3
    one = client.get("/v1/models/gan").json()
    assert one["latent_dim"] == 4 and one["data_shape"] == [8, 8, 1]
    assert one["model_version_status"][0]["state"] == "AVAILABLE"
    ask(client, "gan", "generate", {"n": 5})
    text = client.get("/metrics").text
    assert 'kerasgan_requests_total{model="gan",operation="generate",status="200"}' in text
    assert 'kerasgan_batch_rows_sum{model="gan"}' in text
    assert 'kerasgan_open_requests{model="gan"} 0.0' in text
    paths = client.get("/openapi.json").json()["paths"]
    assert "/v1/models/{name}:anomaly" in paths and client.get("/docs").status_code == 200


@pytest.mark.any_backend
def test_other_paths_and_methods(client):
    for response, status in (
        (client.get("/v1/nothing"), 404),
        (client.get("/v1/models/nobody"), 404),
        (client.get("/v1/models/gan:generate"), 404),
        (client.post("/v1/models"), 405),
    ):
        assert response.status_code == status and response.json()["error"].endswith(".")


@pytest.mark.any_backend
def test_a_model_that_fails_is_no_fault_of_the_client(client, live, monkeypatch, caplog):
    def run(key, *arrays):
        raise RuntimeError("out of memory at 12345")

    monkeypatch.setattr(live["gan"], "run", run)

    with TestClient(application(live)) as client:
        response = ask(client, "gan", "generate")
    assert response.status_code == 500 and "12345" not in response.text + caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.any_backend
def test_pages_of_other_sites_may_ask_if_told(live):

    head = {"Origin": "http://site"}
    for origins, allowed in (((), None), (("http://site",), "http://site")):
        with TestClient(application(live, origins=origins)) as client:
            response = ask(client, "gan", "generate", headers=head)
            assert response.headers.get("access-control-allow-origin") == allowed


@pytest.mark.any_backend
def test_bodies_tell_the_same_as_json(client):
    response = client.post(
        "/v1/models/gan:generate",
        content=json.dumps({"seed": 3}),
        headers={"Content-Type": "Application/JSON; charset=utf-8"},
    )
    assert response.json()["seed"] == 3
