"""What is wrong with a request is said in a sentence, and leaves no trace."""

import io
import re

import pytest
from PIL import Image
from starlette.testclient import TestClient

from kerasgan.serve import application
from tests.bombs import little
from tests.serve.asking import ask, noise, png

pytestmark = pytest.mark.any_backend
BIG = io.BytesIO()
Image.new("1", (20_000, 20_000)).save(BIG, "PNG")  # some 50 kB
LARGE = io.BytesIO()
Image.new("L", (100, 100)).save(LARGE, "PNG")
IMAGES = noise(1, 16, 16, 1).tolist()
FORM = b'--x\r\nContent-Disposition: form-data; name="images"; filename="a.png"\r\n\r\n'
BAD = {  # what is sent, to which model and operation, and the status and words of the answer
    "unknown model": ("nobody", "generate", {}, 404, "no such model, but gan, conditional"),
    "unknown operation": ("gan", "translate", {}, 404, "generate, predict, not translate"),
    "too many": ("gan", "generate", {"json": {"n": 10**9}}, 413, "16 at most"),
    "none": ("gan", "generate", {"json": {"n": 0}}, 422, "`n`.*greater than or equal to 1"),
    "a text for a number": ("gan", "generate", {"json": {"n": "3"}}, 422, "`n`.*valid integer"),
    "unknown field": ("gan", "generate", {"json": {"m": 3}}, 422, "no such field, but n, seed"),
    "NaN": ("gan", "generate", {"content": b'{"truncation": NaN}'}, 422, "`truncation`"),
    "infinite latents": ("gan", "generate", {"content": b'{"latents": [[1e999]]}'}, 422, "latents"),
    "short latents": ("gan", "generate", {"json": {"latents": [[1.0]]}}, 422, r"shape \(n, 4\)"),
    "label": ("conditional", "generate", {"json": {"labels": 3}}, 422, r"lie in \[0, 3\)"),
    "names": ("conditional", "generate", {"json": {"labels": "cat"}}, 422, "ids of classes alone"),
    "no classes": ("gan", "generate", {"json": {"labels": 0}}, 422, "without classes"),
    "no codes": ("gan", "generate", {"json": {"codes": {"continuous": []}}}, 422, "no codes"),
    "cut JSON": ("gan", "generate", {"content": b'{"n": '}, 400, "Invalid JSON"),
    "deep JSON": ("gan", "generate", {"content": b"[" * 10_000}, 400, "recursion limit"),
    "no JSON object": ("gan", "generate", {"json": [1]}, 422, "object"),
    "wrong type": (
        *("gan", "generate"),
        {"content": b"n=3", "headers": {"Content-Type": "text/plain"}},
        *(415, "must be application/json"),
    ),
    "wrong answer": ("gan", "generate", {"headers": {"Accept": "text/html"}}, 406, "can be app"),
    "wrong direction": (
        *("translator", "translate", {"json": {"images": IMAGES, "direction": "up"}}),
        *(422, "the model goes AtoB and BtoA"),
    ),
    "wrong channels": ("translator", "translate", {"json": {"images": IMAGES}}, 422, "3 channels"),
    "range": (
        "translator",
        "translate",
        {"json": {"images": [[[[255.0] * 3]]]}},
        422,
        r"\[-1, 1\]",
    ),
    "NaN picture": (
        *("translator", "translate", {"content": b'{"images": [[[[NaN, 0, 0]]]]}'}),
        *(422, r"\[-1, 1\]"),
    ),
    "ragged": ("translator", "translate", {"json": {"images": [[[1], []]]}}, 422, "array must be"),
    "no picture": ("translator", "translate", {"json": {"images": []}}, 422, "at least 1"),
    "no Base64": ("translator", "translate", {"json": {"images": ["?!"]}}, 422, "Base64"),
    "many pictures": (
        "translator",
        "translate",
        {"json": {"images": [[0]] * 17}},
        413,
        "16 pictures",
    ),
    "huge picture": (
        *("detector", "anomaly"),
        {"files": {"images": ("a.png", BIG.getvalue())}},
        *(413, "larger than the 20000 bytes|more than the 4096 pixels"),
    ),
    "large picture": (
        *("translator", "translate", {"files": {"images": ("a.png", LARGE.getvalue())}}),
        *(413, "more than the 4096 pixels"),
    ),
    "cut picture": (
        *("translator", "translate", {"files": {"images": ("a.png", png(noise(16, 16))[:-40])}}),
        *(422, "broken, cut off"),
    ),
    "another file": (
        *("translator", "translate", {"files": {"images": ("a.gif", b"GIF89a")}}),
        *(422, "none of PNG"),
    ),
    "cut form": (
        *("translator", "translate"),
        {"content": FORM, "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        *(4, "."),
    ),
    "form without boundary": (
        *("translator", "translate"),
        {"content": FORM, "headers": {"Content-Type": "multipart/form-data"}},
        *(400, "broken"),
    ),
    "large body": ("gan", "generate", {"content": b" " * 20_001}, 413, "20000 bytes"),
    "wrong size": ("detector", "anomaly", {"json": {"images": IMAGES}}, 422, "8 pixels wide"),
    "both forms": ("gan", "predict", {"json": {}}, 422, "either `instances`"),
    "unknown signature": (
        *("gan", "predict", {"json": {"signature_name": "x", "instances": [[1]]}}),
        *(422, "serving_default"),
    ),
    "unequal rows": (
        *("conditional", "predict", {"json": {"inputs": {"latents": [[0] * 4], "labels": [0, 1]}}}),
        *(422, "equally many"),
    ),
    "missing input": (
        "conditional",
        "predict",
        {"json": {"inputs": [[0] * 4]}},
        422,
        "latents, la",
    ),
    "no numbers": ("gan", "predict", {"json": {"instances": [["a"] * 4]}}, 422, "of shape"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_requests_are_refused_in_a_sentence(case, client, caplog, capfd):
    model, operation, sent, status, words = BAD[case]
    sent = {**sent, "headers": {"Content-Type": "application/json", **sent.get("headers", {})}}
    if "files" in sent:
        del sent["headers"]["Content-Type"]
    response = client.post(f"/v1/models/{model}:{operation}", **sent)
    assert str(response.status_code).startswith(str(status))
    (sentence,) = response.json().values()
    assert re.search(words, sentence) and (sentence.endswith(".") or "Received: " in sentence)
    assert not [r for r in caplog.records if r.name.startswith(("kerasgan", "uvicorn"))]
    assert capfd.readouterr().err == ""
    assert ask(client, "gan", "generate").status_code == 200  # it goes on


def test_large_pictures_are_not_unpacked(live):
    with TestClient(application({"translator": live["translator"]})) as client:
        files = {"images": ("a.png", BIG.getvalue())}
        with little():
            response = client.post("/v1/models/translator:translate", files=files)
    assert response.status_code == 413 and "4194304 pixels" in response.json()["error"]
