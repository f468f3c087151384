// `import { text } from './x.ts?text'` gives the bundled script of a worker as text: a page whose policy lets no file in starts it from a blob.
import { resolve } from 'node:path';
import { build } from 'esbuild';

const NAMESPACE = 'worker-text';

export const workerText = {
  name: 'worker text',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?text$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.slice(0, -'?text'.length)),
      namespace: NAMESPACE,
    }));
    onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => {
      const { outputFiles, metafile } = await build({
        entryPoints: [path],
        bundle: true,
        write: false,
        metafile: true,
        minify: true,
        format: 'iife',
        target: 'es2022',
        logLevel: 'warning',
      });
      return {
        contents: `export const text = ${JSON.stringify(outputFiles[0].text)};`,
        loader: 'js',
        watchFiles: Object.keys(metafile.inputs).map((file) => resolve(file)),
      };
    });
  },
};
