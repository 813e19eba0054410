"""The feed: CPU a request of ours, of raw ASGI and of nginx where it is installed, over loopback in one run."""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tests.serving import answers, command, free_port, get, until

CONNECTIONS = 32
TICK = os.sysconf("SC_CLK_TCK")

RAW = """
import sys
BODY = open(sys.argv[1], "rb").read()
HEADERS = [(b"content-type", b"application/feed+json"), (b"content-length", str(len(BODY)).encode())]
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
import uvicorn
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", access_log=False, lifespan="off")
"""

NGINX = """worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 256; }}
http {{ keepalive_requests 1000000; access_log off;
client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
uwsgi_temp_path {folder}; scgi_temp_path {folder}; types {{ application/json json; }}
server {{ listen 127.0.0.1:{port}; root {folder}; etag on; }} }}
"""


def rows(quick: bool):
    """Return what was measured, one dict a row: what, value, unit, and where there are any ratio and bound."""
    seconds = 1.0 if quick else 4.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's workers run as another user
        found = {}
        with command(f"sqlite:///{folder}/log.db", folder) as address:
            whole = get(address, "/feed.json", **{"Accept-Encoding": "identity"})
            (folder / "feed.json").write_bytes(whole.content)
            process = _listener(address)
            until(lambda: _idle(process), 60)  # it loads the tables of the article reader aside
            found["feed"] = asyncio.run(_asked(address, "/feed.json", process, seconds))
            tag = {"If-None-Match": whole.headers["etag"]}
            found["304"] = asyncio.run(_asked(address, "/feed.json", process, seconds, tag))
        with _raw(folder) as address:
            found["raw"] = asyncio.run(_asked(address, "/", _listener(address), seconds))
        if shutil.which("nginx"):
            with _nginx(folder) as address:
                found["nginx"] = asyncio.run(_asked(address, "/feed.json", _listener(address), seconds))
    return list(_told(found, len(whole.content)))


def _told(found, size):
    ours, late = found["feed"]
    row = {"what": f"feed ready, {size / 1000:.0f} KB, CPU a request", "value": ours, "unit": "us"}
    if "nginx" in found:
        row |= {"ratio": ours / found["nginx"][0], "ceiling": 5.0}
    yield row
    yield {"what": "  p99 of its answers, 32 connections", "value": late, "unit": "ms", "bound": 20.0}
    yield {"what": "    of raw ASGI on uvicorn, in the same run", "value": found["raw"][1], "unit": "ms"}
    if "nginx" in found:
        yield {"what": "    of nginx, in the same run", "value": found["nginx"][1], "unit": "ms"}
    yield {"what": "feed not modified (304), CPU a request", "value": found["304"][0], "unit": "us", "bound": 150.0}
    yield {"what": "  raw ASGI on uvicorn, the same bytes", "value": found["raw"][0], "unit": "us"}
    if "nginx" in found:
        yield {"what": "  nginx, the same bytes from a file", "value": found["nginx"][0], "unit": "us"}


async def _asked(address, path, process, seconds, headers=None):
    """Ask over CONNECTIONS at once; return CPU microseconds a request of the server, and the 99th percentile in ms."""
    host, port = address.removeprefix("http://").split(":")
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}:{port}",
        *(f"{key}: {value}" for key, value in (headers or {}).items()),
    ]
    request = "\r\n".join([*lines, "", ""]).encode()
    took = []
    await asyncio.gather(*(_connection(host, int(port), request, took, 0.3) for _ in range(CONNECTIONS)))
    took.clear()
    before = _cpu(process)
    await asyncio.gather(*(_connection(host, int(port), request, took, seconds) for _ in range(CONNECTIONS)))
    spent = _cpu(process) - before
    return 1e6 * spent / len(took), 1e3 * statistics.quantiles(took, n=100)[98]


async def _connection(host, port, request, took, seconds):
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 20)
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        if b" 304 " not in head[:20]:
            await reader.readexactly(int(length.split(b":")[1]))
        took.append(time.perf_counter() - began)
    writer.close()
    await writer.wait_closed()


def _listener(address):
    """Return the processes that listen at an address: for nginx its worker, which does the work."""
    port = f"{int(address.rsplit(':', 1)[1]):04X}"
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    inodes = {line.split()[9] for line in lines if line.split()[1].endswith(f":{port}") and line.split()[3] == "0A"}
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = {str(link.readlink()) for link in (process / "fd").iterdir()}
        except OSError:
            continue
        if links & {f"socket:[{inode}]" for inode in inodes}:
            found.append(int(process.name))
    assert found, f"nobody listens at {address}"
    return found


def _idle(processes):
    before = _cpu(processes)
    time.sleep(0.5)
    return _cpu(processes) - before < 0.05


def _cpu(processes):
    spent = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / TICK


@contextmanager
def _raw(folder):
    port = free_port()
    program = folder / "raw.py"
    program.write_text(RAW, encoding="utf-8")
    with _process([sys.executable, program, folder / "feed.json", str(port)], f"http://127.0.0.1:{port}") as address:
        yield address


@contextmanager
def _nginx(folder):
    port = free_port()
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, port=port), encoding="utf-8")
    (folder / "readyz").write_text("{}", encoding="utf-8")
    with _process(["nginx", "-e", folder / "errors", "-c", settings], f"http://127.0.0.1:{port}") as address:
        yield address


@contextmanager
def _process(arguments, address):
    process = subprocess.Popen([str(part) for part in arguments], stderr=subprocess.DEVNULL)
    try:
        until(lambda: answers(address), 20)
        yield address
    finally:
        process.terminate()
        process.wait(10)
