import yauzl from 'yauzl'

/** Contents of an archive by name, as yauzl reads them, which checks sizes and checksums. */
export const unzipped = (bytes: Buffer): Promise<Map<string, Buffer>> =>
  new Promise((resolve, reject) => {
    const found = new Map<string, Buffer>()
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, archive) => {
      if (error) {
        reject(error)
        return
      }
      archive.on('error', reject)
      archive.on('end', () => resolve(found))
      archive.on('entry', (entry: yauzl.Entry) => {
        archive.openReadStream(entry, (failed, stream) => {
          if (failed) {
            reject(failed)
            return
          }
          const parts: Buffer[] = []
          stream.on('data', (part: Buffer) => parts.push(part))
          stream.on('error', reject)
          stream.on('end', () => {
            found.set(entry.fileName, Buffer.concat(parts))
            archive.readEntry()
          })
        })
      })
      archive.readEntry()
    })
  })
