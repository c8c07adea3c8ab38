import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { renderErrors } from './check-errors.js';
import { checkWorkspace, factsOf } from './check.js';
import { AMBIENT, BUILT_INS, LAYERS } from './layers.js';
import { type Manifest, type Package, type Workspace, readWorkspace } from './workspace.js';

const MANIFEST: Manifest = {
  description: 'An invented package for the tests of tidy.',
  license: 'Apache-2.0',
  type: 'module',
  engines: { node: '>=20.19' },
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  files: ['dist', 'src', '!**/*.test.ts', '!**/*.tsbuildinfo'],
  publishConfig: { access: 'public' },
};

/** One file for each allowance, so that invented repositories do not leave any unused. */
const ALLOWED: Record<string, string> = {
  ...Object.fromEntries(
    BUILT_INS.map(({ place, names }) => [
      `packages/core/src/${place.endsWith('/') ? `${place}a.ts` : place}`,
      names.map((name) => `import '${name}';`).join('\n'),
    ]),
  ),
};
for (const { place, names } of AMBIENT) {
  ALLOWED[place] = `${ALLOWED[place] ?? ''}\nexport const ambient = [${names.join()}];`;
}

function workspaceOf(files: Record<string, string>, changes: { manifest?: Manifest; documents?: Record<string, string> } = {}): Workspace {
  const all = { ...ALLOWED, ...files };
  const folders = new Set(Object.keys(all).map((name) => name.split('/').slice(0, 2).join('/')));
  const packages = [...folders].map((folder): Package => ({
    folder,
    manifest: {
      name: `@govc/${folder.split('/')[1]!}`,
      ...(folder.startsWith('tools/')
        ? { private: true, description: MANIFEST['description'], license: 'Apache-2.0', type: 'module', engines: MANIFEST['engines'] }
        : MANIFEST),
      ...changes.manifest,
    },
    files: Object.entries(all)
      .filter(([name]) => name.startsWith(`${folder}/`))
      .map(([name, text]) => ({ path: name, text })),
  }));
  const workspace = { packages, documents: new Map<string, string>() };
  const errors = renderErrors(workspace, factsOf(workspace));
  return { packages, documents: new Map(Object.entries({ 'docs/errors.md': errors, ...changes.documents })) };
}

/** Problems as `file:line rule`. */
function problemsOf(...args: Parameters<typeof workspaceOf>): string[] {
  return checkWorkspace(workspaceOf(...args)).problems.map(({ path: file, line, rule }) => `${file}:${line} ${rule}`);
}

const core = (place: string): string => `packages/core/src/${place}`;

describe('this repository', () => {
  it('is read with its packages, apps and tools', () => {
    const { packages } = readWorkspace(path.resolve(__dirname, '../..'));
    expect(packages.map((pack) => pack.folder)).toEqual(
      expect.arrayContaining(['packages/core', 'packages/auth', 'apps/server', 'apps/cli', 'tools/tidy']),
    );
    expect(packages.every((pack) => pack.files.every(({ path: name }) => !name.includes('node_modules')))).toBe(true);
  });
});

