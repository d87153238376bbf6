import { X } from 'lucide-react'
import type { DraftImage } from '../../state/thread-drafts.ts'
import { formatBytes } from '../../words/figures.ts'

/** Images that will be sent, small, each with a way to take it out again. */
export function DraftImages({ images, onRemove }: { images: readonly DraftImage[]; onRemove: (place: number) => void }) {
  if (images.length === 0) return null
  return (
    <ul className="draft-images" aria-label="Images to send">
      {images.map((image, place) => (
        <li key={`${image.name}:${place}`} title={`${image.name} · ${formatBytes(image.bytes)}`}>
          <img src={`data:${image.mediaType};base64,${image.data}`} alt={image.name} />
          <button type="button" aria-label={`Take out ${image.name}`} onClick={() => onRemove(place)}>
            <X size={12} strokeWidth={2} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  )
}
