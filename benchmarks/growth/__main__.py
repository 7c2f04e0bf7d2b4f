"""The command: fill, measure, fill again; print a table, keep a record, draw the plots."""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import time
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from benchmarks.contender import Contender
from benchmarks.ground import Ground
from benchmarks.growth.plot import plot
from benchmarks.growth.series import SERIES, Series
from benchmarks.growth.table import table
from benchmarks.machine import conditions
from benchmarks.measure import repeated
from benchmarks.ours import lambda_dojo
from benchmarks.process_memory import tree_mib
from benchmarks.surroundings import isolate

SIZES = (100, 1_000, 10_000, 100_000)
CALLS, SETTLE_S = 100, 1.5


def main() -> None:
    options = _options()
    isolate()
    contender = lambda_dojo()
    taken_under = dataclasses.asdict(conditions([contender]))
    record: dict[str, Any] = {"conditions": taken_under, "series": {}}
    if options.json and options.json.exists():
        record["series"] = json.loads(options.json.read_text(encoding="utf-8"))["series"]
    for series in SERIES:
        if not options.series or series.key in options.series:
            points = measure(contender, series, options.most)
            record["series"][series.key] = points
            if options.json:
                options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    found = {series: record["series"].get(series.key) for series in SERIES}
    measured = [(series, points) for series, points in found.items() if points]
    print(table([(series.noun, points) for series, points in measured]))
    for series, points in measured if options.plots else ():
        options.plots.mkdir(parents=True, exist_ok=True)
        picture = plot(series.noun, points)
        (options.plots / f"{series.key}.svg").write_text(picture, encoding="utf-8")


def measure(contender: Contender, series: Series, most: int) -> list[dict[str, Any]]:
    """One point for each size: latencies (ms), memory (MiB) and bytes for each entry.

    ``cpu_ms`` is the processor time that the cloud's process spends on a call: it does not depend
    on what else goes on at the machine. ``median_ms`` is what the caller waits.
    """
    contender.start().stop()
    server = contender.start()
    points: list[dict[str, Any]] = []
    point: dict[str, Any]
    try:
        ground = Ground(server)
        series.fill(ground, 1)
        for probe in series.probes.values():
            probe(ground)
        time.sleep(SETTLE_S)
        before, there = tree_mib(server.pid), 1
        for size in _sizes(min(most, series.most)):
            series.fill(ground, size - there)
            there = size
            time.sleep(SETTLE_S)
            now = tree_mib(server.pid)
            point = {"size": size, "memory_mib": now, "cpu_ms": {}, "median_ms": {}}
            point["bytes_per_entry"] = (now - before) * 2**20 / size
            for title, probe in series.probes.items():
                began = _cpu_s(server.pid)
                samples = list(repeated(partial(probe, ground), CALLS))
                point["cpu_ms"][title] = (_cpu_s(server.pid) - began) * 1000 / CALLS
                point["median_ms"][title] = statistics.median(samples)
            points.append(point)
            _tell(series, points[-1])
    finally:
        server.stop()
    return points


def _sizes(most: int) -> list[int]:
    """Ten times as many each time, and at last as many as there may be."""
    return [*(size for size in SIZES if size < most), most]


def _cpu_s(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _tell(series: Series, point: dict[str, Any]) -> None:
    latencies = ", ".join(f"{title} {ms:.2f} ms" for title, ms in point["cpu_ms"].items())
    kib = point["bytes_per_entry"] / 1024
    print(
        f"{point['size']:>7,} {series.noun}: {latencies}; {point['memory_mib']:.0f} MiB, "
        f"{kib:.2f} KiB each",
        flush=True,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    keys = [series.key for series in SERIES]
    parser.add_argument("series", nargs="*", metavar="SERIES", help=f"all, or: {', '.join(keys)}")
    parser.add_argument("--most", type=int, default=SIZES[-1], help="stop at this size")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep, and add to, the record")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="draw one SVG for each series")
    options = parser.parse_args()
    unknown = set(options.series) - set(keys)
    if unknown:
        parser.error(f"no such series: {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    main()
