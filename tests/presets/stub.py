"""What of the hub's HTTP interface the presets need, on 127.0.0.1."""

import base64
import contextlib
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def answer(self, body, status=200, **headers):
        if not isinstance(body, bytes):
            body, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def commit(self):
        """A number of what there is, so that caches know when that changed."""
        return hashlib.sha1(repr(sorted(self.server.files.items())).encode()).hexdigest()

    def do_GET(self):
        commit = self.commit()
        files, path = self.server.files, self.path.partition("?")[0]
        name = path.rpartition("/")[2]
        if "user/name" not in path or ("/resolve/" in path and name not in files):
            self.answer(b"", 404, X_Error_Code="RepoNotFound")
        elif "/resolve/" in path:
            self.server.downloaded.add(name)
            etag = f'"{hashlib.sha256(files[name]).hexdigest()}"'
            self.answer(files[name], X_Repo_Commit=commit, ETag=etag)
        elif "/tree/" in path:
            entries = [{"type": "file", "path": n, "size": len(b)} for n, b in files.items()]
            self.answer([{**e, "oid": str(i)} for i, e in enumerate(entries)])
        else:
            siblings = [{"rfilename": name} for name in files]
            self.answer({"id": "user/name", "sha": commit, "siblings": siblings})

    do_HEAD = do_GET

    def do_POST(self):
        body = self._body()
        if self.path.endswith("/create"):
            self.answer({"url": f"{self.server.url}/user/name", "id": "user/name"})
        elif "/preupload/" in self.path:
            found = [file["path"] for file in json.loads(body)["files"]]
            mode = {"uploadMode": "regular", "shouldIgnore": False}
            self.answer({"files": [{"path": path, **mode} for path in found]})
        elif "/commit/" in self.path:
            for item in map(json.loads, body.splitlines()):
                if item["key"] == "file":
                    content = base64.b64decode(item["value"]["content"])
                    self.server.files[item["value"]["path"]] = content
            oid = self.commit()
            url = f"{self.server.url}/user/name/commit/{oid}"
            self.answer({"success": True, "commitOid": oid, "commitUrl": url, "hookOutput": ""})
        else:
            self.answer({})

    def _body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)


@contextlib.contextmanager
def serving():
    """Within, a hub with one repository, user/name, whose `files` are a dict of bytes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files, server.downloaded = {}, set()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
