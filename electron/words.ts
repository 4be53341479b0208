/** What menus and the system's dialogs say; the page has its own words. */
export interface Words {
  readonly file: string
  readonly close: string
  readonly quit: string
  readonly edit: string
  readonly undo: string
  readonly redo: string
  readonly cut: string
  readonly copy: string
  readonly paste: string
  readonly selectAll: string
  readonly view: string
  readonly reload: string
  readonly actualSize: string
  readonly zoomIn: string
  readonly zoomOut: string
  readonly fullScreen: string
  readonly developerTools: string
  readonly lab: string
  readonly startLab: string
  readonly window: string
  readonly minimize: string
  readonly about: string
  readonly labMissing: string
  readonly labCrashes: string
  readonly labLeft: string
  readonly startAgain: string
  readonly leaveStopped: string
  readonly goingTitle: (runs: number) => string
  readonly goingDetail: string
  readonly keepRunning: string
  readonly pauseAndClose: string
  readonly cancel: string
  readonly labSilent: string
  readonly labSilentDetail: string
  readonly back: string
  readonly pageCrashes: string
  readonly pageCrashesDetail: string
  readonly showAgain: string
}

const en: Words = {
  file: 'File',
  close: 'Close window',
  quit: 'Quit Descent Lab',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  view: 'View',
  reload: 'Reload',
  actualSize: 'Actual size',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fullScreen: 'Full screen',
  developerTools: 'Developer tools',
  lab: 'Lab',
  startLab: 'Start the lab again',
  window: 'Window',
  minimize: 'Minimize',
  about: 'About Descent Lab',
  labMissing: 'The lab cannot be started',
  labCrashes: 'The lab has stopped three times within five minutes.',
  labLeft: 'The lab is stopped. The menu Lab starts it again.',
  startAgain: 'Start it again',
  leaveStopped: 'Leave it stopped',
  goingTitle: (runs) => (runs === 1 ? 'A run is still going.' : `${runs} runs are still going.`),
  goingDetail: 'They can go on without the window, or be paused and kept with their checkpoints.',
  keepRunning: 'Keep running',
  pauseAndClose: 'Pause and close',
  cancel: 'Cancel',
  labSilent: 'The lab does not answer.',
  labSilentDetail:
    'The runs may still be going. Nothing of them is lost: the window stays open, and you can try again.',
  back: 'Back to the window',
  pageCrashes: 'The page has crashed three times within five minutes.',
  pageCrashesDetail: 'The lab is not affected; what it trains goes on.',
  showAgain: 'Show it again',
}

const zhCN: Words = {
  file: '文件',
  close: '关闭窗口',
  quit: '退出 Descent Lab',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  view: '视图',
  reload: '重新加载',
  actualSize: '实际大小',
  zoomIn: '放大',
  zoomOut: '缩小',
  fullScreen: '全屏',
  developerTools: '开发者工具',
  lab: '实验室',
  startLab: '重新启动实验室',
  window: '窗口',
  minimize: '最小化',
  about: '关于 Descent Lab',
  labMissing: '无法启动实验室',
  labCrashes: '实验室进程在五分钟内停止了三次。',
  labLeft: '实验室已停止。可从“实验室”菜单重新启动。',
  startAgain: '重新启动',
  leaveStopped: '保持停止',
  goingTitle: (runs) => `还有 ${runs} 个运行正在进行。`,
  goingDetail: '关闭窗口后它们可以继续在后台运行，也可以暂停并连同检查点一起保存。',
  keepRunning: '继续运行',
  pauseAndClose: '暂停并关闭',
  cancel: '取消',
  labSilent: '实验室没有响应。',
  labSilentDetail: '运行可能仍在进行，不会丢失任何内容。窗口保持打开，可以稍后再试。',
  back: '返回窗口',
  pageCrashes: '页面在五分钟内崩溃了三次。',
  pageCrashesDetail: '实验室不受影响，正在进行的训练会继续。',
  showAgain: '重新显示',
}

export const wordsFor = (locale: string): Words => (locale.toLowerCase().startsWith('zh') ? zhCN : en)
