"""What `benchmarks.serving` holds the service against: python -m benchmarks.serving_contenders."""

import io
import json
import socketserver
import sys
import tempfile
import threading
import time

import numpy as np
from PIL import Image


def png(image):
    """A grey image in [-1, 1] as the bytes of a file."""
    file = io.BytesIO()
    Image.fromarray(np.rint((image[..., 0] + 1) * 127.5).astype("uint8")).save(file, "PNG")
    return file.getvalue()


def fastapi(preset):
    """A plain FastAPI application around `generate`, as its users write one."""
    import uvicorn
    from fastapi import FastAPI, Response
    from pydantic import BaseModel

    import kerasgan as kg

    gan = kg.load(preset)
    gan.generate(1, seed=0)
    app = FastAPI()

    class Body(BaseModel):
        n: int = 1
        seed: int | None = None

    @app.post("/generate")
    def generate(body: Body):
        return Response(png(gan.generate(body.n, seed=body.seed)[0]), media_type="image/png")

    config = uvicorn.Config(app, port=0, access_log=False, log_level="warning", backlog=2048)
    listener = config.bind_socket()
    print(f"at 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run(sockets=[listener])


def loop(preset):
    """A SavedModel that threads call in a loop, for so long as they are told."""
    import tensorflow as tf

    import kerasgan as kg

    gan = kg.load(preset)
    folder = f"{tempfile.mkdtemp()}/model"
    gan.export(folder)
    function = tf.saved_model.load(folder).signatures["serving_default"]
    length = gan.latent_dim

    def draw(seed):
        latents = np.random.default_rng(seed).standard_normal((1, length)).astype("float32")
        return png(function(latents=tf.constant(latents))["images"].numpy()[0])

    draw(0)

    class Turn(socketserver.StreamRequestHandler):
        def handle(self):
            threads, seconds = json.loads(self.rfile.readline())
            times, ends = [], time.perf_counter() + seconds

            def ask(seed):
                while (began := time.perf_counter()) < ends:
                    draw(seed)
                    times.append(time.perf_counter() - began)
                    seed += threads

            began = time.perf_counter()
            running = [threading.Thread(target=ask, args=(i,)) for i in range(threads)]
            for thread in running:
                thread.start()
            for thread in running:
                thread.join()
            answer = json.dumps([times, time.perf_counter() - began])
            self.wfile.write(answer.encode() + b"\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Turn) as server:
        print(f"at 127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    {"fastapi": fastapi, "loop": loop}[sys.argv[1]](sys.argv[2])
