"""``techdash rules``: the rules of ``config.toml``, and what each would do to what is stored."""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from techdash import config, days
from techdash.cli.codes import DONE, USAGE
from techdash.cli.first_run import open_library
from techdash.cli.options import add_json, add_width, whole_number
from techdash.cli.output import Output, indented, moment, say
from techdash.paths import Paths

if TYPE_CHECKING:
    from techdash.rules import Trial

_MOST = 1000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="show what each would do to what is stored; nothing is done"
    )
    add_json(parser)
    parser.add_argument(
        "--limit", metavar="N", type=whole_number, default=5, help="the newest N entries of each; 5"
    )
    add_width(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    from techdash.rules import trials

    settings = config.load(paths.config)
    limit = options.limit if options.dry_run else 1
    with closing(open_library(paths)) as library:
        found = trials(library, settings.rules, limit, now=time.time(), today=days.today(settings))
    if not found:
        say("There are no rules; techdash config --example shows how they look in config.toml.")
    if options.json:
        output.json([_as_json(each, dry=options.dry_run) for each in found])
    else:
        width = output.width(options.width, settings.column)
        for number, each in enumerate(found):
            if number:
                output.text()
            _print(each, output, width, settings.ambiguous, dry=options.dry_run)
    return USAGE if any(each.problem for each in found) else DONE


def _as_json(each: Trial, *, dry: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "when": each.rule.when,
        "do": list(each.rule.do),
        "place": each.rule.place,
        "problem": each.problem or None,
    }
    if dry:
        row["count"] = each.count
        row["newest"] = [
            {
                "id": hit.id,
                "title": hit.title,
                "source": hit.source_title,
                "url": hit.url,
                "published": moment(hit.published),
            }
            for hit in each.newest
        ]
    return row


def _print(each: Trial, output: Output, width: int, ambiguous: int, *, dry: bool) -> None:
    if each.problem:
        indented(output, [(each.problem, "callout")], width, "", ambiguous)
        return
    does = [(f"  {', '.join(each.rule.do)}", "strong")]
    indented(output, [(each.rule.when, "code"), *does], width, "", ambiguous)
    if not dry:
        return
    many = f"{each.count} or more" if each.count >= _MOST else str(each.count)
    indented(output, [(f"{many} of what is stored", "muted")], width, "  ", ambiguous)
    for hit in each.newest:
        indented(output, [(hit.title, ""), (f"  {hit.source_title}", "muted")], width, "  ", ambiguous)
