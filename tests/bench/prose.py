"""Text to measure with: bilingual, the same for the same seed, words by Zipf's law."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence

_LATIN = re.findall(
    r"\w+",
    """the of to a in model data system user search learning network rank query index latency cache vector
    token attention gradient training inference release queue stream event schema shard embedding candidate
    policy reward agent prompt context window encoder layer loss and is that for it was with on by this""",
)
_HAN = re.findall(
    r"\w+",
    """的 是 在 和 了 我们 这个 系统 推荐 算法 模型 数据 用户 搜索 排序 特征 召回 训练 推理 网络
    学习 注意力 语言 问题 方法 结果 实验 指标 优化 工程 存储 缓存 索引 查询 延迟 并发 阅读 文章
    论文 日报 思考 实践 设计 因果 偏差 曝光 点击 留存 增长 评估 向量 检索 生成""",
)


class Prose:
    """A writer with a pool of sentences, so that megabytes come quickly."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._latin = [self._sentence(_LATIN, " ", ".") for _ in range(600)]
        self._han = [self._sentence(_HAN, "", "。") for _ in range(600)]

    def title(self, chinese: bool) -> str:
        return self.random.choice(self._pool(chinese)).rstrip(".。")[:60]

    def paragraph(self, chinese: bool) -> str:
        count = self.random.randint(2, 6)
        return ("" if chinese else " ").join(self.random.choices(self._pool(chinese), k=count))

    def html(self, chinese: bool, size: int) -> str:
        """About ``size`` bytes of paragraphs, with a heading, list, code or table now and then."""
        parts: list[str] = []
        while sum(map(len, parts)) * (3 if chinese else 1) < size:
            text = self.paragraph(chinese)
            kind = self.random.random()
            if kind < 0.08:
                parts.append(f"<h2>{self.title(chinese)}</h2>")
            elif kind < 0.14:
                parts.append(f"<ul><li>{text}</li><li>{self.title(chinese)}</li></ul>")
            elif kind < 0.20:
                parts.append(
                    "<pre><code class='language-python'>def f(x):\n    return x &lt; 1\n</code></pre>"
                )
            elif kind < 0.24:
                parts.append("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>")
            else:
                parts.append(f"<p>{text} <a href='https://example.org/a'>here</a> <strong>so</strong></p>")
        return "\n".join(parts)

    def markdown(self, size: int, first: str) -> str:
        """A document of about ``size`` bytes in both languages; ``first`` stands in its first paragraph."""
        parts = [f"{first} opens the text."]
        length = 0
        while length < size:
            kind = self.random.random()
            chinese = kind > 0.5
            text = self.paragraph(chinese)
            if kind < 0.06:
                text = f"## {self.title(False)}"
            elif kind < 0.10:
                text = f"```python\nx = 1  # {text[:40]}\n```"
            elif kind < 0.14:
                text = f"- {text}\n- {self.title(False)}"
            elif kind > 0.94:
                text = "| a | b |\n|---|---|\n| 一 | 2 |"
            parts.append(text)
            length += len(text.encode()) + 2
        return "\n\n".join(parts) + "\n"

    def _pool(self, chinese: bool) -> Sequence[str]:
        return self._han if chinese else self._latin

    def _sentence(self, words: Sequence[str], gap: str, stop: str) -> str:
        weights = list(itertools.accumulate(1 / (n + 2) for n in range(len(words))))
        chosen = self.random.choices(words, cum_weights=weights, k=self.random.randint(8, 20))
        return (gap.join(chosen) + stop).capitalize()
