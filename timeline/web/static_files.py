"""Style, script and mark of the pages, and the bundle that draws charts: Vega as vl-convert itself ships it."""

from __future__ import annotations

import hashlib
import logging
import threading
from importlib.resources import files
from pathlib import Path

from timeline.web.ready import Ready

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"
BUNDLE = "charts.js"  # beside the style sheet stands our part of it; Vega comes from vl-convert

logger = logging.getLogger("timeline.web")


class StaticFiles:
    """The files by name. An address carries the hash of its content, so that a browser may keep it for good."""

    def __init__(self, cache: Path | None = None) -> None:
        folder = files("timeline.web") / "static"
        self._content = {one.name: one.read_bytes() for one in folder.iterdir() if Path(one.name).suffix in TYPES}
        self._ready: dict[str, Ready] = {}
        self._cache, self._lock = cache, threading.Lock()
        self._version = {name: hashlib.sha256(content).hexdigest()[:12] for name, content in self._content.items()}

    def address(self, name: str) -> str:
        """Return the address of a file, with the hash of what it is made of."""
        return f"/static/{name}?v={self._version[name]}"

    def ready(self, name: str) -> Ready | None:
        """Return a file ready to be sent, None where there is none; the bundle takes seconds the first time."""
        if name not in self._content:
            return None
        with self._lock:
            if name not in self._ready:
                content = self._bundle() if name == BUNDLE else self._content[name]
                self._ready[name] = Ready(content, TYPES[Path(name).suffix], cache=FOREVER)
            return self._ready[name]

    def _bundle(self) -> bytes:
        import vl_convert

        ours = self._content[BUNDLE].decode()
        made_of = f"{vl_convert.get_vega_version()} {vl_convert.get_vega_embed_version()} {vl_convert.__name__} {ours}"
        name = f"charts-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.js"
        if (kept := self._kept(name)) is not None:
            return kept
        content = vl_convert.javascript_bundle(ours).encode()
        self._keep(name, content)
        return content

    def _kept(self, name: str) -> bytes | None:
        """Return the bundle from the cache; what does not carry the hash of its content is not used."""
        try:
            content = (self._cache / name).read_bytes() if self._cache else b""
        except OSError:
            return None
        digest, _, body = content.partition(b"\n")
        return body if body and digest == hashlib.sha256(body).hexdigest().encode() else None

    def _keep(self, name: str, content: bytes) -> None:
        if self._cache is None:
            return
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            part = self._cache / f".{name}.{threading.get_ident()}"
            part.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
            part.replace(self._cache / name)
        except OSError as error:  # without a cache it is only made again
            logger.info("the chart bundle was not kept: %s", error.strerror)
