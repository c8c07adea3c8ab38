import { checkErrors } from './check-errors.js';
import { checkExports, checkNames } from './check-files.js';
import { checkAllowances, checkAmbient, checkCycles, checkLayers, checkPackageBorders } from './check-imports.js';
import { checkDependencies, checkManifest } from './check-manifests.js';
import { type Facts, readFacts } from './facts.js';
import { type Problem, type Workspace, isTest } from './workspace.js';

/** What tidy found. */
export interface Findings {
  readonly problems: readonly Problem[];
  /** What is longer than reads well; information only. */
  readonly long: readonly string[];
  readonly fileCount: number;
}

/** Longest file, in lines, that is not reported. */
const FILE_LINES_MAX = 300;

/** Every check over a repository. */
export function checkWorkspace(workspace: Workspace): Findings {
  const facts = factsOf(workspace);
  const byPath = new Map(facts.map((file) => [file.path, file]));
  const perPackage = workspace.packages.flatMap((pack) => [
    ...checkManifest(pack),
    ...pack.files.flatMap(({ path }) => {
      const file = byPath.get(path)!;
      return [...checkNames(file), ...checkExports(file), ...checkLayers(file), ...checkPackageBorders(pack, file), ...checkAmbient(file)];
    }),
  ]);
  const problems = [
    ...perPackage,
    ...checkCycles(facts),
    ...checkAllowances(facts),
    ...checkDependencies(workspace, facts),
    ...checkErrors(workspace, facts),
  ];
  return { problems, long: facts.flatMap(longParts), fileCount: facts.length };
}

/** The facts of every file. */
export function factsOf(workspace: Workspace): Facts[] {
  return workspace.packages.flatMap((pack) => pack.files.map(readFacts));
}

function longParts(facts: Facts): string[] {
  const file = facts.lineCount > FILE_LINES_MAX ? [`${facts.path}: ${facts.lineCount} lines`] : [];
  // The callback of a describe is as long as there is behaviour to describe.
  const longFunctions = isTest(facts.path) ? [] : facts.longFunctions;
  const functions = longFunctions.map(({ name, line, lineCount }) => `${facts.path}:${line}: ${name}, ${lineCount} lines`);
  return [...file, ...functions];
}
