import { z } from 'zod'

// Before any schema is made: the page's policy forbids compiling source, and trying it is a violation already.
z.config({ jitless: true })
