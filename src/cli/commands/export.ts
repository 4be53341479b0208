import { join, resolve } from 'node:path'
import type { ModelFormat } from '../../contract/inspection.ts'
import type { RegisterCommand } from '../command.ts'

/** What the ending of a file, or none, asks for. */
const formats: readonly (readonly [ending: string, format: ModelFormat])[] = [
  ['.safetensors', 'safetensors'],
  ['.h5', 'keras'],
]

export const exportModel: RegisterCommand = (program, act) => {
  program
    .command('export')
    .description('Write the network of a finished run as a file for other programs.')
    .argument('<run>', 'run id, or its beginning')
    .requiredOption(
      '--out <path>',
      'FILE.safetensors, FILE.weights.h5 (Keras), or a folder (TensorFlow SavedModel)',
    )
    .action(
      act(async (terminal, runId: string, { out }: { out: string }) => {
        const { withLab } = await import('../lab.ts')
        const { makeFolder, writeWhole } = await import('../../lab/write-whole.ts')
        const format = formats.find(([ending]) => out.toLowerCase().endsWith(ending))?.[1] ?? 'saved-model'
        const { files } = await withLab((lab) => lab.call('runs.export', { runId, format }))
        const path = resolve(out)
        const written: string[] = []
        for (const { name, bytes } of files) {
          const file = format === 'saved-model' ? join(path, name) : path
          await makeFolder(resolve(file, '..'))
          await writeWhole(file, [bytes])
          written.push(file)
        }
        terminal.print({ files: written }, () => written.join('\n'))
      }),
    )
}
