/** Recurrent networks of several layers and one or two directions, over sequences of one length or packed ones. */
import { runtimeError } from '../../errors.ts';
import { elements } from '../../item.ts';
import { declare, define } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { cat, stack } from '../joining.ts';
import { transpose } from '../movement.ts';
import { narrow } from '../rearrangement.ts';
import { unbind } from '../splitting.ts';
import { dropElements } from './dropout.ts';
import { overInput } from './face.ts';
import {
  byInput,
  type Cell,
  gruCell,
  lstmCell,
  reluCell,
  type State,
  tanhCell,
  type Weights,
} from './recurrent-cells.ts';

interface Ran {
  readonly output: Tensor;
  readonly state: State;
}

/** One layer in one direction, over a whole input. */
type Pass = (cell: Cell, input: Tensor, state: State, weights: Weights, backwards: boolean) => Ran;

/** [length, batch, width]. */
const overSteps: Pass = (cell, input, first, weights, backwards) => {
  const steps = [...unbind(byInput(input, weights), 0)];
  if (steps.length === 0) throw runtimeError('Expected sequence length to be larger than 0 in RNN');
  let state = first;
  const outputs = (backwards ? steps.reverse() : steps).map((projected) => {
    state = cell(() => projected, state, weights);
    return state[0]!;
  });
  return { output: stack(backwards ? outputs.reverse() : outputs, 0), state };
};

/** The parts of a state, the last made first, as PyTorch's compiler evaluates them. */
const eachPart = (state: State, part: (i: number) => Tensor): State =>
  state.map((_, i) => part(state.length - 1 - i)).reverse();

const rows = (state: State, from: number, to: number): State =>
  eachPart(state, (i) => narrow(state[i]!, 0, from, to - from));

const joined = (states: readonly State[]): State => {
  const part = (i: number) => states.map((state) => state[i]!);
  return eachPart(states[0]!, (i) => cat(part(i), 0));
};

/** The rows of all steps one under another: `sizes` tells how many sequences, the longest first, are still there at each step. */
const overPacked =
  (sizes: readonly number[]): Pass =>
  (cell, input, first, weights, backwards) => {
    const projected = byInput(input, weights);
    return backwards
      ? upwards(cell, projected, first, weights, sizes)
      : downwards(cell, projected, first, weights, sizes);
  };

function downwards(cell: Cell, projected: Tensor, first: State, weights: Weights, sizes: readonly number[]): Ran {
  const [outputs, ended]: [Tensor[], State[]] = [[], []];
  let [state, last, offset] = [first, sizes[0]!, 0];
  for (const size of sizes) {
    const input = narrow(projected, 0, offset, size);
    offset += size;
    if (size < last) {
      ended.push(rows(state, size, last));
      state = rows(state, 0, size);
    }
    last = size;
    state = cell(() => input, state, weights);
    outputs.push(state[0]!);
  }
  ended.push(state);
  return { output: cat(outputs, 0), state: joined(ended.reverse()) };
}

function upwards(cell: Cell, projected: Tensor, first: State, weights: Weights, sizes: readonly number[]): Ran {
  const outputs: Tensor[] = [];
  let last = sizes.at(-1)!;
  let [state, offset] = [rows(first, 0, last), projected.shape[0]!];
  for (const size of [...sizes].reverse()) {
    if (size > last) state = joined([state, rows(first, last, size)]);
    last = size;
    offset -= size;
    const input = narrow(projected, 0, offset, size);
    state = cell(() => input, state, weights);
    outputs.push(state[0]!);
  }
  return { output: cat(outputs.reverse(), 0), state };
}

interface Plan {
  readonly cell: Cell;
  readonly pass: Pass;
  readonly layers: number;
  readonly dropout: number;
  readonly train: boolean;
  readonly bidirectional: boolean;
}

/** `states` and `weights`: for each layer, and in it for each direction. */
function run(
  plan: Plan,
  input: Tensor,
  states: readonly State[],
  weights: readonly Weights[],
): Ran & { ends: State[] } {
  const { cell, pass, layers, dropout, train, bidirectional } = plan;
  const directions = bidirectional ? 2 : 1;
  if (states.length % directions !== 0 || weights.length % directions !== 0) {
    throw runtimeError('Odd number of params or hiddens given to a bidirectional RNN');
  }
  if (states.length !== layers * directions) throw runtimeError('Expected more hidden states in stacked_rnn');
  if (weights.length !== layers * directions) throw runtimeError('Expected more weights in stacked_rnn');
  const ends: State[] = [];
  let output = input;
  for (let layer = 0; layer < layers; layer++) {
    const ran = Array.from({ length: directions }, (_, i) => {
      const at = layer * directions + i;
      return pass(cell, output, states[at]!, weights[at]!, i === 1);
    });
    ends.push(...ran.map((one) => one.state));
    const outputs = ran.map((one) => one.output);
    output = bidirectional ? cat(outputs, outputs[0]!.rank - 1) : outputs[0]!;
    if (dropout !== 0 && train && layer < layers - 1) output = dropElements(output, dropout);
  }
  return {
    output,
    ends,
    state: ends[0]!.map((_, i) =>
      stack(
        ends.map((end) => end[i]!),
        0,
      ),
    ),
  };
}

