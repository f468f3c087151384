import { runtimeError } from '../errors.ts';

/** What an equation says. A place is a dimension of the common order: the output's first, then what is summed. */
export interface Equation {
  /** Of each operand: letters and at most one `...`. */
  readonly operands: readonly (readonly string[])[];
  readonly places: ReadonlyMap<string, number>;
  readonly ellipsisPlace: number;
  /** How many dimensions `...` stands for, at most. */
  readonly ellipsisRank: number;
  readonly outputRank: number;
  /** Of places. */
  readonly count: number;
}

/** Reads `ij,jk->ik` for operands of these ranks. Raises RuntimeError where it does not fit. */
export function parseEquation(text: string, ranks: readonly number[]): Equation {
  const arrow = text.indexOf('->');
  const left = arrow < 0 ? text : text.slice(0, arrow);
  const operands = readOperands(left, ranks.length);
  const ellipsisRank = Math.max(0, ...operands.map((subscripts, i) => covered(subscripts, ranks[i]!, i)));
  const used = operands.flat().filter((subscript) => subscript !== '...');
  const hasEllipsis = operands.some((subscripts) => subscripts.includes('...'));
  const output = arrow < 0 ? implicit(used, hasEllipsis) : explicit(text.slice(arrow + 2), used);
  const places = new Map<string, number>();
  let count = 0;
  let ellipsisPlace = 0;
  for (const subscript of output) {
    if (subscript === '...') {
      ellipsisPlace = count;
      count += ellipsisRank;
    } else places.set(subscript, count++);
  }
  const outputRank = count;
  if (!output.includes('...')) {
    ellipsisPlace = count;
    count += ellipsisRank;
  }
  for (const subscript of [...new Set(used)].sort()) if (!places.has(subscript)) places.set(subscript, count++);
  return { operands, places, ellipsisPlace, ellipsisRank, outputRank, count };
}

function readOperands(text: string, given: number): string[][] {
  const operands: string[][] = [[]];
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    const current = operands.at(-1)!;
    if (letter === ' ') continue;
    if (letter === '.') {
      const which = operands.length - 1;
      if (current.includes('...')) {
        throw runtimeError(`einsum(): found '.' for operand ${which} for which an ellipsis was already found`);
      }
      if (text.slice(i, i + 3) !== '...') {
        throw runtimeError(`einsum(): found '.' for operand ${which} that is not part of any ellipsis`);
      }
      current.push('...');
      i += 2;
    } else if (letter === ',') {
      operands.push([]);
      if (operands.length > given) {
        throw runtimeError('einsum(): fewer operands were provided than specified in the equation');
      }
    } else if (/[a-zA-Z]/.test(letter)) current.push(letter);
    else throw badSubscript(i);
  }
  if (operands.length < given) {
    throw runtimeError('einsum(): more operands were provided than specified in the equation');
  }
  return operands;
}

const badSubscript = (index: number): Error =>
  runtimeError(
    `einsum(): invalid subscript given at index ${index} in the equation string, subscripts must be in [a-zA-Z]`,
  );

/** How many dimensions of the operand its `...` stands for. */
function covered(subscripts: readonly string[], rank: number, which: number): number {
  const ellipsis = subscripts.includes('...');
  const named = subscripts.length - (ellipsis ? 1 : 0);
  if (ellipsis ? named <= rank : named === rank) return rank - named;
  throw runtimeError(
    ellipsis
      ? `einsum(): the number of subscripts in the equation (${named}) is more than the number of dimensions (${rank}) for operand ${which}`
      : `einsum(): the number of subscripts in the equation (${named}) does not match the number of dimensions (${rank}) for operand ${which} and no ellipsis was given`,
  );
}

/** Without an arrow: the ellipsis, then every subscript that occurs once, in alphabetical order. */
function implicit(used: readonly string[], hasEllipsis: boolean): string[] {
  const once = used.filter((subscript) => used.indexOf(subscript) === used.lastIndexOf(subscript));
  return [...(hasEllipsis ? ['...'] : []), ...once.sort()];
}

function explicit(text: string, used: readonly string[]): string[] {
  const output: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (letter === ' ') continue;
    if (letter === '.') {
      if (output.includes('...')) {
        throw runtimeError("einsum(): found '.' for output but an ellipsis (...) was already found");
      }
      if (text.slice(i, i + 3) !== '...') {
        throw runtimeError("einsum(): found '.' for output that is not part of any ellipsis (...)");
      }
      output.push('...');
      i += 2;
      continue;
    }
    if (!/[a-zA-Z]/.test(letter)) {
      throw runtimeError(
        `einsum(): invalid subscript given at index ${i} in the equation string, subscripts must be in [a-zA-Z]`,
      );
    }
    if (output.includes(letter)) {
      throw runtimeError(`einsum(): output subscript ${letter} appears more than once in the output`);
    }
    if (!used.includes(letter)) {
      throw runtimeError(`einsum(): output subscript ${letter} does not appear in the equation for any input operand`);
    }
    output.push(letter);
  }
  return output;
}
