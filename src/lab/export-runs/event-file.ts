import { Message } from '../../files/protobuf.ts'

/**
 * TensorBoard's event files: records as TFRecord frames them, each an `Event` of tensorflow/core/util/event.proto.
 * Sources: tensorflow/core/lib/io/record_writer.cc, tensorflow/core/framework/summary.proto.
 */
const polynomial = 0x82f63b78 // CRC-32C (Castagnoli), reflected
const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
  return value
})

/** CRC-32C, rotated and shifted as TFRecord stores it. */
function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8)
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

/** Length, its checksum, the data, its checksum. */
function frame(data: Uint8Array): Uint8Array {
  const framed = new Uint8Array(data.length + 16)
  const view = new DataView(framed.buffer)
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, maskedCrc(framed.subarray(0, 8)), true)
  framed.set(data, 12)
  view.setUint32(12 + data.length, maskedCrc(data), true)
  return framed
}

/** Where in time an event is: seconds since 1970, and the step. */
export interface Moment {
  readonly wallTime: number
  readonly step: number
}

const event = ({ wallTime, step }: Moment): Message => {
  const message = new Message().double(1, wallTime)
  return step === 0 ? message : message.integer(2, step) // proto3 leaves out what is 0
}

/** What an event file begins with. @param wallTime seconds since 1970 */
export const head = (wallTime: number): Uint8Array =>
  frame(event({ wallTime, step: 0 }).text(3, 'brain.Event:2').finish())

/** A number as float32, which is what TensorBoard keeps. */
export function scalar(tag: string, value: number, moment: Moment): Uint8Array {
  const one = new Message().text(1, tag).float(2, value)
  return frame(event(moment).message(5, new Message().message(1, one)).finish())
}

const stringType = 7 // DT_STRING

/** Markdown on TensorBoard's page of texts. */
export function text(tag: string, markdown: string, moment: Moment): Uint8Array {
  const tensor = new Message().integer(1, stringType).message(2, new Message()).text(8, markdown)
  const metadata = new Message().message(1, new Message().text(1, 'text'))
  const one = new Message().text(1, tag).message(8, tensor).message(9, metadata)
  return frame(event(moment).message(5, new Message().message(1, one)).finish())
}
