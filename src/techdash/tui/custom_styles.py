"""The reader's own styles (``custom.tcss`` beside ``config.toml``), over ours; a mistake in words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from textual.css.errors import StylesheetError
from textual.css.stylesheet import Stylesheet, StylesheetErrors, StylesheetParseError
from textual.css.tokenizer import TokenError

from techdash.text.clean import one_line

if TYPE_CHECKING:
    from techdash.tui.app import TechdashApp

NAME = "custom.tcss"
# over a rule of ours with as specific a selector
_OVER = 1
_MARKUP = re.compile(r"\[/?[a-z ]*\]")


def read(config: Path) -> str:
    """The styles beside a configuration file; none where there is no such file.

    Raises:
        OSError: it can't be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    try:
        return config.with_name(NAME).read_text("utf-8")
    except FileNotFoundError:
        return ""


def put_on(app: TechdashApp) -> str:
    """Wear them in a window that is about to open. Gives what is wrong with them; then it opens without."""
    try:
        return wear(app, read(app.gateway.paths.config))
    except (OSError, UnicodeDecodeError) as error:
        return unreadable(error)


def wear(app: TechdashApp, css: str) -> str:
    """Lay styles over ours at the next styling. Gives what is wrong with them, and where; then none are."""
    wrong = _wrong(css, app.get_css_variables())
    if not wrong:
        app.stylesheet.add_source(css, read_from=(NAME, ""), tie_breaker=_OVER)
    return wrong


def take_off(app: TechdashApp) -> str:
    """Wear none: they don't go with the theme. Gives why."""
    worn = app.stylesheet.source.pop((NAME, ""))
    return _wrong(worn.content, app.get_css_variables())


def unreadable(error: OSError | UnicodeDecodeError) -> str:
    """What to say of a file that can't be read."""
    return (
        f"{NAME} can't be read: {error.strerror}." if isinstance(error, OSError) else f"{NAME} is not UTF-8."
    )


def _wrong(css: str, variables: dict[str, str]) -> str:
    trial = Stylesheet(variables=variables)
    trial.add_source(css, read_from=(NAME, ""))
    try:
        trial.parse()
    except TokenError as error:
        return f"{NAME}, line {error.start[0]}: {_said(error)}"
    except StylesheetParseError as error:
        return _first_of(error.errors)
    except StylesheetError as error:
        return f"{NAME}: {_said(error)}"
    return ""


def _first_of(errors: StylesheetErrors) -> str:
    token, message = next(found for rule in errors.rules for found in rule.errors)
    at = token.referenced_by.location if token.referenced_by else token.location
    return f"{NAME}, line {at[0] + 1}: {_said(getattr(message, 'summary', message))}"


def _said(message: object) -> str:
    """One line of Textual's words, without their markup."""
    return one_line(_MARKUP.sub("", str(message))).rstrip(".") + "."
