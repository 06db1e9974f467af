"""Moving pictures on disk: GIF, and MP4 where the package imageio-ffmpeg is."""

import itertools
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from kerasgan.utils import checks
from kerasgan.utils.files import replacing
from kerasgan.utils.images import WHITE, pillow_image

FORMATS = (".gif", ".mp4")


def save_animation(
    frames: Iterable[np.ndarray], path: str | os.PathLike[str], fps: float = 12
) -> None:
    """Writes pictures that follow one another; a GIF loops.

    Args:
        frames: uint8 arrays (height, width, channels), all of one shape, 1 or 3 channels; one at a
            time is held in memory.
        path: str or path-like that ends in `.gif` or `.mp4`. Its folder is made if need be.
        fps: number, frames a second, above 0 and at most 50. A GIF rounds it to whole hundredths
            of a second a frame.

    Raises:
        ValueError: if the ending is another, `fps` is out of range, or there are no frames.
        ImportError: if an MP4 lacks its package.

    Example:
        >>> import tempfile
        >>> frames = (np.full((8, 8, 1), 80 * i, "uint8") for i in range(3))
        >>> save_animation(frames, f"{tempfile.mkdtemp()}/brighter.gif")
    """
    write = check_animation(path)
    checks.number("fps", fps, above=0, most=50)
    frames = iter(frames)
    first = next(frames, None)
    if first is None:
        raise ValueError("There must be one frame at least. Received: frames=[]")
    with replacing(path) as temporary:
        write(itertools.chain([first], frames), temporary, fps)


def check_animation(path: str | os.PathLike[str]) -> Callable[..., None]:
    """What writes a file of a path's ending; an error if there is nothing."""
    ending = Path(path).suffix
    checks.one_of("ending", ending, FORMATS)
    if ending == ".gif":
        return _write_gif
    try:
        import imageio_ffmpeg  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "An MP4 takes the package imageio-ffmpeg: `pip install imageio-ffmpeg`, or write a "
            f".gif. Received: path={os.fspath(path)!r}"
        ) from error
    return _write_mp4


def _write_gif(frames, path, fps):
    pictures = map(pillow_image, frames)
    first = next(pictures)
    first.save(path, save_all=True, append_images=pictures, duration=round(1000 / fps), loop=0)


def _write_mp4(frames, path, fps):
    import imageio_ffmpeg

    writer = None
    for frame in frames:
        odd = [(0, side % 2) for side in frame.shape[:2]]  # which the codec does not take
        frame = np.pad(
            np.repeat(frame, 3 // frame.shape[-1], axis=-1), [*odd, (0, 0)], constant_values=WHITE
        )
        if writer is None:
            size = frame.shape[1::-1]
            writer = imageio_ffmpeg.write_frames(str(path), size, fps=fps, macro_block_size=1)
            writer.send(None)
        writer.send(np.ascontiguousarray(frame))
    writer.close()
