/**
 * What of a definition a build has to do: the stages that the target needs, with the variables of their bases replaced.
 */
import type { Definition, Instruction } from '../definition.js';
import { ContainersError, errorAt } from '../errors.js';
import { type Platform, parsePlatform, platformText } from './image-config.js';
import { expandWord } from './variables.js';
import { splitWords } from '../words.js';

/** What is asked for beside the definition. */
export interface PlanOptions {
  readonly args: ReadonlyMap<string, string>;
  /** Name or number of the last stage to build. Default: the last of the definition. */
  readonly target?: string | undefined;
  readonly platform: Platform;
  /** What the builder runs on. */
  readonly buildPlatform: Platform;
}

/** Where files come from. */
export type Origin =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'image'; readonly reference: string };

/** A stage with its instructions after the base. */
export interface PlannedStage {
  readonly index: number;
  readonly name: string | undefined;
  readonly base: Origin;
  readonly platform: Platform;
  /** Counts from 1. */
  readonly line: number;
  readonly instructions: readonly Instruction[];
}

/** See the head of this file. */
export interface BuildPlan {
  readonly escape: '\\' | '`';
  /** Those that the target needs, in order; the target is the last. */
  readonly stages: readonly PlannedStage[];
  /** Names of all stages with their numbers, in small letters. */
  readonly stageNames: ReadonlyMap<string, number>;
  /** What was declared before the first base, and what the platforms say. */
  readonly globals: ReadonlyMap<string, string>;
  /** The bases and other images that it reads, each once. */
  readonly images: readonly string[];
  /** The first instruction that only an engine can do. */
  readonly firstRun: Instruction | undefined;
}

/** @throws {ContainersError} target-unknown, instruction-invalid, variable-unset */
export function planBuild(definition: Definition, options: PlanOptions): BuildPlan {
  const escape = definition.directives.get('escape') === '`' ? '`' : '\\';
  const globals = platformArgs(options);
  const firstFrom = definition.instructions.findIndex(({ name }) => name === 'FROM');
  for (const instruction of definition.instructions.slice(0, firstFrom)) declareGlobals(instruction, { globals, args: options.args, escape });
  const stages = definition.stages.map((stage, index): PlannedStage => {
    const starts = definition.instructions.flatMap(({ name }, at) => (name === 'FROM' ? [at] : []));
    const start = starts[index]!;
    const expansion = { values: globals, escape, line: stage.line } as const;
    const written = definition.instructions[start]!.flags.find(({ name }) => name === 'platform')?.value;
    const platform = written === undefined ? options.platform : parsePlatform(expandWord(written, expansion));
    if (platform === undefined) throw errorAt(stage.line, 'instruction-invalid', 'a platform is written as os/architecture');
    const base = expandWord(stage.base, expansion);
    if (base === '') throw errorAt(stage.line, 'instruction-invalid', `the base ${stage.base} is empty; give its variables values`);
    return {
      index, name: stage.name, line: stage.line, platform,
      base: originOf(base, { names: namesBefore(definition, index), count: 0 }),
      instructions: definition.instructions.slice(start + 1, starts[index + 1]),
    };
  });
  const stageNames = namesBefore(definition, stages.length);
  const target = findTarget(stages, stageNames, options.target);
  const needed = neededStages(stages, target);
  return {
    escape, globals, stageNames, stages: needed,
    images: [...new Set(needed.flatMap((stage) => originsOf(stage, stages)).flatMap((origin) => (origin.kind === 'image' ? [origin.reference] : [])))],
    firstRun: needed.flatMap(({ instructions }) => instructions).find(({ name }) => name === 'RUN'),
  };
}

/** Where `--from` of an instruction points to. @throws {ContainersError} instruction-invalid */
export function sourceOf(instruction: Instruction, stage: Pick<PlannedStage, 'index'>, stageNames: ReadonlyMap<string, number>): Origin | undefined {
  const value = instruction.flags.find(({ name }) => name === 'from')?.value;
  return value === undefined ? undefined : fromOf(value, { instruction, stage, stageNames });
}

interface FromPlace {
  readonly instruction: Instruction;
  readonly stage: Pick<PlannedStage, 'index'>;
  readonly stageNames: ReadonlyMap<string, number>;
}

