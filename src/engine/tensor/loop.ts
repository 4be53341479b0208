import type { Tensor } from '@tensorflow/tfjs'
import type { DataType, Graph } from './graph.ts'
import { record } from './record.ts'
import type { TensorFlowBackend } from '../../tensorflow/binding.ts'
import { zeros, type Held } from './tensorflow.ts'

/** One step of a computation, and what it works on. */
export interface Loop {
  /** Prefix of its nodes. */
  readonly name: string
  /** Variables that every step replaces. */
  readonly state: readonly Held[]
  /** Variables that are only read. */
  readonly resident: readonly Held[]
  /** What is fed for each step: the shape is that of one step's row. */
  readonly rows: readonly Held[]
  /** Numbers that a step gives out. */
  readonly outputs: number
  body(state: readonly Tensor[], resident: readonly Tensor[], rows: readonly Tensor[]): StepOutcome
  /** Something about the last step alone, which costs the others no more than handing on what it is made of. */
  readonly last?: {
    /** What the body hands on; of the same kinds as these variables. */
    readonly handed: readonly Held[]
    /** @param state after the last step */
    readonly look: (state: readonly Tensor[], handed: readonly Tensor[]) => Tensor
  }
}

interface StepOutcome {
  readonly state: readonly Tensor[]
  /** [outputs] float32 */
  readonly output: Tensor
  readonly handed?: readonly Tensor[]
}

const float = { type: 'float' } as const
const int32 = { type: 'int32' } as const

/** A variable that lives as long as the session, with a node to set it (`NAME/set` from `NAME/value`) and one to read it. */
export function addVariable(graph: Graph, { name, type, shape }: Held): void {
  const dtype = { type }
  graph.add(name, 'VarHandleOp', [], {
    dtype,
    shape: { shape },
    shared_name: { text: name },
    container: { text: '' },
  })
  graph.placeholder(`${name}/value`, type, shape)
  graph.add(`${name}/assign`, 'AssignVariableOp', [name, `${name}/value`], { dtype })
  // Something to fetch: an assignment has no value.
  graph.add(`${name}/set`, 'Const', [`^${name}/assign`], {
    dtype: int32,
    value: { tensor: { type: 'int32', shape: [], content: new Uint8Array(4) } },
  })
  graph.add(`${name}/read`, 'ReadVariableOp', [name], { dtype })
}

/**
 * Adds a loop to the graph: `NAME/result` gives the outputs of all steps, [steps, outputs], after the variables of the
 * state have been replaced, and `NAME/looked` what is looked at after the last step. Fed are `NAME/steps` and the rows, `NAME/ROW` [steps, …shape].
 *
 * Written with the dataflow primitives of TensorFlow's first while loop (Enter, Merge, Switch, NextIteration, Exit:
 * Yu et al. 2018, arXiv:1805.01772), which a session runs without any function library.
 */
