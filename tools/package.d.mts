export const SIZE_LIMIT: number;
export function makeVSIX(): Promise<string>;
