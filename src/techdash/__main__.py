"""``python -m techdash``: the same as the command."""

from __future__ import annotations

import sys

from techdash.cli import main

sys.exit(main())
