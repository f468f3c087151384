/** One step of the recurrent networks, of the ops that PyTorch composes it of on a CPU. */
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { add, mul, sub } from '../arithmetic.ts';
import { sigmoid, tanh } from '../exponential.ts';
import { linear, matmul } from '../linear.ts';
import { t } from '../movement.ts';
import { splitApart } from '../splitting.ts';
import { overInput } from './face.ts';
import { relu } from './rectifiers.ts';

/** One layer's parameters in one direction. `project` makes the LSTM's output smaller than its state (Sak et al. 2014, arXiv:1402.1128). */
export interface Weights {
  readonly input: Tensor;
  readonly hidden: Tensor;
  readonly inputBias: Tensor | null;
  readonly hiddenBias: Tensor | null;
  readonly project: Tensor | null;
}

/** What goes from step to step: the hidden state, and the LSTM's cell state. The first is the output. */
export type State = readonly Tensor[];

/** `projected`: what the input's weights have made of the input. */
export type Cell = (projected: () => Tensor, state: State, weights: Weights) => State;

export const byInput = (input: Tensor, { input: weight, inputBias }: Weights): Tensor =>
  linear(input, weight, inputBias);

const byHidden = (hidden: Tensor, { hidden: weight, hiddenBias }: Weights): Tensor =>
  linear(hidden, weight, hiddenBias);

/** The columns of each gate: PyTorch's `unsafe_chunk`. */
const inGates = (rows: Tensor, gates: number): readonly Tensor[] =>
  splitApart(rows, Math.ceil(rows.shape[1]! / gates), 1);

/** h' = f(W·x + U·h) (Elman, Finding structure in time, 1990). */
const simple =
  (activation: (x: Tensor) => Tensor): Cell =>
  (projected, [hidden], weights) => {
    const fromHidden = byHidden(hidden!, weights);
    return [activation(overInput(add, [fromHidden, projected()]))];
  };

export const tanhCell: Cell = simple(tanh);
export const reluCell: Cell = simple(relu);

/** c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh c' (Hochreiter & Schmidhuber 1997; forget gates: Gers et al. 2000). */
export const lstmCell: Cell = (projected, [hidden, cell], weights) => {
  const fromHidden = byHidden(hidden!, weights);
  const gates = overInput(add, [fromHidden, projected()]);
  const [i, f, g, o] = inGates(gates, 4) as [Tensor, Tensor, Tensor, Tensor];
  const [into, keep] = [overInput(sigmoid, [i]), overInput(sigmoid, [f])];
  const candidate = overInput(tanh, [g]);
  const out = overInput(sigmoid, [o]);
  const next = overInput(add, [mul(keep, cell!), mul(into, candidate)]);
  const shown = mul(out, tanh(next));
  return [weights.project === null ? shown : matmul(shown, t(weights.project)), next];
};

/** h' = n + z ⊙ (h − n), n = tanh(W·x + r ⊙ U·h) (Cho et al. 2014, arXiv:1406.1078). */
export const gruCell: Cell = (projected, [hidden], weights) => {
  const fromInput = inGates(projected(), 3) as [Tensor, Tensor, Tensor];
  const fromHidden = inGates(byHidden(hidden!, weights), 3) as [Tensor, Tensor, Tensor];
  const reset = overInput(sigmoid, [overInput(add, [fromHidden[0], fromInput[0]])]);
  const update = overInput(sigmoid, [overInput(add, [fromHidden[1], fromInput[1]])]);
  const candidate = overInput(tanh, [add(fromInput[2], overInput(mul, [fromHidden[2], reset]))]);
  const difference = overInput(mul, [sub(hidden!, candidate), update]);
  return [overInput(add, [difference, candidate])];
};

function checkCell(input: Tensor, state: State, weights: readonly [ih: Tensor, hh: Tensor]): void {
  const [inputSize, hiddenSize] = [weights[0].shape[1], weights[1].shape[1]];
  if (input.shape[1] !== inputSize) {
    throw runtimeError(`input has inconsistent input_size: got ${input.shape[1]} expected ${inputSize}`);
  }
  for (const hidden of state) {
    if (input.shape[0] !== hidden.shape[0]) {
      throw runtimeError(`Input batch size ${input.shape[0]} doesn't match hidden0 batch size ${hidden.shape[0]}`);
    }
    if (hidden.shape[1] !== hiddenSize) {
      throw runtimeError(`hidden0 has inconsistent hidden_size: got ${hidden.shape[1]}, expected ${hiddenSize}`);
    }
  }
}

type CellArgs = readonly [ih: Tensor, hh: Tensor, inputBias: Tensor | null, hiddenBias: Tensor | null];

function step(cell: Cell, input: Tensor, state: State, [ih, hh, inputBias, hiddenBias]: CellArgs): State {
  checkCell(input, state, [ih, hh]);
  const weights: Weights = { input: ih, hidden: hh, inputBias, hiddenBias, project: null };
  return cell(() => byInput(input, weights), state, weights);
}

const WEIGHTS = 'Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None';
const asFunction = { variants: { method: false, out: false }, composite: true } as const;

define(declare(`lstm_cell(Tensor input, Tensor[] hx, ${WEIGHTS}) -> (Tensor, Tensor)`), {
  ...asFunction,
  kernel: (input, state, ...weights) => {
    if (state.length !== 2) throw runtimeError('lstm_cell expects two hidden states');
    return step(lstmCell, input, state, weights) as [Tensor, Tensor];
  },
});

for (const [name, cell] of [
  ['gru', gruCell],
  ['rnn_tanh', tanhCell],
  ['rnn_relu', reluCell],
] as const) {
  define(declare(`${name}_cell(Tensor input, Tensor hx, ${WEIGHTS}) -> Tensor`), {
    ...asFunction,
    kernel: (input, hidden, ...weights) => step(cell, input, [hidden], weights)[0]!,
  });
}
