import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from tools.forming import forming

pytestmark = pytest.mark.any_backend


@pytest.fixture
def run(tmp_path):
    """A run's folder with the pictures of 30 epochs, each of one brightness, rising."""
    for epoch in range(31):
        grid = kg.utils.image_grid(np.full((16, 8, 8, 3), (epoch / 30) ** 0.5), 2)
        kg.utils.save_image(grid, tmp_path / "run/samples" / f"{epoch:04d}.png")
    return tmp_path / "run"


@pytest.mark.parametrize("name", ["film.webp", "film.gif"])
def test_films_the_upper_rows_quickly_at_first(run, tmp_path, name):
    size = forming(run, tmp_path / name, frames=6)
    film = Image.open(tmp_path / name)
    assert size == (tmp_path / name).stat().st_size
    assert film.size == (22, 32) and film.n_frames == 6  # 3 of 8 rows, 10 pixels each
    seen = []
    for i in range(6):
        film.seek(i)
        seen.append((np.asarray(film.convert("RGB"))[6, 6, 0] / 127.5 - 1) ** 2 * 30)
    np.testing.assert_allclose(seen, [0, 1, 3, 7, 15, 30], atol=0.9)


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(ValueError, match="There are no pictures in"):
        forming(tmp_path, tmp_path / "film.webp")
