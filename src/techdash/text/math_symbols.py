"""Tables of TeX mathematics: which sign a command is, how signs stand beside each other, what Unicode has."""

from __future__ import annotations

import unicodedata
from typing import Literal, NamedTuple

# TeX's classes of atoms (The TeXbook, chapter 17). "sign" is a binary operator that has nothing to its left,
# as in −1; "bar" is a vertical bar of which it isn't known yet whether it opens or closes.
Kind = Literal["ord", "op", "bin", "rel", "open", "close", "punct", "inner", "sign", "bar"]


class Sign(NamedTuple):
    """What a command shows. ``limits``: scripts stand above and below it in a display."""

    text: str
    kind: Kind
    limits: bool = False


def words(table: str) -> list[str]:
    """The words of a table that is written as text."""
    return table.split()


def _pairs(table: str) -> list[tuple[str, str]]:
    found = words(table)
    return list(zip(found[::2], found[1::2], strict=True))


_LETTERS = _pairs(
    """
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
    varkappa ϰ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ
    upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω digamma ϝ
    Alpha Α Beta Β Gamma Γ Delta Δ Epsilon Ε Zeta Ζ Eta Η Theta Θ Iota Ι Kappa Κ Lambda Λ Mu Μ Nu Ν Xi Ξ
    Omicron Ο Pi Π Rho Ρ Sigma Σ Tau Τ Upsilon Υ Phi Φ Chi Χ Psi Ψ Omega Ω
    varGamma Γ varDelta Δ varTheta Θ varLambda Λ varXi Ξ varPi Π varSigma Σ varUpsilon Υ varPhi Φ varPsi Ψ
    varOmega Ω
    partial ∂ nabla ∇ infty ∞ infin ∞ hbar ℏ hslash ℏ ell ℓ imath ı jmath ȷ wp ℘ Re ℜ Im ℑ aleph ℵ beth ℶ
    gimel ℷ daleth ℸ eth ð mho ℧ Bbbk 𝕜 N ℕ Z ℤ R ℝ
    forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ emptyset ∅ varnothing ∅ top ⊤ bot ⊥ angle ∠ measuredangle ∡
    sphericalangle ∢ triangle △ square □ Box □ blacksquare ■ lozenge ◊ Diamond ◇ bigstar ★ complement ∁
    diamondsuit ♢ heartsuit ♡ clubsuit ♣ spadesuit ♠ sharp ♯ flat ♭ natural ♮ prime ′ backprime ‵ surd √
    degree ° checkmark ✓ maltese ✠ dag † ddag ‡ S § P ¶ pounds £ yen ¥ copyright © circledR ® circledS Ⓢ
    AA Å aa å ae æ AE Æ oe œ OE Œ o ø O Ø ss ß i ı j ȷ
    backslash \\ % % # # $ $ & & _ _ lq ‘ rq ’ blacktriangle ▲ blacktriangledown ▼ triangledown ▽
    blacklozenge ⧫ QED ∎
    """
)
_BINARY = _pairs(
    """
    pm ± mp ∓ times × div ÷ cdot · cdotp · centerdot · ast ∗ star ⋆ circ ∘ bullet • bigcirc ◯ cap ∩ cup ∪
    Cap ⋒ Cup ⋓ uplus ⊎ sqcap ⊓ sqcup ⊔ vee ∨ lor ∨ wedge ∧ land ∧ setminus ∖ smallsetminus ∖ wr ≀
    diamond ⋄ bigtriangleup △ bigtriangledown ▽ triangleleft ◃ triangleright ▹ lhd ⊲ rhd ⊳ unlhd ⊴
    unrhd ⊵ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ dagger † ddagger ‡ amalg ⨿ ltimes ⋉ rtimes ⋊
    leftthreetimes ⋋ rightthreetimes ⋌ curlyvee ⋎ curlywedge ⋏ veebar ⊻ barwedge ⊼ doublebarwedge ⩞
    boxplus ⊞ boxminus ⊟ boxtimes ⊠ boxdot ⊡ circledast ⊛ circledcirc ⊚ circleddash ⊝ dotplus ∔
    divideontimes ⋇ intercal ⊺ bmod mod
    """
)
_RELATIONS = _pairs(
    """
    le ≤ leq ≤ leqslant ⩽ leqq ≦ ge ≥ geq ≥ geqslant ⩾ geqq ≧ lt < gt > ne ≠ neq ≠ equiv ≡ sim ∼ simeq ≃
    approx ≈ approxeq ≊ thickapprox ≈ thicksim ∼ cong ≅ doteq ≐ doteqdot ≑ Doteq ≑ eqsim ≂ backsim ∽
    asymp ≍ propto ∝ varpropto ∝ ll ≪ gg ≫ lll ⋘ ggg ⋙ llless ⋘ gggtr ⋙ prec ≺ succ ≻ preceq ⪯ succeq ⪰
    preccurlyeq ≼ succcurlyeq ≽ precsim ≾ succsim ≿ lesssim ≲ gtrsim ≳ lessapprox ⪅ gtrapprox ⪆ lessgtr ≶
    gtrless ≷ lesseqgtr ⋚ gtreqless ⋛ lessdot ⋖ gtrdot ⋗ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subseteqq ⫅
    supseteqq ⫆ subsetneq ⊊ supsetneq ⊋ Subset ⋐ Supset ⋑ sqsubset ⊏ sqsupset ⊐ sqsubseteq ⊑ sqsupseteq ⊒
    in ∈ ni ∋ owns ∋ notin ∉ mid | nmid ∤ shortmid | parallel ∥ nparallel ∦ shortparallel ∥ perp ⊥ vdash ⊢
    dashv ⊣ vDash ⊨ Vdash ⊩ Vvdash ⊪ models ⊨ nvdash ⊬ nvDash ⊭ smile ⌣ frown ⌢ bowtie ⋈ Join ⋈
    between ≬ pitchfork ⋔ triangleq ≜ coloneqq ≔ coloneq ≔ eqqcolon ≕ eqcirc ≖ circeq ≗ bumpeq ≏ Bumpeq ≎
    risingdotseq ≓ fallingdotseq ≒ therefore ∴ because ∵ vartriangleleft ⊲ vartriangleright ⊳
    trianglelefteq ⊴ trianglerighteq ⊵ multimap ⊸ backepsilon ∍ vcentcolon : ratio : dblcolon ∷
    nless ≮ ngtr ≯ nleq ≰ ngeq ≱ lneq ⪇ gneq ⪈ lneqq ≨ gneqq ≩ nprec ⊀ nsucc ⊁ nsim ≁ ncong ≇
    nsubseteq ⊈ nsupseteq ⊉
    to → rightarrow → gets ← leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔
    longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷ Longrightarrow ⟹ Longleftarrow ⟸
    Longleftrightarrow ⟺ implies ⟹ impliedby ⟸ iff ⟺ mapsto ↦ longmapsto ⟼ hookrightarrow ↪
    hookleftarrow ↩ rightharpoonup ⇀ rightharpoondown ⇁ leftharpoonup ↼ leftharpoondown ↽
    rightleftharpoons ⇌ leftrightharpoons ⇋ uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓
    Updownarrow ⇕ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ leadsto ⇝ rightsquigarrow ⇝ leftrightsquigarrow ↭
    nrightarrow ↛ nleftarrow ↚ nleftrightarrow ↮ nRightarrow ⇏ nLeftarrow ⇍ nLeftrightarrow ⇎
    twoheadrightarrow ↠ twoheadleftarrow ↞ rightarrowtail ↣ leftarrowtail ↢ rightrightarrows ⇉
    leftleftarrows ⇇ upuparrows ⇈ downdownarrows ⇊ rightleftarrows ⇄ leftrightarrows ⇆ curvearrowright ↷
    curvearrowleft ↶ circlearrowright ↻ circlearrowleft ↺ Lsh ↰ Rsh ↱ dashrightarrow ⇢ dashleftarrow ⇠
    upharpoonright ↾ restriction ↾ upharpoonleft ↿ downharpoonright ⇂ downharpoonleft ⇃
    """
)
_BIG_OPERATORS = _pairs(
    """
    sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ biguplus ⨄
    bigsqcup ⨆
    """
)
_INTEGRALS = _pairs("int ∫ smallint ∫ intop ∫ iint ∬ iiint ∭ iiiint ⨌ oint ∮ oiint ∯ oiiint ∰")
_FUNCTIONS = words(
    """
    arccos arcsin arctan arg cos cosh cot coth csc deg dim exp hom ker lg ln log sec sin sinh tan tanh
    sgn erf rank arcctg arctg ch cosec cotg ctg cth sh tg th
    """
)
_FUNCTIONS_WITH_LIMITS = [
    *((name, name) for name in words("det gcd inf lim max min Pr sup argmax argmin plim")),
    ("liminf", "lim inf"),
    ("limsup", "lim sup"),
    ("injlim", "inj lim"),
    ("projlim", "proj lim"),
]
_OPENING = _pairs(
    """
    { { lbrace { lbrack [ lparen ( langle ⟨ lang ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ lgroup ⟮ llbracket ⟦
    ulcorner ⌜ llcorner ⌞
    """
)
_CLOSING = _pairs(
    """
    } } rbrace } rbrack ] rparen ) rangle ⟩ rang ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ rgroup ⟯ rrbracket ⟧
    urcorner ⌝ lrcorner ⌟
    """
)
_BARS = _pairs("vert | | ‖ Vert ‖")
_DOTS = _pairs(
    "dots … ldots … dotsc … dotso … cdots ⋯ dotsb ⋯ dotsm ⋯ dotsi ⋯ vdots ⋮ ddots ⋱ iddots ⋰ mathellipsis …"
)
_PUNCTUATION = _pairs("colon : ldotp . semicolon ;")

