"""The forms by which a browser uploads straight into a bucket: presigned POST.

A form is the upload of one object with its own way of signing: what is signed is a policy, which
says until when and with which fields the form may be sent. So it is read, checked, and then goes
on as the PutObject that it stands for.
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from lab_helpers.emulator.access.errors import AwsError, Fault, Protocol, authentication_error
from lab_helpers.emulator.access.signature import (
    ALGORITHM,
    read_scope,
    signing_key,
)
from lab_helpers.emulator.http import Headers, Request, Response

OPERATION = "PostObject"
_OF_THE_OBJECT = frozenset(
    {"cache-control", "content-disposition", "content-encoding", "content-type", "expires"}
    | {"x-amz-storage-class", "x-amz-website-redirect-location"}
)
_STATUSES = {"200": 200, "201": 201}
_DEFAULT_STATUS = 204


@dataclass(frozen=True)
class UploadForm:
    """What a browser has sent.

    Attributes:
        fields: names in lower case, as S3 reads them; without the file.
        content: the file's.
    """

    bucket: str
    fields: dict[str, str]
    content: bytes

    @property
    def access_key_id(self) -> str:
        if "x-amz-credential" in self.fields:
            return read_scope(self.fields["x-amz-credential"])[0]
        return self.fields.get("awsaccesskeyid", "")

    @property
    def session_token(self) -> str | None:
        return self.fields.get("x-amz-security-token")

    @property
    def region(self) -> str | None:
        """Of the credential; the older form of a signature names none."""
        credential = self.fields.get("x-amz-credential")
        return read_scope(credential)[2] if credential else None

    def is_authentic(self, secret_access_key: str) -> bool:
        """Whether ``secret_access_key`` signed the policy, in the new form or in the old one."""
        policy = self.fields["policy"].encode()
        if "x-amz-credential" in self.fields:
            _, date, region, service = read_scope(self.fields["x-amz-credential"])
            key = signing_key(secret_access_key, date, region, service)
            signed = hmac.new(key, policy, hashlib.sha256).hexdigest()
            return _same(signed, self.fields.get("x-amz-signature", ""))
        digest = hmac.new(secret_access_key.encode(), policy, hashlib.sha1).digest()
        signed = base64.b64encode(digest).decode()
        return _same(signed, self.fields.get("signature", ""))

    def as_put(self, came: Request, region: str) -> Request:
        """PutObject of the same object. It names whose Region it is for, and is not signed."""
        headers = [("host", came.headers.get("host")), ("content-length", str(len(self.content)))]
        scope = f"{self.access_key_id}/19700101/{region}/s3/aws4_request"
        headers.append(("authorization", f"{ALGORITHM} Credential={scope}, Signature="))
        headers += [
            (name, value)
            for name, value in self.fields.items()
            if name in _OF_THE_OBJECT or name.startswith("x-amz-meta-")
        ]
        if "acl" in self.fields:
            headers.append(("x-amz-acl", self.fields["acl"]))
        path = f"/{self.bucket}/{quote(self.fields['key'], safe='/-_.~')}"
        return Request("PUT", path, "", Headers(headers), self.content)

    def answer(self, put: Response, endpoint_url: str) -> Response:
        """What the form asks to be told after PutObject's answer ``put``."""
        if put.status != 200:
            return put
        etag, key = put.headers.get("etag"), self.fields["key"]
        location = f"{endpoint_url}/{self.bucket}/{quote(key)}"
        headers = Headers([("ETag", etag), ("Location", location)])
        target = self.fields.get("success_action_redirect") or self.fields.get("redirect")
        if target:
            told = urlencode({"bucket": self.bucket, "key": key, "etag": etag})
            headers.set("Location", f"{target}{'&' if '?' in target else '?'}{told}")
            return Response(303, headers)
        status = _STATUSES.get(self.fields.get("success_action_status", ""), _DEFAULT_STATUS)
        if status != 201:
            return Response(status, headers)
        headers.set("Content-Type", "application/xml")
        return Response(status, headers, _post_response(location, self.bucket, key, etag))


def read_upload_form(request: Request) -> UploadForm | None:
    """None where the request is no signed form.

    Raises:
        AwsError: the form lacks what every upload needs.
    """
    content_type = request.headers.get("content-type")
    is_form = content_type.lower().startswith("multipart/form-data")
    if request.method != "POST" or not is_form or request.headers.get("authorization"):
        return None
    bucket, _, rest = request.path.lstrip("/").partition("/")
    if not bucket or rest:
        return None
    fields, filename, content = _parts(content_type, request.body)
    if "policy" not in fields:
        raise authentication_error(Fault.MISSING_SIGNATURE, Protocol.S3)
    if content is None:
        raise _argument("POST requires exactly one file upload per request.")
    if not fields.get("key"):
        raise _argument(
            "Bucket POST must contain a field named 'key'.  If it is specified, please check the "
            "order of the fields."
        )
    if "tagging" in fields:
        text = "Tags in an upload form (tagging) are not implemented in Lambda Dojo."
        raise AwsError("NotImplemented", text, 501)
    fields["key"] = fields["key"].replace("${filename}", filename)
    return UploadForm(bucket, fields, content)


def _parts(content_type: str, body: bytes) -> tuple[dict[str, str], str, bytes | None]:
    """Fields, the file's name and content; None without a file."""
    from werkzeug.formparser import FormDataParser  # at the first form: most clouds see none
    from werkzeug.http import parse_options_header

    mimetype, options = parse_options_header(content_type)
    try:
        parser = FormDataParser(silent=False, max_form_memory_size=None)
        _, form, files = parser.parse(io.BytesIO(body), mimetype, len(body), options)
    except ValueError as error:
        text = "The body of your POST request is not well-formed multipart/form-data."
        raise AwsError("MalformedPOSTRequest", text, 400) from error
    fields = {name.lower(): value for name, value in form.items()}
    file = files.get("file")
    if file is not None:
        return fields, (file.filename or "").rpartition("/")[2], file.stream.read()
    content = fields.pop("file", None)  # a part without a file's name
    return fields, "", None if content is None else content.encode()


def _same(signed: str, claimed: str) -> bool:
    return hmac.compare_digest(signed.encode(), claimed.encode())


def _argument(text: str) -> AwsError:
    return AwsError("InvalidArgument", text, 400)


def _post_response(location: str, bucket: str, key: str, etag: str) -> bytes:
    elements = {"Location": location, "Bucket": bucket, "Key": key, "ETag": etag}
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in elements.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>{inner}</PostResponse>'.encode()
