"""
Open edX's own LTI platform behind a socket: an LMS whose protocol somebody else has written.

Run by a Python that has it (openedx-platform.txt): openedx_lms.py PORT TOOL.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import django  # type: ignore[import-not-found] # of another Python than the checks'
from Cryptodome.PublicKey import RSA  # type: ignore[import-not-found]
from django.conf import settings  # type: ignore[import-not-found]

CACHE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
settings.configure(SECRET_KEY="x" * 50, PLATFORM_NAME="Open edX", USE_TZ=True, CACHES=CACHE)
django.setup()

from lti_consumer.data import Lti1p3LaunchData  # type: ignore[import-not-found] # noqa: E402
from lti_consumer.lti_1p3.consumer import LtiConsumer1p3  # type: ignore[import-not-found] # noqa: E402

CLIENT, BLOCK = "edx-client", "block-v1:Uni+DATA101+type@lti_consumer+block@17"
PORT, TOOL = sys.argv[1:]
ADDRESS = f"http://localhost:{PORT}"
LAUNCH = f"{TOOL}/lti/launch"
PLATFORM = LtiConsumer1p3(
    ADDRESS, f"{TOOL}/lti/login", LAUNCH, CLIENT, "1",
    RSA.generate(2048).export_key().decode(), "edx-key", [LAUNCH],
)  # fmt: skip


def answer(path: str, asked: dict[str, str]) -> object:
    """Give its keys, its log-in's beginning, or what its form brings to the tool."""
    if path == "/keys":
        return PLATFORM.get_public_keyset()
    if path == "/begin":
        about = {"user_id": 12, "user_role": "student", "config_id": "c", "resource_link_id": BLOCK}
        return PLATFORM.prepare_preflight_url(Lti1p3LaunchData(**about))
    PLATFORM.set_user_data(user_id="12", role=asked.get("role", "student"))
    PLATFORM.set_resource_link_claim(BLOCK)
    PLATFORM.set_launch_presentation_claim(document_target="window")
    PLATFORM.set_custom_parameters({"credential": "p/sampler"})
    return PLATFORM.generate_launch_request(asked)


class Handler(BaseHTTPRequestHandler):
    """Answers in JSON, and with 400 where the platform refuses what the tool has asked."""

    def do_GET(self) -> None:
        """Answer."""
        parts = urlsplit(self.path)
        try:
            status, found = 200, answer(parts.path, dict(parse_qsl(parts.query)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            status, found = 400, repr(error)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(PORT)), Handler).serve_forever()
