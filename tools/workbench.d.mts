import type { Frame, Page } from 'playwright-core';

export function panelFrame(page: Page, options?: { timeout?: number; file?: string }): Promise<Frame>;
