"""What a change of another service is asked to do directly: read an object, send a message."""

from __future__ import annotations

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from lab_helpers.arns import Arn, partition_of
from lab_helpers.emulator.control_plane.state import S3ObjectError
from lab_helpers.emulator.moto_bridge.iam.remembered_policies import POLICY_CHANGES
from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK


class OtherServices:
    """Direct ways into S3, SQS and SNS for Lambda's own deliveries."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id

    def read_code(self, region: str, bucket: str, key: str, version_id: str | None) -> bytes:
        """A deployment package. Raises S3ObjectError."""
        with MOTO_LOCK:
            s3 = s3_backends[self._account_id][partition_of(region)]
            try:
                found = s3.get_object(bucket, key, version_id=version_id)
            except MissingBucket as error:
                raise S3ObjectError(
                    "NoSuchBucket", "The specified bucket does not exist"
                ) from error
            if found is None or not hasattr(found, "value"):
                raise S3ObjectError("NoSuchKey", "The specified key does not exist.")
            content: bytes = found.value
            return content

    def bucket_region(self, bucket: str) -> str | None:
        """None where there is no such bucket."""
        with MOTO_LOCK:
            found = s3_backends[self._account_id]["aws"].buckets.get(bucket)
            return None if found is None else str(found.region_name)

    def destination_exists(self, service: str, text: str) -> bool:
        """Whether there is such a queue (``sqs``) or topic (``sns``)."""
        arn = Arn.parse(text)
        with MOTO_LOCK:
            if service == "sqs":
                return arn.resource in sqs_backends[self._account_id][arn.region].queues
            return text in sns_backends[self._account_id][arn.region].topics

    def send_to_queue(self, queue_arn: str, body: str) -> None:
        """Raises moto's QueueDoesNotExist."""
        arn = Arn.parse(queue_arn)
        with MOTO_LOCK:
            sqs_backends[self._account_id][arn.region].send_message(arn.resource, body)

    def publish_to_topic(self, topic_arn: str, message: str, subject: str | None = None) -> None:
        """Raises moto's TopicNotFound."""
        arn = Arn.parse(topic_arn)
        with MOTO_LOCK:
            sns_backends[self._account_id][arn.region].publish(
                message, arn=topic_arn, subject=subject
            )


def forget_everything() -> None:
    """Empty every service, as a new account is."""
    with MOTO_LOCK:
        BackendDict.reset()
        reset_model_data()
    POLICY_CHANGES.note("", "")
