"""The server behind the studio's page, which keeps to its own folder and to this machine."""

import contextlib
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kerasgan.utils.checks import whole

LOOPBACK = ("127.0.0.1", "localhost", "::1")
UPLOAD = 32 * 2**20  # bytes
REFUSED = ("/gradio_api/proxy=", "/gradio_api/file=http", "/gradio_api/deep_link")
POLICY = (  # the browser asks nobody but this server
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'"
)
VARIABLES = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}


def serve(
    sources: Sequence[str] = (),
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    data: str | None = None,
    trust: bool = False,
) -> None:
    """Serves the studio until Ctrl-C or SIGTERM.

    Args:
        sources, trust: see `kerasgan.studio.library.Library`.
        host: str, the address to listen at.
        port: int; 0 takes a free one.
        data: see `kerasgan.studio.page.build`.

    Raises:
        ValueError: if a source is none, or nothing can listen there.
        ImportError: if Gradio is not installed.
        KeyboardInterrupt: after Ctrl-C or SIGTERM.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise ImportError("The studio takes Gradio: `pip install kerasgan[studio]`.") from error

    with listening(host, port) as sock, application(sources, host, data, trust) as app:
        shown = "localhost" if host in ("0.0.0.0", "::") else host
        shown = f"[{shown}]" if ":" in shown else shown
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # once the server has stopped
        server = uvicorn.Server(config)
        with server.capture_signals():  # before anybody is told that there is something to end
            print(f"http://{shown}:{sock.getsockname()[1]} (Ctrl-C ends it)", flush=True)
            server.run(sockets=[sock])


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Within, a socket listens.

    Raises:
        ValueError: if it cannot.
    """
    whole("port", port, least=0, most=65535)
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.create_server(address[:2], family=family)
    except OSError as error:
        raise ValueError(
            f"Nothing can listen there: {error.strerror}; --port 0 takes a free port. "
            f"Received: host={host!r}, port={port}"
        ) from error
    with sock:
        yield sock


@contextlib.contextmanager
def application(
    sources: Sequence[str] = (),
    host: str = "127.0.0.1",
    data: str | None = None,
    trust: bool = False,
) -> Iterator[Any]:
    """Within, there is the program that answers requests, and a folder for its files.

    Args:
        sources, host, data, trust: see `serve`.

    Yields:
        A FastAPI application.

    Raises:
        ImportError: if Gradio is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="kerasgan-studio-") as made, _variables(made):
        try:
            import gradio as gr
        except ImportError as error:
            raise ImportError("The studio takes Gradio: `pip install kerasgan[studio]`.") from error
        from fastapi import FastAPI
        from starlette.middleware.trustedhost import TrustedHostMiddleware

        from kerasgan.studio.library import Library
        from kerasgan.studio.page import CSS, build

        page = build(Library(sources, trust), Path(made), data)
        page.has_launched = True  # without which Gradio lets requests name any file of the machine
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.add_middleware(Guard)
        if host in LOOPBACK:  # so that no page of another site gets in under a name of its own
            app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, "[::1]"])
        yield gr.mount_gradio_app(
            app,
            page,
            "/",
            footer_links=[],
            run_history=False,
            allowed_paths=[],
            blocked_paths=[],
            max_file_size=UPLOAD,
            ssr_mode=False,
            mcp_server=False,
            pwa=False,
            enable_monitoring=False,
            theme=gr.themes.Default(
                font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
            ),
            css=CSS,
        )


@contextlib.contextmanager
def _variables(folder: str) -> Iterator[None]:
    """Within, Gradio writes into a folder of its own and tells nobody."""
    wanted = {**VARIABLES, "GRADIO_TEMP_DIR": folder, "GRADIO_EXAMPLES_CACHE": folder}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Guard:
    """Refuses what Gradio would fetch elsewhere and requests that are too large, and tells the
    browser to ask nobody else."""

    def __init__(self, app: Callable[..., Any]):
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = dict(scope["headers"])
        status = 0
        if scope["path"].startswith(REFUSED):
            status = 403
        elif int(headers.get(b"content-length") or 0) > UPLOAD:
            status = 413
        if status:
            body = [(b"content-length", b"0"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": status, "headers": body})
            return await send({"type": "http.response.body", "body": b""})

        async def answer(message):
            if message["type"] == "http.response.start":
                policy = (b"content-security-policy", POLICY.encode())
                message = {**message, "headers": [*message["headers"], policy]}
            await send(message)

        await self.app(scope, receive, answer)
