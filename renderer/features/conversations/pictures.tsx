import { useState } from 'react'
import type { Image } from '../../../shared/domain/message.ts'

/** Images of a message or a tool, small; a click shows them in full. */
export function Pictures({ images }: { images: readonly Image[] }) {
  const [large, setLarge] = useState<number | null>(null)
  if (images.length === 0) return null
  return (
    <div className="pictures">
      {images.map((image, place) => (
        <button
          key={place}
          type="button"
          className={large === place ? 'picture picture-large' : 'picture'}
          aria-expanded={large === place}
          aria-label={`Image ${place + 1}${large === place ? ', make it small' : ', make it large'}`}
          onClick={() => setLarge(large === place ? null : place)}
        >
          <img src={`data:${image.mediaType};base64,${image.data}`} alt="" />
        </button>
      ))}
    </div>
  )
}
