"""Checks of the lab ``pricing``: what the cloud must show for each step.

The lab's ``[names]``: ``calculator`` (``dojo-bill-calculator``), ``cpu_bound``
(``dojo-cpu-bound``), ``io_bound`` (``dojo-io-bound``), ``role``. ``prepare`` makes all of them. The
calculator is asked with usage that the learner has not seen: ``{"page": "free_tier", "usage":
{…}}``. Answers are compared
with ``lab_helpers.pricing``; numbers that a known mistake gives are told as that mistake.

================ =========================================================================
on_demand        ``gb_seconds`` and ``usd`` of a month without the free tier
free_tier        ``usd`` less a million requests and 400,000 GB-s, each never below zero
billed_duration  ``billed_ms`` of a duration and an INIT phase: the next whole millisecond
options          ``usd`` on Arm, with more ``/tmp``, with large asynchronous events
provisioned      ``usd`` in periods of five minutes, and ``break_even`` for unseen prices
measure          the logs of ``dojo-cpu-bound`` and ``dojo-io-bound`` show warm runs at three
                 sizes or more, one of them at most 256 MB, one at least 1,769 MB
choose           both are set to the fastest size that costs at most a quarter more than the
                 cheapest one, by what their own logs say
left_out         ``http_api_usd``, ``logs_usd`` and ``nat_gateway_usd`` of a month
================ =========================================================================
"""

from __future__ import annotations

from lab_helpers.checks.pricing import left_out_page, measured, option_pages, paper_pages
from lab_helpers.checks.pricing.calculator import LAB

STEPS = (
    "on_demand",
    "free_tier",
    "billed_duration",
    "options",
    "provisioned",
    "measure",
    "choose",
    "left_out",
)

__all__ = ["LAB", "STEPS", "left_out_page", "measured", "option_pages", "paper_pages"]
