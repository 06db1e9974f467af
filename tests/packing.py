"""Archives as `npm pack` makes them, for tests."""

import hashlib
import io
import tarfile

from kerasgan.utils.packages import Package


def pack(folder, files, name="@some/thing", version="1.2.3"):
    """Packs files, a dict of path to str, bytes or `tarfile.TarInfo`, into a folder."""
    package = Package(name, version, "")
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / package.file, "w:gz") as archive:
        for path, content in files.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(path if path.startswith(("/", "..")) else f"package/{path}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    sha256 = hashlib.sha256((folder / package.file).read_bytes()).hexdigest()
    return package._replace(sha256=sha256)
