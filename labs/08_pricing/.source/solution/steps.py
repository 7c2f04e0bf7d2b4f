"""The solutions of the lab ``pricing``: what is shown, replayed and proved is this text.

Each function is one step; a notebook's exercise cell holds its body. The pages of the calculator
are in the folders beside this file.
"""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import TYPE_CHECKING

from lab_helpers.grading.preparing import LOGS_POLICY_ARN, have_function, have_role
from lab_helpers.grading.removing import remove_function, remove_role
from lab_helpers.pricing import BilledInvocation, price_book, read_report_line

if TYPE_CHECKING:
    from lab_helpers.grading.solution import SolutionContext

ROLE_NAME = "dojo-pricing-lab-role"
CALCULATOR = "dojo-bill-calculator"
FUNCTIONS = {CALCULATOR: "bill", "dojo-cpu-bound": "cpu_bound", "dojo-io-bound": "io_bound"}
PRICES = price_book().region("us-east-1")

# What the notebook keeps in a variable of the same name.
measured: dict[str, list[BilledInvocation]] = {}


def deploy(lab: SolutionContext, *pages: str) -> None:
    """Send the calculator with these pages to Lambda."""
    lambda_client = lab.client("lambda")
    lambda_client.update_function_code(
        FunctionName=CALCULATOR, ZipFile=lab.deployment_package("bill", *pages)
    )
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=CALCULATOR)


def prepare(lab: SolutionContext) -> None:
    """A role, a calculator without pages, and the two functions that are measured later."""
    role_arn = have_role(lab, ROLE_NAME, LOGS_POLICY_ARN)
    for name, folder in FUNCTIONS.items():
        have_function(lab, name, role_arn, folder, Timeout=60)


def on_demand(lab: SolutionContext) -> None:
    # In on_demand/on_demand.py:
    #     return requests * (billed_ms / 1000) * (memory_mb / 1024)
    #     usd = requests / 1_000_000 * REQUESTS_USD_PER_MILLION + compute * GB_SECOND_USD["x86_64"]
    deploy(lab, "on_demand")


def free_tier(lab: SolutionContext) -> None:
    # In free_tier/free_tier.py:
    #     paid_requests = max(0, requests - FREE_REQUESTS)
    #     paid_gb_seconds = max(0, gb_seconds(requests, billed_ms, memory_mb) - FREE_GB_SECONDS)
    deploy(lab, "on_demand", "free_tier")


def billed_duration(lab: SolutionContext) -> None:
    # In billed_duration/billed_duration.py:
    #     billed_ms = math.ceil(duration_ms + init_ms)
    deploy(lab, "on_demand", "free_tier", "billed_duration")


def options(lab: SolutionContext) -> None:
    # In options/options.py:
    #     compute = gb_seconds(requests, billed_ms, memory_mb) * GB_SECOND_USD[architecture]
    #     extra_mb = max(0, ephemeral_mb - 512)
    #     requests_per_event = 1 + math.ceil(max(0, event_kb - 256) / 64)
    deploy(lab, "on_demand", "free_tier", "billed_duration", "options")


def provisioned(lab: SolutionContext) -> None:
    # In provisioned/provisioned.py:
    #     billed_s = math.ceil(enabled_s / 300) * 300
    #     configured = concurrency * (memory_mb / 1024) * billed_s
    #     break_even = rates["configured_usd"] / (rates["on_demand_usd"] - rates["duration_usd"])
    deploy(lab, "on_demand", "free_tier", "billed_duration", "options", "provisioned")


def measure(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    def measure(function, sizes_mb, rounds=3):
        best = []
        for size_mb in lab.with_bar(sizes_mb, function):
            lambda_client.update_function_configuration(FunctionName=function, MemorySize=size_mb)
            lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)
            runs = []
            for _ in range(rounds):
                response = lambda_client.invoke(FunctionName=function, LogType="Tail")
                log = base64.b64decode(response["LogResult"]).decode()
                runs.append(read_report_line(log))
            warm = [run for run in runs if run and not run.cold]
            best.append(min(warm, key=lambda run: run.billed_duration_ms))
        return best

    measured["dojo-cpu-bound"] = measure("dojo-cpu-bound", [128, 512, 1024, 1769, 3008])
    measured["dojo-io-bound"] = measure("dojo-io-bound", [128, 1024, 3008])


def choose(lab: SolutionContext) -> None:
    lambda_client = lab.client("lambda")

    for function, runs in measured.items():
        cheapest = min(run.cost_usd(PRICES) for run in runs)
        affordable = [run for run in runs if run.cost_usd(PRICES) <= cheapest * Decimal("1.25")]
        choice = min(affordable, key=lambda run: run.billed_duration_ms)
        print(function, choice.memory_size_mb, "MB")
        lambda_client.update_function_configuration(
            FunctionName=function, MemorySize=choice.memory_size_mb
        )
        lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)


def left_out(lab: SolutionContext) -> None:
    # In left_out/left_out.py:
    #     "http_api_usd": requests / 1_000_000 * HTTP_API_USD_PER_MILLION,
    #     "logs_usd": max(0, log_gb - FREE_LOG_GB) * LOG_USD_PER_GB,
    #     "nat_gateway_usd": nat_gateway_h * NAT_GATEWAY_USD_PER_H
    #     + nat_gateway_gb * NAT_GATEWAY_USD_PER_GB,
    deploy(lab, "on_demand", "free_tier", "billed_duration", "options", "provisioned", "left_out")


def reset(lab: SolutionContext) -> None:
    """Remove the functions, their log groups and the role."""
    for name in FUNCTIONS:
        remove_function(lab, name)
    remove_role(lab, ROLE_NAME)
