/**
 * A container definition as data.
 *
 * Two dialects share one grammar (the Dockerfile reference): a Containerfile begins a stage with `FROM`, a Govcfile with `BASE`, and a
 * Govcfile may hold lines `@key=value` about itself. Variables are kept as written; only a build can know their values.
 */

/** The language that a definition is written in. */
export type Dialect = 'containerfile' | 'govcfile';

/** Instructions by the names of a Containerfile; `BASE` of a Govcfile is `FROM` here. */
export const INSTRUCTION_NAMES = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const;

/** One of {@link INSTRUCTION_NAMES}. */
export type InstructionName = (typeof INSTRUCTION_NAMES)[number];

/** A parsed definition. */
export interface Definition {
  readonly dialect: Dialect;
  /** Parser directives (`# syntax=…`, `# escape=…`, `# check=…`) by lower-case name. */
  readonly directives: ReadonlyMap<string, string>;
  /** Lines `@key=value` of a Govcfile in their order; a later value of a key wins. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly instructions: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/** One instruction with its arguments. Lines count from 1. */
export interface Instruction {
  readonly name: InstructionName;
  readonly line: number;
  readonly flags: readonly Flag[];
  readonly body: Body;
  /** Documents that follow the instruction, in the order in which it names them. */
  readonly heredocs: readonly Heredoc[];
}

/** `--name` or `--name=value` before the arguments. */
export interface Flag {
  readonly name: string;
  readonly value: string | undefined;
}

/** What stands after the flags: a JSON array (`exec`), or text whose continued lines are joined. */
export type Body = { readonly form: 'exec'; readonly items: readonly string[] } | { readonly form: 'text'; readonly text: string };

/** `<<WORD`, and the lines up to `WORD`. */
export interface Heredoc {
  readonly word: string;
  /** Every line ends with a line feed; leading tabs are gone when `<<-` asked for that. */
  readonly content: string;
  /** Whether variables are to be expanded: the word was not quoted. */
  readonly expand: boolean;
}

/** A part of the build that begins with a base image. */
export interface Stage {
  readonly index: number;
  /** As written, or `undefined` when it has none. */
  readonly name: string | undefined;
  /** An image, an earlier stage's name, or `scratch`; variables as written. */
  readonly base: string;
  readonly line: number;
}

/** The dialect that a path's last part announces (`Govcfile`, `Dockerfile`, `Containerfile`, `app.Dockerfile`, `Dockerfile.dev`); `undefined` for others. */
export function dialectOfPath(path: string): Dialect | undefined {
  const parts = path.slice(path.lastIndexOf('/') + 1).toLowerCase().split('.');
  const says = (word: string): boolean => parts[0] === word || (parts.length > 1 && parts.at(-1) === word);
  if (says('govcfile')) return 'govcfile';
  return says('dockerfile') || says('containerfile') ? 'containerfile' : undefined;
}

/**
 * The images that a build of this definition needs, each once, in the order of their first use: bases and sources of `--from` and
 * `--mount=from=` that are no earlier stage and not `scratch`.
 */
export function imagesOf(definition: Definition): string[] {
  const images = new Set<string>();
  const stages = new Set<string>();
  let stageCount = 0;
  const add = (source: string): void => {
    const isStage = stages.has(source.toLowerCase()) || (/^\d+$/.test(source) && Number(source) < stageCount);
    if (!isStage && source !== 'scratch' && source !== '') images.add(source);
  };
  for (const { name, flags } of definition.instructions) {
    if (name === 'FROM') {
      const stage = definition.stages[stageCount]!;
      add(stage.base);
      if (stage.name !== undefined) stages.add(stage.name.toLowerCase());
      stageCount++;
    }
    for (const flag of flags) {
      if (flag.name === 'from') add(flag.value ?? '');
      if (flag.name === 'mount') add(/(?:^|,)from=([^,]*)/.exec(flag.value ?? '')?.[1] ?? '');
    }
  }
  return [...images];
}
