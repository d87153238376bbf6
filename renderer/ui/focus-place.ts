let last: HTMLElement | null = null

if (typeof document !== 'undefined') {
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement && target.closest('[role="dialog"], [role="alertdialog"], [role="menu"]') === null) last = target
  })
}

/** What had the focus last outside of menus and dialogs; null where it is there no more. */
export function focusPlace(): HTMLElement | null {
  return last?.isConnected === true ? last : null
}
