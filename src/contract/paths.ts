import type { CallName } from './contract.ts'
import type { LabContract } from './lab.ts'

/**
 * Calls that name a path on the lab's machine, where the path stands in their input, and what becomes of it. A program of
 * the person's may say any; a page, which may be anything that got into it, may not.
 */
export const pathCalls = {
  'report.write': { field: 'file', use: 'written' },
  'export.write': { field: 'file', use: 'written' },
  'bundle.write': { field: 'file', use: 'written' },
  'data.import': { field: 'path', use: 'read' },
  'bundle.open': { field: 'path', use: 'read' },
} as const satisfies Partial<
  Record<CallName<LabContract>, { field: 'file' | 'path'; use: 'written' | 'read' }>
>
