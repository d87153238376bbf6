import type { Effort, ModelInfo } from '../../shared/domain/claude-info.ts'
import { modelWords } from './composer-words.ts'

const efforts: Readonly<Record<Effort, string>> = { low: 'Low', medium: 'Medium', high: 'High', xhigh: 'Extra high', max: 'Max' }

/** An effort in a word or two. */
export function effortWords(effort: Effort): string {
  return efforts[effort]
}

/** What a million tokens cost, `$4 in, $20 out per million tokens`; null where that is not known. */
export function priceWords(price: ModelInfo['price']): string | null {
  return price === undefined ? null : `${dollars(price.input)} in, ${dollars(price.output)} out per million tokens`
}

/** A model of the list in a few words, with its version where that is known: `Opus 5.5`. */
export function listedModelWords({ value, resolvedModel, displayName }: ModelInfo): string {
  if (value === 'default') return `Default (${modelWords(resolvedModel) ?? displayName})`
  const version = modelWords(resolvedModel) ?? displayName
  return value.includes('[1m]') ? `${version}, 1M context` : version
}

/** What is said of it, without the price, which stands by itself. */
export function modelHint(model: ModelInfo): string {
  const name = listedModelWords(model)
  const isSaid = (part: string) => part === name || (model.price !== undefined && /^\$[\d.]+\/\$/.test(part))
  return model.description
    .split(' · ')
    .filter((part) => !isSaid(part))
    .join(' · ')
}

function dollars(amount: number): string {
  return `$${Number.isInteger(amount) ? amount : amount.toFixed(2)}`
}
