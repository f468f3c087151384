// The Chromium that shows VS Code's workbench and the panel in tests.
import { existsSync } from 'node:fs';
import { ensureDebianPackages } from './apt.mjs';

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

/** Makes sure that there is a Chromium: the machine's own (`CHROMIUM` names another), else Debian's, with a font. */
export async function ensureBrowser() {
  if (chromiumPath() === undefined || existsSync('/usr/bin/dpkg-query')) {
    await ensureDebianPackages([...(chromiumPath() ? [] : ['chromium']), 'fonts-dejavu-core']);
  }
}

/** Starts a headless Chromium. */
export async function launchChromium(options = {}) {
  const executablePath = chromiumPath();
  if (executablePath === undefined) {
    throw new Error('No Chromium found. Install it (Debian: apt-get install chromium) or name it in CHROMIUM.');
  }
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, args: QUIET, headless: true, ...options });
}

function chromiumPath() {
  return [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path));
}