SIGNS: dict[str, Sign] = {
    **{name: Sign(text, "ord") for name, text in _LETTERS},
    **{name: Sign(text, "bin") for name, text in _BINARY},
    **{name: Sign(text, "rel") for name, text in _RELATIONS},
    **{name: Sign(text, "op", True) for name, text in _BIG_OPERATORS},
    **{name: Sign(text, "op") for name, text in _INTEGRALS},
    **{name: Sign(name, "op") for name in _FUNCTIONS},
    **{name: Sign(text, "op", True) for name, text in _FUNCTIONS_WITH_LIMITS},
    **{name: Sign(text, "open") for name, text in _OPENING},
    **{name: Sign(text, "close") for name, text in _CLOSING},
    **{name: Sign(text, "bar") for name, text in _BARS},
    **{name: Sign(text, "inner") for name, text in _DOTS},
    **{name: Sign(text, "punct") for name, text in _PUNCTUATION},
}

_ON_THE_KEYBOARD: dict[str, Sign] = {
    "+": Sign("+", "bin"),
    "-": Sign("−", "bin"),
    "−": Sign("−", "bin"),
    "*": Sign("∗", "bin"),
    "=": Sign("=", "rel"),
    "<": Sign("<", "rel"),
    ">": Sign(">", "rel"),
    ":": Sign(":", "rel"),
    ",": Sign(",", "punct"),
    ";": Sign(";", "punct"),
    "(": Sign("(", "open"),
    "[": Sign("[", "open"),
    ")": Sign(")", "close"),
    "]": Sign("]", "close"),
    "!": Sign("!", "close"),
    "?": Sign("?", "close"),
    "|": Sign("|", "bar"),
}