export function addLoop(graph: Graph, backend: TensorFlowBackend, loop: Loop): void {
  const { name, state, resident, rows, outputs, last } = loop
  const named = (part: string): string => `${name}/${part}`
  const enter = (to: string, from: string, type: DataType, constant: boolean): string =>
    graph.add(to, 'Enter', [from], {
      T: { type },
      frame_name: { text: name },
      is_constant: { flag: constant },
      parallel_iterations: { integer: 1 },
    })
  const constantInLoop = (part: string, values: Int32Array, shape: readonly number[] = []): string =>
    enter(named(part), graph.constant(named(`${part}/outside`), values, shape), 'int32', true)

  const steps = graph.placeholder(named('steps'), 'int32', [])
  const zero = graph.constant(named('zero'), Int32Array.of(0))
  const width = graph.constant(named('width'), Int32Array.of(outputs))
  const size = graph.add(named('size'), 'Pack', [steps, width], {
    N: { integer: 2 },
    T: int32,
    axis: { integer: 0 },
  })
  const blank = graph.constant(named('blank'), Float32Array.of(0))
  const untold = graph.add(named('untold'), 'Fill', [size, blank], { T: float, index_type: int32 })

  /** What one step hands to the next: its name within the step, where it starts, and (set later) its successor. */
  const carried = [
    { part: 'i', from: zero, type: 'int32' as DataType },
    { part: 'told', from: untold, type: 'float' as DataType },
    ...state.map((held, j) => ({ part: `state${j}`, from: `${held.name}/read`, type: held.type })),
    // Where there was no step yet nobody looks at them.
    ...(last?.handed ?? []).map((held, j) => ({
      part: `handed${j}`,
      from: `${held.name}/read`,
      type: held.type,
    })),
  ]
  for (const { part, from, type } of carried) {
    enter(named(`${part}/enter`), from, type, false)
    graph.add(named(`${part}/merge`), 'Merge', [named(`${part}/enter`), named(`${part}/next`)], {
      T: { type },
      N: { integer: 2 },
    })
  }
  enter(named('limit'), steps, 'int32', true)
  graph.add(named('goes-on'), 'Less', [named('i/merge'), named('limit')], { T: int32 })
  graph.add(named('condition'), 'LoopCond', [named('goes-on')])
  for (const { part, type } of carried) {
    graph.add(named(`${part}/switch`), 'Switch', [named(`${part}/merge`), named('condition')], {
      T: { type },
    })
    graph.add(named(part), 'Identity', [named(`${part}/switch:1`)], { T: { type } })
    graph.add(named(`${part}/exit`), 'Exit', [named(`${part}/switch`)], { T: { type } })
  }
  resident.forEach((held, j) => enter(named(`resident${j}`), `${held.name}/read`, held.type, true))
  const axis = constantInLoop('axis', Int32Array.of(0))
  for (const row of rows) {
    const all = graph.placeholder(named(row.name), row.type, [-1, ...row.shape])
    enter(named(`${row.name}/all`), all, row.type, true)
    graph.add(named(`${row.name}/row`), 'GatherV2', [named(`${row.name}/all`), named('i'), axis], {
      Tparams: { type: row.type },
      Tindices: int32,
      Taxis: int32,
      batch_dims: { integer: 0 },
    })
  }

  const held = {
    state: state.map((one) => zeros(backend, one)),
    resident: resident.map((one) => zeros(backend, one)),
    rows: rows.map((one) => zeros(backend, one)),
  }
  const inputs = new Map([
    ...held.state.map((tensor, j) => [tensor, named(`state${j}`)] as const),
    ...held.resident.map((tensor, j) => [tensor, named(`resident${j}`)] as const),
    ...held.rows.map((tensor, j) => [tensor, named(`${(rows[j] as Held).name}/row`)] as const),
  ])
  const recording = record(backend, named('step'), inputs, () =>
    loop.body(held.state, held.resident, held.rows),
  )
  const { result, nodes } = recording
  for (const node of nodes) {
    if (node.op !== 'Const') graph.nodes.push(node)
    else {
      // A constant without inputs would belong to no step: it is made once, outside, and brought in.
      const { type } = node.attributes['dtype'] as { type: DataType }
      graph.nodes.push({ ...node, name: `${node.name}/outside` })
      enter(node.name, `${node.name}/outside`, type, true)
    }
  }

  const one = constantInLoop('one', Int32Array.of(1))
  graph.add(named('i/after'), 'AddV2', [named('i'), one], { T: int32 })
  graph.add(
    named('place'),
    'Reshape',
    [named('i'), constantInLoop('place/shape', Int32Array.of(1, 1), [2])],
    {
      T: int32,
      Tshape: int32,
    },
  )
  graph.add(
    named('tell'),
    'Reshape',
    [recording.nameOf(result.output), constantInLoop('tell/shape', Int32Array.of(1, outputs), [2])],
    { T: float, Tshape: int32 },
  )
  graph.add(named('told/after'), 'TensorScatterUpdate', [named('told'), named('place'), named('tell')], {
    T: float,
    Tindices: int32,
  })
  const successors = [
    named('i/after'),
    named('told/after'),
    ...[...result.state, ...(result.handed ?? [])].map((tensor) => recording.nameOf(tensor)),
  ]
  carried.forEach(({ part, type }, j) =>
    graph.add(named(`${part}/next`), 'NextIteration', [successors[j] as string], { T: { type } }),
  )
  const assigned = state.map(({ name: variable, type }, j) => {
    const node = named(`state${j}/assign`)
    graph.add(node, 'AssignVariableOp', [variable, named(`state${j}/exit`)], { dtype: { type } })
    return `^${node}`
  })
  graph.add(named('result'), 'Identity', [named('told/exit'), ...assigned], { T: float })

  if (last) addLook(graph, backend, loop, last)

  const made = [...result.state, ...(result.handed ?? []), result.output]
  for (const tensor of new Set([...held.state, ...held.resident, ...held.rows, ...made])) tensor.dispose()
}

function addLook(
  graph: Graph,
  backend: TensorFlowBackend,
  { name, state }: Loop,
  { handed, look }: NonNullable<Loop['last']>,
): void {
  const after = state.map((one) => zeros(backend, one))
  const given = handed.map((one) => zeros(backend, one))
  const inputs = new Map([
    ...after.map((tensor, j) => [tensor, `${name}/state${j}/exit`] as const),
    ...given.map((tensor, j) => [tensor, `${name}/handed${j}/exit`] as const),
  ])
  const recording = record(backend, `${name}/look`, inputs, () => look(after, given))
  const { result } = recording
  graph.nodes.push(...recording.nodes)
  graph.add(`${name}/looked`, 'Identity', [recording.nameOf(result)], { T: float })
  for (const tensor of [...after, ...given, result]) tensor.dispose()
}
