import { setObserver, sumFloats } from '../../engine/index.ts';
import { nothingRuns, type Running } from '../../trace/announcer.ts';
import type { TraceEvent } from '../../trace/events.ts';
import { createRecorder, type Uncaught } from '../../trace/recorder.ts';
import { type PassRange, WHOLE } from '../../trace/retention.ts';
import type { Handles } from './bridge-handles.ts';
import { numbers } from './bridge-tensors.ts';
import type { CApi } from './native.ts';

/** Sites, stacks, names and errors. When a run is not recorded, only sites (of output) and errors are told. */
export function recordEntries(handles: Handles, now: () => number, api: Pick<CApi, 'HEAPU32'>) {
  let recorder = createRecorder(() => {});
  let recording = false;
  let stacks: (readonly number[])[] = [[]];
  let names = [{ name: '', scope: '', site: 0 }];
  let modules: (string | null)[] = [null];
  /** Where Python keeps the number of the path of the module that runs, and which call of it that is. */
  let cell = 0;
  let current = 0;

  function running(): Running {
    const number = cell === 0 ? 0 : api.HEAPU32[cell]!;
    return number === 0 ? nothingRuns() : { module: modules[number]!, moduleCall: api.HEAPU32[cell + 1]! };
  }

  return {
    /** Starts anew. */
    watch(emit: (event: TraceEvent) => void, record: boolean, pins: readonly PassRange[]): void {
      recorder = createRecorder(emit, { sumFloats, now, running, whole: { ...WHOLE, pins } });
      recording = record;
      setObserver(record ? recorder.observer : null);
      stacks = [[]];
      names = [{ name: '', scope: '', site: 0 }];
      modules = [null];
      cell = 0;
      current = 0;
    },
    at(stack: number): void {
      if (stack === current) return;
      current = stack;
      recorder.setStack(stacks[stack]!);
    },
    /** The program has ended. */
    end(): void {
      if (recording) recorder.end();
    },
    entries: {
      recording: () => (recording ? 1 : 0),
      start: (torch: string, python: string) => recorder.start(torch, python),
      /** A range of the user's text, by the number that it has from now on. */
      site: (id: number, file: string, line: number, column: number, endLine: number, endColumn: number) =>
        recorder.defineSite(id, { file, line, column, endLine, endColumn }),
      /** Names a list of sites, innermost first, by the next number from 1. */
      stack: (sites: string) => stacks.push(numbers(sites)) - 1,
      /** Where the program is that is about to print. */
      at: (stack: number) => {
        current = stack;
        recorder.setStack(stacks[stack]!);
      },
      /** The site that prints; for the output's events. */
      currentSite: () => stacks[current]![0] ?? null,
      /** Numbers a name in a scope, bound at a site, from 1; so that a binding crosses as two numbers. */
      name: (name: string, scope: string, site: number) => names.push({ name, scope, site }) - 1,
      bind: (number: number, a: number) => {
        const { name, scope, site } = names[number]!;
        recorder.bind(name, scope, site, handles.get(a));
      },
      /** Numbers a module's path, from 1. */
      modulePath: (path: string) => modules.push(path) - 1,
      /** Two words of Python's memory that tell which call of which module runs; a path of 0: none. */
      moduleCell: (address: number) => {
        cell = address >>> 2;
      },
      /** A call that is no operation, with handles of tensors as `3,7`. */
      tell: (stack: number, name: string, object: number, list: string, text: string) => {
        current = stack;
        recorder.setStack(stacks[stack]!);
        recorder.call(name, object, numbers(list).map(handles.get), text);
      },
      error: (json: string) => recorder.error(JSON.parse(json) as Uncaught),
    },
  };
}
