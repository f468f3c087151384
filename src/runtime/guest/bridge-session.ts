import * as engine from '../../engine/index.ts';
import { type DTypeName, dtypes } from '../../engine/index.ts';
import type { Failures } from './bridge-failure.ts';

/** What holds for the whole program: grad mode, the default dtype, how tensors are printed. */
export function sessionEntries({ guard }: Failures) {
  return {
    gradEnabled: () => (engine.isGradEnabled() ? 1 : 0),
    setGradEnabled: (enabled: boolean) => engine.setGradEnabled(enabled),
    defaultDtype: () => engine.getDefaultDtype().name,
    setDefaultDtype: guard((name: string) => {
      engine.setDefaultDtype(dtypes[name as DTypeName]);
      return 0;
    }),
    setPrintOption: (name: 'precision' | 'threshold' | 'edgeitems' | 'linewidth', value: number) => {
      engine.printOptions()[name] = value;
    },
    setSciMode: (value: boolean | null) => {
      engine.printOptions().sciMode = value;
    },
  };
}
