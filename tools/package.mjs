// `npm run package`: builds and makes the VSIX.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, ensurePackages, root } from './setup.mjs';

export const SIZE_LIMIT = 15_000_000;

/** Makes the VSIX of what is built. */
export async function makeVSIX(packagePath) {
  const { createVSIX } = await import('@vscode/vsce');
  const { thirdPartyNotices } = await import('./notices.mjs');
  rmSync(packagePath, { force: true });
  writeFileSync(join(root, 'out/THIRD_PARTY_NOTICES.txt'), thirdPartyNotices());
  // There is no public repository yet that the links of the README could point to.
  await createVSIX({
    cwd: root,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await ensurePackages();
  await build();
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const vsix = join(root, `${name}-${version}.vsix`);
  await makeVSIX(vsix);
  const { size } = statSync(vsix);
  console.log(`${vsix}: ${(size / 1e6).toFixed(1)} MB`);
  if (size > SIZE_LIMIT) {
    console.error(`That is more than ${SIZE_LIMIT / 1e6} MB.`);
    process.exitCode = 1;
  }
}
