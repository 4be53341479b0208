// A front door in a process of its own: joins the lab, does what it is told, and stays until it is ended.
import { connectLab } from '../../src/lab/connect.ts'
import { places } from '../../src/lab/places.ts'
import { submit } from './submit.ts'

const [epochs = '0'] = process.argv.slice(2)
const client = await connectLab(places())
const { pid } = await client.call('lab.info', {})
const runIds = Number(epochs) > 0 ? await submit(client, [{ epochs: Number(epochs) }]) : []
console.log(JSON.stringify({ pid, runIds }))
setInterval(() => undefined, 60_000)
