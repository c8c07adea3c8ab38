import { posix } from 'node:path';

import type { Facts, Import } from './facts.js';
import { AMBIENT, AWAITING_FILES, type Allowance, BUILT_INS, FOUNDATION, LAYERS } from './layers.js';
import { type Package, type Problem, isTest } from './workspace.js';

const CORE = 'packages/core/src/';

/** The file that a relative import means, from the top of the repository. */
export function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

/** A problem in a file. */
export function problemAt(facts: { readonly path: string }, line: number, rule: string, message: string): Problem {
  return { path: facts.path, line, rule, message };
}

/** Layers of the core: ranks, unknown folders, awaiting and Node's modules. Tests are free to reach anywhere in the core. */
export function checkLayers(facts: Facts): Problem[] {
  if (!facts.path.startsWith(CORE) || isTest(facts.path)) return [];
  const place = facts.path.slice(CORE.length);
  const folder = folderOf(place);
  const layer = LAYERS.find((candidate) => candidate.folder === folder);
  if (layer === undefined && !FOUNDATION.includes(place)) {
    return [problemAt(facts, 0, 'layers', `${place} lies outside the table of layers (tools/tidy/layers.ts)`)];
  }
  const crossings = facts.imports.flatMap((item) => checkCrossing(facts, item, layer?.rank ?? -1));
  const mayAwait = layer?.awaits === true || AWAITING_FILES.includes(place);
  const awaits = mayAwait ? [] : facts.awaits.map((line) => problemAt(facts, line, 'async', 'the core never awaits here; return a value, a job or a conversation'));
  return [...crossings, ...awaits];
}

function folderOf(place: string): string {
  return place.includes('/') ? place.slice(0, place.indexOf('/')) : '';
}

function checkCrossing(facts: Facts, { specifier, line }: Import, rank: number): Problem[] {
  const place = facts.path.slice(CORE.length);
  if (isBuiltIn(specifier)) {
    if (isAllowed(BUILT_INS, place, specifier)) return [];
    return [problemAt(facts, line, 'built-ins', `${specifier} is not among the modules that ${place} may use (tools/tidy/layers.ts)`)];
  }
  if (!specifier.startsWith('.')) return [];
  const target = resolveImport(facts.path, specifier);
  if (!target.startsWith(CORE)) return [];
  const targetPlace = target.slice(CORE.length);
  const [own, other] = [folderOf(place), folderOf(targetPlace)];
  if (own === other || FOUNDATION.includes(targetPlace)) return [];
  const targetRank = LAYERS.find((candidate) => candidate.folder === other)?.rank;
  if (targetRank === undefined) return [problemAt(facts, line, 'layers', `${targetPlace} lies outside the table of layers`)];
  if (targetRank < rank) return [];
  const relation = targetRank === rank ? 'of the same rank' : 'of higher rank';
  return [problemAt(facts, line, 'layers', `${own === '' ? place : own} (${rank}) imports ${other} (${targetRank}), ${relation}`)];
}

/** Whether a specifier names a module of Node, with its prefix or without. */
export function isBuiltIn(specifier: string): boolean {
  return specifier.startsWith('node:') || /^(assert|buffer|child_process|crypto|dns|events|fs|http|https|net|os|path|perf_hooks|process|stream|timers|tls|url|util|worker_threads|zlib)(\/|$)/.test(specifier);
}

function isAllowed(allowances: readonly Allowance[], place: string, name: string): boolean {
  return allowances.some((allowance) => covers(allowance, place) && allowance.names.includes(name));
}

function covers(allowance: Allowance, place: string): boolean {
  return allowance.place.endsWith('/') ? place.startsWith(allowance.place) : place === allowance.place;
}

