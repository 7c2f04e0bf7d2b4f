"""What ``author verify`` shows: a line per claim, a bar while it runs, a table at the end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lab_helpers.authoring.proof import Proof


class VerifyScreen:
    """Lines go to standard output; the bar to standard error, where that is a terminal.

    Args:
        claims: how many claims are to be proved.
    """

    def __init__(self, claims: int) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
            # The bar moves with each claim. A thread that moves it in between would forbid
            # forking, and every proving process would have to import everything anew.
            auto_refresh=False,
        )
        self._task = self._bar.add_task("claims", total=claims)
        self._failed = 0

    def __enter__(self) -> VerifyScreen:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def tell(self, proof: Proof) -> None:
        """Show one claim as soon as it is proved, or is not."""
        mark = "ok  " if proof.holds else "FAIL"
        print(f"{mark}  {proof.lab:<24} {proof.claim:<64} {proof.seconds:6.1f} s", flush=True)
        for line in proof.fault.splitlines():
            print(f"        {line}", flush=True)
        self._failed += not proof.holds
        failed = f"claims, {self._failed} failed" if self._failed else "claims"
        self._bar.update(self._task, advance=1, description=failed, refresh=True)

    def summary(self, proofs: Sequence[Proof], seconds: float) -> None:
        """A line per lab, then all labs together; ``seconds`` on the clock in all."""
        print()
        for lab in dict.fromkeys(proof.lab for proof in proofs):
            own = [proof for proof in proofs if proof.lab == lab]
            self._line(lab, own, sum(proof.seconds for proof in own))
        self._line("all", proofs, seconds)

    @staticmethod
    def _line(name: str, proofs: Sequence[Proof], seconds: float) -> None:
        held = sum(proof.holds for proof in proofs)
        print(f"{name:<30} {held:>4} of {len(proofs):>4} claims hold {seconds:8.1f} s")
