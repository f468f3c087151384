import type { Tensor } from '../../tensor.ts';
import { add } from '../arithmetic.ts';

/** Gradients that come in several terms, by input; null where no term came. */
export class Parts {
  readonly sums: (Tensor | null)[];

  constructor(inputs: number) {
    this.sums = new Array<Tensor | null>(inputs).fill(null);
  }

  add(input: number, term: Tensor): void {
    const before = this.sums[input]!;
    this.sums[input] = before === null ? term : add(before, term);
  }
}
