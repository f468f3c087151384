/** Makes a `switch` over a union total: the compiler rejects the call while a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unreachable case: ${JSON.stringify(value)}`);
}
