import { rebaseView } from './autograd/copy-slices.ts';
import { edgeOf } from './autograd/edges.ts';
import { type GraphNode, metaOf } from './autograd/node.ts';
import { writtenElsewhere } from './autograd/view.ts';
import { context } from './context.ts';
import { nodeInputs, record, requiresGrad, runKernel, saveFor } from './dispatch.ts';
import { type DType, isDifferentiable } from './dtype.ts';
import { runtimeError } from './errors.ts';
import { cast } from './ops/cast.ts';
import { copyRaw } from './ops/raw.ts';
import { copy } from './ops/writing.ts';
import { wantsOwnType } from './out-dtypes.ts';
import { refuseOverlap } from './overlap.ts';
import type { OpDef } from './registry.ts';
import { contiguousStrides, formatShape, isBroadcastableTo, numel, sameShape } from './shape.ts';
import { Storage, takeBack } from './storage.ts';
import { gather } from './strided.ts';
import { Tensor } from './tensor.ts';

/** Runs an op and writes its result over `args[0]`, whose history becomes the op's (PyTorch: `rebase_history`). */
export function dispatchInplace(op: OpDef, args: readonly unknown[]): Tensor {
  if (op.view) return reshapeInplace(op, args);
  op.checkInplace?.(...args);
  if (op.composite) return writeComposite(op, args);
  const self = args[0] as Tensor;
  const recording = context.gradEnabled && (self.requiresGrad || requiresGrad(op, args));
  if (recording) refuse(self);
  refuseOverlap(op, self, args);
  const result = runKernel(op, args) as Tensor;
  const differentiable = recording && isDifferentiable(self.dtype) && requiresGrad(op, args);
  const node = differentiable ? record(op, args, op.inplaceNodeName) : null;
  const original = node !== null && op.slots.some((slot) => slot.position === 0) ? frozen(self) : self;
  const { version } = self.storage;
  if (op.resizes && !sameShape(self.shape, result.shape)) resize(self, result);
  assignRaw(self, result, op);
  if (!args.includes(result)) takeBack(result.storage);
  if (node !== null) {
    node.outputs = [metaOf(self)];
    const inputs = nodeInputs(op, args);
    saveFor(op, node, [original, ...args.slice(1)], self);
    if (args.some((arg, i) => i > 0 && arg instanceof Tensor && arg.storage === self.storage))
      dateBack(node, self, version);
    if (self.base !== null) rebaseView(self, node, inputs);
    else {
      self.node = node;
      self.outputIndex = 0;
      self.leafRequiresGrad = false;
    }
    context.observer?.node(node, inputs, [self]);
  }
  context.observer?.write(self, `${op.name}_`);
  return self;
}

/** In `x.mul_(x)` the write goes over an operand that backward needs: what was saved of it is as old as before the write. */
function dateBack(node: GraphNode, { storage }: Tensor, version: number): void {
  node.saved &&= node.saved.map((entry) =>
    entry.tensor?.storage === storage && !entry.name.startsWith('result') ? { ...entry, version } : entry,
  );
}

/** A composite op has no node of its own: it runs on a copy with self's history, and self takes over what its parts recorded. */
function writeComposite(op: OpDef, args: readonly unknown[]): Tensor {
  const self = args[0] as Tensor;
  const recording = context.gradEnabled && args.some((arg) => arg instanceof Tensor && arg.requiresGrad);
  if (recording) refuse(self);
  refuseOverlap(op, self, args);
  const result = runKernel(op, recording ? [frozen(self), ...args.slice(1)] : args) as Tensor;
  if (recording && self.base !== null) return dispatchInplace(copy.def!, [self, result, false]);
  assignRaw(self, result, op);
  if (recording) {
    self.node = cast(result, self.dtype).gradFn;
    self.outputIndex = result.outputIndex;
    self.leafRequiresGrad = false;
  }
  context.observer?.write(self, `${op.name}_`);
  return self;
}

