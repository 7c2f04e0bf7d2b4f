"""Objects change in moto's buckets; here each change becomes S3's notification.

moto sends its own, thinner events from inside ``send_event``; that one function is replaced.
moto tells nobody of delete markers and of most removed versions, and tells twice of a multipart
upload: that is put right here too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from moto.s3 import models as s3_models
from moto.s3 import notifications

from lab_helpers.clock import Clock
from lab_helpers.emulator.access.upload_form import OPERATION as POST_OBJECT
from lab_helpers.emulator.event_sources.s3_events import ObjectEvent, notification_event
from lab_helpers.emulator.moto_bridge.current_call import current_call
from lab_helpers.emulator.moto_bridge.s3 import bucket_listing, empty_filter_values
from lab_helpers.emulator.moto_bridge.services import OtherServices
from lab_helpers.emulator.push_events.bus_events import object_event

Deliver = Callable[[str, bytes, str], None]
"""(function ARN, event, bucket) → asynchronous invoke."""
MayPublish = Callable[[str, str, str], bool]
"""(``sqs`` or ``sns``, its ARN, bucket) → whether S3 may send there for this bucket."""
PutOnBus = Callable[[str, str, dict[str, Any]], None]
"""(Region, event bus, event)"""


_EVENTS = notifications.S3NotificationEvent
_delete_object = s3_models.S3Backend.delete_object
_told_by_delete: ContextVar[bool] = ContextVar("told_by_delete", default=False)

_TAGS_PUT = "s3:ObjectTagging:Put"
_NOT_TOLD = {
    "PutObject": (_TAGS_PUT,),
    POST_OBJECT: (_TAGS_PUT,),
    "CopyObject": (_TAGS_PUT,),
    "CreateMultipartUpload": (_TAGS_PUT,),
    "CompleteMultipartUpload": (_TAGS_PUT, "s3:ObjectCreated:Put"),
}
"""What moto tells beside the one event that S3 sends for an operation."""


class BucketEvents:
    """Turns changes into notifications and hands them to their destinations."""

    def __init__(
        self,
        clock: Clock,
        other: OtherServices,
        deliver: Deliver,
        put_on_bus: PutOnBus,
        may_publish: MayPublish,
    ) -> None:
        self._may_publish = may_publish
        self._clock = clock
        self._other = other
        self._deliver = deliver
        self._put_on_bus = put_on_bus

    def install(self) -> None:
        """Take moto's place as the sender of S3 notifications."""
        notifications.send_event = self.object_changed
        s3_models.S3Backend.delete_object = self._announcing_delete()
        empty_filter_values.install()
        bucket_listing.install()

    def _announcing_delete(self) -> Callable[..., Any]:
        """moto's delete, told as S3 tells it: removed versions and delete markers too."""

        def delete_object(
            backend: Any,
            bucket_name: str,
            key_name: str,
            version_id: str | None = None,
            bypass: bool = False,
        ) -> Any:
            bucket = backend.get_bucket(bucket_name)
            before = _versions(bucket, key_name)
            silence = _told_by_delete.set(True)
            try:
                answer = _delete_object(backend, bucket_name, key_name, version_id, bypass)
            finally:
                _told_by_delete.reset(silence)
            after = _versions(bucket, key_name)
            for key in before:
                if key not in after:
                    self._tell(backend, _EVENTS.OBJECT_REMOVED_DELETE_EVENT, bucket, key)
            for key in after:
                if key not in before:
                    event = _EVENTS.OBJECT_REMOVED_DELETE_MARKER_CREATED_EVENT
                    self._tell(backend, event, bucket, key)
            return answer

        return delete_object

    def _tell(self, backend: Any, event: Any, bucket: Any, key: Any) -> None:
        self.object_changed(backend.account_id, event, bucket, key)

    def object_changed(self, account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        """In place of moto's ``send_event``, with its arguments."""
        configuration = bucket.notification_configuration
        if configuration is None or key is None or _told_by_delete.get():
            return
        operation = current_call.get().operation
        if str(event_name.value) in _NOT_TOLD.get(operation, ()):
            return
        if operation == POST_OBJECT:
            event_name = _EVENTS.OBJECT_CREATED_POST_EVENT
        event = self._describe(str(event_name.value), bucket, key)
        for rule in configuration.cloud_function:
            if rule.matches(event_name, key.name):
                self._deliver(rule.arn, _body(event, rule.id), bucket.name)
        for rule in configuration.queue:
            if rule.matches(event_name, key.name) and self._may_publish(
                "sqs", rule.arn, bucket.name
            ):
                self._other.send_to_queue(rule.arn, _body(event, rule.id).decode())
        for rule in configuration.topic:
            if rule.matches(event_name, key.name) and self._may_publish(
                "sns", rule.arn, bucket.name
            ):
                self._other.publish_to_topic(
                    rule.arn, _body(event, rule.id).decode(), "Amazon S3 Notification"
                )
        if configuration.event_bridge is not None:
            told = object_event(account_id, event)
            if told is not None:
                self._put_on_bus(bucket.region_name, "default", told)

    def _describe(self, event_type: str, bucket: Any, key: Any) -> ObjectEvent:
        call = current_call.get()
        removed = event_type.startswith("s3:ObjectRemoved:")
        marker = event_type.endswith(":DeleteMarkerCreated")
        etag = getattr(key, "etag", None)
        return ObjectEvent(
            event_type=event_type,
            region=bucket.region_name,
            bucket=bucket.name,
            key=key.name,
            time=self._clock.now(),
            size=None if removed else key.size,
            etag=etag.strip('"') if etag and (not removed or marker) else None,
            version_id=key.version_id if bucket.is_versioned else None,
            request_id=call.request_id,
            host_id=call.host_id,
            principal_id=call.principal_id,
            source_ip=call.source_ip,
            bucket_owner_id=f"A{bucket.account_id}",
        )


def _versions(bucket: Any, key_name: str) -> list[Any]:
    """All versions and markers of a key, told apart by identity."""
    return list(bucket.keys.getlist(key_name, []))


def _body(event: ObjectEvent, configuration_id: str) -> bytes:
    return json.dumps(notification_event(event, configuration_id), ensure_ascii=False).encode()
