import type { Instruction, InstructionName } from './definition.js';
import { errorAt } from './errors.js';
import { splitWords } from './words.js';

/** How words are read, and which words begin an instruction in this dialect. */
export interface ArgumentRules {
  readonly escape: '\\' | '`';
  readonly known: (word: string) => InstructionName | undefined;
}

/**
 * Checks the arguments of an instruction as far as they can be judged without a build.
 *
 * @throws {ContainersError} instruction-invalid, instruction-misplaced
 */
export function assertArguments(instruction: Instruction, rules: ArgumentRules): void {
  const problem = findProblem(instruction, rules);
  if (problem !== undefined) throw errorAt(instruction.line, 'instruction-invalid', `${instruction.name} ${problem}`);
}

function findProblem(instruction: Instruction, rules: ArgumentRules): string | undefined {
  const { name, body, heredocs } = instruction;
  const words = body.form === 'exec' ? body.items : splitWords(body.text, rules.escape);
  // An empty list is a meaningful CMD: it takes away the one of the base image.
  if (words.length === 0 && !(body.form === 'exec' && (name === 'CMD' || name === 'ENTRYPOINT'))) return 'has no arguments';
  switch (name) {
    case 'ENV':
    case 'LABEL':
      return findPairProblem(words, { legacy: name === 'ENV' });
    case 'ARG':
      return words.every((word) => /^[A-Za-z_][A-Za-z0-9_]*(=|$)/.test(word)) ? undefined : 'takes NAME or NAME=default';
    case 'EXPOSE':
      return words.every(isPort) ? undefined : 'takes ports such as 80, 80/tcp or 8000-8010/udp';
    case 'ADD':
    case 'COPY':
      return words.length >= 2 || heredocs.length > 0 ? undefined : 'takes at least one source and a destination';
    case 'SHELL':
      return body.form === 'exec' ? undefined : 'takes a JSON array such as ["/bin/sh", "-c"]';
    case 'STOPSIGNAL':
    case 'USER':
      return words.length === 1 ? undefined : 'takes one argument';
    case 'HEALTHCHECK':
      return findHealthcheckProblem(words);
    case 'ONBUILD':
      return findOnBuildProblem(words, rules);
    case 'CMD':
    case 'ENTRYPOINT':
    case 'FROM':
    case 'MAINTAINER':
    case 'RUN':
    case 'VOLUME':
    case 'WORKDIR':
      return undefined;
  }
}

/** `A=1 B=2`, or for ENV the older `NAME the rest of the line`. */
function findPairProblem(words: readonly string[], { legacy }: { readonly legacy: boolean }): string | undefined {
  if (legacy && words.length >= 2 && !words[0]!.includes('=')) return undefined;
  return words.every((word) => word.indexOf('=') > 0) ? undefined : 'takes pairs such as NAME=value';
}

function isPort(word: string): boolean {
  if (word.includes('$')) return true;
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(?:tcp|udp|sctp))?$/i.exec(word);
  if (match === null) return false;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first > 0 && first <= last && last <= 65_535;
}

function findHealthcheckProblem(words: readonly string[]): string | undefined {
  const kind = words[0]!.toUpperCase();
  if (kind === 'NONE') return words.length === 1 ? undefined : 'NONE takes no arguments';
  return kind === 'CMD' && words.length > 1 ? undefined : 'takes NONE, or CMD and a command';
}

function findOnBuildProblem(words: readonly string[], rules: ArgumentRules): string | undefined {
  const inner = rules.known(words[0]!);
  if (inner === undefined) return 'takes another instruction';
  return inner === 'FROM' || inner === 'ONBUILD' || inner === 'MAINTAINER' ? `cannot hold ${words[0]!.toUpperCase()}` : undefined;
}
