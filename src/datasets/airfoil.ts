import { DatasetFormatError, fileBytes } from './dataset.ts'
import type { DatasetDefinition } from './dataset.ts'
import type { LocalizedText } from '../locales/localized.ts'

export interface AirfoilColumn {
  name: string
  title: LocalizedText
  unit: string
}

export interface AirfoilData {
  rows: number
  /** [rows, 5] row-major, as measured (not standardised). */
  features: Float64Array
  /** [rows], scaled sound pressure level in dB. */
  target: Float64Array
  /** The six columns in the file's order: entries 0 to 4 are the features, entry 5 is the target. */
  columns: readonly AirfoilColumn[]
}

const fileName = 'airfoil_self_noise.dat'
const featureCount = 5

const columns: readonly AirfoilColumn[] = [
  { name: 'frequency', title: { en: 'Frequency', 'zh-CN': '频率' }, unit: 'Hz' },
  { name: 'angleOfAttack', title: { en: 'Angle of attack', 'zh-CN': '攻角' }, unit: '°' },
  { name: 'chordLength', title: { en: 'Chord length', 'zh-CN': '弦长' }, unit: 'm' },
  { name: 'freeStreamVelocity', title: { en: 'Free-stream velocity', 'zh-CN': '来流速度' }, unit: 'm/s' },
  {
    name: 'displacementThickness',
    title: { en: 'Suction-side displacement thickness', 'zh-CN': '吸力面位移厚度' },
    unit: 'm',
  },
  {
    name: 'soundPressureLevel',
    title: { en: 'Scaled sound pressure level', 'zh-CN': '标度声压级' },
    unit: 'dB',
  },
]

/**
 * Noise of aerofoil sections in a wind tunnel, measured by NASA: 1503 rows of five features and a target.
 *
 * Source: Brooks, Pope & Marcolini 1989, "Airfoil self-noise and prediction", NASA RP-1218.
 */
export const airfoil: DatasetDefinition<AirfoilData> = {
  id: 'airfoil',
  title: { en: 'Airfoil self-noise', 'zh-CN': '翼型自噪声' },
  description: {
    en: 'NASA wind-tunnel measurements: the noise of an aerofoil from five quantities. 1503 rows, a regression.',
    'zh-CN': 'NASA 风洞测量：由五个量预测翼型的噪声。1503 行，回归问题。',
  },
  licence: {
    name: 'CC BY 4.0',
    url: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'Brooks, T., Pope, D. and Marcolini, M. (1989). Airfoil Self-Noise. UCI Machine Learning Repository. https://doi.org/10.24432/C5VW2C',
  },
  homepage: 'https://archive.ics.uci.edu/dataset/291/airfoil+self+noise',
  files: [
    {
      name: fileName,
      urls: [
        'http://d2l-data.s3-accelerate.amazonaws.com/airfoil_self_noise.dat',
        'https://d2l-data.s3-accelerate.amazonaws.com/airfoil_self_noise.dat',
        'https://archive.ics.uci.edu/ml/machine-learning-databases/00291/airfoil_self_noise.dat',
      ],
      sizeBytes: 59_984,
      sha1: '76e5be1548fd8222e5074cf0faae75edff8cf93f',
      bundled: 'datasets/airfoil/airfoil_self_noise.dat',
    },
  ],
  parse: (files) => parseAirfoil(fileBytes(files, fileName)),
}

const decimalNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

function parseAirfoil(bytes: Uint8Array): AirfoilData {
  const lines = asciiLines(bytes)
  if (lines.length === 0) throw new DatasetFormatError(`${fileName} holds no rows.`)
  const rows = lines.length
  const features = new Float64Array(rows * featureCount)
  const target = new Float64Array(rows)
  lines.forEach((line, row) => {
    const where = `${fileName}, line ${row + 1}`
    const fields = line.split('\t')
    if (fields.length !== columns.length) {
      throw new DatasetFormatError(
        `${where}: expected ${columns.length} tab-separated numbers, found ${fields.length} in ${quoted(line)}.`,
      )
    }
    fields.forEach((field, column) => {
      const value = decimalNumber.test(field) ? Number(field) : Number.NaN
      if (!Number.isFinite(value)) {
        const title = columns[column]?.title.en.toLowerCase() ?? ''
        throw new DatasetFormatError(
          `${where}, column ${column + 1} (${title}): ${quoted(field)} is not a number.`,
        )
      }
      if (column < featureCount) features[row * featureCount + column] = value
      else target[row] = value
    })
  })
  return { rows, features, target, columns }
}

/** Lines ended by LF or CR LF; the last may lack its end. */
function asciiLines(bytes: Uint8Array): string[] {
  const lines: string[] = []
  let line = ''
  for (const byte of bytes) {
    if (byte === 0x0a) {
      lines.push(line.endsWith('\r') ? line.slice(0, -1) : line)
      line = ''
    } else line += String.fromCharCode(byte)
  }
  if (line !== '') lines.push(line)
  return lines
}

function quoted(found: string): string {
  const shown = found.length > 60 ? `${found.slice(0, 60)}…` : found
  return JSON.stringify(shown)
}
