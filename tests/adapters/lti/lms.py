"""
An LMS as a log-in meets it: its keys, its authentication, its form, over real sockets.

What it says of a learner can be changed for a launch, and so can the way in which it says it;
that is how it misbehaves. Its pages are forms that a browser would send by itself.
"""

import hmac
import html
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from joserfc import jws
from joserfc.jwk import RSAKey

from adapters.clock import machine_now
from adapters.lti.id_token import CLAIM
from adapters.lti.registration import PLATFORM, TOOL

CLIENT = "Vqf0dcUiKAGgEdY"
DEPLOYMENT = "1"
REGISTRATION_TOKEN = "a-token-of-the-lms"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNER, INSTRUCTOR = f"{MEMBERSHIP}#Learner", f"{MEMBERSHIP}#Instructor"
CONTENT = {"json": "application/json", "html": "text/html; charset=utf-8"}

Said = dict[str, object]


def new_key(name: str) -> RSAKey:
    """Give a private key."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return RSAKey.import_key(pem, {"kid": name})


def signed(key: RSAKey, said: Said, name: str = "") -> str:
    """Sign a token as an LMS does."""
    header = {"alg": "RS256", "typ": "JWT", "kid": name or key.kid}
    return jws.serialize_compact(header, json.dumps(said), key, algorithms=["RS256"])


def by_the_public_key(key: RSAKey, said: Said) -> str:
    """Sign a token with HS256 and the text of a public key as the secret: no library would."""
    secret = key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': key.kid})}.{_part(said)}"
    signature = hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def unsigned(said: Said, name: str, signature: str = "") -> str:
    """Give a token that says it needs no signature."""
    return f"{_part({'alg': 'none', 'typ': 'JWT', 'kid': name})}.{_part(said)}.{signature}"


def _part(value: Said) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@dataclass
class Platform:
    """
    A running LMS.

    Attributes:
        key: What it signs with.
        published: The keys that it shows.
        more: What a token says beside the usual, or instead; None leaves a claim away.
        sign: How it signs, None for the right way.
        off: How far its clock is off.
        looked_up: How often its keys were.
        family: Which LMS it is; a Moodle says its deployment at once, a Canvas later.
        configures: What its configuration says instead of the usual.
        registers: Whether it lets tools register.
        tools: What has registered.
        refuses: The error that it answers with instead of a token.
    """

    server: ThreadingHTTPServer
    key: RSAKey
    published: list[RSAKey]
    more: dict[str, object] = field(default_factory=dict)
    sign: Callable[[Said], str] | None = None
    off: timedelta = timedelta()
    looked_up: int = 0
    broken: bool = False
    refuses: str = ""
    asked: dict[str, str] = field(default_factory=dict)
    family: str = "moodle"
    configures: Said = field(default_factory=dict)
    registers: bool = True
    tools: list[Said] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Give its address."""
        return f"http://localhost:{self.server.server_port}"

    def behave(self) -> None:
        """Be as at first, with the keys of now."""
        self.more, self.sign, self.off = {}, None, timedelta()
        self.looked_up, self.broken, self.refuses = 0, False, ""
        self.family, self.configures, self.registers, self.tools = "moodle", {}, True, []

    def config(self, name: str = "moodle", **more: str) -> str:
        """Give the section of the settings that is about it."""
        values = {
            "issuer": self.address,
            "client_id": CLIENT,
            "auth_login_url": f"{self.address}/mod/lti/auth.php",
            "jwks_url": f"{self.address}/mod/lti/certs.php",
            **more,
        }
        lines = [f'{key} = "{value}"' for key, value in values.items()]
        return "\n".join((f"[lti.{name}]", f'deployments = ["{DEPLOYMENT}"]', *lines, ""))

    @property
    def configuration_url(self) -> str:
        """Give where its configuration is."""
        return f"{self.address}/mod/lti/openid-configuration.php"

    def configuration(self) -> Said:
        """Give its configuration for tools that register."""
        said: Said = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/mod/lti/auth.php",
            "token_endpoint": f"{self.address}/mod/lti/token.php",
            "jwks_uri": f"{self.address}/mod/lti/certs.php",
            "registration_endpoint": f"{self.address}/mod/lti/openid-registration.php",
            "scopes_supported": ["openid"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            PLATFORM: {"product_family_code": self.family, "version": "5.0", "variables": []},
        }
        return {**said, **self.configures}

    def registered(self, token: str, tool: Said) -> tuple[int, Said]:
        """Give its answer to a tool that registers."""
        if token != f"Bearer {REGISTRATION_TOKEN}" or not self.registers:
            return 401, {"error": "invalid_token"}
        self.tools.append(tool)
        asks = tool[TOOL]
        assert isinstance(asks, dict)
        more = {"deployment_id": DEPLOYMENT} if self.family == "moodle" else {}
        return 200, {**tool, "client_id": CLIENT, TOOL: {**asks, **more}}

    def begins(self, user: str, **more: str) -> dict[str, str]:
        """Give what it sends to the tool to begin a log-in."""
        return {
            "iss": self.address,
            "login_hint": user,
            "target_link_uri": "https://badges.uni.example/lti/launch",
            "lti_message_hint": "cm17",
            "client_id": CLIENT,
            "lti_deployment_id": DEPLOYMENT,
            **more,
        }

    def says(self, asked: dict[str, str]) -> Said:
        """Give what a token says."""
        now = int((machine_now() + self.off).timestamp())
        said: Said = {
            "iss": self.address,
            "aud": asked["client_id"],
            "sub": asked["login_hint"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 60,
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": DEPLOYMENT,
            f"{CLAIM}target_link_uri": asked["redirect_uri"],
            f"{CLAIM}resource_link": {"id": "17", "title": "My credentials"},
            f"{CLAIM}roles": [LEARNER],
            f"{CLAIM}ext": {"user_username": f"name-{asked['login_hint']}", "lms": "moodle-2"},
            f"{CLAIM}context": {"id": "5", "label": "DATA101"},
        }
        said |= self.more
        return {name: value for name, value in said.items() if value is not None}

    def answers(self, asked: dict[str, str]) -> dict[str, str]:
        """Give what its form brings to the tool."""
        self.asked = asked
        if self.refuses:
            return {"state": asked["state"], "error": self.refuses}
        said = self.says(asked)
        token = self.sign(said) if self.sign else signed(self.key, said)
        return {"state": asked["state"], "id_token": token}


def _handler(lms: Callable[[], Platform]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            platform, parts = lms(), urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            match parts.path:
                case "/mod/lti/certs.php":
                    platform.looked_up += 1
                    keys = [{**key.as_dict(private=False), "use": "sig", "alg": "RS256"}
                            for key in platform.published]  # fmt: skip
                    self._answer(500 if platform.broken else 200, json.dumps({"keys": keys}))
                case "/mod/lti/auth.php":
                    needed = {"scope": "openid", "response_type": "id_token",
                              "response_mode": "form_post", "prompt": "none",
                              "lti_message_hint": "cm17"}  # fmt: skip
                    wrong = {k: asked.get(k) for k, v in needed.items() if asked.get(k) != v}
                    if wrong:
                        self._answer(400, json.dumps(wrong))
                        return
                    page = _form(asked["redirect_uri"], platform.answers(asked))
                    self._answer(200, page, "html")
                case "/mod/lti/openid-configuration.php":
                    self._answer(200, json.dumps(platform.configuration()))
                case "/register":
                    self._answer(200, _registering(platform, asked["link"]), "html")
                case "/course":
                    self._answer(200, _course(platform, asked), "html")
                case _:
                    self._answer(404, "{}")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if urlsplit(self.path).path != "/mod/lti/openid-registration.php":
                self._answer(404, "{}")
                return
            status, said = lms().registered(self.headers["Authorization"], json.loads(body))
            self._answer(status, json.dumps(said))

        def _answer(self, status: int, body: str, kind: str = "json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", CONTENT[kind])
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler


def _form(url: str, fields: dict[str, str]) -> str:
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )
    return (
        f'<form id="f" method="post" action="{html.escape(url)}">{inputs}</form>'
        "<script>document.getElementById('f').submit()</script>"
    )


def _course(platform: Platform, asked: dict[str, str]) -> str:
    """Give a page of the course: a frame with the tool, or a form that opens it."""
    sent = platform.begins(asked["user"])
    if "frame" in asked:
        return (
            f'<h1>Course</h1><iframe src="{asked["tool"]}?{html.escape(urlencode(sent))}" '
            'width="900" height="420"></iframe>'
        )
    return _form(asked["tool"], sent)


def _registering(platform: Platform, link: str) -> str:
    """Give the administrator's page: a frame with the tool's link, until the tool is done."""
    asked = {
        "openid_configuration": platform.configuration_url,
        "registration_token": REGISTRATION_TOKEN,
    }
    return (
        f'<h1>Tools</h1><iframe src="{link}?{html.escape(urlencode(asked))}" width="900" '
        'height="420"></iframe><script>addEventListener("message", event => { '
        'if(event.data.subject === "org.imsglobal.lti.close") document.title = "closed" '
        "})</script>"
    )


def begin() -> Platform:
    """Start an LMS."""
    holder: list[Platform] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: holder[0]))
    key = new_key("first")
    platform = Platform(server, key, [key])
    holder.append(platform)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return platform


def end(platform: Platform) -> None:
    """Stop it."""
    platform.server.shutdown()
    platform.server.server_close()
