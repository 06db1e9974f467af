"""What tests ask a service."""

import io

import numpy as np
from PIL import Image


def ask(client, model, operation, body=None, **more):
    return client.post(f"/v1/models/{model}:{operation}", json=body, **more)


def png(image):
    file = io.BytesIO()
    Image.fromarray(np.rint((image.squeeze() + 1) * 127.5).astype("uint8")).save(file, "PNG")
    return file.getvalue()


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape).astype("float32") / 127.5 - 1
