import { useEffect, useRef } from 'react'

type ShareBoxProps = { share: 'all' | 'some' | 'none'; label: string; onChange: (on: boolean) => void }

/** A box for several at once: checked, not checked, or some of them. */
export function ShareBox({ share, label, onChange }: ShareBoxProps) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = share === 'some'
  }, [share])
  return (
    <input
      ref={box}
      type="checkbox"
      className="share-box"
      aria-label={label}
      title={label}
      checked={share === 'all'}
      onChange={() => onChange(share !== 'all')}
    />
  )
}
