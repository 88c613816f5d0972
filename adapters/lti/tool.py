"""
What this service is to an LMS that is being set up: addresses, keys, and Canvas's own file.

No scope is asked for: nothing is read from the LMS and nothing is written to it. Nothing is
signed for it either; the keys are there because an LMS asks for their address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.badges.did import own_jwk
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.keys import IssuerKey, KeyKind
from adapters.lti.door import LAUNCH_PATH
from adapters.lti.id_token import LAUNCH

LOGIN_PATH, KEYS_PATH, CONFIG_PATH = "/lti/login", "/lti/jwks.json", "/lti/config.json"
REGISTER_PATH = "/lti/register"
LABEL = "My credentials"
DESCRIBES = "What a learner has earned, what is missing for the next, and what she shares of it."
CANVAS_FIELDS = {
    "canvas_user_id": "$Canvas.user.id",
    "canvas_login_id": "$Canvas.user.loginId",
    "canvas_sis_id": "$Canvas.user.sisSourceId",
}
"""What Canvas fills in, for whichever of them its events name learners by."""


@dataclass(frozen=True, slots=True)
class Tool:
    """
    What an LMS knows of this service.

    Attributes:
        public_url: Without a slash at the end.
        house: The institution's name.
    """

    public_url: str
    house: str

    @property
    def title(self) -> str:
        """Give its name in lists of tools."""
        return f"Milepost, {self.house}" if self.house != "Milepost" else "Milepost"

    @property
    def launch_url(self) -> str:
        """Give where a launch goes: tool URL, target link URI and redirection URI in one."""
        return self.public_url + LAUNCH_PATH

    @property
    def login_url(self) -> str:
        """Give where a log-in begins."""
        return self.public_url + LOGIN_PATH

    @property
    def keys_url(self) -> str:
        """Give where the public keys are."""
        return self.public_url + KEYS_PATH

    @property
    def config_url(self) -> str:
        """Give where Canvas reads how to set it up."""
        return self.public_url + CONFIG_PATH

    def register_url(self, invitation: str) -> str:
        """Give the link by which an LMS registers itself."""
        return f"{self.public_url}{REGISTER_PATH}/{invitation}"

    def canvas(self) -> JsonObject:
        """Give the configuration of a Canvas developer key (Canvas, *Configuring LTI 1.3*)."""
        placement: JsonObject = {
            "placement": "course_navigation",
            "message_type": LAUNCH,
            "target_link_uri": self.launch_url,
            "text": LABEL,
            # The page stands in no frame, where somebody could lay something over its buttons.
            "windowTarget": "_blank",
        }
        extension: JsonObject = {
            "platform": "canvas.instructure.com",
            "tool_id": "milepost",
            "domain": urlsplit(self.public_url).hostname or "",
            "privacy_level": "anonymous",
            "settings": {"text": LABEL, "placements": [placement]},
        }
        return {
            "title": self.title,
            "description": DESCRIBES,
            "target_link_uri": self.launch_url,
            "oidc_initiation_url": self.login_url,
            "redirect_uris": [self.launch_url],
            "public_jwk_url": self.keys_url,
            "scopes": [],
            "custom_fields": dict(CANVAS_FIELDS),
            "extensions": [extension],
        }


def tool_keys(keys: Iterable[IssuerKey]) -> JsonObject:
    """Give the RSA keys that are published, as a JSON Web Key Set."""
    return {
        "keys": [
            own_jwk(key.public)
            for key in keys
            if key.is_published and key.public.kind is KeyKind.RS256
        ]
    }
