import type { LabClient } from '../lab/connect.ts'

/** Joins or starts the lab, and leaves it again however the work ends. */
export async function withLab<T>(use: (lab: LabClient) => Promise<T>): Promise<T> {
  const { connectLab } = await import('../lab/connect.ts')
  const { places } = await import('../lab/places.ts')
  const lab = await connectLab(places())
  try {
    return await use(lab)
  } finally {
    lab.close()
  }
}
