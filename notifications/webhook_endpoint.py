"""
Where the LMS's signed requests go: one receiver, as config.toml names it.

It stands apart from what sends them, because every verb reads the settings, and an HTTP client
is dear to import.
"""

from dataclasses import dataclass, field

from notifications.webhook_signature import Secret


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """One receiver."""

    name: str
    url: str
    secret: Secret = field(repr=False)

    def __post_init__(self) -> None:
        """
        Refuse an address that a request cannot go to, or would cross a network in clear to.

        Raises:
            ValueError: In an operator's words.
        """
        import httpx  # noqa: PLC0415 - only where there is a receiver; it costs a tenth of a second

        try:
            url = httpx.URL(self.url)
        except (httpx.InvalidURL, TypeError) as error:
            raise ValueError(f"{self.url!r} is no web address: {error}") from error
        loopback = url.host in {"localhost", "127.0.0.1", "::1"}
        if not url.host or (url.scheme != "https" and not (url.scheme == "http" and loopback)):
            raise ValueError(f"{self.url!r}: a webhook goes to https:, or to http: on this machine")
