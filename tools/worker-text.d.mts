import type { Plugin } from 'esbuild';

export const workerText: Plugin;
