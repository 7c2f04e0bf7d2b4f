"""The bill as tables: what was seen, by function, and a month. Each figure with rule and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import fmean

from lab_helpers.notebook.bill.figures import price_text, quantity_text, usd_text
from lab_helpers.notebook.bill.footnotes import Footnotes
from lab_helpers.notebook.bill.month import Month
from lab_helpers.notebook.bill.priced import Priced, priced, region_with_prices
from lab_helpers.notebook.bill.seen import MeteredRun, Seen, functions_of
from lab_helpers.notebook.bill.words import item_name, rule_of, say
from lab_helpers.notebook.table import Table
from lab_helpers.pricing import BillLine, Item, RegionPrices, duration_rule, total_usage

_FIGURES = frozenset({1, 3})


def seen_table(seen: Seen, region: str, language: str, notes: Sequence[str] = ()) -> Table:
    """What the invocations would have cost.

    Args:
        notes: sentences to add under it.
    """
    prices_of = region_with_prices(region)
    bill = priced(seen.usage(), prices_of, free_tier=False)
    footnotes = Footnotes(language)
    rows = []
    for line in bill.lines:
        rows.append(_row(line, bill.prices, footnotes, language))
        if line.item in (of_init := seen.of_init()):
            rows.append(_init_row(line.item, of_init[line.item], seen, bill, footnotes, language))
    rows += [_unpriced_row(item, quantity, language) for item, quantity in bill.unpriced]
    rows.append((say("total", language), "", "", usd_text(bill.total_usd), ""))
    covered = priced(seen.usage(), prices_of, free_tier=True).total_usd
    told = [
        say("within_free", language, usd=usd_text(covered)),
        say("checks_too", language),
        say("left_out", language),
        *notes,
    ]
    if prices_of != region:
        told.append(say("other_region", language, region=region, used=prices_of))
    heads = ("item", "quantity", "price", "usd", "rule")
    return Table(
        f"{say('title', language)} · "
        f"{say('seen', language, runs=len(seen.runs), cold=seen.cold, region=prices_of)}",
        tuple(say(key, language) for key in heads),
        tuple(rows),
        (*told, *footnotes.lines()),
        numbers=_FIGURES,
        total=True,
    )


def function_table(seen: Seen, region: str, language: str) -> Table:
    """A row for each function, by each memory size that it had."""
    rows = []
    prices_of = region_with_prices(region)
    for function, all_runs in functions_of(seen.runs).items():
        for memory_mb, runs in _by_memory(all_runs).items():
            usd = priced(
                total_usage(run.usage() for run in runs), prices_of, free_tier=False
            ).total_usd
            rows.append(
                (
                    function,
                    f"{memory_mb:,}",
                    f"{len(runs):,}",
                    f"{sum(run.init_ms is not None for run in runs):,}",
                    f"{fmean(run.billed_ms for run in runs):,.1f}",
                    quantity_text(sum((run.gb_s for run in runs), Decimal(0))),
                    usd_text(usd / len(runs) * 1_000_000),
                )
            )
    heads = ("function", "memory", "invocations", "cold", "billed_each", "gb_s", "per_million")
    return Table(
        say("by_function", language),
        tuple(say(key, language) for key in heads),
        tuple(rows),
        numbers=frozenset(range(1, len(heads))),
    )


def month_table(month: Month, language: str, notes: Sequence[str] = ()) -> Table:
    """What a month like this comes to."""
    bill = month.bill()
    footnotes = Footnotes(language)
    rows = []
    for line in bill.lines:
        name, quantity, price, usd, rule = _row(line, bill.prices, footnotes, language)
        free = quantity_text(line.free) if line.free else ""
        rows.append((name, quantity, free, price, usd, rule))
    for item, used in bill.unpriced:
        name, amount, _, _, told = _unpriced_row(item, used, language)
        rows.append((name, amount, "", "—", "—", told))
    rows.append((say("total", language), "", "", "", usd_text(bill.total_usd), ""))
    heads = ("item", "quantity", "free", "price", "usd", "rule")
    return Table(
        f"{say('month', language)} · {month_text(month, language)}",
        tuple(say(key, language) for key in heads),
        tuple(rows),
        (*notes, *footnotes.lines()),
        numbers=frozenset({1, 2, 4}),
        total=True,
    )


def month_text(month: Month, language: str) -> str:
    """What is supposed, in one line."""
    told = say(
        "month_of",
        language,
        requests=f"{month.requests:,}",
        billed_ms=f"{month.billed_ms:,}",
        memory=f"{month.memory_size_mb:,}",
        architecture=month.architecture,
        region=month.region,
        tier=say("with_free" if month.free_tier else "without_free", language),
    )
    if not month.provisioned_concurrency:
        return told
    served = f"{month.provisioned_requests:,}"
    more = say("with_provisioned", language, number=month.provisioned_concurrency, served=served)
    return f"{told} · {more}"


def _row(
    line: BillLine, prices: RegionPrices, footnotes: Footnotes, language: str
) -> tuple[str, str, str, str, str]:
    return (
        item_name(line.item, language),
        _quantity(line.item, line.quantity, language),
        _price(line.item, prices, footnotes, language),
        usd_text(line.usd),
        rule_of(line.item, language),
    )


def _init_row(
    item: Item,
    quantity: Decimal,
    seen: Seen,
    bill: Priced,
    footnotes: Footnotes,
    language: str,
) -> tuple[str, str, str, str, str]:
    rule = duration_rule()
    told = say(
        "of_init_rule",
        language,
        cold=seen.cold,
        since=rule.since.isoformat(),
        source=footnotes.number(rule.source),
    )
    usd = bill.prices[item].cost_usd(quantity)
    amount = _quantity(item, quantity, language)
    return (f"↳ {say('of_init', language)}", amount, "", f"({usd_text(usd)})", told)


def _unpriced_row(item: Item, quantity: Decimal, language: str) -> tuple[str, str, str, str, str]:
    told = say("unpriced", language)
    return (item_name(item, language), _quantity(item, quantity, language), "—", "—", told)


def _quantity(item: Item, quantity: Decimal, language: str) -> str:
    return f"{quantity_text(quantity)} {say(item.unit, language)}"


def _price(item: Item, prices: RegionPrices, footnotes: Footnotes, language: str) -> str:
    usd, per = price_text(prices[item])
    unit = say(item.unit, language)
    return say(
        "price_of_one" if per == "1" else "price_of",
        language,
        usd=usd,
        per=per,
        unit=f"{unit} " if language == "ja" and unit.isascii() else unit,
        source=footnotes.number(prices[item].source),
    )


def _by_memory(runs: Sequence[MeteredRun]) -> Mapping[int, list[MeteredRun]]:
    found: dict[int, list[MeteredRun]] = {}
    for run in runs:
        found.setdefault(run.memory_size_mb, []).append(run)
    return found
