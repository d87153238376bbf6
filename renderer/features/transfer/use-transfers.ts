import { useEffect, useState } from 'react'
import type { Transfer } from '../../../shared/domain/transfer.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../connection/error-words.ts'

const pollMs = 250

/** Exports or imports that this dialog has begun: how far each is, as long as one runs. */
export function useTransfers() {
  const [transfers, setTransfers] = useState<readonly Transfer[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const [starting, setStarting] = useState(false)
  const running = transfers.some(({ state }) => state === 'running')
  useEffect(() => {
    if (!running) return undefined
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
  }, [transfers, running])
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
