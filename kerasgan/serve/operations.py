"""What a request asks of a model, and what it gets: one function an operation."""

import secrets
from collections.abc import Callable
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kerasgan.serve import answers, reading
from kerasgan.serve.batching import Batcher
from kerasgan.serve.forms import Generate, Pictures, Predict, Translate
from kerasgan.serve.limits import Limits, Refused
from kerasgan.serve.served import UNKNOWN, Served
from kerasgan.utils import sampling
from kerasgan.utils.checks import LARGEST
from kerasgan.utils.directions import canonical
from kerasgan.utils.images import heat_colours

SMALL = 2**16  # pixels that are coded at once, without another thread


class Hosted:
    """A model, and what runs it.

    Args:
        name: str, by which clients know it.
        model: `Served`.
        limits: `Limits`.
        counters: `kerasgan.serve.counters.Counters`.
    """

    def __init__(self, name: str, model: Served, limits: Limits, counters: Any):
        self.name, self.model, self.limits = name, model, limits
        self.open = 0
        seen = counters.batches.labels(name).observe
        self.batcher = Batcher(model.run, limits, lambda: self.open, seen)

    async def generate(self, request: Request) -> Response:
        """Samples."""
        kind = answers.wanted(request.headers.get("accept", ""))
        body = await reading.read_body(request, self.limits)
        form = await reading.read_form(request, Generate, body)
        key, inputs, seed = self._drawn(form)
        pixels = len(inputs[0]) * self.model.pixels
        (made,) = await self.batcher.submit(key, inputs, pixels)
        facts = {} if seed is None else {"seed": seed}
        arrays = {self.model.output: made}
        arrays |= {"labels": inputs[1]} if len(inputs) > 1 else {}
        return await _quickly(pixels, answers.answer, kind, self.model.output, arrays, facts)

    def _drawn(self, form):
        """The key, the inputs and the seed of samples."""
        model = self.model
        labels = _ids(form.labels, model.class_names)
        rows = [form.n or 1, _rows(form.latents), _rows(labels)]
        self._check_rows(max(*rows, *map(len, (form.codes or {}).values())), model.pixels)
        seed = form.seed
        if seed is None and form.latents is None:
            seed = secrets.randbelow(LARGEST)
        if labels is None and model.condition == UNKNOWN:
            raise Refused(
                422, "The exported model does not say how many classes it has: pass `labels`."
            )
        n, latents, truncation = form.n, form.latents, form.truncation or 0.0
        if model.styles:
            truncation = 0.0
        if form.codes is not None:
            latents = model.with_codes(form.codes, n=n, seed=seed, truncation=truncation)
            n, truncation = len(latents), 0.0
        values = int(np.prod(model.data_shape))
        inputs = sampling.inputs(
            model.latent_dim, model.condition, values, n, seed, latents, labels, truncation
        )
        return ("generate", form.truncation if model.styles else None), inputs, seed

    async def translate(self, request: Request) -> Response:
        """Pictures of the other side."""
        kind = answers.wanted(request.headers.get("accept", ""))
        body = await reading.read_body(request, self.limits)
        form, pictures = await reading.read_pictures(request, Translate, body)
        images, direction = await self._images(pictures, len(body), form.direction)
        made = await self._translated(images, direction)
        arrays = {"images": made}
        return await _quickly(made[..., 0].size, answers.answer, kind, "images", arrays)

    async def _images(self, pictures, size, direction):
        ways, direction = self.model.ways, canonical(direction)
        if direction not in ways:
            raise Refused(422, f"`direction`: the model goes {' and '.join(ways)}.")
        given = pictures, ways[direction], self.limits, self.model.scale
        # A small file may unpack to a large picture, so only lists are read at once.
        small = size < SMALL and not any(isinstance(picture, bytes) for picture in pictures)
        return await _quickly(0 if small else SMALL, reading.to_images, *given), direction

    async def _translated(self, images, direction):
        key = ("translate", direction, images.shape[1:])
        pixels = images[..., 0].size * self.model.scale**2
        (made,) = await self.batcher.submit(key, [images], pixels)
        return made

    async def anomaly(self, request: Request) -> Response:
        """Scores, and where in the pictures the anomalies are."""
        kind = answers.wanted(request.headers.get("accept", ""))
        body = await reading.read_body(request, self.limits)
        _, pictures = await reading.read_pictures(request, Pictures, body)
        images, _ = await self._images(pictures, len(body), "AtoB")
        if images.shape[1:] != self.model.data_shape:
            height, width, _ = self.model.data_shape
            raise Refused(422, f"The pictures must be {width} pixels wide and {height} high.")
        names = ("scores", "maps", "reconstructions")
        made = await self.batcher.submit(("anomaly",), [images], images[..., 0].size)
        arrays = dict(zip(names, made, strict=True))
        if kind == answers.PNG:
            arrays["maps"] = heat_colours(arrays["maps"])
        return await _quickly(images[..., 0].size, answers.answer, kind, "maps", arrays)

    async def predict(self, request: Request) -> Response:
        """TensorFlow Serving's form of a request."""
        body = await reading.read_body(request, self.limits)
        form = await reading.read_form(request, Predict, body)
        if (form.instances is None) == (form.inputs is None):
            raise Refused(422, "Pass either `instances`, rows, or `inputs`, a column for each.")
        signature = self.model.signatures.get(form.signature_name)
        if signature is None:
            raise Refused(422, f"`signature_name`: there are {', '.join(self.model.signatures)}.")
        inputs = _columns(form, signature)
        if form.signature_name == "generate":
            made = await self._drawn_by_itself(inputs)
        else:
            made = await self._predicted(form.signature_name, inputs)
        name = "predictions" if form.inputs is None else "outputs"
        told = await _quickly(made.size, made.tolist)
        return await _quickly(made.size, answers.told, {name: told})

    async def _drawn_by_itself(self, inputs):
        """What the function of a SavedModel makes that draws its own latents."""
        n = int(inputs["n"]) if inputs["n"].ndim == 0 else 0
        if n < 1:
            raise Refused(422, "`n` must be one whole number, at least 1.")
        self._check_rows(n, self.model.pixels)
        key = ("signature", "generate")
        (made,) = await run_in_threadpool(self.model.run, key, *inputs.values())
        return made

    async def _predicted(self, name, inputs):
        arrays = [*inputs.values()]
        rows = {len(array) for array in arrays}
        if len(rows) > 1 or 0 in rows:
            raise Refused(422, "The inputs must have equally many rows, at least one.")
        if not self.model.ways:
            n = len(arrays[0])
            self._check_rows(n, self.model.pixels)
            given = dict(zip(("latents", "labels"), arrays, strict=False))
            values = int(np.prod(self.model.data_shape))
            arrays = sampling.inputs(self.model.latent_dim, self.model.condition, values, **given)
            (made,) = await self.batcher.submit(("generate", None), arrays, n * self.model.pixels)
            return made
        way = next(iter(self.model.ways)) if name == "serving_default" else name
        images, way = await self._images(list(arrays[0]), SMALL, way)
        return await self._translated(images, way)

    def _check_rows(self, n, pixels):
        most = min(self.limits.batch, self.limits.pixels // max(pixels, 1))
        if n > most:
            raise Refused(413, f"`n`: a request may ask for {most} at most.")


async def _quickly(pixels: int, function: Callable, *args: Any) -> Any:
    """Call a function, in another thread if it has much to do."""
    if pixels < SMALL:
        return function(*args)
    return await run_in_threadpool(function, *args)


def _ids(labels, names):
    """Labels, with ids where there were names."""
    if isinstance(labels, list):
        return [_ids(label, names) for label in labels]
    if not isinstance(labels, str):
        return labels
    if labels not in names:
        known = f"classes {', '.join(names)}" if names else "ids of classes alone"
        raise Refused(422, f"`labels`: the model knows {known}.")
    return names.index(labels)


def _rows(given):
    """For how many samples something is given; a single vector is for all."""
    several = isinstance(given, list) and given and not isinstance(given[0], float)
    return len(given) if several else 1


def _columns(form, signature):
    """The inputs of a signature as arrays, by their names."""
    given: Any = form.inputs if form.instances is None else form.instances
    rows = form.inputs is None and given and isinstance(given[0], dict)
    if rows:
        if any(not isinstance(row, dict) or row.keys() != given[0].keys() for row in given):
            raise Refused(422, "`instances`: all rows must have the same inputs.")
        given = {name: [row[name] for row in given] for name in given[0]}
    elif not isinstance(given, dict):
        given = {next(iter(signature)): given}
    if given.keys() != signature.keys():
        raise Refused(422, f"The inputs of this signature are {', '.join(signature)}.")
    return {name: _column(name, given[name], *spec) for name, spec in signature.items()}


def _column(name, values, shape, dtype):
    try:
        array = np.asarray(values)
    except ValueError:  # ragged
        array = np.asarray(None)
    kinds = "iu" if "int" in dtype else "fiu"
    fits = array.dtype.kind in kinds and array.ndim == len(shape)
    fits = fits and all(size in (None, got) for size, got in zip(shape, array.shape, strict=True))
    if fits and "int" in dtype and array.size:
        fits = -LARGEST <= array.min() and array.max() <= LARGEST
    if not fits or not np.isfinite(array).all():
        sizes = ", ".join("any" if size is None else str(size) for size in shape)
        raise Refused(422, f"`{name}` must be {dtype} of shape ({sizes}), and finite.")
    return array.astype(dtype)
