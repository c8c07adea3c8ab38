// Makes the published program: one small file, and chunks beside it that are loaded with the commands that need them.
import { readFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const outdir = process.argv[2] ?? here('dist');
const entries = { '@govc/core': 'index', '@govc/core/plumbing': 'plumbing', '@govc/core/protocol': 'protocol', '@govc/core/storage': 'storage' };
const entryPath = (name) => here(`../../packages/core/src/entry/${name}.ts`);

/** The file behind each name of an entry: through the entry itself every command would load everything. */
const homes = new Map(Object.entries(entries).map(([specifier, name]) => {
  const path = entryPath(name);
  const names = new Map();
  for (const [, list, from] of readFileSync(path, 'utf8').matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)) {
    for (const part of list.split(',')) names.set(part.trim().replace(/^type /, ''), join(dirname(path), from.replace(/\.js$/, '.ts')));
  }
  return [specifier, names];
}));

function direct(source) {
  return source.replace(/^import (type )?\{([^}]*)\} from '(@govc\/core[^']*)';/gm, (whole, isType, list, specifier) => {
    if (isType) return '';
    const names = homes.get(specifier);
    return list.split(',').map((part) => part.trim()).filter((part) => part !== '' && !part.startsWith('type ')).map((part) => {
      const home = names?.get(part.replace(/ as .*/, ''));
      if (home === undefined) throw new Error(`${part} is not exported by ${specifier}`);
      return `import { ${part} } from '${home}';`;
    }).join(' ');
  });
}

const { metafile } = await build({
  metafile: true,
  entryPoints: [here('src/govc.ts')],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
  legalComments: 'none',
  plugins: [{
    name: 'direct-imports',
    setup({ onLoad, onResolve }) {
      // The same in one file.
      onResolve({ filter: /^@govc\/server$/ }, () => ({ path: '@govc/server/program', external: true }));
      onLoad({ filter: /apps\/cli\/src\/.*\.ts$/ }, async ({ path }) => ({ contents: direct(await readFile(path, 'utf8')), loader: 'ts' }));
    },
  }],
});

// Chunks are named by their content: a program that runs meanwhile still finds its own, until the ones that nobody names are removed.
const written = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
for (const name of await readdir(`${outdir}/chunks`)) if (!written.has(name)) await rm(`${outdir}/chunks/${name}`, { force: true });
