import { z } from 'zod'
import { DescentError } from '../contract/errors.ts'
import { isOver, runStatus, runSummary, type RunSummary } from '../experiments/run.ts'

export const bundleFormat = 'descent-lab/bundle'
export const bundleVersion = 1
/** How the name of a bundle ends. */
export const bundleEnding = '.descent.zip'

/** Where things are in a bundle. */
export const bundlePaths = {
  manifest: 'manifest.json',
  sums: 'SHA256SUMS',
  readme: 'README.txt',
  runs: 'runs.jsonl',
  report: 'report.html',
  points: (run: string) => `curves/points/${run}.npy`,
  epochs: (run: string) => `curves/epochs/${run}.npy`,
  norms: (run: string) => `curves/norms/${run}.npy`,
  weights: (hash: string) => `weights/${hash}.npy`,
  /** The only experiment, or one of several. */
  experiment: (id: string, isOnly: boolean) => (isOnly ? 'experiment.yaml' : `experiments/${id}.yaml`),
} as const

const known =
  /^(README\.txt|runs\.jsonl|report\.html|experiment\.yaml|experiments\/[0-9a-z]{1,32}\.yaml|curves\/(points|epochs|norms)\/[0-9a-z]{1,32}\.npy|weights\/[0-9a-f]{64}\.npy)$/

const id = z.string().regex(/^[0-9a-z]{1,32}$/)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)

/** What a bundle holds: `manifest.json`. */
const bundleManifest = z.object({
  format: z.literal(bundleFormat),
  version: z.literal(bundleVersion),
  title: z.string(),
  made: z.object({ at: z.iso.datetime(), /** The version of Descent Lab. */ by: z.string().max(100) }),
  /** Those that the runs are of; none where all were started one by one. */
  experiments: z.array(
    z.object({
      id,
      title: z.string(),
      /** SHA-256 that the experiment was frozen with. */
      hash: sha256,
      createdAt: z.iso.datetime(),
      file: z.string().regex(known),
      /** How many runs it had where the bundle was made: what is missing here was left out. */
      runs: count,
    }),
  ),
  /** Data that the runs read, with the SHA-1 that was checked before training. */
  datasets: z.array(z.object({ id: z.string(), file: z.string(), sha1: z.string() })),
  counts: z.object({
    runs: count,
    /** Of all runs. */
    points: count,
    byStatus: z.partialRecord(runStatus, count),
  }),
  /** All others but this and SHA256SUMS, by path. */
  files: z.array(z.object({ path: z.string().regex(known), sizeBytes: count, sha256 })),
})
export type BundleManifest = z.infer<typeof bundleManifest>
export type BundleFile = BundleManifest['files'][number]

/** A run that is over, under an id that is a file's name as well, at times that are times, counted from zero. */
const bundledRun = runSummary.extend({
  id,
  experimentId: id.nullable(),
  status: runStatus.refine(isOver, 'is not over'),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  seconds: z.number().min(0),
  steps: count,
  totalSteps: count,
  restarts: count,
})

/** @throws DescentError `archive-refused`; `unsupported` where a later version wrote it */
export function readManifest(text: string): BundleManifest {
  const content = parsed(text, bundlePaths.manifest)
  const head = z.object({ format: z.literal(bundleFormat), version: z.int() }).safeParse(content)
  if (!head.success)
    throw refusedBundle(`${bundlePaths.manifest} does not say "format": "${bundleFormat}" and a version`)
  if (head.data.version > bundleVersion)
    throw new DescentError(
      'unsupported',
      `The bundle is of version ${head.data.version}; this Descent Lab knows versions up to ${bundleVersion}.`,
      'Update Descent Lab. Until then unzip it and read its README.txt: all its files are plain.',
    )
  // Before anything looks into it: what is not of the form may be nested without end.
  const manifest = bundleManifest.safeParse(content)
  if (!manifest.success) throw refusedBundle(`${bundlePaths.manifest}: ${firstFault(manifest.error)}`)
  refuseOddText(manifest.data, bundlePaths.manifest)
  const paths = manifest.data.files.map(({ path }) => path)
  if (new Set(paths).size < paths.length) throw refusedBundle(`${bundlePaths.manifest} lists a file twice`)
  return manifest.data
}

/** One line of `runs.jsonl`. @throws DescentError `archive-refused` */
export function readRun(line: string, number: number): RunSummary {
  const where = `${bundlePaths.runs}:${number}`
  const run = bundledRun.safeParse(parsed(line, where))
  if (!run.success) throw refusedBundle(`${where}: ${firstFault(run.error)}`)
  refuseOddText(run.data, where)
  return run.data
}

/** @param what the end of a sentence about it */
export const refusedBundle = (what: string): DescentError =>
  new DescentError(
    'archive-refused',
    `The bundle is not opened: ${what}.`,
    'Get it again from where it was published, or ask whoever made it; nothing of it was kept.',
  )

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw refusedBundle(`${where} is no JSON (${cause instanceof Error ? cause.message : String(cause)})`)
  }
}

function firstFault({ issues }: z.ZodError): string {
  const [issue] = issues
  return issue
    ? `${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}`
    : 'it is not as expected'
}

/** Of a name or a note; tables and terminals show them. */
const mostCharacters = 100_000

/** What a terminal would take for a command is in no name, nor what no table has room for. Lines may be broken. */
function refuseOddText(value: unknown, where: string): void {
  if (typeof value === 'string') {
    if (value.length > mostCharacters)
      throw refusedBundle(`${where} has ${value.length} characters where a name or a note stands`)
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(value))
      throw refusedBundle(`${where} has a control character in ${JSON.stringify(value.slice(0, 40))}`)
  } else if (Array.isArray(value)) for (const part of value) refuseOddText(part, where)
  else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) {
      refuseOddText(key, where)
      refuseOddText(part, where)
    }
}
