/**
 * Why an archive entry's name is refused; undefined when it is an innocent relative path. Nothing is ever written
 * under such a name, so this is the second lock on the door: an archive that tries is not to be trusted otherwise.
 */
export function refuseEntryName(name: string): string | undefined {
  if (name === '') return 'has no name'
  if (name.length > 1024) return 'has a name of more than 1,024 characters'
  if (name.includes('\0')) return 'has a zero byte in its name'
  if (name.includes('\\')) return 'has a backslash in its name'
  if (/^[A-Za-z]:/.test(name)) return 'has a drive letter in its name'
  if (name.startsWith('/')) return 'has an absolute path'
  if (name.split('/').includes('..')) return 'has a path that leads to a parent folder'
  return undefined
}
