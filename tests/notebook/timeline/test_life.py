"""One event's way, from whoever caused it to its end."""

from __future__ import annotations

from lab_helpers.notebook.timeline.folding import history_of
from lab_helpers.notebook.timeline.life import Life, PieceKind, lives_of
from lab_helpers.notebook.timeline.telling import details, headline
from tests.notebook.timeline.journal_entries import ARN, QUEUE, Story, failed_event


def lives(story: Story, request_id: str) -> list[Life]:
    return lives_of(history_of(story.records), request_id)


def kinds(life: Life) -> list[str]:
    return [piece.kind.value for piece in life.pieces]


def test_a_failed_event_is_told_from_its_upload_to_its_dead_letter() -> None:
    (life,) = lives(failed_event(), "put")
    assert kinds(life) == [
        "caller", "queue", "run", "wait", "run", "wait", "run", "given_up", "dead_letter",
    ]  # fmt: skip
    assert life.over
    assert life.billed_ms == 160 + 2 + 2
    assert "s3:PutObject" in headline(life.pieces[0], "en")
    assert details(life.pieces[0], "en") == "arn:aws:s3:::box/a.txt"


def test_the_event_s_own_request_id_tells_the_same_life() -> None:
    story = failed_event()
    assert lives(story, "event") == lives(story, "put")


def test_times_are_told_as_they_passed_here_and_as_aws_waits() -> None:
    (life,) = lives(failed_event(), "event")
    runs = [piece for piece in life.pieces if piece.kind is PieceKind.RUN]
    assert [round(piece.here_s, 2) for piece in runs] == [0.0, 1.16, 3.16]
    assert [round(piece.at_aws_s, 2) for piece in runs] == [0.0, 60.16, 180.16]


def test_waits_say_both() -> None:
    (life,) = lives(failed_event(), "event")
    waits = [headline(piece, "en") for piece in life.pieces if piece.kind is PieceKind.WAIT]
    assert waits[0] == "waits 60 s at AWS, 1 s here (function error)"
    assert waits[1].startswith("waits 2 min at AWS, 2 s here")


def test_an_event_that_waits_is_not_over() -> None:
    records = failed_event().records[:8]
    (life,) = lives_of(history_of(records), "event")
    assert kinds(life)[-1] == "wait"
    assert not life.over
    assert "waiting now" in headline(life.pieces[-1], "en")


def test_a_synchronous_invocation_ends_with_the_caller_s_answer() -> None:
    story = Story().run("r", init_ms=100).call("r", "Invoke")
    (life,) = lives(story, "r")
    assert kinds(life) == ["caller", "run", "answer"]
    assert life.pieces[0].here_s == 0.0
    assert headline(life.pieces[2], "en") == "the caller got status 200"


def test_a_throttled_invocation_never_ran() -> None:
    (life,) = lives(Story().throttled("r").call("r", "Invoke", 429), "r")
    assert kinds(life) == ["caller", "throttle", "answer"]
    assert "ReservedFunctionConcurrentInvocationLimitExceeded" in headline(life.pieces[1], "en")


def test_what_a_destination_invoked_is_told_as_a_life_of_its_own() -> None:
    story = failed_event()
    story.tell("async.enqueued", "second", "event", function=ARN + "g", source="lambda")
    story.tell("async.destination", "event", target=ARN + "g", condition="RetriesExhausted")
    story.attempt("second", 1, "g").run("second", "g")
    story.tell("async.succeeded", "second", function=ARN + "g")
    first, second = lives(story, "event")
    assert kinds(first)[-1] == "destination"
    assert kinds(second) == ["caller", "queue", "run", "succeeded"]
    assert headline(second.pieces[0], "en") == "lambda sent an event"


def test_a_message_that_comes_back_is_one_life_of_several_batches() -> None:
    story = Story().call("send", "SendMessage", service="sqs")
    for batch, outcome in (("b1", "error"), ("b2", "success")):
        story.tell(
            "mapping.batch", batch, "send", source_arn=QUEUE + "orders", causes=["send"],
            records=1, items=["m1"], function_arn=ARN + "f",
        )  # fmt: skip
        story.run(batch, status=outcome, source="sqs")
        done = outcome == "success"
        story.tell("mapping.settled", batch, deleted=int(done), returned=int(not done))
        if not done:
            assert not lives(story, "send")[0].over
    (life,) = lives(story, "send")
    assert kinds(life) == ["caller", "batch", "run", "returned", "batch", "run", "returned"]
    assert life.over
    assert lives(story, "b2")[0].pieces[1:] == life.pieces[1:]


def test_an_unknown_request_has_no_life() -> None:
    assert lives(failed_event(), "nobody") == []


def test_every_station_has_words_in_both_languages() -> None:
    story = failed_event()
    story.tell("async.delivery_failed", "event", to="destination", target=QUEUE + "x", reason="no")
    story.tell("invocation.recursion_stopped", "event", function_arn=ARN + "f", passes=16)
    story.tell("async.resumed", "event", "put", function=ARN + "f", wait_s=1, retries=0)
    (life,) = lives(story, "event")
    for piece in life.pieces:
        english, japanese = headline(piece, "en"), headline(piece, "ja")
        assert english
        assert english != japanese
