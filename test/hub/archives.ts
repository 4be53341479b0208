import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { Header } from 'tar-stream'

export interface ZipEntry {
  name: string
  data?: Uint8Array
  /** 8 is deflate (default), 0 stored; others are written as stored. */
  method?: number
  /** Unix type and permissions. */
  mode?: number
  encrypted?: boolean
  /** What the directory claims the size is. */
  declaredBytes?: number
}

/** A zip file written byte by byte (APPNOTE.TXT 4.3), so that it can be as wrong as a test needs it. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const {
    name,
    data = Buffer.alloc(0),
    method = 8,
    mode = 0o100644,
    encrypted,
    declaredBytes,
  } of entries) {
    const nameBytes = Buffer.from(name, 'utf8')
    const packed = method === 8 ? deflateRawSync(data) : Buffer.from(data)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0) // version needed
    common.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(packed.byteLength, 14)
    common.writeUInt32LE(declaredBytes ?? data.byteLength, 18)
    common.writeUInt16LE(nameBytes.byteLength, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((mode << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    const madeOnUnix = Buffer.from([20, 3])
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeOnUnix, common, rest, nameBytes]))
    parts.push(local)
    offset += local.byteLength
  }
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).byteLength, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}

export interface TarEntry {
  name: string
  data?: Uint8Array
  type?: Header['type']
  linkname?: string
}

export async function makeTar(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack()
  for (const { data, ...header } of entries) {
    if (header.type === undefined || header.type === 'file') archive.entry(header, Buffer.from(data ?? []))
    else archive.entry(header)
  }
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

export async function makeTarGz(entries: readonly TarEntry[]): Promise<Buffer> {
  return gzipSync(await makeTar(entries))
}

/** Changes the type flag of a tar file's first entry, and the checksum with it. */
export function withTypeFlag(tar: Buffer, flag: string): Buffer {
  const changed = Buffer.from(tar)
  changed.write(flag, 156, 'latin1')
  changed.fill(' ', 148, 156)
  const sum = changed.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  changed.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return changed
}
