import sampleText from '../../../../resources/experiments/airfoil-optimizers.yaml?raw'

/** Experiments that come with the lab: what `compare` runs, word for word. */
export const examples = [
  { file: 'airfoil-optimizers.yaml', text: sampleText, about: 'experiment.example.sample' },
] as const

export const sample = examples[0]