describe('layers', () => {
  it('are quiet about an empty house', () => {
    expect(checkWorkspace(workspaceOf({})).problems).toEqual([]);
  });

  it('let a file import its own folder, lower ranks and the foundation', () => {
    expect(
      problemsOf({
        [core('store/apply.ts')]: "import '../pack/deep/entry.js';\nimport './draft.js';\nimport { x } from '../errors.js';",
        [core('store/draft.ts')]: "import type { A } from '../bytes/reader.js';",
        [core('bytes/reader.ts')]: "import { x } from '../limits.js';",
        [core('store/store.test.ts')]: "import '../testing/seed.js';\nimport 'node:fs';\nawait Promise.resolve(process.env);",
      }),
    ).toEqual([]);
  });

  it.each([
    ['a higher rank', 'pack/a.ts', "\nimport { x } from '../store/draft.js';", 2],
    ['a sibling of equal rank', 'diff/a.ts', "import { x } from '../walk/b.js';", 1],
    ['types of a higher rank', 'pack/a.ts', "import type { X } from '../store/draft.js';", 1],
    ['a type by import()', 'pack/a.ts', "type X = import('../store/draft.js').X;", 1],
    ['a module by import()', 'worktree/a.ts', "const x = import('../repository/b.js');", 1],
    ['a folder outside the table', 'pack/a.ts', "import { x } from '../misc-stuff/b.js';", 1],
    ['the entry', 'testing/a.ts', "import { x } from '../entry/index.js';", 1],
  ])('find an import of %s', (_name, place, text, line) => {
    expect(problemsOf({ [core(place)]: text })).toEqual([`${core(place)}:${line} layers`]);
  });

  it('find the foundation importing a folder, and a folder that is not in the table', () => {
    expect(problemsOf({ [core('errors.ts')]: "import { x } from './bytes/a.js';" })).toEqual([`${core('errors.ts')}:1 layers`]);
    expect(problemsOf({ [core('extra/a.ts')]: '', [core('loose.ts')]: '' })).toEqual([`${core('extra/a.ts')}:0 layers`, `${core('loose.ts')}:0 layers`]);
  });

  it('have one row per folder and rising ranks', () => {
    expect(new Set(LAYERS.map((layer) => layer.folder)).size).toBe(LAYERS.length);
    expect(LAYERS.map((layer) => layer.rank)).toEqual(LAYERS.map((layer) => layer.rank).sort((one, other) => one - other));
  });
});

describe('awaiting', () => {
  it.each(['async function f() {}', 'const f = async () => 1;', 'type X = Promise<void>;', 'Promise.resolve();', 'class A { async m() {} }', 'await f();', 'for await (const x of y) f(x);'])(
    'is found below the layers that may: %s',
    (text) => {
      expect(problemsOf({ [core('pack/a.ts')]: text })).toContain(`${core('pack/a.ts')}:1 async`);
      const driver = core('protocol/drive.ts');
      expect(problemsOf({ [core('storage/a.ts')]: text, [driver]: `${text}\n${ALLOWED[driver] ?? ''}` })).toEqual([]);
    },
  );

  it('is not found in words', () => {
    expect(problemsOf({ [core('pack/a.ts')]: "// async Promise await\nconst text = 'async Promise await';" })).toEqual([]);
  });
});

describe('Node’s modules and surroundings', () => {
  it('are found where the table does not list them', () => {
    expect(problemsOf({ [core('pack/a.ts')]: "import 'node:fs';" })).toEqual([`${core('pack/a.ts')}:1 built-ins`]);
    expect(problemsOf({ 'packages/pool/src/a.ts': "import 'fs';" })).toEqual(['packages/pool/src/a.ts:1 built-ins']);
  });

  it.each(['process.env.X', 'Date.now()', 'new Date()', 'Math.random()', 'performance.now()', 'import.meta.url'])('finds %s in a package', (text) => {
    expect(problemsOf({ 'packages/pool/src/a.ts': `export const x = ${text};` })).toEqual(['packages/pool/src/a.ts:1 ambient']);
    expect(problemsOf({ 'apps/server/src/a.ts': `export const x = ${text};` })).toEqual([]);
  });

  it('lets a package name its own things like that', () => {
    expect(problemsOf({ 'packages/pool/src/a.ts': 'export const x = (job) => job.process(new Date(0), Math.max(1, 2));' })).toEqual([]);
  });

  it('lets a clock be the default of an argument', () => {
    expect(problemsOf({ 'packages/pool/src/a.ts': 'export const f = (options, now = Date.now, { then = Date.now } = {}) => options.now ?? Date.now;' })).toEqual([]);
    expect(problemsOf({ 'packages/pool/src/a.ts': 'export const f = (options) => options.now ?? Date.now();' })).toEqual(['packages/pool/src/a.ts:1 ambient']);
  });

  it('find an allowance that nothing needs', () => {
    const [place] = Object.keys(ALLOWED);
    expect(problemsOf({ [place!]: '' })).toEqual(['tools/tidy/layers.ts:0 allowances']);
  });
});

