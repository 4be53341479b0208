import leNetText from '../../../../resources/experiments/lenet-schedules.yaml?raw'
import leNetSubsetText from '../../../../resources/experiments/lenet-schedules-2000.yaml?raw'
import tunedText from '../../../../resources/experiments/airfoil-tuned.yaml?raw'
import sampleText from '../../../../resources/experiments/airfoil-optimizers.yaml?raw'

/** Experiments that come with the lab: what `compare` runs, word for word. */
export const examples = [
  { file: 'airfoil-optimizers.yaml', text: sampleText, about: 'experiment.example.sample' },
  { file: 'airfoil-tuned.yaml', text: tunedText, about: 'experiment.example.tuned' },
  { file: 'lenet-schedules-2000.yaml', text: leNetSubsetText, about: 'experiment.example.leNetSubset' },
  { file: 'lenet-schedules.yaml', text: leNetText, about: 'experiment.example.leNet' },
] as const

export const sample = examples[0]
