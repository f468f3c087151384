import * as engine from '../../engine/index.ts';
import type { Failures } from './bridge-failure.ts';
import type { Handles } from './bridge-handles.ts';

/** Generators of random numbers, by their numbers; 0 is the default one. */
export function randomEntries(handles: Handles, { guard }: Failures) {
  return {
    generator: () => engine.makeGenerator(),
    seed: guard((seed: number | bigint, generator: number) => {
      engine.manualSeed(BigInt(seed), generator);
      return 0;
    }),
    initialSeed: (generator: number) => engine.initialSeed(generator),
    generatorState: guard((generator: number) => handles.addShared(engine.generatorState(generator))),
    setGeneratorState: guard((generator: number, state: number) => {
      engine.setGeneratorState(handles.get(state), generator);
      return 0;
    }),
  };
}
