// The Chromium that shows VS Code's workbench and the panel in tests.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Starts a headless Chromium; `CHROMIUM` names another than the machine's own. */
export async function launchChromium(options = {}) {
  const executablePath = [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path));
  if (executablePath === undefined) {
    throw new Error('No Chromium found. Install it (Debian: apt-get install chromium) or name it in CHROMIUM.');
  }
  return chromium.launch({ executablePath, args: QUIET, headless: true, ...options });
}
