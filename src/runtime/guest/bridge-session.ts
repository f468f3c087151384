import * as engine from '../../engine/index.ts';
import { Complex, type DTypeName, dtypes, type Scalar, type Tensor } from '../../engine/index.ts';
import type { Failures } from './bridge-failure.ts';
import type { Handles } from './bridge-handles.ts';

const EXAMPLES: Readonly<Record<string, Scalar>> = { i: 0n, f: 0, b: false, c: new Complex(0, 0) };

/** What holds for the whole program: grad mode, the default dtype, how tensors are printed. */
export function sessionEntries(handles: Handles, { guard }: Failures) {
  const operand = (handle: number, kind: string): Tensor =>
    handle >= 0 ? handles.get(handle) : engine.wrapNumber(EXAMPLES[kind]!);

  return {
    gradEnabled: () => (engine.isGradEnabled() ? 1 : 0),
    setGradEnabled: (enabled: boolean) => engine.setGradEnabled(enabled),
    inference: () => (engine.isInference() ? 1 : 0),
    setInference: (inference: boolean, gradEnabled: boolean) => engine.setInference(inference, gradEnabled),
    autocast: () => (engine.isAutocast() ? 1 : 0),
    setAutocast: (enabled: boolean, cached: boolean) => engine.setAutocast(enabled, cached),
    clearAutocastCache: () => engine.clearAutocastCache(),
    defaultDtype: () => engine.getDefaultDtype().name,
    setDefaultDtype: guard((name: string) => {
      engine.setDefaultDtype(dtypes[name as DTypeName]);
      return 0;
    }),
    promoteTypes: (a: string, b: string) => engine.promoteTypes(dtypes[a as DTypeName], dtypes[b as DTypeName]).name,
    canCast: (from: string, to: string) => dtypes[from as DTypeName].category <= dtypes[to as DTypeName].category,
    /** Of two operands: a tensor's handle, or -1 with the kind of a number. */
    resultType: (a: number, aKind: string, b: number, bKind: string) =>
      engine.resultType(operand(a, aKind), operand(b, bKind)).name,
    setPrintOption: (name: 'precision' | 'threshold' | 'edgeitems' | 'linewidth', value: number) => {
      engine.printOptions()[name] = value;
    },
    setSciMode: (value: boolean | null) => {
      engine.printOptions().sciMode = value;
    },
  };
}
