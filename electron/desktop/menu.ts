import { Menu, type MenuItemConstructorOptions } from 'electron'

/** The native menu. Commands of ours go to the page by the ids of its own list. */
export function setMenu(command: (id: string) => void, newWindow: () => void): void {
  const item = (id: string, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    id,
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    // The page listens to the keys itself; the menu only shows them.
    registerAccelerator: false,
    click: () => command(id),
  })
  const isMac = process.platform === 'darwin'
  const template: MenuItemConstructorOptions[] = [
    ...(isMac
      ? [
          {
            label: 'Bullpen',
            submenu: [
              { role: 'about' as const },
              item('settings', 'Settings…', 'Cmd+,'),
              { role: 'hide' as const },
              { role: 'quit' as const },
            ],
          },
        ]
      : []),
    {
      label: 'File',
      submenu: [
        item('new-conversation', 'New Conversation', 'CmdOrCtrl+Shift+O'),
        item('new-instance', 'New Instance…', 'CmdOrCtrl+N'),
        { id: 'new-window', label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: newWindow },
        ...(isMac ? [] : [item('settings', 'Settings…', 'Ctrl+,')]),
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        item('palette', 'Command Palette…', 'CmdOrCtrl+K'),
        item('search', 'Search', 'CmdOrCtrl+Shift+F'),
        item('find', 'Find in Conversation', 'CmdOrCtrl+F'),
        item('needs-you', 'What Needs You', 'CmdOrCtrl+Shift+Y'),
        item('sidebar', 'Sidebar', 'CmdOrCtrl+B'),
        item('details', 'Details', 'CmdOrCtrl+I'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [item('shortcuts', 'Keyboard Shortcuts', 'CmdOrCtrl+/'), item('sign-in', 'Sign In to Claude…')] },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
