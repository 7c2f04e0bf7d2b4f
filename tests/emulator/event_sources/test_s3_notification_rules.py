from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.event_sources.s3_notification_rules import (
    NotificationRefusedError,
    NotificationRule,
    parse_notification_configuration,
    refuse_unreachable,
)

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"


def yes(*_: str) -> bool:
    return True


def no(*_: str) -> bool:
    return False


def rule(
    arn: str = FUNCTION, event: str = "s3:ObjectCreated:*", prefix: str = "", suffix: str = ""
) -> str:
    filters = "".join(
        f"<FilterRule><Name>{name}</Name><Value>{value}</Value></FilterRule>"
        for name, value in (("prefix", prefix), ("Suffix", suffix))
        if value
    )
    wrapped = f"<Filter><S3Key>{filters}</S3Key></Filter>" if filters else ""
    return (
        f"<CloudFunctionConfiguration>{wrapped}<CloudFunction>{arn}</CloudFunction>"
        f"<Event>{event}</Event></CloudFunctionConfiguration>"
    )


def configuration(*rules: str) -> bytes:
    namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    tag = "NotificationConfiguration"
    return f"<{tag} {namespace}>{''.join(rules)}</{tag}>".encode()


def refusal(body: bytes) -> NotificationRefusedError:
    with pytest.raises(NotificationRefusedError) as error:
        parse_notification_configuration(body)
    return error.value


def test_a_rule_is_read_with_its_filters_in_any_case() -> None:
    (read,) = parse_notification_configuration(configuration(rule(prefix="in/", suffix=".png")))
    assert read == NotificationRule(FUNCTION, "lambda", ("s3:ObjectCreated:*",), "in/", ".png")


def test_an_empty_configuration_removes_all_rules() -> None:
    assert parse_notification_configuration(configuration()) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (rule(), rule(event="s3:ObjectCreated:Put")),
        (rule(prefix="images/"), rule(prefix="images/2026/")),
        (rule(prefix="a", suffix=".png"), rule(prefix="ab", suffix="g")),
        (rule(prefix="a"), rule(suffix=".png")),
    ],
)
def test_rules_that_could_match_one_key_are_refused(first: str, second: str) -> None:
    error = refusal(configuration(first, second))
    assert error.code == "InvalidArgument"
    assert error.message.startswith("Configurations overlap.")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (rule(prefix="a/"), rule(prefix="b/")),
        (rule(suffix=".png"), rule(suffix=".jpg")),
        (rule(prefix="a", suffix=".png"), rule(prefix="ab", suffix=".jpg")),
        (rule(event="s3:ObjectCreated:Put"), rule(event="s3:ObjectCreated:Copy")),
        (rule(event="s3:ObjectCreated:*"), rule(event="s3:ObjectRemoved:*")),
    ],
)
def test_rules_that_share_no_key_or_no_event_are_taken(first: str, second: str) -> None:
    assert len(parse_notification_configuration(configuration(first, second))) == 2


def test_an_unknown_event_type_is_refused() -> None:
    error = refusal(configuration(rule(event="s3:ObjectEaten:*")))
    assert "s3:ObjectEaten:*" in error.message


def test_text_that_is_no_arn_is_named() -> None:
    error = refusal(configuration(rule(arn="my-function")))
    assert error.arguments == (("my-function", "The ARN could not be parsed"),)


def test_two_prefix_rules_in_one_filter_are_refused() -> None:
    twice = rule(prefix="a").replace(
        "</S3Key>", "<FilterRule><Name>Prefix</Name><Value>b</Value></FilterRule></S3Key>"
    )
    assert "more than one prefix" in refusal(configuration(twice)).message


def test_a_function_that_s3_may_not_invoke_is_refused_in_aws_words() -> None:
    rules = parse_notification_configuration(configuration(rule()))
    with pytest.raises(NotificationRefusedError) as error:
        refuse_unreachable(rules, "us-east-1", lambda _arn: False, yes, yes)
    assert error.value.message == "Unable to validate the following destination configurations"
    assert error.value.arguments == (
        (f"{FUNCTION}, null", f"Not authorized to invoke function [{FUNCTION}]"),
    )


def test_a_queue_whose_policy_does_not_let_s3_in_is_refused_in_aws_words() -> None:
    to_queue = rule(QUEUE).replace("CloudFunction", "Queue")
    rules = parse_notification_configuration(configuration(to_queue))
    with pytest.raises(NotificationRefusedError) as error:
        refuse_unreachable(rules, "us-east-1", yes, yes, no)
    reason = (
        "Permissions on the destination queue do not allow S3 to publish notifications from this "
        "bucket"
    )
    assert error.value.arguments == ((QUEUE, reason),)


def test_a_destination_of_another_region_is_refused() -> None:
    rules = parse_notification_configuration(configuration(rule()))
    with pytest.raises(NotificationRefusedError, match="region is not valid"):
        refuse_unreachable(rules, "eu-west-1", yes, yes, yes)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        parse_notification_configuration(body)
    except NotificationRefusedError as error:
        assert error.code in ("MalformedXML", "InvalidArgument")


@given(
    st.text("<>/&abcxs3:*NotificationConfigurationEventFilter \n", max_size=200).map(
        lambda text: configuration(text)
    )
)
def test_any_content_is_read_or_refused(body: bytes) -> None:
    try:
        parse_notification_configuration(body)
    except NotificationRefusedError as error:
        assert error.code in ("MalformedXML", "InvalidArgument")
