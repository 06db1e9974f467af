"""What clients send: bodies of a bounded size, and pictures in them."""

import asyncio
import base64
import binascii
import io
from typing import Any, TypeVar

import numpy as np
from PIL import Image
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from kerasgan.serve.forms import Form, parsed
from kerasgan.serve.limits import Limits, Refused
from kerasgan.utils import checks
from kerasgan.utils.conversion import Unfit, flatten, header

PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
FORMS = "multipart/form-data"
JSON = "application/json"
SECONDS = 60  # for a body, or slow ones would take the places of others

F = TypeVar("F", bound=Form)


async def read_body(request: Request, limits: Limits) -> bytes:
    """The bytes of a request.

    Raises:
        Refused: if they are more than allowed, end early or take too long.
    """
    told = request.headers.get("content-length", "0")
    body = bytearray()
    try:
        if int(told) <= limits.body:
            async with asyncio.timeout(SECONDS):
                async for part in request.stream():
                    body += part
                    if len(body) > limits.body:
                        break
                else:
                    return bytes(body)
    except TimeoutError:
        raise Refused(408, f"The body took longer than {SECONDS} seconds.") from None
    except ClientDisconnect:
        raise Refused(400, "The request ended early.") from None
    except ValueError:
        raise Refused(400, "The Content-Length is no number.") from None
    raise Refused(413, f"The body is larger than the {limits.body} bytes that are taken.")


def kind_of(request: Request) -> str:
    """The media type of a body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_form(request: Request, form: type[F], body: bytes) -> F:
    """A JSON body; without a body, the form's defaults.

    Raises:
        Refused: if it is of another type, or does not fill in the form.
    """
    if body and kind_of(request) != JSON:
        raise Refused(415, f"The body must be {JSON}.")
    return parsed(form, body or {})


async def read_pictures(request: Request, form: type[F], body: bytes) -> tuple[F, list[Any]]:
    """The form and the pictures of a body of JSON, of multipart/form-data or of a picture's file,
    whose other fields are in the query: bytes of files, or arrays.

    Raises:
        Refused: if it is of another type, or does not fill in the form.
    """
    kind = kind_of(request)
    if kind in PICTURES:
        return parsed(form, {**request.query_params, "images": [""]}), [body]
    if kind == FORMS:
        fields, files = await _multipart(request, body)
        return parsed(form, {**fields, "images": [""] * len(files)}), files
    if kind == JSON:
        found: Any = parsed(form, body)
        return found, [_decoded(image) for image in found.images]
    raise Refused(415, f"The body must be {JSON}, {FORMS} or one of {', '.join(PICTURES)}.")


async def _multipart(request, body):
    class InMemory(MultiPartParser):
        spool_max_size = len(body) + 1  # so that nothing gets to the disk

    async def stream():
        yield body

    fields: dict[str, str] = {}
    files = []
    try:
        parser = InMemory(request.headers, stream(), max_files=1000, max_fields=10)
        for name, value in (await parser.parse()).multi_items():
            if isinstance(value, UploadFile):
                files.append(await value.read())
            else:
                fields[name] = value
    except (MultiPartException, KeyError, ValueError):
        raise Refused(400, "The multipart body is broken, or cut off.") from None
    return fields, files


def _decoded(image):
    if not isinstance(image, str):
        return image
    try:
        return base64.b64decode(image.partition("base64,")[2] or image, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(422, "`images`: a text must be the Base64 of a picture's file.") from None


def to_images(pictures: list[Any], channels: int, limits: Limits, scale: int = 1) -> np.ndarray:
    """Pictures as one float32 array (n, height, width, channels) in [-1, 1].

    Args:
        pictures: list of bytes of files, or nested lists (height, width, channels).
        channels: int.
        limits: `Limits`.
        scale: int, how many times as large the pictures will become.

    Raises:
        Refused: if a picture is broken, of another size than the others, or too large.
    """
    if len(pictures) > limits.batch:
        raise Refused(413, f"A request may have {limits.batch} pictures at most.")
    room = limits.pixels // (len(pictures) * scale**2)
    images = [
        _of_file(picture, channels, room) if isinstance(picture, bytes) else _of_list(picture)
        for picture in pictures
    ]
    if len({image.shape for image in images}) > 1:
        raise Refused(422, "The pictures of one request must have the same size.")
    batch = np.stack(images)
    if batch.ndim == 4 and batch[0, ..., 0].size > room:
        raise _too_large(room)
    try:
        return checks.images("images", batch, channels)
    except ValueError as error:
        raise Refused(422, str(error)) from None


def _of_list(picture):
    try:
        image = np.asarray(picture)
    except ValueError:  # ragged
        image = np.asarray(None)
    if image.dtype.kind not in "fiu":
        raise Refused(422, "`images`: an array must be (height, width, channels), of numbers.")
    return image.astype("float32")


def _of_file(file, channels, room):
    try:
        with Image.open(io.BytesIO(file), formats=list(PICTURES.values())) as image:
            if image.width * image.height > room:
                raise _too_large(room)
            header(image)
            pixels = np.asarray(flatten(image, channels))
    except Image.DecompressionBombError:
        raise _too_large(room) from None
    except Unfit as error:
        raise Refused(422, f"A picture cannot be used: {error}.") from None
    except Refused:
        raise
    except Exception:  # Pillow raises many kinds for broken files
        known = ", ".join(PICTURES.values())
        raise Refused(422, f"A picture is broken, cut off, or none of {known}.") from None
    return pixels.reshape(*pixels.shape[:2], channels).astype("float32") / 127.5 - 1


def _too_large(room):
    return Refused(413, f"A picture has more than the {room} pixels that are taken.")
