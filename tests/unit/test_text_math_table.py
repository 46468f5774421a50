"""Seventy formulas, each with its one line and its drawing, looked at and judged right."""

# ruff: noqa: E501 - a formula stays on its line

from __future__ import annotations

import pytest

from techdash.text.math import one_line, stacked

# After each formula its one line, then the drawing without the spaces at the ends of its lines.
TABLE = r"""
=== \frac{\partial \mathcal{L}}{\partial w}
∂ℒ/∂w
∂ℒ
──
∂w
=== \|w\|_2^2
‖w‖₂²
‖w‖₂²
=== \sum_{i=1}^n x_i^2
∑ᵢ₌₁ⁿ xᵢ²
 n
 ∑  xᵢ²
i=1
=== \arg\min_\theta \mathcal{L}(\theta)
arg min_θ ℒ(θ)
arg min ℒ(θ)
     θ
=== \mathbb{E}_{x\sim p}\left[f(x)\right]
𝔼_(x∼p)[f(x)]
𝔼   [f(x)]
 x∼p
=== \lim_{\eta\to0}\frac{f(x+\eta)-f(x)}{\eta}
lim_(η→0) (f(x + η) − f(x))/η
    f(x + η) − f(x)
lim ───────────────
η→0        η
=== \operatorname*{argmax}_a Q(s,a)
argmaxₐ Q(s, a)
argmax Q(s, a)
  a
=== \begin{pmatrix} a & b \\ c & d \end{pmatrix}
(a, b; c, d)
⎛a  b⎞
⎜    ⎟
⎝c  d⎠
=== A = \begin{bmatrix} 1 & 0 & 0 \\ 0 & \cos\theta & -\sin\theta \\ 0 & \sin\theta & \cos\theta \end{bmatrix}
A = [1, 0, 0; 0, cos θ, −sin θ; 0, sin θ, cos θ]
    ⎡1    0      0   ⎤
A = ⎢0  cos θ  −sin θ⎥
    ⎣0  sin θ  cos θ ⎦
=== f(x) = \begin{cases} x^2 & x \ge 0 \\ 0 & \text{otherwise} \end{cases}
f(x) = {x² if x ≥ 0; 0 otherwise}
       ⎧ x²  x ≥ 0
f(x) = ⎨
       ⎩ 0   otherwise
=== \begin{aligned} a &= b + c \\ &= d - e \end{aligned}
a = b + c = d − e
a = b + c
  = d − e
=== \sqrt[4]{2\eta/\lambda}
⁴√(2η/λ)
  ____
⁴√2η/λ
=== \underbrace{\mathbb{E}[\log D(x)]}_{\text{真实样本}}
underbrace(𝔼[log D(x)], 真实样本)
𝔼[log D(x)]
╰────┬────╯
 真实样本
=== \mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}}
softmax(z)ᵢ = e^(zᵢ)/(∑ⱼ₌₁ᴷ e^(zⱼ))
                  zᵢ
                 e
softmax(z)ᵢ = ─────────
                     zⱼ
              ∑ⱼ₌₁ᴷ e
=== \mathrm{Attention}(Q,K,V) = \mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V
Attention(Q, K, V) = softmax(QKᵀ/√dₖ)V
                            ⎛QKᵀ⎞
Attention(Q, K, V) = softmax⎜───⎟V
                            ⎝√dₖ⎠
=== \binom{n}{k} = \frac{n!}{k!(n-k)!}
binom(n, k) = n!/(k!(n − k)!)
⎛n⎞       n!
⎜ ⎟ = ──────────
⎝k⎠   k!(n − k)!
=== a \equiv b \pmod n
a ≡ b (mod n)
a ≡ b (mod n)
=== X_n \xrightarrow{d} \mathcal{N}(0, \sigma^2)
Xₙ →ᵈ 𝒩(0, σ²)
    d
Xₙ ──→ 𝒩(0, σ²)
=== X \stackrel{d}{=} Y
X =ᵈ Y
  d
X = Y
=== \hat{\theta} = \bar{x} + \tilde{y} - \vec{v} \cdot \dot{q}
θ̂ = x̄ + ỹ − v⃗ · q̇
θ̂ = x̄ + ỹ − v⃗ · q̇
=== \widehat{xyz} + \overline{AB} + \underline{u}
hat(xyz) + overline(AB) + u̲
 ^    __
xyz + AB + u̲
=== \int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}
∫₀^∞ e^(−x²) dx = (√π)/2
 ∞  −x²      √π
∫  e    dx = ──
 0           2
=== \prod_{i=1}^{n}\left(1+\frac{1}{i}\right)
∏ᵢ₌₁ⁿ (1 + 1/i)
 n  ⎛    1⎞
 ∏  ⎜1 + ─⎟
i=1 ⎝    i⎠
=== x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
x = (−b ± √(b² − 4ac))/(2a)
          ________
    −b ± √b² − 4ac
x = ──────────────
          2a
=== \mathbf{w}^\top \boldsymbol{\theta} + \mathfrak{g}
𝐰ᵀ𝛉 + 𝔤
𝐰ᵀ𝛉 + 𝔤
=== \text{若 } x > 0 \text{ 则 } y = 1
若 x > 0 则 y = 1
若 x > 0 则 y = 1
=== P(A \mid B) = \frac{P(B|A)P(A)}{P(B)}
P(A | B) = P(B|A)P(A)/P(B)
           P(B|A)P(A)
P(A | B) = ──────────
              P(B)
=== x \not\in A, \quad a \neq b
x ∉ A,  a ≠ b
x ∉ A,  a ≠ b
=== f'(x) + f''(x) + x'_i
f′(x) + f″(x) + x′ᵢ
f′(x) + f″(x) + x′ᵢ
=== \left.\frac{\partial L}{\partial w}\right|_{w=w_0}
(∂L/∂w)|_(w=w₀)
∂L│
──│
∂w│w=w₀
=== \left\langle \frac{a}{b}, c \right\rangle
⟨a/b, c⟩
 ╱a   ╲
⟨ ─, c ⟩
 ╲b   ╱
=== \max_{\substack{x \in X \\ y \in Y}} f(x,y)
max_(x∈X, y∈Y) f(x, y)
max f(x, y)
x∈X
y∈Y
=== D_{\mathrm{KL}}(p \| q) = \sum_x p(x)\log\frac{p(x)}{q(x)}
D_(KL)(p‖q) = ∑ₓ p(x) log(p(x)/q(x))
                      p(x)
D  (p‖q) = ∑ p(x) log ────
 KL        x          q(x)
=== w_{t+1} = w_t - \eta\left(\frac{\hat m_t}{\sqrt{\hat v_t}+\epsilon} + \lambda w_t\right)
wₜ₊₁ = wₜ − η(m̂ₜ/(√v̂ₜ + ϵ) + λwₜ)
             ⎛  m̂ₜ         ⎞
wₜ₊₁ = wₜ − η⎜─────── + λwₜ⎟
             ⎝√v̂ₜ + ϵ      ⎠
=== \sqrt{1+\sqrt{1+x}}
√(1 + √(1 + x))
 ┌───────────
 │      _____
╲│ 1 + √1 + x
=== \sqrt[3]{\frac{a}{b}} + \sqrt[n]{x+1}
³√(a/b) + ⁿ√(x + 1)
 ┌──
 │ a     _____
³│ ─ + ⁿ√x + 1
╲│ b
=== \frac{\frac{a}{b}}{\frac{c}{d}}
(a/b)/(c/d)
 a
 ─
 b
───
 c
 ─
 d
=== 1 + \cfrac{1}{1 + \cfrac{1}{x}}
1 + 1/(1 + 1/x)
       1
1 + ───────
         1
     1 + ─
         x
=== x^{y^z} + x_{i_j} + e^{-\eta\lambda k}
x^(yᶻ) + x_(iⱼ) + e^(−ηλk)
 yᶻ          −ηλk
x   + x   + e
       iⱼ
=== {}^{14}\mathrm{C} + {}_nC_k
¹⁴C + ₙCₖ
¹⁴C + ₙCₖ
=== \det\begin{vmatrix} a & b \\ c & d \end{vmatrix} = ad - bc
det|a, b; c, d| = ad − bc
   │a  b│
det│    │ = ad − bc
   │c  d│
=== \left[\begin{array}{cc|c} 1 & 2 & 3 \\ 4 & 5 & 6 \end{array}\right]
[1, 2, 3; 4, 5, 6]
⎡1  2 │ 3⎤
⎢     │  ⎥
⎣4  5 │ 6⎦
=== \left\{ \begin{array}{ll} x & y>0 \\ z & y \le 0 \end{array} \right.
{x if y > 0; z if y ≤ 0}
⎧ x  y > 0
⎨
⎩ z  y ≤ 0
=== \iint_D f\,dA = \oint_{\partial D} P\,dx + Q\,dy
∬_D f dA = ∮_(∂D) P dx + Q dy
∬  f dA = ∮   P dx + Q dy
 D         ∂D
=== \frac{d^2 y}{dx^2} + \frac{\partial^2 f}{\partial x \partial y}
d²y/dx² + ∂²f/(∂x∂y)
d²y   ∂²f
─── + ────
dx²   ∂x∂y
=== \overset{\text{def}}{=} \underset{x}{\operatorname{argmin}} f
=ᵈᵉᶠ argminₓ f
def
 =  argmin f
      x
=== \overbrace{a+b+c}^{n\text{ terms}}
overbrace(a + b + c, n terms)
 n terms
╭───┴───╮
a + b + c
=== \lceil x \rceil + \left\lfloor \frac{x}{2} \right\rfloor
⌈x⌉ + ⌊x/2⌋
      ⎢x⎥
⌈x⌉ + ⎢─⎥
      ⎣2⎦
=== \left(\frac{a}{b}\middle|c\right)
(a/b | c)
⎛a │  ⎞
⎜─ │ c⎟
⎝b │  ⎠
=== -\frac{a}{b} + \frac{-c}{d} - \dfrac{1}{2}\ln 10
−a/b + (−c)/d − ½ ln 10
  a   −c   1
− ─ + ── − ─ ln 10
  b   d    2
=== \frac{a}{b}c + \frac{a}{b}\cdot c + a/\frac{b}{c}
(a/b)c + (a/b) · c + a/(b/c)
a     a          b
─ c + ─ · c + a/ ─
b     b          c
=== \ln\frac{a}{b} + \sin\sqrt{x} y
ln(a/b) + sin √(x)y
   a        _
ln ─ + sin √xy
   b
=== {ab}^2 + \sqrt{x}^2 + \left(\frac ab\right)^{1/4}
(ab)² + (√x)² + (a/b)^(1/4)
         _    ⎛a⎞1/4
(ab)² + √x² + ⎜─⎟
              ⎝b⎠
=== W_Q^T x + x_q^2 y
Wᵀ_Q x + x²_q y
 T     2
W x + x y
 Q     q
=== \begin{gather} a = b \tag{7} \\ c = d \end{gather}
a = b; c = d  (7)
a = b
c = d
=== \sum\limits_{i} x + \int\limits_a^b f + \sum\nolimits_{i=1}^{n} y
∑ᵢ x + ∫ₐᵇ f + ∑ᵢ₌₁ⁿ y
      b
∑ x + ∫ f + ∑ᵢ₌₁ⁿ y
i     a
=== \|\cdot\|_2 + |x| - |-y| + |a||b|
‖·‖₂ + |x| − |−y| + |a||b|
‖·‖₂ + |x| − |−y| + |a||b|
=== A^* B + \theta_* + 90^\circ
A* B + θ_* + 90°
A* B + θ  + 90°
        ∗
=== \phantom{x} y \; \color{red}{z} \label{eq:1} % gone
y z
 y z
=== \{x \in \mathbb{R} : x^2 < 2\} \implies \forall y\ \exists z
{x ∈ ℝ : x² < 2} ⟹ ∀y ∃z
{x ∈ ℝ : x² < 2} ⟹ ∀y ∃z
=== \operatorname{log-sum-exp}(x) \bmod 33{,}000
log-sum-exp(x) mod 33,000
log-sum-exp(x) mod 33,000
=== \hat{y} = \sigma\bigl(\mathbf{W}^{(l)} x + b^{(l)}\bigr) \odot \mathbb{1}_{\{x>0\}}
ŷ = σ(𝐖⁽ˡ⁾x + b⁽ˡ⁾) ⊙ 𝟙_({x>0})
ŷ = σ(𝐖⁽ˡ⁾x + b⁽ˡ⁾) ⊙ 𝟙
                       {x>0}
=== \mathrm{RMSNorm}(h) = \gamma \odot \frac{h}{\sqrt{\frac{1}{d}\sum_{i=1}^{d} h_i^2 + \varepsilon}}
RMSNorm(h) = γ ⊙ (h/√((1/d) ∑ᵢ₌₁ᵈ hᵢ² + ε))
                          h
RMSNorm(h) = γ ⊙ ────────────────────
                   ┌────────────────
                   │ 1
                   │ ─ ∑ᵢ₌₁ᵈ hᵢ² + ε
                  ╲│ d
=== \mathrm{KL}(\pi \,\Vert\, \pi_0) = \sum_{y \in C} \pi(y) \ln\frac{\pi(y)}{\pi_0(C)\,\pi_0(y \mid C)} = -\ln \pi_0(C) \tag{1}
KL(π ‖ π₀) = ∑_(y∈C) π(y) ln(π(y)/(π₀(C) π₀(y | C))) = −ln π₀(C)  (1)
                              π(y)
KL(π ‖ π₀) =  ∑  π(y) ln ─────────────── = −ln π₀(C)
             y∈C         π₀(C) π₀(y | C)
=== \theta_* \approx \sqrt{2\eta\lambda}, \qquad \lVert w \rVert_*^4 = \frac{\eta \hat g^2}{\lambda (2 - \eta\lambda)} \tag{2}
θ_* ≈ √(2ηλ),    ‖w‖⁴_* = ηĝ²/(λ(2 − ηλ))  (2)
      ___        4      ηĝ²
θ  ≈ √2ηλ,    ‖w‖  = ─────────
 ∗               ∗   λ(2 − ηλ)
=== \dot p = \begin{cases} 2p\,(1-p)^2, & \text{模仿} \\ 2p^2(1-p)^2, & \text{策略梯度} \end{cases}
ṗ = {2p (1 − p)², 模仿; 2p²(1 − p)², 策略梯度}
    ⎧ 2p (1 − p)²,  模仿
ṗ = ⎨
    ⎩ 2p²(1 − p)²,  策略梯度
=== \frac{d}{dt} \ln\frac{\pi_a}{\pi_b} = (1 - J)(\pi_a - \pi_b)
(d/dt) ln(πₐ/π_b) = (1 − J)(πₐ − π_b)
d     πₐ
── ln ── = (1 − J)(πₐ − π )
dt    π                  b
       b
=== 2\eta\lambda \lVert w \rVert^3 \sqrt d / \hat g
2ηλ‖w‖³ √(d)/ĝ
         _
2ηλ‖w‖³ √d/ĝ
=== \begin{aligned} \text{AdamW:} \quad & \theta_* \approx \sqrt{2\eta\lambda}, & r &\approx \sqrt{\frac{\eta d}{2\lambda}} \\ \text{L2:} \quad & \theta_* \approx 1, & r &\approx 2 \end{aligned}
AdamW:  θ_* ≈ √(2ηλ),  r ≈ √(ηd/(2λ)); L2:  θ_* ≈ 1,  r ≈ 2
                         ┌───
              ___        │ ηd
AdamW:  θ  ≈ √2ηλ,  r ≈  │ ──
         ∗              ╲│ 2λ

   L2:  θ  ≈ 1,     r ≈ 2
         ∗
=== \tilde w_{t+1} = a^{-t-1}\bigl(a\,w_t - \eta\,\nabla L(w_t)\bigr)
w̃ₜ₊₁ = a⁻ᵗ⁻¹(a wₜ − η ∇L(wₜ))
w̃ₜ₊₁ = a⁻ᵗ⁻¹(a wₜ − η ∇L(wₜ))
"""


def _entries() -> list[tuple[str, str, list[str]]]:
    entries = []
    for entry in TABLE.strip("\n").removeprefix("=== ").split("\n=== "):
        tex, line, *drawing = entry.split("\n")
        entries.append((tex, line, drawing))
    return entries


@pytest.mark.parametrize(("tex", "line", "drawing"), _entries())
def test_formula(tex: str, line: str, drawing: list[str]) -> None:
    assert one_line(tex) == line
    block = stacked(tex, 100)
    assert block is not None
    assert [each.rstrip() for each in block.lines] == drawing


def test_the_table_is_long_enough() -> None:
    assert len({tex for tex, _, _ in _entries()}) == 70
