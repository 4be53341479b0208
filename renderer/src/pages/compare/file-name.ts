/** A title as the stem of a file: letters and digits of any script, words joined by hyphens. */
export function fileStem(title: string): string {
  const words = title
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
  return (words ?? []).join('-').slice(0, 60).replace(/-+$/, '') || 'comparison'
}
