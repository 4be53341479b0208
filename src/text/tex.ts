const texCharacters: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '%': '\\%',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '±': '$\\pm$',
  '≈': '$\\approx$',
  '×': '$\\times$',
  '−': '$-$',
  '≥': '$\\geq$',
  '≤': '$\\leq$',
  '·': '$\\cdot$',
  Δ: '$\\Delta$',
  '√': '$\\surd$',
  α: '$\\alpha$',
  β: '$\\beta$',
  γ: '$\\gamma$',
  δ: '$\\delta$',
  ε: '$\\varepsilon$',
  η: '$\\eta$',
  θ: '$\\theta$',
  λ: '$\\lambda$',
  μ: '$\\mu$',
  µ: '$\\mu$',
  ρ: '$\\rho$',
  σ: '$\\sigma$',
  τ: '$\\tau$',
  φ: '$\\varphi$',
  '\u2009': '\\,',
  '\u00a0': '~',
  '—': '---',
  '–': '--',
  '…': '\\ldots{}',
  '’': "'",
  '“': '``',
  '”': "''",
  '₀': '$_0$',
  '₁': '$_1$',
  '₂': '$_2$',
  '⁻': '$^{-}$',
  '⁰': '$^0$',
  '¹': '$^1$',
  '²': '$^2$',
  '³': '$^3$',
  '⁴': '$^4$',
  '⁵': '$^5$',
  '⁶': '$^6$',
  '⁷': '$^7$',
  '⁸': '$^8$',
  '⁹': '$^9$',
  '▲': '$\\blacktriangle$',
  '▼': '$\\blacktriangledown$',
}

/** Text in which no character means anything to TeX. */
export function escapeTex(text: string): string {
  return [...text.replace(/\s*[\r\n]+\s*/g, ' ')]
    .map((character) => texCharacters[character] ?? character)
    .join('')
}

/** Text for a comment, which ends with the line. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ')
}
