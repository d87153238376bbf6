import { Switch as Radix } from 'radix-ui'
import './ui.css'

export type SwitchProps = { id?: string; checked: boolean; onChange: (checked: boolean) => void; 'aria-describedby'?: string }

/** On or off, at once. */
export function Switch({ checked, onChange, ...rest }: SwitchProps) {
  return (
    <Radix.Root className="switch" checked={checked} onCheckedChange={onChange} {...rest}>
      <Radix.Thumb asChild>
        <span />
      </Radix.Thumb>
    </Radix.Root>
  )
}
