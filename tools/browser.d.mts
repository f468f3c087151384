import type { Browser, LaunchOptions } from 'playwright-core';

export function ensureBrowser(): Promise<void>;
export function launchChromium(options?: LaunchOptions): Promise<Browser>;
