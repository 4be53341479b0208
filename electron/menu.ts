import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { Words } from './words.ts'

/** @param startLab after the person chose to leave it stopped */
export function setupMenu(words: Words, startLab: () => void): void {
  const mac = process.platform === 'darwin'
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const quit: MenuItemConstructorOptions = { role: 'quit', label: words.quit }
  const template: MenuItemConstructorOptions[] = [
    ...(mac
      ? [{ label: app.name, submenu: [{ role: 'about' as const, label: words.about }, separator, quit] }]
      : []),
    {
      label: words.file,
      submenu: [{ role: 'close', label: words.close }, ...(mac ? [] : [separator, quit])],
    },
    {
      label: words.edit,
      submenu: [
        { role: 'undo', label: words.undo },
        { role: 'redo', label: words.redo },
        separator,
        { role: 'cut', label: words.cut },
        { role: 'copy', label: words.copy },
        { role: 'paste', label: words.paste },
        { role: 'selectAll', label: words.selectAll },
      ],
    },
    {
      label: words.view,
      submenu: [
        { role: 'reload', label: words.reload },
        separator,
        { role: 'resetZoom', label: words.actualSize },
        { role: 'zoomIn', label: words.zoomIn },
        { role: 'zoomOut', label: words.zoomOut },
        separator,
        { role: 'togglefullscreen', label: words.fullScreen },
        { role: 'toggleDevTools', label: words.developerTools },
      ],
    },
    { label: words.lab, submenu: [{ label: words.startLab, click: startLab }] },
    {
      label: words.window,
      submenu: [
        { role: 'minimize', label: words.minimize },
        ...(mac ? [] : [{ role: 'about' as const, label: words.about }]),
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
