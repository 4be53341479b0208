/** Prints the folder of the TensorFlow that is installed for this user, if there is one. */
import { findRuntime } from '../../src/tensorflow/find.ts'

const runtime = await findRuntime()
if (runtime) console.log(runtime.folder)