# Signs typed as themselves. The first command of a sign decides what it is: ⊥ as a letter would be \bot.
CHARACTERS: dict[str, Sign] = {
    **{
        sign.text: sign
        for sign in reversed(SIGNS.values())
        if len(sign.text) == 1 and not sign.text.isascii() and not sign.text.isalpha()
    },
    **_ON_THE_KEYBOARD,
    "⊥": Sign("⊥", "rel"),
    "′": Sign("′", "ord"),
}

DELIMITERS: dict[str, str] = {
    **{char: char for char in "()[]|/⟨⟩⌊⌋⌈⌉‖"},
    "<": "⟨",
    ">": "⟩",
    ".": "",
    **{"\\" + name: text for name, text in _OPENING + _CLOSING + _BARS},
    **{
        "\\" + name: SIGNS[name].text
        for name in words("backslash uparrow downarrow updownarrow Uparrow Downarrow Updownarrow")
    },
}

# Which delimiters belong together where TeX isn't told so by \left and \right; intervals may be half open.
CLOSED_BY: dict[str, str] = {
    "(": ")]",
    "[": "])",
    "{": "}",
    "⟨": "⟩",
    "⌊": "⌋",
    "⌈": "⌉",
    "|": "|",
    "‖": "‖",
    "⟮": "⟯",
    "⟦": "⟧",
    "⌜": "⌝",
    "⌞": "⌟",
}

