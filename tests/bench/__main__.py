"""Run the benches in turn and print one table: ours, its peers, their ratios, the bounds, met or not."""

import argparse
import importlib
import sys
import traceback

from tests.bench import MODULES


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run: {', '.join(MODULES)} (all)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the size: to see that it runs")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(MODULES):
        parser.error(f"no bench named {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    print(line("", "measured", "ratio", "limit", ""))
    missed, failed = 0, []
    for name in given.names or MODULES:
        print(f"\n{name}", flush=True)
        try:
            for row in importlib.import_module(f"tests.bench.{name}").rows(given.quick):
                missed += verdict(row) == "missed"
                print(told(row), flush=True)
        except Exception:  # the others are to be measured all the same
            failed.append(name)
            traceback.print_exc()
    print(f"\n{missed} missed" if missed else "\nall met")
    if failed:
        print(f"could not be measured: {', '.join(failed)}")
    return len(failed)


def told(row):
    """Return a row of the table."""
    limits = []
    if "bound" in row:
        limits.append(f"<= {figure(row['bound'])} {row['unit']}".strip())
    if "least" in row:
        limits.append(f">= {figure(row['least'])} {row['unit']}".strip())
    if "ceiling" in row:
        limits.append(f"<= {row['ceiling']:.2f} x")
    if "floor" in row:
        limits.append(f">= {row['floor']:.2f} x")
    ratio = f"{row['ratio']:.2f}" if "ratio" in row else ""
    return line(row["what"], f"{figure(row['value'])} {row['unit']}", ratio, ", ".join(limits), verdict(row))


def verdict(row):
    """Return "met" or "missed", or "" where nothing is bounded."""
    held = [row["value"] <= row["bound"]] if "bound" in row else []
    held += [row["value"] >= row["least"]] if "least" in row else []
    held += [row["ratio"] <= row["ceiling"]] if "ceiling" in row else []
    held += [row["ratio"] >= row["floor"]] if "floor" in row else []
    return ("met" if all(held) else "missed") if held else ""


def figure(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def line(what, value, ratio, limit, met):
    return f"{what:<58} {value:>16} {ratio:>8} {limit:>20}  {met}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
