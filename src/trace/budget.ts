import type { Value } from './model.ts';
import type { Stretches } from './register.ts';
import { dropData, numelOf } from './value.ts';

/** Elements that a trace spells out; past it the oldest values keep their statistics and lose their data. */
export const VALUE_BUDGET = 1 << 20;

export interface Budget {
  /** Answers with the value that it notes; the oldest noted ones pay for what is too much. */
  note(value: Value): Value;
  /** What was noted in a stretch of the run is held no longer. */
  forget(stretch: number): void;
}

interface Group {
  readonly values: Value[];
  oldest: number;
  elements: number;
}

export function createBudget(limit: number, stretches: Readonly<Stretches>): Budget {
  const groups = new Map<number, Group>();
  let elements = 0;

  function present(): Group {
    const made = groups.get(stretches.now) ?? { values: [], oldest: 0, elements: 0 };
    groups.set(stretches.now, made);
    return made;
  }

  /** The oldest but the newest of all, which may be as large as it likes. */
  function dropOldest(): boolean {
    for (const [stretch, group] of groups) {
      const victim = group.values[group.oldest];
      if (victim === undefined) groups.delete(stretch);
      else if (stretch === stretches.now && group.oldest === group.values.length - 1) return false;
      else {
        group.oldest++;
        count(group, -numelOf(victim.shape));
        dropData(victim);
        return true;
      }
    }
    return false;
  }

  function count(group: Group, change: number): void {
    group.elements += change;
    elements += change;
  }

  return {
    note(value) {
      if (value.data === undefined) return value;
      const group = present();
      group.values.push(value);
      count(group, numelOf(value.shape));
      while (elements > limit && dropOldest());
      return value;
    },
    forget(stretch) {
      const group = groups.get(stretch);
      if (group === undefined) return;
      elements -= group.elements;
      groups.delete(stretch);
    },
  };
}
