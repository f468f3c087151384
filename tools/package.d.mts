export const SIZE_LIMIT: number;
export function makeVSIX(path: string): Promise<void>;