describe('borders', () => {
  it('find packages that import each other, by name or by path', () => {
    expect(problemsOf({ 'packages/pool/src/a.ts': "import '@govc/core';" }, { manifest: { name: '@govc/pool' } })).toContain('packages/pool/src/a.ts:1 borders');
    expect(problemsOf({ 'apps/server/src/a.ts': "import '../../../packages/core/src/errors.js';" })).toEqual(['apps/server/src/a.ts:1 borders']);
  });
});

describe('cycles', () => {
  it('find files that import each other, however long the way', () => {
    expect(
      problemsOf({
        'apps/server/src/a.ts': "import './b.js';",
        'apps/server/src/b.ts': "import './c.js';",
        'apps/server/src/c.ts': "import './a.js';\nimport './d.js';",
        'apps/server/src/d.ts': "import './d.js';",
        'apps/server/src/e.ts': "import './a.js';",
      }),
    ).toEqual(['apps/server/src/d.ts:0 cycles', 'apps/server/src/a.ts:0 cycles']);
  });

  it('leave types alone', () => {
    expect(
      problemsOf({ 'apps/server/src/a.ts': "import type { B } from './b.js';", 'apps/server/src/b.ts': "import './a.js';" }),
    ).toEqual([]);
  });

  it('follow a very long chain', () => {
    const files = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`apps/server/src/f${at}.ts`, `import './f${at + 1}.js';`]));
    expect(problemsOf(files)).toEqual([]);
  });
});

describe('names and exports', () => {
  it.each(['apps/server/src/utils.ts', 'apps/server/src/helpers/a.ts', 'apps/server/src/types.ts', 'apps/server/src/constants.test.ts', 'apps/server/src/camelCase.ts'])(
    'finds the name of %s',
    (name) => {
      expect(problemsOf({ [name]: '' })).toEqual([`${name}:0 names`]);
    },
  );

  it('find re-exports and default exports', () => {
    expect(
      problemsOf({
        [core('store/a.ts')]: "export * from './b.js';",
        [core('store/c.ts')]: "import { b } from './b.js';\nexport { b };",
        'apps/server/src/d.ts': 'export default 1;',
        'apps/server/src/e.ts': 'export default function f() {}',
        'apps/server/src/f.ts': 'const f = 1;\nexport { f as default };',
        'apps/server/src/g.ts': 'const g = 1;\nexport { g };',
        [core('entry/plumbing.ts')]: "export { b } from '../store/b.js';",
        'packages/pool/src/index.ts': "export { b } from './b.js';",
      }),
    ).toEqual([
      `${core('store/a.ts')}:1 re-exports`,
      `${core('store/c.ts')}:2 re-exports`,
      'apps/server/src/d.ts:1 default-exports',
      'apps/server/src/e.ts:1 default-exports',
      'apps/server/src/f.ts:2 default-exports',
    ]);
  });
});

describe('manifests', () => {
  it.each<[string, Manifest]>([
    ['another license', { license: 'MIT' }],
    ['another engine', { engines: { node: '>=18' } }],
    ['CommonJS', { type: 'commonjs' }],
    ['no files', { files: undefined }],
    ['a repository', { repository: 'x' }],
    ['a main file', { main: './dist/index.js' }],
    ['no exports', { exports: undefined }],
    ['types after code', { exports: { '.': { default: './dist/a.js', types: './dist/a.d.ts' } } }],
    ['code outside dist', { exports: { '.': { types: './src/a.d.ts', default: './src/a.js' } } }],
    ['another name', { name: 'core' }],
    ['no description', { description: '' }],
    ['a dependency of the core', { dependencies: { left: '1' } }],
  ])('finds %s', (_name, manifest) => {
    expect(problemsOf({}, { manifest })).toContain('packages/core/package.json:0 manifests');
  });
});

