import { useEffect, useRef, useState } from 'react'
import type { Transfer } from '../../../shared/domain/transfer.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { faultOf, reportWords } from './transfer-words.ts'

const pollMs = 250
const farMs = 1_000

/**
 * Exports or imports, how far each is as long as one runs, and how to stop them. An import goes on when the dialog is closed;
 * the next dialog takes it up, and without one its end is told in a message.
 */
export function useTransfers(kind: Transfer['kind']) {
  const [transfers, setTransfers] = useState<readonly Transfer[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const [starting, setStarting] = useState(false)
  const running = transfers.some(({ state }) => state === 'running')
  useFollowing(transfers, setTransfers, setProblem)
  useTakingUp(kind, setTransfers)
  useLeaving(kind, transfers)
  /** Begins one after the other; those that were begun before are forgotten. */
  const start = async (begin: readonly (() => Promise<Transfer>)[]) => {
    setTransfers([])
    setProblem(null)
    setStarting(true)
    try {
      for (const one of begin) {
        const begun = await one()
        setTransfers((before) => [...before, begun])
      }
    } catch (thrown) {
      setProblem(errorWords(thrown))
    } finally {
      setStarting(false)
    }
  }
  const stop = async () => {
    const ended = await Promise.all(transfers.map(async (one) => (one.state === 'running' ? client.transfer.cancel({ id: one.id }) : one)))
    setTransfers(ended)
  }
  const reset = () => {
    setTransfers([])
    setProblem(null)
  }
  return { transfers, problem, busy: starting || running, start, stop, reset }
}

function useFollowing(
  transfers: readonly Transfer[],
  setTransfers: (transfers: readonly Transfer[]) => void,
  setProblem: (words: string) => void,
): void {
  useEffect(() => {
    if (!transfers.some(({ state }) => state === 'running')) return undefined
    let gone = false
    const look = async () => {
      const now = await Promise.all(transfers.map(async (one) => (one.state === 'running' ? client.transfer.get({ id: one.id }) : one)))
      if (!gone) setTransfers(now)
    }
    const timer = setTimeout(() => {
      look().catch((thrown: unknown) => {
        if (!gone) setProblem(errorWords(thrown))
      })
    }, pollMs)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [transfers, setTransfers, setProblem])
}

/** What an earlier dialog has left running is this one's now. */
function useTakingUp(kind: Transfer['kind'], setTransfers: (transfers: readonly Transfer[]) => void): void {
  useEffect(() => {
    if (kind === 'export') return undefined
    let gone = false
    client.transfer.list().then(
      ({ items }) => {
        const found = items.filter((one) => one.kind === kind && one.state === 'running')
        for (const { id } of found) left.delete(id)
        if (!gone && found.length > 0) setTransfers(found)
      },
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [kind, setTransfers])
}

/** An export is of no use without its dialog; an import goes on. */
function useLeaving(kind: Transfer['kind'], transfers: readonly Transfer[]): void {
  const latest = useRef(transfers)
  useEffect(() => {
    latest.current = transfers
  }, [transfers])
  useEffect(
    () => () => {
      for (const { id, state } of latest.current) {
        if (state !== 'running') continue
        if (kind === 'export') client.transfer.cancel({ id }).catch(() => undefined)
        else tellEnd(id)
      }
    },
    [kind],
  )
}

/** Imports that no dialog looks at. */
const left = new Set<string>()

function tellEnd(id: string): void {
  left.add(id)
  const look = async () => {
    if (!left.has(id)) return
    const now = await client.transfer.get({ id })
    if (now.state === 'running') return again()
    left.delete(id)
    const fault = faultOf(now)
    if (fault !== null) toast(fault, 'warning')
    else if (now.report) toast(`${now.about}: ${reportWords(now.report)}`)
    return undefined
  }
  const again = () => {
    setTimeout(() => {
      look().catch(() => left.delete(id))
    }, farMs)
  }
  again()
}
