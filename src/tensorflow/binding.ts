import type { BackendValues, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core'

/** An attribute of a TensorFlow operation: `type` is one of the binding's `TF_ATTR_…`. */
export interface OperationAttribute {
  name: string
  type: number
  value: boolean | number | string | object | readonly number[]
}

/** A tensor that lives in TensorFlow: its number, its shape and its `TF_…` type. */
export interface TensorMetadata {
  id: number
  shape: number[]
  dtype: number
}

/** What of tfjs-node-gpu's native binding we use. Every id it returns is to be deleted by whoever asked for it. */
export interface Binding {
  createTensor(shape: readonly number[], dtype: number, values: BackendValues): number
  deleteTensor(tensorId: number): void
  /** A copy of the tensor's values. */
  tensorDataSync(tensorId: number): Float32Array | Int32Array | Uint8Array | BigInt64Array
  executeOp(
    name: string,
    attributes: readonly OperationAttribute[],
    inputTensorIds: readonly number[],
    outputs: number,
  ): TensorMetadata[]
  /** @param tags comma-separated */
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(savedModelId: number): void
  /** @param inputs, outputs names in the graph with their output's number (`x:0`), comma-separated */
  runSavedModel(
    savedModelId: number,
    inputTensorIds: readonly number[],
    inputs: string,
    outputs: string,
  ): TensorMetadata[]
  getNumOfSavedModels(): number
  getNumOfTensors(): number
  isUsingGpuDevice(): boolean
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_INT64: number
  readonly TF_BOOL: number
  readonly TF_COMPLEX64: number
  readonly TF_STRING: number
  readonly TF_RESOURCE: number
  readonly TF_UINT8: number
  readonly TF_ATTR_STRING: number
  readonly TF_ATTR_INT: number
  readonly TF_ATTR_FLOAT: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_SHAPE: number
  readonly TF_ATTR_RESOURCE: number
  readonly TF_Version: string
}

/** tfjs-node-gpu's kernel backend, as far as we reach into it. */
export interface TensorFlowBackend extends KernelBackend {
  /** Kernels call TensorFlow through this; one that records may stand in for a while. */
  binding: Binding
  /** TensorFlow's numbers of these tensors, which keep belonging to the backend. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[]
  /** Hands a tensor of TensorFlow's over to tfjs. */
  createOutputTensor(metadata: TensorMetadata): Tensor
}
