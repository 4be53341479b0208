import { z } from 'zod'

const float32 = z.instanceof(Float32Array)
const int32 = z.instanceof(Int32Array)
const bytes = z.instanceof(Uint8Array)
const array = z.object({ name: z.string(), shape: z.array(z.int()), values: float32 })

/** What a trained classifier does on its test set, and what its first layers have learnt. */
export const inspection = z.object({
  classes: z.int(),
  /** [classes, classes]: row is the class it is, column the class it was taken for. */
  confusion: int32,
  /** Test examples taken for another class, those with the largest loss of each pair of classes; worst first. */
  mistakes: z.object({
    row: int32,
    label: int32,
    predicted: int32,
    loss: float32,
    /** Probability given to the class it was taken for. */
    confidence: float32,
    /** [mistakes, …input] */
    images: bytes,
  }),
  /** Kernels of every convolution, [side, side, in, out]; a first dense layer's weights, [height, width, in, out]. */
  filters: z.array(array),
})
export type Inspection = z.infer<typeof inspection>

/** What a trained classifier makes of one example of its test set. */
export const features = z.object({
  label: z.int(),
  /** [classes] */
  probabilities: float32,
  /** […input] */
  example: bytes,
  /** What every layer of pictures gives, [height, width, channels]; none where the first layer is dense. */
  maps: z.array(array),
})
export type Features = z.infer<typeof features>

/**
 * `safetensors`; `keras`: a `.weights.h5` file of Keras 3; `saved-model`: a folder that TensorFlow serves.
 */
export const modelFormats = ['safetensors', 'keras', 'saved-model'] as const
export type ModelFormat = (typeof modelFormats)[number]
