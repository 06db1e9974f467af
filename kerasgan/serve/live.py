"""A model that Keras runs."""

from typing import Any

import numpy as np

from kerasgan.serve.served import Served, Tensors
from kerasgan.utils.directions import A_TO_B


class Live(Served):
    """A model of `kerasgan.models`."""

    def __init__(self, model: Any):
        self.model, self.kind = model, type(model).__name__
        self.finds_anomalies = hasattr(model, "anomaly_scores")
        if model.task == "translate":
            self._translates()
        else:
            self._draws()

    def _draws(self):
        model = self.model
        self.latent_dim, self.condition = model.latent_dim, model.condition
        self.data_shape, self.styles = model.data_shape, hasattr(model, "truncated")
        self.output = "images" if len(self.data_shape) == 3 else "points"
        inputs: Tensors = {"latents": ((None, self.latent_dim), "float32")}
        if isinstance(self.condition, int):
            inputs["labels"] = ((None,), "int32")
        elif self.condition is not None:
            inputs["labels"] = ((None, *self.condition), "float32")
        self.signatures = {"serving_default": inputs}

    def _translates(self):
        networks = self.model.translators()
        self.output, self.scale = "translated", self.model.scale
        self.ways = {way: network.input_shape[-1] for way, network in networks.items()}
        self.data_shape = getattr(self.model, "data_shape", ())
        self.signatures = {
            way: {"images": ((None, None, None, channels), "float32")}
            for way, channels in self.ways.items()
        }
        self.signatures["serving_default"] = self.signatures[A_TO_B]

    def with_codes(self, codes: Any, **given: Any) -> np.ndarray:
        if not hasattr(self.model, "with_codes"):
            return super().with_codes(codes, **given)
        return self.model.with_codes(codes, **given)

    def run(self, key: tuple, *arrays: np.ndarray) -> tuple[np.ndarray, ...]:
        match key:
            case ("generate", truncation):
                latents, *labels = arrays
                given: dict[str, Any] = {"labels": labels[0]} if labels else {}
                given |= {} if truncation is None else {"truncation": truncation}
                made = self.model.generate(latents=latents, batch_size=len(latents), **given)
                return (made,)
            case ("translate", direction, *_):
                (images,) = arrays
                size = len(images)
                return (self.model.translate(images, direction, pad=True, batch_size=size),)
            case ("anomaly",):
                (images,) = arrays
                made = self.model.reconstruct(images, batch_size=len(images))
                scores = self.model.anomaly_scores(images, made)
                return scores, self.model.anomaly_maps(images, made), made
        raise NotImplementedError(key)
