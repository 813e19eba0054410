"""`timeline serve`: the timeline as feeds, pages and an API, on this machine unless it is told otherwise."""

from __future__ import annotations

import argparse
from typing import Any

from jobs.commands.head import KEY, signed_note
from jobs.commands.order import Order, takes_companies, takes_database
from jobs.out import say, warn

TOKEN = "TIMELINE_TOKEN"  # noqa: S105 - the name of the variable
LOOPBACK = ("127.0.0.1", "localhost", "::1")
GRACE = 3  # seconds that open requests get when the server stops


def add(commands: Any) -> None:
    """Add the command."""
    command: argparse.ArgumentParser = commands.add_parser(
        "serve",
        help="serve the timeline: JSON feed, pages, API",
        description="Serve the timeline as a JSON feed, pages and an API. An empty log gets the sample. Articles are "
        f"taken only where the variable {TOKEN} holds a token.",
    )
    takes_database(command)
    command.add_argument("--host", default="127.0.0.1", metavar="H", help="listen there (127.0.0.1: this machine only)")
    command.add_argument("--port", type=_port, default=8000, metavar="N", help="listen on that port (8000)")
    command.add_argument(
        "--address", metavar="URL", help="where the world finds it, behind a proxy: https://example.org"
    )
    takes_companies(command)
    command.add_argument("--no-sample", action="store_true", help="leave an empty log empty")
    command.set_defaults(run=run)


def run(order: Order) -> int:
    """Serve until somebody stops it."""
    from jobs.app import load_sample, open_log
    from jobs.operations import Operations
    from jobs.serving import doors
    from jobs.settings import cache_folder
    from timeline.web.application import application
    from timeline.web.doors import Settings

    given = order.given
    address = _address(given)
    with open_log(order.database, create=True) as log, Operations.open(order.database) as operations:
        if not given.no_sample and not log.head().position and (loaded := load_sample(log)):
            warn(f"The log was empty: the sample came in, {loaded} events.")
        key = order.environment.get(KEY)
        companies = order.companies  # a table that is wrong is told now, too
        signed_note(log.head(), key)  # a key that cannot sign is told now, not by every request
        settings = Settings(
            address=address,
            hosts=_hosts(given, address),
            token=order.environment.get(TOKEN, ""),
            cache=cache_folder(),
        )
        say(f"The timeline is at {address}/ and its feed at {address}/feed.json; Ctrl-C stops it.")
        ways = doors(log, order.clock, warm=True, key=key, operations=operations, companies=companies)
        return _serve(application(ways, settings), given)


def _serve(app: Any, given: argparse.Namespace) -> int:
    import uvicorn

    class Server(uvicorn.Server):
        """A server that lets event streams go before it waits for open requests."""

        def handle_exit(self, sig: int, frame: Any) -> None:
            """Close the streams, then stop."""
            app.state.live.close()
            super().handle_exit(sig, frame)

    server = Server(
        uvicorn.Config(
            app,
            host=given.host,
            port=given.port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=bool(given.address),
            timeout_graceful_shutdown=GRACE,
            limit_concurrency=2000,
        )
    )
    try:
        server.run()
    except SystemExit:  # uvicorn has said why: the port is taken, or may not be listened on
        return 2
    return 0 if server.started else 2


def _address(given: argparse.Namespace) -> str:
    from urllib.parse import urlsplit

    from events.errors import InvalidValueError

    if not given.address:
        host = f"[{given.host}]" if ":" in given.host else given.host
        return f"http://{host}:{given.port}"
    try:
        parts = urlsplit(given.address)
        right = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        right = False
    if not right:
        raise InvalidValueError("--address", repr(given.address), "an address such as https://example.org")
    return str(given.address).rstrip("/")


def _hosts(given: argparse.Namespace, address: str) -> tuple[str, ...]:
    """Return the names to answer under: on loopback no others, so that no page of elsewhere reads along."""
    from urllib.parse import urlsplit

    named = urlsplit(address).hostname or ""
    if given.host in LOOPBACK:
        return tuple(dict.fromkeys((*LOOPBACK, named)))
    return ()


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"got {text!r}, wanted a port from 1 to 65535")
    return int(text)
