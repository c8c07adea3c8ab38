import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The repository as plain data, so that checks can be tried on invented ones. Paths are relative, with slashes. */
export interface Workspace {
  readonly packages: readonly Package[];
  /** Documents by path. */
  readonly documents: ReadonlyMap<string, string>;
}

/** A package, app or tool. */
export interface Package {
  /** Such as `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly files: readonly SourceText[];
}

/** The parts of a package.json that are checked. */
export type Manifest = Readonly<Record<string, unknown>> & { readonly name?: string };

/** A TypeScript file. */
export interface SourceText {
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Something that breaks a rule. */
export interface Problem {
  readonly path: string;
  /** From 1; 0 when the whole file is meant. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

const GROUPS = ['packages', 'apps', 'tools'];
const DOCUMENTS = ['docs/dependencies.md', 'docs/errors.md'];
const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.turbo']);

/** Reads packages, apps, tools and the checked documents below `root`. */
export function readWorkspace(root: string): Workspace {
  const folders = GROUPS.flatMap((group) => foldersIn(root, group)).filter((folder) => existsSync(path.join(root, folder, 'package.json')));
  const documents = DOCUMENTS.filter((name) => existsSync(path.join(root, name)));
  return {
    packages: folders.map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as Manifest,
      files: typeScriptIn(root, folder).map((name) => ({ path: name, text: readFileSync(path.join(root, name), 'utf8') })),
    })),
    documents: new Map(documents.map((name) => [name, readFileSync(path.join(root, name), 'utf8')])),
  };
}

function foldersIn(root: string, group: string): string[] {
  if (!existsSync(path.join(root, group))) return [];
  const entries = readdirSync(path.join(root, group), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `${group}/${entry.name}`);
}

function typeScriptIn(root: string, top: string): string[] {
  const found: string[] = [];
  const waiting = [top];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) waiting.push(name);
      if (entry.isFile() && entry.name.endsWith('.ts')) found.push(name);
    }
  }
  return found.sort();
}

/** Whether a file is a test or belongs to tests, which may reach further than the code they test. */
export function isTest(file: string): boolean {
  return /\.test\.ts$|\/test\//.test(file);
}