/** Packages stand alone; nothing reaches into another package by path; Node's modules carry their prefix. */
export function checkPackageBorders(pack: Package, facts: Facts): Problem[] {
  return facts.imports.flatMap(({ specifier, line }) => {
    if (specifier.startsWith('.')) {
      const target = resolveImport(facts.path, specifier);
      if (target.startsWith(`${pack.folder}/`)) return [];
      return [problemAt(facts, line, 'borders', `${specifier} leaves ${pack.folder}; import another package by its name`)];
    }
    if (isBuiltIn(specifier) && !specifier.startsWith('node:')) return [problemAt(facts, line, 'built-ins', `write node:${specifier}`)];
    if (specifier.startsWith('@govc/') && pack.folder.startsWith('packages/')) {
      return [problemAt(facts, line, 'borders', `packages never import each other; declare what is needed from ${specifier} as an interface`)];
    }
    return [];
  });
}

/** The process, the clock and randomness are arguments in packages. */
export function checkAmbient(facts: Facts): Problem[] {
  if (!facts.path.startsWith('packages/') || isTest(facts.path)) return [];
  return facts.ambient
    .filter(({ name }) => !isAllowed(AMBIENT, facts.path, name))
    .map(({ name, line }) => problemAt(facts, line, 'ambient', `${name} is an argument in packages; only apps have surroundings`));
}

/**
 * Circles of files that import each other, each told once, at the file whose path sorts first. Types alone may be circular, as two halves of
 * one idea in one folder are; between folders the ranks forbid that too.
 */
export function checkCycles(files: readonly Facts[]): Problem[] {
  const byPath = new Map(files.map((facts) => [facts.path, facts]));
  const targets = (path: string): string[] =>
    byPath
      .get(path)!
      .imports.filter(({ specifier, erased }) => specifier.startsWith('.') && !erased)
      .map(({ specifier }) => resolveImport(path, specifier))
      .filter((target) => byPath.has(target));
  return stronglyConnected([...byPath.keys()], targets)
    .filter((circle) => circle.length > 1 || targets(circle[0]!).includes(circle[0]!))
    .map((circle) => {
      const [first = '', ...others] = [...circle].sort();
      return { path: first, line: 0, rule: 'cycles', message: `imports itself by way of ${others.join(', ') || 'itself'}` };
    });
}

/** The strongly connected components of a graph (Tarjan 1972), without recursion. */
function stronglyConnected(nodes: readonly string[], targets: (node: string) => string[]): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const components: string[][] = [];
  for (const root of nodes) {
    if (order.has(root)) continue;
    const path: { readonly node: string; readonly rest: string[] }[] = [];
    const enter = (node: string): void => {
      order.set(node, order.size);
      low.set(node, order.get(node)!);
      open.push(node);
      isOpen.add(node);
      path.push({ node, rest: targets(node) });
    };
    enter(root);
    while (path.length > 0) {
      const { node, rest } = path.at(-1)!;
      const next = rest.pop();
      if (next !== undefined) {
        if (!order.has(next)) enter(next);
        else if (isOpen.has(next)) low.set(node, Math.min(low.get(node)!, order.get(next)!));
        continue;
      }
      path.pop();
      const parent = path.at(-1)?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
      if (low.get(node) !== order.get(node)) continue;
      const component = open.splice(open.lastIndexOf(node));
      for (const member of component) isOpen.delete(member);
      components.push(component);
    }
  }
  return components;
}

/** Entries of the tables of allowances that nothing uses any more. */
export function checkAllowances(files: readonly Facts[]): Problem[] {
  const table = 'tools/tidy/layers.ts';
  const code = files.filter((facts) => !isTest(facts.path));
  const unusedBuiltIns = BUILT_INS.filter(
    (allowance) => !code.some((facts) => covers({ ...allowance, place: CORE + allowance.place }, facts.path) && facts.imports.some(({ specifier }) => isBuiltIn(specifier))),
  );
  const unusedAmbient = AMBIENT.filter((allowance) => !code.some((facts) => covers(allowance, facts.path) && facts.ambient.some(({ name }) => allowance.names.includes(name))));
  return [...unusedBuiltIns, ...unusedAmbient].map(({ place }) => ({
    path: table,
    line: 0,
    rule: 'allowances',
    message: `nothing in ${place} needs its allowance`,
  }));
}
