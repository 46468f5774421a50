"""Having a language model write the leads and summaries of the newest days, where the user configured one.

It speaks the OpenAI-compatible protocol (``POST …/chat/completions``), comes when all editions are composed,
and is bounded by the configuration in seconds, calls and tokens. What was asked once is never asked again;
whatever goes wrong leaves the template, a sentence in the log and one for ``techdash doctor``.
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from techdash.config import Model
from techdash.editions import briefs, vetting
from techdash.editions.briefs import Brief
from techdash.editions.features import Names
from techdash.feeds import schedule
from techdash.feeds.addresses import is_private_host
from techdash.language import Language
from techdash.models.editions import Draft, Edition, Item
from techdash.models.fetched import Failed
from techdash.store import drafts, editions
from techdash.store.db import Writer
from techdash.text.clean import one_line
from techdash.text.urls import host

if TYPE_CHECKING:
    from techdash.feeds.client import Client

T = TypeVar("T")

NEWEST_DAYS = 2
_LOOKED_AT = 5  # days in which those are sought: not every day has a composed edition
_PAUSE = 1800
_LARGEST_ANSWER = 256 << 10
# A token is some four letters, or a character of Chinese; this is counted until the server says.
_BYTES_A_TOKEN = 3
_MOST_STATED = 10_000_000
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
# Nobody answered as a model would: it may be there at the next refresh.
_UNREACHED = ("dns", "connect", "certificate", "redirect")
# Nothing was written yet, so nothing is to be paid.
_FREE = (*_UNREACHED, "http")
_FOR_THE_USER = {
    400: "it can't do what was asked; perhaps model.name is not one of its models",
    401: "it does not take the key, which is to be in the variable that model.key_from names",
    402: "it wants to be paid first",
    403: "it does not let this key use the model",
    404: "there is no such model, or model.address is not where the API begins",
}


class Library(Protocol):
    """Does something on the thread that owns the library."""

    async def __call__(self, work: Callable[..., T], /, *arguments: Any) -> T: ...


class _Unavailable(Exception):
    """Why the model is asked nothing more in this run; ``pause``: nor for so many seconds after it."""

    def __init__(self, message: str, pause: int = 0) -> None:
        super().__init__(message)
        self.pause = pause


class _Refused(Exception):
    """Why an answer is not taken."""


class _Lead(Struct):
    lead: str


class _Summaries(Struct):
    summaries: dict[str, str]


class _Message(Struct):
    content: str | None = None


class _Choice(Struct):
    message: _Message
    finish_reason: str | None = None


class _Completion(Struct):
    choices: list[_Choice]
    usage: Any = None


class _Day(Struct, frozen=True):
    """What may be written of a day's composed edition, each with the key it is kept by.

    ``composed`` is the key of what the edition was made from, ``kept`` what was written before.
    """

    edition: Edition
    composed: bytes | None
    lead: Brief | None
    lead_key: bytes
    items: dict[bytes, Item]
    kept: dict[bytes, str]

    @property
    def missing(self) -> list[Item]:
        return [item for key, item in self.items.items() if key not in self.kept]

    @property
    def needs_lead(self) -> bool:
        return self.lead is not None and self.lead_key not in self.kept


def show_kept(db: Writer, settings: Model, language: Language) -> list[str]:
    """Have the newest days show what was written of them as they are now; gives those that changed."""
    return [
        day.edition.day for day in newest(db.conn, settings, language) if _show(db, day, settings, language)
    ]


def newest(conn: sqlite3.Connection, settings: Model, language: Language) -> list[_Day]:
    """The newest days that have a composed edition, the last first."""
    found: list[_Day] = []
    for row in reversed(editions.days(conn, limit=_LOOKED_AT)):
        composed = editions.composed_key(conn, row.day)
        for edition in editions.on(conn, row.day):
            if edition.composed and len(found) < NEWEST_DAYS:
                found.append(_day(conn, edition, composed, settings, language))
    return found


def open_client(settings: Model) -> Client:
    """A client with the limits of one call: the seconds that are configured, a small answer."""
    from techdash.feeds.client import Client, Limits

    seconds = float(settings.seconds)
    return Client(
        Limits(total=seconds, read=seconds, wire=_LARGEST_ANSWER, unpacked=_LARGEST_ANSWER), gap=0.0
    )


@dataclass(slots=True)
class Drafting:
    """One run's work with a model. ``log`` takes a sentence. ``offline``: the network seems to be away."""

    settings: Model
    language: Language
    names: Names
    library: Library
    db: Writer
    now: Callable[[], float]
    day_of: Callable[[int], str]
    log: Callable[[str], None]
    offline: bool = False

    async def run(self) -> list[str]:
        """Ask for what is missing of the newest days; gives those that show something else now."""
        days = await self.library(newest, self.db.conn, self.settings, self.language)
        changed: list[str] = []
        used = await self.library(self._today)
        if not any(day.needs_lead or day.missing for day in days) or self._is_paused(used):
            return changed
        try:
            await self._ask(days, changed)
            await self.library(self._note, "", 0)
        except _Unavailable as error:
            problem = one_line(str(error))
            if problem != used.problem:
                self.log(problem)
            await self.library(self._note, problem, error.pause)
        return changed

    def _is_paused(self, used: drafts.Use) -> bool:
        # What lies further ahead was written while the clock was wrong.
        return 0 < used.not_before - self.now() <= schedule.LONGEST_WAIT

    async def _ask(self, days: list[_Day], changed: list[str]) -> None:
        headers = self._headers()
        if self.offline and not is_private_host(host(self.settings.address)):
            raise _Unavailable("The model was not asked, for this machine seems to be offline.")
        ends = time.monotonic() + self.settings.seconds
        client: Client = await asyncio.to_thread(open_client, self.settings)
        try:
            for day in days:
                for ask in (self._ask_for_lead, self._ask_for_summaries):
                    written = await ask(day, client, headers, ends)
                    if not written:
                        continue
                    day.kept.update(written)
                    if await self.library(self._keep, day, written) and day.edition.day not in changed:
                        changed.append(day.edition.day)
        finally:
            await client.aclose()

    async def _ask_for_lead(
        self, day: _Day, client: Client, headers: list[tuple[str, str]], ends: float
    ) -> dict[bytes, str]:
        if day.lead is None or not day.needs_lead:
            return {}
        try:
            text = _read(await self._answer(client, headers, day.lead, ends), _Lead).lead.strip()
            if fault := vetting.fault_of_lead(text, day.lead, self.names):
                raise _Refused(fault)
        except _Refused as why:
            self.log(
                f"The lead that {self.settings.name} wrote for {day.edition.day} was not taken: it {why}."
            )
            text = ""
        return {day.lead_key: text}

    async def _ask_for_summaries(
        self, day: _Day, client: Client, headers: list[tuple[str, str]], ends: float
    ) -> dict[bytes, str]:
        items = day.missing
        if not items:
            return {}
        keys = [key for key in day.items if key not in day.kept]
        written = dict.fromkeys(keys, "")
        brief = briefs.for_summaries(items, self.language)
        faults = []
        try:
            found = _read(await self._answer(client, headers, brief, ends), _Summaries).summaries
        except _Refused as why:
            found, faults = {}, [str(why)]
        for key, (number, given) in zip(keys, brief.given.items(), strict=True):
            text = found.get(number, "").strip()
            fault = vetting.fault_of_summary(text, given, brief, self.names) if text else ""
            if fault:
                faults.append(fault)
            elif text:
                written[key] = text
        if faults:
            self.log(
                f"Some summaries that {self.settings.name} wrote for {day.edition.day} were not taken: "
                f"one {faults[0]}."
            )
        return written

    async def _answer(self, client: Client, headers: list[tuple[str, str]], brief: Brief, ends: float) -> str:
        """What the model says; counted before it is asked, for whatever becomes of it."""
        left = ends - time.monotonic()
        if left <= 0:
            raise _Unavailable(self._too_slow())
        body = self._body(brief)
        estimate = len(body) // _BYTES_A_TOKEN + briefs.ANSWER_TOKENS
        await self.library(self._count, estimate)
        url = f"{self.settings.address.rstrip('/')}/chat/completions"
        try:
            async with asyncio.timeout(left):
                answer = await client.post(url, body, headers, now=int(self.now()))
        except TimeoutError:
            answer = Failed(url, "timeout", self._too_slow())
        if isinstance(answer, Failed):
            if answer.kind in _FREE:
                await self.library(self._correct, -estimate)
            raise self._unavailable(answer)
        try:
            if "json" not in answer.content_type.lower():
                raise ValueError
            completion = msgspec.json.decode(answer.body, type=_Completion)
            choice = completion.choices[0]
        except (msgspec.MsgspecError, ValueError, IndexError, RecursionError):
            message = (
                f"{host(url)} answered with something else than a completion; model.address may be wrong."
            )
            raise _Unavailable(message, _PAUSE) from None
        stated = completion.usage.get("total_tokens") if isinstance(completion.usage, dict) else None
        if type(stated) is int and 0 < stated < _MOST_STATED:
            await self.library(self._correct, stated - estimate)
        if choice.finish_reason == "length":
            raise _Refused("is longer than was asked for")
        return choice.message.content or ""

    def _body(self, brief: Brief) -> bytes:
        """The request; no temperature, which some models refuse."""
        address = host(self.settings.address)
        # OpenAI's own models refuse the name that all others know.
        limit = "max_completion_tokens" if address.endswith("openai.com") else "max_tokens"
        messages = [{"role": "system", "content": brief.order}, {"role": "user", "content": brief.data}]
        return msgspec.json.encode(
            {
                "model": self.settings.name,
                "messages": messages,
                limit: briefs.ANSWER_TOKENS,
                "stream": False,
            }
        )

    def _headers(self) -> list[tuple[str, str]]:
        """The key, read anew each time and kept nowhere."""
        name = self.settings.key_from
        if not name:
            return []
        key = os.environ.get(name, "").strip()
        if not key or not key.isascii() or not key.isprintable():
            raise _Unavailable(f"The model was not asked: the variable {name} has no key in it here.")
        address = self.settings.address
        if address.startswith("http:") and not is_private_host(host(address)):
            raise _Unavailable("The model was not asked: a key is sent over https only; see model.address.")
        return [("Authorization", f"Bearer {key}")]

    def _unavailable(self, failed: Failed) -> _Unavailable:
        name = host(self.settings.address)
        if failed.http in _FOR_THE_USER:
            return _Unavailable(f"The model at {name} answered {failed.http}: {_FOR_THE_USER[failed.http]}.")
        pause = max(_PAUSE, (failed.wait_until or 0) - int(self.now()))
        if failed.kind in _UNREACHED:
            pause = 0
        return _Unavailable(f"The model wrote nothing. {failed.message}", pause)

    def _too_slow(self) -> str:
        name, seconds = host(self.settings.address), self.settings.seconds
        return f"{name} took longer than the {seconds} seconds that a refresh gives it."

    # -- on the library's thread

    def _today(self) -> drafts.Use:
        day = self.day_of(int(self.now()))
        used = drafts.use(self.db.conn)
        return used if used.day == day else drafts.Use(day, not_before=used.not_before, problem=used.problem)

    def _count(self, tokens: int) -> None:
        """Count a call with what it may cost at most.

        Raises:
            _Unavailable: the day's limit would be passed.
        """
        used, settings = self._today(), self.settings
        if used.calls >= settings.calls or used.tokens + tokens > settings.tokens:
            raise _Unavailable(
                f"The model has had its share of {used.day}: {used.calls} of {settings.calls} calls, "
                f"{used.tokens} of {settings.tokens} tokens."
            )
        drafts.note_use(self.db, replace(used, calls=used.calls + 1, tokens=used.tokens + tokens))

    def _correct(self, tokens: int) -> None:
        used = self._today()
        drafts.note_use(self.db, replace(used, tokens=max(0, used.tokens + tokens)))

    def _note(self, problem: str, pause: int) -> None:
        used = self._today()
        until = int(self.now()) + pause if pause else 0
        drafts.note_use(self.db, replace(used, problem=problem, not_before=until))

    def _keep(self, day: _Day, written: dict[bytes, str]) -> bool:
        drafts.keep(self.db, written, int(self.now()))
        return _show(self.db, day, self.settings, self.language)


