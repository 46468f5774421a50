"""Textual's scroll bar, its cells handed over as they are."""

from __future__ import annotations

from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip


class QuickBar(ScrollBar):
    """Looks and acts as Textual's; styled line by line, as widgets are, it took a third of a page key."""

    def render_lines(self, crop: Region) -> list[Strip]:
        bar = self.render()
        if not isinstance(bar, ScrollBarRender):
            return super().render_lines(crop)
        colours = self.app.console.get_style(bar.style)
        if colours.bgcolor is None or colours.color is None:
            return super().render_lines(crop)
        cells = bar.render_bar(
            size=self.size.height,
            virtual_size=bar.virtual_size,
            window_size=bar.window_size,
            position=bar.position,
            thickness=bar.thickness,
            back_color=colours.bgcolor,
            bar_color=colours.color,
        ).segments
        filters, background = self.get_line_filters(), self.background_colors[1]
        # of a kind they are one object: there are four kinds at most
        strips: dict[int, Strip] = {}
        for cell in cells:
            if id(cell) not in strips:
                strip = Strip([cell], bar.thickness)
                for line_filter in filters:
                    strip = strip.apply_filter(line_filter, background)
                strips[id(cell)] = strip
        return [strips[id(cell)] for cell in cells[crop.y : crop.bottom]]
