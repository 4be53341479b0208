/** Puts TensorFlow's binding for this system among the resources, so that a package needs no compiler where it runs. */
import { installTensorFlow } from '../src/tensorflow/install.ts'
import { keepBinding, prebuiltFolder } from '../src/tensorflow/prebuilt.ts'

const { runtime } = await installTensorFlow({
  onProgress: ({ stage, what }) => {
    if (stage !== 'unpacking' && stage !== 'downloading') console.log(`${stage} ${what}`)
  },
})
console.log(await keepBinding(runtime, prebuiltFolder))
