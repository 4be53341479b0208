/** The direct engine's process. */
import { serveEngine } from '../serve.ts'
import { DirectBackend } from './engine.ts'

serveEngine(new DirectBackend())
