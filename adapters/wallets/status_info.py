"""How the Open Badges API says no: 1EdTech's `imsx_StatusInfo`, with a status and a reason."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

BASE = "/ims/ob/v3p0/"

MINOR = {
    HTTPStatus.NOT_MODIFIED: "not_modified",
    HTTPStatus.BAD_REQUEST: "invalid_data",
    HTTPStatus.UNAUTHORIZED: "unauthorizedrequest",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.METHOD_NOT_ALLOWED: "not_allowed",
    HTTPStatus.NOT_ACCEPTABLE: "not_acceptable",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "invalid_data",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "not_acceptable",
    HTTPStatus.TOO_MANY_REQUESTS: "server_busy",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal_server_error",
    HTTPStatus.SERVICE_UNAVAILABLE: "server_busy",
}
INVALID_QUERY = "invalid_query_parameter"
UNKNOWN = "unknown"
WHO = "TargetEndSystem"
"""Who says so, in 1EdTech's words: the system that was asked."""


class MinorField(msgspec.Struct, frozen=True):
    """One code that says more than HTTP's status."""

    imsx_codeMinorFieldName: str  # noqa: N815 - 1EdTech's
    imsx_codeMinorFieldValue: str  # noqa: N815 - 1EdTech's


class Minor(msgspec.Struct, frozen=True):
    """The codes that say more."""

    imsx_codeMinorField: tuple[MinorField, ...]  # noqa: N815 - 1EdTech's


class StatusInfo(msgspec.Struct, frozen=True):
    """What became of a request."""

    imsx_codeMajor: str  # noqa: N815 - 1EdTech's
    imsx_severity: str
    imsx_description: str
    imsx_codeMinor: Minor  # noqa: N815 - 1EdTech's


class NotServedError(Exception):
    """
    A request is not served.

    Attributes:
        sentence: Why.
        minor: 1EdTech's word for it, "" for the status's usual one.
        headers: What HTTP says besides.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        minor: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say why."""
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.minor = minor
        self.headers = dict(headers or {})


def status_info(status: int, sentence: str, minor: str = "") -> StatusInfo:
    """Say that a request was not served, and why."""
    unsupported = status == HTTPStatus.METHOD_NOT_ALLOWED
    told = minor or MINOR.get(HTTPStatus(status), UNKNOWN)
    return StatusInfo(
        "unsupported" if unsupported else "failure",
        "error",
        sentence,
        Minor((MinorField(WHO, told),)),
    )