function fromOf(value: string, { instruction, stage, stageNames }: FromPlace): Origin {
  if (value === '' || value.includes('$')) throw errorAt(instruction.line, 'instruction-invalid', '--from takes the name or number of an earlier stage, or an image');
  const earlier = new Map([...stageNames].filter(([, index]) => index < stage.index));
  return originOf(value, { names: earlier, count: stage.index });
}

/** Everything that a stage takes files from. */
function originsOf(stage: PlannedStage, stages: readonly PlannedStage[]): Origin[] {
  const stageNames = new Map(stages.flatMap(({ name, index }) => (name === undefined ? [] : [[name.toLowerCase(), index] as const])));
  const sources = stage.instructions.flatMap((instruction) => {
    const mounts = instruction.flags.filter(({ name }) => name === 'mount').map(({ value }) => /(?:^|,)from=([^,]*)/.exec(value ?? '')?.[1]);
    return [sourceOf(instruction, stage, stageNames), ...mounts.map((value) => value === undefined ? undefined : fromOf(value, { instruction, stage, stageNames }))];
  });
  return [stage.base, ...sources.filter((origin) => origin !== undefined)];
}

function originOf(text: string, { names, count }: { readonly names: ReadonlyMap<string, number>; readonly count: number }): Origin {
  if (text === 'scratch') return { kind: 'scratch' };
  const index = names.get(text.toLowerCase()) ?? (/^\d{1,4}$/.test(text) && Number(text) < count ? Number(text) : undefined);
  return index === undefined ? { kind: 'image', reference: text } : { kind: 'stage', index };
}

function namesBefore(definition: Definition, count: number): Map<string, number> {
  return new Map(definition.stages.slice(0, count).flatMap(({ name, index }) => (name === undefined ? [] : [[name.toLowerCase(), index] as const])));
}

function findTarget(stages: readonly PlannedStage[], names: ReadonlyMap<string, number>, target: string | undefined): number {
  if (target === undefined || target === '') return stages.length - 1;
  const index = names.get(target.toLowerCase()) ?? (/^\d{1,4}$/.test(target) && Number(target) < stages.length ? Number(target) : undefined);
  if (index !== undefined) return index;
  throw new ContainersError('target-unknown', `The definition has no stage "${target.slice(0, 200)}".`, { target: target.slice(0, 200), stages: [...names.keys()].slice(0, 100) });
}

function neededStages(stages: readonly PlannedStage[], target: number): PlannedStage[] {
  const needed = new Set<number>();
  const waiting = [target];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (needed.has(index)) continue;
    needed.add(index);
    for (const origin of originsOf(stages[index]!, stages)) if (origin.kind === 'stage') waiting.push(origin.index);
  }
  return stages.filter(({ index }) => needed.has(index));
}

function declareGlobals(
  instruction: Instruction, { globals, args, escape }: { readonly globals: Map<string, string>; readonly args: ReadonlyMap<string, string>; readonly escape: '\\' | '`' },
): void {
  for (const { name, fallback } of argumentsOf(instruction, { values: globals, escape, line: instruction.line })) {
    const value = args.get(name) ?? fallback;
    if (value !== undefined) globals.set(name, value);
  }
}

/** The names that an `ARG` declares, with their defaults. */
export function argumentsOf(
  { body }: Instruction, expansion: { readonly values: ReadonlyMap<string, string>; readonly escape: '\\' | '`'; readonly line: number },
): { readonly name: string; readonly fallback: string | undefined }[] {
  return wordsOf(body, expansion.escape).map((word) => {
    const equals = word.indexOf('=');
    return equals < 0
      ? { name: word, fallback: undefined }
      : { name: word.slice(0, equals), fallback: expandWord(word.slice(equals + 1), expansion) };
  });
}

/** The words of a body as they are written. */
export function wordsOf(body: Instruction['body'], escape: '\\' | '`'): readonly string[] {
  return body.form === 'exec' ? body.items : splitWords(body.text, escape);
}

/** What BuildKit calls the platform arguments. */
function platformArgs({ platform, buildPlatform }: PlanOptions): Map<string, string> {
  const of = (prefix: string, each: Platform): [string, string][] => [
    [`${prefix}PLATFORM`, platformText(each)], [`${prefix}OS`, each.os], [`${prefix}ARCH`, each.architecture], [`${prefix}VARIANT`, each.variant ?? ''],
  ];
  return new Map([...of('TARGET', platform), ...of('BUILD', buildPlatform)]);
}
