import type { GraphNode } from './autograd/node.ts';

/** The Python exceptions that the engine's failures become. */
export type ErrorType =
  | 'RuntimeError'
  | 'TypeError'
  | 'ValueError'
  | 'IndexError'
  | 'NotImplementedError'
  | 'LinAlgError'
  | 'AssertionError';

/** A failure of the program, in PyTorch's words. Anything else that is thrown is a fault of ours. */
export class EngineError extends Error {
  readonly type: ErrorType;
  /** The backward function that failed or could not start. */
  node: GraphNode | null = null;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.name = 'EngineError';
    this.type = type;
  }
}

export const runtimeError = (message: string): EngineError => new EngineError('RuntimeError', message);
export const typeError = (message: string): EngineError => new EngineError('TypeError', message);
/** A matrix that an algorithm cannot do with: Python's `torch.linalg.LinAlgError`. */
export const linAlgError = (message: string): EngineError => new EngineError('LinAlgError', message);
export const valueError = (message: string): EngineError => new EngineError('ValueError', message);
export const assertionError = (message: string): EngineError => new EngineError('AssertionError', message);
export const indexError = (message: string): EngineError => new EngineError('IndexError', message);
export const notImplemented = (message: string): EngineError => new EngineError('NotImplementedError', message);

/** An op, or a part of one, that this engine does not have. */
export function unsupported(what: string): EngineError {
  return notImplemented(
    `${what} is not supported by the embedded engine yet. Compose it from supported operations, or see OPS.md for what there is.`,
  );
}
