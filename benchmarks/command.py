"""The command: measure, print one table, keep the record where one was asked for."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import machine, record, report
from benchmarks.aims import judge
from benchmarks.measure import Counts
from benchmarks.ours import OURS, lambda_dojo
from benchmarks.peers import MINISTACK_VARIABLE, MOTO_VARIABLE, Peers, installed_peers
from benchmarks.rounds import measure_all
from benchmarks.surroundings import isolate


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 0, 1 where a figure of the embedded cloud failed; targets never fail it."""
    options = _options(argv)
    # Ended from outside, it still ends the servers it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    earlier = record.read(options.compare) if options.compare else None
    peers = (
        Peers([], ["Other clouds: not measured (--no-peers)."])
        if options.no_peers
        else installed_peers(options.ministack_python, options.moto_python)
    )
    isolate()
    contenders = [lambda_dojo(), *peers.found]
    conditions = machine.conditions(contenders)
    counts = Counts.quick() if options.quick else Counts()
    results = measure_all(contenders, counts, _tell, options.patience)
    _tell("")
    load_after = machine.load()
    verdicts = judge(results)

    print("\n".join(report.heading(conditions, counts.rounds, load_after)), end="\n\n")
    print(report.table(results, contenders), end="\n\n")
    notes = report.targets(verdicts) + peers.notes + machine.warnings(conditions)
    print("\n".join(notes + report.failures(results, contenders)))
    now = record.as_json(results, conditions, counts, verdicts, load_after)
    if options.json:
        record.write(options.json, now)
        print(f"written: {options.json}")
    if earlier is not None:
        print("\n".join(record.compared(earlier, now)))
    return int(any(contender == OURS for _, contender in results.failures))


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the embedded cloud next to its peers and this machine's floor.",
    )
    parser.add_argument("--quick", action="store_true", help="one round of few samples")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all samples in FILE")
    parser.add_argument(
        "--compare", type=Path, metavar="FILE", help="next to the run that FILE keeps"
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="before each figure, wait so long at most for a busy machine to come to rest",
    )
    parser.add_argument("--no-peers", action="store_true", help="only ours and the floors")
    parser.add_argument("--ministack-python", metavar="PYTHON", help=f"or in {MINISTACK_VARIABLE}")
    parser.add_argument("--moto-python", metavar="PYTHON", help=f"or in {MOTO_VARIABLE}")
    return parser.parse_args(argv)


def _tell(what: str) -> None:
    """Progress, on one line of a terminal; a file gets none of it."""
    if sys.stderr.isatty():
        print(f"\r\033[K{what}", end="", file=sys.stderr, flush=True)
