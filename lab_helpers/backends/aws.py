"""AWS itself: only after an explicit yes in this session, for one account and Region.

Keys that lie in the environment are never used: the profile must be named in
``LAMBDA_DOJO_AWS_PROFILE``. Until the learner has typed the account's number, one request is made,
``GetCallerIdentity``, which changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab_helpers.backends.aws_estimate import upper_estimate_usd
from lab_helpers.backends.aws_made import made_in
from lab_helpers.backends.aws_record import SessionRecord, own_record
from lab_helpers.backends.backend import Capability, Credentials
from lab_helpers.backends.capability_table import capabilities_of
from lab_helpers.catalog import Text
from lab_helpers.errors import DojoError
from lab_helpers.settings import Settings

if TYPE_CHECKING:
    import boto3

PROFILE = "LAMBDA_DOJO_AWS_PROFILE"
PATIENCE_S = 180.0
"""Logs take some ten seconds to appear; the first retry of an asynchronous event a minute."""

_QUESTION = Text(
    "The labs would now run in a REAL AWS account.\n"
    "  Account:  {account} ({identity})\n"
    "  Region:   {region}\n"
    "  Cost:     at most USD {usd} for a day with one lab: Lambda and its logs, no free tier.\n"
    "            Not in it: S3, SQS, SNS, DynamoDB, alarms, and Kinesis, whose streams are\n"
    "            billed by the hour until they are deleted.\n"
    "  Names:    everything that a lab makes is named dojo-... and has the tag lambda-dojo\n"
    "  Clean up: when this program or notebook ends, what it made is removed; where it is\n"
    "            cut short, when `lambda-dojo up` ends; or: lambda-dojo cleanup --backend aws\n"
    "Type the account number to agree, anything else to stop: ",
    "これからラボを実際の AWS アカウントで実行します。\n"
    "  アカウント：{account}（{identity}）\n"
    "  リージョン：{region}\n"
    "  料金：1 つのラボを 1 日行って最大 {usd} USD（Lambda とそのログ。無料利用枠なし）。\n"
    "        S3、SQS、SNS、DynamoDB、アラーム、Kinesis は含みません。\n"
    "        Kinesis のストリームは、削除するまで時間単位で課金されます。\n"
    "  名前：ラボが作るものの名前はすべて dojo- で始まり、lambda-dojo タグが付きます\n"
    "  後片付け：このプログラムやノートブックが終わるときに、作ったものを削除します。\n"
    "            途中で打ち切られた場合は `lambda-dojo up` の終了時に削除します。\n"
    "            手動で削除するには：lambda-dojo cleanup --backend aws\n"
    "同意する場合はアカウント番号を入力してください（それ以外は中止）：",
)

_agreed: set[tuple[str, str, str]] = set()
"""(profile, account, Region) of this process: agreeing ends with it."""


@dataclass(frozen=True)
class AwsBackend:
    """An AWS account that the learner has agreed to use. See ``Backend`` for the attributes.

    Attributes:
        profile: of the learner's own AWS files.
    """

    profile: str
    region: str
    account_id: str
    capabilities: frozenset[Capability] = capabilities_of("aws")
    patience_s: float = PATIENCE_S

    @property
    def name(self) -> str:
        return "aws"

    @property
    def endpoint_url(self) -> None:
        return None

    @property
    def credentials(self) -> Credentials | None:
        """None: the session finds them, and renews those that expire."""
        return None

    def session(self) -> boto3.Session:
        """Tags what it makes, and refuses to make what it cannot tag."""
        # boto3 takes a third of a second to import: paid when a lab first talks to its cloud
        from lab_helpers.backends.aws_session import tagging_session

        return tagging_session(self.profile, self.region, made_in(self.account_id, self.region))

    def environment(self) -> Mapping[str, str]:
        """Empty: a command that tags nothing must not reach the account through a lab."""
        return {}


def aws_backend(
    environ: Mapping[str, str] | None = None, *, ask: Callable[[str], str] = input
) -> AwsBackend:
    """The account of the named profile, once the learner has agreed in this process.

    Args:
        ask: shows a question and gives the answer that was typed.

    Raises:
        DojoError: no profile is named, AWS does not know its keys, there is no price for its
            Region, or the learner did not agree. Nothing was created.
    """
    env = os.environ if environ is None else environ
    settings = Settings.from_environment(env)
    profile = _named_profile(env)
    # boto3 takes a third of a second to import: paid only by who chooses AWS
    from lab_helpers.backends.aws_session import identify

    account_id, identity, region = identify(profile, env.get("LAMBDA_DOJO_REGION"))
    cost_usd = upper_estimate_usd(region)
    if (profile, account_id, region) not in _agreed:
        question = _QUESTION.in_language(settings.language).format(
            account=account_id, identity=identity, region=region, usd=cost_usd
        )
        _agree(question, account_id, ask)
        _agreed.add((profile, account_id, region))
    made_in(account_id, region).record = own_record(settings.home, profile, account_id, region)
    return AwsBackend(profile, region, account_id)


def backend_of(record: SessionRecord) -> AwsBackend:
    """Of a session that agreed to have removed what it made, and ended before it was.

    Raises:
        DojoError: the profile has no keys, or they are another account's now. One request was made.
    """
    # boto3 takes a third of a second to import: paid only where something was left behind
    from lab_helpers.backends.aws_session import identify

    account_id, _, _ = identify(record.profile, record.region)
    if account_id != record.account_id:
        raise DojoError(
            f'The AWS profile "{record.profile}" is account {account_id} now, '
            f"and was {record.account_id}.",
            now=f"Name a profile of account {record.account_id} in {PROFILE}, then: "
            "lambda-dojo cleanup --backend aws",
        )
    return AwsBackend(record.profile, record.region, account_id)


def _named_profile(env: Mapping[str, str]) -> str:
    if profile := env.get(PROFILE, "").strip():
        return profile
    raise DojoError(
        "The labs do not run on AWS unless you name a profile for it.",
        why="A lab creates roles, functions and buckets; in an account they are real and billed.",
        now=f"Use the embedded cloud (unset LAB_BACKEND), or set {PROFILE} to a profile of an "
        "account that is meant for trying things out.",
    )


def _agree(question: str, account_id: str, ask: Callable[[str], str]) -> None:
    try:
        answer = ask(question)
    except (EOFError, OSError, NotImplementedError) as error:
        # No terminal; a notebook that is run by a program (ipykernel: StdinNotImplementedError).
        raise DojoError(
            "Nothing was created: nobody could be asked.",
            why=f"Running labs on AWS needs a typed yes ({type(error).__name__}).",
            now="Run it where you can answer, or use the embedded cloud: unset LAB_BACKEND.",
        ) from None
    if answer.strip() != account_id:
        raise DojoError(
            "Nothing was created: you did not type the account number.",
            now="Use the embedded cloud: unset LAB_BACKEND, or choose backend='embedded'.",
        )
