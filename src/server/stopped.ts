const pollMs = 500

/**
 * Resolves when whoever started this process wants it to end: Ctrl-C, SIGTERM, a closed terminal, or, when npm
 * started it, the end of npm's shell, which npm stops without passing the signal on.
 */
export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const parent = process.ppid
    const watch =
      process.env['npm_lifecycle_event'] === undefined
        ? undefined
        : setInterval(() => process.ppid !== parent && stop(), pollMs)
    const stop = (): void => {
      clearInterval(watch)
      resolve()
    }
    process.once('SIGTERM', stop)
    process.once('SIGHUP', stop)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
}
