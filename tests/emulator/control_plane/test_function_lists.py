"""Lists of functions: order, versions, pages."""

from __future__ import annotations

from typing import Any

from tests.emulator.control_plane.lambda_client import (
    FUNCTION_ARN,
    create,
    refused,
)


def test_listing_shows_the_latest_version_without_its_state(client: Any) -> None:
    for name in ("b", "a", "c"):
        create(client, name)
    functions = client.list_functions()["Functions"]
    assert [function["FunctionName"] for function in functions] == ["a", "b", "c"]
    assert functions[0]["FunctionArn"] == f"{FUNCTION_ARN}:a"
    for member in ("State", "LastUpdateStatus", "RuntimeVersionConfig"):
        assert member not in functions[0]


def test_listing_all_shows_every_version_under_its_qualified_arn(client: Any) -> None:
    create(client, "a", Publish=True)
    create(client, "b")
    functions = client.list_functions(FunctionVersion="ALL")["Functions"]
    assert [function["FunctionArn"] for function in functions] == [
        f"{FUNCTION_ARN}:a:$LATEST",
        f"{FUNCTION_ARN}:a:1",
        f"{FUNCTION_ARN}:b:$LATEST",
    ]


def test_a_page_goes_on_behind_a_function_that_was_deleted_meanwhile(client: Any) -> None:
    for name in ("a", "b", "c"):
        create(client, name)
    marker = client.list_functions(MaxItems=2)["NextMarker"]
    client.delete_function(FunctionName="b")
    rest = client.list_functions(Marker=marker)["Functions"]
    assert [one["FunctionName"] for one in rest] == ["c"]


def test_pages_of_a_list_follow_each_other(client: Any) -> None:
    for number in range(7):
        create(client, f"fn{number}")
    names, pages = [], 0
    for page in client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 3}):
        names += [function["FunctionName"] for function in page["Functions"]]
        pages += 1
    assert names == [f"fn{number}" for number in range(7)]
    assert pages == 3


def test_a_name_that_begins_as_another_is_listed_once(client: Any) -> None:
    names = ["f", "f-1", "f1", "f10", "f_1"]
    for name in names:
        create(client, name, Publish=True)
    for asked in ({}, {"FunctionVersion": "ALL"}):
        pages = client.get_paginator("list_functions").paginate(
            **asked, PaginationConfig={"PageSize": 1}
        )
        arns = [one["FunctionArn"] for page in pages for one in page["Functions"]]
        assert len(arns) == len(set(arns)) == len(names) * (2 if asked else 1)


def test_a_page_holds_fifty_at_most(client: Any) -> None:
    for number in range(51):
        create(client, f"fn{number:02d}")
    answer = client.list_functions(MaxItems=10000)
    assert len(answer["Functions"]) == 50
    assert len(client.list_functions(Marker=answer["NextMarker"])["Functions"]) == 1


def test_a_marker_that_no_list_gave_is_refused(client: Any) -> None:
    seen = refused(client.list_functions, Marker="ÿ not base64")
    assert (seen.status, seen.code) == (400, "InvalidParameterValueException")
