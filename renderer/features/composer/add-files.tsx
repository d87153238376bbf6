import { Paperclip } from 'lucide-react'
import { useRef } from 'react'

/** Lets the user choose files. */
export function AddFiles({ onFiles, disabled }: { onFiles: (files: File[]) => void; disabled: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button
        type="button"
        className="composer-icon"
        aria-label="Add files"
        title="Add images, PDFs or text files; you can also paste or drop them"
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        <Paperclip size={16} strokeWidth={1.75} aria-hidden />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-hidden
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </>
  )
}
