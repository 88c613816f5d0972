"""A browser on its way between an LMS and the tool: it follows, keeps cookies, and sends forms."""

import html
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

import httpx

from tests.adapters.badges.case import URL
from tests.adapters.lti.lms import Platform
from tests.adapters.serve.service_process import Service

FIELD = re.compile(r'name="([^"]+)" value="([^"]*)"')


@dataclass
class Browser:
    """
    A browser. The service is reached over https by the outside, so its cookies are kept by hand.

    Attributes:
        cookies: What it has kept of the service.
        said: How the service set each cookie.
    """

    service: Service
    lms: Platform
    cookies: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open connections."""
        self.tool = self.service.client()

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.said[name] = line
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer

    def _headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Accept-Language": "en", "Cookie": cookies, **(more or {})}

    def get(self, path: str) -> httpx.Response:
        """Open a page of the tool."""
        return self._kept(self.tool.get(path, headers=self._headers()))

    def begin(
        self, asked: dict[str, str], *, by_form: bool = False, **headers: str
    ) -> httpx.Response:
        """Begin a log-in, as the LMS sends a browser."""
        given = self._headers({name.replace("_", "-"): value for name, value in headers.items()})
        path = "/lti/login"
        return self._kept(
            self.tool.post(path, data=asked, headers=given)
            if by_form
            else self.tool.get(path, params=asked, headers=given)
        )

    def at_the_lms(self, sent: httpx.Response) -> dict[str, str]:
        """Follow to the LMS; give the fields of the form that it answers with."""
        assert 303 == sent.status_code, sent.text
        answer = httpx.get(sent.headers["location"])
        assert 200 == answer.status_code, answer.text
        assert f'action="{URL}/lti/launch"' in answer.text
        return {name: html.unescape(value) for name, value in FIELD.findall(answer.text)}

    def launch(self, brought: dict[str, str]) -> httpx.Response:
        """Bring to the tool what the LMS's form has."""
        return self._kept(self.tool.post("/lti/launch", data=brought, headers=self._headers()))

    def come(self, user: str = "12", **more: str) -> httpx.Response:
        """Go all the way of a log-in."""
        return self.launch(self.at_the_lms(self.begin(self.lms.begins(user, **more))))
