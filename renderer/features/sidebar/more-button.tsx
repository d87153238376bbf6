import { Ellipsis } from 'lucide-react'
import { memo } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'

/** At the end of a row: opens the menu that its list has for all rows. */
export const MoreButton = memo(function MoreButton({ className, label }: { className: string; label: string }) {
  return (
    <IconButton className={`icon-button ${className}`} label={label} icon={Ellipsis} size={15} aria-haspopup="menu" data-menu-button="" />
  )
})
