const prefix = 'descent.'

/** What was saved under that name in this browser, or `otherwise`: storage may be full, forbidden or from another version. */
export function load<T>(name: string, otherwise: T, storage: Storage = localStorage): T {
  try {
    const text = storage.getItem(prefix + name)
    return text === null ? otherwise : (JSON.parse(text) as T)
  } catch {
    return otherwise
  }
}

export function save(name: string, value: unknown, storage: Storage = localStorage): void {
  try {
    storage.setItem(prefix + name, JSON.stringify(value))
  } catch {
    // A page that cannot remember still works.
  }
}