# Cells of a space in a formula, and within a script, where TeX's thin ones are next to nothing.
SPACES: dict[str, tuple[int, int]] = {
    ",": (1, 0),
    ":": (1, 0),
    ">": (1, 0),
    ";": (1, 0),
    "!": (0, 0),
    "/": (0, 0),
    " ": (1, 1),
    "\n": (1, 1),
    "~": (1, 1),
    "space": (1, 1),
    "nobreakspace": (1, 1),
    "thinspace": (1, 0),
    "medspace": (1, 0),
    "thickspace": (1, 0),
    "negthinspace": (0, 0),
    "negmedspace": (0, 0),
    "negthickspace": (0, 0),
    "enspace": (1, 1),
    "enskip": (1, 1),
    "quad": (2, 2),
    "qquad": (4, 4),
}

# Combining marks, and what is drawn above or below a longer body: one sign in the middle, or, where the
# sign is among STRETCHED, as long as the body.
ACCENTS: dict[str, tuple[str, str]] = {
    "hat": ("\u0302", "^"),
    "widehat": ("\u0302", "^"),
    "check": ("\u030c", "v"),
    "widecheck": ("\u030c", "v"),
    "tilde": ("\u0303", "~"),
    "widetilde": ("\u0303", "~"),
    "acute": ("\u0301", "´"),
    "grave": ("\u0300", "`"),
    "breve": ("\u0306", "˘"),
    "mathring": ("\u030a", "˚"),
    "dot": ("\u0307", "."),
    "ddot": ("\u0308", ".."),
    "dddot": ("\u20db", "..."),
    "ddddot": ("\u20dc", "...."),
    "bar": ("\u0304", "_"),
    "overline": ("\u0305", "_"),
    "vec": ("\u20d7", "→"),
    "overrightarrow": ("\u20d7", "→"),
    "overleftarrow": ("\u20d6", "←"),
    "overleftrightarrow": ("\u20e1", "↔"),
    "underline": ("\u0332", "‾"),
    "underbar": ("\u0332", "‾"),
}
STRETCHED = frozenset("_‾→←↔")
BELOW = frozenset(["underline", "underbar"])

_ARROWS = _pairs(
    """
    xrightarrow → xleftarrow ← xleftrightarrow ↔ xRightarrow ⇒ xLeftarrow ⇐ xLeftrightarrow ⇔ xmapsto ↦
    xlongequal = xrightleftharpoons ⇌ xhookrightarrow ↪ xtwoheadrightarrow ↠
    """
)
EXTENSIBLE_ARROWS: dict[str, str] = dict(_ARROWS)

# The last: a transposed matrix, whichever sign its author writes.
_SUPERSCRIPTS = str.maketrans(
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ∗⋆†‡′⊤",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ*⋆†‡′ᵀ",
)
_SUBSCRIPTS = str.maketrans("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ")
SUPERSCRIPTS = frozenset(map(chr, _SUPERSCRIPTS.values())) - set("*⋆†‡′")
SUBSCRIPTS = frozenset(map(chr, _SUBSCRIPTS.values()))
# Signs that stand high by themselves: A* is no product, but A*B would look like one.
RAISED_BY_NATURE = frozenset("*⋆†‡′")

VULGAR_FRACTIONS = {("1", "2"): "½", ("1", "3"): "⅓", ("2", "3"): "⅔", ("1", "4"): "¼", ("3", "4"): "¾"}

