"""Films how a run's images form: python -m tools.forming RUN --out docs/faces.webp.

`Timelapse` leaves a GIF of whole grids, evenly spaced, in the run's folder: right to look at, and
megabytes for a page that is read by many. This takes the upper rows of the same pictures, spaces
them as the images change, quickly at first, and writes an animated WebP, or a GIF by its ending.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from kerasgan.callbacks.frames import frame_paths
from kerasgan.callbacks.samples import FOLDER
from kerasgan.utils.files import replacing
from kerasgan.utils.images import LAST_FRAME_MS


def forming(
    run: str | Path, out: str | Path, rows: int = 3, of_rows: int = 8, frames: int = 40
) -> int:
    """Makes the film.

    Args:
        run: str or path-like, the folder of a training that drew samples.
        out: str or path-like, a `.webp` or `.gif` file.
        rows: int, how many of a grid's rows are shown.
        of_rows: int, how many it has: 8, or as many as classes.
        frames: int, at most so many pictures; the first and the last are among them, the ones
            between at epochs that grow by the same factor.

    Returns:
        The file's size in bytes.

    Raises:
        ValueError: if the run has no pictures.
    """
    paths = frame_paths(Path(run) / FOLDER, 10**9)
    if not paths:
        raise ValueError(f"There are no pictures in {Path(run) / FOLDER}. Received: {run=}")
    chosen = np.unique(np.geomspace(1, len(paths), frames).round().astype(int)) - 1
    pictures = [Image.open(paths[i]).convert("RGB") for i in chosen]
    width, height = pictures[-1].size
    upper = (0, 0, width, 2 + (height - 2) * rows // of_rows)
    first, *others = (picture.crop(upper) for picture in pictures)
    durations = [125] * len(others) + [LAST_FRAME_MS]
    film = {"save_all": True, "append_images": others, "duration": durations, "loop": 0}
    with replacing(out) as temporary:
        first.save(temporary, quality=80, method=6, **film)
    return Path(out).stat().st_size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", help="folder of a training")
    parser.add_argument("--out", required=True, help="x.webp or x.gif")
    parser.add_argument("--rows", type=int, default=3, help="to show")
    parser.add_argument("--of-rows", type=int, default=8, help="that the run's pictures have")
    parser.add_argument("--frames", type=int, default=40, help="at most")
    args = parser.parse_args()
    size = forming(args.run, args.out, args.rows, args.of_rows, args.frames)
    print(f"{args.out}: {size:,} bytes")
