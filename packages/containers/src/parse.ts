import { assertArguments } from './arguments.js';
import {
  type Body,
  type Definition,
  type Dialect,
  type Flag,
  type Heredoc,
  INSTRUCTION_NAMES,
  type Instruction,
  type InstructionName,
  type Stage,
} from './definition.js';
import { ContainersError, errorAt } from './errors.js';
import { type SourceLines, readSourceLines } from './source-lines.js';
import { findWordEnd, skipSpaces, splitWords } from './words.js';

/** Largest definition that is read, in UTF-16 units. */
export const DEFINITION_LENGTH_MAX = 1024 * 1024;

const HEREDOC_INSTRUCTIONS: readonly InstructionName[] = ['ADD', 'COPY', 'RUN'];

/**
 * Reads a container definition.
 *
 * @example
 * const { stages } = parseDefinition('BASE alpine:3\nRUN apk add git\n', 'govcfile');
 *
 * @throws {ContainersError} definition-too-large, heredoc-unterminated, instruction-invalid, instruction-misplaced,
 * instruction-unknown; all but the first with `data.line`.
 */
export function parseDefinition(text: string, dialect: Dialect): Definition {
  if (text.length > DEFINITION_LENGTH_MAX) {
    throw new ContainersError('definition-too-large', `a definition has at most ${DEFINITION_LENGTH_MAX} characters, this one ${text.length}`, {
      length: text.length,
    });
  }
  const source = readSourceLines(text);
  const metadata = new Map<string, string>();
  const instructions: Instruction[] = [];
  const stages: Stage[] = [];
  for (let logical = source.next(); logical !== undefined; logical = source.next()) {
    if (dialect === 'govcfile' && logical.text.startsWith('@')) {
      const [key, value] = parseMetadata(logical.text, logical.line);
      metadata.set(key, value);
      continue;
    }
    const instruction = parseInstruction(logical.text, { line: logical.line, dialect, source });
    if (instruction.name === 'FROM') stages.push(parseStage(instruction, stages.length));
    else if (stages.length === 0 && instruction.name !== 'ARG') throw beforeBase(instruction, dialect);
    instructions.push(instruction);
  }
  if (stages.length === 0) throw errorAt(1, 'instruction-misplaced', `the definition names no base image; begin it with ${baseWord(dialect)}`);
  return { dialect, directives: source.directives, metadata, instructions, stages };
}

interface Context {
  readonly line: number;
  readonly dialect: Dialect;
  readonly source: SourceLines;
}

function parseMetadata(text: string, line: number): [key: string, value: string] {
  const match = /^@([A-Za-z][A-Za-z0-9_.-]*)\s*=([^]*)$/.exec(text);
  if (match === null) throw errorAt(line, 'instruction-invalid', 'a metadata line has the form @key=value');
  return [match[1]!, match[2]!.trim()];
}

function parseInstruction(text: string, context: Context): Instruction {
  const { line, dialect, source } = context;
  const word = /^\S+/.exec(text)?.[0];
  if (word === undefined) throw errorAt(line, 'instruction-invalid', 'a continuation leads to nothing');
  const name = instructionName(word, dialect);
  if (name === undefined) throw errorAt(line, 'instruction-unknown', `${JSON.stringify(word.slice(0, 40))} is no instruction`);
  const { flags, rest } = takeFlags(text.slice(word.length).trim(), source.escape);
  const body = parseBody(rest);
  const heredocs = takeHeredocs({ name, body, line }, source);
  const instruction = { name, line, flags, body, heredocs };
  assertArguments(instruction, { escape: source.escape, known: (inner) => instructionName(inner, dialect) });
  return instruction;
}

function instructionName(word: string, dialect: Dialect): InstructionName | undefined {
  const upper = word.toUpperCase();
  if (upper === baseWord(dialect)) return 'FROM';
  if (upper === 'FROM') return undefined;
  return INSTRUCTION_NAMES.find((candidate) => candidate === upper);
}

function baseWord(dialect: Dialect): string {
  return dialect === 'govcfile' ? 'BASE' : 'FROM';
}

function takeFlags(text: string, escape: '\\' | '`'): { readonly flags: Flag[]; readonly rest: string } {
  const flags: Flag[] = [];
  let at = 0;
  while (text.startsWith('--', at)) {
    const end = findWordEnd(text, at, escape);
    const word = text.slice(at, end);
    const equals = word.indexOf('=');
    flags.push({
      name: (equals < 0 ? word : word.slice(0, equals)).slice(2).toLowerCase(),
      value: equals < 0 ? undefined : word.slice(equals + 1),
    });
    at = skipSpaces(text, end);
  }
  return { flags, rest: text.slice(at) };
}

/** What looks like an array but is not one of strings is text, as in the Dockerfile reference: `RUN [ -f x ]` is a shell test. */
function parseBody(text: string): Body {
  if (text.startsWith('[')) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { form: 'text', text };
    }
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return { form: 'exec', items: value };
  }
  return { form: 'text', text };
}

function takeHeredocs(
  { name, body, line }: { readonly name: InstructionName; readonly body: Body; readonly line: number },
  source: SourceLines,
): Heredoc[] {
  if (body.form === 'exec') return [];
  const text = name === 'ONBUILD' ? onBuildText(body.text) : HEREDOC_INSTRUCTIONS.includes(name) ? body.text : '';
  return splitWords(text, source.escape).flatMap((part) => {
    const match = /^\d*<<(-?)(?:"([^"<]+)"|'([^'<]+)'|([^"'<>|&;()]+))$/.exec(part);
    if (match === null) return [];
    const [, dash, double, single, bare] = match;
    const word = (double ?? single ?? bare)!;
    return [{ word, content: source.takeUntil(word, { stripTabs: dash === '-', line }), expand: bare !== undefined }];
  });
}

/** The arguments of the instruction inside an `ONBUILD`, if that one may have heredocs. */
function onBuildText(text: string): string {
  const match = /^(\S+)\s+([^]*)$/.exec(text);
  const inner = match?.[1]?.toUpperCase();
  return HEREDOC_INSTRUCTIONS.some((name) => name === inner) ? match![2]! : '';
}

function parseStage(instruction: Instruction, index: number): Stage {
  const { line, body } = instruction;
  const text = body.form === 'text' ? body.text : '';
  const match = /^(\S+)(?:\s+as\s+(\S+))?$/i.exec(text);
  if (match === null) throw errorAt(line, 'instruction-invalid', 'a base is written as IMAGE, or IMAGE AS NAME');
  const name = match[2];
  if (name !== undefined && !/^[a-z][a-z0-9._-]*$/i.test(name)) {
    throw errorAt(line, 'instruction-invalid', `${JSON.stringify(name)} cannot name a stage; use letters, digits, dot, dash and underscore`);
  }
  return { index, name, base: match[1]!, line };
}

function beforeBase(instruction: Instruction, dialect: Dialect): ContainersError {
  return errorAt(instruction.line, 'instruction-misplaced', `${instruction.name} stands before the first ${baseWord(dialect)}; only ARG may`);
}
