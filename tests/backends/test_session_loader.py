"""Service models are parsed once for all sessions; each session stays its own."""

from __future__ import annotations

from lab_helpers.backends.backend import Credentials
from lab_helpers.backends.session import endpoint_session, preload, shared_loader


def test_sessions_share_their_models_and_nothing_else() -> None:
    preload(["sqs"])
    one = endpoint_session("http://127.0.0.1:9", "us-east-1", Credentials("AKIDONE", "s"))
    two = endpoint_session("http://127.0.0.1:8", "eu-west-1", Credentials("AKIDTWO", "s"))
    model = shared_loader().load_service_model("sqs", "service-2")
    assert shared_loader().load_service_model("sqs", "service-2") is model
    first, second = one.client("sqs"), two.client("sqs")
    assert first.meta.endpoint_url == "http://127.0.0.1:9"
    assert second.meta.endpoint_url == "http://127.0.0.1:8"
    assert (first.meta.region_name, second.meta.region_name) == ("us-east-1", "eu-west-1")
    assert first.meta.service_model.metadata is model["metadata"]
    assert second.meta.service_model.metadata is model["metadata"]
