// Debian's packages that the tests need and npm does not have. Node built-ins only.
import { existsSync } from 'node:fs';
import { run } from './process.mjs';

/** Real PyTorch, the oracle. Debian's is for /usr/bin/python3 alone; without OpenBLAS it is no fair peer for speed. */
export const TORCH = ['python3-torch', 'python3-numpy', 'libopenblas0-pthread'];

/** Installs what is missing. Where that cannot be done, throws and says what to install by hand. */
export async function ensureDebianPackages(packages) {
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  const byHand = `Missing: ${missing.join(', ')}. On Debian: apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get')) throw new Error(`${byHand} (this machine has no apt-get).`);
  if (process.getuid() !== 0) throw new Error(`${byHand} (as root).`);
  console.log(`Installing Debian's ${missing.join(', ')}...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  await run('apt-get', [...lock, 'update', '-qq'], { env });
  await run('apt-get', [...lock, 'install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
}

async function missingPackages(packages) {
  if (!existsSync('/usr/bin/dpkg-query')) return packages;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own notation.
  const query = ['-W', '-f', '${binary:Package} ${db:Status-Status}\n', ...packages];
  const listing = await run('sh', ['-c', 'dpkg-query "$@" 2>/dev/null || true', 'dpkg-query', ...query]);
  const installed = new Set();
  for (const line of listing.split('\n')) {
    const [name, status] = line.split(' ');
    if (status === 'installed') installed.add(name.split(':')[0]);
  }
  return packages.filter((name) => !installed.has(name));
}