/** The in-place form of a view (`t_`, `unsqueeze_`): self becomes the view of what it was. */
function reshapeInplace(op: OpDef, args: readonly unknown[]): Tensor {
  const self = args[0] as Tensor;
  const recording = context.gradEnabled && self.requiresGrad;
  if (recording && !op.resizes) refuse(self);
  op.checkInplace?.(...args);
  const before = [shadow(self), ...args.slice(1)];
  const result = runKernel(op, before) as Tensor;
  const node = recording ? record(op, before, op.inplaceNodeName) : null;
  self.storage = result.storage;
  self.storage.shared = true;
  self.shape = result.shape;
  self.strides = result.strides;
  self.offset = result.offset;
  self.storage.version++;
  refuseInferenceWrite(self);
  if (node !== null) {
    node.outputs = [metaOf(self)];
    saveFor(op, node, before, self);
    self.node = node;
    self.outputIndex = 0;
    self.viewVersion = self.storage.version;
    context.observer?.node(node, [self], [self]);
  }
  context.observer?.write(self, `${op.name}_`);
  return self;
}

/** The tensor as it is now, memory and history. */
function shadow(self: Tensor): Tensor {
  const copy = new Tensor(self.storage, self.shape, self.strides, self.offset, self.dtype);
  copy.conj = self.conj;
  copy.node = self.gradFn;
  copy.outputIndex = self.outputIndex;
  return copy;
}

/** Writes values over a tensor, in its own dtype and shape. */
export function assignRaw(self: Tensor, result: Tensor, op: OpDef | null = null): void {
  if (!sameShape(result.shape, self.shape) && !isBroadcastableTo(result.shape, self.shape)) {
    throw runtimeError(
      op !== null && wantsOwnType(op)
        ? `Bad in-place call: input tensor size ${formatShape(self.shape)} and output tensor size ${formatShape(result.shape)} should match`
        : `output with shape ${formatShape(self.shape)} doesn't match the broadcast shape ${formatShape(result.shape)}`,
    );
  }
  if (!canCast(result.dtype, self.dtype)) {
    throw runtimeError(
      `result type ${result.dtype.scalar} can't be cast to the desired output type ${self.dtype.scalar}`,
    );
  }
  copyRaw(self, result);
  self.storage.version++;
  refuseInferenceWrite(self);
}

/** After the write, which PyTorch does before it looks. */
function refuseInferenceWrite({ storage }: Tensor): void {
  if (!storage.inference || context.inference) return;
  throw runtimeError(
    'Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.',
  );
}

/** Gives a tensor another shape, and memory for it. */
export function resize(out: Tensor, like: Tensor): void {
  if (out.storage.data.length < numel(like.shape) * out.dtype.lanes)
    out.storage.data = out.dtype.allocate(numel(like.shape));
  out.shape = like.shape;
  out.strides = contiguousStrides(like.shape);
}

const canCast = (from: DType, to: DType): boolean => from.category <= to.category;

/** What may not be written to while autograd records. */
function refuse(self: Tensor): void {
  const { base } = self;
  if (base === null) {
    if (self.leafRequiresGrad)
      throw runtimeError('a leaf Variable that requires grad is being used in an in-place operation.');
    return;
  }
  if (self.viewOrigin === 'several') {
    throw runtimeError(
      `Output ${self.outputIndex} of ${self.gradFn?.name ?? 'UnbindBackward0'} is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.`,
    );
  }
  if (self.viewOrigin === 'custom') {
    throw runtimeError(
      `Output ${self.outputIndex} of ${self.gradFn?.name ?? 'a custom Function'} is a view and is being modified inplace. This view was created inside a custom Function (or because an input was returned as-is) and the autograd logic to handle view+inplace would override the custom backward associated with the custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom Function.`,
    );
  }
  if (self.viewOrigin === 'no_grad' || self.viewOrigin === 'inference')
    throw runtimeError(writtenElsewhere(self.viewOrigin, 'is being'));
  if (base.isLeaf && self.requiresGrad) {
    throw runtimeError('a view of a leaf Variable that requires grad is being used in an in-place operation.');
  }
}

/** A copy with the history of the original: what a rule means by `self` after `self` was overwritten. */
function frozen(self: Tensor): Tensor {
  const edge = edgeOf(self);
  const copy = new Tensor(
    new Storage(gather(self, self.shape)),
    self.shape,
    contiguousStrides(self.shape),
    0,
    self.dtype,
  );
  if (edge?.node.variable === null) {
    copy.node = edge.node;
    copy.outputIndex = edge.index;
  }
  return copy;
}
