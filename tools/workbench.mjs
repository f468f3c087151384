// Looking at VS Code's workbench from outside, as its user does.
import { setTimeout as sleep } from 'node:timers/promises';

/** The frame of the panel, once a graph is drawn: that of `file`, where one is named. */
export async function panelFrame(page, { timeout = 60_000, file = '' } = {}) {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    for (const frame of page.frames()) if (await drawn(frame, file)) return frame;
    await sleep(100);
  }
  throw new Error(`The panel did not draw a graph in ${timeout} ms.`);
}

async function drawn(frame, file) {
  try {
    const nodes = await frame.locator('svg.graph .nodes [data-key]').count();
    return nodes > 0 && (await frame.locator('h1.file').getByText(file).count()) > 0;
  } catch {
    return false; // A frame that is going away.
  }
}