# Capital and small A, alpha and zero of the mathematical alphabets (Unicode, block 1D400).
_ALPHABETS: dict[str, tuple[int, int, int | None]] = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE),
    "calligraphic": (0x1D49C, 0x1D4B6, None),
    "fraktur": (0x1D504, 0x1D51E, None),
    "blackboard": (0x1D538, 0x1D552, 0x1D7D8),
}
# Letters that Unicode had before it had the alphabet.
_HOLES = {
    "calligraphic": dict(_pairs("B ℬ E ℰ F ℱ H ℋ I ℐ L ℒ M ℳ R ℛ e ℯ g ℊ o ℴ")),
    "fraktur": dict(_pairs("C ℭ H ℌ I ℑ R ℜ Z ℨ")),
    "blackboard": dict(_pairs("C ℂ H ℍ N ℕ P ℙ Q ℚ R ℝ Z ℤ")),
    "bold": {"∇": "𝛁", "∂": "𝛛", "ϵ": "𝛜", "ϑ": "𝛝", "ϰ": "𝛞", "ϕ": "𝛟", "ϱ": "𝛠", "ϖ": "𝛡"},
}
Font = Literal["", "word", "bold", "calligraphic", "fraktur", "blackboard"]
# "word": letters that stand together are a name, not a product.
FONTS: dict[str, Font] = {
    "mathrm": "word",
    "mathup": "word",
    "mathit": "word",
    "mathsf": "word",
    "mathtt": "word",
    "mathnormal": "",
    "mathbf": "bold",
    "mathbfit": "bold",
    "bm": "bold",
    "boldsymbol": "bold",
    "bold": "bold",
    "pmb": "bold",
    "mathcal": "calligraphic",
    "mathscr": "calligraphic",
    "mathfrak": "fraktur",
    "frak": "fraktur",
    "mathbb": "blackboard",
    "Bbb": "blackboard",
}
FONT_SWITCHES: dict[str, Font] = {
    "rm": "word",
    "it": "word",
    "sf": "word",
    "tt": "word",
    "bf": "bold",
    "cal": "calligraphic",
}


def in_font(char: str, font: Font) -> str:
    """The letter or digit in a mathematical alphabet, or as it is where the alphabet has none."""
    if font in ("", "word"):
        return char
    if found := _HOLES[font].get(char):
        return found
    capital, small, zero = _ALPHABETS[font]
    if "A" <= char <= "Z":
        return chr(capital + ord(char) - ord("A"))
    if "a" <= char <= "z":
        return chr(small + ord(char) - ord("a"))
    if "0" <= char <= "9" and zero is not None:
        return chr(zero + ord(char) - ord("0"))
    if font == "bold" and "Α" <= char <= "Ω":
        return chr(0x1D6A8 + ord(char) - ord("Α"))
    if font == "bold" and "α" <= char <= "ω":
        return chr(0x1D6C2 + ord(char) - ord("α"))
    return char


def superscript(text: str) -> str | None:
    """The text in superscript characters, or None where one of them doesn't exist."""
    return "°" if text == "∘" else _mapped(text, _SUPERSCRIPTS)


def subscript(text: str) -> str | None:
    """The text in subscript characters, or None where one of them doesn't exist."""
    return _mapped(text, _SUBSCRIPTS)


def _mapped(text: str, table: dict[int, int]) -> str | None:
    return text.translate(table) if all(map(table.__contains__, map(ord, text))) else None


def negated(char: str) -> str:
    r"""The sign struck through, as ``\not`` does: one character where Unicode has it."""
    return unicodedata.normalize("NFC", char + "\u0338")


# Cells between two atoms by their kinds: The TeXbook's table, with a cell for each of its spaces but none
# after a sign, before a tall bracket and around a closing mark. Columns as _KINDS.
_KINDS: tuple[Kind, ...] = ("ord", "op", "bin", "rel", "open", "close", "punct", "inner", "sign")
_BETWEEN: dict[Kind, str] = {
    "ord": "011100010",
    "op": "111100011",
    "bin": "111110011",
    "rel": "111010011",
    "open": "000000000",
    "close": "011100010",
    "punct": "111110111",
    "inner": "111110011",
    "sign": "000000000",
}
_BETWEEN_IN_SCRIPTS: dict[Kind, str] = {
    "ord": "010000000",
    "op": "110000010",
    "bin": "000000000",
    "rel": "000000000",
    "open": "000000000",
    "close": "010000000",
    "punct": "000000000",
    "inner": "010000000",
    "sign": "000000000",
}


def _gaps(table: dict[Kind, str]) -> dict[tuple[Kind, Kind], int]:
    return {
        (left, right): int(cell)
        for left, row in table.items()
        for right, cell in zip(_KINDS, row, strict=True)
    }


GAPS = _gaps(_BETWEEN)
GAPS_IN_SCRIPTS = _gaps(_BETWEEN_IN_SCRIPTS)