describe('dependencies', () => {
  const manifest = (name: string): Manifest => ({ dependencies: { [name]: '1' } });
  const documented = { 'docs/dependencies.md': '| `left-pad` | `apps/cli` | why |\n' };
  const only = (found: string[]): string[] => found.filter((line) => line.includes('dependencies') && line.includes('apps/cli'));

  it('are declared, documented and imported by one file', () => {
    const files = { 'apps/cli/src/a.ts': "import 'left-pad/sub';", 'apps/cli/src/a.test.ts': "import 'left-pad';" };
    expect(only(problemsOf(files, { manifest: manifest('left-pad'), documents: documented }))).toEqual([]);
  });

  it('are found when undeclared, undocumented, unused, or known to two files', () => {
    expect(problemsOf({ 'apps/cli/src/a.ts': "import 'left-pad';" })).toEqual(['apps/cli/src/a.ts:1 dependencies']);
    const found = (files: Record<string, string>, documents: Record<string, string>): string[] =>
      only(problemsOf(files, { manifest: manifest('left-pad'), documents }));
    expect(found({ 'apps/cli/src/a.ts': "import 'left-pad';" }, {})).toEqual(['apps/cli/package.json:0 dependencies']);
    expect(found({ 'apps/cli/src/a.ts': '' }, documented)).toEqual(['apps/cli/package.json:0 dependencies']);
    expect(found({ 'apps/cli/src/a.ts': "import 'left-pad';", 'apps/cli/src/b.ts': "import 'left-pad';" }, documented)).toEqual(['apps/cli/package.json:0 dependencies']);
  });

  it('are found when documented only', () => {
    expect(problemsOf({}, { documents: documented })).toEqual(['docs/dependencies.md:0 dependencies']);
  });
});

describe('error codes', () => {
  const table = (entries: string): string => `export const POOL_ERROR_CODES = { ${entries} } as const;`;

  it('are written into the document', () => {
    const workspace = workspaceOf({ 'packages/pool/src/errors.ts': table("'pool-full': 'Full.', 'a-b': 'One | two.'") });
    expect(workspace.documents.get('docs/errors.md')).toContain('## @govc/pool\n\n| code | meaning |\n| --- | --- |\n| `a-b` | One \\| two. |\n| `pool-full` | Full. |\n');
    expect(checkWorkspace(workspace).problems).toEqual([]);
  });

  it.each([
    ['a code that two packages have', { 'packages/auth/src/errors.ts': table("'x': 'X.'"), 'packages/pool/src/errors.ts': table("'x': 'X.'") }],
    ['a code that is not in kebab case', { 'packages/pool/src/errors.ts': table("PoolFull: 'Full.'") }],
    ['a meaning that is no sentence', { 'packages/pool/src/errors.ts': table("'x': 'full'") }],
    ['a table elsewhere', { 'packages/pool/src/codes.ts': table("'x': 'X.'") }],
  ])('finds %s', (_name, files) => {
    expect(problemsOf(files)).toEqual([expect.stringMatching(/^packages\/pool\/src\/.*:1 errors$/)]);
  });

  it('are found when the document says something else', () => {
    expect(problemsOf({}, { documents: { 'docs/errors.md': '# other' } })).toEqual(['docs/errors.md:0 errors']);
  });
});

describe('lengths', () => {
  it('are told and are no problem', () => {
    const { problems, long } = checkWorkspace(workspaceOf({ 'apps/server/src/a.ts': `export function long() {\n${'\n'.repeat(300)}}\n` }));
    expect(problems).toEqual([]);
    expect(long).toEqual(['apps/server/src/a.ts: 302 lines', 'apps/server/src/a.ts:1: long, 302 lines']);
  });
});
