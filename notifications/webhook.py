"""
The webhook side: releases, locks, groups and recommendations go to the LMS as signed requests.

A request that timed out is simply sent again: it carries the same id, and a receiver does each
id once, so here nothing is ever in doubt. Redirects are not followed: a signed body goes to
the place that was configured, and nowhere else.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from notifications.envelope import message_name
from notifications.transport import (
    Accepted,
    Answer,
    Deferred,
    OnWire,
    Parcel,
    Rejected,
)
from notifications.webhook_endpoint import WebhookEndpoint
from notifications.webhook_signature import sign

REPLY_LENGTH = 300
"""How much of a receiver's answer is kept, in bytes."""
NOT_NOW = frozenset({408, 409, 423, 425, 429})
"""4xx by which a receiver asks to try again."""


class WebhookTransport:
    """Posts each parcel to the endpoint that its recipient names."""

    def __init__(
        self,
        endpoints: Mapping[str, WebhookEndpoint],
        machine: Callable[[], datetime],
        *,
        client: httpx.AsyncClient | None = None,
        timeout: float = 20,
    ) -> None:
        """
        Send to endpoints by name.

        Args:
            endpoints: The receivers by name.
            machine: The machine's clock; signatures carry it.
            client: Brings its own connections, e.g. with other roots of trust.
            timeout: Seconds to wait for each step of a request.
        """
        self._endpoints = endpoints
        self._machine = machine
        self._client = client or httpx.AsyncClient(timeout=timeout, trust_env=False)

    @property
    def idempotent(self) -> bool:
        """True: a receiver knows a request by its webhook-id."""
        return True

    async def send(self, parcel: Parcel, on_wire: OnWire) -> Answer:  # noqa: ARG002 - no doubt
        """Post one request; see `Transport.send`."""
        endpoint = self._endpoints.get(parcel.recipient)
        if endpoint is None:
            return Rejected("no_endpoint", f"no webhook called {parcel.recipient!r} is configured")
        now = self._machine()
        headers = {
            "content-type": "application/json",
            "user-agent": "Milepost",
            **sign(endpoint.secret, webhook_id(parcel.key), now, parcel.data),
        }
        try:
            async with self._client.stream(
                "POST",
                endpoint.url,
                content=parcel.data,
                headers=headers,
                follow_redirects=False,
            ) as response:
                said = await _beginning(response)
                return meaning(response.status_code, said, response.headers.get("retry-after"), now)
        except (httpx.HTTPError, httpx.StreamError) as error:
            # Not ProviderDown: one receiver that is away must not stop the others.
            return Deferred("connection", f"{endpoint.name}: {error!r}")

    async def close(self) -> None:
        """Close connections."""
        await self._client.aclose()


def webhook_id(key: str) -> str:
    """Give the id that a receiver knows a request by; the same through all retries."""
    return f"msg_{message_name(key)}"


def meaning(status: int, said: str, retry_after: str | None, now: datetime) -> Answer:
    """Say what an HTTP answer means for the request."""
    reply = f"{status} {said}".strip()
    code = f"http_{status}"
    match status // 100:
        case 2:
            return Accepted(reply)
        case 3:
            return Rejected(code, f"{reply} (redirects are not followed)")
        case 4 if status not in NOT_NOW:
            return Rejected(code, reply)
        case _:
            return Deferred(code, reply, wait=_wait(retry_after, now))


def _wait(retry_after: str | None, now: datetime) -> timedelta | None:
    """Read Retry-After: seconds or a date; what cannot be read is as good as missing."""
    if not retry_after:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), timedelta(days=1).total_seconds()))
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = date if date.utcoffset() is not None else date.replace(tzinfo=UTC)
    return max(aware - now, timedelta())


async def _beginning(response: httpx.Response) -> str:
    """Read the beginning of an answer; a receiver may send anything, for ever."""
    read = b""
    async for chunk in response.aiter_raw():
        read += chunk[:REPLY_LENGTH]
        if len(read) >= REPLY_LENGTH:
            break
    return read[:REPLY_LENGTH].decode("utf-8", "replace")
