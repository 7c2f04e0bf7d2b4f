"""What policies allowed and refused stays so when an account is opened again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cloud_process import CloudProcess
from tests.emulator.cloud.async_targets import Queue, journal, new_topic
from tests.emulator.cloud.test_boundaries import managed
from tests.emulator.cloud.test_permissions import User, allow, refused

pytestmark = pytest.mark.slow  # it starts two clouds


def test_boundaries_stay_and_refusals_are_not_told_again(tmp_path: Path) -> None:
    cloud = CloudProcess.start(tmp_path, "--port", "0")
    port = cloud.endpoint.rsplit(":", 1)[1]
    try:
        queue, boundary = Queue(cloud), managed(cloud, allow("sqs:*"))
        topic, sns = new_topic(cloud, queue.arn, "sqs"), cloud.client("sns")
        sns.publish(TopicArn=topic, Message="refused")
        queue.let_in("sns.amazonaws.com", topic)
        sns.publish(TopicArn=topic, Message="taken")
        user = User(cloud, allow("*"))
        cloud.client("iam").put_user_permissions_boundary(
            UserName=user.name, PermissionsBoundary=boundary
        )
        assert len(journal(cloud, "service.denied")) == 1
    finally:
        cloud.process.kill()
        cloud.process.wait(20)
    again = CloudProcess.start(tmp_path, "--port", port)
    try:
        assert journal(again, "service.denied") == []
        user.client("sqs").list_queues()
        assert "permissions boundary" in refused(user.client("sns").list_topics)[2]
        message = again.client("sqs").receive_message(QueueUrl=queue.url)["Messages"]
        assert [json.loads(one["Body"])["Message"] for one in message] == ["taken"]
    finally:
        again.stop()
