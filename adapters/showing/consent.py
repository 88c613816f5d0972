"""
The page on which a learner lets an app in, or does not.

She is known by the session of her own page. Who has none yet is told to open her log-in link,
and is asked after that. Nobody is sent back to an app before somebody is logged in: any app may
register, and this house's address must not send strangers on to wherever an app likes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.showing.people import LASTS, Page
from adapters.showing.site import Site
from adapters.showing.tickets import Ticket, Tickets
from adapters.showing.wallet_words import wallet_words_of
from adapters.store.store import Store
from adapters.wallets.answer import Answer, Asked
from adapters.wallets.authorization import Authorization, RefusedError


@dataclass(frozen=True, slots=True)
class Question:
    """
    The page that asks her.

    Attributes:
        origin: Where the answer will send her browser, which the page's policy must allow.
    """

    page: Page
    origin: str


@dataclass(frozen=True, slots=True)
class NoSession:
    """The page for whoever is not logged in."""

    page: Page


@dataclass(frozen=True, slots=True)
class Consent:
    """
    Asks learners about apps. Safe to use from several threads.

    Attributes:
        tickets: Gives what signs sessions, with the secret of now.
    """

    store: Store
    site: Site
    tickets: Callable[[], Tickets]
    authorization: Authorization

    def ask(
        self, session: str, asked: Asked, query: str, wished: str
    ) -> Question | NoSession | Page | Answer:
        """
        Ask whether she lets an app in.

        Args:
            session: Her ticket.
            asked: What the app asks.
            query: The same as it was written, for the form.
            wished: The language of her browser.

        Returns:
            The question; the page for strangers; the page for an app that nobody can be sent
            back to; or the answer with which the browser goes back to it.
        """
        tickets = self.tickets()
        learner = tickets.learner(Ticket.SESSION, session)
        language = self._language(learner, wished)
        words = wallet_words_of(language)
        if learner is None:
            return NoSession(self._said(language, words.log_in, words.log_in_how))
        try:
            wanted = self.authorization.wanted(asked)
        except RefusedError as error:
            return self._said(language, words.wrong, words.wrong_how, f"{error}")
        if isinstance(wanted, Answer):
            return wanted
        record = self.store.record_of(learner)
        page = self.site.page(
            "consent.html",
            language,
            wallet=words,
            wanted=wanted,
            name=(record.said("name") if record else "") or learner,
            action=f"{self.site.base}/me/authorize?{query}",
            proof=tickets.give(Ticket.FORM, learner, LASTS),
        )
        return Question(Page(page.encode()), wanted.origin)

    def answer(
        self, session: str, proof: str, asked: Asked, wished: str, *, allow: bool
    ) -> Answer | Page | None:
        """Take her answer; None where it did not come from a form of hers."""
        tickets = self.tickets()
        learner = tickets.learner(Ticket.SESSION, session)
        if learner is None or tickets.learner(Ticket.FORM, proof) != learner:
            return None
        try:
            return self.authorization.decided(asked, learner if allow else None)
        except RefusedError as error:
            language = self._language(learner, wished)
            words = wallet_words_of(language)
            return self._said(language, words.wrong, words.wrong_how, f"{error}")

    def withdraw(self, session: str, proof: str, app: str) -> bool:
        """Take access away from an app; False where no form of hers asked for that."""
        tickets = self.tickets()
        learner = tickets.learner(Ticket.SESSION, session)
        if learner is None or tickets.learner(Ticket.FORM, proof) != learner:
            return False
        self.authorization.withdraw(learner, app)
        return True

    def _language(self, learner: str | None, wished: str) -> str:
        record = self.store.record_of(learner) if learner is not None else None
        return (record.said("language") if record else "") or wished

    def _said(self, language: str, heading: str, sentence: str, reason: str = "") -> Page:
        page = self.site.page(
            "asked.html", language, heading=heading, sentence=sentence, reason=reason
        )
        return Page(page.encode(), status=400 if reason else 403)
