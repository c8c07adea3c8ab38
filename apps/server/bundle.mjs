// Makes dist/program.js: the server with the parts of the core that it uses in one file, which loads in a third of the time of many. The
// command line starts this one; whoever composes a server imports the package as it is.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { dependencies } = JSON.parse(await readFile(here('package.json'), 'utf8'));

await build({
  entryPoints: [here('src/index.ts')],
  outfile: here('dist/program.js'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  external: Object.keys(dependencies).filter((name) => name !== '@govc/core'),
  logLevel: 'warning',
  legalComments: 'none',
  plugins: [{
    name: 'core',
    setup({ onResolve }) {
      // An entry only names what lies in other files: those that nobody asks it for are left out.
      onResolve({ filter: /^@govc\/core(\/|$)/ }, ({ path }) => ({
        path: here(`../../packages/core/src/entry/${path.split('/')[2] ?? 'index'}.ts`), sideEffects: false,
      }));
    },
  }],
});
await writeFile(here('dist/program.d.ts'), "export * from './index.js';\n");
