import { isBuiltIn, problemAt } from './check-imports.js';
import type { Facts } from './facts.js';
import { type Manifest, type Package, type Problem, type Workspace, isTest } from './workspace.js';

/** Dependencies that more than one file of their package imports, with the reason. */
const SEVERAL_FILES: readonly { readonly folder: string; readonly dependency: string; readonly reason: string }[] = [
  { folder: 'apps/server', dependency: 'express', reason: 'every route is a handler of the framework' },
];

const REQUIRED: Manifest = { license: 'Apache-2.0', type: 'module', engines: { node: '>=20.19' } };
const PUBLISHED: Manifest = { publishConfig: { access: 'public' }, files: ['dist', 'src', '!**/*.test.ts', '!**/*.tsbuildinfo'] };
/** Where the code lives and whom to ask stands in one place, not in twelve manifests. */
const FORBIDDEN = ['repository', 'homepage', 'bugs', 'author', 'contributors', 'main', 'module', 'types', 'typings', 'browser'];

/** Manifests agree with the template. */
export function checkManifest({ folder, manifest }: Package): Problem[] {
  const path = `${folder}/package.json`;
  const problem = (message: string): Problem => ({ path, line: 0, rule: 'manifests', message });
  const isTool = folder.startsWith('tools/');
  const expected = isTool ? { ...REQUIRED, private: true } : { ...REQUIRED, ...PUBLISHED };
  const problems = Object.entries(expected)
    .filter(([key, value]) => JSON.stringify(manifest[key]) !== JSON.stringify(value))
    .map(([key, value]) => problem(`"${key}" must be ${JSON.stringify(value)}`));
  for (const key of FORBIDDEN) if (key in manifest) problems.push(problem(`"${key}" does not belong here`));
  if (manifest.name !== `@govc/${folder.slice(folder.indexOf('/') + 1)}`) problems.push(problem('"name" must be @govc/ and the folder'));
  if (typeof manifest['description'] !== 'string' || manifest['description'].length < 20) problems.push(problem('"description" says what this is'));
  if (!isTool) problems.push(...checkExportsMap(manifest).map(problem));
  if (folder === 'packages/core' && dependenciesOf(manifest).length > 0) problems.push(problem('the core has no run-time dependency'));
  return problems;
}

function checkExportsMap(manifest: Manifest): string[] {
  const { exports } = manifest;
  if (typeof exports !== 'object' || exports === null || !('.' in exports)) return ['"exports" must have an entry "."'];
  return Object.entries(exports).flatMap(([key, target]: [string, unknown]) => {
    if (key === './package.json') return target === './package.json' ? [] : ['"./package.json" exports itself'];
    const { types, default: code } = (typeof target === 'object' && target !== null ? target : {}) as Record<string, unknown>;
    const isPair = typeof code === 'string' && /^\.\/dist\/.+\.js$/.test(code) && types === code.replace(/\.js$/, '.d.ts');
    return isPair && Object.keys(target as object).join() === 'types,default' ? [] : [`the export "${key}" is not a pair of types and default in dist`];
  });
}

function dependenciesOf(manifest: Manifest): string[] {
  const { dependencies } = manifest;
  return typeof dependencies === 'object' && dependencies !== null ? Object.keys(dependencies) : [];
}

/** Run-time dependencies are declared, documented, used, and imported by one file of their package. */
export function checkDependencies(workspace: Workspace, facts: readonly Facts[]): Problem[] {
  const rows = documentedDependencies(workspace.documents.get('docs/dependencies.md') ?? '');
  const used = new Set<string>();
  const problems = workspace.packages
    .filter((pack) => !pack.folder.startsWith('tools/'))
    .flatMap((pack) => {
      const path = `${pack.folder}/package.json`;
      const files = facts.filter((file) => file.path.startsWith(`${pack.folder}/src/`) && !isTest(file.path));
      const declared = dependenciesOf(pack.manifest);
      const undeclared = files.flatMap((file) =>
        file.imports
          .filter(({ specifier }) => !specifier.startsWith('.') && !isBuiltIn(specifier) && !declared.includes(packageName(specifier)))
          .map(({ specifier, line }) => problemAt(file, line, 'dependencies', `${packageName(specifier)} is not among the dependencies of ${path}`)),
      );
      const outside = declared.filter((name) => !name.startsWith('@govc/'));
      for (const name of outside) used.add(`${pack.folder} ${name}`);
      return [...undeclared, ...outside.flatMap((name) => checkDependency({ pack, name, files, rows }))];
    });
  const stale = [...rows].filter((row) => !used.has(row));
  return [
    ...problems,
    ...stale.map((row) => ({ path: 'docs/dependencies.md', line: 0, rule: 'dependencies', message: `${row} is documented but not a dependency` })),
  ];
}

function checkDependency(of: {
  readonly pack: Package;
  readonly name: string;
  readonly files: readonly Facts[];
  readonly rows: ReadonlySet<string>;
}): Problem[] {
  const { pack, name, files, rows } = of;
  const problem = (message: string): Problem => ({ path: `${pack.folder}/package.json`, line: 0, rule: 'dependencies', message });
  const problems = rows.has(`${pack.folder} ${name}`) ? [] : [problem(`${name} has no line in docs/dependencies.md`)];
  const importers = files.filter((file) => file.imports.some(({ specifier }) => packageName(specifier) === name));
  const several = SEVERAL_FILES.some((entry) => entry.folder === pack.folder && entry.dependency === name);
  if (importers.length === 0 && files.length > 0) problems.push(problem(`${name} is imported by no file`));
  if (importers.length > 1 && !several) problems.push(problem(`${name} is imported by ${importers.map((file) => file.path).join(' and ')}; one file knows it`));
  return problems;
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Rows of the document: `| dependency | used by | … |`, as "folder dependency". */
function documentedDependencies(text: string): Set<string> {
  const rows = text.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm);
  return new Set([...rows].map(([, name, folder]) => `${folder} ${name}`));
}
