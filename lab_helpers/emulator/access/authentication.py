"""Who sent this request: the owner of the key that signed it, or a refusal."""

from __future__ import annotations

from collections.abc import Callable

from lab_helpers.clock import Clock
from lab_helpers.emulator.access.chunked_upload import is_chunked, unchunked
from lab_helpers.emulator.access.errors import (
    Fault,
    Protocol,
    authentication_error,
    protocol_of,
)
from lab_helpers.emulator.access.form_policy import refuse_beyond_policy
from lab_helpers.emulator.access.principals import Caller, KeyOwner
from lab_helpers.emulator.access.signature import (
    Signature,
    SignatureFaultError,
    has_claimed_content,
    is_authentic,
    read_signature,
    refuse_bad_time,
    refuse_unsigned_headers,
)
from lab_helpers.emulator.access.signature_v2 import (
    SignatureV2,
    is_authentic_v2,
    read_signature_v2,
)
from lab_helpers.emulator.access.upload_form import UploadForm
from lab_helpers.emulator.http import Request


class Authentication:
    """Checks signatures against the account's keys."""

    def __init__(
        self, clock: Clock, owner_of: Callable[[str], KeyOwner | None], region: str
    ) -> None:
        self._clock = clock
        self._region = region
        self._owner_of = owner_of

    def admit(self, request: Request) -> tuple[Caller, Request]:
        """Who sent it, and the request itself; an upload in chunks as a plain one.

        Raises AwsError in the protocol of the service that was called.
        """
        try:
            signature = read_signature(request)
            if signature is not None:
                return self._verified(request, signature)
            old_style = read_signature_v2(request)
            if old_style is not None:
                return self._verified_v2(request, old_style), request
            raise SignatureFaultError(Fault.MISSING_SIGNATURE)
        except SignatureFaultError as error:
            protocol = protocol_of(service_guess(request), request.headers.get("content-type"))
            raise authentication_error(error.fault, protocol, error.detail) from error

    def admit_form(self, form: UploadForm, came: Request) -> tuple[Caller, Request]:
        """Who signed the policy of an upload form, and the PutObject that it stands for.

        Raises AwsError where the signature or the policy does not allow the upload.
        """
        try:
            owner = self._owner(form.access_key_id, form.session_token)
            if not form.is_authentic(owner.secret_access_key):
                raise SignatureFaultError(Fault.BAD_SIGNATURE)
        except SignatureFaultError as error:
            raise authentication_error(error.fault, Protocol.S3, error.detail) from error
        refuse_beyond_policy(form, self._clock.now())
        region = form.region or self._region
        caller = self._caller(owner, form.access_key_id, region, "s3")
        return caller, form.as_put(came, region)

    def _verified(self, request: Request, signature: Signature) -> tuple[Caller, Request]:
        owner = self._owner(signature.access_key_id, signature.session_token)
        refuse_bad_time(signature, self._clock.now())
        refuse_unsigned_headers(request, signature)
        if not is_authentic(request, signature, owner.secret_access_key):
            raise SignatureFaultError(Fault.BAD_SIGNATURE)
        if not has_claimed_content(request, signature):
            raise SignatureFaultError(Fault.OTHER_CONTENT)
        caller = self._caller(owner, signature.access_key_id, signature.region, signature.service)
        if is_chunked(request):
            request = unchunked(request, signature, owner.secret_access_key)
        return caller, request

    def _verified_v2(self, request: Request, signature: SignatureV2) -> Caller:
        owner = self._owner(signature.access_key_id, signature.session_token)
        if signature.expires < self._clock.now():
            raise SignatureFaultError(Fault.EXPIRED_REQUEST)
        if not is_authentic_v2(request, signature, owner.secret_access_key):
            raise SignatureFaultError(Fault.BAD_SIGNATURE)
        return self._caller(owner, signature.access_key_id, self._region, "s3")

    @staticmethod
    def _caller(owner: KeyOwner, access_key_id: str, region: str, service: str) -> Caller:
        return Caller(
            owner.arn,
            owner.principal_id,
            access_key_id,
            region,
            service,
            owner.source_function_arn,
        )

    def _owner(self, access_key_id: str, session_token: str | None) -> KeyOwner:
        """Whose key it is; the token must be the one that came with the key."""
        owner = self._owner_of(access_key_id)
        if owner is None or not owner.active:
            raise SignatureFaultError(Fault.UNKNOWN_KEY)
        if owner.session_token != session_token:
            raise SignatureFaultError(Fault.INVALID_TOKEN)
        if owner.expires_at is not None and owner.expires_at < self._clock.now():
            raise SignatureFaultError(Fault.EXPIRED_TOKEN)
        return owner


def service_guess(request: Request) -> str:
    """Which service a request is meant for, before its signature is believed."""
    try:
        signature = read_signature(request)
    except SignatureFaultError:
        signature = None
    if signature is not None:
        return signature.service
    target = request.headers.get("x-amz-target")
    if target:
        return target.split("_")[0].split(".")[0].lower()
    if request.raw_path.startswith(("/2015-03-31/", "/2014-11-13/", "/2018-10-31/")):
        return "lambda"
    if "x-www-form-urlencoded" in request.headers.get("content-type"):
        return "sts"
    return "s3"
