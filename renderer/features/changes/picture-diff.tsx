import { useState } from 'react'
import type { FileDiff } from '../../../shared/domain/changes.ts'
import { formatBytes } from '../../words/figures.ts'

/** A picture as it was and as it is, side by side, with their sizes. */
export function PictureDiff({ diff: { oldPicture, newPicture, oldSize, newSize } }: { diff: FileDiff }) {
  return (
    <div className="picture-diff">
      <Side name="Before" picture={oldPicture} size={oldSize} />
      <Side name="After" picture={newPicture} size={newSize} />
    </div>
  )
}

type SideProps = { name: string; picture: FileDiff['oldPicture']; size: number | null }

function Side({ name, picture, size }: SideProps) {
  const [pixels, setPixels] = useState<string | null>(null)
  if (picture === undefined)
    return size === null ? null : (
      <figure>
        <figcaption>
          {name} · {formatBytes(size)}
        </figcaption>
        <p className="file-note">Too large to show.</p>
      </figure>
    )
  return (
    <figure>
      <figcaption>{[name, pixels, size === null ? null : formatBytes(size)].filter((one) => one !== null).join(' · ')}</figcaption>
      <img
        src={`data:${picture.mediaType};base64,${picture.data}`}
        alt={`${name} the change`}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setPixels(`${naturalWidth} × ${naturalHeight}`)}
        onError={() => setPixels('cannot be shown')}
      />
    </figure>
  )
}
