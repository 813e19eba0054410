"""`make calendars`: the sessions that ship with the package, written anew by the library that is installed."""

from timeline.sessions import made_by, worked_out
from timeline.shipped import EXCHANGES, FOLDER, packed


def main():
    for name in EXCHANGES:
        (FOLDER / name).write_bytes(packed(name, made_by(), worked_out(name)))
        print(name)


if __name__ == "__main__":
    main()
