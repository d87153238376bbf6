import type { Element, ElementContent, Properties, RootContent } from 'hast'
import { createElement, Fragment, type ReactNode } from 'react'
import { breakableText } from './breakable-text.tsx'
import { markdownElements } from './markdown-elements.tsx'

/** Elements that markdown makes besides those that are drawn in a way of their own; anything else becomes its words. */
const plain = new Set('em strong del ul ol thead tbody tr br hr'.split(' '))

/** A tree as React draws it: only known elements, and of their properties only those that are asked for here. */
export function drawTree(children: readonly (RootContent | ElementContent)[]): ReactNode[] {
  return children.map((node, place) => {
    if (node.type === 'text') return <Fragment key={place}>{breakableText(node.value)}</Fragment>
    return node.type === 'element' ? drawElement(node, place) : null
  })
}

function drawElement(node: Element, key: number): ReactNode {
  const children = drawTree(node.children)
  const own = markdownElements[node.tagName]
  if (own) return <Fragment key={key}>{own({ children, node, property: (name) => textOf(node.properties, name) })}</Fragment>
  if (!plain.has(node.tagName)) return <Fragment key={key}>{children}</Fragment>
  const props = { key, className: textOf(node.properties, 'className') || undefined, ...numbering(node) }
  return children.length === 0 ? createElement(node.tagName, props) : createElement(node.tagName, props, ...children)
}

function numbering({ tagName, properties }: Element): { start?: number } {
  const { start } = properties
  return tagName === 'ol' && typeof start === 'number' ? { start } : {}
}

function textOf(properties: Properties, name: string): string {
  const value = properties[name]
  if (Array.isArray(value)) return value.join(' ')
  return typeof value === 'string' ? value : value === true ? name : ''
}
