/** Installs from the builds in its argument, with programs that the environment leads to; says how far it is. */
import { installTensorFlow } from '../../src/tensorflow/install.ts'
import type { Build } from '../../src/tensorflow/wheels.ts'

const builds = JSON.parse(process.argv[2] ?? '') as Record<Build['variant'], Build>
const { outcome, runtime } = await installTensorFlow({
  packaged: [],
  buildFor: (variant) => builds[variant],
  tryOut: () => Promise.resolve({ versions: { tensorflow: '9.8.7' } }),
  onProgress: ({ stage }) => process.send?.({ stage }),
})
process.send?.({ outcome, folder: runtime.folder })
process.disconnect()
