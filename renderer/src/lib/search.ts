interface Searchable {
  readonly label: string
  readonly words?: string
  readonly group: string
}

/** Runs shown before something is typed would bury the commands. */
const mostRuns = 8

/** Those that have every typed word, names that begin with it first; few of the group `runs`. */
export function searchCommands<C extends Searchable>(commands: readonly C[], query: string): C[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const scored = commands.flatMap((command, order) => {
    const label = command.label.toLowerCase()
    const text = `${label} ${command.words?.toLowerCase() ?? ''}`
    if (!words.every((word) => text.includes(word))) return []
    const first = words[0] ?? ''
    const score = label.startsWith(first)
      ? 0
      : label.includes(` ${first}`)
        ? 1
        : label.includes(first)
          ? 2
          : 3
    return [{ command, order, score: words.length === 0 ? 0 : score }]
  })
  scored.sort((a, b) => a.score - b.score || a.order - b.order)
  let runs = 0
  return scored
    .map(({ command }) => command)
    .filter(({ group }) => group !== 'runs' || (words.length > 0 && ++runs <= mostRuns))
}
