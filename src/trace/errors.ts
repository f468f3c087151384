/**
 * What can be wrong with a trace or a stream of events:
 * - `order`: an event names what was not announced before, or comes where it cannot.
 * - `value`: a value contradicts itself (six elements of shape [2, 2]).
 * - `format`: text that is no trace, or events that are no events.
 * - `version`: a trace of another version of the contract.
 */
export type TraceErrorCode = 'order' | 'value' | 'format' | 'version';

/** A stream or a text that cannot be trusted. What was folded before it stays as it was. */
export class TraceError extends Error {
  readonly code: TraceErrorCode;

  constructor(code: TraceErrorCode, message: string) {
    super(message);
    this.name = 'TraceError';
    this.code = code;
  }
}

export const unknownId = (kind: string, id: number, event: string): TraceError =>
  new TraceError('order', `the event '${event}' names ${kind} ${id}, which no event announced`);

export const repeatedId = (kind: string, id: number): TraceError =>
  new TraceError('order', `${kind} ${id} is announced a second time`);

export const unknownKind = (kind: unknown): TraceError =>
  new TraceError('format', `there is no event of kind '${String(kind)}'`);

export const outsidePass = (event: string): TraceError =>
  new TraceError('order', `the event '${event}' belongs in a pass, and none is open`);

export const notEnded = (stretch: number): TraceError =>
  new TraceError('order', `stretch ${stretch} is to be forgotten, and has not ended`);

export const badValue = (shape: readonly number[], why: string): TraceError =>
  new TraceError('value', `a value of shape [${shape.join(', ')}] ${why}`);

export const badFormat = (what: string, why: string): TraceError => new TraceError('format', `${what}: ${why}`);

export const otherVersion = (found: unknown, wanted: number): TraceError =>
  new TraceError(
    'version',
    `the trace has version ${String(found)}, and this Backpass reads version ${wanted}: record it again`,
  );
