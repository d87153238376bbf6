/** A day and time of this machine's clock, in milliseconds since 1970. */
export function TimeField({ label, value, onChange }: { label: string; value: number; onChange: (time: number) => void }) {
  const local = new Date(value - new Date(value).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
  return (
    <label>
      {label}{' '}
      <input
        type="datetime-local"
        className="input chart-choice figure"
        value={local}
        onChange={(event) => {
          const time = Date.parse(event.target.value)
          if (Number.isFinite(time)) onChange(time)
        }}
      />
    </label>
  )
}
