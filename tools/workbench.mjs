// Looking at VS Code's workbench from outside, as its user does.
import { setTimeout as sleep } from 'node:timers/promises';

/** The frame of the panel, once its graph is drawn. */
export async function panelFrame(page, { timeout = 60_000 } = {}) {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    for (const frame of page.frames()) if (await drawn(frame)) return frame;
    await sleep(100);
  }
  throw new Error(`The panel did not draw a graph in ${timeout} ms.`);
}

async function drawn(frame) {
  return frame
    .locator('svg.graph .nodes [data-key]')
    .count()
    .then(
      (count) => count > 0,
      () => false, // A frame that is going away.
    );
}