def _day(
    conn: sqlite3.Connection, edition: Edition, composed: bytes | None, settings: Model, language: Language
) -> _Day:
    lead = briefs.for_lead(edition, language)
    lead_key = briefs.key(settings.name, lead) if lead else b""
    items = {
        briefs.summary_key(settings.name, item, language): item
        for item in briefs.to_sum_up(edition, language)
    }
    kept = drafts.kept(conn, [lead_key, *items])
    return _Day(edition, composed, lead, lead_key, items, kept)


def _show(db: Writer, day: _Day, settings: Model, language: Language) -> bool:
    """Have the edition of a day show what is kept for it; whether it changed."""
    name = one_line(settings.name)
    lead = Draft(text, name, language) if (text := day.kept.get(day.lead_key)) else None
    summaries = {
        item.entry_id: Draft(text, name, language)
        for key, item in day.items.items()
        if (text := day.kept.get(key))
    }
    return drafts.show(db, day.edition.day, day.composed, lead, summaries)


def _read(content: str, kind: type[T]) -> T:
    """The object that was asked for, out of what a model says around it: its thoughts, a Markdown fence."""
    content = _THOUGHTS.sub("", content)
    fenced = _FENCED.match(content)
    try:
        return msgspec.json.decode((fenced[1] if fenced else content).encode(), type=kind)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        raise _Refused("is not the JSON that was asked for") from None
