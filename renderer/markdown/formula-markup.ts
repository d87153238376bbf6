import 'katex/dist/katex.min.css'

const elements = new Set(
  (
    'span svg path line math semantics annotation mrow mi mo mn ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover ' +
    'mtable mtr mtd mlabeledtr mpadded mphantom menclose mstyle'
  ).split(' '),
)
const attributes = new Set(
  (
    'class aria-hidden encoding display displaystyle scriptlevel mathvariant mathcolor mathbackground stretchy fence separator symmetric accent ' +
    'accentunder movablelimits lspace rspace width height depth voffset minsize maxsize linethickness columnalign columnspacing columnlines ' +
    'rowspacing rowlines notation side viewBox preserveAspectRatio d x1 x2 y1 y2 stroke-width'
  ).split(' '),
)
/** More elements than the largest formula that anybody would read. */
const mostElements = 3_000
const deepest = 120

/** A formula that KaTeX has drawn, as elements of this page: only those that a formula is made of. Null when they are too many. */
export function formulaOf(markup: string): Node | null {
  const drawn = new DOMParser().parseFromString(markup, 'text/html')
  const parts = drawn.body.querySelectorAll('*')
  if (parts.length > mostElements) return null
  const formula = document.createDocumentFragment()
  return copyInto(formula, drawn.body, 0) ? formula : null
}

function copyInto(target: Node, from: Element, depth: number): boolean {
  if (depth > deepest) return false
  for (const child of from.childNodes) {
    if (child instanceof Text) target.appendChild(document.createTextNode(child.data))
    if (!(child instanceof Element) || !elements.has(child.localName)) continue
    const copy = document.createElementNS(child.namespaceURI, child.localName)
    for (const { name, value } of child.attributes) if (attributes.has(name)) copy.setAttribute(name, value)
    const style = child.getAttribute('style')
    if (style !== null && 'style' in copy && copy.style instanceof CSSStyleDeclaration) copy.style.cssText = style
    if (!copyInto(copy, child, depth + 1)) return false
    target.appendChild(copy)
  }
  return true
}
