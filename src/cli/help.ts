/** The end of a command's help: commands to try, as they are typed. */
export const examples = (...commands: readonly string[]): string =>
  [
    '',
    commands.length > 1 ? 'Examples:' : 'Example:',
    ...commands.map((command) => `  descent ${command}`),
  ].join('\n')
