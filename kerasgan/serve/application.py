"""The service as an application that any ASGI server runs."""

import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import FastAPI, Path, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException

from kerasgan import __version__
from kerasgan.serve import answers, forms
from kerasgan.serve.counters import Counters
from kerasgan.serve.limits import Limits, Refused
from kerasgan.serve.operations import Hosted
from kerasgan.serve.served import Served

OPERATIONS: dict[str, tuple[type[forms.Form], bool]] = {  # their forms, and whether files come in
    "generate": (forms.Generate, False),
    "translate": (forms.Translate, True),
    "anomaly": (forms.Pictures, True),
    "predict": (forms.Predict, False),
}
ERRORS = {
    400: "The body is broken.",
    404: "There is no such model, or it does no such thing.",
    406: "The answer cannot be of such a type.",
    408: "The body came too slowly.",
    413: "More is asked for than is allowed.",
    415: "The body is of another type.",
    422: "What is asked for does not fit the model.",
    429: "Too many requests are open.",
    500: "The model failed.",
}


def application(
    models: Mapping[str, Served], limits: Limits | None = None, origins: Sequence[str] = ()
) -> FastAPI:
    """The service of some models.

    Args:
        models: dict of names to what `kerasgan.serve.opened` gave.
        limits: `Limits`, or None for the default ones.
        origins: list of str, web sites whose pages may ask, such as "http://localhost:8000", or "*"
            for all.

    Returns:
        A `fastapi.FastAPI`. It runs models while it runs itself, so its lifespan must be on, as it
        is in uvicorn.
    """
    limits, counters = limits or Limits(), Counters()
    hosted: dict[str, Hosted] = {}
    name_type: Any = Annotated[str, Path(json_schema_extra={"enum": list(models)})]

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        for name, model in models.items():
            hosted[name] = Hosted(name, model, limits, counters)
        try:
            yield
        finally:
            for host in hosted.values():
                await host.batcher.close()
            hosted.clear()

    app = FastAPI(title="kerasgan", version=__version__, lifespan=lifespan)
    if origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(origins), allow_methods=["*"], allow_headers=["*"]
        )
    app.exception_handler(HTTPException)(_not_found)

    @app.get("/healthz", response_class=PlainTextResponse)
    async def healthz() -> Response:
        """The process answers."""
        return PlainTextResponse("ok")

    @app.get(
        "/readyz",
        response_class=PlainTextResponse,
        responses={503: {"description": "A model does not run."}},
    )
    async def readyz() -> Response:
        """All models run."""
        ready = hosted and all(host.batcher.alive for host in hosted.values())
        return PlainTextResponse("ok" if ready else "not ready", 200 if ready else 503)

    @app.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Counts for Prometheus."""
        return Response(counters.text(), media_type=counters.media_type)

    @app.get("/v1/models")
    async def list_models() -> dict[str, Any]:
        """All models."""
        return {"models": {name: host.model.facts() for name, host in hosted.items()}}

    @app.get("/v1/models/{name}", responses=_errors(404))
    async def show_model(name: name_type) -> Response:
        """One model, with what TensorFlow Serving says of it."""
        if name not in hosted:
            return _error(404, _unknown(hosted))
        status = {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK"}}
        return JSONResponse({**hosted[name].model.facts(), "model_version_status": [status]})

    for operation, (form, pictures) in OPERATIONS.items():
        app.add_api_route(
            f"/v1/models/{{name}}:{operation}",
            _endpoint(operation, name_type, hosted, limits, counters),
            methods=["POST"],
            name=operation,
            description=getattr(Hosted, operation).__doc__,
            responses={200: {"content": answers.FORMS}, **_errors(*ERRORS)},
            openapi_extra={"requestBody": forms.schema(form, pictures=pictures)},
        )
    return app


def _endpoint(
    operation: str, name_type: Any, hosted: dict[str, Hosted], limits: Limits, counters: Counters
) -> Callable:
    """What carries out an operation of whichever model, counts it and says what went wrong."""

    async def endpoint(name: name_type, request: Request) -> Response:
        began = time.perf_counter()
        host = hosted.get(name)
        if host is None or operation not in host.model.operations:
            known = _unknown(hosted) if host is None else (
                f"The model does {', '.join(host.model.operations)}, not {operation}."
            )  # fmt: skip
            response = _error(404, known)
        elif host.open >= limits.queue:
            response = _error(429, f"{limits.queue} requests are open: try again later.")
            response.headers["Retry-After"] = "1"
        else:
            gauge = counters.open.labels(name)
            host.open += 1
            gauge.set(host.open)
            try:
                response = await _answered(host, operation, request)
            finally:
                host.open -= 1
                gauge.set(host.open)
        name = "" if host is None else name  # else anybody could make ever new counters
        counters.requests.labels(name, operation, response.status_code).inc()
        counters.seconds.labels(name, operation).observe(time.perf_counter() - began)
        return response

    return endpoint


async def _answered(host, operation, request):
    try:
        return await getattr(host, operation)(request)
    except Refused as refused:
        return _error(refused.status, refused.reason)
    except ValueError as error:  # which says what was wrong with the request
        return _error(422, str(error))
    except Exception as error:  # whose message may hold what the client sent
        logging.getLogger("kerasgan").error(
            "%s of %s failed: %s", operation, host.name, type(error)
        )
        return _error(500, "The model failed; the service goes on.")


def _error(status, reason):
    return JSONResponse({"error": reason}, status)


def _errors(*statuses):
    body = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
    content = {"application/json": {"schema": body}}
    return {status: {"description": ERRORS[status], "content": content} for status in statuses}


def _unknown(hosted):
    return f"There is no such model, but {', '.join(hosted)}."


async def _not_found(request: Request, error: Exception) -> Response:
    """The errors of paths and methods, in the same form as all others."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": f"{error.detail}."}, error.status_code, error.headers)