/** The flat list of parameters, as `Weights`. */
function gathered(params: readonly Tensor[], biases: boolean, project: boolean): Weights[] {
  const each = 2 + (biases ? 2 : 0) + (project ? 1 : 0);
  if (params.length % each !== 0) throw runtimeError('got an incorrect number of RNN parameters');
  return Array.from({ length: params.length / each }, (_, i) => {
    const own = params.slice(i * each, (i + 1) * each);
    return {
      input: own[0]!,
      hidden: own[1]!,
      inputBias: biases ? own[2]! : null,
      hiddenBias: biases ? own[3]! : null,
      project: project ? own.at(-1)! : null,
    };
  });
}

/** Initial states by layer and direction; those of an LSTM are pairs. */
function unbound(states: readonly Tensor[]): State[] {
  const parts = states.map((state) => unbind(state, 0));
  return parts[0]!.map((_, i) => parts.map((part) => part[i]!));
}

const sizesOf = (batchSizes: Tensor): number[] => elements(batchSizes).map(Number);

/** Over [length, batch, width], or [batch, length, width]. */
function overBatch(plan: Plan, input: Tensor, states: readonly State[], weights: Weights[], batchFirst: boolean): Ran {
  const ran = run(plan, batchFirst ? transpose(input, 0, 1) : input, states, weights);
  if (!batchFirst) return ran;
  // As PyTorch has it: a view of an LSTM's output, the other networks' output itself.
  const output = plan.cell === lstmCell ? transpose(ran.output, 0, 1) : overInput(transpose, [ran.output, 0, 1]);
  return { ...ran, output };
}

const REST = 'Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional';
const asFunction = { variants: { method: false, out: false }, composite: true } as const;

function lstmStates(states: readonly Tensor[]): boolean {
  if (states.length !== 2) throw runtimeError('lstm expects two hidden states');
  return states[0]!.shape[2] !== states[1]!.shape[2];
}

define(declare(`lstm.input(Tensor input, Tensor[] hx, ${REST}, bool batch_first) -> (Tensor, Tensor, Tensor)`), {
  ...asFunction,
  kernel: (input, hx, params, biases, layers, dropout, train, bidirectional, batchFirst) => {
    const weights = gathered(params, biases, lstmStates(hx));
    const plan = { cell: lstmCell, pass: overSteps, layers, dropout, train, bidirectional };
    const ran = overBatch(plan, input, unbound(hx), weights, batchFirst);
    return [ran.output, ...ran.state] as [Tensor, Tensor, Tensor];
  },
});

define(declare(`lstm.data(Tensor data, Tensor batch_sizes, Tensor[] hx, ${REST}) -> (Tensor, Tensor, Tensor)`), {
  ...asFunction,
  kernel: (data, batchSizes, hx, params, biases, layers, dropout, train, bidirectional) => {
    const weights = gathered(params, biases, lstmStates(hx));
    const plan = { cell: lstmCell, pass: overPacked(sizesOf(batchSizes)), layers, dropout, train, bidirectional };
    const ran = run(plan, data, unbound(hx), weights);
    return [ran.output, ...ran.state] as [Tensor, Tensor, Tensor];
  },
});

for (const [name, cell] of [
  ['gru', gruCell],
  ['rnn_tanh', tanhCell],
  ['rnn_relu', reluCell],
] as const) {
  define(declare(`${name}.input(Tensor input, Tensor hx, ${REST}, bool batch_first) -> (Tensor, Tensor)`), {
    ...asFunction,
    kernel: (input, hx, params, biases, layers, dropout, train, bidirectional, batchFirst) => {
      const plan = { cell, pass: overSteps, layers, dropout, train, bidirectional };
      const ran = overBatch(plan, input, unbound([hx]), gathered(params, biases, false), batchFirst);
      return [ran.output, ran.state[0]!];
    },
  });
  define(declare(`${name}.data(Tensor data, Tensor batch_sizes, Tensor hx, ${REST}) -> (Tensor, Tensor)`), {
    ...asFunction,
    kernel: (data, batchSizes, hx, params, biases, layers, dropout, train, bidirectional) => {
      const plan = { cell, pass: overPacked(sizesOf(batchSizes)), layers, dropout, train, bidirectional };
      const ran = run(plan, data, unbound([hx]), gathered(params, biases, false));
      return [ran.output, ran.state[0]!];
    },
  });
}
