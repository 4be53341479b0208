import { z } from 'zod'

const float32 = z.instanceof(Float32Array)
const int32 = z.instanceof(Int32Array)
const bytes = z.instanceof(Uint8Array)
const array = z.object({ name: z.string(), shape: z.array(z.int()), values: float32 })

/** What a trained classifier does on its test set, and what its convolutions have learnt. */
export const inspection = z.object({
  classes: z.int(),
  /** [classes, classes]: row is the class it is, column the class it was taken for. */
  confusion: int32,
  /** The test examples with the largest loss among those taken for another class, worst first. */
  mistakes: z.object({
    row: int32,
    label: int32,
    predicted: int32,
    loss: float32,
    /** [mistakes, …input] */
    images: bytes,
  }),
  /** Kernels of every convolution, [side, side, in, out]. */
  filters: z.array(array),
  /** What every layer of pictures makes of `example`, [height, width, channels]. */
  maps: z.array(array),
  example: bytes,
})
export type Inspection = z.infer<typeof inspection>

/**
 * `safetensors`; `keras`: a `.weights.h5` file of Keras 3; `saved-model`: a folder that TensorFlow serves.
 */
export const modelFormats = ['safetensors', 'keras', 'saved-model'] as const
export type ModelFormat = (typeof modelFormats)[number]
